//! A playbook as one text in Markdown, to be printed and followed on paper.

use super::{
    format::{Playbook, Reference, Step, StepPhase},
    library::find,
    progress::WithDecisions,
    recommend::WithHandling,
};
use crate::fact::catalogue::{Kind, catalogue};
use std::fmt::Write;

/// All that the playbook says, with boxes to tick and lines to write on.
#[must_use]
pub fn markdown(playbook: &Playbook) -> String {
    let mut out = String::new();
    let _ = write!(out, "# {}\n\n`{}`, version {}\n\n", playbook.title, playbook.id, playbook.version);
    let parts = [
        ("When to use it", &playbook.use_when),
        ("What it reaches", &playbook.summary),
        ("How severe it is", &playbook.severity_guidance),
    ];
    for (heading, text) in parts {
        let _ = write!(out, "## {heading}\n\n{text}\n\n");
    }
    if let Some(when) = &playbook.recommended_when {
        let _ = write!(out, "Recommended where {}.\n\n", when.words(&WithHandling(catalogue())));
    }
    references(&mut out, playbook);
    let mut phase: Option<StepPhase> = None;
    for (n, step) in playbook.steps.iter().enumerate() {
        if phase != Some(step.phase) {
            let again = playbook.steps.iter().take(n).any(|before| before.phase == step.phase);
            let _ = write!(out, "## {}{}\n\n", step.phase, if again { " (continued)" } else { "" });
            if let (false, Some(goal)) = (again, playbook.goals.get(&step.phase)) {
                let _ = write!(out, "*{goal}*\n\n");
            }
            phase = Some(step.phase);
        }
        write_step(&mut out, playbook, n + 1, step);
    }
    out
}

fn references(out: &mut String, playbook: &Playbook) {
    let references = &playbook.references;
    if references.attack.is_empty() && references.owasp.is_empty() {
        return;
    }
    out.push_str("## Described elsewhere\n\n");
    let version = if references.attack_version.is_empty() {
        "MITRE ATT&CK".to_owned()
    } else {
        format!("MITRE ATT&CK, version {}", references.attack_version)
    };
    for (source, list) in [(version.as_str(), &references.attack), ("OWASP", &references.owasp)] {
        for Reference { id, name } in list {
            let _ = writeln!(out, "- {id} {name} ({source})");
        }
    }
    out.push('\n');
}

fn write_step(out: &mut String, playbook: &Playbook, number: usize, step: &Step) {
    let _ = write!(out, "### ☐ {number}. {}\n\n", step.title);
    let mut facts = vec![format!("Who: {}", step.role)];
    if let Some(when) = &step.when {
        let labels = WithDecisions { playbook, labels: catalogue() };
        facts.push(format!("Only where {}", when.words(&labels)));
    }
    facts.extend(step.due.map(|due| format!("Within {}", due.words())));
    if step.mandatory {
        facts.push("Mandatory: skipping it needs a reason".to_owned());
    }
    let beside: Vec<&str> = playbook.beside(step).map(|other| other.title.as_str()).collect();
    if !beside.is_empty() {
        facts.push(format!("May be worked at the same time as: {}", beside.join("; ")));
    }
    facts.extend(step.repeat.as_ref().map(|each| format!("Once for {each}")));
    facts.extend(step.call.as_ref().map(|id| {
        let title = find(id).map_or(id.as_str(), |called| called.title.as_str());
        format!("By following the playbook “{title}” (`{id}`)")
    }));
    for fact in facts {
        let _ = writeln!(out, "- {fact}");
    }
    let _ = write!(out, "\n{}\n\n{}\n\n", step.why, step.how);
    if let Some(question) = &step.decision {
        let _ = write!(out, "**Decide:** {question}\n\n☐ yes ☐ no\n\n");
    }
    for question in &step.questions {
        let _ = write!(out, "**Question:** {}\n\n", question.ask);
        if !question.help.is_empty() {
            let _ = write!(out, "{}\n\n", question.help);
        }
        let _ = write!(out, "{}\n\n", blank(&question.fact));
    }
    if !step.evidence.is_empty() {
        let _ = write!(out, "**To be filed:** {}\n\n", step.evidence);
    }
}

/// Where the answer is written or ticked.
fn blank(key: &str) -> String {
    const LINE: &str = "______________________________";
    let Some(fact) = catalogue().get(key) else { return format!("{LINE} (`{key}`)") };
    let boxes = match fact.kind {
        Kind::Bool => "☐ yes ☐ no".to_owned(),
        Kind::Choice | Kind::Choices => {
            fact.options.iter().map(|option| format!("- ☐ {}", option.en)).collect::<Vec<_>>().join("\n")
        }
        _ => LINE.to_owned(),
    };
    format!("{boxes}\n\n(`{key}`)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::library;

    #[test]
    fn nothing_that_a_playbook_says_is_missing() {
        for playbook in library() {
            let text = markdown(playbook);
            let head = [&playbook.title, &playbook.use_when, &playbook.summary, &playbook.severity_guidance];
            let steps =
                playbook.steps.iter().flat_map(|step| [&step.title, &step.why, &step.how, &step.evidence]);
            let questions = playbook.steps.iter().flat_map(|step| &step.questions);
            let questions = questions.flat_map(|question| [&question.ask, &question.help, &question.fact]);
            let references = playbook.references.attack.iter().chain(&playbook.references.owasp);
            let references = references.flat_map(|reference| [&reference.id, &reference.name]);
            let all = head
                .into_iter()
                .chain(steps)
                .chain(questions)
                .chain(references)
                .chain(playbook.goals.values());
            for said in all {
                assert!(text.contains(said.as_str()), "{}: {said}", playbook.id);
            }
            for step in &playbook.steps {
                assert!(step.due.is_none_or(|due| text.contains(&due.words())));
                assert!(step.repeat.as_ref().is_none_or(|each| text.contains(&format!("Once for {each}"))));
            }
        }
    }
}
