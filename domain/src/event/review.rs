//! What can have happened to a notice while it is written and read, beside its stages.

use crate::{
    journal::{Draft, Stream, hash},
    notice::{Notice, comment::Comment},
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewEvent {
    /// The words of a statement stay although facts under it have changed.
    StatementKept {
        notice: Box<Notice>,
        code: String,
        reason: String,
    },
    Commented(Comment),
    CommentResolved(Comment),
}

impl ReviewEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        let comment = |c: &Comment, what: &'static str| {
            Draft::new(Stream::Incident(c.incident), what, c.id).with("notice", c.notice.to_string())
        };
        match self {
            Self::StatementKept { notice: n, code, reason } => {
                Draft::new(Stream::Incident(n.incident), "statement_kept", n.id)
                    .with("revision", n.revision)
                    .with("statement", code.as_str())
                    .with("reason", hash(reason))
            }
            Self::Commented(c) => comment(c, "notice_commented")
                .with("statement", c.statement.clone().unwrap_or_default())
                .with("text", hash(&c.text)),
            Self::CommentResolved(c) => comment(c, "comment_resolved"),
        }
    }
}
