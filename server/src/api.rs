//! API v1: the same verbs as the pages, for programs.
//!
//! Every operation is one [`route::ApiRoute`]; the router, the OpenAPI document and the access matrix
//! are made from that list and from nothing else. A token in the header `Authorization` is the only
//! credential: there is nothing that a browser would add by itself.

pub mod answer;
pub mod call;
pub mod openapi;
pub mod problem;
pub mod route;
pub mod v1;

#[cfg(test)]
mod tests;

use crate::http::{Edge, within};
use app::{routes::Door, visit::Visit};
use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::any,
};
use problem::Problem;
use route::ApiRoute;
use services::Error;

/// Where version 1 begins.
pub const BASE: &str = "/api/v1";

/// The header that names a request, as in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Every operation that there is.
#[must_use]
pub fn routes() -> Vec<ApiRoute> {
    v1::routes()
}

/// Its routes.
pub fn router(edge: &Edge) -> Router {
    let mut router = Router::new();
    for route in routes() {
        let handler = within(edge, route.handler, route.uploads, route.least_bytes);
        let handler = match route.door {
            Door::Open => handler,
            Door::SignedIn => handler.layer(middleware::from_fn(with_token)),
        };
        router = router.route(&route.path, handler);
    }
    router
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .route("/api/", any(unknown))
        .route("/api/{*rest}", any(unknown))
        .layer(middleware::from_fn(named))
}

async fn unknown() -> Problem {
    Problem::not_found()
}

async fn with_token(visit: Visit, request: Request, next: Next) -> Response {
    if visit.person().is_none() {
        return Problem::from(&Error::SignedOut).into_response();
    }
    next.run(request).await
}

/// Names the request in the answer, so that both sides can find it again.
async fn named(visit: Visit, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::from_str(&visit.ctx.request.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
