//! A newer version of a playbook that is followed: what it says otherwise, and going over to it.

use super::shown::runs_of;
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    library::{Shelf, difference},
    store::{rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::{Event, runs::FollowedEvent},
    id::{IncidentId, RunId},
    incident::open,
    playbook::{ChangedStep, compared},
    refusal::Refusal,
    view::{KeptStep, OtherStep, RunDifference},
    work::run::{Run, TakeVersionInput},
};
use sea_orm::{DatabaseTransaction, EntityTrait};

/// A run with its incident.
struct RunTarget(IncidentId, RunId);

impl Target for RunTarget {
    type Loaded = (crate::case::Loaded, Run, Shelf);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let row =
            tables::runs::Entity::find_by_id(self.1.to_string()).one(tx).await?.ok_or(Error::NotFound)?;
        let run = rows::run(&row)?;
        if run.incident != self.0 {
            return Err(Error::NotFound);
        }
        let shelf = Shelf::load(tx, &ctx.readings).await?;
        Ok((crate::case::load(tx, ctx, self.0).await?, run, shelf))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Services {
    /// What the library's version of a followed playbook says otherwise than the one that is followed.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn run_difference(&self, ctx: &Ctx, incident: IncidentId, run: RunId) -> Result<RunDifference> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let runs = runs_of(&self.reader, ctx, &incident.to_string()).await?;
        let stored = runs.iter().find(|stored| stored.run.id == run).ok_or(Error::NotFound)?;
        let shelf = self.shelf_now().await?;
        let library = shelf.find(&stored.run.playbook);
        let what = library.map(|newer| compared(&stored.playbook, newer)).unwrap_or_default();
        let kept = |id: &String, title: &String| {
            let record = stored.records.iter().find(|r| r.step.step == *id)?;
            Some(KeptStep {
                id: id.clone(),
                title: title.clone(),
                state: record.step.state.label().to_owned(),
                settled: record.step.state.is_settled(),
            })
        };
        Ok(RunDifference {
            case,
            run,
            playbook: stored.run.playbook.clone(),
            title: stored.playbook.title.clone(),
            version: stored.run.version,
            digest: stored.run.digest.clone(),
            library_version: library.map(|p| p.version),
            library_digest: library.map(|p| p.digest().to_owned()),
            gone: what.gone.iter().filter_map(|s| kept(&s.id, &s.title)).collect(),
            settled: what
                .changed
                .iter()
                .filter_map(|s| kept(&s.id, &s.title))
                .filter(|kept| kept.settled)
                .collect(),
            head: what.head.map(|texts| difference(&texts.older, &texts.newer)),
            added: what.added,
            without: what.gone,
            changed: what.changed.into_iter().map(other).collect(),
            reordered: what.reordered,
        })
    }

    /// Goes on with the library's version of a followed playbook. What was done in steps that both have is kept; the
    /// records of steps that are gone stay, and new steps are open. There is no way back.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no newer version, or one of both is no longer what was looked at.
    #[boxed]
    pub async fn take_version(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        input: &TakeVersionInput,
    ) -> Result<()> {
        ctx.person()?;
        self.write(ctx, Action::StartPlaybook, RunTarget(incident, run), |(loaded, run, shelf)| {
            open(&loaded.incident)?;
            let newer = shelf.find(&run.playbook).ok_or_else(|| {
                Refusal::state(
                    "not_in_library",
                    "The library has this playbook no more. The run goes on as it is.",
                )
            })?;
            let older = ctx.readings.followed(run)?;
            let taken = input.take(run, &older, newer)?;
            let was = (run.version, run.digest.clone());
            let event = FollowedEvent::VersionTaken { run: taken, was };
            Ok(Change::new(vec![Event::Followed(event)], ()))
        })
        .await
    }
}

fn other(ChangedStep { id, title, what, texts }: ChangedStep) -> OtherStep {
    OtherStep { id, title, what, lines: difference(&texts.older, &texts.newer) }
}
