//! Something noticed: it waits in the inbox until it is dismissed or becomes an incident.

use crate::{
    choices,
    id::{AlertId, IncidentId},
    moment::Zone,
    refusal::Refusal,
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// Where an alert stands.
    pub enum AlertState {
        New = "new" => "new",
        Dismissed = "dismissed" => "dismissed",
        Declared = "declared" => "declared as an incident",
    }
}

/// An alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Alert {
    pub id: AlertId,
    /// Which system or person it came from.
    pub source: String,
    pub title: String,
    pub body: String,
    /// When the thing happened, as far as the source says.
    pub event_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub state: AlertState,
    /// Why it was dismissed.
    pub reason: String,
    pub incident: Option<IncidentId>,
    pub revision: i64,
}

/// Reports an alert.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertInput {
    /// One line, 1 to 200 characters.
    #[serde(default)]
    pub title: String,
    /// Which system or person it comes from; may be empty.
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub body: String,
    /// RFC 3339, or a local time in the sender's zone; may be empty.
    #[serde(default)]
    pub event_at: String,
}

impl AlertInput {
    /// The new alert.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn decide(&self, id: AlertId, zone: Zone, now: DateTime<Utc>) -> Result<Alert, Refusal> {
        let mut c = Checks::new();
        let title = c.line("title", &self.title);
        let source = c.optional_line("source", &self.source);
        let body = c.optional_body("body", &self.body);
        let event_at = if self.event_at.trim().is_empty() {
            Some(None)
        } else {
            c.past_instant("event_at", &self.event_at, zone, now).map(Some)
        };
        match (title, source, body, event_at) {
            (Some(title), Some(source), Some(body), Some(event_at)) => Ok(Alert {
                id,
                source,
                title,
                body,
                event_at,
                received_at: now,
                state: AlertState::New,
                reason: String::new(),
                incident: None,
                revision: 1,
            }),
            _ => Err(c.refusal()),
        }
    }
}

impl Alert {
    /// The alert, dismissed for `reason`.
    ///
    /// # Errors
    /// It was dealt with before.
    pub fn dismiss(&self, reason: String) -> Result<Self, Refusal> {
        self.is_new()?;
        Ok(Self { state: AlertState::Dismissed, reason, revision: self.revision + 1, ..self.clone() })
    }

    /// The alert, as part of `incident`.
    ///
    /// # Errors
    /// It was dealt with before.
    pub fn declare(&self, incident: IncidentId) -> Result<Self, Refusal> {
        self.is_new()?;
        Ok(Self {
            state: AlertState::Declared,
            incident: Some(incident),
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    fn is_new(&self) -> Result<(), Refusal> {
        if self.state == AlertState::New {
            return Ok(());
        }
        Err(Refusal::state("dealt_with", format!("This alert already is {}.", self.state)))
    }
}
