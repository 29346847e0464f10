//! The steps that are somebody's, over all incidents.

use super::shown::{all_progress, anchors, runs_of};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{rows, tables},
};
use domain::{
    access::Action,
    awareness,
    fact::sheet::Sheet,
    id::IncidentId,
    playbook::{Applies, StepProgress, StepState},
    view::StepRow,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl Services {
    /// The open steps that are the asker's, in every incident that is open and seen.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn steps_of_mine(&self, ctx: &Ctx) -> Result<Vec<StepRow>> {
        self.my_steps(ctx).await
    }

    /// The open steps that are the asker's: overdue ones first, then by due time.
    pub(crate) async fn my_steps(&self, ctx: &Ctx) -> Result<Vec<StepRow>> {
        use tables::{run_steps::Column as S, runs::Column as R};
        let person = ctx.person()?;
        let mine = tables::run_steps::Entity::find()
            .filter(S::OwnerId.eq(person.account.to_string()))
            .filter(S::State.is_in(["open", "waiting_on"]))
            .all(&self.reader)
            .await?;
        let ids: Vec<&str> = mine.iter().map(|s| s.run_id.as_str()).collect();
        let runs = tables::runs::Entity::find().filter(R::Id.is_in(ids)).all(&self.reader).await?;
        let heads = self.heads(runs.iter().map(|r| r.incident_id.as_str()).collect()).await?;
        let mut out = Vec::new();
        for head in &heads {
            // In a closed incident nothing is worked any more.
            if head.closed_at.is_some() || !self.sees(ctx, head).await? {
                continue;
            }
            let of_it: Vec<_> = runs.iter().filter(|r| r.incident_id == head.id).collect();
            let steps: Vec<(&str, &str)> = mine
                .iter()
                .filter(|s| of_it.iter().any(|r| r.id == s.run_id))
                .map(|s| (s.run_id.as_str(), s.step.as_str()))
                .collect();
            let conditional = of_it.iter().try_fold(false, |any, row| {
                let playbook = ctx.readings.followed(&rows::run(row)?)?;
                let hangs = |(run, step): &(&str, &str)| {
                    *run == row.id && playbook.step(step).is_some_and(|s| s.when.is_some())
                };
                Ok::<bool, crate::Error>(any || steps.iter().any(hangs))
            })?;
            out.extend(self.my_steps_in(ctx, head, &steps, conditional).await?);
        }
        out.sort_by_key(|row: &StepRow| (!row.overdue, row.due_at.is_none(), row.due_at));
        Ok(out)
    }

    /// The facts of the incident are only read where one of the steps has a condition.
    async fn my_steps_in(
        &self,
        ctx: &Ctx,
        head: &tables::incidents::Model,
        steps: &[(&str, &str)],
        conditional: bool,
    ) -> Result<Vec<StepRow>> {
        use tables::awareness::Column as A;
        let incident = rows::incident(head)?;
        let sheet = match conditional {
            true => {
                let id: IncidentId = incident.id;
                self.sheet(&self.case(ctx, id, Action::ReadIncident).await?).await?
            }
            false => Sheet::default(),
        };
        let statements = tables::awareness::Entity::find()
            .filter(A::IncidentId.eq(head.id.as_str()))
            .order_by_desc(A::Version)
            .all(&self.reader)
            .await?;
        let statements = statements.iter().map(rows::clocks::awareness).collect::<Result<Vec<_>>>()?;
        let aware_at = awareness::ruling(&statements).map(|a| a.aware_at);
        let runs = runs_of(&self.reader, ctx, &head.id).await?;
        let shelf = self.shelf_now().await?;
        let progress = all_progress(&runs, &shelf, &sheet, anchors(&incident, aware_at), ctx.now);
        let mut out = Vec::new();
        for (stored, progress) in runs.iter().zip(&progress) {
            let run = stored.run.id;
            let is_mine = |s: &&StepProgress<'_>| {
                steps.iter().any(|(of, step)| *of == run.to_string() && *step == s.step.id)
            };
            out.extend(progress.steps.iter().filter(is_mine).map(|s| StepRow {
                incident: incident.id,
                reference: head.reference.clone(),
                run,
                step: s.step.id.clone(),
                title: s.step.title.clone(),
                state: state(s),
                due_at: s.due_at,
                overdue: s.is_overdue,
                waiting_on: s.run.state.since().map(|_| s.run.state.detail().to_owned()),
                waiting_since: s.run.state.since(),
            }));
        }
        Ok(out)
    }
}

fn state(step: &StepProgress<'_>) -> String {
    let words = match (&step.run.state, &step.applies) {
        (StepState::Open, Applies::No { .. }) => "Does not apply",
        (StepState::Open, Applies::Undecided { .. }) => "Not decided yet",
        (state, _) => state.label(),
    };
    words.to_owned()
}
