//! Answers that are not facts of the incident but belong to one playbook: steps that decide.

use super::{Applies, StepProgress};
use crate::{
    fact::{
        Value,
        condition::{Condition, Labels, STEP_PREFIX, Tristate},
    },
    playbook::{
        format::{Playbook, Step},
        run::StepState,
    },
};
use std::{cmp::Ordering, collections::BTreeMap};

/// By the key that a condition names: `step.ID`.
pub(super) type Answers = BTreeMap<String, Value>;

/// What a step answers. One that cannot be reached answers neither yes nor no, whatever was said about it:
/// both of the ways behind it are closed.
pub(super) fn answer(progress: &StepProgress<'_>) -> Option<Value> {
    progress.step.decision.as_ref()?;
    let code = match (&progress.applies, &progress.run.state) {
        (Applies::No { .. }, _) => "not_reached",
        (_, StepState::Done) => "yes",
        (_, StepState::NotApplicable { .. }) => "no",
        _ => return None,
    };
    Some(Value::Choice(code.to_owned()))
}

/// The steps that hang on the answer of a step that decides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ways<'p> {
    pub yes: Vec<&'p Step>,
    pub no: Vec<&'p Step>,
}

/// What each answer of `step` opens, or may open with other answers. Nothing where it is no decision.
#[must_use]
pub fn ways<'p>(playbook: &'p Playbook, step: &Step) -> Ways<'p> {
    let mut ways = Ways::default();
    if step.decision.is_none() {
        return ways;
    }
    let key = format!("{STEP_PREFIX}{}", step.id);
    let (yes, no) = (Value::Choice("yes".to_owned()), Value::Choice("no".to_owned()));
    // The nearer to yes, the more.
    let open = |when: &Condition, answer| match when.holds(&|asked| (asked == key).then_some(answer)) {
        Tristate::Yes => 2,
        Tristate::Unknown => 1,
        Tristate::No => 0,
    };
    for other in &playbook.steps {
        let Some(when) = other.when.as_ref().filter(|when| when.keys().contains(&key.as_str())) else {
            continue;
        };
        match open(when, &yes).cmp(&open(when, &no)) {
            Ordering::Greater => ways.yes.push(other),
            Ordering::Less => ways.no.push(other),
            Ordering::Equal => {}
        }
    }
    ways
}

/// The labels of facts, with those of a playbook's own decisions.
#[derive(Clone, Copy)]
pub struct WithDecisions<'l> {
    pub playbook: &'l Playbook,
    pub labels: &'l dyn Labels,
}

impl Labels for WithDecisions<'_> {
    fn fact(&self, key: &str) -> String {
        let step = key.strip_prefix(STEP_PREFIX).and_then(|id| self.playbook.step(id));
        let question = step.and_then(|step| step.decision.as_ref());
        question.map_or_else(|| self.labels.fact(key), |question| format!("the answer to \"{question}\""))
    }

    fn option(&self, key: &str, code: &str) -> String {
        if key.starts_with(STEP_PREFIX) { code.to_owned() } else { self.labels.option(key, code) }
    }
}
