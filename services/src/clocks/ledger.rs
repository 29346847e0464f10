//! The ledger: what could be meant by having become aware, who judged it, and what else starts a clock.

use crate::{
    Services, boxed,
    case::Loaded,
    ctx::Ctx,
    error::{Error, Result},
    facts::{Recording, ToRecord},
    store::{rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    awareness::{
        Adoption, Awareness, AwarenessInput, DecisionInput,
        candidate::{Candidate, CandidateInput},
        ruling,
    },
    clock::recorded::{TriggerInput, TriggerInstant},
    event::{Event, clocks::ClockEvent},
    id::{AwarenessId, CandidateId, IncidentId, TriggerId},
    incident::{ReasonInput, open},
    moment::Precision,
    text::Zones,
    view::Added,
};
use sea_orm::{DatabaseTransaction, EntityTrait};

/// A candidate with the incident it lies in.
struct CandidateTarget(IncidentId, CandidateId);

impl Target for CandidateTarget {
    type Loaded = (Loaded, Candidate);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let row = tables::candidates::Entity::find_by_id(self.1.to_string()).one(tx).await?;
        let candidate = rows::clocks::candidate(&row.ok_or(Error::NotFound)?)?;
        if candidate.incident != self.0 {
            return Err(Error::NotFound);
        }
        Ok((crate::case::load(tx, ctx, self.0).await?, candidate))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Recording {
    /// How instants are read that the asker types for this case.
    pub(crate) fn zones(&self, ctx: &Ctx) -> Zones {
        self.grounds.zones(&self.house, &ctx.calendars, ctx.zone())
    }

    /// The event, and every notice that it sends back to its authors because another moment rules now.
    fn with_awareness(&self, ctx: &Ctx, event: Event, statements: &[Awareness]) -> Vec<Event> {
        let mut events = vec![event];
        events.extend(self.voided(ctx, &["time.aware"], &[], ruling(statements)));
        events
    }
}

impl Services {
    /// Records when the controller became aware. The clocks follow from it in the same commit. From the second
    /// statement on it is a correction, which waits for a second person; until then the earlier due time rules.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, a correction waits already, or the input can't be taken.
    #[boxed]
    pub async fn record_awareness(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &AwarenessInput,
    ) -> Result<Added> {
        let id = AwarenessId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::RecordAwareness, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let before = &recording.grounds.statements;
            let new = input.parse(recording.zones(ctx), ctx.now, before)?;
            let awareness = Awareness {
                id,
                incident,
                version: before.iter().map(|s| s.version).max().unwrap_or_default() + 1,
                aware_at: new.aware_at,
                precision: new.precision,
                investigated_from: new.investigated_from,
                judged_by: new.judged_by,
                why: new.why,
                correction: new.correction,
                ground: recording.ground(new.evidence, &new.place)?,
                recorded_at: ctx.now,
                recorded_by: by,
                adoption: if before.is_empty() { Adoption::Adopted } else { Adoption::Waiting },
                decided_at: None,
                decided_by: None,
                decision: String::new(),
            };
            let mut after = before.clone();
            after.push(awareness.clone());
            let events = recording.with_awareness(ctx, Event::AwarenessRecorded(awareness), &after);
            Ok(Change::new(events, Added { id: id.to_string() }))
        })
        .await
    }

    /// Confirms a correction of awareness, as a second person.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, it doesn't wait, or the asker recorded it.
    #[boxed]
    pub async fn confirm_awareness(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: AwarenessId,
        input: &DecisionInput,
    ) -> Result<()> {
        self.decide_awareness(ctx, incident, id, input, Adoption::Adopted).await
    }

    /// Declines a correction of awareness with a reason, as a second person.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, it doesn't wait, the asker recorded it, or no reason.
    #[boxed]
    pub async fn decline_awareness(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: AwarenessId,
        input: &DecisionInput,
    ) -> Result<()> {
        self.decide_awareness(ctx, incident, id, input, Adoption::Declined).await
    }

    async fn decide_awareness(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: AwarenessId,
        input: &DecisionInput,
        adoption: Adoption,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::DecideAwareness, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let before = &recording.grounds.statements;
            let waits = before.iter().find(|s| s.id == id).ok_or(Error::NotFound)?;
            let decided = waits.decide(adoption, by, input.parse(adoption)?, ctx.now)?;
            let after: Vec<Awareness> =
                before.iter().map(|s| if s.id == id { decided.clone() } else { s.clone() }).collect();
            let event = Event::Clock(ClockEvent::AwarenessDecided(decided));
            Ok(Change::new(recording.with_awareness(ctx, event, &after), ()))
        })
        .await
    }

    /// Adds a moment at which one might say that the controller became aware. No clock follows from it.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn add_candidate(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &CandidateInput,
    ) -> Result<Added> {
        let id = CandidateId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::AddCandidate, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let new = input.parse(recording.zones(ctx), ctx.now)?;
            let candidate = Candidate {
                id,
                incident,
                kind: new.kind,
                happened_at: new.happened.at,
                precision: new.happened.precision,
                what: new.what,
                ground: recording.ground(new.evidence, &new.place)?,
                recorded_at: ctx.now,
                recorded_by: by,
                withdrawn_at: None,
                withdrawn_by: None,
                withdrawn_reason: String::new(),
            };
            let event = Event::Clock(ClockEvent::CandidateAdded(candidate));
            Ok(Change::new(vec![event], Added { id: id.to_string() }))
        })
        .await
    }

    /// Withdraws a candidate with a reason; it stays visible.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, withdrawn already, or no reason.
    #[boxed]
    pub async fn withdraw_candidate(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: CandidateId,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::AddCandidate, CandidateTarget(incident, id), |(loaded, candidate)| {
            open(&loaded.incident)?;
            let withdrawn = candidate.withdraw(by, input.parse()?, ctx.now)?;
            Ok(Change::new(vec![Event::Clock(ClockEvent::CandidateWithdrawn(withdrawn))], ()))
        })
        .await
    }

    /// Records when something happened that starts a clock, corrects it or takes it back.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn record_trigger(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &TriggerInput,
    ) -> Result<Added> {
        let id = TriggerId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::RecordTrigger, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let holding = recording.grounds.holding();
            let new = input.parse(recording.zones(ctx), ctx.now, &holding)?;
            let before = holding.iter().find(|t| t.trigger == new.trigger);
            let instant = TriggerInstant {
                id,
                incident,
                trigger: new.trigger,
                version: before.map_or(0, |t| t.version) + 1,
                happened_at: new.happened.map(|p| p.at),
                precision: new.happened.map_or(Precision::Second, |p| p.precision),
                why: new.why,
                ground: recording.ground(new.evidence, &new.place)?,
                recorded_at: ctx.now,
                recorded_by: by,
            };
            let event = Event::Clock(ClockEvent::TriggerRecorded(instant));
            Ok(Change::new(vec![event], Added { id: id.to_string() }))
        })
        .await
    }
}
