//! What people say about a draft, to each other and not to those who get it.

use super::{Notice, template};
use crate::{
    id::{AccountId, CommentId, IncidentId, NoticeId},
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many comments a notice takes.
pub const COMMENTS_MAX: usize = 500;

/// A comment on a notice, or on one of its statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Comment {
    pub id: CommentId,
    pub notice: NoticeId,
    pub incident: IncidentId,
    /// The code of the statement that it is about; none for the notice as a whole.
    pub statement: Option<String>,
    pub text: String,
    pub said_at: DateTime<Utc>,
    pub said_by: AccountId,
    /// When somebody found that it was dealt with.
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolved_by: Option<AccountId>,
}

/// Says something about a notice.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommentInput {
    /// The code of a statement; empty for the notice as a whole.
    #[serde(default)]
    pub statement: String,
    #[serde(default)]
    pub text: String,
}

impl CommentInput {
    /// The comment; `already` are on the notice.
    ///
    /// # Errors
    /// It is on its way or settled, has too many comments, or a field can't be taken.
    pub fn add(
        &self,
        id: CommentId,
        notice: &Notice,
        already: usize,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Comment, Refusal> {
        open(notice)?;
        let mut c = Checks::new();
        let text = c.reason("text", &self.text);
        let code = self.statement.trim();
        if !code.is_empty() && template::statement(notice.kind, code).is_none() {
            let message = "This notice has no such statement. Leave it empty for the notice as a whole.";
            c.push(FieldError::new("statement", "unknown", message));
        }
        if already >= COMMENTS_MAX {
            let message = format!("A notice takes at most {COMMENTS_MAX} comments.");
            c.push(FieldError::new("text", "too_many", message));
        }
        let Some(text) = text.filter(|_| c.is_clean()) else { return Err(c.refusal()) };
        Ok(Comment {
            id,
            notice: notice.id,
            incident: notice.incident,
            statement: Some(code.to_owned()).filter(|code| !code.is_empty()),
            text,
            said_at: now,
            said_by: by,
            resolved_at: None,
            resolved_by: None,
        })
    }
}

fn open(notice: &Notice) -> Result<(), Refusal> {
    if notice.stage.is_editable() {
        return Ok(());
    }
    let message = format!("This notice is {}; nothing more is said about its draft.", notice.stage);
    Err(Refusal::state("not_editable", message))
}

impl Comment {
    /// Dealt with.
    ///
    /// # Errors
    /// Its notice is on its way or settled, or it was dealt with before.
    pub fn resolve(&self, notice: &Notice, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        open(notice)?;
        if self.resolved_at.is_some() {
            return Err(Refusal::state("resolved", "This comment was dealt with before."));
        }
        Ok(Self { resolved_at: Some(now), resolved_by: Some(by), ..self.clone() })
    }
}
