//! People put together, each once.

use super::{FIELDS_MAX, Person};
use crate::{
    delivery::{LIST_MAX, RecipientList},
    refusal::Refusal,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// What became of the rows of a file. All but empty rows are counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RowCounts")]
pub struct Counts {
    /// New on the list.
    pub taken: u64,
    /// Took the place of the same person on the list.
    pub replaced: u64,
    /// The same person as an earlier row of the file.
    pub merged: u64,
    /// Not taken, each with what is wrong.
    pub wrong: u64,
}

/// A list to which rows are added. Who was on it before keeps their place.
#[derive(Debug, Default)]
pub struct Gathering {
    people: Vec<Option<Person>>,
    by_key: HashMap<String, usize>,
    /// So many were there before the file; of those, which the file has said anew.
    before: usize,
    renewed: BTreeSet<usize>,
    counts: Counts,
}

impl Gathering {
    /// Begins with those who are on the list.
    #[must_use]
    pub fn of(people: Vec<Person>) -> Self {
        let mut gathering = Self { before: people.len(), ..Self::default() };
        for person in people {
            let place = gathering.people.len();
            for key in person.keys() {
                gathering.by_key.entry(key).or_insert(place);
            }
            gathering.people.push(Some(person));
        }
        gathering
    }

    /// Adds a row. The same address or reference is the same person: who was on the list before is replaced; of two
    /// rows of one file the first counts, and what it lacks is taken from the second.
    pub fn add(&mut self, person: Person) {
        let keys = person.keys();
        let mut places: Vec<usize> = keys.iter().filter_map(|key| self.by_key.get(key).copied()).collect();
        places.sort_unstable();
        places.dedup();
        let Some((place, others)) = places.split_first() else {
            self.counts.taken += 1;
            self.put(self.people.len(), person, keys);
            return;
        };
        // The row says that two entries are one person.
        for other in others {
            if let Some(gone) = self.people.get_mut(*other).and_then(Option::take) {
                self.forget(&gone, *other);
            }
        }
        let old = self.people.get_mut(*place).and_then(Option::take);
        let is_first = *place < self.before && self.renewed.insert(*place);
        if let Some(old) = &old {
            self.forget(old, *place);
        }
        let person = match old {
            Some(old) if !is_first => completed(old, person),
            _ => person,
        };
        if is_first {
            self.counts.replaced += 1
        } else {
            self.counts.merged += 1
        }
        let keys = person.keys();
        self.put(*place, person, keys);
    }

    /// Counts a row that can't be taken.
    pub fn wrong(&mut self) {
        self.counts.wrong += 1;
    }

    fn put(&mut self, place: usize, person: Person, keys: Vec<String>) {
        for key in keys {
            self.by_key.insert(key, place);
        }
        match self.people.get_mut(place) {
            Some(here) => *here = Some(person),
            None => self.people.push(Some(person)),
        }
    }

    fn forget(&mut self, person: &Person, place: usize) {
        for key in person.keys() {
            if self.by_key.get(&key) == Some(&place) {
                self.by_key.remove(&key);
            }
        }
    }

    /// The list, in its order, and what became of the rows.
    ///
    /// # Errors
    /// More people than a list takes.
    pub fn finish(self) -> Result<(Vec<Person>, Counts), Refusal> {
        let people: Vec<Person> = self.people.into_iter().flatten().collect();
        if people.len() as u64 > LIST_MAX {
            let message = format!(
                "With these rows the list would have {} people; it has at most {LIST_MAX}. Draft a second communication for the others.",
                people.len()
            );
            return Err(Refusal::state("list_too_long", message));
        }
        Ok((people, self.counts))
    }
}

/// `first`, with what only `second` says.
fn completed(first: Person, second: Person) -> Person {
    let or = |a: String, b: String| if a.is_empty() { b } else { a };
    let mut fields = first.fields;
    for (name, value) in second.fields {
        if fields.len() < FIELDS_MAX {
            fields.entry(name).or_insert(value);
        }
    }
    Person {
        email: or(first.email, second.email),
        name: or(first.name, second.name),
        reference: or(first.reference, second.reference),
        language: first.language.or(second.language),
        channel: first.channel,
        postal: if first.postal.is_empty() { second.postal } else { first.postal },
        telephone: or(first.telephone, second.telephone),
        fields,
    }
}

/// How many there are and the digest over them, in their order.
#[must_use]
pub fn digest(people: &[Person]) -> RecipientList {
    people.iter().fold(RecipientList::default(), |list, person| list.and(&person.line()))
}
