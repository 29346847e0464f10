//! The clocks on a big screen: what is nearest, in digits that are read across a room.

use super::desk::clocks::due;
use crate::{
    components::{
        Badge, Kind, Time,
        clock::{lateness, millis},
    },
    islands::{Countdown, digits},
    prelude::*,
    routes::{PageRoute, get},
    visit::{Page, Shown, Visit},
};
use axum::{
    http::{HeaderName, HeaderValue},
    response::Response,
};
use chrono::{DateTime, Utc};
use domain::view::clocks::{ClockRow, Wall};

/// How many clocks fit with digits of this size.
const FITS: usize = 4;

/// A new clock is there after so many seconds at the latest, with scripts and without.
const REFRESH_SECONDS: &str = "30";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/wall", page)]
}

async fn page(visit: Visit) -> Response {
    let mut answer = visit.show(shown(&visit).await).await;
    if answer.status().is_success() {
        // As a header, because a page may not change its own head; browsers treat it as the element of that name.
        let every = HeaderValue::from_static(REFRESH_SECONDS);
        answer.headers_mut().insert(HeaderName::from_static("refresh"), every);
    }
    answer
}

async fn shown(visit: &Visit) -> Shown {
    let wall = visit.services.wall(&visit.ctx).await?;
    Ok(Page::new(None, "Wall of clocks", move || whole(wall)).alone())
}

fn whole(wall: Wall) -> AnyView {
    let Wall { clocks, total, overdue, now } = wall;
    let shown = clocks.len().min(FITS);
    let rest = total.saturating_sub(shown as u64);
    let lines: Vec<_> = clocks.into_iter().take(FITS).map(|clock| line(clock, now)).collect();
    let list = if lines.is_empty() {
        view! { <p class="wall-calm">"No clock runs."</p> }.written()
    } else {
        view! { <ol class="wall-clocks">{lines}</ol> }.written()
    };
    let rest = match rest {
        0 => "No more clocks run.".to_owned(),
        1 => "1 more clock runs.".to_owned(),
        n => format!("{n} more clocks run."),
    };
    let overdue = match overdue {
        0 => "None is overdue.".to_owned(),
        1 => "1 is overdue.".to_owned(),
        n => format!("{n} are overdue."),
    };
    view! {
        <h1 class="unseen">"Clocks, the nearest first"</h1>
        {list}
        <p class="wall-foot">
            <span>{rest}" "{overdue}</span>
            <span>"As of "<Time at=now />". "<a href="/">"To the desk"</a></span>
        </p>
    }
    .written()
}

fn line(clock: ClockRow, now: DateTime<Utc>) -> AnyView {
    let (code, word) = lateness(clock.standing, clock.soon);
    let now_ms = millis(now);
    let counting = match clock.due_at.map(millis) {
        Some(due_ms) if clock.submitted_at.is_none() => {
            view! { <Countdown due_ms=due_ms now_ms=now_ms large=true /> }.written()
        }
        Some(due_ms) => digits(due_ms - now_ms).written(),
        None => view! { <span class="wall-no-number">"without undue delay"</span> }.written(),
    };
    let due = due(&clock);
    // The screen hangs where others pass by: of a restricted incident it says only the number.
    let what = if clock.restricted { "Restricted".to_owned() } else { clock.incident_title };
    view! {
        <li class=format!("wall-clock {code}")>
            <p class="wall-digits">{counting}</p>
            <div class="wall-what">
                <p><Badge kind=Kind::Lateness code=code label=word /></p>
                <p class="wall-duty">{clock.title}</p>
                <p>{clock.reference}" · "{what}</p>
                <p>"For: "{clock.recipient}". Due "{due}". "{clock.lead_name}</p>
            </div>
        </li>
    }
    .written()
}
