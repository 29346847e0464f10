//! Reading the steps one by one, with everything that would keep somebody from following them.

use super::{Branch, Kind, Node, On, members};
use crate::playbook::cacao::{Finding, condition, pointer, text, uuid};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where a step goes on, where it goes on when it failed, and what lies within it.
pub(super) type Ways<'v> = (Option<usize>, Option<usize>, Vec<Branch<'v>>);

pub(super) struct Reading<'v, 'f> {
    pub(super) playbook: &'v Value,
    pub(super) findings: &'f mut Vec<Finding>,
    pub(super) places: BTreeMap<&'v str, usize>,
    /// More than one step may have the same UUID behind different types.
    pub(super) uuids: BTreeMap<String, Vec<usize>>,
}

impl<'v> Reading<'v, '_> {
    pub(super) fn error(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        self.findings.push(Finding::error(code, path, message));
    }

    fn notice(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        self.findings.push(Finding::notice(code, path, message));
    }

    pub(super) fn nodes(&mut self) -> Option<Vec<Node<'v>>> {
        let workflow = self.playbook.get("workflow");
        let members = members(workflow);
        if members.is_empty() {
            self.error(
                "no_workflow",
                "/workflow",
                "There are no steps. A playbook has a workflow with a start, an action and an end.",
            );
            return None;
        }
        if workflow.is_some_and(Value::is_array) {
            let message = "The workflow is a list. It is an object whose keys are the steps' identifiers (3.1); it is read by the identifiers in its entries.";
            self.notice("workflow_is_list", "/workflow", message);
        }
        let mut nodes = Vec::new();
        for (key, json, path) in members {
            let kind = match json.get("type").and_then(Value::as_str) {
                Some("start") => Kind::Start,
                Some("end") => Kind::End,
                Some("action") => Kind::Action,
                Some("playbook-action") => Kind::Call,
                Some("parallel") => Kind::Parallel,
                Some("if-condition") => Kind::If,
                Some("while-condition") => Kind::While,
                Some("switch-condition") => Kind::Switch,
                // An error of its form already.
                _ => continue,
            };
            if key.is_empty() {
                self.error(
                    "step_without_id",
                    &path,
                    "This step has no identifier, so no other step can lead to it.",
                );
            } else if self.places.insert(key, nodes.len()).is_some() {
                self.error(
                    "duplicate_step",
                    &path,
                    format!("Another step is called {key} already. Give each its own."),
                );
            }
            if let Some(uuid) = uuid(key) {
                self.uuids.entry(uuid.to_ascii_lowercase()).or_default().push(nodes.len());
            }
            nodes.push(Node { key, path, json, kind, then: None, failure: None, branches: Vec::new() });
        }
        Some(nodes)
    }

    /// The step that is named here. What has another type but the same UUID is what was meant.
    pub(super) fn reference(&mut self, path: &str, value: Option<&Value>) -> Option<usize> {
        // Another kind of value is an error of its form already.
        let named = value?.as_str()?;
        if let Some(place) = self.places.get(named) {
            return Some(*place);
        }
        let same = uuid(named).and_then(|uuid| self.uuids.get(&uuid.to_ascii_lowercase()));
        if let Some([place]) = same.map(Vec::as_slice) {
            let place = *place;
            let message = format!(
                "There is no step {named}, but one with the same UUID and another type. That one is taken."
            );
            self.notice("reference_repaired", path, message);
            return Some(place);
        }
        self.error(
            "dangling_reference",
            path,
            format!("There is no step {named}. Nobody could tell how it goes on here."),
        );
        None
    }

    pub(super) fn start(&mut self, nodes: &[Node<'v>]) -> Option<usize> {
        let starts: Vec<usize> =
            nodes.iter().enumerate().filter(|(_, node)| node.kind == Kind::Start).map(|(n, _)| n).collect();
        for other in starts.iter().skip(1).filter_map(|n| nodes.get(*n)) {
            self.error(
                "two_starts",
                &other.path,
                "There is another start step. A playbook begins in one place (4.3).",
            );
        }
        let path = "/workflow_start";
        if self.playbook.get("workflow_start").is_none() {
            if let [only] = starts.as_slice() {
                self.notice("missing", path, "\"workflow_start\" is missing. The only start step is taken.");
                return Some(*only);
            }
            self.error("no_start", path, "Nothing says where the playbook begins. Name the start step.");
            return None;
        }
        let start = self.reference(path, self.playbook.get("workflow_start"))?;
        let node = nodes.get(start)?;
        if node.kind == Kind::Start {
            return Some(start);
        }
        if let Some(other) = starts.first().and_then(|n| nodes.get(*n)) {
            let message = format!("This is no start step, and there is one: {}. Name that one.", other.key);
            self.error("start_elsewhere", path, message);
        } else if node.kind == Kind::End {
            self.error(
                "start_elsewhere",
                path,
                "The playbook would be at its end at once. Name its first step.",
            );
        } else {
            self.notice(
                "start_is_no_start_step",
                path,
                "This is no start step. The playbook begins with it nevertheless.",
            );
            self.notice("no_start_step", "/workflow", "There is no start step; each playbook has one (4.3).");
        }
        Some(start)
    }

    pub(super) fn ways(&mut self, node: &Node<'v>) -> Ways<'v> {
        let at = |name: &str| pointer(&node.path, name);
        let mut to = |name: &str| self.reference(&at(name), node.json.get(name));
        let (completion, success, failure) = (to("on_completion"), to("on_success"), to("on_failure"));
        if let (Some(completion), Some(success)) = (completion, success) {
            if completion == success {
                self.notice(
                    "ways_exclusive",
                    &at("on_success"),
                    "on_completion says the same already (4.1).",
                );
            } else {
                let message = "on_completion leads elsewhere. Give one of the two only (4.1).";
                self.error("ways_exclusive", &at("on_success"), message);
            }
        } else if completion.is_some() && failure.is_some() {
            let message = "With on_failure goes on_success (4.1). on_completion is read as on_success.";
            self.notice("ways_exclusive", &at("on_failure"), message);
        }
        let then = completion.or(success);
        let failure = failure.filter(|failure| Some(*failure) != then);
        let has_way =
            ["on_completion", "on_success", "on_failure"].iter().any(|name| node.json.get(name).is_some());
        match node.kind {
            Kind::End if has_way => {
                self.error(
                    "end_goes_on",
                    &node.path,
                    "Nothing comes behind an end. Remove the way, or make it another step.",
                );
            }
            Kind::Start if then.is_none() => {
                self.error(
                    "start_leads_nowhere",
                    &at("on_completion"),
                    "The start leads to no step. Name the first one.",
                );
            }
            Kind::Start if node.json.get("on_failure").is_some() || node.json.get("on_success").is_some() => {
                self.notice(
                    "ways_exclusive",
                    &node.path,
                    "A start has on_completion only (4.3): it cannot fail.",
                );
            }
            Kind::Action | Kind::Call if then.is_none() => {
                self.notice(
                    "no_end",
                    &node.path,
                    "Nothing is said to follow. This way ends here; an end step should say so (4.4).",
                );
            }
            _ => {}
        }
        let branches = match node.kind {
            Kind::Parallel => self.parallel(node),
            Kind::If | Kind::While => self.condition(node),
            Kind::Switch => self.switch(node),
            Kind::Call => {
                self.call(node);
                Vec::new()
            }
            _ => Vec::new(),
        };
        // A start can't fail: its second way would never be taken.
        (then, failure.filter(|_| node.kind != Kind::Start), branches)
    }

    fn parallel(&mut self, node: &Node<'v>) -> Vec<Branch<'v>> {
        let path = pointer(&node.path, "next_steps");
        let Some(steps) = node.json.get("next_steps") else {
            self.error("missing", &path, "\"next_steps\" is missing: what is to be done at the same time?");
            return Vec::new();
        };
        let mut branches: Vec<Branch<'v>> = Vec::new();
        for (n, step) in steps.as_array().into_iter().flatten().enumerate() {
            let path = pointer(&path, &n.to_string());
            let Some(to) = self.reference(&path, Some(step)) else { continue };
            if branches.iter().any(|branch| branch.to == to) {
                self.notice("branch_twice", &path, "This step is named twice. It is done once.");
            } else {
                branches.push(Branch { on: On::Always, to });
            }
        }
        match steps.as_array().map(Vec::len) {
            Some(0) => {
                self.error("missing", &path, "There is no step here: what is to be done at the same time?")
            }
            Some(1) => self.notice(
                "one_branch",
                &path,
                "One step alone is not parallel (4.7). It is done as any other.",
            ),
            _ => {}
        }
        branches
    }

    fn condition(&mut self, node: &Node<'v>) -> Vec<Branch<'v>> {
        let path = pointer(&node.path, "condition");
        match text(node.json, "condition") {
            Some(text) => self.readable(text, &path, node),
            None if text(node.json, "name").or(text(node.json, "description")).is_some() => {
                let message = "The condition is missing. The name of the step is asked instead; a person answers yes or no.";
                self.notice("condition_missing", &path, message);
            }
            None => {
                let message = "Neither a condition nor a name says what is to be decided here. Write one.";
                self.error("condition_missing", &path, message);
            }
        }
        let mut branches = Vec::new();
        let ways: &[(&str, On<'static>)] = match node.kind {
            Kind::If => &[("on_true", On::Yes), ("on_false", On::No)],
            _ => &[("on_true", On::Yes)],
        };
        for (name, on) in ways {
            let path = pointer(&node.path, name);
            match node.json.get(name) {
                Some(value) => {
                    branches.extend(self.reference(&path, Some(value)).map(|to| Branch { on: *on, to }));
                }
                None if *name == "on_true" => {
                    self.error(
                        "missing",
                        &path,
                        "\"on_true\" is missing: what is to be done where the condition holds?",
                    );
                }
                None => {}
            }
        }
        branches
    }

    fn readable(&mut self, text: &str, path: &str, node: &Node<'v>) {
        if !condition::is_readable(text) {
            let message = "This is no condition of the specification. It is kept in its words, and a person answers yes or no.";
            self.notice("condition_in_words", path, message);
        }
        for name in condition::variables(text) {
            let declared = [self.playbook.get("playbook_variables"), node.json.get("step_variables")];
            let is_returned = || {
                let steps = members(self.playbook.get("workflow"));
                steps
                    .iter()
                    .any(|(_, step, _)| step.get("step_variables").is_some_and(|v| v.get(name).is_some()))
            };
            if !declared.into_iter().flatten().any(|variables| variables.get(name).is_some())
                && !is_returned()
            {
                self.notice(
                    "variable_undeclared",
                    path,
                    format!("No variable {name} is declared. It is shown by its name."),
                );
            }
        }
    }

    fn switch(&mut self, node: &Node<'v>) -> Vec<Branch<'v>> {
        let path = pointer(&node.path, "switch");
        match text(node.json, "switch") {
            Some(text) => {
                let names = condition::variables(text);
                if names.is_empty() {
                    self.notice(
                        "condition_in_words",
                        &path,
                        "This names no variable. It is kept in its words.",
                    );
                }
            }
            None => self.error(
                "condition_missing",
                &path,
                "Nothing says what is to be told apart here. Name the variable.",
            ),
        }
        let path = pointer(&node.path, "cases");
        let cases = node.json.get("cases").and_then(Value::as_object);
        if cases.is_none_or(serde_json::Map::is_empty) {
            self.error("missing", &path, "There is no case. Name a step for each value.");
        }
        let mut branches = Vec::new();
        let mut otherwise = None;
        for (case, step) in cases.into_iter().flatten() {
            let path = pointer(&path, case);
            if !step.is_string() {
                self.error("wrong_type", &path, "A case names a step, as a text.");
            }
            let Some(to) = self.reference(&path, Some(step)) else { continue };
            if case == "default" {
                otherwise = Some(Branch { on: On::Otherwise, to });
            } else {
                branches.push(Branch { on: On::Case(case), to });
            }
        }
        if otherwise.is_none() && cases.is_some() {
            self.notice("no_default", &path, "No case is called default. Where none fits, none is done.");
        }
        branches.extend(otherwise);
        branches
    }

    fn call(&mut self, node: &Node<'v>) {
        let path = pointer(&node.path, "playbook_id");
        match text(node.json, "playbook_id") {
            None => {
                self.error("missing", &path, "\"playbook_id\" is missing: which playbook is to be followed?")
            }
            Some(id) if Some(id) == text(self.playbook, "id") => {
                self.error(
                    "calls_itself",
                    &path,
                    "A playbook that calls itself never ends. Name another one.",
                );
            }
            Some(_) => {}
        }
    }

    /// Who does it and on which system: a name that leads nowhere is nobody.
    pub(super) fn people_and_systems(&mut self, nodes: &[Node<'v>]) {
        for node in nodes.iter().filter(|node| matches!(node.kind, Kind::Action | Kind::Call)) {
            let targets =
                node.json.get("targets").and_then(Value::as_array).into_iter().flatten().enumerate();
            let targets =
                targets.map(|(n, target)| (pointer(&pointer(&node.path, "targets"), &n.to_string()), target));
            let agent = node.json.get("agent").map(|agent| (pointer(&node.path, "agent"), agent));
            for (path, named) in agent.into_iter().chain(targets) {
                let Some(named) = named.as_str() else { continue };
                let is_defined = ["agent_definitions", "target_definitions"]
                    .iter()
                    .filter_map(|name| self.playbook.get(name))
                    .any(|definitions| definitions.get(named).is_some());
                let is_variable = named.starts_with("__");
                if !is_defined && !is_variable {
                    let message = format!("Nothing defines {named}. Nobody could tell who or what that is.");
                    self.error("dangling_reference", &path, message);
                }
            }
        }
        for (n, marking) in
            self.playbook.get("markings").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            let definitions = self.playbook.get("data_marking_definitions");
            let Some(marking) = marking.as_str() else { continue };
            if definitions.is_none_or(|definitions| definitions.get(marking).is_none()) {
                let message =
                    "Nothing defines this marking. Ask the author with whom the playbook may be shared.";
                self.notice("marking_undefined", &format!("/markings/{n}"), message);
            }
        }
    }
}
