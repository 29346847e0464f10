//! API v1.

use crate::http::Edge;
use axum::Router;

/// Its routes.
pub fn router(_edge: &Edge) -> Router {
    Router::new()
}
