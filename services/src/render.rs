//! Texts from templates. Nothing here decides anything: what is said comes from facts.

pub mod notice;

/// Why a text could not be written.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// No notice of this kind has a statement of this code.
    #[error("this notice has no statement {0:?}")]
    NoSuchStatement(String),
    #[error("a template failed: {0}")]
    Template(#[from] askama::Error),
}
