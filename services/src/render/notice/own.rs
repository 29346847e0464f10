//! The organisation's own texts, worded over the built-in ones; and what those say, as they stand in the program.

use super::{Rendered, layout, source, text, words::Words};
use crate::render::RenderError;
use chrono::{DateTime, NaiveDate};
use domain::{
    fact::{
        About, Certainty, Fact, Value,
        catalogue::{Kind, catalogue},
        sheet::{Reader, Sheet},
    },
    id::{AccountId, FactId},
    moment::Zone,
    notice::{
        hex,
        own_text::{Allowed, BUILT_IN, ORGANISATION, OwnText, set_apart},
        template::{self, Language, NoticeKind},
    },
};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What words read by themselves, and which keys those are.
const BY_THEMSELVES: [(&str, &[&str]); 3] = [
    ("w.sender()", &["ctrl.name"]),
    ("w.period()", &["time.start", "time.end", "time.occurrence_mode"]),
    ("w.is_estimated()", &["time.estimated"]),
];

/// Lists of keys, which nobody would read in a notice.
const UNREADABLE: [&str; 2] = ["notif.owed", "notif.changes"];

/// Words one statement of a notice as the organisation writes it.
///
/// # Errors
/// The kind has no statement of this code.
pub fn own_statement(
    (kind, language): (NoticeKind, Language),
    code: &str,
    own: &OwnText,
    sheet: &Sheet,
    zone: Zone,
) -> Result<Rendered, RenderError> {
    let spec =
        template::statement(kind, code).ok_or_else(|| RenderError::NoSuchStatement(code.to_owned()))?;
    let reader = Reader::new(sheet, language, zone);
    let w = &Words::new(&reader);
    let say = |field: &str| match field {
        BUILT_IN => Ok(layout::tidy(&text(kind, language, code, w)?)),
        ORGANISATION => {
            let unknown = || language.words().phrases.sender_unknown.clone();
            Ok::<_, RenderError>(w.known("ctrl.name").unwrap_or_else(unknown))
        }
        key => {
            let exact = w.get(key).is_some_and(|fact| fact.certainty == Certainty::Exact);
            Ok(if exact && w.instant(key).is_some() { w.moment(key) } else { w.say(key) })
        }
    };
    let filled = own.filled(&say, &|key| w.known(key).is_some())?;
    // A subject is one line, and a header.
    let text = if code == "subject" { layout::one_line(&filled) } else { layout::tidy(&filled) };
    Ok(Rendered { text, reads: reader.reads(), missing: spec.missing(sheet) })
}

/// What may stand in an own text of this kind: what the built-in texts of the kind read, in any of its statements.
#[must_use]
pub fn allowed(kind: NoticeKind) -> Allowed {
    let mut keys: BTreeSet<&'static str> = BTreeSet::new();
    let text = source(kind, Language::En);
    let quoted = text.split('"').skip(1).step_by(2);
    let named =
        BY_THEMSELVES.iter().filter(|(call, _)| text.contains(call)).flat_map(|(_, keys)| keys.iter());
    let needed = template::statements(kind).iter().flat_map(|spec| spec.needs.iter());
    for key in quoted.chain(named.copied()).chain(needed.copied()) {
        keys.extend(catalogue().get(key).map(|entry| entry.key.as_str()));
    }
    keys.retain(|key| !UNREADABLE.contains(key));
    Allowed { keys, merges: kind == NoticeKind::SubjectCommunication }
}

/// SHA-256 of the built-in text of a statement as the program has it, lower-case hexadecimal.
#[must_use]
pub fn built_in_digest((kind, language): (NoticeKind, Language), code: &str) -> String {
    hex(&Sha256::digest(block(source(kind, language), code).as_bytes()))
}

/// The piece of a template that words one statement.
fn block<'t>(template: &'t str, code: &str) -> &'t str {
    let head = format!("{{%- when \"{code}\" %}}");
    let after = template.split_once(&head).map_or("", |(_, after)| after);
    after.split_once("\n{%- when \"").map_or(after, |(block, _)| block)
}

/// The built-in statement as a sample: where it shows an answer in words its field stands, and every other answer is an
/// example.
///
/// # Errors
/// The kind has no statement of this code.
pub fn sample((kind, language): (NoticeKind, Language), code: &str) -> Result<String, RenderError> {
    super::statement(kind, language, code, &examples(), Zone::UTC).map(|rendered| rendered.text)
}

fn examples() -> Sheet {
    let at = DateTime::from_timestamp_secs(1_780_999_800).unwrap_or_default();
    let day = NaiveDate::from_ymd_opt(2026, 6, 10).unwrap_or_default();
    let fact = |key: &str, value: Value| Fact {
        id: FactId::from_bits([0; 16]),
        key: key.to_owned(),
        about: About::Incident,
        version: 1,
        certainty: Certainty::Exact,
        value: Some(value),
        promised_on: None,
        holds_from: None,
        recorded_at: at,
        recorded_by: AccountId::from_bits([0; 16]),
        reason: String::new(),
        ground: None,
    };
    let value = |kind, key: &str, first: Option<String>| match kind {
        Kind::Line | Kind::Text | Kind::Contact => Some(Value::Text(format!("{{{{{key}}}}}"))),
        Kind::Number => Some(Value::Number(4812)),
        Kind::Bool => Some(Value::Bool(true)),
        Kind::Choice => first.map(Value::Choice),
        Kind::Choices => first.map(|code| Value::Choices(vec![code])),
        Kind::Instant => Some(Value::Instant(at)),
        Kind::Date => Some(Value::Date(day)),
        Kind::Countries => Some(Value::Countries(vec!["DE".to_owned()])),
        Kind::Counts => None,
    };
    let facts = catalogue().entries().iter().filter(|entry| !UNREADABLE.contains(&entry.key.as_str()));
    let facts = facts.filter_map(|entry| {
        let first = entry.options.first().map(|option| option.code.clone());
        Some(fact(&entry.key, value(entry.kind, &entry.key, first)?))
    });
    Sheet::new([], facts, [])
}

/// Braces of built-in words, where fields are filled in for each person: they came with an answer and are no field.
#[must_use]
pub fn without_fields(words: &str) -> String {
    set_apart(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::Choice;

    #[test]
    fn every_built_in_statement_has_its_piece_and_a_sample() {
        for kind in NoticeKind::ALL {
            let allowed = allowed(*kind);
            for language in Language::ALL {
                for spec in template::statements(*kind) {
                    let piece = block(source(*kind, *language), spec.code);
                    assert!(piece.len() > 5, "{kind} {language} {}", spec.code);
                    let sample = sample((*kind, *language), spec.code).unwrap();
                    let may_be_empty = !spec.required;
                    assert!(may_be_empty || !sample.is_empty(), "{kind} {language} {}", spec.code);
                    // A sample can be taken as the beginning of an own text.
                    if let Err(error) = OwnText::parse(&sample, &allowed) {
                        panic!("{kind} {language} {}: {error:?}", spec.code);
                    }
                }
            }
        }
    }

    #[test]
    fn no_language_reads_what_another_may_not() {
        for kind in NoticeKind::ALL {
            let allowed = allowed(*kind).keys;
            assert!(allowed.contains("ctrl.name") && !allowed.contains("notif.owed"), "{kind}");
            for language in Language::ALL {
                for key in source(*kind, *language).split('"').skip(1).step_by(2) {
                    let stray = catalogue().get(key).filter(|_| !UNREADABLE.contains(&key));
                    assert!(stray.is_none() || allowed.contains(key), "{kind} {language} {key}");
                }
            }
        }
    }
}
