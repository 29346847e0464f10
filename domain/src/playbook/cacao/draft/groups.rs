//! What may be worked at the same time, and what is repeated.

use super::{
    ways::reachable,
    words::{Words, line},
};
use crate::playbook::{
    cacao::flow::{Flow, Kind},
    format::Step,
};
use std::collections::{BTreeMap, BTreeSet};

/// Marks the steps that come from within a parallel or a while.
pub(super) fn mark(flow: &Flow<'_>, words: &Words<'_, '_>, steps: &mut [(usize, Step)]) {
    beside(flow, words, steps);
    rounds(flow, words, steps);
}

fn beside(flow: &Flow<'_>, words: &Words<'_, '_>, steps: &mut [(usize, Step)]) {
    // The outermost wins: everything within it may be worked beside the rest of it.
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut joins: BTreeSet<usize> = BTreeSet::new();
    for place in &flow.order {
        let Some(node) = flow.nodes.get(*place).filter(|n| n.kind == Kind::Parallel && n.branches.len() > 1)
        else {
            continue;
        };
        let branches: Vec<BTreeSet<usize>> =
            node.branches.iter().map(|branch| reachable(flow, branch.to)).collect();
        let after = node.then.map(|then| reachable(flow, then)).unwrap_or_default();
        let all: BTreeSet<usize> = branches.iter().flatten().copied().collect();
        for within in &all {
            // What every branch leads to comes after them.
            let is_join = branches.iter().all(|branch| branch.contains(within)) || after.contains(within);
            if !is_join && !group_of.contains_key(place) {
                group_of.entry(*within).or_insert(*place);
            }
        }
        let first = flow.order.iter().find(|n| {
            after.contains(n) || (all.contains(n) && branches.iter().all(|branch| branch.contains(n)))
        });
        joins.extend(first);
    }
    let groups: Vec<Option<usize>> = steps.iter().map(|(place, _)| group_of.get(place).copied()).collect();
    let mut number = 0;
    let mut at = 0;
    for run in groups.chunk_by(|a, b| a == b) {
        let range = at..at + run.len();
        at = range.end;
        if run.len() < 2 || run.first().is_none_or(Option::is_none) {
            continue;
        }
        number += 1;
        for (_, step) in steps.get_mut(range).into_iter().flatten() {
            step.parallel = Some(format!("together-{number}"));
        }
    }
    order_within(flow, words, steps);
    for (_, step) in steps.iter_mut().filter(|(place, _)| joins.contains(place)) {
        let wait =
            "Begin when the steps above that may be worked at the same time are done, as far as they apply.";
        step.how = format!("{wait}\n\n{}", step.how);
    }
}

/// Beside each other may be worked whole branches; within one the order stays.
fn order_within(flow: &Flow<'_>, words: &Words<'_, '_>, steps: &mut [(usize, Step)]) {
    let together: BTreeMap<usize, Option<String>> =
        steps.iter().map(|(place, step)| (*place, step.parallel.clone())).collect();
    for (place, step) in steps.iter_mut().filter(|(_, step)| step.parallel.is_some()) {
        let before = flow.order.iter().filter_map(|n| Some((n, flow.nodes.get(*n)?)));
        let before = before.filter(|(n, node)| {
            !flow.back.contains(&(**n, *place)) && node.leads_to().any(|to| to == *place)
        });
        let titles: Vec<String> = before
            .filter(|(n, _)| together.get(n).is_some_and(|name| *name == step.parallel))
            .map(|(n, _)| words.quoted(*n))
            .collect();
        if !titles.is_empty() {
            step.how =
                format!("Not at the same time as {}, but after it.\n\n{}", titles.join(" or "), step.how);
        }
    }
}

fn rounds(flow: &Flow<'_>, words: &Words<'_, '_>, steps: &mut [(usize, Step)]) {
    for place in &flow.order {
        let Some(node) = flow.nodes.get(*place).filter(|node| node.kind == Kind::While) else { continue };
        let after = node.then.map(|then| reachable(flow, then)).unwrap_or_default();
        let within: BTreeSet<usize> = node
            .branches
            .iter()
            .flat_map(|branch| reachable(flow, branch.to))
            .filter(|n| !after.contains(n))
            .collect();
        let round = line(&format!("each round, as long as this holds: {}", words.asked(node)), 200);
        for (_, step) in steps.iter_mut().filter(|(n, _)| within.contains(n)) {
            if step.decision.is_none() {
                step.repeat = Some(round.clone());
            } else {
                let note = "This is asked anew in each round. Write down the answer of each; \"yes\" here means in one of them at least.";
                step.how = format!("{note}\n\n{}", step.how);
            }
        }
    }
}
