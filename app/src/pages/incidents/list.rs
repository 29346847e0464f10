//! The list of incidents.

use super::super::{page_number, parameter};
use crate::{
    cells,
    components::{
        Badge, Empty, Kind, LinkButton, Pagination, Person, Reference, Row, Table, Time, Tone, badge, left,
    },
    prelude::*,
    routes::{PageRoute, get},
    shell::{Place, Reader},
    visit::{Page, Shown, Visit},
};
use axum::response::Response;
use domain::{
    access::{Action, Object, Permit, permits},
    clock::{Standing, standing},
    incident::Phase,
    moment,
    view::{IncidentRow, Listed},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/incidents", page)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit).await).await
}

/// What the asker may do here besides reading.
#[derive(Clone, Copy)]
struct May {
    declare: bool,
    break_glass: bool,
}

async fn shown(visit: &Visit) -> Shown {
    let open_only = parameter(visit, "open").is_some_and(|v| v == "1");
    let listed = visit.services.incidents(&visit.ctx, open_only, page_number(visit)).await?;
    let may = |action| permits(&visit.ctx.actor, action, Object::System, visit.ctx.now) == Permit::Granted;
    let may = May { declare: may(Action::DeclareIncident), break_glass: may(Action::BreakGlass) };
    Ok(Page::new(Place::Incidents, "Incidents", move || {
        view! {
            <div class="page-head">
                <h1>"Incidents"</h1>
                {may.declare.then(|| view! { <LinkButton href="/incidents/new" label="Declare an incident" /> })}
            </div>
            {switch(open_only)}
            {list(listed, open_only, may)}
            {may.break_glass.then(glass)}
        }
        .written()
    }))
}

fn switch(open_only: bool) -> AnyView {
    let here = |yes: bool| yes.then_some("page");
    view! {
        <nav class="tabs" aria-label="Which incidents">
            <ul>
                <li><a href="/incidents?open=1" aria-current=here(open_only)>"Open only"</a></li>
                <li><a href="/incidents" aria-current=here(!open_only)>"All"</a></li>
            </ul>
        </nav>
    }
    .written()
}

fn glass() -> AnyView {
    view! {
        <p class="hint">
            "A restricted incident is listed for its members only. In an emergency you can "
            <a href="/break-glass">"break the glass"</a>"."
        </p>
    }
    .written()
}

fn list(listed: Listed<IncidentRow>, open_only: bool, may: May) -> AnyView {
    let Listed { items, total, page } = listed;
    if total == 0 {
        return nothing(open_only, may);
    }
    if items.is_empty() {
        return view! { <Empty title="There is nothing on this page"><a href="/incidents">"To the first page"</a></Empty> }.written();
    }
    let base = if open_only { "/incidents?open=1" } else { "/incidents" };
    let heads = vec!["Reference", "Title", "Phase", "Severity", "Lead", "Declared", "Nearest due"];
    let rows = items.into_iter().map(row).collect();
    view! {
        <Table caption="Incidents, the newest first" heads=heads rows=rows />
        <Pagination total=total page=page base=base />
    }
    .written()
}

fn nothing(open_only: bool, may: May) -> AnyView {
    let (title, more) = if open_only {
        ("No incident is open", "Closed ones are under “All”.")
    } else {
        (
            "No incidents yet",
            "An incident is declared from an alert, or from nothing but a title. You see those that you may read.",
        )
    };
    let declare = may.declare.then(|| view! { <p><a href="/incidents/new">"Declare an incident"</a></p> });
    view! { <Empty title=title><p>{more}</p>{declare}</Empty> }.written()
}

fn row(row: IncidentRow) -> Row {
    let href = format!("/incidents/{}", row.id);
    let (due, tone) = due(&row);
    let restricted =
        row.restricted.then(|| view! { " "<Badge kind=Kind::Other code="" label="Restricted" /> });
    let outcome = row.outcome.map(|o| view! { " "{badge(Kind::Other, o)} });
    Row::new(cells![
        view! { <Reference href=href.clone() reference=row.reference /> },
        view! { <a href=href>{row.title}</a>{restricted}{outcome} },
        badge(Kind::Phase, row.phase),
        badge(Kind::Severity, row.severity),
        view! { <Person name=Some(row.lead_name) /> },
        view! { <Time at=row.declared_at /> },
        due,
    ])
    .tone(tone)
}

/// The due time with a word for how late it is.
fn due(row: &IncidentRow) -> (AnyView, Tone) {
    let Some(due) = row.due_at else {
        return (view! { <span class="hint">"No clock runs"</span> }.written(), Tone::Neutral);
    };
    let now = Reader::current().now;
    let (code, words, tone) = match standing(due, row.notified_at, now) {
        Standing::Met { .. } => ("met", "Met".to_owned(), Tone::Neutral),
        Standing::MetLate { at, .. } => {
            ("late", format!("Late by {}", moment::span(at - due)), Tone::Neutral)
        }
        _ if row.phase == Phase::Closed => ("", "Closed, not notified".to_owned(), Tone::Neutral),
        Standing::Overdue { .. } => ("overdue", left(due), Tone::Danger),
        Standing::Running { .. } if row.soon => ("soon", left(due), Tone::Attention),
        Standing::Running { .. } | Standing::Open { .. } => ("running", left(due), Tone::Neutral),
    };
    let duty = row.duty.clone();
    let view = view! {
        <span class="row"><Badge kind=Kind::Lateness code=code label=words /><Time at=due /></span>
        <p class="hint">{duty}</p>
    };
    (view.written(), tone)
}
