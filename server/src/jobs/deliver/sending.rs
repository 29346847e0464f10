//! One mail on its way.

use crate::mail::{Envelope, Mailbox, Outcome as Answer, Relay, build};
use domain::bounce::ReturnAddress;
use services::outbox::{Mail, Marks, Outcome};
use sha2::{Digest, Sha256};

/// Where mails go now, and who they are from.
pub(super) struct Sending {
    relay: Relay,
    from: Mailbox,
    /// Where mails come back to; to `from` where nothing is set.
    returns: Option<ReturnAddress>,
}

impl Sending {
    pub(super) fn new(relay: Relay, from: Mailbox, returns: Option<ReturnAddress>) -> Self {
        Self { relay, from, returns }
    }

    /// Tries once, and puts what came of it in line to be written.
    pub(super) async fn send(&self, marks: &Marks, mail: &Mail) -> Seen {
        if let Some(why) = &mail.suppressed {
            marks.finished(mail, Outcome::Suppressed { reply: why.clone() }).await;
            return Seen::Other;
        }
        let envelope = Envelope {
            from: self.from.clone(),
            reply_to: None,
            return_to: self.returns.as_ref().map(|returns| returns.of(&mail.return_token)),
            to: mail.recipient.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            date: mail.dated_at,
            message_id: mail.message_id.clone(),
            boundary: mail.boundary.clone(),
        };
        let (outcome, seen) = match build(&envelope) {
            Err(why) => (Outcome::Invalid { reply: format!("This mail can't be made: {why}") }, Seen::Other),
            Ok(bytes) => {
                let begun = async || marks.attempting(mail, &bytes).await;
                let answer = self.relay.hand_over(&envelope, &bytes, begun).await;
                let seen = Seen::of(&answer);
                (outcome(answer, &bytes), seen)
            }
        };
        marks.finished(mail, outcome).await;
        seen
    }
}

/// What a try says about the tries to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Taken,
    /// The relay as a whole takes nothing now; with 421 it said so itself.
    RelayUnwell {
        said_421: bool,
    },
    /// A policy refuses it (5.7.x of RFC 3463): more of the same would make it worse.
    AgainstPolicy,
    Other,
}

impl Seen {
    fn of(answer: &Answer) -> Self {
        match answer {
            Answer::Accepted { .. } => Self::Taken,
            Answer::Deferred { code, whole_relay: true, .. } => {
                Self::RelayUnwell { said_421: *code == Some(421) }
            }
            Answer::Rejected { reply, .. } if is_policy(reply) => Self::AgainstPolicy,
            _ => Self::Other,
        }
    }

    /// Whether it counts against a notice.
    pub(super) fn is_refusal(self) -> bool {
        matches!(self, Self::AgainstPolicy | Self::RelayUnwell { said_421: true })
    }
}

/// `554 5.7.1 …`: the enhanced code follows the first one.
fn is_policy(reply: &str) -> bool {
    reply.split_whitespace().nth(1).is_some_and(|code| code.starts_with("5.7."))
}

fn outcome(answer: Answer, bytes: &[u8]) -> Outcome {
    match answer {
        Answer::Accepted { code, reply, relay, tls } => {
            let sent_sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
            Outcome::Accepted { code, reply, relay, tls, sent_sha256 }
        }
        Answer::Deferred { code, reply, .. } => Outcome::Deferred { code, reply },
        Answer::Rejected { code, reply } => Outcome::Rejected { code: Some(code), reply },
        Answer::Uncertain { reply } => Outcome::Uncertain { reply },
    }
}
