//! The timeline: what happened, when it happened and when that was recorded.

use crate::{
    choices,
    id::{AccountId, EntryId, IncidentId},
    moment::{self, Precision, Zone},
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// Who put an entry there.
    pub enum EntryKind {
        Manual = "manual" => "written by a person",
        System = "system" => "recorded by the desk",
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Entry {
    pub id: EntryId,
    pub incident: IncidentId,
    pub kind: EntryKind,
    /// When it happened in the world.
    pub event_at: DateTime<Utc>,
    /// How exactly that is known.
    pub precision: Precision,
    /// The offset it was given in, in minutes east of UTC.
    pub offset_minutes: i32,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Option<AccountId>,
    pub text: String,
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Why it was withdrawn.
    pub reason: String,
    pub revision: i64,
}

/// Writes an entry, or writes it anew.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryInput {
    /// RFC 3339, or a local time in the reader's zone. A date alone is known to the day.
    #[serde(default)]
    pub event_at: String,
    #[serde(default)]
    pub text: String,
}

impl EntryInput {
    fn parse(&self, zone: Zone, now: DateTime<Utc>) -> Result<(moment::Parsed, String), Refusal> {
        let mut c = Checks::new();
        let at = match moment::parse(&self.event_at, zone) {
            Ok(at) if at.at > now => {
                let message = "This lies in the future. The timeline holds what has happened; what is planned is a task.";
                c.push(FieldError::new("event_at", "in_the_future", message));
                None
            }
            Ok(at) => Some(at),
            Err(why) => {
                c.push(FieldError::new("event_at", why.code(), why.to_string()));
                None
            }
        };
        match (at, c.body("text", &self.text)) {
            (Some(at), Some(text)) => Ok((at, text)),
            _ => Err(c.refusal()),
        }
    }

    /// The new entry.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn add(
        &self,
        id: EntryId,
        incident: IncidentId,
        zone: Zone,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Entry, Refusal> {
        let (when, text) = self.parse(zone, now)?;
        Ok(Entry {
            id,
            incident,
            kind: EntryKind::Manual,
            event_at: when.at,
            precision: when.precision,
            offset_minutes: moment::offset(when.at, zone).local_minus_utc() / 60,
            recorded_at: now,
            recorded_by: Some(by),
            text,
            withdrawn_at: None,
            reason: String::new(),
            revision: 1,
        })
    }

    /// The changed entry.
    ///
    /// # Errors
    /// Says which fields can't be taken and why; entries of the desk itself and withdrawn ones stay as they are.
    pub fn edit(&self, was: &Entry, zone: Zone, now: DateTime<Utc>) -> Result<Entry, Refusal> {
        was.changeable()?;
        let (when, text) = self.parse(zone, now)?;
        let offset_minutes = moment::offset(when.at, zone).local_minus_utc() / 60;
        Ok(Entry {
            event_at: when.at,
            precision: when.precision,
            offset_minutes,
            text,
            revision: was.revision + 1,
            ..was.clone()
        })
    }
}

impl Entry {
    /// An entry that the desk itself makes.
    #[must_use]
    pub fn system(
        id: EntryId,
        incident: IncidentId,
        text: String,
        by: Option<AccountId>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            incident,
            kind: EntryKind::System,
            event_at: now,
            precision: Precision::Second,
            offset_minutes: 0,
            recorded_at: now,
            recorded_by: by,
            text,
            withdrawn_at: None,
            reason: String::new(),
            revision: 1,
        }
    }

    /// The entry, struck out but still there.
    ///
    /// # Errors
    /// It was withdrawn before, or the desk wrote it.
    pub fn withdraw(&self, reason: String, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.changeable()?;
        Ok(Self { withdrawn_at: Some(now), reason, revision: self.revision + 1, ..self.clone() })
    }

    fn changeable(&self) -> Result<(), Refusal> {
        if self.kind == EntryKind::System {
            return Err(Refusal::state("system_entry", "The desk recorded this itself; it stays as it is."));
        }
        if self.withdrawn_at.is_some() {
            return Err(Refusal::state("withdrawn", "This entry was withdrawn."));
        }
        Ok(())
    }
}
