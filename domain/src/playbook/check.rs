//! What a playbook must keep to beyond its form.

use super::format::{Playbook, PlaybookError, Step, StepPhase};
use crate::fact::{
    catalogue::{Catalogue, Scope},
    condition::{HANDLED_AS, STEP_PREFIX},
};
use std::collections::BTreeSet;

/// Gives the playbook with an id, among all that there are.
pub type Others<'o, 'p> = dyn Fn(&str) -> Option<&'p Playbook> + 'o;

impl Playbook {
    /// Whether its questions can be answered, its conditions decided and its calls followed, each error
    /// with its line.
    #[must_use]
    pub fn check(&self, catalogue: &Catalogue, others: &Others<'_, '_>) -> Vec<PlaybookError> {
        let mut errors = self.recommendation_errors(catalogue);
        for step in &self.steps {
            if let Some(message) = step.call.as_deref().and_then(|id| uncallable(id, others)) {
                errors.push(self.error(step.line, message));
            }
            for question in &step.questions {
                if let Some(message) = unanswerable(&question.fact, catalogue) {
                    errors.push(self.error(question.line, message));
                }
            }
            for when in step.when.iter().filter(|when| when.keys().contains(&HANDLED_AS)) {
                let message = format!(
                    "in \"when\", {HANDLED_AS} is only for \"recommended_when\". Make \"{when}\" a question of a step before, with a line \"decision\"."
                );
                errors.push(self.error(step.line, message));
            }
            for misfit in step.when.iter().flat_map(|when| when.misfits(catalogue)) {
                errors.push(self.error(step.line, format!("in \"when\", {misfit}")));
            }
        }
        errors
    }

    /// What it is recommended for is asked of the incident before anything of it is worked, and decides something.
    fn recommendation_errors(&self, catalogue: &Catalogue) -> Vec<PlaybookError> {
        let Some(when) = &self.recommended_when else { return Vec::new() };
        let mut wrong = when.misfits(catalogue);
        wrong.extend(when.handling_misfits());
        for key in when.keys() {
            let known = catalogue.get(key);
            if key.starts_with(STEP_PREFIX) {
                wrong.push(format!(
                    "\"{key}\" is answered while the playbook is followed, and this is asked before. Use a fact."
                ));
            } else if let Some(elsewhere) =
                known.filter(|entry| !matches!(entry.scope, Scope::Incident | Scope::Organisation))
            {
                wrong.push(format!(
                    "{key} is not about the incident as a whole ({}). Use a fact that is.",
                    elsewhere.scope
                ));
            }
        }
        if wrong.is_empty()
            && let Some(always) = when.constant(catalogue)
        {
            let comes_out = if always { "always holds" } else { "never holds" };
            wrong.push(format!(
                "the condition {comes_out}, whatever is answered. Say what tells these incidents from others, or remove the line."
            ));
        }
        let place =
            |message| self.error(self.recommended_line, format!("in \"recommended_when\", {message}"));
        wrong.into_iter().map(place).collect()
    }

    /// Unique ids, the order of the phases, groups that stand together, and that there is something to do.
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
            if step.call.as_ref() == Some(&self.id) {
                errors.push(self.error(
                    step.line,
                    "A step cannot call its own playbook. Call another, or remove the line.",
                ));
            }
            let decides = |id: &str| {
                self.steps
                    .iter()
                    .take_while(|s| s.line < step.line)
                    .any(|s| s.id == id && s.decision.is_some())
            };
            for misfit in step.when.iter().flat_map(|when| when.step_misfits(&decides)) {
                errors.push(self.error(step.line, format!("in \"when\", {misfit}")));
            }
            let mut asked = BTreeSet::new();
            for question in step.questions.iter().filter(|question| !asked.insert(&question.fact)) {
                let message =
                    format!("This step asks for {} twice. Remove one of the questions.", question.fact);
                errors.push(self.error(question.line, message));
            }
        }
        errors.extend(self.group_errors());
        errors
    }

    /// Steps that may be worked at the same time stand together, in one phase, and are two at least.
    fn group_errors(&self) -> Vec<PlaybookError> {
        let mut errors = Vec::new();
        let mut seen = BTreeSet::new();
        for group in self.steps.chunk_by(|a, b| a.parallel == b.parallel) {
            let Some((first, others)) = group.split_first() else { continue };
            let Some(name) = &first.parallel else { continue };
            if !seen.insert(name) {
                let message = format!(
                    "The steps of \"{name}\" do not stand together. Move them together, or give these another name."
                );
                errors.push(self.error(first.line, message));
            } else if others.is_empty() {
                let message = format!(
                    "No neighbour of this step is in \"{name}\" too. Give the steps that may be worked at the same time the same name, or remove the line."
                );
                errors.push(self.error(first.line, message));
            }
            for other in others.iter().filter(|other| other.phase != first.phase) {
                let message = format!(
                    "\"{}\" belongs to {}, but \"{name}\" began in {}. Only steps of one phase are worked at the same time: give it another name.",
                    other.id, other.phase, first.phase
                );
                errors.push(self.error(other.line, message));
            }
        }
        errors
    }

    fn error(&self, line: usize, message: impl Into<String>) -> PlaybookError {
        PlaybookError { file: self.file().to_owned(), line, message: message.into() }
    }
}

/// Why this playbook could not be followed to do a step.
fn uncallable(id: &str, others: &Others<'_, '_>) -> Option<String> {
    let Some(called) = others(id) else {
        return Some(format!("in \"call\", there is no playbook \"{id}\". Use the id of one that there is."));
    };
    (!called.calls().is_empty())
        .then(|| format!("in \"call\", \"{id}\" calls other playbooks itself. Call one that calls none."))
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
