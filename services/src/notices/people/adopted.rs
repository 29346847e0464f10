//! Lists that were given before they were sealed: taken over once, when the data is opened.

use super::{CHUNK, hold};
use crate::{
    Services,
    error::Result,
    store::{self, tables},
};
use domain::{access::Actor, delivery::RecipientList, id::NoticeId, recipient::Person};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

impl Services {
    /// Seals the addresses that still lie open, some at a time; each commit leaves every list whole for whoever sends.
    pub(crate) async fn seal_open_lists(&self) -> Result<()> {
        use tables::recipients::Column as R;
        let ctx = self.ctx(Actor::Job("seal"));
        while let Some(first) = tables::recipients::Entity::find().one(&self.reader).await? {
            self.batch(&ctx, async |tx| {
                let notice: NoticeId = store::id(&first.notice_id)?;
                let row = tables::notices::Entity::find_by_id(first.notice_id.clone()).one(tx).await?;
                let open = tables::recipients::Entity::find()
                    .filter(R::NoticeId.eq(first.notice_id.as_str()))
                    .order_by_asc(R::Place)
                    .limit(CHUNK as u64)
                    .all(tx)
                    .await?;
                let done = open.last().map_or(0, |row| row.place);
                let held = open
                    .into_iter()
                    .map(|row| hold(&self.key, &ctx.fresh, notice, &Person::at(row.address)))
                    .collect::<Result<Vec<_>>>()?;
                if let Some(row) = &row {
                    // Each goes to the end of those that went before, so the list is counted so far.
                    let count = u64::try_from(done).unwrap_or_default();
                    let notice = store::rows::notice(row)?;
                    let list = RecipientList { count, digest: notice.list.digest.clone() };
                    let notice = domain::notice::Notice { list, ..notice };
                    store::recipients::append(tx, &ctx, &notice, &held).await?;
                }
                tables::recipients::Entity::delete_many()
                    .filter(R::NoticeId.eq(first.notice_id.as_str()))
                    .filter(R::Place.lte(done))
                    .exec(tx)
                    .await?;
                Ok(((), Vec::new()))
            })
            .await?;
        }
        Ok(())
    }
}
