//! Whether a condition fits the catalogue, so that a slip of the pen cannot close a branch for good.

use super::{Condition, HANDLED_AS, Literal, Order, STEP_PREFIX, Test};
use crate::{
    fact::catalogue::{Catalogue, Definition, Kind},
    party::in_case::HandledAs,
    text::Choice,
};

impl Condition {
    /// Every test that could never be decided, in words that say what to write instead: an unknown key,
    /// an option the fact does not have, a comparison its kind does not know.
    #[must_use]
    pub fn misfits(&self, catalogue: &Catalogue) -> Vec<String> {
        let mut tests = Vec::new();
        self.node.tests(&mut tests);
        tests.into_iter().filter_map(|test| test.misfit(catalogue)).collect()
    }
}

impl Condition {
    /// Every test of a step's answer that could never be decided, in words that say what to write instead.
    /// `decides` says whether a step with this id stands before and is a decision.
    #[must_use]
    pub fn step_misfits(&self, decides: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut tests = Vec::new();
        self.node.tests(&mut tests);
        let misfit = |test: &Test| {
            let step = test.key().strip_prefix(STEP_PREFIX)?;
            if !decides(step) {
                return Some(format!("no step \"{step}\" with a line \"decision\" stands before this one."));
            }
            let fits = match test {
                Test::Compare {
                    order: Order::Equal | Order::NotEqual, with: Literal::Text(answer), ..
                } => {
                    matches!(answer.as_str(), "yes" | "no")
                }
                _ => false,
            };
            (!fits)
                .then(|| format!("\"{test}\" cannot be decided. Write {} == \"yes\" or \"no\".", test.key()))
        };
        tests.into_iter().filter_map(misfit).collect()
    }
}

impl Condition {
    /// Every test of what the case is handled as that could never be decided.
    #[must_use]
    pub fn handling_misfits(&self) -> Vec<String> {
        let mut tests = Vec::new();
        self.node.tests(&mut tests);
        let misfit = |test: &Test| {
            let fits = match test {
                Test::Compare {
                    order: Order::Equal | Order::NotEqual, with: Literal::Text(code), ..
                } => HandledAs::from_code(code).is_some(),
                Test::Compare { .. } | Test::Has { .. } | Test::Known { .. } => false,
            };
            (test.key() == HANDLED_AS && !fits).then(|| {
                format!("\"{test}\" cannot be decided. Write {HANDLED_AS} == \"controller\", \"processor\" or \"both\".")
            })
        };
        tests.into_iter().filter_map(misfit).collect()
    }
}

impl Test {
    fn misfit(&self, catalogue: &Catalogue) -> Option<String> {
        let key = self.key();
        if key.starts_with(STEP_PREFIX) || key == HANDLED_AS {
            return None;
        }
        let Some(entry) = catalogue.get(key) else {
            return Some(format!("the catalogue has no fact \"{key}\". Use one of its keys."));
        };
        let fits = match self {
            Self::Known { .. } => true,
            Self::Has { option, .. } => match entry.kind {
                Kind::Choices => return unknown_option(entry, option),
                Kind::Countries | Kind::Counts => {
                    option.len() == 2 && option.bytes().all(|b| b.is_ascii_uppercase())
                }
                _ => false,
            },
            Self::Compare { with: Literal::Text(option), .. } if entry.kind == Kind::Choice => {
                return unknown_option(entry, option);
            }
            Self::Compare { with, order, .. } => match with {
                Literal::Text(_) => matches!(entry.kind, Kind::Line | Kind::Text | Kind::Contact),
                Literal::Number(_) => entry.kind == Kind::Number,
                Literal::Bool(_) => {
                    entry.kind == Kind::Bool && matches!(order, Order::Equal | Order::NotEqual)
                }
            },
        };
        (!fits).then(|| format!("\"{self}\" cannot be decided: {}", remedy(entry)))
    }
}

fn unknown_option(entry: &Definition, option: &str) -> Option<String> {
    if entry.option(option).is_some() {
        return None;
    }
    let codes: Vec<&str> = entry.options.iter().map(|option| option.code.as_str()).collect();
    Some(format!("{} has no option \"{option}\". Use one of: {}.", entry.key, codes.join(", ")))
}

fn remedy(entry: &Definition) -> String {
    let key = &entry.key;
    match entry.kind {
        Kind::Number => format!("the answer is a number. Write it like {key} > 100."),
        Kind::Bool => format!("the answer is yes or no. Write {key} == true or {key} == false."),
        Kind::Choice => format!("the answer is one option. Write it like {key} == \"…\"."),
        Kind::Choices => format!("the answer is several options. Write it like {key} has \"…\"."),
        Kind::Countries | Kind::Counts => {
            format!("the answer names countries. Write it like {key} has \"DE\".")
        }
        Kind::Line | Kind::Text | Kind::Contact => format!("the answer is text. Write known({key})."),
        Kind::Instant | Kind::Date => format!("times are not compared. Write known({key})."),
    }
}
