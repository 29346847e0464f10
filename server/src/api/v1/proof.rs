//! Packs of proof, as archives.

use super::super::{
    call::{Call, Ids, Nothing},
    route::{ApiRoute, answered, download},
};
use axum::response::Response;
use domain::{
    access::Action,
    id::{IncidentId, NoticeId},
};

pub(super) fn routes() -> Vec<ApiRoute> {
    vec![
        download(
            "/notices/{notice}/proof",
            "exportNoticeProof",
            "The proof of a notice that was released, as a ZIP archive that a stranger can check; the journal keeps its digest",
            Some(Action::ExportProof),
            of_notice,
        ),
        download(
            "/incidents/{incident}/proof",
            "exportIncidentProof",
            "The proof of a whole case, as a ZIP archive that a stranger can check; the journal keeps its digest",
            Some(Action::ExportProof),
            of_incident,
        ),
    ]
}

async fn of_notice(Ids(id): Ids<NoticeId>, call: Call<Nothing>) -> Response {
    answered(call.ctx.request, call.services.notice_proof(&call.ctx, id).await)
}

async fn of_incident(Ids(id): Ids<IncidentId>, call: Call<Nothing>) -> Response {
    answered(call.ctx.request, call.services.incident_proof(&call.ctx, id).await)
}
