//! What is due, when and to whom. Derived from facts and dated rules at every reading; never a source.

pub mod calendar;
pub mod deadline;
pub mod derive;
pub mod period;
pub mod reminder;
pub mod rule;
pub mod rules;
pub mod runway;
pub mod span;

use crate::moment::Zone;
use chrono::{DateTime, Duration, Utc};
use rule::Picked;
use schemars::JsonSchema;
use serde::Serialize;

/// Stamps derived rows, so that they are computed anew when the rules change.
pub const RULES_VERSION: i64 = 1;

/// The first stage of Article 33(1), which every case has. All else about it is in `rules/gdpr33.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Article33 {
    pub code: &'static str,
    /// Elapsed hours from awareness: an outer limit, not a budget.
    pub hours: i64,
}

/// Notification to the supervisory authority.
pub const GDPR_33: Article33 = Article33 { code: "gdpr33", hours: deadline::HOURS };

/// How a clock stands at the moment of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// Time is left.
    Running { seconds_left: i64 },
    /// The due time has passed and nothing was sent.
    Overdue { seconds_over: i64 },
    /// Notified in time.
    Met { at: DateTime<Utc> },
    /// Notified after the due time; the reasons for the delay are part of the notification.
    MetLate { at: DateTime<Utc>, seconds_over: i64 },
}

/// One duty with a time limit, in one incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotificationClock {
    pub rule: &'static str,
    pub title: &'static str,
    pub recipient: &'static str,
    pub source: &'static str,
    /// The instant that started it.
    pub started_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub standing: Standing,
}

/// The clock of Article 33(1): awareness plus 72 elapsed hours, on the UTC line whatever the zones do.
///
/// `notified_at` is when the relay accepted the notification. `None` is returned for an awareness
/// before the Regulation applied: no clock runs then.
#[must_use]
pub fn gdpr_33(
    aware_at: DateTime<Utc>,
    notified_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<NotificationClock> {
    let rule = rules::find(GDPR_33.code)?;
    let Picked::Version(version) = rule.pick(aware_at, Zone::UTC) else { return None };
    let stage = version.stages.first()?;
    let due_at = due(aware_at);
    Some(NotificationClock {
        rule: &rule.code,
        title: &stage.title,
        recipient: &stage.recipient,
        source: version.source_of(stage),
        started_at: aware_at,
        due_at,
        standing: standing(due_at, notified_at, now),
    })
}

/// When the notification under Article 33(1) is due.
#[must_use]
pub fn due(aware_at: DateTime<Utc>) -> DateTime<Utc> {
    aware_at + Duration::hours(GDPR_33.hours)
}

/// Late means after the due time, to the second; at the due time itself is in time.
#[must_use]
pub fn standing(due_at: DateTime<Utc>, notified_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Standing {
    match notified_at {
        Some(at) if at > due_at => Standing::MetLate { at, seconds_over: (at - due_at).num_seconds() },
        Some(at) => Standing::Met { at },
        None if now > due_at => Standing::Overdue { seconds_over: (now - due_at).num_seconds() },
        None => Standing::Running { seconds_left: (due_at - now).num_seconds() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::{parse, rfc3339};
    use chrono::TimeZone;
    use proptest::prelude::*;

    #[test]
    fn seventy_two_hours_across_daylight_saving() {
        for (aware, due_utc) in [
            ("2026-06-09T14:20:00+02:00", "2026-06-12T12:20:00.000000Z"),
            ("2026-03-28T23:30:00+01:00", "2026-03-31T22:30:00.000000Z"),
            ("2026-10-25T02:30:00+02:00", "2026-10-28T00:30:00.000000Z"),
            ("2026-11-04T23:50:00+05:45", "2026-11-07T18:05:00.000000Z"),
        ] {
            let aware = parse(aware, chrono_tz::UTC).map(|p| p.at).unwrap();
            assert_eq!(rfc3339(due(aware)), due_utc);
        }
    }

    #[test]
    fn nothing_runs_before_the_regulation_applied() {
        let aware = parse("2018-05-24T23:59:59Z", chrono_tz::UTC).unwrap().at;
        assert_eq!(gdpr_33(aware, None, aware), None);
    }

    #[test]
    fn the_constant_is_what_the_file_says() {
        let rule = rules::find(GDPR_33.code).unwrap();
        let stage = &rule.versions[0].stages[0];
        assert_eq!(stage.within, span::Span::Hours(72));
        assert_eq!(GDPR_33.hours, 72);
        let at = parse("2026-06-09T14:20:00+02:00", chrono_tz::UTC).unwrap().at;
        let clock = gdpr_33(at, None, at).unwrap();
        assert_eq!((clock.rule, clock.title), ("gdpr33", "Notification to the supervisory authority"));
        assert_eq!(
            (clock.recipient, clock.source),
            ("supervisory authority", "Regulation (EU) 2016/679, Art. 33(1)")
        );
    }

    proptest! {
        #[test]
        fn lateness_is_only_a_matter_of_after(offset in -400_000i64..400_000) {
            let due_at = Utc.timestamp_opt(1_800_000_000, 0).unwrap();
            let at = due_at + Duration::seconds(offset);
            let late = matches!(standing(due_at, Some(at), at), Standing::MetLate { .. });
            prop_assert_eq!(late, offset > 0);
            let overdue = matches!(standing(due_at, None, at), Standing::Overdue { .. });
            prop_assert_eq!(overdue, offset > 0);
        }
    }
}
