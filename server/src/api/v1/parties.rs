//! Parties: the address book, who of it takes part in an incident, and the controllers that we process for.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{self, Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post, put},
    },
    ListOut,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    fact::{Fact, record::RecordFactInput},
    id::{CasePartyId, IncidentId, PartyId},
    incident::ReasonInput,
    party::{
        Party, PartyInput, PartyKind,
        in_case::{AddCasePartyInput, CaseParty, CasePartyInput, Processing, ProcessingInput},
    },
    view::{
        Added,
        parties::{
            CasePartyLine, CasePartyPage, ControllerFact, Drafted, PartiesTab, PartyBook, PartyCase,
            PartyPage, Sum,
        },
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::{
    Result,
    parties::{BookQuery, DraftAllInput, TakeOverInput},
};

#[rustfmt::skip]
pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/parties", "listParties", "The address book of parties, by name", A::ReadParties, list),
        post("/parties", "addParty", "Add a party to the address book", A::AddParty, add),
        get("/parties/{party}", "readParty", "A party, and the incidents in which it takes part as far as the asker may see them", A::ReadParties, read),
        put("/parties/{party}", "editParty", "Change a party; the clock of its contract follows", A::EditParty, edit),
        post("/parties/{party}/retire", "retireParty", "Retire a party with a reason: it is offered for no new incident", A::EditParty, retire),
        get("/incidents/{incident}/parties", "listCaseParties", "The parties of an incident, and how the controllers' numbers add up", A::ReadIncident, of_incident),
        post("/incidents/{incident}/parties", "addCaseParty", "Bring a party in: one of the address book, or a new one", A::AddCaseParty, bring_in),
        get("/incidents/{incident}/processing", "readProcessing", "As what the incident is handled", A::ReadIncident, read_processing),
        put("/incidents/{incident}/processing", "setProcessing", "Say as what the incident is handled", A::SetProcessing, processing),
        post("/incidents/{incident}/controller-notices", "draftControllerNotices", "Draft a notice to every controller that has none, each from its own facts", A::DraftNotice, draft_all),
        get("/incidents/{incident}/parties/{case_party}", "readCaseParty", "A party of an incident; of a controller also the facts about it", A::ReadIncident, one),
        put("/incidents/{incident}/parties/{case_party}", "editCaseParty", "Change what is recorded about a party of an incident", A::EditCaseParty, edit_one),
        post("/incidents/{incident}/parties/{case_party}/remove", "removeCaseParty", "Take a party out with a reason; it stays in the history", A::EditCaseParty, remove),
        post("/incidents/{incident}/parties/{case_party}/take-over", "takeOverParty", "Record what the address book says as the answer to a fact", A::RecordFact, take_over),
        post("/incidents/{incident}/parties/{case_party}/contract-clock", "countContract", "Count the hours of its contract in this incident", A::SetClockScope, count),
        put("/incidents/{incident}/parties/{case_party}/facts/{key}", "recordControllerFact", "Record an answer about one controller: a new version, the older ones stay", A::RecordFact, record),
    ]
}

/// Which parties.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PartiesQuery {
    /// Part of a name, a person, an address or a contract.
    q: Option<String>,
    kind: Option<PartyKind>,
    /// Those that were retired instead of the others.
    #[serde(default)]
    retired: bool,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// A party with the incidents in which it takes part.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PartyPage")]
struct PartyOut {
    party: Party,
    /// The newest first, at most 50.
    incidents: Vec<PartyCase>,
    /// How many there are in all that the asker may see.
    all_incidents: u64,
}

/// A party that was taken out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RemovedParty")]
struct RemovedOut {
    in_case: CaseParty,
    party: Party,
}

/// The parties of an incident.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CaseParties")]
struct CasePartiesOut {
    processing: Processing,
    /// Those that take part, in the order in which they came.
    parties: Vec<CasePartyLine>,
    /// Those taken out, the last one first.
    removed: Vec<RemovedOut>,
    /// How many controllers have to be told, and how many were.
    to_tell: u64,
    told: u64,
    /// How the numbers of all controllers add up.
    people: Sum,
    records: Sum,
    /// What the incident's own fact sheet says, where it isn't the controllers' sum.
    people_of_the_case: Option<String>,
    processor_aware_at: Option<DateTime<Utc>>,
    /// What is to be mended, in sentences.
    warnings: Vec<&'static str>,
    /// The moment to which every standing refers.
    now: DateTime<Utc>,
}

/// One version of an answer about a controller.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ControllerFactVersion")]
struct VersionOut {
    fact: Fact,
    /// In words, in English.
    shown: String,
}

/// One question about a controller.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ControllerFact")]
struct ControllerFactOut {
    key: String,
    /// The newest first; none where nobody has answered.
    history: Vec<VersionOut>,
}

impl From<ControllerFact> for ControllerFactOut {
    fn from(of: ControllerFact) -> Self {
        let history = of.history.into_iter().map(|(fact, shown)| VersionOut { fact, shown }).collect();
        Self { key: of.key, history }
    }
}

/// A party of an incident with everything about it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CasePartyPage")]
struct CasePartyOut {
    line: CasePartyLine,
    /// Of a controller.
    facts: Vec<ControllerFactOut>,
}

async fn list(call: Call<Asked<PartiesQuery>>, (): ()) -> Result<Shown<ListOut<Party>>> {
    let Asked(PartiesQuery { q, kind, retired, page }) = call.input;
    let asked = BookQuery { words: q.unwrap_or_default(), kind, retired, page: call::page(page)? };
    let PartyBook { parties, .. } = call.services.parties(&call.ctx, &asked).await?;
    Ok(Shown(ListOut::page(parties)))
}

async fn add(call: Call<Given<PartyInput>>, (): ()) -> Result<Created<Added>> {
    let added = call.services.add_party(&call.ctx, &call.input.0).await?;
    let at = format!("/parties/{}", added.id);
    Ok(Created(added, at))
}

async fn read(call: Call<Nothing>, id: PartyId) -> Result<Tagged<PartyOut>> {
    let PartyPage { party, cases, all_cases, .. } = call.services.party(&call.ctx, id).await?;
    let revision = party.revision;
    Ok(Tagged(PartyOut { party, incidents: cases, all_incidents: all_cases }, revision))
}

async fn edit(call: Call<Given<PartyInput>>, id: PartyId) -> Result<Done> {
    call.services.edit_party(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn retire(call: Call<Given<ReasonInput>>, id: PartyId) -> Result<Done> {
    call.services.retire_party(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn of_incident(call: Call<Nothing>, id: IncidentId) -> Result<Shown<CasePartiesOut>> {
    let view: PartiesTab = call.services.parties_of(&call.ctx, id).await?;
    let removed = view.removed.into_iter().map(|(in_case, party)| RemovedOut { in_case, party }).collect();
    Ok(Shown(CasePartiesOut {
        processing: view.processing,
        parties: view.parties,
        removed,
        to_tell: view.to_tell,
        told: view.told,
        people: view.people,
        records: view.records,
        people_of_the_case: view.people_of_the_case,
        processor_aware_at: view.processor_aware_at,
        warnings: view.warnings,
        now: view.case.now,
    }))
}

async fn bring_in(call: Call<Given<AddCasePartyInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.add_case_party(&call.ctx, id, &call.input.0).await?;
    let at = format!("/incidents/{id}/parties/{}", added.id);
    Ok(Created(added, at))
}

async fn read_processing(call: Call<Nothing>, id: IncidentId) -> Result<Tagged<Processing>> {
    let is = call.services.parties_of(&call.ctx, id).await?.processing;
    let revision = is.revision;
    Ok(Tagged(is, revision))
}

async fn processing(call: Call<Given<ProcessingInput>>, id: IncidentId) -> Result<Done> {
    call.services.set_processing(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn draft_all(call: Call<Given<DraftAllInput>>, id: IncidentId) -> Result<Created<Drafted>> {
    let drafted = call.services.draft_controller_notices(&call.ctx, id, &call.input.0).await?;
    Ok(Created(drafted, format!("/incidents/{id}/notices")))
}

async fn one(call: Call<Nothing>, (id, party): (IncidentId, CasePartyId)) -> Result<Tagged<CasePartyOut>> {
    let CasePartyPage { line, facts, .. } = call.services.case_party(&call.ctx, id, party).await?;
    let revision = line.in_case.revision;
    let facts = facts.into_iter().map(ControllerFactOut::from).collect();
    Ok(Tagged(CasePartyOut { line, facts }, revision))
}

async fn edit_one(call: Call<Given<CasePartyInput>>, (id, party): (IncidentId, CasePartyId)) -> Result<Done> {
    call.services.edit_case_party(&call.ctx, id, party, &call.input.0).await.map(|()| Done)
}

async fn remove(call: Call<Given<ReasonInput>>, (id, party): (IncidentId, CasePartyId)) -> Result<Done> {
    call.services.remove_case_party(&call.ctx, id, party, &call.input.0).await.map(|()| Done)
}

async fn take_over(
    call: Call<Given<TakeOverInput>>,
    (id, party): (IncidentId, CasePartyId),
) -> Result<Created<Added>> {
    let added = call.services.take_over(&call.ctx, id, party, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/facts/{}", call.input.0.key.trim())))
}

async fn count(call: Call<Nothing>, (id, party): (IncidentId, CasePartyId)) -> Result<Done> {
    call.services.count_contract(&call.ctx, id, party).await.map(|()| Done)
}

async fn record(
    call: Call<Given<RecordFactInput>>,
    (id, party, key): (IncidentId, CasePartyId, String),
) -> Result<Created<Added>> {
    let added = call.services.record_controller_fact(&call.ctx, id, party, &key, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}/parties/{party}")))
}
