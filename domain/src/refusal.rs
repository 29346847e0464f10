//! Every business "no", with a stable code, and the errors of single fields.

use schemars::JsonSchema;
use serde::Serialize;

/// What is wrong with one field of an input, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FieldError {
    /// The field's name in the form and in the JSON body.
    pub field: String,
    /// Stable, for programs: `required`, `too_long`, `not_a_time` …
    pub code: &'static str,
    /// For people: what is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    #[must_use]
    pub fn new(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code, message: message.into() }
    }
}

/// A no from the rules. Knows nothing of HTTP: the edge gives each its status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// One or more fields can't be taken as they are.
    #[error("some fields need another look")]
    Invalid(Vec<FieldError>),
    /// The state of the thing doesn't allow it now.
    #[error("{message}")]
    State { code: &'static str, message: String },
}

impl Refusal {
    /// A refusal that comes from the state of the thing and not from what was typed.
    #[must_use]
    pub fn state(code: &'static str, message: impl Into<String>) -> Self {
        Self::State { code, message: message.into() }
    }

    /// A refusal of a single field.
    #[must_use]
    pub fn field(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }
}
