//! Working days: public holidays and zone of each authority's place, from 2018 to 2035.
//!
//! A working day is every day but public holidays, Saturdays and Sundays (Regulation (EEC, Euratom)
//! 1182/71, Art. 2(2)); the holidays are those of the place where the action is to be taken (Art. 2(1)).
//! The dates are data (`calendars.txt`, which names its source and version); an organisation can correct them.

use crate::moment::Zone;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::RangeInclusive,
    sync::LazyLock,
};

/// Public holidays of one place, and its zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    code: String,
    name: String,
    zone: Zone,
    years: RangeInclusive<i32>,
    holidays: BTreeSet<NaiveDate>,
}

/// Why a calendar has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error(
        "There is no calendar \"{code}\". Use an ISO code such as FR, GR, DE-BY, GB-EAW, CH, EU, US or BR."
    )]
    Unknown { code: String },
    #[error(
        "The holidays of {code} are known from {first} to {last} only, and {date} is needed. Work it out by hand."
    )]
    Beyond { code: String, date: NaiveDate, first: i32, last: i32 },
}

/// A correction by the organisation: a day of mourning, a holiday that was moved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Correction {
    /// The calendar's code.
    pub calendar: String,
    pub added: Vec<NaiveDate>,
    pub removed: Vec<NaiveDate>,
}

impl Calendar {
    /// ISO 3166 country or subdivision: `FR`, `DE-BY`; `GB-EAW` for England and Wales; `EU` for the institutions.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its name in English.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zone of the authority's place.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Whether this is a public holiday, of whatever day of the week.
    ///
    /// # Errors
    /// The year is not covered.
    pub fn is_holiday(&self, date: NaiveDate) -> Result<bool, CalendarError> {
        if !self.years.contains(&date.year()) {
            return Err(self.beyond(date));
        }
        Ok(self.holidays.contains(&date))
    }

    /// Whether this is a working day: none of Saturday, Sunday and public holiday.
    ///
    /// # Errors
    /// The year is not covered.
    pub fn is_working_day(&self, date: NaiveDate) -> Result<bool, CalendarError> {
        Ok(!self.is_holiday(date)? && !matches!(date.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// `date` itself if it is a working day, otherwise the next one (Art. 3(4) of Regulation 1182/71).
    ///
    /// # Errors
    /// A year that is needed is not covered.
    pub fn working_day_from(&self, mut date: NaiveDate) -> Result<NaiveDate, CalendarError> {
        while !self.is_working_day(date)? {
            date = self.next(date)?;
        }
        Ok(date)
    }

    /// The public holidays from `first` to `last`, both included.
    ///
    /// # Errors
    /// A year of the span is not covered.
    pub fn holidays(&self, first: NaiveDate, last: NaiveDate) -> Result<Vec<NaiveDate>, CalendarError> {
        for date in [first, last] {
            self.is_holiday(date)?;
        }
        if first > last {
            return Ok(Vec::new());
        }
        Ok(self.holidays.range(first..=last).copied().collect())
    }

    /// The day after `date`.
    pub(super) fn next(&self, date: NaiveDate) -> Result<NaiveDate, CalendarError> {
        date.checked_add_days(Days::new(1)).ok_or_else(|| self.beyond(date))
    }

    pub(super) fn beyond(&self, date: NaiveDate) -> CalendarError {
        let (first, last) = (*self.years.start(), *self.years.end());
        CalendarError::Beyond { code: self.code.clone(), date, first, last }
    }
}

/// All calendars, by code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calendars {
    source: String,
    by_code: BTreeMap<String, Calendar>,
}

/// The calendars that ship with the program. Read once, at the first call.
#[must_use]
pub fn calendars() -> &'static Calendars {
    // The text is part of the program and a test reads it, so the empty set never comes to pass.
    static CALENDARS: LazyLock<Calendars> =
        LazyLock::new(|| Calendars::parse(include_str!("calendars.txt")).unwrap_or_default());
    &CALENDARS
}

/// What is wrong with a line of the data file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("calendars.txt:{line}: {message} Write the file anew with `cargo xtask calendars`.")]
pub struct DataError {
    /// The first line is 1.
    pub line: usize,
    pub message: String,
}

impl Calendars {
    /// The calendar of this code, in upper or lower case. `GB` is England and Wales, where the Information
    /// Commissioner has its seat; `EL` is Greece, as in the acts of the Union.
    ///
    /// # Errors
    /// There is none.
    pub fn get(&self, code: &str) -> Result<&Calendar, CalendarError> {
        let upper = code.trim().to_ascii_uppercase();
        let upper = match upper.as_str() {
            "GB" => "GB-EAW",
            "EL" => "GR",
            "EU-INST" => "EU",
            other => other,
        };
        self.by_code
            .get(upper)
            .ok_or_else(|| CalendarError::Unknown { code: code.escape_debug().to_string() })
    }

    /// The calendar of the authority that is competent as a rule: by its code; without one, that of the country in
    /// `zone`; without that, the Union's holidays in `zone`.
    #[must_use]
    pub fn home(&self, code: &str, zone: Zone) -> Calendar {
        let in_zone = || self.all().find(|c| c.zone == zone && c.code.len() == 2 && c.code != "EU");
        let found = self.get(code).ok().or_else(in_zone).cloned();
        let unnamed = || Calendar {
            code: "EU".to_owned(),
            name: "European Union".to_owned(),
            zone,
            years: 2018..=2035,
            holidays: self.get("EU").map(|eu| eu.holidays.clone()).unwrap_or_default(),
        };
        found.unwrap_or_else(unnamed)
    }

    /// SHA-256 over every date, so that a corrected calendar is told from another.
    #[must_use]
    pub fn digest(&self) -> String {
        use std::fmt::Write;
        let mut text = String::new();
        for calendar in self.all() {
            let _ = write!(text, "{} {}", calendar.code, calendar.zone);
            for day in &calendar.holidays {
                let _ = write!(text, " {day}");
            }
        }
        crate::journal::hash(&text)
    }

    /// Every calendar, by code.
    pub fn all(&self) -> impl Iterator<Item = &Calendar> {
        self.by_code.values()
    }

    /// Where the dates come from, with its version: `holidays 0.109`.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// A copy with dates added and removed. What a correction adds and removes at once is removed.
    ///
    /// # Errors
    /// A correction names a calendar that isn't there, or a date out of its years.
    pub fn corrected(&self, corrections: &[Correction]) -> Result<Self, CalendarError> {
        let mut copy = self.clone();
        for correction in corrections {
            let code = self.get(&correction.calendar)?.code.clone();
            let Some(calendar) = copy.by_code.get_mut(&code) else { continue };
            for date in correction.added.iter().chain(&correction.removed) {
                calendar.is_holiday(*date)?;
            }
            calendar.holidays.extend(&correction.added);
            for date in &correction.removed {
                calendar.holidays.remove(date);
            }
        }
        Ok(copy)
    }

    /// Reads the data file. Its head explains the format.
    ///
    /// # Errors
    /// The first line that can't be read.
    pub fn parse(text: &str) -> Result<Self, DataError> {
        let mut all = Self::default();
        let mut years = 0..=0;
        let mut current: Option<Calendar> = None;
        for (line, text) in (1..).zip(text.lines()) {
            let wrong = |message: &dyn fmt::Display| DataError { line, message: message.to_string() };
            let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
            if word.is_empty() || word.starts_with('#') {
                continue;
            }
            if word == "source" {
                all.source = rest.to_owned();
            } else if word == "years" {
                let (first, last) = rest.split_once(' ').unwrap_or_default();
                let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else {
                    return Err(wrong(&"These are no years."));
                };
                years = first..=last;
            } else if let Ok(year) = word.parse::<i32>() {
                let calendar = current.as_mut().ok_or_else(|| wrong(&"A year before any calendar."))?;
                if !years.contains(&year) {
                    return Err(wrong(&format_args!("{year} is not among the years of the file.")));
                }
                for date in rest.split(' ') {
                    let date = NaiveDate::parse_from_str(&format!("{year}{date}"), "%Y%m%d")
                        .map_err(|_| wrong(&format_args!("\"{date}\" is no date of {year}.")))?;
                    calendar.holidays.insert(date);
                }
            } else {
                let (zone, name) = rest.split_once(' ').unwrap_or((rest, ""));
                let zone = zone.parse().map_err(|_| wrong(&format_args!("\"{zone}\" is no zone.")))?;
                all.keep(current.take());
                let (code, name) = (word.to_owned(), name.to_owned());
                current =
                    Some(Calendar { code, name, zone, years: years.clone(), holidays: BTreeSet::new() });
            }
        }
        all.keep(current);
        Ok(all)
    }

    fn keep(&mut self, calendar: Option<Calendar>) {
        if let Some(calendar) = calendar {
            self.by_code.insert(calendar.code.clone(), calendar);
        }
    }
}

#[cfg(test)]
mod tests;
