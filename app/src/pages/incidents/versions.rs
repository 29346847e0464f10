//! A newer version of a playbook that is followed: what it says otherwise, and going over to it.

use super::{
    super::{id, library::differences},
    frame::{TabName, address, can, frame, page},
};
use crate::{
    components::{Empty, Form, button::ButtonKind},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::{IncidentId, RunId},
    playbook::NamedStep,
    view::{KeptStep, OtherStep, RunDifference},
    work::run::TakeVersionInput,
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/runs/{run}/difference", difference),
        post("/incidents/{id}/runs/{run}/version", take),
    ]
}

async fn difference(visit: Visit, Path((raw, run)): Path<(String, String)>) -> Response {
    visit.show(shown(&visit, &raw, &run, FormState::default()).await).await
}

async fn take(visit: Visit, Path((raw, raw_run)): Path<(String, String)>, posted: Posted) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        let input = posted.input::<TakeVersionInput>()?;
        visit.services.take_version(&posted.ctx(&visit.ctx), incident, run, &input).await?;
        Ok(format!("/incidents/{incident}/playbook?run={run}#{run}"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, &raw_run, state).await).await
}

async fn shown(visit: &Visit, raw: &str, run: &str, state: FormState) -> Shown {
    let view = visit.services.run_difference(&visit.ctx, id::<IncidentId>(raw)?, id::<RunId>(run)?).await?;
    let head = view.case.clone();
    Ok(page(&head, TabName::Playbook, move || {
        let content = content(&view, state);
        frame(&view.case, TabName::Playbook, content)
    }))
}

fn content(view: &RunDifference, state: FormState) -> AnyView {
    let back = format!("{}/playbook?run={}#{}", address(&view.case.incident), view.run, view.run);
    let heading = match view.library_version {
        Some(library) if view.is_newer() => {
            format!("{}: version {} and version {library}", view.title, view.version)
        }
        _ => format!("{}: version {} and the library", view.title, view.version),
    };
    view! {
        <h2>{heading}</h2>
        <p><a href=back>"Back to the run"</a></p>
        {body(view)}
        {taking(view, state)}
    }
    .written()
}

fn body(view: &RunDifference) -> AnyView {
    if view.library_version.is_none() {
        return view! { <Empty title="The library has this playbook no more."><p>"The run goes on with the text that it began with."</p></Empty> }
            .written();
    }
    if view.is_same() {
        return view! { <Empty title="Both say the same."><p>"The run follows what the library has."</p></Empty> }
            .written();
    }
    let reordered = view.reordered.then(|| view! { <p>"Steps that are in both stand in another order."</p> });
    let head = view.head.as_ref().map(|head| {
        view! {
            <section>
                <h3>"What it says before its steps"</h3>
                {differences(head)}
            </section>
        }
    });
    let changed: Vec<_> = view.changed.iter().map(changed).collect();
    let changed =
        (!changed.is_empty()).then(|| view! { <section><h3>"Changed steps"</h3>{changed}</section> });
    view! {
        {named("New steps", "They are open.", &view.added)}
        {named("Steps that are gone", "What was done in them stays in the history.", &view.without)}
        {reordered}
        {changed}
        {head}
    }
    .written()
}

fn named(heading: &'static str, words: &'static str, steps: &[NamedStep]) -> AnyView {
    if steps.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = steps.iter().map(|step| view! { <li>{step.title.clone()}</li> }).collect();
    view! {
        <section>
            <h3>{heading}</h3>
            <p class="hint">{words}</p>
            <ul class="list">{lines}</ul>
        </section>
    }
    .written()
}

fn changed(step: &OtherStep) -> AnyView {
    let what = format!("Otherwise: {}.", step.what.join(", "));
    view! {
        <article class="card">
            <h4>{step.title.clone()}</h4>
            <p>{what}</p>
            <details>
                <summary>"Line by line"<span class="unseen">": "{step.title.clone()}</span></summary>
                {differences(&step.lines)}
            </details>
        </article>
    }
    .written()
}

fn taking(view: &RunDifference, state: FormState) -> AnyView {
    let (Some(library), Some(digest)) = (view.library_version, view.library_digest.clone()) else {
        return ().written();
    };
    if !view.is_newer() || !can(&view.case, Action::StartPlaybook) {
        return ().written();
    }
    let action = format!("{}/runs/{}/version", address(&view.case.incident), view.run);
    let submit = format!("Take over version {library}");
    let from = view.digest.clone();
    view! {
        <section class="card">
            <h3>{format!("Go on with version {library}")}</h3>
            <p>"What was done in steps that both have is kept, with owners and items. New steps are open. There is no way back to the version before."</p>
            {kept("These steps were worked and are gone. Their records stay below the run:", &view.gone)}
            {kept("These steps are settled, stay so, and say something else now. Look at them again:", &view.settled)}
            <Form action=action state=state submit=submit kind=ButtonKind::Primary>
                <input type="hidden" name="from" value=from />
                <input type="hidden" name="to" value=digest />
            </Form>
        </section>
    }
    .written()
}

fn kept(words: &'static str, steps: &[KeptStep]) -> AnyView {
    if steps.is_empty() {
        return ().written();
    }
    let lines: Vec<_> =
        steps.iter().map(|step| view! { <li>{format!("{} ({})", step.title, step.state)}</li> }).collect();
    view! { <p>{words}</p><ul class="list">{lines}</ul> }.written()
}
