//! A notice on its way whose due time is near, while people are still not reached: said once, with where to look.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{micros, tables},
    write::{Alarm, Audience},
};
use chrono::Duration;
use domain::{
    access::Role,
    journal::{Draft, Stream},
    notice::stage::Stage,
    text::Choice,
    view::NoticeRow,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, sea_query::Expr};

/// So many hours before the due time there is still time to tell people in another way.
pub const NEAR_HOURS: i64 = 12;

impl Services {
    /// Warns of every notice that comes near its due time with mails that no relay has taken. Returns how many.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn warn_of_unreached(&self, ctx: &Ctx, origin: &str) -> Result<usize> {
        use tables::{deliveries::Column as D, notices::Column as N};
        let not_warned = tables::deliveries::Entity::find()
            .select_only()
            .column(D::NoticeId)
            .filter(D::WarnedAt.is_null())
            .into_query();
        let on_their_way = tables::notices::Entity::find()
            .filter(N::Stage.eq(Stage::Sending.code()))
            .filter(N::Id.in_subquery(not_warned))
            .all(&self.reader)
            .await?;
        if on_their_way.is_empty() {
            return Ok(0);
        }
        let near = ctx.now + Duration::hours(NEAR_HOURS);
        let mut warned = 0;
        for row in self.notice_rows(&on_their_way).await? {
            if row.due_at.is_some_and(|due| due <= near)
                && row.tally.accepted + row.tally.otherwise < row.tally.total
            {
                let sent_by = on_their_way.iter().find(|n| n.id == row.id.to_string());
                self.warn(ctx, origin, &row, sent_by.and_then(|n| n.sent_by.as_deref())).await?;
                warned += 1;
            }
        }
        Ok(warned)
    }

    async fn warn(&self, ctx: &Ctx, origin: &str, row: &NoticeRow, sent_by: Option<&str>) -> Result<()> {
        use tables::deliveries::Column as D;
        let by = sent_by.and_then(|id| id.parse().ok()).map(Audience::Account);
        let total = row.tally.total.saturating_sub(row.tally.otherwise);
        let left = total.saturating_sub(row.tally.accepted);
        let due =
            row.due_at.map(|at| domain::moment::show(at, domain::moment::Zone::UTC)).unwrap_or_default();
        let alarm = Alarm {
            to: by.into_iter().chain([Audience::Role(Role::Dpo)]).collect(),
            purpose: "unreached",
            subject: format!("{}: {left} of {total} are not reached, due at {due}", row.reference),
            text: format!(
                "{}: no relay has taken {left} of {total} mails, and it is due at {due}. They are tried on. Whoever is to be \
                 told in time may have to be told by post or telephone. Who they are:\n\n{origin}/notices/{}/mails?unreached=1",
                row.kind, row.id
            ),
        };
        self.batch(ctx, async |tx| {
            let done = tables::deliveries::Entity::update_many()
                .col_expr(D::WarnedAt, Expr::val(micros(ctx.now)))
                .filter(D::NoticeId.eq(row.id.to_string()))
                .filter(D::WarnedAt.is_null())
                .exec(tx)
                .await?;
            if done.rows_affected == 0 {
                return Ok(((), Vec::new()));
            }
            self.enqueue(tx, ctx, &alarm).await?;
            let draft =
                Draft::new(Stream::Incident(row.incident), "unreached_warned", row.id).with("left", left);
            Ok(((), vec![draft]))
        })
        .await
    }
}
