//! What a repeated step is worked for, one by one.

use super::StepTarget;
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    write::Change,
};
use domain::{
    access::Action,
    event::{Event, runs::FollowedEvent},
    id::{IncidentId, ItemId, RunId},
    incident::open,
    refusal::Refusal,
    view::Added,
    work::run::ItemInput,
};

impl Services {
    /// Adds one of the things for which a repeated step is worked.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, the step isn't repeated or is settled, or the name can't be taken.
    #[boxed]
    pub async fn add_item(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        step: &str,
        input: &ItemInput,
    ) -> Result<Added> {
        let (id, by) = (ItemId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        let target = StepTarget { incident, run, step: step.to_owned() };
        self.write(ctx, Action::WorkStep, target, |loaded| {
            open(&loaded.recording.loaded.incident)?;
            if loaded.playbook.step(step).is_none_or(|step| step.repeat.is_none()) {
                let message = "This step is worked once. Only a repeated step takes items.";
                return Err(Refusal::state("not_repeated", message).into());
            }
            let item = input.add(id, &loaded.record, &loaded.items, by, ctx.now)?;
            let added = Added { id: item.id.to_string() };
            Ok(Change::new(vec![Event::ItemAdded { incident, item }], added))
        })
        .await
    }

    /// Ticks one of the things for which a step is worked, or opens it again.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, the step is settled, or the item is so already.
    #[boxed]
    pub async fn set_item_done(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        step: &str,
        item: ItemId,
        done: bool,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = StepTarget { incident, run, step: step.to_owned() };
        self.write(ctx, Action::WorkStep, target, |loaded| {
            let item = loaded.items.iter().find(|i| i.id == item).ok_or(Error::NotFound)?;
            open(&loaded.recording.loaded.incident)?;
            let item =
                if done { item.complete(&loaded.record, by, ctx.now)? } else { item.reopen(&loaded.record)? };
            Ok(Change::new(vec![Event::ItemChanged { incident, item }], ()))
        })
        .await
    }

    /// Gives one of the things for which a step is worked another name: it was mistyped.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, the step is settled, or the name can't be taken.
    #[boxed]
    pub async fn rename_item(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        step: &str,
        item: ItemId,
        input: &ItemInput,
    ) -> Result<()> {
        let target = StepTarget { incident, run, step: step.to_owned() };
        self.write(ctx, Action::WorkStep, target, |loaded| {
            let item = loaded.items.iter().find(|i| i.id == item).ok_or(Error::NotFound)?;
            open(&loaded.recording.loaded.incident)?;
            let renamed = input.rename(item, &loaded.record, &loaded.items)?;
            let event = FollowedEvent::ItemRenamed { incident, item: renamed, was: item.label.clone() };
            Ok(Change::new(vec![Event::Followed(event)], ()))
        })
        .await
    }

    /// Takes one of the things for which a step is worked off the list: it was put there by mistake. It stays in the
    /// history.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, or the step is settled.
    #[boxed]
    pub async fn remove_item(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        step: &str,
        item: ItemId,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = StepTarget { incident, run, step: step.to_owned() };
        self.write(ctx, Action::WorkStep, target, |loaded| {
            let item = loaded.items.iter().find(|i| i.id == item).ok_or(Error::NotFound)?;
            open(&loaded.recording.loaded.incident)?;
            let removed = item.remove(&loaded.record, by, ctx.now)?;
            Ok(Change::new(vec![Event::Followed(FollowedEvent::ItemRemoved { incident, item: removed })], ()))
        })
        .await
    }
}
