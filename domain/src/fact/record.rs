//! Recording an answer: what was typed becomes a typed value of the key's kind, or field errors.

use crate::{
    fact::{
        Certainty, Value,
        catalogue::{Definition, Kind, country::country},
    },
    id::{AccountId, EvidenceId},
    moment::{self, Precision, Zone},
    refusal::{FieldError, Refusal},
    text::{Checks, REASON_MAX},
};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most people or records that an answer may name: more than there are people.
pub const NUMBER_MAX: u64 = 10_000_000_000;

/// An answer as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecordFactInput {
    /// `exact`, `approximate`, `range`, `not_yet_known` or `cannot_be_determined`.
    pub certainty: String,
    /// The answer: words, a whole number, `true` or `false`, the code of an option, a date (2026-06-09), a time
    /// (RFC 3339, or local as 2026-06-09 14:20), countries (DE, FR), or numbers by country ("DE 1200", one to a line).
    pub value: String,
    /// The codes of several options, or of several countries.
    pub values: Vec<String>,
    /// The lowest number of a range.
    pub low: String,
    /// The highest number of a range.
    pub high: String,
    /// The day by which an answer that is not yet known is promised.
    pub promised_on: String,
    /// Who finds out an answer that is not yet known: the account id of a member. Whoever records, where it is empty.
    pub owner: String,
    /// Since when the answer holds in the world; empty where that adds nothing.
    pub holds_from: String,
    /// Why the answer changes, or on what it rests in words.
    pub reason: String,
    /// The evidence the answer rests on: its id, or empty.
    pub evidence: String,
    /// The place in the evidence, such as "lines 1,204 to 6,015".
    pub place: String,
}

/// An answer that can be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAnswer {
    pub certainty: Certainty,
    /// Absent for "not yet known" and "cannot be determined".
    pub value: Option<Value>,
    pub promised_on: Option<NaiveDate>,
    /// Who finds it out; none for whoever records.
    pub owner: Option<AccountId>,
    pub holds_from: Option<DateTime<Utc>>,
    /// May be empty. Whether a change needs a reason is the incident's rule.
    pub reason: String,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl RecordFactInput {
    /// Reads the answer to `definition`. Local times and "today" are those of `zone`.
    ///
    /// # Errors
    /// Every field that can't be taken, with what would be right; or the key is read-only (`derived_fact`).
    pub fn parse(
        &self,
        definition: &Definition,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Result<NewAnswer, Refusal> {
        if definition.derived {
            let message = format!(
                "“{}” follows from what is recorded elsewhere and can't be typed in.",
                definition.label
            );
            return Err(Refusal::state("derived_fact", message));
        }
        let mut reading = Reading { input: self, definition, zone, checks: Checks::new() };
        let certainty = reading.certainty();
        let value = certainty.and_then(|certainty| reading.value(certainty));
        let promised_on = certainty.and_then(|certainty| reading.promise(certainty, now));
        let owner = certainty.and_then(|certainty| reading.owner(certainty));
        let holds_from = match self.holds_from.trim() {
            "" => Some(None),
            raw => reading.checks.past_instant("holds_from", raw, zone, now).map(Some),
        };
        let reason = reading.checks.optional_reason("reason", &self.reason);
        let evidence = reading.checks.optional_id("evidence", &self.evidence);
        let place = reading.checks.optional_line("place", &self.place);
        if self.evidence.trim().is_empty() && place.as_ref().is_some_and(|p| !p.is_empty()) {
            reading.refuse("evidence", "required", "Choose the evidence in which this place is.");
        }
        match (certainty, value, promised_on, owner, holds_from, reason, evidence, place) {
            (
                Some(certainty),
                Some(value),
                Some(promised_on),
                Some(owner),
                Some(holds_from),
                Some(reason),
                Some(evidence),
                Some(place),
            ) if reading.checks.is_clean() => {
                Ok(NewAnswer { certainty, value, promised_on, owner, holds_from, reason, evidence, place })
            }
            _ => Err(reading.checks.refusal()),
        }
    }
}

/// One input while it is read. `None` means that an error was noted.
struct Reading<'a> {
    input: &'a RecordFactInput,
    definition: &'a Definition,
    zone: Zone,
    checks: Checks,
}

impl Reading<'_> {
    fn refuse(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.checks.push(FieldError::new(field, code, message));
    }

    fn certainty(&mut self) -> Option<Certainty> {
        let certainty = self.checks.choice::<Certainty>("certainty", &self.input.certainty)?;
        let message = match certainty {
            Certainty::Range if self.definition.kind != Kind::Number => {
                "Only a number can be a range. Choose another certainty."
            }
            Certainty::Approximate if !self.definition.may_be_approximate() => {
                "Only numbers and times can be approximate. Choose exact, or not yet known."
            }
            _ => return Some(certainty),
        };
        self.refuse("certainty", "not_for_this_kind", message);
        None
    }

    /// The value that goes with `certainty`: none where nothing is known, and then nothing may be typed.
    fn value(&mut self, certainty: Certainty) -> Option<Option<Value>> {
        let of_a_range = certainty == Certainty::Range;
        let single = matches!(certainty, Certainty::Exact | Certainty::Approximate);
        let input = self.input;
        let mut clean = true;
        let typed = !input.value.trim().is_empty() || input.values.iter().any(|v| !v.trim().is_empty());
        if typed && !single {
            let message = if of_a_range {
                "A range has a lowest and a highest number and no single value. Leave this empty."
            } else {
                "An answer that is not known has no value. Leave this empty, or choose another certainty."
            };
            self.refuse("value", "no_value_expected", message);
            clean = false;
        }
        if !of_a_range {
            for (field, raw) in [("low", &input.low), ("high", &input.high)] {
                if !raw.trim().is_empty() {
                    self.refuse(
                        field,
                        "no_value_expected",
                        "Only a range has this. Leave it empty, or choose “range”.",
                    );
                    clean = false;
                }
            }
        }
        if !clean {
            return None;
        }
        if of_a_range {
            return self.range().map(Some);
        }
        if single { self.single(certainty).map(Some) } else { Some(None) }
    }

    fn range(&mut self) -> Option<Value> {
        let input = self.input;
        let (low, high) = (self.number("low", &input.low), self.number("high", &input.high));
        let (low, high) = (low?, high?);
        if low > high {
            self.refuse(
                "high",
                "below_low",
                format!("The highest number can't be below the lowest ({low})."),
            );
            return None;
        }
        Some(Value::Range { low, high })
    }

    fn single(&mut self, certainty: Certainty) -> Option<Value> {
        let raw = self.input.value.as_str();
        if !matches!(self.definition.kind, Kind::Choices | Kind::Countries)
            && self.input.values.iter().any(|v| !v.trim().is_empty())
        {
            self.refuse("values", "one_value_expected", "This takes a single answer. Give it as “value”.");
            return None;
        }
        match self.definition.kind {
            Kind::Line => self.checks.line("value", raw).map(Value::Text),
            Kind::Text => self.checks.body("value", raw).map(Value::Text),
            Kind::Contact => self.contact(raw),
            Kind::Number => self.number("value", raw).map(Value::Number),
            Kind::Bool => self.truth(raw),
            Kind::Choice => self.choice(raw),
            Kind::Choices => self.choices(),
            Kind::Instant => self.instant(raw, certainty),
            Kind::Date => self.date("value", raw).map(Value::Date),
            Kind::Countries => self.countries(),
            Kind::Counts => self.counts(raw),
        }
    }

    fn contact(&mut self, raw: &str) -> Option<Value> {
        let length = raw.chars().count();
        if length > REASON_MAX {
            let message = format!("This has {length} characters; at most {REASON_MAX} are taken.");
            self.refuse("value", "too_long", message);
            return None;
        }
        self.checks.reason("value", raw).map(Value::Text)
    }

    fn number(&mut self, field: &str, raw: &str) -> Option<u64> {
        match read_number(raw) {
            Ok(number) => Some(number),
            Err((code, message)) => {
                self.refuse(field, code, message);
                None
            }
        }
    }

    fn truth(&mut self, raw: &str) -> Option<Value> {
        match raw.trim() {
            "true" | "yes" => Some(Value::Bool(true)),
            "false" | "no" => Some(Value::Bool(false)),
            "" => self.missing("Choose yes or no."),
            _ => {
                self.refuse("value", "not_a_choice", "Answer yes or no (true or false).");
                None
            }
        }
    }

    fn missing(&mut self, message: &str) -> Option<Value> {
        self.refuse("value", "required", message);
        None
    }

    fn choice(&mut self, raw: &str) -> Option<Value> {
        match (raw.trim(), self.definition.option(raw.trim())) {
            (_, Some(option)) => Some(Value::Choice(option.code.clone())),
            ("", None) => {
                let message = format!("Choose one of: {}.", self.codes());
                self.missing(&message)
            }
            _ => {
                let message = format!("This is not one of the choices: {}.", self.codes());
                self.refuse("value", "not_a_choice", message);
                None
            }
        }
    }

    fn codes(&self) -> String {
        let codes: Vec<&str> = self.definition.options.iter().map(|o| o.code.as_str()).collect();
        codes.join(", ")
    }

    fn choices(&mut self) -> Option<Value> {
        let chosen = self.several(|_| false);
        let stray = chosen.iter().find(|c| self.definition.option(c).is_none());
        if let Some(stray) = stray {
            let message = format!("“{}” is not one of the choices: {}.", shortened(stray), self.codes());
            self.refuse("value", "not_a_choice", message);
            return None;
        }
        if chosen.is_empty() {
            return self.missing("Choose at least one.");
        }
        let options = self.definition.options.iter().map(|o| o.code.clone());
        Some(Value::Choices(options.filter(|code| chosen.contains(code)).collect()))
    }

    /// Everything in `values`, and in `value` as a list separated by commas (and whatever else separates here).
    fn several(&self, separates: impl Fn(char) -> bool) -> Vec<String> {
        let listed = self.input.value.split(|c: char| c == ',' || separates(c));
        let all = self.input.values.iter().map(String::as_str).chain(listed);
        all.map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect()
    }

    fn instant(&mut self, raw: &str, certainty: Certainty) -> Option<Value> {
        match moment::parse(raw, self.zone) {
            // A day alone would be kept as its first minute, and a notice would then print that minute as known.
            Ok(parsed) if parsed.precision == Precision::Day => {
                let hint = if certainty == Certainty::Approximate { "" } else { " and call it approximate" };
                let message = format!(
                    "Give the time of day too, such as 2026-06-09 14:20. If it is not known, give your best estimate{hint}."
                );
                self.refuse("value", "needs_a_time", message);
                None
            }
            Ok(parsed) => Some(Value::Instant(parsed.at)),
            Err(why) => {
                self.refuse("value", why.code(), why.to_string());
                None
            }
        }
    }

    fn date(&mut self, field: &str, raw: &str) -> Option<NaiveDate> {
        let read = NaiveDate::parse_from_str(raw.trim(), "%Y-%m-%d").ok();
        if read.is_none() {
            let (code, message) = if raw.trim().is_empty() {
                ("required", "Give a date, such as 2026-06-09.")
            } else {
                ("not_a_date", "This is not a date. Write it as 2026-06-09.")
            };
            self.refuse(field, code, message);
        }
        read
    }

    fn countries(&mut self) -> Option<Value> {
        let named = self.several(char::is_whitespace);
        let mut codes = Vec::with_capacity(named.len());
        for name in &named {
            match country(name) {
                Some(found) if !codes.contains(&found.code) => codes.push(found.code),
                Some(_) => {}
                None => {
                    self.refuse("value", "not_a_country", no_country(name));
                    return None;
                }
            }
        }
        if codes.is_empty() {
            return self.missing("Name at least one country by its two letters, such as DE.");
        }
        codes.sort_unstable();
        Some(Value::Countries(codes.into_iter().map(str::to_owned).collect()))
    }

    fn counts(&mut self, raw: &str) -> Option<Value> {
        let mut counts = BTreeMap::new();
        for (place, line) in raw.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match read_count(line) {
                Ok((code, number)) => {
                    if counts.insert(code.to_owned(), number).is_some() {
                        let message = format!(
                            "Line {}: {code} has a number already. Give each country once.",
                            place + 1
                        );
                        self.refuse("value", "country_twice", message);
                        return None;
                    }
                }
                Err((code, message)) => {
                    self.refuse("value", code, format!("Line {}: {message}", place + 1));
                    return None;
                }
            }
        }
        if counts.is_empty() {
            return self.missing("Give one country to a line with its number, such as “DE 1200”.");
        }
        Some(Value::Counts(counts))
    }

    /// The promised day: must be there for "not yet known", today or later, and for nothing else.
    fn owner(&mut self, certainty: Certainty) -> Option<Option<AccountId>> {
        let owner = self.checks.optional_id("owner", &self.input.owner)?;
        if owner.is_some() && certainty != Certainty::NotYetKnown {
            let message = "Only an answer that is not yet known is somebody's to find out. Leave this empty.";
            self.refuse("owner", "no_value_expected", message);
            return None;
        }
        Some(owner)
    }

    fn promise(&mut self, certainty: Certainty, now: DateTime<Utc>) -> Option<Option<NaiveDate>> {
        let raw = self.input.promised_on.trim();
        if certainty != Certainty::NotYetKnown {
            if raw.is_empty() {
                return Some(None);
            }
            let message = "Only an answer that is not yet known is promised for a day. Leave this empty.";
            self.refuse("promised_on", "no_value_expected", message);
            return None;
        }
        if raw.is_empty() {
            let message = "Give the day by which the answer is promised, such as 2026-06-12.";
            self.refuse("promised_on", "required", message);
            return None;
        }
        let day = self.date("promised_on", raw)?;
        if day < now.with_timezone(&self.zone).date_naive() {
            self.refuse("promised_on", "in_the_past", "This day has passed. Promise today or a later day.");
            return None;
        }
        Some(Some(day))
    }
}

pub(crate) type Wrong = (&'static str, String);

/// Reads a whole number of at most [`NUMBER_MAX`], with or without groups of three: `4812`, `4,812`, `4.812`, `4 812`.
pub(crate) fn read_number(raw: &str) -> Result<u64, Wrong> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Err((
            "required",
            "Give a whole number, such as 4812. If it is not known, choose “not yet known”.".to_owned(),
        ));
    }
    let separator = raw.chars().find(|c| !c.is_ascii_digit());
    let digits = match separator {
        None => raw.to_owned(),
        Some(c @ (',' | '.' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}')) => {
            let mut groups = raw.split(c);
            let first = groups.next().unwrap_or_default();
            let grouped = (1..=3).contains(&first.len()) && groups.all(|g| g.len() == 3);
            if grouped { raw.replace(c, "") } else { String::new() }
        }
        Some(_) => String::new(),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(("not_a_number", "This is not a whole number. Write it like 4812.".to_owned()));
    }
    match digits.parse() {
        Ok(number) if number <= NUMBER_MAX => Ok(number),
        _ => Err(("too_large", "At most 10,000,000,000 is taken.".to_owned())),
    }
}

/// Reads "DE 1200".
fn read_count(line: &str) -> Result<(&'static str, u64), Wrong> {
    let line = line.trim();
    let (name, number) = line.split_once([' ', '\t', ':', '=']).unwrap_or((line, ""));
    let Some(found) = country(name) else { return Err(("not_a_country", no_country(name))) };
    read_number(number.trim_start_matches([' ', '\t', ':', '='])).map(|number| (found.code, number))
}

fn no_country(name: &str) -> String {
    format!(
        "“{}” is not a country code known here. Give the two letters of a country of the EEA, CH or GB; describe others in words.",
        shortened(name)
    )
}

/// Enough of what was typed to recognise it in a message.
fn shortened(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    if text.chars().count() > 40 { format!("{kept}…") } else { kept }
}

#[cfg(test)]
#[path = "record/tests.rs"]
mod tests;
