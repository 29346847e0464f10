//! What one version of a playbook says otherwise than another: step by step, in words and line by line.

use super::format::{
    Playbook, Step,
    write::{Head, step_text, write},
};
use schemars::JsonSchema;
use serde::Serialize;

/// How many pairs of lines are compared. Beyond that, one text is shown after the other.
const PAIRS_MAX: usize = 1_000_000;

/// What is otherwise in a newer version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// What is not in a step: title, when to use it, references, goals.
    pub head: Vec<Line>,
    pub added: Vec<NamedStep>,
    pub gone: Vec<NamedStep>,
    pub changed: Vec<ChangedStep>,
    /// Steps that are in both stand in another order.
    pub reordered: bool,
}

/// A step by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NamedStep {
    pub id: String,
    pub title: String,
}

/// A step that is in both and says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedStep {
    pub id: String,
    /// As it is called in the newer version.
    pub title: String,
    /// What of it is otherwise, in words: `how it is done`, `when it applies`.
    pub what: Vec<String>,
    pub lines: Vec<Line>,
}

/// A line of both versions or of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Line {
    pub kind: LineKind,
    pub text: String,
}

/// Which version has a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    Both,
    /// Only the older one.
    Gone,
    /// Only the newer one.
    New,
}

impl Difference {
    /// Whether both say the same, whatever their numbers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What `newer` says otherwise than `older`. Steps are the same where their ids are.
#[must_use]
pub fn difference(older: &Playbook, newer: &Playbook) -> Difference {
    let named = |step: &Step| NamedStep { id: step.id.clone(), title: step.title.clone() };
    let both: Vec<(&Step, &Step)> =
        newer.steps.iter().filter_map(|new| Some((older.step(&new.id)?, new))).collect();
    let places = |(old, _): &(&Step, &Step)| older.steps.iter().position(|step| step.id == old.id);
    Difference {
        head: changed_lines(&head_text(older), &head_text(newer)),
        added: newer.steps.iter().filter(|step| older.step(&step.id).is_none()).map(named).collect(),
        gone: older.steps.iter().filter(|step| newer.step(&step.id).is_none()).map(named).collect(),
        reordered: !both.iter().map(places).is_sorted(),
        changed: both.into_iter().filter_map(|(old, new)| changed(old, new)).collect(),
    }
}

/// The number of the version is no change by itself.
fn head_text(playbook: &Playbook) -> String {
    write(&Head { version: 0, ..Head::of(playbook) }, &[], None)
}

fn changed(old: &Step, new: &Step) -> Option<ChangedStep> {
    let lines = changed_lines(&step_text(old), &step_text(new));
    if lines.is_empty() {
        return None;
    }
    let asks = |step: &Step| -> Vec<(String, String, String)> {
        step.questions.iter().map(|q| (q.fact.clone(), q.ask.clone(), q.help.clone())).collect()
    };
    let what = [
        (old.title != new.title, "its title"),
        (old.phase != new.phase, "its phase"),
        (old.role != new.role, "who does it"),
        (old.why != new.why, "why it matters"),
        (old.how != new.how, "how it is done"),
        (old.due != new.due, "until when"),
        (old.mandatory != new.mandatory, "whether skipping it needs a reason"),
        (old.evidence != new.evidence, "what is filed"),
        (old.when != new.when, "when it applies"),
        (old.call != new.call, "which playbook does it"),
        (old.decision != new.decision, "what it decides"),
        (old.parallel != new.parallel, "what may be worked at the same time"),
        (old.repeat != new.repeat, "for each of what it is worked"),
        (asks(old) != asks(new), "what it asks"),
    ];
    let what = what.into_iter().filter(|(is, _)| *is).map(|(_, words)| words.to_owned()).collect();
    Some(ChangedStep { id: new.id.clone(), title: new.title.clone(), what, lines })
}

/// Every line of both texts, in order; nothing where they are the same.
fn changed_lines(older: &str, newer: &str) -> Vec<Line> {
    if older == newer {
        return Vec::new();
    }
    let line = |kind, text: &str| Line { kind, text: text.to_owned() };
    let (old, new): (Vec<&str>, Vec<&str>) = (older.lines().collect(), newer.lines().collect());
    if old.len().saturating_mul(new.len()) > PAIRS_MAX {
        let gone = old.into_iter().map(|text| line(LineKind::Gone, text));
        return gone.chain(new.into_iter().map(|text| line(LineKind::New, text))).collect();
    }
    // How many lines the rests of both have in common, from each pair of places on.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    let at = |common: &[Vec<usize>], i: usize, j: usize| {
        common.get(i).and_then(|row| row.get(j)).copied().unwrap_or_default()
    };
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let here = match a == b {
                true => at(&common, i + 1, j + 1) + 1,
                false => at(&common, i + 1, j).max(at(&common, i, j + 1)),
            };
            if let Some(place) = common.get_mut(i).and_then(|row| row.get_mut(j)) {
                *place = here;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    loop {
        match (old.get(i), new.get(j)) {
            (Some(a), Some(b)) if a == b => {
                out.push(line(LineKind::Both, a));
                (i, j) = (i + 1, j + 1);
            }
            (Some(a), other) if other.is_none() || at(&common, i + 1, j) >= at(&common, i, j + 1) => {
                out.push(line(LineKind::Gone, a));
                i += 1;
            }
            (_, Some(b)) => {
                out.push(line(LineKind::New, b));
                j += 1;
            }
            (_, None) => return out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::{
        format::tests::{HEAD, sample, step},
        library,
    };

    #[test]
    fn each_playbook_says_what_it_says() {
        for playbook in library() {
            assert!(difference(playbook, playbook).is_empty(), "{}", playbook.id);
        }
    }

    #[test]
    fn steps_are_compared_by_their_ids() {
        let older = sample(&[
            step("a", "containment", "due = \"1 h after declared\""),
            step("b", "containment", ""),
            step("c", "containment", ""),
        ]);
        let text = format!(
            "{}{}{}{}",
            HEAD.replace("version = 3", "version = 4").replace("A sample", "Another"),
            step("c", "containment", ""),
            step("a", "containment", "due = \"2 h after declared\"\nmandatory = true"),
            step("d", "containment", ""),
        );
        let newer = Playbook::parse("sample.toml", &text).unwrap();
        let found = difference(&older, &newer);
        let ids = |steps: &[NamedStep]| steps.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
        assert_eq!((ids(&found.added), ids(&found.gone)), (vec!["d".to_owned()], vec!["b".to_owned()]));
        assert!(found.reordered);
        let [changed] = found.changed.as_slice() else { panic!("{found:?}") };
        assert_eq!(changed.id, "a");
        assert_eq!(changed.what, ["until when", "whether skipping it needs a reason"]);
        let lines = |kind| -> Vec<&str> {
            changed.lines.iter().filter(|l| l.kind == kind).map(|l| l.text.as_str()).collect()
        };
        assert_eq!(lines(LineKind::Gone), ["due = \"1 h after declared\""]);
        assert_eq!(lines(LineKind::New), ["due = \"2 h after declared\"", "mandatory = true"]);
        let head: Vec<&str> =
            found.head.iter().filter(|l| l.kind != LineKind::Both).map(|l| l.text.as_str()).collect();
        assert_eq!(head, ["title = \"A sample\"", "title = \"Another\""]);
        // The number alone is no change.
        let same = Playbook::parse("sample.toml", &older.source().replace("version = 3", "version = 9"));
        assert!(difference(&older, &same.unwrap()).is_empty());
    }
}
