//! The rows of files that wait, sealed, in parts.

use super::{CHUNK, open_json, seal_json};
use crate::{
    Services,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, micros, rows::fresh, tables},
};
use domain::{
    id::{NoticeId, RecipientFileId},
    recipient::file::RecipientFile,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Serialize, de::DeserializeOwned};

/// Parts with the rows of a file that waits.
pub(crate) const ROWS: &str = "rows";
/// Parts with the rows that were not taken.
pub(crate) const WRONG: &str = "wrong";

/// A file of a notice.
pub(super) async fn file<C: ConnectionTrait>(
    db: &C,
    notice: NoticeId,
    id: RecipientFileId,
) -> Result<RecipientFile> {
    let row =
        tables::recipient_files::Entity::find_by_id(id.to_string()).one(db).await?.ok_or(Error::NotFound)?;
    let file = store::recipients::file(&row)?;
    if file.notice == notice { Ok(file) } else { Err(Error::NotFound) }
}

impl Services {
    /// Writes rows in parts, each in a commit of its own: nobody waits for all of them.
    pub(super) async fn write_parts<T: Serialize + Sync>(
        &self,
        ctx: &Ctx,
        file: RecipientFileId,
        kind: &str,
        rows: &[T],
    ) -> Result<()> {
        for (part, rows) in (0..).zip(rows.chunks(CHUNK)) {
            let row = tables::recipient_file_parts::Model {
                file_id: file.to_string(),
                kind: kind.to_owned(),
                part,
                written_at: micros(ctx.now),
                sealed: seal_json(&self.key, &ctx.fresh, &rows)?,
            };
            self.batch(ctx, async |tx| {
                let row = fresh::<tables::recipient_file_parts::ActiveModel, _>(row);
                tables::recipient_file_parts::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(((), Vec::new()))
            })
            .await?;
        }
        Ok(())
    }

    /// The first `parts` parts of a kind, in order.
    pub(super) async fn read_parts<T: DeserializeOwned>(
        &self,
        file: RecipientFileId,
        kind: &str,
        parts: u64,
    ) -> Result<Vec<T>> {
        use tables::recipient_file_parts::Column as P;
        let found = tables::recipient_file_parts::Entity::find()
            .filter(P::FileId.eq(file.to_string()))
            .filter(P::Kind.eq(kind))
            .order_by_asc(P::Part)
            .limit(parts)
            .all(&self.reader)
            .await?;
        let mut rows = Vec::new();
        for part in found {
            rows.extend(open_json::<Vec<T>>(&self.key, &part.sealed)?);
        }
        Ok(rows)
    }

    /// Removes parts of a kind, such as those of a try that was cut off.
    pub(super) async fn forget_parts(&self, ctx: &Ctx, file: RecipientFileId, kind: &str) -> Result<()> {
        use tables::recipient_file_parts::Column as P;
        self.batch(ctx, async |tx| {
            tables::recipient_file_parts::Entity::delete_many()
                .filter(P::FileId.eq(file.to_string()))
                .filter(P::Kind.eq(kind))
                .exec(tx)
                .await?;
            Ok(((), Vec::new()))
        })
        .await
    }
}
