//! Decisions on risk, notification and communication: taken, signed, opened again.

use crate::{
    Services, boxed,
    case::Loaded,
    ctx::Ctx,
    error::{Error, Result},
    facts::{self, Recording, ToRecord},
    sheets, store,
    write::{Alarm, Audience, Change},
};
use domain::{
    access::{Action, Role},
    assessment::record::{basis_keys, changed_since},
    awareness::DecisionInput,
    decision::{
        self, Before, Communication, DecideInput, Decision, DecisionState,
        exemption::{Exemption, finding},
        order::{Order, OrderInput, OrderKind},
    },
    event::{Event, decision::DecisionEvent},
    fact::{
        Certainty, Fact,
        catalogue::catalogue,
        record::NewAnswer,
        sheet::{Sheet, contradictions},
    },
    id::{DecisionId, IncidentId, OrderId, TaskId},
    incident::{ReasonInput, open},
    moment::show,
    text::Choice,
    view::{Added, decisions::DecisionPage},
    work::Task,
};

/// A decision opened again, and the mail that says so: to the lead, the data protection officers and whoever recorded
/// it.
pub(crate) fn reopened(ctx: &Ctx, loaded: &Loaded, decision: &Decision, because: &str) -> (Event, Alarm) {
    let reference = &loaded.incident.reference;
    let alarm = Alarm {
        to: vec![
            Audience::Account(loaded.incident.lead),
            Audience::Account(decision.recorded_by),
            Audience::Role(Role::Dpo),
        ],
        purpose: "decision",
        subject: format!("{reference}: decision {} is open again", decision.version),
        text: format!(
            "{because}\n\nDecision {} of {reference} no longer counts: {}, {}. Decide anew; the clocks it had stopped \
             run on from when they began.",
            decision.version,
            if decision.ruling.notify {
                "the authority is notified"
            } else {
                "the authority is not notified"
            },
            decision.ruling.communication,
        ),
    };
    (Event::Decision(DecisionEvent::Reopened(decision.reopen(because.to_owned(), ctx.now))), alarm)
}

impl Recording {
    fn sheet(&self, ctx: &Ctx) -> Sheet {
        self.sheet_with(ctx, &[], self.grounds.awareness(), None)
    }

    /// A decision in force, and the answers that it gives.
    fn in_force(&self, ctx: &Ctx, event: DecisionEvent, decision: &Decision) -> Result<Vec<Event>> {
        let answers = decision.ruling.answers(&self.sheet(ctx)).into_iter().map(|(key, value)| {
            let answer = NewAnswer {
                certainty: Certainty::Exact,
                value: Some(value),
                promised_on: None,
                owner: None,
                holds_from: None,
                reason: format!("Decision {} by {}", decision.version, decision.ruling.decided_by),
                evidence: None,
                place: String::new(),
            };
            self.version(ctx, key, answer)
        });
        let facts = answers.collect::<Result<Vec<Fact>>>()?;
        let mut events = vec![Event::Decision(event)];
        events.extend(self.events(ctx, &facts));
        Ok(events)
    }
}

impl Services {
    /// Decides on risk, notification and communication, or decides anew. A decision against telling somebody waits for a
    /// second person's signature; any other is in force at once, and answers the questions of the catalogue.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, one waits already, or the input can't be taken.
    #[boxed]
    pub async fn decide(&self, ctx: &Ctx, incident: IncidentId, input: &DecideInput) -> Result<Added> {
        let id = DecisionId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::DecideRisk, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let sheet = recording.sheet(ctx);
            let (decisions, orders) = (&recording.grounds.decisions, &recording.grounds.orders);
            let before = Before { sheet: &sheet, decisions, orders };
            let decision = input.decide(before, id, incident, by, ctx.now)?;
            let event = DecisionEvent::Recorded(decision.clone());
            let added = Added { id: id.to_string() };
            if decision.state == DecisionState::InForce {
                return Ok(Change::new(recording.in_force(ctx, event, &decision)?, added));
            }
            let head = &recording.loaded.incident;
            let alarm = Alarm {
                to: vec![Audience::Role(Role::Dpo), Audience::Role(Role::Approver)],
                purpose: "decision",
                subject: format!("{}: a decision waits for a signature", head.reference),
                text: format!(
                    "{} decided: {}; {}. It counts once a second person has signed it. Until then every clock runs.",
                    decision.ruling.decided_by,
                    if decision.ruling.notify { "notify the authority" } else { "don't notify the authority" },
                    decision.ruling.communication,
                ),
            };
            Ok(Change::new(vec![Event::Decision(event)], added).telling(alarm))
        })
        .await
    }

    /// Signs the decision that waits, as a second person. From now on it counts.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, it doesn't wait, or the asker recorded it.
    #[boxed]
    pub async fn sign_decision(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: DecisionId,
        input: &DecisionInput,
    ) -> Result<()> {
        self.settle_decision(ctx, incident, id, input, true).await
    }

    /// Declines the decision that waits, with a reason. Whoever recorded it may do this too.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, it doesn't wait, or no reason.
    #[boxed]
    pub async fn decline_decision(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: DecisionId,
        input: &DecisionInput,
    ) -> Result<()> {
        self.settle_decision(ctx, incident, id, input, false).await
    }

    async fn settle_decision(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: DecisionId,
        input: &DecisionInput,
        signed: bool,
    ) -> Result<()> {
        use domain::awareness::Adoption;
        let by = ctx.person()?.account;
        self.write(ctx, Action::SignDecision, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let found = recording.grounds.decisions.iter().find(|d| d.id == id).ok_or(Error::NotFound)?;
            let words = input.parse(if signed { Adoption::Adopted } else { Adoption::Declined })?;
            let settled = found.settle(signed, by, words, ctx.now)?;
            let event = DecisionEvent::Settled(settled.clone());
            let events =
                if signed { recording.in_force(ctx, event, &settled)? } else { vec![Event::Decision(event)] };
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// Records that an authority ordered that people be told, or that law enforcement asked to wait. An order opens a
    /// decision not to tell them again; a request to wait leaves a task for when it ends.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn record_order(&self, ctx: &Ctx, incident: IncidentId, input: &OrderInput) -> Result<Added> {
        let id = OrderId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::RecordOrder, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let new = input.parse(recording.zones(ctx), ctx.now)?;
            let order = Order {
                id,
                incident,
                kind: new.kind,
                who: new.who,
                made_at: new.made_at,
                until: new.until,
                why: new.why,
                ground: recording.ground(new.evidence, &new.place)?,
                recorded_at: ctx.now,
                recorded_by: by,
                ended_at: None,
                ended_reason: String::new(),
            };
            let mut change = Change::new(
                vec![Event::Decision(DecisionEvent::OrderRecorded(order.clone()))],
                Added { id: id.to_string() },
            );
            match order.kind {
                OrderKind::Ordered => {
                    let against = decision::ruling(&recording.grounds.decisions)
                        .filter(|d| d.ruling.communication != Communication::Tell);
                    if let Some(against) = against {
                        let because = format!("{} ordered that the people be told (Art. 34(4)).", order.who);
                        let (event, alarm) = reopened(ctx, &recording.loaded, against, &because);
                        change.events.push(event);
                        change = change.telling(alarm);
                    }
                }
                OrderKind::Delayed => {
                    let until = order.until.map(|at| show(at, ctx.zone())).unwrap_or_default();
                    change.events.push(Event::TaskAdded(Task {
                        id: TaskId::from_bits(ctx.fresh.bits()),
                        incident,
                        title: format!(
                            "Tell the data subjects, or have a new request: {until} ends the wait"
                        ),
                        fact: None,
                        owner: Some(recording.loaded.incident.lead),
                        due_at: order.until,
                        done_at: None,
                        done_by: None,
                        created_at: ctx.now,
                        created_by: by,
                        revision: 1,
                    }));
                }
            }
            Ok(change)
        })
        .await
    }

    /// Ends an order or a request to wait, with a reason.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, unknown, ended already, or no reason.
    #[boxed]
    pub async fn end_order(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: OrderId,
        input: &ReasonInput,
    ) -> Result<()> {
        self.write(ctx, Action::RecordOrder, ToRecord(incident), |recording| {
            open(&recording.loaded.incident)?;
            let order = recording.grounds.orders.iter().find(|o| o.id == id).ok_or(Error::NotFound)?;
            let ended = order.end(input.parse()?, ctx.now)?;
            Ok(Change::new(vec![Event::Decision(DecisionEvent::OrderEnded(ended))], ()))
        })
        .await
    }

    /// The decisions of an incident, and what the next one would be taken on.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn decision_page(&self, ctx: &Ctx, incident: IncidentId) -> Result<DecisionPage> {
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let sheet = sheets::of(&self.reader, ctx, &case.incident, &house, &grounds, None).await?;
        let asker = ctx.actor.person().map(|p| p.account);
        let waits = decision::waiting(&grounds.decisions);
        let definitions = basis_keys().into_iter().filter_map(|key| catalogue().get(key));
        let exemptions = Exemption::ALL.iter().map(|exemption| {
            let conditions = exemption.conditions().iter().map(|c| (*c, finding(c, &sheet)));
            (*exemption, conditions.collect())
        });
        let newest = grounds.decisions.first();
        let changed = newest.map(|d| changed_since(&d.ruling.basis, &sheet, ctx.zone())).unwrap_or_default();
        let assessed = store::assessments::present(&self.reader, incident).await?;
        Ok(DecisionPage {
            assessment: assessed.map(|a| {
                let changed = a.changed_since(&sheet, ctx.zone());
                (a, changed)
            }),
            may_sign: case.may(Action::SignDecision) && waits.is_some_and(|d| Some(d.recorded_by) != asker),
            ruling: decision::ruling(&grounds.decisions).map(|d| d.version),
            judged_by: definitions.map(|d| facts::line(&sheet, d, ctx.zone())).collect(),
            changed,
            exemptions: exemptions.collect(),
            contradictions: contradictions(&sheet),
            evidence: self.evidence_of(&incident.to_string()).await?,
            decisions: grounds.decisions,
            orders: grounds.orders,
            case,
        })
    }
}
