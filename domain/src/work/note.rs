//! Working notes: free text beside the facts.

use crate::{
    id::{AccountId, IncidentId, NoteId},
    refusal::Refusal,
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Note {
    pub id: NoteId,
    pub incident: IncidentId,
    pub title: String,
    /// Markdown without HTML.
    pub text: String,
    /// Counsel's privileged: seen by members only, and never part of what leaves.
    pub privileged: bool,
    pub updated_at: DateTime<Utc>,
    pub updated_by: AccountId,
    pub revision: i64,
}

/// Writes a note, or writes it anew.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteInput {
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub text: String,
    /// `true` where it is counsel's privileged: then only members see it, and its words can't be put into a fact or a notice.
    #[serde(default)]
    pub privileged: String,
}

impl NoteInput {
    fn parse(&self) -> Result<(String, String, bool), Refusal> {
        let mut c = Checks::new();
        let privileged = c.ticked("privileged", &self.privileged);
        match (c.line("title", &self.title), c.optional_body("text", &self.text), privileged) {
            (Some(title), Some(text), Some(privileged)) => Ok((title, text, privileged)),
            _ => Err(c.refusal()),
        }
    }

    /// The new note.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn add(
        &self,
        id: NoteId,
        incident: IncidentId,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Note, Refusal> {
        let (title, text, privileged) = self.parse()?;
        Ok(Note { id, incident, title, text, privileged, updated_at: now, updated_by: by, revision: 1 })
    }

    /// The changed note.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn edit(&self, was: &Note, by: AccountId, now: DateTime<Utc>) -> Result<Note, Refusal> {
        let (title, text, privileged) = self.parse()?;
        Ok(Note {
            title,
            text,
            privileged,
            updated_at: now,
            updated_by: by,
            revision: was.revision + 1,
            ..was.clone()
        })
    }
}
