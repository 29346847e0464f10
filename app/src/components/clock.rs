//! Times as people read them, and the clocks of the law.

use super::badge::{Badge, Kind};
use crate::{
    islands::{Countdown, remaining},
    prelude::*,
    shell::Reader,
};
use chrono::{DateTime, Utc};
use domain::{
    clock::{Standing, is_soon, standing},
    moment::{self, Precision, Zone},
};

/// An instant in the reader's zone with its offset; pointing at it shows UTC to the second.
#[component]
pub fn Time(at: DateTime<Utc>, #[prop(default = Precision::Minute)] precision: Precision) -> impl IntoView {
    let zone = Reader::current().zone;
    let utc = at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    view! { <time datetime=moment::rfc3339(at) title=utc>{moment::show_as(at, zone, precision)}</time> }
}

/// How a clock stands, in one word and with the code of its shape and colour.
#[must_use]
pub fn lateness(standing: Standing, soon: bool) -> (&'static str, &'static str) {
    match standing {
        Standing::Met { .. } => ("met", "Met"),
        Standing::MetLate { .. } => ("late", "Late"),
        Standing::Overdue { .. } => ("overdue", "Overdue"),
        Standing::Running { .. } if soon => ("soon", "Due soon"),
        Standing::Running { .. } => ("running", "Running"),
        Standing::Open { .. } => ("open", "Open"),
    }
}

/// One duty with a time limit: when it is due, how long that is, and what the authority's own clock says.
#[component]
pub fn Clock(
    /// The duty, such as "Notification to the supervisory authority".
    #[prop(into)]
    duty: String,
    /// Where the duty stands: "GDPR, Art. 33(1)".
    #[prop(optional, into)]
    source: String,
    due: DateTime<Utc>,
    /// When the duty was done, if it was.
    #[prop(default = None)]
    met: Option<DateTime<Utc>>,
    /// The zone of the authority, where the law looks there.
    #[prop(default = None)]
    authority_zone: Option<Zone>,
    /// From so many hours before it is due it is marked.
    soon_hours: u32,
    /// What else belongs to it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let now = Reader::current().now;
    let (code, word) = lateness(standing(due, met, now), is_soon(due, met, now, soon_hours));
    let state = match met {
        Some(at) => done(at, due),
        None => {
            let (due, now) = (millis(due), millis(now));
            view! { <Countdown due_ms=due now_ms=now large=false /> }.written()
        }
    };
    let source = (!source.is_empty()).then(|| view! { <span class="clock-source">{source}</span> });
    view! {
        <div class=format!("clock {code}")>
            <p class="clock-duty"><Badge kind=Kind::Lateness code=code label=word />" "{duty}" "{source}</p>
            <p class="clock-left">{state}</p>
            <p class="clock-due">"Due "<Time at=due /></p>
            {authority_zone.map(|zone| there(due, zone))}
            {children.map(|children| children())}
        </div>
    }
}

/// One duty without a number: it has no due time, and at most a reminder of the organisation's own.
#[component]
pub fn Undelayed(
    #[prop(into)] duty: String,
    #[prop(optional, into)] source: String,
    since: DateTime<Utc>,
    /// When the duty was done, if it was.
    #[prop(default = None)]
    met: Option<DateTime<Utc>>,
    /// When the organisation reminds itself.
    #[prop(default = None)]
    ours: Option<DateTime<Utc>>,
    /// The limit in words.
    #[prop(into)]
    limit: String,
    /// What else belongs to it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let now = Reader::current().now;
    let (code, word) = if met.is_some() { ("met", "Done") } else { ("open", "Open") };
    let state = match met {
        Some(at) => {
            let words = format!("Done after {}", moment::span(at - since));
            view! { <span>{words}</span>" "<span class="clock-met">"on "<Time at=at /></span> }.written()
        }
        None => format!("Open for {}", moment::span(now - since)).written(),
    };
    let source = (!source.is_empty()).then(|| view! { <span class="clock-source">{source}</span> });
    let ours = ours.filter(|_| met.is_none()).map(|at| {
        view! { <p class="clock-due">"Our own reminder, which no law sets: "<Time at=at /></p> }
    });
    view! {
        <div class=format!("clock {code}")>
            <p class="clock-duty"><Badge kind=Kind::Lateness code=code label=word />" "{duty}" "{source}</p>
            <p class="clock-left">{state}</p>
            <p class="clock-due">"No due time: "{limit}"."</p>
            {ours}
            {children.map(|children| children())}
        </div>
    }
}

/// Within the limit or after it, and by how much.
fn done(at: DateTime<Utc>, due: DateTime<Utc>) -> AnyView {
    let by = moment::span(due - at);
    let words = if at <= due { format!("Met, {by} before the limit") } else { format!("Late by {by}") };
    view! { <span>{words}</span>" "<span class="clock-met">"on "<Time at=at /></span> }.written()
}

fn there(due: DateTime<Utc>, zone: Zone) -> AnyView {
    let words = format!("At the authority, {}: {}", zone.name(), moment::show(due, zone));
    view! { <p class="clock-there">{words}</p> }.written()
}

/// For islands: JSON numbers hold milliseconds since 1970 exactly.
#[must_use]
pub fn millis(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64
}

/// What a countdown says at the moment the page is rendered; for places where a line of text is enough.
#[must_use]
pub fn left(due: DateTime<Utc>) -> String {
    remaining(millis(due) - millis(Reader::current().now))
}
