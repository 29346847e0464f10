//! Saving what a notice said at each revision and what is said about it, and reading both.

use super::{
    apply::{insert, replace},
    id, id_opt, instant, instant_opt, items, json, micros,
    rows::fresh,
    tables, to_json,
};
use crate::{ctx::Ctx, error::Result};
use domain::{
    event::review::ReviewEvent,
    id::NoticeId,
    notice::{Notice, Statement, comment::Comment},
    view::review::NoticeVersion,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

/// So many versions are listed; the words of all are kept.
const VERSIONS_SHOWN: u64 = 200;

pub(super) async fn apply(tx: &DatabaseTransaction, event: &ReviewEvent) -> Result<()> {
    match event {
        // The words stay, so there is no other version of them.
        ReviewEvent::StatementKept { notice, .. } => items::notice(tx, notice).await,
        ReviewEvent::Commented(comment) => {
            insert::<tables::notice_comments::Entity>(tx, fresh(row(comment))).await
        }
        ReviewEvent::CommentResolved(comment) => {
            use tables::notice_comments::Column as C;
            let open = Condition::all().add(C::Id.eq(comment.id.to_string())).add(C::ResolvedAt.is_null());
            replace::<tables::notice_comments::Entity>(tx, fresh(row(comment)), open).await
        }
    }
}

/// Keeps the words of a notice as they are after `what`.
pub(super) async fn keep_version(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    notice: &Notice,
    what: &str,
) -> Result<()> {
    let row = tables::notice_versions::Model {
        notice_id: notice.id.to_string(),
        revision: notice.revision,
        saved_at: micros(ctx.now),
        saved_by: ctx.actor.person().map(|p| p.account.to_string()),
        what: what.to_owned(),
        statements: to_json(&notice.statements)?,
    };
    insert::<tables::notice_versions::Entity>(tx, fresh(row)).await
}

/// The versions of a notice's words, the newest first.
pub(crate) async fn versions<C: ConnectionTrait>(db: &C, notice: NoticeId) -> Result<Vec<NoticeVersion>> {
    use tables::notice_versions::Column as V;
    let found: Vec<(i64, i64, Option<String>, String)> = tables::notice_versions::Entity::find()
        .select_only()
        .columns([V::Revision, V::SavedAt, V::SavedBy, V::What])
        .filter(V::NoticeId.eq(notice.to_string()))
        .order_by_desc(V::Revision)
        .limit(VERSIONS_SHOWN)
        .into_tuple()
        .all(db)
        .await?;
    let version = |(revision, at, by, what): (i64, i64, Option<String>, String)| {
        let (saved_at, saved_by) = (instant(at)?, id_opt(by.as_deref())?);
        Ok(NoticeVersion { revision, saved_at, saved_by, what })
    };
    found.into_iter().map(version).collect()
}

/// The statements of one version.
pub(crate) async fn version<C: ConnectionTrait>(
    db: &C,
    notice: NoticeId,
    revision: i64,
) -> Result<Option<Vec<Statement>>> {
    let key = (notice.to_string(), revision);
    let found = tables::notice_versions::Entity::find_by_id(key).one(db).await?;
    found.map(|row| json(&row.statements)).transpose()
}

/// What was said about a notice, in the order in which it was said.
pub(crate) async fn comments<C: ConnectionTrait>(db: &C, notice: &str) -> Result<Vec<Comment>> {
    use tables::notice_comments::Column as C;
    let found = tables::notice_comments::Entity::find()
        .filter(C::NoticeId.eq(notice))
        .order_by_asc(C::SaidAt)
        .order_by_asc(C::Id)
        .all(db)
        .await?;
    found.iter().map(comment).collect()
}

pub(crate) fn comment(row: &tables::notice_comments::Model) -> Result<Comment> {
    Ok(Comment {
        id: id(&row.id)?,
        notice: id(&row.notice_id)?,
        incident: id(&row.incident_id)?,
        statement: Some(row.statement.clone()).filter(|code| !code.is_empty()),
        text: row.text.clone(),
        said_at: instant(row.said_at)?,
        said_by: id(&row.said_by)?,
        resolved_at: instant_opt(row.resolved_at)?,
        resolved_by: id_opt(row.resolved_by.as_deref())?,
    })
}

fn row(c: &Comment) -> tables::notice_comments::Model {
    tables::notice_comments::Model {
        id: c.id.to_string(),
        notice_id: c.notice.to_string(),
        incident_id: c.incident.to_string(),
        statement: c.statement.clone().unwrap_or_default(),
        text: c.text.clone(),
        said_at: micros(c.said_at),
        said_by: c.said_by.to_string(),
        resolved_at: c.resolved_at.map(micros),
        resolved_by: c.resolved_by.map(|a| a.to_string()),
    }
}
