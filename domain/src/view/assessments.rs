//! What is shown of assessments of the risk.

use super::{Case, Listed};
use crate::{
    assessment::{
        cases::{
            Group, Verdict,
            alike::{Alike, ComparedAnswer},
        },
        factors::{Callout, RiskFactor},
        record::{Assessment, ChangedAnswer, Difference},
        suggestion::Suggestion,
    },
    text::Choice,
};
use schemars::JsonSchema;
use serde::Serialize;

/// The page of an incident's assessment.
#[derive(Debug, Clone)]
pub struct AssessmentPage {
    pub case: Case,
    /// The newest version.
    pub present: Option<Assessment>,
    /// The facts that have another answer since the newest version was recorded.
    pub changed_since: Vec<ChangedAnswer>,
    /// What the facts point at by themselves.
    pub callouts: Vec<Callout>,
    pub factors: Vec<FactorLine>,
    /// What the facts suggest for the questions of the ENISA method.
    pub suggestions: Vec<Suggestion>,
    /// The Board's cases that have something in common with this one, the most like first.
    pub alike: Vec<AlikeCase>,
    /// The newest first.
    pub versions: Listed<VersionLine>,
}

/// A risk factor with what is known about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FactorLine {
    pub factor: RiskFactor,
    pub label: &'static str,
    /// The facts that speak to it and are asked for with the present answers, or have one.
    pub known: Vec<KnownAnswer>,
}

/// A fact with its present answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KnownAnswer {
    pub key: String,
    pub label: String,
    /// The answer in words; empty where there is none.
    pub shown: String,
}

/// One version, and what it says otherwise than the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionLine {
    pub assessment: Assessment,
    /// Empty for the first version, and for one that repeats the one before.
    pub differences: Vec<Difference>,
}

/// One of the Board's cases, and how like this incident is to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AlikeCase {
    /// 1 to 18, as the guidelines count them.
    pub number: u8,
    pub group: Group,
    pub title: String,
    pub source: String,
    pub happened: String,
    /// What the Board said, and why.
    pub said: String,
    /// What the Board concluded; recording the breach internally is part of each.
    pub verdict: Verdict,
    pub verdict_words: &'static str,
    /// How much of the weight agrees, rounded down: 100 only where every answer is the same.
    pub per_cent: u32,
    pub answers: Vec<ComparedAnswer>,
}

impl From<Alike<'_>> for AlikeCase {
    fn from(found: Alike<'_>) -> Self {
        let (per_cent, case) = (found.per_cent(), found.case);
        Self {
            number: case.number,
            group: case.group,
            title: case.title.clone(),
            source: case.source(),
            happened: case.happened.clone(),
            said: case.said.clone(),
            verdict: case.verdict,
            verdict_words: case.verdict.label(),
            per_cent,
            answers: found.answers,
        }
    }
}
