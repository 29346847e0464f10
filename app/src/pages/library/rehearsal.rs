//! Trying a playbook with invented answers. The answers stand in the address; nothing is kept.

use super::asked;
use crate::{
    components::{Badge, Banner, ButtonKind, Form, Hidden, Kind, Offer, Radios, TextField, Time},
    form::{Answered, FormState},
    pages::incidents::answer::{Named, answer},
    prelude::*,
    shell::Place,
    visit::{Page, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    playbook::{
        StepPhase,
        rehearsal::{ANSWER, Asking, DECISION, Rehearsal, RehearsalInput, RehearsedStep},
    },
    refusal::Refusal,
    text::Choice,
    view::{PhaseProgress, StepApplies, library::VersionPage},
};

pub(super) async fn page(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(shown(&visit, &id).await).await
}

/// What stands in the address, name by name.
fn pairs(visit: &Visit) -> Vec<(String, String)> {
    let query = visit.path.split_once('?').map(|(_, query)| query).unwrap_or_default();
    serde_html_form::from_str(query).unwrap_or_default()
}

fn input(pairs: &[(String, String)]) -> RehearsalInput {
    let of =
        |name: &str| pairs.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let mut input = RehearsalInput {
        declared_at: of("declared_at"),
        aware_at: of("aware_at"),
        contained_at: of("contained_at"),
        ..RehearsalInput::default()
    };
    for (name, value) in pairs {
        if let Some(key) = name.strip_prefix(ANSWER) {
            input.answers.entry(key.to_owned()).or_default().push(value.clone());
        } else if let Some(step) = name.strip_prefix(DECISION) {
            input.decisions.insert(step.to_owned(), value.clone());
        }
    }
    input
}

async fn shown(visit: &Visit, id: &str) -> Shown {
    let (which, pairs) = (asked(visit, "version"), pairs(visit));
    let (version, run) = visit.services.rehearse_playbook(&visit.ctx, id, &which, &input(&pairs)).await?;
    let action = format!("/playbooks/{id}/try");
    let tried = pairs.iter().any(|(name, value)| name != "version" && !value.is_empty());
    let state = match (tried, run.errors.clone()) {
        (false, _) => FormState::default(),
        (true, errors) => {
            FormState::from(Answered::new(action.clone(), pairs).refused(Refusal::Invalid(errors)))
        }
    };
    let title = version.playbook.as_ref().map(|p| p.title.clone()).unwrap_or_default();
    Ok(Page::new(Place::Playbooks, format!("Try it: {title}"), move || {
        let back = if version.which == services::library::DRAFT {
            format!("/playbooks/{}/draft", version.id)
        } else {
            format!("/playbooks/{}", version.id)
        };
        let wrong = (!run.errors.is_empty()).then(|| {
            view! { <Banner>"Some answers can’t be taken. The run is shown without them; the form below says why."</Banner> }
        });
        view! {
            <p><a href=back>{title.clone()}</a></p>
            <h1>"Try it with invented answers"</h1>
            <p class="lead">{title}", "{version.label.clone()}". Nothing of this is kept, and no case is touched."</p>
            {wrong}
            {outcome(&run)}
            {form(&action, state, &version, &run)}
        }
        .written()
    }))
}

fn outcome(run: &Rehearsal) -> AnyView {
    let next: Vec<_> = run
        .steps
        .iter()
        .filter(|step| step.is_next)
        .take(5)
        .map(|step| view! { <li><a href=format!("#{}", step.id)>{step.title.clone()}</a>" "{due(step)}</li> })
        .collect();
    let next = if next.is_empty() {
        view! { <p>"Nothing is open that applies: everything else waits for an answer."</p> }.written()
    } else {
        view! { <ol class="next">{next}</ol> }.written()
    };
    let parts: Vec<_> = run.phases.iter().map(|phase| part(run, phase)).collect();
    view! {
        <section>
            <h2>"What the run would look like"</h2>
            <div class="card"><h3>"First to do"</h3>{next}</div>
            {parts}
        </section>
    }
    .written()
}

fn part(run: &Rehearsal, phase: &PhaseProgress) -> AnyView {
    let steps: Vec<_> = run.steps.iter().filter(|s| s.phase == phase.phase).map(step).collect();
    let label: StepPhase = phase.phase;
    view! {
        <h3>{label.label()}</h3>
        <ul class="list">{steps}</ul>
    }
    .written()
}

fn step(step: &RehearsedStep) -> AnyView {
    let (word, because) = match &step.applies {
        StepApplies::Yes { because } if because.is_empty() => ("Applies", String::new()),
        StepApplies::Yes { because } => ("Applies", because.clone()),
        StepApplies::No { because } => ("Does not apply", because.clone()),
        StepApplies::Undecided { because, .. } => ("Not decided yet", because.clone()),
    };
    let because = (!because.is_empty()).then(|| view! { <span class="hint">{format!("{because}.")}</span> });
    let decision =
        step.decision.as_ref().map(|question| view! { <span>"Decides: "{question.clone()}</span> });
    let call = step.call.as_ref().map(|id| {
        view! { <span class="hint">"by following "<a href=format!("/playbooks/{id}")>{id.clone()}</a></span> }
    });
    let mandatory = step.mandatory.then(|| view! { <span class="hint">"mandatory"</span> });
    view! {
        <li id=step.id.clone()>
            <strong>{step.title.clone()}</strong>" "<Badge kind=Kind::Other code="" label=word />" "
            <span class="hint">{step.role}</span>" "{mandatory}" "{due(step)}" "{call}" "{decision}" "{because}
        </li>
    }
    .written()
}

fn due(step: &RehearsedStep) -> AnyView {
    let overdue =
        step.overdue.then(|| view! { " "<Badge kind=Kind::Lateness code="overdue" label="Overdue" /> });
    match step.due_at {
        Some(at) => view! { <span class="hint">"due "<Time at=at /></span>{overdue} }.written(),
        None if step.due_words.is_empty() => ().written(),
        None => view! { <span class="hint">"due "{step.due_words.clone()}</span> }.written(),
    }
}

fn form(action: &str, state: FormState, version: &VersionPage, run: &Rehearsal) -> AnyView {
    // Made within the form, which knows what was typed and what is wrong with it.
    let (asks, steps) = (run.asks.clone(), run.steps.clone());
    let (again, which) = (format!("{action}?version={}", version.which), version.which.clone());
    view! {
        <section id="answers">
            <h2>"Invented answers"</h2>
            <Form action=action state=state submit="Show the run" get=true kind=ButtonKind::Primary cancel=again cancel_label="Empty the form">
                <Hidden name="version" value=which />
                <TextField name="declared_at" label="Declared" hint="As in 2026-06-09 14:20. Time limits run from here." />
                <TextField name="aware_at" label="Became aware" hint="As in 2026-06-09 14:20." />
                <TextField name="contained_at" label="Contained" hint="As in 2026-06-09 14:20." />
                {asks.iter().map(ask).collect::<Vec<_>>()}
                {steps.iter().filter_map(decision).collect::<Vec<_>>()}
            </Form>
        </section>
    }
    .written()
}

fn decision(step: &RehearsedStep) -> Option<AnyView> {
    let offers = vec![Offer::new("yes", "yes"), Offer::new("no", "no")];
    let name = format!("{DECISION}{}", step.id);
    Some(view! { <Radios name=name label=step.decision.clone()? offers=offers /> }.written())
}

fn ask(ask: &Asking) -> AnyView {
    let name = format!("{ANSWER}{}", ask.definition.key);
    let named = Named { value: &name, values: &name, ask: ask.ask.clone(), required: false };
    answer(ask.definition, &named, ask.value.clone())
}
