//! How many of each lie in an incident: one query, because every page of an incident shows them.

use crate::error::{Error, Result};
use domain::view::Counts;
use sea_orm::{ConnectionTrait, DatabaseConnection, FromQueryResult, Statement};

#[derive(FromQueryResult)]
struct Row {
    entries: i64,
    tasks: i64,
    facts: i64,
    playbooks: i64,
    evidence: i64,
    notices: i64,
    questions: i64,
    notes: i64,
    parties: i64,
    journal: i64,
}

/// The counts of the tabs; with what is counsel's privileged for those who see it.
pub(crate) async fn of(db: &DatabaseConnection, incident: &str, privileged: bool) -> Result<Counts> {
    let sql = "SELECT \
        (SELECT COUNT(*) FROM entries WHERE incident_id = $1 AND kind = 'manual' AND withdrawn_at IS NULL) AS entries, \
        (SELECT COUNT(*) FROM tasks WHERE incident_id = $1 AND done_at IS NULL) AS tasks, \
        (SELECT COUNT(*) FROM facts WHERE incident_id = $1 AND superseded_at IS NULL AND about_kind = 'incident') AS facts, \
        (SELECT COUNT(*) FROM runs WHERE incident_id = $1) AS playbooks, \
        (SELECT COUNT(*) FROM evidence WHERE incident_id = $1 AND withdrawn_at IS NULL AND ($3 OR NOT privileged)) AS evidence, \
        (SELECT COUNT(*) FROM notices WHERE incident_id = $1) AS notices, \
        (SELECT COUNT(*) FROM questions WHERE incident_id = $1 AND state NOT IN ('answered', 'withdrawn')) AS questions, \
        (SELECT COUNT(*) FROM notes WHERE incident_id = $1 AND ($3 OR NOT privileged)) AS notes, \
        (SELECT COUNT(*) FROM case_parties WHERE incident_id = $1 AND removed_at IS NULL) AS parties, \
        COALESCE((SELECT seq FROM heads WHERE stream = $2), 0) AS journal";
    let values = [incident.into(), format!("incident:{incident}").into(), privileged.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let row = Row::find_by_statement(statement).one(db).await?.ok_or(Error::NotFound)?;
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    Ok(Counts {
        entries: count(row.entries),
        open_tasks: count(row.tasks),
        facts: count(row.facts),
        playbooks: count(row.playbooks),
        evidence: count(row.evidence),
        notices: count(row.notices),
        questions: count(row.questions),
        notes: count(row.notes),
        parties: count(row.parties),
        journal: count(row.journal),
    })
}

/// Which of the rows that clocks rest on there are at all. Most cases have few of them, and every page of a case
/// asks.
#[derive(FromQueryResult)]
pub(crate) struct Recorded {
    pub triggers: i64,
    pub submissions: i64,
    pub accepted: i64,
    pub authorities: i64,
    pub rules: i64,
    pub decisions: i64,
    pub orders: i64,
    pub receipts: i64,
    pub parties: i64,
}

impl Recorded {
    pub(crate) async fn of<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Self> {
        let sql = "SELECT \
            (SELECT COUNT(*) FROM trigger_instants WHERE incident_id = $1) AS triggers, \
            (SELECT COUNT(*) FROM submissions WHERE incident_id = $1) AS submissions, \
            (SELECT COUNT(*) FROM notices WHERE incident_id = $1 AND first_accepted_at IS NOT NULL) AS accepted, \
            (SELECT COUNT(*) FROM case_authorities WHERE incident_id = $1) AS authorities, \
            (SELECT COUNT(*) FROM case_rules WHERE incident_id = $1) AS rules, \
            (SELECT COUNT(*) FROM decisions WHERE incident_id = $1) AS decisions, \
            (SELECT COUNT(*) FROM orders WHERE incident_id = $1) AS orders, \
            (SELECT COUNT(*) FROM receipts WHERE incident_id = $1) AS receipts, \
            (SELECT COUNT(*) FROM case_parties WHERE incident_id = $1) AS parties";
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [incident.into()]);
        Self::find_by_statement(statement).one(db).await?.ok_or(Error::NotFound)
    }
}
