//! Times as people type and read them. Inside, every time is a UTC instant of microseconds.

use chrono::{
    DateTime, Datelike, Duration, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    SubsecRound, TimeZone, Utc,
};
use chrono_tz::Tz;

/// A named time zone of the IANA database.
pub type Zone = Tz;

/// What was typed, as an instant, and how exactly it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed {
    pub at: DateTime<Utc>,
    pub precision: Precision,
}

crate::choices! {
    /// How exactly a time is known. A time known to the day is never shown with minutes.
    pub enum Precision {
        Day = "day" => "to the day",
        Minute = "minute" => "to the minute",
        Second = "second" => "to the second",
    }
}

/// Why a text is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAMoment {
    #[error("Give a date and time, such as 2026-06-09 14:20 (local) or 2026-06-09T14:20:00+02:00.")]
    Missing,
    #[error(
        "This is not a date and time. Write it as 2026-06-09 14:20, or with an offset as 2026-06-09T14:20:00+02:00."
    )]
    Unreadable,
    #[error(
        "There was no {local} in {zone}: the clocks went forward over it. Give a time before or after the change, or add an offset."
    )]
    DoesNotExist { local: NaiveDateTime, zone: Zone },
    #[error(
        "{local} happened twice in {zone}: the clocks went back. Write which one is meant: {first} or {second}."
    )]
    Twice { local: NaiveDateTime, zone: Zone, first: String, second: String },
    #[error(
        "This has neither an offset nor a zone. Add an offset, as in 2026-06-09T14:20:00+02:00, or name the zone."
    )]
    NoZone,
}

impl NotAMoment {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "required",
            Self::Unreadable => "not_a_time",
            Self::DoesNotExist { .. } => "no_such_local_time",
            Self::Twice { .. } => "ambiguous_local_time",
            Self::NoZone => "no_offset",
        }
    }
}

/// Cuts an instant to microseconds, the most that PostgreSQL keeps.
#[must_use]
pub fn truncate(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}

/// The years that a time may lie in. What is outside was mistyped, and at the very ends zones can't be reckoned.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// Reads an instant: RFC 3339 with offset, or a local date (and time) in `zone`. A date alone is 00:00.
///
/// # Errors
/// The text is no time, or a local time that `zone` never had or had twice.
pub fn parse(text: &str, zone: Zone) -> Result<Parsed, NotAMoment> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NotAMoment::Missing);
    }
    let read = read(text, zone)?;
    if YEARS.contains(&read.at.year()) { Ok(read) } else { Err(NotAMoment::Unreadable) }
}

/// Like [`parse`], for an instant that the law reads at an authority: a date alone is the beginning of that day in
/// `authority`, whatever `zone` is. Without a `zone`, a local time is refused.
///
/// # Errors
/// As [`parse`], and for a local time without a zone.
pub fn parse_for(text: &str, zone: Option<Zone>, authority: Zone) -> Result<Parsed, NotAMoment> {
    let text = text.trim();
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let at = YEARS.contains(&date.year()).then(|| day_start(date, authority)).flatten();
        return at.map(|at| Parsed { at, precision: Precision::Day }).ok_or(NotAMoment::Unreadable);
    }
    if let Some(zone) = zone {
        return parse(text, zone);
    }
    let read = parse(text, Zone::UTC)?;
    if with_offset(&text.replacen(' ', "T", 1)).is_some() { Ok(read) } else { Err(NotAMoment::NoZone) }
}

/// The first instant of `date` in `zone`: 00:00, or the end of the change if the clocks went forward over it.
/// Nothing for a date that the zone skipped, or at the very ends of the calendar.
#[must_use]
pub fn day_start(date: NaiveDate, zone: Zone) -> Option<DateTime<Utc>> {
    // Changes are of whole quarters of an hour; none of today's is longer than three hours.
    (0..=12)
        .map(|quarters| date.and_time(NaiveTime::MIN) + Duration::minutes(15 * quarters))
        .find_map(|local| zone.from_local_datetime(&local).earliest().map(|at| at.to_utc()))
}

fn read(text: &str, zone: Zone) -> Result<Parsed, NotAMoment> {
    let with_t = text.replacen(' ', "T", 1);
    if let Some(at) = with_offset(&with_t) {
        return Ok(at);
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return local(date.and_time(NaiveTime::MIN), zone, Precision::Day);
    }
    for (form, precision) in [
        ("%Y-%m-%dT%H:%M", Precision::Minute),
        ("%Y-%m-%dT%H:%M:%S", Precision::Second),
        ("%Y-%m-%dT%H:%M:%S%.f", Precision::Second),
    ] {
        if let Ok(naive) = NaiveDateTime::parse_from_str(&with_t, form) {
            return local(naive, zone, precision);
        }
    }
    Err(NotAMoment::Unreadable)
}

fn with_offset(text: &str) -> Option<Parsed> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(Parsed { at: truncate(at.to_utc()), precision: Precision::Second });
    }
    let spaced = text.replace(" +", "+").replace(" -", "-");
    let minute = DateTime::parse_from_str(&spaced, "%Y-%m-%dT%H:%M%:z").ok()?;
    Some(Parsed { at: minute.to_utc(), precision: Precision::Minute })
}

fn local(naive: NaiveDateTime, zone: Zone, precision: Precision) -> Result<Parsed, NotAMoment> {
    if !YEARS.contains(&naive.year()) {
        return Err(NotAMoment::Unreadable);
    }
    match zone.from_local_datetime(&naive) {
        MappedLocalTime::Single(at) => Ok(Parsed { at: truncate(at.to_utc()), precision }),
        MappedLocalTime::None => Err(NotAMoment::DoesNotExist { local: naive, zone }),
        MappedLocalTime::Ambiguous(a, b) => {
            Err(NotAMoment::Twice { local: naive, zone, first: a.to_rfc3339(), second: b.to_rfc3339() })
        }
    }
}

/// `2026-06-12 14:20 +02:00`: the local minute with its offset.
#[must_use]
pub fn show(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M %:z").to_string()
}

/// `2026-06-12 14:20:31 +02:00`: the local second with its offset.
#[must_use]
pub fn show_seconds(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// The local date, as stored and shown: `2026-06-12`.
#[must_use]
pub fn show_date(at: DateTime<Utc>, zone: Zone) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d").to_string()
}

/// Shows `at` as exactly as it is known, and no more.
#[must_use]
pub fn show_as(at: DateTime<Utc>, zone: Zone, precision: Precision) -> String {
    match precision {
        Precision::Day => show_date(at, zone),
        Precision::Minute => show(at, zone),
        Precision::Second => show_seconds(at, zone),
    }
}

/// For machines that count in seconds: `2026-06-12T12:20:00Z`. A part of a second is cut off.
#[must_use]
pub fn rfc3339_seconds(at: DateTime<Utc>) -> String {
    at.trunc_subsecs(0).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// For machines: RFC 3339 in UTC with microseconds.
#[must_use]
pub fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// The offset of `zone` at `at`.
#[must_use]
pub fn offset(at: DateTime<Utc>, zone: Zone) -> FixedOffset {
    at.with_timezone(&zone).offset().fix()
}

/// A span in words of two units at the most: `2 d 3 h`, `5 h 12 min`, `40 s`. The sign is the caller's to tell.
#[must_use]
pub fn span(span: Duration) -> String {
    let seconds = span.num_seconds().abs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, m) => format!("{m} min"),
        (0, h, m) => format!("{h} h {m:02} min"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: Zone = Tz::Europe__Berlin;

    #[test]
    fn local_and_absolute_times() {
        for (text, utc) in [
            ("2026-06-09 14:20", "2026-06-09T12:20:00.000000Z"),
            ("2026-06-09T14:20:31", "2026-06-09T12:20:31.000000Z"),
            ("2026-06-09T14:20:31+05:45", "2026-06-09T08:35:31.000000Z"),
            ("2026-06-09 14:20 +02:00", "2026-06-09T12:20:00.000000Z"),
            ("2026-06-09", "2026-06-08T22:00:00.000000Z"),
            ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00.000000Z"),
        ] {
            assert_eq!(parse(text, BERLIN).map(|p| rfc3339(p.at)), Ok(utc.to_owned()), "{text}");
        }
    }

    #[test]
    fn times_that_do_not_exist_or_exist_twice_are_not_guessed() {
        assert_eq!(parse("2026-03-29 02:30", BERLIN).unwrap_err().code(), "no_such_local_time");
        let twice = parse("2026-10-25 02:30", BERLIN).unwrap_err();
        assert_eq!(twice.code(), "ambiguous_local_time");
        assert!(twice.to_string().contains("2026-10-25T02:30:00+01:00"), "{twice}");
    }

    #[test]
    fn at_an_authority_a_date_is_the_beginning_of_its_day() {
        let paris = Tz::Europe__Paris;
        let read =
            |text: &str, zone| parse_for(text, zone, BERLIN).map(|p| (rfc3339_seconds(p.at), p.precision));
        let is = |at: &str, precision| Ok((at.to_owned(), precision));
        assert_eq!(read("2026-06-09", None), is("2026-06-08T22:00:00Z", Precision::Day));
        assert_eq!(read(" 2026-06-09 ", Some(Tz::Asia__Tokyo)), is("2026-06-08T22:00:00Z", Precision::Day));
        assert_eq!(read("2026-06-09T14:20:00+05:45", None), is("2026-06-09T08:35:00Z", Precision::Second));
        assert_eq!(read("2026-06-09 14:20", Some(paris)), is("2026-06-09T12:20:00Z", Precision::Minute));
        assert_eq!(read("2026-06-09T14:20:00", None), Err(NotAMoment::NoZone));
        assert_eq!(read("2026-10-25T02:30:00", None), Err(NotAMoment::NoZone), "UTC is not assumed");
        for text in ["", "soon", "2026-02-30", "0000-01-01", "+262142-12-31"] {
            assert!(matches!(read(text, None), Err(NotAMoment::Missing | NotAMoment::Unreadable)), "{text}");
        }
    }

    #[test]
    fn a_day_begins_even_where_its_midnight_was_skipped() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let brazil = Tz::America__Sao_Paulo;
        let start = |date, zone| day_start(date, zone).map(rfc3339_seconds);
        assert_eq!(start(day(2018, 11, 4), brazil).as_deref(), Some("2018-11-04T03:00:00Z"));
        assert_eq!(start(day(2026, 3, 29), BERLIN).as_deref(), Some("2026-03-28T23:00:00Z"));
        assert_eq!(start(day(2011, 12, 30), Tz::Pacific__Apia), None, "Samoa had no such day");
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-02-30 10:00",
            "14:20",
            "09.06.2026",
            "+262142-12-31 23:59",
            "-262143-01-01",
            "0000-01-01",
            "1899-12-31 10:00",
        ] {
            assert!(parse(text, BERLIN).is_err(), "{text}");
        }
    }
}
