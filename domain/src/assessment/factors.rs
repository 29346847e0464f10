//! The risk factors of the EDPB, each with what it means and which facts speak to it.
//!
//! Source: EDPB, Guidelines 9/2022 on personal data breach notification under GDPR, version 2.0, part IV, section B (from
//! paragraph 103 on). The explanations are ours. A factor is considered by a person: nothing here adds them up.

use super::severity::{Explained, Explanation};
use crate::{
    choices,
    fact::{Value, catalogue::catalogue, sheet::Sheet},
};
use schemars::JsonSchema;
use serde::Serialize;

choices! {
    /// What to consider, in the order of the guidelines.
    pub enum RiskFactor {
        Breach = "breach" => "The type of breach",
        Data = "data" => "Nature, sensitivity and volume of the data",
        Identification = "identification" => "Ease of identification",
        Consequences = "consequences" => "Severity of the consequences",
        People = "people" => "Special characteristics of the people",
        Controller = "controller" => "Special characteristics of the controller",
        Number = "number" => "The number of people",
    }
}

choices! {
    /// What somebody made of a factor.
    pub enum RiskView {
        Lower = "lower" => "lowers the risk",
        Neutral = "neutral" => "neither lowers nor raises it",
        Higher = "higher" => "raises the risk",
    }
}

impl RiskFactor {
    /// The guidelines' place for all of them.
    pub const SOURCE: &'static str = "EDPB Guidelines 9/2022, part IV.B";

    /// The facts that speak to it.
    #[must_use]
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Breach => &[
                "nature.cia",
                "nature.conf_type",
                "nature.int_type",
                "nature.avail_type",
                "nature.incident_type",
            ],
            Self::Data => &["data.types", "data.text", "data.records"],
            Self::Identification => &["nature.unintelligible", "before.list", "cons.conf"],
            Self::Consequences => &[
                "nature.cause",
                "cons.impact",
                "cons.severity",
                "cons.seen",
                "cons.likelihood",
                "cons.int",
                "cons.avail",
            ],
            Self::People => &["people.categories", "people.text"],
            Self::Controller => &["ctrl.sector", "ctrl.size", "ctrl.activity"],
            Self::Number => &["people.count", "xb.count_by_country"],
        }
    }
}

impl Explained for RiskFactor {
    fn explained(self) -> Explanation {
        match self {
            Self::Breach => Explanation {
                meaning: "What was lost decides what can follow: data in wrong hands are another harm than data that are gone, \
                          or wrong, when somebody needs them.",
                examples: &[
                    "medical data disclosed to outsiders",
                    "the same data deleted, with nothing to treat by",
                ],
            },
            Self::Data => Explanation {
                meaning: "The more sensitive the data, the more harm. Look at the combination and not at each piece, at what is \
                          known about the person already, and at how much there is.",
                examples: &[
                    "an adoptive parent's name and address, known to the birth parent",
                    "a delivery paused for the holidays: an empty house",
                ],
            },
            Self::Identification => Explanation {
                meaning: "How easily somebody who has the data finds out whose they are, from the data alone or with what else can be \
                          found. Good encryption and pseudonyms make it harder, as long as the key is safe.",
                examples: &[
                    "names with dates of birth: at once",
                    "pseudonyms, with the list elsewhere: hardly",
                ],
            },
            Self::Consequences => Explanation {
                meaning: "What the people may have to bear, how long, and how likely. Who has the data matters: somebody known and \
                          trusted, who gives them back, lowers the likelihood; an unknown with intent raises it. That a recipient \
                          is trusted has to be shown, and the breach stays one.",
                examples: &[
                    "identity theft, fraud",
                    "humiliation, damage to reputation",
                    "harm to body or mind",
                ],
            },
            Self::People => Explanation {
                meaning: "Children and others in need of protection may be hit harder, and can do less about it.",
                examples: &[
                    "pupils",
                    "patients",
                    "people in shelters",
                    "people who depend on the controller",
                ],
            },
            Self::Controller => Explanation {
                meaning: "What the controller does, and for whom, says what the data give away and how much people rely on it.",
                examples: &["a clinic's list of patients", "a newspaper's list of subscribers"],
            },
            Self::Number => Explanation {
                meaning: "The more people, the more can follow. A breach can be grave for a single person: no number is too small.",
                examples: &["one file of a person in danger", "the addresses of a hundred thousand"],
            },
        }
    }
}

choices! {
    /// Why something in the facts is pointed at.
    pub enum Concern {
        SpecialCategories = "special_categories" => "Special categories of data (Article 9 GDPR)",
        Criminal = "criminal" => "Data on criminal convictions and offences (Article 10 GDPR)",
        Children = "children" => "Children",
        Vulnerable = "vulnerable" => "Others who need protection",
    }
}

impl Concern {
    /// The fact that shows it, and the options that do.
    #[must_use]
    pub fn shown_by(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::SpecialCategories => (
                "data.types",
                &[
                    "biometric",
                    "political",
                    "racial_ethnic",
                    "religious_philosophical",
                    "sex_life_orientation",
                    "trade_union",
                    "genetic",
                    "health",
                    "employment_health",
                ],
            ),
            Self::Criminal => ("data.types", &["criminal"]),
            Self::Children => ("people.categories", &["minors"]),
            Self::Vulnerable => ("people.categories", &["patients", "vulnerable"]),
        }
    }

    /// What follows from it for whoever judges.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::SpecialCategories | Self::Criminal => {
                "The Board holds that harm should be considered likely where such data are concerned (Guidelines 9/2022, \
                 paragraph 102)."
            }
            Self::Children | Self::Vulnerable => {
                "They may be at greater risk. Consider it under “Special characteristics of the people”."
            }
        }
    }
}

/// Something in the facts that weighs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Callout {
    pub concern: Concern,
    /// The key of the fact that shows it.
    pub key: &'static str,
    /// What of it, in words.
    pub what: Vec<String>,
}

/// What the facts point at by themselves, in the order of [`Concern`].
#[must_use]
pub fn callouts(sheet: &Sheet) -> Vec<Callout> {
    use crate::text::Choice as _;
    let of = |concern: &Concern| {
        let (key, options) = concern.shown_by();
        let Some(Value::Choices(chosen)) = sheet.value(key) else { return None };
        let shown = chosen.iter().filter(|code| options.contains(&code.as_str()));
        let label = |code: &String| {
            let option = catalogue().get(key).and_then(|d| d.option(code));
            option.map_or_else(|| code.clone(), |o| o.en.clone())
        };
        let what: Vec<String> = shown.map(label).collect();
        (!what.is_empty()).then_some(Callout { concern: *concern, key, what })
    };
    Concern::ALL.iter().filter_map(of).collect()
}
