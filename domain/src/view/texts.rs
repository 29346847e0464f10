//! The organisation's own texts of notices: which there are, what stands in them, and how a notice reads with them.

use super::{People, review::Redline};
use crate::{
    id::{AccountId, IncidentId, TextId},
    language::Language,
    notice::{own_text::version::TextVersion, template::NoticeKind},
    playbook::edition::{EditionState, Said},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// A version without its texts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TextVersionRow {
    pub id: TextId,
    pub version: u32,
    pub state: EditionState,
    /// SHA-256 of its texts, lower-case hexadecimal.
    pub digest: String,
    /// How many statements have an own text.
    pub statements: usize,
    pub begun_at: DateTime<Utc>,
    pub begun_by: AccountId,
    pub saved_at: DateTime<Utc>,
    pub saved_by: AccountId,
    /// Everybody who changed a text of it; none of them may publish it.
    pub authors: Vec<AccountId>,
    /// What a second person wants changed before it is published.
    pub declined: Option<Said>,
    pub published: Option<Said>,
    /// Given up, superseded or retired, and why.
    pub ended: Option<Said>,
    pub revision: i64,
}

impl From<&TextVersion> for TextVersionRow {
    fn from(t: &TextVersion) -> Self {
        Self {
            id: t.id,
            version: t.version,
            state: t.state,
            digest: t.digest(),
            statements: t.statements.len(),
            begun_at: t.begun_at,
            begun_by: t.begun_by,
            saved_at: t.saved_at,
            saved_by: t.saved_by,
            authors: t.authors.clone(),
            declined: t.declined.clone(),
            published: t.published.clone(),
            ended: t.ended.clone(),
            revision: t.revision,
        }
    }
}

/// Which texts a kind of notice has in one language.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TextRow {
    pub kind: NoticeKind,
    pub language: Language,
    /// The published version of the organisation's own; with none, the built-in texts are used.
    pub published: Option<u32>,
    pub draft: Option<u32>,
    /// Whether something in what is published is to be looked at.
    pub attention: bool,
}

/// All kinds and languages.
#[derive(Debug, Clone)]
pub struct TextsPage {
    /// By kind, and within a kind by language: the organisation's first.
    pub rows: Vec<TextRow>,
    pub languages: Vec<Language>,
    pub may_edit: bool,
}

/// Something to look at in the own text of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "OwnTextFinding")]
pub struct TextFinding {
    /// Stable: `lacks`, `built_in_changed`, or what is wrong with a text that can't be read.
    pub code: String,
    /// Whether it can't be published like this.
    pub must: bool,
    /// The provision behind it; may be empty.
    pub article: String,
    pub words: String,
}

/// One statement of a kind.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OwnTextStatement")]
pub struct TextStatement {
    pub code: String,
    pub name: String,
    pub article: String,
    /// Whether the law asks for it, so that it may not come out empty.
    pub required: bool,
    /// The built-in text: fields where it shows an answer in words, examples where it shows another.
    pub sample: String,
    /// The own text; none where the built-in one is used.
    pub own: Option<String>,
    pub findings: Vec<TextFinding>,
}

/// A field that may stand in a text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OwnTextField")]
pub struct TextField {
    /// As it is written, without its braces.
    pub field: String,
    pub means: String,
}

/// The texts of a kind in one language: the draft where there is one, or else what is published.
#[derive(Debug, Clone)]
pub struct TextPage {
    pub kind: NoticeKind,
    pub language: Language,
    pub published: Option<TextVersionRow>,
    pub draft: Option<TextVersionRow>,
    pub statements: Vec<TextStatement>,
    pub fields: Vec<TextField>,
    /// Every version, the newest first.
    pub versions: Vec<TextVersionRow>,
    /// Open incidents that the asker sees, with their references and titles: a preview is made with one.
    pub incidents: Vec<(IncidentId, String)>,
    pub people: People,
    pub may_edit: bool,
    pub may_publish: bool,
    /// Whether the asker wrote a part of the draft.
    pub is_mine: bool,
}

/// One statement of a preview.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "OwnTextPreviewStatement")]
pub struct PreviewStatement {
    pub code: String,
    pub name: String,
    pub text: String,
    /// Whether it is in the organisation's words.
    pub own: bool,
    /// What of its contents by law this text doesn't show, by its label.
    pub lacks: Vec<String>,
}

/// How a notice in a case would read.
#[derive(Debug, Clone)]
pub struct TextPreview {
    pub kind: NoticeKind,
    pub language: Language,
    /// The version that is shown; none for the built-in texts.
    pub version: Option<u32>,
    pub incident: IncidentId,
    pub reference: String,
    pub title: String,
    pub statements: Vec<PreviewStatement>,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// How a version differs from the one before it.
#[derive(Debug, Clone)]
pub struct TextDifference {
    pub kind: NoticeKind,
    pub language: Language,
    /// None for the built-in texts.
    pub from: Option<TextVersionRow>,
    pub to: TextVersionRow,
    /// Statements that differ, in their order.
    pub redlines: Vec<Redline>,
    pub people: People,
}
