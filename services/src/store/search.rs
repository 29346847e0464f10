//! Full text. What counts as a word is decided here, so that both engines find the same whatever their locale.

use super::tables;
use crate::error::Result;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, FromQueryResult, Statement, Value,
};
use std::collections::BTreeSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longer words are found by so many of their first characters.
const WORD_MAX: usize = 64;

/// The words of a text: letters and digits without case and accents, each word once.
fn words(text: &str) -> BTreeSet<String> {
    let folded: String =
        text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(WORD_MAX).collect())
        .collect()
}

/// What can be found.
pub(crate) struct Doc<'a> {
    /// The id of the thing itself.
    pub target: String,
    /// Empty for what belongs to no incident.
    pub incident: String,
    pub kind: &'static str,
    pub title: &'a str,
    pub body: &'a str,
}

/// Puts a document into the index, or puts the new one in the place of the old.
pub(crate) async fn index(tx: &DatabaseTransaction, doc: &Doc<'_>) -> Result<()> {
    let sql = "INSERT INTO search_docs (target, incident_id, kind, title, body, words) VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (target) DO UPDATE SET title = excluded.title, body = excluded.body, words = excluded.words, incident_id = excluded.incident_id";
    let words: Vec<String> = words(&format!("{} {}", doc.title, doc.body)).into_iter().collect();
    let values: [Value; 6] = [
        doc.target.clone().into(),
        doc.incident.clone().into(),
        doc.kind.into(),
        doc.title.into(),
        doc.body.into(),
        words.join(" ").into(),
    ];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Takes a document out of the index.
pub(crate) async fn forget(tx: &DatabaseTransaction, target: &str) -> Result<()> {
    let sql = "DELETE FROM search_docs WHERE target = $1";
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [target.into()])).await?;
    Ok(())
}

/// A document that was found.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Found {
    pub target: String,
    pub incident_id: String,
    pub kind: String,
    pub title: String,
    pub body: String,
    pub reference: Option<String>,
}

/// Whose eyes: an account, whether its role reads every unrestricted incident, and alerts.
pub(crate) struct Eyes {
    pub account: String,
    pub all_unrestricted: bool,
    pub alerts: bool,
    pub no_incidents: bool,
    pub now: i64,
}

/// The newest documents that hold every word of the question, of incidents (and alerts) that these eyes may see.
pub(crate) async fn find(
    db: &DatabaseConnection,
    question: &str,
    eyes: &Eyes,
    limit: u64,
) -> Result<Vec<Found>> {
    let asked = words(question);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let asked = asked.iter();
    // A word has no quotation mark in it: see `words`.
    let (matching, query) = match db.get_database_backend() {
        DbBackend::Postgres => (
            "d.lexemes @@ CAST($1 AS tsquery)",
            asked.map(|word| format!("'{word}':*")).collect::<Vec<_>>().join(" & "),
        ),
        _ => (
            "d.rowid IN (SELECT rowid FROM search_fts WHERE search_fts MATCH $1)",
            asked.map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" "),
        ),
    };
    let sql = format!(
        "SELECT d.target, d.incident_id, d.kind, d.title, d.body, i.reference FROM search_docs d \
         LEFT JOIN incidents i ON i.id = d.incident_id \
         WHERE {matching} AND ((d.incident_id = '' AND $2) OR (d.incident_id <> '' AND NOT $6 AND ((i.restricted = FALSE AND $3) OR EXISTS \
         (SELECT 1 FROM members m WHERE m.incident_id = d.incident_id AND m.account_id = $4 AND (m.until IS NULL OR m.until > $5))))) \
         ORDER BY d.rowid DESC LIMIT {limit}"
    );
    let values: [Value; 6] = [
        query.into(),
        eyes.alerts.into(),
        eyes.all_unrestricted.into(),
        eyes.account.clone().into(),
        eyes.now.into(),
        eyes.no_incidents.into(),
    ];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(Found::find_by_statement(statement).all(db).await?)
}

/// What of an incident's own head is found.
pub(crate) fn incident(row: &tables::incidents::Model) -> Doc<'_> {
    Doc {
        target: row.id.clone(),
        incident: row.id.clone(),
        kind: "incident",
        title: &row.title,
        body: &row.summary,
    }
}
