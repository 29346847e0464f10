//! The languages that the built-in texts are written in, and what each says beside the templates: numbers and dates,
//! phrases for answers that are missing, headings, countries, and the catalogue's answers.
//!
//! The words are data, one file for each language (`language/fr.toml`); the English words of the catalogue stand in the
//! catalogue itself. No language may lack a phrase: a file without one is refused, and the tests go through the rest.

use crate::{choices, notice::template::NoticeKind};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

choices! {
    /// The languages that the built-in texts are written in.
    pub enum Language {
        En = "en" => "English",
        De = "de" => "Deutsch",
        Fr = "fr" => "Français",
        Es = "es" => "Español",
        It = "it" => "Italiano",
        Nl = "nl" => "Nederlands",
        Pl = "pl" => "Polski",
    }
}

impl Language {
    /// Every language, those of `first` before the others.
    #[must_use]
    pub fn beginning_with(first: &[Self]) -> Vec<Self> {
        let others = <Self as crate::text::Choice>::ALL.iter().filter(|language| !first.contains(language));
        first.iter().chain(others).copied().collect()
    }

    /// Its words.
    #[must_use]
    pub fn words(self) -> &'static Words {
        // The texts are part of the program and a test reads them, so empty words never come to pass.
        static ALL: LazyLock<BTreeMap<Language, Words>> = LazyLock::new(|| {
            let all = <Language as crate::text::Choice>::ALL.iter();
            all.map(|language| (*language, Words::parse(language.source()).unwrap_or_default())).collect()
        });
        static NONE: LazyLock<Words> = LazyLock::new(Words::default);
        ALL.get(&self).unwrap_or(&NONE)
    }

    const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("language/en.toml"),
            Self::De => include_str!("language/de.toml"),
            Self::Fr => include_str!("language/fr.toml"),
            Self::Es => include_str!("language/es.toml"),
            Self::It => include_str!("language/it.toml"),
            Self::Nl => include_str!("language/nl.toml"),
            Self::Pl => include_str!("language/pl.toml"),
        }
    }
}

/// The words of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub formats: Formats,
    pub phrases: Phrases,
    headings: BTreeMap<NoticeKind, BTreeMap<String, String>>,
    countries: BTreeMap<String, String>,
    #[serde(default)]
    nouns: BTreeMap<String, String>,
    #[serde(default)]
    options: BTreeMap<String, BTreeMap<String, String>>,
}

/// How numbers, dates and lists are written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formats {
    /// As they stand in a date.
    pub months: [String; 12],
    /// With `{day}`, `{month}` and `{year}`.
    pub date: String,
    /// The first of a month, where it is no plain 1.
    pub first_of_month: Option<String>,
    /// What a date within a sentence begins with, where that is part of the language: "le 9 juin".
    #[serde(default)]
    pub article: String,
    /// The article before the days whose names begin with a vowel: "l’8 giugno".
    #[serde(default)]
    pub elided_article: String,
    #[serde(default)]
    pub elided_on: Vec<u32>,
    /// With `{hh}` (two digits) or `{h}`, and `{mm}`.
    pub time: String,
    /// By itself, with `{date}`, `{time}` and `{offset}`.
    pub instant: String,
    /// The same within a sentence.
    pub instant_in_sentence: String,
    /// Between groups of three digits.
    pub thousands: String,
    /// How many digits a number has at least that is written in groups.
    pub group_from: usize,
    /// Between a name and what is said of it.
    pub colon: String,
    /// Before the last part of a list.
    pub and: String,
    /// The same before a part that begins with one of `and_otherwise_before`: "e Italia".
    pub and_otherwise: Option<String>,
    #[serde(default)]
    pub and_otherwise_before: Vec<String>,
}

/// Phrases for answers, and for answers that are missing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    pub yes: String,
    pub no: String,
    /// A number, `{}`, that is only an estimate.
    pub about: String,
    /// A date or time, `{}`, that is only an estimate.
    pub about_time: String,
    /// With `{low}` and `{high}`.
    pub range: String,
    /// Stands for an answer of any gender and number, as do the next two.
    pub not_yet_known: String,
    /// With `{day}`, as do all phrases that promise.
    pub not_yet_known_until: String,
    pub cannot_be_determined: String,
    /// What stands before contact details that are missing.
    pub contact_details: String,
    /// To an authority or a controller, with `{noun}` in the nominative.
    pub sentence_cannot_be_determined: String,
    pub sentence_not_yet_known: String,
    pub sentence_not_yet_known_until: String,
    /// To the people concerned.
    pub plain_never: String,
    pub plain_not_yet: String,
    pub plain_not_yet_until: String,
    /// Follows the template's word for "at", with the name as `{}` in the nominative.
    pub sender: String,
    /// The same without a name.
    pub sender_unknown: String,
}

impl Words {
    /// Reads the words of one language.
    ///
    /// # Errors
    /// The text is not TOML of this shape, or lacks a format or a phrase.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// What stands above a statement; empty for the subject line, the greeting and the closing.
    #[must_use]
    pub fn heading(&self, kind: NoticeKind, code: &str) -> &str {
        self.headings.get(&kind).and_then(|of| of.get(code)).map_or("", String::as_str)
    }

    /// The name of the country with this ISO 3166-1 alpha-2 code.
    #[must_use]
    pub fn country(&self, code: &str) -> Option<&str> {
        self.countries.get(code).map(String::as_str)
    }

    /// What the answer to this key is called within a sentence. The English nouns stand in the catalogue.
    #[must_use]
    pub fn noun(&self, key: &str) -> Option<&str> {
        self.nouns.get(key).map(String::as_str)
    }

    /// The option of this key and code. The English options stand in the catalogue.
    #[must_use]
    pub fn option(&self, key: &str, code: &str) -> Option<&str> {
        self.options.get(key).and_then(|of| of.get(code)).map(String::as_str)
    }
}

#[cfg(test)]
#[path = "language/tests.rs"]
mod tests;
