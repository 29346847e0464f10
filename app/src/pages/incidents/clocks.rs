//! The clocks of the law, and since when you were aware.

use super::{
    super::id,
    answer::evidence_fields,
    facts::ground,
    frame::{TabName, address, can, frame, met, page},
};
use crate::{
    components::{Clock, DefinitionList, Empty, Form, TextArea, TextField, Time, TimeField},
    form::FormState,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    awareness::{Awareness, AwarenessInput},
    clock::{NotificationClock, Standing},
    evidence::Evidence,
    id::IncidentId,
    moment,
    view::{Case, Clocks},
};
use leptos::prelude::*;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/incidents/{id}/clocks", clocks), post("/incidents/{id}/awareness", record)]
}

async fn clocks(visit: Visit, Path(raw): Path<String>) -> Response {
    visit.show(shown(&visit, &raw, FormState::default()).await).await
}

async fn record(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let incident = id::<IncidentId>(&raw)?;
        visit
            .services
            .record_awareness(&posted.ctx(&visit.ctx), incident, &posted.input::<AwarenessInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}/clocks"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, state).await).await
}

async fn shown(visit: &Visit, raw: &str, state: FormState) -> Shown {
    let view = visit.services.clocks(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let me = visit.person().map(|p| p.name.clone()).unwrap_or_default();
    let head = view.case.clone();
    Ok(page(&head, TabName::Clocks, move || {
        let case = &view.case;
        let content = view! {
            {the_clock(case)}
            {statements(&view)}
            {can(case, Action::RecordAwareness).then(|| recording(&view, state, token, me))}
        };
        frame(case, TabName::Clocks, content.into_any())
    }))
}

fn the_clock(case: &Case) -> AnyView {
    let clock = match (&case.clock, case.awareness.is_some()) {
        (Some(clock), _) => running(case, clock),
        (None, true) => view! { <p>"No clock runs: you became aware before the GDPR applied."</p> }.into_any(),
        (None, false) => view! {
            <Empty title="No clock runs">
                <p>"Nobody has recorded when you became aware. The 72 hours of Article 33(1) run from that moment, recorded or not."</p>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <section>
            <h2>"Notification to the supervisory authority"</h2>
            {clock}
            <p class="hint">
                "72 elapsed hours after becoming aware, weekends and holidays included. They are an outer limit: the duty is to \
                 notify without undue delay. This clock is an aid and no legal advice."
            </p>
        </section>
    }
    .into_any()
}

fn running(case: &Case, clock: &NotificationClock) -> AnyView {
    let standing = match clock.standing {
        Standing::Running { .. } => "Time is left.".to_owned(),
        Standing::Overdue { seconds_over } => {
            let by = moment::span(chrono::Duration::seconds(seconds_over));
            format!("Overdue by {by}. Notify now, and give the reasons for the delay with it (Art. 33(1)).")
        }
        Standing::Met { .. } => "A relay took responsibility for the notification in time.".to_owned(),
        Standing::MetLate { .. } => {
            "The notification went out late; the reasons for the delay belong to it (Art. 33(1)).".to_owned()
        }
    };
    let items = vec![
        ("Became aware", view! { <Time at=clock.started_at /> }.into_any()),
        ("Source", clock.source.into_any()),
    ];
    view! {
        <Clock duty=clock.title source="GDPR, Art. 33(1)" due=clock.due_at met=met(clock) authority_zone=Some(case.authority_zone) />
        <p>{standing}</p>
        <DefinitionList items=items />
    }
    .into_any()
}

fn statements(view: &Clocks) -> AnyView {
    if view.statements.is_empty() {
        return ().into_any();
    }
    let lines: Vec<_> = view
        .statements
        .iter()
        .enumerate()
        .map(|(n, s)| statement(&view.case, &view.evidence, s, n == 0))
        .collect();
    view! {
        <section>
            <h2>"Since when you were aware"</h2>
            <p class="hint">"The newest statement holds. Earlier ones stay, so that it can be seen what was thought when."</p>
            <ol class="timeline">{lines}</ol>
        </section>
    }
    .into_any()
}

fn statement(case: &Case, evidence: &[Evidence], awareness: &Awareness, holds: bool) -> AnyView {
    let state = if holds { "holds" } else { "superseded" };
    let rests = awareness.ground.as_ref().map(|g| view! { <p>"Evidence: "{ground(case, evidence, g)}</p> });
    let recorded_by = case.people.name(awareness.recorded_by).to_owned();
    view! {
        <li id=awareness.id.to_string()>
            <p class="row">
                <strong><Time at=awareness.aware_at /></strong>
                <span class="hint">{format!("version {}, {state}", awareness.version)}</span>
            </p>
            <p>"Judged by "{awareness.judged_by.clone()}"."</p>
            <p class="said">{awareness.why.clone()}</p>
            {rests}
            <p class="hint">"Recorded "<Time at=awareness.recorded_at />" by "{recorded_by}"."</p>
        </li>
    }
    .into_any()
}

fn recording(view: &Clocks, state: FormState, token: String, me: String) -> AnyView {
    let action = format!("{}/awareness", address(&view.case.incident));
    let first = view.statements.is_empty();
    let heading = if first { "Record when you became aware" } else { "Record another judgement" };
    let evidence = view.evidence.clone();
    view! {
        <section>
            <h2>{heading}</h2>
            <p class="lead">
                "You are aware once you have a reasonable degree of certainty that a security incident has led to personal data \
                 being compromised (EDPB Guidelines 9/2022, paragraph 31). A first hint is not yet awareness, as long as it is \
                 looked into at once. A person judges this; the desk never works it out."
            </p>
            <Form action=action state=state submit="Record" token=token>
                <TimeField name="aware_at" label="Became aware" required=true />
                <TextField name="judged_by" label="Who judged it" value=me required=true />
                <TextArea name="why" label="Why from this moment" hint="What was known then, and what was not known before." required=true rows=4 />
                {evidence_fields(&evidence)}
            </Form>
        </section>
    }
    .into_any()
}
