//! Pages: each loads a view through `services` and puts components together. A form's handler stands
//! beside the page that shows the form.

pub mod about;
pub mod account;
pub mod acknowledge;
pub mod admin;
pub mod declare;
pub mod desk;
pub mod door;
pub mod feed;
pub mod inbox;
pub mod incidents;
pub mod library;
pub mod notices;
pub mod parties;
pub mod proof;
pub mod register;
pub mod search;
pub mod secret;
pub mod tasks;
pub mod texts;
pub mod wall;

use crate::{routes::PageRoute, visit::Visit};
use services::Error;
use std::str::FromStr;

/// Every page and form.
pub fn routes() -> Vec<PageRoute> {
    [
        door::routes(),
        desk::routes(),
        wall::routes(),
        inbox::routes(),
        declare::routes(),
        incidents::routes(),
        tasks::routes(),
        notices::routes(),
        texts::routes(),
        proof::routes(),
        parties::routes(),
        library::routes(),
        register::routes(),
        search::routes(),
        admin::routes(),
        account::routes(),
        acknowledge::routes(),
        feed::routes(),
        about::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An id out of a path. One that can't be read is answered as one that was never given.
pub(crate) fn id<T: FromStr>(raw: &str) -> Result<T, Error> {
    raw.parse().map_err(|_| Error::NotFound)
}

/// A parameter of the address that was asked for, as typed: the last of its name.
pub(crate) fn parameter(visit: &Visit, name: &str) -> Option<String> {
    let (_, query) = visit.path.split_once('?')?;
    let all: Vec<(String, String)> = serde_html_form::from_str(query).ok()?;
    all.into_iter().rev().find(|(n, _)| n == name).map(|(_, value)| value)
}

/// Which page of a list was asked for, 1 where none or nonsense was.
pub(crate) fn page_number(visit: &Visit) -> u64 {
    parameter(visit, "page")
        .and_then(|raw| raw.parse().ok())
        .filter(|n| (1..=1_000_000).contains(n))
        .unwrap_or(1)
}
