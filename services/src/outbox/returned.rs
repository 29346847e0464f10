//! Mail that comes back after a relay took it: matched by the token of the address it came to, and by nothing else.

use super::{shown::tally_of, suppressed};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    sealing::Key,
    store::{self, apply::apply, micros, rows, tables, word},
    write::{Alarm, Audience},
};
use chrono::Duration;
use domain::{
    access::{Action, Object, Role},
    bounce::{Deed, Fate, FateCount, ID_LENGTH, RETURNS_WITHIN_DAYS, Report, Returned},
    delivery::{DeliveryState, Tally},
    event::Event,
    id::{DeliveryId, NoticeId},
    journal::{Draft, Stream, hash},
    notice::Notice,
    text::Choice,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use subtle::ConstantTimeEq;

/// The token of a mail's return address: its id, and 80 bits of a code that only holders of the key can make.
pub(super) fn token(key: &Key, mail: &str) -> Result<String> {
    let mac = key.mac("return-address", mail)?;
    let short = mac.first_chunk::<10>().map(|part| data_encoding::BASE32_NOPAD.encode(part));
    Ok(format!("{mail}{}", short.unwrap_or_default().to_ascii_lowercase()))
}

/// The mail that a token was made for, if this desk made it.
fn mail_of(key: &Key, given: &str) -> Result<Option<DeliveryId>> {
    let Some((id, _)) = given.split_at_checked(ID_LENGTH) else { return Ok(None) };
    let is_ours: bool = token(key, id)?.as_bytes().ct_eq(given.as_bytes()).into();
    Ok(if is_ours { id.parse().ok() } else { None })
}

impl Services {
    /// Takes note of a mail that arrived at a return address: a mail of ours that failed there is sent back, everything
    /// else is only counted. The same mail once more changes nothing. [`Fate::TooEarly`] leaves no trace: read it again
    /// once the sender has recorded what became of the mail.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn take_returned(&self, ctx: &Ctx, returned: &Returned) -> Result<Fate> {
        self.batch(ctx, async |tx| {
            let (fate, drafts) = match returned {
                Returned::Report { token: Some(token), report } => {
                    self.reported(tx, ctx, token, report).await?
                }
                Returned::Report { token: None, .. } => (Fate::NoToken, Vec::new()),
                Returned::AutoReply => (Fate::AutoReply, Vec::new()),
                Returned::Unclassified => (Fate::Unclassified, Vec::new()),
                Returned::Unreadable => (Fate::Unreadable, Vec::new()),
                Returned::TooBig => (Fate::TooBig, Vec::new()),
            };
            if fate != Fate::TooEarly {
                count(tx, ctx, fate).await?;
            }
            Ok((fate, drafts))
        })
        .await
    }

    async fn reported(
        &self,
        tx: &DatabaseTransaction,
        ctx: &Ctx,
        token: &str,
        report: &Report,
    ) -> Result<(Fate, Vec<Draft>)> {
        use tables::outbox::Column as C;
        let only = |fate: Fate| Ok((fate, Vec::new()));
        let Some(id) = mail_of(&self.key, token)? else { return only(Fate::Forged) };
        let row = tables::outbox::Entity::find_by_id(id.to_string()).one(tx).await?;
        let oldest = micros(ctx.now - Duration::days(RETURNS_WITHIN_DAYS));
        let Some(row) = row.filter(|row| row.accepted_at.unwrap_or(row.created_at) >= oldest) else {
            return only(Fate::Expired);
        };
        match report.deed {
            Deed::Delayed => return only(Fate::Delayed),
            Deed::Delivered | Deed::Relayed | Deed::Expanded => return only(Fate::Delivered),
            Deed::Failed => {}
        }
        let state: DeliveryState = word(&row.state)?;
        match state {
            DeliveryState::Accepted => {}
            DeliveryState::Bounced => return only(Fate::Repeated),
            // It may have been taken, and the sender hasn't said so yet.
            state if DeliveryState::OPEN.contains(&state) || state == DeliveryState::Held => {
                return only(Fate::TooEarly);
            }
            _ => return only(Fate::NotAccepted),
        }
        tables::outbox::Entity::update_many()
            .col_expr(C::State, Expr::val(DeliveryState::Bounced.code()))
            .col_expr(C::BouncedAt, Expr::val(micros(ctx.now)))
            .col_expr(C::BounceStatus, Expr::val(report.status.as_str()))
            .col_expr(C::BounceDiagnosis, Expr::val(report.diagnosis.as_str()))
            .filter(C::Id.eq(row.id.as_str()))
            .filter(C::State.eq(DeliveryState::Accepted.code()))
            .exec(tx)
            .await?;
        let notice: Option<NoticeId> = store::id_opt(row.notice_id.as_deref())?;
        let draft = Draft::new(notice.map_or(Stream::System, Stream::Deliveries), "mail_bounced", &row.id)
            .with("message_id", row.message_id.as_str())
            .with("status", report.status.as_str())
            .with("diagnosis", hash(&report.diagnosis));
        let mut drafts = vec![draft];
        if let Some(notice) = notice {
            if report.says_no_such_address() {
                suppressed::remember(tx, &self.key, ctx, &row, &report.status).await?;
            }
            if let Some(event) = self.unsettle(tx, ctx, notice).await? {
                apply(tx, ctx, &event).await?;
                drafts.push(event.journal());
            }
        }
        Ok((Fate::Bounced, drafts))
    }

    /// What a mail that came back makes of its notice. Those who can tell people in another way are told at each step
    /// down, and not with each mail.
    async fn unsettle(&self, tx: &DatabaseTransaction, ctx: &Ctx, id: NoticeId) -> Result<Option<Event>> {
        let row = tables::notices::Entity::find_by_id(id.to_string()).one(tx).await?;
        let Some(notice) = row.as_ref().map(rows::notice).transpose()? else { return Ok(None) };
        let tally = tally_of(tx, id).await?;
        let settled = notice.settled(&tally, None);
        if notice.stage == settled.stage && notice.first_accepted_at == settled.first_accepted_at {
            return Ok(None);
        }
        let case = tables::incidents::Entity::find_by_id(notice.incident.to_string()).one(tx).await?;
        let reference = case.map(|case| case.reference).unwrap_or_default();
        let by = notice.sent_by.map(Audience::Account);
        let alarm = Alarm {
            to: by.into_iter().chain([Audience::Role(Role::Dpo)]).collect(),
            purpose: "sent_back",
            subject: format!("{reference}: a notice was sent back"),
            text: words(&notice, &tally, &self.address_of(&format!("/notices/{id}/mails?state=bounced"))),
        };
        self.enqueue(tx, ctx, &alarm).await?;
        Ok(Some(Event::NoticeSettled(settled)))
    }

    /// What became of mails that arrived at return addresses, by what it was; only what happened.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn returned_mail(&self, ctx: &Ctx) -> Result<Vec<FateCount>> {
        self.permit(ctx, Action::ConfigureMail, Object::System)?;
        let found = tables::returned_mail::Entity::find().all(&self.reader).await?;
        let mut counts = Vec::with_capacity(found.len());
        for row in found {
            let count = u64::try_from(row.count).unwrap_or_default();
            let last_at = store::instant(row.last_at)?;
            counts.push(FateCount { fate: word(&row.fate)?, count, last_at });
        }
        counts.sort_by_key(|count| count.fate);
        Ok(counts)
    }
}

fn words(notice: &Notice, tally: &Tally, address: &str) -> String {
    let runs_on = match tally.accepted {
        0 => "\n\nNo relay has any of its mails now, so its clock runs on as if it had not been sent.",
        _ => "",
    };
    format!(
        "Of the mails of this notice ({}), {} of {} came back after a relay had taken them. Whoever they were for has not got \
         them.{runs_on}\n\nSee who that is, and tell them in another way: {address}",
        notice.kind, tally.bounced, tally.total
    )
}

async fn count(tx: &DatabaseTransaction, ctx: &Ctx, fate: Fate) -> Result<()> {
    use tables::returned_mail::{Column as C, Entity, Model};
    let row = Model { fate: fate.code().to_owned(), count: 1, last_at: micros(ctx.now) };
    let one_more = OnConflict::column(C::Fate)
        .update_column(C::LastAt)
        .value(C::Count, Expr::col((Entity, C::Count)).add(1))
        .to_owned();
    Entity::insert(rows::fresh::<tables::returned_mail::ActiveModel, _>(row))
        .on_conflict(one_more)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}
