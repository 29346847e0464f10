//! Playbooks as they are followed in an incident.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{Call, Given, Nothing},
        route::{ApiRoute, get, post},
    },
    ListOut,
    facts::FactLineOut,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    fact::record::RecordFactInput,
    id::{AccountId, IncidentId, ItemId, RunId},
    playbook::{NamedStep, StepInput, StepPhase},
    view::{
        Added, Asked, CallView, DecisionView, KeptStep, LeftStep, Opens, OtherStep, PhaseProgress,
        PlaybookTab, Recommendations, RunDifference, RunView, StepApplies, StepMoment, StepRow, StepView,
        library::Difference,
    },
    work::run::{ItemInput, StepItem, TakeVersionInput},
};
use schemars::JsonSchema;
use serde::Serialize;
use services::{Error, Result, runs::StartInput};
use std::collections::BTreeMap;

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get(
            "/incidents/{incident}/recommended-playbooks",
            "recommendPlaybooks",
            "The playbooks that fit the facts of an incident, and the answers that would say more",
            A::ReadIncident,
            recommended,
        ),
        get(
            "/incidents/{incident}/runs",
            "listRuns",
            "The playbooks that are followed, with their steps",
            A::ReadIncident,
            runs,
        ),
        post(
            "/incidents/{incident}/runs",
            "startPlaybook",
            "Begin to follow a playbook",
            A::StartPlaybook,
            start,
        ),
        get("/incidents/{incident}/runs/{run}", "readRun", "One followed playbook", A::ReadIncident, run),
        get(
            "/incidents/{incident}/runs/{run}/difference",
            "readRunDifference",
            "What the library's version of a followed playbook says otherwise",
            A::ReadIncident,
            difference,
        ),
        post(
            "/incidents/{incident}/runs/{run}/version",
            "takeVersion",
            "Go on with the library's newer version of a followed playbook; there is no way back",
            A::StartPlaybook,
            take_version,
        ),
        get("/incidents/{incident}/runs/{run}/steps/{step}", "readStep", "One step", A::ReadIncident, step),
        post(
            "/incidents/{incident}/runs/{run}/steps/{step}",
            "workStep",
            "Do something to a step: done, skipped, not applicable, waiting, given to somebody, opened again",
            A::WorkStep,
            work,
        ),
        post(
            "/incidents/{incident}/runs/{run}/steps/{step}/items",
            "addItem",
            "Add one of the things for which a repeated step is worked",
            A::WorkStep,
            add_item,
        ),
        post(
            "/incidents/{incident}/runs/{run}/steps/{step}/items/{item}",
            "renameItem",
            "Give an item of a step another name",
            A::WorkStep,
            rename_item,
        ),
        post(
            "/incidents/{incident}/runs/{run}/steps/{step}/items/{item}/remove",
            "removeItem",
            "Take an item of a step off the list; it stays in the history",
            A::WorkStep,
            remove_item,
        ),
        get(
            "/incidents/{incident}/runs/{run}/steps/{step}/history",
            "readStepHistory",
            "What happened to a step: who did what, and when; the newest first, at most 200",
            A::ReadIncident,
            history,
        ),
        get("/my-steps", "listMySteps", "The open playbook steps that are yours", A::ReadIncidents, my_steps),
        post(
            "/incidents/{incident}/runs/{run}/steps/{step}/items/{item}/done",
            "completeItem",
            "Mark an item of a step as done",
            A::WorkStep,
            complete_item,
        ),
        post(
            "/incidents/{incident}/runs/{run}/steps/{step}/items/{item}/reopen",
            "reopenItem",
            "Open an item of a step again",
            A::WorkStep,
            reopen_item,
        ),
        post(
            "/incidents/{incident}/runs/{run}/steps/{step}/answers/{key}",
            "answerStep",
            "Answer a question of a step; the answer is a fact",
            A::RecordFact,
            answer,
        ),
    ]
}

/// Whether a step is part of the way that is taken.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "applies", rename_all = "snake_case")]
#[schemars(rename = "StepApplies")]
pub(super) enum AppliesOut {
    Yes {
        because: String,
    },
    No {
        because: String,
    },
    /// These facts would decide it.
    Undecided {
        because: String,
        waits_for: Vec<String>,
        /// Those of them that another playbook asks for, with its title: one that this playbook calls.
        asked_elsewhere: BTreeMap<String, String>,
    },
}

/// What an answer would open.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Opens")]
struct OpensOut {
    /// The condition, in words.
    when: String,
    /// The title of the step.
    step: String,
    /// The title of the playbook, where the step is in another one.
    playbook: Option<String>,
}

/// A question of a step, with the answer there is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StepQuestion")]
struct AskedOut {
    fact: String,
    ask: String,
    help: String,
    line: FactLineOut,
    opens: Vec<OpensOut>,
}

/// The playbook that is followed to do a step.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StepCall")]
struct CallOut {
    /// Its id.
    playbook: String,
    title: String,
    /// None while it is not begun.
    run: Option<RunId>,
    /// How many of its steps nobody needs to act on any more; 0 while it is not begun.
    settled: usize,
    total: usize,
    finished: bool,
}

impl From<CallView> for CallOut {
    fn from(call: CallView) -> Self {
        let CallView { playbook, title, offered: _, run } = call;
        Self {
            playbook,
            title,
            run: run.map(|r| r.id),
            settled: run.map_or(0, |r| r.settled),
            total: run.map_or(0, |r| r.total),
            finished: run.is_some_and(|r| r.finished),
        }
    }
}

/// A step that is a question.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StepDecision")]
struct DecisionOut {
    question: String,
    /// The ids of the steps that yes opens, or may open with other answers.
    yes: Vec<String>,
    no: Vec<String>,
}

impl From<DecisionView> for DecisionOut {
    fn from(DecisionView { question, yes, no }: DecisionView) -> Self {
        let ids = |steps: Vec<(String, String)>| steps.into_iter().map(|(id, _)| id).collect();
        Self { question, yes: ids(yes), no: ids(no) }
    }
}

/// One of the things for which a repeated step is worked.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StepItem")]
struct ItemOut {
    id: ItemId,
    label: String,
    done_at: Option<DateTime<Utc>>,
    done_by: Option<AccountId>,
    added_at: DateTime<Utc>,
    added_by: AccountId,
}

impl From<StepItem> for ItemOut {
    fn from(item: StepItem) -> Self {
        let StepItem { id, run: _, step: _, label, done_at, done_by, added_at, added_by, .. } = item;
        Self { id, label, done_at, done_by, added_at, added_by }
    }
}

/// A step as it is followed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RunStep")]
struct StepOut {
    id: String,
    title: String,
    phase: StepPhase,
    /// In words.
    role: String,
    why: String,
    how: String,
    evidence: String,
    mandatory: bool,
    /// `open`, `done`, `skipped`, `not_applicable` or `waiting_on`.
    state: &'static str,
    /// The reason, or whom it waits on.
    detail: String,
    waiting_since: Option<DateTime<Utc>>,
    owner: Option<AccountId>,
    changed_at: Option<DateTime<Utc>>,
    changed_by: Option<AccountId>,
    /// 0 while nobody has touched it.
    revision: i64,
    due_at: Option<DateTime<Utc>>,
    overdue: bool,
    due_words: String,
    applies: AppliesOut,
    questions: Vec<AskedOut>,
    call: Option<CallOut>,
    /// The question, where the step is one: `done` is yes, `not_applicable` is no and needs no reason.
    decision: Option<DecisionOut>,
    /// The ids of the other steps that may be worked at the same time.
    beside: Vec<String>,
    /// For each of what it is worked once.
    repeat: Option<String>,
    /// What it is worked for. It can be done when none of them is open.
    items: Vec<ItemOut>,
}

impl From<StepView> for StepOut {
    fn from(view: StepView) -> Self {
        let StepView {
            id, title, phase, role, why, how, evidence, mandatory, state, owner, changed_at, ..
        } = view;
        Self {
            id,
            title,
            phase,
            role,
            why,
            how,
            evidence,
            mandatory,
            state: state.code(),
            detail: state.detail().to_owned(),
            waiting_since: state.since(),
            owner,
            changed_at,
            changed_by: view.changed_by,
            revision: view.revision,
            due_at: view.due_at,
            overdue: view.overdue,
            due_words: view.due_words,
            applies: view.applies.into(),
            questions: view.questions.into_iter().map(AskedOut::from).collect(),
            call: view.call.map(CallOut::from),
            decision: view.decision.map(DecisionOut::from),
            beside: view.beside.into_iter().map(|(id, _)| id).collect(),
            repeat: view.repeat,
            items: view.items.into_iter().map(ItemOut::from).collect(),
        }
    }
}

impl From<StepApplies> for AppliesOut {
    fn from(applies: StepApplies) -> Self {
        match applies {
            StepApplies::Yes { because } => Self::Yes { because },
            StepApplies::No { because } => Self::No { because },
            StepApplies::Undecided { because, waits_for } => Self::Undecided {
                because,
                asked_elsewhere: waits_for
                    .iter()
                    .filter_map(|waits| Some((waits.fact.clone(), waits.asked_in.clone()?)))
                    .collect(),
                waits_for: waits_for.into_iter().map(|waits| waits.fact).collect(),
            },
        }
    }
}

impl From<PhaseProgress> for ProgressOut {
    fn from(progress: PhaseProgress) -> Self {
        let PhaseProgress { phase, settled, total } = progress;
        Self { phase, settled, total }
    }
}

impl From<Asked> for AskedOut {
    fn from(asked: Asked) -> Self {
        let Asked { fact, ask, help, line, opens } = asked;
        let out = |Opens { when, step, playbook }| OpensOut { when, step, playbook };
        let opens = opens.into_iter().map(out).collect();
        Self { fact, ask, help, line: line.into(), opens }
    }
}

/// How far one phase is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PhaseProgress")]
pub(super) struct ProgressOut {
    phase: StepPhase,
    settled: usize,
    total: usize,
}

/// A playbook as it is followed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Run")]
struct RunOut {
    id: RunId,
    playbook: String,
    title: String,
    version: u32,
    digest: String,
    started_at: DateTime<Utc>,
    started_by: AccountId,
    phases: Vec<ProgressOut>,
    /// The ids of the steps to do next.
    next: Vec<String>,
    steps: Vec<StepOut>,
    /// The library has moved on to this version.
    newer: Option<u32>,
    /// Steps of an earlier version that somebody has worked and that this one has no more.
    left: Vec<LeftStep>,
}

impl From<RunView> for RunOut {
    fn from(run: RunView) -> Self {
        let RunView {
            id,
            playbook,
            title,
            version,
            digest,
            started_at,
            started_by,
            phases,
            next,
            steps,
            newer,
            left,
        } = run;
        Self {
            id,
            playbook,
            title,
            version,
            digest,
            started_at,
            started_by,
            phases: phases.into_iter().map(ProgressOut::from).collect(),
            next,
            steps: steps.into_iter().map(StepOut::from).collect(),
            newer,
            left,
        }
    }
}

async fn recommended(call: Call<Nothing>, id: IncidentId) -> Result<Shown<Recommendations>> {
    Ok(Shown(call.services.recommended_playbooks(&call.ctx, id).await?))
}

async fn runs(call: Call<Nothing>, id: IncidentId) -> Result<Shown<ListOut<RunOut>>> {
    let PlaybookTab { case: _, runs, evidence: _, library: _, recommendations: _ } =
        call.services.runs(&call.ctx, id).await?;
    Ok(Shown(ListOut::whole(runs)))
}

async fn start(call: Call<Given<StartInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.start_playbook(&call.ctx, id, &call.input.0).await?;
    let at = format!("/incidents/{id}/runs/{}", added.id);
    Ok(Created(added, at))
}

async fn one(call: &Call<Nothing>, id: IncidentId, run: RunId) -> Result<RunView> {
    let tab = call.services.runs(&call.ctx, id).await?;
    tab.runs.into_iter().find(|r| r.id == run).ok_or(Error::NotFound)
}

async fn run(call: Call<Nothing>, (id, run): (IncidentId, RunId)) -> Result<Shown<RunOut>> {
    Ok(Shown(one(&call, id, run).await?.into()))
}

/// What the library's version says otherwise than the one that is followed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RunDifference")]
struct DifferenceOut {
    playbook: String,
    /// What is followed, and the digest of its text.
    version: u32,
    digest: String,
    /// None where the library has the playbook no more.
    library_version: Option<u32>,
    library_digest: Option<String>,
    /// What is not in a step; none where that is the same.
    head: Option<Difference>,
    added: Vec<NamedStep>,
    without: Vec<NamedStep>,
    changed: Vec<OtherStep>,
    /// Steps that are in both stand in another order.
    reordered: bool,
    /// Steps that are gone and that somebody has worked: their records stay.
    gone: Vec<KeptStep>,
    /// Settled steps that say something else: they stay settled.
    settled: Vec<KeptStep>,
}

async fn difference(call: Call<Nothing>, (id, run): (IncidentId, RunId)) -> Result<Shown<DifferenceOut>> {
    let found = call.services.run_difference(&call.ctx, id, run).await?;
    let RunDifference {
        case: _,
        run: _,
        playbook,
        title: _,
        version,
        digest,
        library_version,
        library_digest,
        head,
        added,
        without,
        changed,
        reordered,
        gone,
        settled,
    } = found;
    Ok(Shown(DifferenceOut {
        playbook,
        version,
        digest,
        library_version,
        library_digest,
        head,
        added,
        without,
        changed,
        reordered,
        gone,
        settled,
    }))
}

async fn take_version(call: Call<Given<TakeVersionInput>>, (id, run): (IncidentId, RunId)) -> Result<Done> {
    call.services.take_version(&call.ctx, id, run, &call.input.0).await.map(|()| Done)
}

async fn step(call: Call<Nothing>, (id, run, step): (IncidentId, RunId, String)) -> Result<Tagged<StepOut>> {
    let run = one(&call, id, run).await?;
    let found = run.steps.into_iter().find(|s| s.id == step).ok_or(Error::NotFound)?;
    let revision = found.revision;
    Ok(Tagged(found.into(), revision))
}

async fn work(call: Call<Given<StepInput>>, (id, run, step): (IncidentId, RunId, String)) -> Result<Done> {
    call.services.work_step(&call.ctx, id, run, &step, &call.input.0).await.map(|()| Done)
}

async fn add_item(
    call: Call<Given<ItemInput>>,
    (id, run, step): (IncidentId, RunId, String),
) -> Result<Created<Added>> {
    let added = call.services.add_item(&call.ctx, id, run, &step, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/runs/{run}/steps/{step}")))
}

async fn rename_item(
    call: Call<Given<ItemInput>>,
    (id, run, step, item): (IncidentId, RunId, String, ItemId),
) -> Result<Done> {
    call.services.rename_item(&call.ctx, id, run, &step, item, &call.input.0).await.map(|()| Done)
}

async fn remove_item(
    call: Call<Nothing>,
    (id, run, step, item): (IncidentId, RunId, String, ItemId),
) -> Result<Done> {
    call.services.remove_item(&call.ctx, id, run, &step, item).await.map(|()| Done)
}

async fn history(
    call: Call<Nothing>,
    (id, run, step): (IncidentId, RunId, String),
) -> Result<Shown<ListOut<StepMoment>>> {
    Ok(Shown(ListOut::whole(call.services.step_history(&call.ctx, id, run, &step).await?)))
}

async fn my_steps(call: Call<Nothing>, (): ()) -> Result<Shown<ListOut<StepRow>>> {
    Ok(Shown(ListOut::whole(call.services.steps_of_mine(&call.ctx).await?)))
}

async fn complete_item(
    call: Call<Nothing>,
    (id, run, step, item): (IncidentId, RunId, String, ItemId),
) -> Result<Done> {
    call.services.set_item_done(&call.ctx, id, run, &step, item, true).await.map(|()| Done)
}

async fn reopen_item(
    call: Call<Nothing>,
    (id, run, step, item): (IncidentId, RunId, String, ItemId),
) -> Result<Done> {
    call.services.set_item_done(&call.ctx, id, run, &step, item, false).await.map(|()| Done)
}

async fn answer(
    call: Call<Given<RecordFactInput>>,
    (id, run, step, key): (IncidentId, RunId, String, String),
) -> Result<Created<Added>> {
    let added = call.services.answer_step(&call.ctx, id, run, &step, &key, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/facts/{key}")))
}
