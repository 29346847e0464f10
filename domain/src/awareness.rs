//! Having become aware: the moment that starts the clock of Article 33(1) GDPR.
//!
//! Aware means a reasonable degree of certainty that a security incident has led to personal data
//! being compromised (EDPB Guidelines 9/2022, para 31). A person judges it; nothing derives it. The ledger
//! holds every moment that could be meant, every judgement, and every correction of one.

pub mod candidate;

use crate::{
    choices, clock,
    fact::Ground,
    id::{AccountId, AwarenessId, EvidenceId, IncidentId},
    moment::Precision,
    refusal::{FieldError, Refusal},
    text::{Checks, Zones},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// Whether a judgement counts.
    pub enum Adoption {
        /// The first judgement, or a correction that a second person confirmed.
        Adopted = "adopted" => "adopted",
        /// A correction that waits for a second person.
        Waiting = "waiting" => "waits for a second person",
        /// A correction that a second person declined.
        Declined = "declined" => "declined",
    }
}

/// One statement of when the controller became aware. Later ones supersede; all stay visible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Awareness {
    pub id: AwarenessId,
    pub incident: IncidentId,
    /// 1 for the first statement.
    pub version: i64,
    pub aware_at: DateTime<Utc>,
    /// A date alone is the beginning of that day at the authority.
    pub precision: Precision,
    /// Since when it was looked into, where that is said (EDPB Guidelines 9/2022, para 34).
    pub investigated_from: Option<DateTime<Utc>>,
    /// Who judged that the certainty was reasonable.
    pub judged_by: String,
    pub why: String,
    /// Why the moment adopted before was not the right one; empty for the first statement.
    pub correction: String,
    pub ground: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    pub adoption: Adoption,
    /// When a second person confirmed or declined the correction.
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<AccountId>,
    /// What they said to it.
    pub decision: String,
}

/// Records when the controller became aware, or corrects it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AwarenessInput {
    /// RFC 3339, or a local time in the reader's zone; a date alone is 00:00 in the authority's zone. Not in the future.
    #[serde(default)]
    pub aware_at: String,
    /// Since when it was investigated; may be empty. Not after `aware_at`.
    #[serde(default)]
    pub investigated_from: String,
    #[serde(default)]
    pub judged_by: String,
    #[serde(default)]
    pub why: String,
    /// For a correction: why the moment adopted before was not the right one.
    #[serde(default)]
    pub correction: String,
    /// The id of an evidence item of this incident; may be empty.
    #[serde(default)]
    pub evidence: String,
    /// Where in the evidence; may be empty.
    #[serde(default)]
    pub place: String,
}

/// Confirms a correction, or declines it with a reason.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionInput {
    /// To decline: why. To confirm: a remark; may be empty.
    #[serde(default)]
    pub reason: String,
}

impl DecisionInput {
    /// # Errors
    /// Declining without a reason, or a text that can't be taken.
    pub fn parse(&self, adoption: Adoption) -> Result<String, Refusal> {
        let mut c = Checks::new();
        let reason = match adoption {
            Adoption::Declined => c.reason("reason", &self.reason),
            Adoption::Adopted | Adoption::Waiting => c.optional_reason("reason", &self.reason),
        };
        reason.ok_or_else(|| c.refusal())
    }
}

/// An awareness statement that can be taken, its evidence still to be looked up.
#[derive(Debug, Clone)]
pub struct NewAwareness {
    pub aware_at: DateTime<Utc>,
    pub precision: Precision,
    pub investigated_from: Option<DateTime<Utc>>,
    pub judged_by: String,
    pub why: String,
    pub correction: String,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl AwarenessInput {
    /// `before` are the statements that are there already: from the second on it is a correction.
    ///
    /// # Errors
    /// Says which fields can't be taken and why. A moment in the future is refused, a correction without its reason,
    /// and a second one while the first still waits.
    pub fn parse(
        &self,
        zones: Zones,
        now: DateTime<Utc>,
        before: &[Awareness],
    ) -> Result<NewAwareness, Refusal> {
        let mut c = Checks::new();
        let aware = c.past_instant_at("aware_at", &self.aware_at, zones, now);
        let investigated = match self.investigated_from.trim() {
            "" => Some(None),
            raw => c.past_instant_at("investigated_from", raw, zones, now).map(|p| Some(p.at)),
        };
        if let (Some(aware), Some(Some(from))) = (aware, investigated)
            && from > aware.at
        {
            let message = "This lies after the moment of becoming aware. The investigation came before it.";
            c.push(FieldError::new("investigated_from", "after_awareness", message));
        }
        let judged_by = c.line("judged_by", &self.judged_by);
        let why = c.reason("why", &self.why);
        let correction = if before.is_empty() {
            c.optional_reason("correction", &self.correction)
        } else {
            c.reason("correction", &self.correction)
        };
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        if waiting(before).is_some() {
            return Err(Refusal::state(
                "correction_waits",
                "A correction already waits for a second person. Confirm or decline that one first.",
            ));
        }
        match (aware, investigated, judged_by, why, correction, evidence, place) {
            (
                Some(aware),
                Some(investigated_from),
                Some(judged_by),
                Some(why),
                Some(correction),
                Some(evidence),
                Some(place),
            ) => Ok(NewAwareness {
                aware_at: aware.at,
                precision: aware.precision,
                investigated_from,
                judged_by,
                why,
                correction: if before.is_empty() { String::new() } else { correction },
                evidence,
                place,
            }),
            _ => Err(c.refusal()),
        }
    }
}

impl Awareness {
    /// Confirmed, or declined with a reason, by somebody who didn't record it.
    ///
    /// # Errors
    /// It doesn't wait, or the same person recorded it.
    pub fn decide(
        &self,
        adoption: Adoption,
        by: AccountId,
        decision: String,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if self.adoption != Adoption::Waiting {
            let message = "This correction no longer waits: it was confirmed or declined already.";
            return Err(Refusal::state("not_waiting", message));
        }
        if self.recorded_by == by {
            let message = "You recorded this correction. Somebody else confirms or declines it.";
            return Err(Refusal::state("own_correction", message));
        }
        Ok(Self { adoption, decided_at: Some(now), decided_by: Some(by), decision, ..self.clone() })
    }
}

/// The newest statement that is adopted.
#[must_use]
pub fn adopted(statements: &[Awareness]) -> Option<&Awareness> {
    statements.iter().filter(|s| s.adoption == Adoption::Adopted).max_by_key(|s| s.version)
}

/// The correction that waits for a second person.
#[must_use]
pub fn waiting(statements: &[Awareness]) -> Option<&Awareness> {
    statements.iter().find(|s| s.adoption == Adoption::Waiting)
}

/// The statement by which everything is reckoned. While a correction waits, it is the one whose due time under
/// Article 33(1) is the earlier; one under which no clock ran would be the later.
#[must_use]
pub fn ruling(statements: &[Awareness]) -> Option<&Awareness> {
    let key = |s: &&Awareness| {
        let due = clock::due_of(s.aware_at);
        (due.is_none(), due, s.adoption == Adoption::Waiting)
    };
    adopted(statements).into_iter().chain(waiting(statements)).min_by_key(key)
}

#[cfg(test)]
mod tests;
