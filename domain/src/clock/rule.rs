//! One duty with time limits: what starts it, how long each stage may take, who receives it, where it is written.
//!
//! The rules that ship are files (`domain/rules`), one a regime. A clock that an organisation makes
//! for itself, such as a customer's contract, is the same type, made by [`own::OwnClockInput`].

pub mod own;
mod read;

use super::span::{Span, Trigger};
use crate::{choices, moment::Zone};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

choices! {
    /// Whether a version is law.
    pub enum Status {
        InForce = "in_force" => "in force",
        /// Enacted, applies from a later day.
        Future = "future" => "not yet applicable",
        Bill = "bill" => "a bill, not law",
        /// The act is there, the rule that would carry it out isn't.
        RulePending = "rule_pending" => "final rule pending",
        /// Proposed; runs no clock.
        Proposal = "proposal" => "a proposal, not law",
    }
}

choices! {
    /// How sure it is that the version says what the law says.
    pub enum Confidence {
        High = "high" => "read in the source",
        Medium = "medium" => "from secondary sources",
        Low = "low" => "to be verified first",
    }
}

choices! {
    /// Where a rule comes from.
    pub enum Origin {
        Shipped = "shipped" => "ships with Breachdesk",
        Organisation = "organisation" => "made by the organisation",
    }
}

choices! {
    /// What an organisation can do with a rule.
    pub enum Offer {
        /// In force and of high confidence.
        Offered = "offered" => "offered",
        /// The organisation can switch it on; it is labelled as unverified.
        Unverified = "unverified" => "unverified, can be switched on",
        /// Not to be switched on.
        Dormant = "dormant" => "dormant, runs no clock",
    }
}

/// A duty with time limits, in all versions known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Never changes: `gdpr33`.
    pub code: String,
    /// `GDPR, Article 33`.
    pub regime: String,
    /// What is to be done: `Notification to the supervisory authority`.
    pub title: String,
    /// Whom it binds.
    pub scope: String,
    pub origin: Origin,
    /// Oldest first, not overlapping, at least one.
    pub versions: Vec<Version>,
}

/// What the rule says for triggers within a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// The first day of triggers it holds for. Absent where no day is known: a bill, a proposal.
    pub effective_from: Option<NaiveDate>,
    /// The last day of triggers it holds for, where there is one.
    pub effective_to: Option<NaiveDate>,
    pub status: Status,
    pub confidence: Confidence,
    /// The law or the contract.
    pub source: String,
    /// What has to be the case for the duty to exist.
    pub threshold: String,
    pub recipient: String,
    /// How it reaches them.
    pub channel: String,
    /// The version of the authorities' template that its contents follow, where there is one.
    pub template: Option<String>,
    /// A rule of its own about weekends and holidays, or empty.
    pub calendar_note: String,
    pub notes: String,
    /// In the order in which they fall due. Empty where the regime sets thresholds and no time limit.
    pub stages: Vec<Stage>,
}

/// One step of the duty, with a time limit of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// Never changes, unique within the version: `early_warning`.
    pub name: String,
    pub title: String,
    pub trigger: Trigger,
    /// The stages whose submission starts it, the last one submitted counting; only with
    /// [`Trigger::PreviousReportSubmitted`].
    pub after: Vec<String>,
    /// The stage whose report meets this limit too: a second limit for the same report. Otherwise empty.
    pub same_report_as: String,
    pub within: Span,
    /// The law's own words where it gives no number: `as soon as feasible`. Otherwise empty.
    pub wording: String,
    pub recipient: String,
    /// The condition under which the stage is due at all, or empty: it always is.
    pub applies_when: String,
    /// Where it is written, if the version's source isn't exact enough; otherwise empty.
    pub source: String,
}

/// The version for a trigger, or why there is none and no clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked<'r> {
    Version(&'r Version),
    /// The trigger lies before the first version that is known.
    BeforeFirst {
        first: NaiveDate,
    },
    /// The trigger lies after the last version, or between two.
    NoneOn {
        on: NaiveDate,
    },
    /// A proposal: nothing runs, whatever the trigger.
    Dormant,
}

impl Picked<'_> {
    /// Why no clock runs, for people; nothing when one does.
    #[must_use]
    pub fn why_not(&self) -> Option<String> {
        match self {
            Self::Version(_) => None,
            Self::BeforeFirst { first } => Some(format!(
                "This lies before {first}, the first day of the oldest version known here. No clock runs."
            )),
            Self::NoneOn { on } => Some(format!("No version of this rule held on {on}. No clock runs.")),
            Self::Dormant => Some("This is a proposal and not law. No clock runs.".to_owned()),
        }
    }
}

/// What is wrong with a rule's file, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct RuleError {
    pub file: String,
    /// The first line is 1.
    pub line: usize,
    pub message: String,
}

impl Rule {
    /// Reads a rule. `file` names it in errors and must be the code with `.toml`.
    ///
    /// # Errors
    /// Everything that is wrong, each with its line and what to write instead.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<RuleError>> {
        read::read(file, text)
    }

    /// The version for a trigger at this instant. Its date is read in `zone`, the authority's.
    #[must_use]
    pub fn pick(&self, at: DateTime<Utc>, zone: Zone) -> Picked<'_> {
        self.pick_on(at.with_timezone(&zone).date_naive())
    }

    /// The version for a trigger on this day.
    #[must_use]
    pub fn pick_on(&self, on: NaiveDate) -> Picked<'_> {
        if self.versions.iter().all(|v| v.status == Status::Proposal) {
            return Picked::Dormant;
        }
        if let Some(version) = self.versions.iter().rev().find(|v| v.holds_on(on)) {
            return Picked::Version(version);
        }
        match self.versions.first().and_then(|v| v.effective_from) {
            Some(first) if on < first => Picked::BeforeFirst { first },
            _ => Picked::NoneOn { on },
        }
    }

    /// The version to show on this day: the one that holds, or the next, or the last there was.
    #[must_use]
    pub fn current(&self, on: NaiveDate) -> Option<&Version> {
        let holding = self.versions.iter().rev().find(|v| v.holds_on(on));
        let next = || self.versions.iter().find(|v| v.effective_from.is_some_and(|from| from > on));
        holding.or_else(next).or_else(|| self.versions.last())
    }

    /// What can be done with it on this day.
    #[must_use]
    pub fn offer(&self, on: NaiveDate) -> Offer {
        let Some(version) = self.current(on) else { return Offer::Dormant };
        match (version.status, version.confidence) {
            (Status::Proposal, _) => Offer::Dormant,
            (Status::InForce, Confidence::High) if version.holds_on(on) => Offer::Offered,
            _ if self.origin == Origin::Organisation => Offer::Offered,
            _ => Offer::Unverified,
        }
    }
}

impl Version {
    /// Whether a trigger on this day falls under it.
    #[must_use]
    pub fn holds_on(&self, on: NaiveDate) -> bool {
        self.effective_from.is_none_or(|from| from <= on) && self.effective_to.is_none_or(|to| on <= to)
    }

    /// The stage of this name.
    #[must_use]
    pub fn stage(&self, name: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// Where a stage is written.
    #[must_use]
    pub fn source_of<'v>(&'v self, stage: &'v Stage) -> &'v str {
        if stage.source.is_empty() { &self.source } else { &stage.source }
    }
}

#[cfg(test)]
mod tests;
