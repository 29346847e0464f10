//! The hours of a contract are a clock of the organisation's own: begun for a case by one press, and changed with the
//! address book. Nothing counts them but the clocks.

use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::Result,
    parties::in_case::PartyInCase,
    write::Change,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    clock::rule::own::{OwnClock, OwnClockInput},
    event::{Event, clocks::ClockEvent, parties::PartyEvent},
    id::{CasePartyId, IncidentId, TriggerId},
    incident::open,
    party::Party,
    refusal::Refusal,
    view::parties::ContractClock,
};

/// The clock of a party's contract, where it has one that wasn't retired.
fn running<'h>(party: &Party, house: &'h House) -> Option<&'h OwnClock> {
    let code = party.clock.as_deref()?;
    house.own.iter().find(|own| own.code == code && own.retired_at.is_none())
}

/// What can be done about the hours of a party's contract in a case.
pub(super) fn state(party: &Party, grounds: &Grounds, house: &House) -> ContractClock {
    let Some(hours) = party.hours else { return ContractClock::None };
    let counts =
        |own: &&OwnClock| grounds.rules.contains(&own.code) || house.settings.rules.contains(&own.code);
    match running(party, house).filter(counts) {
        Some(own) => ContractClock::Counting { hours, rule: own.code.clone() },
        None => ContractClock::Offered { hours },
    }
}

/// The party as edited, and its clock after it. Without hours the clock ends.
pub(super) fn follows(party: Party, house: &House, now: DateTime<Utc>) -> (Party, Vec<Event>) {
    let Some(own) = running(&party, house) else { return (party, Vec::new()) };
    let saved = |own: OwnClock| Event::Clock(ClockEvent::OwnClockSaved(own));
    match party.clock_input() {
        Some(new) => {
            // What somebody set in the clock itself stays: from what it runs, and for which cases.
            let OwnClockInput { title, source, recipient, amount, unit, .. } = new;
            let input = OwnClockInput { title, source, recipient, amount, unit, ..own.input.clone() };
            if input == own.input {
                return (party, Vec::new());
            }
            let changed = OwnClock { input, revision: own.revision + 1, ..own.clone() };
            (party, vec![saved(changed)])
        }
        None => {
            let retired = OwnClock { retired_at: Some(now), revision: own.revision + 1, ..own.clone() };
            let mut events = vec![saved(retired)];
            if house.settings.rules.contains(&own.code) {
                let settings = house.settings.with_rule(&own.code, false);
                let revision = house.revision + 1;
                events.push(Event::Clock(ClockEvent::SettingsSaved { settings, revision, what: "rule_off" }));
            }
            (Party { clock: None, ..party }, events)
        }
    }
}

impl Services {
    /// Counts the hours of a party's contract in a case: its clock is made, if it has none yet, and switched on here.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, unknown, taken out, no hours, or it counts already.
    #[boxed]
    pub async fn count_contract(&self, ctx: &Ctx, incident: IncidentId, id: CasePartyId) -> Result<()> {
        let code = format!("own_{}", TriggerId::from_bits(ctx.fresh.bits()));
        self.write(ctx, Action::SetClockScope, PartyInCase(incident, id), |here| {
            open(&here.recording.loaded.incident)?;
            if !here.in_case.takes_part() {
                return Err(Refusal::state("removed", "This party was taken out of the case.").into());
            }
            let Some(input) = here.book.clock_input() else {
                let message =
                    "The address book gives no contract hours for this party. Enter them there first.";
                return Err(Refusal::state("no_hours", message).into());
            };
            let (grounds, house) = (&here.recording.grounds, &here.recording.house);
            if matches!(state(&here.book, grounds, house), ContractClock::Counting { .. }) {
                return Err(Refusal::state("no_change", "The hours of this contract count already.").into());
            }
            let mut events = Vec::new();
            let rule = match running(&here.book, house) {
                Some(own) => own.code.clone(),
                None => {
                    input.parse(&code, &ctx.calendars)?;
                    let own = OwnClock {
                        code: code.clone(),
                        input,
                        created_at: ctx.now,
                        retired_at: None,
                        revision: 1,
                    };
                    events.push(Event::Clock(ClockEvent::OwnClockSaved(own)));
                    let party = here.book.with_clock(code.clone());
                    events.push(Event::Party(PartyEvent::Changed { party, what: "clock" }));
                    code.clone()
                }
            };
            events.push(Event::Clock(ClockEvent::RuleSwitched { incident, rule, on: true }));
            Ok(Change::new(events, ()))
        })
        .await
    }
}
