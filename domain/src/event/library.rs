//! What can have happened to the organisation's own playbooks.

use crate::{
    journal::{Draft, Stream, hash},
    playbook::edition::{Edition, Place},
    text::Choice,
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LibraryEvent {
    Drafted(Edition),
    Saved(Edition),
    Declined(Edition),
    Published(Edition),
    /// Given up, superseded or retired.
    Ended(Edition),
    /// Which version of a playbook is offered from now on, if any.
    Placed(Place),
}

impl LibraryEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::Drafted(e) => {
                let base = e.base.as_ref().map(|base| base.digest.clone()).unwrap_or_default();
                edition(e, "playbook_drafted").with("based_on", base)
            }
            Self::Saved(e) => edition(e, "playbook_saved"),
            Self::Declined(e) => {
                let reason = e.declined.as_ref().map(|said| hash(&said.reason)).unwrap_or_default();
                edition(e, "playbook_declined").with("reason", reason)
            }
            Self::Published(e) => edition(e, "playbook_published").with("author", e.saved_by.to_string()),
            Self::Ended(e) => {
                let reason = e.ended.as_ref().map(|said| hash(&said.reason)).unwrap_or_default();
                edition(e, "playbook_ended").with("state", e.state.code()).with("reason", reason)
            }
            Self::Placed(p) => Draft::new(Stream::System, "playbook_placed", &p.playbook)
                .with("state", p.state.code())
                .with("digest", p.digest.as_str())
                .with("revision", p.revision)
                .with("reason", hash(&p.reason)),
        }
    }
}

fn edition(e: &Edition, what: &'static str) -> Draft {
    Draft::new(Stream::System, what, e.id)
        .with("playbook", e.playbook.as_str())
        .with("version", e.version)
        .with("digest", e.digest.as_str())
        .with("revision", e.revision)
}
