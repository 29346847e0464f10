//! Reading the mails that come back, from a maildir into which the machine's mail server puts them, itself or over LMTP.

pub mod lmtp;
mod maildir;
mod report;
#[cfg(test)]
mod tests;

use domain::{
    access::Actor,
    bounce::{Fate, ReturnAddress, Returned},
};
use maildir::{Found, Maildir};
use services::Services;
use std::{io, net::SocketAddr, path::PathBuf, time::Duration};
use tokio::task::spawn_blocking;

/// What the configuration says about mails that come back.
#[derive(Debug, Clone)]
pub struct Intake {
    /// A maildir: mail arrives in `new` and goes to `cur` once it is read, or to `quarantine`.
    pub folder: PathBuf,
    pub address: ReturnAddress,
    /// Where mail for that maildir is taken over LMTP.
    pub lmtp: Option<SocketAddr>,
    /// From one look to the next.
    pub every: Duration,
}

/// The job.
pub struct Bounces {
    services: Services,
    maildir: Maildir,
    address: ReturnAddress,
    every: Duration,
}

impl Bounces {
    #[must_use]
    pub fn new(services: Services, intake: Intake) -> Self {
        let Intake { folder, address, every, lmtp: _ } = intake;
        Self { services, maildir: Maildir::new(folder), address, every }
    }

    /// Reads what has arrived. Returns how many mails were dealt with; what is too early stays where it is.
    ///
    /// # Errors
    /// The folder or the database can't be reached. What was dealt with by then stays so.
    pub async fn run_due(&self) -> services::Result<usize> {
        let maildir = self.maildir.clone();
        let names = blocking(move || maildir.arrived()).await?;
        let mut dealt_with = 0;
        for name in names {
            let (maildir, address, of) = (self.maildir.clone(), self.address.clone(), name.clone());
            let returned = blocking(move || {
                Ok(match maildir.read(&of)? {
                    Found::Mail(bytes) => Some(report::read(&bytes, &address)),
                    Found::TooBig => Some(Returned::TooBig),
                    Found::Gone => None,
                })
            })
            .await?;
            let Some(returned) = returned else { continue };
            let fate =
                self.services.take_returned(&self.services.ctx(Actor::Job("bounces")), &returned).await?;
            if fate == Fate::TooEarly {
                continue;
            }
            let maildir = self.maildir.clone();
            blocking(
                move || if fate.is_set_aside() { maildir.set_aside(&name) } else { maildir.done(&name) },
            )
            .await?;
            dealt_with += 1;
        }
        Ok(dealt_with)
    }

    /// Runs until the process ends. One process reads at a time: the one whose turn it is to send.
    pub async fn run(self) {
        loop {
            if let Err(why) = self.round().await {
                tracing::error!(error = %why, "mails that came back can't be read");
            }
            tokio::time::sleep(self.every).await;
        }
    }

    async fn round(&self) -> services::Result<()> {
        if self.services.has_sender_turn().await? {
            self.run_due().await?;
        }
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> services::Result<T> {
    let done = spawn_blocking(work).await.map_err(io::Error::other)?;
    Ok(done?)
}
