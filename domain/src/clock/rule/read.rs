//! From the text of a file to a rule, collecting everything that is wrong with it.

use super::{Confidence, Origin, Rule, RuleError, Stage, Status, Version};
use crate::{
    clock::{
        calendar::calendars,
        span::{Span, Trigger},
    },
    text::is_forbidden,
};
use chrono::NaiveDate;
use serde::Deserialize;
use std::ops::Range;
use toml::{Spanned, value::Datetime};

/// How long a text of a rule may be, in characters.
const TEXT_MAX: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    code: Spanned<String>,
    regime: Spanned<String>,
    title: Spanned<String>,
    scope: Spanned<String>,
    #[serde(default, rename = "version")]
    versions: Vec<Spanned<RawVersion>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVersion {
    effective_from: Option<Spanned<Datetime>>,
    effective_to: Option<Spanned<Datetime>>,
    status: Status,
    confidence: Confidence,
    source: Spanned<String>,
    threshold: Spanned<String>,
    recipient: Spanned<String>,
    channel: Spanned<String>,
    template: Option<Spanned<String>>,
    calendar_note: Option<Spanned<String>>,
    notes: Option<Spanned<String>>,
    #[serde(default, rename = "stage")]
    stages: Vec<Spanned<RawStage>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStage {
    name: Spanned<String>,
    title: Spanned<String>,
    trigger: Trigger,
    #[serde(default)]
    after: Vec<Spanned<String>>,
    same_report_as: Option<Spanned<String>>,
    within: Spanned<String>,
    wording: Option<Spanned<String>>,
    recipient: Spanned<String>,
    applies_when: Option<Spanned<String>>,
    source: Option<Spanned<String>>,
}

pub(super) fn read(file: &str, text: &str) -> Result<Rule, Vec<RuleError>> {
    let mut reading = Reading { file, text, errors: Vec::new() };
    let raw: RawRule = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            reading.push(&error.span().unwrap_or_default(), remedy(error.message()));
            return Err(reading.errors);
        }
    };
    let rule = reading.rule(raw);
    reading.errors.sort_by_key(|error| error.line);
    if reading.errors.is_empty() { Ok(rule) } else { Err(reading.errors) }
}

/// The parser's words, with what to do about it.
fn remedy(message: &str) -> String {
    let message = message.trim();
    if let Some(rest) = message.strip_prefix("missing field ") {
        return format!("{rest} is missing here. Add a line for it.");
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let (name, known) = rest.split_once(", expected ").unwrap_or((rest, "the names of the other rules"));
        return format!("{name} is not part of a rule. Remove it, or use {known}.");
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let (name, known) = rest.split_once(", expected ").unwrap_or((rest, "a word of the other rules"));
        return format!("{name} is not one of the words. Use {known}.");
    }
    format!("This is no valid rule: {}. Compare it with gdpr33.toml.", message.replace('\n', ", "))
}

struct Reading<'t> {
    file: &'t str,
    text: &'t str,
    errors: Vec<RuleError>,
}

impl Reading<'_> {
    fn push(&mut self, span: &Range<usize>, message: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        self.errors.push(RuleError { file: self.file.to_owned(), line, message: message.into() });
    }

    fn rule(&mut self, raw: RawRule) -> Rule {
        let code = self.code(&raw.code);
        if format!("{code}.toml") != self.file {
            let message = format!("The code is {code}, so the file must be called {code}.toml.");
            self.push(&raw.code.span(), message);
        }
        let (regime, title, scope) = (self.line(raw.regime), self.line(raw.title), self.line(raw.scope));
        if raw.versions.is_empty() {
            self.push(&(0..0), "There is no version. Add a [[version]] with its source and stages.");
        }
        let alone = raw.versions.len() == 1;
        let mut versions: Vec<Version> = Vec::new();
        for raw in raw.versions {
            let span = raw.span();
            let version = self.version(raw.into_inner());
            self.order(&version, versions.last(), alone, &span);
            versions.push(version);
        }
        Rule { code, regime, title, scope, origin: Origin::Shipped, versions }
    }

    /// Versions follow each other, and only what isn't law yet has no first day.
    fn order(&mut self, version: &Version, previous: Option<&Version>, alone: bool, span: &Range<usize>) {
        let undated = matches!(version.status, Status::Bill | Status::RulePending | Status::Proposal);
        match version.effective_from {
            None if !undated => {
                self.push(
                    span,
                    "A version that is law needs effective_from, its first day, like 2018-05-25.",
                );
            }
            None if !alone => {
                self.push(
                    span,
                    "A version without effective_from must be the only one. Give its file a code of its own.",
                );
            }
            Some(_) if undated => {
                self.push(span, "What is not law has no effective_from. Remove it, or change the status.");
            }
            _ => {}
        }
        if let (Some(from), Some(to)) = (version.effective_from, version.effective_to)
            && to < from
        {
            self.push(span, "effective_to lies before effective_from. Swap or correct them.");
        }
        let follows =
            |before: &Version| before.effective_to.zip(version.effective_from).is_some_and(|(a, b)| a < b);
        if previous.is_some_and(|before| !follows(before)) {
            self.push(
                span,
                "Versions stand oldest first and don't overlap: give the one before an effective_to that lies before this effective_from.",
            );
        }
    }

    fn version(&mut self, raw: RawVersion) -> Version {
        let mut stages: Vec<Stage> = Vec::new();
        for raw in raw.stages {
            let (at, trigger_at) = (raw.get_ref().name.span(), raw.span());
            let stage = self.stage(raw.into_inner(), &trigger_at, &stages);
            if stages.iter().any(|other| other.name == stage.name) {
                self.push(
                    &at,
                    format!("There is a stage {} already. Give this one another name.", stage.name),
                );
            }
            stages.push(stage);
        }
        Version {
            effective_from: self.date(raw.effective_from),
            effective_to: self.date(raw.effective_to),
            status: raw.status,
            confidence: raw.confidence,
            source: self.line(raw.source),
            threshold: self.line(raw.threshold),
            recipient: self.line(raw.recipient),
            channel: self.line(raw.channel),
            template: raw.template.map(|template| self.line(template)),
            calendar_note: self.optional(raw.calendar_note),
            notes: self.optional(raw.notes),
            stages,
        }
    }

    fn stage(&mut self, raw: RawStage, span: &Range<usize>, before: &[Stage]) -> Stage {
        let follows = raw.trigger == Trigger::PreviousReportSubmitted;
        if follows == raw.after.is_empty() {
            self.push(
                span,
                "`after` belongs to the trigger previous_report_submitted and to no other: name the stages there whose submission starts this one.",
            );
        }
        for after in raw.after.iter().chain(&raw.same_report_as) {
            if before.iter().all(|stage| stage.name != *after.get_ref()) {
                let message = format!(
                    "There is no stage {} before this one. Name one that stands above.",
                    after.get_ref()
                );
                self.push(&after.span(), message);
            }
        }
        let within = self.span(&raw.within);
        if within.has_number() == raw.wording.is_some() {
            self.push(
                span,
                "`wording` is for limits without a number: write there how the law puts it, and leave it out elsewhere.",
            );
        }
        Stage {
            name: self.code(&raw.name),
            title: self.line(raw.title),
            trigger: raw.trigger,
            after: raw.after.into_iter().map(Spanned::into_inner).collect(),
            same_report_as: self.optional(raw.same_report_as),
            within,
            wording: self.optional(raw.wording),
            recipient: self.line(raw.recipient),
            applies_when: self.optional(raw.applies_when),
            source: self.optional(raw.source),
        }
    }

    fn span(&mut self, raw: &Spanned<String>) -> Span {
        let span = match raw.get_ref().parse() {
            Ok(span) => span,
            Err(message) => {
                self.push(&raw.span(), message);
                Span::WithoutUndueDelay
            }
        };
        if let Span::BusinessDays { calendar, .. } = &span
            && let Err(why) = calendars().get(calendar)
        {
            self.push(&raw.span(), why.to_string());
        }
        span
    }

    fn date(&mut self, raw: Option<Spanned<Datetime>>) -> Option<NaiveDate> {
        let raw = raw?;
        let span = raw.span();
        let date = raw.into_inner().to_string().parse().ok();
        if date.is_none() {
            self.push(&span, "This is no day. Write it without quotation marks, like 2018-05-25.");
        }
        date
    }

    fn code(&mut self, raw: &Spanned<String>) -> String {
        let code = raw.get_ref();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if code.is_empty() || code.len() > 40 || !code.chars().all(plain) {
            let message = format!(
                "\"{}\" can't be a code. Use up to 40 lower-case letters, digits and underscores.",
                code.escape_debug()
            );
            self.push(&raw.span(), message);
        }
        code.clone()
    }

    fn line(&mut self, raw: Spanned<String>) -> String {
        let span = raw.span();
        let text = raw.into_inner();
        if text.trim().is_empty() {
            self.push(&span, "This is empty. Write something, or remove the line if it isn't needed.");
        }
        if text.trim() != text
            || text.chars().count() > TEXT_MAX
            || text.chars().any(|c| is_forbidden(c, false))
        {
            let message = format!(
                "A text stands on one line, has no spaces around it, and at most {TEXT_MAX} characters."
            );
            self.push(&span, message);
        }
        text
    }

    fn optional(&mut self, raw: Option<Spanned<String>>) -> String {
        raw.map(|raw| self.line(raw)).unwrap_or_default()
    }
}
