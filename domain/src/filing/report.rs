//! Reports under other regimes than the GDPR: NIS2, DORA, the laws of states. What they are comes from their rule; what
//! they say, from the facts, in a general form.

use crate::{
    clock::{
        GDPR_33,
        rule::{Confidence, Origin, Rule, Stage, Status, Version},
        rules,
    },
    moment::Zone,
};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// Rules whose duty is done by a notice of its own kind, or which are no law and never will run.
const BY_NOTICE: [&str; 3] = ["gdpr33_2", "gdpr34", "gdpr33_omnibus"];

/// What a rule says of one of its stages, as a report needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReportHead {
    /// The code of the rule, and the name of its stage.
    pub rule: String,
    pub stage: String,
    pub regime: String,
    /// The stage's title.
    pub title: String,
    pub recipient: String,
    pub channel: String,
    /// Where it is written.
    pub source: String,
    /// Whom the rule binds.
    pub scope: String,
    /// What has to be the case for the duty to exist.
    pub threshold: String,
    /// The condition under which this stage is due at all; empty where it always is.
    pub applies_when: String,
    pub notes: String,
    pub status: Status,
    pub confidence: Confidence,
}

impl ReportHead {
    /// Of the stage called `stage`, or of the first where that is empty, as the rule stands on this day.
    #[must_use]
    pub fn of(rule: &Rule, stage: &str, on: NaiveDate) -> Option<Self> {
        let (version, stage) = stage_on(rule, stage.trim(), on)?;
        Some(Self {
            rule: rule.code.clone(),
            stage: stage.name.clone(),
            regime: rule.regime.clone(),
            title: stage.title.clone(),
            recipient: if stage.recipient.is_empty() {
                version.recipient.clone()
            } else {
                stage.recipient.clone()
            },
            channel: version.channel.clone(),
            source: version.source_of(stage).to_owned(),
            scope: rule.scope.clone(),
            threshold: version.threshold.clone(),
            applies_when: stage.applies_when.clone(),
            notes: version.notes.clone(),
            status: version.status,
            confidence: version.confidence,
        })
    }

    /// The same as it stood at an instant, the day read in `zone`.
    #[must_use]
    pub fn at(rule: &Rule, stage: &str, at: DateTime<Utc>, zone: Zone) -> Option<Self> {
        Self::of(rule, stage, at.with_timezone(&zone).date_naive())
    }

    /// Whether a time limit of it may be called due: it is law, and was read in a source.
    #[must_use]
    pub fn binds(&self) -> bool {
        self.status == Status::InForce && self.confidence != Confidence::Low
    }
}

/// The stage in the version that counts on this day, or else in the newest that has it.
fn stage_on<'r>(rule: &'r Rule, name: &str, on: NaiveDate) -> Option<(&'r Version, &'r Stage)> {
    let of = |version: &'r Version| match name {
        "" => version.stages.first().map(|stage| (version, stage)),
        name => version.stage(name).map(|stage| (version, stage)),
    };
    rule.current(on).and_then(of).or_else(|| rule.versions.iter().rev().find_map(of))
}

/// Whether what this rule asks for is reported in a general form: it ships, and neither is the notification under
/// Article 33(1) GDPR nor has a notice of its own. A contract of the organisation isn't: what a customer may see of a case
/// is in the notice to it.
#[must_use]
pub fn is_reported(rule: &Rule) -> bool {
    rule.origin == Origin::Shipped && is_reported_code(&rule.code)
}

/// The same by the code of a rule.
#[must_use]
pub fn is_reported_code(code: &str) -> bool {
    code != GDPR_33.0 && !BY_NOTICE.contains(&code) && rules::find(code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_of_every_regime_has_a_recipient_and_a_source() {
        let on = "2026-06-10".parse().unwrap();
        let reported = || rules::rules().iter().filter(|rule| is_reported(rule));
        assert!(reported().count() > 40);
        for rule in reported() {
            for stage in rule.versions.iter().flat_map(|version| &version.stages) {
                let head = ReportHead::of(rule, &stage.name, on).unwrap();
                assert!(
                    !head.recipient.is_empty() && !head.source.is_empty(),
                    "{} {}",
                    rule.code,
                    stage.name
                );
                assert_eq!(head.stage, stage.name);
            }
            assert!(ReportHead::of(rule, "no such stage", on).is_none());
        }
        for code in ["gdpr33", "gdpr33_2", "gdpr34", "own_1"] {
            assert!(!is_reported_code(code), "{code}");
        }
    }

    #[test]
    fn what_is_no_law_yet_or_was_read_nowhere_is_never_due() {
        let on = "2026-06-10".parse().unwrap();
        let binds = |code: &str| ReportHead::of(rules::find(code).unwrap(), "", on).map(|head| head.binds());
        assert_eq!(binds("nis2"), Some(true));
        assert_eq!(binds("us_ca"), Some(true));
        assert_eq!(binds("circia"), Some(false));
        assert_eq!(binds("ukcsrb"), Some(false));
    }
}
