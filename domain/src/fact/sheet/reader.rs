//! Reading with a memory: a text that is written through a [`Reader`] knows what it rests on.

use super::{Sheet, words};
use crate::{
    fact::{Certainty, Fact, Value},
    id::FactId,
    moment::Zone,
    notice::{Read, template::Language},
};
use chrono::{DateTime, NaiveDate, Utc};
use std::{cell::RefCell, collections::BTreeMap};

/// The keys among `reads` whose answer on `sheet` is no longer the one that was read, in the order of `reads`.
#[must_use]
pub fn changed(reads: &[Read], sheet: &Sheet) -> Vec<String> {
    let stale = reads.iter().filter(|read| sheet.get(&read.key).map(|fact| fact.id) != read.fact);
    stale.map(|read| read.key.clone()).collect()
}

/// Reads a sheet and remembers which answers were looked at, whatever was found there.
#[derive(Debug)]
pub struct Reader<'s> {
    sheet: &'s Sheet,
    language: Language,
    zone: Zone,
    reads: RefCell<BTreeMap<String, Option<FactId>>>,
}

impl<'s> Reader<'s> {
    /// Times are shown in `zone`, words in `language`.
    #[must_use]
    pub fn new(sheet: &'s Sheet, language: Language, zone: Zone) -> Self {
        Self { sheet, language, zone, reads: RefCell::default() }
    }

    /// What was read so far, by key.
    #[must_use]
    pub fn reads(&self) -> Vec<Read> {
        let reads = self.reads.borrow();
        reads.iter().map(|(key, fact)| Read { key: key.clone(), fact: *fact }).collect()
    }

    /// The language of the words.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The zone of the times.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The answer.
    pub fn get(&self, key: &str) -> Option<&'s Fact> {
        let fact = self.sheet.get(key);
        self.reads.borrow_mut().insert(key.to_owned(), fact.map(|f| f.id));
        fact
    }

    /// The value, where there is one.
    pub fn value(&self, key: &str) -> Option<&'s Value> {
        self.get(key).and_then(|fact| fact.value.as_ref())
    }

    /// The answer in words; "not yet known" and "cannot be determined" are answers too.
    pub fn display(&self, key: &str) -> Option<String> {
        self.get(key).map(|fact| words::answer(fact, self.language, self.zone))
    }

    /// The answer in words, or the words for an answer that nobody has given yet.
    pub fn say(&self, key: &str) -> String {
        self.display(key).unwrap_or_else(|| words::not_yet_known(None, self.language))
    }

    /// The answer in words if it has a value.
    pub fn known(&self, key: &str) -> Option<String> {
        self.get(key)
            .filter(|fact| fact.value.is_some())
            .map(|fact| words::answer(fact, self.language, self.zone))
    }

    /// Whether the answer is this option, or has it among others.
    pub fn has(&self, key: &str, option: &str) -> bool {
        match self.value(key) {
            Some(Value::Choice(code)) => code == option,
            Some(Value::Choices(codes) | Value::Countries(codes)) => codes.iter().any(|code| code == option),
            _ => false,
        }
    }

    /// Whether the answer is yes.
    pub fn is_true(&self, key: &str) -> bool {
        matches!(self.value(key), Some(Value::Bool(true)))
    }

    /// Whether the answer is no.
    pub fn is_false(&self, key: &str) -> bool {
        matches!(self.value(key), Some(Value::Bool(false)))
    }

    /// Whether nothing is known: no answer, "not yet known", or "cannot be determined".
    pub fn is_unknown(&self, key: &str) -> bool {
        self.value(key).is_none()
    }

    /// Whether the certainty is "cannot be determined".
    pub fn cannot_be_determined(&self, key: &str) -> bool {
        self.get(key).is_some_and(|fact| fact.certainty == Certainty::CannotBeDetermined)
    }

    /// The chosen options in words, one each; empty where there is no value.
    pub fn each(&self, key: &str) -> Vec<String> {
        self.get(key).map(|fact| words::each(fact, self.language)).unwrap_or_default()
    }

    /// The chosen options in words, as [`Self::each`] gives them, without the option of this code.
    pub fn each_but(&self, key: &str, code: &str) -> Vec<String> {
        match self.get(key).and_then(|fact| Some((fact, fact.value.as_ref()?))) {
            Some((fact, Value::Choices(codes))) => {
                let kept = codes.iter().filter(|c| *c != code).cloned().collect();
                words::each(&Fact { value: Some(Value::Choices(kept)), ..fact.clone() }, self.language)
            }
            _ => self.each(key),
        }
    }

    /// The instant, where the answer is one.
    pub fn instant(&self, key: &str) -> Option<DateTime<Utc>> {
        match self.value(key) {
            Some(Value::Instant(at)) => Some(*at),
            _ => None,
        }
    }

    /// The day of the answer, where it is a time or a date; of a time, the day in the reader's zone.
    pub fn day(&self, key: &str) -> Option<NaiveDate> {
        match self.value(key) {
            Some(Value::Instant(at)) => Some(at.with_timezone(&self.zone).date_naive()),
            Some(Value::Date(day)) => Some(*day),
            _ => None,
        }
    }

    /// The keys whose answers were recorded since the last filing.
    pub fn changes(&self) -> Vec<String> {
        let Some(Value::Text(changes)) = self.value("notif.changes") else { return Vec::new() };
        changes.lines().map(str::to_owned).collect()
    }

    /// What the notification still owes, with the day each answer is promised for.
    pub fn owed(&self) -> Vec<(String, Option<NaiveDate>)> {
        let Some(Value::Text(owed)) = self.value("notif.owed") else { return Vec::new() };
        let line = |line: &str| match line.split_once(' ') {
            Some((key, day)) => (key.to_owned(), day.parse().ok()),
            None => (line.to_owned(), None),
        };
        owed.lines().map(line).collect()
    }
}
