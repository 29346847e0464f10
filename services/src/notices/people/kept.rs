//! Removing what is known of people: by the date that the organisation has set, or because somebody asks for it. Digests,
//! states and times stay, so that what was told to how many still adds up.

use super::{
    super::{LoadedNotice, NoticeTarget},
    BUILDING, CHUNK, CURRENT, DIGEST, DROPPED, digest,
    files::ROWS,
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    settings,
    store::{
        self, micros,
        recipients::{SETTINGS, forget_marks},
        tables,
    },
    write::{Change, Target},
};
use chrono::Duration;
use domain::{
    access::{Action, Object},
    delivery::DeliveryState,
    event::{Event, recipients::RecipientEvent},
    id::NoticeId,
    incident::ReasonInput,
    journal::{Draft, Stream},
    notice::template::NoticeKind,
    recipient::{
        Person,
        file::{FileState, KEPT_DAYS},
        keeping::{RecipientSettings, RecipientSettingsInput},
    },
    refusal::Refusal,
    text::Choice,
    view::recipients::Keeping,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

/// What an import that was cut off has begun is swept after so long.
const CUT_OFF_HOURS: i64 = 1;

/// The settings and their revision.
pub(super) async fn kept_for<C: ConnectionTrait>(db: &C) -> Result<(RecipientSettings, i64)> {
    let row = tables::settings::Entity::find_by_id(SETTINGS.to_owned()).one(db).await?;
    settings::saved(&row.into_iter().collect::<Vec<_>>(), SETTINGS)
}

/// How long what is known of the people of a notice is kept.
pub(super) async fn keeping<C: ConnectionTrait>(db: &C, notice: NoticeId) -> Result<Keeping> {
    let (settings, _) = kept_for(db).await?;
    let row = tables::deliveries::Entity::find_by_id(notice.to_string()).one(db).await?;
    let at =
        |pick: fn(&tables::deliveries::Model) -> Option<i64>| store::instant_opt(row.as_ref().and_then(pick));
    let finished_at = at(|row| row.finished_at)?;
    Ok(Keeping {
        days: settings.days,
        finished_at,
        due_at: finished_at.map(|at| settings.due_at(at)),
        purging_at: at(|row| row.purging_at)?,
        purged_at: at(|row| row.purged_at)?,
    })
}

struct KeptTarget(NoticeId);

impl Target for KeptTarget {
    type Loaded = (LoadedNotice, Keeping);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        Ok((NoticeTarget(self.0).load(tx, ctx).await?, keeping(tx, self.0).await?))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

/// The organisation's days.
struct Days;

impl Target for Days {
    type Loaded = (RecipientSettings, i64);
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Self::Loaded> {
        kept_for(tx).await
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision(loaded: &Self::Loaded) -> Option<i64> {
        Some(loaded.1)
    }
}

impl Services {
    /// After how many days lists of recipients are removed, and the revision to change it by.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn recipient_settings(&self, ctx: &Ctx) -> Result<(RecipientSettings, i64)> {
        self.permit(ctx, Action::ReadOrganisation, Object::System)?;
        kept_for(&self.reader).await
    }

    /// Says after how many days lists of recipients are removed.
    ///
    /// # Errors
    /// Not allowed, stale, or no number of days.
    #[boxed]
    pub async fn save_recipient_settings(&self, ctx: &Ctx, input: &RecipientSettingsInput) -> Result<()> {
        self.write(ctx, Action::ConfigureRetention, Days, |(_, revision)| {
            let saved = RecipientEvent::SettingsSaved { settings: input.parse()?, revision: revision + 1 };
            Ok(Change::new(vec![Event::Recipient(saved)], ()))
        })
        .await
    }

    /// Removes what is known of the people of a settled communication, before its date. It happens in the background,
    /// some people at a time.
    ///
    /// # Errors
    /// Hidden, not allowed, no communication, not settled, being removed already, or no reason.
    #[boxed]
    pub async fn purge_recipients(&self, ctx: &Ctx, notice: NoticeId, input: &ReasonInput) -> Result<()> {
        self.write(ctx, Action::PurgeRecipients, KeptTarget(notice), |(loaded, keeping)| {
            let of = &loaded.notice;
            of.takes_a_list()?;
            if !of.stage.is_settled() || keeping.finished_at.is_none() {
                let message = format!(
                    "This notice is {}; its recipients are removed once every mail has its outcome.",
                    of.stage
                );
                return Err(Refusal::state("not_settled", message).into());
            }
            if keeping.purging_at.is_some() {
                return Err(Refusal::state("no_change", "Its recipients are being removed already.").into());
            }
            let (incident, reason) = (of.incident, input.parse()?);
            let asked = RecipientEvent::PurgeAsked { incident, notice, reason };
            Ok(Change::new(vec![Event::Recipient(asked)], ()))
        })
        .await
    }

    /// Removes the next of what isn't needed any more: rows of lists that don't count, of files nobody took over, and
    /// what is known of people whose time has come. False once there is nothing.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn sweep_recipients(&self, ctx: &Ctx) -> Result<bool> {
        Ok(self.sweep_lists(ctx).await?
            || self.sweep_files(ctx).await?
            || self.begin_purges(ctx).await?
            || self.purge_some(ctx).await?)
    }

    async fn sweep_lists(&self, ctx: &Ctx) -> Result<bool> {
        use tables::{list_editions::Column as E, list_people::Column as P};
        let cut_off = micros(ctx.now - Duration::hours(CUT_OFF_HOURS));
        let found = tables::list_editions::Entity::find()
            .filter(E::State.eq(DROPPED).or(E::State.eq(BUILDING).and(E::BegunAt.lt(cut_off))))
            .one(&self.reader)
            .await?;
        let Some(list) = found else { return Ok(false) };
        self.batch(ctx, async |tx| {
            let some = super::after(tx, &list.edition, 0, 5 * CHUNK as u64).await?;
            match some.last() {
                Some(last) => {
                    tables::list_people::Entity::delete_many()
                        .filter(P::Edition.eq(list.edition.as_str()))
                        .filter(P::Place.lte(last.place))
                        .exec(tx)
                        .await?;
                }
                None if forget_marks(tx, &list.edition, 5 * CHUNK as u64).await? => {}
                None => {
                    tables::list_languages::Entity::delete_many()
                        .filter(tables::list_languages::Column::Edition.eq(list.edition.as_str()))
                        .exec(tx)
                        .await?;
                    tables::list_editions::Entity::delete_by_id(list.edition.clone()).exec(tx).await?;
                }
            }
            Ok((true, Vec::new()))
        })
        .await
    }

    async fn sweep_files(&self, ctx: &Ctx) -> Result<bool> {
        use tables::{recipient_file_parts::Column as P, recipient_files::Column as F};
        let old = micros(ctx.now - Duration::days(KEPT_DAYS));
        let found = tables::recipient_files::Entity::find()
            .filter(F::State.eq(FileState::Read.code()))
            .filter(F::ReadAt.lt(old))
            .one(&self.reader)
            .await?;
        if let Some(row) = found {
            let dropped = store::recipients::file(&row)?.dropped()?;
            let event = Event::Recipient(RecipientEvent::FileDropped(dropped));
            return self
                .batch(ctx, async |tx| {
                    store::apply::apply(tx, ctx, &event).await?;
                    Ok((true, vec![event.journal()]))
                })
                .await;
        }
        // Of a reading that was cut off there are parts and no file.
        let cut_off = micros(ctx.now - Duration::hours(CUT_OFF_HOURS));
        let files = || tables::recipient_files::Entity::find().select_only().column(F::Id).into_query();
        let orphan = tables::recipient_file_parts::Entity::find()
            .select_only()
            .column(P::FileId)
            .filter(P::WrittenAt.lt(cut_off))
            .filter(P::FileId.not_in_subquery(files()))
            .into_tuple::<String>()
            .one(&self.reader)
            .await?;
        let Some(orphan) = orphan else { return Ok(false) };
        self.batch(ctx, async |tx| {
            tables::recipient_file_parts::Entity::delete_many().filter(P::FileId.eq(orphan)).exec(tx).await?;
            Ok((true, Vec::new()))
        })
        .await
    }

    /// Says of the communications whose days are over that their people are removed now.
    async fn begin_purges(&self, ctx: &Ctx) -> Result<bool> {
        use tables::{deliveries::Column as D, notices::Column as N};
        let (settings, _) = kept_for(&self.reader).await?;
        let due = micros(ctx.now - Duration::days(i64::from(settings.days)));
        let found: Option<(String, String)> = tables::notices::Entity::find()
            .select_only()
            .columns([N::Id, N::IncidentId])
            .filter(N::Kind.eq(NoticeKind::SubjectCommunication.code()))
            .filter(
                N::Id.in_subquery(
                    tables::deliveries::Entity::find()
                        .select_only()
                        .column(D::NoticeId)
                        .filter(D::FinishedAt.lt(due))
                        .filter(D::PurgingAt.is_null())
                        .into_query(),
                ),
            )
            .into_tuple()
            .one(&self.reader)
            .await?;
        let Some((notice, incident)) = found else { return Ok(false) };
        let draft = Draft::new(Stream::Incident(store::id(&incident)?), "recipients_purge_due", &notice)
            .with("days", settings.days);
        self.batch(ctx, async |tx| {
            tables::deliveries::Entity::update_many()
                .col_expr(D::PurgingAt, Expr::val(micros(ctx.now)))
                .filter(D::NoticeId.eq(notice))
                .filter(D::PurgingAt.is_null())
                .exec(tx)
                .await?;
            Ok((true, vec![draft]))
        })
        .await
    }

    async fn purge_some(&self, ctx: &Ctx) -> Result<bool> {
        use tables::deliveries::Column as D;
        let found = tables::deliveries::Entity::find()
            .filter(D::PurgingAt.is_not_null())
            .filter(D::PurgedAt.is_null())
            .one(&self.reader)
            .await?;
        let Some(delivery) = found else { return Ok(false) };
        let of = delivery.notice_id;
        self.batch(ctx, async |tx| {
            let notice: NoticeId = store::id(&of)?;
            if self.purge_list(tx, &of).await? || self.purge_mails(tx, notice).await? {
                return Ok((true, Vec::new()));
            }
            let draft = self.purge_rest(tx, ctx, notice).await?;
            Ok((true, vec![draft]))
        })
        .await
    }

    /// The next people of the list. False once none is known any more.
    async fn purge_list(&self, tx: &DatabaseTransaction, notice: &str) -> Result<bool> {
        use tables::{list_editions::Column as E, list_people::Column as P};
        let lists: Vec<String> = tables::list_editions::Entity::find()
            .select_only()
            .column(E::Edition)
            .filter(E::NoticeId.eq(notice))
            .filter(E::State.eq(CURRENT))
            .into_tuple()
            .all(tx)
            .await?;
        let Some(edition) = lists.into_iter().next() else { return Ok(false) };
        let next: Option<i64> = tables::list_people::Entity::find()
            .select_only()
            .column(P::Place)
            .filter(P::Edition.eq(edition.as_str()))
            .filter(P::Sealed.is_not_null())
            .order_by_asc(P::Place)
            .into_tuple()
            .one(tx)
            .await?;
        let Some(next) = next else { return forget_marks(tx, &edition, 5 * CHUNK as u64).await };
        tables::list_people::Entity::update_many()
            .col_expr(P::Sealed, Expr::val(None::<String>))
            .filter(P::Edition.eq(edition))
            .filter(P::Place.gte(next))
            .filter(P::Place.lt(next + 5 * CHUNK as i64))
            .exec(tx)
            .await?;
        Ok(true)
    }

    /// The next addresses in the outbox. False once none is there any more.
    async fn purge_mails(&self, tx: &DatabaseTransaction, notice: NoticeId) -> Result<bool> {
        use tables::outbox::Column as O;
        let found: Vec<(String, String)> = tables::outbox::Entity::find()
            .select_only()
            .columns([O::Id, O::Recipient])
            .filter(O::NoticeId.eq(notice.to_string()))
            .filter(O::Recipient.not_like(format!("{DIGEST}%")))
            .limit(CHUNK as u64)
            .into_tuple()
            .all(tx)
            .await?;
        for (id, recipient) in &found {
            let known = super::addressee(&self.key, recipient)?;
            let digest = digest(&self.key, notice, &known.map(|person| person.key()).unwrap_or_default())?;
            tables::outbox::Entity::update_many()
                .col_expr(O::UniqueKey, Expr::val(format!("{notice}:{digest}")))
                .col_expr(O::Recipient, Expr::val(format!("{DIGEST}{digest}")))
                .filter(O::Id.eq(id.as_str()))
                .exec(tx)
                .await?;
        }
        Ok(!found.is_empty())
    }

    /// Addresses that were typed in, and rows of files that were wrong; then it is done.
    async fn purge_rest(&self, tx: &DatabaseTransaction, ctx: &Ctx, notice: NoticeId) -> Result<Draft> {
        use tables::{
            deliveries::Column as D, notices::Column as N, outbox::Column as O,
            recipient_file_parts::Column as P, recipient_files::Column as F, sent_mails::Column as S,
        };
        let of = notice.to_string();
        let row = tables::notices::Entity::find_by_id(of.clone()).one(tx).await?;
        let row = row.ok_or(crate::Error::NotFound)?;
        let typed = store::rows::notice(&row)?.recipients;
        let typed = typed.iter().map(|address| {
            let digest = digest(&self.key, notice, &Person::at(address).key())?;
            Ok(format!("{DIGEST}{digest}"))
        });
        let typed = typed.collect::<Result<Vec<_>>>()?;
        tables::notices::Entity::update_many()
            .col_expr(N::Recipients, Expr::val(store::to_json(&typed)?))
            .filter(N::Id.eq(of.as_str()))
            .exec(tx)
            .await?;
        // The bytes of their mails name them in the header.
        let its = tables::outbox::Entity::find()
            .select_only()
            .column(O::Id)
            .filter(O::NoticeId.eq(of.as_str()))
            .into_query();
        tables::sent_mails::Entity::delete_many().filter(S::DeliveryId.in_subquery(its)).exec(tx).await?;
        let files = tables::recipient_files::Entity::find()
            .select_only()
            .column(F::Id)
            .filter(F::NoticeId.eq(of.as_str()))
            .into_query();
        tables::recipient_file_parts::Entity::delete_many()
            .filter(P::FileId.in_subquery(files))
            .filter(P::Kind.ne(ROWS))
            .exec(tx)
            .await?;
        tables::deliveries::Entity::update_many()
            .col_expr(D::PurgedAt, Expr::val(micros(ctx.now)))
            .filter(D::NoticeId.eq(of.as_str()))
            .exec(tx)
            .await?;
        let mails = tables::outbox::Entity::find().filter(O::NoticeId.eq(of.as_str())).count(tx).await?;
        let told = tables::outbox::Entity::find()
            .filter(O::NoticeId.eq(of.as_str()))
            .filter(O::State.eq(DeliveryState::Accepted.code()))
            .count(tx)
            .await?;
        let draft = Draft::new(Stream::Incident(store::id(&row.incident_id)?), "recipients_purged", &of);
        Ok(draft.with("mails", mails).with("accepted", told))
    }
}
