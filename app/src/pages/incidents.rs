//! Everything about one incident, and the list of them.

pub(super) mod answer;
mod assessment;
pub(crate) mod clocks;
mod content;
mod correspondence;
mod decision;
mod evidence;
mod facts;
mod filings;
pub(crate) mod frame;
mod glass;
mod head;
mod hindsight;
mod items;
mod journal;
mod list;
mod members;
mod notes;
mod notices;
mod overview;
mod parties;
mod playbook;
mod recommended;
mod step;
mod tasks;
mod timeline;
mod upload;
mod versions;

pub(crate) use facts::in_words;
pub(crate) use playbook::at_step;

use crate::{
    components::Tone,
    form::FormState,
    routes::PageRoute,
    visit::{Posted, Shown},
};

pub(super) fn routes() -> Vec<PageRoute> {
    [
        list::routes(),
        glass::routes(),
        overview::routes(),
        head::routes(),
        members::routes(),
        tasks::routes(),
        timeline::routes(),
        facts::routes(),
        decision::routes(),
        filings::routes(),
        correspondence::routes(),
        clocks::routes(),
        assessment::routes(),
        playbook::routes(),
        items::routes(),
        versions::routes(),
        evidence::routes(),
        notes::routes(),
        notices::routes(),
        parties::routes(),
        journal::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A page shown again after a single button on it was refused: no form is there to say why, so the page does.
pub(crate) fn told(shown: Shown, state: &FormState, posted: &Posted) -> Shown {
    let mut page = shown?;
    if let Some(answered) = state.of(&posted.action) {
        let why = answered.message.iter().cloned().chain(answered.errors.iter().map(|e| e.message.clone()));
        page.banners.extend(why.map(|why| (Tone::Danger, why)));
    }
    Ok(page)
}
