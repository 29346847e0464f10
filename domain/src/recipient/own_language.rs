//! People who ask for another language than that of the notice whose list they are on.

use super::Person;
use crate::{
    id::NoticeId,
    language::Language,
    refusal::{FieldError, Refusal},
    text::{Checks, Choice},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many people ask for a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "RecipientsByLanguage")]
pub struct Asking {
    pub language: Language,
    pub people: u64,
}

/// A version that was given up before anybody got it, and who is on its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenUp {
    pub notice: NoticeId,
    pub language: Language,
    pub people: u64,
}

/// How many ask for which language, in the order of the languages. Who asks for none isn't counted.
#[must_use]
pub fn asked(people: &[Person]) -> Vec<Asking> {
    let of = |language: Language| people.iter().filter(|p| p.language == Some(language)).count() as u64;
    let all = Language::ALL.iter().map(|language| Asking { language: *language, people: of(*language) });
    all.filter(|asking| asking.people > 0).collect()
}

/// Those who stay on a list and those who ask for `language`, both in its order.
#[must_use]
pub fn parted(people: Vec<Person>, language: Language) -> (Vec<Person>, Vec<Person>) {
    people.into_iter().partition(|person| person.language != Some(language))
}

/// Begins a version of a communication for the people of its list who ask for another language.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnLanguageInput {
    /// The language that they ask for, and not that of the communication.
    #[serde(default)]
    pub language: String,
}

impl OwnLanguageInput {
    /// The language; `written` is that of the communication.
    ///
    /// # Errors
    /// No language of the built-in texts, or that of the communication.
    pub fn parse(&self, written: Language) -> Result<Language, Refusal> {
        let mut checks = Checks::new();
        let language: Option<Language> = checks.choice("language", &self.language);
        if language == Some(written) {
            let message =
                "The communication is written in this language. Choose one that people of its list ask for.";
            checks.push(FieldError::new("language", "the_same", message));
        }
        language.filter(|_| checks.is_clean()).ok_or_else(|| checks.refusal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_counted_and_parted_by_what_they_ask_for() {
        let of = |name: &str, language| Person { language, ..Person::at(format!("{name}@people.test")) };
        let people = vec![
            of("ada", Some(Language::Pl)),
            of("bo", None),
            of("cy", Some(Language::Fr)),
            of("di", Some(Language::Pl)),
        ];
        let counts: Vec<_> = asked(&people).iter().map(|asking| (asking.language, asking.people)).collect();
        assert_eq!(counts, [(Language::Fr, 1), (Language::Pl, 2)]);
        let (stay, go) = parted(people, Language::Pl);
        assert_eq!(
            stay.iter().map(|p| p.email.as_str()).collect::<Vec<_>>(),
            ["bo@people.test", "cy@people.test"]
        );
        assert_eq!(go.len(), 2);
        let input = |language: &str| OwnLanguageInput { language: language.to_owned() };
        assert_eq!(input("pl").parse(Language::De).unwrap(), Language::Pl);
        assert!(input("de").parse(Language::De).is_err());
        assert!(input("sv").parse(Language::De).is_err());
    }
}
