//! Following a playbook in one incident: the state of each step and what may be done to it.

use super::format::{Playbook, Step};
use crate::{
    choices,
    id::AccountId,
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StepState {
    #[default]
    Open,
    Done,
    /// It applied and was left out. The reason may be empty where the step is not mandatory.
    Skipped {
        reason: String,
    },
    /// A person found that it does not apply here.
    NotApplicable {
        reason: String,
    },
    /// It cannot go on until somebody else has acted.
    WaitingOn {
        whom: String,
        since: DateTime<Utc>,
    },
}

impl StepState {
    /// The stable code, as stored.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Skipped { .. } => "skipped",
            Self::NotApplicable { .. } => "not_applicable",
            Self::WaitingOn { .. } => "waiting_on",
        }
    }

    /// The label, as shown.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Done => "Done",
            Self::Skipped { .. } => "Skipped",
            Self::NotApplicable { .. } => "Not applicable",
            Self::WaitingOn { .. } => "Waiting on",
        }
    }

    /// The reason, or whom it waits on; empty for the others.
    #[must_use]
    pub fn detail(&self) -> &str {
        match self {
            Self::Open | Self::Done => "",
            Self::Skipped { reason } | Self::NotApplicable { reason } => reason,
            Self::WaitingOn { whom, .. } => whom,
        }
    }

    /// Since when it waits.
    #[must_use]
    pub fn since(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::WaitingOn { since, .. } => Some(*since),
            _ => None,
        }
    }

    /// The reverse of [`Self::code`], [`Self::detail`] and [`Self::since`].
    #[must_use]
    pub fn from_parts(code: &str, detail: &str, since: Option<DateTime<Utc>>) -> Option<Self> {
        let detail = || detail.to_owned();
        Some(match code {
            "open" => Self::Open,
            "done" => Self::Done,
            "skipped" => Self::Skipped { reason: detail() },
            "not_applicable" => Self::NotApplicable { reason: detail() },
            "waiting_on" => Self::WaitingOn { whom: detail(), since: since? },
            _ => return None,
        })
    }

    /// Whether nobody needs to act on it any more.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Done | Self::Skipped { .. } | Self::NotApplicable { .. })
    }
}

/// One step of one run. A step nobody has touched has no record and is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunStep {
    /// The step's id in the playbook.
    pub step: String,
    pub state: StepState,
    pub owner: Option<AccountId>,
    /// When state or owner last changed, and who changed them.
    pub changed_at: Option<DateTime<Utc>>,
    pub changed_by: Option<AccountId>,
}

impl RunStep {
    /// A step that nobody has touched.
    #[must_use]
    pub fn untouched(step: &str) -> Self {
        Self {
            step: step.to_owned(),
            state: StepState::Open,
            owner: None,
            changed_at: None,
            changed_by: None,
        }
    }

    /// This step after `event`. Events of other steps leave it as it is.
    #[must_use]
    pub fn after(mut self, event: &RunEvent, by: AccountId, now: DateTime<Utc>) -> Self {
        match event {
            RunEvent::Moved { step, to, .. } if *step == self.step => self.state = to.clone(),
            RunEvent::Assigned { step, owner } if *step == self.step => self.owner = *owner,
            RunEvent::Started { .. } | RunEvent::Moved { .. } | RunEvent::Assigned { .. } => return self,
        }
        self.changed_at = Some(now);
        self.changed_by = Some(by);
        self
    }
}

choices! {
    /// What a person may do to a step.
    pub enum StepAct {
        Done = "done" => "Done",
        WaitOn = "wait_on" => "Waiting on",
        NotApplicable = "not_applicable" => "Not applicable",
        Skip = "skip" => "Skip",
        Assign = "assign" => "Assign",
        Reopen = "reopen" => "Reopen",
    }
}

/// What was typed to change a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepInput {
    /// One of `done`, `wait_on`, `not_applicable`, `skip`, `assign`, `reopen`.
    pub act: String,
    /// For `skip` and `not_applicable`.
    #[serde(default)]
    pub reason: String,
    /// For `wait_on`: a person or an organisation, in words.
    #[serde(default)]
    pub whom: String,
    /// For `assign`: an account, or empty to assign nobody.
    #[serde(default)]
    pub owner: String,
}

impl StepInput {
    /// The command that was meant.
    ///
    /// # Errors
    /// The fields that cannot be taken. Whether a reason is needed is decided by [`decide`].
    pub fn parse(&self) -> Result<RunCommand, Refusal> {
        let mut checks = Checks::new();
        let command = checks.choice("act", &self.act).and_then(|act| {
            Some(match act {
                StepAct::Done => RunCommand::Done,
                StepAct::Reopen => RunCommand::Reopen,
                StepAct::Skip => RunCommand::Skip { reason: checks.optional_reason("reason", &self.reason)? },
                StepAct::NotApplicable => {
                    RunCommand::NotApplicable { reason: checks.optional_reason("reason", &self.reason)? }
                }
                StepAct::WaitOn => RunCommand::WaitOn { whom: checks.line("whom", &self.whom)? },
                StepAct::Assign => RunCommand::Assign { owner: checks.optional_id("owner", &self.owner)? },
            })
        });
        command.ok_or_else(|| checks.refusal())
    }
}

/// What is to happen to one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunCommand {
    Assign {
        owner: Option<AccountId>,
    },
    Done,
    Skip {
        reason: String,
    },
    NotApplicable {
        reason: String,
    },
    WaitOn {
        whom: String,
    },
    /// The undo of all the others.
    Reopen,
}

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RunEvent {
    /// A run began with this text of this playbook.
    Started {
        playbook: String,
        version: u32,
        digest: String,
    },
    Assigned {
        step: String,
        owner: Option<AccountId>,
    },
    Moved {
        step: String,
        from: StepState,
        to: StepState,
    },
}

impl RunEvent {
    /// The stable code, for the journal and the timeline.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Started { .. } => "playbook_started",
            Self::Assigned { .. } => "step_assigned",
            Self::Moved { to, .. } => match to {
                StepState::Open => "step_reopened",
                StepState::Done => "step_done",
                StepState::Skipped { .. } => "step_skipped",
                StepState::NotApplicable { .. } => "step_not_applicable",
                StepState::WaitingOn { .. } => "step_waiting",
            },
        }
    }
}

/// Begins a run. `running` are the ids of the playbooks already followed in the incident.
///
/// # Errors
/// The same playbook is being followed already.
pub fn start(playbook: &Playbook, running: &[&str]) -> Result<RunEvent, Refusal> {
    if running.contains(&playbook.id.as_str()) {
        let message = format!(
            "\"{}\" is already being followed in this incident. Go on with that run.",
            playbook.title
        );
        return Err(Refusal::state("already_running", message));
    }
    Ok(RunEvent::Started {
        playbook: playbook.id.clone(),
        version: playbook.version,
        digest: playbook.digest().to_owned(),
    })
}

/// What a command on one step leads to. `open_items` are the things it is worked for that are not done yet.
///
/// # Errors
/// The step's state or an open item does not allow it, or a reason is missing.
pub fn decide(
    step: &Step,
    current: &RunStep,
    command: &RunCommand,
    open_items: usize,
    now: DateTime<Utc>,
) -> Result<RunEvent, Refusal> {
    let to = match command {
        RunCommand::Assign { owner } => {
            needs_work(current)?;
            return Ok(RunEvent::Assigned { step: step.id.clone(), owner: *owner });
        }
        RunCommand::Reopen if current.state == StepState::Open => {
            return Err(Refusal::state("already_open", "This step is open already."));
        }
        RunCommand::Reopen => StepState::Open,
        RunCommand::Done if open_items > 0 && !current.state.is_settled() => {
            let message = match open_items {
                1 => "1 item of this step is still open. Tick it, or skip the step with a reason.".to_owned(),
                n => format!(
                    "{n} items of this step are still open. Tick them, or skip the step with a reason."
                ),
            };
            return Err(Refusal::state("items_open", message));
        }
        RunCommand::Done => StepState::Done,
        RunCommand::Skip { reason } if step.mandatory && reason.trim().is_empty() => {
            return Err(reason_missing("This step is mandatory. Say why it is skipped; the reason is kept."));
        }
        RunCommand::Skip { reason } => StepState::Skipped { reason: reason.trim().to_owned() },
        // For a question, "no" is an answer and needs no excuse.
        RunCommand::NotApplicable { reason } if reason.trim().is_empty() && step.decision.is_none() => {
            return Err(reason_missing("Say why this step does not apply here; the reason is kept."));
        }
        RunCommand::NotApplicable { reason } => StepState::NotApplicable { reason: reason.trim().to_owned() },
        RunCommand::WaitOn { whom } if whom.trim().is_empty() => {
            let message = "Say on whom this step waits, a person or an organisation.";
            return Err(Refusal::Invalid(vec![FieldError::new("whom", "required", message)]));
        }
        RunCommand::WaitOn { whom } => StepState::WaitingOn { whom: whom.trim().to_owned(), since: now },
    };
    if to != StepState::Open {
        needs_work(current)?;
    }
    Ok(RunEvent::Moved { step: step.id.clone(), from: current.state.clone(), to })
}

/// Refuses what only a step can take that somebody still works on.
///
/// # Errors
/// It is settled.
pub fn needs_work(current: &RunStep) -> Result<(), Refusal> {
    if current.state.is_settled() {
        let message = format!(
            "This step is already marked \"{}\". Reopen it first.",
            current.state.label().to_lowercase()
        );
        return Err(Refusal::state("step_settled", message));
    }
    Ok(())
}

fn reason_missing(message: &str) -> Refusal {
    Refusal::field("reason", "required", message)
}

#[cfg(test)]
mod tests;
