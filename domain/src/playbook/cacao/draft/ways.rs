//! On which answers each step hangs.

use crate::playbook::cacao::flow::{Flow, Kind, On};
use std::collections::{BTreeMap, BTreeSet};

/// The ways to a step: all of them, or those behind these answers. Of each decision only the nearest counts,
/// since one that is not reached answers neither yes nor no.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Always,
    After(BTreeSet<(usize, bool)>),
}

impl Entry {
    fn join(&mut self, other: Self) {
        match (&mut *self, other) {
            (Self::After(ours), Self::After(theirs)) => ours.extend(theirs),
            (Self::Always, _) => {}
            (_, Self::Always) => *self = Self::Always,
        }
    }

    /// Where both answers of a decision lead here, that decision doesn't matter: whatever led to it does.
    fn simplified(mut self, decisions: &[Self]) -> Self {
        loop {
            let Self::After(answers) = &mut self else { return self };
            let both = answers.iter().rev().find(|(d, yes)| *yes && answers.contains(&(*d, false)));
            let Some(number) = both.map(|(number, _)| *number) else { return self };
            answers.remove(&(number, true));
            answers.remove(&(number, false));
            let Some(before) = decisions.get(number) else { return self };
            self.join(before.clone());
        }
    }

    fn written(&self) -> Option<String> {
        let Self::After(answers) = self else { return None };
        let test = |(number, yes): &(usize, bool)| {
            format!("step.{} == \"{}\"", id(*number), if *yes { "yes" } else { "no" })
        };
        Some(answers.iter().map(test).collect::<Vec<_>>().join(" or "))
    }
}

/// The decisions of a workflow, and what hangs on them.
#[derive(Debug)]
pub(super) struct Ways {
    nodes: BTreeMap<usize, Entry>,
    decisions: Vec<Entry>,
    by_node: BTreeMap<usize, Vec<usize>>,
    /// What is asked after a step: whether it failed.
    failures: Vec<(usize, usize)>,
    /// What is asked before a step is reached: whether one with branches failed, all of which stand before
    /// it, or whether any step failed for which nothing else is said.
    before: BTreeMap<usize, Vec<(usize, Option<usize>)>>,
}

/// The id of the step that decides.
pub(super) fn id(number: usize) -> String {
    format!("decide-{}", number + 1)
}

impl Ways {
    pub(super) fn of(flow: &Flow<'_>) -> Self {
        let mut ways = Self {
            nodes: BTreeMap::from([(flow.start, Entry::Always)]),
            decisions: Vec::new(),
            by_node: BTreeMap::new(),
            failures: Vec::new(),
            before: BTreeMap::new(),
        };
        let exception = flow.exception.filter(|n| flow.nodes.get(*n).is_some_and(|n| n.kind != Kind::End));
        let handled = exception.map(|root| reachable(flow, root)).unwrap_or_default();
        let first = flow.order.iter().find(|place| handled.contains(place));
        for place in &flow.order {
            if let (true, Some(root)) = (Some(place) == first, exception) {
                let number = ways.decision(Entry::Always);
                ways.before.entry(*place).or_default().push((number, None));
                ways.lead(root, Entry::After([(number, true)].into()));
            }
            ways.step(flow, *place);
        }
        ways
    }

    fn decision(&mut self, entry: Entry) -> usize {
        self.decisions.push(entry);
        self.decisions.len() - 1
    }

    fn lead(&mut self, to: usize, entry: Entry) {
        match self.nodes.get_mut(&to) {
            Some(known) => known.join(entry),
            None => drop(self.nodes.insert(to, entry)),
        }
    }

    fn step(&mut self, flow: &Flow<'_>, place: usize) {
        let Some(node) = flow.nodes.get(place) else { return };
        let entry = self.nodes.get(&place).cloned().unwrap_or(Entry::After(BTreeSet::new()));
        let entry = entry.simplified(&self.decisions);
        self.nodes.insert(place, entry.clone());
        let mut numbers = Vec::new();
        let mut leads = Vec::new();
        let answer = |number: usize, yes: bool| Entry::After([(number, yes)].into());
        match (node.failure, node.then) {
            (Some(failure), then) => {
                let number = self.decision(entry.clone());
                leads.push((failure, answer(number, false)));
                leads.extend(then.map(|to| (to, answer(number, true))));
                match first_behind(flow, place, &[Some(failure), then]) {
                    Some(first) if !node.branches.is_empty() => {
                        self.before.entry(first).or_default().push((number, Some(place)));
                    }
                    _ => self.failures.push((place, number)),
                }
            }
            (None, then) => leads.extend(then.map(|to| (to, entry.clone()))),
        }
        match node.kind {
            Kind::If | Kind::While => {
                let number = self.decision(entry.clone());
                numbers.push(number);
                for branch in &node.branches {
                    leads.push((branch.to, answer(number, branch.on == On::Yes)));
                }
            }
            Kind::Switch => {
                let mut otherwise = entry.clone();
                for branch in &node.branches {
                    if branch.on == On::Otherwise {
                        leads.push((branch.to, otherwise.clone()));
                    } else {
                        let number = self.decision(otherwise.clone());
                        numbers.push(number);
                        leads.push((branch.to, answer(number, true)));
                        otherwise = answer(number, false);
                    }
                }
            }
            _ => leads.extend(node.branches.iter().map(|branch| (branch.to, entry.clone()))),
        }
        for (to, entry) in leads {
            if !flow.back.contains(&(place, to)) {
                self.lead(to, entry);
            }
        }
        self.by_node.insert(place, numbers);
    }

    /// The decisions that belong to a step, in the order in which they are asked.
    pub(super) fn numbers(&self, place: usize) -> &[usize] {
        self.by_node.get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    /// The decision whether a step failed that is asked right after it.
    pub(super) fn failure(&self, place: usize) -> Option<usize> {
        self.failures.iter().find(|(step, _)| *step == place).map(|(_, number)| *number)
    }

    /// The decisions that are asked before a step is reached, each with the step that may have failed.
    pub(super) fn before(&self, place: usize) -> &[(usize, Option<usize>)] {
        self.before.get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    /// The condition of a step; nothing where it always applies.
    pub(super) fn of_node(&self, place: usize) -> Option<String> {
        self.nodes.get(&place)?.written()
    }

    /// The condition of a decision.
    pub(super) fn of_decision(&self, number: usize) -> Option<String> {
        self.decisions.get(number)?.written()
    }
}

/// The one of these that stands first behind a step.
fn first_behind(flow: &Flow<'_>, place: usize, of: &[Option<usize>]) -> Option<usize> {
    let behind = flow.order.iter().skip_while(|other| **other != place).skip(1);
    behind.copied().find(|other| of.contains(&Some(*other)))
}

/// Everything that can be reached from a step, itself included, without going back.
pub(super) fn reachable(flow: &Flow<'_>, from: usize) -> BTreeSet<usize> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(place) = open.pop() {
        if !reached.insert(place) {
            continue;
        }
        let Some(node) = flow.nodes.get(place) else { continue };
        open.extend(node.leads_to().filter(|to| !flow.back.contains(&(place, *to))));
    }
    reached
}
