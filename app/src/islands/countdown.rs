//! How long it is until something is due, told anew each second.

use chrono::Duration;
use leptos::prelude::*;

/// How long is left, or by how much it is overdue, in words. `millis` is negative after the time has come.
#[must_use]
pub fn remaining(millis: f64) -> String {
    let words = domain::moment::span(Duration::milliseconds(millis as i64));
    if millis < 0.0 { format!("Overdue by {words}") } else { format!("{words} left") }
}

/// The same in digits, to be read across a room: hours, minutes and seconds, with a plus once it is overdue.
#[must_use]
pub fn digits(millis: f64) -> String {
    let seconds = (millis.abs() / 1_000.0) as u64;
    let sign = if millis < 0.0 { "+" } else { "" };
    format!("{sign}{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// Counts from the server's clock: the reader's own may be wrong, and then the law's would be, too.
/// Both times are milliseconds since 1970 in UTC. `large` is for the wall: digits instead of words.
#[island]
pub fn Countdown(due_ms: f64, now_ms: f64, large: bool) -> impl IntoView {
    let now = RwSignal::new(now_ms);
    Effect::new(move |_| {
        let behind = now_ms - js_sys::Date::now();
        set_interval(move || now.set(js_sys::Date::now() + behind), std::time::Duration::from_secs(1));
    });
    let overdue = move || now.get() > due_ms;
    let words = move || if large { digits(due_ms - now.get()) } else { remaining(due_ms - now.get()) };
    view! {
        <span class="countdown" class:overdue=overdue role="timer" aria-live="off">
            {words}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::{digits, remaining};

    #[test]
    fn words_and_digits_before_and_after() {
        for (millis, words, large) in [
            (183_600_000.0, "2 d 3 h left", "51:00:00"),
            (59_000.0, "59 s left", "0:00:59"),
            (0.0, "0 s left", "0:00:00"),
            (-18_720_000.0, "Overdue by 5 h 12 min", "+5:12:00"),
        ] {
            assert_eq!((remaining(millis).as_str(), digits(millis).as_str()), (words, large));
        }
    }
}
