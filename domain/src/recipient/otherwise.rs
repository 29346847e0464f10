//! Telling people without a mail: by letter or telephone, because they are told so, or because no mail has reached them.

use crate::{
    choices,
    refusal::{FieldError, Refusal},
    text::Checks,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What came of it. Nobody but people know, so they say.
    pub enum Told {
        /// The letter was posted, or somebody has spoken to the person.
        Done = "done" => "told",
        /// The letter came back, or nobody can be reached.
        Returned = "returned" => "came back",
    }
}

choices! {
    /// Parts of the list of people who are told without a mail.
    pub enum Way {
        Letter = "letter" => "by letter",
        Telephone = "telephone" => "by telephone",
        /// Their mail was refused, sent back or given up.
        Unreached = "unreached" => "not reached by mail",
    }
}

/// Says what came of telling somebody.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToldInput {
    /// The digest of the person, as the list gives it.
    #[serde(default)]
    pub digest: String,
    /// `done` or `returned`.
    #[serde(default)]
    pub outcome: String,
}

impl ToldInput {
    /// The digest and what came of it.
    ///
    /// # Errors
    /// No digest, or no outcome.
    pub fn parse(&self) -> Result<(String, Told), Refusal> {
        let mut c = Checks::new();
        let digest = self.digest.trim();
        if !is_digest(digest) {
            let message = "This isn’t the digest of a person. Take it from the list.";
            c.push(FieldError::new("digest", "not_a_digest", message));
        }
        match c.choice("outcome", &self.outcome) {
            Some(outcome) if c.is_clean() => Ok((digest.to_owned(), outcome)),
            _ => Err(c.refusal()),
        }
    }
}

/// Whether this can be the digest of a person: 64 hexadecimal digits, small ones.
#[must_use]
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
