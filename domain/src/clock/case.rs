//! Every clock of a case: of each rule in scope, at each authority that is told by it.

use super::{
    NotificationClock, Standing,
    authority::{CaseAuthority, default_of},
    calendar::{Calendar, Calendars},
    derive::{Happened, Run, StageClock, derive},
    period::StageDue,
    rule::{Confidence, Origin, Rule, Status},
    span::Trigger,
    standing,
};
use crate::{id::AuthorityId, text::Choice};
use chrono::{DateTime, Duration, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// A report that reached its recipient, whatever the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    pub rule: String,
    pub stage: String,
    /// None: the lead or only authority, or the recipient there is.
    pub authority: Option<AuthorityId>,
    pub at: DateTime<Utc>,
}

/// What the clocks of a case are derived from.
#[derive(Debug, Clone)]
pub struct Basis<'a> {
    /// The rules in scope, shipped and own.
    pub rules: &'a [&'a Rule],
    pub instants: &'a [(Trigger, DateTime<Utc>)],
    pub submitted: &'a [Submitted],
    pub authorities: &'a [CaseAuthority],
    /// The calendar of the authority that is competent as a rule.
    pub home: &'a Calendar,
    pub calendars: &'a Calendars,
    /// Rules that need nothing to be done, each with the decision that says so. What was done by them stays done.
    pub rested: &'a [(&'static str, String)],
    /// Hours after which what is due without undue delay is reminded of.
    pub undue_hours: u32,
}

/// A stage that runs no clock, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct IdleClock {
    pub rule: String,
    pub stage: String,
    pub regime: String,
    pub title: String,
    pub recipient: String,
    pub authority: Option<AuthorityId>,
    /// What would start it.
    pub trigger: Trigger,
    pub why: String,
}

/// Every clock of a case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct CaseClocks {
    /// The nearest due time first; then what is due without undue delay; then what is done.
    pub running: Vec<NotificationClock>,
    pub idle: Vec<IdleClock>,
}

impl CaseClocks {
    /// The clock that matters most: the open one with the nearest due time, or else one that was met.
    #[must_use]
    pub fn nearest(&self) -> Option<&NotificationClock> {
        let timed = || self.running.iter().filter(|c| c.due_at.is_some());
        timed().find(|c| c.submitted_at.is_none()).or_else(|| timed().next())
    }
}

/// Every clock of a case at `now`.
#[must_use]
pub fn clocks(basis: &Basis<'_>, now: DateTime<Utc>) -> CaseClocks {
    let mut all = CaseClocks::default();
    for rule in basis.rules {
        let told = basis.authorities.iter().filter(|a| a.rule == rule.code && a.withdrawn_at.is_none());
        let mut named = false;
        for authority in told {
            named = true;
            // The calendar was checked when the authority was named; without it there would be no days at all.
            let calendar = basis.calendars.get(&authority.calendar).unwrap_or(basis.home);
            add(&mut all, basis, rule, Some(authority), calendar, now);
        }
        if !named {
            add(&mut all, basis, rule, None, basis.home, now);
        }
    }
    all.running.sort_by(|a, b| order(a).cmp(&order(b)));
    all
}

/// Open and timed, open without a number, done; each with the nearest first, and always in the same order.
fn order(clock: &NotificationClock) -> (u8, DateTime<Utc>, &str, &str, Option<AuthorityId>) {
    let (rank, at) = match (clock.submitted_at, clock.due_at) {
        (None, Some(due_at)) => (0, due_at),
        (None, None) => (1, clock.started_at),
        (Some(at), _) => (2, at),
    };
    (rank, at, &clock.rule, &clock.stage, clock.authority)
}

fn add(
    all: &mut CaseClocks,
    basis: &Basis<'_>,
    rule: &Rule,
    authority: Option<&CaseAuthority>,
    calendar: &Calendar,
    now: DateTime<Utc>,
) {
    let default = default_of(basis.authorities, &rule.code).map(|a| a.id);
    let mut happened = Happened::default();
    for (trigger, at) in basis.instants {
        happened = happened.with(*trigger, *at);
    }
    for report in basis.submitted.iter().filter(|s| s.rule == rule.code) {
        if report.authority.or(default) == authority.map(|a| a.id) {
            let first = happened.submitted(&rule.code, &report.stage).is_none_or(|at| report.at < at);
            if first {
                happened = happened.with_submitted(&rule.code, &report.stage, report.at);
            }
        }
    }
    let rests = basis.rested.iter().find(|(code, _)| *code == rule.code).map(|(_, why)| why);
    for clock in derive(rule, &happened, calendar, basis.calendars, now) {
        match &clock.run {
            Run::Waiting => {
                let why = match clock.stage.trigger {
                    Trigger::PreviousReportSubmitted => {
                        "The report before it isn't submitted yet.".to_owned()
                    }
                    trigger => format!("Not recorded yet: {}.", trigger.label()),
                };
                all.idle.push(idle(&clock, authority, why));
            }
            Run::NotRunning { why, .. } => all.idle.push(idle(&clock, authority, why.clone())),
            Run::Running { met_at: None, .. } if rests.is_some() => {
                all.idle.push(idle(&clock, authority, rests.cloned().unwrap_or_default()));
            }
            Run::Running { started_at, due, met_at } => {
                let due_at = due.as_ref().ok().and_then(StageDue::due_at);
                let shifted_at = match due {
                    Ok(StageDue::On { due_at, shifted_at, .. }) if due_at != shifted_at => Some(*shifted_at),
                    _ => None,
                };
                let ours = Duration::hours(i64::from(basis.undue_hours));
                let ours_at = due_at.is_none().then(|| started_at.checked_add_signed(ours)).flatten();
                all.running.push(NotificationClock {
                    rule: rule.code.clone(),
                    stage: clock.stage.name.clone(),
                    authority: authority.map(|a| a.id),
                    regime: rule.regime.clone(),
                    title: clock.stage.title.clone(),
                    recipient: authority.map_or_else(|| clock.stage.recipient.clone(), |a| a.name.clone()),
                    source: clock.version.source_of(clock.stage).to_owned(),
                    applies_to: rule.scope.clone(),
                    applies_when: clock.stage.applies_when.clone(),
                    status: clock.version.status,
                    confidence: clock.version.confidence,
                    unverified: rule.origin == Origin::Shipped
                        && (clock.version.status, clock.version.confidence)
                            != (Status::InForce, Confidence::High),
                    trigger: clock.stage.trigger,
                    started_at: *started_at,
                    limit: if clock.stage.wording.is_empty() {
                        clock.stage.within.to_string()
                    } else {
                        clock.stage.wording.clone()
                    },
                    due_at,
                    shifted_at,
                    ours_at,
                    no_due_time: due.as_ref().err().map(ToString::to_string).unwrap_or_default(),
                    submitted_at: *met_at,
                    standing: match (due_at, met_at) {
                        (Some(due_at), met_at) => standing(due_at, *met_at, now),
                        (None, Some(at)) => Standing::Met { at: *at },
                        (None, None) => Standing::Open { seconds: (now - *started_at).num_seconds() },
                    },
                    zone: calendar.zone(),
                });
            }
        }
    }
}

fn idle(clock: &StageClock<'_>, authority: Option<&CaseAuthority>, why: String) -> IdleClock {
    IdleClock {
        rule: clock.rule.code.clone(),
        stage: clock.stage.name.clone(),
        regime: clock.rule.regime.clone(),
        title: clock.stage.title.clone(),
        recipient: authority.map_or_else(|| clock.stage.recipient.clone(), |a| a.name.clone()),
        authority: authority.map(|a| a.id),
        trigger: clock.stage.trigger,
        why,
    }
}

#[cfg(test)]
mod tests;
