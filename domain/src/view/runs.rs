//! Playbooks as they are followed, and as the library lists them.

use super::{Case, FactLine, Recommendations, library::Difference};
use crate::{
    evidence::Evidence,
    fact::condition::STEP_PREFIX,
    id::{AccountId, IncidentId, RunId},
    playbook::{Applies, NamedStep, StepPhase, StepState, edition::PlaybookOrigin},
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

/// A step that is a question, and what hangs on its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionView {
    pub question: String,
    /// Id and title of the steps that "yes" opens, or may open with other answers.
    pub yes: Vec<(String, String)>,
    pub no: Vec<(String, String)>,
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
    /// The question, where the step is one: done is yes, not applicable is no.
    pub decision: Option<DecisionView>,
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
    /// Steps of an earlier version that somebody has worked and that this one has no more.
    pub left: Vec<LeftStep>,
}

/// A step of an earlier version. What it was called stands in that version's text, which is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftStep {
    pub id: String,
    /// In words.
    pub state: String,
    /// The reason, or on whom it waited.
    pub detail: String,
    pub changed_at: Option<DateTime<Utc>>,
    pub changed_by: Option<AccountId>,
}

/// The playbook tab.
#[derive(Debug, Clone)]
pub struct PlaybookTab {
    pub case: Case,
    pub runs: Vec<RunView>,
    pub evidence: Vec<Evidence>,
    /// Id, title and use of each playbook that isn't followed yet.
    pub library: Vec<LibraryRow>,
    pub recommendations: Recommendations,
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

/// What the library's version of a followed playbook says otherwise.
#[derive(Debug, Clone)]
pub struct RunDifference {
    pub case: Case,
    pub run: RunId,
    /// The playbook's id.
    pub playbook: String,
    /// As the run calls it.
    pub title: String,
    /// What is followed.
    pub version: u32,
    pub digest: String,
    /// Nothing where the library has the playbook no more.
    pub library_version: Option<u32>,
    pub library_digest: Option<String>,
    /// What is not in a step; nothing where that is the same.
    pub head: Option<Difference>,
    pub added: Vec<NamedStep>,
    pub without: Vec<NamedStep>,
    pub changed: Vec<OtherStep>,
    /// Steps that are in both stand in another order.
    pub reordered: bool,
    /// The steps that are gone and that somebody has worked: their records stay.
    pub gone: Vec<KeptStep>,
    /// The settled steps that say something else: they stay settled, and somebody should look at them.
    pub settled: Vec<KeptStep>,
}

impl RunDifference {
    /// Whether both say the same.
    #[must_use]
    pub fn is_same(&self) -> bool {
        let steps = self.added.is_empty() && self.without.is_empty() && self.changed.is_empty();
        steps && self.head.is_none() && !self.reordered
    }

    /// Whether there is a newer version to go over to.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.library_version.is_some_and(|version| version > self.version)
    }
}

/// A step that is in both versions and says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OtherStep {
    pub id: String,
    /// As it is called in the newer version.
    pub title: String,
    /// What of it is otherwise, in words.
    pub what: Vec<String>,
    pub lines: Difference,
}

/// A step that was worked, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeptStep {
    pub id: String,
    pub title: String,
    /// In words.
    pub state: String,
    /// Nobody needs to act on it any more.
    pub settled: bool,
}

/// Something that happened to a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepMoment {
    pub at: DateTime<Utc>,
    pub who: String,
    pub what: String,
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
    /// Nothing while its instant has not come, or where it has no time limit.
    pub due_at: Option<DateTime<Utc>>,
    pub overdue: bool,
    /// On whom it waits, and since when.
    pub waiting_on: Option<String>,
    pub waiting_since: Option<DateTime<Utc>>,
}
