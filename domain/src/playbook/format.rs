//! The file format. `playbooks/README.md` explains it to the people who write them.

mod read;
pub(super) mod write;

use super::due::Due;
use crate::{choices, fact::condition::Condition};
use std::collections::{BTreeMap, BTreeSet};

/// How many bytes a file may have.
const FILE_MAX: usize = 256 * 1024;

/// How many bytes any file may have that is to be read as a playbook. One that was imported carries its
/// original, and so may have more than one that a person wrote.
pub const READ_MAX: usize = 8 * 1024 * 1024;

choices! {
    /// The part of the response a step belongs to. Notification runs beside the others, not after them.
    pub enum StepPhase {
        DetectionAndAnalysis = "detection_and_analysis" => "Detection and analysis",
        Containment = "containment" => "Containment",
        Eradication = "eradication" => "Eradication",
        Recovery = "recovery" => "Recovery",
        Notification = "notification" => "Communication and notice",
        LessonsLearned = "lessons_learned" => "Lessons learned",
    }
}

choices! {
    /// Who does a step. A function in the response, not a right in this program.
    pub enum StepRole {
        Lead = "lead" => "Incident lead",
        Responder = "responder" => "Responder",
        ServiceOwner = "service_owner" => "Service owner and developers",
        Administrator = "administrator" => "System administrator",
        Dpo = "dpo" => "Data protection officer",
        Counsel = "counsel" => "Counsel",
        Communications = "communications" => "Communications",
        Management = "management" => "Management",
    }
}

/// What is wrong with a playbook file, where, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct PlaybookError {
    pub file: String,
    /// The first line is 1.
    pub line: usize,
    pub message: String,
}

/// A parsed playbook. It can only be made from its text, which it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playbook {
    pub id: String,
    /// Counts up with every published change.
    pub version: u32,
    pub title: String,
    /// How to recognise the case this is for.
    pub use_when: String,
    /// What the facts of an incident must say for it to be recommended there. Absent: nobody is pointed to it.
    pub recommended_when: Option<Condition>,
    pub summary: String,
    /// How severe such an incident usually is, and what makes it worse. Markdown.
    pub severity_guidance: String,
    pub references: References,
    /// What each phase is to reach, where the file says so.
    pub goals: BTreeMap<StepPhase, String>,
    /// In the order in which they are worked.
    pub steps: Vec<Step>,
    /// The CACAO playbook it was imported from, as JSON, so that it can be given back unchanged.
    pub cacao: Option<String>,
    /// Where [`Self::recommended_when`] stands; 0 where there is none.
    pub(super) recommended_line: usize,
    file: String,
    source: String,
    digest: String,
}

/// Where others describe the same attack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct References {
    /// The version of ATT&CK whose identifiers are used: they change their meaning between versions.
    pub attack_version: String,
    pub attack: Vec<Reference>,
    pub owasp: Vec<Reference>,
}

/// An identifier and the name it has at its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub id: String,
    pub name: String,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: String,
    /// Where it begins in the file.
    pub line: usize,
    pub phase: StepPhase,
    /// An imperative: "Switch the endpoint off".
    pub title: String,
    pub role: StepRole,
    /// Why it matters, in a sentence or two.
    pub why: String,
    /// How it is done. Markdown: paragraphs, lists, `code`, fenced blocks and emphasis, no HTML.
    pub how: String,
    pub due: Option<Due>,
    /// Skipping it needs a reason.
    pub mandatory: bool,
    /// What should be filed when it is done; empty where nothing is expected.
    pub evidence: String,
    /// Absent: it always applies.
    pub when: Option<Condition>,
    /// The id of the playbook that is followed in the same incident to do this step.
    pub call: Option<String>,
    /// The step is a question with the answer yes (it is done) or no (it does not apply). Steps behind it
    /// hang on the answer by `step.ID == "yes"`.
    pub decision: Option<String>,
    /// The name of the neighbouring steps that may be worked at the same time.
    pub parallel: Option<String>,
    /// It is worked once for each of something: "each affected mailbox".
    pub repeat: Option<String>,
    pub questions: Vec<Question>,
}

/// A question whose answer is a fact of the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The key in the fact catalogue, which knows the kind of answer and its options.
    pub fact: String,
    pub line: usize,
    pub ask: String,
    /// How to find the answer; may be empty.
    pub help: String,
}

impl Playbook {
    /// Reads a playbook. `file` names it in errors and must be the id with `.toml`; empty where it comes from no file.
    ///
    /// # Errors
    /// Everything that is wrong, each with its line and what to write instead. Whether the fact keys
    /// exist is asked separately, by [`Self::check`].
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<PlaybookError>> {
        read::read(file, text)
    }

    /// The name of the file it was read from.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The exact text it was read from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// SHA-256 of the text, lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The step with this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The other steps that may be worked at the same time as this one.
    pub fn beside<'p>(&'p self, step: &'p Step) -> impl Iterator<Item = &'p Step> {
        let with =
            |other: &&Step| step.parallel.is_some() && other.parallel == step.parallel && other.id != step.id;
        self.steps.iter().filter(with)
    }

    /// The ids of the playbooks that its steps call.
    #[must_use]
    pub fn calls(&self) -> BTreeSet<&str> {
        self.steps.iter().filter_map(|step| step.call.as_deref()).collect()
    }

    /// How many questions its steps ask.
    #[must_use]
    pub fn question_count(&self) -> usize {
        self.steps.iter().map(|step| step.questions.len()).sum()
    }
}

#[cfg(test)]
pub(super) mod tests;
