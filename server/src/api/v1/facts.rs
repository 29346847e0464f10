//! Facts: every answer with its versions.

use super::{
    super::{
        answer::{Created, Shown},
        call::{Call, Given, Nothing},
        route::{ApiRoute, get, put},
    },
    incidents::CompletenessOut,
};
use domain::{
    access::Action,
    fact::{Fact, record::RecordFactInput, sheet::Contradiction},
    id::IncidentId,
    notice::template::NoticeKind,
    view::{Added, FactLine, FactPage, FactSheet},
};
use schemars::JsonSchema;
use serde::Serialize;
use services::Result;

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/incidents/{incident}/facts",
            "readFactSheet",
            "Every key with its present answer",
            A::ReadIncident,
            sheet,
        ),
        get(
            "/incidents/{incident}/facts/{key}",
            "readFact",
            "One fact with every version it had",
            A::ReadIncident,
            fact,
        ),
        put(
            "/incidents/{incident}/facts/{key}",
            "recordFact",
            "Record an answer: a new version, the older ones stay",
            A::RecordFact,
            record,
        ),
    ]
}

/// A key of the catalogue with its present answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FactLine")]
pub(super) struct FactLineOut {
    key: String,
    fact: Option<Fact>,
    /// The answer in words, in English, in the reader's zone.
    shown: String,
    /// Where the answer comes from, in words; empty for one that was recorded in this incident.
    source: &'static str,
    /// Whether it is asked, given the present answers.
    asked: bool,
    needed_for: Vec<NoticeKind>,
}

impl From<FactLine> for FactLineOut {
    fn from(line: FactLine) -> Self {
        let FactLine { key, fact, shown, source, asked, needed_for } = line;
        Self { key, fact, shown, source, asked, needed_for }
    }
}

/// The fact sheet.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FactSheet")]
struct FactSheetOut {
    lines: Vec<FactLineOut>,
    completeness: CompletenessOut,
    sections: Vec<SectionOut>,
    /// Answers that don't fit together. They are said and never refused.
    contradictions: Vec<Contradiction>,
    /// How many people are counted by country, where they are.
    by_country: Option<u64>,
}

/// How much of a section of the catalogue is answered.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SectionCompleteness")]
struct SectionOut {
    section: String,
    completeness: CompletenessOut,
}

/// One version of a fact.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FactVersion")]
struct VersionOut {
    fact: Fact,
    /// Its value in words, in English, in the reader's zone.
    shown: String,
}

/// One fact with its history.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FactPage")]
struct FactOut {
    line: FactLineOut,
    /// The newest first.
    history: Vec<VersionOut>,
}

async fn sheet(call: Call<Nothing>, id: IncidentId) -> Result<Shown<FactSheetOut>> {
    let FactSheet { case: _, lines, completeness, sections, contradictions, by_country, evidence: _ } =
        call.services.fact_sheet(&call.ctx, id).await?;
    let lines = lines.into_iter().map(FactLineOut::from).collect();
    let sections = sections
        .into_iter()
        .map(|(section, of_it)| SectionOut { section, completeness: of_it.into() })
        .collect();
    Ok(Shown(FactSheetOut { lines, completeness: completeness.into(), sections, contradictions, by_country }))
}

async fn fact(call: Call<Nothing>, (id, key): (IncidentId, String)) -> Result<Shown<FactOut>> {
    let FactPage { case: _, line, history, evidence: _ } = call.services.fact(&call.ctx, id, &key).await?;
    let history = history.into_iter().map(|(fact, shown)| VersionOut { fact, shown }).collect();
    Ok(Shown(FactOut { line: line.into(), history }))
}

async fn record(
    call: Call<Given<RecordFactInput>>,
    (id, key): (IncidentId, String),
) -> Result<Created<Added>> {
    let added = call.services.record_fact(&call.ctx, id, &key, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/facts/{key}")))
}
