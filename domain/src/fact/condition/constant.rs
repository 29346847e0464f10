//! Whether a condition can come out either way, so that nobody writes one that says nothing.

use super::{Condition, HANDLED_AS, Literal, Test, Tristate};
use crate::fact::{
    Value,
    catalogue::{Catalogue, Kind},
};
use std::collections::{BTreeMap, BTreeSet};

/// How many sets of answers are tried.
const TRIES_MAX: usize = 20_000;
/// With more options of one fact, not every set of them is tried.
const OPTIONS_MAX: usize = 10;

impl Condition {
    /// What it comes out as whatever is answered; nothing where the answers decide, where it is too large to be tried
    /// out, or where a fact is not in the catalogue.
    #[must_use]
    pub fn constant(&self, catalogue: &Catalogue) -> Option<bool> {
        let mut tests = Vec::new();
        self.node.tests(&mut tests);
        let mut of_keys: BTreeMap<&str, Vec<&Test>> = BTreeMap::new();
        for test in tests {
            of_keys.entry(test.key()).or_default().push(test);
        }
        let answers: Vec<(&str, Vec<Option<Value>>)> = of_keys
            .into_iter()
            .map(|(key, tests)| {
                let kind = if key == HANDLED_AS { Kind::Choice } else { catalogue.get(key)?.kind };
                Some((key, answers(kind, &tests)?))
            })
            .collect::<Option<_>>()?;
        let sets = answers.iter().try_fold(1_usize, |sets, (_, each)| sets.checked_mul(each.len()))?;
        if sets > TRIES_MAX {
            return None;
        }
        let mut seen: Option<bool> = None;
        for set in 0..sets {
            let mut rest = set;
            let mut given: BTreeMap<&str, &Value> = BTreeMap::new();
            for (key, each) in &answers {
                let value = each.get(rest % each.len()).and_then(Option::as_ref);
                rest /= each.len();
                given.extend(value.map(|value| (*key, value)));
            }
            let outcome = match self.holds(&|key| given.get(key).copied()) {
                Tristate::Yes => true,
                Tristate::No => false,
                Tristate::Unknown => continue,
            };
            if seen.is_some_and(|before| before != outcome) {
                return None;
            }
            seen = Some(outcome);
        }
        seen
    }
}

/// Answers to one question between which its tests can tell. `None` among them is "no answer".
fn answers(kind: Kind, tests: &[&Test]) -> Option<Vec<Option<Value>>> {
    let options: BTreeSet<String> =
        tests.iter().filter_map(|test| test.option()).map(str::to_owned).collect();
    let numbers = tests.iter().filter_map(|test| match test {
        Test::Compare { with: Literal::Number(number), .. } => Some(*number),
        _ => None,
    });
    let text = |code: &String| Value::Text(code.clone());
    let choice = |code: &String| Value::Choice(code.clone());
    // No option has this code: it stands for every other answer.
    let other = String::new();
    let values: Vec<Value> = match kind {
        Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Number => numbers
            .flat_map(|n| [n.saturating_sub(1), n, n.saturating_add(1)])
            .chain([0])
            .map(Value::Number)
            .collect(),
        Kind::Choice => options.iter().chain([&other]).map(choice).collect(),
        Kind::Choices | Kind::Countries => {
            let sets = subsets(&options)?;
            let of =
                |codes| if kind == Kind::Choices { Value::Choices(codes) } else { Value::Countries(codes) };
            sets.into_iter().map(of).collect()
        }
        Kind::Counts => subsets(&options)?
            .into_iter()
            .map(|codes| Value::Counts(codes.into_iter().map(|code| (code, 1)).collect()))
            .collect(),
        Kind::Line | Kind::Text | Kind::Contact | Kind::Instant | Kind::Date => {
            options.iter().chain([&other]).map(text).collect()
        }
    };
    let unanswered = tests.iter().any(|test| matches!(test, Test::Known { .. })).then_some(None);
    Some(values.into_iter().map(Some).chain(unanswered).collect())
}

/// Every set of these options, the empty one first.
fn subsets(options: &BTreeSet<String>) -> Option<Vec<Vec<String>>> {
    if options.len() > OPTIONS_MAX {
        return None;
    }
    let mut sets: Vec<Vec<String>> = vec![Vec::new()];
    for option in options {
        let with: Vec<Vec<String>> =
            sets.iter().map(|set| set.iter().chain([option]).cloned().collect()).collect();
        sets.extend(with);
    }
    Some(sets)
}
