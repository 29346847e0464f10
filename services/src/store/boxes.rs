//! Rows of the outbox.

use super::{micros, rows::fresh, tables};
use crate::{ctx::Ctx, error::Result};
use chrono::{DateTime, Utc};
use domain::{
    event::Outgoing,
    id::{DeliveryId, NoticeId},
    notice::Content,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};

/// A mail that waits to be sent. Date, Message-ID and boundary are fixed here, so that every try
/// sends the same bytes.
pub(crate) fn queued(
    id: DeliveryId,
    purpose: &str,
    notice: Option<NoticeId>,
    recipient: String,
    now: DateTime<Utc>,
) -> tables::outbox::Model {
    tables::outbox::Model {
        id: id.to_string(),
        unique_key: match notice {
            Some(notice) => format!("{notice}:{recipient}"),
            None => id.to_string(),
        },
        purpose: purpose.to_owned(),
        notice_id: notice.map(|n| n.to_string()),
        recipient,
        subject: None,
        text: None,
        dated_at: micros(now),
        message_id: format!("{id}@breachdesk.invalid"),
        boundary: id.to_string(),
        state: "queued".to_owned(),
        attempts: 0,
        next_at: micros(now),
        lease_owner: None,
        attempt_id: None,
        uncertain_count: 0,
        last_code: None,
        last_reply: None,
        relay: None,
        tls: None,
        accepted_at: None,
        sent_sha256: None,
        created_at: micros(now),
    }
}

/// Keeps what leaves word for word, and puts one mail for each recipient into the outbox.
pub(crate) async fn release(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    notice: NoticeId,
    content: &Content,
    mails: &[Outgoing],
) -> Result<()> {
    let sending = tables::sendings::Model {
        notice_id: notice.to_string(),
        subject: content.subject.clone(),
        text: content.text.clone(),
        html: content.html.clone(),
        digest: content.digest(),
        dated_at: micros(ctx.now),
    };
    tables::sendings::Entity::insert(fresh(sending)).exec_without_returning(tx).await?;
    let rows =
        mails.iter().map(|m| queued(m.id, "notice", Some(notice), m.recipient.clone(), ctx.now)).collect();
    insert(tx, rows).await
}

/// What has not left yet will not.
pub(crate) async fn cancel(tx: &DatabaseTransaction, notice: NoticeId) -> Result<()> {
    use tables::outbox::Column as C;
    tables::outbox::Entity::update_many()
        .col_expr(C::State, Expr::val("cancelled"))
        .filter(C::NoticeId.eq(notice.to_string()))
        .filter(C::State.is_in(["queued", "deferred", "leased"]))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts mails into the outbox, a hundred rows a statement.
pub(crate) async fn insert(tx: &DatabaseTransaction, mails: Vec<tables::outbox::Model>) -> Result<()> {
    for part in mails.chunks(100) {
        let rows = part.iter().cloned().map(fresh::<tables::outbox::ActiveModel, _>);
        tables::outbox::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}
