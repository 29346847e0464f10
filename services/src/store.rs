//! Storage: the only place that knows tables. Rows become domain values here and nowhere else.

pub(crate) mod apply;
pub(crate) mod assessments;
pub(crate) mod boxes;
pub(crate) mod claims;
pub(crate) mod clocks;
pub(crate) mod correspondence;
pub(crate) mod counts;
pub(crate) mod decisions;
pub(crate) mod deliveries;
pub(crate) mod items;
pub(crate) mod library;
pub(crate) mod parties;
pub(crate) mod recipients;
pub(crate) mod register;
pub(crate) mod review;
pub(crate) mod rows;
pub(crate) mod runs;
pub(crate) mod search;
pub(crate) mod tables;
pub(crate) mod texts;

use crate::error::{Error, Result};
use chrono::{DateTime, Utc};

/// An instant as stored: microseconds since 1970.
pub(crate) fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp_micros()
}

/// An instant as read.
pub(crate) fn instant(micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| Error::corrupt("instant", &micros.to_string()))
}

/// An instant that may be absent.
pub(crate) fn instant_opt(micros: Option<i64>) -> Result<Option<DateTime<Utc>>> {
    micros.map(instant).transpose()
}

/// A stored word of a closed set.
pub(crate) fn word<C: domain::text::Choice>(code: &str) -> Result<C> {
    C::from_code(code).ok_or_else(|| Error::corrupt("word", code))
}

/// A stored id.
pub(crate) fn id<I: std::str::FromStr>(text: &str) -> Result<I> {
    text.parse().map_err(|_| Error::corrupt("id", text))
}

/// A stored id that may be absent.
pub(crate) fn id_opt<I: std::str::FromStr>(text: Option<&str>) -> Result<Option<I>> {
    text.map(id).transpose()
}

/// A stored JSON value.
pub(crate) fn json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|why| Error::corrupt("json", &why.to_string()))
}

/// A value as stored JSON.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|why| Error::corrupt("json", &why.to_string()))
}

/// Writes go one after the other on both engines. SQLite's IMMEDIATE does that by itself; on
/// PostgreSQL the transaction takes a lock of its own until it ends, so that two processes can't tie
/// two entries to the same end of a stream.
pub(crate) async fn one_writer(tx: &sea_orm::DatabaseTransaction) -> Result<()> {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(Statement::from_string(DbBackend::Postgres, "SELECT pg_advisory_xact_lock(7272)"))
            .await?;
    }
    Ok(())
}

/// The database file is for its owner alone.
pub(crate) fn owner_only(path: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(())
}

/// The one text that a query of our own answers with.
pub(crate) async fn one_text(db: &sea_orm::DatabaseConnection, sql: &str) -> Result<String> {
    use sea_orm::{ConnectionTrait, Statement};
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let text = row.map(|r| r.try_get_by_index::<String>(0)).transpose()?;
    Ok(text.unwrap_or_default())
}

/// Whether this session holds the turn to send mail, taking it if it is free. SQLite has one serving
/// process by its lock file. On PostgreSQL the turn is a lock of the session: it is free again as soon
/// as its holder is gone, whatever the clocks say.
pub(crate) async fn sender_turn(session: &sea_orm::DatabaseConnection) -> Result<bool> {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    if session.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let asked = Statement::from_string(DbBackend::Postgres, "SELECT pg_try_advisory_lock(7273)");
    let row = session.query_one_raw(asked).await?;
    Ok(row.map(|r| r.try_get_by_index::<bool>(0)).transpose()?.unwrap_or(false))
}

/// Writes a copy of the SQLite database that is consistent in itself.
pub(crate) async fn vacuum_into(db: &sea_orm::DatabaseConnection, to: &std::path::Path) -> Result<()> {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    let to = to.display().to_string();
    db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO $1", [to.into()])).await?;
    Ok(())
}

/// Whether a text can be stored at all: PostgreSQL keeps no NUL, so nothing stored matches a text with one.
pub(crate) fn can_be_stored(text: &str) -> bool {
    !text.contains('\0')
}

/// What `text` is looked for as where the column is lowered by the engine: SQLite lowers ASCII alone.
pub(crate) fn lowered<C: sea_orm::ConnectionTrait>(db: &C, text: &str) -> String {
    match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => text.to_lowercase(),
        _ => text.to_ascii_lowercase(),
    }
}

/// The page that was asked for: at least the first, and none so far off that its offset is no number.
pub(crate) fn page(asked: u64) -> u64 {
    asked.clamp(1, i64::MAX.unsigned_abs() / domain::view::PAGE)
}

/// Makes a folder that is for its owner alone, where there is none.
pub(crate) fn private_folder(path: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    Ok(())
}
