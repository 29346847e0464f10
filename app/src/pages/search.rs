//! Finding things by their words.

use super::parameter;
use crate::{
    components::Empty,
    prelude::*,
    routes::{PageRoute, get},
    visit::{Page, Shown, Visit},
};
use axum::response::Response;
use domain::view::Hit;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/search", page)]
}

/// The kinds of things that are found, in the order in which they are shown.
const KINDS: &[(&str, &str)] = &[
    ("incident", "Incidents"),
    ("task", "Tasks"),
    ("entry", "Timeline"),
    ("note", "Notes"),
    ("evidence", "Evidence"),
    ("question", "Questions"),
    ("alert", "Alerts"),
];

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit).await).await
}

async fn shown(visit: &Visit) -> Shown {
    let words = parameter(visit, "q").unwrap_or_default().trim().to_owned();
    let hits = if words.is_empty() { Vec::new() } else { visit.services.search(&visit.ctx, &words).await? };
    let search = words.clone();
    let page = Page::new(None, "Search", move || {
        let found = match (words.is_empty(), hits.is_empty()) {
            (true, _) => nothing_asked(),
            (false, true) => nothing_found(),
            (false, false) => groups(&hits),
        };
        let heading = if words.is_empty() { "Search".to_owned() } else { format!("“{words}”") };
        view! {
            <h1>{heading}</h1>
            {found}
        }
        .written()
    });
    Ok(Page { search, ..page })
}

fn nothing_asked() -> AnyView {
    view! {
        <Empty title="What are you looking for?">
            <p>"Type words into the field above. Incidents, timelines, tasks, notes, evidence, questions and alerts are searched, as far as you may see them."</p>
        </Empty>
    }
    .written()
}

fn nothing_found() -> AnyView {
    view! {
        <Empty title="Nothing was found.">
            <p>"Only what holds every one of the words is found, and only what you may see. Fewer or shorter words find more."</p>
        </Empty>
    }
    .written()
}

fn groups(hits: &[Hit]) -> AnyView {
    let groups: Vec<_> = KINDS
        .iter()
        .filter_map(|(kind, label)| {
            let lines: Vec<_> = hits.iter().filter(|hit| hit.kind == *kind).map(line).collect();
            (!lines.is_empty()).then(|| {
                view! {
                    <section>
                        <h2>{*label}</h2>
                        <ul class="hits">{lines}</ul>
                    </section>
                }
            })
        })
        .collect();
    groups.written()
}

fn line(hit: &Hit) -> AnyView {
    // An entry of the timeline has no title: its words lead to it.
    let named = [&hit.title, &hit.excerpt].into_iter().find(|words| !words.is_empty());
    let title = named.cloned().unwrap_or_else(|| "Without a title".to_owned());
    let reference =
        hit.reference.clone().map(|reference| view! { <span class="reference hint">{reference}</span> });
    let excerpt = (!hit.excerpt.is_empty() && hit.excerpt != title)
        .then(|| view! { <p class="hint">{hit.excerpt.clone()}</p> });
    view! {
        <li>
            <p><a href=hit.path.clone()>{title}</a>" "{reference}</p>
            {excerpt}
        </li>
    }
    .written()
}
