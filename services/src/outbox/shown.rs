//! How mails stand, for those who look.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    notices::people,
    sealing::Key,
    store::{self, tables, word},
};
use domain::{
    access::{Action, Object},
    bounce::Bounce,
    delivery::{DeliveryState, Tally},
    id::NoticeId,
    notice::stage::Stage,
    text::Choice,
    view::{Listed, Receipt},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::BTreeMap;

/// Which mails of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    /// Those in one state.
    In(DeliveryState),
    /// Those of which it was once unknown whether the relay had taken them.
    Uncertain,
    /// Those that no relay has taken.
    Unreached,
}

impl Services {
    /// How the last mails of a purpose went, the newest first.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn last_mails(&self, ctx: &Ctx, purpose: &str) -> Result<Vec<Receipt>> {
        use tables::outbox::Column as C;
        self.permit(ctx, Action::ConfigureMail, Object::System)?;
        let found = tables::outbox::Entity::find()
            .filter(C::Purpose.eq(purpose))
            .order_by_desc(C::CreatedAt)
            .limit(5)
            .all(&self.reader)
            .await?;
        found.iter().map(|row| receipt(&self.key, row)).collect()
    }

    /// A page of the mails of a notice. Typed addresses are in their order; those of a long list are sealed, and have
    /// an order that means nothing and stays.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn mails(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        which: Which,
        page: u64,
    ) -> Result<Listed<Receipt>> {
        use tables::{notices::Column as N, outbox::Column as C};
        let of = tables::notices::Entity::find()
            .select_only()
            .column(N::IncidentId)
            .filter(N::Id.eq(notice.to_string()));
        let incident: String = of.into_tuple().one(&self.reader).await?.ok_or(Error::NotFound)?;
        self.case(ctx, store::id(&incident)?, Action::ReadIncident).await?;
        let mut query = tables::outbox::Entity::find()
            .filter(C::NoticeId.eq(notice.to_string()))
            .order_by_asc(C::Recipient)
            .order_by_asc(C::Id);
        query = match which {
            Which::All => query,
            Which::In(state) => query.filter(C::State.eq(state.code())),
            Which::Uncertain => query.filter(C::UncertainCount.gt(0)),
            Which::Unreached => query.filter(C::State.ne(DeliveryState::Accepted.code())),
        };
        self.paged(query, page, |row| receipt(&self.key, row)).await
    }

    /// The first mails of a notice, in the order of [`Self::mails`].
    pub(crate) async fn receipts(&self, notice: &str, most: u64) -> Result<Vec<Receipt>> {
        self.some(notice, None, most).await
    }

    /// The first mails of a notice that wait for a person.
    pub(crate) async fn held(&self, notice: &str) -> Result<Vec<Receipt>> {
        self.some(notice, Some(DeliveryState::Held), domain::view::PAGE).await
    }

    /// The first mails of a notice that were not tried, because an earlier one came back.
    pub(crate) async fn suppressed(&self, notice: &str) -> Result<Vec<Receipt>> {
        self.some(notice, Some(DeliveryState::Suppressed), domain::view::PAGE).await
    }

    async fn some(&self, notice: &str, state: Option<DeliveryState>, most: u64) -> Result<Vec<Receipt>> {
        use tables::outbox::Column as C;
        let mut query = tables::outbox::Entity::find().filter(C::NoticeId.eq(notice));
        if let Some(state) = state {
            query = query.filter(C::State.eq(state.code()));
        }
        let found = query.order_by_asc(C::Recipient).limit(most).all(&self.reader).await?;
        found.iter().map(|row| receipt(&self.key, row)).collect()
    }

    /// How the mails of notices stand, by notice.
    pub(crate) async fn tallies(&self, notices: Vec<&str>) -> Result<BTreeMap<String, Tally>> {
        tallies(&self.reader, &notices).await
    }
}

/// How the mails of one notice stand.
pub(super) async fn tally_of<C: ConnectionTrait>(db: &C, notice: NoticeId) -> Result<Tally> {
    let notice = notice.to_string();
    Ok(tallies(db, &[notice.as_str()]).await?.remove(&notice).unwrap_or_default())
}

/// How the mails of notices stand: always counted, never kept. Whoever isn't in the outbox yet is open, or cancelled
/// with the notice.
async fn tallies<C: ConnectionTrait>(db: &C, notices: &[&str]) -> Result<BTreeMap<String, Tally>> {
    use tables::{deliveries::Column as D, notices::Column as N, outbox::Column as C};
    let released: Vec<(String, i64)> = tables::deliveries::Entity::find()
        .select_only()
        .columns([D::NoticeId, D::People])
        .filter(D::NoticeId.is_in(notices.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    if released.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (notice, people) in released {
        let total = u64::try_from(people).unwrap_or_default();
        tallies.insert(notice, Tally { total, ..Tally::default() });
    }
    let ids: Vec<String> = tallies.keys().cloned().collect();
    let counted: Vec<(Option<String>, String, i64)> = tables::outbox::Entity::find()
        .select_only()
        .column(C::NoticeId)
        .column(C::State)
        .column_as(C::Id.count(), "count")
        .filter(C::NoticeId.is_in(ids))
        .group_by(C::NoticeId)
        .group_by(C::State)
        .into_tuple()
        .all(db)
        .await?;
    for (notice, state, count) in counted {
        if let Some(tally) = notice.and_then(|notice| tallies.get_mut(&notice)) {
            tally.add(word(&state)?, u64::try_from(count).unwrap_or_default());
        }
    }
    for (notice, people) in otherwise(db, &tallies.keys().map(String::as_str).collect::<Vec<_>>()).await? {
        if let Some(tally) = tallies.get_mut(&notice) {
            tally.otherwise = people;
        }
    }
    let unsealed: Vec<String> =
        tallies.iter().filter(|(_, tally)| !tally.balances()).map(|(id, _)| id.clone()).collect();
    if !unsealed.is_empty() {
        let given_up: Vec<String> = tables::notices::Entity::find()
            .select_only()
            .column(N::Id)
            .filter(N::Id.is_in(unsealed.iter().map(String::as_str)))
            .filter(N::Stage.eq(Stage::Cancelled.code()))
            .into_tuple()
            .all(db)
            .await?;
        for id in unsealed {
            if let Some(tally) = tallies.get_mut(&id) {
                let rest = tally.total.saturating_sub(tally.counted());
                let state =
                    if given_up.contains(&id) { DeliveryState::Cancelled } else { DeliveryState::Queued };
                tally.add(state, rest);
            }
        }
    }
    Ok(tallies)
}

/// How many people of each notice are told otherwise than by mail.
async fn otherwise<C: ConnectionTrait>(db: &C, notices: &[&str]) -> Result<Vec<(String, u64)>> {
    use tables::{list_editions::Column as E, list_people::Column as P};
    let lists = tables::list_editions::Entity::find()
        .filter(E::NoticeId.is_in(notices.iter().copied()))
        .filter(E::State.eq(people::CURRENT))
        .all(db)
        .await?;
    let mut counted = Vec::new();
    for list in lists {
        let count = tables::list_people::Entity::find()
            .filter(P::Edition.eq(list.edition.as_str()))
            .filter(P::Channel.is_in(people::OTHERWISE.map(Choice::code)))
            .count(db)
            .await?;
        counted.push((list.notice_id, count));
    }
    Ok(counted)
}

pub(crate) fn receipt(key: &Key, row: &tables::outbox::Model) -> Result<Receipt> {
    let state: DeliveryState = word(&row.state)?;
    let waits = matches!(state, DeliveryState::Queued | DeliveryState::Deferred);
    Ok(Receipt {
        id: store::id(&row.id)?,
        recipient: people::shown_addressee(key, &row.recipient)?,
        state,
        attempts: row.attempts,
        reply: row.last_reply.clone().unwrap_or_default(),
        relay: row.relay.clone().unwrap_or_default(),
        message_id: row.message_id.clone(),
        accepted_at: store::instant_opt(row.accepted_at)?,
        sent_sha256: row.sent_sha256.clone(),
        next_at: store::instant_opt(waits.then_some(row.next_at))?,
        uncertain: row.uncertain_count,
        bounce: store::instant_opt(row.bounced_at)?.map(|at| Bounce {
            at,
            status: row.bounce_status.clone().unwrap_or_default(),
            diagnosis: row.bounce_diagnosis.clone().unwrap_or_default(),
        }),
        insisted_at: store::instant_opt(row.insisted_at)?,
    })
}
