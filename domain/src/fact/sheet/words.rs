//! Answers in words: numbers, dates, times and lists as each language writes them.

use crate::{
    fact::{
        Certainty, Fact, Value,
        catalogue::{catalogue, country::country},
    },
    language::Language,
    moment::{self, Zone},
};
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

/// An answer in words: "about 4,800", "between 4,000 and 5,000", "not yet known (expected by 12 June 2026)".
#[must_use]
pub fn answer(fact: &Fact, language: Language, zone: Zone) -> String {
    let phrases = &language.words().phrases;
    let Some(value) = &fact.value else {
        return match fact.certainty {
            Certainty::CannotBeDetermined => phrases.cannot_be_determined.clone(),
            _ => not_yet_known(fact.promised_on, language),
        };
    };
    let (words, about) = match value {
        Value::Text(text) => (text.clone(), None),
        Value::Number(number) => (self::number(*number, language), Some(&phrases.about)),
        Value::Range { low, high } => (range(*low, *high, language), None),
        Value::Bool(true) => (phrases.yes.clone(), None),
        Value::Bool(false) => (phrases.no.clone(), None),
        // Of numbers by country, each says for itself whether it is an estimate.
        Value::Choice(_) | Value::Choices(_) | Value::Countries(_) | Value::Counts(_) => {
            (join(&each(fact, language), language), None)
        }
        Value::Instant(at) => (instant(*at, language, zone), Some(&phrases.about_time)),
        Value::Date(day) => (date(*day, language), Some(&phrases.about_time)),
    };
    match (fact.certainty, about) {
        (Certainty::Approximate, Some(about)) => filled(about, &[("{}", &words)]),
        _ => words,
    }
}

/// The parts of an answer in words, one each: options, countries, numbers by country. Empty for other kinds.
#[must_use]
pub fn each(fact: &Fact, language: Language) -> Vec<String> {
    let definition = catalogue().get(&fact.key);
    // A code that has left the catalogue is still shown, as it is.
    let option = |code: &String| {
        let words = definition.and_then(|d| d.option_in(code, language));
        words.unwrap_or(code).to_owned()
    };
    let place = |code: &String| country(code).map_or_else(|| code.clone(), |c| c.name(language).to_owned());
    let count = |n: u64| match fact.certainty {
        Certainty::Approximate => filled(&language.words().phrases.about, &[("{}", &number(n, language))]),
        _ => number(n, language),
    };
    match &fact.value {
        Some(Value::Choice(code)) => vec![option(code)],
        Some(Value::Choices(codes)) => codes.iter().map(option).collect(),
        Some(Value::Countries(codes)) => codes.iter().map(place).collect(),
        Some(Value::Counts(counts)) => {
            counts.iter().map(|(code, n)| said_of(&place(code), &count(*n), language)).collect()
        }
        _ => Vec::new(),
    }
}

/// "Germany: 1,200", with the space before the colon where the language has one.
#[must_use]
pub fn said_of(name: &str, words: &str, language: Language) -> String {
    format!("{name}{}{words}", language.words().formats.colon)
}

/// "a, b and c".
#[must_use]
pub fn join(parts: &[String], language: Language) -> String {
    let formats = &language.words().formats;
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => {
            let begins = last.to_lowercase();
            let otherwise = formats.and_otherwise_before.iter().any(|letters| begins.starts_with(letters));
            let and = formats.and_otherwise.as_ref().filter(|_| otherwise).unwrap_or(&formats.and);
            format!("{} {and} {last}", rest.join(", "))
        }
    }
}

/// "4,812" or "4.812".
#[must_use]
pub fn number(number: u64, language: Language) -> String {
    let formats = &language.words().formats;
    let digits = number.to_string();
    if digits.len() < formats.group_from {
        return digits;
    }
    let mut words = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            words.push_str(&formats.thousands);
        }
        words.push(digit);
    }
    words
}

fn range(low: u64, high: u64, language: Language) -> String {
    let (low, high) = (number(low, language), number(high, language));
    filled(&language.words().phrases.range, &[("{low}", &low), ("{high}", &high)])
}

/// "9 June 2026" or "9. Juni 2026", by itself.
#[must_use]
pub fn date(day: NaiveDate, language: Language) -> String {
    let formats = &language.words().formats;
    let month = formats.months.get(day.month0() as usize).map_or("", String::as_str);
    let first = formats.first_of_month.as_ref().filter(|_| day.day() == 1);
    let number = first.cloned().unwrap_or_else(|| day.day().to_string());
    let year = day.year().to_string();
    filled(&formats.date, &[("{day}", &number), ("{month}", month), ("{year}", &year)])
}

/// The same within a sentence: "le 9 juin 2026", "l’8 giugno 2026".
#[must_use]
pub fn date_in_sentence(day: NaiveDate, language: Language) -> String {
    format!("{}{}", article(day, language), date(day, language))
}

fn article(day: NaiveDate, language: Language) -> &'static str {
    let formats = &language.words().formats;
    if formats.elided_on.contains(&day.day()) { &formats.elided_article } else { &formats.article }
}

/// "02:14" or "02:14 Uhr", in `zone`.
#[must_use]
pub fn time(at: DateTime<Utc>, language: Language, zone: Zone) -> String {
    let at = at.with_timezone(&zone);
    let (hour, minute) = (at.hour(), format!("{:02}", at.minute()));
    let places = [("{hh}", format!("{hour:02}")), ("{h}", hour.to_string()), ("{mm}", minute)];
    filled(&language.words().formats.time, &places.each_ref().map(|(place, words)| (*place, words.as_str())))
}

/// "UTC+02:00", the offset of `zone` at `at`.
#[must_use]
pub fn offset(at: DateTime<Utc>, zone: Zone) -> String {
    format!("UTC{}", moment::offset(at, zone))
}

/// "9 June 2026, 02:14 (UTC+02:00)", by itself.
#[must_use]
pub fn instant(at: DateTime<Utc>, language: Language, zone: Zone) -> String {
    at_time(&language.words().formats.instant, at, language, zone)
}

/// The same within a sentence: "9 June 2026 at 02:14 (UTC+02:00)".
#[must_use]
pub fn instant_in_sentence(at: DateTime<Utc>, language: Language, zone: Zone) -> String {
    let day = at.with_timezone(&zone).date_naive();
    let words = at_time(&language.words().formats.instant_in_sentence, at, language, zone);
    format!("{}{words}", article(day, language))
}

fn at_time(format: &str, at: DateTime<Utc>, language: Language, zone: Zone) -> String {
    let day = date(at.with_timezone(&zone).date_naive(), language);
    let (time, offset) = (time(at, language, zone), offset(at, zone));
    filled(format, &[("{date}", &day), ("{time}", &time), ("{offset}", &offset)])
}

/// The phrase for an answer that will come in phases, Art. 33(4).
#[must_use]
pub fn not_yet_known(promised_on: Option<NaiveDate>, language: Language) -> String {
    let phrases = &language.words().phrases;
    match promised_on {
        None => phrases.not_yet_known.clone(),
        Some(day) => filled(&phrases.not_yet_known_until, &[("{day}", &date_in_sentence(day, language))]),
    }
}

/// A phrase with its places filled in order, each once. A person's text comes last, since it may look like a place.
#[must_use]
pub fn filled(phrase: &str, places: &[(&str, &str)]) -> String {
    places.iter().fold(phrase.to_owned(), |phrase, (place, words)| phrase.replacen(place, words, 1))
}
