//! Moments at which one might say that the controller became aware, with the due time under each.

use crate::{
    choices,
    fact::Ground,
    id::{AccountId, CandidateId, EvidenceId, IncidentId},
    moment::{Parsed, Precision},
    refusal::Refusal,
    text::{Checks, Zones},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What the moment is.
    pub enum CandidateKind {
        FirstAlert = "first_alert" => "first alert",
        ReportersCall = "reporters_call" => "a reporter's call",
        ProcessorsMail = "processors_mail" => "the processor's mail",
        AnalystsConfirmation = "analysts_confirmation" => "an analyst's confirmation",
        Other = "other" => "another moment",
    }
}

/// A moment that could be meant. It is added, or withdrawn with a reason, and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Candidate {
    pub id: CandidateId,
    pub incident: IncidentId,
    pub kind: CandidateKind,
    pub happened_at: DateTime<Utc>,
    pub precision: Precision,
    /// What happened then, and what was known by it.
    pub what: String,
    pub ground: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_by: Option<AccountId>,
    pub withdrawn_reason: String,
}

/// Adds a moment at which one might say that the controller became aware.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CandidateInput {
    /// A code of [`CandidateKind`].
    #[serde(default)]
    pub kind: String,
    /// RFC 3339, or a local time in the reader's zone; a date alone is 00:00 in the authority's zone. Not in the future.
    #[serde(default)]
    pub happened_at: String,
    #[serde(default)]
    pub what: String,
    /// The id of an evidence item of this incident; may be empty.
    #[serde(default)]
    pub evidence: String,
    /// Where in the evidence; may be empty.
    #[serde(default)]
    pub place: String,
}

/// A candidate that can be taken, its evidence still to be looked up.
#[derive(Debug, Clone)]
pub struct NewCandidate {
    pub kind: CandidateKind,
    pub happened: Parsed,
    pub what: String,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl CandidateInput {
    /// # Errors
    /// Says which fields can't be taken and why. A moment in the future is refused.
    pub fn parse(&self, zones: Zones, now: DateTime<Utc>) -> Result<NewCandidate, Refusal> {
        let mut c = Checks::new();
        let kind = c.choice("kind", &self.kind);
        let happened = c.past_instant_at("happened_at", &self.happened_at, zones, now);
        let what = c.reason("what", &self.what);
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        match (kind, happened, what, evidence, place) {
            (Some(kind), Some(happened), Some(what), Some(evidence), Some(place)) => {
                Ok(NewCandidate { kind, happened, what, evidence, place })
            }
            _ => Err(c.refusal()),
        }
    }
}

impl Candidate {
    /// Withdrawn: it stays visible with its reason.
    ///
    /// # Errors
    /// It was withdrawn already.
    pub fn withdraw(&self, by: AccountId, reason: String, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.withdrawn_at.is_some() {
            return Err(Refusal::state("withdrawn", "This was withdrawn already."));
        }
        Ok(Self { withdrawn_at: Some(now), withdrawn_by: Some(by), withdrawn_reason: reason, ..self.clone() })
    }
}
