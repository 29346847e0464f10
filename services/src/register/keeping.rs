//! How long records are kept, and the holds that come before that. Nothing is deleted here.

use crate::{
    Services, boxed,
    case::Loaded,
    clocks::House,
    ctx::Ctx,
    error::Result,
    store,
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::{Event, register::RegisterEvent},
    id::{HoldId, IncidentId},
    incident::ReasonInput,
    moment::Zone,
    refusal::Refusal,
    register::retention::{
        Hold, Kept, OwnDate, OwnDateInput, RetentionSettings, RetentionSettingsInput, held_already, not_held,
    },
};
use sea_orm::DatabaseTransaction;

/// The keeping of one record.
struct RecordTarget(IncidentId);

struct LoadedRecord {
    loaded: Loaded,
    kept: Kept,
    zone: Zone,
}

impl Target for RecordTarget {
    type Loaded = LoadedRecord;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<LoadedRecord> {
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let id = self.0.to_string();
        let kept = store::register::kept(tx, &[id.as_str()]).await?.remove(&id).unwrap_or_default();
        let zone = House::load(tx, &ctx.calendars).await?.home.zone();
        Ok(LoadedRecord { loaded, kept, zone })
    }
    fn object(record: &LoadedRecord) -> Object {
        record.loaded.access
    }
    fn revision(record: &LoadedRecord) -> Option<i64> {
        Some(record.kept.revision())
    }
}

/// The organisation's years.
struct Years;

impl Target for Years {
    type Loaded = (RetentionSettings, i64);
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Self::Loaded> {
        store::register::settings(tx).await
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision(loaded: &Self::Loaded) -> Option<i64> {
        Some(loaded.1)
    }
}

impl Services {
    /// How long records are kept before they are reviewed, and the revision to change it by.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn retention(&self, ctx: &Ctx) -> Result<(RetentionSettings, i64)> {
        self.permit(ctx, Action::ReadOrganisation, Object::System)?;
        store::register::settings(&self.reader).await
    }

    /// Says how long records are kept before they are reviewed. It counts for every record without a date of its own.
    ///
    /// # Errors
    /// Not allowed, stale, or the input can't be taken.
    #[boxed]
    pub async fn save_retention(&self, ctx: &Ctx, input: &RetentionSettingsInput) -> Result<()> {
        self.write(ctx, Action::ConfigureRetention, Years, |(_, revision)| {
            let saved = RegisterEvent::SettingsSaved { settings: input.parse()?, revision: revision + 1 };
            Ok(Change::new(vec![Event::Register(saved)], ()))
        })
        .await
    }

    /// Gives one record a date of its own from which it is to be reviewed, or takes that back. The case may be closed.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, or the input can't be taken.
    #[boxed]
    pub async fn set_review_date(&self, ctx: &Ctx, incident: IncidentId, input: &OwnDateInput) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::SetReviewDate, RecordTarget(incident), |record| {
            let (review_at, reason) = input.parse(record.zone, ctx.now)?;
            if review_at.is_none() && record.kept.own.as_ref().is_none_or(|own| own.review_at.is_none()) {
                let message = "Give a day. The record goes by the organisation's years already.";
                return Err(Refusal::field("review_on", "required", message).into());
            }
            let own = OwnDate {
                incident,
                review_at,
                reason,
                set_at: ctx.now,
                set_by: by,
                revision: record.kept.revision() + 1,
            };
            Ok(Change::new(vec![Event::Register(RegisterEvent::DateSet(own))], ()))
        })
        .await
    }

    /// Places a legal hold: the record is kept whatever its date, until the hold is lifted. The case may be closed.
    ///
    /// # Errors
    /// Hidden, not allowed, a hold stands already, or no reason.
    #[boxed]
    pub async fn place_hold(&self, ctx: &Ctx, incident: IncidentId, input: &ReasonInput) -> Result<()> {
        let (id, by) = (HoldId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::HoldRecord, RecordTarget(incident), |record| {
            let why = input.parse()?;
            if record.kept.hold().is_some() {
                return Err(held_already().into());
            }
            let hold = Hold {
                id,
                incident,
                placed_at: ctx.now,
                placed_by: by,
                why,
                lifted_at: None,
                lifted_by: None,
                lifted_why: String::new(),
            };
            Ok(Change::new(vec![Event::Register(RegisterEvent::HoldPlaced(hold))], ()))
        })
        .await
    }

    /// Lifts the legal hold that stands, with a reason. It stays to be read.
    ///
    /// # Errors
    /// Hidden, not allowed, none stands, or no reason.
    #[boxed]
    pub async fn lift_hold(&self, ctx: &Ctx, incident: IncidentId, input: &ReasonInput) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::HoldRecord, RecordTarget(incident), |record| {
            let why = input.parse()?;
            let hold = record.kept.hold().ok_or_else(not_held)?;
            let lifted = hold.lifted(by, why, ctx.now);
            Ok(Change::new(vec![Event::Register(RegisterEvent::HoldLifted(lifted))], ()))
        })
        .await
    }
}
