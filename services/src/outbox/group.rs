//! One writer for the marks of many senders: what comes together is committed together, and each sender goes on once
//! its own mark is on the disk.
//!
//! Marks are written in the order in which they were given. A sender gives the end of one mail before it begins the
//! next, so at every commit no more mails are in doubt than there are senders.

use super::{Mail, Mark, Outcome};
use crate::{
    Services,
    error::{Error, Result},
};
use domain::access::Actor;
use std::time::Duration;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout, timeout_at},
};

/// The most marks in one transaction.
const TOGETHER: usize = 256;
/// So long a mark waits for others at the most.
const GATHERING: Duration = Duration::from_millis(5);
/// So long a mark that nobody follows any more waits for the disk to come back.
const AGAIN: Duration = Duration::from_secs(1);

/// So often it is tried again once nobody is left who could give more.
const LAST_TRIES: u32 = 10;

struct Asked {
    mark: Mark,
    /// Told whether the mark was written; nobody waits for the end of a mail.
    written: Option<oneshot::Sender<bool>>,
}

enum Line {
    Mark(Asked),
    /// Everything before this is written, or never will be.
    Until(oneshot::Sender<bool>),
}

/// The way to the writer. Clones lead to the same one; it ends with the last of them.
#[derive(Clone)]
pub struct Marks(mpsc::Sender<Line>);

impl Marks {
    /// Starts a writer for at most `senders` senders. It waits for all of them, but never longer than 5 ms.
    #[must_use]
    pub fn start(services: &Services, senders: usize) -> Self {
        let (way, line) = mpsc::channel(TOGETHER * 2);
        tokio::spawn(write(services.clone(), line, senders.max(1)));
        Self(way)
    }

    /// Marks a mail as about to be handed over with these bytes. Once this returns, it is on the disk.
    ///
    /// # Errors
    /// The lease was lost or the mark can't be written: then the final dot must not be written.
    pub async fn attempting(&self, mail: &Mail, bytes: &[u8]) -> Result<()> {
        let (written, told) = oneshot::channel();
        let asked = Asked { mark: Mark::attempting_with(mail, bytes), written: Some(written) };
        let lost = || Error::Stale { current: 0 };
        self.0.send(Line::Mark(asked)).await.map_err(|_| lost())?;
        if told.await.unwrap_or(false) { Ok(()) } else { Err(lost()) }
    }

    /// Puts the end of an attempt in line. It is written before anything that is given later.
    pub async fn finished(&self, mail: &Mail, outcome: Outcome) {
        let asked = Asked { mark: Mark::finished(mail, outcome), written: None };
        // Without a writer the mail stays as it is marked, and counts as uncertain at the next start.
        let _ = self.0.send(Line::Mark(asked)).await;
    }

    /// Waits until everything that was given so far is written. False if something could not be.
    pub async fn settled(&self) -> bool {
        let (written, told) = oneshot::channel();
        self.0.send(Line::Until(written)).await.is_ok() && told.await.unwrap_or(false)
    }
}

async fn write(services: Services, mut line: mpsc::Receiver<Line>, senders: usize) {
    let mut kept: Vec<Asked> = Vec::new();
    let mut failed = 0;
    loop {
        let mut until = None;
        // What could not be written is tried again with what comes next, or after a while by itself.
        let first = match kept.is_empty() {
            true => line.recv().await,
            false => timeout(AGAIN, line.recv()).await.unwrap_or_default(),
        };
        match first {
            Some(Line::Mark(asked)) => kept.push(asked),
            Some(Line::Until(written)) => until = Some(written),
            None if kept.is_empty() || (line.is_closed() && failed > LAST_TRIES) => return,
            None => {}
        }
        let enough = Instant::now() + GATHERING;
        while until.is_none() && kept.len() < TOGETHER {
            let waits = kept.iter().filter(|asked| asked.written.is_some()).count();
            // When every sender waits, nobody is left to come.
            let next = if waits >= senders {
                line.try_recv().ok()
            } else {
                timeout_at(enough, line.recv()).await.ok().flatten()
            };
            match next {
                Some(Line::Mark(asked)) => kept.push(asked),
                Some(Line::Until(written)) => until = Some(written),
                None => break,
            }
        }
        kept = commit(&services, kept).await;
        if let Some(written) = until {
            let _ = written.send(kept.is_empty());
        }
        failed = if kept.is_empty() { 0 } else { failed + 1 };
        if line.is_closed() && !kept.is_empty() {
            sleep(AGAIN).await;
        }
    }
}

/// Commits marks and tells who waits for them. Gives back what must be tried again: the ends of attempts, because
/// nobody else knows them. A mail that was not begun is simply not sent now.
async fn commit(services: &Services, asked: Vec<Asked>) -> Vec<Asked> {
    if asked.is_empty() {
        return asked;
    }
    let marks: Vec<Mark> = asked.iter().map(|asked| asked.mark.clone()).collect();
    match services.mark_mail(&services.ctx(Actor::Job("deliver")), &marks).await {
        Ok(its) => {
            for (asked, its) in asked.into_iter().zip(its) {
                if let Some(written) = asked.written {
                    let _ = written.send(its);
                }
            }
            Vec::new()
        }
        Err(why) => {
            tracing::error!(error = %why, "what became of mails can't be recorded yet");
            asked.into_iter().filter(|asked| asked.mark.is_finished()).collect()
        }
    }
}
