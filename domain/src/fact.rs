//! A fact: one answer that the law or the team needs, with its certainty and its ground.
//!
//! A new value supersedes the old one and nothing is overwritten. "Not yet known" is a value with
//! a promised date, never 0 and never blank.

pub mod catalogue;
pub mod condition;
pub mod promise;
pub mod record;
pub mod sheet;

use crate::{
    choices,
    id::{AccountId, EvidenceId, FactId},
};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

choices! {
    /// How sure an answer is.
    pub enum Certainty {
        Exact = "exact" => "exact",
        Approximate = "approximate" => "approximate",
        Range = "range" => "range",
        NotYetKnown = "not_yet_known" => "not yet known",
        CannotBeDetermined = "cannot_be_determined" => "cannot be determined",
    }
}

impl Certainty {
    /// Whether an answer of this certainty carries a value.
    #[must_use]
    pub fn has_value(self) -> bool {
        matches!(self, Self::Exact | Self::Approximate | Self::Range)
    }
}

/// A typed answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Value {
    /// Words, one line or many.
    Text(String),
    /// A whole number of people, records …
    Number(u64),
    /// Both ends belong to it.
    Range {
        low: u64,
        high: u64,
    },
    Bool(bool),
    /// The code of one option of the catalogue.
    Choice(String),
    /// The codes of several options, in the catalogue's order.
    Choices(Vec<String>),
    Instant(DateTime<Utc>),
    Date(NaiveDate),
    /// ISO 3166-1 alpha-2 codes.
    Countries(Vec<String>),
    /// Numbers of people by ISO 3166-1 alpha-2 code.
    Counts(BTreeMap<String, u64>),
}

/// What a fact is about. The catalogue gives each key's scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum About {
    Organisation,
    Incident,
    /// ISO 3166-1 alpha-2 code.
    Country(String),
    /// A controller for whom the breach is handled.
    Controller(String),
    /// One filing with one authority.
    Submission(String),
}

impl About {
    /// As stored: kind, and id where there is one.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Organisation => ("organisation", ""),
            Self::Incident => ("incident", ""),
            Self::Country(id) => ("country", id),
            Self::Controller(id) => ("controller", id),
            Self::Submission(id) => ("submission", id),
        }
    }

    /// The reverse of [`Self::parts`].
    #[must_use]
    pub fn from_parts(kind: &str, id: &str) -> Option<Self> {
        Some(match kind {
            "organisation" => Self::Organisation,
            "incident" => Self::Incident,
            "country" => Self::Country(id.to_owned()),
            "controller" => Self::Controller(id.to_owned()),
            "submission" => Self::Submission(id.to_owned()),
            _ => return None,
        })
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = self.parts();
        if id.is_empty() { f.write_str(kind) } else { write!(f, "{kind} {id}") }
    }
}

/// The evidence under an answer: which item, its digest at the time, and the place in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ground {
    pub evidence: EvidenceId,
    /// SHA-256 of the content, lower-case hexadecimal.
    pub sha256: String,
    /// For example "lines 1,204 to 6,015".
    pub place: String,
}

/// One version of one fact, as recorded and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fact {
    pub id: FactId,
    pub key: String,
    pub about: About,
    /// 1 for the first answer to this key.
    pub version: u32,
    pub certainty: Certainty,
    /// Absent for "not yet known" and "cannot be determined".
    pub value: Option<Value>,
    /// When an answer that is not yet known is promised.
    pub promised_on: Option<NaiveDate>,
    /// Since when the answer holds in the world.
    pub holds_from: Option<DateTime<Utc>>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    /// Why the answer changed, or on what it rests in words.
    pub reason: String,
    pub ground: Option<Ground>,
}

impl Fact {
    /// SHA-256 over this version as canonical JSON: what the journal holds in its place.
    #[must_use]
    pub fn digest(&self) -> String {
        crate::journal::hash(&crate::journal::canonical(&serde_json::to_value(self).unwrap_or_default()))
    }
}
