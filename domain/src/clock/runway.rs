//! The way back from a due time: by when counts must be confirmed and the text drafted, reviewed and approved.
//!
//! The lead times are the organisation's own plan; no law sets them. Where the time allowed is shorter
//! than their sum, all are shortened in proportion.

use crate::choices;
use chrono::{DateTime, Duration, Utc};

choices! {
    /// What has to be reached before a notice can go out, in this order.
    pub enum Milestone {
        CountsConfirmed = "counts_confirmed" => "Counts confirmed",
        Drafted = "drafted" => "Drafted",
        Reviewed = "reviewed" => "Reviewed",
        Approved = "approved" => "Approved",
    }
}

/// The milestones, in their order.
const ORDER: [Milestone; 4] =
    [Milestone::CountsConfirmed, Milestone::Drafted, Milestone::Reviewed, Milestone::Approved];

/// How long each step is given, and how long the sending. None is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadTimes {
    pub counts: Duration,
    pub draft: Duration,
    pub review: Duration,
    pub approval: Duration,
    /// From approval to the authority's receipt.
    pub sending: Duration,
}

impl Default for LeadTimes {
    fn default() -> Self {
        Self {
            counts: Duration::hours(12),
            draft: Duration::hours(8),
            review: Duration::hours(6),
            approval: Duration::hours(4),
            sending: Duration::hours(2),
        }
    }
}

choices! {
    /// How a step stands at the moment of reading.
    pub enum StepState {
        Done = "done" => "done",
        DoneLate = "done_late" => "done, later than planned",
        /// It can wait.
        Ahead = "ahead" => "can wait",
        /// It has to be worked on now.
        Now = "now" => "has to be worked on now",
        /// Its time has passed.
        Slipped = "slipped" => "slipped",
    }
}

/// One step of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunwayStep {
    pub milestone: Milestone,
    /// The latest moment to begin with it.
    pub start_by: DateTime<Utc>,
    /// The latest moment to be done with it.
    pub done_by: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
    pub state: StepState,
}

/// The plan of one due time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runway {
    pub due_at: DateTime<Utc>,
    /// The latest moment to send.
    pub send_by: DateTime<Utc>,
    /// In their order.
    pub steps: Vec<RunwayStep>,
    /// The first step that isn't done: everything after waits for it.
    pub critical: Option<Milestone>,
}

/// What follows if nothing happens before an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The steps that would be done later than planned, though worked in the time given to them.
    pub steps: Vec<Milestone>,
    /// When the notice would then be out.
    pub sent_at: DateTime<Utc>,
    /// How far that lies after the due time; nothing if it is in time.
    pub late_by: Option<Duration>,
}

/// Plans back from `due_at`. `done` are the milestones that were reached, and when.
#[must_use]
pub fn runway(
    started_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
    done: &[(Milestone, DateTime<Utc>)],
    lead: &LeadTimes,
) -> Runway {
    let lead = lead.within(due_at - started_at);
    let send_by = back(due_at, lead.sending);
    let mut done_by = send_by;
    let mut steps: Vec<RunwayStep> = Vec::with_capacity(ORDER.len());
    for milestone in ORDER.into_iter().rev() {
        let start_by = back(done_by, lead.of(milestone));
        let done_at = done.iter().filter(|(m, _)| *m == milestone).map(|(_, at)| *at).max();
        let state = match done_at {
            Some(at) if at > done_by => StepState::DoneLate,
            Some(_) => StepState::Done,
            None if now > done_by => StepState::Slipped,
            None if now >= start_by => StepState::Now,
            None => StepState::Ahead,
        };
        steps.push(RunwayStep { milestone, start_by, done_by, done_at, state });
        done_by = start_by;
    }
    steps.reverse();
    let critical = steps.iter().find(|step| step.done_at.is_none()).map(|step| step.milestone);
    Runway { due_at, send_by, steps, critical }
}

impl Runway {
    /// What slips if nothing happens before `until`, and everything open is then worked in the time given to it.
    #[must_use]
    pub fn slip(&self, until: DateTime<Utc>) -> Slip {
        let mut at = until;
        let mut steps = Vec::new();
        for step in self.steps.iter().filter(|step| step.done_at.is_none()) {
            at = forth(at, step.done_by - step.start_by);
            if at > step.done_by {
                steps.push(step.milestone);
            }
        }
        let sent_at = forth(at, self.due_at - self.send_by);
        let late_by = (sent_at > self.due_at).then(|| sent_at - self.due_at);
        Slip { steps, sent_at, late_by }
    }

    /// The last moment at which nothing slips yet if everything open is worked in the time given to it.
    #[must_use]
    pub fn last_start(&self) -> DateTime<Utc> {
        let open = self.steps.iter().filter(|step| step.done_at.is_none());
        let needed = open.fold(Duration::zero(), |sum, step| sum + (step.done_by - step.start_by));
        back(self.send_by, needed)
    }
}

impl LeadTimes {
    fn of(&self, milestone: Milestone) -> Duration {
        match milestone {
            Milestone::CountsConfirmed => self.counts,
            Milestone::Drafted => self.draft,
            Milestone::Reviewed => self.review,
            Milestone::Approved => self.approval,
        }
    }

    /// Shortened in proportion so that all fit into `available`. Whole seconds.
    fn within(&self, available: Duration) -> Self {
        let seconds = |d: Duration| i128::from(d.num_seconds().max(0));
        let parts = [self.counts, self.draft, self.review, self.approval, self.sending].map(seconds);
        let (total, available) = (parts.iter().sum::<i128>(), seconds(available));
        let fitted = parts.map(|part| {
            let part = if total > available { part * available / total } else { part };
            Duration::seconds(i64::try_from(part).unwrap_or_default())
        });
        let [counts, draft, review, approval, sending] = fitted;
        Self { counts, draft, review, approval, sending }
    }
}

/// At the very ends of the calendar, where nothing can be reckoned any more, the time stays as it is.
fn back(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    at.checked_sub_signed(by).unwrap_or(at)
}

fn forth(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(at)
}

#[cfg(test)]
mod tests;
