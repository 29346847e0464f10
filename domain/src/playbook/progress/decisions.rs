//! Answers that are not facts of the incident but belong to one playbook: steps that decide.

use super::{Applies, StepProgress};
use crate::{
    fact::{
        Value,
        condition::{Labels, STEP_PREFIX},
    },
    playbook::{format::Playbook, run::StepState},
};
use std::collections::BTreeMap;

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
