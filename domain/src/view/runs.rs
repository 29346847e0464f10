//! Playbooks as they are followed, and as the library lists them.

use super::{Case, FactLine};
use crate::{
    evidence::Evidence,
    fact::condition::STEP_PREFIX,
    id::{AccountId, IncidentId, RunId},
    playbook::{Applies, StepPhase, StepState, edition::PlaybookOrigin},
    work::run::StepItem,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// A question of a step, with the answer there is.
#[derive(Debug, Clone)]
pub struct Asked {
    pub fact: String,
    pub ask: String,
    pub help: String,
    pub line: FactLine,
    pub opens: Vec<Opens>,
}

/// What an answer would open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opens {
    /// The condition, in words.
    pub when: String,
    /// The title of the step.
    pub step: String,
    /// The title of the playbook, where the step is in another one that is followed in the incident.
    pub playbook: Option<String>,
}

/// The playbook that is followed to do a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    pub playbook: String,
    pub title: String,
    /// The library has it, so that it can be begun.
    pub offered: bool,
    /// How far it is, once it was begun.
    pub run: Option<CalledRun>,
}

/// How far a called playbook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalledRun {
    pub id: RunId,
    pub settled: usize,
    pub total: usize,
    /// Nothing is left to do in it and nothing undecided.
    pub finished: bool,
}

/// A step as the run shows it.
#[derive(Debug, Clone)]
pub struct StepView {
    pub id: String,
    pub title: String,
    pub phase: StepPhase,
    pub role: String,
    pub why: String,
    pub how: String,
    pub evidence: String,
    pub mandatory: bool,
    pub state: StepState,
    pub owner: Option<AccountId>,
    pub changed_at: Option<DateTime<Utc>>,
    pub changed_by: Option<AccountId>,
    pub revision: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub overdue: bool,
    pub due_words: String,
    pub applies: StepApplies,
    pub questions: Vec<Asked>,
    pub call: Option<CallView>,
    /// Id and title of the other steps that may be worked at the same time.
    pub beside: Vec<(String, String)>,
    /// For each of what it is worked once: "each affected mailbox".
    pub repeat: Option<String>,
    /// What it is worked for, one by one, in the order in which it was added.
    pub items: Vec<StepItem>,
}

impl StepView {
    /// How many of its items are not done yet.
    #[must_use]
    pub fn open_items(&self) -> usize {
        self.items.iter().filter(|item| item.done_at.is_none()).count()
    }
}

/// Whether a step is part of the way that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepApplies {
    Yes {
        because: String,
    },
    No {
        because: String,
    },
    /// Which answers would decide it.
    Undecided {
        because: String,
        waits_for: Vec<WaitsFor>,
    },
}

/// A fact whose answer would decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitsFor {
    pub fact: String,
    /// The title of the called playbook that asks for it, where the playbook doesn't itself.
    pub asked_in: Option<String>,
}

impl StepApplies {
    /// From the rules' own answer about a step of the playbook with this id.
    #[must_use]
    pub fn of(applies: &Applies<'_>, playbook: &str) -> Self {
        match applies {
            Applies::Always => Self::Yes { because: String::new() },
            Applies::Yes { because } => Self::Yes { because: because.clone() },
            Applies::No { because } => Self::No { because: because.clone() },
            Applies::Undecided { because, opened_by } => Self::Undecided {
                because: because.clone(),
                waits_for: opened_by
                    .iter()
                    .map(|opener| {
                        let elsewhere = opener.asked_in.filter(|asked| asked.playbook.id != playbook);
                        // The answer of a step is no fact of the catalogue: its question says what it is.
                        let own = opener.asked_in.filter(|_| opener.fact.starts_with(STEP_PREFIX));
                        let question = own.and_then(|asked| asked.step.decision.clone());
                        WaitsFor {
                            fact: question.unwrap_or_else(|| opener.fact.to_owned()),
                            asked_in: elsewhere.map(|asked| asked.playbook.title.clone()),
                        }
                    })
                    .collect(),
            },
        }
    }
}

/// How far one phase of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhaseProgress {
    pub phase: StepPhase,
    pub settled: usize,
    pub total: usize,
}

/// A playbook as it is followed.
#[derive(Debug, Clone)]
pub struct RunView {
    pub id: RunId,
    pub playbook: String,
    pub title: String,
    pub version: u32,
    pub digest: String,
    pub started_at: DateTime<Utc>,
    pub started_by: AccountId,
    pub phases: Vec<PhaseProgress>,
    /// The ids of the steps to do next.
    pub next: Vec<String>,
    pub steps: Vec<StepView>,
    /// The library has moved on to this version.
    pub newer: Option<u32>,
}

/// The playbook tab.
#[derive(Debug, Clone)]
pub struct PlaybookTab {
    pub case: Case,
    pub runs: Vec<RunView>,
    pub evidence: Vec<Evidence>,
    /// Id, title and use of each playbook that isn't followed yet.
    pub library: Vec<LibraryRow>,
}

/// A playbook of the library.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LibraryRow {
    pub id: String,
    pub title: String,
    pub use_when: String,
    pub version: u32,
    pub steps: usize,
    pub questions: usize,
    /// Others call it: a short one.
    pub called: bool,
    /// `built_in` for one that comes with the program, `own` for one of the organisation's.
    pub source: PlaybookOrigin,
}

/// A playbook step that is somebody's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepRow {
    pub incident: IncidentId,
    pub reference: String,
    pub run: RunId,
    pub step: String,
    pub title: String,
    pub state: String,
}
