//! Handing mail over to the relay, one by one, outside any transaction.

use crate::mail::{Envelope, Mailbox, Outcome as Answer, Relay, Security, SmtpRelay, SmtpSettings, build};
use domain::{access::Actor, account::organisation::MailSecurity};
use services::{
    Services,
    outbox::{Mail, Outcome},
};
use sha2::{Digest, Sha256};
use std::{path::PathBuf, time::Duration};

/// So many mails are on their way at once.
const AT_ONCE: u64 = 4;

/// The job, with the relay it uses until the settings change.
pub struct Deliver {
    services: Services,
    /// Names this process in leases.
    boot: String,
    folder: PathBuf,
    trusted_root: Option<PathBuf>,
    helo: String,
    relay: Option<(i64, Relay, Mailbox)>,
}

impl Deliver {
    /// `folder` is used while no relay is set.
    #[must_use]
    pub fn new(services: Services, folder: PathBuf, trusted_root: Option<PathBuf>, helo: String) -> Self {
        let boot = services.ctx(Actor::Job("deliver")).request.to_string();
        Self { services, boot, folder, trusted_root, helo, relay: None }
    }

    /// Always sends through `relay`, whatever the settings say. For tests.
    #[must_use]
    pub fn through(mut self, relay: Relay) -> Self {
        self.relay = Some((i64::MAX, relay, desk()));
        self
    }

    /// Takes back what a process that is gone had in hand.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn reclaim(&self) -> services::Result<u64> {
        self.services.reclaim_mail(&self.services.ctx(Actor::Job("deliver")), &self.boot).await
    }

    /// Sends what is due now, until nothing is. Returns how many tries there were.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn run_due(&mut self) -> services::Result<usize> {
        let mut tries = 0;
        loop {
            // The relay first: nothing is taken in hand that could not be sent.
            let (relay, from) = self.relay().await?;
            let ctx = self.services.ctx(Actor::Job("deliver"));
            let mails = self.services.claim_mail(&ctx, &self.boot, AT_ONCE).await?;
            if mails.is_empty() {
                return Ok(tries);
            }
            tries += mails.len();
            let sending = mails.iter().map(|mail| self.send(&relay, &from, mail));
            // Every one to its end, whatever becomes of the others.
            for done in futures_util::future::join_all(sending).await {
                done?;
            }
        }
    }

    /// Runs until the process ends: at once when something was written, and at least each second.
    pub async fn run(mut self) {
        let mut changed = self.services.watch();
        let mut had_turn = false;
        loop {
            if let Err(why) = self.round(&mut had_turn).await {
                tracing::error!(error = %why, "mail can't be sent");
                tokio::time::sleep(Duration::from_secs(5)).await;
            }
            let _ = tokio::time::timeout(Duration::from_secs(1), changed.changed()).await;
        }
    }

    async fn round(&mut self, had_turn: &mut bool) -> services::Result<()> {
        let has_turn = self.services.has_sender_turn().await?;
        if has_turn && !*had_turn {
            self.reclaim().await?;
        }
        *had_turn = has_turn;
        if has_turn {
            self.run_due().await?;
        }
        Ok(())
    }

    async fn send(&self, relay: &Relay, from: &Mailbox, mail: &Mail) -> services::Result<()> {
        let ctx = self.services.ctx(Actor::Job("deliver"));
        let envelope = Envelope {
            from: from.clone(),
            reply_to: None,
            to: mail.recipient.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            date: mail.dated_at,
            message_id: mail.message_id.clone(),
            boundary: mail.boundary.clone(),
        };
        let outcome = match build(&envelope) {
            Err(why) => Outcome::Rejected { code: None, reply: format!("This mail can't be made: {why}") },
            Ok(bytes) => {
                let answer = relay
                    .hand_over(&envelope, &bytes, async || self.services.mark_attempting(&ctx, mail).await)
                    .await;
                outcome(answer, &bytes)
            }
        };
        let ctx = self.services.ctx(Actor::Job("deliver"));
        self.services.finish_mail(&ctx, mail, &outcome).await
    }

    async fn relay(&mut self) -> services::Result<(Relay, Mailbox)> {
        if let Some((i64::MAX, relay, from)) = &self.relay {
            return Ok((relay.clone(), from.clone()));
        }
        let Some((settings, password, revision)) = self.services.relay().await? else {
            self.relay = None;
            return Ok((Relay::Folder(self.folder.clone()), desk()));
        };
        if let Some((known, relay, from)) = &self.relay
            && *known == revision
        {
            return Ok((relay.clone(), from.clone()));
        }
        let security = match settings.security {
            MailSecurity::StartTls => Security::Starttls,
            MailSecurity::Tls => Security::Tls,
            MailSecurity::None => Security::None,
        };
        let mut smtp = SmtpSettings::new(&settings.host, settings.port, security, &self.helo);
        if !settings.username.is_empty() {
            smtp.username = Some(settings.username.clone());
            smtp.password = password;
        }
        smtp.trusted_root.clone_from(&self.trusted_root);
        let from = Mailbox { name: settings.from_name.clone(), address: settings.from_address.clone() };
        let relay = match SmtpRelay::new(smtp) {
            Ok(relay) => Relay::Smtp(relay),
            Err(why) => {
                return Err(services::Error::Template(format!("the relay's settings can't be used: {why}")));
            }
        };
        self.relay = Some((revision, relay.clone(), from.clone()));
        Ok((relay, from))
    }
}

/// The sender while none is set.
fn desk() -> Mailbox {
    Mailbox { name: "Breachdesk".to_owned(), address: "breachdesk@localhost.invalid".to_owned() }
}

fn outcome(answer: Answer, bytes: &[u8]) -> Outcome {
    match answer {
        Answer::Accepted { code, reply, relay, tls } => {
            let sent_sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
            Outcome::Accepted { code, reply, relay, tls, sent_sha256 }
        }
        Answer::Deferred { code, reply } => Outcome::Deferred { code, reply },
        Answer::Rejected { code, reply } => Outcome::Rejected { code: Some(code), reply },
        Answer::Uncertain { reply } => Outcome::Uncertain { reply },
    }
}
