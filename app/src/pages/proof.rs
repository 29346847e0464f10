//! Packs of proof: archives to hand over, which are checked without this program.

use super::id;
use crate::{
    prelude::*,
    routes::{PageRoute, get},
    visit::{Visit, attachment, is_embedded},
};
use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{
    id::{IncidentId, NoticeId},
    view::register::Exported,
};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/notices/{notice}/proof", of_notice), get("/incidents/{id}/proof", of_incident)]
}

async fn of_notice(visit: Visit, Path(raw): Path<String>, headers: HeaderMap) -> Response {
    let made = async { visit.services.notice_proof(&visit.ctx, id::<NoticeId>(&raw)?).await };
    saved(&visit, &headers, made).await
}

async fn of_incident(visit: Visit, Path(raw): Path<String>, headers: HeaderMap) -> Response {
    let made = async { visit.services.incident_proof(&visit.ctx, id::<IncidentId>(&raw)?).await };
    saved(&visit, &headers, made).await
}

/// Making one is written down, so it isn't left to a page of somebody else's.
async fn saved(
    visit: &Visit,
    headers: &HeaderMap,
    made: impl Future<Output = Result<Exported, Error>>,
) -> Response {
    if is_embedded(headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match made.await {
        Ok(pack) => attachment(pack),
        Err(why) => visit.show(Err(why)).await,
    }
}

/// What a pack is, beside the way to it.
pub(super) fn offer(href: String, label: &'static str, hint: &'static str) -> AnyView {
    view! {
        <p><a class="button" href=href>{label}</a></p>
        <p class="hint">{hint}</p>
    }
    .written()
}
