//! The breach register: listed, read record by record, kept, and handed over.

use super::{
    super::{
        answer::{Done, Shown, Tagged},
        call::{self, Asked, Call, From, Given, Ids, Nothing, Takes},
        route::{ApiRoute, answered, download, get, post, put},
    },
    ListOut,
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::{
    access::Action,
    id::{IncidentId, RequestId},
    incident::ReasonInput,
    register::{
        FilterInput,
        retention::{OwnDateInput, RetentionSettings, RetentionSettingsInput},
    },
    view::register::{Exported, Record, RegisterRow},
};
use schemars::JsonSchema;
use serde::Deserialize;
use services::Result;

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/register",
            "readRegister",
            "The breach register of Article 33(5) GDPR, the newest first",
            A::ReadRegister,
            list,
        ),
        ApiRoute {
            from: From::Query,
            input: <Asked<ExportQuery> as Takes>::schema,
            ..download(
                "/register/export",
                "exportRegister",
                "The records of a period as a file, at most 10,000, the oldest first; the journal keeps its digest",
                Some(A::ReadRegister),
                export,
            )
        },
        get(
            "/register/{incident}",
            "readRecord",
            "The record of one breach, which stands alone; the ETag is that of its review date",
            A::ReadRegister,
            record,
        ),
        ApiRoute {
            from: From::Query,
            input: <Asked<FormatQuery> as Takes>::schema,
            ..download(
                "/register/{incident}/export",
                "exportRecord",
                "The record of one breach as a file; the journal keeps its digest",
                Some(A::ReadRegister),
                export_record,
            )
        },
        put(
            "/register/{incident}/review-date",
            "setReviewDate",
            "Give a record a date of its own, or take it back",
            A::SetReviewDate,
            set_review_date,
        ),
        post(
            "/register/{incident}/hold",
            "placeHold",
            "Place a legal hold on a record",
            A::HoldRecord,
            place_hold,
        ),
        post(
            "/register/{incident}/hold/lift",
            "liftHold",
            "Lift the legal hold that stands",
            A::HoldRecord,
            lift_hold,
        ),
        get(
            "/retention",
            "readRetention",
            "How long records are kept before they are reviewed",
            A::ReadOrganisation,
            years,
        ),
        put(
            "/retention",
            "saveRetention",
            "Say how long records are kept before they are reviewed",
            A::ConfigureRetention,
            save_years,
        ),
    ]
}

/// Which records. What isn't given asks for all.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RegisterQuery {
    /// Declared on or after: `2026-01-01` in the organisation's zone, or RFC 3339.
    from: String,
    /// Declared on or before, with that day or instant.
    to: String,
    /// `open`, or the code of a phase.
    state: String,
    /// `yes` or `no`: whether a supervisory authority was notified.
    notified: String,
    /// `late` or `in_time`.
    late: String,
    /// `high_risk`, `risk`, `unlikely` or `open`.
    risk: String,
    /// `due` for review, or `held`.
    keeping: String,
    /// A part of the reference or of the title.
    q: String,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// Which records, and in which form.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ExportQuery {
    /// Declared on or after: `2026-01-01` in the organisation's zone, or RFC 3339.
    from: String,
    /// Declared on or before, with that day or instant.
    to: String,
    /// `open`, or the code of a phase.
    state: String,
    /// `yes` or `no`: whether a supervisory authority was notified.
    notified: String,
    /// `late` or `in_time`.
    late: String,
    /// `high_risk`, `risk`, `unlikely` or `open`.
    risk: String,
    /// `due` for review, or `held`.
    keeping: String,
    /// A part of the reference or of the title.
    q: String,
    /// `json` or `csv`.
    format: String,
}

/// In which form.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct FormatQuery {
    /// `json` or `csv`.
    format: String,
}

async fn list(call: Call<Asked<RegisterQuery>>, (): ()) -> Result<Shown<ListOut<RegisterRow>>> {
    let Asked(RegisterQuery { from, to, state, notified, late, risk, keeping, q, page }) = call.input;
    let filter = FilterInput { from, to, state, notified, late, risk, keeping, q };
    let found = call.services.register(&call.ctx, &filter, call::page(page)?).await?;
    Ok(Shown(ListOut::page(found.rows)))
}

async fn export(call: Call<Asked<ExportQuery>>) -> Response {
    let Asked(ExportQuery { from, to, state, notified, late, risk, keeping, q, format }) = call.input;
    let filter = FilterInput { from, to, state, notified, late, risk, keeping, q };
    file(call.ctx.request, call.services.export_register(&call.ctx, &filter, &format).await)
}

async fn record(call: Call<Nothing>, id: IncidentId) -> Result<Tagged<Record>> {
    let page = call.services.record(&call.ctx, id).await?;
    Ok(Tagged(page.record, page.kept.revision()))
}

async fn export_record(Ids(id): Ids<IncidentId>, call: Call<Asked<FormatQuery>>) -> Response {
    file(call.ctx.request, call.services.export_record(&call.ctx, id, &call.input.0.format).await)
}

/// The file, to be saved and never shown.
pub(super) fn file(request: RequestId, done: Result<Exported>) -> Response {
    let exported = match done {
        Ok(exported) => exported,
        Err(why) => return answered::<Done>(request, Err(why)),
    };
    let name = format!("attachment; filename=\"{}\"", exported.name);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(exported.media_type)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment")),
        ),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, exported.body).into_response()
}

async fn set_review_date(call: Call<Given<OwnDateInput>>, id: IncidentId) -> Result<Done> {
    call.services.set_review_date(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn place_hold(call: Call<Given<ReasonInput>>, id: IncidentId) -> Result<Done> {
    call.services.place_hold(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn lift_hold(call: Call<Given<ReasonInput>>, id: IncidentId) -> Result<Done> {
    call.services.lift_hold(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn years(call: Call<Nothing>, (): ()) -> Result<Tagged<RetentionSettings>> {
    let (settings, revision) = call.services.retention(&call.ctx).await?;
    Ok(Tagged(settings, revision))
}

async fn save_years(call: Call<Given<RetentionSettingsInput>>, (): ()) -> Result<Done> {
    call.services.save_retention(&call.ctx, &call.input.0).await.map(|()| Done)
}
