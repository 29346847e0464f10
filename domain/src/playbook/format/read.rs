//! From the text of a file to a playbook, collecting everything that is wrong with it.

use super::{
    FILE_MAX, Playbook, PlaybookError, Question, READ_MAX, Reference, References, Step, StepPhase, StepRole,
};
use crate::text::{LINE_MAX, is_forbidden};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt, ops::Range, str::FromStr};
use toml::Spanned;

pub(super) fn read(file: &str, text: &str) -> Result<Playbook, Vec<PlaybookError>> {
    let mut reading = Reading { file, text, errors: Vec::new() };
    reading.size_and_characters();
    if !reading.errors.is_empty() {
        return Err(reading.errors);
    }
    let raw: RawPlaybook = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            reading.push(error.span().unwrap_or_default(), remedy(error.message()));
            return Err(reading.errors);
        }
    };
    let playbook = reading.playbook(raw);
    reading.errors.extend(playbook.structure_errors());
    reading.errors.sort_by_key(|error| error.line);
    if reading.errors.is_empty() { Ok(playbook) } else { Err(reading.errors) }
}

/// The parser's words, with what to do about it.
fn remedy(message: &str) -> String {
    let message = message.trim();
    if let Some(rest) = message.strip_prefix("missing field ") {
        return format!("{rest} is missing here. Add a line for it.");
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let (name, known) = rest.split_once(", expected ").unwrap_or((rest, "the names in the README"));
        return format!("{name} is not part of the format. Remove it, or use {known}.");
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let (name, known) = rest.split_once(", expected ").unwrap_or((rest, "a word of the README"));
        return format!("{name} is not a word of the format. Use {known}.");
    }
    format!(
        "This is not valid TOML for a playbook: {}. Compare it with the example in the README.",
        message.replace('\n', ", ")
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlaybook {
    id: Spanned<String>,
    version: Spanned<u32>,
    title: Spanned<String>,
    use_when: Spanned<String>,
    recommended_when: Option<Spanned<String>>,
    summary: Spanned<String>,
    severity_guidance: Spanned<String>,
    #[serde(default)]
    references: RawReferences,
    #[serde(default)]
    goals: BTreeMap<StepPhase, Spanned<String>>,
    #[serde(default, rename = "step")]
    steps: Vec<Spanned<RawStep>>,
    cacao: Option<RawCacao>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCacao {
    original: Spanned<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawReferences {
    #[serde(default)]
    attack_version: String,
    #[serde(default)]
    attack: Vec<Spanned<String>>,
    #[serde(default)]
    owasp: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    id: Spanned<String>,
    phase: StepPhase,
    title: Spanned<String>,
    role: StepRole,
    why: Spanned<String>,
    how: Spanned<String>,
    due: Option<Spanned<String>>,
    #[serde(default)]
    mandatory: bool,
    evidence: Option<Spanned<String>>,
    when: Option<Spanned<String>>,
    call: Option<Spanned<String>>,
    decision: Option<Spanned<String>>,
    parallel: Option<Spanned<String>>,
    repeat: Option<Spanned<String>>,
    #[serde(default, rename = "question")]
    questions: Vec<Spanned<RawQuestion>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    fact: Spanned<String>,
    ask: Spanned<String>,
    help: Option<Spanned<String>>,
}

struct Reading<'t> {
    file: &'t str,
    text: &'t str,
    errors: Vec<PlaybookError>,
}

impl Reading<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        // Asked for every step and question: counting in a slice took a quarter off the reading of the library.
        let before = self.text.as_bytes().get(..span.start).unwrap_or_default();
        before.iter().filter(|b| **b == b'\n').count() + 1
    }

    fn push(&mut self, span: Range<usize>, message: impl Into<String>) {
        let line = self.line(&span);
        self.errors.push(PlaybookError { file: self.file.to_owned(), line, message: message.into() });
    }

    fn size_and_characters(&mut self) {
        let imported = self.text.starts_with("[cacao]") || self.text.contains("\n[cacao]");
        let most = if imported { READ_MAX } else { FILE_MAX };
        if self.text.len() > most {
            self.push(0..0, format!("The file has more than {most} bytes. Split it."));
        }
        let bad = |c: char| is_forbidden(c, true) && c != '\r';
        if let Some((at, c)) = self.text.char_indices().find(|(_, c)| bad(*c)) {
            self.push(
                at..at,
                format!("A control character (U+{:04X}) stands here. Remove it.", u32::from(c)),
            );
        }
    }

    fn playbook(&mut self, raw: RawPlaybook) -> Playbook {
        if *raw.version.get_ref() == 0 {
            self.push(raw.version.span(), "Versions count from 1.");
        }
        let recommended_line = raw.recommended_when.as_ref().map_or(0, |when| self.line(&when.span()));
        let id = self.name(raw.id.clone());
        // An imported one is called what the person who imported it called it.
        let is_ours = raw.cacao.is_none();
        let has_file = !self.file.is_empty();
        if is_ours && has_file && self.file.rsplit(['/', '\\']).next() != Some(&format!("{id}.toml")) {
            self.push(raw.id.span(), format!("The file must be named after its id: {id}.toml."));
        }
        Playbook {
            id,
            version: raw.version.into_inner(),
            title: self.one_line(raw.title),
            use_when: self.words(raw.use_when),
            recommended_when: raw
                .recommended_when
                .and_then(|when| self.parsed(&when, "in \"recommended_when\", ")),
            summary: self.words(raw.summary),
            severity_guidance: self.words(raw.severity_guidance),
            references: References {
                attack_version: raw.references.attack_version,
                attack: raw.references.attack.into_iter().map(|r| self.reference(r)).collect(),
                owasp: raw.references.owasp.into_iter().map(|r| self.reference(r)).collect(),
            },
            goals: raw.goals.into_iter().map(|(phase, goal)| (phase, self.words(goal))).collect(),
            steps: raw.steps.into_iter().map(|step| self.step(step)).collect(),
            recommended_line,
            cacao: raw.cacao.map(|cacao| self.original(cacao.original)),
            file: self.file.to_owned(),
            source: self.text.to_owned(),
            digest: data_encoding::HEXLOWER.encode(&Sha256::digest(self.text.as_bytes())),
        }
    }

    fn step(&mut self, raw: Spanned<RawStep>) -> Step {
        let line = self.line(&raw.span());
        let raw = raw.into_inner();
        Step {
            id: self.name(raw.id),
            line,
            phase: raw.phase,
            title: self.one_line(raw.title),
            role: raw.role,
            why: self.words(raw.why),
            how: self.words(raw.how),
            due: raw.due.and_then(|due| self.parsed(&due, "")),
            mandatory: raw.mandatory,
            evidence: raw.evidence.map(|text| self.words(text)).unwrap_or_default(),
            when: raw.when.and_then(|when| self.parsed(&when, "in \"when\", ")),
            call: raw.call.map(|id| self.name(id)),
            decision: raw.decision.map(|text| self.one_line(text)),
            parallel: raw.parallel.map(|name| self.name(name)),
            repeat: raw.repeat.map(|text| self.one_line(text)),
            questions: raw.questions.into_iter().map(|question| self.question(question)).collect(),
        }
    }

    /// The original of an imported one: it must still be what was imported.
    fn original(&mut self, raw: Spanned<String>) -> String {
        if super::super::cacao::json::read(raw.get_ref().as_bytes()).is_err() {
            self.push(
                raw.span(),
                "This is no JSON any more. Import the playbook again, or remove the table [cacao].",
            );
        }
        raw.into_inner()
    }

    fn question(&mut self, raw: Spanned<RawQuestion>) -> Question {
        let line = self.line(&raw.span());
        let raw = raw.into_inner();
        Question {
            fact: self.one_line(raw.fact),
            line,
            ask: self.one_line(raw.ask),
            help: raw.help.map(|text| self.words(text)).unwrap_or_default(),
        }
    }

    fn parsed<T: FromStr<Err: fmt::Display>>(&mut self, raw: &Spanned<String>, place: &str) -> Option<T> {
        match raw.get_ref().parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.push(raw.span(), format!("{place}{error}"));
                None
            }
        }
    }

    fn reference(&mut self, raw: Spanned<String>) -> Reference {
        if let Some((id, name)) = raw.get_ref().trim().split_once(' ') {
            return Reference { id: id.to_owned(), name: name.trim().to_owned() };
        }
        self.push(
            raw.span(),
            "Write the identifier and the name: \"API1:2023 Broken Object Level Authorization\".",
        );
        Reference { id: raw.into_inner(), name: String::new() }
    }

    /// A short name for the program: small letters, digits and hyphens.
    fn name(&mut self, raw: Spanned<String>) -> String {
        let part = |p: &str| !p.is_empty() && p.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if raw.get_ref().len() > 60 || !raw.get_ref().split('-').all(part) {
            self.push(
                raw.span(),
                "An id or name has up to 60 small letters, digits and single hyphens: switch-endpoint-off.",
            );
        }
        raw.into_inner()
    }

    fn one_line(&mut self, raw: Spanned<String>) -> String {
        let span = raw.span();
        let text = self.words(raw);
        if text.contains('\n') || text.chars().count() > LINE_MAX {
            self.push(span, format!("This must be one line of at most {LINE_MAX} characters. Shorten it."));
        }
        text
    }

    fn words(&mut self, raw: Spanned<String>) -> String {
        let text = raw.get_ref().trim().to_owned();
        if text.is_empty() {
            self.push(
                raw.span(),
                "Nothing is written here. Write it, or remove the line if the format allows.",
            );
        }
        text
    }
}
