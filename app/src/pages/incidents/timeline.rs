//! The timeline: what happened in the world, and what the desk recorded of itself.

use super::{
    super::{id, page_number, parameter},
    frame::{TabName, address, can, frame, page},
};
use crate::{
    components::{
        Badge, Empty, Form, Kind, Pagination, TextArea, TextField, Time, TimeField, button::ButtonKind,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Reader,
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::Duration;
use domain::{
    access::Action,
    id::{EntryId, IncidentId},
    incident::ReasonInput,
    moment::{self, Precision},
    text::Choice,
    view::{Case, Listed, Timeline},
    work::entry::{Entry, EntryInput, EntryKind},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/timeline", timeline),
        post("/incidents/{id}/timeline", add),
        get("/incidents/{id}/timeline/{entry}/edit", editor),
        post("/incidents/{id}/timeline/{entry}/edit", edit),
        post("/incidents/{id}/timeline/{entry}/withdraw", withdraw),
    ]
}

async fn timeline(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn add(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        let added = visit
            .services
            .add_entry(&posted.ctx(&visit.ctx), incident, &posted.input::<EntryInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/timeline#{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let system = parameter(visit, "system").is_some_and(|v| v == "1");
    let view =
        visit.services.timeline(&visit.ctx, id::<IncidentId>(raw)?, system, page_number(visit)).await?;
    let token = visit.ctx.fresh.secret();
    let case = view.case.clone();
    Ok(page(&case, TabName::Timeline, move || {
        let case = &view.case;
        let content = view! {
            {can(case, Action::AddEntry).then(|| adding(case, state, token))}
            {switch(case, view.system)}
            {list(&view)}
        };
        frame(case, TabName::Timeline, content.written())
    }))
}

fn adding(case: &Case, state: FormState, token: String) -> AnyView {
    let action = format!("{}/timeline", address(&case.incident));
    view! {
        <section>
            <h2>"Add to the timeline"</h2>
            <Form action=action state=state submit="Add" token=token>
                <TimeField name="event_at" label="When it happened" hint="A date alone is kept as known to the day." required=true />
                <TextArea name="text" label="What happened" required=true rows=3 />
            </Form>
        </section>
    }
    .written()
}

fn switch(case: &Case, system: bool) -> AnyView {
    let base = format!("{}/timeline", address(&case.incident));
    let here = |yes: bool| yes.then_some("page");
    let all = format!("{base}?system=1");
    view! {
        <nav class="row" aria-label="Which entries">
            <a href=base aria-current=here(!system)>"Written by people"</a>
            <a href=all aria-current=here(system)>"With what the desk recorded itself"</a>
        </nav>
    }
    .written()
}

fn list(view: &Timeline) -> AnyView {
    let Listed { items, total, page } = &view.entries;
    if items.is_empty() {
        let (title, more) = if *total == 0 {
            (
                "Nothing on the timeline yet",
                "Write down what happened and when, as soon as you know it. It can be changed and withdrawn.",
            )
        } else {
            ("There is nothing on this page", "Go back to the first one.")
        };
        return view! { <Empty title=title><p>{more}</p></Empty> }.written();
    }
    let suffix = if view.system { "?system=1" } else { "" };
    let base = format!("{}/timeline{suffix}", address(&view.case.incident));
    let lines: Vec<_> = items.iter().map(|entry| line(&view.case, entry)).collect();
    view! {
        <section>
            <h2>"What happened"</h2>
            <ol class="timeline">{lines}</ol>
            <Pagination total=*total page=*page base=base />
        </section>
    }
    .written()
}

/// When it happened, no more exactly than that is known, with its offset. A day is that of the person
/// who wrote it down: in another zone the same instant may be the day before.
pub(super) fn event_time(entry: &Entry) -> AnyView {
    if entry.precision != Precision::Day {
        return view! { <Time at=entry.event_at precision=entry.precision /> }.written();
    }
    let minutes = entry.offset_minutes;
    let day = (entry.event_at + Duration::minutes(i64::from(minutes))).format("%Y-%m-%d").to_string();
    let (sign, apart) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
    let words = format!("{day} {sign}{:02}:{:02}", apart / 60, apart % 60);
    view! { <time datetime=day>{words}</time> }.written()
}

fn line(case: &Case, entry: &Entry) -> AnyView {
    let who = match (entry.kind, entry.recorded_by) {
        (_, Some(by)) => case.people.name(by).to_owned(),
        (_, None) => "the desk itself".to_owned(),
    };
    let system =
        (entry.kind == EntryKind::System).then(|| view! { <Badge kind=Kind::Other code="" label="Desk" /> });
    let text = match entry.withdrawn_at {
        Some(at) => view! {
            <p><s>{entry.text.clone()}</s></p>
            <p class="hint">"Withdrawn "<Time at=at />": "{entry.reason.clone()}</p>
        }
        .written(),
        None => view! { <p class="said">{entry.text.clone()}</p> }.written(),
    };
    let edit = (changeable(entry) && can(case, Action::EditEntry)).then(|| {
        let href = format!("{}/timeline/{}/edit", address(&case.incident), entry.id);
        view! { " "<a href=href>"Edit or withdraw"</a> }
    });
    view! {
        <li id=entry.id.to_string()>
            <p class="row"><strong>{event_time(entry)}</strong><span class="hint">{entry.precision.label()}</span>{system}</p>
            {text}
            <p class="hint">"Recorded "<Time at=entry.recorded_at />" by "{who}"."{edit}</p>
        </li>
    }
    .written()
}

fn changeable(entry: &Entry) -> bool {
    entry.kind == EntryKind::Manual && entry.withdrawn_at.is_none()
}

async fn editor(visit: Visit, Path((raw, entry)): Path<(String, String)>) -> Response {
    visit.show(edited(&visit, &raw, &entry, FormState::default()).await).await
}

async fn edit(visit: Visit, Path((raw, entry)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, entry) = (id::<IncidentId>(&raw)?, id::<EntryId>(&entry)?);
        visit
            .services
            .edit_entry(&posted.ctx(&visit.ctx), incident, entry, &posted.input::<EntryInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/timeline#{entry}"))
    };
    visit.answer(done.await, &posted, async |state| edited(&visit, &raw, &entry, state).await).await
}

async fn withdraw(visit: Visit, Path((raw, entry)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, entry) = (id::<IncidentId>(&raw)?, id::<EntryId>(&entry)?);
        visit
            .services
            .withdraw_entry(&posted.ctx(&visit.ctx), incident, entry, &posted.input::<ReasonInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/timeline#{entry}"))
    };
    visit.answer(done.await, &posted, async |state| edited(&visit, &raw, &entry, state).await).await
}

async fn edited(visit: &Visit, raw: &str, entry: &str, state: FormState) -> Shown {
    let (case, entry) =
        visit.services.entry(&visit.ctx, id::<IncidentId>(raw)?, id::<EntryId>(entry)?).await?;
    let head = case.clone();
    Ok(page(&head, TabName::Timeline, move || {
        let forms =
            (changeable(&entry) && can(&case, Action::EditEntry)).then(|| editing(&case, &entry, state));
        let content = view! {
            <section>
                <h2>"An entry of the timeline"</h2>
                <ol class="timeline">{line(&case, &entry)}</ol>
            </section>
            {forms}
        };
        frame(&case, TabName::Timeline, content.written())
    }))
}

/// The time as it can be typed again: a day stays a day.
fn typed_again(entry: &Entry) -> String {
    let zone = Reader::current().zone;
    match entry.precision {
        Precision::Day => {
            let day = entry.event_at + Duration::minutes(i64::from(entry.offset_minutes));
            day.format("%Y-%m-%d").to_string()
        }
        Precision::Minute => moment::show(entry.event_at, zone),
        Precision::Second => entry.event_at.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    }
}

fn editing(case: &Case, entry: &Entry, state: FormState) -> AnyView {
    let back = format!("{}/timeline#{}", address(&case.incident), entry.id);
    let base = format!("{}/timeline/{}", address(&case.incident), entry.id);
    let (edit, withdraw) = (format!("{base}/edit"), format!("{base}/withdraw"));
    let (at, text, revision) = (typed_again(entry), entry.text.clone(), Some(entry.revision));
    let other = state.clone();
    view! {
        <section>
            <h2>"Edit"</h2>
            <Form action=edit state=state submit="Save" revision=revision cancel=back>
                <TextField name="event_at" label="When it happened" hint="A date alone is kept as known to the day. Local time unless there is an offset." value=at required=true />
                <TextArea name="text" label="What happened" value=text required=true />
            </Form>
        </section>
        <section>
            <h2>"Withdraw"</h2>
            <p class="lead">"It stays on the timeline, struck out, with your reason."</p>
            <Form action=withdraw state=other submit="Withdraw" kind=ButtonKind::Danger revision=revision>
                <TextArea name="reason" label="Why" required=true rows=2 />
            </Form>
        </section>
    }
    .written()
}
