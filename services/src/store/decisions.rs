//! Saving and reading decisions, orders and receipts.

use super::{
    apply::{insert, replace, tell, with_reason},
    clocks::recompute,
    rows::{
        decisions::{decision, decision_row, form, form_row, order, order_row, receipt, receipt_row},
        fresh,
    },
    tables,
};
use crate::{ctx::Ctx, error::Result};
use domain::{
    decision::{
        Decision, DecisionState,
        order::{Order, OrderKind},
    },
    event::decision::DecisionEvent,
    filing::{Receipt, form::FiledForm},
    moment::{Zone, show},
    text::Choice,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder,
};

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &DecisionEvent) -> Result<()> {
    match event {
        DecisionEvent::Recorded(d) => {
            insert::<tables::decisions::Entity>(tx, fresh(decision_row(d)?)).await?;
            recompute(tx, ctx, d.incident).await?;
            let notify = if d.ruling.notify { "notify the authority" } else { "don't notify the authority" };
            let what = format!(
                "Decision {} by {}: {}; {notify}; {}. It is {}.",
                d.version, d.ruling.decided_by, d.ruling.risk, d.ruling.communication, d.state
            );
            tell(tx, ctx, d.incident, what).await
        }
        DecisionEvent::Settled(d) => {
            change(tx, d, DecisionState::Waiting).await?;
            recompute(tx, ctx, d.incident).await?;
            let what = match d.state {
                DecisionState::Declined => format!("Decision {} declined", d.version),
                _ => format!("Decision {} signed", d.version),
            };
            tell(tx, ctx, d.incident, with_reason(what, &d.settled_words)).await
        }
        DecisionEvent::Reopened(d) => {
            let live = Condition::all()
                .add(tables::decisions::Column::Id.eq(d.id.to_string()))
                .add(tables::decisions::Column::ReopenedAt.is_null());
            replace::<tables::decisions::Entity>(tx, fresh(decision_row(d)?), live).await?;
            recompute(tx, ctx, d.incident).await?;
            let what = format!("Decision {} is open again", d.version);
            tell(tx, ctx, d.incident, with_reason(what, &d.reopened_because)).await
        }
        DecisionEvent::OrderRecorded(o) => {
            insert::<tables::orders::Entity>(tx, fresh(order_row(o))).await?;
            recompute(tx, ctx, o.incident).await?;
            let until =
                o.until.map(|until| format!(", until {}", show(until, Zone::UTC))).unwrap_or_default();
            let what = match o.kind {
                OrderKind::Ordered => "The authority orders that people be told",
                OrderKind::Delayed => "Asked to wait with telling people",
            };
            tell(tx, ctx, o.incident, with_reason(format!("{what} ({}{until})", o.who), &o.why)).await
        }
        DecisionEvent::OrderEnded(o) => {
            use tables::orders::Column as C;
            let at = Condition::all().add(C::Id.eq(o.id.to_string())).add(C::EndedAt.is_null());
            replace::<tables::orders::Entity>(tx, fresh(order_row(o)), at).await?;
            recompute(tx, ctx, o.incident).await?;
            let what = match o.kind {
                OrderKind::Ordered => format!("The order of {} has ended", o.who),
                OrderKind::Delayed => format!("The request of {} to wait has ended", o.who),
            };
            tell(tx, ctx, o.incident, with_reason(what, &o.ended_reason)).await
        }
        DecisionEvent::FormFiled(f, body) => {
            insert::<tables::filed_forms::Entity>(tx, fresh(form_row(f, body.clone()))).await
        }
        DecisionEvent::ReceiptRecorded(r) => {
            insert::<tables::receipts::Entity>(tx, fresh(receipt_row(r))).await?;
            tell(tx, ctx, r.incident, format!("The authority's reference was recorded: {}.", r.reference))
                .await
        }
    }
}

async fn change(tx: &DatabaseTransaction, d: &Decision, from: DecisionState) -> Result<()> {
    use tables::decisions::Column as C;
    let at = Condition::all().add(C::Id.eq(d.id.to_string())).add(C::State.eq(from.code()));
    replace::<tables::decisions::Entity>(tx, fresh(decision_row(d)?), at).await
}

/// Every decision of an incident, the newest first.
pub(crate) async fn decisions<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<Decision>> {
    use tables::decisions::Column as C;
    let found = tables::decisions::Entity::find()
        .filter(C::IncidentId.eq(incident))
        .order_by_desc(C::Version)
        .all(db)
        .await?;
    found.iter().map(decision).collect()
}

/// How many decisions of an incident wait for a signature.
pub(crate) async fn waiting<C: ConnectionTrait>(db: &C, incident: &str) -> Result<u64> {
    use tables::decisions::Column as C;
    let waiting = tables::decisions::Entity::find()
        .filter(C::IncidentId.eq(incident))
        .filter(C::State.eq(DecisionState::Waiting.code()));
    Ok(waiting.count(db).await?)
}

/// Every order of an incident, the oldest first.
pub(crate) async fn orders<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<Order>> {
    use tables::orders::Column as C;
    let found = tables::orders::Entity::find()
        .filter(C::IncidentId.eq(incident))
        .order_by_asc(C::RecordedAt)
        .order_by_asc(C::Id)
        .all(db)
        .await?;
    found.iter().map(order).collect()
}

/// Every receipt of an incident, the oldest first.
pub(crate) async fn receipts<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<Receipt>> {
    use tables::receipts::Column as C;
    let found = tables::receipts::Entity::find()
        .filter(C::IncidentId.eq(incident))
        .order_by_asc(C::RecordedAt)
        .order_by_asc(C::Id)
        .all(db)
        .await?;
    found.iter().map(receipt).collect()
}

/// What was copied into authorities' forms when submissions of an incident were filed, without the texts.
pub(crate) async fn forms<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<FiledForm>> {
    use tables::filed_forms::Column as C;
    let found = tables::filed_forms::Entity::find().filter(C::IncidentId.eq(incident)).all(db).await?;
    found.iter().map(form).collect()
}
