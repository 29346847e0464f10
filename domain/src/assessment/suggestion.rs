//! What the facts suggest for the questions of the ENISA method, as far as they honestly can.
//!
//! A suggestion is what a form begins with; a person answers. Nothing is suggested for how easily people can be
//! identified, and nothing but the basic score for what the context makes of the data: no fact of the catalogue says it.

use super::severity::{
    AvailabilityLoss, ConfidentialityLoss, DataCategory, IntegrityLoss, MaliciousIntent, Question,
};
use crate::{
    fact::{Value, catalogue::catalogue, sheet::Sheet},
    text::Choice,
};
use schemars::JsonSchema;
use serde::Serialize;

/// One answer that the facts suggest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suggestion {
    /// The field of the input.
    pub field: &'static str,
    /// What would stand in it.
    pub value: String,
    /// The key of the fact that suggests it.
    pub key: &'static str,
    /// How far the suggestion goes, in a sentence.
    pub because: String,
}

/// Everything that the facts suggest, in the order of the questions.
#[must_use]
pub fn suggestions(sheet: &Sheet) -> Vec<Suggestion> {
    let mut found: Vec<Suggestion> = DataCategory::ALL.iter().filter_map(|c| category(sheet, *c)).collect();
    let rest = [confidentiality, integrity, availability, malicious, individuals, unintelligible];
    found.extend(rest.into_iter().filter_map(|suggests| suggests(sheet)));
    found
}

/// The category that a type of data belongs to; none for credentials, which count as what they open, and for whatever
/// is described in words only.
#[must_use]
pub fn category_of(data_type: &str) -> Option<DataCategory> {
    Some(match data_type {
        "basic" | "contact" | "national_id" | "official_documents" => DataCategory::Simple,
        "location" | "profile" => DataCategory::Behavioural,
        "economic_financial" | "payment" => DataCategory::Financial,
        "biometric"
        | "criminal"
        | "political"
        | "racial_ethnic"
        | "religious_philosophical"
        | "sex_life_orientation"
        | "trade_union"
        | "genetic"
        | "health"
        | "employment_health" => DataCategory::Sensitive,
        _ => return None,
    })
}

fn category(sheet: &Sheet, category: DataCategory) -> Option<Suggestion> {
    let key = "data.types";
    let Some(Value::Choices(types)) = sheet.value(key) else { return None };
    let of_it = types.iter().filter(|t| category_of(t) == Some(category));
    let label = |code: &String| {
        let option = catalogue().get(key).and_then(|d| d.option(code));
        option.map_or_else(|| code.clone(), |o| o.en.clone())
    };
    let named: Vec<String> = of_it.map(label).collect();
    if named.is_empty() {
        return None;
    }
    let because = format!("{}. This is the basic score; the context is yours to judge.", named.join("; "));
    Some(Suggestion { field: category.code(), value: "0".to_owned(), key, because })
}

/// Whether a kind of loss is known not to have happened.
fn without(sheet: &Sheet, loss: &str) -> bool {
    matches!(sheet.value("nature.cia"), Some(Value::Choices(lost)) if lost.iter().all(|l| l != loss))
}

fn choice<'s>(sheet: &'s Sheet, key: &str) -> Option<&'s str> {
    match sheet.value(key) {
        Some(Value::Choice(code)) => Some(code.as_str()),
        _ => None,
    }
}

fn suggest(question: Question, value: &str, key: &'static str, because: &str) -> Option<Suggestion> {
    Some(Suggestion { field: question.code(), value: value.to_owned(), key, because: because.to_owned() })
}

fn not_lost(question: Question, value: &str) -> Option<Suggestion> {
    suggest(question, value, "nature.cia", "It isn't among what was lost.")
}

/// Nothing where data were or may have been disclosed: whether the recipients are known is in no fact.
fn confidentiality(sheet: &Sheet) -> Option<Suggestion> {
    let (question, none) = (Question::Confidentiality, ConfidentialityLoss::None.code());
    if without(sheet, "confidentiality") {
        return not_lost(question, none);
    }
    match choice(sheet, "nature.conf_type")? {
        "not_exfiltrated" => suggest(
            question,
            none,
            "nature.conf_type",
            "It is recorded, with evidence, that the data were not disclosed.",
        ),
        _ => None,
    }
}

/// Nothing where data were altered without a sign of misuse: whether they can be restored is in no fact.
fn integrity(sheet: &Sheet) -> Option<Suggestion> {
    let question = Question::Integrity;
    if without(sheet, "integrity") {
        return not_lost(question, IntegrityLoss::None.code());
    }
    let value = match choice(sheet, "nature.int_type")? {
        "reversible" => IntegrityLoss::Recoverable,
        "irreversible" => IntegrityLoss::NotRecoverable,
        _ => return None,
    };
    suggest(question, value.code(), "nature.int_type", "As recorded under what was altered.")
}

fn availability(sheet: &Sheet) -> Option<Suggestion> {
    let question = Question::Availability;
    if without(sheet, "availability") {
        return not_lost(question, AvailabilityLoss::None.code());
    }
    let value = match choice(sheet, "nature.avail_type")? {
        "temporary" => AvailabilityLoss::Temporary,
        "permanent" => AvailabilityLoss::Full,
        _ => return None,
    };
    suggest(
        question,
        value.code(),
        "nature.avail_type",
        "As recorded under how long the data are out of reach.",
    )
}

fn malicious(sheet: &Sheet) -> Option<Suggestion> {
    let value = match choice(sheet, "nature.cause")? {
        "internal_malicious" | "external_malicious" => MaliciousIntent::Yes,
        "internal_non_malicious" | "external_non_malicious" => MaliciousIntent::No,
        _ => return None,
    };
    suggest(Question::Malicious, value.code(), "nature.cause", "As recorded under the cause.")
}

fn individuals(sheet: &Sheet) -> Option<Suggestion> {
    let (number, because) = match sheet.value("people.count")? {
        Value::Number(number) => (*number, "The number that is recorded."),
        Value::Range { high, .. } => (*high, "The highest number of the range that is recorded."),
        _ => return None,
    };
    suggest(Question::Individuals, &number.to_string(), "people.count", because)
}

fn unintelligible(sheet: &Sheet) -> Option<Suggestion> {
    let (value, because) = match choice(sheet, "nature.unintelligible")? {
        "yes_intact" => ("yes", "Recorded as unreadable, with the protection intact."),
        "protected_but_may_be_subverted" => {
            ("no", "The protection may be overcome, so it can't be relied on.")
        }
        "no" => ("no", "Recorded as readable."),
        _ => return None,
    };
    suggest(Question::Unintelligible, value, "nature.unintelligible", because)
}
