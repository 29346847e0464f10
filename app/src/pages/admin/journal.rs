//! The system's journal: what happened outside of incidents.

use super::{head, tabs};
use crate::{
    cells,
    components::{Digest, Empty, Pagination, Row, Table, Time},
    pages::page_number,
    prelude::*,
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::response::Response;
use chrono::DateTime;
use domain::{moment::Precision, view::JournalLine};

const HERE: &str = "/admin/journal";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get(HERE, page)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit).await).await
}

async fn shown(visit: &Visit) -> Shown {
    let (lines, tabs) =
        (visit.services.system_journal(&visit.ctx, page_number(visit)).await?, tabs(visit, HERE));
    Ok(Page::new(Place::Admin, "System journal", move || {
        let (total, page) = (lines.total, lines.page);
        let table = if lines.items.is_empty() {
            view! { <Empty title="There are no entries on this page." /> }.written()
        } else {
            let heads = vec!["No.", "When", "Who", "What", "Of what", "Hash"];
            let rows = lines.items.into_iter().map(row).collect();
            view! { <Table caption="Entries, the newest first" heads=heads rows=rows /> }.written()
        };
        view! {
            {head("System journal", tabs)}
            <p class="lead">"Each entry holds the hash of the one before it. "<code>"breachdesk journal verify"</code>
                " checks the whole chain and names the first entry that was tampered with."</p>
            {table}
            <Pagination total=total page=page base=HERE />
        }
        .written()
    }))
}

fn row(line: JournalLine) -> Row {
    let JournalLine { entry, hash, who } = line;
    let at = match DateTime::parse_from_rfc3339(&entry.at) {
        Ok(at) => view! { <Time at=at.to_utc() precision=Precision::Second /> }.written(),
        Err(_) => entry.at.written(),
    };
    let details: Vec<String> =
        entry.details.iter().filter_map(|(name, value)| Some(format!("{name}: {}", plain(value)?))).collect();
    let about = view! {
        <code class="break">{entry.target}</code>
        {(!details.is_empty()).then(|| view! { <p class="hint break">{details.join(" · ")}</p> })}
    };
    let number = view! { <span id=format!("e{}", entry.seq)>{entry.seq}</span> };
    Row::new(cells![number, at, who, entry.what.replace('_', " "), about, view! { <Digest sha256=hash /> }])
}

/// A text without its quotation marks, anything else as JSON; nothing where there is nothing.
fn plain(value: &serde_json::Value) -> Option<String> {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (!value.is_null() && !text.is_empty()).then_some(text)
}
