//! Assessments of the risk, and the Board's cases beside them.

use super::{
    super::{
        answer::{Created, Shown},
        call::{Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post},
    },
    ListOut, PageQuery,
};
use domain::{
    access::Action,
    assessment::{
        factors::Callout,
        record::{AssessRiskInput, Assessment, ChangedAnswer, Difference},
        suggestion::Suggestion,
    },
    id::IncidentId,
    view::{
        Added,
        assessments::{AlikeCase, AssessmentPage, FactorLine, VersionLine},
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use services::Result;

#[rustfmt::skip]
pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/incidents/{incident}/assessment", "readAssessment", "The present assessment, what changed since, and what helps to make the next one", A::ReadIncident, present),
        get("/incidents/{incident}/assessments", "listAssessments", "Every version of the assessment, the newest first", A::ReadIncident, versions),
        post("/incidents/{incident}/assessments", "assessRisk", "Assess the risk: a new version, the older ones stay", A::AssessRisk, assess),
    ]
}

/// The assessment of an incident. An aid for people who decide, and no verdict.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AssessmentPage")]
struct PresentOut {
    /// The newest version.
    present: Option<Assessment>,
    /// The facts that have another answer since then.
    changed_since: Vec<ChangedAnswer>,
    /// What the facts point at by themselves.
    callouts: Vec<Callout>,
    /// The risk factors of EDPB Guidelines 9/2022, part IV.B, with what is known.
    factors: Vec<FactorLine>,
    /// What the facts suggest for the questions of the ENISA method.
    suggestions: Vec<Suggestion>,
    /// The cases of EDPB Guidelines 01/2021 that have something in common with this one, the most like first.
    alike: Vec<AlikeCase>,
}

/// One version of an assessment.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AssessmentVersion")]
struct VersionOut {
    assessment: Assessment,
    /// What it says otherwise than the version before.
    differences: Vec<Difference>,
}

impl From<VersionLine> for VersionOut {
    fn from(line: VersionLine) -> Self {
        let VersionLine { assessment, differences } = line;
        Self { assessment, differences }
    }
}

async fn present(call: Call<Nothing>, id: IncidentId) -> Result<Shown<PresentOut>> {
    let AssessmentPage {
        case: _,
        present,
        changed_since,
        callouts,
        factors,
        suggestions,
        alike,
        versions: _,
    } = call.services.assessment(&call.ctx, id, 1).await?;
    Ok(Shown(PresentOut { present, changed_since, callouts, factors, suggestions, alike }))
}

async fn versions(call: Call<Asked<PageQuery>>, id: IncidentId) -> Result<Shown<ListOut<VersionOut>>> {
    let page = call.input.0.number()?;
    Ok(Shown(ListOut::page(call.services.assessment_versions(&call.ctx, id, page).await?)))
}

async fn assess(call: Call<Given<AssessRiskInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.assess_risk(&call.ctx, id, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/assessments")))
}
