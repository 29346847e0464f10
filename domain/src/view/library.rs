//! The library: what is offered, what is being written, how versions differ, and what a run would look like.

use super::{LibraryRow, People};
use crate::{
    id::{AccountId, EditionId},
    playbook::{
        Playbook, cacao,
        edition::{Edition, EditionState, Place, PlaybookOrigin, Said},
        writing::Finding,
    },
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A version of the organisation's own, without its text.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EditionRow {
    pub id: EditionId,
    /// The playbook's id.
    pub playbook: String,
    /// 0 while the text can't be read.
    pub version: u32,
    /// Empty while the text can't be read.
    pub title: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub digest: String,
    pub state: EditionState,
    /// The playbook it was copied from; none where it was begun empty or imported.
    pub based_on: Option<BaseRow>,
    pub begun_at: DateTime<Utc>,
    pub begun_by: AccountId,
    /// The last change of the text.
    pub saved_at: DateTime<Utc>,
    pub saved_by: AccountId,
    /// What a second person wants changed before it is published.
    pub declined: Option<Said>,
    pub published: Option<Said>,
    /// Given up, superseded or retired, and why.
    pub ended: Option<Said>,
    pub revision: i64,
}

/// What a version was copied from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BaseRow {
    pub playbook: String,
    pub version: u32,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub digest: String,
}

impl From<&Edition> for EditionRow {
    fn from(e: &Edition) -> Self {
        let base = |base: &crate::playbook::edition::Base| BaseRow {
            playbook: base.playbook.clone(),
            version: base.version,
            digest: base.digest.clone(),
        };
        Self {
            id: e.id,
            playbook: e.playbook.clone(),
            version: e.version,
            title: e.title.clone(),
            digest: e.digest.clone(),
            state: e.state,
            based_on: e.base.as_ref().map(base),
            begun_at: e.begun_at,
            begun_by: e.begun_by,
            saved_at: e.saved_at,
            saved_by: e.saved_by,
            declined: e.declined.clone(),
            published: e.published.clone(),
            ended: e.ended.clone(),
            revision: e.revision,
        }
    }
}

/// The built-in playbook that a version was copied from is another by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Moved {
    pub playbook: String,
    pub title: String,
    /// The version that was copied.
    pub from: u32,
    /// The version that comes with the program now.
    pub to: u32,
}

/// Something about the library that somebody should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attention {
    /// The playbook's id.
    pub playbook: String,
    pub message: String,
    /// Where the draft is meant and not what is offered.
    pub draft: bool,
}

/// The library as its page shows it.
#[derive(Debug, Clone)]
pub struct LibraryPage {
    pub offered: Vec<LibraryRow>,
    pub drafts: Vec<EditionRow>,
    /// Playbooks that the organisation decided not to offer, with the title they had.
    pub off: Vec<(Place, String)>,
    pub attention: Vec<Attention>,
    pub people: People,
    pub may_edit: bool,
}

/// One playbook, as it is offered.
#[derive(Debug, Clone)]
pub struct PlaybookPage {
    /// None where it isn't offered.
    pub playbook: Option<Arc<Playbook>>,
    pub id: String,
    pub origin: PlaybookOrigin,
    pub place: Option<Place>,
    /// What comes with the program under this id.
    pub built_in: Option<Arc<Playbook>>,
    pub draft: Option<EditionRow>,
    /// What the offered version was copied from has moved on.
    pub moved: Option<Moved>,
    /// Every version of the organisation's own, the one that was begun last first.
    pub editions: Vec<EditionRow>,
    pub people: People,
    pub may_edit: bool,
    pub may_publish: bool,
}

impl PlaybookPage {
    /// The revision of what was decided about which version is offered; 0 where nothing was.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.place.as_ref().map_or(0, |place| place.revision)
    }
}

/// A draft with what is found in a text: its own, or one that is only checked.
#[derive(Debug, Clone)]
pub struct DraftPage {
    pub draft: EditionRow,
    /// The text that was checked, all of it.
    pub source: String,
    /// Where it can be read.
    pub playbook: Option<Arc<Playbook>>,
    pub errors: Vec<Finding>,
    pub warnings: Vec<Finding>,
    pub moved: Option<Moved>,
    /// A version of this playbook is offered, so that there is something to compare with.
    pub offered: bool,
    pub people: People,
    pub may_edit: bool,
    pub may_publish: bool,
    /// The asker made the last change, so somebody else has to publish it.
    pub is_mine: bool,
}

/// One version of a playbook, by where it comes from.
#[derive(Debug, Clone)]
pub struct VersionPage {
    /// As in an address: `built-in`, `draft`, `base` or the id of a version.
    pub which: String,
    /// In words: "Version 3, superseded".
    pub label: String,
    /// The playbook's id.
    pub id: String,
    pub source: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub digest: String,
    /// Where it can be read.
    pub playbook: Option<Arc<Playbook>>,
}

/// How two versions differ.
#[derive(Debug, Clone)]
pub struct DifferencePage {
    pub from: VersionPage,
    pub to: VersionPage,
    pub difference: Difference,
    /// The versions there are to compare, each as in an address and in words.
    pub versions: Vec<(String, String)>,
}

/// How two texts differ, line by line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TextDifference")]
pub struct Difference {
    /// How many lines are only in the new text.
    pub added: usize,
    /// How many lines are only in the old text.
    pub removed: usize,
    /// Places that differ, with three lines around each.
    pub places: Vec<DifferentPlace>,
    /// So many lines of differences are left out here, because there are too many.
    pub left_out: usize,
    /// The texts are too long to be compared here.
    pub too_long: bool,
}

/// One place in which two texts differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DifferentPlace {
    pub lines: Vec<DifferentLine>,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DifferentLine {
    /// Its line in the old text, counted from 1; none where it was added.
    pub old: Option<usize>,
    /// Its line in the new text, counted from 1; none where it was removed.
    pub new: Option<usize>,
    pub text: String,
}

/// What came of reading a CACAO playbook.
#[derive(Debug, Clone)]
pub struct Imported {
    /// With these there is no draft.
    pub errors: Vec<cacao::Finding>,
    pub notices: Vec<cacao::Finding>,
    /// The playbook whose draft was begun.
    pub playbook: Option<String>,
}

crate::choices! {
    /// In which form a playbook goes out.
    pub enum FileFormat {
        /// As it is written.
        Toml = "toml" => "TOML",
        /// To be printed and followed on paper.
        Markdown = "markdown" => "Markdown",
        /// For other programs.
        Cacao = "cacao" => "CACAO 2.0",
    }
}

/// A playbook as a file.
#[derive(Debug, Clone)]
pub struct PlaybookFile {
    /// Without a path, of plain characters.
    pub name: String,
    pub media_type: &'static str,
    pub body: String,
}
