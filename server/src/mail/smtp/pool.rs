//! A few connections, kept for a moment.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use super::SmtpSettings;
use super::connect::Link;

#[derive(Clone)]
pub(super) struct Pool {
    /// One permit per connection in use; kept ones are taken up first, so that the number open is
    /// bounded by the number of permits.
    permits: Arc<Semaphore>,
    kept: Arc<Mutex<Kept>>,
    mails_per_connection: u32,
    keep_idle: Duration,
}

#[derive(Default)]
struct Kept {
    /// Oldest first, each with the moment from which it is too old.
    links: Vec<(Instant, Link)>,
    /// Whether a task is waiting to close the oldest.
    watched: bool,
}

impl Pool {
    pub(super) fn new(settings: &SmtpSettings) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(settings.connections.max(1))),
            kept: Arc::default(),
            mails_per_connection: settings.mails_per_connection.max(1),
            keep_idle: settings.keep_idle,
        }
    }

    /// Waits for a free connection; held for as long as it is used.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so there is always a permit in the end.
        self.permits.acquire().await.ok()
    }

    /// The connection used last, if it isn't too old.
    pub(super) fn take(&self) -> Option<Link> {
        let (until, link) = lock(&self.kept).links.pop()?;
        (until > Instant::now()).then_some(link)
    }

    /// Takes back a connection on which the relay has just answered 250 to a complete mail.
    pub(super) fn put_back(&self, mut link: Link) {
        if link.count_mail() >= self.mails_per_connection {
            tokio::spawn(async move { link.dismiss(true).await });
            return;
        }
        let until = Instant::now() + self.keep_idle;
        let mut kept = lock(&self.kept);
        kept.links.push((until, link));
        if !kept.watched {
            kept.watched = true;
            tokio::spawn(close_old(Arc::downgrade(&self.kept)));
        }
    }
}

/// Closes connections as they grow old; ends when none is left or the relay is no longer in use.
async fn close_old(kept: Weak<Mutex<Kept>>) {
    loop {
        let Some(strong) = kept.upgrade() else { return };
        let now = Instant::now();
        let (old, next) = {
            let mut kept = lock(&strong);
            let old: Vec<_> = kept.links.extract_if(.., |(until, _)| *until <= now).collect();
            let next = kept.links.first().map(|(until, _)| *until);
            kept.watched = next.is_some();
            (old, next)
        };
        drop(strong);
        for (_, link) in old {
            link.dismiss(true).await;
        }
        let Some(next) = next else { return };
        sleep_until(next).await;
    }
}

fn lock(kept: &Mutex<Kept>) -> std::sync::MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
