//! A playbook as it is followed in one incident.

use crate::{
    id::{AccountId, IncidentId, RunId},
    playbook::RunStep,
};
use chrono::{DateTime, Utc};

/// One playbook in one incident, in the version with which it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: RunId,
    pub incident: IncidentId,
    /// The playbook's id.
    pub playbook: String,
    pub version: u32,
    /// SHA-256 of the source, lower-case hexadecimal.
    pub digest: String,
    /// The whole file, so that a later version changes nothing here.
    pub source: String,
    pub started_at: DateTime<Utc>,
    pub started_by: AccountId,
}

/// A step of a run, with its revision: 0 while nobody has touched it.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    pub run: RunId,
    pub step: RunStep,
    pub revision: i64,
}
