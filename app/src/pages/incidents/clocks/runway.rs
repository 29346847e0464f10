//! The way back from each due time, what slips if nothing happens, reminders, and the reasons for a delay.

use super::{
    super::{
        super::id,
        frame::{address, can},
    },
    pressed,
    running::capital,
};
use crate::{
    cells,
    components::{
        Badge, Button, ButtonKind, Empty, Form, Hidden, Kind, PostButton, Row, Table, TextArea, Time,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, post},
    shell::Reader,
    visit::{Posted, Visit, see_other},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Action,
    clock::{
        reminder::Mark,
        runway::{Milestone, StepState},
    },
    id::{IncidentId, ReminderId},
    incident::Phase,
    moment,
    text::Choice,
    view::{
        Clocks,
        clocks::{Gap, ReminderLine, RunwayLine, RunwayView},
    },
};
use serde::Deserialize;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![post("/incidents/{id}/reminders/{reminder}/acknowledge", acknowledge)]
}

/// Where the button was: afterwards one is there again.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AcknowledgeForm {
    from: String,
}

async fn acknowledge(
    visit: Visit,
    Path((raw, reminder)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let form = match posted.input::<AcknowledgeForm>() {
        Ok(form) => form,
        Err(why) => return pressed(&visit, &raw, &posted, "reminders", Err(why)).await,
    };
    let done = async {
        let (incident, reminder) = (id::<IncidentId>(&raw)?, id::<ReminderId>(&reminder)?);
        visit.services.acknowledge_reminder(&posted.ctx(&visit.ctx), incident, reminder).await
    };
    match done.await {
        Ok(()) if form.from == "desk" => see_other("/#reminders"),
        done => pressed(&visit, &raw, &posted, "reminders", done).await,
    }
}

/// The button of one reminder, on whatever page.
pub(crate) fn acknowledging(reminder: &ReminderLine, from: &'static str) -> AnyView {
    let action = format!("/incidents/{}/reminders/{}/acknowledge", reminder.incident, reminder.id);
    let hidden = vec![("from", from.to_owned())];
    let about = format!("the reminder of {}, {}", reminder.reference, reminder.title);
    view! { <PostButton action=action label="Acknowledge" about=about hidden=hidden /> }.written()
}

/// What the instant is that a reminder is of.
pub(crate) fn due_label(mark: Mark) -> &'static str {
    if mark == Mark::Ours { "Our own reminder" } else { "Due" }
}

/// What a reminder says, in a line.
pub(crate) fn words(reminder: &ReminderLine) -> AnyView {
    let escalated = reminder.escalated_at.map(|at| view! { ", and to the deputies "<Time at=at /> });
    let (what, to) = (reminder.title.clone(), reminder.recipient.clone());
    view! {
        <p><strong>{capital(&reminder.words)}</strong>": "{what}</p>
        <p class="hint">"For: "{to}". "{due_label(reminder.mark)}" "<Time at=reminder.due_at />". Sent to the lead "<Time at=reminder.raised_at />{escalated}"."</p>
    }
    .written()
}

pub(super) fn reminders(view: &Clocks) -> AnyView {
    if view.reminders.is_empty() {
        return ().written();
    }
    let may = view.case.may(Action::AcknowledgeReminder);
    let lines: Vec<_> = view
        .reminders
        .iter()
        .map(|reminder| {
            let button = may.then(|| acknowledging(reminder, ""));
            view! { <li class="card only-now"><div>{words(reminder)}</div>{button}</li> }
        })
        .collect();
    view! {
        <section id="reminders">
            <h2>"Reminders that nobody has acknowledged"</h2>
            <ul class="reminders">{lines}</ul>
            <p class="hint">"Acknowledging says that somebody is on it. It stops no clock."</p>
        </section>
    }
    .written()
}

/// Every reminder that went out: who was told when, and who said that they are on it.
pub(super) fn sent(view: &Clocks) -> AnyView {
    if view.sent_reminders.is_empty() {
        return ().written();
    }
    let rows = view
        .sent_reminders
        .iter()
        .map(|r| {
            let deputies =
                r.escalated_at.map(|at| view! { <p class="hint">"and to the deputies "<Time at=at /></p> });
            let answer = match r.acknowledged_at {
                Some(at) => view! { {r.acknowledged_by.clone()}", "<Time at=at /> }.written(),
                None => "nobody yet".written(),
            };
            Row::new(cells![
                view! { {capital(&r.mark.words())}<p class="hint">{r.title.clone()}</p> },
                view! { <Time at=r.due_at /> },
                view! { <Time at=r.raised_at />{deputies} },
                answer,
            ])
        })
        .collect();
    let heads = vec!["Reminder", "Of", "Sent", "Acknowledged by"];
    let label = format!("Reminders that went out ({})", view.sent_reminders.len());
    view! {
        <details id="sent-reminders">
            <summary>{label}</summary>
            <Table caption="Reminders that went out, the newest first" heads=heads rows=rows />
        </details>
    }
    .written()
}

pub(super) fn section(view: &Clocks, typed: String) -> AnyView {
    if view.case.incident.phase == Phase::Closed || view.runways.is_empty() {
        return ().written();
    }
    let ways: Vec<_> = view.runways.iter().enumerate().map(|(n, way)| runway(way, n == 0)).collect();
    view! {
        <section id="runway">
            <h2>"The way there"</h2>
            <p class="hint">
                "Planned back from each due time over the lead times of your organisation. They are a plan of yours; no law sets them."
            </p>
            {asking(view, typed)}
            {ways}
        </section>
    }
    .written()
}

/// Asks what would slip. A question, not an act: it goes by GET and leaves nothing behind.
fn asking(view: &Clocks, typed: String) -> AnyView {
    let action = format!("{}/clocks#runway", address(&view.case.incident));
    let reader = Reader::current();
    let unread = !typed.trim().is_empty() && moment::parse(typed.trim(), reader.zone).is_err();
    let error = unread.then(|| {
        view! { <p class="error" id="until-error">"This is not a date and time. Write it as in the hint. What is shown is for six hours from now."</p> }
    });
    let hint =
        format!("Local time in {}, as in {}.", reader.zone.name(), moment::show(reader.now, reader.zone));
    let class = if unread { "field wrong" } else { "field" };
    let described = if unread { "until-error until-hint" } else { "until-hint" };
    view! {
        <form class="form" method="get" action=action>
            <div class=class>
                <label for="until">"What slips if nothing happens before"</label>
                <p class="hint" id="until-hint">{hint}</p>
                {error}
                <input id="until" class="time" name="until" type="text" value=typed autocomplete="off" aria-describedby=described aria-invalid=unread.then_some("true") />
            </div>
            <div class="acts"><Button label="Show" kind=ButtonKind::Plain /></div>
        </form>
    }
    .written()
}

/// The nearest one is open; of the others the critical step is enough at first.
fn runway(way: &RunwayView, open: bool) -> AnyView {
    let rows = way.steps.iter().map(|line| step(line, way.critical)).collect();
    let owner = way.owner_name.clone();
    let step_now = way.critical.map_or("every step is done", |step| step.label());
    let summary = format!("For: {}. Critical: {step_now}.", way.recipient);
    let critical = match way.critical {
        Some(step) => {
            view! { <p>"Critical now: "<strong>{step.label()}</strong>". Everything after waits for it. Owner: "{owner}"."</p> }.written()
        }
        None => view! { <p>"Every step is done: it can be sent. Owner: "{owner}"."</p> }.written(),
    };
    view! {
        <details class="card" open=open>
            <summary><strong>{way.title.clone()}</strong>" "<span class="hint">{summary}</span></summary>
            {critical}
            <Table caption="Steps before the due time" heads=vec!["Step", "Begin by", "Done by", "State"] rows=rows />
            <p>"Send by "<Time at=way.send_by />"; due "<Time at=way.due_at />"."</p>
            {slipping(way)}
        </details>
    }
    .written()
}

fn step(line: &RunwayLine, critical: Option<Milestone>) -> Row {
    let code = match line.state {
        StepState::Done => "met",
        StepState::DoneLate => "late",
        StepState::Ahead => "running",
        StepState::Now => "soon",
        StepState::Slipped => "overdue",
    };
    let mark = (Some(line.milestone) == critical)
        .then(|| view! { " "<Badge kind=Kind::Other code="" label="critical" /> });
    let done = line.done_at.map(|at| view! { <p class="hint">"on "<Time at=at /></p> });
    Row::new(cells![
        view! { {line.milestone.label()}{mark} },
        view! { <Time at=line.start_by /> },
        view! { <Time at=line.done_by /> },
        view! { <Badge kind=Kind::Lateness code=code label=capital(line.state.label()) />{done} },
    ])
}

fn slipping(way: &RunwayView) -> AnyView {
    if way.critical.is_none() {
        return ().written();
    }
    let steps: Vec<&str> = way.slipping.iter().map(|step| step.label()).collect();
    let what = if steps.is_empty() {
        view! { "nothing slips" }.written()
    } else {
        view! { "these slip: "<strong>{steps.join(", ")}</strong> }.written()
    };
    let late = way.would_be_late_by.map(|seconds| {
        let by = moment::span(chrono::Duration::seconds(seconds));
        view! { <strong>", late by "{by}</strong> }
    });
    view! {
        <p>
            "If nothing happens before "<Time at=way.until />", "{what}". It would go out "<Time at=way.would_be_sent_at />{late}"."
        </p>
        <p class="hint">"Nothing slips as long as the critical step begins by "<Time at=way.last_start />"."</p>
    }
    .written()
}

/// The reasons for the delay, as a draft for a person to edit and record.
pub(super) fn delay(view: &Clocks, state: &FormState, token: &str) -> AnyView {
    let Some(draft) = &view.delay else { return ().written() };
    let fact = format!("{}/facts/time.delay_reasons", address(&view.case.incident));
    let gaps: Vec<_> = draft.gaps.iter().map(gap).collect();
    let gaps = (!gaps.is_empty()).then(|| {
        let heads = vec!["From", "To", "How long", "After", "Before"];
        view! { <Table caption="The longest times in which nothing is recorded" heads=heads rows=gaps shown=true /> }
    });
    let text = draft.text.clone();
    let body = if draft.recorded {
        view! { <p>"The reasons are recorded. "<a href=fact>"Read or change them"</a></p> }.written()
    } else if can(&view.case, Action::RecordFact) {
        view! {
            <p>"This draft is made of what the case holds: its moments, and the times in which nothing is recorded. It is no finding. \
                Say in your own words why, strike out what isn't so, then record it."</p>
            <Form action=fact state=state.clone() submit="Record the reasons" token=token.to_owned()>
                <TextArea name="value" label="Reasons for the delay (Art. 33(1))" value=text rows=12 required=true />
                <Hidden name="certainty" value="exact" />
            </Form>
        }
        .written()
    } else {
        view! { <Empty title="Nobody has recorded the reasons yet" /> }.written()
    };
    view! {
        <section id="delay">
            <h2>"Reasons for the delay"</h2>
            {body}
            {gaps}
        </section>
    }
    .written()
}

fn gap(gap: &Gap) -> Row {
    Row::new(cells![
        view! { <Time at=gap.from /> },
        view! { <Time at=gap.until /> },
        moment::span(gap.until - gap.from),
        gap.after.clone(),
        gap.before.clone(),
    ])
}
