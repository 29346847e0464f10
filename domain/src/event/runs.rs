//! What can have happened to playbooks that are followed, beyond beginning them and working their steps.

use crate::{
    id::IncidentId,
    journal::{Draft, Stream, hash},
    work::run::{Run, StepItem},
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq)]
pub enum FollowedEvent {
    ItemRenamed {
        incident: IncidentId,
        item: StepItem,
        /// What it was called before.
        was: String,
    },
    ItemRemoved {
        incident: IncidentId,
        item: StepItem,
    },
    /// The run goes on with another version.
    VersionTaken {
        run: Run,
        /// The version it followed until now, and the digest of that text.
        was: (u32, String),
    },
}

impl FollowedEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::ItemRenamed { incident, item, was } => {
                super::item(*incident, item, "item_renamed").with("was", hash(was))
            }
            Self::ItemRemoved { incident, item } => super::item(*incident, item, "item_removed"),
            Self::VersionTaken { run, was: (version, digest) } => {
                Draft::new(Stream::Incident(run.incident), "playbook_version_taken", run.id)
                    .with("playbook", run.playbook.as_str())
                    .with("version", run.version)
                    .with("digest", run.digest.as_str())
                    .with("from", format!("version {version}"))
                    .with("from_digest", digest.as_str())
            }
        }
    }
}
