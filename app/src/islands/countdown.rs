//! How long it is until something is due, told anew each second.

use chrono::Duration;
use leptos::prelude::*;

/// How long is left, or by how much it is overdue, in words. `millis` is negative after the time has come.
#[must_use]
pub fn remaining(millis: f64) -> String {
    let words = domain::moment::span(Duration::milliseconds(millis as i64));
    if millis < 0.0 { format!("Overdue by {words}") } else { format!("{words} left") }
}

/// Counts from the server's clock: the reader's own may be wrong, and then the law's would be, too.
/// Both times are milliseconds since 1970 in UTC.
#[island]
pub fn Countdown(due_ms: f64, now_ms: f64) -> impl IntoView {
    let now = RwSignal::new(now_ms);
    Effect::new(move |_| {
        let behind = now_ms - js_sys::Date::now();
        set_interval(move || now.set(js_sys::Date::now() + behind), std::time::Duration::from_secs(1));
    });
    let overdue = move || now.get() > due_ms;
    view! {
        <span class="countdown" class:overdue=overdue role="timer" aria-live="off">
            {move || remaining(due_ms - now.get())}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::remaining;

    #[test]
    fn words_before_and_after() {
        for (millis, words) in [
            (183_600_000.0, "2 d 3 h left"),
            (59_000.0, "59 s left"),
            (0.0, "0 s left"),
            (-18_720_000.0, "Overdue by 5 h 12 min"),
        ] {
            assert_eq!(remaining(millis), words);
        }
    }
}
