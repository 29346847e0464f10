//! Decisions and filings as a screen and a program see them.

use super::{Case, FactLine};
use crate::{
    assessment::record::{Assessment, ChangedAnswer},
    clock::NotificationClock,
    decision::{
        Decision,
        exemption::{Exemption, ExemptionCondition, Finding},
        order::Order,
    },
    evidence::Evidence,
    fact::sheet::Contradiction,
    filing::{Filing, FilingState},
    id::AuthorityId,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// The decisions of an incident, and what the next one would be taken on.
#[derive(Debug, Clone)]
pub struct DecisionPage {
    pub case: Case,
    /// The newest first.
    pub decisions: Vec<Decision>,
    /// The version that counts now.
    pub ruling: Option<i64>,
    /// Whether the asker may sign the one that waits: they didn't record it.
    pub may_sign: bool,
    /// The answers by which a risk is judged, as they stand.
    pub judged_by: Vec<FactLine>,
    /// Of those, what changed since the newest decision.
    pub changed: Vec<ChangedAnswer>,
    /// The newest assessment, and the answers under it that are others now.
    pub assessment: Option<(Assessment, Vec<ChangedAnswer>)>,
    pub exemptions: Vec<(Exemption, Vec<(ExemptionCondition, Finding)>)>,
    /// The oldest first.
    pub orders: Vec<Order>,
    pub contradictions: Vec<Contradiction>,
    pub evidence: Vec<Evidence>,
}

/// One answer, then and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AnswerThenAndNow {
    pub key: String,
    pub label: String,
    /// In words; empty where there was no answer.
    pub old: String,
    /// In words; empty where there is none any more.
    pub new: String,
    /// Why it changed, as it was said.
    pub reason: String,
    /// By whom, by name.
    pub by: String,
    /// When the new answer was recorded.
    pub at: Option<DateTime<Utc>>,
}

/// The filings of an incident, with each authority.
#[derive(Debug, Clone)]
pub struct FilingPage {
    pub case: Case,
    pub authorities: Vec<FiledWith>,
    /// Reports under other regimes, in the order of their clocks.
    pub reports: Vec<ReportedUnder>,
    /// Whether reasons for a delay are recorded, where the first filing is late.
    pub late_without_reasons: bool,
    pub evidence: Vec<Evidence>,
}

/// One report under another regime than the GDPR, and what was submitted of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReportedUnder {
    /// The code of the rule, and the name of its stage.
    pub rule: String,
    pub stage: String,
    pub regime: String,
    pub title: String,
    pub recipient: String,
    pub authority: Option<AuthorityId>,
    /// The clock that it meets, where one runs and the rule binds.
    pub clock: Option<NotificationClock>,
    /// Why nothing is due; empty where something is.
    pub why_not: String,
    /// The oldest first.
    pub filings: Vec<Filing>,
}

/// The filings with one authority.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FiledWith {
    /// None: the authority of the profile, where the case names none.
    pub authority: Option<AuthorityId>,
    pub name: String,
    /// The code of the rule by which it is told.
    pub rule: String,
    pub state: FilingState,
    /// It was withdrawn from the case; what was filed with it stays.
    pub withdrawn: bool,
    /// The oldest first.
    pub filings: Vec<Filing>,
    /// What changed in the answers since the last filing: what a follow-up would say.
    pub since: Vec<AnswerThenAndNow>,
}
