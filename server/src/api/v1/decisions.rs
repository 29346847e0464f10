//! Decisions, orders, filings with authorities, and how an incident stood at an hour.

use super::{
    super::{
        answer::{Created, Done, Shown},
        call::{Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post},
    },
    facts::FactLineOut,
    incidents::CompletenessOut,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    assessment::record::ChangedAnswer,
    awareness::DecisionInput,
    clock::{NotificationClock, case::CaseClocks},
    decision::{
        DecideInput, Decision,
        exemption::{Exemption, Finding},
        order::{Order, OrderInput},
    },
    fact::{catalogue::catalogue, sheet::Contradiction},
    filing::{ReceiptInput, form::FilledPart},
    id::{AuthorityId, DecisionId, IncidentId, OrderId, SubmissionId},
    incident::ReasonInput,
    notice::template::Language,
    view::{
        Added,
        decisions::{AnswerThenAndNow, DecisionPage, FiledWith, FilingPage, ReportedUnder},
        filing_form::{FormAsked, Report},
        hindsight::Hindsight,
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::Result;

#[rustfmt::skip]
pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/incidents/{incident}/decisions", "readDecisions", "Every decision on risk, notification and communication, and what the next one would be taken on", A::ReadIncident, decisions),
        post("/incidents/{incident}/decisions", "decide", "Decide on risk, notification and communication, or decide anew", A::DecideRisk, decide),
        post("/incidents/{incident}/decisions/{decision}/sign", "signDecision", "Sign the decision that waits, as a second person", A::SignDecision, sign),
        post("/incidents/{incident}/decisions/{decision}/decline", "declineDecision", "Decline the decision that waits, with a reason", A::SignDecision, decline),
        post("/incidents/{incident}/orders", "recordOrder", "Record an authority's order to tell data subjects, or a request to wait", A::RecordOrder, order),
        post("/incidents/{incident}/orders/{order}/end", "endOrder", "End an order or a request to wait, with a reason", A::RecordOrder, end),
        get("/incidents/{incident}/filings", "readFilings", "What was filed with each authority, and what changed since", A::ReadIncident, filings),
        get("/incidents/{incident}/filing-form", "readFilingForm", "An authority's form, or a general one for a report under another regime, with what is to be copied into it", A::ReadIncident, filing_form),
        get("/incidents/{incident}/submissions/{submission}/form", "readFiledForm", "What was copied into the authority's form when it was filed", A::ReadIncident, filed_form),
        post("/incidents/{incident}/receipts", "recordReceipt", "Record the authority's reference and receipt for a filing", A::RecordSubmission, receipt),
        get("/incidents/{incident}/hindsight", "readHindsight", "How the incident stood at an hour: rebuilt from what had been recorded by then", A::ReadIncident, hindsight),
    ]
}

/// One condition of an exemption, and what the facts say to it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ExemptionCondition")]
struct ConditionOut {
    exemption: Exemption,
    code: &'static str,
    words: &'static str,
    source: &'static str,
    finding: Finding,
}

/// The decisions of an incident.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Decisions")]
struct DecisionsOut {
    /// The newest first.
    decisions: Vec<Decision>,
    /// The version that counts now.
    ruling: Option<i64>,
    judged_by: Vec<FactLineOut>,
    /// What changed since the newest decision, of the answers by which a risk is judged.
    changed: Vec<ChangedAnswer>,
    conditions: Vec<ConditionOut>,
    /// The oldest first.
    orders: Vec<Order>,
    contradictions: Vec<Contradiction>,
}

/// The filings of an incident.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Filings")]
struct FilingsOut {
    authorities: Vec<FiledWith>,
    /// Reports under other regimes, in the order of their clocks.
    reports: Vec<ReportedUnder>,
    late_without_reasons: bool,
}

/// Which hour is asked for; now, where neither is given.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct HourQuery {
    /// RFC 3339, or a local time in the reader's zone. Up to now.
    as_of: String,
    /// Whole hours since you became aware; since the declaration, where nobody has said when that was.
    hour: String,
}

/// A statement of the notification, as it would have read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DraftStatement")]
struct DraftOut {
    heading: String,
    text: String,
}

/// How an incident stood at an hour.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Hindsight")]
struct HindsightOut {
    at: DateTime<Utc>,
    /// From when hours are counted.
    from: DateTime<Utc>,
    lines: Vec<FactLineOut>,
    completeness: CompletenessOut,
    contradictions: Vec<Contradiction>,
    clocks: Vec<NotificationClock>,
    ruling: Option<Decision>,
    /// What was recorded until then, the newest first.
    changes: Vec<AnswerThenAndNow>,
    /// What became of it until now.
    since: Vec<AnswerThenAndNow>,
    draft: Vec<DraftOut>,
}

/// An authority's form, filled in from the facts. An aid, not the form itself.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FilingForm")]
struct FilingFormOut {
    /// The version of the template that rows are those of.
    template: &'static str,
    form: &'static str,
    name: &'static str,
    /// Where parts and order come from.
    source: &'static str,
    authority: Option<AuthorityId>,
    /// None for a notification under Article 33(1) GDPR.
    report: Option<Report>,
    language: Language,
    /// When the answers stood so, RFC 3339. Give it back with the submission, so that what was copied is kept.
    as_of: String,
    parts: Vec<FilledPart>,
}

/// What was copied, to the letter.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FiledFormText")]
struct FiledFormOut {
    text: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    sha256: String,
}

async fn decisions(call: Call<Nothing>, id: IncidentId) -> Result<Shown<DecisionsOut>> {
    let page: DecisionPage = call.services.decision_page(&call.ctx, id).await?;
    let conditions = page.exemptions.iter().flat_map(|(exemption, conditions)| {
        conditions.iter().map(|(c, finding)| ConditionOut {
            exemption: *exemption,
            code: c.code,
            words: c.words,
            source: c.source,
            finding: *finding,
        })
    });
    Ok(Shown(DecisionsOut {
        conditions: conditions.collect(),
        decisions: page.decisions,
        ruling: page.ruling,
        judged_by: page.judged_by.into_iter().map(FactLineOut::from).collect(),
        changed: page.changed,
        orders: page.orders,
        contradictions: page.contradictions,
    }))
}

async fn decide(call: Call<Given<DecideInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.decide(&call.ctx, id, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/decisions")))
}

async fn sign(call: Call<Given<DecisionInput>>, (id, which): (IncidentId, DecisionId)) -> Result<Done> {
    call.services.sign_decision(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn decline(call: Call<Given<DecisionInput>>, (id, which): (IncidentId, DecisionId)) -> Result<Done> {
    call.services.decline_decision(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn order(call: Call<Given<OrderInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.record_order(&call.ctx, id, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/decisions")))
}

async fn end(call: Call<Given<ReasonInput>>, (id, which): (IncidentId, OrderId)) -> Result<Done> {
    call.services.end_order(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn filings(call: Call<Nothing>, id: IncidentId) -> Result<Shown<FilingsOut>> {
    let FilingPage { case: _, authorities, reports, late_without_reasons, evidence: _ } =
        call.services.filings(&call.ctx, id).await?;
    Ok(Shown(FilingsOut { authorities, reports, late_without_reasons }))
}

async fn filing_form(call: Call<Asked<FormAsked>>, id: IncidentId) -> Result<Shown<FilingFormOut>> {
    let page = call.services.authority_form(&call.ctx, id, &call.input.0).await?;
    Ok(Shown(FilingFormOut {
        template: catalogue().template(),
        form: page.form.code.as_str(),
        name: page.form.name.as_str(),
        source: page.form.source.as_str(),
        authority: page.authority,
        report: page.report,
        language: page.language,
        as_of: page.as_of,
        parts: page.parts,
    }))
}

async fn filed_form(
    call: Call<Nothing>,
    (id, which): (IncidentId, SubmissionId),
) -> Result<Shown<FiledFormOut>> {
    let filed = call.services.filed_form(&call.ctx, id, which).await?;
    Ok(Shown(FiledFormOut { text: filed.text().to_owned(), sha256: filed.digest }))
}

async fn receipt(call: Call<Given<ReceiptInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.record_receipt(&call.ctx, id, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/filings")))
}

async fn hindsight(call: Call<Asked<HourQuery>>, id: IncidentId) -> Result<Shown<HindsightOut>> {
    let HourQuery { as_of, hour } = call.input.0;
    let seen: Hindsight = call.services.hindsight(&call.ctx, id, &as_of, &hour).await?;
    let CaseClocks { running, idle: _ } = seen.clocks;
    Ok(Shown(HindsightOut {
        at: seen.at,
        from: seen.from,
        lines: seen.lines.into_iter().map(FactLineOut::from).collect(),
        completeness: seen.completeness.into(),
        contradictions: seen.contradictions,
        clocks: running,
        ruling: seen.ruling,
        changes: seen.changes,
        since: seen.since,
        draft: seen.draft.into_iter().map(|(heading, text)| DraftOut { heading, text }).collect(),
    }))
}
