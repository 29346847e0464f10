//! The files that pages load. They are part of the binary, and their address holds their digest, so
//! they are kept by browsers for good.

use app::render::{Assets, IslandAssets};
use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

pub(crate) struct File {
    pub name: &'static str,
    pub plain: &'static [u8],
    pub gzip: Option<&'static [u8]>,
    pub brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The digest of each file, in the order of the table.
static DIGESTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|f| data_encoding::HEXLOWER.encode(&Sha256::digest(f.plain)).chars().take(16).collect())
        .collect()
});

fn address(name: &str) -> Option<String> {
    let at = FILES.iter().position(|f| f.name == name)?;
    Some(format!("/pkg/{}/{name}", DIGESTS.get(at)?))
}

/// Where pages find their files.
#[must_use]
pub fn assets() -> Assets {
    let islands = address("app.js").zip(address("app_bg.wasm")).map(|(js, wasm)| IslandAssets { js, wasm });
    Assets { css: address("app.css").unwrap_or_else(|| "/pkg/none/app.css".to_owned()), islands }
}

/// One file, packed as the browser takes it.
pub(super) async fn file(Path((digest, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let found = FILES.iter().zip(DIGESTS.iter()).find(|(f, d)| f.name == name && **d == digest);
    let Some((file, _)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (body, coding) = match (file.brotli, file.gzip) {
        (Some(packed), _) if accepts.contains("br") => (packed, Some("br")),
        (_, Some(packed)) if accepts.contains("gzip") => (packed, Some("gzip")),
        _ => (file.plain, None),
    };
    let kind = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    let mut response = body.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    out.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// What a browser shows beside the page's title. Browsers ask for it at this address by themselves.
pub(super) async fn icon() -> Response {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, include_str!("icon.svg")).into_response()
}
