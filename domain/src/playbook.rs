//! Playbooks: what a good team does, in files that people read and edit, followed step by step in a case.
//!
//! A run keeps the text of the version it began with and reads it again each time, so a later edit of
//! the file never changes a case under the people who work it. Answers are facts of the incident; a
//! condition over facts decides which steps apply.

pub mod cacao;
mod check;
mod compared;
mod due;
pub mod edition;
mod format;
mod library;
mod markdown;
mod progress;
mod recommend;
pub mod rehearsal;
mod run;
pub mod writing;

pub use check::Others;
pub use compared::{ChangedStep, Compared, NamedStep, Texts, compared};
pub use due::{Anchor, Due};
pub use format::{
    Playbook, PlaybookError, Question, READ_MAX, Reference, References, Step, StepPhase, StepRole,
};
pub use library::{find, is_called, library};
pub use markdown::markdown;
pub use progress::{
    Anchors, Applies, AskedIn, Opener, Opening, PhaseCount, Progress, QuestionProgress, Situation,
    StepProgress, Ways, WithDecisions, progress, ways,
};
pub use recommend::{Fit, WithHandling};
pub use run::{RunCommand, RunEvent, RunStep, StepAct, StepInput, StepState, decide, needs_work, start};
