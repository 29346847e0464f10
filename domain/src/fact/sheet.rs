//! The sheet: the answers of one incident as they stand, and who read which of them.
//!
//! The incident's own answers lie over those of the organisation's profile, and over both lies what
//! the ledger, the clock and the deliveries know by themselves.

mod completeness;
mod contradictions;
mod reader;
pub mod words;

pub use completeness::{Completeness, Tally, completeness, completeness_of};
pub use contradictions::{Contradiction, contradictions, counted_by_country};
pub use reader::{Reader, changed};

use crate::{
    choices,
    fact::{
        About, Certainty, Fact, Value,
        catalogue::{Definition, catalogue},
        condition::{Condition, Tristate},
    },
    id::{AccountId, FactId},
    moment::Zone,
    notice::template::{Language, NoticeKind, missing},
    party::in_case::{CONTROLLER_KEYS, SHARED_KEYS},
};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

choices! {
    /// Where an answer on the sheet comes from.
    pub enum Source {
        Organisation = "organisation" => "from the organisation's profile",
        Incident = "incident" => "recorded in this incident",
        Derived = "derived" => "known from what is recorded elsewhere",
    }
}

/// The present answers of one incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    answers: BTreeMap<String, (Source, Fact)>,
}

/// An answer that follows from something recorded elsewhere. `at` and `by` are those of that record.
///
/// Its id is made from the key and the answer, so that it changes when, and only when, the answer does.
#[must_use]
pub fn derived(
    key: &str,
    certainty: Certainty,
    value: Option<Value>,
    at: DateTime<Utc>,
    by: AccountId,
) -> Fact {
    // Serialising these types cannot fail; an empty text would only make two ids alike.
    let content = serde_json::to_string(&(key, certainty, &value)).unwrap_or_default();
    let digest: [u8; 32] = Sha256::digest(content.as_bytes()).into();
    let bits = digest.first_chunk::<16>().copied().unwrap_or_default();
    Fact {
        id: FactId::from_bits(bits),
        key: key.to_owned(),
        about: About::Incident,
        version: 1,
        certainty,
        value,
        promised_on: None,
        holds_from: None,
        recorded_at: at,
        recorded_by: by,
        reason: String::new(),
        ground: None,
    }
}

impl Sheet {
    /// Lays the answers over each other. Of several versions of a key the latest counts; answers about a single
    /// country, controller or submission are not part of the incident's sheet.
    ///
    /// What follows from the answers themselves is added: how exactly people and records are counted
    /// (`people.count_mode`, `data.records_mode`), and what the notification still owes (`notif.owed`, and with it
    /// `notif.subtype` where the caller does not know better).
    #[must_use]
    pub fn new(
        organisation: impl IntoIterator<Item = Fact>,
        incident: impl IntoIterator<Item = Fact>,
        derived_elsewhere: impl IntoIterator<Item = Fact>,
    ) -> Self {
        let mut sheet = Self::default();
        sheet.lay(Source::Organisation, organisation);
        sheet.lay(Source::Incident, incident);
        sheet.lay(Source::Derived, derived_elsewhere);
        sheet.add_count_modes();
        sheet.add_owed();
        sheet
    }

    /// What a notice to one controller is written from (Art. 33(2)): the profile, which is ours as the processor; what
    /// every controller is told alike; and over that the answers about this controller, by the id of the party of the
    /// case. Nothing else of the case is in it, so that nothing about another controller can be.
    #[must_use]
    pub fn for_controller(
        organisation: impl IntoIterator<Item = Fact>,
        incident: impl IntoIterator<Item = Fact>,
        controller: &str,
        derived_elsewhere: impl IntoIterator<Item = Fact>,
    ) -> Self {
        let about = About::Controller(controller.to_owned());
        let mut sheet = Self::default();
        sheet.lay(Source::Organisation, organisation);
        for fact in incident {
            let key = fact.key.as_str();
            let its_own = fact.about == about && CONTROLLER_KEYS.contains(&key);
            let shared = fact.about == About::Incident && SHARED_KEYS.contains(&key);
            if its_own || shared {
                sheet.lay_one(Source::Incident, fact);
            }
        }
        sheet.lay(Source::Derived, derived_elsewhere);
        sheet.add_count_modes();
        sheet
    }

    /// How exactly something is counted is nothing but the certainty of its number.
    fn add_count_modes(&mut self) {
        for (number, mode) in [("people.count", "people.count_mode"), ("data.records", "data.records_mode")] {
            if let Some(fact) = self.get(number) {
                let code = match fact.certainty {
                    Certainty::Exact => "exact",
                    Certainty::Approximate | Certainty::Range => "approximate",
                    Certainty::NotYetKnown => "tbd",
                    Certainty::CannotBeDetermined => "cannot_determine",
                };
                let value = Some(Value::Choice(code.to_owned()));
                let mode = derived(mode, Certainty::Exact, value, fact.recorded_at, fact.recorded_by);
                self.lay(Source::Derived, [mode]);
            }
        }
    }

    /// Kept as an answer of its own so that the statement about it rests on what is owed and not on every fact of the
    /// notification. Nothing is owed as long as nothing at all is recorded.
    fn add_owed(&mut self) {
        let Some(last) = self.answers.values().map(|(_, fact)| fact).max_by_key(|fact| fact.recorded_at)
        else {
            return;
        };
        let (at, by) = (last.recorded_at, last.recorded_by);
        let owed: Vec<String> = missing(NoticeKind::AuthorityNotification, self)
            .into_iter()
            .map(|key| match self.get(key).and_then(|fact| fact.promised_on) {
                Some(day) => format!("{key} {day}"),
                None => key.to_owned(),
            })
            .collect();
        if self.get("notif.subtype").is_none() {
            let code = if owed.is_empty() { "complete" } else { "incomplete" };
            let value = Some(Value::Choice(code.to_owned()));
            self.lay(Source::Derived, [derived("notif.subtype", Certainty::Exact, value, at, by)]);
        }
        let value = Some(Value::Text(owed.join("\n")));
        self.lay(Source::Derived, [derived("notif.owed", Certainty::Exact, value, at, by)]);
    }

    fn lay(&mut self, source: Source, facts: impl IntoIterator<Item = Fact>) {
        let about = if source == Source::Organisation { About::Organisation } else { About::Incident };
        for fact in facts.into_iter().filter(|f| f.about == about) {
            self.lay_one(source, fact);
        }
    }

    /// Over what lies there, unless that is a later version from the same source.
    fn lay_one(&mut self, source: Source, fact: Fact) {
        let older =
            self.answers.get(&fact.key).is_some_and(|(s, f)| *s == source && f.version > fact.version);
        if !older {
            self.answers.insert(fact.key.clone(), (source, fact));
        }
    }

    /// The present answer.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.answers.get(key).map(|(_, fact)| fact)
    }

    /// Where the present answer comes from.
    #[must_use]
    pub fn source(&self, key: &str) -> Option<Source> {
        self.answers.get(key).map(|(source, _)| *source)
    }

    /// The present value: none where there is no answer, or one without a value.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.get(key).and_then(|fact| fact.value.as_ref())
    }

    /// The present answer in words, or none where nobody has answered. Times are those of `zone`.
    #[must_use]
    pub fn display(&self, key: &str, language: Language, zone: Zone) -> Option<String> {
        self.get(key).map(|fact| words::answer(fact, language, zone))
    }

    /// Every answer, by key.
    pub fn answers(&self) -> impl Iterator<Item = (Source, &Fact)> {
        self.answers.values().map(|(source, fact)| (*source, fact))
    }

    /// Whether `condition` holds with the present answers.
    #[must_use]
    pub fn holds(&self, condition: &Condition) -> Tristate {
        condition.holds(&|key: &str| self.value(key))
    }

    /// Whether the question is asked with the present answers. A condition that is still open hides it.
    #[must_use]
    pub fn asks(&self, definition: &Definition) -> bool {
        definition.visible_if.as_ref().is_none_or(|condition| self.holds(condition) == Tristate::Yes)
    }

    /// Whether the key has an answer that is more than "not yet known".
    #[must_use]
    pub fn is_answered(&self, key: &str) -> bool {
        self.get(key).is_some_and(|fact| fact.certainty != Certainty::NotYetKnown)
    }

    /// Whether an answer is owed: the question is asked, and there is none yet.
    #[must_use]
    pub fn owes(&self, key: &str) -> bool {
        !self.is_answered(key) && catalogue().get(key).is_some_and(|definition| self.asks(definition))
    }
}

#[cfg(test)]
#[path = "sheet/tests.rs"]
mod tests;
