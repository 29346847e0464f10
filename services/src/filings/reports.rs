//! Reports under other regimes: which are asked of a case, and what was submitted of each.

use super::copied::not_binding;
use crate::clocks::{Grounds, House};
use chrono::{DateTime, Utc};
use domain::{
    clock::{authority::default_of, calendar::Calendars, recorded::Submission},
    filing::{
        is_filed,
        report::{ReportHead, is_reported_code},
    },
    id::AuthorityId,
    view::decisions::ReportedUnder,
};

impl Grounds {
    /// A report of this id that was submitted under another regime, and not taken back.
    pub(super) fn reported(&self, id: &str) -> Option<&Submission> {
        let live = |s: &&Submission| s.withdrawn_at.is_none() && is_reported_code(&s.rule);
        self.submissions.iter().filter(live).find(|s| s.id.to_string() == id)
    }

    /// The reports under other regimes that the rules in scope ask for, those with the nearest due time first, each with
    /// what was submitted. Filings with an authority of the case stand with that authority.
    pub(super) fn reports(
        &self,
        house: &House,
        calendars: &Calendars,
        now: DateTime<Utc>,
    ) -> Vec<ReportedUnder> {
        let with_authority =
            |rule: &str, authority: Option<AuthorityId>| is_filed(rule) && authority.is_some();
        let asked = |rule: &str, authority| is_reported_code(rule) && !with_authority(rule, authority);
        let clocks = self.clocks(house, calendars, now);
        let head = |rule: &str, stage: &str| ReportHead::of(house.rule(rule)?, stage, house.today(now));
        let submitted = |rule: &str, stage: &str, authority| {
            let default = default_of(&self.authorities, rule).map(|a| a.id);
            let its = |s: &&Submission| {
                s.withdrawn_at.is_none()
                    && s.rule == rule
                    && s.stage == stage
                    && s.authority.or(default) == authority
            };
            self.submissions.iter().filter(its).map(|s| self.by_hand(s)).collect()
        };
        let running = clocks.running.iter().filter(|c| asked(&c.rule, c.authority)).map(|clock| {
            let binds = head(&clock.rule, &clock.stage).is_none_or(|head| head.binds());
            ReportedUnder {
                rule: clock.rule.clone(),
                stage: clock.stage.clone(),
                regime: clock.regime.clone(),
                title: clock.title.clone(),
                recipient: clock.recipient.clone(),
                authority: clock.authority,
                clock: binds.then(|| clock.clone()),
                why_not: if binds { String::new() } else { not_binding(clock.status, clock.confidence) },
                filings: submitted(&clock.rule, &clock.stage, clock.authority),
            }
        });
        let idle = clocks.idle.iter().filter(|c| asked(&c.rule, c.authority)).map(|clock| ReportedUnder {
            rule: clock.rule.clone(),
            stage: clock.stage.clone(),
            regime: clock.regime.clone(),
            title: clock.title.clone(),
            recipient: clock.recipient.clone(),
            authority: clock.authority,
            clock: None,
            why_not: clock.why.clone(),
            filings: submitted(&clock.rule, &clock.stage, clock.authority),
        });
        running.chain(idle).collect()
    }
}
