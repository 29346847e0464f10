//! A state in a word, with a shape and a colour that say the same.

use crate::prelude::*;
use domain::text::Choice;

/// How urgent something is. Each has a colour and, where it is one of a scale, a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    /// Done, met, certain.
    Good,
    /// To be told apart, but nothing is wrong.
    Accent,
    /// Look at it soon.
    Attention,
    /// Look at it now.
    Danger,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Accent => "accent",
            Self::Attention => "attention",
            Self::Danger => "danger",
        }
    }
}

/// Which scale a word belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `low`, `moderate`, `high`, `critical`.
    Severity,
    /// `met`, `running`, `open` (without a due time), `soon`, `overdue`, `late`.
    Lateness,
    /// `exact`, `approximate`, `range`, `not_yet_known`, `cannot_be_determined`.
    Certainty,
    /// The phases of an incident, `closed` among them.
    Phase,
    /// The stages of a notice, from `draft` to `sent`.
    Stage,
    /// Anything else: a role, a status of a task or of an alert.
    Other,
}

impl Kind {
    /// Tone and shape of a code. A code that isn't known here is shown plainly, by its word.
    fn look(self, code: &str) -> (Tone, &'static str) {
        match (self, code) {
            (Self::Severity, "low") => (Tone::Neutral, "ring"),
            (Self::Severity, "moderate") => (Tone::Attention, "half"),
            (Self::Severity, "high") => (Tone::Danger, "triangle"),
            (Self::Severity, "critical") => (Tone::Danger, "octagon"),
            (Self::Lateness, "met") => (Tone::Good, "tick"),
            (Self::Lateness, "running" | "open") => (Tone::Neutral, "ring"),
            (Self::Lateness, "soon") => (Tone::Attention, "half"),
            (Self::Lateness, "overdue" | "late") => (Tone::Danger, "triangle"),
            (Self::Certainty, "exact") => (Tone::Good, "disc"),
            (Self::Certainty, "approximate" | "range") => (Tone::Accent, "half"),
            (Self::Certainty, "not_yet_known") => (Tone::Attention, "ring"),
            (Self::Phase, "closed") => (Tone::Neutral, "tick"),
            (Self::Phase, _) => (Tone::Accent, "disc"),
            (Self::Stage, "draft") => (Tone::Neutral, "ring"),
            (Self::Stage, "in_review" | "sending") => (Tone::Accent, "half"),
            (Self::Stage, "approved" | "sent") => (Tone::Good, "tick"),
            (Self::Stage, "changes_requested" | "partly_sent") => (Tone::Attention, "half"),
            (Self::Stage, "failed") => (Tone::Danger, "triangle"),
            _ => (Tone::Neutral, "none"),
        }
    }
}

/// A word with the look of its scale.
#[component]
pub fn Badge(kind: Kind, #[prop(into)] code: String, #[prop(into)] label: String) -> impl IntoView {
    let (tone, shape) = kind.look(&code);
    view! { <span class=format!("badge {} {shape}", tone.class())>{label}</span> }
}

/// The badge of a member of a closed set.
#[must_use]
pub fn badge<C: Choice>(kind: Kind, choice: C) -> AnyView {
    view! { <Badge kind=kind code=choice.code() label=choice.label() /> }.written()
}
