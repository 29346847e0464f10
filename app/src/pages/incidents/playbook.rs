//! The playbooks that an incident follows.

use super::{
    super::{id, parameter},
    frame::{TabName, address, can, frame, page},
    recommended, step,
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
    moment,
    playbook::{StepAct, StepInput, StepPhase, StepState},
    text::Choice,
    view::{Asked, Case, LibraryRow, PhaseProgress, PlaybookTab, RunView, StepView},
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
    let open = Opened {
        run: parameter(&visit, "run"),
        step: parameter(&visit, "step"),
        after: parameter(&visit, "after"),
    };
    visit.show(shown(&visit, &raw, open, FormState::default()).await).await
}

async fn start(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let (incident, input) = (id::<IncidentId>(&raw)?, posted.input::<StartInput>()?);
        let added = visit.services.start_playbook(&posted.ctx(&visit.ctx), incident, &input).await?;
        let run = id::<RunId>(&added.id)?;
        let runs = visit.services.runs(&visit.ctx, incident).await?.runs;
        let first = runs.iter().find(|r| r.id == run).and_then(|r| r.next.first());
        let place = first.map_or_else(|| format!("/playbook?run={run}#{run}"), |step| at_step(run, step));
        Ok(format!("/incidents/{incident}{place}"))
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
    /// The step that was settled just before.
    after: Option<String>,
}

impl Opened {
    pub(super) fn at(run: &str, step: &str) -> Self {
        Self { run: Some(run.to_owned()), step: Some(step.to_owned()), after: None }
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

    /// The run and the step that are unfolded.
    fn found<'r>(&self, runs: &'r [RunView]) -> Option<(&'r RunView, &'r StepView)> {
        runs.iter().find_map(|run| Some((run, run.steps.iter().find(|step| self.is(run, step))?)))
    }

    /// The step of this run that was settled just before.
    pub(super) fn settled<'r>(&self, run: &'r RunView) -> Option<&'r StepView> {
        let step = run.steps.iter().find(|step| self.after.as_ref() == Some(&step.id))?;
        (step.state != StepState::Open).then_some(step)
    }

    pub(super) fn is(&self, run: &RunView, step: &StepView) -> bool {
        self.step.as_ref() == Some(&step.id) && self.run.as_ref().is_none_or(|id| run.id.to_string() == *id)
    }
}

/// The element of a step, which takes the focus when it is gone to: two playbooks may each have a step of the same
/// name.
pub(super) fn element(run: RunId, step: &str) -> String {
    format!("{step}--{run}")
}

/// The line of a step's question.
pub(super) fn question(run: RunId, step: &str, fact: &str) -> String {
    format!("ask-{}-{fact}", element(run, step))
}

/// What may be done to a step.
pub(super) fn acts(run: RunId, step: &str) -> String {
    format!("act-{}", element(run, step))
}

/// The page with a step unfolded. Begins where the incident's address ends.
pub(crate) fn at_step(run: RunId, step: &str) -> String {
    at_place(run, step, &element(run, step))
}

/// The same at an element of the step, so that nothing is hunted for.
pub(super) fn at_place(run: RunId, step: &str, place: &str) -> String {
    format!("/playbook?run={run}&step={}#{}", encode(step), encode(place))
}

/// The page with the step that comes after another that was just settled.
fn at_next(run: RunId, next: &str, settled: &str) -> String {
    format!(
        "/playbook?run={run}&step={}&after={}#{}",
        encode(next),
        encode(settled),
        encode(&element(run, next))
    )
}

async fn work(
    visit: Visit,
    Path((raw, raw_run, step)): Path<(String, String, String)>,
    posted: Posted,
) -> Response {
    let done = async {
        let (incident, run) = (id::<IncidentId>(&raw)?, id::<RunId>(&raw_run)?);
        let input = posted.input::<StepInput>()?;
        visit.services.work_step(&posted.ctx(&visit.ctx), incident, run, &step, &input).await?;
        let to = if goes_on(&input.act) {
            let (runs, step) = (visit.services.runs(&visit.ctx, incident).await?.runs, step.as_str());
            let next = runs.iter().find(|r| r.id == run).and_then(|run| after(run, step));
            next.map_or_else(|| at_step(run, step), |next| at_next(run, next, step))
        } else {
            at_step(run, &step)
        };
        Ok(format!("/incidents/{incident}{to}"))
    };
    let open = Opened::at(&raw_run, &step);
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, open, state).await).await
}

/// Whether the work goes on with another step after this.
fn goes_on(act: &str) -> bool {
    let settles = [StepAct::Done, StepAct::WaitOn, StepAct::NotApplicable, StepAct::Skip];
    StepAct::from_code(act).is_some_and(|act| settles.contains(&act))
}

/// The step to go on with: the first behind this one that is to be done, else the first of all.
fn after<'r>(run: &'r RunView, step: &str) -> Option<&'r str> {
    let behind = run.steps.iter().skip_while(|s| s.id != step).skip(1);
    let next = behind.map(|s| &s.id).find(|id| run.next.contains(id)).or_else(|| run.next.first())?;
    Some(next.as_str())
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
        let runs = visit.services.runs(&visit.ctx, incident).await?.runs;
        let here = runs.iter().find(|r| r.id == run).and_then(|r| r.steps.iter().find(|s| s.id == step));
        let place = here.map_or_else(|| element(run, &step), |here| after_answer(run, here, &key));
        Ok(format!("/incidents/{incident}{}", at_place(run, &step, &place)))
    };
    let open = Opened::at(&raw_run, &step);
    visit.answer(done.await, &posted, async |state| shown(&visit, &raw, open, state).await).await
}

/// Where the work goes on in a step: with its next question that has no answer, else with what may be done to it.
fn after_answer(run: RunId, step: &StepView, key: &str) -> String {
    let behind = step.questions.iter().skip_while(|q| q.fact != key).skip(1);
    let open = |q: &&Asked| q.line.fact.as_ref().is_none_or(|fact| fact.value.is_none());
    match behind.chain(&step.questions).filter(|q| q.fact != key).find(open) {
        Some(next) => question(run, &step.id, &next.fact),
        None => acts(run, &step.id),
    }
}

/// `open` is the step that was worked on last: it is shown unfolded.
pub(super) async fn shown(visit: &Visit, raw: &str, open: Opened, state: FormState) -> Shown {
    let view = visit.services.runs(&visit.ctx, id::<IncidentId>(raw)?).await?;
    let token = visit.ctx.fresh.secret();
    let me = visit.ctx.person()?.account;
    let open = open.or_next(&view.runs);
    let history = match open.found(&view.runs) {
        // A step that nobody has touched has no history.
        Some((run, step)) if step.revision > 0 || step.repeat.is_some() => {
            visit.services.step_history(&visit.ctx, view.case.incident.id, run.id, &step.id).await?
        }
        _ => Vec::new(),
    };
    let head = view.case.clone();
    Ok(page(&head, TabName::Playbook, move || {
        let shown =
            step::Around { view: &view, state: &state, token: &token, open: &open, me, history: &history };
        let runs: Vec<_> = view.runs.iter().map(|r| run(&shown, r)).collect();
        let content = view! {
            {runs}
            {recommended::section(&view.case, &view.recommendations, &token)}
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
        // Those that are recommended stand above, each with its own button.
        let others = view.library.iter().filter(|p| !view.recommendations.names(&p.id));
        let rows = others.filter(|p| p.called == called);
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
    let heading = match (view.runs.is_empty(), view.recommendations.recommended.is_empty()) {
        (true, true) => "Follow a playbook",
        _ => "Follow another playbook",
    };
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
    let difference = format!("{}/runs/{}/difference", address(&case.incident), run.id);
    let compared = match run.newer {
        Some(v) => view! { <p><strong>{format!("Version {v} is out.")}</strong>" "<a href=difference>"See what it says otherwise, and take it over"</a></p> }.written(),
        None => view! { <p class="hint"><a href=difference>"Compare with the library"</a></p> }.written(),
    };
    let phases: Vec<_> = run.phases.iter().map(progress).collect();
    let parts: Vec<_> = run.phases.iter().map(|p| part(around, run, p.phase)).collect();
    view! {
        <section id=run.id.to_string()>
            <h2>{run.title.clone()}</h2>
            <p class="hint">{format!("Version {}, begun by {by} ", run.version)}<Time at=run.started_at />", "<Digest sha256=run.digest.clone() /></p>
            {compared}
            <ul class="progress">{phases}</ul>
            {next(case, run)}
            {waiting(case, run)}
            {parts}
            {left(case, run)}
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

/// The steps that cannot go on until somebody has acted, with how long that has lasted.
fn waiting(case: &Case, run: &RunView) -> AnyView {
    let lines: Vec<_> = run
        .steps
        .iter()
        .filter_map(|step| {
            let StepState::WaitingOn { whom, since } = &step.state else { return None };
            let href = format!("{}{}", address(&case.incident), at_step(run.id, &step.id));
            let words = format!(" on {whom} for {}", moment::span(case.now - *since));
            Some(view! { <li><a href=href>{step.title.clone()}</a>{words}", since "<Time at=*since />" "{due(step)}</li> })
        })
        .collect();
    if lines.is_empty() {
        return ().written();
    }
    view! {
        <div class="card">
            <h3>"Waiting"</h3>
            <ul class="next">{lines}</ul>
        </div>
    }
    .written()
}

/// What was worked in an earlier version and is no step of this one.
fn left(case: &Case, run: &RunView) -> AnyView {
    if run.left.is_empty() {
        return ().written();
    }
    let lines: Vec<_> = run
        .left
        .iter()
        .map(|step| {
            let why = if step.detail.is_empty() { String::new() } else { format!(" ({})", step.detail) };
            let by = step.changed_by.map(|by| format!(" by {}", case.people.name(by)));
            let when = step.changed_at.map(|at| view! { ", "<Time at=at /> });
            view! { <li><code>{step.id.clone()}</code>": "{step.state.clone()}{why}{when}{by}</li> }
        })
        .collect();
    view! {
        <h3>"Steps of an earlier version"</h3>
        <ul class="list">{lines}</ul>
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
