//! What a notice said before and says now, and what is said about it.

use super::Case;
use crate::{choices, id::AccountId, notice::Notice};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

choices! {
    /// What became of a piece of text between two versions.
    pub enum Became {
        Same = "same" => "the same",
        Added = "added" => "added",
        Removed = "removed" => "removed",
    }
}

/// A run of words that became the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Piece {
    pub became: Became,
    pub text: String,
}

/// One version of the words of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoticeVersion {
    /// The notice's revision with these words.
    pub revision: i64,
    pub saved_at: DateTime<Utc>,
    pub saved_by: Option<AccountId>,
    /// What was done: `drafted`, `statement`, `refreshed`; `earlier` for what was written before versions were kept.
    pub what: String,
}

/// How one statement differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Redline {
    /// The statement's code.
    pub code: String,
    pub name: String,
    pub pieces: Vec<Piece>,
}

/// How two versions of a notice differ.
#[derive(Debug, Clone)]
pub struct NoticeVersions {
    pub case: Case,
    pub notice: Notice,
    /// The newest first.
    pub versions: Vec<NoticeVersion>,
    /// The revisions that are compared; none where there is only one.
    pub compared: Option<(i64, i64)>,
    /// Statements that differ, in their order.
    pub redlines: Vec<Redline>,
}
