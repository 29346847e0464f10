//! Answers in words: numbers, dates, times and lists as each language writes them.

use crate::{
    fact::{
        Certainty, Fact, Value,
        catalogue::{catalogue, country::country},
    },
    moment::{self, Zone},
    notice::template::Language,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// An answer in words: "about 4,800", "between 4,000 and 5,000", "not yet known (expected by 12 June 2026)".
#[must_use]
pub fn answer(fact: &Fact, language: Language, zone: Zone) -> String {
    let Some(value) = &fact.value else {
        return match fact.certainty {
            Certainty::CannotBeDetermined => cannot_be_determined(language).to_owned(),
            _ => not_yet_known(fact.promised_on, language),
        };
    };
    let words = match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => self::number(*number, language),
        Value::Range { low, high } => range(*low, *high, language),
        Value::Bool(truth) => yes_or_no(*truth, language).to_owned(),
        Value::Choice(_) | Value::Choices(_) | Value::Countries(_) | Value::Counts(_) => {
            join(&each(fact, language), language)
        }
        Value::Instant(at) => instant(*at, language, zone),
        Value::Date(day) => date(*day, language),
    };
    match (fact.certainty, language) {
        (Certainty::Approximate, Language::En) => format!("about {words}"),
        (Certainty::Approximate, Language::De) => format!("etwa {words}"),
        _ => words,
    }
}

/// The parts of an answer in words, one each: options, countries, numbers by country. Empty for other kinds.
#[must_use]
pub fn each(fact: &Fact, language: Language) -> Vec<String> {
    let definition = catalogue().get(&fact.key);
    // A code that has left the catalogue is still shown, as it is.
    let option = |code: &String| {
        let option = definition.and_then(|d| d.option(code));
        option.map_or_else(|| code.clone(), |o| o.label(language).to_owned())
    };
    let place = |code: &String| country(code).map_or_else(|| code.clone(), |c| c.name(language).to_owned());
    match &fact.value {
        Some(Value::Choice(code)) => vec![option(code)],
        Some(Value::Choices(codes)) => codes.iter().map(option).collect(),
        Some(Value::Countries(codes)) => codes.iter().map(place).collect(),
        Some(Value::Counts(counts)) => {
            counts.iter().map(|(code, n)| format!("{}: {}", place(code), number(*n, language))).collect()
        }
        _ => Vec::new(),
    }
}

/// "a, b and c".
#[must_use]
pub fn join(parts: &[String], language: Language) -> String {
    let and = match language {
        Language::En => "and",
        Language::De => "und",
    };
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} {and} {last}", rest.join(", ")),
    }
}

/// "4,812" or "4.812".
#[must_use]
pub fn number(number: u64, language: Language) -> String {
    let separator = match language {
        Language::En => ',',
        Language::De => '.',
    };
    let digits = number.to_string();
    let mut words = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push(separator);
        }
        words.push(digit);
    }
    words
}

fn range(low: u64, high: u64, language: Language) -> String {
    let (low, high) = (number(low, language), number(high, language));
    match language {
        Language::En => format!("between {low} and {high}"),
        Language::De => format!("zwischen {low} und {high}"),
    }
}

fn yes_or_no(truth: bool, language: Language) -> &'static str {
    match (truth, language) {
        (true, Language::En) => "yes",
        (false, Language::En) => "no",
        (true, Language::De) => "ja",
        (false, Language::De) => "nein",
    }
}

/// "9 June 2026" or "9. Juni 2026".
#[must_use]
pub fn date(day: NaiveDate, language: Language) -> String {
    let (months, dot) = match language {
        Language::En => (&MONTHS_EN, ""),
        Language::De => (&MONTHS_DE, "."),
    };
    let month = months.get(day.month0() as usize).copied().unwrap_or_default();
    format!("{}{dot} {month} {}", day.day(), day.year())
}

/// "02:14" or "02:14 Uhr", in `zone`.
#[must_use]
pub fn time(at: DateTime<Utc>, language: Language, zone: Zone) -> String {
    let time = at.with_timezone(&zone).format("%H:%M");
    match language {
        Language::En => time.to_string(),
        Language::De => format!("{time} Uhr"),
    }
}

/// "UTC+02:00", the offset of `zone` at `at`.
#[must_use]
pub fn offset(at: DateTime<Utc>, zone: Zone) -> String {
    format!("UTC{}", moment::offset(at, zone))
}

/// "9 June 2026, 02:14 (UTC+02:00)".
#[must_use]
pub fn instant(at: DateTime<Utc>, language: Language, zone: Zone) -> String {
    let day = date(at.with_timezone(&zone).date_naive(), language);
    format!("{day}, {} ({})", time(at, language, zone), offset(at, zone))
}

/// The phrase for an answer that will come in phases, Art. 33(4).
#[must_use]
pub fn not_yet_known(promised_on: Option<NaiveDate>, language: Language) -> String {
    match (promised_on, language) {
        (None, Language::En) => "not yet known".to_owned(),
        (None, Language::De) => "noch nicht bekannt".to_owned(),
        (Some(day), Language::En) => format!("not yet known (expected by {})", date(day, language)),
        (Some(day), Language::De) => {
            format!("noch nicht bekannt (voraussichtlich bis {})", date(day, language))
        }
    }
}

/// The phrase for an answer that nobody will be able to give.
#[must_use]
pub fn cannot_be_determined(language: Language) -> &'static str {
    match language {
        Language::En => "cannot be determined",
        Language::De => "nicht feststellbar",
    }
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_DE: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
