//! Mail: how a frozen message becomes bytes, and how the bytes are handed over.
//!
//! This room knows nothing of notices, deliveries or the database. It is given an [`Envelope`] in
//! which everything that could vary was fixed when sending was decided, and answers with an
//! [`Outcome`] that claims no more than what is known. "Accepted" means that the relay took
//! responsibility for the mail; it means neither delivered nor read.
//!
//! SMTP cannot promise "exactly once": between the final dot and the recording of its answer nobody
//! can tell whether the relay has the mail (RFC 1047). The caller marks the delivery in
//! `before_dot`; what is lost after that mark is [`Outcome::Uncertain`], and is named in the case.

mod folder;
mod header;
mod memory;
mod message;
mod smtp;
#[cfg(test)]
pub(crate) mod tests;
mod trial;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

pub use memory::Sent;
pub use message::{Unbuildable, build};
pub use smtp::{Security, SmtpFault, SmtpRelay, SmtpSettings, SmtpTimeouts};
pub use trial::{send_test_mail, test_mail};

/// Who a mail is from. The name may be empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub name: String,
    /// `local@domain` in plain ASCII characters.
    pub address: String,
}

/// What was frozen when sending was decided; the bytes never vary for one recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    pub from: Mailbox,
    /// An address, where answers should not go to the sender.
    pub reply_to: Option<String>,
    /// Where the mail comes back to if it can't be delivered: the sender of the envelope, which isn't part of the
    /// bytes. `from` where it is none.
    pub return_to: Option<String>,
    /// The one recipient's address: every recipient has a transaction of their own, so that no one
    /// learns of another and each answer belongs to one person.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// The `Date` header: when sending was decided, not when this attempt runs. Whole seconds count.
    pub date: DateTime<Utc>,
    /// `local@domain` without angle brackets; the same for every attempt, so that a copy sent twice
    /// can be recognised as one mail.
    pub message_id: String,
    /// 1–60 letters, digits, `-` or `_`; used where there is HTML beside the text.
    pub boundary: String,
}

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The relay answered 250 to the complete mail and is responsible for it now (RFC 5321,
    /// section 6.1).
    Accepted {
        code: u16,
        /// The answer with its code, usually with the relay's queue id.
        reply: String,
        /// `host:port`, or `folder`, or `memory`.
        relay: String,
        /// TLS version, cipher suite and the SHA-256 of the relay's certificate.
        tls: Option<String>,
    },
    /// Certainly not taken; another attempt may succeed.
    Deferred {
        code: Option<u16>,
        reply: String,
        /// The relay as a whole takes nothing now: it can't be reached, refuses the sign-in or said 421.
        whole_relay: bool,
    },
    /// Certainly not taken; the relay says that another attempt is useless (5xx).
    Rejected { code: u16, reply: String },
    /// The complete mail was written, and no usable answer came: it may have been taken.
    Uncertain { reply: String },
}

/// Where mail goes.
#[derive(Clone)]
pub enum Relay {
    Smtp(SmtpRelay),
    /// One `.eml` file per mail in this folder; nothing leaves the machine.
    Folder(PathBuf),
    /// For tests.
    Memory(Arc<Mutex<Vec<Sent>>>),
}

impl Relay {
    /// Hands one mail over, in one attempt.
    ///
    /// `bytes` must be what [`build`] made of `envelope`. `before_dot` is awaited exactly once, when
    /// nothing but the content is missing; only if it succeeds is the content sent. If it fails, or
    /// the returned future is dropped before it ran, the relay certainly does not have the mail.
    /// It should be quick: the relay is waiting.
    pub async fn hand_over<E>(
        &self,
        envelope: &Envelope,
        bytes: &[u8],
        before_dot: impl AsyncFnOnce() -> Result<(), E>,
    ) -> Outcome {
        match self {
            Self::Smtp(relay) => relay.hand_over(envelope, bytes, before_dot).await,
            Self::Folder(folder) => folder::hand_over(folder, envelope, bytes, before_dot).await,
            Self::Memory(sent) => memory::hand_over(sent, envelope, bytes, before_dot).await,
        }
    }

    /// True where nothing leaves this machine, so that pages can say so.
    #[must_use]
    pub fn is_local(&self) -> bool {
        !matches!(self, Self::Smtp(_))
    }
}

/// The answer when `before_dot` fails, the same for every back end.
fn claim_lost() -> Outcome {
    Outcome::Deferred {
        code: None,
        reply: "not sent: this attempt was given up before the content was sent".to_owned(),
        whole_relay: false,
    }
}

/// Shows neither address nor content: these are personal data, and logs are read by others.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox").finish_non_exhaustive()
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Smtp(relay) => write!(f, "Smtp({})", relay.name()),
            Self::Folder(folder) => write!(f, "Folder({})", folder.display()),
            Self::Memory(_) => f.write_str("Memory"),
        }
    }
}
