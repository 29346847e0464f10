//! How long a record of the register is kept: a date to review it by, and holds that come before it. Nothing is ever
//! deleted by itself.
//!
//! The GDPR fixes no period for the documentation of Article 33(5). Accountability (Art. 5(2)) and the limitation of
//! claims speak for years, storage limitation (Art. 5(1)(e)) for an end; so the organisation decides, and reviews.

use crate::{
    id::{AccountId, HoldId, IncidentId},
    moment::{self, Zone},
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Datelike, Duration, Months, NaiveDate, NaiveTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many years are suggested. A choice of ours: the law gives no number.
pub const YEARS_SUGGESTED: u32 = 5;
/// The most years that can be set.
pub const YEARS_MAX: u32 = 30;

/// What the organisation decided about keeping records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetentionSettings {
    /// Years from the closing of a case to the review of its record.
    pub years: u32,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { years: YEARS_SUGGESTED }
    }
}

impl RetentionSettings {
    fn months(self) -> Months {
        Months::new(self.years.saturating_mul(12))
    }

    /// When the record of a case that was closed at `closed` comes up for review. Closed on a 29 February, it is
    /// 1 March in a year without one.
    #[must_use]
    pub fn review_at(self, closed: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = closed.checked_add_months(self.months())?;
        if at.day() == closed.day() { Some(at) } else { after(at.date_naive()) }
    }

    /// Cases that were closed at or before this instant have come up for review at `now`: the reverse of
    /// [`Self::review_at`].
    #[must_use]
    pub fn closed_by(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = now.checked_sub_months(self.months())?;
        if at.day() == now.day() {
            return Some(at);
        }
        Some(after(at.date_naive())? - Duration::microseconds(1))
    }
}

fn after(day: NaiveDate) -> Option<DateTime<Utc>> {
    Some(day.succ_opt()?.and_time(NaiveTime::MIN).and_utc())
}

/// Says how many years a record is kept before it is reviewed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetentionSettingsInput {
    /// 1 to 30.
    #[serde(default)]
    pub years: String,
}

impl RetentionSettingsInput {
    /// # Errors
    /// It is no such number.
    pub fn parse(&self) -> Result<RetentionSettings, Refusal> {
        match self.years.trim().parse() {
            Ok(years) if (1..=YEARS_MAX).contains(&years) => Ok(RetentionSettings { years }),
            _ => {
                let message = format!("Give a whole number of years from 1 to {YEARS_MAX}.");
                Err(Refusal::field("years", "out_of_range", message))
            }
        }
    }
}

/// A date of its own for one record, in place of the organisation's years; or that it has none any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OwnDate {
    pub incident: IncidentId,
    /// From when it is to be reviewed; none: by the organisation's years.
    pub review_at: Option<DateTime<Utc>>,
    pub reason: String,
    pub set_at: DateTime<Utc>,
    pub set_by: AccountId,
    /// Counts the changes; 0 while the record never had one.
    pub revision: i64,
}

/// Gives one record a date of its own, or takes it back.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnDateInput {
    /// `2036-01-31`, a day of the organisation's zone, from which the record is to be reviewed. Empty: by the
    /// organisation's years again.
    #[serde(default)]
    pub review_on: String,
    #[serde(default)]
    pub reason: String,
}

impl OwnDateInput {
    /// The date and the reason.
    ///
    /// # Errors
    /// Says which fields can't be taken and why. A day that has passed is refused.
    pub fn parse(&self, zone: Zone, now: DateTime<Utc>) -> Result<(Option<DateTime<Utc>>, String), Refusal> {
        let mut c = Checks::new();
        let raw = self.review_on.trim();
        let at = (!raw.is_empty()).then(|| {
            let day = NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok();
            day.filter(|day| (1900..=9999).contains(&day.year())).and_then(|day| moment::day_start(day, zone))
        });
        match at {
            Some(None) => {
                c.push(FieldError::new(
                    "review_on",
                    "not_a_date",
                    "This is no date. Write it as 2036-01-31.",
                ));
            }
            Some(Some(at)) if at <= now => {
                let message = "This day has passed. Give a day that is still to come.";
                c.push(FieldError::new("review_on", "in_the_past", message));
            }
            _ => {}
        }
        let reason = c.reason("reason", &self.reason);
        match (at, reason) {
            (at, Some(reason)) if c.is_clean() => Ok((at.flatten(), reason)),
            _ => Err(c.refusal()),
        }
    }
}

/// A legal hold: while it stands, the record is kept whatever its date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hold {
    pub id: HoldId,
    pub incident: IncidentId,
    pub placed_at: DateTime<Utc>,
    pub placed_by: AccountId,
    pub why: String,
    pub lifted_at: Option<DateTime<Utc>>,
    pub lifted_by: Option<AccountId>,
    /// Why it was lifted; empty while it stands.
    pub lifted_why: String,
}

impl Hold {
    /// Whether it stands.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.lifted_at.is_none()
    }

    /// The hold after it was lifted.
    #[must_use]
    pub fn lifted(&self, by: AccountId, why: String, now: DateTime<Utc>) -> Self {
        Self { lifted_at: Some(now), lifted_by: Some(by), lifted_why: why, ..self.clone() }
    }
}

/// Why there is no hold to lift.
#[must_use]
pub fn not_held() -> Refusal {
    Refusal::state("not_held", "No legal hold stands on this record.")
}

/// Why no second hold is placed.
#[must_use]
pub fn held_already() -> Refusal {
    Refusal::state("held", "A legal hold stands on this record already. Lift it first to place another.")
}

/// The keeping of one record, as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    pub own: Option<OwnDate>,
    /// Every hold that there was, the newest first.
    pub holds: Vec<Hold>,
}

impl Kept {
    /// The hold that stands.
    #[must_use]
    pub fn hold(&self) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.stands())
    }

    /// The revision of the date; 0 while the record never had one of its own.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.own.as_ref().map_or(0, |own| own.revision)
    }

    /// From when the record is to be reviewed; none while the case is open and has no date of its own.
    #[must_use]
    pub fn review_at(
        &self,
        closed: Option<DateTime<Utc>>,
        settings: RetentionSettings,
    ) -> Option<DateTime<Utc>> {
        let own = self.own.as_ref().and_then(|own| own.review_at);
        own.or_else(|| settings.review_at(closed?))
    }

    /// Whether somebody should decide about it now: its date has come, the case is closed and no hold stands.
    #[must_use]
    pub fn is_due(
        &self,
        closed: Option<DateTime<Utc>>,
        settings: RetentionSettings,
        now: DateTime<Utc>,
    ) -> bool {
        let come = self.review_at(closed, settings).is_some_and(|at| at <= now);
        come && closed.is_some() && self.hold().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn at(y: i32, m: u32, d: u32, h: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(y, m, d, h, 0, 0).unwrap()
    }

    #[test]
    fn years_are_counted_by_the_calendar() {
        let five = RetentionSettings::default();
        assert_eq!(five.review_at(at(2026, 6, 9, 8)), Some(at(2031, 6, 9, 8)));
        assert_eq!(five.review_at(at(2028, 2, 29, 8)), Some(at(2033, 3, 1, 0)));
        assert_eq!(RetentionSettings { years: 4 }.review_at(at(2028, 2, 29, 8)), Some(at(2032, 2, 29, 8)));
    }

    proptest! {
        /// The list finds by one of the two functions what the record shows by the other.
        #[test]
        fn both_ways_of_counting_agree(
            closed in 1_514_764_800i64..2_524_608_000,
            later in 0i64..400_000_000,
            years in 1u32..=12,
        ) {
            let settings = RetentionSettings { years };
            let closed = DateTime::from_timestamp(closed, 0).unwrap();
            let review = settings.review_at(closed).unwrap();
            for now in [closed + Duration::seconds(later), review, review - Duration::microseconds(1)] {
                prop_assert_eq!(review <= now, closed <= settings.closed_by(now).unwrap(), "{} {}", closed, now);
            }
        }

        #[test]
        fn the_end_of_february_agrees_too(years in 1u32..=12, hour in 0u32..24, leap in 0i32..6, day in 27u32..=31) {
            let settings = RetentionSettings { years };
            let about = at(2024 + 4 * leap, 2, 27, hour) + Duration::days(i64::from(day) - 27);
            let review = settings.review_at(about).unwrap();
            for now in [review, review - Duration::microseconds(1), review + Duration::hours(20)] {
                prop_assert_eq!(review <= now, about <= settings.closed_by(now).unwrap());
            }
            let closed = settings.closed_by(about).unwrap();
            for closed in [closed, closed + Duration::microseconds(1)] {
                prop_assert_eq!(settings.review_at(closed).unwrap() <= about, closed <= settings.closed_by(about).unwrap());
            }
        }
    }

    #[test]
    fn a_hold_comes_before_a_date_and_an_open_case_is_never_due() {
        let (settings, closed) = (RetentionSettings { years: 1 }, at(2026, 6, 9, 8));
        let now = at(2030, 1, 1, 0);
        let mut kept = Kept::default();
        assert!(kept.is_due(Some(closed), settings, now) && !kept.is_due(None, settings, now));
        let hold = Hold {
            id: HoldId::from_bits([1; 16]),
            incident: IncidentId::from_bits([2; 16]),
            placed_at: closed,
            placed_by: AccountId::from_bits([3; 16]),
            why: "A claim".to_owned(),
            lifted_at: None,
            lifted_by: None,
            lifted_why: String::new(),
        };
        kept.holds = vec![hold.clone()];
        assert!(!kept.is_due(Some(closed), settings, now));
        kept.holds = vec![hold.lifted(hold.placed_by, "It was settled".to_owned(), now)];
        assert!(kept.is_due(Some(closed), settings, now));
    }

    #[test]
    fn dates_of_its_own_lie_ahead_and_have_a_reason() {
        let of = |review_on: &str, reason: &str| {
            let input = OwnDateInput { review_on: review_on.into(), reason: reason.into() };
            input.parse(Zone::Europe__Berlin, at(2026, 6, 9, 8)).map_err(|why| match why {
                Refusal::Invalid(errors) => errors.into_iter().map(|e| e.code).collect::<Vec<_>>(),
                Refusal::State { code, .. } => vec![code],
            })
        };
        assert_eq!(of("2036-01-31", "A claim").unwrap().0, Some(at(2036, 1, 30, 23)));
        assert_eq!(of("", "No claim came").unwrap().0, None);
        assert_eq!(of("2026-06-09", "").unwrap_err(), ["in_the_past", "required"]);
        assert_eq!(of("31.1.2036", "A claim").unwrap_err(), ["not_a_date"]);
    }
}
