//! Times as people read them, and the clocks of the law.

use crate::{
    islands::{Countdown, remaining},
    shell::Reader,
};
use chrono::{DateTime, Utc};
use domain::moment::{self, Precision, Zone};
use leptos::prelude::*;

/// An instant in the reader's zone with its offset; pointing at it shows UTC to the second.
#[component]
pub fn Time(at: DateTime<Utc>, #[prop(default = Precision::Minute)] precision: Precision) -> impl IntoView {
    let zone = Reader::current().zone;
    let utc = at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    view! { <time datetime=moment::rfc3339(at) title=utc>{moment::show_as(at, zone, precision)}</time> }
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
) -> impl IntoView {
    let now = Reader::current().now;
    let class = match met {
        Some(at) if at <= due => "clock met",
        Some(_) => "clock late",
        None if now > due => "clock overdue",
        None if due - now <= chrono::Duration::hours(12) => "clock soon",
        None => "clock",
    };
    let state = match met {
        Some(at) => done(at, due),
        None => {
            let (due, now) = (millis(due), millis(now));
            view! { <Countdown due_ms=due now_ms=now /> }.into_any()
        }
    };
    let source = (!source.is_empty()).then(|| view! { <span class="clock-source">{source}</span> });
    view! {
        <div class=class>
            <p class="clock-duty">{duty}" "{source}</p>
            <p class="clock-left">{state}</p>
            <p class="clock-due">"Due "<Time at=due /></p>
            {authority_zone.map(|zone| there(due, zone))}
        </div>
    }
}

/// Within the limit or after it, and by how much.
fn done(at: DateTime<Utc>, due: DateTime<Utc>) -> AnyView {
    let by = moment::span(due - at);
    let words = if at <= due { format!("Met, {by} before the limit") } else { format!("Late by {by}") };
    view! { <span>{words}</span>" "<span class="clock-met">"on "<Time at=at /></span> }.into_any()
}

fn there(due: DateTime<Utc>, zone: Zone) -> AnyView {
    let words = format!("At the authority, {}: {}", zone.name(), moment::show(due, zone));
    view! { <p class="clock-there">{words}</p> }.into_any()
}

/// For islands: JSON numbers hold milliseconds since 1970 exactly.
fn millis(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64
}

/// What a countdown says at the moment the page is rendered; for places where a line of text is enough.
#[must_use]
pub fn left(due: DateTime<Utc>) -> String {
    remaining(millis(due) - millis(Reader::current().now))
}
