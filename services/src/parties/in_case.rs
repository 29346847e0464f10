//! Parties of a case: brought in, changed, taken out; and as what we handle the case.

use crate::{
    Services, boxed,
    case::Loaded,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    facts::{Recording, ToRecord},
    store::{self, rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    clock::GDPR_33_2,
    event::{Event, clocks::ClockEvent, parties::PartyEvent},
    id::{CasePartyId, IncidentId, PartyId},
    incident::{ReasonInput, open},
    party::{
        Party, PartyKind,
        in_case::{
            AddCasePartyInput, CaseParty, CasePartyInput, Part, Processing, ProcessingInput, room_beside,
        },
    },
    refusal::Refusal,
    text::Zones,
    view::Added,
};
use sea_orm::{DatabaseTransaction, EntityTrait};

/// A party of a case with everything of the case that a change may touch.
pub(super) struct PartyInCase(pub IncidentId, pub CasePartyId);

pub(super) struct Here {
    pub recording: Recording,
    pub in_case: CaseParty,
    pub book: Party,
}

impl Target for PartyInCase {
    type Loaded = Here;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Here> {
        let recording = ToRecord(self.0).load(tx, ctx).await?;
        let found = recording.grounds.parties.iter().find(|(party, _)| party.id == self.1).cloned();
        let (in_case, book) = found.ok_or(Error::NotFound)?;
        Ok(Here { recording, in_case, book })
    }
    fn object(here: &Here) -> Object {
        here.recording.loaded.access
    }
    fn revision(here: &Here) -> Option<i64> {
        Some(here.in_case.revision)
    }
}

/// A case, and the party of the address book that is to come into it, where there is one of this id.
struct BringIn(IncidentId, Option<PartyId>);

impl Target for BringIn {
    type Loaded = (Recording, Option<Party>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let recording = ToRecord(self.0).load(tx, ctx).await?;
        let party = match self.1 {
            Some(id) => tables::parties::Entity::find_by_id(id.to_string()).one(tx).await?,
            None => None,
        };
        Ok((recording, party.as_ref().map(rows::parties::party).transpose()?))
    }
    fn object((recording, _): &Self::Loaded) -> Object {
        recording.loaded.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

/// A case with as what it is handled.
struct OnProcessing(IncidentId);

impl Target for OnProcessing {
    type Loaded = (Loaded, Grounds, House, Processing);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let grounds = Grounds::load(tx, &loaded.incident).await?;
        let house = House::load(tx, &ctx.calendars).await?;
        Ok((loaded, grounds, house, store::parties::processing(tx, self.0).await?))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(loaded: &Self::Loaded) -> Option<i64> {
        Some(loaded.3.revision)
    }
}

impl Recording {
    fn zones_of(&self, ctx: &Ctx) -> Zones {
        self.grounds.zones(&self.house, &ctx.calendars, ctx.zone())
    }

    /// Those that take part, but for one.
    fn beside(&self, id: Option<CasePartyId>) -> Vec<&CaseParty> {
        let all = self.grounds.parties.iter().map(|(party, _)| party);
        all.filter(|party| party.takes_part() && Some(party.id) != id).collect()
    }
}

/// A party takes part once in each role.
fn once(others: &[&CaseParty], party: PartyId, role: PartyKind) -> std::result::Result<(), Refusal> {
    if others.iter().any(|o| o.party == party && o.role == role) {
        let message = format!("This party takes part as {role} already.");
        return Err(Refusal::field("role", "is_here", message));
    }
    Ok(())
}

/// What is wrong with the party, and with what is recorded about it here: both halves of the form are looked at before
/// the first answer. The kind of a new party is its role, and said there.
fn with(why: Refusal, part: &std::result::Result<Part, Refusal>) -> Refusal {
    match (why, part) {
        (Refusal::Invalid(mut errors), Err(Refusal::Invalid(more))) => {
            errors.retain(|e| e.field != "kind");
            errors.extend(more.iter().cloned());
            Refusal::Invalid(errors)
        }
        (why, _) => why,
    }
}

impl Services {
    /// Brings a party into a case: one of the address book, or a new one that comes into it in the same commit.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, retired, or the input can't be taken.
    #[boxed]
    pub async fn add_case_party(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &AddCasePartyInput,
    ) -> Result<Added> {
        let id = CasePartyId::from_bits(ctx.fresh.bits());
        let new_id = PartyId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        let target = BringIn(incident, input.party.trim().parse().ok());
        self.write(ctx, Action::AddCaseParty, target, |(recording, found)| {
            open(&recording.loaded.incident)?;
            let others = recording.beside(None);
            room_beside(others.len())?;
            let mut events = Vec::new();
            let part = input.part().parse(recording.zones_of(ctx), ctx.now, &others);
            let party = match input.chosen().map_err(|why| with(why, &part))? {
                Some(_) => {
                    let unknown = "There is no such party in the address book.";
                    let party = found
                        .as_ref()
                        .ok_or_else(|| with(Refusal::field("party", "unknown", unknown), &part))?;
                    if party.retired_at.is_some() {
                        let message = "This party was retired. Choose another one, or add it anew.";
                        return Err(with(Refusal::field("party", "retired", message), &part).into());
                    }
                    party.id
                }
                None => {
                    let new = input.new_party().map_err(|why| with(why, &part))?;
                    events.push(Event::Party(PartyEvent::Added(new.begin(new_id, by, ctx.now))));
                    new_id
                }
            };
            let part = part?;
            once(&others, party, part.role)?;
            let in_case = CaseParty::begin((id, incident, party), part, by, ctx.now);
            events.push(Event::Party(PartyEvent::BroughtIn(in_case)));
            Ok(Change::new(events, Added { id: id.to_string() }))
        })
        .await
    }

    /// Changes what is recorded about a party of a case.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, unknown, stale, taken out, or the input can't be taken.
    #[boxed]
    pub async fn edit_case_party(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: CasePartyId,
        input: &CasePartyInput,
    ) -> Result<()> {
        self.write(ctx, Action::EditCaseParty, PartyInCase(incident, id), |here| {
            open(&here.recording.loaded.incident)?;
            let others = here.recording.beside(Some(id));
            let part = input.parse(here.recording.zones_of(ctx), ctx.now, &others)?;
            once(&others, here.in_case.party, part.role)?;
            let edited = here.in_case.edit(part)?;
            Ok(Change::new(vec![Event::Party(PartyEvent::CaseChanged(edited))], ()))
        })
        .await
    }

    /// Takes a party out of a case with a reason. It stays in the history; the clock of its contract ends here.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, unknown, stale, taken out already, or no reason.
    #[boxed]
    pub async fn remove_case_party(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: CasePartyId,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditCaseParty, PartyInCase(incident, id), |here| {
            open(&here.recording.loaded.incident)?;
            let removed = here.in_case.remove(by, input.parse()?, ctx.now)?;
            let mut events = vec![Event::Party(PartyEvent::TakenOut(removed))];
            let stays = here.recording.beside(Some(id)).iter().any(|o| o.party == here.book.id);
            if let Some(rule) =
                here.book.clock.clone().filter(|rule| here.recording.grounds.rules.contains(rule))
                && !stays
            {
                events.push(Event::Clock(ClockEvent::RuleSwitched { incident, rule, on: false }));
            }
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// Says as what we handle a case. For a processor the rule of Article 33(2) is switched on, if it isn't.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, stale, no change, or the input can't be taken.
    #[boxed]
    pub async fn set_processing(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &ProcessingInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        let target = OnProcessing(incident);
        self.write(ctx, Action::SetProcessing, target, |(loaded, grounds, house, was)| {
            open(&loaded.incident)?;
            let (capacity, why) = input.parse()?;
            if capacity == was.capacity {
                return Err(Refusal::state("no_change", "It is handled so already.").into());
            }
            let set = Processing {
                incident,
                capacity,
                why,
                set_at: Some(ctx.now),
                set_by: Some(by),
                revision: was.revision + 1,
            };
            let mut events = vec![Event::Party(PartyEvent::ProcessingSet(set))];
            let rule = GDPR_33_2.0.to_owned();
            let on = capacity.processes();
            let everywhere = house.settings.rules.contains(&rule);
            if !everywhere && grounds.rules.contains(&rule) != on {
                events.push(Event::Clock(ClockEvent::RuleSwitched { incident, rule, on }));
            }
            Ok(Change::new(events, ()))
        })
        .await
    }
}
