//! The clocks themselves, the nearest first, and those that don't run.

use super::super::{filings::report_address, frame::met};
use crate::{
    cells,
    components::{Badge, Clock, DefinitionList, Empty, Kind, Row, Table, Time, Undelayed},
    prelude::*,
};
use chrono::{DateTime, Utc};
use domain::{
    clock::{GDPR_33, NotificationClock, Standing, case::IdleClock, deadline::Deadline, rules::find},
    id::AuthorityId,
    moment,
    text::Choice,
    view::Clocks,
};

pub(super) fn section(view: &Clocks) -> AnyView {
    let running = &view.clocks.running;
    let list = if running.is_empty() {
        nothing(view)
    } else {
        let cards: Vec<_> = running.iter().map(|clock| card(view, clock)).collect();
        view! { <div class="clocks wide">{cards}</div> }.written()
    };
    view! {
        <section id="clocks">
            <h2>"Clocks"</h2>
            {list}
            {view.readings.as_ref().map(contested)}
            {idle(view, &view.clocks.idle)}
            <p class="hint">
                "A due time is an outer limit: most of these duties are to be done without undue delay. These clocks are an aid \
                 and no legal advice. Compare them with the source that each one names."
            </p>
        </section>
    }
    .written()
}

fn nothing(view: &Clocks) -> AnyView {
    let words = if view.case.awareness.is_some() {
        "What is recorded starts no clock of the rules that are switched on. The reasons are listed below."
    } else {
        "Nobody has recorded when you became aware. The 72 hours of Article 33(1) run from that moment, recorded or not."
    };
    view! { <Empty title="No clock runs"><p>{words}</p></Empty> }.written()
}

fn card(view: &Clocks, clock: &NotificationClock) -> AnyView {
    let recipient = clock.recipient.clone();
    let own = find(&clock.rule).is_none();
    let unverified = clock
        .unverified
        .then(|| view! { " "<Badge kind=Kind::Lateness code="soon" label="unverified rule" /> });
    let more = view! {
        <p>"For: "{recipient}{unverified}</p>
        {next(clock)}
        {beside(view, clock)}
        {report(view, &clock.rule, &clock.stage, clock.authority)}
        <details><summary>"What it rests on"</summary>{grounds(clock)}</details>
    };
    // A contract has no authority whose zone would matter.
    let authority_zone = (!own).then_some(clock.zone);
    match clock.due_at {
        Some(due) => view! {
            <Clock
                duty=clock.title.clone()
                source=clock.regime.clone()
                due=due
                met=met(clock)
                authority_zone=authority_zone
                soon_hours=view.case.soon_hours
            >
                {more}
            </Clock>
        }
        .written(),
        None => view! {
            <Undelayed
                duty=clock.title.clone()
                source=clock.regime.clone()
                since=clock.started_at
                met=met(clock)
                ours=clock.ours_at
                limit=undelayed(clock)
            >
                {more}
            </Undelayed>
        }
        .written(),
    }
}

/// The way to the general form for the report that this clock asks for.
fn report(view: &Clocks, rule: &str, stage: &str, authority: Option<AuthorityId>) -> Option<AnyView> {
    let href = report_address(&view.case, rule, stage, authority)?;
    Some(view! { <p><a href=href>"Fill in the report"</a></p> }.written())
}

fn undelayed(clock: &NotificationClock) -> String {
    if clock.no_due_time.is_empty() {
        format!("the law says “{}” and gives no number", clock.limit)
    } else {
        clock.no_due_time.trim_end_matches('.').to_owned()
    }
}

/// What to do about it now, where anything is.
fn next(clock: &NotificationClock) -> Option<AnyView> {
    let gdpr = (clock.rule.as_str(), clock.stage.as_str()) == GDPR_33;
    let words = match clock.standing {
        Standing::Overdue { .. } if gdpr => {
            "Notify now, and give the reasons for the delay with it (Art. 33(1))."
        }
        Standing::Overdue { .. } => "Submit it now, and say why it is late.",
        Standing::MetLate { .. } if gdpr => {
            "It went out late: the reasons for the delay belong to it (Art. 33(1))."
        }
        Standing::MetLate { .. }
        | Standing::Met { .. }
        | Standing::Running { .. }
        | Standing::Open { .. } => {
            return None;
        }
    };
    Some(view! { <p><strong>{words}</strong></p> }.written())
}

/// What stands beside the due time and never takes its place.
fn beside(view: &Clocks, clock: &NotificationClock) -> AnyView {
    let hour_rule = view
        .readings
        .as_ref()
        .filter(|r| {
            (clock.rule.as_str(), clock.stage.as_str()) == GDPR_33 && r.aware_at == clock.started_at
        })
        .map(|r| {
            view! {
                <p class="clock-there">
                    "By the hour rule, Regulation 1182/71, Art. 3(1): "<Time at=r.hour_rule_at />". We plan by the earlier time."
                </p>
            }
        });
    let shifted = clock.shifted_at.map(|at| {
        view! {
            <p class="clock-there">
                "The last day is no working day: by Regulation 1182/71, Art. 3(4), it would end "<Time at=at />". We plan by the earlier time."
            </p>
        }
    });
    view! { {hour_rule}{shifted} }.written()
}

fn grounds(clock: &NotificationClock) -> AnyView {
    let mut items = vec![
        ("Started", view! { {capital(clock.trigger.label())}", "<Time at=clock.started_at /> }.written()),
        ("Limit", clock.limit.clone().written()),
        ("Source", clock.source.clone().written()),
        ("Status", format!("{}; {}", clock.status, clock.confidence).written()),
        ("Binds", clock.applies_to.clone().written()),
    ];
    if !clock.applies_when.is_empty() {
        items.push(("Only if", clock.applies_when.clone().written()));
    }
    if let Some(due) = clock.due_at {
        items.push(("In UTC", moment::rfc3339_seconds(due).written()));
    }
    view! { <DefinitionList items=items /> }.written()
}

/// A label as the beginning of a line.
pub(super) fn capital(label: &str) -> String {
    let mut chars = label.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// The readings that are argued about. They are for reasons for a delay; nothing is planned by them.
fn contested(readings: &Deadline) -> AnyView {
    let zone = readings.zone;
    let at = |at: DateTime<Utc>| {
        let there = format!(" ({} at the authority)", moment::show(at, zone));
        view! { <Time at=at />{there} }.written()
    };
    let items = vec![
        ("Two working days touched", at(readings.art_3_5.touch_at)),
        ("48 hours on working days", at(readings.art_3_5.hours_48_at)),
        ("Two whole working days", at(readings.art_3_5.full_days_at)),
    ];
    let days: Vec<String> = readings.holidays_nearby.iter().map(ToString::to_string).collect();
    let days = if days.is_empty() {
        "No public holiday lies nearby.".to_owned()
    } else {
        format!("Public holidays nearby: {}.", days.join(", "))
    };
    let agree = readings
        .undisputed
        .then(|| view! { <p>"Here all three end with the hour rule: there is nothing to argue about."</p> });
    view! {
        <details class="card">
            <summary>"Contested: could weekends and holidays stretch the 72 hours?"</summary>
            <p>
                "Some read Article 3(5) of Regulation 1182/71 so that a period of two days or more includes at least two working \
                 days, and apply that to the 72 hours. Whether it applies is contested, and so is how. None of these is a due \
                 time, and nothing here is planned by them."
            </p>
            {agree}
            <DefinitionList items=items />
            <p class="hint">{days}</p>
        </details>
    }
    .written()
}

fn idle(view: &Clocks, idle: &[IdleClock]) -> AnyView {
    if idle.is_empty() {
        return ().written();
    }
    let rows = idle
        .iter()
        .map(|clock| {
            Row::new(cells![
                view! { {clock.title.clone()}<p class="title hint">{clock.regime.clone()}</p>{report(view, &clock.rule, &clock.stage, clock.authority)} },
                clock.recipient.clone(),
                capital(clock.trigger.label()),
                clock.why.clone(),
            ])
        })
        .collect();
    let label = format!("Clocks that don't run, and why ({})", idle.len());
    view! {
        <details class="card" open=idle.len() <= 6>
            <summary>{label}</summary>
            <Table caption="Clocks that don't run" heads=vec!["Duty", "To", "Would start with", "Why it doesn't run"] rows=rows />
        </details>
    }
    .written()
}
