//! Forms take every section once, and show what is asked, in their order.

use super::*;
use crate::{fact::sheet::derived, id::AccountId};
use std::collections::BTreeSet;

fn sheet(answers: &[(&str, Value)]) -> Sheet {
    let at = "2026-06-10T08:00:00Z".parse().unwrap();
    let by = AccountId::from_bits([1; 16]);
    let facts = answers.iter().map(|(key, v)| derived(key, Certainty::Exact, Some(v.clone()), at, by));
    Sheet::new([], facts, [])
}

#[test]
fn every_form_reads_and_takes_each_section_of_the_incident_once() {
    let read: File = toml::from_str(include_str!("../forms.toml")).unwrap();
    assert_eq!(read.form.len(), forms().len());
    let sections: BTreeSet<&str> =
        catalogue().sections().iter().map(|s| s.code.as_str()).filter(|s| *s != "for_controllers").collect();
    for form in forms() {
        let taken: Vec<&str> = form.parts.iter().flat_map(|p| &p.takes).map(String::as_str).collect();
        let mut sections = sections.clone();
        if form.is_general {
            sections.remove("notification");
        }
        assert_eq!(taken.len(), sections.len(), "{} takes a section twice or not at all", form.code);
        assert_eq!(taken.into_iter().collect::<BTreeSet<_>>(), sections, "{}", form.code);
        let asks = |letter: char| {
            let alike = |l: char| l.eq_ignore_ascii_case(&letter);
            catalogue().entries().iter().any(|e| e.asked_by.contains(alike))
        };
        assert!(asks(form.asked_by), "{} asks nothing", form.code);
        assert!(!form.source.is_empty() && !form.note.is_empty());
    }
    let codes: BTreeSet<&str> = forms().iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes.len(), forms().len());
}

#[test]
fn an_authority_has_the_form_of_its_place_or_the_common_template() {
    for (calendar, code) in [
        ("GB", "ico"),
        ("FR", "cnil"),
        ("DE-BY", "german"),
        ("DE", "german"),
        ("NL", "ap"),
        ("AT", "edpb"),
        ("", "edpb"),
    ] {
        assert_eq!(form_of(calendar).unwrap().code, code, "{calendar}");
    }
}

#[test]
fn answers_stand_where_the_form_asks_them_and_what_does_not_arise_is_left_out() {
    let sheet = sheet(&[
        ("people.count", Value::Number(4812)),
        ("ds.status", Value::Choice("no_decision_yet".to_owned())),
    ]);
    let at = "2026-06-10T08:00:00Z".parse().unwrap();
    for form in forms() {
        let parts = form.filled(&sheet, Language::En, Zone::UTC);
        let fields: Vec<&FilledField> = parts.iter().flat_map(|p| &p.fields).collect();
        let people = fields.iter().find(|f| f.key == "people.count").unwrap();
        assert_eq!(people.text, "4,812");
        assert_eq!(people.value, Some(Value::Number(4812)));
        assert!(fields.iter().all(|f| f.key != "ds.exemption"), "{} asks what does not arise", form.code);
        let keys: BTreeSet<&str> = fields.iter().map(|f| f.key.as_str()).collect();
        assert_eq!(keys.len(), fields.len());
        let text = as_text(form, None, &parts, at, Zone::UTC);
        assert!(
            text.starts_with(&format!("{}\nAnswers as they stood on 2026-06-10 08:00 +00:00\n", form.name))
        );
        assert!(
            text.contains("people.count") && text.contains("\n4,812\n") && text.contains("(not answered)")
        );
    }
    let german = form("german").unwrap().filled(&sheet, Language::De, Zone::UTC);
    let people = german.iter().flat_map(|p| &p.fields).find(|f| f.key == "people.count").unwrap();
    assert_eq!(people.text, "4.812");
}
