//! From a playbook back to the text of a file.

use super::{Playbook, Reference, References, Step, StepPhase};
use crate::{
    fact::condition::Condition,
    text::{Choice, is_forbidden},
};
use std::{collections::BTreeMap, fmt::Write};

/// All of a playbook but its steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::playbook) struct Head {
    pub(in crate::playbook) id: String,
    pub(in crate::playbook) version: u32,
    pub(in crate::playbook) title: String,
    pub(in crate::playbook) use_when: String,
    pub(in crate::playbook) recommended_when: Option<Condition>,
    pub(in crate::playbook) summary: String,
    pub(in crate::playbook) severity_guidance: String,
    pub(in crate::playbook) references: References,
    pub(in crate::playbook) goals: BTreeMap<StepPhase, String>,
}

impl Head {
    pub(in crate::playbook) fn of(playbook: &Playbook) -> Self {
        Self {
            id: playbook.id.clone(),
            version: playbook.version,
            title: playbook.title.clone(),
            use_when: playbook.use_when.clone(),
            recommended_when: playbook.recommended_when.clone(),
            summary: playbook.summary.clone(),
            severity_guidance: playbook.severity_guidance.clone(),
            references: playbook.references.clone(),
            goals: playbook.goals.clone(),
        }
    }
}

/// The text of a file that reads as this. Equal playbooks have equal texts.
pub(in crate::playbook) fn write(head: &Head, steps: &[Step], cacao: Option<&str>) -> String {
    let mut out = String::new();
    line(&mut out, "id", &head.id);
    let _ = writeln!(out, "version = {}", head.version);
    line(&mut out, "title", &head.title);
    words(&mut out, "use_when", &head.use_when);
    if let Some(when) = &head.recommended_when {
        line(&mut out, "recommended_when", &when.to_string());
    }
    words(&mut out, "summary", &head.summary);
    words(&mut out, "severity_guidance", &head.severity_guidance);
    if head.references != References::default() {
        out.push_str("\n[references]\n");
        if !head.references.attack_version.is_empty() {
            line(&mut out, "attack_version", &head.references.attack_version);
        }
        references(&mut out, "attack", &head.references.attack);
        references(&mut out, "owasp", &head.references.owasp);
    }
    if !head.goals.is_empty() {
        out.push_str("\n[goals]\n");
        for (phase, goal) in &head.goals {
            words(&mut out, phase.code(), goal);
        }
    }
    for one in steps {
        step(&mut out, one);
    }
    if let Some(original) = cacao {
        out.push_str("\n# The playbook as it was imported, for `breachdesk playbook export`. Not to be edited.\n[cacao]\n");
        let _ = writeln!(out, "original = '''\n{original}'''");
    }
    out
}

/// The lines of one step, as a file has them.
pub(in crate::playbook) fn step_text(one: &Step) -> String {
    let mut out = String::new();
    step(&mut out, one);
    out.trim_start().to_owned()
}

fn step(out: &mut String, step: &Step) {
    out.push_str("\n[[step]]\n");
    line(out, "id", &step.id);
    line(out, "phase", step.phase.code());
    line(out, "title", &step.title);
    line(out, "role", step.role.code());
    words(out, "why", &step.why);
    words(out, "how", &step.how);
    if let Some(due) = step.due {
        line(out, "due", &due.to_string());
    }
    if step.mandatory {
        out.push_str("mandatory = true\n");
    }
    if !step.evidence.is_empty() {
        words(out, "evidence", &step.evidence);
    }
    if let Some(when) = &step.when {
        line(out, "when", &when.to_string());
    }
    let lines = [
        ("call", &step.call),
        ("decision", &step.decision),
        ("parallel", &step.parallel),
        ("repeat", &step.repeat),
    ];
    for (name, text) in lines {
        if let Some(text) = text {
            line(out, name, text);
        }
    }
    for question in &step.questions {
        out.push_str("\n[[step.question]]\n");
        line(out, "fact", &question.fact);
        line(out, "ask", &question.ask);
        if !question.help.is_empty() {
            words(out, "help", &question.help);
        }
    }
}

fn references(out: &mut String, name: &str, references: &[Reference]) {
    if references.is_empty() {
        return;
    }
    let _ = writeln!(out, "{name} = [");
    for reference in references {
        out.push_str("    ");
        quoted(out, &format!("{} {}", reference.id, reference.name));
        out.push_str(",\n");
    }
    out.push_str("]\n");
}

fn line(out: &mut String, name: &str, text: &str) {
    let _ = write!(out, "{name} = ");
    if text.contains('"') && !text.contains(['\'', '\n']) && !text.chars().any(|c| is_forbidden(c, false)) {
        let _ = write!(out, "'{text}'");
    } else {
        quoted(out, text);
    }
    out.push('\n');
}

/// Long texts stand as they are wherever TOML lets them.
fn words(out: &mut String, name: &str, text: &str) {
    if !text.contains('\n') {
        return line(out, name, text);
    }
    let as_it_is =
        !text.contains("'''") && !text.ends_with('\'') && !text.chars().any(|c| is_forbidden(c, true));
    if as_it_is {
        let _ = writeln!(out, "{name} = '''\n{text}\n'''");
        return;
    }
    let _ = writeln!(out, "{name} = \"\"\"");
    for part in text.split_inclusive('\n') {
        let (part, end) = part.strip_suffix('\n').map_or((part, ""), |part| (part, "\n"));
        escaped(out, part);
        out.push_str(end);
    }
    out.push_str("\n\"\"\"\n");
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    escaped(out, text);
    out.push('"');
}

fn escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_forbidden(c, false) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

impl Playbook {
    /// Whether another playbook says the same, wherever it came from and however its file is laid out.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let text = |playbook: &Self| write(&Head::of(playbook), &playbook.steps, None);
        text(self) == text(other)
    }
}
