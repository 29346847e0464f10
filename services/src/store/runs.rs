//! Saving what happened to playbooks that are followed.

use super::{
    apply::{replace, tell},
    rows::{self, fresh},
    tables,
};
use crate::{ctx::Ctx, error::Result};
use domain::event::runs::FollowedEvent;
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction};

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &FollowedEvent) -> Result<()> {
    use tables::{run_items::Column as I, runs::Column as R};
    match event {
        // Only over what it was before.
        FollowedEvent::ItemRenamed { item, was, .. } => {
            let at = Condition::all().add(I::Id.eq(item.id.to_string())).add(I::Label.eq(was.as_str()));
            replace::<tables::run_items::Entity>(tx, fresh(rows::item_row(item)), at).await
        }
        FollowedEvent::ItemRemoved { item, .. } => {
            let at = Condition::all().add(I::Id.eq(item.id.to_string())).add(I::RemovedAt.is_null());
            replace::<tables::run_items::Entity>(tx, fresh(rows::item_row(item)), at).await
        }
        FollowedEvent::VersionTaken { run, was: (version, digest) } => {
            let at = Condition::all().add(R::Id.eq(run.id.to_string())).add(R::Digest.eq(digest.as_str()));
            replace::<tables::runs::Entity>(tx, fresh(rows::run_row(run)?), at).await?;
            let what = format!(
                "The playbook {} is followed in version {} from now on, and was in version {version}.",
                run.playbook, run.version
            );
            tell(tx, ctx, run.incident, what).await
        }
    }
}
