//! Saving and reading the organisation's own texts of notices.

use super::{
    apply::{insert, replace},
    id, instant, json, micros,
    rows::{fresh, library::said},
    tables, to_json, word,
};
use crate::error::{Error, Result};
use domain::{
    event::texts::TextEvent,
    notice::{
        own_text::version::TextVersion,
        template::{Language, NoticeKind},
    },
    playbook::edition::{EditionState, Said},
    text::Choice,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
};

pub(super) async fn apply(tx: &DatabaseTransaction, event: &TextEvent) -> Result<()> {
    match event {
        TextEvent::Drafted(t) => insert::<tables::notice_texts::Entity>(tx, fresh(row(t)?)).await,
        TextEvent::Saved(t) | TextEvent::Declined(t) | TextEvent::Published(t) | TextEvent::Ended(t) => {
            use tables::notice_texts::Column as C;
            let at = Condition::all().add(C::Id.eq(t.id.to_string())).add(C::Revision.eq(t.revision - 1));
            replace::<tables::notice_texts::Entity>(tx, fresh(row(t)?), at).await
        }
    }
}

/// Every version of a kind in a language, the newest first.
pub(crate) async fn versions<C: ConnectionTrait>(
    db: &C,
    (kind, language): (NoticeKind, Language),
) -> Result<Vec<TextVersion>> {
    use tables::notice_texts::Column as C;
    let found = tables::notice_texts::Entity::find()
        .filter(C::Kind.eq(kind.code()))
        .filter(C::Language.eq(language.code()))
        .order_by_desc(C::Version)
        .all(db)
        .await?;
    found.iter().map(version).collect()
}

/// The version that words new drafts.
pub(crate) async fn published<C: ConnectionTrait>(
    db: &C,
    (kind, language): (NoticeKind, Language),
) -> Result<Option<TextVersion>> {
    use tables::notice_texts::Column as C;
    let found = tables::notice_texts::Entity::find()
        .filter(C::State.eq(EditionState::Published.code()))
        .filter(C::Kind.eq(kind.code()))
        .filter(C::Language.eq(language.code()))
        .one(db)
        .await?;
    found.as_ref().map(version).transpose()
}

/// Every version that is published or being written.
pub(crate) async fn live<C: ConnectionTrait>(db: &C) -> Result<Vec<TextVersion>> {
    use tables::notice_texts::Column as C;
    let live = [EditionState::Draft, EditionState::Published].map(Choice::code);
    let found = tables::notice_texts::Entity::find().filter(C::State.is_in(live)).all(db).await?;
    found.iter().map(version).collect()
}

fn version(row: &tables::notice_texts::Model) -> Result<TextVersion> {
    Ok(TextVersion {
        id: id(&row.id)?,
        kind: word(&row.kind)?,
        language: word(&row.language)?,
        version: u32::try_from(row.version)
            .map_err(|_| Error::corrupt("version", &row.version.to_string()))?,
        statements: json(&row.statements)?,
        built_in: json(&row.built_in)?,
        state: word(&row.state)?,
        begun_at: instant(row.begun_at)?,
        begun_by: id(&row.begun_by)?,
        saved_at: instant(row.saved_at)?,
        saved_by: id(&row.saved_by)?,
        authors: json(&row.authors)?,
        declined: said(row.declined_at, row.declined_by.as_deref(), &row.declined_reason)?,
        published: said(row.published_at, row.published_by.as_deref(), "")?,
        ended: said(row.ended_at, row.ended_by.as_deref(), &row.ended_reason)?,
        revision: row.revision,
    })
}

fn row(t: &TextVersion) -> Result<tables::notice_texts::Model> {
    let at = |said: &Option<Said>| said.as_ref().map(|s| micros(s.at));
    let by = |said: &Option<Said>| said.as_ref().map(|s| s.by.to_string());
    let reason = |said: &Option<Said>| said.as_ref().map(|s| s.reason.clone()).unwrap_or_default();
    Ok(tables::notice_texts::Model {
        id: t.id.to_string(),
        kind: t.kind.code().to_owned(),
        language: t.language.code().to_owned(),
        version: i64::from(t.version),
        statements: to_json(&t.statements)?,
        built_in: to_json(&t.built_in)?,
        state: t.state.code().to_owned(),
        begun_at: micros(t.begun_at),
        begun_by: t.begun_by.to_string(),
        saved_at: micros(t.saved_at),
        saved_by: t.saved_by.to_string(),
        authors: to_json(&t.authors)?,
        declined_at: at(&t.declined),
        declined_by: by(&t.declined),
        declined_reason: reason(&t.declined),
        published_at: at(&t.published),
        published_by: by(&t.published),
        ended_at: at(&t.ended),
        ended_by: by(&t.ended),
        ended_reason: reason(&t.ended),
        revision: t.revision,
    })
}
