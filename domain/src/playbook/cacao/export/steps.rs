//! The workflow of a playbook of ours.

use super::{EXTENSION, activity, ids, named, playbook_id, variables};
use crate::{
    fact::condition::STEP_PREFIX,
    playbook::format::{Playbook, Step},
    text::Choice,
};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// The steps, and where they begin.
pub(super) struct Workflow {
    pub(super) steps: Map<String, Value>,
    pub(super) start: String,
}

impl Workflow {
    pub(super) fn of(playbook: &Playbook) -> Self {
        let mut writing = Writing { playbook, steps: Map::new() };
        let end = writing.end("the playbook");
        let mut next = end;
        // From the last to the first: each needs to know what follows it.
        let groups: Vec<&[Step]> =
            playbook.steps.chunk_by(|a, b| a.parallel.is_some() && a.parallel == b.parallel).collect();
        let mut position = playbook.steps.len();
        for group in groups.iter().rev() {
            position -= group.len();
            next = match group {
                [one] => writing.step(one, position, &next),
                several => writing.beside(several, position, &next),
            };
        }
        let start = writing.key("start", "the playbook");
        writing.steps.insert(start.clone(), json!({ "type": "start", "on_completion": next }));
        Self { steps: writing.steps, start }
    }

    /// What a program must be able to do to process it (10.14).
    pub(super) fn summary(&self, playbook: &Playbook) -> Value {
        let has = |kind: &str| {
            self.steps.values().any(|step| step.get("type").and_then(Value::as_str) == Some(kind))
        };
        let flags = [
            ("manual_playbook", true),
            ("external_playbooks", playbook.steps.iter().any(|step| step.call.is_some())),
            ("parallel_processing", has("parallel")),
            ("if_logic", has("if-condition")),
            ("while_logic", has("while-condition")),
            ("extensions", true),
        ];
        flags.into_iter().map(|(name, is)| (name.to_owned(), Value::Bool(is))).collect::<Map<_, _>>().into()
    }
}

struct Writing<'p> {
    playbook: &'p Playbook,
    steps: Map<String, Value>,
}

impl Writing<'_> {
    fn key(&self, kind: &str, name: &str) -> String {
        named(kind, &self.playbook.id, name)
    }

    /// Every way has an end of its own (4.4).
    fn end(&mut self, of: &str) -> String {
        let key = self.key("end", of);
        self.steps.insert(key.clone(), json!({ "type": "end" }));
        key
    }

    fn beside(&mut self, steps: &[Step], position: usize, next: &str) -> String {
        let branches: Vec<String> = steps
            .iter()
            .enumerate()
            .map(|(n, step)| {
                let end = self.end(&format!("the branch of {}", step.id));
                self.step(step, position + n, &end)
            })
            .collect();
        let name = steps.first().and_then(|step| step.parallel.as_deref()).unwrap_or_default();
        let key = self.key("parallel", name);
        let parallel = json!({
            "type": "parallel",
            "name": "At the same time",
            "next_steps": branches,
            "on_completion": next,
        });
        self.steps.insert(key.clone(), parallel);
        key
    }

    /// The step, within its condition and its repetition if it has them. Gives the key of the outermost.
    fn step(&mut self, step: &Step, position: usize, next: &str) -> String {
        let wrapped = step.when.is_some() || step.repeat.is_some();
        let behind = if wrapped { self.end(&step.id) } else { next.to_owned() };
        let mut key = self.work(step, position, &behind);
        if let Some(each) = &step.repeat {
            let outer = self.key("while-condition", &step.id);
            let behind = if step.when.is_some() {
                self.end(&format!("the rounds of {}", step.id))
            } else {
                next.to_owned()
            };
            let round = json!({
                "type": "while-condition",
                "name": format!("Once for {each}"),
                "condition": format!("{}:value == true", variables::another(step)),
                "on_true": key,
                "on_completion": behind,
            });
            self.steps.insert(outer.clone(), round);
            key = outer;
        }
        if let Some(when) = &step.when {
            let outer = self.key("if-condition", &step.id);
            let choice = json!({
                "type": "if-condition",
                "name": format!("Whether this applies: {}", step.title),
                "condition": variables::condition(when),
                "on_true": key,
                "on_completion": next,
            });
            self.steps.insert(outer.clone(), choice);
            key = outer;
        }
        key
    }

    fn work(&mut self, step: &Step, position: usize, next: &str) -> String {
        let mut found: Vec<String> =
            step.questions.iter().map(|question| variables::name(&question.fact)).collect();
        if step.decision.is_some() {
            found.push(variables::name(&format!("{STEP_PREFIX}{}", step.id)));
        }
        let mut out = Map::new();
        let mut put = |name: &str, value: Value| drop(out.insert(name.to_owned(), value));
        put("name", json!(step.title));
        put("description", json!(description(step)));
        put("on_completion", json!(next));
        if !found.is_empty() {
            put("out_args", json!(found));
        }
        put("step_extensions", json!({ EXTENSION: own(step, position) }));
        let kind = match &step.call {
            Some(called) => {
                put("playbook_id", json!(playbook_id(called)));
                "playbook-action"
            }
            None => {
                let command = json!({ "type": "manual", "command": step.how, "playbook_activity": activity(step.phase) });
                put("commands", json!([command]));
                put("agent", json!(ids::agent(step.role)));
                "action"
            }
        };
        put("type", json!(kind));
        let key = self.key(kind, &step.id);
        self.steps.insert(key.clone(), Value::Object(out));
        key
    }
}

/// What a person needs who sees the step in another program. How it is done is its command.
fn description(step: &Step) -> String {
    let mut text = step.why.clone();
    if step.call.is_some() {
        let _ = write!(text, "\n\n{}", step.how);
    }
    if let Some(question) = &step.decision {
        let _ = write!(text, "\n\nTo be decided: {question}");
    }
    if let Some(due) = step.due {
        let _ = write!(text, "\n\nDue {}.", due.words());
    }
    if step.mandatory {
        text.push_str("\n\nMandatory: skipping it needs a reason.");
    }
    if !step.evidence.is_empty() {
        let _ = write!(text, "\n\nTo be filed: {}", step.evidence);
    }
    for question in &step.questions {
        let _ = write!(text, "\n\n{} {}", question.ask, question.help);
    }
    text.trim_end().to_owned()
}

fn own(step: &Step, position: usize) -> Value {
    let questions: Vec<Value> = step
        .questions
        .iter()
        .map(|question| json!({ "fact": question.fact, "ask": question.ask, "help": question.help }))
        .collect();
    json!({
        "step_id": step.id,
        "position": position,
        "phase": step.phase.code(),
        "role": step.role.code(),
        "why": step.why,
        "how": step.how,
        "due": step.due.map(|due| due.to_string()),
        "mandatory": step.mandatory,
        "evidence": step.evidence,
        "when": step.when.as_ref().map(ToString::to_string),
        "call": step.call,
        "decision": step.decision,
        "parallel": step.parallel,
        "repeat": step.repeat,
        "questions": questions,
    })
}
