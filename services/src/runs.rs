//! Playbooks as they are followed: steps worked on, questions answered into facts.

mod history;
mod items;
mod mine;
mod recommended;
mod shown;
mod versions;

pub(crate) use shown::open_mandatory_steps;

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    facts::{Recording, ToRecord},
    library::Shelf,
    store::{rows, tables},
    write::{Alarm, Audience, Change, Target},
};
use domain::{
    access::{Action, Object},
    event::Event,
    fact::{About, catalogue::catalogue, record::RecordFactInput},
    id::{AccountId, IncidentId, RunId},
    incident::open,
    playbook::{self, Playbook, RunStep, Step, StepInput},
    refusal::{FieldError, Refusal},
    view::Added,
    work::run::{Run, StepItem, StepRecord},
};
use schemars::JsonSchema;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Begins to follow a playbook.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartInput {
    /// The playbook's id.
    #[serde(default)]
    pub playbook: String,
}

/// One step of a run, with everything that deciding about it needs.
struct StepTarget {
    incident: IncidentId,
    run: RunId,
    step: String,
}

struct LoadedStep {
    recording: Recording,
    playbook: Arc<Playbook>,
    record: StepRecord,
    /// In the order in which they were added.
    items: Vec<StepItem>,
}

impl LoadedStep {
    fn open_items(&self) -> usize {
        self.items.iter().filter(|item| item.done_at.is_none()).count()
    }
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
        let playbook = ctx.readings.followed(&run)?;
        if playbook.step(&self.step).is_none() {
            return Err(Error::NotFound);
        }
        let key = (self.run.to_string(), self.step.clone());
        let record = match tables::run_steps::Entity::find_by_id(key).one(tx).await? {
            Some(row) => rows::step(&row)?,
            None => StepRecord { run: self.run, step: RunStep::untouched(&self.step), revision: 0 },
        };
        use tables::run_items::Column as I;
        let items = tables::run_items::Entity::find()
            .filter(I::RunId.eq(self.run.to_string()))
            .filter(I::Step.eq(self.step.as_str()))
            .filter(I::RemovedAt.is_null())
            .order_by_asc(I::AddedAt)
            .all(tx)
            .await?;
        let items = items.iter().map(rows::item).collect::<Result<_>>()?;
        Ok(LoadedStep { recording, playbook, record, items })
    }
    fn object(loaded: &LoadedStep) -> Object {
        loaded.recording.loaded.access
    }
    fn revision(loaded: &LoadedStep) -> Option<i64> {
        Some(loaded.record.revision)
    }
}

/// An incident with the playbooks it follows, and those that are offered.
struct ToStart(IncidentId);

impl Target for ToStart {
    type Loaded = (crate::case::Loaded, Vec<String>, Shelf);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let runs = tables::runs::Entity::find()
            .filter(tables::runs::Column::IncidentId.eq(self.0.to_string()))
            .all(tx)
            .await?;
        let shelf = Shelf::load(tx, &ctx.readings).await?;
        Ok((loaded, runs.into_iter().map(|r| r.playbook).collect(), shelf))
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
        self.write(ctx, Action::StartPlaybook, ToStart(incident), |(loaded, running, shelf)| {
            open(&loaded.incident)?;
            let unknown = || {
                Refusal::field("playbook", "unknown", "There is no such playbook. Choose one of the library.")
            };
            let playbook = shelf.find(input.playbook.trim()).ok_or_else(unknown)?;
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
            let event =
                playbook::decide(definition, &loaded.record.step, &command, loaded.open_items(), ctx.now)?;
            let step = loaded.record.step.clone().after(&event, by, ctx.now);
            let given = step.owner.filter(|owner| *owner != by && loaded.record.step.owner != Some(*owner));
            let record = StepRecord { run, step, revision: loaded.record.revision + 1 };
            let change = Change::new(vec![Event::StepChanged { incident, step: record }], ());
            Ok(match given {
                Some(owner) => change.telling(self.given(loaded, definition, owner, run)),
                None => change,
            })
        })
        .await
    }

    /// The mail to whom a step was given. What the step is about stays on the desk: only its title is named.
    fn given(&self, loaded: &LoadedStep, step: &Step, owner: AccountId, run: RunId) -> Alarm {
        let incident = &loaded.recording.loaded.incident;
        let due = step.due.map(|due| format!("Due: {}.\n", due.words())).unwrap_or_default();
        let link =
            self.address_of(&format!("/incidents/{}/playbook?run={run}&step={}", incident.id, step.id));
        Alarm {
            to: vec![Audience::Account(owner)],
            purpose: "step",
            subject: format!("{}: a playbook step is yours", incident.reference),
            text: format!(
                "The step “{}” of the playbook “{}” was given to you.\n{due}\n{link}\n\nYou find it under your tasks, too.",
                step.title, loaded.playbook.title,
            ),
        }
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
            loaded.recording.answered(ctx, key, About::Incident, answer)
        })
        .await
    }
}
