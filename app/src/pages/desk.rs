//! The desk: what is due for the one who asks.

mod others;

use super::tasks;
use crate::{
    cells,
    components::{Badge, Empty, Kind, LinkButton, Reference, Row, Table, Tone, badge},
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::response::Response;
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Action, Object, Permit, Role, permits},
    view::{Desk, IncidentRow, NoticeRow, StepRow},
};
use leptos::prelude::*;
use services::Error;

/// From so many hours before it is due, a clock is marked.
const SOON_HOURS: i64 = 12;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/", page)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit).await).await
}

async fn shown(visit: &Visit) -> Shown {
    let person = visit.person().ok_or(Error::SignedOut)?;
    if person.role == Role::Auditor {
        return others::auditor(visit).await;
    }
    let desk = visit.services.desk(&visit.ctx).await?;
    if person.role == Role::Administrator {
        return others::administrator(visit, desk).await;
    }
    let inbox =
        permits(&visit.ctx.actor, Action::ReadAlerts, Object::Alert, visit.ctx.now) == Permit::Granted;
    let declares = visit.may(Action::DeclareIncident);
    Ok(Page::new(Place::Desk, "Desk", move || whole(desk, inbox, declares)))
}

fn whole(desk: Desk, inbox: bool, declares: bool) -> AnyView {
    let Desk { clocks: open, tasks: mine, steps: my_steps, new_alerts, reviews: waiting, now, .. } = desk;
    let declare =
        declares.then(|| view! { <LinkButton href="/incidents/new" label="Declare an incident" /> });
    view! {
        <div class="page-head"><h1>"Desk"</h1>{declare}</div>
        <div class="columns">
            <div>
                {clocks(open, now)}
                {own_tasks(mine, now)}
                {steps(my_steps)}
            </div>
            <div>
                {inbox.then(|| alerts(new_alerts))}
                {reviews(waiting)}
            </div>
        </div>
    }
    .into_any()
}

/// The clocks that run, the nearest first.
fn clocks(rows: Vec<IncidentRow>, now: DateTime<Utc>) -> AnyView {
    let list = if rows.is_empty() {
        view! {
            <Empty title="No clock runs.">
                <p>"A clock starts when it is recorded in an incident that the controller became aware of a breach."</p>
            </Empty>
        }
        .into_any()
    } else {
        let rows = rows.into_iter().map(|row| clock(row, now)).collect();
        view! { <Table caption="Notification to the authority, Art. 33(1) GDPR" heads=vec!["Incident", "Due", "Phase", "Severity"] rows=rows /> }
            .into_any()
    };
    view! {
        <section>
            <h2>"Clocks"</h2>
            {list}
        </section>
    }
    .into_any()
}

fn clock(row: IncidentRow, now: DateTime<Utc>) -> Row {
    let left = row.due_at.map(|due| due - now);
    let tone = match left {
        Some(left) if left < Duration::zero() => Tone::Danger,
        Some(left) if left <= Duration::hours(SOON_HOURS) => Tone::Attention,
        _ => Tone::Neutral,
    };
    let (case, lead) = (format!("/incidents/{}", row.id), format!("Lead: {}", row.lead_name));
    Row::new(cells![
        view! { <Reference href=case.clone() reference=row.reference /><p class="title">{row.title}</p><p class="hint">{lead}</p> },
        view! { <a class="plain" href=format!("{case}/clocks")>{tasks::due(row.due_at, now)}</a> },
        badge(Kind::Phase, row.phase),
        badge(Kind::Severity, row.severity),
    ])
    .tone(tone)
}

fn own_tasks(mine: Vec<domain::view::TaskRow>, now: DateTime<Utc>) -> AnyView {
    let list = if mine.is_empty() {
        view! { <Empty title="No open task is yours."><p><a href="/tasks?all=1">"Everybody's tasks"</a></p></Empty> }.into_any()
    } else {
        tasks::table(mine, None, now)
    };
    view! {
        <section>
            <h2>"My tasks"</h2>
            {list}
        </section>
    }
    .into_any()
}

/// The playbook steps that are the reader's. Without any the desk says nothing of them.
fn steps(steps: Vec<StepRow>) -> AnyView {
    if steps.is_empty() {
        return ().into_any();
    }
    let rows = steps
        .into_iter()
        .map(|step| {
            let tab = format!("/incidents/{}/playbook", step.incident);
            Row::new(cells![
                view! { <a href=format!("{tab}#{}", step.step)>{step.title}</a> },
                view! { <Reference href=tab reference=step.reference /> },
                view! { <Badge kind=Kind::Other code="" label=step.state /> },
            ])
        })
        .collect();
    view! {
        <section>
            <h2>"My playbook steps"</h2>
            <Table caption="Playbook steps" heads=vec!["Step", "Incident", "State"] rows=rows />
        </section>
    }
    .into_any()
}

fn alerts(waiting: u64) -> AnyView {
    let words = match waiting {
        0 => "Nothing waits in the inbox.".to_owned(),
        1 => "One alert waits to be looked at.".to_owned(),
        n => format!("{n} alerts wait to be looked at."),
    };
    view! {
        <section class="card">
            <h2>"Inbox"</h2>
            <p>{words}</p>
            <p><a href="/inbox">"To the inbox"</a></p>
        </section>
    }
    .into_any()
}

fn reviews(waiting: Vec<NoticeRow>) -> AnyView {
    let list = if waiting.is_empty() {
        view! { <p>"No notice waits for a review."</p> }.into_any()
    } else {
        let lines: Vec<_> = waiting.into_iter().map(review).collect();
        view! { <ul class="hits">{lines}</ul> }.into_any()
    };
    view! {
        <section class="card">
            <h2>"Notices in review"</h2>
            {list}
        </section>
    }
    .into_any()
}

fn review(notice: NoticeRow) -> AnyView {
    let about = format!("{} · {} · {}", notice.reference, notice.incident_title, notice.language);
    view! {
        <li>
            <p><a href=format!("/notices/{}", notice.id)>{notice.kind.to_string()}</a></p>
            <p class="hint">{about}</p>
        </li>
    }
    .into_any()
}
