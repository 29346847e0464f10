//! What an authority's form asks, in its order, with the answers as they are copied into it.
//!
//! Authorities take web forms, not letters. A form is a projection of the catalogue of facts: nothing is asked twice,
//! and what was copied can be said again to the letter, because it follows from the versions of the answers.

use crate::{
    fact::{
        Certainty, Value,
        catalogue::{Kind, catalogue},
        sheet::{Sheet, words},
    },
    filing::report::ReportHead,
    id::{IncidentId, SubmissionId},
    moment::{Zone, show},
    notice::template::Language,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt::Write as _, sync::LazyLock};

/// The form of an authority, or of several that ask alike.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityForm {
    /// Stable: `edpb`, `ico`, `cnil` …
    pub code: String,
    pub name: String,
    /// The places whose authorities use it, as their calendars begin.
    pub calendars: Vec<String>,
    /// Its letter in `asked_by` of the catalogue.
    asked_by: char,
    /// Whether it is our own selection for reports that have no form here, and no authority's form.
    #[serde(default)]
    pub is_general: bool,
    /// Keys that it leaves out, because they mean something under the GDPR alone.
    #[serde(default)]
    leaves_out: Vec<String>,
    /// Where parts and order come from.
    pub source: String,
    /// What to know before filling it in.
    pub note: String,
    parts: Vec<FormPart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormPart {
    heading: String,
    takes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    form: Vec<AuthorityForm>,
}

static FORMS: LazyLock<Vec<AuthorityForm>> = LazyLock::new(|| {
    // A test reads the file whole.
    toml::from_str::<File>(include_str!("forms.toml")).map(|file| file.form).unwrap_or_default()
});

/// Every form, the common template first.
#[must_use]
pub fn forms() -> &'static [AuthorityForm] {
    &FORMS
}

/// The form with this code.
#[must_use]
pub fn form(code: &str) -> Option<&'static AuthorityForm> {
    forms().iter().find(|form| form.code == code)
}

/// The form for a report whose recipient has none here.
#[must_use]
pub fn general() -> Option<&'static AuthorityForm> {
    forms().iter().find(|form| form.is_general)
}

/// The form that an authority with this calendar uses; the common template where its own isn't known.
#[must_use]
pub fn form_of(calendar: &str) -> Option<&'static AuthorityForm> {
    let place = calendar.split('-').next().unwrap_or_default();
    let own = forms().iter().find(|form| form.calendars.iter().any(|code| code == place));
    own.or_else(|| forms().first())
}

/// A part of a form, with what is to be copied into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FormPart")]
pub struct FilledPart {
    pub heading: String,
    pub fields: Vec<FilledField>,
}

/// One question of a form, with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FormField")]
pub struct FilledField {
    /// The fact's key: stable, whatever the form calls it.
    pub key: String,
    pub label: String,
    /// The row of the EDPB's template.
    pub edpb_row: Option<u16>,
    pub article: String,
    /// Whether the question was seen in the form or its documentation; otherwise it is from general knowledge of it.
    pub seen: bool,
    /// Whether the answer may have several lines.
    pub is_long: bool,
    /// What to copy; empty where nothing is recorded.
    pub text: String,
    pub certainty: Option<Certainty>,
    pub value: Option<Value>,
}

/// What was copied into a form when it was filed, to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FiledForm {
    pub submission: SubmissionId,
    pub incident: IncidentId,
    /// The form's code.
    pub form: String,
    pub language: Language,
    /// As of when the answers stood in it.
    pub as_of: DateTime<Utc>,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub sha256: String,
}

impl AuthorityForm {
    /// Its parts with the answers of `sheet`, times in `zone`. Questions that don't arise are left out, and parts
    /// without any.
    #[must_use]
    pub fn filled(&self, sheet: &Sheet, language: Language, zone: Zone) -> Vec<FilledPart> {
        let parts = self.parts.iter().map(|part| FilledPart {
            heading: part.heading.clone(),
            fields: part
                .takes
                .iter()
                .flat_map(|section| catalogue().in_section(section))
                .filter_map(|entry| {
                    if self.leaves_out.contains(&entry.key) {
                        return None;
                    }
                    let seen = entry.asked_by.contains(self.asked_by);
                    let asked = seen || entry.asked_by.contains(self.asked_by.to_ascii_lowercase());
                    if !asked || !sheet.asks(entry) {
                        return None;
                    }
                    let fact = sheet.get(&entry.key);
                    Some(FilledField {
                        key: entry.key.clone(),
                        label: entry.label.clone(),
                        edpb_row: entry.edpb_row,
                        article: entry.article.clone(),
                        // What is our own selection can't be another way in the form.
                        seen: seen || self.is_general,
                        is_long: entry.kind == Kind::Text,
                        text: fact.map(|fact| words::answer(fact, language, zone)).unwrap_or_default(),
                        certainty: fact.map(|fact| fact.certainty),
                        value: fact.and_then(|fact| fact.value.clone()),
                    })
                })
                .collect(),
        });
        parts.filter(|part| !part.fields.is_empty()).collect()
    }
}

/// The filled form as one text, for the record: what was copied, as it stood at `at`, and under which rule.
#[must_use]
pub fn as_text(
    form: &AuthorityForm,
    head: Option<&ReportHead>,
    parts: &[FilledPart],
    at: DateTime<Utc>,
    zone: Zone,
) -> String {
    // Writing to a text never fails.
    let mut out = format!("{}\n", form.name);
    if let Some(head) = head {
        let _ = writeln!(out, "{}: {}\nTo: {}", head.regime, head.title, head.recipient);
        let _ = writeln!(out, "Source: {} ({}; {})", head.source, head.status, head.confidence);
    }
    let _ = writeln!(out, "Answers as they stood on {}", show(at, zone));
    for part in parts {
        let _ = write!(out, "\n## {}\n", part.heading);
        for field in &part.fields {
            let row = field.edpb_row.map(|row| format!(", EDPB row {row}")).unwrap_or_default();
            let text = if field.text.is_empty() { "(not answered)" } else { &field.text };
            let _ = write!(out, "\n{} ({}{row})\n{text}\n", field.label, field.key);
        }
    }
    out
}

#[cfg(test)]
mod tests;
