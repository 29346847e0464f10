//! Periods in days, months and business days, and when a stage is due.
//!
//! Regulation (EEC, Euratom) 1182/71: the day of the event isn't counted (Art. 3(1)); a period ends with
//! the last hour of its last day (Art. 3(2)); a period not in hours whose last day is no working day
//! ends with the next working day (Art. 3(4)).

use super::{
    calendar::{Calendar, CalendarError, Calendars},
    rule::Stage,
    span::Span,
};
use crate::moment::{Zone, day_start};
use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, Utc};
use serde::Serialize;

/// The last day of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The last day as counted. Plan with this one.
    pub due_on: NaiveDate,
    /// The last day after Art. 3(4): equal to `due_on` where nothing moves.
    pub shifted_on: NaiveDate,
}

/// When a stage is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageDue {
    /// After elapsed hours.
    At { due_at: DateTime<Utc> },
    /// With the end of a day: `due_at` is its 24:00 in the calendar's zone.
    On { period: Period, due_at: DateTime<Utc>, shifted_at: DateTime<Utc> },
    /// No number in the law. What reminds of it is the organisation's own choice and labelled so.
    WithoutUndueDelay,
}

impl StageDue {
    /// The due time, if there is one. Never the later one of Art. 3(4).
    #[must_use]
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::At { due_at } | Self::On { due_at, .. } => Some(*due_at),
            Self::WithoutUndueDelay => None,
        }
    }
}

/// `n` months after `from`. Where the last month has no such day: its last day (Art. 3(2)(c)).
///
/// # Errors
/// The end lies beyond the years of the calendar.
pub fn months(from: NaiveDate, n: u32, calendar: &Calendar) -> Result<Period, CalendarError> {
    let due_on = from.checked_add_months(Months::new(n)).ok_or_else(|| calendar.beyond(NaiveDate::MAX))?;
    shifted(due_on, calendar)
}

/// `n` calendar days after `from`, which doesn't count itself.
///
/// # Errors
/// The end lies beyond the years of the calendar.
pub fn calendar_days(from: NaiveDate, n: u32, calendar: &Calendar) -> Result<Period, CalendarError> {
    let due_on =
        from.checked_add_days(Days::new(u64::from(n))).ok_or_else(|| calendar.beyond(NaiveDate::MAX))?;
    shifted(due_on, calendar)
}

/// The `n`th working day after `from`, which doesn't count itself. Nothing is left to shift.
///
/// # Errors
/// The period lies beyond the years of the calendar.
pub fn business_days(from: NaiveDate, n: u32, calendar: &Calendar) -> Result<Period, CalendarError> {
    let mut due_on = from;
    calendar.is_holiday(from)?;
    for _ in 0..n {
        due_on = calendar.working_day_from(calendar.next(due_on)?)?;
    }
    Ok(Period { due_on, shifted_on: due_on })
}

fn shifted(due_on: NaiveDate, calendar: &Calendar) -> Result<Period, CalendarError> {
    Ok(Period { due_on, shifted_on: calendar.working_day_from(due_on)? })
}

/// The end of the calendar year in which `at` falls, in `zone`.
#[must_use]
pub fn year_end(at: DateTime<Utc>, zone: Zone) -> Option<DateTime<Utc>> {
    let year = at.with_timezone(&zone).year();
    // The last second of the year, so that the next day is the first that counts.
    let next = day_start(NaiveDate::from_ymd_opt(year.checked_add(1)?, 1, 1)?, zone)?;
    next.checked_sub_signed(Duration::seconds(1))
}

impl Stage {
    /// When it is due, its trigger having happened at `at`. Days and months are those of `authority`,
    /// business days those of the calendar that the rule names.
    ///
    /// # Errors
    /// A day is needed that no calendar covers. Limits in hours need none.
    pub fn due(
        &self,
        at: DateTime<Utc>,
        authority: &Calendar,
        calendars: &Calendars,
    ) -> Result<StageDue, CalendarError> {
        let on = |calendar: &Calendar| at.with_timezone(&calendar.zone()).date_naive();
        match &self.within {
            Span::Hours(n) => {
                let due_at = at.checked_add_signed(Duration::hours(i64::from(*n)));
                Ok(StageDue::At { due_at: due_at.ok_or_else(|| authority.beyond(on(authority)))? })
            }
            Span::CalendarDays(n) => at_end(calendar_days(on(authority), *n, authority)?, authority),
            Span::Months(n) => at_end(months(on(authority), *n, authority)?, authority),
            Span::BusinessDays { days, calendar } => {
                let calendar = calendars.get(calendar)?;
                at_end(business_days(on(calendar), *days, calendar)?, calendar)
            }
            Span::WithoutUndueDelay => Ok(StageDue::WithoutUndueDelay),
        }
    }
}

fn at_end(period: Period, calendar: &Calendar) -> Result<StageDue, CalendarError> {
    let end = |date: NaiveDate| {
        let next = calendar.next(date)?;
        day_start(next, calendar.zone()).ok_or_else(|| calendar.beyond(date))
    };
    Ok(StageDue::On { period, due_at: end(period.due_on)?, shifted_at: end(period.shifted_on)? })
}

#[cfg(test)]
mod tests;
