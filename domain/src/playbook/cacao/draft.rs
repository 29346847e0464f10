//! From a workflow to steps of ours.
//!
//! Every branch of a workflow becomes a decision: a step that a person answers with yes or no. The steps
//! within hang on that answer, so a branch that isn't taken is closed and says why. Nothing is worked out
//! from variables, which nobody here fills, and nothing becomes a plain row of steps that was a choice.

mod groups;
mod names;
mod ways;
mod words;

use super::{
    Finding,
    flow::{self, Flow, Kind, Node},
    json, text,
};
use crate::playbook::{
    due::Due,
    format::{
        References, Step, StepPhase,
        write::{Head, write},
    },
};
use serde_json::Value;
use std::collections::BTreeMap;
use ways::Ways;
use words::Words;

/// The text of our file.
pub(super) fn text_of<'v>(
    original: &'v Value,
    flow: &Flow<'v>,
    id: Option<&str>,
    findings: &mut Vec<Finding>,
) -> String {
    let steps = Draft::new(original, flow, findings).steps();
    let head = head(original, id);
    write(&head, &steps, Some(&json::write(original)))
}

/// From which step of the workflow each step of ours came, as far as it was something to do.
pub(super) fn origins(original: &Value) -> BTreeMap<String, String> {
    let mut findings = Vec::new();
    let Some(flow) = flow::read(original, &mut findings) else { return BTreeMap::new() };
    let ids = names::step_ids(&flow, &Words::new(original, &flow).titles);
    let work =
        ids.into_iter().zip(&flow.nodes).filter(|(_, node)| matches!(node.kind, Kind::Action | Kind::Call));
    work.map(|(id, node)| (id, node.key.to_owned())).collect()
}

/// Which question of the workflow each decision of ours asks, in words for tests.
#[cfg(test)]
pub(super) fn questions(original: &Value) -> BTreeMap<String, String> {
    let mut findings = Vec::new();
    let Some(flow) = flow::read(original, &mut findings) else { return BTreeMap::new() };
    let ways = Ways::of(&flow);
    let mut questions = BTreeMap::new();
    for (place, node) in flow.nodes.iter().enumerate() {
        for (n, number) in ways.numbers(place).iter().enumerate() {
            let case = match node.branches.get(n).map(|branch| branch.on) {
                Some(flow::On::Case(case)) => case,
                _ => "holds",
            };
            questions.insert(ways::id(*number), format!("{} {case}", node.key));
        }
        if let Some(number) = ways.failure(place) {
            questions.insert(ways::id(number), format!("{} succeeded", node.key));
        }
        for (number, failed) in ways.before(place) {
            let failed = failed.and_then(|failed| flow.nodes.get(failed));
            let question =
                failed.map_or_else(|| "exception".to_owned(), |node| format!("{} succeeded", node.key));
            questions.insert(ways::id(*number), question);
        }
    }
    questions
}

fn head(original: &Value, id: Option<&str>) -> Head {
    let name = text(original, "name").unwrap_or("Imported playbook without a name");
    let title = words::line(name, 200);
    Head {
        id: id.map_or_else(|| names::playbook_id(original, name), str::to_owned),
        version: 1,
        use_when: text(original, "description").map_or_else(
            || "The imported playbook does not say when it is to be used.".to_owned(),
            words::body,
        ),
        // Its author knew nothing of our facts.
        recommended_when: None,
        summary: words::origin(original),
        severity_guidance: words::severity(original),
        title,
        references: References::default(),
        goals: BTreeMap::new(),
    }
}

/// The phase all steps belong to: CACAO gives types to playbooks and none to steps.
fn phase(original: &Value) -> StepPhase {
    let types = original.get("playbook_types").and_then(Value::as_array);
    let first = types.and_then(|types| types.first()).and_then(Value::as_str);
    match first {
        Some("detection" | "investigation") => StepPhase::DetectionAndAnalysis,
        Some("remediation") => StepPhase::Eradication,
        Some("prevention") => StepPhase::LessonsLearned,
        Some("notification") => StepPhase::Notification,
        _ => StepPhase::Containment,
    }
}

struct Draft<'d, 'v, 'f> {
    flow: &'d Flow<'v>,
    words: Words<'d, 'v>,
    ways: Ways,
    phase: StepPhase,
    findings: &'f mut Vec<Finding>,
    /// What steps say that are none of ours (a start, a parallel): it stands at the next one.
    pending: Vec<String>,
    steps: Vec<(usize, Step)>,
}

impl<'d, 'v, 'f> Draft<'d, 'v, 'f> {
    fn new(original: &'v Value, flow: &'d Flow<'v>, findings: &'f mut Vec<Finding>) -> Self {
        Self {
            flow,
            words: Words::new(original, flow),
            ways: Ways::of(flow),
            phase: phase(original),
            findings,
            pending: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn steps(mut self) -> Vec<Step> {
        let due = due(self.flow);
        let ids = names::step_ids(self.flow, &self.words.titles);
        for place in self.flow.order.clone() {
            let Some(node) = self.flow.nodes.get(place) else { continue };
            for (number, failed) in self.ways.before(place).to_vec() {
                self.asked_after_all(place, number, failed);
            }
            match node.kind {
                Kind::Start | Kind::Parallel => self.pending.extend(self.words.aside(node)),
                Kind::End => {}
                Kind::Action | Kind::Call => {
                    let id = ids.get(place).cloned().unwrap_or_default();
                    self.work(place, node, id, due.get(&place).copied());
                }
                Kind::If | Kind::While | Kind::Switch => self.choice(place, node),
            }
        }
        groups::mark(self.flow, &self.words, &mut self.steps);
        self.steps.into_iter().map(|(_, step)| step).collect()
    }

    fn work(&mut self, place: usize, node: &Node<'v>, id: String, due: Option<u64>) {
        let mut how: Vec<String> = std::mem::take(&mut self.pending);
        how.extend(self.words.work(node));
        how.extend(self.words.what_follows(place, node, &self.flow.back));
        let title = self.words.title(place);
        let due = due.and_then(|milliseconds| {
            let due = words::due(milliseconds);
            self.findings.push(match due {
                Some(_) => Finding::notice("timeout_from_declared", &format!("{}/timeout", node.path), "The time limit runs from the beginning of the step; here it is counted from the declaration, as if every step began when the one before ended. The step says the original."),
                None => Finding::notice("timeout_too_long", &format!("{}/timeout", node.path), "Longer than a year is no time limit here. The step says the original."),
            });
            due
        });
        let call = (node.kind == Kind::Call).then(|| words::called(node)).flatten();
        let step = self.step(place, id, title, how, due, call);
        self.steps.push((place, step));
        if let Some(number) = self.ways.failure(place) {
            self.asked_after_all(place, number, Some(place));
        }
    }

    /// Whether a step failed; or, where none is named, any for which nothing else is said.
    fn asked_after_all(&mut self, place: usize, number: usize, failed: Option<usize>) {
        let Some((failed, node)) = failed.and_then(|failed| Some((failed, self.flow.nodes.get(failed)?)))
        else {
            let question = "Did a step fail or run out of its time, for which nothing else is said?";
            let yes = self.flow.exception.map(|to| self.words.leads(place, to)).unwrap_or_default();
            return self.decide(
                place,
                number,
                question,
                words::yes_or_no(&yes, "nothing more is to be done here."),
            );
        };
        let question = words::line(&format!("Did this succeed: {}?", self.words.title(failed)), 190);
        let leads = |to: Option<usize>| {
            to.map_or_else(|| "this way ends.".to_owned(), |to| self.words.leads(failed, to))
        };
        let how = words::yes_or_no(&leads(node.then), &leads(node.failure));
        self.decide(place, number, &question, how);
    }

    fn choice(&mut self, place: usize, node: &Node<'v>) {
        let back = self.words.what_follows(place, node, &self.flow.back);
        let mut intro: Vec<String> = std::mem::take(&mut self.pending);
        intro.extend(self.words.choice(node));
        for (n, number) in self.ways.numbers(place).to_vec().into_iter().enumerate() {
            let (question, yes, no) = self.words.question(place, node, n);
            let mut how = intro.clone();
            if n > 0 {
                // Said once; what is told apart is in every question.
                how.clear();
            }
            how.push(words::yes_or_no(&yes, &no));
            how.extend(back.clone());
            self.decide(place, number, &question, how.join("\n\n"));
        }
        if let Some(number) = self.ways.failure(place) {
            self.asked_after_all(place, number, Some(place));
        }
    }

    fn decide(&mut self, place: usize, number: usize, question: &str, how: String) {
        let mut all: Vec<String> = std::mem::take(&mut self.pending);
        all.push(how);
        let title = words::line(&format!("Decide: {question}"), 200);
        let mut step = self.step(place, ways::id(number), title, all, None, None);
        step.when = self.condition(place, self.ways.of_decision(number));
        step.decision = Some(question.to_owned());
        self.steps.push((place, step));
    }

    fn step(
        &mut self,
        place: usize,
        id: String,
        title: String,
        how: Vec<String>,
        due: Option<Due>,
        call: Option<String>,
    ) -> Step {
        let how = how.join("\n\n");
        let when = self.condition(place, self.ways.of_node(place));
        let json = self.flow.nodes.get(place).map(|node| node.json);
        Step {
            id,
            line: 0,
            phase: self.phase,
            title,
            role: json.map(|json| self.words.role(json)).unwrap_or(crate::playbook::StepRole::Responder),
            why: "Taken over from an imported playbook, which gives reasons only where they stand below."
                .to_owned(),
            how,
            due,
            mandatory: false,
            evidence: json.map(|json| self.words.evidence(json)).unwrap_or_default(),
            when,
            call,
            decision: None,
            parallel: None,
            repeat: None,
            questions: Vec::new(),
        }
    }

    fn condition(
        &mut self,
        place: usize,
        written: Option<String>,
    ) -> Option<crate::fact::condition::Condition> {
        let written = written?;
        match written.parse() {
            Ok(condition) => Some(condition),
            Err(_) => {
                // Leaving it out would do the step on ways that don't lead to it.
                let path = self.flow.nodes.get(place).map(|node| node.path.as_str()).unwrap_or_default();
                let message = "So many ways lead to this step that its condition could not be shown. Join some of them before.";
                if !self.findings.iter().any(|f| f.code == "too_many_ways" && f.path == path) {
                    self.findings.push(Finding::error("too_many_ways", path, message));
                }
                None
            }
        }
    }
}

/// Until when each step with a time limit is done at the latest, in milliseconds from the beginning.
fn due(flow: &Flow<'_>) -> BTreeMap<usize, u64> {
    let mut begins: BTreeMap<usize, u64> = BTreeMap::new();
    let mut due = BTreeMap::new();
    // What follows a step with branches begins when the last of them ended: all that stand between.
    let mut latest = 0_u64;
    let mut waits: BTreeMap<usize, ()> = BTreeMap::new();
    for place in &flow.order {
        let Some(node) = flow.nodes.get(*place) else { continue };
        let milliseconds = |name: &str| node.json.get(name).and_then(Value::as_u64).unwrap_or_default();
        let mut begin = begins.get(place).copied().unwrap_or_default();
        if waits.contains_key(place) {
            begin = begin.max(latest);
        }
        let end = begin.saturating_add(milliseconds("delay")).saturating_add(milliseconds("timeout"));
        if milliseconds("timeout") > 0 && matches!(node.kind, Kind::Action | Kind::Call) {
            due.insert(*place, end);
        }
        latest = latest.max(end);
        for to in node.leads_to().filter(|to| !flow.back.contains(&(*place, *to))) {
            let known = begins.entry(to).or_default();
            *known = end.max(*known);
        }
        if !node.branches.is_empty() {
            waits.extend(node.then.map(|then| (then, ())));
        }
    }
    due
}
