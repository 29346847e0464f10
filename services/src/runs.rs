//! Playbooks as they are followed: steps worked on, questions answered into facts.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    facts::{Recording, ToRecord, line},
    library,
    store::{rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::Event,
    fact::{Value, catalogue::catalogue, record::RecordFactInput, sheet::Sheet},
    id::{IncidentId, RunId},
    incident::{Incident, open},
    playbook::{self, Anchors, Playbook, RunStep, Situation, StepInput, find, library as all, progress},
    refusal::{FieldError, Refusal},
    text::Choice,
    view::{Added, Asked, Case, PhaseProgress, PlaybookTab, RunView, StepApplies, StepRow, StepView},
    work::run::{Run, StepRecord},
};
use schemars::JsonSchema;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Begins to follow a playbook.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartInput {
    /// The playbook's id.
    #[serde(default)]
    pub playbook: String,
}

/// The playbook of a run, in the version with which it began. Reading the text takes longer than all queries of
/// a page, so where the library still has that version, its own reading of it is taken.
fn followed(run: &Run) -> Result<Cow<'static, Playbook>> {
    if let Some(same) = find(&run.playbook).filter(|p| p.digest() == run.digest) {
        return Ok(Cow::Borrowed(same));
    }
    let read = Playbook::parse(&format!("{}.toml", run.playbook), &run.source);
    read.map(Cow::Owned).map_err(|_| Error::corrupt("playbook", &run.playbook))
}

fn anchors(incident: &Incident, aware_at: Option<chrono::DateTime<chrono::Utc>>) -> Anchors {
    Anchors { declared_at: Some(incident.declared_at), aware_at, contained_at: incident.contained_at }
}

/// One step of a run, with everything that deciding about it needs.
struct StepTarget {
    incident: IncidentId,
    run: RunId,
    step: String,
}

struct LoadedStep {
    recording: Recording,
    playbook: Cow<'static, Playbook>,
    record: StepRecord,
}

impl Target for StepTarget {
    type Loaded = LoadedStep;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<LoadedStep> {
        let recording = ToRecord(self.incident).load(tx, ctx).await?;
        let row =
            tables::runs::Entity::find_by_id(self.run.to_string()).one(tx).await?.ok_or(Error::NotFound)?;
        let run = rows::run(&row)?;
        if run.incident != self.incident {
            return Err(Error::NotFound);
        }
        let playbook = followed(&run)?;
        if playbook.step(&self.step).is_none() {
            return Err(Error::NotFound);
        }
        let key = (self.run.to_string(), self.step.clone());
        let record = match tables::run_steps::Entity::find_by_id(key).one(tx).await? {
            Some(row) => rows::step(&row)?,
            None => StepRecord { run: self.run, step: RunStep::untouched(&self.step), revision: 0 },
        };
        Ok(LoadedStep { recording, playbook, record })
    }
    fn object(loaded: &LoadedStep) -> Object {
        loaded.recording.loaded.access
    }
    fn revision(loaded: &LoadedStep) -> Option<i64> {
        Some(loaded.record.revision)
    }
}

/// An incident with the playbooks it follows.
struct ToStart(IncidentId);

impl Target for ToStart {
    type Loaded = (crate::case::Loaded, Vec<String>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let runs = tables::runs::Entity::find()
            .filter(tables::runs::Column::IncidentId.eq(self.0.to_string()))
            .all(tx)
            .await?;
        Ok((loaded, runs.into_iter().map(|r| r.playbook).collect()))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Services {
    /// Begins to follow a playbook of the library. The incident keeps the version it begins with.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, unknown, or already followed.
    #[boxed]
    pub async fn start_playbook(&self, ctx: &Ctx, incident: IncidentId, input: &StartInput) -> Result<Added> {
        let (id, by) = (RunId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::StartPlaybook, ToStart(incident), |(loaded, running)| {
            open(&loaded.incident)?;
            let unknown = || {
                Refusal::field("playbook", "unknown", "There is no such playbook. Choose one of the library.")
            };
            let playbook = find(input.playbook.trim()).ok_or_else(unknown)?;
            let running: Vec<&str> = running.iter().map(String::as_str).collect();
            playbook::start(playbook, &running)?;
            let run = Run {
                id,
                incident,
                playbook: playbook.id.clone(),
                version: playbook.version,
                digest: playbook.digest().to_owned(),
                source: playbook.source().to_owned(),
                started_at: ctx.now,
                started_by: by,
            };
            Ok(Change::new(vec![Event::RunStarted(run)], Added { id: id.to_string() }))
        })
        .await
    }

    /// Does something to a step: done, skipped, not applicable, waiting, given to somebody, opened again.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, a reason is missing, or the step's state doesn't allow it.
    #[boxed]
    pub async fn work_step(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        step: &str,
        input: &StepInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = StepTarget { incident, run, step: step.to_owned() };
        self.write(ctx, Action::WorkStep, target, |loaded| {
            open(&loaded.recording.loaded.incident)?;
            let definition = loaded.playbook.step(step).ok_or(Error::NotFound)?;
            let command = input.parse()?;
            if let playbook::RunCommand::Assign { owner: Some(owner) } = &command
                && !loaded.recording.loaded.member_ids().contains(owner)
            {
                let message = "A step can only be given to a member of the incident.";
                return Err(Refusal::Invalid(vec![FieldError::new("owner", "not_a_member", message)]).into());
            }
            let event = playbook::decide(definition, &loaded.record.step, &command, ctx.now)?;
            let step = loaded.record.step.clone().after(&event, by, ctx.now);
            let record = StepRecord { run, step, revision: loaded.record.revision + 1 };
            Ok(Change::new(vec![Event::StepChanged { incident, step: record }], ()))
        })
        .await
    }

    /// Answers a question of a step: a fact, recorded as from anywhere else.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no such question in the step, or the answer can't be taken.
    #[boxed]
    pub async fn answer_step(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        step: &str,
        key: &str,
        input: &RecordFactInput,
    ) -> Result<Added> {
        let target = StepTarget { incident, run, step: step.to_owned() };
        self.write(ctx, Action::RecordFact, target, |loaded| {
            open(&loaded.recording.loaded.incident)?;
            let asked = loaded.playbook.step(step).is_some_and(|s| s.questions.iter().any(|q| q.fact == key));
            let definition = catalogue().get(key).filter(|_| asked).ok_or(Error::NotFound)?;
            let answer = input.parse(definition, ctx.zone(), ctx.now)?;
            let fact = loaded.recording.version(ctx, key, answer)?;
            let added = Added { id: fact.id.to_string() };
            Ok(Change::new(loaded.recording.events(ctx, fact), added))
        })
        .await
    }

    /// The playbook tab: every run with its steps, and what else could be followed.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn runs(&self, ctx: &Ctx, incident: IncidentId) -> Result<PlaybookTab> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let key = incident.to_string();
        let sheet = self.sheet(&case).await?;
        let mut runs = Vec::new();
        for (run, steps) in runs_of(&self.reader, &key).await? {
            runs.push(self.run_view(ctx, &case, &sheet, &run, &steps)?);
        }
        let library =
            all().iter().filter(|p| !runs.iter().any(|r| r.playbook == p.id)).map(library::row).collect();
        Ok(PlaybookTab { case, runs, evidence: self.evidence_of(&key).await?, library })
    }

    fn run_view(
        &self,
        ctx: &Ctx,
        case: &Case,
        sheet: &Sheet,
        run: &Run,
        records: &[StepRecord],
    ) -> Result<RunView> {
        let playbook = followed(run)?;
        let steps: Vec<RunStep> = records.iter().map(|r| r.step.clone()).collect();
        let facts = |key: &str| -> Option<&Value> { sheet.value(key) };
        let situation = Situation {
            steps: &steps,
            facts: &facts,
            labels: catalogue(),
            anchors: anchors(&case.incident, case.awareness.as_ref().map(|a| a.aware_at)),
            now: ctx.now,
        };
        let done = progress(&playbook, &situation);
        let steps = done.steps.iter().map(|s| {
            let questions = s.questions.iter().filter_map(|q| {
                let definition = catalogue().get(&q.question.fact)?;
                Some(Asked {
                    fact: q.question.fact.clone(),
                    ask: q.question.ask.clone(),
                    help: q.question.help.clone(),
                    line: line(sheet, definition, ctx.zone()),
                    opens: q.opens.iter().map(|o| (o.when.clone(), o.step.title.clone())).collect(),
                })
            });
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
                revision: records.iter().find(|r| r.step.step == s.step.id).map_or(0, |r| r.revision),
                due_at: s.due_at,
                overdue: s.is_overdue,
                due_words: s.step.due.map(playbook::Due::words).unwrap_or_default(),
                applies: StepApplies::of(&s.applies),
                questions: questions.collect(),
            }
        });
        Ok(RunView {
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
            steps: steps.collect(),
            newer: find(&run.playbook).map(|p| p.version).filter(|v| *v > run.version),
        })
    }

    /// The open steps that are the asker's.
    pub(crate) async fn my_steps(&self, ctx: &Ctx) -> Result<Vec<StepRow>> {
        use tables::{run_steps::Column as S, runs::Column as R};
        let person = ctx.person()?;
        let steps = tables::run_steps::Entity::find()
            .filter(S::OwnerId.eq(person.account.to_string()))
            .filter(S::State.is_in(["open", "waiting_on"]))
            .all(&self.reader)
            .await?;
        let ids: Vec<&str> = steps.iter().map(|s| s.run_id.as_str()).collect();
        let runs = tables::runs::Entity::find().filter(R::Id.is_in(ids)).all(&self.reader).await?;
        let heads = self.heads(runs.iter().map(|r| r.incident_id.as_str()).collect()).await?;
        let mut out = Vec::new();
        for run_row in &runs {
            let Some(head) = heads.iter().find(|h| h.id == run_row.incident_id) else { continue };
            if !self.sees(ctx, head).await? {
                continue;
            }
            let run = rows::run(run_row)?;
            let playbook = followed(&run)?;
            for row in steps.iter().filter(|s| s.run_id == run_row.id) {
                let record = rows::step(row)?;
                out.push(StepRow {
                    incident: run.incident,
                    reference: head.reference.clone(),
                    title: playbook.step(&row.step).map(|s| s.title.clone()).unwrap_or_default(),
                    step: row.step.clone(),
                    state: record.step.state.label().to_owned(),
                });
            }
        }
        Ok(out)
    }
}

async fn runs_of<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<(Run, Vec<StepRecord>)>> {
    use tables::{run_steps::Column as S, runs::Column as R};
    let found = tables::runs::Entity::find()
        .filter(R::IncidentId.eq(incident))
        .order_by_asc(R::StartedAt)
        .all(db)
        .await?;
    let ids: Vec<&str> = found.iter().map(|r| r.id.as_str()).collect();
    let steps = tables::run_steps::Entity::find().filter(S::RunId.is_in(ids)).all(db).await?;
    found
        .iter()
        .map(|row| {
            let mine =
                steps.iter().filter(|s| s.run_id == row.id).map(rows::step).collect::<Result<Vec<_>>>()?;
            Ok((rows::run(row)?, mine))
        })
        .collect()
}

/// How many mandatory steps that apply are neither done nor set aside with a reason.
pub(crate) async fn open_mandatory_steps<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    incident: &Incident,
    sheet: &Sheet,
) -> Result<u64> {
    let runs = runs_of(db, &incident.id.to_string()).await?;
    let mut open = 0;
    for (run, records) in &runs {
        let facts = |key: &str| -> Option<&Value> { sheet.value(key) };
        let playbook = followed(run)?;
        let steps: Vec<RunStep> = records.iter().map(|r| r.step.clone()).collect();
        let situation = Situation {
            steps: &steps,
            facts: &facts,
            labels: catalogue(),
            anchors: anchors(incident, None),
            now: ctx.now,
        };
        let followed = progress(&playbook, &situation);
        let applies = |s: &&playbook::StepProgress<'_>| {
            matches!(StepApplies::of(&s.applies), StepApplies::Yes { .. })
                && s.step.mandatory
                && !s.run.state.is_settled()
        };
        open += followed.steps.iter().filter(applies).count() as u64;
    }
    Ok(open)
}
