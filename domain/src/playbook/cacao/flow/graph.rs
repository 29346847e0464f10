//! The workflow as a graph: in which order its steps stand, and whether it can be followed to an end.
//!
//! Nothing here calls itself: a file may hold a chain of thousands of steps.

use super::{Flow, Kind, Node, On};
use crate::playbook::cacao::Finding;
use std::collections::BTreeSet;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Never,
    /// On the way that is being followed.
    Open,
    Done,
}

/// Orders what can be reached and finds the ways that lead back.
pub(super) fn lay_out(flow: &mut Flow<'_>) {
    let mut seen = vec![Seen::Never; flow.nodes.len()];
    let mut finished = Vec::new();
    // What is looked at first comes last: what is done after a failure, and what follows a step before
    // what lies within it.
    for root in flow.exception.into_iter().chain([flow.start]) {
        walk(&flow.nodes, root, &mut seen, &mut finished, &mut flow.back);
    }
    finished.reverse();
    flow.order = finished;
}

fn last_first(node: &Node<'_>) -> Vec<usize> {
    let mut next: Vec<usize> = node.leads_to().collect();
    next.reverse();
    next
}

fn walk(
    nodes: &[Node<'_>],
    root: usize,
    seen: &mut [Seen],
    finished: &mut Vec<usize>,
    back: &mut BTreeSet<(usize, usize)>,
) {
    let mut open: Vec<(usize, std::vec::IntoIter<usize>)> = Vec::new();
    let mut enter = Some(root);
    loop {
        if let Some(place) = enter.take()
            && let (Some(state @ Seen::Never), Some(node)) = (seen.get_mut(place), nodes.get(place))
        {
            *state = Seen::Open;
            open.push((place, last_first(node).into_iter()));
        }
        let Some((place, next)) = open.last_mut() else { return };
        let place = *place;
        match next.next() {
            Some(to) => match seen.get(to) {
                Some(Seen::Never) => enter = Some(to),
                Some(Seen::Open) => drop(back.insert((place, to))),
                _ => {}
            },
            None => {
                if let Some(state) = seen.get_mut(place) {
                    *state = Seen::Done;
                }
                finished.push(place);
                open.pop();
            }
        }
    }
}

/// Whether everything can be reached, there is something to do, and every way ends.
pub(super) fn check(flow: &Flow<'_>, findings: &mut Vec<Finding>) {
    let reached: BTreeSet<usize> = flow.order.iter().copied().collect();
    for (_, node) in flow.nodes.iter().enumerate().filter(|(n, _)| !reached.contains(n)) {
        findings.push(match node.kind {
            Kind::End => {
                Finding::notice("unreachable_end", &node.path, "No step leads to this end. It is left out.")
            }
            _ => Finding::error(
                "unreachable",
                &node.path,
                "No step leads here, so nobody would ever do it. Lead a step to it, or remove it.",
            ),
        });
    }
    let is_work =
        |n: &usize| flow.nodes.get(*n).is_some_and(|node| matches!(node.kind, Kind::Action | Kind::Call));
    if !flow.order.iter().any(is_work) {
        findings.push(Finding::error(
            "no_action",
            "/workflow",
            "There is nothing to do. A playbook has one action or playbook-action at least (3).",
        ));
    }
    let ends = ending(flow);
    let is_endless = |n: &&usize| ends.get(**n) == Some(&false);
    let turns = flow.back.iter().map(|(_, to)| to).find(is_endless);
    let endless = turns.or_else(|| flow.order.iter().find(is_endless));
    if let Some(node) = endless.and_then(|n| flow.nodes.get(*n)) {
        findings.push(Finding::error(
            "endless",
            &node.path,
            "From here on every way leads in a circle. Lead one of them to an end, or use a while-condition.",
        ));
        return;
    }
    for (from_place, to_place) in flow.back.iter().copied() {
        let (Some(from), Some(to)) = (flow.nodes.get(from_place), flow.nodes.get(to_place)) else { continue };
        if can_avoid(flow, from_place, to_place) {
            let message = format!(
                "This leads into the middle of a circle, to {}, which others enter elsewhere. Nobody could tell how often what is done. Use a while-condition.",
                to.key
            );
            findings.push(Finding::error("tangled", &from.path, message));
            continue;
        }
        let message = format!(
            "This leads back to {}. It is shown as \"go back to\"; loops should be a while-condition (4.9).",
            to.key
        );
        findings.push(Finding::notice("cycle", &from.path, message));
    }
}

/// Whether one comes to `from` without having passed `to`: then a way from one to the other is no repetition.
fn can_avoid(flow: &Flow<'_>, from: usize, to: usize) -> bool {
    let mut reached = BTreeSet::from([to]);
    let mut open: Vec<usize> =
        flow.exception.into_iter().chain([flow.start]).filter(|root| *root != to).collect();
    while let Some(place) = open.pop() {
        if place == from {
            return true;
        }
        if reached.insert(place) {
            open.extend(flow.nodes.get(place).into_iter().flat_map(Node::leads_to));
        }
    }
    false
}

/// Of each step, whether an end can be reached from it.
fn ending(flow: &Flow<'_>) -> Vec<bool> {
    let mut ends = vec![false; flow.nodes.len()];
    loop {
        let mut changed = false;
        // The last ones first: without loops one turn is enough.
        for n in flow.order.iter().rev() {
            let Some(node) = flow.nodes.get(*n) else { continue };
            let good = |to: usize| ends.get(to) == Some(&true);
            let can_end = match (node.kind, node.then) {
                (Kind::End, _) => true,
                (Kind::Start | Kind::Action | Kind::Call, then) => {
                    then.is_none_or(good) || node.failure.is_some_and(good)
                }
                // What lies within comes back here, so it is the way behind that counts.
                (_, Some(then)) => good(then),
                (Kind::Parallel, None) => node.branches.iter().all(|branch| good(branch.to)),
                (Kind::While, None) => true,
                (Kind::If | Kind::Switch, None) => {
                    let has_way_out = node.branches.iter().any(|b| matches!(b.on, On::No | On::Otherwise));
                    !has_way_out || node.branches.iter().any(|branch| good(branch.to))
                }
            };
            if let Some(known) = ends.get_mut(*n)
                && can_end
                && !*known
            {
                *known = true;
                changed = true;
            }
        }
        if !changed {
            return ends;
        }
    }
}
