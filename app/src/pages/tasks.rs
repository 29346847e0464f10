//! Open tasks of every incident that the asker may see.

use super::{desk, parameter};
use crate::{
    cells,
    components::{Empty, Person, Reference, Row, Tab, Table, Tabs, Time, Tone},
    prelude::*,
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::response::Response;
use chrono::{DateTime, Utc};
use domain::{
    moment,
    view::{People, TaskRow},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/tasks", page)]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit).await).await
}

async fn shown(visit: &Visit) -> Shown {
    let all = parameter(visit, "all").is_some_and(|v| v == "1");
    let tasks = visit.services.tasks(&visit.ctx, !all).await?;
    let steps = if all { Vec::new() } else { visit.services.steps_of_mine(&visit.ctx).await? };
    let people = visit.services.names(&visit.ctx).await?;
    let now = visit.ctx.now;
    Ok(Page::new(Place::Tasks, "Tasks", move || {
        let tabs = vec![
            Tab { label: "Mine", href: "/tasks".to_owned(), count: None, current: !all },
            Tab { label: "Everybody's", href: "/tasks?all=1".to_owned(), count: None, current: all },
        ];
        view! {
            <h1>"Open tasks"</h1>
            <Tabs label="Whose tasks" tabs=tabs />
            {list(tasks, &people, now, all)}
            {desk::steps(steps, now)}
        }
        .written()
    }))
}

fn list(tasks: Vec<TaskRow>, people: &People, now: DateTime<Utc>, all: bool) -> AnyView {
    if tasks.is_empty() {
        let title = if all { "No task is open." } else { "No open task is yours." };
        return view! {
            <Empty title=title><p>"Tasks are given in an incident, each with an owner and a due time."</p></Empty>
        }
        .written();
    }
    table(tasks, Some(people), now)
}

/// Tasks by due time; with their owners, unless they all are the reader's.
pub(super) fn table(tasks: Vec<TaskRow>, people: Option<&People>, now: DateTime<Utc>) -> AnyView {
    let mut heads = vec!["Task", "Incident", "Due"];
    if people.is_some() {
        heads.push("Owner");
    }
    let rows = tasks.into_iter().map(|task| row(task, people, now)).collect();
    view! { <Table caption="Open tasks by due time" heads=heads rows=rows /> }.written()
}

fn row(
    TaskRow { task, asked, reference, incident_title }: TaskRow,
    people: Option<&People>,
    now: DateTime<Utc>,
) -> Row {
    let case = format!("/incidents/{}", task.incident);
    let late = task.due_at.is_some_and(|due| due < now);
    // What is to be found out or to be answered has a page of its own.
    let href = match (task.question(), asked) {
        (_, Some(asked)) => format!("/questions/{asked}"),
        (Some(key), None) => format!("{case}/facts/{key}"),
        (None, None) => format!("{case}#{}", task.id),
    };
    let mut cells = cells![
        view! { <a href=href>{task.title}</a> },
        view! { <Reference href=case reference=reference />" "<span class="hint">{incident_title}</span> },
        due(task.due_at, now),
    ];
    if let Some(people) = people {
        let owner = task.owner.map(|owner| people.name(owner).to_owned());
        cells.push(view! { <Person name=owner /> }.written());
    }
    let row = Row::new(cells);
    if late { row.tone(Tone::Danger) } else { row }
}

/// A due time, and by how much it has passed.
pub(super) fn due(due: Option<DateTime<Utc>>, now: DateTime<Utc>) -> AnyView {
    match due {
        None => view! { <span class="nobody">"no due time"</span> }.written(),
        Some(at) if at < now => {
            let words = format!("overdue by {}", moment::span(now - at));
            view! { <Time at=at /><div><span class="overdue">{words}</span></div> }.written()
        }
        Some(at) => {
            let words = format!("in {}", moment::span(at - now));
            view! { <Time at=at /><div class="hint">{words}</div> }.written()
        }
    }
}
