//! Full text. The engines differ here; each function has two arms and one meaning.

use super::tables;
use crate::error::Result;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, FromQueryResult, Statement, Value,
};

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
    let sql = "INSERT INTO search_docs (target, incident_id, kind, title, body) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (target) DO UPDATE SET title = excluded.title, body = excluded.body, incident_id = excluded.incident_id";
    let values: [Value; 5] = [
        doc.target.clone().into(),
        doc.incident.clone().into(),
        doc.kind.into(),
        doc.title.into(),
        doc.body.into(),
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

/// The newest documents that hold every word, of incidents (and alerts) that these eyes may see.
pub(crate) async fn find(
    db: &DatabaseConnection,
    words: &str,
    eyes: &Eyes,
    limit: u64,
) -> Result<Vec<Found>> {
    let terms: Vec<String> =
        words.split_whitespace().take(12).map(|w| w.replace('"', "")).filter(|w| !w.is_empty()).collect();
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let (matching, query) = match db.get_database_backend() {
        DbBackend::Postgres => {
            let lexemes: Vec<String> = terms
                .iter()
                .map(|t| format!("'{}':*", t.replace('\\', "\\\\").replace('\'', "''")))
                .collect();
            ("d.words @@ to_tsquery('simple', $1)", lexemes.join(" & "))
        }
        _ => {
            let quoted: Vec<String> = terms.iter().map(|t| format!("\"{t}\"*")).collect();
            ("d.rowid IN (SELECT rowid FROM search_fts WHERE search_fts MATCH $1)", quoted.join(" "))
        }
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
