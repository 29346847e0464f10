//! What can have happened to the organisation's own texts of notices.

use crate::{
    journal::{Draft, Stream, hash},
    notice::own_text::version::TextVersion,
    text::Choice,
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextEvent {
    Drafted(TextVersion),
    Saved(TextVersion),
    Declined(TextVersion),
    Published(TextVersion),
    /// Given up, superseded or retired.
    Ended(TextVersion),
}

impl TextEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::Drafted(t) => entry(t, "texts_drafted"),
            Self::Saved(t) => entry(t, "texts_saved"),
            Self::Declined(t) => {
                let reason = t.declined.as_ref().map(|said| hash(&said.reason)).unwrap_or_default();
                entry(t, "texts_declined").with("reason", reason)
            }
            Self::Published(t) => {
                let authors: Vec<String> = t.authors.iter().map(ToString::to_string).collect();
                entry(t, "texts_published").with("authors", authors.join(" "))
            }
            Self::Ended(t) => {
                let reason = t.ended.as_ref().map(|said| hash(&said.reason)).unwrap_or_default();
                entry(t, "texts_ended").with("state", t.state.code()).with("reason", reason)
            }
        }
    }
}

fn entry(t: &TextVersion, what: &'static str) -> Draft {
    Draft::new(Stream::System, what, t.id)
        .with("kind", t.kind.code())
        .with("language", t.language.code())
        .with("version", t.version)
        .with("digest", t.digest())
        .with("revision", t.revision)
}
