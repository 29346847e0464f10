//! The one error of this room. It speaks of the business; the edge gives it its HTTP status.

use domain::refusal::Refusal;

/// The result of every verb.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a verb didn't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It doesn't exist, or not for the asker. The two must look the same.
    #[error("not found")]
    NotFound,
    /// The asker may know it exists and not do this.
    #[error("not allowed")]
    Forbidden,
    /// Nobody is signed in, or no longer.
    #[error("not signed in")]
    SignedOut,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody changed it meanwhile; `current` is the revision now.
    #[error("changed meanwhile")]
    Stale { current: i64 },
    /// A change without saying which revision was seen.
    #[error("no revision given")]
    RevisionRequired,
    /// The same Idempotency-Key came with another request.
    #[error("idempotency key used for another request")]
    KeyReused,
    /// Too many tries; again in so many seconds.
    #[error("too many tries")]
    Throttled { seconds: i64 },
    /// More bytes than are taken.
    #[error("too large")]
    TooLarge { max: u64 },
    /// The database can't be reached or is full.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// A file can't be read or written.
    #[error("file: {0}")]
    File(#[from] std::io::Error),
    /// Something stored can't be read back as what it should be.
    #[error("stored {what} can't be read: {text}")]
    Corrupt { what: &'static str, text: String },
    /// A text could not be made from its template.
    #[error("template: {0}")]
    Template(String),
}

impl Error {
    pub(crate) fn corrupt(what: &'static str, text: &str) -> Self {
        Self::Corrupt { what, text: text.chars().take(80).collect() }
    }
}
