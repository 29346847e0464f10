//! Answers that can't all be true at once. They are shown and never blocked: on the first day half of what is recorded
//! is wrong, and refusing it would only keep it out of sight.

use super::Sheet;
use crate::fact::{Certainty, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// Answers that don't fit together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Contradiction {
    /// Stable: `end_before_start`, `data_without_people` …
    pub code: &'static str,
    /// The keys whose answers they are.
    pub keys: Vec<&'static str>,
    /// What doesn't fit, and what to look at.
    pub words: String,
}

/// Every contradiction among the present answers, always in the same order.
#[must_use]
pub fn contradictions(sheet: &Sheet) -> Vec<Contradiction> {
    let mut found = Vec::new();
    let mut say = |code, keys: &[&'static str], words: String| {
        found.push(Contradiction { code, keys: keys.to_vec(), words });
    };
    times(sheet, &mut say);
    numbers(sheet, &mut say);
    risk(sheet, &mut say);
    found
}

type Say<'a> = dyn FnMut(&'static str, &[&'static str], String) + 'a;

fn times(sheet: &Sheet, say: &mut Say<'_>) {
    let at = |key| match sheet.value(key) {
        Some(Value::Instant(at)) => Some(*at),
        _ => None,
    };
    if let (Some(start), Some(end)) = (at("time.start"), at("time.end"))
        && end < start
    {
        say("end_before_start", &["time.start", "time.end"], "The breach ends before it begins.".to_owned());
    }
    if let (Some(start), Some(aware)) = (at("time.start"), at("time.aware"))
        && aware < start
    {
        let words =
            "You became aware before the breach began. Either the beginning or the awareness is wrong.";
        say("aware_before_start", &["time.start", "time.aware"], words.to_owned());
    }
}

/// The least and the most that a number may be. An estimate may be a tenth off.
fn bounds(sheet: &Sheet, key: &str) -> Option<(u64, u64)> {
    let fact = sheet.get(key)?;
    match fact.value.as_ref()? {
        Value::Number(n) if fact.certainty == Certainty::Approximate => Some((n - n / 10, n + n / 10)),
        Value::Number(n) => Some((*n, *n)),
        Value::Range { low, high } => Some((*low, *high)),
        _ => None,
    }
}

/// How many people are counted by country.
#[must_use]
pub fn counted_by_country(sheet: &Sheet) -> Option<u64> {
    match sheet.value("xb.count_by_country")? {
        Value::Counts(counts) => Some(counts.values().fold(0, |sum, n| sum.saturating_add(*n))),
        _ => None,
    }
}

fn numbers(sheet: &Sheet, say: &mut Say<'_>) {
    let people = bounds(sheet, "people.count");
    let records = bounds(sheet, "data.records");
    if let (Some((_, 0)), Some((low, _))) = (people, records)
        && low > 0
    {
        let words = format!(
            "{low} records are affected, but no people. Records of personal data belong to somebody."
        );
        say("data_without_people", &["people.count", "data.records"], words);
    }
    if let (Some((low, _)), Some((_, 0))) = (people, records)
        && low > 0
    {
        let words = format!("{low} people are affected, but no records.");
        say("people_without_data", &["people.count", "data.records"], words);
    }
    if let (Some((low, _)), Some((_, held))) = (records, bounds(sheet, "data.held"))
        && low > held
    {
        let words = format!("{low} records are affected, but at most {held} exist.");
        say("more_records_than_exist", &["data.records", "data.held"], words);
    }
    if let (Some((low, high)), Some(sum)) = (people, counted_by_country(sheet))
        && !(low..=high).contains(&sum)
    {
        let total = if low == high { low.to_string() } else { format!("{low} to {high}") };
        let words = format!("By country there are {sum} people, in total {total}.");
        say("countries_do_not_sum", &["people.count", "xb.count_by_country"], words);
    }
    if let (Some((_, high)), Some((told, _))) = (people, bounds(sheet, "ds.count"))
        && told > high
    {
        let words = format!("{told} people were told, but at most {high} are affected.");
        say("more_told_than_affected", &["people.count", "ds.count"], words);
    }
    if let (Some(Value::Countries(named)), Some(Value::Counts(counts))) =
        (sheet.value("xb.subject_countries"), sheet.value("xb.count_by_country"))
    {
        let beyond: Vec<&str> =
            counts.keys().filter(|code| !named.contains(code)).map(String::as_str).collect();
        if !beyond.is_empty() {
            let words = format!("People are counted in countries that aren't named: {}.", beyond.join(", "));
            say("country_not_named", &["xb.subject_countries", "xb.count_by_country"], words);
        }
    }
}

fn risk(sheet: &Sheet, say: &mut Say<'_>) {
    let chosen = |key| match sheet.value(key) {
        Some(Value::Choice(code)) => Some(code.as_str()),
        _ => None,
    };
    let high = chosen("risk.outcome") == Some("high_risk");
    if high && chosen("ds.status") == Some("no_not_high_risk") {
        let words = "The risk is high, and people aren't told because it isn't.";
        say("risk_against_communication", &["risk.outcome", "ds.status"], words.to_owned());
    }
    if let (Some((told, _)), Some(status)) = (bounds(sheet, "ds.count"), chosen("ds.status"))
        && told > 0
        && status != "yes"
    {
        let words = match told {
            1 => "One person was told, and the answer is still that they aren't yet or won't be.".to_owned(),
            told => {
                format!("{told} people were told, and the answer is still that they aren't yet or won't be.")
            }
        };
        say("told_against_status", &["ds.count", "ds.status"], words);
    }
    if chosen("risk.outcome") == Some("unlikely") && chosen("cons.severity") == Some("severe") {
        let words = "A risk is said to be unlikely, and the consequences severe. Say in the assessment why both hold.";
        say("unlikely_but_severe", &["risk.outcome", "cons.severity"], words.to_owned());
    }
    if chosen("ds.exemption") == Some("a_unintelligible")
        && matches!(chosen("nature.unintelligible"), Some("no" | "protected_but_may_be_subverted"))
    {
        let words = "People aren't told because the data were unreadable, and the data are said to be readable or to have weak protection.";
        say("readable_but_exempt", &["ds.exemption", "nature.unintelligible"], words.to_owned());
    }
    if let Some(Value::Choices(kinds)) = sheet.value("nature.cia")
        && kinds.iter().all(|kind| kind != "confidentiality")
        && sheet.get("cons.conf").is_some_and(|fact| fact.value.is_some())
    {
        let words = "Consequences of a loss of confidentiality are recorded, and no such loss.";
        say("consequence_without_loss", &["nature.cia", "cons.conf"], words.to_owned());
    }
    if chosen("ds.status") == Some("yes")
        && let (Some(Value::Date(told)), Some(Value::Instant(aware))) =
            (sheet.value("ds.date"), sheet.value("time.start"))
        && *told < aware.date_naive()
    {
        let words = "People were told before the breach began.";
        say("told_before_start", &["ds.date", "time.start"], words.to_owned());
    }
}

#[cfg(test)]
mod tests;
