//! How the API says no: RFC 9457, with a stable code for programs and words for people.

use axum::{
    Json,
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::refusal::Refusal;
use schemars::JsonSchema;
use serde::Serialize;
use services::Error;

/// The media type of every refusal.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request wasn't done. The request's id is in the header `X-Request-Id`, so that two answers to
/// the same question are the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    /// The words of the status.
    title: &'static str,
    status: u16,
    /// Stable, for programs: `not_found`, `stale`, `unknown_field`, `closed` …
    pub code: &'static str,
    /// For people: what is wrong and what would be right.
    pub detail: String,
    /// What is wrong with single fields.
    pub errors: Vec<FieldProblem>,
    /// Seconds to wait before another try; sent as `Retry-After`.
    #[serde(skip)]
    retry_after: Option<i64>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldProblem {
    /// Where in the body, as a JSON Pointer; for an upload the name of the part or parameter with a slash before it.
    pub pointer: String,
    /// Stable, for programs: `required`, `too_long`, `not_a_time` …
    pub code: &'static str,
    pub message: String,
}

impl FieldProblem {
    /// An error of the field of this name.
    pub fn new(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer([field]), code, message: message.into() }
    }
}

/// A JSON Pointer (RFC 6901) to a place below these names.
pub fn pointer<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("/{}", name.replace('~', "~0").replace('/', "~1"))).collect()
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// Fields that can't be taken as they are.
    pub fn fields(code: &'static str, errors: Vec<FieldProblem>) -> Self {
        let detail = "Some fields can't be taken as they are. Each is named with what would be right.";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail) }
    }

    /// It doesn't exist, or not for the asker: the same bytes for both.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here that this token may see.")
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What is said where the words came from somewhere that doesn't speak JSON.
    fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::BAD_REQUEST => ("bad_request", "The request can't be read."),
            StatusCode::FORBIDDEN => {
                ("cross_site", "This request came from a page of another site and was refused.")
            }
            StatusCode::NOT_FOUND => return Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "This address doesn't take this method. The header Allow names those it takes.",
            ),
            StatusCode::REQUEST_TIMEOUT => ("timeout", "This took too long and was given up. Try again."),
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "The body is larger than is taken."),
            StatusCode::MISDIRECTED_REQUEST => {
                ("other_host", "This desk has another address. Use the one under which it was set up.")
            }
            StatusCode::TOO_MANY_REQUESTS => (
                "too_many_requests",
                "Too many requests. The header Retry-After says how many seconds to wait.",
            ),
            StatusCode::SERVICE_UNAVAILABLE => {
                ("unavailable", "The desk can't reach its data at the moment. Try again.")
            }
            _ if status.is_server_error() => {
                ("internal", "Something went wrong on our side. Nothing was changed.")
            }
            _ => ("refused", "This request was refused."),
        };
        Self::new(status, code, detail)
    }
}

impl From<&Error> for Problem {
    fn from(why: &Error) -> Self {
        match why {
            Error::NotFound => Self::not_found(),
            Error::Forbidden => {
                let detail = "The role behind this token, or the token itself, doesn't allow this.";
                Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
            }
            Error::SignedOut => {
                let detail = "Send a token that is valid: Authorization: Bearer bdk_…";
                Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
            }
            Error::Refused(Refusal::Invalid(fields)) => {
                let errors = fields.iter().map(|f| FieldProblem::new(&f.field, f.code, f.message.as_str()));
                Self::fields("invalid", errors.collect())
            }
            Error::Refused(Refusal::State { code, message }) => {
                Self::new(StatusCode::CONFLICT, code, message.as_str())
            }
            Error::Stale { current } => {
                let detail = format!(
                    "Somebody changed this meanwhile: it is at revision {current} now. Read it again, then decide."
                );
                Self::new(StatusCode::PRECONDITION_FAILED, "stale", detail)
            }
            Error::RevisionRequired => {
                let detail =
                    "Say which revision you have seen: If-Match with the ETag of the thing as you read it.";
                Self::new(StatusCode::PRECONDITION_REQUIRED, "revision_required", detail)
            }
            Error::KeyReused => {
                let detail =
                    "This Idempotency-Key was used for another request. Take a new key for a new request.";
                Self::new(StatusCode::CONFLICT, "key_reused", detail)
            }
            Error::Throttled { seconds } => {
                let problem = Self::of_status(StatusCode::TOO_MANY_REQUESTS);
                Self { retry_after: Some(*seconds), ..problem }
            }
            Error::TooLarge { max } => {
                let detail = format!("This is larger than the {max} bytes that are taken.");
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
            }
            Error::Database(_) | Error::File(_) | Error::Corrupt { .. } | Error::Template(_) => {
                Self::of_status(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, retry_after) = (self.status(), self.retry_after);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"breachdesk\""));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Gives an answer of the edge (too often, too large, another host, a panic) the form of a problem.
/// What it says in its headers is kept.
pub fn formed(response: Response) -> Response {
    let status = response.status();
    let is_no = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !is_no || kind == Some(MEDIA_TYPE.as_bytes()) {
        return response;
    }
    let (parts, _) = response.into_parts();
    let mut formed: Response<Body> = Problem::of_status(status).into_response();
    let keep = |headers: &mut HeaderMap| {
        for (name, value) in &parts.headers {
            if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
                headers.insert(name.clone(), value.clone());
            }
        }
    };
    keep(formed.headers_mut());
    formed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_the_edge_keeps_its_headers_and_gains_a_form() {
        let plain = (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7")], "wait").into_response();
        let formed = formed(plain);
        assert_eq!(formed.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(formed.headers()["retry-after"], "7");
        assert_eq!(formed.headers()["content-type"], MEDIA_TYPE);
    }

    #[test]
    fn answers_that_are_no_refusal_stay_as_they_are() {
        let fine = formed("ok".into_response());
        assert_eq!(fine.headers()["content-type"], "text/plain; charset=utf-8");
    }

    #[test]
    fn nothing_of_the_inside_is_said() {
        let why = Error::Corrupt { what: "role", text: "secret text".to_owned() };
        let problem = Problem::from(&why);
        assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!serde_json::to_string(&problem).unwrap().contains("secret text"));
    }

    #[test]
    fn pointers_are_escaped() {
        assert_eq!(pointer(["a/b", "c~d"]), "/a~1b/c~0d");
    }
}
