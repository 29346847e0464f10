//! What can have happened to the keeping of records.

use crate::{
    journal::{Draft, Stream, hash},
    moment::rfc3339,
    register::retention::{Hold, OwnDate, RetentionSettings},
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterEvent {
    SettingsSaved { settings: RetentionSettings, revision: i64 },
    DateSet(OwnDate),
    HoldPlaced(Hold),
    HoldLifted(Hold),
}

impl RegisterEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::SettingsSaved { settings, revision } => {
                Draft::new(Stream::System, "retention_settings_saved", "retention")
                    .with("years", settings.years)
                    .with("revision", *revision)
            }
            Self::DateSet(own) => Draft::new(Stream::Incident(own.incident), "review_date_set", own.incident)
                .with("review_at", own.review_at.map(rfc3339).unwrap_or_default())
                .with("revision", own.revision)
                .with("reason", hash(&own.reason)),
            Self::HoldPlaced(hold) => {
                Draft::new(Stream::Incident(hold.incident), "legal_hold_placed", hold.id)
                    .with("why", hash(&hold.why))
            }
            Self::HoldLifted(hold) => {
                Draft::new(Stream::Incident(hold.incident), "legal_hold_lifted", hold.id)
                    .with("why", hash(&hold.lifted_why))
            }
        }
    }
}
