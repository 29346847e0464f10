//! How like two cases are, by the answers that both have.
//!
//! Each of the [`ASPECTS`] is one question with a weight. An answer is a set of marks: the options that were chosen, or
//! for a number the orders of size it may have. Of an aspect's weight, as much agrees as the two sets share: marks in
//! both, divided by marks in either. The likeness is the weight that agrees, divided by the weight of every aspect that
//! one of the two answers. So an answer that only one of them has never adds to the likeness, and nothing is as like a
//! case as the case itself.

use super::{EdpbCase, cases};
use crate::{
    choices,
    fact::{
        Value,
        catalogue::catalogue,
        sheet::{Sheet, words},
    },
    moment::Zone,
    notice::template::Language,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::{cmp::Ordering, collections::BTreeSet};

/// The questions that are compared, each with its weight: what the breach did to which data of how many people weighs
/// more than how it came about. Where a number is, sizes are compared: 1 to 9, 10 to 99 and so on.
pub const ASPECTS: [(&str, u32); 11] = [
    ("nature.incident_type", 4),
    ("data.types", 4),
    ("nature.cia", 3),
    ("nature.unintelligible", 3),
    ("nature.conf_type", 2),
    ("nature.avail_type", 2),
    ("nature.int_type", 2),
    ("nature.cause", 2),
    ("people.categories", 2),
    ("people.count", 2),
    ("before.list", 1),
];

/// Parts of one weight, fine enough that a share below the whole stays below it.
const FINE: u32 = 10_000;

choices! {
    /// How two answers to a question stand to each other.
    pub enum Agreement {
        Agrees = "agrees" => "agrees",
        Partly = "partly" => "agrees in part",
        Differs = "differs" => "differs",
        /// Only the Board's case has an answer.
        OpenHere = "open_here" => "not answered here",
        /// Only this incident has an answer.
        OpenThere = "open_there" => "left open by the Board",
    }
}

/// One question, compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComparedAnswer {
    pub key: String,
    pub label: String,
    pub weight: u32,
    pub agreement: Agreement,
    /// The answers in words; empty where there is none.
    pub here: String,
    pub there: String,
}

/// How like an incident is to one of the Board's cases.
#[derive(Debug, Clone)]
pub struct Alike<'c> {
    pub case: &'c EdpbCase,
    /// In the order of [`ASPECTS`]; those that neither answers are left out.
    pub answers: Vec<ComparedAnswer>,
    agreed: u32,
    of: u32,
}

impl Alike<'_> {
    /// How much of the weight agrees, in whole per cent, rounded down: 100 only where every answer is the same.
    #[must_use]
    pub fn per_cent(&self) -> u32 {
        (self.agreed * 100).checked_div(self.of).unwrap_or_default()
    }

    /// The likeness in parts that can be compared: what agrees, and out of how much.
    #[must_use]
    pub fn parts(&self) -> (u32, u32) {
        (self.agreed, self.of)
    }

    /// The more like comes first; among equals the one with the lower number.
    fn order(&self, other: &Self) -> Ordering {
        let (mine, theirs) = (u64::from(self.agreed), u64::from(other.agreed));
        let cross = (theirs * u64::from(self.of)).cmp(&(mine * u64::from(other.of)));
        cross.then(self.case.number.cmp(&other.case.number))
    }
}

/// The Board's cases that share at least a part of an answer with this incident, the most like first.
#[must_use]
pub fn alike(sheet: &Sheet) -> Vec<Alike<'static>> {
    nearest(sheet, cases())
}

/// The same among given cases, whose order doesn't matter.
#[must_use]
pub fn nearest<'c>(sheet: &Sheet, among: &'c [EdpbCase]) -> Vec<Alike<'c>> {
    let mut found: Vec<Alike<'c>> =
        among.iter().map(|case| compared(sheet, case)).filter(|a| a.agreed > 0).collect();
    found.sort_by(Alike::order);
    found
}

fn compared<'c>(sheet: &Sheet, case: &'c EdpbCase) -> Alike<'c> {
    let (mut answers, mut agreed, mut of) = (Vec::new(), 0, 0);
    for (key, weight) in ASPECTS {
        let (here, there) = (marks(sheet, key), marks(&case.sheet, key));
        let agreement = match (here.is_empty(), there.is_empty()) {
            (true, true) => continue,
            (true, false) => Agreement::OpenHere,
            (false, true) => Agreement::OpenThere,
            (false, false) if here == there => Agreement::Agrees,
            (false, false) if here.is_disjoint(&there) => Agreement::Differs,
            (false, false) => Agreement::Partly,
        };
        agreed += shared(&here, &there) * weight;
        of += FINE * weight;
        answers.push(ComparedAnswer {
            key: key.to_owned(),
            label: catalogue().get(key).map_or_else(|| key.to_owned(), |d| d.label.clone()),
            weight,
            agreement,
            here: in_words(sheet, key),
            there: in_words(&case.sheet, key),
        });
    }
    Alike { case, answers, agreed, of }
}

/// What two sets share, of [`FINE`].
fn shared(here: &BTreeSet<String>, there: &BTreeSet<String>) -> u32 {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let (both, either) = (here.intersection(there).count(), here.union(there).count());
    (count(both).saturating_mul(FINE)).checked_div(count(either)).unwrap_or_default()
}

/// What an answer says, as marks to compare; none where nothing is known.
fn marks(sheet: &Sheet, key: &str) -> BTreeSet<String> {
    match sheet.value(key) {
        Some(Value::Choice(code)) => [code.clone()].into(),
        Some(Value::Choices(codes)) => codes.iter().cloned().collect(),
        Some(Value::Number(number)) => [size(*number).to_string()].into(),
        Some(Value::Range { low, high }) => (size(*low)..=size(*high)).map(|s| s.to_string()).collect(),
        _ => BTreeSet::new(),
    }
}

/// How many digits a number has: the order of its size.
fn size(number: u64) -> u32 {
    number.checked_ilog10().map_or(0, |log| log + 1)
}

/// Numbers and options only, so no zone matters.
fn in_words(sheet: &Sheet, key: &str) -> String {
    sheet.get(key).map(|fact| words::answer(fact, Language::En, Zone::UTC)).unwrap_or_default()
}
