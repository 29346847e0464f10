//! Every clock of one rule in one case: which run, which wait, which never started.

use super::{
    Standing,
    calendar::{Calendar, CalendarError, Calendars},
    period::{StageDue, year_end},
    rule::{Picked, Rule, Stage, Version},
    span::Trigger,
    standing,
};
use crate::moment::Zone;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// What is recorded of a case, as far as clocks need it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Happened {
    instants: BTreeMap<Trigger, DateTime<Utc>>,
    /// By rule and stage: when its report was submitted.
    submitted: BTreeMap<(String, String), DateTime<Utc>>,
}

impl Happened {
    /// Records an instant. A later call for the same trigger replaces it, as a correction does.
    #[must_use]
    pub fn with(mut self, trigger: Trigger, at: DateTime<Utc>) -> Self {
        self.instants.insert(trigger, at);
        self
    }

    /// Records that the report of a stage was submitted.
    #[must_use]
    pub fn with_submitted(mut self, rule: &str, stage: &str, at: DateTime<Utc>) -> Self {
        self.submitted.insert((rule.to_owned(), stage.to_owned()), at);
        self
    }

    /// When the report of a stage was submitted.
    #[must_use]
    pub fn submitted(&self, rule: &str, stage: &str) -> Option<DateTime<Utc>> {
        self.submitted.get(&(rule.to_owned(), stage.to_owned())).copied()
    }

    /// When the report that a stage asks for was submitted, be it under the name of another stage.
    fn met(&self, rule: &Rule, stage: &Stage) -> Option<DateTime<Utc>> {
        let own = self.submitted(&rule.code, &stage.name);
        own.or_else(|| self.submitted(&rule.code, &stage.same_report_as))
    }

    /// The instant that starts a stage, if it is recorded. The end of the year of discovery follows from
    /// the discovery; nothing else is derived.
    fn starts(&self, rule: &Rule, stage: &Stage, zone: Zone) -> Option<DateTime<Utc>> {
        match stage.trigger {
            Trigger::PreviousReportSubmitted => {
                stage.after.iter().filter_map(|before| self.submitted(&rule.code, before)).max()
            }
            Trigger::DiscoveryYearEnded => {
                let recorded = self.instants.get(&stage.trigger).copied();
                recorded.or_else(|| year_end(*self.instants.get(&Trigger::Detected)?, zone))
            }
            trigger => self.instants.get(&trigger).copied(),
        }
    }
}

/// One stage of a rule in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageClock<'r> {
    pub rule: &'r Rule,
    /// The version that the date of the trigger picked; while it waits, the one that holds now.
    pub version: &'r Version,
    pub stage: &'r Stage,
    pub run: Run,
}

/// Whether a clock runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Its trigger isn't recorded.
    Waiting,
    /// Its trigger lies where no version of the rule holds.
    NotRunning { started_at: DateTime<Utc>, why: String },
    Running {
        started_at: DateTime<Utc>,
        /// An error where a calendar is needed and doesn't reach so far.
        due: Result<StageDue, CalendarError>,
        /// When its report was submitted.
        met_at: Option<DateTime<Utc>>,
    },
}

impl StageClock<'_> {
    /// How it stands; nothing unless it runs and the law or the contract gives a number.
    #[must_use]
    pub fn standing(&self, now: DateTime<Utc>) -> Option<Standing> {
        let Run::Running { due: Ok(due), met_at, .. } = &self.run else { return None };
        due.due_at().map(|due_at| standing(due_at, *met_at, now))
    }
}

/// The clocks of `rule` at one authority. A proposal has none.
#[must_use]
pub fn derive<'r>(
    rule: &'r Rule,
    happened: &Happened,
    authority: &Calendar,
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Vec<StageClock<'r>> {
    let zone = authority.zone();
    let today = now.with_timezone(&zone).date_naive();
    if rule.pick_on(today) == Picked::Dormant {
        return Vec::new();
    }
    let mut clocks: Vec<StageClock<'r>> = Vec::new();
    for version in &rule.versions {
        for stage in &version.stages {
            let Some(started_at) = happened.starts(rule, stage, zone) else { continue };
            if !version.holds_on(started_at.with_timezone(&zone).date_naive()) {
                continue;
            }
            let due = stage.due(started_at, authority, calendars);
            let run = Run::Running { started_at, due, met_at: happened.met(rule, stage) };
            clocks.push(StageClock { rule, version, stage, run });
        }
    }
    // What doesn't run is shown as the version of today has it.
    let Some(version) = rule.current(today) else { return clocks };
    for stage in &version.stages {
        if clocks.iter().any(|clock| clock.stage.name == stage.name) {
            continue;
        }
        let run = match happened.starts(rule, stage, zone) {
            None => Run::Waiting,
            Some(started_at) => match rule.pick(started_at, zone).why_not() {
                Some(why) => Run::NotRunning { started_at, why },
                // The version of that day has no such stage: nothing is owed.
                None => continue,
            },
        };
        clocks.push(StageClock { rule, version, stage, run });
    }
    let order = |clock: &StageClock<'_>| version.stages.iter().position(|s| s.name == clock.stage.name);
    clocks.sort_by_key(order);
    clocks
}

#[cfg(test)]
mod tests;
