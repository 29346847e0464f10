//! The playbooks that an incident follows.

use super::{
    super::{id, parameter},
    frame::{TabName, address, can, frame, page},
    step,
};
use crate::{
    components::{Badge, Digest, Empty, Form, Kind, Offer, Radios, Time},
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Posted, Shown, Visit, encode},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    fact::record::RecordFactInput,
    id::{IncidentId, RunId},
    playbook::{StepInput, StepPhase},
    text::Choice,
    view::{Case, LibraryRow, PhaseProgress, PlaybookTab, RunView, StepView},
};
use services::runs::StartInput;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/incidents/{id}/playbook", playbook),
        post("/incidents/{id}/playbooks", start),
        post("/incidents/{id}/runs/{run}/steps/{step}", work),
        post("/incidents/{id}/runs/{run}/steps/{step}/answers/{key}", answer),
    ]
}

async fn playbook(visit: Visit, Path(raw): Path<String>) -> Response {
    let open = Opened { run: parameter(&visit, "run"), step: parameter(&visit, "step") };
    visit.show(shown(&visit, &raw, open, FormState::default()).await).await
}

async fn start(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<StartInput>()?);
        let added = visit.services.start_playbook(&posted.ctx(&visit.ctx), incident, &input).await?;
        Ok(format!("/incidents/{incident}/playbook?run={run}#{run}", run = added.id))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, Opened::default(), state).await).await
}

/// Which step is shown unfolded.
#[derive(Debug, Clone, Default)]
pub(super) struct Opened {
    /// Without it, whichever has the step.
    run: Option<String>,
    /// Without it, the step that comes next.
    step: Option<String>,
}

impl Opened {
    pub(super) fn at(run: &str, step: &str) -> Self {
        Self { run: Some(run.to_owned()), step: Some(step.to_owned()) }
    }

    /// With no step asked for, the first thing to do.
    fn or_next(self, runs: &[RunView]) -> Self {
        if self.step.is_some() {
            return self;
        }
        let asked = |run: &&RunView| self.run.as_ref().is_none_or(|id| run.id.to_string() == *id);
        let next = runs.iter().filter(asked).find_map(|run| Some((run.id, run.next.first()?)));
        next.map_or_else(Self::default, |(run, step)| Self::at(&run.to_string(), step))
    }

    pub(super) fn is(&self, run: &RunView, step: &StepView) -> bool {
        self.step.as_ref() == Some(&step.id) && self.run.as_ref().is_none_or(|id| run.id.to_string() == *id)
    }
}

/// The element of a step: two playbooks may each have a step of the same name.
pub(super) fn element(run: RunId, step: &str) -> String {
    format!("{step}--{run}")
}

/// The page with a step unfolded. Begins where the incident's address ends.
pub(crate) fn at_step(run: RunId, step: &str) -> String {
    let step = encode(step);
    format!("/playbook?run={run}&step={step}#{}", element(run, &step))
}

async fn work(
    visit: Visit,
    Path((raw, raw_run, step)): Path<(String, String, String)>,
    posted: Posted,
) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        visit
            .services
            .work_step(&posted.ctx(&visit.ctx), incident, run, &step, &posted.input::<StepInput>()?)
            .await?;
        Ok(format!("/incidents/{incident}{}", at_step(run, &step)))
    };
    let open = Opened::at(&raw_run, &step);
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, open, state).await).await
}

async fn answer(
    visit: Visit,
    Path((raw, raw_run, step, key)): Path<(String, String, String, String)>,
    posted: Posted,
) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        let input = posted.input::<RecordFactInput>()?;
        visit.services.answer_step(&posted.ctx(&visit.ctx), incident, run, &step, &key, &input).await?;
        Ok(format!("/incidents/{incident}{}", at_step(run, &step)))
    };
    let open = Opened::at(&raw_run, &step);
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, open, state).await).await
}

/// `open` is the step that was worked on last: it is shown unfolded.
pub(super) async fn shown(visit: &Visit, raw: &str, open: Opened, state: FormState) -> Shown {
    let view = visit.services.runs(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let me = visit.ctx.person()?.account;
    let head = view.case.clone();
    Ok(page(&head, TabName::Playbook, move || {
        let open = open.or_next(&view.runs);
        let shown = step::Around { view: &view, state: &state, token: &token, open: &open, me };
        let runs: Vec<_> = view.runs.iter().map(|r| run(&shown, r)).collect();
        let content = view! {
            {runs}
            {starting(&view, state.clone(), token.clone())}
        };
        frame(&view.case, TabName::Playbook, content.written())
    }))
}

fn starting(view: &PlaybookTab, state: FormState, token: String) -> AnyView {
    let case = &view.case;
    if view.library.is_empty() || !can(case, Action::StartPlaybook) {
        let none =
            view.runs.is_empty().then(|| view! { <Empty title="No playbook is followed here"></Empty> });
        return none.written();
    }
    let offers = |called: bool| -> Vec<Offer> {
        let rows = view.library.iter().filter(|p| p.called == called);
        let offer = |p: &LibraryRow| {
            let hint = format!("{} {} steps, {} questions.", p.use_when, p.steps, p.questions);
            Offer::new(p.id.clone(), p.title.clone()).hint(hint)
        };
        rows.map(offer).collect()
    };
    let (long, short) = (offers(false), offers(true));
    let short = (!short.is_empty()).then_some(("Called by other playbooks", short));
    let only = if let [one] = view.library.as_slice() { one.id.clone() } else { String::new() };
    let action = format!("{}/playbooks", address(&case.incident));
    let heading = if view.runs.is_empty() { "Follow a playbook" } else { "Follow another playbook" };
    view! {
        <section>
            <h2>{heading}</h2>
            <p class="lead">"The incident keeps the version it begins with. Questions of its steps are answered once, as facts."</p>
            <Form action=action state=state submit="Follow it" token=token>
                <Radios name="playbook" label="Playbook" offers=long value=only more=short required=true />
            </Form>
        </section>
    }
    .written()
}

fn run(around: &step::Around<'_>, run: &RunView) -> AnyView {
    let case = &around.view.case;
    let by = case.people.name(run.started_by).to_owned();
    let newer = run.newer.map(|v| view! { <span class="hint">{format!("The library has version {v} by now; this run stays as it began.")}</span> });
    let phases: Vec<_> = run.phases.iter().map(progress).collect();
    let parts: Vec<_> = run.phases.iter().map(|p| part(around, run, p.phase)).collect();
    view! {
        <section id=run.id.to_string()>
            <h2>{run.title.clone()}</h2>
            <p class="hint">{format!("Version {}, begun by {by} ", run.version)}<Time at=run.started_at />", "<Digest sha256=run.digest.clone() /></p>
            {newer}
            <ul class="progress">{phases}</ul>
            {next(case, run)}
            {parts}
        </section>
    }
    .written()
}

fn progress(phase: &PhaseProgress) -> AnyView {
    let words = format!("{} of {}", phase.settled, phase.total);
    let label = format!("{}: {words} settled", phase.phase.label());
    view! {
        <li>
            <span>{phase.phase.label()}</span>
            <progress max=phase.total.to_string() value=phase.settled.to_string() aria-label=label></progress>
            <span class="hint">{words}</span>
        </li>
    }
    .written()
}

fn next(case: &Case, run: &RunView) -> AnyView {
    let lines: Vec<_> = run
        .next
        .iter()
        .take(5)
        .filter_map(|id| run.steps.iter().find(|s| s.id == *id))
        .map(|step| {
            let href = format!("{}{}", address(&case.incident), at_step(run.id, &step.id));
            let owner = step.owner.map(|o| format!(", {}", case.people.name(o)));
            view! { <li><a href=href>{step.title.clone()}</a>{owner}" "{due(step)}</li> }
        })
        .collect();
    if lines.is_empty() {
        return view! { <p>"Nothing is open that applies. Steps that wait on somebody or on an answer are below."</p> }.written();
    }
    view! {
        <div class="card">
            <h3>"Next"</h3>
            <ol class="next">{lines}</ol>
        </div>
    }
    .written()
}

/// When a step is due, and whether that has passed.
pub(super) fn due(step: &StepView) -> AnyView {
    let overdue =
        step.overdue.then(|| view! { " "<Badge kind=Kind::Lateness code="overdue" label="Overdue" /> });
    match step.due_at {
        Some(at) => view! { <span class="hint">"due "<Time at=at /></span>{overdue} }.written(),
        None if step.due_words.is_empty() => ().written(),
        None => view! { <span class="hint">"due "{step.due_words.clone()}</span> }.written(),
    }
}

fn part(around: &step::Around<'_>, run: &RunView, phase: StepPhase) -> AnyView {
    let steps: Vec<_> =
        run.steps.iter().filter(|s| s.phase == phase).map(|s| step::step(around, run, s)).collect();
    view! {
        <h3>{phase.label()}</h3>
        <div class="run-steps">{steps}</div>
    }
    .written()
}
