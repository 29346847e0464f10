//! What a text says to each person in particular: `{{name|customer}}` is the person's name, or "customer" where it isn't
//! known. There is no logic in it, only fields from a list of those that are allowed, each with what stands there otherwise.

use super::Person;
use crate::refusal::Refusal;
use std::collections::BTreeSet;

/// The fields that every list has; its own columns come on top.
pub const FIELDS: [&str; 2] = ["name", "reference"];
/// The longest fallback, in characters.
pub const FALLBACK_MAX: usize = 60;

/// What a text is part of: a value is written so that it stays a value there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Plain text, or a header: values have no line breaks and nothing hidden in them.
    Plain,
    Html,
}

/// A piece of a text.
enum Piece<'t> {
    Words(&'t str),
    /// A field and its fallback, and how the whole stands in the text.
    Field {
        raw: &'t str,
        field: &'t str,
        fallback: &'t str,
    },
    /// Two braces that open and aren't a field.
    Broken(&'t str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((words, from)) = rest.find("{{").and_then(|at| rest.split_at_checked(at)) {
        found.push(Piece::Words(words));
        let Some((raw, after)) = from.find("}}").and_then(|at| from.split_at_checked(at + 2)) else {
            found.push(Piece::Broken(from));
            return found;
        };
        let inside = raw.strip_prefix("{{").and_then(|raw| raw.strip_suffix("}}")).unwrap_or_default();
        found.push(match inside.split_once('|') {
            Some((field, fallback)) if !inside.contains('{') => {
                Piece::Field { raw, field: field.trim(), fallback }
            }
            _ => Piece::Broken(raw),
        });
        rest = after;
    }
    found.push(Piece::Words(rest));
    found
}

/// The fields of a text that somebody wrote, each once.
///
/// # Errors
/// Braces that are no field, a field that isn't `allowed`, or no fallback.
pub fn fields(text: &str, allowed: &[String]) -> Result<BTreeSet<String>, Refusal> {
    let no = |code, message: String| Err(Refusal::field("text", code, message));
    let mut used = BTreeSet::new();
    for piece in pieces(text) {
        let (field, fallback) = match piece {
            Piece::Words(_) => continue,
            Piece::Field { field, fallback, .. } => (field, fallback),
            Piece::Broken(raw) => {
                let shown: String = raw.chars().filter(|c| !c.is_control()).take(40).collect();
                let message = format!(
                    "“{shown}” is no field. A field has its fallback behind a bar, as in {{{{name|customer}}}}."
                );
                return no("not_a_field", message);
            }
        };
        if !allowed.iter().any(|name| name == field) {
            let shown: String = field.chars().filter(|c| !c.is_control()).take(40).collect();
            let message = format!("There is no field “{shown}”. The fields here are {}.", allowed.join(", "));
            return no("unknown_field", message);
        }
        let length = fallback.trim().chars().count();
        if length == 0 || length > FALLBACK_MAX || fallback.contains(['\n', '\r']) {
            let message = format!(
                "Say behind the bar what stands there for somebody of whom “{field}” isn’t known, on one line and in at most {FALLBACK_MAX} characters."
            );
            return no("no_fallback", message);
        }
        used.insert(field.to_owned());
    }
    Ok(used)
}

/// The fields that stand in a text, whichever they are; each once, in order.
#[must_use]
pub fn named(text: &str) -> BTreeSet<String> {
    let named = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Field { field, .. } => Some(field.to_owned()),
        Piece::Words(_) | Piece::Broken(_) => None,
    });
    named.collect()
}

/// The text as one person gets it. Only `used` fields are filled in; everything else stays as it is, and what a person
/// is called is never read as a field again.
#[must_use]
pub fn merged(text: &str, used: &[String], person: &Person, place: Place) -> String {
    if used.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) | Piece::Broken(words) => out.push_str(words),
            Piece::Field { field, fallback, .. } if used.iter().any(|name| name == field) => {
                match value(person, field) {
                    Some(value) if place == Place::Html => out.push_str(&escaped(value)),
                    Some(value) => out.push_str(value),
                    // A line may have been broken inside of it.
                    None => out.push_str(&fallback.split_whitespace().collect::<Vec<_>>().join(" ")),
                }
            }
            Piece::Field { raw, .. } => out.push_str(raw),
        }
    }
    out
}

fn value<'p>(person: &'p Person, field: &str) -> Option<&'p str> {
    let value = match field {
        "name" => Some(&person.name),
        "reference" => Some(&person.reference),
        own => person.fields.get(own),
    };
    value.map(String::as_str).filter(|value| !value.is_empty())
}

fn escaped(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn code(text: &str) -> &'static str {
        match fields(text, &list(&["name", "reference", "shop"])) {
            Ok(_) => "ok",
            Err(Refusal::Invalid(errors)) => errors.first().unwrap().code,
            Err(Refusal::State { code, .. }) => code,
        }
    }

    #[test]
    fn only_allowed_fields_with_a_fallback_are_taken() {
        for (text, said) in [
            ("Dear {{name|customer}},", "ok"),
            ("{{ name | customer }} {{shop|our shop}}", "ok"),
            ("no {braces} } at all", "ok"),
            ("{{name}}", "not_a_field"),
            ("{{name|", "not_a_field"),
            ("{{{name|x}}", "not_a_field"),
            ("{{email|x}}", "unknown_field"),
            ("{{7*7|x}}", "unknown_field"),
            ("{{name| }}", "no_fallback"),
            ("{{name|two\nlines}}", "no_fallback"),
        ] {
            assert_eq!(code(text), said, "{text}");
        }
        let used = fields("{{name|a}} {{name|b}} {{reference|c}}", &list(&FIELDS)).unwrap();
        assert_eq!(used.into_iter().collect::<Vec<_>>(), ["name", "reference"]);
    }

    #[test]
    fn each_person_gets_their_own_and_hostile_values_stay_values() {
        let mut person = Person::at("a@people.test");
        let used = list(&["name", "shop"]);
        let text = "Dear {{name|valued customer}} of {{shop|ours}}: {{reference|none}}";
        let wanted = "Dear valued customer of ours: {{reference|none}}";
        assert_eq!(merged(text, &used, &person, Place::Plain), wanted, "what isn't used stays");
        person.name = "<b>{{shop|x}}</b> & \"Co\"".to_owned();
        let plain = merged("{{name|x}}", &used, &person, Place::Plain);
        assert_eq!(plain, person.name, "a name is never read as a field");
        let html = merged("<p>{{name|a &amp; b}}</p>", &used, &person, Place::Html);
        assert_eq!(html, "<p>&lt;b&gt;{{shop|x}}&lt;/b&gt; &amp; &quot;Co&quot;</p>");
        assert_eq!(merged("{{name|x}}", &[], &person, Place::Plain), "{{name|x}}");
        person.name.clear();
        assert_eq!(merged("{{name|dear\n  reader}}", &used, &person, Place::Plain), "dear reader");
    }

    proptest! {
        #[test]
        fn any_text_is_merged_and_no_used_field_is_left(text in "[a-z{}| \n]{0,80}", name in "\\PC{0,20}") {
            let person = Person { name: name.clone(), ..Person::at("a@people.test") };
            let used = list(&["name"]);
            let out = merged(&text, &used, &person, Place::Plain);
            if !text.contains("{{") {
                prop_assert_eq!(&out, &text);
            }
            if fields(&text, &used).is_ok() && !name.contains("{{") {
                prop_assert!(!out.contains("{{"));
            }
        }
    }
}
