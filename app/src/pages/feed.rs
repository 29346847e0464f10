//! A person's due times as a calendar that other programs read by a secret address.

use crate::{
    routes::{PageRoute, get},
    visit::{Origin, Visit},
};
use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::Duration;
use domain::{
    clock::Standing,
    view::clocks::{ClockRow, Feed},
};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use services::Error;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/feeds/{secret}", feed).open()]
}

/// The address ends in `.ics`, by which calendars know what they get.
async fn feed(visit: Visit, origin: Origin, Path(file): Path<String>) -> Response {
    let found = match file.strip_suffix(".ics") {
        Some(secret) => visit.services.feed(secret).await,
        None => Err(Error::NotFound),
    };
    match found {
        Ok(feed) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, written(&feed, &origin.0)).into_response()
        }
        // No page: whoever asks here is a program.
        Err(Error::NotFound) => {
            (StatusCode::NOT_FOUND, "This calendar address is unknown or was revoked.\n").into_response()
        }
        Err(why) => visit.no(&why).await,
    }
}

/// The calendar as text. Titles of incidents stay out of it: calendars are often kept by others.
fn written(feed: &Feed, origin: &str) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//Breachdesk//Clocks//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"))
        .name("Breachdesk clocks")
        .ttl(&Duration::minutes(15));
    for clock in &feed.clocks {
        calendar.push(event(clock, feed, origin));
    }
    calendar.to_string()
}

fn event(clock: &ClockRow, feed: &Feed, origin: &str) -> Event {
    let state = match clock.standing {
        Standing::Met { .. } => "Met: ",
        Standing::MetLate { .. } => "Late, but done: ",
        Standing::Overdue { .. } => "Overdue: ",
        Standing::Running { .. } => "Due: ",
        Standing::Open { .. } => "Our reminder: ",
    };
    let authority = clock.authority.map_or_else(|| "any".to_owned(), |id| id.to_string());
    let page = format!("{origin}/incidents/{}/clocks", clock.incident);
    let unverified = if clock.unverified { "\nThe rule is unverified." } else { "" };
    let no_number = match clock.due_at {
        Some(_) => "",
        None => {
            "\nDue without undue delay. The law gives no number; this reminder is your organisation's own."
        }
    };
    let about = format!(
        "{}\nTo: {}\nIncident: {}\nLead: {}{unverified}{no_number}\n{page}\nAn aid and no legal advice.",
        clock.title, clock.recipient, clock.reference, clock.lead_name
    );
    let mut event = Event::new();
    event
        .uid(&format!("{}.{}.{}.{authority}@breachdesk", clock.incident, clock.rule, clock.stage))
        .timestamp(feed.now)
        .starts(clock.reminded_at().unwrap_or(clock.started_at))
        .summary(&format!("{state}{} · {}", clock.title, clock.reference))
        .description(&about)
        .url(&page)
        .status(EventStatus::Confirmed)
        .add_property("TRANSP", "TRANSPARENT");
    event
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};
    use domain::id::{AccountId, IncidentId};

    fn clock(title: &str) -> ClockRow {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        ClockRow {
            incident: IncidentId::from_bits([7; 16]),
            reference: "INC-2026-0007".to_owned(),
            incident_title: "Secret title".to_owned(),
            restricted: false,
            lead: AccountId::from_bits([8; 16]),
            lead_name: "Ada; Lead, of Desk".to_owned(),
            rule: "gdpr33".to_owned(),
            stage: "notification".to_owned(),
            authority: None,
            title: title.to_owned(),
            recipient: "Authority \\ one".to_owned(),
            unverified: false,
            started_at: at("2026-06-09T12:20:00Z"),
            due_at: Some(at("2026-06-12T12:20:00Z")),
            ours_at: None,
            submitted_at: None,
            standing: Standing::Running { seconds_left: 60 },
            soon: false,
        }
    }

    fn text(title: &str) -> String {
        let now = "2026-06-10T00:00:00Z".parse().unwrap();
        let feed = Feed { name: "Ada".to_owned(), clocks: vec![clock(title)], now };
        written(&feed, "https://desk.test")
    }

    #[test]
    fn an_event_has_its_due_time_in_utc_and_an_id_that_stays() {
        let text = text("Notify");
        for line in [
            "DTSTART:20260612T122000Z\r\n",
            "DTSTAMP:20260610T000000Z\r\n",
            "SUMMARY:Due: Notify · INC-2026-0007\r\n",
            "VERSION:2.0\r\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        let unfolded = text.replace("\r\n ", "");
        let id = IncidentId::from_bits([7; 16]);
        assert!(unfolded.contains(&format!("UID:{id}.gdpr33.notification.any@breachdesk\r\n")), "{text}");
        assert_eq!(text.matches("UID:").count(), 1);
        assert!(!text.contains("Secret title"));
    }

    #[test]
    fn nothing_typed_ends_a_line_and_no_line_is_too_long() {
        let text = text(&format!("Notify, and; then\nEND:VEVENT {}", "ä€".repeat(60)));
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("Notify\\, and\\; then\\nEND:VEVENT"), "{unfolded}");
        assert!(unfolded.contains("Lead: Ada\\; Lead\\, of Desk") && unfolded.contains("Authority \\\\ one"));
        assert_eq!(unfolded.matches("\r\nEND:VEVENT").count(), 1);
    }
}
