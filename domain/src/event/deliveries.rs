//! What can have happened to the mails of a notice by somebody's decision, and to its list of recipients.

use super::recipients::HeldPerson;
use crate::{
    id::{DeliveryId, IncidentId, NoticeId},
    journal::{Draft, Stream, hash},
    notice::Notice,
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one at a time, and never kept")]
pub enum DeliveryEvent {
    /// People who were not on the list of `notice` yet, in their order at its end.
    RecipientsAdded {
        notice: Notice,
        added: Vec<HeldPerson>,
    },
    /// A held mail is to be sent again.
    Released {
        notice: NoticeId,
        mail: DeliveryId,
    },
    /// A held mail is not sent again.
    Dropped {
        notice: NoticeId,
        mail: DeliveryId,
        reason: String,
    },
    /// A mail is sent although an earlier one to its address came back.
    Insisted {
        incident: IncidentId,
        notice: NoticeId,
        mail: DeliveryId,
        /// By what the address is suppressed.
        address_code: String,
        reason: String,
    },
    /// No mail of the notice is begun until somebody resumes it.
    Paused {
        incident: IncidentId,
        notice: NoticeId,
        reason: String,
    },
    Resumed {
        incident: IncidentId,
        notice: NoticeId,
    },
}

impl DeliveryEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::RecipientsAdded { notice: n, added } => {
                Draft::new(Stream::Incident(n.incident), "recipients_added", n.id)
                    .with("revision", n.revision)
                    .with("added", added.len() as u64)
                    .with("count", n.list.count)
                    .with("digest", n.list.digest.as_str())
            }
            Self::Released { notice, mail } => {
                Draft::new(Stream::Deliveries(*notice), "held_mail_released", mail)
            }
            Self::Dropped { notice, mail, reason } => {
                Draft::new(Stream::Deliveries(*notice), "held_mail_dropped", mail)
                    .with("reason", hash(reason))
            }
            Self::Insisted { notice, mail, reason, .. } => {
                Draft::new(Stream::Deliveries(*notice), "suppressed_mail_tried", mail)
                    .with("reason", hash(reason))
            }
            Self::Paused { incident, notice, reason } => {
                Draft::new(Stream::Incident(*incident), "sending_paused", notice).with("reason", hash(reason))
            }
            Self::Resumed { incident, notice } => {
                Draft::new(Stream::Incident(*incident), "sending_resumed", notice)
            }
        }
    }
}
