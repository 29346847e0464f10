//! How an incident stood at an hour, as a screen and a program see it.

use super::{Case, FactLine, decisions::AnswerThenAndNow};
use crate::{
    clock::case::CaseClocks,
    decision::Decision,
    fact::sheet::{Completeness, Contradiction},
    moment::{NotAMoment, Zone, parse},
};
use chrono::{DateTime, Duration, Utc};

/// An incident as it was known at an instant: rebuilt from what had been recorded by then.
#[derive(Debug, Clone)]
pub struct Hindsight {
    pub case: Case,
    /// The instant.
    pub at: DateTime<Utc>,
    /// From when hours are counted: when you became aware, as it is said now, or else the declaration.
    pub from: DateTime<Utc>,
    /// Every answer there was then, and every question asked then.
    pub lines: Vec<FactLine>,
    pub completeness: Completeness,
    pub contradictions: Vec<Contradiction>,
    pub clocks: CaseClocks,
    /// The decision that counted then.
    pub ruling: Option<Decision>,
    /// Every answer that was recorded by then, the newest first: what it said before, who changed it and why.
    pub changes: Vec<AnswerThenAndNow>,
    /// What the answers became until now.
    pub since: Vec<AnswerThenAndNow>,
    /// The notification as the facts of then would have worded it: heading and text of each statement.
    pub draft: Vec<(String, String)>,
    /// Every instant at which an answer was recorded, the oldest first.
    pub moments: Vec<DateTime<Utc>>,
}

/// Which instant is asked for. Hours are counted from `from`.
///
/// # Errors
/// Says what would be right; an instant that is yet to come can't be looked back to.
pub fn asked(
    as_of: &str,
    hour: &str,
    from: DateTime<Utc>,
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, String> {
    let at = match (as_of.trim(), hour.trim()) {
        ("", "") => return Ok(now),
        ("", hour) => {
            let hours: i64 =
                hour.parse().map_err(|_| "Give a whole number of hours, such as 31.".to_owned())?;
            let span = Duration::try_hours(hours).and_then(|span| from.checked_add_signed(span));
            // The last hour has only begun: it is shown as far as it goes.
            span.map(|at| if at > now && at - now < Duration::hours(1) { now } else { at })
                .ok_or_else(|| "There is no such hour.".to_owned())?
        }
        (raw, _) => parse(raw, zone).map_err(|e: NotAMoment| e.to_string())?.at,
    };
    if at > now {
        return Err("That is yet to come. Give a time up to now.".to_owned());
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_or_an_instant_up_to_now() {
        let from: DateTime<Utc> = "2026-06-09T08:00:00Z".parse().unwrap();
        let now = from + Duration::minutes(150);
        let ask = |as_of, hour| asked(as_of, hour, from, Zone::Europe__Berlin, now);
        assert_eq!(ask("", ""), Ok(now));
        assert_eq!(ask("", "1"), Ok(from + Duration::hours(1)));
        assert_eq!(ask("", "3"), Ok(now));
        assert_eq!(ask("", "-2"), Ok(from - Duration::hours(2)));
        assert_eq!(ask("2026-06-09 11:30", ""), Ok(from + Duration::minutes(90)));
        assert_eq!(ask("2026-06-09T09:30:00Z", "5"), Ok(from + Duration::minutes(90)));
        for (as_of, hour) in
            [("", "4"), ("", "soon"), ("", "9999999999999999"), ("yesterday", ""), ("2027-01-01 00:00", "")]
        {
            assert!(ask(as_of, hour).is_err(), "{as_of} {hour}");
        }
    }
}
