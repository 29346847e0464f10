//! What the page of an authority's form shows.

use super::Case;
use crate::{
    clock::{NotificationClock, authority::CaseAuthority},
    evidence::Evidence,
    filing::{
        FilingState,
        form::{AuthorityForm, FilledPart},
        report::ReportHead,
    },
    id::AuthorityId,
    notice::template::Language,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose form is asked for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormAsked {
    /// The id of an authority of the case; the lead or only one where it is empty.
    #[serde(default)]
    pub authority: String,
    /// The code of a form; that of the authority where it is empty.
    #[serde(default)]
    pub form: String,
    /// The language of what is copied; `en` where it is empty.
    #[serde(default)]
    pub language: String,
    /// The code of a rule that is switched on for the case, for a report under another regime; empty otherwise.
    #[serde(default)]
    pub rule: String,
    /// With a rule: the name of its stage; the first where it is empty.
    #[serde(default)]
    pub stage: String,
}

/// The report under another regime that is asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "RegimeReport")]
pub struct Report {
    pub head: ReportHead,
    /// The clock that it meets, where one runs and the rule binds.
    pub clock: Option<NotificationClock>,
    /// Why nothing is due; empty where something is.
    pub why_not: String,
}

/// An authority's form, filled in from the facts.
#[derive(Debug, Clone)]
pub struct FormPage {
    pub case: Case,
    pub form: &'static AuthorityForm,
    /// None for a notification under Article 33(1) GDPR.
    pub report: Option<Report>,
    pub parts: Vec<FilledPart>,
    /// Those of the case that are told.
    pub authorities: Vec<CaseAuthority>,
    pub authority: Option<AuthorityId>,
    /// The code of the rule by which it is told.
    pub rule: String,
    pub stands: FilingState,
    pub language: Language,
    /// When the answers stood so, RFC 3339.
    pub as_of: String,
    pub evidence: Vec<Evidence>,
}
