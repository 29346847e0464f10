//! The head of an incident, edited; its phase, its restriction and its end.

use super::{
    super::id,
    frame::{TabName, address, can, frame, page},
    overview::pending_lines,
};
use crate::{
    components::{
        DefinitionList, Form, Markdown, Offer, Radios, Select, TextArea, TextField, Time, TimeField,
        button::ButtonKind, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Role},
    id::IncidentId,
    incident::{
        CloseInput, EditIncidentInput, MovePhaseInput, Outcome, Pending, Phase, ReasonInput, Severity, Tlp,
    },
    text::Choice,
    view::Case,
};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/edit", editor),
        post("/incidents/{id}/edit", edit),
        get("/incidents/{id}/lead", lead),
        post("/incidents/{id}/phase", move_phase),
        post("/incidents/{id}/close", close),
        post("/incidents/{id}/reopen", reopen),
        post("/incidents/{id}/restrict", restrict),
        post("/incidents/{id}/unrestrict", unrestrict),
    ]
}

async fn editor(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(edited(&visit, &raw, FormState::default()).await).await
}

async fn edit(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit
            .services
            .edit_incident(&posted.ctx(&visit.ctx), incident, &posted.input::<EditIncidentInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}"))
    };
    visit.answer(done.await, &posted, async |state| edited(&visit, &raw, state).await).await
}

async fn edited(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let case = visit.services.incident(&visit.ctx, id::<IncidentId>(raw)?).await?;
    if !case.may(Action::EditIncident) {
        return Err(Error::Forbidden);
    }
    let head = case.clone();
    Ok(page(&head, TabName::Overview, move || {
        let content = editing(&case, state);
        frame(&case, TabName::Overview, content)
    }))
}

fn editing(case: &Case, state: FormState) -> AnyView {
    if !can(case, Action::EditIncident) {
        return ().written();
    }
    let was = case.incident.clone();
    let (action, cancel) = (format!("{}/edit", address(&was)), address(&was));
    let leads: Vec<_> = case
        .members
        .iter()
        .filter(|m| matches!(m.role, Role::Lead | Role::Responder | Role::Dpo))
        .map(|m| Offer::new(m.id.to_string(), m.name.clone()))
        .collect();
    let stored = state.of(&action).is_some().then(|| stored(case));
    view! {
        <section>
            <h2>"Edit the incident"</h2>
            {stored}
            <Form action=action state=state submit="Save" revision=Some(was.revision) cancel=cancel>
                <TextField name="title" label="What happened, in one line" value=was.title required=true />
                <TextArea name="summary" label="What is known so far" hint="Paragraphs, lists and emphasis as in Markdown." value=was.summary rows=8 />
                <Select name="severity" label="Severity for the organisation" value=was.severity.code() offers={offers::<Severity>()} required=true />
                <Select name="tlp" label="How far it may travel (Traffic Light Protocol)" value=was.tlp.code() offers={offers::<Tlp>()} required=true />
                <Select name="lead" label="Lead" hint="A member who may write here." value=was.lead.to_string() offers=leads required=true />
                <TimeField name="first_hint_at" label="First hint" hint="The first sign that something might be wrong." value=was.first_hint_at />
                <TimeField name="detected_at" label="Detected" hint="When somebody or something first told it apart from noise." value=was.detected_at />
                <TimeField name="investigation_started_at" label="Investigation started" value=was.investigation_started_at />
                <TimeField name="contained_at" label="Contained" value=was.contained_at />
                <p class="hint">"When you became aware is recorded under “Clocks”, with who judged it and why."</p>
            </Form>
        </section>
    }
    .written()
}

/// What is stored, beside what is being typed: somebody else may have changed it meanwhile.
fn stored(case: &Case) -> AnyView {
    let is = &case.incident;
    let instant = |at: Option<DateTime<Utc>>| match at {
        Some(at) => view! { <Time at=at /> }.written(),
        None => "Not recorded".written(),
    };
    let items = vec![
        ("Title", is.title.clone().written()),
        ("Summary", view! { <Markdown source=is.summary.clone() /> }.written()),
        ("Severity", is.severity.label().written()),
        ("TLP", is.tlp.label().written()),
        ("Lead", case.people.name(is.lead).to_owned().written()),
        ("First hint", instant(is.first_hint_at)),
        ("Detected", instant(is.detected_at)),
        ("Investigated", instant(is.investigation_started_at)),
        ("Contained", instant(is.contained_at)),
    ];
    view! {
        <section class="card">
            <h3>"Stored now"</h3>
            <DefinitionList items=items />
        </section>
    }
    .written()
}

async fn lead(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(led(&visit, &raw, FormState::default()).await).await
}

async fn move_phase(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit
            .services
            .move_phase(&posted.ctx(&visit.ctx), incident, &posted.input::<MovePhaseInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}"))
    };
    visit.answer(done.await, &posted, async |state| led(&visit, &raw, state).await).await
}

async fn close(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit
            .services
            .close_incident(&posted.ctx(&visit.ctx), incident, &posted.input::<CloseInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}"))
    };
    visit.answer(done.await, &posted, async |state| led(&visit, &raw, state).await).await
}

async fn reopen(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit
            .services
            .reopen_incident(&posted.ctx(&visit.ctx), incident, &posted.input::<ReasonInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}"))
    };
    visit.answer(done.await, &posted, async |state| led(&visit, &raw, state).await).await
}

async fn restrict(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    set_restricted(&visit, &raw, &posted, true).await
}

async fn unrestrict(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    set_restricted(&visit, &raw, &posted, false).await
}

async fn set_restricted(visit: &Visit, raw: &str, posted: &Posted, restricted: bool) -> Response {
    let done = async {
        let incident = id::<IncidentId>(raw)?;
        visit
            .services
            .restrict_incident(&posted.ctx(&visit.ctx), incident, restricted, &posted.input::<ReasonInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}"))
    };
    visit.answer(done.await, posted, async |state| led(visit, raw, state).await).await
}

async fn led(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.overview(&visit.ctx, id::<IncidentId>(raw)?).await?;
    if ![Action::MovePhase, Action::Restrict, Action::CloseIncident, Action::ReopenIncident]
        .into_iter()
        .any(|a| view.case.may(a))
    {
        return Err(Error::Forbidden);
    }
    let head = view.case.clone();
    Ok(page(&head, TabName::Overview, move || {
        let case = &view.case;
        let content = view! {
            {can(case, Action::MovePhase).then(|| phase(case, state.clone()))}
            {can(case, Action::CloseIncident).then(|| closing(case, view.pending, state.clone()))}
            {(case.incident.phase == Phase::Closed && case.may(Action::ReopenIncident)).then(|| reopening(case, state.clone()))}
            {case.may(Action::Restrict).then(|| restriction(case, state.clone()))}
        };
        frame(case, TabName::Overview, content.written())
    }))
}

fn phase(case: &Case, state: FormState) -> AnyView {
    let action = format!("{}/phase", address(&case.incident));
    let revision = Some(case.incident.revision);
    let now = case.incident.phase;
    let others = Phase::ALL.iter().filter(|p| **p != Phase::Closed && **p != now);
    let next = Phase::ALL.iter().find(|p| **p as usize == now as usize + 1 && **p != Phase::Closed);
    let next = next.map(|p| p.code()).unwrap_or_default();
    let offers = others.map(|p| Offer::new(p.code(), p.label())).collect();
    view! {
        <section>
            <h2>"Move the phase"</h2>
            <Form action=action state=state submit="Move" revision=revision>
                <Select name="to" label="To" value=next offers=offers required=true />
                <TextArea name="reason" label="Reason" hint="Needed for going back and for leaving out a phase." rows=2 />
            </Form>
        </section>
    }
    .written()
}

fn closing(case: &Case, pending: Pending, state: FormState) -> AnyView {
    let action = format!("{}/close", address(&case.incident));
    let revision = Some(case.incident.revision);
    let lines: Vec<_> = pending_lines(case, pending)
        .into_iter()
        .map(|(href, words)| view! { <li><a href=href>{words}</a></li> })
        .collect();
    let open =
        (!lines.is_empty()).then(|| view! { <p>"Not yet possible:"</p><ul class="entries">{lines}</ul> });
    view! {
        <section>
            <h2>"Close the incident"</h2>
            {open}
            <Form action=action state=state submit="Close the incident" kind=ButtonKind::Danger revision=revision>
                <Radios name="outcome" label="What it was" offers={offers::<Outcome>()} required=true />
                <TextArea name="reason" label="Reason" hint="Needed for a false alarm. It stays in the register." rows=3 />
            </Form>
        </section>
    }
    .written()
}

fn reopening(case: &Case, state: FormState) -> AnyView {
    let action = format!("{}/reopen", address(&case.incident));
    let revision = Some(case.incident.revision);
    view! {
        <section>
            <h2>"Reopen the incident"</h2>
            <p class="lead">"It goes back to “lessons learned” and loses its outcome until it is closed again."</p>
            <Form action=action state=state submit="Reopen" revision=revision>
                <TextArea name="reason" label="Why" required=true rows=3 />
            </Form>
        </section>
    }
    .written()
}

fn restriction(case: &Case, state: FormState) -> AnyView {
    let base = address(&case.incident);
    let revision = Some(case.incident.revision);
    let (heading, says, act, submit) = if case.incident.restricted {
        let says = "Now only its members see it. Lifted, everybody whose role reads incidents sees it again.";
        ("Lift the restriction", says, format!("{base}/unrestrict"), "Lift the restriction")
    } else {
        let says = "Only its members will see it, whatever their role: for a case in which a colleague may be involved. \
                    You become a member if you aren't one.";
        ("Restrict the incident", says, format!("{base}/restrict"), "Restrict")
    };
    view! {
        <section>
            <h2>{heading}</h2>
            <p class="lead">{says}</p>
            <Form action=act state=state submit=submit kind=ButtonKind::Plain revision=revision>
                <TextArea name="reason" label="Why" required=true rows=2 />
            </Form>
        </section>
    }
    .written()
}
