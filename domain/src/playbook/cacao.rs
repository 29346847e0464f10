//! CACAO Security Playbooks 2.0 (OASIS, Committee Specification 01), in and out.
//!
//! What others write is read by rules of our own in two levels: an error is what would mislead the person
//! who follows the playbook, a notice is what is merely untidy or not taken over as it stands. The official
//! JSON Schema can't be that judge: it refuses every real playbook in its strict reading and hardly anything
//! in the other. Section numbers in this module are those of the specification.

mod condition;
mod draft;
mod export;
mod flow;
pub(super) mod json;
mod ours;
mod secrets;
mod shape;

pub use export::export;
pub use json::{DEPTH_MAX, FILE_MAX, TEXT_MAX};

use super::format::Playbook;
use serde::Serialize;
use serde_json::Value;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The playbook is not taken.
    Error,
    /// It is taken, and this should be known.
    Notice,
}

/// One thing that was found in a CACAO playbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    #[serde(skip)]
    pub level: Level,
    /// Stable, for programs.
    pub code: &'static str,
    /// Where, as a JSON pointer (RFC 6901); empty for the file as a whole.
    pub path: String,
    /// What is wrong and what would be right, or what was done about it.
    pub message: String,
}

impl Finding {
    fn error(code: &'static str, path: &str, message: impl Into<String>) -> Self {
        Self { level: Level::Error, code, path: path.to_owned(), message: message.into() }
    }

    fn notice(code: &'static str, path: &str, message: impl Into<String>) -> Self {
        Self { level: Level::Notice, code, path: path.to_owned(), message: message.into() }
    }
}

/// What came of an import.
#[derive(Debug, Default, Serialize)]
pub struct Import {
    pub errors: Vec<Finding>,
    pub notices: Vec<Finding>,
    /// Present when there is no error.
    #[serde(skip)]
    pub playbook: Option<Playbook>,
}

impl Import {
    fn of(findings: Vec<Finding>, playbook: Option<Playbook>) -> Self {
        let (errors, notices): (Vec<_>, Vec<_>) =
            findings.into_iter().partition(|finding| finding.level == Level::Error);
        let playbook = playbook.filter(|_| errors.is_empty());
        Self { errors, notices, playbook }
    }
}

/// Reads a CACAO playbook from the bytes of a file. `id` is the id the playbook is to have among ours; absent,
/// it is made from its name. One of ours keeps its own id.
///
/// The playbook carries the original, without its secrets.
#[must_use]
pub fn import(bytes: &[u8], id: Option<&str>) -> Import {
    let mut original = match json::read(bytes) {
        Ok(original) => original,
        Err(finding) => return Import::of(vec![finding], None),
    };
    let mut findings = secrets::drop(&mut original);
    if !findings.is_empty() && original.get("signatures").is_some() {
        let message = "The signature was made with the secrets in it, so it does not fit any more. It is kept as it is.";
        findings.push(Finding::notice("signature_broken", "/signatures", message));
    }
    findings.extend(shape::check(&original));
    let flow = flow::read(&original, &mut findings);
    if findings.iter().any(|finding| finding.level == Level::Error) {
        return Import::of(findings, None);
    }
    let text = match ours::read(&original, &mut findings) {
        Some(ours) => Some(ours),
        None => flow.map(|flow| draft::text_of(&original, &flow, id, &mut findings)),
    };
    let playbook = text.and_then(|text| written(&text, &mut findings));
    Import::of(findings, playbook)
}

/// A last check by the reader of our own files.
fn written(text: &str, findings: &mut Vec<Finding>) -> Option<Playbook> {
    match Playbook::parse("imported.toml", text) {
        Ok(playbook) => Some(playbook),
        Err(errors) => {
            let message = |why: String| format!("This playbook can't be written as one of ours: {why}");
            findings.extend(
                errors.into_iter().map(|e| Finding::error("not_representable", "", message(e.message))),
            );
            None
        }
    }
}

/// The JSON pointer of a member.
fn pointer(path: &str, name: &str) -> String {
    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The UUID of an identifier, if it has the form `type--UUID`.
fn uuid(identifier: &str) -> Option<&str> {
    let (kind, uuid) = identifier.split_once("--").filter(|(kind, _)| !kind.is_empty())?;
    let _ = kind;
    let groups: Vec<&str> = uuid.split('-').collect();
    let has_form = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()));
    has_form.then_some(uuid)
}

fn text<'v>(of: &'v Value, name: &str) -> Option<&'v str> {
    of.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
