//! What went wrong before a mail was complete, and what that means for it.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use crate::mail::Outcome;

/// The longest reply kept as evidence, in characters.
const LONGEST_REPLY: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Greeting,
    StartTls,
    Handshake,
    Auth,
    Mail,
    Rcpt,
    Data,
    Content,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting to the relay",
            Self::Greeting => "the relay's greeting and EHLO",
            Self::StartTls => "STARTTLS",
            Self::Handshake => "the TLS handshake",
            Self::Auth => "signing in to the relay",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Content => "the content",
        })
    }
}

#[derive(Debug)]
pub(super) struct Failure {
    step: Step,
    code: Option<u16>,
    reply: String,
}

impl Failure {
    pub(super) fn new(step: Step, reason: impl fmt::Display) -> Self {
        Self { step, code: None, reply: tidy(&format!("{step}: {reason}")) }
    }

    pub(super) fn too_slow(step: Step, limit: Duration) -> Self {
        Self::new(step, format_args!("no answer within {limit:?}"))
    }

    /// A reply with a 2xx or 3xx code in the wrong place: nothing the relay says now can be relied on.
    pub(super) fn unexpected(step: Step, response: &Response) -> Self {
        Self::new(step, format_args!("unexpected answer {}", readable(response)))
    }

    pub(super) fn from_error(step: Step, error: &Error) -> Self {
        // lettre's text names the kind of error; the source is the relay's own words.
        let words = error.source().map(ToString::to_string).unwrap_or_default();
        match error.status() {
            Some(code) => {
                let code = u16::from(code);
                Self { step, code: Some(code), reply: tidy(&format!("{code} {words}")) }
            }
            None if words.is_empty() => Self::new(step, "the connection broke"),
            None => Self::new(step, words),
        }
    }

    /// The relay answered in order, with a refusal; a farewell is possible.
    pub(super) fn was_answered(&self) -> bool {
        self.code.is_some()
    }

    /// 421: the relay is closing the connection, whatever was asked of it.
    pub(super) fn is_closing(&self) -> bool {
        self.code == Some(421)
    }

    pub(super) fn into_reply(self) -> String {
        self.reply
    }

    /// A refusal is final only where it is about this mail. A relay that refuses the connection or
    /// the sign-in says nothing about the recipient: that is for the operator to mend, and no
    /// recipient may be given up for it. 503 and 530–538 are such answers in a later place.
    pub(super) fn into_outcome(self) -> Outcome {
        let about_this_mail = matches!(self.step, Step::Mail | Step::Rcpt | Step::Data | Step::Content);
        match self.code {
            Some(code @ 500..600) if about_this_mail && !matches!(code, 503 | 530..=538) => {
                Outcome::Rejected { code, reply: self.reply }
            }
            code => {
                let whole_relay = !about_this_mail || code == Some(421);
                Outcome::Deferred { code, reply: self.reply, whole_relay }
            }
        }
    }
}

/// Runs one step of the protocol within its limit.
pub(super) async fn within<T>(
    step: Step,
    limit: Duration,
    future: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    match timeout(limit, future).await {
        Ok(result) => result.map_err(|error| Failure::from_error(step, &error)),
        Err(_) => Err(Failure::too_slow(step, limit)),
    }
}

/// The reply as kept: code and all lines on one line.
pub(super) fn readable(response: &Response) -> String {
    let words: Vec<&str> = response.message().collect();
    tidy(&format!("{} {}", response.code(), words.join(" ")))
}

/// Without control characters and of bounded length: a relay's words end up on pages.
fn tidy(reply: &str) -> String {
    reply.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_REPLY).collect()
}
