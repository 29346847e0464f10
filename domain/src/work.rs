//! Work to be done, notes written while doing it, and the timeline of what happened.

pub mod entry;
pub mod note;
pub mod privileged;
pub mod run;

use crate::{
    id::{AccountId, IncidentId, TaskId},
    moment::Zone,
    refusal::Refusal,
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A piece of work with an owner and a due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Task {
    pub id: TaskId,
    pub incident: IncidentId,
    pub title: String,
    /// The key whose answer it is to find out; none for other work.
    pub fact: Option<String>,
    pub owner: Option<AccountId>,
    pub due_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<AccountId>,
    pub created_at: DateTime<Utc>,
    pub created_by: AccountId,
    pub revision: i64,
}

/// Adds a task, or says anew what it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskInput {
    #[serde(default)]
    pub title: String,
    /// The account id of a member; may be empty.
    #[serde(default)]
    pub owner: String,
    /// May be empty.
    #[serde(default)]
    pub due_at: String,
}

struct Parsed {
    title: String,
    owner: Option<AccountId>,
    due_at: Option<DateTime<Utc>>,
}

impl TaskInput {
    fn parse(&self, members: &[AccountId], zone: Zone) -> Result<Parsed, Refusal> {
        let mut c = Checks::new();
        let title = c.line("title", &self.title);
        let owner = c.optional_id::<AccountId>("owner", &self.owner);
        if let Some(Some(owner)) = owner
            && !members.contains(&owner)
        {
            let message = "A task can only be given to a member of the incident.";
            c.push(crate::refusal::FieldError::new("owner", "not_a_member", message));
        }
        let due_at = c.optional_instant("due_at", &self.due_at, zone);
        let clean = c.is_clean();
        match (title, owner, due_at) {
            (Some(title), Some(owner), Some(due_at)) if clean => Ok(Parsed { title, owner, due_at }),
            _ => Err(c.refusal()),
        }
    }

    /// The new task.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn add(
        &self,
        id: TaskId,
        incident: IncidentId,
        members: &[AccountId],
        zone: Zone,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Task, Refusal> {
        let Parsed { title, owner, due_at } = self.parse(members, zone)?;
        Ok(Task {
            id,
            incident,
            title,
            fact: None,
            owner,
            due_at,
            done_at: None,
            done_by: None,
            created_at: now,
            created_by: by,
            revision: 1,
        })
    }

    /// The changed task.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn edit(&self, was: &Task, members: &[AccountId], zone: Zone) -> Result<Task, Refusal> {
        let Parsed { title, owner, due_at } = self.parse(members, zone)?;
        Ok(Task { title, owner, due_at, revision: was.revision + 1, ..was.clone() })
    }
}

impl Task {
    /// The question of the incident's own sheet that it is to find out.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        // One about a single controller names that too, after a space.
        self.fact.as_deref().filter(|key| !key.contains(' '))
    }

    /// The task, done now.
    ///
    /// # Errors
    /// It was done before.
    pub fn complete(&self, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.done_at.is_some() {
            return Err(Refusal::state("already_done", "This task is done already."));
        }
        Ok(Self { done_at: Some(now), done_by: Some(by), revision: self.revision + 1, ..self.clone() })
    }

    /// The task, open again.
    ///
    /// # Errors
    /// It isn't done.
    pub fn reopen(&self) -> Result<Self, Refusal> {
        if self.done_at.is_none() {
            return Err(Refusal::state("not_done", "This task is open."));
        }
        Ok(Self { done_at: None, done_by: None, revision: self.revision + 1, ..self.clone() })
    }
}
