//! Clocks, what they rest on, who is told, and what the organisation decides about them.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post, put},
    },
    ListOut,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::Action,
    awareness::{Awareness, AwarenessInput, DecisionInput, candidate::CandidateInput},
    clock::{
        NotificationClock,
        authority::{AuthorityInput, CaseAuthority},
        case::{CaseClocks, IdleClock},
        deadline::Deadline,
        recorded::{Submission, SubmissionInput, TriggerInput, TriggerInstant},
        rule::own::OwnClockInput,
        settings::{ClockSettings, ClockSettingsInput, RuleSwitchInput},
    },
    id::{AuthorityId, AwarenessId, CandidateId, IncidentId, ReminderId, SubmissionId},
    incident::ReasonInput,
    view::{
        Added,
        clocks::{
            CandidateLine, CaseRule, ClockRow, Clocks, DelayDraft, OwnClockLine, ReminderLine, RuleLine,
            RunwayView, SentReminder, Wall,
        },
    },
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::{Error, Result};

pub(super) fn routes() -> Vec<ApiRoute> {
    let mut routes = of_a_case();
    routes.extend(of_the_organisation());
    routes
}

#[rustfmt::skip]
fn of_a_case() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/clocks", "listClocks", "Open clocks of all incidents that are seen, the nearest first, at most 50", A::ReadIncidents, wall),
        get("/incidents/{incident}/clocks", "readClocks", "Every clock of an incident, and everything it rests on", A::ReadIncident, clocks),
        post("/incidents/{incident}/awareness", "recordAwareness", "Record when the controller became aware, or correct it; the clocks follow from it", A::RecordAwareness, aware),
        post("/incidents/{incident}/awareness/{awareness}/confirm", "confirmAwareness", "Confirm a correction, as a second person", A::DecideAwareness, confirm),
        post("/incidents/{incident}/awareness/{awareness}/decline", "declineAwareness", "Decline a correction with a reason, as a second person", A::DecideAwareness, decline),
        post("/incidents/{incident}/candidates", "addCandidate", "Add a moment at which one might say that the controller became aware", A::AddCandidate, candidate),
        post("/incidents/{incident}/candidates/{candidate}/withdraw", "withdrawCandidate", "Withdraw a candidate with a reason; it stays visible", A::AddCandidate, withdraw_candidate),
        post("/incidents/{incident}/triggers", "recordTrigger", "Record when something happened that starts a clock, correct it or take it back", A::RecordTrigger, trigger),
        post("/incidents/{incident}/submissions", "recordSubmission", "Record that a report was submitted by another way than a notice", A::RecordSubmission, submission),
        post("/incidents/{incident}/submissions/{submission}/withdraw", "withdrawSubmission", "Withdraw the record of a submission with a reason", A::RecordSubmission, withdraw_submission),
        post("/incidents/{incident}/authorities", "nameAuthority", "Name an authority that is to be told", A::NameAuthority, authority),
        post("/incidents/{incident}/authorities/{authority}/withdraw", "withdrawAuthority", "Withdraw an authority with a reason; its clock ends", A::NameAuthority, withdraw_authority),
        put("/incidents/{incident}/rules/{rule}", "switchCaseRule", "Switch a rule on for this incident, or off", A::SetClockScope, case_rule),
        post("/incidents/{incident}/reminders/{reminder}/acknowledge", "acknowledgeReminder", "Acknowledge a reminder", A::AcknowledgeReminder, acknowledge),
    ]
}

#[rustfmt::skip]
fn of_the_organisation() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/rules", "listRules", "Every rule with its status, the organisation's own first", A::ReadOrganisation, rules),
        put("/rules/{rule}", "switchRule", "Switch a rule on for every incident, or off", A::SwitchRules, rule),
        get("/clock-settings", "readClockSettings", "When people are reminded, and how long each step is given", A::ReadOrganisation, settings),
        put("/clock-settings", "saveClockSettings", "Set when people are reminded, and how long each step is given", A::ConfigureClocks, save_settings),
        post("/own-clocks", "createOwnClock", "Make a clock of the organisation's own, such as a contract's; it is switched on", A::SwitchRules, create_own),
        get("/own-clocks/{own}", "readOwnClock", "A clock of the organisation's own", A::ReadOrganisation, own),
        put("/own-clocks/{own}", "editOwnClock", "Change a clock of the organisation's own; every incident follows", A::ConfigureClocks, edit_own),
        post("/own-clocks/{own}/retire", "retireOwnClock", "Retire a clock of the organisation's own", A::ConfigureClocks, retire_own),
    ]
}

/// What to look ahead to.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AheadQuery {
    /// RFC 3339: what slips if nothing happens before it. In six hours where it isn't given.
    until: Option<DateTime<Utc>>,
}

/// Open clocks of every incident that is seen.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OpenClocks")]
struct WallOut {
    clocks: Vec<ClockRow>,
    /// How many there are in all.
    total: u64,
    overdue: u64,
    /// The moment to which every standing refers.
    now: DateTime<Utc>,
}

/// What else is said about the end of the 72 hours. Contested where it differs; nothing is planned by it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Readings")]
struct ReadingsOut {
    due_at: DateTime<Utc>,
    /// The hour rule of Regulation 1182/71.
    hour_rule_at: DateTime<Utc>,
    /// Two working days were touched.
    touch_at: DateTime<Utc>,
    /// 48 hours lay on working days.
    hours_48_at: DateTime<Utc>,
    /// Two working days were complete.
    full_days_at: DateTime<Utc>,
    /// Every reading gives the hour rule.
    undisputed: bool,
    holidays_nearby: Vec<NaiveDate>,
}

impl From<Deadline> for ReadingsOut {
    fn from(d: Deadline) -> Self {
        Self {
            due_at: d.due_at,
            hour_rule_at: d.hour_rule_at,
            touch_at: d.art_3_5.touch_at,
            hours_48_at: d.art_3_5.hours_48_at,
            full_days_at: d.art_3_5.full_days_at,
            undisputed: d.undisputed,
            holidays_nearby: d.holidays_nearby,
        }
    }
}

/// Every clock of an incident, and what it rests on.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Clocks")]
struct ClocksOut {
    /// The clock that matters most now.
    clock: Option<NotificationClock>,
    running: Vec<NotificationClock>,
    /// What runs no clock, and why.
    idle: Vec<IdleClock>,
    /// IANA name of the lead or competent authority's zone.
    authority_zone: String,
    /// Every statement of awareness, the newest first.
    statements: Vec<Awareness>,
    /// The version by which everything is reckoned.
    ruling: Option<i64>,
    readings: Option<ReadingsOut>,
    candidates: Vec<CandidateLine>,
    triggers: Vec<TriggerInstant>,
    submissions: Vec<Submission>,
    authorities: Vec<CaseAuthority>,
    /// Rules that can be switched on for this incident.
    scope: Vec<CaseRule>,
    runways: Vec<RunwayView>,
    reminders: Vec<ReminderLine>,
    sent_reminders: Vec<SentReminder>,
    delay: Option<DelayDraft>,
    /// The moment to which every standing refers.
    now: DateTime<Utc>,
}

/// Rules, the organisation's own ones with their inputs.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClockSettings")]
struct SettingsOut {
    /// Codes of the rules that are switched on.
    rules: Vec<String>,
    calendar: String,
    marks: Vec<String>,
    undue_hours: u32,
    soon_hours: u32,
    escalate_minutes: u32,
    counts_hours: u32,
    draft_hours: u32,
    review_hours: u32,
    approval_hours: u32,
    sending_hours: u32,
    /// Where the calendars come from, with its version.
    calendar_source: String,
}

async fn wall(call: Call<Nothing>, (): ()) -> Result<Shown<WallOut>> {
    let Wall { clocks, total, overdue, now } = call.services.wall(&call.ctx).await?;
    Ok(Shown(WallOut { clocks, total, overdue, now }))
}

async fn clocks(call: Call<Asked<AheadQuery>>, id: IncidentId) -> Result<Shown<ClocksOut>> {
    let view: Clocks = call.services.clocks(&call.ctx, id, call.input.0.until).await?;
    let CaseClocks { running, idle } = view.clocks;
    Ok(Shown(ClocksOut {
        clock: view.case.clock,
        running,
        idle,
        authority_zone: view.case.authority_zone.name().to_owned(),
        statements: view.statements,
        ruling: view.ruling,
        readings: view.readings.map(ReadingsOut::from),
        candidates: view.candidates,
        triggers: view.triggers,
        submissions: view.submissions,
        authorities: view.authorities,
        scope: view.scope,
        runways: view.runways,
        reminders: view.reminders,
        sent_reminders: view.sent_reminders,
        delay: view.delay,
        now: view.case.now,
    }))
}

/// What was added, and where it is shown.
fn at_clocks(added: Added, id: IncidentId) -> Created<Added> {
    Created(added, format!("/incidents/{id}/clocks"))
}

async fn aware(call: Call<Given<AwarenessInput>>, id: IncidentId) -> Result<Created<Added>> {
    Ok(at_clocks(call.services.record_awareness(&call.ctx, id, &call.input.0).await?, id))
}

async fn confirm(call: Call<Given<DecisionInput>>, (id, which): (IncidentId, AwarenessId)) -> Result<Done> {
    call.services.confirm_awareness(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn decline(call: Call<Given<DecisionInput>>, (id, which): (IncidentId, AwarenessId)) -> Result<Done> {
    call.services.decline_awareness(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn candidate(call: Call<Given<CandidateInput>>, id: IncidentId) -> Result<Created<Added>> {
    Ok(at_clocks(call.services.add_candidate(&call.ctx, id, &call.input.0).await?, id))
}

async fn withdraw_candidate(
    call: Call<Given<ReasonInput>>,
    (id, which): (IncidentId, CandidateId),
) -> Result<Done> {
    call.services.withdraw_candidate(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn trigger(call: Call<Given<TriggerInput>>, id: IncidentId) -> Result<Created<Added>> {
    Ok(at_clocks(call.services.record_trigger(&call.ctx, id, &call.input.0).await?, id))
}

async fn submission(call: Call<Given<SubmissionInput>>, id: IncidentId) -> Result<Created<Added>> {
    Ok(at_clocks(call.services.record_submission(&call.ctx, id, &call.input.0).await?, id))
}

async fn withdraw_submission(
    call: Call<Given<ReasonInput>>,
    (id, which): (IncidentId, SubmissionId),
) -> Result<Done> {
    call.services.withdraw_submission(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn authority(call: Call<Given<AuthorityInput>>, id: IncidentId) -> Result<Created<Added>> {
    Ok(at_clocks(call.services.name_authority(&call.ctx, id, &call.input.0).await?, id))
}

async fn withdraw_authority(
    call: Call<Given<ReasonInput>>,
    (id, which): (IncidentId, AuthorityId),
) -> Result<Done> {
    call.services.withdraw_authority(&call.ctx, id, which, &call.input.0).await.map(|()| Done)
}

async fn case_rule(call: Call<Given<RuleSwitchInput>>, (id, rule): (IncidentId, String)) -> Result<Done> {
    call.services.switch_case_rule(&call.ctx, id, &rule, &call.input.0).await.map(|()| Done)
}

async fn acknowledge(call: Call<Nothing>, (id, which): (IncidentId, ReminderId)) -> Result<Done> {
    call.services.acknowledge_reminder(&call.ctx, id, which).await.map(|()| Done)
}

async fn rules(call: Call<Nothing>, (): ()) -> Result<Shown<ListOut<RuleLine>>> {
    Ok(Shown(ListOut::whole(call.services.rules_page(&call.ctx).await?.rules)))
}

async fn rule(call: Call<Given<RuleSwitchInput>>, rule: String) -> Result<Done> {
    call.services.switch_rule(&call.ctx, &rule, &call.input.0).await.map(|()| Done)
}

async fn settings(call: Call<Nothing>, (): ()) -> Result<Tagged<SettingsOut>> {
    let page = call.services.rules_page(&call.ctx).await?;
    let ClockSettings {
        rules,
        calendar,
        marks,
        undue_hours,
        soon_hours,
        escalate_minutes,
        counts_hours,
        draft_hours,
        review_hours,
        approval_hours,
        sending_hours,
    } = page.settings;
    let settings = SettingsOut {
        rules,
        calendar,
        marks: marks.iter().map(ToString::to_string).collect(),
        undue_hours,
        soon_hours,
        escalate_minutes,
        counts_hours,
        draft_hours,
        review_hours,
        approval_hours,
        sending_hours,
        calendar_source: page.calendar_source,
    };
    Ok(Tagged(settings, page.revision))
}

async fn save_settings(call: Call<Given<ClockSettingsInput>>, (): ()) -> Result<Done> {
    call.services.save_clock_settings(&call.ctx, &call.input.0).await.map(|()| Done)
}

async fn create_own(call: Call<Given<OwnClockInput>>, (): ()) -> Result<Created<Added>> {
    let added = call.services.create_own_clock(&call.ctx, &call.input.0).await?;
    let at = format!("/own-clocks/{}", added.id);
    Ok(Created(added, at))
}

async fn own(call: Call<Nothing>, code: String) -> Result<Tagged<OwnClockLine>> {
    let all = call.services.rules_page(&call.ctx).await?.own;
    let found = all.into_iter().find(|own| own.code == code).ok_or(Error::NotFound)?;
    let revision = found.revision;
    Ok(Tagged(found, revision))
}

async fn edit_own(call: Call<Given<OwnClockInput>>, code: String) -> Result<Done> {
    call.services.edit_own_clock(&call.ctx, &code, &call.input.0).await.map(|()| Done)
}

async fn retire_own(call: Call<Nothing>, code: String) -> Result<Done> {
    call.services.retire_own_clock(&call.ctx, &code).await.map(|()| Done)
}
