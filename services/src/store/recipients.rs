//! Saving what happens to lists of recipients and to files of them.

use super::{
    apply::{insert, replace, setting, tell, with_reason},
    instant, instant_opt, items, json, micros,
    rows::fresh,
    tables, to_json, word,
};
use crate::{
    ctx::Ctx,
    error::Result,
    notices::people::{BUILDING, CURRENT, DROPPED, row},
};
use domain::{
    delivery::RecipientList,
    event::recipients::{HeldPerson, RecipientEvent},
    id::NoticeId,
    notice::{Notice, stage::Stage},
    recipient::file::{FileState, RecipientFile},
    text::Choice,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict},
};
use std::collections::BTreeSet;

/// Under what the settings are saved.
pub(crate) const SETTINGS: &str = "recipients";

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &RecipientEvent) -> Result<()> {
    match event {
        RecipientEvent::FileRead(file) => {
            insert::<tables::recipient_files::Entity>(tx, fresh(file_row(file)?)).await
        }
        RecipientEvent::FileMapped(file) => save(tx, file).await,
        RecipientEvent::FileDropped(file) => {
            save(tx, file).await?;
            forget_rows(tx, file).await
        }
        RecipientEvent::FileTaken { file, list } => {
            save(tx, file).await?;
            forget_rows(tx, file).await?;
            if let Some((notice, edition)) = list {
                items::notice(tx, notice).await?;
                drop_list(tx, notice.id).await?;
                set_state(tx, notice.id, Some(edition), (BUILDING, CURRENT)).await?;
            }
            Ok(())
        }
        RecipientEvent::Parted { stay: (from, stay), go: (to, go) } => {
            use tables::list_editions::Column as E;
            items::notice(tx, from).await?;
            drop_list(tx, from.id).await?;
            set_state(tx, from.id, Some(stay), (BUILDING, CURRENT)).await?;
            // It was built under the notice that there was.
            tables::list_editions::Entity::update_many()
                .col_expr(E::NoticeId, Expr::val(to.id.to_string()))
                .col_expr(E::State, Expr::val(CURRENT))
                .filter(E::Edition.eq(go.as_str()))
                .filter(E::State.eq(BUILDING))
                .exec(tx)
                .await?;
            let origin = tables::list_origins::Model {
                notice_id: to.id.to_string(),
                from_notice: from.id.to_string(),
            };
            insert::<tables::list_origins::Entity>(tx, fresh(origin)).await
        }
        RecipientEvent::PurgeAsked { incident, notice, reason } => {
            use tables::deliveries::Column as D;
            tables::deliveries::Entity::update_many()
                .col_expr(D::PurgingAt, Expr::val(micros(ctx.now)))
                .filter(D::NoticeId.eq(notice.to_string()))
                .filter(D::PurgingAt.is_null())
                .exec(tx)
                .await?;
            tell(tx, ctx, *incident, with_reason("A list of recipients is being removed".to_owned(), reason))
                .await
        }
        RecipientEvent::ToldOtherwise { notice, digest, outcome, .. } => {
            use tables::told_otherwise::Column as T;
            let row = tables::told_otherwise::Model {
                notice_id: notice.to_string(),
                digest: digest.clone(),
                outcome: outcome.code().to_owned(),
                told_at: micros(ctx.now),
                told_by: ctx.person()?.account.to_string(),
            };
            tables::told_otherwise::Entity::insert(fresh::<tables::told_otherwise::ActiveModel, _>(row))
                .on_conflict(
                    OnConflict::columns([T::NoticeId, T::Digest])
                        .update_columns([T::Outcome, T::ToldAt, T::ToldBy])
                        .to_owned(),
                )
                .exec_without_returning(tx)
                .await?;
            Ok(())
        }
        RecipientEvent::SettingsSaved { settings, revision } => {
            setting(tx, SETTINGS, to_json(settings)?, *revision).await
        }
    }
}

/// Puts people at the end of a notice's list, which begins with them where there was none.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    notice: &Notice,
    added: &[HeldPerson],
) -> Result<()> {
    let of = notice.id.to_string();
    let edition = match crate::notices::people::current(tx, &of).await? {
        Some(edition) => edition,
        None => {
            let edition = domain::id::RecipientFileId::from_bits(ctx.fresh.bits()).to_string();
            let begun = tables::list_editions::Model {
                edition: edition.clone(),
                notice_id: of,
                state: CURRENT.to_owned(),
                begun_at: micros(ctx.now),
            };
            insert::<tables::list_editions::Entity>(tx, fresh(begun)).await?;
            edition
        }
    };
    let before = notice.list.count.saturating_sub(added.len() as u64);
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    people(tx, &edition, before.saturating_add(1), added).await
}

/// Writes people of a list from `place` on, some hundred a statement, with what they are found by.
pub(crate) async fn people(
    tx: &DatabaseTransaction,
    edition: &str,
    place: i64,
    held: &[HeldPerson],
) -> Result<()> {
    use tables::list_marks::Column as M;
    let rows = (place..).zip(held).map(|(place, held)| row(edition, place, held));
    let rows: Vec<_> = rows.map(fresh::<tables::list_people::ActiveModel, _>).collect();
    for part in rows.chunks(500) {
        tables::list_people::Entity::insert_many(part.to_vec()).exec_without_returning(tx).await?;
    }
    let marks: BTreeSet<i64> = held.iter().flat_map(|held| held.marks.iter().copied()).collect();
    let marks = marks.into_iter().map(|mark| tables::list_marks::Model { edition: edition.to_owned(), mark });
    let marks: Vec<_> = marks.map(fresh::<tables::list_marks::ActiveModel, _>).collect();
    for part in marks.chunks(500) {
        // Others of the list may have the same name.
        let once = OnConflict::columns([M::Edition, M::Mark]).do_nothing().to_owned();
        tables::list_marks::Entity::insert_many(part.to_vec())
            .on_conflict(once)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Removes the next marks of a list. False once there are none any more.
pub(crate) async fn forget_marks(tx: &DatabaseTransaction, edition: &str, most: u64) -> Result<bool> {
    use tables::list_marks::Column as M;
    let next: Vec<i64> = tables::list_marks::Entity::find()
        .select_only()
        .column(M::Mark)
        .filter(M::Edition.eq(edition))
        .order_by_asc(M::Mark)
        .limit(most)
        .into_tuple()
        .all(tx)
        .await?;
    let Some(last) = next.last() else { return Ok(false) };
    tables::list_marks::Entity::delete_many()
        .filter(M::Edition.eq(edition))
        .filter(M::Mark.lte(*last))
        .exec(tx)
        .await?;
    Ok(true)
}

/// The list of a notice doesn't count any more. Its rows are swept later, many at a time.
pub(super) async fn drop_list(tx: &DatabaseTransaction, notice: NoticeId) -> Result<()> {
    set_state(tx, notice, None, (CURRENT, DROPPED)).await
}

async fn set_state(
    tx: &DatabaseTransaction,
    notice: NoticeId,
    edition: Option<&str>,
    (from, to): (&str, &str),
) -> Result<()> {
    use tables::list_editions::Column as E;
    let mut update = tables::list_editions::Entity::update_many()
        .col_expr(E::State, Expr::val(to))
        .filter(E::NoticeId.eq(notice.to_string()))
        .filter(E::State.eq(from));
    if let Some(edition) = edition {
        update = update.filter(E::Edition.eq(edition));
    }
    update.exec(tx).await?;
    Ok(())
}

/// A notice that came to its end. What was never released needs its list no more; of what was, the days begin after
/// which it is removed.
pub(super) async fn ended(tx: &DatabaseTransaction, ctx: &Ctx, notice: &Notice) -> Result<()> {
    use tables::deliveries::Column as D;
    if !notice.stage.is_settled() {
        return Ok(());
    }
    if notice.sent_at.is_none() {
        if notice.stage == Stage::Cancelled && notice.list != RecipientList::default() {
            drop_list(tx, notice.id).await?;
        }
        return Ok(());
    }
    tables::deliveries::Entity::update_many()
        .col_expr(D::FinishedAt, Expr::val(micros(ctx.now)))
        .filter(D::NoticeId.eq(notice.id.to_string()))
        .exec(tx)
        .await?;
    Ok(())
}

async fn save(tx: &DatabaseTransaction, file: &RecipientFile) -> Result<()> {
    use tables::recipient_files::Column as F;
    let at = Condition::all().add(F::Id.eq(file.id.to_string())).add(F::State.eq(FileState::Read.code()));
    replace::<tables::recipient_files::Entity>(tx, fresh(file_row(file)?), at).await
}

/// The rows of a file that waited; those that were wrong stay.
async fn forget_rows(tx: &DatabaseTransaction, file: &RecipientFile) -> Result<()> {
    use tables::recipient_file_parts::Column as P;
    tables::recipient_file_parts::Entity::delete_many()
        .filter(P::FileId.eq(file.id.to_string()))
        .filter(P::Kind.eq(crate::notices::people::ROWS))
        .exec(tx)
        .await?;
    Ok(())
}

fn file_row(f: &RecipientFile) -> Result<tables::recipient_files::Model> {
    Ok(tables::recipient_files::Model {
        id: f.id.to_string(),
        notice_id: f.notice.to_string(),
        incident_id: f.incident.to_string(),
        name: f.name.clone(),
        state: f.state.code().to_owned(),
        headings: to_json(&f.headings)?,
        row_count: i64::try_from(f.rows).unwrap_or(i64::MAX),
        sha256: f.sha256.clone(),
        mapping: to_json(&f.mapping)?,
        counts: to_json(&f.counts)?,
        read_at: micros(f.read_at),
        read_by: f.read_by.to_string(),
        taken_at: f.taken_at.map(micros),
    })
}

/// A file without its rows.
pub(crate) fn file(row: &tables::recipient_files::Model) -> Result<RecipientFile> {
    Ok(RecipientFile {
        id: super::id(&row.id)?,
        notice: super::id(&row.notice_id)?,
        incident: super::id(&row.incident_id)?,
        name: row.name.clone(),
        state: word(&row.state)?,
        headings: json(&row.headings)?,
        rows: u64::try_from(row.row_count).unwrap_or_default(),
        sha256: row.sha256.clone(),
        mapping: json(&row.mapping)?,
        counts: json(&row.counts)?,
        read_at: instant(row.read_at)?,
        read_by: super::id(&row.read_by)?,
        taken_at: instant_opt(row.taken_at)?,
    })
}
