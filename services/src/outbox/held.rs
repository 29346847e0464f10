//! Mails of which nobody knows whether they were taken, and which wait for a person.

use super::shown::tally_of;
use crate::{
    Services, boxed,
    case::Loaded,
    ctx::Ctx,
    error::{Error, Result},
    store::{rows, tables, word},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    delivery::{DeliveryState, Tally},
    event::{Event, deliveries::DeliveryEvent},
    id::{DeliveryId, NoticeId},
    incident::{ReasonInput, open},
    notice::{Notice, stage::Stage},
    refusal::Refusal,
};
use sea_orm::{DatabaseTransaction, EntityTrait};

/// One mail of a notice, with how all of them stand.
pub(super) struct MailTarget(pub NoticeId, pub DeliveryId);

pub(super) struct LoadedMail {
    pub loaded: Loaded,
    pub notice: Notice,
    pub state: DeliveryState,
    pub recipient: String,
    tally: Tally,
}

impl Target for MailTarget {
    type Loaded = LoadedMail;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<LoadedMail> {
        let row = tables::outbox::Entity::find_by_id(self.1.to_string()).one(tx).await?;
        let of_it = self.0.to_string();
        let row = row.filter(|row| row.notice_id.as_ref() == Some(&of_it)).ok_or(Error::NotFound)?;
        let notice = tables::notices::Entity::find_by_id(of_it).one(tx).await?.ok_or(Error::NotFound)?;
        let notice = rows::notice(&notice)?;
        let loaded = crate::case::load(tx, ctx, notice.incident).await?;
        let tally = tally_of(tx, notice.id).await?;
        Ok(LoadedMail { loaded, notice, state: word(&row.state)?, recipient: row.recipient, tally })
    }
    fn object(loaded: &LoadedMail) -> Object {
        loaded.loaded.access
    }
    fn revision(_: &LoadedMail) -> Option<i64> {
        None
    }
}

fn held(mail: &LoadedMail) -> Result<()> {
    open(&mail.loaded.incident)?;
    if mail.state != DeliveryState::Held || mail.notice.stage != Stage::Sending {
        let message =
            "This mail doesn't wait for a decision: somebody has decided, or it was never in doubt.";
        return Err(Refusal::state("not_held", message).into());
    }
    Ok(())
}

impl Services {
    /// Sends a held mail again, with the same bytes.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or not held.
    #[boxed]
    pub async fn release_mail(&self, ctx: &Ctx, notice: NoticeId, mail: DeliveryId) -> Result<()> {
        self.write(ctx, Action::DecideHeld, MailTarget(notice, mail), |loaded| {
            held(loaded)?;
            let event = DeliveryEvent::Released { notice, mail };
            Ok(Change::new(vec![Event::Delivery(event)], ()))
        })
        .await
    }

    /// Doesn't send a held mail again. It counts as cancelled: this person may or may not have got it.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, not held, or no reason.
    #[boxed]
    pub async fn drop_mail(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        mail: DeliveryId,
        input: &ReasonInput,
    ) -> Result<()> {
        self.write(ctx, Action::DecideHeld, MailTarget(notice, mail), |loaded| {
            held(loaded)?;
            let reason = input.parse()?;
            let dropped = DeliveryEvent::Dropped { notice, mail, reason };
            let mut events = vec![Event::Delivery(dropped)];
            let tally = Tally { held: loaded.tally.held.saturating_sub(1), ..loaded.tally };
            let tally = Tally { cancelled: tally.cancelled + 1, ..tally };
            let settled = loaded.notice.settled(&tally, None);
            if settled.stage != loaded.notice.stage {
                events.push(Event::NoticeSettled(settled));
            }
            Ok(Change::new(events, ()))
        })
        .await
    }
}
