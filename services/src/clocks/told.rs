//! Who is told of a case, by which rules, and what has reached them.

use crate::{
    Services, boxed,
    case::Loaded,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    filings::ToFile,
    store::{rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    clock::{
        authority::{AuthorityInput, CaseAuthority},
        recorded::{Submission, SubmissionInput},
        rule::Offer,
        settings::RuleSwitchInput,
    },
    event::{Event, clocks::ClockEvent},
    id::{AuthorityId, IncidentId, SubmissionId},
    incident::{ReasonInput, open},
    refusal::Refusal,
    view::Added,
};
use sea_orm::{DatabaseTransaction, EntityTrait};

/// An incident with what its clocks rest on.
pub(crate) struct OnGrounds(pub IncidentId);

impl Target for OnGrounds {
    type Loaded = (Loaded, Grounds, House);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let grounds = Grounds::load(tx, &loaded.incident).await?;
        Ok((loaded, grounds, House::load(tx, &ctx.calendars).await?))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

/// A submission with the incident it lies in.
struct SubmissionTarget(IncidentId, SubmissionId);

impl Target for SubmissionTarget {
    type Loaded = (Loaded, Submission);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let row = tables::submissions::Entity::find_by_id(self.1.to_string()).one(tx).await?;
        let submission = rows::clocks::submission(&row.ok_or(Error::NotFound)?)?;
        if submission.incident != self.0 {
            return Err(Error::NotFound);
        }
        Ok((crate::case::load(tx, ctx, self.0).await?, submission))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

fn already_withdrawn() -> Error {
    Refusal::state("withdrawn", "This was withdrawn already.").into()
}

impl Services {
    /// Records that a report was submitted by another way than a notice of this desk, such as a portal.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn record_submission(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &SubmissionInput,
    ) -> Result<Added> {
        let id = SubmissionId::from_bits(ctx.fresh.bits());
        self.write(ctx, Action::RecordSubmission, ToFile(incident, input), |filing| {
            Ok(Change::new(filing.decide(ctx, id)?, Added { id: id.to_string() }))
        })
        .await
    }

    /// Withdraws the record of a submission with a reason; it stays visible.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, withdrawn already, or no reason.
    #[boxed]
    pub async fn withdraw_submission(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: SubmissionId,
        input: &ReasonInput,
    ) -> Result<()> {
        self.write(ctx, Action::RecordSubmission, SubmissionTarget(incident, id), |(loaded, submission)| {
            open(&loaded.incident)?;
            let withdrawn_reason = input.parse()?;
            if submission.withdrawn_at.is_some() {
                return Err(already_withdrawn());
            }
            let withdrawn =
                Submission { withdrawn_at: Some(ctx.now), withdrawn_reason, ..submission.clone() };
            Ok(Change::new(vec![Event::Clock(ClockEvent::SubmissionWithdrawn(withdrawn))], ()))
        })
        .await
    }

    /// Names an authority that is to be told. Its rule is switched on for the case, if it is offered and isn't on yet.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn name_authority(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &AuthorityInput,
    ) -> Result<Added> {
        let id = AuthorityId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::NameAuthority, OnGrounds(incident), |(loaded, grounds, house)| {
            open(&loaded.incident)?;
            let others: Vec<CaseAuthority> =
                grounds.authorities.iter().filter(|a| a.withdrawn_at.is_none()).cloned().collect();
            let new = input.parse(&ctx.calendars, |code| house.rule(code).is_some(), &others)?;
            let mut events = Vec::new();
            let in_scope = grounds.scope(house).iter().any(|rule| rule.code == new.rule);
            let offered = house.rule(&new.rule).map(|rule| rule.offer(house.today(ctx.now)));
            if !in_scope && offered == Some(Offer::Offered) {
                let rule = new.rule.clone();
                events.push(Event::Clock(ClockEvent::RuleSwitched { incident, rule, on: true }));
            }
            let authority = CaseAuthority {
                id,
                incident,
                name: new.name,
                calendar: new.calendar,
                capacity: new.capacity,
                rule: new.rule,
                added_at: ctx.now,
                added_by: by,
                withdrawn_at: None,
                withdrawn_reason: String::new(),
            };
            events.push(Event::Clock(ClockEvent::AuthorityNamed(authority)));
            Ok(Change::new(events, Added { id: id.to_string() }))
        })
        .await
    }

    /// Withdraws an authority with a reason; it stays visible, its clock ends.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, withdrawn already, or no reason.
    #[boxed]
    pub async fn withdraw_authority(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: AuthorityId,
        input: &ReasonInput,
    ) -> Result<()> {
        self.write(ctx, Action::NameAuthority, OnGrounds(incident), |(loaded, grounds, _)| {
            open(&loaded.incident)?;
            let authority = grounds.authorities.iter().find(|a| a.id == id).ok_or(Error::NotFound)?;
            let withdrawn_reason = input.parse()?;
            if authority.withdrawn_at.is_some() {
                return Err(already_withdrawn());
            }
            let withdrawn =
                CaseAuthority { withdrawn_at: Some(ctx.now), withdrawn_reason, ..authority.clone() };
            Ok(Change::new(vec![Event::Clock(ClockEvent::AuthorityWithdrawn(withdrawn))], ()))
        })
        .await
    }

    /// Switches a rule on for a case in addition to those of the organisation, or off again.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no such rule, no change, dormant, or unverified and not accepted.
    #[boxed]
    pub async fn switch_case_rule(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        code: &str,
        input: &RuleSwitchInput,
    ) -> Result<()> {
        self.write(ctx, Action::SetClockScope, OnGrounds(incident), |(loaded, grounds, house)| {
            open(&loaded.incident)?;
            let rule = house.rule(code).ok_or(Error::NotFound)?;
            let on = input.parse(rule, house.today(ctx.now))?;
            if house.settings.rules.contains(&rule.code) {
                let message = "This rule is switched on for every case, in the organisation's settings.";
                return Err(Refusal::state("on_everywhere", message).into());
            }
            if grounds.rules.contains(&rule.code) == on {
                return Err(Refusal::state("no_change", "It already is so.").into());
            }
            let rule = rule.code.clone();
            Ok(Change::new(vec![Event::Clock(ClockEvent::RuleSwitched { incident, rule, on })], ()))
        })
        .await
    }
}
