//! Putting the people of a long list into the outbox, a chunk at a time: it may be cut off anywhere and goes on from
//! there. Nothing of the notice leaves before everybody is in, and the list is the one that was approved.

use super::marks::settle;
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    notices::people,
    sealing::Key,
    store::{self, apply::apply, boxes, micros, tables},
    write::{Alarm, Audience},
};
use domain::{
    access::Role,
    delivery::{CHUNK_MAX, RecipientList, address_key},
    id::{DeliveryId, NoticeId},
    journal::Draft,
    notice::stage::Stage,
    recipient::Channel,
    text::Choice,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

/// The Message-ID of a mail: the same whenever it is made from the same list, and only this desk can tell whose it is.
pub(crate) fn message_id(
    key: &Key,
    (notice, revision): (NoticeId, i64),
    address: &str,
    domain: &str,
) -> Result<String> {
    let mac = key.mac("message-id", &format!("{notice}\n{revision}\n{}", address_key(address)))?;
    let short = mac.first_chunk::<16>().map(|part| data_encoding::BASE32_NOPAD.encode(part));
    Ok(format!("{notice}.{revision}.{}@{domain}", short.unwrap_or_default().to_ascii_lowercase()))
}

impl Services {
    /// Puts the next chunk of a released list into the outbox. False once there is none.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn seal_mail(&self, ctx: &Ctx) -> Result<bool> {
        if next(&self.reader).await?.is_none() {
            return Ok(false);
        }
        self.batch(ctx, async |tx| {
            let Some(delivery) = next(tx).await? else { return Ok((false, Vec::new())) };
            Ok((true, self.chunk(tx, ctx, delivery).await?))
        })
        .await
    }

    async fn chunk(
        &self,
        tx: &DatabaseTransaction,
        ctx: &Ctx,
        delivery: tables::deliveries::Model,
    ) -> Result<Vec<Draft>> {
        use tables::deliveries::Column as D;
        let id: NoticeId = store::id(&delivery.notice_id)?;
        let rows = match people::current(tx, &delivery.notice_id).await? {
            Some(edition) => people::after(tx, &edition, delivery.sealed, CHUNK_MAX as u64).await?,
            None => Vec::new(),
        };
        let mut people = Vec::with_capacity(rows.len());
        for row in &rows {
            people.extend(people::person(&self.key, row)?.map(|person| (row.digest.as_str(), person)));
        }
        let sealed = u64::try_from(delivery.sealed).unwrap_or_default();
        let begun = RecipientList { count: sealed, digest: delivery.digest.clone() };
        let list = people.iter().fold(begun, |list, (_, person)| list.and(&person.line()));
        let complete = list.count == u64::try_from(delivery.people).unwrap_or_default();
        if people.is_empty() || (complete && !is_approved(tx, &delivery.notice_id, &list).await?) {
            self.not_the_list(tx, ctx, id).await?;
            return Ok(Vec::new());
        }
        let dated = tables::sendings::Entity::find_by_id(delivery.notice_id.clone()).one(tx).await?;
        let dated_at = dated.map_or(micros(ctx.now), |sending| sending.dated_at);
        let mut mails = Vec::with_capacity(people.len());
        // Whoever is told otherwise stands in the list of that.
        for (digest, person) in people.iter().filter(|(_, person)| person.channel == Channel::Email) {
            let mail = DeliveryId::from_bits(ctx.fresh.bits());
            let of = (id, delivery.revision);
            let message_id = message_id(&self.key, of, &person.email, &delivery.message_domain)?;
            let to = people::sealed_addressee(&self.key, &ctx.fresh, person)?;
            let row = boxes::queued(mail, "notice", Some(id), (to, message_id), ctx.now);
            let unique_key = format!("{id}:{digest}");
            mails.push(tables::outbox::Model { dated_at, unique_key, ..row });
        }
        boxes::insert(tx, mails).await?;
        tables::deliveries::Entity::update_many()
            .col_expr(D::Sealed, Expr::val(i64::try_from(list.count).unwrap_or(i64::MAX)))
            .col_expr(D::Digest, Expr::val(list.digest))
            .filter(D::NoticeId.eq(delivery.notice_id.as_str()))
            .exec(tx)
            .await?;
        // Where nobody gets a mail, no mail will end it.
        match settle(tx, ctx, &delivery.notice_id, false, complete).await? {
            Some(event) => {
                apply(tx, ctx, &event).await?;
                Ok(vec![event.journal()])
            }
            None => Ok(Vec::new()),
        }
    }

    /// The list in the database isn't the one that was approved: nothing of it leaves.
    async fn not_the_list(&self, tx: &DatabaseTransaction, ctx: &Ctx, notice: NoticeId) -> Result<()> {
        let why = "The list of recipients isn't the one that was approved.";
        boxes::pause(tx, notice, Some((micros(ctx.now), &ctx.actor.name(), why))).await?;
        let alarm = Alarm {
            to: vec![Audience::Role(Role::Dpo), Audience::Role(Role::Administrator)],
            purpose: "sending_paused",
            subject: "A notice was paused".to_owned(),
            text: format!("{why} Nothing of it was sent. The notice is {notice}."),
        };
        self.enqueue(tx, ctx, &alarm).await
    }
}

/// A released notice whose people are not all in the outbox yet.
async fn next<C: ConnectionTrait>(db: &C) -> Result<Option<tables::deliveries::Model>> {
    use tables::{deliveries::Column as D, notices::Column as N};
    let open = tables::deliveries::Entity::find()
        .filter(Expr::col(D::Sealed).lt(Expr::col(D::People)))
        .filter(D::PausedAt.is_null())
        .all(db)
        .await?;
    for delivery in open {
        let sending = tables::notices::Entity::find()
            .select_only()
            .column(N::Id)
            .filter(N::Id.eq(delivery.notice_id.as_str()))
            .filter(N::Stage.eq(Stage::Sending.code()));
        if sending.into_tuple::<String>().one(db).await?.is_some() {
            return Ok(Some(delivery));
        }
    }
    Ok(None)
}

async fn is_approved(tx: &DatabaseTransaction, notice: &str, list: &RecipientList) -> Result<bool> {
    let row = tables::notices::Entity::find_by_id(notice.to_owned()).one(tx).await?;
    Ok(row.is_some_and(|n| n.list_digest == list.digest && u64::try_from(n.list_count) == Ok(list.count)))
}
