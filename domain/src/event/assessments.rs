//! What can have happened to assessments of the risk.

use crate::{
    assessment::record::Assessment,
    journal::{Draft, Stream},
    text::Choice,
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq)]
pub enum AssessmentEvent {
    Recorded(Assessment),
}

impl AssessmentEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::Recorded(a) => {
                let draft = Draft::new(Stream::Incident(a.incident), "risk_assessed", a.id)
                    .with("version", a.version)
                    .with("digest", a.digest());
                match &a.enisa {
                    Some(enisa) => draft
                        .with("enisa_level", enisa.result.level.code())
                        .with("enisa_quarters", enisa.result.se_quarters),
                    None => draft,
                }
            }
        }
    }
}
