//! The versions of the organisation's own text of a kind of notice in one language: drafted, published by somebody who
//! wrote none of it, replaced by the next one, or withdrawn.

use crate::{
    id::{AccountId, TextId},
    language::Language,
    notice::{hex, template::NoticeKind},
    playbook::edition::{EditionState, Said},
    refusal::Refusal,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One version. While it is a draft its texts change; afterwards never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextVersion {
    pub id: TextId,
    pub kind: NoticeKind,
    pub language: Language,
    /// From 1; a draft that was given up keeps its number.
    pub version: u32,
    /// The own text of a statement, by its code. A statement that isn't here is the built-in one.
    pub statements: BTreeMap<String, String>,
    /// SHA-256 of the built-in text that each own text was last written or published over, by the statement's code.
    pub built_in: BTreeMap<String, String>,
    pub state: EditionState,
    pub begun_at: DateTime<Utc>,
    pub begun_by: AccountId,
    /// The last change of a text.
    pub saved_at: DateTime<Utc>,
    pub saved_by: AccountId,
    /// Everybody who changed a text of this version; none of them may publish it.
    pub authors: Vec<AccountId>,
    /// What a second person wants changed before it is published. An edit clears it.
    pub declined: Option<Said>,
    pub published: Option<Said>,
    /// Given up, superseded or retired.
    pub ended: Option<Said>,
    pub revision: i64,
}

impl TextVersion {
    /// Begins a draft, with the texts of the published version where there is one.
    #[must_use]
    pub fn begin(
        id: TextId,
        (kind, language): (NoticeKind, Language),
        version: u32,
        from: Option<&Self>,
        (by, now): (AccountId, DateTime<Utc>),
    ) -> Self {
        Self {
            id,
            kind,
            language,
            version,
            statements: from.map(|from| from.statements.clone()).unwrap_or_default(),
            built_in: from.map(|from| from.built_in.clone()).unwrap_or_default(),
            state: EditionState::Draft,
            begun_at: now,
            begun_by: by,
            saved_at: now,
            saved_by: by,
            authors: Vec::new(),
            declined: None,
            published: None,
            ended: None,
            revision: 1,
        }
    }

    /// With another text of one statement; without one it is the built-in statement again. `built_in` is the digest of
    /// the built-in text as it is now.
    ///
    /// # Errors
    /// It is no draft any more.
    pub fn written(
        &self,
        code: &str,
        text: Option<String>,
        built_in: String,
        (by, now): (AccountId, DateTime<Utc>),
    ) -> Result<Self, Refusal> {
        self.is_draft()?;
        let mut next =
            Self { saved_at: now, saved_by: by, declined: None, revision: self.revision + 1, ..self.clone() };
        match text {
            Some(text) => {
                next.statements.insert(code.to_owned(), text);
                next.built_in.insert(code.to_owned(), built_in);
            }
            None => {
                next.statements.remove(code);
                next.built_in.remove(code);
            }
        }
        if !next.authors.contains(&by) {
            next.authors.push(by);
        }
        Ok(next)
    }

    /// Published by somebody who wrote none of it. Whether the texts can be read is decided before.
    ///
    /// # Errors
    /// It is no draft any more, nobody has changed anything in it, or the asker wrote a part of it.
    pub fn publish(&self, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.is_draft()?;
        if self.authors.is_empty() {
            let message = "Nobody has written anything in this draft yet. Write a statement first.";
            return Err(Refusal::state("nothing_written", message));
        }
        if self.authors.contains(&by) {
            let message =
                "You wrote a part of this version. Ask somebody who wrote none of it to read and publish it.";
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
    pub fn decline(&self, said: Said) -> Result<Self, Refusal> {
        self.is_draft()?;
        Ok(Self { declined: Some(said), revision: self.revision + 1, ..self.clone() })
    }

    /// A draft that is given up.
    ///
    /// # Errors
    /// It is no draft any more.
    pub fn discard(&self, said: Said) -> Result<Self, Refusal> {
        self.is_draft()?;
        Ok(self.ended(EditionState::Discarded, said))
    }

    /// No longer the one that words new drafts: `Superseded` or `Retired`.
    #[must_use]
    pub fn ended(&self, state: EditionState, said: Said) -> Self {
        Self { state, ended: Some(said), revision: self.revision + 1, ..self.clone() }
    }

    /// SHA-256 of its texts, lower-case hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let texts = serde_json::json!(self.statements);
        hex(&Sha256::digest(crate::journal::canonical(&texts).as_bytes()))
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

/// Writes the own text of one statement. Empty, it is the built-in statement again.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnTextInput {
    #[serde(default)]
    pub text: String,
}
