//! Writing a playbook: a text to begin with, another head for a copy, and what is wrong with what was typed.

use super::{
    check::Others,
    format::{Playbook, PlaybookError, StepPhase},
};
use crate::{
    fact::{catalogue::Catalogue, condition::STEP_PREFIX},
    refusal::{FieldError, Refusal},
    text::Choice,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// How many bytes of text a person may type, without the original of one that was imported.
pub const TYPED_MAX: usize = 256 * 1024;

/// Ids that are taken by pages of the library.
const TAKEN: [&str; 2] = ["new", "import"];

/// How an imported playbook goes on after its steps. People don't edit that part.
const ORIGINAL: &str = "\n# The playbook as it was imported";

/// Begins a playbook of the organisation's own, or the next version of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BeginInput {
    /// Its id: up to 60 small letters, digits and single hyphens. Empty for the next version of the one that is copied.
    pub playbook: String,
    /// The id of the playbook that is offered and copied; empty for a new one.
    pub copy_of: String,
}

/// The text of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TextInput {
    /// TOML, at most 256 KiB. It may have errors: it is only a draft. The original of an imported one stays as it is
    /// where the text leaves it out.
    pub source: String,
}

impl TextInput {
    /// The text, with line ends as we keep them.
    ///
    /// # Errors
    /// It is empty, too long, or has a NUL.
    pub fn parse(&self) -> Result<String, Refusal> {
        let text = self.source.replace("\r\n", "\n");
        let typed = split(&text).0.len();
        let error = if text.trim().is_empty() {
            FieldError::new(
                "source",
                "required",
                "Write the playbook here. To give it up, use “Give the draft up”.",
            )
        } else if typed > TYPED_MAX {
            let message =
                format!("This has {typed} bytes; at most {TYPED_MAX} are taken. Split the playbook.");
            FieldError::new("source", "too_long", message)
        } else if let Some((line, c)) = forbidden(&text) {
            let message = format!("Line {line} has a control character (U+{:04X}). Remove it.", u32::from(c));
            FieldError::new("source", "control_character", message)
        } else {
            return Ok(text);
        };
        Err(Refusal::Invalid(vec![error]))
    }
}

fn forbidden(text: &str) -> Option<(usize, char)> {
    let bad = |c: char| crate::text::is_forbidden(c, true);
    (1..).zip(text.split('\n')).find_map(|(line, words)| Some((line, words.chars().find(|c| bad(*c))?)))
}

/// An id that a playbook may have.
///
/// # Errors
/// Another name is needed.
pub fn named(field: &str, raw: &str) -> Result<String, Refusal> {
    let id = raw.trim();
    let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let (code, message) = if id.is_empty() {
        ("required", "Give it a short name of small letters, digits and single hyphens: stolen-van.")
    } else if id.len() > 60 || !id.split('-').all(part) {
        ("not_a_name", "Up to 60 small letters, digits and single hyphens are taken: stolen-van.")
    } else if TAKEN.contains(&id) {
        ("taken", "This name is needed for a page of the library. Choose another.")
    } else {
        return Ok(id.to_owned());
    };
    Err(Refusal::field(field, code, message))
}

/// The text that people edit, and the original of an imported playbook, which they don't.
#[must_use]
pub fn split(source: &str) -> (&str, &str) {
    match source.find(ORIGINAL) {
        Some(at) => source.split_at_checked(at).unwrap_or((source, "")),
        None => (source, ""),
    }
}

/// What was typed, with the original that belonged to the text before.
#[must_use]
pub fn rejoined(typed: String, before: &str) -> String {
    let original = split(before).1;
    if original.is_empty() || typed.lines().any(|line| line.trim() == "[cacao]") {
        return typed;
    }
    format!("{}\n{original}", typed.trim_end())
}

/// The same text under another id and version; remarks and order stay. Where the head isn't written one line each,
/// the text stays as it is, and whoever edits it is told.
#[must_use]
pub fn headed(source: &str, id: &str, version: u32) -> String {
    let mut in_head = true;
    let line = |line: &str| {
        in_head &= !line.trim_start().starts_with('[');
        let key = line.split_once('=').map(|(key, _)| key.trim()).filter(|_| in_head);
        match key {
            Some("id") => format!("id = \"{id}\""),
            Some("version") => format!("version = {version}"),
            _ => line.to_owned(),
        }
    };
    let mut out = source.lines().map(line).collect::<Vec<_>>().join("\n");
    if source.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// A text to begin with: it reads and checks without an error.
#[must_use]
pub fn beginning(id: &str) -> String {
    format!(
        r#"# What each line means is explained in the handbook of the format, playbooks/README.md.

id = "{id}"
version = 1
title = "Name what has happened"
use_when = "How to recognise the case that this playbook is for."
summary = "What it reaches, in two or three sentences."
severity_guidance = '''
- **High**: what makes it severe.
- **Low**: what makes it less so.
'''

[goals]
detection_and_analysis = "What this phase is to reach, in one sentence."

[[step]]
id = "look-first"
phase = "detection_and_analysis"
title = "Say what to do in a few words"
role = "responder"
why = "Why it matters, in a sentence or two."
how = '''
1. How it is done, step by step.
2. What to write down.
'''
due = "1 h after declared"
mandatory = true
evidence = "What is to be filed."

[[step.question]]
fact = "nature.incident_type"
ask = "What kind of incident is it, as far as you can say now?"
help = "It may be changed later."
"#
    )
}

/// Something that was found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PlaybookFinding")]
pub struct Finding {
    /// The first line is 1.
    pub line: usize,
    /// What is wrong and what to write instead.
    pub message: String,
}

/// What a text comes to.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// Where it can be read at all.
    pub playbook: Option<Arc<Playbook>>,
    /// With these it isn't published.
    pub errors: Vec<Finding>,
    /// Worth a second look.
    pub warnings: Vec<Finding>,
}

/// What a text is checked against.
pub struct Against<'a, 'p> {
    pub catalogue: &'a Catalogue,
    /// The playbooks that are offered, this one aside.
    pub others: &'a Others<'a, 'p>,
    /// The titles of those that call this one.
    pub callers: &'a [String],
    /// The greatest version of it that there was; 0 where there was none.
    pub newest: u32,
}

/// Whether a text can be published as this playbook, and what is worth a second look.
#[must_use]
pub fn checked(id: &str, source: &str, against: &Against<'_, '_>) -> Checked {
    let playbook = match Playbook::parse("", source) {
        Ok(playbook) => playbook,
        Err(errors) => {
            return Checked { errors: errors.into_iter().map(Finding::from).collect(), ..Checked::default() };
        }
    };
    let mut errors: Vec<Finding> =
        playbook.check(against.catalogue, against.others).into_iter().map(Finding::from).collect();
    let mut refuse =
        |key: &str, message: String| errors.push(Finding { line: head_line(source, key), message });
    if playbook.id != id {
        refuse("id", format!("This is the draft of \"{id}\". Give it that id, or begin another playbook."));
    }
    if playbook.version <= against.newest {
        let (newest, next) = (against.newest, against.newest.saturating_add(1));
        refuse("version", format!("There was a version {newest} already. Make this one {next}."));
    }
    if let (Some(step), false) =
        (playbook.steps.iter().find(|step| step.call.is_some()), against.callers.is_empty())
    {
        let message = format!(
            "“{}” calls this playbook, so it can't call another one. Remove the line \"call\".",
            against.callers.join("”, “")
        );
        errors.push(Finding { line: step.line, message });
    }
    errors.sort_by_key(|finding| finding.line);
    let mut warnings = warnings(&playbook, against);
    warnings.sort_by_key(|finding| finding.line);
    Checked { playbook: Some(Arc::new(playbook)), errors, warnings }
}

impl From<PlaybookError> for Finding {
    fn from(PlaybookError { file: _, line, message }: PlaybookError) -> Self {
        Self { line, message }
    }
}

/// The line of the head with this key.
fn head_line(source: &str, key: &str) -> usize {
    let is_it = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    source.lines().position(is_it).map_or(1, |before| before + 1)
}

fn warnings(playbook: &Playbook, against: &Against<'_, '_>) -> Vec<Finding> {
    let mut out = Vec::new();
    if against.callers.is_empty() {
        for phase in StepPhase::ALL.iter().filter(|phase| !playbook.steps.iter().any(|s| s.phase == **phase))
        {
            let message =
                format!("No step belongs to the phase “{phase}”. Add one, unless others call this playbook.");
            out.push(Finding { line: 1, message });
        }
    }
    let mut asked = BTreeSet::new();
    for question in playbook.steps.iter().flat_map(|step| &step.questions) {
        if !asked.insert(question.fact.as_str()) {
            let message = format!(
                "{} is asked further up already. Its answer is known here; ask it once.",
                question.fact
            );
            out.push(Finding { line: question.line, message });
        }
    }
    let called = playbook.steps.iter().filter_map(|step| (against.others)(step.call.as_deref()?));
    asked.extend(called.flat_map(|p| &p.steps).flat_map(|s| &s.questions).map(|q| q.fact.as_str()));
    for step in &playbook.steps {
        let keys = step.when.iter().flat_map(|when| when.keys());
        for key in keys.filter(|key| !key.starts_with(STEP_PREFIX) && !asked.contains(key)) {
            let derived = against.catalogue.get(key).is_some_and(|fact| fact.derived);
            if !derived {
                let message = format!(
                    "“{}” waits for {key}, which no step asks. Ask it in a step before, or it waits until somebody records it elsewhere.",
                    step.title
                );
                out.push(Finding { line: step.line, message });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests;
