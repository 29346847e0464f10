//! How much of what the authorities ask is answered.

use super::Sheet;
use crate::fact::catalogue::{Definition, Required, Scope, catalogue};

/// So many answered, out of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub answered: usize,
    pub total: usize,
}

/// What is answered and what is owed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completeness {
    /// Of the questions that are always asked.
    pub always: Tally,
    /// Of the questions that the present answers bring up.
    pub conditional: Tally,
    /// Asked and without any answer, in the order of the catalogue.
    pub missing: Vec<String>,
    /// Answered with "not yet known" and a promised day. Only an incomplete notification may hold these.
    pub promised: Vec<String>,
}

impl Completeness {
    /// Whether nothing is owed, so that a complete notification can be filed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.promised.is_empty()
    }

    /// Whether an incomplete notification can be filed: what isn't answered is at least promised for a day (Art. 33(4)).
    #[must_use]
    pub fn is_honest(&self) -> bool {
        self.missing.is_empty()
    }
}

/// How complete the incident is. Questions about a single filing are the filing's own, those about a controller its own.
#[must_use]
pub fn completeness(sheet: &Sheet) -> Completeness {
    completeness_of(sheet, catalogue().entries())
}

fn of_the_case(entry: &Definition) -> bool {
    !matches!(entry.scope, Scope::Submission | Scope::Controller)
}

/// How complete the incident is in some entries, such as those of one section.
#[must_use]
pub fn completeness_of<'d>(sheet: &Sheet, entries: impl IntoIterator<Item = &'d Definition>) -> Completeness {
    let mut completeness = Completeness::default();
    for entry in entries.into_iter().filter(|e| of_the_case(e) && sheet.asks(e)) {
        let tally = match entry.required {
            Required::Always => &mut completeness.always,
            Required::Conditional => &mut completeness.conditional,
            Required::Optional => continue,
        };
        tally.total += 1;
        if sheet.is_answered(&entry.key) {
            tally.answered += 1;
        } else if sheet.get(&entry.key).is_some() {
            completeness.promised.push(entry.key.clone());
        } else {
            completeness.missing.push(entry.key.clone());
        }
    }
    completeness
}
