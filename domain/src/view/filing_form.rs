//! What the page of an authority's form shows.

use super::Case;
use crate::{
    clock::authority::CaseAuthority,
    evidence::Evidence,
    filing::{
        FilingState,
        form::{AuthorityForm, FilledPart},
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
}

/// An authority's form, filled in from the facts.
#[derive(Debug, Clone)]
pub struct FormPage {
    pub case: Case,
    pub form: &'static AuthorityForm,
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
