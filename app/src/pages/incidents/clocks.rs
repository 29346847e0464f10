//! The clocks of an incident, and everything they rest on.

mod authorities;
mod awareness;
mod ledger;
mod recorded;
mod running;
pub(crate) mod runway;
mod scope;

use super::{
    super::{id, parameter},
    frame::{TabName, frame, page},
    told,
};
use crate::{
    form::FormState,
    prelude::*,
    routes::{PageRoute, get},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::{DateTime, Utc};
use domain::{id::IncidentId, moment, view::Clocks};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    let own = vec![get("/incidents/{id}/clocks", clocks)];
    [
        own,
        awareness::routes(),
        ledger::routes(),
        recorded::routes(),
        authorities::routes(),
        scope::routes(),
        runway::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn clocks(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

/// Answers a form of this page: back to the part it belongs to, or the page again with what was typed.
async fn answered(
    visit: &Visit,
    raw: &str,
    posted: &Posted,
    part: &'static str,
    done: Result<(), Error>,
) -> Response {
    let done = done.map(|()| format!("/incidents/{raw}/clocks#{part}"));
    visit.answer(done, posted, async |state| shown(visit, raw, state).await).await
}

/// The same for a single button, which has no form around it that would say why it was refused.
async fn pressed(
    visit: &Visit,
    raw: &str,
    posted: &Posted,
    part: &'static str,
    done: Result<(), Error>,
) -> Response {
    let done = done.map(|()| format!("/incidents/{raw}/clocks#{part}"));
    let again = async |state: FormState| told(shown(visit, raw, state.clone()).await, &state, posted);
    visit.answer(done, posted, again).await
}

/// Before which hour nothing is to happen, for the question what would slip. Nonsense is no hour.
fn until(visit: &Visit) -> Option<DateTime<Utc>> {
    let raw = parameter(visit, "until").filter(|raw| !raw.trim().is_empty())?;
    moment::parse(raw.trim(), visit.ctx.zone()).ok().map(|parsed| parsed.at)
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.clocks(&visit.ctx, id::<IncidentId>(raw)?, until(visit)).await?;
    let typed = parameter(visit, "until").unwrap_or_default();
    let token = visit.ctx.fresh.secret();
    let me = visit.person().map(|p| p.name.clone()).unwrap_or_default();
    let head = view.case.clone();
    Ok(page(&head, TabName::Clocks, move || {
        let content = content(&view, &state, &token, me, typed);
        frame(&view.case, TabName::Clocks, content)
    }))
}

fn content(view: &Clocks, state: &FormState, token: &str, me: String, until: String) -> AnyView {
    view! {
        {runway::reminders(view)}
        {runway::sent(view)}
        {running::section(view)}
        {runway::section(view, until)}
        {runway::delay(view, state, token)}
        {awareness::section(view, state, token, me)}
        {ledger::section(view, state, token)}
        {recorded::triggers(view, state, token)}
        {recorded::submissions(view, state, token)}
        {authorities::section(view, state, token)}
        {scope::section(view, state)}
    }
    .written()
}

/// A label at the beginning of a line.
pub(super) fn capitalised(label: &str) -> String {
    running::capital(label)
}

/// A form that is folded away until somebody wants it, or until it was refused.
pub(crate) fn folded(label: &'static str, open: bool, form: AnyView) -> AnyView {
    view! { <details class="card" open=open><summary>{label}</summary>{form}</details> }.written()
}
