//! Raising what has come due, and going on to the deputies when nobody reacts. The mails go through the outbox.

use chrono::{DateTime, Utc};
use domain::access::Actor;
use services::Services;
use std::time::Duration;

/// The job.
pub struct Remind {
    services: Services,
    /// `https://desk.example`, for the links in mails.
    origin: String,
}

impl Remind {
    #[must_use]
    pub fn new(services: Services, origin: String) -> Self {
        Self { services, origin }
    }

    /// Raises what has come due now. Returns how many reminders there were.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn run_due(&self) -> services::Result<usize> {
        let mut all = 0;
        loop {
            let ctx = self.services.ctx(Actor::Job("remind"));
            let count = self.services.run_reminders(&ctx, &self.origin).await?;
            if count == 0 {
                return Ok(all);
            }
            all += count;
        }
    }

    async fn look(&self, set_back: bool) -> services::Result<()> {
        if set_back {
            self.services.clock_was_set_back(&self.services.ctx(Actor::Job("remind"))).await?;
        }
        self.run_due().await?;
        let ctx = self.services.ctx(Actor::Job("remind"));
        self.services.warn_of_unreached(&ctx, &self.origin).await?;
        Ok(())
    }

    /// Removes what isn't needed any more of lists of recipients, a little at a time, so that whoever writes gets in
    /// between.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn sweep(&self) -> services::Result<()> {
        while self.services.sweep_recipients(&self.services.ctx(Actor::Job("sweep"))).await? {}
        Ok(())
    }

    /// Runs until the process ends, each second: what comes due does so by time, whatever was written.
    pub async fn run(self) {
        // At the start too: it may have been set back while nothing ran.
        let mut last = DateTime::<Utc>::MAX_UTC;
        loop {
            let now = self.services.now();
            match self.look(now < last).await {
                Ok(()) => last = now,
                // What was missed stays to be seen: it looks from where it last looked well.
                Err(why) => {
                    tracing::error!(error = %why, "nobody can be reminded");
                    tokio::time::sleep(Duration::from_secs(5)).await;
                }
            }
            if let Err(why) = self.sweep().await {
                tracing::error!(error = %why, "lists of recipients can't be removed");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
