//! What one version of a playbook says otherwise than another: step by step.

use super::format::{
    Playbook, Step,
    write::{Head, step_text, write},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What is otherwise in a newer version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// What is not in a step (title, when to use it, references, goals), as both files have it. Nothing where that is
    /// the same.
    pub head: Option<Texts>,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedStep {
    pub id: String,
    /// As it is called in the newer version.
    pub title: String,
    /// What of it is otherwise, in words: `how it is done`, `when it applies`.
    pub what: Vec<String>,
    pub texts: Texts,
}

/// The same part of two versions, as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    pub older: String,
    pub newer: String,
}

impl Texts {
    /// Nothing where they are the same.
    fn otherwise(older: String, newer: String) -> Option<Self> {
        (older != newer).then_some(Self { older, newer })
    }
}

impl Compared {
    /// Whether both say the same, whatever their numbers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What `newer` says otherwise than `older`. Steps are the same where their ids are.
#[must_use]
pub fn compared(older: &Playbook, newer: &Playbook) -> Compared {
    let named = |step: &Step| NamedStep { id: step.id.clone(), title: step.title.clone() };
    let both: Vec<(&Step, &Step)> =
        newer.steps.iter().filter_map(|new| Some((older.step(&new.id)?, new))).collect();
    let places = |(old, _): &(&Step, &Step)| older.steps.iter().position(|step| step.id == old.id);
    Compared {
        head: Texts::otherwise(head_text(older), head_text(newer)),
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
    let texts = Texts::otherwise(step_text(old), step_text(new))?;
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
    Some(ChangedStep { id: new.id.clone(), title: new.title.clone(), what, texts })
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
            assert!(compared(playbook, playbook).is_empty(), "{}", playbook.id);
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
        let found = compared(&older, &newer);
        let ids = |steps: &[NamedStep]| steps.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
        assert_eq!((ids(&found.added), ids(&found.gone)), (vec!["d".to_owned()], vec!["b".to_owned()]));
        assert!(found.reordered);
        let [changed] = found.changed.as_slice() else { panic!("{found:?}") };
        assert_eq!(changed.id, "a");
        assert_eq!(changed.what, ["until when", "whether skipping it needs a reason"]);
        assert!(changed.texts.older.contains("due = \"1 h after declared\""), "{changed:?}");
        assert!(
            changed.texts.newer.contains("due = \"2 h after declared\"\nmandatory = true"),
            "{changed:?}"
        );
        let head = found.head.unwrap();
        assert_eq!(head.newer, head.older.replace("A sample", "Another"));
        // The number alone is no change.
        let same = Playbook::parse("sample.toml", &older.source().replace("version = 3", "version = 9"));
        assert!(compared(&older, &same.unwrap()).is_empty());
    }
}
