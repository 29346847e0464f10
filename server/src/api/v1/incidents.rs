//! The case: declared, led through its phases, closed.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{self, Asked, Call, Given, Nothing},
        route::{ApiRoute, delete, get, post, put},
    },
    ListOut,
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    alert::Alert,
    awareness::Awareness,
    clock::NotificationClock,
    fact::sheet::Completeness,
    id::{AccountId, IncidentId},
    incident::{CloseInput, DeclareInput, EditIncidentInput, Incident, MovePhaseInput, Pending, ReasonInput},
    view::{Added, Case, Counts, Declared, IncidentRow, Member, Named, Overview},
    work::{Task, entry::Entry},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::{Result, incidents::MemberInput};

pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        post(
            "/incidents",
            "declareIncident",
            "Declare an incident; a title is enough",
            A::DeclareIncident,
            declare,
        ),
        get(
            "/incidents",
            "listIncidents",
            "The incidents that the asker may see, the newest first",
            A::ReadIncidents,
            list,
        ),
        get("/incidents/{incident}", "readIncident", "One incident at a glance", A::ReadIncident, read),
        put(
            "/incidents/{incident}",
            "editIncident",
            "Say anew what stands in the head",
            A::EditIncident,
            edit,
        ),
        post("/incidents/{incident}/phase", "movePhase", "Move to another phase", A::MovePhase, phase),
        post(
            "/incidents/{incident}/close",
            "closeIncident",
            "Close with an outcome",
            A::CloseIncident,
            close,
        ),
        post(
            "/incidents/{incident}/reopen",
            "reopenIncident",
            "Open a closed incident again",
            A::ReopenIncident,
            reopen,
        ),
        post(
            "/incidents/{incident}/restrict",
            "restrictIncident",
            "Hide from all but the members",
            A::Restrict,
            restrict,
        ),
        post(
            "/incidents/{incident}/unrestrict",
            "unrestrictIncident",
            "Lift a restriction",
            A::Restrict,
            unrestrict,
        ),
        post("/incidents/{incident}/members", "addMember", "Add a member", A::ManageMembers, add_member),
        delete(
            "/incidents/{incident}/members/{account}",
            "removeMember",
            "Take a member out",
            A::ManageMembers,
            remove_member,
        ),
    ]
}

/// Which incidents.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IncidentsQuery {
    /// Only those that aren't closed.
    open: Option<bool>,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// How many questions are answered, of how many.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Answered")]
pub(super) struct AnsweredOut {
    answered: usize,
    total: usize,
}

/// What is answered and what is owed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Completeness")]
pub(super) struct CompletenessOut {
    /// Of the questions that are always asked.
    always: AnsweredOut,
    /// Of the questions that the present answers bring up.
    conditional: AnsweredOut,
    /// Keys asked and without any answer.
    missing: Vec<String>,
    /// Keys answered with "not yet known" and a promised day.
    promised: Vec<String>,
}

impl From<Completeness> for CompletenessOut {
    fn from(completeness: Completeness) -> Self {
        let Completeness { always, conditional, missing, promised } = completeness;
        Self {
            always: AnsweredOut { answered: always.answered, total: always.total },
            conditional: AnsweredOut { answered: conditional.answered, total: conditional.total },
            missing,
            promised,
        }
    }
}

/// What still stands in the way of closing.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Pending")]
struct PendingOut {
    open_tasks: u64,
    unsent_notices: u64,
    open_steps: u64,
    unsigned_decisions: u64,
}

/// An incident at a glance.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "IncidentOverview")]
struct OverviewOut {
    incident: Incident,
    members: Vec<Member>,
    awareness: Option<Awareness>,
    clock: Option<NotificationClock>,
    counts: Counts,
    /// What the asker may do here.
    may: Vec<Action>,
    /// IANA name of the competent authority's zone.
    authority_zone: String,
    /// Set where the asker is here by breaking glass.
    glass_until: Option<DateTime<Utc>>,
    /// The first of the tasks, at most 200, the open ones first.
    tasks: Vec<Task>,
    /// The last entries of the timeline.
    recent: Vec<Entry>,
    completeness: CompletenessOut,
    pending: PendingOut,
    /// The alerts that it was declared from.
    alerts: Vec<Alert>,
    /// Who could be made a member; only for those who manage members.
    people: Vec<Named>,
    /// The moment to which the clock's standing refers.
    now: DateTime<Utc>,
}

impl From<Overview> for OverviewOut {
    fn from(overview: Overview) -> Self {
        let Overview { case, tasks, recent, completeness, pending, alerts, recommendations: _ } = overview;
        let manages = case.may(Action::ManageMembers);
        let Case {
            incident,
            people,
            members,
            awareness,
            clock,
            counts,
            may,
            authority_zone,
            glass_until,
            now,
            ..
        } = case;
        let Pending { open_tasks, unsent_notices, open_steps, unsigned_decisions } = pending;
        Self {
            incident,
            people: people.all().filter(|named| manages && !named.disabled).cloned().collect(),
            members,
            awareness,
            clock,
            counts,
            may,
            authority_zone: authority_zone.name().to_owned(),
            glass_until,
            tasks,
            recent,
            completeness: completeness.into(),
            pending: PendingOut { open_tasks, unsent_notices, open_steps, unsigned_decisions },
            alerts,
            now,
        }
    }
}

async fn declare(call: Call<Given<DeclareInput>>, (): ()) -> Result<Created<Declared>> {
    let declared = call.services.declare_incident(&call.ctx, &call.input.0).await?;
    let at = format!("/incidents/{}", declared.id);
    Ok(Created(declared, at))
}

async fn list(call: Call<Asked<IncidentsQuery>>, (): ()) -> Result<Shown<ListOut<IncidentRow>>> {
    let Asked(IncidentsQuery { open, page }) = call.input;
    call.services
        .incidents(&call.ctx, open.unwrap_or(false), call::page(page)?)
        .await
        .map(ListOut::page)
        .map(Shown)
}

async fn read(call: Call<Nothing>, id: IncidentId) -> Result<Tagged<OverviewOut>> {
    let overview = call.services.overview(&call.ctx, id).await?;
    let revision = overview.case.incident.revision;
    Ok(Tagged(overview.into(), revision))
}

async fn edit(call: Call<Given<EditIncidentInput>>, id: IncidentId) -> Result<Done> {
    call.services.edit_incident(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn phase(call: Call<Given<MovePhaseInput>>, id: IncidentId) -> Result<Done> {
    call.services.move_phase(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn close(call: Call<Given<CloseInput>>, id: IncidentId) -> Result<Done> {
    call.services.close_incident(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn reopen(call: Call<Given<ReasonInput>>, id: IncidentId) -> Result<Done> {
    call.services.reopen_incident(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn restrict(call: Call<Given<ReasonInput>>, id: IncidentId) -> Result<Done> {
    call.services.restrict_incident(&call.ctx, id, true, &call.input.0).await.map(|()| Done)
}

async fn unrestrict(call: Call<Given<ReasonInput>>, id: IncidentId) -> Result<Done> {
    call.services.restrict_incident(&call.ctx, id, false, &call.input.0).await.map(|()| Done)
}

async fn add_member(call: Call<Given<MemberInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.add_member(&call.ctx, id, &call.input.0).await?;
    Ok(Created(added, format!("/incidents/{id}")))
}

async fn remove_member(call: Call<Nothing>, (id, account): (IncidentId, AccountId)) -> Result<Done> {
    call.services.remove_member(&call.ctx, id, account).await.map(|()| Done)
}
