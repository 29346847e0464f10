//! The things for which a repeated step is worked: one list, one line and one tick each.

use super::{
    super::id,
    frame::can,
    playbook::{self, Opened, at_place, element},
    step::{Around, base, unfold},
    told,
};
use crate::{
    components::{Badge, Form, Kind, PostButton, TextField, Time, button::ButtonKind},
    form::{FormState, element_id},
    prelude::*,
    routes::{PageRoute, post},
    visit::{Posted, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    id::{IncidentId, ItemId, RunId},
    view::{RunView, StepView},
    work::run::{ItemInput, StepItem},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        post("/incidents/{id}/runs/{run}/steps/{step}/items", add),
        post("/incidents/{id}/runs/{run}/steps/{step}/items/{item}", rename),
        post("/incidents/{id}/runs/{run}/steps/{step}/items/{item}/remove", remove),
        post("/incidents/{id}/runs/{run}/steps/{step}/items/{item}/done", done),
        post("/incidents/{id}/runs/{run}/steps/{step}/items/{item}/reopen", reopen),
    ]
}

async fn add(
    visit: Visit,
    Path((raw, raw_run, step)): Path<(String, String, String)>,
    posted: Posted,
) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        let input = posted.input::<ItemInput>()?;
        visit.services.add_item(&posted.ctx(&visit.ctx), incident, run, &step, &input).await?;
        // There is rarely only one.
        Ok(format!("/incidents/{incident}{}", at_place(run, &step, &one_more(run, &step))))
    };
    let open = Opened::at(&raw_run, &step);
    visit.answer(done.await, &posted, async |state| playbook::shown(&visit, &raw, open, state).await).await
}

/// Incident, run, step and item, as they stand in the address.
type Ids = (String, String, String, String);

async fn done(visit: Visit, Path(ids): Path<Ids>, posted: Posted) -> Response {
    set_done(&visit, ids, &posted, true).await
}

async fn reopen(visit: Visit, Path(ids): Path<Ids>, posted: Posted) -> Response {
    set_done(&visit, ids, &posted, false).await
}

async fn set_done(
    visit: &Visit,
    (raw, raw_run, step, item): Ids,
    posted: &Posted,
    is_done: bool,
) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        let (ctx, item) = (posted.ctx(&visit.ctx), id::<ItemId>(&item)?);
        visit.services.set_item_done(&ctx, incident, run, &step, item, is_done).await?;
        Ok(format!("/incidents/{incident}{}", at_place(run, &step, &item.to_string())))
    };
    let open = Opened::at(&raw_run, &step);
    let again = async |state: FormState| {
        told(playbook::shown(visit, &raw, open, state.clone()).await, &state, posted)
    };
    visit.answer(done.await, posted, again).await
}

async fn rename(visit: Visit, Path((raw, raw_run, step, item)): Path<Ids>, posted: Posted) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        let (item, input) = (id::<ItemId>(&item)?, posted.input::<ItemInput>()?);
        visit.services.rename_item(&posted.ctx(&visit.ctx), incident, run, &step, item, &input).await?;
        Ok(format!("/incidents/{incident}{}", at_place(run, &step, &item.to_string())))
    };
    let open = Opened::at(&raw_run, &step);
    visit.answer(done.await, &posted, async |state| playbook::shown(&visit, &raw, open, state).await).await
}

async fn remove(visit: Visit, Path((raw, raw_run, step, item)): Path<Ids>, posted: Posted) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        let item = id::<ItemId>(&item)?;
        visit.services.remove_item(&posted.ctx(&visit.ctx), incident, run, &step, item).await?;
        Ok(format!("/incidents/{incident}{}", at_place(run, &step, &one_more(run, &step))))
    };
    let open = Opened::at(&raw_run, &step);
    let again = async |state: FormState| {
        told(playbook::shown(&visit, &raw, open, state.clone()).await, &state, &posted)
    };
    visit.answer(done.await, &posted, again).await
}

/// What tells the form for one more apart from the other forms of its step.
fn adds(run: RunId, step: &str) -> String {
    format!("{}-items", element(run, step))
}

/// The field in which the name of one more is typed.
fn one_more(run: RunId, step: &str) -> String {
    element_id(&adds(run, step), "label")
}

/// How many are done, for the line of the step.
pub(super) fn count(step: &StepView) -> AnyView {
    if step.items.is_empty() {
        return ().written();
    }
    let all = step.items.len();
    let words = format!("{} of {all} items", all - step.open_items());
    view! { <span class="hint">{words}</span> }.written()
}

/// What there is, and the way to add and tick it.
pub(super) fn list(around: &Around<'_>, run: &RunView, step: &StepView, unfolded: bool) -> AnyView {
    let Some(repeat) = &step.repeat else { return ().written() };
    let may = can(&around.view.case, Action::WorkStep) && !step.state.is_settled();
    let lines: Vec<_> =
        step.items.iter().map(|item| line(around, run, step, item, may && unfolded)).collect();
    let lines = (!lines.is_empty()).then(|| view! { <ul class="list">{lines}</ul> });
    let add = (may && unfolded).then(|| adding(around, run, step));
    let link = (may && !unfolded).then(|| unfold(around, run, step, "Add or tick"));
    view! {
        <div class="items">
            <p>{format!("Once for {repeat}.")}</p>
            {lines}
            {add}
            {link}
        </div>
    }
    .written()
}

fn line(around: &Around<'_>, run: &RunView, step: &StepView, item: &StepItem, may: bool) -> AnyView {
    let people = &around.view.case.people;
    let (act, label) = if item.done_at.is_some() { ("reopen", "Open again") } else { ("done", "Done") };
    let state = match (item.done_at, item.done_by) {
        (Some(at), Some(by)) => {
            let by = format!(" by {}", people.name(by));
            view! { <Badge kind=Kind::Lateness code="met" label="Done" />" "<span class="hint"><Time at=at />{by}</span> }
                .written()
        }
        _ => view! { <Badge kind=Kind::Other code="" label="Open" /> }.written(),
    };
    let button = may.then(|| {
        let action = format!("{}/items/{}/{act}", base(around, run, step), item.id);
        let hidden = vec![("revision", step.revision.to_string())];
        view! { <PostButton action=action label=label about=item.label.clone() hidden=hidden kind=ButtonKind::Quiet /> }
    });
    let mend = may.then(|| mending(around, run, step, item));
    view! { <li class="row" id=item.id.to_string() tabindex="-1"><span>{item.label.clone()}</span>{state}{button}{mend}</li> }
        .written()
}

/// For what was mistyped.
fn mending(around: &Around<'_>, run: &RunView, step: &StepView, item: &StepItem) -> AnyView {
    let action = format!("{}/items/{}", base(around, run, step), item.id);
    let remove = format!("{action}/remove");
    let (state, revision) = (around.state.clone(), Some(step.revision));
    let hidden = vec![("revision", step.revision.to_string())];
    let open = state.has(&action);
    let (label, about) = (item.label.clone(), item.label.clone());
    let unseen = format!(" {}", item.label);
    view! {
        <details open=open>
            <summary>"Correct"<span class="unseen">{unseen}</span></summary>
            <Form action=action state=state submit="Rename it" revision=revision compact=true>
                <TextField name="label" label="What it is called" value=label required=true />
            </Form>
            <PostButton action=remove label="Take it off the list" about=about hidden=hidden kind=ButtonKind::Quiet />
        </details>
    }
    .written()
}

fn adding(around: &Around<'_>, run: &RunView, step: &StepView) -> AnyView {
    let action = format!("{}/items", base(around, run, step));
    let (state, token) = (around.state.clone(), around.token.to_owned());
    let (id, revision) = (adds(run.id, &step.id), Some(step.revision));
    view! {
        <Form action=action state=state submit="Add it" token=token revision=revision id=id compact=true>
            <TextField name="label" label="One more" hint="A name that people recognise; no passwords." required=true />
        </Form>
    }
    .written()
}
