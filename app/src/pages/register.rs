//! The breach register of Article 33(5) GDPR: the list, each record, and handing them over.

mod list;
mod record;

use super::parameter;
use crate::{
    routes::{PageRoute, get, post},
    visit::{Posted, Visit, encode},
};
use domain::register::FilterInput;

const HERE: &str = "/register";
const EXPORT: &str = "/register/export";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get(HERE, list::page),
        get(EXPORT, list::export),
        get("/register/{incident}", record::page),
        get("/register/{incident}/export", record::export),
        post("/register/{incident}/review-date", record::set_review_date),
        post("/register/{incident}/hold", record::place_hold),
        post("/register/{incident}/hold/lift", record::lift_hold),
    ]
}

/// The filter in the address; what else stands there is left to others.
fn filter(visit: &Visit) -> FilterInput {
    let of = |name| parameter(visit, name).unwrap_or_default();
    FilterInput {
        from: of("from"),
        to: of("to"),
        state: of("state"),
        notified: of("notified"),
        late: of("late"),
        risk: of("risk"),
        keeping: of("keeping"),
        q: of("q"),
    }
}

/// An address with a filter, and with something more to say.
fn address(to: &str, filter: &FilterInput, more: &[(&str, &str)]) -> String {
    let all = filter.said().into_iter().chain(more.iter().copied());
    let pairs: Vec<String> = all.map(|(name, value)| format!("{name}={}", encode(value))).collect();
    if pairs.is_empty() { to.to_owned() } else { format!("{to}?{}", pairs.join("&")) }
}

/// The fields of a form that is sent with GET, as if it had been posted.
fn asked(visit: &Visit, action: &str) -> Posted {
    let filter = filter(visit);
    let mut fields: Vec<(String, String)> =
        filter.said().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    fields.extend(parameter(visit, "format").map(|format| ("format".to_owned(), format)));
    Posted::new(action.to_owned(), fields)
}
