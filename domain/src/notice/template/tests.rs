//! The contents that Articles 33(3) and 34(2) ask for are all there, and the catalogue knows it.

use super::*;
use crate::{
    fact::{
        Certainty, Value,
        catalogue::{Required, catalogue},
        sheet::derived,
    },
    id::AccountId,
    text::Choice,
};
use chrono::DateTime;
use std::collections::BTreeSet;

#[test]
fn the_catalogue_marks_what_the_statements_need() {
    for kind in NoticeKind::ALL {
        let needs: BTreeSet<&str> = statements(*kind).iter().flat_map(|s| s.needs.iter().copied()).collect();
        for key in &needs {
            let marked = catalogue().get(key).unwrap().needed_for.contains(kind);
            assert!(marked, "{key} is needed for the {kind}");
        }
        let marked = catalogue().entries().iter().filter(|e| e.needed_for.contains(kind));
        for entry in marked.filter(|e| e.required != Required::Optional) {
            assert!(needs.contains(entry.key.as_str()), "{} is marked for the {kind}", entry.key);
        }
    }
}

#[test]
fn codes_are_unique_and_begin_with_the_subject() {
    for kind in NoticeKind::ALL {
        let codes: Vec<&str> = statements(*kind).iter().map(|s| s.code).collect();
        assert_eq!(codes.first(), Some(&"subject"));
        assert_eq!(codes.last(), Some(&"closing"));
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    }
}

#[test]
fn every_content_by_law_has_a_statement() {
    let grounded =
        |kind, article: &str| statements(kind).iter().any(|s| s.required && s.article.contains(article));
    for article in ["33(3)(a)", "33(3)(b)", "33(3)(c)", "33(3)(d)"] {
        assert!(grounded(NoticeKind::AuthorityNotification, article), "{article}");
    }
    for article in ["34(2)", "33(3)(b)", "33(3)(c)", "33(3)(d)", "recital 86"] {
        assert!(grounded(NoticeKind::SubjectCommunication, article), "{article}");
        assert!(grounded(NoticeKind::PublicNotice, article), "{article}");
    }
}

#[test]
fn what_is_missing_depends_on_what_is_asked() {
    let fact = |key: &str, certainty, value| {
        derived(key, certainty, value, DateTime::UNIX_EPOCH, AccountId::from_bits([1; 16]))
    };
    let people = statement(NoticeKind::AuthorityNotification, "people").unwrap();
    assert_eq!(people.missing(&Sheet::default()), ["people.categories", "people.count", "people.text"]);
    let sheet = Sheet::new(
        [],
        [
            fact("people.count", Certainty::NotYetKnown, None),
            fact("people.text", Certainty::CannotBeDetermined, None),
            fact("nature.cia", Certainty::Exact, Some(Value::Choices(vec!["integrity".into()]))),
        ],
        [],
    );
    assert_eq!(people.missing(&sheet), ["people.categories", "people.count"]);
    let nature = statement(NoticeKind::AuthorityNotification, "nature").unwrap().missing(&sheet);
    assert_eq!(nature, ["nature.incident_type", "nature.cause", "nature.int_type", "nature.text"]);
    let all = missing(NoticeKind::AuthorityNotification, &sheet);
    assert_eq!(all.iter().filter(|key| **key == "ctrl.name").count(), 1);
}
