//! Saving what people decide about the mails of a notice, and who is on its list.

use super::{apply::tell, apply::with_reason, boxes, items, micros, tables};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
};
use domain::{delivery::DeliveryState, event::deliveries::DeliveryEvent, id::DeliveryId, text::Choice};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &DeliveryEvent) -> Result<()> {
    match event {
        DeliveryEvent::RecipientsAdded { notice, added } => {
            items::notice(tx, notice).await?;
            super::recipients::append(tx, ctx, notice, added).await
        }
        DeliveryEvent::Released { mail, .. } => decided(tx, ctx, *mail, DeliveryState::Queued).await,
        DeliveryEvent::Dropped { mail, .. } => decided(tx, ctx, *mail, DeliveryState::Cancelled).await,
        DeliveryEvent::Insisted { incident, mail, address_code, reason, .. } => {
            insisted(tx, ctx, *mail, address_code).await?;
            let what = "A mail is sent although an earlier one to its address came back".to_owned();
            tell(tx, ctx, *incident, with_reason(what, reason)).await
        }
        DeliveryEvent::Paused { incident, notice, reason } => {
            boxes::pause(tx, *notice, Some((micros(ctx.now), &ctx.actor.name(), reason))).await?;
            tell(tx, ctx, *incident, with_reason("Sending of a notice paused".to_owned(), reason)).await
        }
        DeliveryEvent::Resumed { incident, notice } => {
            boxes::pause(tx, *notice, None).await?;
            tell(tx, ctx, *incident, "Sending of a notice resumed.".to_owned()).await
        }
    }
}

async fn decided(tx: &DatabaseTransaction, ctx: &Ctx, mail: DeliveryId, state: DeliveryState) -> Result<()> {
    use tables::outbox::Column as C;
    let done = tables::outbox::Entity::update_many()
        .col_expr(C::State, Expr::val(state.code()))
        .col_expr(C::NextAt, Expr::val(micros(ctx.now)))
        .filter(C::Id.eq(mail.to_string()))
        .filter(C::State.eq(DeliveryState::Held.code()))
        .exec(tx)
        .await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale { current: 0 }) }
}

async fn insisted(tx: &DatabaseTransaction, ctx: &Ctx, mail: DeliveryId, address_code: &str) -> Result<()> {
    use tables::outbox::Column as C;
    let done = tables::outbox::Entity::update_many()
        .col_expr(C::State, Expr::val(DeliveryState::Queued.code()))
        .col_expr(C::NextAt, Expr::val(micros(ctx.now)))
        .col_expr(C::InsistedAt, Expr::val(micros(ctx.now)))
        .filter(C::Id.eq(mail.to_string()))
        .filter(C::State.eq(DeliveryState::Suppressed.code()))
        .exec(tx)
        .await?;
    tables::suppressions::Entity::delete_by_id(address_code.to_owned()).exec(tx).await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(Error::Stale { current: 0 }) }
}
