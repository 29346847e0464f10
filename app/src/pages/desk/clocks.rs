//! The clocks of all incidents that the reader sees, the nearest first, and the reminders that wait.

use crate::{
    cells,
    components::{Badge, Empty, Kind, Reference, Row, Table, Time, Tone, clock::lateness, left},
    pages::incidents::clocks::runway::{acknowledging, words},
    prelude::*,
};
use domain::{
    clock::Standing,
    view::{Desk, clocks::ClockRow},
};

/// How many reminders are shown at first.
const AT_FIRST: usize = 3;

pub(super) fn section(desk: &Desk) -> AnyView {
    let list = if desk.clocks.is_empty() {
        view! {
            <Empty title="No clock runs.">
                <p>"A clock starts when it is recorded in an incident that the controller became aware of a breach."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = desk.clocks.iter().map(row).collect();
        let more = desk.all_clocks.saturating_sub(desk.clocks.len() as u64);
        let more = (more > 0).then(
            || view! { <p class="hint">{format!("{more} more clocks run; these are the nearest.")}</p> },
        );
        view! {
            <Table caption="Clocks that run, the nearest first" heads=vec!["Duty", "Incident", "Left", "Due"] rows=rows />
            {more}
        }
        .written()
    };
    view! {
        <section>
            <div class="page-head"><h2>"Clocks"</h2><a href="/wall">"For a big screen"</a></div>
            {list}
        </section>
    }
    .written()
}

/// How much a line stands out.
fn tone(row: &ClockRow) -> Tone {
    match row.standing {
        Standing::Overdue { .. } | Standing::MetLate { .. } => Tone::Danger,
        Standing::Met { .. } => Tone::Good,
        Standing::Running { .. } if row.soon => Tone::Attention,
        Standing::Running { .. } | Standing::Open { .. } => Tone::Neutral,
    }
}

fn row(clock: &ClockRow) -> Row {
    let case = format!("/incidents/{}", clock.incident);
    let (code, word) = lateness(clock.standing, clock.soon);
    let unverified = clock
        .unverified
        .then(|| view! { " "<Badge kind=Kind::Lateness code="soon" label="unverified rule" /> });
    let restricted =
        clock.restricted.then(|| view! { " "<Badge kind=Kind::Other code="" label="Restricted" /> });
    let (title, lead) = (clock.incident_title.clone(), format!("Lead: {}", clock.lead_name));
    Row::new(cells![
        view! {
            <a href=format!("{case}/clocks")>{clock.title.clone()}</a>{unverified}
            <p class="title hint">"For: "{clock.recipient.clone()}</p>
        },
        view! {
            <Reference href=case reference=clock.reference.clone() />{restricted}
            <p class="title">{title}</p><p class="hint">{lead}</p>
        },
        view! {
            <Badge kind=Kind::Lateness code=code label=word />
            <p>{clock.due_at.map_or_else(|| "without undue delay".to_owned(), left)}</p>
        },
        due(clock),
    ])
    .tone(tone(clock))
}

/// When it is due; where the law gives no number, when the organisation reminds itself.
pub(crate) fn due(clock: &ClockRow) -> AnyView {
    match (clock.due_at, clock.ours_at) {
        (Some(at), _) => view! { <Time at=at /> }.written(),
        (None, Some(at)) => view! { "our own reminder: "<Time at=at /> }.written(),
        (None, None) => ().written(),
    }
}

pub(super) fn reminders(desk: &Desk) -> AnyView {
    if desk.reminders.is_empty() {
        return ().written();
    }
    let mut lines: Vec<_> = desk
        .reminders
        .iter()
        .map(|reminder| {
            let href = format!("/incidents/{}/clocks", reminder.incident);
            let reference = reminder.reference.clone();
            view! {
                <li class="card only-now">
                    <div><p><Reference href=href reference=reference /></p>{words(reminder)}</div>
                    {acknowledging(reminder, "desk")}
                </li>
            }
        })
        .collect();
    // Below them are the clocks, which should stay in sight.
    let others = lines.split_off(lines.len().min(AT_FIRST));
    let others = (!others.is_empty()).then(|| {
        let label = format!("{} more reminders", others.len());
        view! { <details><summary>{label}</summary><ul class="reminders">{others}</ul></details> }
    });
    view! {
        <section id="reminders">
            <h2>"Reminders that nobody has acknowledged"</h2>
            <ul class="reminders">{lines}</ul>
            {others}
        </section>
    }
    .written()
}
