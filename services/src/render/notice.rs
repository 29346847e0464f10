//! Drafts of the notices: one template for each kind and language, one statement at a time.
//!
//! A statement is written through a reader that remembers every answer it looked at, so the draft
//! knows exactly which facts each of its statements rests on.

mod layout;
mod words;

pub use layout::{Assembled, assemble};

use crate::render::RenderError;
use askama::Template;
use domain::{
    fact::sheet::{Reader, Sheet},
    moment::Zone,
    notice::{
        Read,
        template::{self, Language, NoticeKind},
    },
};
use words::{Period, Words};

/// A statement as the template words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Empty where the statement does not apply, such as reasons for a delay that there was not.
    pub text: String,
    /// Exactly the answers it rests on, and the questions it found without an answer.
    pub reads: Vec<Read>,
    /// The keys that are owed for it to be complete. Where they would stand, the text says that they will follow.
    pub missing: Vec<&'static str>,
}

/// Words one statement of a notice from the facts. Times are shown in `zone`, which is the authority's for a
/// notification and the organisation's for a communication.
///
/// # Errors
/// The kind has no statement of this code.
pub fn statement(
    kind: NoticeKind,
    language: Language,
    code: &str,
    sheet: &Sheet,
    zone: Zone,
) -> Result<Rendered, RenderError> {
    let spec =
        template::statement(kind, code).ok_or_else(|| RenderError::NoSuchStatement(code.to_owned()))?;
    let reader = Reader::new(sheet, language, zone);
    let w = &Words::new(&reader);
    let text = match (kind, language) {
        (NoticeKind::AuthorityNotification, Language::En) => AuthorityEn { code, w }.render(),
        (NoticeKind::AuthorityNotification, Language::De) => AuthorityDe { code, w }.render(),
        (NoticeKind::SubjectCommunication, Language::En) => SubjectEn { code, w }.render(),
        (NoticeKind::SubjectCommunication, Language::De) => SubjectDe { code, w }.render(),
        (NoticeKind::ControllerNotice, Language::En) => ControllerEn { code, w }.render(),
        (NoticeKind::ControllerNotice, Language::De) => ControllerDe { code, w }.render(),
    }?;
    Ok(Rendered { text: layout::tidy(&text), reads: reader.reads(), missing: spec.missing(sheet) })
}

/// Words every statement of a notice, in order, each with its code.
///
/// # Errors
/// A template failed.
pub fn draft(
    kind: NoticeKind,
    language: Language,
    sheet: &Sheet,
    zone: Zone,
) -> Result<Vec<(&'static str, Rendered)>, RenderError> {
    let codes = template::statements(kind).iter().map(|spec| spec.code);
    codes.map(|code| statement(kind, language, code, sheet, zone).map(|text| (code, text))).collect()
}

#[derive(Template)]
#[template(path = "notices/authority_notification.en.txt", escape = "none")]
struct AuthorityEn<'a> {
    code: &'a str,
    w: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "notices/authority_notification.de.txt", escape = "none")]
struct AuthorityDe<'a> {
    code: &'a str,
    w: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "notices/subject_communication.en.txt", escape = "none")]
struct SubjectEn<'a> {
    code: &'a str,
    w: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "notices/subject_communication.de.txt", escape = "none")]
struct SubjectDe<'a> {
    code: &'a str,
    w: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "notices/controller_notice.en.txt", escape = "none")]
struct ControllerEn<'a> {
    code: &'a str,
    w: &'a Words<'a>,
}

#[derive(Template)]
#[template(path = "notices/controller_notice.de.txt", escape = "none")]
struct ControllerDe<'a> {
    code: &'a str,
    w: &'a Words<'a>,
}

#[cfg(test)]
mod tests;
