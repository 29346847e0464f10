//! The inbox.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{self, Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post},
    },
    ListOut,
};
use domain::{
    access::Action,
    alert::{Alert, AlertInput, AlertState},
    id::{AlertId, IncidentId},
    incident::{DeclareInput, ReasonInput},
    view::{Added, AlertPage, Declared},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use services::Result;

pub(super) fn routes() -> Vec<ApiRoute> {
    vec![
        post("/alerts", "createAlert", "Take an alert in", Action::ReceiveAlert, create),
        get("/alerts", "listAlerts", "The inbox, the newest first", Action::ReadAlerts, list),
        get("/alerts/{alert}", "readAlert", "One alert", Action::ReadAlerts, read),
        post(
            "/alerts/{alert}/dismiss",
            "dismissAlert",
            "Dismiss an alert with a reason",
            Action::DismissAlert,
            dismiss,
        ),
        post(
            "/alerts/{alert}/declare",
            "declareFromAlert",
            "Declare an incident from an alert; without a title it takes the alert's",
            Action::DeclareFromAlert,
            declare,
        ),
    ]
}

/// Which alerts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AlertsQuery {
    /// Only those in this state.
    state: Option<AlertState>,
    /// 1 for the first; a page has 50 rows.
    #[schemars(range(min = 1, max = 1_000_000))]
    page: Option<u64>,
}

/// An alert, and the incident that it became where the asker may see that.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertPage")]
struct AlertOut {
    alert: Alert,
    /// `INC-2026-0007`
    reference: Option<String>,
    incident: Option<IncidentId>,
    /// Whether the asker may dismiss it or declare an incident from it.
    may_triage: bool,
}

impl From<AlertPage> for AlertOut {
    fn from(page: AlertPage) -> Self {
        let AlertPage { alert, incident, may_triage } = page;
        let (incident, reference) = incident.unzip();
        Self { alert, reference, incident, may_triage }
    }
}

async fn create(call: Call<Given<AlertInput>>, (): ()) -> Result<Created<Added>> {
    let added = call.services.receive_alert(&call.ctx, &call.input.0).await?;
    let at = format!("/alerts/{}", added.id);
    Ok(Created(added, at))
}

async fn list(call: Call<Asked<AlertsQuery>>, (): ()) -> Result<Shown<ListOut<Alert>>> {
    let Asked(AlertsQuery { state, page }) = call.input;
    call.services.alerts(&call.ctx, state, call::page(page)?).await.map(ListOut::page).map(Shown)
}

async fn read(call: Call<Nothing>, id: AlertId) -> Result<Tagged<AlertOut>> {
    let page = call.services.alert(&call.ctx, id).await?;
    let revision = page.alert.revision;
    Ok(Tagged(page.into(), revision))
}

async fn dismiss(call: Call<Given<ReasonInput>>, id: AlertId) -> Result<Done> {
    call.services.dismiss_alert(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn declare(call: Call<Given<DeclareInput>>, id: AlertId) -> Result<Created<Declared>> {
    let declared = call.services.declare_from_alert(&call.ctx, id, &call.input.0).await?;
    let at = format!("/incidents/{}", declared.id);
    Ok(Created(declared, at))
}
