//! Security headers, on every answer.

use super::guard::PublicUrl;
use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use std::sync::Arc;

/// The nonce of one answer's content security policy.
#[derive(Clone)]
pub struct Nonce(pub Arc<str>);

/// Puts the headers on. A handler's own content security policy (downloads) is kept.
pub fn put(response: &mut Response, public: &PublicUrl, nonce: &str) {
    let headers = response.headers_mut();
    let origin = &public.origin;
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' {origin}/pkg/; style-src {origin}/pkg/; \
             img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
        ),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if public.secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
    }
    // Files that are there say themselves how long they are kept; one that isn't there may come.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
