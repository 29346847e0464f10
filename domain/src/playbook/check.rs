//! What a playbook must keep to beyond its form.

use super::format::{Playbook, PlaybookError, Step, StepPhase};
use crate::fact::catalogue::{Catalogue, Scope};
use std::collections::BTreeSet;

impl Playbook {
    /// Whether its questions can be answered and its conditions decided, each error with its line.
    #[must_use]
    pub fn check(&self, catalogue: &Catalogue) -> Vec<PlaybookError> {
        let mut errors = Vec::new();
        for step in &self.steps {
            for question in &step.questions {
                if let Some(message) = unanswerable(&question.fact, catalogue) {
                    errors.push(self.error(question.line, message));
                }
            }
            for misfit in step.when.iter().flat_map(|when| when.misfits(catalogue)) {
                errors.push(self.error(step.line, format!("in \"when\", {misfit}")));
            }
        }
        errors
    }

    /// Unique ids, the order of the phases, and that there is something to do.
    pub(super) fn structure_errors(&self) -> Vec<PlaybookError> {
        let mut errors = Vec::new();
        let mut ids = BTreeSet::new();
        let mut latest: Option<&Step> = None;
        if self.steps.is_empty() {
            errors.push(self.error(1, "There is no step yet. Add one with [[step]]."));
        }
        for step in &self.steps {
            if !ids.insert(&step.id) {
                errors.push(self.error(
                    step.line,
                    format!("Another step is named \"{}\" already. Give this one its own id.", step.id),
                ));
            }
            if let Some(before) =
                latest.filter(|before| step.phase < before.phase && step.phase != StepPhase::Notification)
            {
                let message = format!(
                    "\"{}\" belongs to {} but stands after \"{}\" ({}). Move it up; only notification may stand anywhere.",
                    step.id, step.phase, before.id, before.phase
                );
                errors.push(self.error(step.line, message));
            } else if step.phase != StepPhase::Notification {
                latest = Some(step);
            }
            let mut asked = BTreeSet::new();
            for question in step.questions.iter().filter(|question| !asked.insert(&question.fact)) {
                let message =
                    format!("This step asks for {} twice. Remove one of the questions.", question.fact);
                errors.push(self.error(question.line, message));
            }
        }
        errors
    }

    fn error(&self, line: usize, message: impl Into<String>) -> PlaybookError {
        PlaybookError { file: self.file().to_owned(), line, message: message.into() }
    }
}

/// Why a question about this fact could not be answered in a run.
fn unanswerable(key: &str, catalogue: &Catalogue) -> Option<String> {
    let Some(entry) = catalogue.get(key) else {
        return Some(format!("The catalogue has no fact \"{key}\". Use one of its keys."));
    };
    if entry.derived {
        return Some(format!(
            "{key} is worked out by the program and cannot be asked. Ask for what it is worked out from."
        ));
    }
    let here = matches!(entry.scope, Scope::Incident | Scope::Organisation);
    (!here).then(|| {
        format!("{key} is not about the incident as a whole. Ask for it where it belongs ({}).", entry.scope)
    })
}
