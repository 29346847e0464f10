//! The one application-service layer: every use case, once. Pages, API, jobs and commands call the
//! same verbs; this is the only room that knows the database.

pub mod accounts;
pub mod alerts;
pub mod assessments;
pub mod blobs;
pub mod clocks;
pub mod correspondence;
pub mod ctx;
pub mod decisions;
pub mod error;
pub mod evidence;
pub mod facts;
pub mod feeds;
pub mod filings;
pub mod hindsight;
pub mod incidents;
pub mod journal;
pub mod library;
pub mod notices;
pub mod outbox;
pub mod parties;
pub mod proof;
pub mod register;
pub mod reminders;
pub mod render;
pub mod runs;
pub mod search;
pub mod settings;
pub mod texts;
pub mod time;
pub mod work;

mod case;
mod open;
mod passwords;
mod sealing;
mod sheets;
mod store;
mod throttle;
mod write;

pub use ctx::{Ctx, Idempotency};
pub use error::{Error, Result};
pub use open::{Health, Options};
pub use time::{Fresh, TimeSource};

/// On every use case: its future is boxed, and so compiled here and not once more in every room that calls it.
pub(crate) use async_recursion::async_recursion as boxed;

use chrono::{DateTime, Utc};
use domain::{access::Actor, clock::calendar::Calendars, delivery::Pace, id::RequestId};
use sea_orm::DatabaseConnection;
use std::sync::{Arc, OnceLock};
use tokio::sync::{Mutex, Semaphore, watch};

/// Everything a use case needs. Cheap to clone; holds no state of its own but connections.
#[derive(Clone)]
pub struct Services {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// A connection of its own on PostgreSQL, which holds the turn to send mail.
    sender: DatabaseConnection,
    time: TimeSource,
    fresh: Fresh,
    calendars: Arc<Calendars>,
    readings: library::Readings,
    blobs: blobs::Blobs,
    key: sealing::Key,
    /// Held while a content is made durable and recorded, and while one is taken away: two records may
    /// share a content.
    contents: Arc<Mutex<()>>,
    hashing: Arc<Semaphore>,
    hash_cost: passwords::Cost,
    /// How fast mails leave, for those who wait for it.
    pace: Pace,
    changed: watch::Sender<u64>,
    /// Where the desk is reached, for the links in its mails.
    origin: Arc<OnceLock<String>>,
}

impl Services {
    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    /// The source of time, for tests that move it.
    #[must_use]
    pub fn time(&self) -> &TimeSource {
        &self.time
    }

    /// A context for `actor`, now.
    #[must_use]
    pub fn ctx(&self, actor: Actor) -> Ctx {
        Ctx {
            actor,
            now: self.now(),
            fresh: self.fresh.clone(),
            calendars: self.calendars.clone(),
            readings: self.readings.clone(),
            request: RequestId::from_bits(self.fresh.bits()),
            idempotency: None,
            seen: None,
        }
    }

    /// Says where the desk is reached (`https://desk.example`), for the links in its mails. The first word counts.
    pub fn reached_at(&self, origin: &str) {
        let _ = self.origin.set(origin.to_owned());
    }

    /// A page's whole address; its path alone where nobody has said where the desk is reached.
    pub(crate) fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.origin.get().map_or("", String::as_str))
    }

    /// Becomes ready whenever something was written.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn announce(&self) {
        self.changed.send_modify(|n| *n += 1);
    }
}
