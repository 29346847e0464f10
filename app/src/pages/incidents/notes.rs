//! Working notes, with drafts that save themselves.

use super::{
    super::id,
    frame::{TabName, address, can, frame, page},
};
use crate::{
    components::{
        Badge, Banner, Choices, Draft, Empty, Form, Kind, LinkButton, Markdown, Offer, TextArea, TextField,
        Time, Tone,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    access::Action,
    id::{IncidentId, NoteId},
    moment::Precision,
    view::{Case, KeptDraft, NotePage},
    work::note::{Note, NoteInput},
};
use serde::Deserialize;
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/notes", notes),
        post("/incidents/{id}/notes", add),
        get("/incidents/{id}/notes/new", new),
        get("/incidents/{id}/notes/{note}", note),
        post("/incidents/{id}/notes/{note}", edit),
        post("/drafts", keep_draft),
    ]
}

async fn notes(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(listed(&visit, &raw).await).await
}

async fn listed(visit: &Visit, raw: &str) -> Shown {
    let view = visit.services.notes(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let head = view.case.clone();
    Ok(page(&head, TabName::Notes, move || {
        let case = &view.case;
        let base = format!("{}/notes", address(&case.incident));
        let new = can(case, Action::AddNote)
            .then(|| view! { <LinkButton href=format!("{base}/new") label="Write a note" /> });
        let list = if view.notes.is_empty() {
            view! { <Empty title="No notes yet"><p>"Notes are for what is not a fact, not a task and not on the timeline."</p></Empty> }.written()
        } else {
            let lines: Vec<_> = view.notes.iter().map(|n| line(case, &base, n)).collect();
            view! { <ul class="entries">{lines}</ul> }.written()
        };
        let content = view! {
            <section>
                <div class="page-head"><h2>"Notes"</h2>{new}</div>
                {list}
            </section>
        };
        frame(case, TabName::Notes, content.written())
    }))
}

fn line(case: &Case, base: &str, note: &Note) -> AnyView {
    let href = format!("{base}/{}", note.id);
    let by = case.people.name(note.updated_by).to_owned();
    view! {
        <li id=note.id.to_string()>
            <a href=href>{note.title.clone()}</a>" "{marked(note)}<span class="hint">"last changed "<Time at=note.updated_at />" by "{by}</span>
        </li>
    }
    .written()
}

fn marked(note: &Note) -> AnyView {
    let badge = || view! { <Badge kind=Kind::Other code="" label="Counsel’s privileged" />" " };
    note.privileged.then(badge).written()
}

async fn new(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, None, FormState::default()).await).await
}

async fn note(visit: Visit, Path((raw, note)): Path<(String, String)>) -> Response {
    visit.show(shown(&visit, &raw, Some(&note), FormState::default()).await).await
}

async fn add(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let added =
            visit.services.add_note(&posted.ctx(&visit.ctx), incident, &posted.input::<NoteInput>()?).await?;
        Ok(format!("/incidents/{incident}/notes/{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, None, state).await).await
}

async fn edit(visit: Visit, Path((raw, note)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, note) = (id::<IncidentId>(&raw)?, id::<NoteId>(&note)?);
        visit
            .services
            .edit_note(&posted.ctx(&visit.ctx), incident, note, &posted.input::<NoteInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/notes/{note}"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, Some(&note), state).await).await
}

async fn shown(visit: &Visit, raw: &str, note: Option<&str>, state: FormState) -> Shown {
    let note = note.map(id::<NoteId>).transpose()?;
    let view = visit.services.note(&visit.ctx, id::<IncidentId>(raw)?, note).await?;
    if view.note.is_none() && !view.case.may(Action::AddNote) {
        return Err(Error::Forbidden);
    }
    let token = visit.ctx.fresh.secret();
    let head = view.case.clone();
    Ok(page(&head, TabName::Notes, move || {
        let content = content(&view, &state, token);
        frame(&view.case, TabName::Notes, content)
    }))
}

fn content(view: &NotePage, state: &FormState, token: String) -> AnyView {
    let case = &view.case;
    let back = format!("{}/notes", address(&case.incident));
    let text = view.note.as_ref().map(|note| stored(case, note));
    let action = if view.note.is_some() { Action::EditNote } else { Action::AddNote };
    let editor = can(case, action).then(|| editor(view, state, token));
    view! {
        <p><a href=back>"All notes"</a></p>
        {text}
        {editor}
    }
    .written()
}

fn stored(case: &Case, note: &Note) -> AnyView {
    let by = case.people.name(note.updated_by).to_owned();
    view! {
        <section>
            <h2>{note.title.clone()}</h2>
            <p class="hint">{marked(note)}"Last changed "<Time at=note.updated_at />" by "{by}"."</p>
            <div class="card"><Markdown source=note.text.clone() /></div>
        </section>
    }
    .written()
}

fn editor(view: &NotePage, state: &FormState, token: String) -> AnyView {
    let incident = view.case.incident.id;
    let base = format!("{}/notes", address(&view.case.incident));
    let (action, revision, title, text) = match &view.note {
        Some(note) => {
            (format!("{base}/{}", note.id), Some(note.revision), note.title.clone(), note.text.clone())
        }
        None => (base.clone(), None, String::new(), String::new()),
    };
    // What was typed and posted comes before what was kept while typing.
    let kept =
        view.draft.as_ref().filter(|kept| state.of(&action).is_none() && offered(kept, view.note.as_ref()));
    let banner = kept.map(|kept| kept_banner(kept, revision.unwrap_or_default()));
    let text = kept.map_or(text, |kept| kept.text.clone());
    let key = view
        .note
        .as_ref()
        .map_or_else(|| format!("note:{incident}:new"), |note| format!("note:{incident}:{}", note.id));
    let draft = Some(Draft { key, base_revision: revision.unwrap_or_default() });
    let privileged = view.note.as_ref().is_some_and(|note| note.privileged);
    let privileged = if privileged { vec!["true".to_owned()] } else { Vec::new() };
    let heading = if view.note.is_some() { "Edit" } else { "Write a note" };
    let token = view.note.is_none().then_some(token);
    let state = state.clone();
    view! {
        <section>
            <h2>{heading}</h2>
            {banner}
            <Form action=action state=state submit="Save" revision=revision token=token cancel=base>
                <TextField name="title" label="Title" value=title required=true />
                <Choices name="privileged" label="For counsel" hint="Only members of the case see it then, search doesn’t find it, and its words can’t be put into an answer or a notice." offers=vec![Offer::new("true", "Counsel’s privileged")] values=privileged />
                <TextArea name="text" label="Text" hint="Paragraphs, lists and emphasis as in Markdown." value=text rows=14 draft=draft />
            </Form>
        </section>
    }
    .written()
}

/// A kept text is offered where it is newer than the note and says something else.
fn offered(kept: &KeptDraft, note: Option<&Note>) -> bool {
    match note {
        Some(note) => {
            kept.text != note.text && (kept.saved_at > note.updated_at || kept.base_revision < note.revision)
        }
        None => !kept.text.is_empty(),
    }
}

fn kept_banner(kept: &KeptDraft, revision: i64) -> AnyView {
    let older = kept.base_revision < revision;
    let says = if older {
        " It was begun before the note was last saved: the stored text is above, what you typed is below. Bring the two together, then save."
    } else {
        " It is not part of the note until you save it."
    };
    let tone = if older { Tone::Attention } else { Tone::Accent };
    let at = kept.saved_at;
    view! { <Banner tone=tone>"Below is what you typed last, kept "<Time at=at precision=Precision::Second />"."{says}</Banner> }.written()
}

/// What the autosaving field sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DraftInput {
    key: String,
    text: String,
    base_revision: i64,
}

/// Keeps a draft and answers with the local time of saving, for the line beneath the field.
async fn keep_draft(visit: Visit, posted: Posted) -> Response {
    let kept = async {
        let input = posted.input::<DraftInput>()?;
        visit.services.keep_draft(&visit.ctx, &input.key, &input.text, input.base_revision).await
    };
    match kept.await {
        Ok(at) => at.with_timezone(&visit.ctx.zone()).format("%H:%M:%S").to_string().into_response(),
        Err(Error::Refused(_)) => StatusCode::UNPROCESSABLE_ENTITY.into_response(),
        Err(why) => visit.no(&why).await,
    }
}
