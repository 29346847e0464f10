//! What every call begins with: who, when, and from which request.

use crate::{
    error::{Error, Result},
    library::Readings,
    time::Fresh,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Person},
    clock::calendar::Calendars,
    id::RequestId,
    moment::Zone,
};
use std::sync::Arc;

/// A key under which the answer to a request is kept, so that sending it twice does it once.
#[derive(Debug, Clone)]
pub struct Idempotency {
    pub key: String,
    /// SHA-256 of the request, so that the same key can't stand for another one.
    pub request_digest: String,
}

/// A form, an API call, a job and a command differ only in how they make this.
#[derive(Debug, Clone)]
pub struct Ctx {
    pub actor: Actor,
    pub now: DateTime<Utc>,
    pub fresh: Fresh,
    /// Working days and zones, as the configuration corrects them.
    pub calendars: Arc<Calendars>,
    /// Playbooks that were read before.
    pub readings: Readings,
    pub request: RequestId,
    pub idempotency: Option<Idempotency>,
    /// The revision the asker has seen.
    pub seen: Option<i64>,
}

impl Ctx {
    /// The signed-in person.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn person(&self) -> Result<&Person> {
        self.actor.person().ok_or(Error::SignedOut)
    }

    /// The zone in which what was typed is read.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.actor.person().map_or(Zone::UTC, |p| p.zone)
    }
}
