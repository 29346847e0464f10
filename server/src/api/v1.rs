//! The operations of version 1, room by room.

mod alerts;
mod assessments;
mod clocks;
mod decisions;
mod evidence;
mod facts;
mod incidents;
mod library;
mod notices;
mod organisation;
mod parties;
mod playbooks;
mod proof;
mod questions;
mod recipients;
mod register;
mod runs;
mod texts;
mod work;

use super::{
    call, openapi,
    route::{ApiRoute, download},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::view::Listed;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All of them.
#[must_use]
pub fn routes() -> Vec<ApiRoute> {
    let mut routes =
        vec![download("/openapi.json", "readOpenApi", "This document. Needs no token.", None, document)];
    routes.extend(organisation::routes());
    routes.extend(register::routes());
    routes.extend(alerts::routes());
    routes.extend(incidents::routes());
    routes.extend(work::routes());
    routes.extend(evidence::routes());
    routes.extend(facts::routes());
    routes.extend(clocks::routes());
    routes.extend(decisions::routes());
    routes.extend(assessments::routes());
    routes.extend(playbooks::routes());
    routes.extend(library::routes());
    routes.extend(runs::routes());
    routes.extend(notices::routes());
    routes.extend(texts::routes());
    routes.extend(proof::routes());
    routes.extend(questions::routes());
    routes.extend(recipients::routes());
    routes.extend(parties::routes());
    routes
}

async fn document() -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], openapi::text()).into_response()
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

impl PageQuery {
    fn number(&self) -> Result<u64, services::Error> {
        call::page(self.page)
    }
}

/// A list, or a page of one.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
struct ListOut<T> {
    items: Vec<T>,
    /// How many there are in all.
    total: u64,
    /// 1 for the first; a page has 50 rows.
    page: u64,
}

impl<T> ListOut<T> {
    /// A page of a list.
    fn page<F: Into<T>>(listed: Listed<F>) -> Self {
        let Listed { items, total, page } = listed;
        Self { items: items.into_iter().map(F::into).collect(), total, page }
    }

    /// A list that is always whole.
    fn whole<F: Into<T>>(items: Vec<F>) -> Self {
        Self::page(Listed { total: items.len() as u64, items, page: 1 })
    }
}
