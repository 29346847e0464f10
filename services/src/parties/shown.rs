//! Parties of a case as a page shows them.

use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    parties::contract,
    sheets,
    store::{self, rows, tables},
};
use domain::{
    access::Action,
    clock::case::CaseClocks,
    fact::{
        About, Certainty, Fact, Value,
        catalogue::catalogue,
        sheet::{Sheet, words},
    },
    id::{CasePartyId, IncidentId},
    moment::Zone,
    notice::{stage::Stage, template::Language},
    party::{
        Party, PartyKind,
        in_case::{CONTROLLER_KEYS, CaseParty, HandledAs, PARTIES_MAX, warnings},
    },
    text::Choice,
    view::{
        Case,
        parties::{
            CasePartyLine, CasePartyPage, ControllerFact, ControllerNoticeRef, ControllerState, CountLine,
            PartiesTab, Sum, TakeOver,
        },
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

/// So many parties of the address book are offered in a case: as many as it takes.
const OFFERED: u64 = PARTIES_MAX as u64;

/// What the catalogue asks about a party and is known of it: the key, and the answer as it would be typed.
pub(super) fn take_over(
    party: &CaseParty,
    book: &Party,
    all: &[(CaseParty, Party)],
    zone: Zone,
) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    match party.role {
        PartyKind::Representative => out.push(("ctrl.eea_rep", book.card())),
        PartyKind::Dpo => {
            let name = if book.contact.is_empty() { &book.name } else { &book.contact };
            out.push(("dpo.name", name.clone()));
            out.push(("dpo.contact", book.card()));
        }
        PartyKind::Police if party.informed_at.is_some() => out.push(("oth.police", "yes".to_owned())),
        role if role.is_involved() => {
            let involved = all.iter().filter(|(p, _)| p.takes_part() && p.role.is_involved());
            let paragraphs = involved.map(|(p, book)| {
                let notifies = if p.notifies { ", notifies" } else { "" };
                format!("{}{notifies}: {}", p.role, book.card())
            });
            out.push(("parties[]", paragraphs.collect::<Vec<_>>().join("\n\n")));
            if matches!(role, PartyKind::Processor | PartyKind::SubProcessor)
                && let Some(at) = party.informed_at
            {
                out.push(("time.third_party_notice", at.with_timezone(&zone).date_naive().to_string()));
            }
        }
        _ => {}
    }
    out
}

fn offered(
    party: &CaseParty,
    book: &Party,
    all: &[(CaseParty, Party)],
    sheet: &Sheet,
    zone: Zone,
) -> Vec<TakeOver> {
    let line = |(key, value): (&str, String)| {
        let done = match sheet.value(key) {
            Some(Value::Text(said) | Value::Choice(said)) => *said == value,
            Some(Value::Date(day)) => day.to_string() == value,
            _ => false,
        };
        let definition = catalogue().get(key);
        let label = definition.map_or_else(|| key.to_owned(), |d| d.label.clone());
        let option = definition.and_then(|d| d.option(&value)).map(|o| o.en.clone());
        TakeOver { key: key.to_owned(), label, value: option.unwrap_or(value), done }
    };
    take_over(party, book, all, zone).into_iter().map(line).collect()
}

/// A number as it adds up.
fn count(fact: &Fact) -> Option<CountLine> {
    match fact.value.as_ref()? {
        Value::Number(n) => Some(CountLine { low: *n, high: *n, exact: fact.certainty == Certainty::Exact }),
        Value::Range { low, high } => Some(CountLine { low: *low, high: *high, exact: false }),
        _ => None,
    }
}

/// What every line of the tab is made from.
struct Ground<'a> {
    grounds: &'a Grounds,
    house: &'a House,
    clocks: &'a CaseClocks,
    sheet: &'a Sheet,
    /// The answers about each controller.
    about: BTreeMap<&'a str, Vec<&'a Fact>>,
    /// The latest notice to each controller that wasn't given up.
    notices: BTreeMap<CasePartyId, ControllerNoticeRef>,
    zone: Zone,
}

impl Ground<'_> {
    fn line(&self, party: &CaseParty, book: &Party) -> CasePartyLine {
        CasePartyLine {
            contract: contract::state(book, self.grounds, self.house),
            takes_over: offered(party, book, &self.grounds.parties, self.sheet, self.zone),
            controller: party.is_controller().then(|| self.state(party, book)),
            in_case: party.clone(),
            party: book.clone(),
        }
    }

    fn state(&self, party: &CaseParty, book: &Party) -> ControllerState {
        let id = party.id.to_string();
        let facts = self.about.get(id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let number = |key: &str| facts.iter().find(|f| f.key == key).and_then(|f| count(f));
        let known =
            |key: &&&str| facts.iter().any(|f| f.key == ***key && f.certainty != Certainty::NotYetKnown);
        let its = self.clocks.running.iter().filter(|clock| {
            clock.authority == Some(party.id.as_recipient()) || Some(&clock.rule) == book.clock.as_ref()
        });
        ControllerState {
            told_at: self.grounds.told_at(party),
            clocks: its.cloned().collect(),
            people: number("people.count"),
            records: number("data.records"),
            answered: CONTROLLER_KEYS.iter().filter(known).count() as u64,
            asked: CONTROLLER_KEYS.len() as u64,
            notice: self.notices.get(&party.id).copied(),
        }
    }
}

fn about(facts: &[Fact]) -> BTreeMap<&str, Vec<&Fact>> {
    let mut out: BTreeMap<&str, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        if let About::Controller(id) = &fact.about {
            out.entry(id.as_str()).or_default().push(fact);
        }
    }
    out
}

impl Services {
    async fn controller_notices(&self, incident: &str) -> Result<BTreeMap<CasePartyId, ControllerNoticeRef>> {
        use tables::notices::Column as N;
        let found = tables::notices::Entity::find()
            .filter(N::IncidentId.eq(incident))
            .filter(N::ControllerId.is_not_null())
            .filter(N::Stage.ne(Stage::Cancelled.code()))
            .order_by_asc(N::CreatedAt)
            .order_by_asc(N::Id)
            .all(&self.reader)
            .await?;
        let mut out = BTreeMap::new();
        for row in &found {
            let Some(controller) = store::id_opt(row.controller_id.as_deref())? else { continue };
            out.insert(
                controller,
                ControllerNoticeRef { id: store::id(&row.id)?, stage: store::word(&row.stage)? },
            );
        }
        Ok(out)
    }

    async fn languages(&self) -> Result<Vec<Language>> {
        let languages = self.organisation().await?.0.languages;
        Ok(Language::beginning_with(&languages))
    }

    /// The parties of a case, how the controllers' numbers add up, and what is to be mended.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn parties_of(&self, ctx: &Ctx, incident: IncidentId) -> Result<PartiesTab> {
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let key = incident.to_string();
        let (_, facts) = sheets::facts(&self.reader, &key).await?;
        let sheet = self.sheet(&case).await?;
        let clocks = grounds.clocks(&house, &ctx.calendars, ctx.now);
        let ground = Ground {
            zone: grounds.calendar(&house, &ctx.calendars).zone(),
            grounds: &grounds,
            house: &house,
            clocks: &clocks,
            sheet: &sheet,
            about: about(&facts),
            notices: self.controller_notices(&key).await?,
        };
        let here = || grounds.parties.iter().filter(|(party, _)| party.takes_part());
        let parties: Vec<CasePartyLine> = here().map(|(party, book)| ground.line(party, book)).collect();
        let mut removed: Vec<(CaseParty, Party)> =
            grounds.parties.iter().filter(|(party, _)| !party.takes_part()).cloned().collect();
        removed.sort_by_key(|(party, _)| std::cmp::Reverse(party.removed_at));
        let states = || parties.iter().filter_map(|line| line.controller.as_ref());
        let people = Sum::of(states().map(|c| c.people.as_ref()));
        let records = Sum::of(states().map(|c| c.records.as_ref()));
        let processing = store::parties::processing(&self.reader, incident).await?;
        // Where we are controller too, the case has people of ours beside theirs.
        let compared = processing.capacity == HandledAs::Processor
            && people.exact
            && people.known > 0
            && people.unknown == 0;
        let differs = |fact: &&Fact| {
            compared && count(fact).is_some_and(|c| (c.low, c.high) != (people.low, people.high))
        };
        let people_of_the_case = sheet
            .get("people.count")
            .filter(differs)
            .and_then(|_| sheet.display("people.count", Language::En, ctx.zone()));
        let all: Vec<CaseParty> = grounds.parties.iter().map(|(party, _)| party.clone()).collect();
        Ok(PartiesTab {
            warnings: warnings(&processing, &all),
            to_tell: states().count() as u64,
            told: states().filter(|c| c.told_at.is_some()).count() as u64,
            people,
            records,
            people_of_the_case,
            processor_aware_at: grounds.processor_aware().and_then(|t| t.happened_at),
            book: self.offered_parties().await?,
            languages: self.languages().await?,
            processing,
            parties,
            removed,
            case,
        })
    }

    async fn offered_parties(&self) -> Result<Vec<Party>> {
        use tables::parties::Column as P;
        let found = tables::parties::Entity::find()
            .filter(P::RetiredAt.is_null())
            .order_by_asc(P::Name)
            .order_by_asc(P::Id)
            .limit(OFFERED)
            .all(&self.reader)
            .await?;
        found.iter().map(rows::parties::party).collect()
    }

    /// One party of a case with everything about it.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn case_party(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: CasePartyId,
    ) -> Result<CasePartyPage> {
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let found = grounds.parties.iter().find(|(party, _)| party.id == id);
        let (party, book) = found.ok_or(Error::NotFound)?;
        let key = incident.to_string();
        let (_, facts) = sheets::facts(&self.reader, &key).await?;
        let sheet = self.sheet(&case).await?;
        let clocks = grounds.clocks(&house, &ctx.calendars, ctx.now);
        let ground = Ground {
            zone: grounds.calendar(&house, &ctx.calendars).zone(),
            grounds: &grounds,
            house: &house,
            clocks: &clocks,
            sheet: &sheet,
            about: about(&facts),
            notices: self.controller_notices(&key).await?,
        };
        let line = ground.line(party, book);
        let facts = match party.role {
            PartyKind::Controller => self.controller_facts(ctx, &key, id).await?,
            _ => Vec::new(),
        };
        let (evidence, languages) = (self.evidence_of(&key).await?, self.languages().await?);
        Ok(CasePartyPage { line, facts, evidence, languages, case })
    }

    async fn controller_facts(
        &self,
        ctx: &Ctx,
        incident: &str,
        id: CasePartyId,
    ) -> Result<Vec<ControllerFact>> {
        use tables::facts::Column as F;
        let of = About::Controller(id.to_string());
        let (kind, about) = of.parts();
        let found = tables::facts::Entity::find()
            .filter(F::IncidentId.eq(incident))
            .filter(F::AboutKind.eq(kind))
            .filter(F::AboutId.eq(about))
            .order_by_desc(F::Version)
            .all(&self.reader)
            .await?;
        let found = found.iter().map(rows::fact).collect::<Result<Vec<_>>>()?;
        let of_key = |key: &&str| {
            let said = |fact: &Fact| words::answer(fact, Language::En, ctx.zone());
            let history: Vec<(Fact, String)> =
                found.iter().filter(|f| f.key == **key).map(|f| (f.clone(), said(f))).collect();
            ControllerFact {
                key: (*key).to_owned(),
                fact: history.first().map(|(fact, _)| fact.clone()),
                shown: history.first().map(|(_, shown)| shown.clone()).unwrap_or_default(),
                history,
            }
        };
        Ok(CONTROLLER_KEYS.iter().map(of_key).collect())
    }

    /// What the case's own page was asked: whether the asker may do `action` here.
    pub(super) fn permit_in(&self, case: &Case, action: Action) -> Result<()> {
        if case.may(action) { Ok(()) } else { Err(Error::Forbidden) }
    }
}
