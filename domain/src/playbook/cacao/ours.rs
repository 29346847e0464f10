//! One of ours that comes back.

use super::{
    Finding,
    export::{EXTENSION, plain},
    json, text,
};
use crate::{
    fact::condition::Condition,
    playbook::format::{
        Playbook, Question, Reference, References, Step,
        write::{Head, write},
    },
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// What the extension says of the playbook.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnPlaybook {
    playbook_id: String,
    playbook_version: u32,
    use_when: String,
    #[serde(default)]
    recommended_when: Option<Condition>,
    summary: String,
    severity_guidance: String,
    references: OwnReferences,
    goals: BTreeMap<crate::playbook::StepPhase, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnReferences {
    attack_version: String,
    attack: Vec<String>,
    owasp: Vec<String>,
}

/// What it says of a step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnStep {
    step_id: String,
    position: usize,
    phase: crate::playbook::StepPhase,
    role: crate::playbook::StepRole,
    why: String,
    how: String,
    due: Option<String>,
    mandatory: bool,
    evidence: String,
    when: Option<Condition>,
    call: Option<String>,
    decision: Option<String>,
    parallel: Option<String>,
    repeat: Option<String>,
    questions: Vec<OwnQuestion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnQuestion {
    fact: String,
    ask: String,
    help: String,
}

/// The text of our file, if this is one of ours and says in CACAO's words what it says in ours: somebody who
/// changed a step in another program has not changed our words for it, and then theirs count.
pub(super) fn read(original: &Value, findings: &mut Vec<Finding>) -> Option<String> {
    let own = original.get("playbook_extensions")?.get(EXTENSION)?;
    let again = taken::<OwnPlaybook>(own).and_then(|own| playbook(original, own));
    let same = again.filter(|(playbook, _)| plain(playbook) == *original);
    if same.is_none() {
        let message = "This was written by Breachdesk and changed since. It is read like any other: phases, questions and facts of the old version are not taken over.";
        findings.push(Finding::notice("ours_changed", &format!("/playbook_extensions/{EXTENSION}"), message));
    }
    same.map(|(_, text)| text)
}

fn taken<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

fn playbook(original: &Value, own: OwnPlaybook) -> Option<(Playbook, String)> {
    let mut steps = Vec::new();
    for json in original.get("workflow")?.as_object()?.values() {
        let Some(own) = json.get("step_extensions").and_then(|all| all.get(EXTENSION)) else { continue };
        steps.push(step(json, taken(own)?)?);
    }
    steps.sort_by_key(|(position, _)| *position);
    let steps: Vec<Step> = steps.into_iter().map(|(_, step)| step).collect();
    let head = Head {
        id: own.playbook_id,
        version: own.playbook_version,
        title: text(original, "name")?.to_owned(),
        use_when: own.use_when,
        recommended_when: own.recommended_when,
        summary: own.summary,
        severity_guidance: own.severity_guidance,
        references: References {
            attack_version: own.references.attack_version,
            attack: references(own.references.attack),
            owasp: references(own.references.owasp),
        },
        goals: own.goals,
    };
    let text = write(&head, &steps, Some(&json::write(original)));
    let playbook = Playbook::parse("imported.toml", &text).ok()?;
    Some((playbook, text))
}

fn references(written: Vec<String>) -> Vec<Reference> {
    let one = |text: String| match text.split_once(' ') {
        Some((id, name)) => Reference { id: id.to_owned(), name: name.to_owned() },
        None => Reference { id: text, name: String::new() },
    };
    written.into_iter().map(one).collect()
}

fn step(json: &Value, own: OwnStep) -> Option<(usize, Step)> {
    let due = match own.due {
        Some(due) => Some(due.parse().ok()?),
        None => None,
    };
    let question = |own: OwnQuestion| Question { fact: own.fact, line: 0, ask: own.ask, help: own.help };
    let step = Step {
        id: own.step_id,
        line: 0,
        phase: own.phase,
        title: text(json, "name")?.to_owned(),
        role: own.role,
        why: own.why,
        how: own.how,
        due,
        mandatory: own.mandatory,
        evidence: own.evidence,
        when: own.when,
        call: own.call,
        decision: own.decision,
        parallel: own.parallel,
        repeat: own.repeat,
        questions: own.questions.into_iter().map(question).collect(),
    };
    Some((own.position, step))
}
