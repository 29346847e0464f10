//! What can have happened to lists of recipients. The journal knows files and lists by their digests and counts, and
//! nobody on them.

use super::Secret;
use crate::{
    id::{IncidentId, NoticeId},
    journal::{Draft, Stream, hash},
    notice::Notice,
    recipient::{Channel, file::RecipientFile, keeping::RecipientSettings, otherwise::Told},
    text::Choice,
};

/// A person of a list as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPerson {
    /// Salted with the notice, under the key of this installation: it stays when the rest is removed.
    pub digest: String,
    pub channel: Channel,
    /// [`crate::recipient::Person::line`], sealed.
    pub sealed: Secret,
    /// What their name and numbers are found by, under the key of this installation.
    pub marks: Vec<i64>,
}

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientEvent {
    FileRead(RecipientFile),
    FileMapped(RecipientFile),
    FileDropped(RecipientFile),
    /// The list that was made of it and of the one before is `edition`; none where no row was taken.
    FileTaken {
        file: RecipientFile,
        list: Option<(Notice, String)>,
    },
    /// Those who ask for another language went over to a communication in it, which is drafted in the same commit. Each
    /// notice comes with its list, an edition.
    Parted {
        stay: (Notice, String),
        go: (Notice, String),
    },
    /// A person had what is known of the people removed. Their digests and what became of their mails stay.
    PurgeAsked {
        incident: IncidentId,
        notice: NoticeId,
        reason: String,
    },
    /// Somebody was told without a mail, or couldn't be.
    ToldOtherwise {
        incident: IncidentId,
        notice: NoticeId,
        digest: String,
        outcome: Told,
    },
    SettingsSaved {
        settings: RecipientSettings,
        revision: i64,
    },
}

impl RecipientEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::FileRead(f) => file(f, "recipient_file_read").with("rows", f.rows),
            Self::FileMapped(f) => file(f, "recipient_file_mapped").with("digest", f.digest()),
            Self::FileDropped(f) => file(f, "recipient_file_dropped"),
            Self::FileTaken { file: f, list } => {
                let draft = file(f, "recipient_file_taken")
                    .with("digest", f.digest())
                    .with("taken", f.counts.taken)
                    .with("replaced", f.counts.replaced)
                    .with("merged", f.counts.merged)
                    .with("wrong", f.counts.wrong);
                match list {
                    Some((notice, _)) => draft
                        .with("revision", notice.revision)
                        .with("count", notice.list.count)
                        .with("list", notice.list.digest.as_str()),
                    None => draft,
                }
            }
            Self::Parted { stay: (from, _), go: (to, _) } => {
                Draft::new(Stream::Incident(from.incident), "recipients_parted", from.id)
                    .with("revision", from.revision)
                    .with("count", from.list.count)
                    .with("list", from.list.digest.as_str())
                    .with("to", to.id.to_string())
                    .with("language", to.language.code())
                    .with("moved", to.list.count)
                    .with("moved_list", to.list.digest.as_str())
            }
            Self::PurgeAsked { incident, notice, reason } => {
                Draft::new(Stream::Incident(*incident), "recipients_purge_asked", notice)
                    .with("reason", hash(reason))
            }
            Self::ToldOtherwise { incident, notice, digest, outcome } => {
                Draft::new(Stream::Incident(*incident), "told_otherwise", notice)
                    .with("digest", digest.as_str())
                    .with("outcome", outcome.code())
            }
            Self::SettingsSaved { settings, revision } => {
                Draft::new(Stream::System, "recipient_settings_saved", "recipients")
                    .with("days", settings.days)
                    .with("revision", *revision)
            }
        }
    }
}

fn file(f: &RecipientFile, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(f.incident), what, f.id)
        .with("notice", f.notice.to_string())
        .with("state", f.state.code())
        .with("sha256", f.sha256.as_str())
}
