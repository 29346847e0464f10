//! A playbook as a file to keep.

use super::asked;
use crate::visit::Visit;
use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{text::Choice, view::library::FileFormat};

pub(super) async fn export(visit: Visit, Path(id): Path<String>) -> Response {
    let (which, mut format) = (asked(&visit, "version"), asked(&visit, "format"));
    if format.is_empty() {
        FileFormat::Toml.code().clone_into(&mut format);
    }
    match visit.services.export_playbook(&visit.ctx, &id, &which, &format).await {
        Ok(file) => {
            let disposition = format!("attachment; filename=\"{}\"", file.name);
            let disposition = HeaderValue::from_str(&disposition);
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(file.media_type)),
                (
                    header::CONTENT_DISPOSITION,
                    disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment")),
                ),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
                (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
            ];
            (StatusCode::OK, headers, file.body).into_response()
        }
        Err(why) => visit.no(&why).await,
    }
}
