//! Slowing down whoever guesses. It sits in the one place that verifies credentials, counts in the
//! database, and so survives a restart.

use crate::{
    Services,
    ctx::Ctx,
    error::{Error, Result},
    store::{micros, rows::fresh, tables},
};
use sea_orm::{EntityTrait, sea_query::OnConflict};

/// Microseconds after which failures are forgotten.
const FORGET: i64 = 24 * 3_600 * 1_000_000;

/// How many seconds the next try has to wait after so many failures in a row. For an account this
/// allows fewer than a hundred verifications an hour, and never shuts its owner out for more than a minute.
fn pause(subject: &str, failures: i64) -> i64 {
    let free = if subject.starts_with("source:") { 20 } else { 4 };
    match failures - free {
        ..0 => 0,
        0..6 => 5,
        6..20 => 30,
        _ => 60,
    }
}

impl Services {
    /// # Errors
    /// `Throttled` while any of the subjects has to wait.
    pub(crate) async fn throttled(&self, ctx: &Ctx, subjects: &[String]) -> Result<()> {
        for subject in subjects {
            let row = tables::throttles::Entity::find_by_id(subject.clone()).one(&self.reader).await?;
            if let Some(row) = row
                && row.blocked_until > micros(ctx.now)
            {
                return Err(Error::Throttled {
                    seconds: (row.blocked_until - micros(ctx.now)).div_euclid(1_000_000) + 1,
                });
            }
        }
        Ok(())
    }

    /// Counts a failure for each subject, or forgets them after a success.
    pub(crate) async fn count_try(&self, ctx: &Ctx, subjects: &[String], failed: bool) -> Result<()> {
        let now = micros(ctx.now);
        self.batch(ctx, async |tx| {
            for subject in subjects {
                if !failed {
                    tables::throttles::Entity::delete_by_id(subject.clone()).exec(tx).await?;
                    continue;
                }
                let was = tables::throttles::Entity::find_by_id(subject.clone()).one(tx).await?;
                let failures = was.filter(|w| now - w.updated_at < FORGET).map_or(0, |w| w.failures) + 1;
                let row = tables::throttles::Model {
                    subject: subject.clone(),
                    failures,
                    blocked_until: now + pause(subject, failures) * 1_000_000,
                    updated_at: now,
                };
                use tables::throttles::Column as C;
                tables::throttles::Entity::insert(fresh(row))
                    .on_conflict(
                        OnConflict::column(C::Subject)
                            .update_columns([C::Failures, C::BlockedUntil, C::UpdatedAt])
                            .to_owned(),
                    )
                    .exec_without_returning(tx)
                    .await?;
            }
            Ok(((), Vec::new()))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn fewer_than_a_hundred_tries_an_hour_reach_the_hash() {
        let (mut seconds, mut tries) = (0, 0);
        while seconds < 3_600 {
            tries += 1;
            seconds += pause("account:a", tries);
        }
        assert!(tries < 100, "{tries}");
    }
}
