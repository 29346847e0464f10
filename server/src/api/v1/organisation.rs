//! What belongs to no single incident: the asker, the profile, search, the journals.

use super::{
    super::{
        answer::{Done, Shown, Tagged},
        call::{Asked, Call, Given, Nothing},
        route::{ApiRoute, get, put},
    },
    ListOut, PageQuery,
};
use domain::{
    access::{Action, Person, Role, Scope, Via},
    account::organisation::{Organisation, OrganisationInput},
    id::{AccountId, IncidentId},
    journal::Entry,
    notice::template::Language,
    view::{Hit, JournalLine, Profile},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::Result;
use std::collections::BTreeMap;

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/me", "readMe", "For whom the token acts, and what it may", A::ReadLibrary, me).anybody(),
        get(
            "/organisation",
            "readOrganisation",
            "The organisation's profile",
            A::ReadOrganisation,
            organisation,
        ),
        put("/organisation", "saveOrganisation", "Fill in the profile", A::EditOrganisation, save),
        get("/search", "search", "The newest things, at most 50, that hold every word", A::Search, search),
        get(
            "/journal",
            "readSystemJournal",
            "The system's journal, the newest first",
            A::ReadSystemJournal,
            system_journal,
        ),
        get(
            "/incidents/{incident}/journal",
            "readJournal",
            "An incident's journal, the newest first",
            A::ReadJournal,
            journal,
        ),
    ]
}

/// For whom the token acts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Me")]
struct MeOut {
    id: AccountId,
    name: String,
    role: Role,
    /// IANA name of the zone in which times without an offset are read.
    zone: String,
    /// What the token may be used for.
    scopes: Vec<Scope>,
}

impl From<&Person> for MeOut {
    fn from(person: &Person) -> Self {
        let Person { account, name, role, zone, via } = person.clone();
        let scopes = if let Via::Token { scopes, .. } = via { scopes } else { Vec::new() };
        Self { id: account, name, role, zone: zone.name().to_owned(), scopes }
    }
}

/// The profile, in the fields of the input that saves it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Organisation")]
struct OrganisationOut {
    controller: String,
    controller_contact: String,
    dpo_name: String,
    dpo_contact: String,
    contact_point: String,
    authority: String,
    authority_zone: String,
    languages: Vec<Language>,
    /// 0 while nobody has saved it.
    revision: i64,
}

impl From<Profile> for OrganisationOut {
    fn from(profile: Profile) -> Self {
        let Profile { organisation: Organisation { authority_zone, languages }, mut answers, revision } =
            profile;
        let mut answer = |key: &str| answers.remove(key).unwrap_or_default();
        Self {
            controller: answer("ctrl.name"),
            controller_contact: answer("ctrl.contact"),
            dpo_name: answer("dpo.name"),
            dpo_contact: answer("dpo.contact"),
            contact_point: answer("info.contact"),
            authority: answer("authority"),
            authority_zone: authority_zone.name().to_owned(),
            languages,
            revision,
        }
    }
}

/// What is looked for.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchQuery {
    /// The words, all of which must be there.
    q: String,
}

/// An entry of a journal.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JournalEntry")]
struct JournalOut {
    /// `system`, or `incident:` and its id.
    stream: String,
    /// 1 for the first of its stream.
    seq: i64,
    /// UTC, RFC 3339, microseconds.
    at: String,
    /// Who did it, as recorded.
    actor: String,
    /// The actor's name, where it is an account.
    who: String,
    what: String,
    target: String,
    details: BTreeMap<String, serde_json::Value>,
    request: String,
    /// The hash of the entry before it; 64 zeros for the first.
    prev: String,
    /// SHA-256 of the entry's line, lower-case hexadecimal.
    hash: String,
}

impl From<JournalLine> for JournalOut {
    fn from(line: JournalLine) -> Self {
        let JournalLine { entry, hash, who } = line;
        let Entry { actor, at, details, prev, request, seq, stream, target, what } = entry;
        Self { stream, seq, at, actor, who, what, target, details, request, prev, hash }
    }
}

async fn me(call: Call<Nothing>, (): ()) -> Result<Shown<MeOut>> {
    Ok(Shown(call.ctx.person()?.into()))
}

async fn organisation(call: Call<Nothing>, (): ()) -> Result<Tagged<OrganisationOut>> {
    let profile = call.services.profile(&call.ctx).await?;
    let revision = profile.revision;
    Ok(Tagged(profile.into(), revision))
}

async fn save(call: Call<Given<OrganisationInput>>, (): ()) -> Result<Done> {
    call.services.save_organisation(&call.ctx, &call.input.0).await.map(|()| Done)
}

async fn search(call: Call<Asked<SearchQuery>>, (): ()) -> Result<Shown<ListOut<Hit>>> {
    Ok(Shown(ListOut::whole(call.services.search(&call.ctx, &call.input.0.q).await?)))
}

async fn system_journal(call: Call<Asked<PageQuery>>, (): ()) -> Result<Shown<ListOut<JournalOut>>> {
    call.services.system_journal(&call.ctx, call.input.0.number()?).await.map(ListOut::page).map(Shown)
}

async fn journal(call: Call<Asked<PageQuery>>, id: IncidentId) -> Result<Shown<ListOut<JournalOut>>> {
    let (_, listed) = call.services.journal_of(&call.ctx, id, call.input.0.number()?).await?;
    Ok(Shown(ListOut::page(listed)))
}
