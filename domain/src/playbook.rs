//! Playbooks: what a good team does, in files that people read and edit, followed step by step in a case.
//!
//! A run keeps the text of the version it began with and reads it again each time, so a later edit of
//! the file never changes a case under the people who work it. Answers are facts of the incident; a
//! condition over facts decides which steps apply.

mod check;
mod due;
mod format;
mod library;
mod progress;
mod run;

pub use check::Others;
pub use due::{Anchor, Due};
pub use format::{Playbook, PlaybookError, Question, Reference, References, Step, StepPhase, StepRole};
pub use library::{find, is_called, library};
pub use progress::{
    Anchors, Applies, AskedIn, Opener, Opening, PhaseCount, Progress, QuestionProgress, Situation,
    StepProgress, progress,
};
pub use run::{RunCommand, RunEvent, RunStep, StepAct, StepInput, StepState, decide, needs_work, start};
