//! Taking mails in hand. Both engines read the same statements; each uses the index of waiting mails.

use super::tables;
use crate::error::Result;
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait, Statement, Value};

/// What must hold of a notice before a mail of it may leave: approved and released, its list complete in the outbox,
/// and nobody has paused it.
const LEAVES: &str = "n.stage = 'sending' AND d.sealed = d.people AND d.paused_at IS NULL";

/// The notices of which mails are due, and `None` for mails of the desk's own, which come first.
pub(crate) async fn due<C: ConnectionTrait>(db: &C, now: i64) -> Result<Vec<Option<String>>> {
    let due = "o.state IN ('queued', 'deferred') AND o.next_at <= $1";
    let sql = format!(
        "SELECT notice_id FROM (\
         SELECT o.notice_id AS notice_id FROM outbox o WHERE o.notice_id IS NULL AND {due} LIMIT 1) own \
         UNION ALL \
         SELECT n.id AS notice_id FROM notices n JOIN deliveries d ON d.notice_id = n.id \
         WHERE {LEAVES} AND EXISTS (SELECT 1 FROM outbox o WHERE o.notice_id = n.id AND {due})"
    );
    let found = db
        .query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [now.into()]))
        .await?;
    let mut notices = Vec::with_capacity(found.len());
    for row in found {
        notices.push(row.try_get_by_index::<Option<String>>(0)?);
    }
    notices.sort();
    Ok(notices)
}

/// Leases up to `most` mails of a notice, or of the desk's own, in one statement. `claim` begins the id of each
/// attempt; the mail's own id makes it one of its own.
pub(crate) async fn claim(
    tx: &DatabaseTransaction,
    notice: Option<&str>,
    boot: &str,
    claim: &str,
    now: i64,
    most: u64,
) -> Result<Vec<tables::outbox::Model>> {
    let mut values: Vec<Value> =
        vec![boot.into(), claim.into(), now.into(), i64::try_from(most).unwrap_or(i64::MAX).into()];
    let of_whom = match notice {
        None => "o.notice_id IS NULL".to_owned(),
        Some(notice) => {
            values.push(notice.into());
            format!(
                "o.notice_id = $5 AND EXISTS (SELECT 1 FROM notices n JOIN deliveries d ON d.notice_id = n.id \
                 WHERE n.id = $5 AND {LEAVES})"
            )
        }
    };
    let sql = format!(
        "UPDATE outbox SET state = 'leased', lease_owner = $1, attempt_id = $2 || id WHERE id IN (\
         SELECT o.id FROM outbox o WHERE {of_whom} AND o.state IN ('queued', 'deferred') AND o.next_at <= $3 \
         ORDER BY o.next_at LIMIT $4) RETURNING *"
    );
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let mut found = tables::outbox::Entity::find().from_raw_sql(statement).all(tx).await?;
    found.sort_by(|a, b| (a.next_at, &a.id).cmp(&(b.next_at, &b.id)));
    Ok(found)
}
