//! The organisation's own versions of playbooks: drafted, published by a second person, withdrawn; and which
//! version of each playbook is offered.

use super::format::Playbook;
use crate::{
    choices,
    id::{AccountId, EditionId},
    refusal::Refusal,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

choices! {
    /// Where a version of the organisation's own stands.
    pub enum EditionState {
        /// Being written. The text may have errors.
        Draft = "draft" => "Draft",
        /// Offered.
        Published = "published" => "Published",
        /// A later version took its place.
        Superseded = "superseded" => "Superseded",
        /// Withdrawn with a reason.
        Retired = "retired" => "Retired",
        /// A draft that was given up.
        Discarded = "discarded" => "Given up",
    }
}

choices! {
    /// Where the version of a playbook that is offered comes from.
    pub enum PlaybookOrigin {
        BuiltIn = "built_in" => "Comes with the program",
        Own = "own" => "Your organisation’s",
    }
}

choices! {
    /// Which version of a playbook is offered.
    pub enum PlaceState {
        /// The one that comes with the program, where there is one.
        BuiltIn = "built_in" => "The built-in version is offered",
        /// A published one of the organisation's own.
        Own = "own" => "Your organisation’s version is offered",
        /// None.
        Off = "off" => "Not offered",
    }
}

/// What a version was copied from, as it was then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    pub playbook: String,
    pub version: u32,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub digest: String,
    pub source: String,
}

impl Base {
    #[must_use]
    pub fn of(playbook: &Playbook) -> Self {
        Self {
            playbook: playbook.id.clone(),
            version: playbook.version,
            digest: playbook.digest().to_owned(),
            source: playbook.source().to_owned(),
        }
    }

    /// The built-in playbook it was copied from, where its text is another by now.
    pub fn moved_on<'p>(&self, built_in: impl FnOnce(&str) -> Option<&'p Playbook>) -> Option<&'p Playbook> {
        built_in(&self.playbook).filter(|now| now.digest() != self.digest)
    }
}

/// Something that somebody said about a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Said {
    pub at: DateTime<Utc>,
    pub by: AccountId,
    /// May be empty where it needs no reason.
    pub reason: String,
}

/// One version of the organisation's own. While it is a draft its text changes; afterwards never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub id: EditionId,
    /// The playbook's id.
    pub playbook: String,
    /// As the text says; 0 while it can't be read.
    pub version: u32,
    /// As the text says; empty while it can't be read.
    pub title: String,
    pub source: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub digest: String,
    pub state: EditionState,
    pub base: Option<Base>,
    pub begun_at: DateTime<Utc>,
    pub begun_by: AccountId,
    /// The last change of the text.
    pub saved_at: DateTime<Utc>,
    pub saved_by: AccountId,
    /// What a second person wants changed before it is published. An edit clears it.
    pub declined: Option<Said>,
    pub published: Option<Said>,
    /// Given up, superseded or retired.
    pub ended: Option<Said>,
    pub revision: i64,
}

impl Edition {
    /// Begins a draft.
    #[must_use]
    pub fn begin(
        id: EditionId,
        playbook: &str,
        source: String,
        base: Option<Base>,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Self {
        let (version, title) = says(&source);
        Self {
            id,
            playbook: playbook.to_owned(),
            version,
            title,
            digest: digest(&source),
            source,
            state: EditionState::Draft,
            base,
            begun_at: now,
            begun_by: by,
            saved_at: now,
            saved_by: by,
            declined: None,
            published: None,
            ended: None,
            revision: 1,
        }
    }

    /// With another text. It may have errors: it is only a draft.
    ///
    /// # Errors
    /// It is no draft any more.
    pub fn save(&self, source: String, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.is_draft()?;
        let (version, title) = says(&source);
        Ok(Self {
            version,
            title,
            digest: digest(&source),
            source,
            saved_at: now,
            saved_by: by,
            declined: None,
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// With another playbook under it: what changed there was looked at.
    ///
    /// # Errors
    /// It is no draft any more.
    pub fn rebase(&self, base: Base, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let base = Some(base);
        Ok(Self { base, ..self.save(self.source.clone(), by, now)? })
    }

    /// Published by somebody who didn't make the last change. Whether the text is right is decided before.
    ///
    /// # Errors
    /// It is no draft any more, or the asker made the last change.
    pub fn publish(&self, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.is_draft()?;
        if self.saved_by == by {
            let message = "You made the last change yourself. Ask a second person to read it and publish it.";
            return Err(Refusal::state("own_change", message));
        }
        let published = Some(Said { at: now, by, reason: String::new() });
        Ok(Self {
            state: EditionState::Published,
            published,
            declined: None,
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// Sent back with what should be changed. It stays a draft.
    ///
    /// # Errors
    /// It is no draft any more.
    pub fn decline(&self, reason: String, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.is_draft()?;
        let declined = Some(Said { at: now, by, reason });
        Ok(Self { declined, revision: self.revision + 1, ..self.clone() })
    }

    /// A draft that is given up.
    ///
    /// # Errors
    /// It is no draft any more.
    pub fn discard(&self, reason: String, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.is_draft()?;
        Ok(self.ended(EditionState::Discarded, reason, by, now))
    }

    /// No longer the one that is offered: `Superseded` or `Retired`.
    #[must_use]
    pub fn ended(&self, state: EditionState, reason: String, by: AccountId, now: DateTime<Utc>) -> Self {
        let ended = Some(Said { at: now, by, reason });
        Self { state, ended, revision: self.revision + 1, ..self.clone() }
    }

    fn is_draft(&self) -> Result<(), Refusal> {
        if self.state == EditionState::Draft {
            return Ok(());
        }
        let message =
            format!("This version is no draft any more: {}.", self.state.to_string().to_lowercase());
        Err(Refusal::state("not_a_draft", message))
    }
}

/// Which version of a playbook is offered, and who decided that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub playbook: String,
    pub state: PlaceState,
    /// The version, where it is one of the organisation's own.
    pub edition: Option<EditionId>,
    /// Its digest; empty where there is none.
    pub digest: String,
    pub reason: String,
    pub at: DateTime<Utc>,
    pub by: AccountId,
    pub revision: i64,
}

impl Place {
    /// The published version takes the place of whatever was offered.
    #[must_use]
    pub fn of(edition: &Edition, before: Option<&Self>, by: AccountId, now: DateTime<Utc>) -> Self {
        Self {
            playbook: edition.playbook.clone(),
            state: PlaceState::Own,
            edition: Some(edition.id),
            digest: edition.digest.clone(),
            reason: String::new(),
            at: now,
            by,
            revision: after(before),
        }
    }

    /// None is offered any more, or the one that comes with the program again.
    #[must_use]
    pub fn without_own(playbook: &str, state: PlaceState, before: Option<&Self>, said: Said) -> Self {
        Self {
            playbook: playbook.to_owned(),
            state,
            edition: None,
            digest: String::new(),
            reason: said.reason,
            at: said.at,
            by: said.by,
            revision: after(before),
        }
    }
}

fn after(before: Option<&Place>) -> i64 {
    before.map_or(0, |place| place.revision) + 1
}

/// SHA-256 of a text, lower-case hexadecimal, as [`Playbook::digest`] is.
#[must_use]
pub fn digest(source: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(source.as_bytes()))
}

/// Version and title, as far as the text can be read.
fn says(source: &str) -> (u32, String) {
    match Playbook::parse("", source) {
        Ok(read) => (read.version, read.title),
        Err(_) => (0, String::new()),
    }
}
