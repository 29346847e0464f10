//! The way through a workflow: which step leads where.

mod graph;
mod read;

use super::{Finding, pointer, text};
use read::Reading;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many steps a workflow may have, and how often they may name each other. Nobody follows more.
const STEPS_MAX: usize = 2_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Start,
    End,
    Action,
    Call,
    Parallel,
    If,
    While,
    Switch,
}

/// One step of a workflow.
#[derive(Debug)]
pub(super) struct Node<'v> {
    pub(super) key: &'v str,
    pub(super) path: String,
    pub(super) json: &'v Value,
    pub(super) kind: Kind,
    /// Where it goes on when it is done, its branches included.
    pub(super) then: Option<usize>,
    /// Where it goes on when it failed, if that is somewhere else.
    pub(super) failure: Option<usize>,
    /// What lies within it. An if has the way for yes and perhaps one for no, a while the one for yes.
    pub(super) branches: Vec<Branch<'v>>,
}

#[derive(Debug)]
pub(super) struct Branch<'v> {
    pub(super) on: On<'v>,
    pub(super) to: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On<'v> {
    Always,
    Yes,
    No,
    Case(&'v str),
    /// None of the cases.
    Otherwise,
}

/// A workflow that can be followed.
#[derive(Debug)]
pub(super) struct Flow<'v> {
    pub(super) nodes: Vec<Node<'v>>,
    pub(super) start: usize,
    pub(super) exception: Option<usize>,
    /// Everything that can be reached: each step behind those that lead to it, what is within a step before
    /// what follows it, and what is done after a failure at the end.
    pub(super) order: Vec<usize>,
    /// Ways that lead back to a step before.
    pub(super) back: BTreeSet<(usize, usize)>,
}

impl Node<'_> {
    /// Every step it leads to.
    pub(super) fn leads_to(&self) -> impl Iterator<Item = usize> {
        self.branches.iter().map(|branch| branch.to).chain(self.failure).chain(self.then)
    }
}

/// The steps with key and place; of a list too, when its entries say what they are called.
pub(super) fn members(workflow: Option<&Value>) -> Vec<(&str, &Value, String)> {
    match workflow {
        Some(Value::Object(steps)) => {
            steps.iter().map(|(key, step)| (key.as_str(), step, pointer("/workflow", key))).collect()
        }
        Some(Value::Array(steps)) => {
            let key = |step| ["id", "step_uuid", "step_id"].iter().find_map(|name| text(step, name));
            let entries = steps.iter().enumerate();
            entries.map(|(n, step)| (key(step).unwrap_or_default(), step, format!("/workflow/{n}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// Reads the workflow. Nothing where an error keeps it from being followed.
pub(super) fn read<'v>(playbook: &'v Value, findings: &mut Vec<Finding>) -> Option<Flow<'v>> {
    let before = findings.len();
    let mut reading = Reading { playbook, findings, places: BTreeMap::new(), uuids: BTreeMap::new() };
    let mut nodes = reading.nodes()?;
    for n in 0..nodes.len() {
        let ways = nodes.get(n).map(|node| reading.ways(node));
        if let (Some((then, failure, branches)), Some(node)) = (ways, nodes.get_mut(n)) {
            (node.then, node.failure, node.branches) = (then, failure, branches);
        }
    }
    let start = reading.start(&nodes);
    let exception = reading.reference("/workflow_exception", playbook.get("workflow_exception"));
    reading.people_and_systems(&nodes);
    let count: usize = nodes.iter().map(|node| 1 + node.leads_to().count()).sum();
    if count > 3 * STEPS_MAX {
        reading.error(
            "too_many_steps",
            "/workflow",
            format!("At most {STEPS_MAX} steps are taken. Split the playbook."),
        );
    }
    if findings.iter().skip(before).any(|finding| finding.level == super::Level::Error) {
        return None;
    }
    let mut flow = Flow { nodes, start: start?, exception, order: Vec::new(), back: BTreeSet::new() };
    graph::lay_out(&mut flow);
    graph::check(&flow, findings);
    Some(flow)
}
