//! The catalogue: which facts there are, how each is asked, and where the law asks for it.
//!
//! The entries are data (`catalogue.toml`): a new version of the authorities' template is a change
//! of that file. Asked once, used everywhere: playbooks, forms and notices name the same keys.

pub mod country;

use crate::{
    choices,
    fact::{
        Value,
        condition::{Condition, Labels},
    },
    notice::template::{Language, NoticeKind},
};
use serde::{Deserialize, de::Error as _};
use std::{collections::BTreeMap, sync::LazyLock};

choices! {
    /// The kind of value that an answer has, and so the control it is typed into.
    pub enum Kind {
        Line = "line" => "one line",
        Text = "text" => "text",
        /// Several lines: name, function, addresses, telephone numbers.
        Contact = "contact" => "contact details",
        Number = "number" => "number",
        Bool = "bool" => "yes or no",
        Choice = "choice" => "one of several",
        Choices = "choices" => "several of several",
        Instant = "instant" => "date and time",
        Date = "date" => "date",
        Countries = "countries" => "countries",
        /// Numbers of people by country.
        Counts = "counts" => "numbers by country",
    }
}

choices! {
    /// What the answers to a key are about.
    pub enum Scope {
        /// The organisation's profile answers it beforehand; an incident may answer differently.
        Organisation = "organisation" => "organisation",
        Incident = "incident" => "incident",
        Country = "country" => "country",
        Controller = "controller" => "controller",
        /// One filing with one authority.
        Submission = "submission" => "submission",
    }
}

choices! {
    /// Whether an authority expects an answer.
    pub enum Required {
        Always = "always" => "always",
        /// Whenever its condition makes it visible.
        Conditional = "conditional" => "when it applies",
        Optional = "optional" => "optional",
    }
}

/// One of the answers to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opt {
    /// As stored; never changes.
    pub code: String,
    /// In lower case, so that it can stand within a sentence. Other languages have it in [`crate::language`].
    pub en: String,
}

/// One entry of the catalogue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Never changes: `people.count`.
    pub key: String,
    /// The code of its [`Section`].
    pub section: String,
    pub label: String,
    /// One sentence that says what is asked.
    pub help: String,
    pub kind: Kind,
    pub scope: Scope,
    pub required: Required,
    /// The ledger, the clock or the deliveries know it: read-only.
    #[serde(default)]
    pub derived: bool,
    /// Where the GDPR asks for it, or empty.
    #[serde(default)]
    pub article: String,
    /// The row of the template in [`Catalogue::template`].
    pub edpb_row: Option<u16>,
    /// Whether a known slip of the template in this row is corrected here.
    #[serde(default)]
    pub corrected: bool,
    /// The authorities whose forms ask it, as explained at the head of `catalogue.toml`.
    #[serde(default)]
    pub asked_by: String,
    /// The answer is asked only while this holds.
    pub visible_if: Option<Condition>,
    /// The notices whose contents by law need it.
    #[serde(default)]
    pub needed_for: Vec<NoticeKind>,
    /// What the answer is called within a sentence: "the number of data subjects". Other languages have it in
    /// [`crate::language`].
    noun: String,
    /// The template's code for an answer that is not yet known.
    pub when_not_yet_known: Option<String>,
    /// The template's code for an answer that cannot be determined.
    pub when_undeterminable: Option<String>,
    #[serde(default)]
    pub options: Vec<Opt>,
}

impl Definition {
    /// Whose forms ask it, and whether that was seen in the form itself.
    pub fn forms(&self) -> impl Iterator<Item = (&'static str, bool)> {
        self.asked_by.chars().filter_map(|letter| {
            let name = match letter.to_ascii_uppercase() {
                'E' => "EDPB template",
                'I' => "United Kingdom",
                'C' => "France",
                'D' => "Ireland",
                'A' => "Spain",
                'G' => "German Länder",
                'N' => "Netherlands",
                'T' => "Italy",
                _ => return None,
            };
            Some((name, letter.is_ascii_uppercase()))
        })
    }

    /// The option with this code.
    #[must_use]
    pub fn option(&self, code: &str) -> Option<&Opt> {
        self.options.iter().find(|o| o.code == code)
    }

    /// The words of the option with this code.
    #[must_use]
    pub fn option_in(&self, code: &str, language: Language) -> Option<&str> {
        let option = self.option(code)?;
        Some(language.words().option(&self.key, code).unwrap_or(&option.en))
    }

    /// What the answer is called within a sentence.
    #[must_use]
    pub fn noun(&self, language: Language) -> &str {
        language.words().noun(&self.key).unwrap_or(&self.noun)
    }

    /// Whether an answer may be a guess: "about 4,800", "about noon".
    #[must_use]
    pub fn may_be_approximate(&self) -> bool {
        matches!(self.kind, Kind::Number | Kind::Instant | Kind::Date | Kind::Counts)
    }

    /// Whether `value` is of this entry's kind.
    #[must_use]
    pub fn takes(&self, value: &Value) -> bool {
        matches!(
            (self.kind, value),
            (Kind::Line | Kind::Text | Kind::Contact, Value::Text(_))
                | (Kind::Number, Value::Number(_) | Value::Range { .. })
                | (Kind::Bool, Value::Bool(_))
                | (Kind::Choice, Value::Choice(_))
                | (Kind::Choices, Value::Choices(_))
                | (Kind::Instant, Value::Instant(_))
                | (Kind::Date, Value::Date(_))
                | (Kind::Countries, Value::Countries(_))
                | (Kind::Counts, Value::Counts(_))
        )
    }
}

/// A group of entries under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub code: String,
    pub label: String,
    /// Who usually knows, in words.
    pub answered_by: String,
}

/// All entries, in the order in which they are asked.
#[derive(Debug, Default)]
pub struct Catalogue {
    template: String,
    sections: Vec<Section>,
    entries: Vec<Definition>,
    places: BTreeMap<String, usize>,
}

/// The catalogue that ships with the program.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    // The text is part of the program and a test reads it, so the empty catalogue never comes to pass.
    static CATALOGUE: LazyLock<Catalogue> =
        LazyLock::new(|| Catalogue::parse(include_str!("catalogue.toml")).unwrap_or_default());
    &CATALOGUE
}

impl Catalogue {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// The text is not TOML of this shape, or names a section that is not there.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            template: String,
            section: Vec<Section>,
            fact: Vec<Definition>,
        }
        let File { template, section: sections, fact: entries } = toml::from_str(text)?;
        if let Some(stray) = entries.iter().find(|e| sections.iter().all(|s| s.code != e.section)) {
            return Err(toml::de::Error::custom(format!("{}: no section {}", stray.key, stray.section)));
        }
        let places = entries.iter().enumerate().map(|(place, entry)| (entry.key.clone(), place)).collect();
        Ok(Self { template, sections, entries, places })
    }

    /// The version of the authorities' template that the row numbers belong to.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The entry of this key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Definition> {
        self.places.get(key).and_then(|place| self.entries.get(*place))
    }

    /// Every entry, in order.
    #[must_use]
    pub fn entries(&self) -> &[Definition] {
        &self.entries
    }

    /// Every section, in order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The entries of one section, in order.
    pub fn in_section<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Definition> {
        self.entries.iter().filter(move |e| e.section == section)
    }
}

/// Conditions are told in the catalogue's own words.
impl Labels for Catalogue {
    fn fact(&self, key: &str) -> String {
        self.get(key).map_or_else(|| key.to_owned(), |entry| entry.noun(Language::En).to_owned())
    }

    fn option(&self, key: &str, code: &str) -> String {
        let option = self.get(key).and_then(|entry| entry.option(code));
        option.map_or_else(|| code.to_owned(), |option| option.en.clone())
    }
}

#[cfg(test)]
#[path = "catalogue/tests.rs"]
mod tests;
