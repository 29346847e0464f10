//! Having become aware: the moment that starts the clock of Article 33(1) GDPR.
//!
//! Aware means a reasonable degree of certainty that a security incident has led to personal data
//! being compromised (EDPB Guidelines 9/2022, para 31). A person judges it; nothing derives it.

use crate::{
    fact::Ground,
    id::{AccountId, AwarenessId, EvidenceId, IncidentId},
    moment::Zone,
    refusal::Refusal,
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One statement of when the controller became aware. Later ones supersede; all stay visible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Awareness {
    pub id: AwarenessId,
    pub incident: IncidentId,
    /// 1 for the first statement.
    pub version: i64,
    pub aware_at: DateTime<Utc>,
    /// Who judged that the certainty was reasonable.
    pub judged_by: String,
    pub why: String,
    pub ground: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
}

/// Records when the controller became aware.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AwarenessInput {
    /// RFC 3339, or a local time in the reader's zone. Not in the future.
    #[serde(default)]
    pub aware_at: String,
    #[serde(default)]
    pub judged_by: String,
    #[serde(default)]
    pub why: String,
    /// The id of an evidence item of this incident; may be empty.
    #[serde(default)]
    pub evidence: String,
    /// Where in the evidence; may be empty.
    #[serde(default)]
    pub place: String,
}

/// An awareness statement that can be taken, its evidence still to be looked up.
#[derive(Debug, Clone)]
pub struct NewAwareness {
    pub aware_at: DateTime<Utc>,
    pub judged_by: String,
    pub why: String,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl AwarenessInput {
    /// # Errors
    /// Says which fields can't be taken and why. A moment in the future is refused.
    pub fn parse(&self, zone: Zone, now: DateTime<Utc>) -> Result<NewAwareness, Refusal> {
        let mut c = Checks::new();
        let aware_at = c.past_instant("aware_at", &self.aware_at, zone, now);
        let judged_by = c.line("judged_by", &self.judged_by);
        let why = c.reason("why", &self.why);
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        match (aware_at, judged_by, why, evidence, place) {
            (Some(aware_at), Some(judged_by), Some(why), Some(evidence), Some(place)) => {
                Ok(NewAwareness { aware_at, judged_by, why, evidence, place })
            }
            _ => Err(c.refusal()),
        }
    }
}
