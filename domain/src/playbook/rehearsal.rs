//! Trying a playbook with invented answers: what a run would look like. Nothing of it is kept.

use super::{
    check::Others,
    due::Due,
    format::{Playbook, Step, StepPhase},
    progress::{Anchors, Applies, Situation, progress},
    run::{RunStep, StepState},
};
use crate::{
    fact::{
        Certainty, Value,
        catalogue::{Catalogue, Definition, Scope},
        condition::STEP_PREFIX,
        record::RecordFactInput,
    },
    moment::Zone,
    refusal::{FieldError, Refusal},
    text::{Checks, Choice},
    view::{PhaseProgress, StepApplies},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Before the key of a fact, in the name of a form's field.
pub const ANSWER: &str = "a.";
/// Before the id of a step that decides.
pub const DECISION: &str = "d.";

/// Invented answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RehearsalInput {
    /// When the incident is declared: RFC 3339, or local as 2026-06-09 14:20. Empty: it isn't yet.
    pub declared_at: String,
    /// When the controller becomes aware; may be empty.
    pub aware_at: String,
    /// When the incident is contained; may be empty.
    pub contained_at: String,
    /// By the key of the fact: the answer as it would be typed, and every option of several.
    pub answers: BTreeMap<String, Vec<String>>,
    /// By the id of a step that decides: `yes` or `no`.
    pub decisions: BTreeMap<String, String>,
}

/// A fact that the playbook asks, or that a condition waits for.
#[derive(Debug, Clone)]
pub struct Asking {
    pub definition: &'static Definition,
    /// In the words of the playbook; the fact's own where it doesn't ask itself.
    pub ask: String,
    /// The title of the step that asks; empty where none of this playbook does.
    pub step: String,
    pub value: Option<Value>,
}

/// One step as it would stand.
#[derive(Debug, Clone)]
pub struct RehearsedStep {
    pub id: String,
    pub title: String,
    pub phase: StepPhase,
    /// In words.
    pub role: &'static str,
    pub mandatory: bool,
    pub applies: StepApplies,
    pub due_at: Option<DateTime<Utc>>,
    pub due_words: String,
    /// It is due before the present moment.
    pub overdue: bool,
    /// Among the first to do.
    pub is_next: bool,
    /// The question, where the step decides.
    pub decision: Option<String>,
    /// The id of the playbook that is followed to do it.
    pub call: Option<String>,
}

/// A run as it would stand.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    pub steps: Vec<RehearsedStep>,
    pub phases: Vec<PhaseProgress>,
    pub asks: Vec<Asking>,
    /// Answers that can't be taken; the run is shown without them.
    pub errors: Vec<FieldError>,
}

/// What a run would look like with these answers.
#[must_use]
pub fn rehearse<'p>(
    playbook: &'p Playbook,
    others: &Others<'_, 'p>,
    catalogue: &'static Catalogue,
    input: &RehearsalInput,
    zone: Zone,
    now: DateTime<Utc>,
) -> Rehearsal {
    let mut checks = Checks::new();
    let anchors = Anchors {
        declared_at: checks.optional_instant("declared_at", &input.declared_at, zone).flatten(),
        aware_at: checks.optional_instant("aware_at", &input.aware_at, zone).flatten(),
        contained_at: checks.optional_instant("contained_at", &input.contained_at, zone).flatten(),
    };
    let mut asks = asked(playbook, catalogue);
    for ask in &mut asks {
        let typed = input.answers.get(&ask.definition.key).map(Vec::as_slice).unwrap_or_default();
        match value(ask.definition, typed, zone, now) {
            Ok(value) => ask.value = value,
            Err(errors) => errors.into_iter().for_each(|error| {
                let field = format!("{ANSWER}{}", ask.definition.key);
                checks.push(FieldError { field, ..error });
            }),
        }
    }
    for key in input.answers.keys().filter(|key| !asks.iter().any(|ask| ask.definition.key == **key)) {
        let message = "This playbook neither asks for this nor waits for it. Leave it out.";
        checks.push(FieldError::new(&format!("{ANSWER}{key}"), "not_asked", message));
    }
    let steps = decided(playbook, input, &mut checks);
    let facts =
        |key: &str| asks.iter().find(|ask| ask.definition.key == key).and_then(|ask| ask.value.as_ref());
    let situation = Situation { steps: &steps, facts: &facts, labels: catalogue, others, anchors, now };
    let run = progress(playbook, &situation);
    let shown = run.steps.iter().map(|s| RehearsedStep {
        id: s.step.id.clone(),
        title: s.step.title.clone(),
        phase: s.step.phase,
        role: s.step.role.label(),
        mandatory: s.step.mandatory,
        applies: StepApplies::of(&s.applies, &playbook.id),
        due_at: s.due_at,
        due_words: s.step.due.map(Due::words).unwrap_or_default(),
        overdue: s.is_overdue,
        is_next: run.next.contains(&s.step.id.as_str())
            && matches!(s.applies, Applies::Always | Applies::Yes { .. }),
        decision: s.step.decision.clone(),
        call: s.step.call.clone(),
    });
    let steps_shown = shown.collect();
    let phases =
        run.phases.iter().map(|p| PhaseProgress { phase: p.phase, settled: p.settled(), total: p.total });
    let phases = phases.collect();
    let errors = match checks.refusal() {
        Refusal::Invalid(errors) => errors,
        Refusal::State { .. } => Vec::new(),
    };
    Rehearsal { steps: steps_shown, phases, asks, errors }
}

/// What it asks itself, and then what its conditions wait for besides.
fn asked(playbook: &Playbook, catalogue: &'static Catalogue) -> Vec<Asking> {
    let mut out: Vec<Asking> = Vec::new();
    let mut add = |key: &str, ask: Option<&str>, step: &str| {
        let Some(definition) = catalogue.get(key) else { return };
        let here = matches!(definition.scope, Scope::Incident | Scope::Organisation);
        if here && !out.iter().any(|a| a.definition.key == key) {
            let ask = ask.unwrap_or(&definition.label).to_owned();
            out.push(Asking { definition, ask, step: step.to_owned(), value: None });
        }
    };
    for step in &playbook.steps {
        step.questions.iter().for_each(|q| add(&q.fact, Some(&q.ask), &step.title));
    }
    let when = playbook.steps.iter().filter_map(|step| step.when.as_ref());
    let keys = when.flat_map(|when| when.keys()).filter(|key| !key.starts_with(STEP_PREFIX));
    keys.for_each(|key| add(key, None, ""));
    out
}

/// An answer as typed; nothing where nothing was.
fn value(
    definition: &Definition,
    typed: &[String],
    zone: Zone,
    now: DateTime<Utc>,
) -> Result<Option<Value>, Vec<FieldError>> {
    if typed.iter().all(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let several = typed.len() > 1;
    let input = RecordFactInput {
        certainty: Certainty::Exact.code().to_owned(),
        value: if several { String::new() } else { typed.first().cloned().unwrap_or_default() },
        values: if several { typed.to_vec() } else { Vec::new() },
        ..RecordFactInput::default()
    };
    // What is worked out elsewhere can be invented here too: a condition may wait for it.
    let mut free = definition.clone();
    free.derived = false;
    match input.parse(&free, zone, now) {
        Ok(answer) => Ok(answer.value),
        Err(Refusal::Invalid(errors)) => Err(errors),
        Err(Refusal::State { code, message }) => Err(vec![FieldError::new("value", code, message)]),
    }
}

fn decided(playbook: &Playbook, input: &RehearsalInput, checks: &mut Checks) -> Vec<RunStep> {
    let mut out = Vec::new();
    for (id, said) in &input.decisions {
        let field = format!("{DECISION}{id}");
        let decides = |step: &&Step| step.decision.is_some();
        let Some(step) = playbook.step(id).filter(decides) else {
            checks.push(FieldError::new(&field, "not_asked", "No step of this name decides. Leave it out."));
            continue;
        };
        let state = match said.trim() {
            "" => continue,
            "yes" => StepState::Done,
            "no" => StepState::NotApplicable { reason: String::new() },
            _ => {
                checks.push(FieldError::new(&field, "not_a_choice", "Answer yes or no."));
                continue;
            }
        };
        out.push(RunStep { state, ..RunStep::untouched(&step.id) });
    }
    out
}

#[cfg(test)]
mod tests;
