//! Why a page can't be shown, in words for people. Internal text never gets here.

use domain::refusal::{FieldError, Refusal};

/// A page's "no". The HTTP status is given at the edge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UiError {
    /// No such thing, or none that this person may know of: both read the same.
    #[error("There is nothing at this address, or it isn't open to you.")]
    NotFound,
    /// The session is over or never was.
    #[error("You are signed out. Sign in to go on.")]
    SignedOut,
    /// Someone else changed the same thing in the meantime.
    #[error("This was changed by someone else while you were working on it.")]
    Stale,
    /// The rules don't allow it.
    #[error("{message}")]
    Refused { code: &'static str, message: String },
    /// Some fields can't be taken as they are.
    #[error("Some fields need another look.")]
    Invalid(Vec<FieldError>),
    /// It is our fault. The request's id leads the administrator to the cause in the log.
    #[error("Something went wrong on our side. Nothing was changed.")]
    Ours { request_id: String },
}

impl UiError {
    /// The heading of the page that says it.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        match self {
            Self::NotFound => "Not found",
            Self::SignedOut => "Signed out",
            Self::Stale => "Changed in the meantime",
            Self::Refused { .. } => "Not possible now",
            Self::Invalid(_) => "Some fields need another look",
            Self::Ours { .. } => "Something went wrong",
        }
    }
}

impl From<Refusal> for UiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Invalid(errors) => Self::Invalid(errors),
            Refusal::State { code, message } => Self::Refused { code, message },
        }
    }
}
