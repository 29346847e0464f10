//! What is due, when and to whom. Derived from facts and dated rules at every reading; never a source.

pub mod authority;
pub mod calendar;
pub mod case;
pub mod deadline;
pub mod derive;
pub mod period;
pub mod recorded;
pub mod reminder;
pub mod rule;
pub mod rules;
pub mod runway;
pub mod settings;
pub mod span;

use crate::{id::AuthorityId, moment::Zone};
use chrono::{DateTime, Duration, Utc};
use rule::{Confidence, Picked, Status};
use schemars::JsonSchema;
use serde::Serialize;
use span::Trigger;

/// Stamps derived rows, so that they are computed anew when the rules change.
pub const RULES_VERSION: i64 = 3;

/// The rule and the stage that every case has: the first notification under Article 33(1).
pub const GDPR_33: (&str, &str) = ("gdpr33", "notification");

/// The notice of a processor to a controller under Article 33(2).
pub const GDPR_33_2: (&str, &str) = ("gdpr33_2", "notice");

/// The communication to data subjects under Article 34.
pub const GDPR_34: (&str, &str) = ("gdpr34", "communication");

/// How a clock stands at the moment of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// Time is left.
    Running { seconds_left: i64 },
    /// The due time has passed and nothing was sent.
    Overdue { seconds_over: i64 },
    /// There is no due time: without undue delay. It has been open for so long.
    Open { seconds: i64 },
    /// Notified in time.
    Met { at: DateTime<Utc> },
    /// Notified after the due time; the reasons for the delay are part of the notification.
    MetLate { at: DateTime<Utc>, seconds_over: i64 },
}

/// One duty with a time limit, in one incident, towards one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotificationClock {
    /// The code of the rule and the name of its stage.
    pub rule: String,
    pub stage: String,
    /// The authority of the case, where one is named.
    pub authority: Option<AuthorityId>,
    /// `GDPR, Article 33`.
    pub regime: String,
    pub title: String,
    pub recipient: String,
    pub source: String,
    /// Whom the rule binds.
    pub applies_to: String,
    /// The condition under which it is due at all, or empty: it always is.
    pub applies_when: String,
    pub status: Status,
    pub confidence: Confidence,
    /// Switched on by the organisation although the rule isn't verified.
    pub unverified: bool,
    /// What started it, and when.
    pub trigger: Trigger,
    pub started_at: DateTime<Utc>,
    /// The time limit in words: `72 hours`, `without undue delay`.
    pub limit: String,
    /// None without undue delay, and where no calendar reaches so far.
    pub due_at: Option<DateTime<Utc>>,
    /// The later end under Art. 3(4) of Regulation 1182/71, where it moves. Never planned by.
    pub shifted_at: Option<DateTime<Utc>>,
    /// Where the law gives no number: when the organisation reminds itself. Its own choice, no law.
    pub ours_at: Option<DateTime<Utc>>,
    /// Why there is no due time although the law gives a number, or empty.
    pub no_due_time: String,
    /// When the report reached its recipient.
    pub submitted_at: Option<DateTime<Utc>>,
    pub standing: Standing,
    /// The authority's.
    #[schemars(with = "String")]
    pub zone: Zone,
}

/// When the notification under Article 33(1) is due for an awareness at this instant, by whatever version holds.
/// None before the Regulation applied: no clock runs then.
#[must_use]
pub fn due_of(aware_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match rules::find(GDPR_33.0)?.pick(aware_at, Zone::UTC) {
        Picked::Version(_) => Some(due(aware_at)),
        _ => None,
    }
}

/// When the notification under Article 33(1) is due.
#[must_use]
pub fn due(aware_at: DateTime<Utc>) -> DateTime<Utc> {
    aware_at + Duration::hours(deadline::HOURS)
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

/// Whether a due time is marked as near: nothing was sent yet, it isn't past, and at most so many hours are left.
#[must_use]
pub fn is_soon(
    due_at: DateTime<Utc>,
    notified_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    within_hours: u32,
) -> bool {
    let left = due_at - now;
    notified_at.is_none() && left >= Duration::zero() && left <= Duration::hours(i64::from(within_hours))
}

impl NotificationClock {
    /// Until when people are reminded: the due time, or where the law gives no number the organisation's own reminder.
    /// Not of what is due under a condition only and has no number: whether anything is owed is a person's to say.
    #[must_use]
    pub fn reminded_at(&self) -> Option<DateTime<Utc>> {
        self.due_at.or(self.ours_at.filter(|_| self.applies_when.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::{parse, rfc3339};
    use chrono::TimeZone;
    use proptest::prelude::*;

    #[test]
    fn near_is_within_the_hours_and_not_past_and_not_done() {
        let due = Utc.with_ymd_and_hms(2026, 6, 12, 12, 0, 0).unwrap();
        let soon = |minutes: i64, done| is_soon(due, done, due - Duration::minutes(minutes), 12);
        assert_eq!([721, 720, 1, 0, -1].map(|left| soon(left, None)), [false, true, true, true, false]);
        assert!(!soon(60, Some(due - Duration::hours(2))));
    }

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
        let at = |text| parse(text, chrono_tz::UTC).unwrap().at;
        assert_eq!(due_of(at("2018-05-24T23:59:59Z")), None);
        assert_eq!(due_of(at("2018-05-25T00:00:00Z")), Some(at("2018-05-28T00:00:00Z")));
    }

    #[test]
    fn the_constants_are_what_the_files_say() {
        for ((rule, stage), within) in [
            (GDPR_33, span::Span::Hours(72)),
            (GDPR_33_2, span::Span::WithoutUndueDelay),
            (GDPR_34, span::Span::WithoutUndueDelay),
        ] {
            let rule = rules::find(rule).unwrap();
            assert_eq!(rule.versions[0].stage(stage).unwrap().within, within);
        }
        assert_eq!(deadline::HOURS, 72);
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
