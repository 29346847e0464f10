//! What comes in: the answers of one form, or of one call.

use super::{Assessment, Considered, Enisa};
use crate::{
    assessment::{
        factors::RiskFactor,
        severity::{Adjustment, Circumstances, Context, Contexts, DataCategory, Grounds},
        suggestion::Suggestion,
    },
    choices,
    fact::record::read_number,
    refusal::{FieldError, Refusal},
    text::{Checks, Choice},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// Whether the ENISA level is part of an assessment.
    pub enum WithEnisa {
        With = "with" => "with the ENISA level",
        Without = "without" => "without it",
    }
}

choices! {
    /// Yes or no, where neither is the rule.
    pub enum YesNo {
        Yes = "yes" => "yes",
        No = "no" => "no",
    }
}

/// Records an assessment: a new version, the older ones stay. Something must be said: a factor, the ENISA level or the
/// note.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AssessRiskInput {
    /// The type of breach: `lower`, `neutral`, `higher`, or empty while it isn't considered.
    pub breach: String,
    pub breach_words: String,
    /// Nature, sensitivity and volume of the data: the same.
    pub data: String,
    pub data_words: String,
    /// Ease of identification: the same.
    pub identification: String,
    pub identification_words: String,
    /// Severity of the consequences: the same.
    pub consequences: String,
    pub consequences_words: String,
    /// Special characteristics of the people: the same.
    pub people: String,
    pub people_words: String,
    /// Special characteristics of the controller: the same.
    pub controller: String,
    pub controller_words: String,
    /// The number of people: the same.
    pub number: String,
    pub number_words: String,
    /// `with` or `without` the ENISA level. Without it, what is answered for it is left aside.
    pub enisa: String,
    /// Simple data: by how many whole steps the context moves the basic score (0 to 3), or empty where there are none.
    pub simple: String,
    /// Behavioural data: -1 to 2, or empty.
    pub behavioural: String,
    /// Financial data: -2 to 1, or empty.
    pub financial: String,
    /// Sensitive data: -3 to 0, or empty.
    pub sensitive: String,
    /// `negligible`, `limited`, `significant` or `maximum`.
    pub ei: String,
    /// `none`, `known_recipients` or `unknown_recipients`.
    pub confidentiality: String,
    /// `none`, `recoverable` or `not_recoverable`.
    pub integrity: String,
    /// `none`, `temporary` or `full`.
    pub availability: String,
    /// `yes` or `no`.
    pub malicious: String,
    /// How many people the data are about, as a whole number; an estimate where it isn't known.
    pub individuals: String,
    /// `yes` or `no`: whether nobody who holds the data can read them.
    pub unintelligible: String,
    /// What else belongs to it.
    pub note: String,
}

/// An assessment that can be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssessment {
    pub enisa: Option<Enisa>,
    pub factors: Vec<Considered>,
    pub note: String,
}

impl AssessRiskInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self) -> Result<NewAssessment, Refusal> {
        let mut c = Checks::new();
        let factors: Vec<Option<Considered>> =
            RiskFactor::ALL.iter().map(|factor| self.factor(*factor, &mut c)).collect();
        let enisa = match c.choice("enisa", &self.enisa) {
            Some(WithEnisa::With) => self.grounds(&mut c).map(|grounds| Some(Enisa::of(&grounds))),
            Some(WithEnisa::Without) => Some(None),
            None => None,
        };
        let note = c.optional_body("note", &self.note);
        let (Some(enisa), Some(note), true) = (enisa, note, c.is_clean()) else { return Err(c.refusal()) };
        let factors: Vec<Considered> = factors.into_iter().flatten().collect();
        if enisa.is_none() && factors.is_empty() && note.trim().is_empty() {
            let message =
                "Nothing is assessed yet. Consider a factor, reckon the ENISA level, or write a note.";
            return Err(Refusal::field("note", "required", message));
        }
        Ok(NewAssessment { enisa, factors, note })
    }

    /// View and words of a factor, as typed.
    #[must_use]
    pub fn of_factor(&self, factor: RiskFactor) -> (&str, &str) {
        match factor {
            RiskFactor::Breach => (&self.breach, &self.breach_words),
            RiskFactor::Data => (&self.data, &self.data_words),
            RiskFactor::Identification => (&self.identification, &self.identification_words),
            RiskFactor::Consequences => (&self.consequences, &self.consequences_words),
            RiskFactor::People => (&self.people, &self.people_words),
            RiskFactor::Controller => (&self.controller, &self.controller_words),
            RiskFactor::Number => (&self.number, &self.number_words),
        }
    }

    fn factor_mut(&mut self, factor: RiskFactor) -> (&mut String, &mut String) {
        match factor {
            RiskFactor::Breach => (&mut self.breach, &mut self.breach_words),
            RiskFactor::Data => (&mut self.data, &mut self.data_words),
            RiskFactor::Identification => (&mut self.identification, &mut self.identification_words),
            RiskFactor::Consequences => (&mut self.consequences, &mut self.consequences_words),
            RiskFactor::People => (&mut self.people, &mut self.people_words),
            RiskFactor::Controller => (&mut self.controller, &mut self.controller_words),
            RiskFactor::Number => (&mut self.number, &mut self.number_words),
        }
    }

    /// What is typed for a category of data.
    #[must_use]
    pub fn of_category(&self, category: DataCategory) -> &str {
        match category {
            DataCategory::Simple => &self.simple,
            DataCategory::Behavioural => &self.behavioural,
            DataCategory::Financial => &self.financial,
            DataCategory::Sensitive => &self.sensitive,
        }
    }

    fn field_mut(&mut self, field: &str) -> Option<&mut String> {
        Some(match field {
            "simple" => &mut self.simple,
            "behavioural" => &mut self.behavioural,
            "financial" => &mut self.financial,
            "sensitive" => &mut self.sensitive,
            "ei" => &mut self.ei,
            "confidentiality" => &mut self.confidentiality,
            "integrity" => &mut self.integrity,
            "availability" => &mut self.availability,
            "malicious" => &mut self.malicious,
            "individuals" => &mut self.individuals,
            "unintelligible" => &mut self.unintelligible,
            _ => return None,
        })
    }

    /// What a form begins with: the present assessment, so that a new version changes what has to be changed; and
    /// where the ENISA level wasn't reckoned before, what the facts suggest for it.
    #[must_use]
    pub fn begun(present: Option<&Assessment>, suggestions: &[Suggestion]) -> Self {
        let mut input = Self { enisa: WithEnisa::With.code().to_owned(), ..Self::default() };
        if let Some(present) = present {
            for considered in &present.factors {
                let (view, words) = input.factor_mut(considered.factor);
                *view = considered.view.map(Choice::code).unwrap_or_default().to_owned();
                words.clone_from(&considered.words);
            }
            input.note.clone_from(&present.note);
        }
        match present.map(|p| p.enisa.as_ref()) {
            Some(Some(enisa)) => input.repeat(enisa),
            other => {
                if other.is_some() {
                    WithEnisa::Without.code().clone_into(&mut input.enisa);
                }
                for suggestion in suggestions {
                    if let Some(field) = input.field_mut(suggestion.field) {
                        field.clone_from(&suggestion.value);
                    }
                }
            }
        }
        input
    }

    fn repeat(&mut self, enisa: &Enisa) {
        for category in &enisa.categories {
            if let Some(field) = self.field_mut(category.category.code()) {
                *field = category.adjust.to_string();
            }
        }
        enisa.ei.code().clone_into(&mut self.ei);
        enisa.confidentiality.code().clone_into(&mut self.confidentiality);
        enisa.integrity.code().clone_into(&mut self.integrity);
        enisa.availability.code().clone_into(&mut self.availability);
        enisa.malicious.code().clone_into(&mut self.malicious);
        self.individuals = enisa.individuals.to_string();
        let unintelligible = if enisa.unintelligible { YesNo::Yes } else { YesNo::No };
        unintelligible.code().clone_into(&mut self.unintelligible);
    }

    /// None where nothing is said, or where it can't be taken.
    fn factor(&self, factor: RiskFactor, c: &mut Checks) -> Option<Considered> {
        let (view, words) = self.of_factor(factor);
        let view = c.optional_choice(factor.code(), view);
        let words = c.optional_reason(&format!("{}_words", factor.code()), words);
        let (view, words) = (view?, words?);
        (view.is_some() || !words.is_empty()).then_some(Considered { factor, view, words })
    }

    fn grounds(&self, c: &mut Checks) -> Option<Grounds> {
        let mut contexts = Vec::new();
        let mut readable = true;
        for category in DataCategory::ALL.iter().copied() {
            match context(category, self.of_category(category), c) {
                Ok(context) => contexts.extend(context),
                Err(()) => readable = false,
            }
        }
        if readable && contexts.is_empty() {
            let message = "Choose at least one category of data.";
            c.push(FieldError::new(DataCategory::Simple.code(), "required", message));
        }
        let contexts = Contexts::new(contexts).filter(|_| readable);
        let ei = c.choice("ei", &self.ei);
        let confidentiality = c.choice("confidentiality", &self.confidentiality);
        let integrity = c.choice("integrity", &self.integrity);
        let availability = c.choice("availability", &self.availability);
        let malicious = c.choice("malicious", &self.malicious);
        let individuals = individuals(&self.individuals, c);
        let unintelligible: Option<YesNo> = c.choice("unintelligible", &self.unintelligible);
        Some(Grounds {
            contexts: contexts?,
            ei: ei?,
            circumstances: Circumstances {
                confidentiality: confidentiality?,
                integrity: integrity?,
                availability: availability?,
                malicious: malicious?,
            },
            individuals: individuals?,
            unintelligible: unintelligible? == YesNo::Yes,
        })
    }
}

/// The data of one category; none where there are none of it.
fn context(category: DataCategory, raw: &str, c: &mut Checks) -> Result<Option<Context>, ()> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Ok(None);
    }
    let given = raw.parse::<i64>().ok().and_then(|adjust| Context::new(category, adjust));
    if given.is_none() {
        let range = category.adjustments();
        let (least, most) = (Adjustment(*range.start()), Adjustment(*range.end()));
        let message =
            format!("The score of {category} can be adjusted by whole steps from {least} to {most}.");
        c.push(FieldError::new(category.code(), "out_of_range", message));
        return Err(());
    }
    Ok(given)
}

fn individuals(raw: &str, c: &mut Checks) -> Option<u64> {
    let (code, message) = if raw.trim().is_empty() {
        let message = "Give the number of people, or your best estimate while it isn't known.";
        ("required", message.to_owned())
    } else {
        match read_number(raw) {
            Ok(number) => return Some(number),
            Err(wrong) => wrong,
        }
    };
    c.push(FieldError::new("individuals", code, message));
    None
}
