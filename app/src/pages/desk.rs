//! The desk: what is due for the one who asks.

pub(super) mod clocks;
mod others;

use super::{incidents::at_step, tasks};
use crate::{
    cells,
    components::{Badge, Empty, Kind, LinkButton, Reference, Row, Table, Time, Tone},
    prelude::*,
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Object, Permit, Role, permits},
    moment,
    view::{Desk, NoticeRow, StepRow},
};
use services::Error;

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
    let (waiting_reminders, running) = (clocks::reminders(&desk), clocks::section(&desk));
    let Desk { tasks: mine, steps: my_steps, new_alerts, reviews: waiting, now, .. } = desk;
    let declare =
        declares.then(|| view! { <LinkButton href="/incidents/new" label="Declare an incident" /> });
    view! {
        <div class="page-head"><h1>"Desk"</h1>{declare}</div>
        {waiting_reminders}
        <div class="columns">
            <div>
                {running}
                {own_tasks(mine, now)}
                {steps(my_steps, now)}
            </div>
            <div>
                {inbox.then(|| alerts(new_alerts))}
                {reviews(waiting)}
            </div>
        </div>
    }
    .written()
}

fn own_tasks(mine: Vec<domain::view::TaskRow>, now: DateTime<Utc>) -> AnyView {
    let list = if mine.is_empty() {
        view! { <Empty title="No open task is yours."><p><a href="/tasks?all=1">"Everybody's tasks"</a></p></Empty> }.written()
    } else {
        tasks::table(mine, None, now)
    };
    view! {
        <section>
            <h2>"My tasks"</h2>
            {list}
        </section>
    }
    .written()
}

/// The playbook steps that are the reader's. Without any the desk says nothing of them.
pub(super) fn steps(steps: Vec<StepRow>, now: DateTime<Utc>) -> AnyView {
    if steps.is_empty() {
        return ().written();
    }
    let rows = steps.into_iter().map(|step| own_step(step, now)).collect();
    view! {
        <section>
            <h2>"My playbook steps"</h2>
            <Table caption="Playbook steps" heads=vec!["Step", "Incident", "Due", "State"] rows=rows />
        </section>
    }
    .written()
}

fn own_step(step: StepRow, now: DateTime<Utc>) -> Row {
    let tab = format!("/incidents/{}/playbook", step.incident);
    let state = match (step.waiting_on, step.waiting_since) {
        (Some(whom), Some(since)) => {
            let words = format!("Waiting on {whom}");
            let long = format!("for {}", moment::span(now - since));
            view! { <Badge kind=Kind::Other code="" label=words /><div class="hint">{long}</div> }.written()
        }
        _ => view! { <Badge kind=Kind::Other code="" label=step.state /> }.written(),
    };
    let due = match step.due_at {
        // Only what can be worked is late: a step may not apply at all.
        Some(at) if at < now && !step.overdue => view! { <Time at /> }.written(),
        at => tasks::due(at, now),
    };
    let row = Row::new(cells![
        view! { <a href=format!("/incidents/{}{}", step.incident, at_step(step.run, &step.step))>{step.title}</a> },
        view! { <Reference href=tab reference=step.reference /> },
        due,
        state,
    ]);
    if step.overdue { row.tone(Tone::Danger) } else { row }
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
    .written()
}

fn reviews(waiting: Vec<NoticeRow>) -> AnyView {
    let list = if waiting.is_empty() {
        view! { <p>"No notice waits for a review."</p> }.written()
    } else {
        let lines: Vec<_> = waiting.into_iter().map(review).collect();
        view! { <ul class="hits">{lines}</ul> }.written()
    };
    view! {
        <section class="card">
            <h2>"Notices in review"</h2>
            {list}
        </section>
    }
    .written()
}

fn review(notice: NoticeRow) -> AnyView {
    let about = format!("{} · {} · {}", notice.reference, notice.incident_title, notice.language);
    view! {
        <li>
            <p><a href=format!("/notices/{}", notice.id)>{notice.kind.to_string()}</a></p>
            <p class="hint">{about}</p>
        </li>
    }
    .written()
}
