//! The tasks of an incident.

use super::{
    super::id,
    frame::{TabName, address, can, frame, page},
    members::offers_of_members,
    overview, told,
};
use crate::{
    cells,
    components::{
        Badge, Empty, Form, Kind, Person, PostButton, Row, Select, Table, TextField, Time, TimeField, Tone,
        button::ButtonKind, left,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::{IncidentId, TaskId},
    view::Case,
    work::{Task, TaskInput},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        post("/incidents/{id}/tasks", add),
        get("/incidents/{id}/tasks/{task}/edit", editor),
        post("/incidents/{id}/tasks/{task}/edit", edit),
        post("/incidents/{id}/tasks/{task}/done", done),
        post("/incidents/{id}/tasks/{task}/reopen", reopen),
    ]
}

async fn add(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let added =
            visit.services.add_task(&posted.ctx(&visit.ctx), incident, &posted.input::<TaskInput>()?).await?;
        Ok(format!("/incidents/{incident}#{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| overview::shown(&visit, &raw, state).await).await
}

async fn editor(visit: Visit, Path((raw, task)): Path<(String, String)>) -> Response {
    visit.show(edited(&visit, &raw, &task, FormState::default()).await).await
}

async fn edit(visit: Visit, Path((raw, task)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, task) = (id::<IncidentId>(&raw)?, id::<TaskId>(&task)?);
        visit
            .services
            .edit_task(&posted.ctx(&visit.ctx), incident, task, &posted.input::<TaskInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}#{task}"))
    };
    visit.answer(done.await, &posted, async |state| edited(&visit, &raw, &task, state).await).await
}

async fn done(visit: Visit, Path((raw, task)): Path<(String, String)>, posted: Posted) -> Response {
    set_done(&visit, &raw, &task, &posted, true).await
}

async fn reopen(visit: Visit, Path((raw, task)): Path<(String, String)>, posted: Posted) -> Response {
    set_done(&visit, &raw, &task, &posted, false).await
}

async fn set_done(visit: &Visit, raw: &str, task: &str, posted: &Posted, is_done: bool) -> Response {
    let done = async {
        let (incident, task) = (id::<IncidentId>(raw)?, id::<TaskId>(task)?);
        visit.services.set_task_done(&posted.ctx(&visit.ctx), incident, task, is_done).await?;
        Ok(format!("/incidents/{incident}#tasks"))
    };
    let again =
        async |state: FormState| told(overview::shown(visit, raw, state.clone()).await, &state, posted);
    visit.answer(done.await, posted, again).await
}

async fn edited(visit: &Visit, raw: &str, task: &str, state: FormState) -> Shown {
    let (case, task) = visit.services.task(&visit.ctx, id::<IncidentId>(raw)?, id::<TaskId>(task)?).await?;
    let head = case.clone();
    Ok(page(&head, TabName::Overview, move || {
        let content = editing(&case, &task, state);
        frame(&case, TabName::Overview, content)
    }))
}

fn editing(case: &Case, task: &Task, state: FormState) -> AnyView {
    let base = address(&case.incident);
    let stored = task_words(case, task);
    if !can(case, Action::EditTask) {
        return view! { <section><h2>"Task"</h2>{stored}</section> }.written();
    }
    let (action, cancel) = (format!("{base}/tasks/{}/edit", task.id), format!("{base}#{}", task.id));
    let (title, owner, due) =
        (task.title.clone(), task.owner.map(|o| o.to_string()).unwrap_or_default(), task.due_at);
    let offers = offers_of_members(case);
    view! {
        <section>
            <h2>"Edit the task"</h2>
            {stored}
            <Form action=action state=state submit="Save" revision=Some(task.revision) cancel=cancel>
                <TextField name="title" label="What is to be done" value=title required=true />
                <Select name="owner" label="Owner" value=owner offers=offers none="Nobody yet".to_owned() />
                <TimeField name="due_at" label="Due" value=due />
            </Form>
        </section>
    }
    .written()
}

/// The task as it is stored, beside what is being typed.
fn task_words(case: &Case, task: &Task) -> AnyView {
    let due = task.due_at.map(|at| view! { ", due "<Time at=at /> });
    let owner = task.owner.map(|o| case.people.name(o).to_owned());
    view! { <p class="lead">"Stored now: “"{task.title.clone()}"”, owner "<Person name=owner />{due}"."</p> }
        .written()
}

/// The tasks on the incident's first page.
pub(super) fn section(case: &Case, tasks: &[Task], state: &FormState, token: &str) -> AnyView {
    let open: Vec<_> = tasks.iter().filter(|t| t.done_at.is_none()).collect();
    let done: Vec<_> = tasks.iter().filter(|t| t.done_at.is_some()).collect();
    let list = if open.is_empty() {
        view! { <Empty title="No task is open"></Empty> }.written()
    } else {
        let rows = open.into_iter().map(|task| open_row(case, task)).collect();
        view! { <Table caption="Open tasks" heads=vec!["Task", "Owner", "Due", "Actions"] rows=rows /> }
            .written()
    };
    let add = can(case, Action::AddTask).then(|| adding(case, state.clone(), token.to_owned()));
    let done = (!done.is_empty()).then(|| {
        let summary = format!("Done ({})", done.len());
        let rows = done.into_iter().map(|task| done_row(case, task)).collect();
        view! {
            <details>
                <summary>{summary}</summary>
                <Table caption="Tasks that are done" heads=vec!["Task", "Owner", "Done", "Actions"] rows=rows />
            </details>
        }
    });
    view! {
        <section id="tasks">
            <h2>"Tasks"</h2>
            {list}
            {add}
            {done}
        </section>
    }
    .written()
}

fn adding(case: &Case, state: FormState, token: String) -> AnyView {
    let action = format!("{}/tasks", address(&case.incident));
    let open = state.of(&action).is_some();
    let offers = offers_of_members(case);
    view! {
        <details open=open>
            <summary>"Add a task"</summary>
            <Form action=action state=state submit="Add the task" token=token compact=true>
                <TextField name="title" label="What is to be done" required=true />
                <Select name="owner" label="Owner" offers=offers none="Nobody yet".to_owned() />
                <TimeField name="due_at" label="Due" />
            </Form>
        </details>
    }
    .written()
}

fn open_row(case: &Case, task: &Task) -> Row {
    let late = task.due_at.is_some_and(|due| due < case.now);
    let due = match task.due_at {
        Some(at) => {
            let word = late.then(|| view! { <Badge kind=Kind::Lateness code="overdue" label=left(at) /> });
            view! { <span class="row"><Time at=at />{word}</span> }.written()
        }
        None => view! { <span class="hint">"No due time"</span> }.written(),
    };
    let title = match task.question() {
        Some(key) => {
            let href = format!("{}/facts/{key}", address(&case.incident));
            view! { <a href=href>{task.title.clone()}</a> }.written()
        }
        None => task.title.clone().written(),
    };
    let row = Row::new(cells![
        view! { <span id=task.id.to_string()>{title}</span> },
        view! { <Person name=task.owner.map(|o| case.people.name(o).to_owned()) /> },
        due,
        acts(case, task, "done", "Done", true),
    ]);
    if late { row.tone(Tone::Danger) } else { row }
}

fn done_row(case: &Case, task: &Task) -> Row {
    let when = task.done_at.map(|at| view! { <Time at=at /> });
    let by = task.done_by.map(|by| format!(" by {}", case.people.name(by)));
    Row::new(cells![
        view! { <span id=task.id.to_string()>{task.title.clone()}</span> },
        view! { <Person name=task.owner.map(|o| case.people.name(o).to_owned()) /> },
        view! { {when}{by} },
        acts(case, task, "reopen", "Open again", false),
    ])
}

fn acts(case: &Case, task: &Task, act: &str, label: &'static str, edit: bool) -> AnyView {
    if !can(case, Action::EditTask) {
        return ().written();
    }
    let base = format!("{}/tasks/{}", address(&case.incident), task.id);
    let hidden = vec![("revision", task.revision.to_string())];
    let edit = edit.then(|| {
        let href = format!("{base}/edit");
        view! { <a class="button quiet" href=href>"Edit"<span class="unseen">" "{task.title.clone()}</span></a> }
    });
    view! {
        <span class="row">
            <PostButton action=format!("{base}/{act}") label=label about=task.title.clone() hidden=hidden kind=ButtonKind::Quiet />
            {edit}
        </span>
    }
    .written()
}
