//! Pausing the mails of a notice, and going on with them.

use crate::{
    Services, boxed,
    case::Loaded,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, rows, tables},
    write::{Alarm, Audience, Change, Target},
};
use domain::{
    access::{Action, Object, Role},
    event::{Event, deliveries::DeliveryEvent},
    id::NoticeId,
    incident::{ReasonInput, open},
    notice::{Notice, stage::Stage},
    refusal::Refusal,
    view::Paused,
};
use sea_orm::{DatabaseTransaction, EntityTrait};

/// A notice on its way.
struct SendingTarget(NoticeId);

struct LoadedSending {
    loaded: Loaded,
    notice: Notice,
    is_paused: bool,
}

impl Target for SendingTarget {
    type Loaded = LoadedSending;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<LoadedSending> {
        let id = self.0.to_string();
        let row = tables::notices::Entity::find_by_id(id.clone()).one(tx).await?.ok_or(Error::NotFound)?;
        let notice = rows::notice(&row)?;
        let loaded = crate::case::load(tx, ctx, notice.incident).await?;
        let delivery = tables::deliveries::Entity::find_by_id(id).one(tx).await?;
        let is_paused = delivery.is_some_and(|d| d.paused_at.is_some());
        Ok(LoadedSending { loaded, notice, is_paused })
    }
    fn object(loaded: &LoadedSending) -> Object {
        loaded.loaded.access
    }
    fn revision(_: &LoadedSending) -> Option<i64> {
        None
    }
}

fn sending(loaded: &LoadedSending, paused: bool) -> Result<()> {
    open(&loaded.loaded.incident)?;
    if loaded.notice.stage != Stage::Sending {
        let message = format!("This notice is {}; only one on its way is paused.", loaded.notice.stage);
        return Err(Refusal::state("not_sending", message).into());
    }
    if loaded.is_paused != paused {
        let message = if paused { "Its mails are on their way already." } else { "It is paused already." };
        return Err(Refusal::state("no_change", message).into());
    }
    Ok(())
}

impl Services {
    /// Since when the sending of a notice is paused, and why.
    pub(crate) async fn paused(&self, notice: &str) -> Result<Option<Paused>> {
        let Some(delivery) =
            tables::deliveries::Entity::find_by_id(notice.to_owned()).one(&self.reader).await?
        else {
            return Ok(None);
        };
        let at = store::instant_opt(delivery.paused_at)?;
        Ok(at.map(|at| Paused { at, why: delivery.paused_why.unwrap_or_default() }))
    }

    /// Begins no further mail of this notice until somebody resumes it. What is being handed over is not cut off.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, not on its way, paused already, or no reason.
    #[boxed]
    pub async fn pause_sending(&self, ctx: &Ctx, notice: NoticeId, input: &ReasonInput) -> Result<()> {
        self.write(ctx, Action::PauseSending, SendingTarget(notice), |loaded| {
            sending(loaded, false)?;
            let (incident, reason) = (loaded.notice.incident, input.parse()?);
            let paused = DeliveryEvent::Paused { incident, notice, reason };
            Ok(Change::new(vec![Event::Delivery(paused)], ()))
        })
        .await
    }

    /// Pauses a notice because of what its mails were answered, and tells those who can look after it.
    ///
    /// # Errors
    /// Not on its way, or paused already.
    #[boxed]
    pub async fn break_off_sending(&self, ctx: &Ctx, notice: NoticeId, why: &str) -> Result<()> {
        self.write(ctx, Action::PauseSending, SendingTarget(notice), |loaded| {
            sending(loaded, false)?;
            let incident = loaded.notice.incident;
            let paused = DeliveryEvent::Paused { incident, notice, reason: why.to_owned() };
            let by = loaded.notice.sent_by.map(Audience::Account);
            let alarm = Alarm {
                to: by.into_iter().chain([Audience::Role(Role::Dpo)]).collect(),
                purpose: "sending_paused",
                subject: format!("{}: a notice was paused", loaded.loaded.incident.reference),
                text: format!(
                    "{why}\n\nNo further mail of it is begun. Look at the answers on the notice's page, ask whoever runs the \
                     relay, and go on there once it is mended."
                ),
            };
            Ok(Change::new(vec![Event::Delivery(paused)], ()).telling(alarm))
        })
        .await
    }

    /// Goes on with the mails of a paused notice.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, not on its way, or not paused.
    #[boxed]
    pub async fn resume_sending(&self, ctx: &Ctx, notice: NoticeId) -> Result<()> {
        self.write(ctx, Action::PauseSending, SendingTarget(notice), |loaded| {
            sending(loaded, true)?;
            let incident = loaded.notice.incident;
            Ok(Change::new(vec![Event::Delivery(DeliveryEvent::Resumed { incident, notice })], ()))
        })
        .await
    }
}
