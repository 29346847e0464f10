//! The timeline, tasks and notes.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{self, Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post, put},
    },
    ListOut,
};
use domain::{
    access::Action,
    id::{EntryId, IncidentId, NoteId, TaskId},
    incident::ReasonInput,
    view::{Added, KeptDraft, NotePage, Notes, TaskRow, Timeline},
    work::{
        Task, TaskInput,
        entry::{Entry, EntryInput},
        note::{Note, NoteInput},
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::{Error, Result};

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/tasks",
            "listMyTasks",
            "Open tasks over all incidents, at most 200, by due time",
            A::ReadIncidents,
            my_tasks,
        ),
        get(
            "/incidents/{incident}/timeline",
            "readTimeline",
            "What happened, in its order",
            A::ReadIncident,
            timeline,
        ),
        post("/incidents/{incident}/timeline", "addEntry", "Add to the timeline", A::AddEntry, add_entry),
        get("/incidents/{incident}/timeline/{entry}", "readEntry", "One entry", A::ReadIncident, entry),
        put(
            "/incidents/{incident}/timeline/{entry}",
            "editEntry",
            "Write an entry anew",
            A::EditEntry,
            edit_entry,
        ),
        post(
            "/incidents/{incident}/timeline/{entry}/withdraw",
            "withdrawEntry",
            "Strike an entry out with a reason",
            A::EditEntry,
            withdraw_entry,
        ),
        get(
            "/incidents/{incident}/tasks",
            "listTasks",
            "The tasks, at most 200, the open ones first",
            A::ReadIncident,
            tasks,
        ),
        post("/incidents/{incident}/tasks", "addTask", "Add a task", A::AddTask, add_task),
        get("/incidents/{incident}/tasks/{task}", "readTask", "One task", A::ReadIncident, task),
        put(
            "/incidents/{incident}/tasks/{task}",
            "editTask",
            "Say anew what a task is",
            A::EditTask,
            edit_task,
        ),
        post(
            "/incidents/{incident}/tasks/{task}/done",
            "completeTask",
            "Mark a task as done",
            A::EditTask,
            complete,
        ),
        post(
            "/incidents/{incident}/tasks/{task}/reopen",
            "reopenTask",
            "Open a task again",
            A::EditTask,
            reopen,
        ),
        get(
            "/incidents/{incident}/notes",
            "listNotes",
            "The notes, the last changed first",
            A::ReadIncident,
            notes,
        ),
        post("/incidents/{incident}/notes", "addNote", "Write a note", A::AddNote, add_note),
        get("/incidents/{incident}/notes/{note}", "readNote", "One note", A::ReadIncident, note),
        put("/incidents/{incident}/notes/{note}", "editNote", "Write a note anew", A::EditNote, edit_note),
    ]
}

/// Whose tasks.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TasksQuery {
    /// Only the asker's own, which is what an absent parameter means; `false` for everybody's.
    mine: Option<bool>,
}

/// Which entries.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TimelineQuery {
    /// With what the desk itself recorded.
    system: Option<bool>,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// A note, and what the asker was typing into it when last seen.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "NotePage")]
struct NoteOut {
    note: Note,
    draft: Option<KeptDraft>,
}

async fn my_tasks(call: Call<Asked<TasksQuery>>, (): ()) -> Result<Shown<ListOut<TaskRow>>> {
    let mine = call.input.0.mine.unwrap_or(true);
    Ok(Shown(ListOut::whole(call.services.tasks(&call.ctx, mine).await?)))
}

async fn timeline(call: Call<Asked<TimelineQuery>>, id: IncidentId) -> Result<Shown<ListOut<Entry>>> {
    let Asked(TimelineQuery { system, page }) = call.input;
    let found = call.services.timeline(&call.ctx, id, system.unwrap_or(false), call::page(page)?).await?;
    let Timeline { case: _, entries, system: _ } = found;
    Ok(Shown(ListOut::page(entries)))
}

async fn add_entry(call: Call<Given<EntryInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.add_entry(&call.ctx, id, &call.input.0).await?;
    let at = format!("/incidents/{id}/timeline/{}", added.id);
    Ok(Created(added, at))
}

async fn entry(call: Call<Nothing>, (id, entry): (IncidentId, EntryId)) -> Result<Tagged<Entry>> {
    let (_, entry) = call.services.entry(&call.ctx, id, entry).await?;
    let revision = entry.revision;
    Ok(Tagged(entry, revision))
}

async fn edit_entry(call: Call<Given<EntryInput>>, (id, entry): (IncidentId, EntryId)) -> Result<Done> {
    call.services.edit_entry(&call.ctx, id, entry, &call.input.0).await.map(|()| Done)
}

async fn withdraw_entry(call: Call<Given<ReasonInput>>, (id, entry): (IncidentId, EntryId)) -> Result<Done> {
    call.services.withdraw_entry(&call.ctx, id, entry, &call.input.0).await.map(|()| Done)
}

async fn tasks(call: Call<Nothing>, id: IncidentId) -> Result<Shown<ListOut<Task>>> {
    Ok(Shown(ListOut::whole(call.services.overview(&call.ctx, id).await?.tasks)))
}

async fn add_task(call: Call<Given<TaskInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.add_task(&call.ctx, id, &call.input.0).await?;
    let at = format!("/incidents/{id}/tasks/{}", added.id);
    Ok(Created(added, at))
}

async fn task(call: Call<Nothing>, (id, task): (IncidentId, TaskId)) -> Result<Tagged<Task>> {
    let (_, task) = call.services.task(&call.ctx, id, task).await?;
    let revision = task.revision;
    Ok(Tagged(task, revision))
}

async fn edit_task(call: Call<Given<TaskInput>>, (id, task): (IncidentId, TaskId)) -> Result<Done> {
    call.services.edit_task(&call.ctx, id, task, &call.input.0).await.map(|()| Done)
}

async fn complete(call: Call<Nothing>, (id, task): (IncidentId, TaskId)) -> Result<Done> {
    call.services.set_task_done(&call.ctx, id, task, true).await.map(|()| Done)
}

async fn reopen(call: Call<Nothing>, (id, task): (IncidentId, TaskId)) -> Result<Done> {
    call.services.set_task_done(&call.ctx, id, task, false).await.map(|()| Done)
}

async fn notes(call: Call<Nothing>, id: IncidentId) -> Result<Shown<ListOut<Note>>> {
    let Notes { case: _, notes } = call.services.notes(&call.ctx, id).await?;
    Ok(Shown(ListOut::whole(notes)))
}

async fn add_note(call: Call<Given<NoteInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.add_note(&call.ctx, id, &call.input.0).await?;
    let at = format!("/incidents/{id}/notes/{}", added.id);
    Ok(Created(added, at))
}

async fn note(call: Call<Nothing>, (id, note): (IncidentId, NoteId)) -> Result<Tagged<NoteOut>> {
    let NotePage { case: _, note, draft } = call.services.note(&call.ctx, id, Some(note)).await?;
    let note = note.ok_or(Error::NotFound)?;
    let revision = note.revision;
    Ok(Tagged(NoteOut { note, draft }, revision))
}

async fn edit_note(call: Call<Given<NoteInput>>, (id, note): (IncidentId, NoteId)) -> Result<Done> {
    call.services.edit_note(&call.ctx, id, note, &call.input.0).await.map(|()| Done)
}
