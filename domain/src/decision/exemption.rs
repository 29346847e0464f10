//! When data subjects needn't be told one by one although the risk is high: Art. 34(3) GDPR, condition by condition.

use crate::{
    choices,
    fact::{
        condition::{Condition, Tristate},
        sheet::Sheet,
    },
};

choices! {
    /// The grounds of Art. 34(3). The codes are those of the fact `ds.exemption`.
    pub enum Exemption {
        Unintelligible = "a_unintelligible" => "(a) the data were unreadable to outsiders",
        RiskRemoved = "b_risk_removed" => "(b) later measures removed the high risk",
        Disproportionate = "c_disproportionate" => "(c) telling each of them would take disproportionate effort",
    }
}

choices! {
    /// What the recorded facts say to a condition.
    pub enum Finding {
        Shown = "shown" => "the facts show it",
        Open = "open" => "no fact says so; a person vouches for it",
        Contradicted = "contradicted" => "the facts say otherwise",
    }
}

/// One condition of a ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExemptionCondition {
    /// Stable.
    pub code: &'static str,
    pub words: &'static str,
    /// Where it stands, or who says so.
    pub source: &'static str,
    /// The key to look at; empty where no fact of the catalogue says anything.
    pub key: &'static str,
    /// The facts show it where this holds; empty where they can't.
    shown_by: &'static str,
    /// The facts say otherwise where this holds; empty where they can't.
    denied_by: &'static str,
}

const fn condition(
    code: &'static str,
    words: &'static str,
    source: &'static str,
    key: &'static str,
    shown_by: &'static str,
    denied_by: &'static str,
) -> ExemptionCondition {
    ExemptionCondition { code, words, source, key, shown_by, denied_by }
}

const A: &[ExemptionCondition] = &[
    condition(
        "protected",
        "The data were unreadable to outsiders before they got out, for example by encryption that holds today.",
        "Art. 34(3)(a); EDPB Guidelines 9/2022, para 77",
        "nature.unintelligible",
        r#"nature.unintelligible == "yes_intact""#,
        r#"nature.unintelligible == "no""#,
    ),
    condition(
        "key_safe",
        "The key, or whatever else makes them readable, is not compromised.",
        "Art. 34(3)(a); EDPB Guidelines 9/2022, para 77",
        "nature.unintelligible",
        r#"nature.unintelligible == "yes_intact""#,
        r#"nature.unintelligible == "protected_but_may_be_subverted""#,
    ),
    condition(
        "covers_all",
        "The protection covers all the data from which the risk comes.",
        "Art. 34(3)(a): the data affected by the breach",
        "data.types",
        "",
        "",
    ),
    condition(
        "still_available",
        "Nobody is harmed by the data being lost: a copy exists, or they weren't lost.",
        "Art. 4(12): a loss of availability is a breach too",
        "nature.cia",
        r#"known(nature.cia) and not nature.cia has "availability""#,
        "",
    ),
];

const B: &[ExemptionCondition] = &[
    condition(
        "measures_taken",
        "Measures were taken after the breach, and they are recorded.",
        "Art. 34(3)(b)",
        "after.text",
        "known(after.text)",
        "",
    ),
    condition(
        "in_time",
        "They worked before anybody could be harmed.",
        "Art. 34(3)(b)",
        "cons.seen",
        "",
        "cons.seen == true",
    ),
    condition(
        "no_longer_likely",
        "Because of them a high risk is no longer likely to come about.",
        "Art. 34(3)(b)",
        "risk.text",
        "",
        "",
    ),
];

const C: &[ExemptionCondition] = &[
    condition(
        "effort",
        "Telling each person would take an effort out of all proportion, and it is written down why.",
        "Art. 34(3)(c)",
        "",
        "",
        "",
    ),
    condition(
        "public_instead",
        "The public is told instead, or something alike is done, so that people learn of it just as well.",
        "Art. 34(3)(c)",
        "ds.means",
        r#"ds.means == "public""#,
        "",
    ),
];

impl Exemption {
    /// Every condition of the ground. All have to hold.
    #[must_use]
    pub fn conditions(self) -> &'static [ExemptionCondition] {
        match self {
            Self::Unintelligible => A,
            Self::RiskRemoved => B,
            Self::Disproportionate => C,
        }
    }
}

/// What the facts say to a condition.
#[must_use]
pub fn finding(condition: &ExemptionCondition, sheet: &Sheet) -> Finding {
    let holds = |text: &str| {
        let read = (!text.is_empty()).then(|| Condition::parse(text).ok()).flatten();
        read.is_some_and(|condition| sheet.holds(&condition) == Tristate::Yes)
    };
    if holds(condition.denied_by) {
        Finding::Contradicted
    } else if holds(condition.shown_by) {
        Finding::Shown
    } else {
        Finding::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fact::catalogue::catalogue, text::Choice};

    #[test]
    fn what_a_condition_looks_at_is_in_the_catalogue() {
        for condition in Exemption::ALL.iter().flat_map(|e| e.conditions()) {
            let keys = [condition.shown_by, condition.denied_by].into_iter().filter(|text| !text.is_empty());
            for text in keys {
                let read = Condition::parse(text).unwrap();
                for key in read.keys() {
                    assert_eq!(key, condition.key, "{}", condition.code);
                }
                for (key, option) in read.mentions() {
                    let definition = catalogue().get(key).unwrap();
                    assert!(option.is_none_or(|code| definition.option(code).is_some()), "{text}");
                }
            }
            assert!(condition.key.is_empty() || catalogue().get(condition.key).is_some());
        }
    }
}
