//! Handing mail over to the relay, outside any transaction: many at once, each step marked.

mod limits;
mod sending;
#[cfg(test)]
pub(crate) mod tests;

use crate::mail::{Mailbox, Relay, Security, SmtpRelay, SmtpSettings};
use domain::{access::Actor, account::organisation::MailSecurity, bounce::ReturnAddress, id::NoticeId};
pub use limits::Rates;
use limits::{Answers, Limits, May};
use sending::{Seen, Sending};
use services::{
    Services,
    outbox::{CLAIM_MAX, Mail, Marks},
};
use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// What the configuration says about handing over.
#[derive(Debug, Clone)]
pub struct Handing {
    /// Where mail is written while no relay is set.
    pub folder: PathBuf,
    /// Authorities to trust for the relay instead of the system's.
    pub trusted_root: Option<PathBuf>,
    /// What this machine calls itself.
    pub helo: String,
    /// The most mails on their way at once, each over a connection of its own.
    pub connections: usize,
    pub rates: Rates,
    /// Where mails come back to; to the sender where it is none.
    pub returns: Option<ReturnAddress>,
}

/// The job, with the relay it uses until the settings change.
pub struct Deliver {
    services: Services,
    /// Names this process in leases.
    boot: String,
    handing: Handing,
    relay: Option<(i64, Relay, Mailbox)>,
    limits: Limits,
    /// The last answers, by notice.
    answers: HashMap<NoticeId, Answers>,
    stop: CancellationToken,
}

impl Deliver {
    #[must_use]
    pub fn new(services: Services, handing: Handing) -> Self {
        let boot = fresh_boot(&services);
        let limits = Limits::new(handing.rates, handing.connections, Instant::now());
        let (relay, answers, stop) = (None, HashMap::new(), CancellationToken::new());
        Self { services, boot, handing, relay, limits, answers, stop }
    }

    /// Always sends through `relay`, whatever the settings say. For tests.
    #[must_use]
    pub fn through(mut self, relay: Relay) -> Self {
        self.relay = Some((i64::MAX, relay, desk()));
        self
    }

    /// What stops it: no mail is begun any more, and those on their way come to their end.
    #[must_use]
    pub fn stopper(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Takes back what a process that is gone had in hand.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn reclaim(&self) -> services::Result<u64> {
        self.services.reclaim_mail(&self.services.ctx(Actor::Job("deliver")), &self.boot).await
    }

    /// Sends what is due now, until nothing is or the relay has to be left alone. Returns how many tries there were.
    ///
    /// # Errors
    /// The database can't be reached. What was on its way has come to its end by then.
    pub async fn run_due(&mut self) -> services::Result<usize> {
        let mut round = Round {
            marks: Marks::start(&self.services, self.handing.connections),
            waiting: VecDeque::new(),
            under_way: JoinSet::new(),
            tries: 0,
        };
        let ran = self.send_due(&mut round).await;
        while let Some(ended) = round.under_way.join_next().await {
            self.ended(ended);
        }
        self.limits.none_under_way(Instant::now());
        let written = round.marks.settled().await;
        self.give_back(&mut round, chrono::Duration::zero()).await?;
        ran?;
        if written {
            Ok(round.tries)
        } else {
            let why = "what became of some mails isn't recorded yet";
            Err(services::Error::File(std::io::Error::other(why)))
        }
    }

    async fn send_due(&mut self, round: &mut Round) -> services::Result<()> {
        let most = self.handing.connections.max(1);
        loop {
            let goes_on = !self.stop.is_cancelled() && self.limits.rests_until(Instant::now()).is_none();
            let mut wake = None;
            if goes_on {
                if round.waiting.len() < most {
                    self.claim(round).await?;
                }
                let next = self.begin(round, most);
                if next == Next::OnlySlow && round.under_way.len() < most {
                    // Others come first, if there are any; these are looked at again in a moment.
                    self.give_back(round, chrono::Duration::seconds(10)).await?;
                    self.claim(round).await?;
                    self.begin(round, most);
                }
                if let Next::At(at) = next {
                    wake = Some(at);
                }
            }
            let ended = match wake {
                Some(at) => tokio::select! {
                    Some(ended) = round.under_way.join_next() => Some(ended),
                    () = tokio::time::sleep_until(at.into()) => None,
                    () = self.stop.cancelled() => None,
                },
                None => match round.under_way.join_next().await {
                    Some(ended) => Some(ended),
                    None => return Ok(()),
                },
            };
            if let Some((notice, true)) = ended.and_then(|ended| self.ended(ended)) {
                self.break_off(notice).await?;
            }
        }
    }

    /// Begins every mail in hand that may be begun.
    fn begin(&mut self, round: &mut Round, most: usize) -> Next {
        let now = Instant::now();
        let (mut place, mut wake, mut only_slow) = (0, None::<Instant>, true);
        while round.under_way.len() < most {
            let Some(waiting) = round.waiting.get(place) else { break };
            match self.limits.may(&waiting.domain, now) {
                May::Begin => {
                    let Some(Waiting { mail, domain, sending }) = round.waiting.remove(place) else { break };
                    self.limits.begun(&domain, now);
                    round.tries += 1;
                    let marks = round.marks.clone();
                    round.under_way.spawn(async move {
                        let begun = Instant::now();
                        let seen = sending.send(&marks, &mail).await;
                        Ended { domain, notice: mail.notice, took: begun.elapsed(), seen }
                    });
                    continue;
                }
                May::At(at) => {
                    only_slow = false;
                    wake = Some(wake.map_or(at, |wake| wake.min(at)));
                }
                May::AfterAnother => {}
            }
            place += 1;
        }
        match wake {
            Some(at) if round.under_way.len() < most => Next::At(at),
            None if only_slow && !round.waiting.is_empty() && place >= round.waiting.len() => Next::OnlySlow,
            _ => Next::AfterAnother,
        }
    }

    /// Takes note of the end of a mail. With its notice, whether too many of its mails were refused.
    fn ended(&mut self, ended: Result<Ended, JoinError>) -> Option<(NoticeId, bool)> {
        let Ended { domain, notice, took, seen } = match ended {
            Ok(ended) => ended,
            Err(why) => {
                // The mail stays as it is marked, and is found at the next start.
                tracing::error!(error = %why, "handing a mail over was cut short");
                return None;
            }
        };
        self.limits.ended(&domain, took);
        match seen {
            Seen::Taken => self.limits.well(),
            Seen::RelayUnwell { .. } => self.limits.unwell(Instant::now()),
            Seen::AgainstPolicy | Seen::Other => {}
        }
        let notice = notice?;
        Some((notice, self.answers.entry(notice).or_default().add(seen.is_refusal())))
    }

    /// Pauses a notice of which too many mails were refused, and tells those who can look after it.
    async fn break_off(&self, notice: NoticeId) -> services::Result<()> {
        let why = "More than 5 in 100 of the last 500 answers were refusals by policy, or that the relay is too busy.";
        match self.services.break_off_sending(&self.services.ctx(Actor::Job("deliver")), notice, why).await {
            // Somebody was faster.
            Err(services::Error::Refused(_)) => Ok(()),
            done => done,
        }
    }

    async fn claim(&mut self, round: &mut Round) -> services::Result<()> {
        // The relay first: nothing is taken in hand that could not be sent.
        let sending = self.sending().await?;
        let ctx = || self.services.ctx(Actor::Job("deliver"));
        while self.services.seal_mail(&ctx()).await? {}
        let mails = self.services.claim_mail(&ctx(), &self.boot, CLAIM_MAX).await?;
        round.waiting.extend(mails.into_iter().map(|mail| {
            let domain =
                mail.recipient.rsplit_once('@').map_or("", |(_, domain)| domain).to_ascii_lowercase();
            Waiting { mail, domain, sending: Arc::clone(&sending) }
        }));
        Ok(())
    }

    /// Puts back what was leased and not begun.
    async fn give_back(&self, round: &mut Round, after: chrono::Duration) -> services::Result<()> {
        let left: Vec<Mail> = round.waiting.drain(..).map(|waiting| waiting.mail).collect();
        self.services.return_mail(&self.services.ctx(Actor::Job("deliver")), &left, after).await
    }

    /// Runs until it is stopped: at once when something was written, and at least each second.
    pub async fn run(mut self) {
        let mut changed = self.services.watch();
        let mut had_turn = false;
        while !self.stop.is_cancelled() {
            if let Err(why) = self.round(&mut had_turn).await {
                tracing::error!(error = %why, "mail can't be sent");
                // Whatever it still has in hand is nobody's: the next round takes it back under another name.
                self.boot = fresh_boot(&self.services);
                had_turn = false;
                self.pause(Duration::from_secs(5)).await;
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                _ = tokio::time::timeout(Duration::from_secs(1), changed.changed()) => {}
            }
        }
    }

    async fn pause(&self, time: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(time) => {}
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

    /// The relay as it is set now, and who it is from.
    async fn sending(&mut self) -> services::Result<Arc<Sending>> {
        if let Some((i64::MAX, relay, from)) = &self.relay {
            return Ok(self.as_sent(relay, from));
        }
        let Some((settings, password, revision)) = self.services.relay().await? else {
            self.relay = None;
            return Ok(self.as_sent(&Relay::Folder(self.handing.folder.clone()), &desk()));
        };
        if let Some((known, relay, from)) = &self.relay
            && *known == revision
        {
            return Ok(self.as_sent(relay, from));
        }
        let security = match settings.security {
            MailSecurity::StartTls => Security::Starttls,
            MailSecurity::Tls => Security::Tls,
            MailSecurity::None => Security::None,
        };
        let mut smtp = SmtpSettings::new(&settings.host, settings.port, security, &self.handing.helo);
        if !settings.username.is_empty() {
            smtp.username = Some(settings.username.clone());
            smtp.password = password;
        }
        smtp.trusted_root.clone_from(&self.handing.trusted_root);
        smtp.connections = self.handing.connections;
        let from = Mailbox { name: settings.from_name.clone(), address: settings.from_address.clone() };
        let relay = match SmtpRelay::new(smtp) {
            Ok(relay) => Relay::Smtp(relay),
            Err(why) => {
                return Err(services::Error::Template(format!("the relay's settings can't be used: {why}")));
            }
        };
        self.relay = Some((revision, relay.clone(), from.clone()));
        Ok(self.as_sent(&relay, &from))
    }

    fn as_sent(&self, relay: &Relay, from: &Mailbox) -> Arc<Sending> {
        Arc::new(Sending::new(relay.clone(), from.clone(), self.handing.returns.clone()))
    }
}

/// Everything in hand between the first claim and the moment when nothing is due.
struct Round {
    marks: Marks,
    /// Leased, and not begun.
    waiting: VecDeque<Waiting>,
    under_way: JoinSet<Ended>,
    tries: usize,
}

struct Waiting {
    mail: Mail,
    /// Of the recipient.
    domain: String,
    sending: Arc<Sending>,
}

struct Ended {
    domain: String,
    notice: Option<NoticeId>,
    took: Duration,
    seen: Seen,
}

/// When more may be begun than now.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    AfterAnother,
    At(Instant),
    /// All that waits is for domains that are slow.
    OnlySlow,
}

fn fresh_boot(services: &Services) -> String {
    services.ctx(Actor::Job("deliver")).request.to_string()
}

/// The sender while none is set.
fn desk() -> Mailbox {
    Mailbox { name: "Breachdesk".to_owned(), address: "breachdesk@localhost.invalid".to_owned() }
}
