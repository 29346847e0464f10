//! Handing mail to an SMTP relay (RFC 5321), one recipient per transaction.
//!
//! lettre parses and writes the protocol; the connection, its time limits, the pool and the
//! judgement of every answer are ours. Its own transport re-used half-finished connections and
//! could report another mail's answer, so here a connection is used again only after a 250 to a
//! complete mail; anything else (refusal, time limit, cancellation, an unexpected code) closes it.

mod connect;
mod failure;
mod pool;
mod settings;
mod wire;

use std::fmt;
use std::sync::Arc;

use lettre::Address;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

use self::connect::{Connector, Link};
use self::failure::{Failure, Step, readable, within};
use self::pool::Pool;
pub use self::settings::{Security, SmtpFault, SmtpSettings, SmtpTimeouts};
use super::{Envelope, Outcome, claim_lost, message};

/// A relay with its few open connections. Clones share them.
#[derive(Clone)]
pub struct SmtpRelay {
    connector: Arc<Connector>,
    pool: Pool,
}

impl SmtpRelay {
    /// Checks the settings and reads the certificates to trust. Opens no connection.
    ///
    /// # Errors
    /// [`SmtpFault`] says what in the settings cannot work.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpFault> {
        let pool = Pool::new(&settings);
        Ok(Self { connector: Arc::new(Connector::new(settings)?), pool })
    }

    /// `host:port`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.connector.name()
    }

    pub(super) async fn hand_over<E>(
        &self,
        envelope: &Envelope,
        bytes: &[u8],
        before_dot: impl AsyncFnOnce() -> Result<(), E>,
    ) -> Outcome {
        let sender = envelope.return_to.as_ref().unwrap_or(&envelope.from.address);
        let from = message::address("sender", sender);
        let to = message::address("recipient", &envelope.to);
        let (Ok(from), Ok(to)) = (from, to) else {
            // `build` refuses these before anyone gets here; 501 is what a relay would answer.
            return Outcome::Rejected { code: 501, reply: "501 not a usable mail address".to_owned() };
        };
        let _permit = self.pool.permit().await;
        let mut link = match self.begin(from).await {
            Ok(link) => link,
            Err(failure) => return failure.into_outcome(),
        };
        if let Err(failure) = self.until_data(&mut link, to).await {
            link.dismiss(failure.was_answered()).await;
            return failure.into_outcome();
        }
        // From here on QUIT must not be sent: it would become content. Leaving drops the connection.
        if before_dot().await.is_err() {
            return claim_lost();
        }
        match self.content(&mut link, bytes).await {
            Ok(response) if response.has_code(250) => {
                let outcome = Outcome::Accepted {
                    code: 250,
                    reply: readable(&response),
                    relay: self.name().to_owned(),
                    tls: link.tls().map(str::to_owned),
                };
                self.pool.put_back(link);
                outcome
            }
            Ok(response) => Outcome::Uncertain {
                reply: format!("an answer that isn't 250 to the complete mail: {}", readable(&response)),
            },
            Err(failure) if failure.was_answered() => {
                link.dismiss(true).await;
                failure.into_outcome()
            }
            Err(failure) if link.dot_written() => Outcome::Uncertain { reply: failure.into_reply() },
            Err(failure) => failure.into_outcome(),
        }
    }

    /// A connection on which the relay has taken MAIL. A kept connection may have been closed by the
    /// relay meanwhile; then, since nothing is at stake yet, a new one is opened.
    async fn begin(&self, from: Address) -> Result<Link, Failure> {
        if let Some(mut kept) = self.pool.take() {
            match self.mail(&mut kept, from.clone()).await {
                Ok(()) => return Ok(kept),
                Err(failure) if failure.was_answered() && !failure.is_closing() => {
                    kept.dismiss(true).await;
                    return Err(failure);
                }
                Err(_) => drop(kept),
            }
        }
        let mut link = self.connector.connect().await?;
        match self.mail(&mut link, from).await {
            Ok(()) => Ok(link),
            Err(failure) => {
                link.dismiss(failure.was_answered()).await;
                Err(failure)
            }
        }
    }

    async fn mail(&self, link: &mut Link, from: Address) -> Result<(), Failure> {
        let limit = self.connector.timeouts().command;
        let response =
            within(Step::Mail, limit, link.connection().command(Mail::new(Some(from), vec![]))).await?;
        expect(Step::Mail, &response, &[250])
    }

    async fn until_data(&self, link: &mut Link, to: Address) -> Result<(), Failure> {
        let limits = self.connector.timeouts();
        let rcpt = link.connection().command(Rcpt::new(to, vec![]));
        let response = within(Step::Rcpt, limits.command, rcpt).await?;
        expect(Step::Rcpt, &response, &[250, 251])?;
        let response = within(Step::Data, limits.data, link.connection().command(Data)).await?;
        expect(Step::Data, &response, &[354])
    }

    /// Sends content and dot. The time limit for the answer starts with the dot; the limit for each
    /// block before it is kept by the wire.
    async fn content(&self, link: &mut Link, bytes: &[u8]) -> Result<Response, Failure> {
        // lettre ends the content with CRLF, dot, CRLF. Mail built here ends in CRLF already, and
        // what the relay stores must be what was hashed.
        let content = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let mut dot = link.watch_dot();
        let limit = self.connector.timeouts().final_reply;
        let mut sending = std::pin::pin!(link.connection().message(content));
        tokio::select! {
            biased;
            answer = &mut sending => return answer.map_err(|error| Failure::from_error(Step::Content, &error)),
            _ = dot.wait_for(|written| *written) => {}
        }
        match timeout(limit, sending).await {
            Ok(answer) => answer.map_err(|error| Failure::from_error(Step::Content, &error)),
            Err(_) => Err(Failure::too_slow(Step::Content, limit)),
        }
    }
}

fn expect(step: Step, response: &Response, codes: &[u16]) -> Result<(), Failure> {
    if codes.iter().any(|code| response.has_code(*code)) {
        Ok(())
    } else {
        Err(Failure::unexpected(step, response))
    }
}

impl fmt::Debug for SmtpRelay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpRelay({})", self.name())
    }
}
