//! Rows of the outbox.

use super::{micros, rows::fresh, tables};
use crate::{ctx::Ctx, error::Result};
use chrono::{DateTime, Utc};
use domain::{
    delivery::{DeliveryState, RecipientList, address_key},
    event::Outgoing,
    id::{DeliveryId, NoticeId},
    notice::{Content, Notice},
    text::Choice,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};

/// Behind the `@` of a Message-ID while no relay is set: a name that nobody can have (RFC 2606, section 2).
pub(crate) const NO_DOMAIN: &str = "breachdesk.invalid";

/// A mail that waits to be sent. Date, Message-ID and boundary are fixed here, so that every try
/// sends the same bytes.
pub(crate) fn queued(
    id: DeliveryId,
    purpose: &str,
    notice: Option<NoticeId>,
    (recipient, message_id): (String, String),
    now: DateTime<Utc>,
) -> tables::outbox::Model {
    tables::outbox::Model {
        id: id.to_string(),
        unique_key: match notice {
            Some(notice) => format!("{notice}:{}", address_key(&recipient)),
            None => id.to_string(),
        },
        purpose: purpose.to_owned(),
        notice_id: notice.map(|n| n.to_string()),
        recipient,
        subject: None,
        text: None,
        dated_at: micros(now),
        message_id,
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
        bounced_at: None,
        bounce_status: None,
        bounce_diagnosis: None,
        insisted_at: None,
    }
}

/// Keeps what leaves word for word, and puts one mail for each typed recipient into the outbox. A long list follows
/// chunk by chunk.
pub(crate) async fn release(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    (notice, message_domain): (&Notice, &str),
    content: &Content,
    mails: &[Outgoing],
) -> Result<()> {
    let sending = tables::sendings::Model {
        notice_id: notice.id.to_string(),
        subject: content.subject.clone(),
        text: content.text.clone(),
        html: content.html.clone(),
        digest: content.digest(),
        dated_at: micros(ctx.now),
        merge: notice.merged_fields().join(","),
    };
    tables::sendings::Entity::insert(fresh(sending)).exec_without_returning(tx).await?;
    let delivery = tables::deliveries::Model {
        notice_id: notice.id.to_string(),
        people: i64::try_from(notice.people()).unwrap_or(i64::MAX),
        sealed: i64::try_from(mails.len()).unwrap_or(i64::MAX),
        digest: RecipientList::default().digest,
        message_domain: message_domain.to_owned(),
        revision: notice.revision,
        paused_at: None,
        paused_by: None,
        paused_why: None,
        warned_at: None,
        finished_at: None,
        purging_at: None,
        purged_at: None,
    };
    tables::deliveries::Entity::insert(fresh(delivery)).exec_without_returning(tx).await?;
    let row = |m: &Outgoing| {
        let to = (m.recipient.clone(), m.message_id.clone());
        queued(m.id, "notice", Some(notice.id), to, ctx.now)
    };
    insert(tx, mails.iter().map(row).collect()).await
}

/// What has not left yet will not.
pub(crate) async fn cancel(tx: &DatabaseTransaction, notice: NoticeId) -> Result<()> {
    use tables::outbox::Column as C;
    tables::outbox::Entity::update_many()
        .col_expr(C::State, Expr::val("cancelled"))
        .filter(C::NoticeId.eq(notice.to_string()))
        .filter(C::State.is_in(["queued", "deferred", "leased", "held"]))
        .exec(tx)
        .await?;
    Ok(())
}

/// Pauses the mails of a notice, or goes on with them: since when, by whom and why.
pub(crate) async fn pause(
    tx: &DatabaseTransaction,
    notice: NoticeId,
    paused: Option<(i64, &str, &str)>,
) -> Result<()> {
    use tables::deliveries::Column as D;
    tables::deliveries::Entity::update_many()
        .col_expr(D::PausedAt, Expr::val(paused.map(|(at, ..)| at)))
        .col_expr(D::PausedBy, Expr::val(paused.map(|(_, by, _)| by.to_owned())))
        .col_expr(D::PausedWhy, Expr::val(paused.map(|(.., why)| why.to_owned())))
        .filter(D::NoticeId.eq(notice.to_string()))
        .exec(tx)
        .await?;
    if paused.is_some() {
        // What is leased and not begun is taken out of the sender's hand: its mark will no longer be taken.
        use tables::outbox::Column as C;
        tables::outbox::Entity::update_many()
            .col_expr(C::State, Expr::val(DeliveryState::Queued.code()))
            .col_expr(C::LeaseOwner, Expr::val(None::<String>))
            .col_expr(C::AttemptId, Expr::val(None::<String>))
            .filter(C::NoticeId.eq(notice.to_string()))
            .filter(C::State.eq(DeliveryState::Leased.code()))
            .exec(tx)
            .await?;
    }
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
