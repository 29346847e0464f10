//! The same playbook followed by a plain interpreter of CACAO and as a run of ours: with the same answers
//! the same things are done, whichever way is taken.

use super::*;
use crate::{
    fact::condition::Codes,
    playbook::{Anchors, RunStep, Situation, StepState, progress},
};
use std::collections::{BTreeMap, BTreeSet};

/// Answers by question, made from a seed; each question always gets the same one.
struct Oracle {
    seed: u64,
}

impl Oracle {
    fn says(&self, question: &str) -> bool {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in question.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        (hash >> 17).is_multiple_of(2)
    }
}

/// What is done, by the specification. It knows nothing of the code that is tested.
struct Interpreter<'v> {
    workflow: &'v Value,
    oracle: &'v Oracle,
    visited: BTreeSet<String>,
    done: BTreeSet<String>,
}

impl Interpreter<'_> {
    fn key(&self, named: &str) -> String {
        if self.workflow.get(named).is_some() {
            return named.to_owned();
        }
        let uuid = named.split_once("--").unwrap().1;
        self.workflow.as_object().unwrap().keys().find(|key| key.ends_with(uuid)).unwrap().clone()
    }

    fn follow(&mut self, from: Option<&Value>) {
        let Some(named) = from.and_then(Value::as_str) else { return };
        let key = self.key(named);
        // What was done is done: a way that leads back, or two that join.
        if !self.visited.insert(key.clone()) {
            return;
        }
        let step = self.workflow[&key].clone();
        let ask = |what: &str| self.oracle.says(&format!("{key} {what}"));
        let after = step.get("on_completion").or(step.get("on_success"));
        let mut within: Vec<Value> = Vec::new();
        match step["type"].as_str().unwrap() {
            "action" | "playbook-action" => {
                self.done.insert(key.clone());
            }
            "parallel" => within.extend(step["next_steps"].as_array().unwrap().iter().cloned()),
            "if-condition" => {
                let way = if ask("holds") { step.get("on_true") } else { step.get("on_false") };
                within.extend(way.cloned());
            }
            "while-condition" => within.extend(step.get("on_true").filter(|_| ask("holds")).cloned()),
            "switch-condition" => {
                let cases = step["cases"].as_object().unwrap();
                let case = cases.iter().find(|(case, _)| *case != "default" && ask(case));
                within.extend(case.map(|(_, to)| to).or(cases.get("default")).cloned());
            }
            _ => {}
        }
        let failure =
            step.get("on_failure").filter(|failure| Some(*failure) != after && step["type"] != "start");
        let failed = failure.is_some() && !ask("succeeded");
        for way in within {
            self.follow(Some(&way));
        }
        self.follow(if failed { failure } else { after });
    }
}

fn by_cacao(playbook: &Value, oracle: &Oracle) -> BTreeSet<String> {
    let mut interpreter = Interpreter {
        workflow: &playbook["workflow"],
        oracle,
        visited: BTreeSet::new(),
        done: BTreeSet::new(),
    };
    let start = playbook.get("workflow_start").cloned().unwrap_or_else(|| {
        let steps = playbook["workflow"].as_object().unwrap();
        json!(steps.iter().find(|(_, step)| step["type"] == "start").unwrap().0)
    });
    interpreter.follow(Some(&start));
    let exception = playbook.get("workflow_exception");
    let kind = exception.and_then(Value::as_str).map(|key| interpreter.key(key));
    let is_step = kind.is_some_and(|key| playbook["workflow"][&key]["type"] != "end");
    if is_step && oracle.says("exception") {
        interpreter.follow(exception);
    }
    interpreter.done
}

/// What is done in a run of ours, as the keys of the steps it came from.
fn by_ours(original: &Value, playbook: &Playbook, oracle: &Oracle) -> BTreeSet<String> {
    let origins = draft::origins(original);
    let questions = draft::questions(original);
    let nothing = BTreeMap::<String, crate::fact::Value>::new();
    let mut records: Vec<RunStep> = Vec::new();
    let mut done = BTreeSet::new();
    loop {
        let situation = Situation {
            steps: &records,
            facts: &|key| nothing.get(key),
            labels: &Codes,
            others: &|_| None,
            anchors: Anchors::default(),
            now: chrono::DateTime::UNIX_EPOCH,
        };
        let progress = progress(playbook, &situation);
        let Some(next) = progress.next.first() else {
            assert!(progress.is_finished(), "a dead end: {:?}", progress.phases);
            return done;
        };
        let step = playbook.step(next).unwrap();
        let state = match questions.get(*next) {
            Some(question) if !oracle.says(question) => StepState::NotApplicable { reason: "no".into() },
            _ => StepState::Done,
        };
        assert_eq!(step.decision.is_some(), questions.contains_key(*next));
        done.extend(origins.get(*next).cloned());
        records.push(RunStep { state, ..RunStep::untouched(next) });
    }
}

/// Follows both along many ways.
pub(super) fn in_both_ways(original: &Value, playbook: &Playbook, times: u64) {
    for seed in 0..times {
        let oracle = Oracle { seed };
        let (theirs, ours) = (by_cacao(original, &oracle), by_ours(original, playbook, &oracle));
        assert_eq!(ours, theirs, "with answers {seed}: {original:#}\n{}", playbook.source());
    }
}

#[test]
fn whatever_is_answered_the_same_is_done() {
    for theirs in [small(), large()] {
        in_both_ways(&theirs, &taken(&theirs), 300);
    }
}

#[test]
fn a_branch_that_is_not_taken_is_closed_and_says_why() {
    let playbook = taken(&large());
    let decide = playbook.steps.iter().find(|step| step.title.contains("Is it online")).unwrap();
    let records = [RunStep {
        state: StepState::NotApplicable { reason: "no".into() },
        ..RunStep::untouched(&decide.id)
    }];
    let situation = Situation {
        steps: &records,
        facts: &|_| None,
        labels: &Codes,
        others: &|_| None,
        anchors: Anchors::default(),
        now: chrono::DateTime::UNIX_EPOCH,
    };
    let progress = progress(&playbook, &situation);
    let because = |id: &str| format!("{:?}", progress.step(id).unwrap().applies);
    assert!(
        because("wipe-it").starts_with("No { because: \"because the answer to"),
        "{}",
        because("wipe-it")
    );
    assert!(because("close-the-account").starts_with("Yes"), "{}", because("close-the-account"));
    assert!(because("call-the-carrier").starts_with("No"), "nothing can fail that is not done");
    let beside: Vec<&str> =
        playbook.steps.iter().filter(|s| s.parallel.is_some()).map(|s| s.title.as_str()).collect();
    assert_eq!(beside.len(), 6, "{beside:?}");
}
