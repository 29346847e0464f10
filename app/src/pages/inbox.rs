//! The inbox: what was noticed, until it is dismissed or becomes an incident.

use super::{id, page_number, parameter};
use crate::{
    cells,
    components::{
        Badge, ButtonKind, DefinitionList, Empty, Form, Kind, LinkButton, Pagination, Reference, Row, Select,
        Tab, Table, Tabs, TextArea, TextField, Time, TimeField, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::{Action, Object, Permit, permits},
    alert::{Alert, AlertInput, AlertState},
    id::AlertId,
    incident::{DeclareInput, ReasonInput, Severity},
    text::Choice,
    view::{AlertPage, Listed},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/inbox", list),
        get("/inbox/new", report_page),
        post("/inbox/new", report),
        get("/inbox/{alert}", one),
        post("/inbox/{alert}/dismiss", dismiss),
        post("/inbox/{alert}/declare", declare),
    ]
}

/// What of the inbox is shown: the new ones unless something else is asked for.
fn asked(visit: &Visit) -> Option<AlertState> {
    match parameter(visit, "state") {
        Some(code) if code == "all" => None,
        Some(code) => Some(AlertState::from_code(&code).unwrap_or(AlertState::New)),
        None => Some(AlertState::New),
    }
}

async fn list(visit: Visit) -> Response {
    visit.show(list_shown(&visit).await).await
}

async fn list_shown(visit: &Visit) -> Shown {
    let state = asked(visit);
    let alerts = visit.services.alerts(&visit.ctx, state, page_number(visit)).await?;
    let waiting = visit.services.new_alerts(&visit.ctx).await?;
    let reports = may_report(visit);
    Ok(Page::new(Place::Inbox, "Inbox", move || {
        let report = reports.then(|| view! { <LinkButton href="/inbox/new" label="Report an alert" /> });
        view! {
            <div class="page-head"><h1>"Inbox"</h1>{report}</div>
            <Tabs label="Which alerts" tabs=tabs(state, waiting) />
            {table(alerts, state)}
        }
        .written()
    }))
}

fn may_report(visit: &Visit) -> bool {
    permits(&visit.ctx.actor, Action::ReceiveAlert, Object::Alert, visit.ctx.now) == Permit::Granted
}

fn tabs(state: Option<AlertState>, waiting: u64) -> Vec<Tab> {
    let of = |label, code: &str, which, count| Tab {
        label,
        href: format!("/inbox?state={code}"),
        count,
        current: state == which,
    };
    vec![
        of("New", "new", Some(AlertState::New), Some(waiting)),
        of("Declared", "declared", Some(AlertState::Declared), None),
        of("Dismissed", "dismissed", Some(AlertState::Dismissed), None),
        of("All", "all", None, None),
    ]
}

fn table(alerts: Listed<Alert>, state: Option<AlertState>) -> AnyView {
    if alerts.items.is_empty() {
        return empty(state);
    }
    let (total, page) = (alerts.total, alerts.page);
    let base = format!("/inbox?state={}", state.map_or("all", Choice::code));
    let rows = alerts.items.into_iter().map(row).collect();
    view! {
        <Table caption="Alerts, the newest first" heads=vec!["Alert", "From", "Received", "Happened", "State"] rows=rows />
        <Pagination total=total page=page base=base />
    }
    .written()
}

fn empty(state: Option<AlertState>) -> AnyView {
    match state {
        Some(AlertState::New) => view! {
            <Empty title="Nothing waits here.">
                <p>"Alerts come in from monitoring systems by API, or from people by the form. A title is enough to report one."</p>
            </Empty>
        }
        .written(),
        _ => view! { <Empty title="There are no such alerts." /> }.written(),
    }
}

fn row(alert: Alert) -> Row {
    let href = format!("/inbox/{}", alert.id);
    let happened =
        alert.event_at.map_or_else(|| "not said".written(), |at| view! { <Time at=at /> }.written());
    Row::new(cells![
        view! { <a href=href>{alert.title}</a> },
        source(alert.source),
        view! { <Time at=alert.received_at /> },
        happened,
        mark(alert.state),
    ])
}

fn source(source: String) -> String {
    if source.is_empty() { "not said".to_owned() } else { source }
}

fn mark(state: AlertState) -> AnyView {
    let label = match state {
        AlertState::New => "new",
        AlertState::Dismissed => "dismissed",
        AlertState::Declared => "declared",
    };
    view! { <Badge kind=Kind::Other code=state.code() label=label /> }.written()
}

async fn report_page(visit: Visit) -> Response {
    if !may_report(&visit) {
        return visit.no(&services::Error::Forbidden).await;
    }
    visit.show(report_shown(&visit, FormState::default())).await
}

async fn report(visit: Visit, posted: Posted) -> Response {
    let done = async {
        let added =
            visit.services.receive_alert(&posted.ctx(&visit.ctx), &posted.input::<AlertInput>()?).await?;
        Ok(format!("/inbox/{}", added.id))
    };
    visit.answer(done.await, &posted, async |state| report_shown(&visit, state)).await
}

fn report_shown(visit: &Visit, state: FormState) -> Shown {
    let token = visit.ctx.fresh.secret();
    Ok(Page::new(Place::Inbox, "Report an alert", move || {
        view! {
            <h1>"Report an alert"</h1>
            <p class="lead">"For something odd that may or may not be an incident. It waits in the inbox until somebody has looked at it."</p>
            <Form action="/inbox/new" state=state submit="Report it" token=token cancel="/inbox".to_owned()>
                <TextField name="title" label="What was noticed, in one line" required=true />
                <TextField name="source" label="Who or what noticed it" hint="A person, a team, a system." />
                <TimeField name="event_at" label="When it happened" hint="As far as it is known." />
                <TextArea name="body" label="More about it" hint="What was seen, where, and what has been done so far." rows=8 />
            </Form>
        }
        .written()
    }))
}

async fn one(visit: Visit, Path(raw): Path<String>) -> Response {
    let shown = async { one_shown(&visit, id(&raw)?, FormState::default()).await };
    visit.show(shown.await).await
}

async fn dismiss(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .dismiss_alert(&posted.ctx(&visit.ctx), id(&raw)?, &posted.input::<ReasonInput>()?)
            .await?;
        Ok("/inbox".to_owned())
    };
    visit.answer(done.await, &posted, async |state| one_shown(&visit, id(&raw)?, state).await).await
}

async fn declare(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let declared = visit
            .services
            .declare_from_alert(&posted.ctx(&visit.ctx), id(&raw)?, &posted.input::<DeclareInput>()?)
            .await?;
        Ok(format!("/incidents/{}", declared.id))
    };
    visit.answer(done.await, &posted, async |state| one_shown(&visit, id(&raw)?, state).await).await
}

async fn one_shown(visit: &Visit, alert: AlertId, state: FormState) -> Shown {
    let AlertPage { alert, incident, may_triage } = visit.services.alert(&visit.ctx, alert).await?;
    let token = visit.ctx.fresh.secret();
    Ok(Page::new(Place::Inbox, alert.title.clone(), move || {
        let body = if alert.body.is_empty() {
            view! { <p class="hint">"Nothing more was said."</p> }.written()
        } else {
            view! { <p class="as-typed">{alert.body.clone()}</p> }.written()
        };
        let became = incident.map(|(incident, reference)| {
            view! { <p>"Declared as "<Reference href=format!("/incidents/{incident}") reference=reference />"."</p> }
        });
        let acts =
            (may_triage && alert.state == AlertState::New).then(|| triage(alert.clone(), state, token));
        view! {
            <div class="page-head"><h1>{alert.title.clone()}</h1>{mark(alert.state)}</div>
            {became}
            <section class="card">{about(&alert)}{body}</section>
            {acts}
            <div><LinkButton href="/inbox" label="To the inbox" kind=ButtonKind::Quiet /></div>
        }
        .written()
    }))
}

fn about(alert: &Alert) -> AnyView {
    let happened =
        alert.event_at.map_or_else(|| "not said".written(), |at| view! { <Time at=at /> }.written());
    let mut items = vec![
        ("From", source(alert.source.clone()).written()),
        ("Happened", happened),
        ("Received", view! { <Time at=alert.received_at /> }.written()),
    ];
    if alert.state == AlertState::Dismissed {
        items.push(("Dismissed, because", alert.reason.clone().written()));
    }
    view! { <DefinitionList items=items /> }.written()
}

fn triage(alert: Alert, state: FormState, token: String) -> AnyView {
    let base = format!("/inbox/{}", alert.id);
    view! {
        <section>
            <h2>"Declare an incident"</h2>
            <p class="lead">"You become its lead. The alert goes with it, and its time becomes the first hint."</p>
            <Form action=format!("{base}/declare") state=state.clone() submit="Declare the incident" token=token>
                <TextField name="title" label="What happened, in one line" value=alert.title required=true />
                <Select name="severity" label="Severity for the organisation" offers={offers::<Severity>()} value="moderate".to_owned() required=true />
                <TextArea name="summary" label="What is known so far" value=alert.body />
            </Form>
        </section>
        <section>
            <h2>"Or dismiss it"</h2>
            <Form action=format!("{base}/dismiss") state=state submit="Dismiss the alert" kind=ButtonKind::Plain revision=Some(alert.revision)>
                <TextArea name="reason" label="Why it is no incident" hint="It stays in the inbox under “Dismissed”, with this reason." rows=2 required=true />
            </Form>
        </section>
    }
    .written()
}
