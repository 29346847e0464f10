//! The pages of playbooks that are followed: which steps apply, what comes next, what is called.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    facts::line,
    library::{self, Shelf},
    store::{rows, tables},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    fact::{Value, catalogue::catalogue, sheet::Sheet},
    id::{IncidentId, RunId},
    incident::Incident,
    playbook::{
        self, Anchors, Applies, Playbook, Progress, QuestionProgress, RunStep, Situation, Step, StepProgress,
        WithDecisions, progress, ways,
    },
    text::Choice,
    view::{
        Asked, CallView, CalledRun, DecisionView, LeftStep, Opens, PhaseProgress, PlaybookTab, RunView,
        StepApplies, StepView,
    },
    work::run::{Run, StepItem, StepRecord},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::sync::Arc;

pub(super) fn anchors(incident: &Incident, aware_at: Option<DateTime<Utc>>) -> Anchors {
    Anchors { declared_at: Some(incident.declared_at), aware_at, contained_at: incident.contained_at }
}

/// A run as it is stored, with its playbook read.
pub(super) struct Stored {
    pub run: Run,
    pub playbook: Arc<Playbook>,
    pub records: Vec<StepRecord>,
    items: Vec<StepItem>,
}

/// The playbook with this id: as it is followed here, or else as it is offered.
fn other<'p>(runs: &'p [Stored], shelf: &'p Shelf, id: &str) -> Option<&'p Playbook> {
    let here = runs.iter().find(|stored| stored.run.playbook == id).map(|stored| &stored.playbook);
    here.or_else(|| shelf.find(id)).map(|playbook| &**playbook)
}

/// How far every run of an incident is, in the order of `runs`.
pub(super) fn all_progress<'p>(
    runs: &'p [Stored],
    shelf: &'p Shelf,
    sheet: &Sheet,
    anchors: Anchors,
    now: DateTime<Utc>,
) -> Vec<Progress<'p>> {
    let others = |id: &str| other(runs, shelf, id);
    let of = |stored: &'p Stored| {
        let steps: Vec<RunStep> = stored.records.iter().map(|r| r.step.clone()).collect();
        let facts = |key: &str| -> Option<&Value> { sheet.value(key) };
        let situation =
            Situation { steps: &steps, facts: &facts, labels: catalogue(), others: &others, anchors, now };
        progress(&stored.playbook, &situation)
    };
    runs.iter().map(of).collect()
}

/// The runs of one incident as they stand together: what one asks may open a step of another, and a step
/// of one may be done by following another.
struct Shown<'p> {
    ctx: &'p Ctx,
    sheet: &'p Sheet,
    runs: &'p [Stored],
    shelf: &'p Shelf,
    /// In the order of `runs`.
    progress: Vec<Progress<'p>>,
}

impl<'p> Shown<'p> {
    fn run(&self, stored: &Stored, done: &Progress<'p>) -> RunView {
        let (run, playbook) = (&stored.run, &*stored.playbook);
        RunView {
            id: run.id,
            playbook: run.playbook.clone(),
            title: playbook.title.clone(),
            version: run.version,
            digest: run.digest.clone(),
            started_at: run.started_at,
            started_by: run.started_by,
            phases: done
                .phases
                .iter()
                .map(|p| PhaseProgress { phase: p.phase, settled: p.settled(), total: p.total })
                .collect(),
            next: done.next.iter().map(|id| (*id).to_owned()).collect(),
            steps: done.steps.iter().map(|s| self.step(stored, s)).collect(),
            newer: self.shelf.find(&run.playbook).map(|p| p.version).filter(|v| *v > run.version),
            left: left(stored),
        }
    }

    fn step(&self, stored: &Stored, s: &StepProgress<'p>) -> StepView {
        let record = stored.records.iter().find(|r| r.step.step == s.step.id);
        let beside = stored.playbook.beside(s.step);
        let items = stored.items.iter().filter(|item| item.step == s.step.id);
        StepView {
            id: s.step.id.clone(),
            title: s.step.title.clone(),
            phase: s.step.phase,
            role: s.step.role.label().to_owned(),
            why: s.step.why.clone(),
            how: s.step.how.clone(),
            evidence: s.step.evidence.clone(),
            mandatory: s.step.mandatory,
            state: s.run.state.clone(),
            owner: s.run.owner,
            changed_at: s.run.changed_at,
            changed_by: s.run.changed_by,
            revision: record.map_or(0, |r| r.revision),
            due_at: s.due_at,
            overdue: s.is_overdue,
            due_words: s.step.due.map(playbook::Due::words).unwrap_or_default(),
            applies: StepApplies::of(&s.applies, &stored.run.playbook),
            questions: s.questions.iter().filter_map(|q| self.question(stored.run.id, q)).collect(),
            call: s.step.call.as_deref().map(|id| self.call(id)),
            decision: decision(&stored.playbook, s.step),
            beside: beside.map(|step| (step.id.clone(), step.title.clone())).collect(),
            repeat: s.step.repeat.clone(),
            items: items.cloned().collect(),
        }
    }

    fn question(&self, run: RunId, q: &QuestionProgress<'p>) -> Option<Asked> {
        let definition = catalogue().get(&q.question.fact)?;
        let here = q.opens.iter().map(|o| Opens {
            when: o.when.clone(),
            step: o.step.title.clone(),
            playbook: None,
        });
        Some(Asked {
            fact: q.question.fact.clone(),
            ask: q.question.ask.clone(),
            help: q.question.help.clone(),
            line: line(self.sheet, definition, self.ctx.zone()),
            opens: here.chain(self.opened_elsewhere(run, &q.question.fact)).collect(),
        })
    }

    /// The undecided steps of other runs that hang on an answer.
    fn opened_elsewhere(&self, run: RunId, fact: &str) -> impl Iterator<Item = Opens> {
        let others = self.runs.iter().zip(&self.progress).filter(move |(stored, _)| stored.run.id != run);
        others.flat_map(move |(stored, done)| {
            let waits = move |s: &&StepProgress<'_>| match &s.applies {
                Applies::Undecided { opened_by, .. } => opened_by.iter().any(|o| o.fact == fact),
                Applies::Always | Applies::Yes { .. } | Applies::No { .. } => false,
            };
            done.steps.iter().filter(waits).filter_map(|s| {
                Some(Opens {
                    when: s
                        .step
                        .when
                        .as_ref()?
                        .words(&WithDecisions { playbook: &stored.playbook, labels: catalogue() }),
                    step: s.step.title.clone(),
                    playbook: Some(stored.playbook.title.clone()),
                })
            })
        })
    }

    fn call(&self, id: &str) -> CallView {
        let begun = self.runs.iter().zip(&self.progress).find(|(stored, _)| stored.run.playbook == id);
        CallView {
            playbook: id.to_owned(),
            title: other(self.runs, self.shelf, id).map_or_else(|| id.to_owned(), |p| p.title.clone()),
            offered: self.shelf.find(id).is_some(),
            run: begun.map(|(stored, done)| CalledRun {
                id: stored.run.id,
                settled: done.phases.iter().map(playbook::PhaseCount::settled).sum(),
                total: done.steps.len(),
                finished: done.is_finished(),
            }),
        }
    }
}

/// What was worked in an earlier version and is no step of this one.
fn left(stored: &Stored) -> Vec<LeftStep> {
    let gone = stored.records.iter().filter(|record| stored.playbook.step(&record.step.step).is_none());
    gone.map(|record| LeftStep {
        id: record.step.step.clone(),
        state: record.step.state.label().to_owned(),
        detail: record.step.state.detail().to_owned(),
        changed_at: record.step.changed_at,
        changed_by: record.step.changed_by,
    })
    .collect()
}

/// A step that is a question, with what hangs on the answer.
fn decision(playbook: &Playbook, step: &Step) -> Option<DecisionView> {
    let question = step.decision.clone()?;
    let ways = ways(playbook, step);
    let named = |steps: Vec<&Step>| steps.into_iter().map(|s| (s.id.clone(), s.title.clone())).collect();
    Some(DecisionView { question, yes: named(ways.yes), no: named(ways.no) })
}

impl Services {
    /// The playbook tab: every run with its steps, and what else could be followed.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn runs(&self, ctx: &Ctx, incident: IncidentId) -> Result<PlaybookTab> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let key = incident.to_string();
        let sheet = self.sheet(&case).await?;
        let shelf = self.shelf_now().await?;
        let stored = runs_of(&self.reader, ctx, &key).await?;
        let anchors = anchors(&case.incident, case.awareness.as_ref().map(|a| a.aware_at));
        let progress = all_progress(&stored, &shelf, &sheet, anchors, ctx.now);
        let shown = Shown { ctx, sheet: &sheet, runs: &stored, shelf: &shelf, progress };
        let runs: Vec<RunView> =
            stored.iter().zip(&shown.progress).map(|(stored, done)| shown.run(stored, done)).collect();
        let rest = shelf.all().filter(|p| !runs.iter().any(|r| r.playbook == p.id));
        let library = rest.map(|p| library::row(&shelf, p)).collect();
        let followed: Vec<&str> = runs.iter().map(|r| r.playbook.as_str()).collect();
        let recommendations = self.recommendations(&shelf, incident, &sheet, &followed).await?;
        Ok(PlaybookTab { case, runs, evidence: self.evidence_of(&key).await?, library, recommendations })
    }
}

/// The runs of an incident, the one that was begun first before the others.
pub(super) async fn runs_of<C: ConnectionTrait>(db: &C, ctx: &Ctx, incident: &str) -> Result<Vec<Stored>> {
    use tables::{run_items::Column as I, run_steps::Column as S, runs::Column as R};
    let found = tables::runs::Entity::find()
        .filter(R::IncidentId.eq(incident))
        .order_by_asc(R::StartedAt)
        .all(db)
        .await?;
    let ids: Vec<&str> = found.iter().map(|r| r.id.as_str()).collect();
    let steps = tables::run_steps::Entity::find().filter(S::RunId.is_in(ids.clone())).all(db).await?;
    let items = tables::run_items::Entity::find()
        .filter(I::RunId.is_in(ids))
        .filter(I::RemovedAt.is_null())
        .order_by_asc(I::AddedAt)
        .order_by_asc(I::Label)
        .all(db)
        .await?;
    let stored = found.iter().map(|row| {
        let run = rows::run(row)?;
        let records = steps.iter().filter(|s| s.run_id == row.id).map(rows::step);
        let items = items.iter().filter(|i| i.run_id == row.id).map(rows::item);
        Ok(Stored {
            playbook: ctx.readings.followed(&run)?,
            records: records.collect::<Result<_>>()?,
            items: items.collect::<Result<_>>()?,
            run,
        })
    });
    stored.collect()
}

/// How many mandatory steps that apply are neither done nor set aside with a reason.
pub(crate) async fn open_mandatory_steps<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    incident: &Incident,
    sheet: &Sheet,
) -> Result<u64> {
    let runs = runs_of(db, ctx, &incident.id.to_string()).await?;
    let shelf = Shelf::load(db, &ctx.readings).await?;
    let open = |s: &&StepProgress<'_>| {
        let applies = matches!(s.applies, Applies::Always | Applies::Yes { .. });
        applies && s.step.mandatory && !s.run.state.is_settled()
    };
    let progress = all_progress(&runs, &shelf, sheet, anchors(incident, None), ctx.now);
    Ok(progress.iter().map(|run| run.steps.iter().filter(open).count() as u64).sum())
}
