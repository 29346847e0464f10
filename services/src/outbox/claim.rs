//! Taking mails in hand, and taking back what a process that is gone had in hand.

use super::{IN_HAND, Mail, codes, of_delivery, returned, suppressed};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    notices::people::{self, Frozen},
    sealing::Key,
    store::{self, claims, instant, micros, tables},
};
use domain::{
    delivery::{DeliveryState, OnUncertain},
    id::DeliveryId,
    notice::stage::Stage,
    text::Choice,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, SelectStatement},
};
use std::collections::BTreeMap;

impl Services {
    /// Leases up to `most` mails that are due: the desk's own first, then of each notice its share.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn claim_mail(&self, ctx: &Ctx, boot: &str, most: u64) -> Result<Vec<Mail>> {
        let now = micros(ctx.now);
        let due = claims::due(&self.reader, now).await?;
        if due.is_empty() || most == 0 {
            return Ok(Vec::new());
        }
        let claim = DeliveryId::from_bits(ctx.fresh.bits()).to_string();
        self.batch(ctx, async |tx| {
            let mut mails = Vec::new();
            for (done, notice) in due.iter().enumerate() {
                let others = (due.len() - done) as u64;
                let share = (most - mails.len() as u64).div_ceil(others);
                if share > 0 {
                    let rows = claims::claim(tx, notice.as_deref(), boot, &claim, now, share).await?;
                    mails.extend(with_content(tx, &self.key, notice.as_deref(), rows).await?);
                }
            }
            Ok((mails, Vec::new()))
        })
        .await
    }

    /// Takes back what another process, now gone, had in hand. Call it once when the turn to send came,
    /// with the id of this process.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn reclaim_mail(&self, ctx: &Ctx, boot: &str) -> Result<u64> {
        use tables::outbox::Column as C;
        let now = micros(ctx.now);
        self.batch(ctx, async |tx| {
            let others = C::LeaseOwner.is_not_null().and(C::LeaseOwner.ne(boot));
            let cut_off = tables::outbox::Entity::find()
                .filter(others.clone())
                .filter(C::State.eq(DeliveryState::Attempting.code()))
                .all(tx)
                .await?;
            let mut drafts = Vec::new();
            for row in &cut_off {
                drafts.extend(of_delivery(row, "mail_uncertain")?);
            }
            tables::outbox::Entity::update_many()
                .col_expr(C::UncertainCount, Expr::col(C::UncertainCount).add(1))
                .filter(others.clone())
                .filter(C::State.eq(DeliveryState::Attempting.code()))
                .exec(tx)
                .await?;
            let mut back = 0;
            let at_the_dot = [DeliveryState::Attempting];
            let ways: [(DeliveryState, &[DeliveryState], Option<SelectStatement>); 3] = [
                (DeliveryState::Cancelled, &IN_HAND, Some(cancelled())),
                (DeliveryState::Held, &at_the_dot, Some(holding())),
                (DeliveryState::Queued, &IN_HAND, None),
            ];
            for (to, from, of_notices) in ways {
                let mut update = tables::outbox::Entity::update_many()
                    .col_expr(C::State, Expr::val(to.code()))
                    .col_expr(C::LeaseOwner, Expr::val(None::<String>))
                    .col_expr(C::NextAt, Expr::val(now))
                    .filter(others.clone())
                    .filter(C::State.is_in(codes(from)));
                if let Some(of_notices) = of_notices {
                    update = update.filter(C::NoticeId.in_subquery(of_notices));
                }
                back += update.exec(tx).await?.rows_affected;
            }
            Ok((back, drafts))
        })
        .await
    }

    /// Gives mails back that were leased and not begun, to be claimed again not before `after`.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn return_mail(&self, ctx: &Ctx, mails: &[Mail], after: chrono::Duration) -> Result<()> {
        use tables::outbox::Column as C;
        if mails.is_empty() {
            return Ok(());
        }
        self.batch(ctx, async |tx| {
            tables::outbox::Entity::update_many()
                .col_expr(C::State, Expr::val(DeliveryState::Queued.code()))
                .col_expr(C::LeaseOwner, Expr::val(None::<String>))
                .col_expr(C::NextAt, Expr::val(micros(ctx.now + after)))
                .filter(C::Id.is_in(mails.iter().map(|mail| mail.id.to_string())))
                .filter(C::AttemptId.is_in(mails.iter().map(|mail| mail.attempt.as_str())))
                .filter(C::State.eq(DeliveryState::Leased.code()))
                .exec(tx)
                .await?;
            Ok(((), Vec::new()))
        })
        .await
    }
}

/// The notices that were given up.
fn cancelled() -> SelectStatement {
    use tables::notices::Column as N;
    let of_stage = N::Stage.eq(Stage::Cancelled.code());
    tables::notices::Entity::find().select_only().column(N::Id).filter(of_stage).into_query()
}

/// The notices of which nothing is sent twice without a person's word.
fn holding() -> SelectStatement {
    use tables::notices::Column as N;
    let hold = N::OnUncertain.eq(OnUncertain::Hold.code());
    tables::notices::Entity::find().select_only().column(N::Id).filter(hold).into_query()
}

/// The mails of one notice, or of the desk's own, with what they say: read once for all of a notice.
async fn with_content(
    tx: &DatabaseTransaction,
    key: &Key,
    notice: Option<&str>,
    rows: Vec<tables::outbox::Model>,
) -> Result<Vec<Mail>> {
    let sending = match notice {
        Some(notice) if !rows.is_empty() => {
            tables::sendings::Entity::find_by_id(notice.to_owned()).one(tx).await?.map(Frozen::of)
        }
        _ => None,
    };
    let mut suppressed = match notice {
        Some(notice) if !rows.is_empty() => suppressed::known(tx, key, notice, &rows).await?,
        _ => BTreeMap::new(),
    };
    let mut mails = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(person) = people::addressee(key, &row.recipient)? else {
            return Err(Error::corrupt("recipient of a mail", &row.id));
        };
        let (subject, text, html) = match &sending {
            Some(frozen) => {
                let (subject, text, html) = frozen.to(&person);
                (subject, text, Some(html))
            }
            None => (row.subject.unwrap_or_default(), row.text.unwrap_or_default(), None),
        };
        let is_kept = row.notice_id.is_some() && people::is_typed(&row.recipient);
        mails.push(Mail {
            is_kept,
            id: store::id(&row.id)?,
            attempt: row.attempt_id.unwrap_or_default(),
            notice: store::id_opt(row.notice_id.as_deref())?,
            recipient: person.email,
            subject,
            text,
            html,
            dated_at: instant(row.dated_at)?,
            message_id: row.message_id,
            boundary: row.boundary,
            return_token: returned::token(key, &row.id)?,
            suppressed: suppressed.remove(&row.id),
        });
    }
    Ok(mails)
}
