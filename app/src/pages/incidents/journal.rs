//! The journal of an incident: every change, in a chain that shows if one is altered.

use super::{
    super::{id, page_number, proof},
    frame::{TabName, address, can, frame, page},
};
use crate::{
    cells,
    components::{Digest, Empty, Pagination, Row, Table, Time},
    prelude::*,
    routes::{PageRoute, get},
    visit::{Shown, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::DateTime;
use domain::{access::Action, id::IncidentId, moment::Precision, view::JournalLine};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/incidents/{id}/journal", journal)]
}

async fn journal(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw).await).await
}

async fn shown(visit: &Visit, raw: &str) -> Shown {
    let (case, lines) =
        visit.services.journal_of(&visit.ctx, id::<IncidentId>(raw)?, page_number(visit)).await?;
    let head = case.clone();
    Ok(page(&head, TabName::Journal, move || {
        let base = format!("{}/journal", address(&case.incident));
        let list = if lines.items.is_empty() {
            let first = base.clone();
            view! { <Empty title="There is nothing on this page"><a href=first>"To the newest entries"</a></Empty> }.written()
        } else {
            let heads = vec!["Number", "When", "Who", "What", "Of", "Hash"];
            let rows = lines.items.iter().map(row).collect();
            view! { <Table caption="The journal, the newest entry first" heads=heads rows=rows /> }.written()
        };
        let proof = can(&case, Action::ExportProof).then(|| {
            proof::offer(
                format!("{}/proof", address(&case.incident)),
                "Proof of this case",
                "An archive with the record of Article 33(5), the evidence by digest, every notice that was released, and this \
                 journal. Whoever gets it can check it without this program; how is written in it.",
            )
        });
        let content = view! {
            <section>
                <h2>"Journal"</h2>
                <p class="lead">
                    "Every entry holds the hash of the one before it, so that none can be changed or taken out unseen. It names \
                     things by id and digest and holds no personal data. An administrator checks the whole chain with "
                    <code>"breachdesk journal verify"</code>"."
                </p>
                {proof}
                {list}
                <Pagination total=lines.total page=lines.page base=base />
            </section>
        };
        frame(&case, TabName::Journal, content.written())
    }))
}

fn row(line: &JournalLine) -> Row {
    let entry = &line.entry;
    let when = match DateTime::parse_from_rfc3339(&entry.at) {
        Ok(at) => view! { <Time at=at.to_utc() precision=Precision::Second /> }.written(),
        Err(_) => entry.at.clone().written(),
    };
    let short: String = entry.target.chars().take(8).collect();
    Row::new(cells![
        entry.seq.to_string(),
        when,
        line.who.clone(),
        view! { {words(&entry.what)}{details(line)} },
        view! { <code title=entry.target.clone()>{short}"…"</code> },
        view! { <Digest sha256=line.hash.clone() /> },
    ])
}

/// `fact_recorded` as "Fact recorded".
fn words(what: &str) -> String {
    let spaced = what.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What of the details says something to people: not digests and not ids.
fn details(line: &JournalLine) -> Option<AnyView> {
    const SHOWN: [&str; 14] = [
        "key",
        "version",
        "certainty",
        "phase",
        "from",
        "outcome",
        "restricted",
        "step",
        "state",
        "stage",
        "kind",
        "what",
        "mails",
        "playbook",
    ];
    let parts: Vec<String> = SHOWN
        .iter()
        .filter_map(|name| line.entry.details.get(*name).map(|value| (name, value)))
        .map(|(name, value)| {
            format!("{name} {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect();
    (!parts.is_empty()).then(|| view! { " "<span class="hint">{parts.join(", ")}</span> }.written())
}
