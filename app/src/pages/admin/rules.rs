//! The rules that clocks run by: which are switched on, the organisation's own, and when people are reminded.

mod list;
mod own;
mod settings;

use super::{head, tabs};
use crate::{
    components::{Banner, Tab},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::response::Response;
use domain::access::{Action, Role};
use services::Error;

const HERE: &str = "/admin/rules";

pub(super) fn routes() -> Vec<PageRoute> {
    [vec![get(HERE, page)], settings::routes(), list::routes(), own::routes()].into_iter().flatten().collect()
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit, FormState::default()).await).await
}

/// Answers a form of this page.
async fn answered(visit: &Visit, posted: &Posted, part: &'static str, done: Result<(), Error>) -> Response {
    let done = done.map(|()| format!("{HERE}#{part}"));
    visit.answer(done, posted, async |state| shown(visit, state).await).await
}

async fn shown(visit: &Visit, state: FormState) -> Shown {
    let view = visit.services.rules_page(&visit.ctx).await?;
    let (tabs, place) = around(visit);
    Ok(Page::new(place, "Clock rules", move || {
        let reads = (!view.may_change).then(|| {
            view! { <Banner>"Administrators and the data protection officer change what stands here."</Banner> }
        });
        view! {
            {head("Clock rules", tabs)}
            <p class="lead">
                "A clock runs in a case once its rule is switched on, here for every case or there for that one, and its event is recorded. \
                 The rules are an aid and no legal advice: each names its source, and those that were not read in it are marked."
            </p>
            {reads}
            {list::section(&view)}
            {own::section(&view)}
            {settings::section(&view, state)}
        }
        .written()
    }))
}

/// Everybody may read these pages; the room around them is only for some.
fn around(visit: &Visit) -> (Vec<Tab>, Option<Place>) {
    let admin =
        visit.person().is_some_and(|p| matches!(p.role, Role::Administrator | Role::Auditor | Role::Dpo));
    if admin && visit.may(Action::ReadOrganisation) {
        (tabs(visit, HERE), Some(Place::Admin))
    } else {
        (Vec::new(), None)
    }
}
