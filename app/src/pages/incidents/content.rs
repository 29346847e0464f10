//! A piece of evidence leaving: always as a file to save, never as something a browser shows.

use super::super::id;
use crate::visit::{Visit, encode};
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    evidence::Evidence,
    id::{EvidenceId, IncidentId},
};
use tokio_util::io::ReaderStream;

/// How much of a content is in memory at a time, in bytes.
const PART: usize = 64 * 1024;

pub(super) async fn content(
    visit: Visit,
    Path((raw, evidence)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    // A browser says what it wants it for: to go there, or to save it. Anything else is a page that embeds it.
    let wanted = headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    if !matches!(wanted, None | Some(b"document" | b"empty")) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let found = async {
        let (incident, evidence) = (id::<IncidentId>(&raw)?, id::<EvidenceId>(&evidence)?);
        visit.services.read_evidence(&visit.ctx, incident, evidence).await
    };
    match found.await {
        Ok((evidence, file)) => {
            attachment(&evidence, Body::from_stream(ReaderStream::with_capacity(file, PART)))
        }
        Err(why) => visit.no(&why).await,
    }
}

fn attachment(evidence: &Evidence, body: Body) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", encode(&evidence.name));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or_else(|_| HeaderValue::from_static("attachment")),
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(evidence.size)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}
