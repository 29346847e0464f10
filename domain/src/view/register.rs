//! The breach register, as a list and record by record.

use super::Listed;
use crate::{
    fact::Certainty,
    id::IncidentId,
    incident::{Outcome, Phase},
    register::{
        FilterInput,
        retention::{Kept, RetentionSettings},
    },
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// A line of the breach register (Art. 33(5)).
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RegisterRow {
    pub incident: IncidentId,
    pub reference: String,
    pub title: String,
    pub phase: Phase,
    pub declared_at: DateTime<Utc>,
    pub aware_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub notified_at: Option<DateTime<Utc>>,
    pub late: bool,
    /// The facts of the breach, its effects and the remedial action, in words where they are known.
    pub facts: String,
    pub effects: String,
    pub remedy: String,
    pub people: String,
    pub risk: String,
    pub communicated: bool,
    pub outcome: Option<Outcome>,
    pub closed_at: Option<DateTime<Utc>>,
    /// From when the record is to be reviewed; none while the case is open and has no date of its own.
    pub review_at: Option<DateTime<Utc>>,
    /// A legal hold stands.
    pub held: bool,
}

/// A page of the register, and where nothing was found, which parts of the filter stand in the way.
#[derive(Debug, Clone)]
pub struct Register {
    pub rows: Listed<RegisterRow>,
    /// The name of a field without which something would be found, and how much.
    pub in_the_way: Vec<(&'static str, u64)>,
    pub filter: FilterInput,
    pub settings: RetentionSettings,
    /// The name of the zone in which days begin.
    pub zone: &'static str,
}

/// What one question was answered with, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordLine {
    /// Stable: the fact's key, or a name of ours.
    pub code: String,
    pub label: String,
    pub value: String,
    /// How sure it is, where it is a fact.
    pub certainty: Option<Certainty>,
    /// Who recorded it and when, why, and on which evidence; in words.
    pub note: String,
}

impl RecordLine {
    #[must_use]
    pub fn new(code: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            label: label.into(),
            value: value.into(),
            certainty: None,
            note: String::new(),
        }
    }

    #[must_use]
    pub fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// A headed part of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordSection {
    /// Stable: `facts`, `times`, `effects` …
    pub code: &'static str,
    pub heading: &'static str,
    /// Where the GDPR asks for it.
    pub article: &'static str,
    pub lines: Vec<RecordLine>,
    /// Codes and labels of what is asked here and nobody has answered.
    pub unanswered: Vec<(String, String)>,
}

/// A legal hold, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordHold {
    pub placed_at: DateTime<Utc>,
    pub placed_by: String,
    pub why: String,
    /// None while it stands.
    pub lifted_at: Option<DateTime<Utc>>,
    pub lifted_by: String,
    pub lifted_why: String,
}

/// How long a record is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordKeeping {
    /// From when it is to be reviewed; none while the case is open and has no date of its own.
    pub review_at: Option<DateTime<Utc>>,
    /// Its date has come, the case is closed, and no hold stands.
    pub due: bool,
    /// It has a date of its own; otherwise the organisation's years count.
    pub own_date: bool,
    /// Why it has, or had, a date of its own; with who set it and when.
    pub own_reason: String,
    /// The organisation's years.
    pub years: u32,
    /// A legal hold stands.
    pub held: bool,
    /// Every hold that there was, the newest first.
    pub holds: Vec<RecordHold>,
}

/// Where the case's journal ended when the record was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordProof {
    pub entries: i64,
    /// SHA-256 of the last entry, which holds that of the one before, and so on.
    pub head: String,
}

/// One breach, as Article 33(5) asks for it. It stands alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Record {
    pub incident: IncidentId,
    pub reference: String,
    pub title: String,
    /// The organisation whose register it is, as its profile names it; empty where nobody has.
    pub organisation: String,
    pub phase: Phase,
    pub outcome: Option<Outcome>,
    pub first_hint_at: Option<DateTime<Utc>>,
    pub detected_at: Option<DateTime<Utc>>,
    pub aware_at: Option<DateTime<Utc>>,
    pub contained_at: Option<DateTime<Utc>>,
    pub declared_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// When the 72 hours of Article 33(1) end.
    pub due_at: Option<DateTime<Utc>>,
    pub notified_at: Option<DateTime<Utc>>,
    /// Notified after it was due, or due and not notified.
    pub late: bool,
    /// When a relay first took a communication to data subjects.
    pub communicated_at: Option<DateTime<Utc>>,
    pub sections: Vec<RecordSection>,
    pub keeping: RecordKeeping,
    pub journal: RecordProof,
}

impl Record {
    /// The line of this code, where it is answered.
    #[must_use]
    pub fn line(&self, code: &str) -> Option<&RecordLine> {
        self.sections.iter().flat_map(|section| &section.lines).find(|line| line.code == code)
    }
}

/// A record with what may be done about it.
#[derive(Debug, Clone)]
pub struct RecordPage {
    pub record: Record,
    pub kept: Kept,
    /// The zone's name in which its times are told and its days begin.
    pub zone: &'static str,
    pub made_at: DateTime<Utc>,
    /// Who asked for it.
    pub made_by: String,
    pub may_keep: bool,
    pub may_hold: bool,
    /// Whether the asker may read the case itself.
    pub may_read_case: bool,
}

/// What was handed over.
#[derive(Debug, Clone)]
pub struct Exported {
    /// Without a path, of plain characters.
    pub name: String,
    /// Such as `application/json` or `text/csv; charset=utf-8`.
    pub media_type: &'static str,
    pub body: Vec<u8>,
    /// How many records or files are in it.
    pub count: usize,
    /// SHA-256 of the body, lower-case hexadecimal.
    pub digest: String,
}

impl Exported {
    /// A file of text as it reads; empty for an archive.
    #[must_use]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}
