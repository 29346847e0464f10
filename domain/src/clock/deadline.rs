//! The 72 hours of Article 33(1) GDPR, and what else is said about their end.
//!
//! The due time is awareness plus 72 elapsed hours. Beside it stands the hour rule of Regulation (EEC,
//! Euratom) 1182/71 (Art. 3(1) and 3(2)(a)): the hour of the event isn't counted. Whether its Art. 3(5) (a
//! period of two days or more includes at least two working days) stretches a period of hours is
//! contested, and so is how; the three readings are for an argument about reasons for a delay. Nothing is planned by them.

use super::calendar::{Calendar, CalendarError};
use crate::moment::{Zone, day_start, offset};
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};

/// The hours of Article 33(1).
pub const HOURS: i64 = 72;

/// When the 72 hours end, by every reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    pub aware_at: DateTime<Utc>,
    /// Awareness and 72 elapsed hours: the due time. Late means after this.
    pub due_at: DateTime<Utc>,
    /// The end of the 72nd hour after the hour of the event.
    pub hour_rule_at: DateTime<Utc>,
    pub art_3_5: WorkingDayReadings,
    /// Every reading of Art. 3(5) gives the hour rule.
    pub undisputed: bool,
    /// The zone of the authority.
    pub zone: Zone,
    /// The holidays from two days before awareness to ten days after it, by the authority's dates.
    pub holidays_nearby: Vec<NaiveDate>,
}

/// The end of the period if Art. 3(5) of Regulation 1182/71 applied. Contested; never a due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingDayReadings {
    /// Two working days were touched.
    pub touch_at: DateTime<Utc>,
    /// 48 hours lay on working days.
    pub hours_48_at: DateTime<Utc>,
    /// Two working days were complete.
    pub full_days_at: DateTime<Utc>,
}

/// When the 72 hours end that began at `aware_at`, at the authority with this calendar.
///
/// # Errors
/// The calendar doesn't cover the days around. [`super::due`] needs no calendar.
pub fn deadline(aware_at: DateTime<Utc>, authority: &Calendar) -> Result<Deadline, CalendarError> {
    let zone = authority.zone();
    let aware_on = aware_at.with_timezone(&zone).date_naive();
    let beyond = || authority.beyond(aware_on);
    let first = aware_on.checked_sub_days(Days::new(2)).ok_or_else(beyond)?;
    let last = aware_on.checked_add_days(Days::new(10)).ok_or_else(beyond)?;
    let holidays_nearby = authority.holidays(first, last)?;
    let due_at = aware_at.checked_add_signed(Duration::hours(HOURS)).ok_or_else(beyond)?;
    let start = next_full_hour(aware_at, zone).ok_or_else(beyond)?;
    let hour_rule_at = start.checked_add_signed(Duration::hours(HOURS)).ok_or_else(beyond)?;
    let art_3_5 = readings(start, hour_rule_at, authority)?;
    let undisputed = [art_3_5.touch_at, art_3_5.hours_48_at, art_3_5.full_days_at] == [hour_rule_at; 3];
    Ok(Deadline { aware_at, due_at, hour_rule_at, art_3_5, undisputed, zone, holidays_nearby })
}

/// The end of the hour in which `at` falls, with the offset that `zone` has then. At a full hour: the next one.
fn next_full_hour(at: DateTime<Utc>, zone: Zone) -> Option<DateTime<Utc>> {
    let shift = i64::from(offset(at, zone).local_minus_utc());
    let local = at.timestamp().checked_add(shift)?;
    DateTime::from_timestamp(local.div_euclid(3_600).checked_add(1)?.checked_mul(3_600)? - shift, 0)
}

/// Walks the authority's days from `start` until every reading is satisfied.
fn readings(
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    authority: &Calendar,
) -> Result<WorkingDayReadings, CalendarError> {
    let zone = authority.zone();
    let (mut touched, mut worked, mut full) = (0, Duration::zero(), 0);
    let (mut touch_at, mut hours_48_at, mut full_days_at) = (None, None, None);
    let mut date = start.with_timezone(&zone).date_naive();
    while touch_at.is_none() || hours_48_at.is_none() || full_days_at.is_none() {
        let next = authority.next(date)?;
        let day = (day_start(date, zone), day_start(next, zone));
        let (Some(opens), Some(closes)) = day else { return Err(authority.beyond(date)) };
        if authority.is_working_day(date)? && closes > start {
            let from = opens.max(start);
            touched += 1;
            if touched == 2 {
                // Enough for this reading is to touch the day; if the period had ended before, it is the whole day.
                touch_at = Some(if from < end { end } else { closes });
            }
            let missing = Duration::hours(48) - worked;
            worked += closes - from;
            if worked >= Duration::hours(48) && hours_48_at.is_none() {
                hours_48_at = Some(end.max(from + missing));
            }
            full += i32::from(opens >= start);
            if full == 2 && full_days_at.is_none() {
                full_days_at = Some(end.max(closes));
            }
        }
        date = next;
    }
    let of = |at: Option<DateTime<Utc>>| at.unwrap_or(end);
    Ok(WorkingDayReadings {
        touch_at: of(touch_at),
        hours_48_at: of(hours_48_at),
        full_days_at: of(full_days_at),
    })
}

#[cfg(test)]
mod tests;
