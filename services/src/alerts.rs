//! The inbox.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object, Permit, permits},
    alert::{Alert, AlertInput, AlertState},
    event::Event,
    id::AlertId,
    incident::ReasonInput,
    text::Choice,
    view::{Added, AlertPage, Listed},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

/// An alert by its id.
pub(crate) struct AlertTarget(pub AlertId);

impl Target for AlertTarget {
    type Loaded = Alert;
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Alert> {
        rows::alert(
            &tables::alerts::Entity::find_by_id(self.0.to_string()).one(tx).await?.ok_or(Error::NotFound)?,
        )
    }
    fn object(_: &Alert) -> Object {
        Object::Alert
    }
    fn revision(alert: &Alert) -> Option<i64> {
        Some(alert.revision)
    }
}

/// The inbox itself.
struct Inbox;

impl Target for Inbox {
    type Loaded = ();
    async fn load(&self, _: &DatabaseTransaction, _: &Ctx) -> Result<()> {
        Ok(())
    }
    fn object((): &()) -> Object {
        Object::Alert
    }
    fn revision((): &()) -> Option<i64> {
        None
    }
}

impl Services {
    /// Takes an alert in.
    ///
    /// # Errors
    /// Not allowed, or the input can't be taken.
    #[boxed]
    pub async fn receive_alert(&self, ctx: &Ctx, input: &AlertInput) -> Result<Added> {
        let id = AlertId::from_bits(ctx.fresh.bits());
        self.write(ctx, Action::ReceiveAlert, Inbox, |()| {
            let alert = input.decide(id, ctx.zone(), ctx.now)?;
            Ok(Change::new(vec![Event::AlertReceived(alert)], Added { id: id.to_string() }))
        })
        .await
    }

    /// Dismisses an alert for a reason.
    ///
    /// # Errors
    /// Not allowed, unknown, dealt with, or no reason.
    #[boxed]
    pub async fn dismiss_alert(&self, ctx: &Ctx, id: AlertId, input: &ReasonInput) -> Result<()> {
        self.write(ctx, Action::DismissAlert, AlertTarget(id), |alert| {
            let dismissed = alert.dismiss(input.parse()?)?;
            Ok(Change::new(vec![Event::AlertDismissed(dismissed)], ()))
        })
        .await
    }

    /// A page of the inbox, the newest first.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn alerts(&self, ctx: &Ctx, state: Option<AlertState>, page: u64) -> Result<Listed<Alert>> {
        use tables::alerts::Column as C;
        self.permit(ctx, Action::ReadAlerts, Object::Alert)?;
        let mut query = tables::alerts::Entity::find().order_by_desc(C::ReceivedAt);
        if let Some(state) = state {
            query = query.filter(C::State.eq(state.code()));
        }
        let mut found = self.paged(query, page, rows::alert).await?;
        let seen = self.seen_of(ctx, found.items.iter().filter_map(|a| a.incident)).await?;
        for alert in &mut found.items {
            alert.incident = alert.incident.filter(|id| seen.contains(id));
        }
        Ok(found)
    }

    /// One alert.
    ///
    /// # Errors
    /// Not allowed, or unknown.
    #[boxed]
    pub async fn alert(&self, ctx: &Ctx, id: AlertId) -> Result<AlertPage> {
        self.permit(ctx, Action::ReadAlerts, Object::Alert)?;
        let row = tables::alerts::Entity::find_by_id(id.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let alert = rows::alert(&row)?;
        let incident = match alert.incident {
            Some(incident) => match self.case(ctx, incident, Action::ReadIncident).await {
                Ok(case) => Some((incident, case.incident.reference)),
                Err(Error::NotFound) => None,
                Err(why) => return Err(why),
            },
            None => None,
        };
        let may_triage = permits(&ctx.actor, Action::DismissAlert, Object::Alert, ctx.now) == Permit::Granted;
        // An alert of an incident that the asker can't see says nothing of that incident, not even its id.
        let alert = if incident.is_none() { Alert { incident: None, ..alert } } else { alert };
        Ok(AlertPage { alert, incident, may_triage })
    }

    /// How many alerts wait, for those who may read them; 0 for others.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn new_alerts(&self, ctx: &Ctx) -> Result<u64> {
        if permits(&ctx.actor, Action::ReadAlerts, Object::Alert, ctx.now) != Permit::Granted {
            return Ok(0);
        }
        let waiting = tables::alerts::Column::State.eq(AlertState::New.code());
        Ok(tables::alerts::Entity::find().filter(waiting).count(&self.reader).await?)
    }
}
