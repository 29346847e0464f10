//! A playbook as it is followed in one incident.

use crate::{
    id::{AccountId, IncidentId, ItemId, RunId},
    playbook::{RunStep, needs_work},
    refusal::Refusal,
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many items one step takes.
pub const ITEMS_MAX: usize = 500;

/// One playbook in one incident, in the version with which it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: RunId,
    pub incident: IncidentId,
    /// The playbook's id.
    pub playbook: String,
    pub version: u32,
    /// SHA-256 of the source, lower-case hexadecimal.
    pub digest: String,
    /// The whole file, so that a later version changes nothing here.
    pub source: String,
    pub started_at: DateTime<Utc>,
    pub started_by: AccountId,
}

/// A step of a run, with its revision: 0 while nobody has touched it.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRecord {
    pub run: RunId,
    pub step: RunStep,
    pub revision: i64,
}

/// One of the things for which a repeated step is worked: this mailbox, that device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepItem {
    pub id: ItemId,
    pub run: RunId,
    /// The step's id in the playbook.
    pub step: String,
    pub label: String,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<AccountId>,
    pub added_at: DateTime<Utc>,
    pub added_by: AccountId,
}

/// Adds one of the things for which a step is worked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemInput {
    /// Its name, in one line.
    #[serde(default)]
    pub label: String,
}

impl ItemInput {
    /// The new item of `step`, beside the ones it has.
    ///
    /// # Errors
    /// The step is settled, has one of this name or too many already, or the name can't be taken.
    pub fn add(
        &self,
        id: ItemId,
        step: &StepRecord,
        items: &[StepItem],
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<StepItem, Refusal> {
        needs_work(&step.step)?;
        let mut checks = Checks::new();
        let Some(label) = checks.line("label", &self.label) else { return Err(checks.refusal()) };
        if items.iter().any(|item| item.label.to_lowercase() == label.to_lowercase()) {
            let message = "It is on the list already. Give this one a name of its own.";
            return Err(Refusal::field("label", "already_there", message));
        }
        if items.len() >= ITEMS_MAX {
            let message = format!(
                "One step takes {ITEMS_MAX} items. Keep a longer list as evidence, and add it here by parts."
            );
            return Err(Refusal::state("too_many_items", message));
        }
        let (run, step) = (step.run, step.step.step.clone());
        Ok(StepItem { id, run, step, label, done_at: None, done_by: None, added_at: now, added_by: by })
    }
}

impl StepItem {
    /// The item of `step`, done now.
    ///
    /// # Errors
    /// The step is settled, or the item was done before.
    pub fn complete(&self, step: &StepRecord, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        needs_work(&step.step)?;
        if self.done_at.is_some() {
            return Err(Refusal::state("already_done", "This item is done already."));
        }
        Ok(Self { done_at: Some(now), done_by: Some(by), ..self.clone() })
    }

    /// The item of `step`, open again.
    ///
    /// # Errors
    /// The step is settled, or the item isn't done.
    pub fn reopen(&self, step: &StepRecord) -> Result<Self, Refusal> {
        needs_work(&step.step)?;
        if self.done_at.is_none() {
            return Err(Refusal::state("not_done", "This item is open."));
        }
        Ok(Self { done_at: None, done_by: None, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::RunStep;

    #[test]
    fn a_step_takes_so_many_items_and_no_more() {
        let (run, by, now) = (RunId::from_bits([1; 16]), AccountId::from_bits([2; 16]), DateTime::UNIX_EPOCH);
        let step = StepRecord { run, step: RunStep::untouched("each"), revision: 0 };
        let add = |items: &[StepItem]| {
            let input = ItemInput { label: format!("mailbox {}", items.len()) };
            input.add(ItemId::from_bits([3; 16]), &step, items, by, now)
        };
        let mut items = Vec::new();
        for _ in 0..ITEMS_MAX {
            let item = add(&items).unwrap();
            items.push(item);
        }
        assert!(matches!(add(&items), Err(Refusal::State { code: "too_many_items", .. })));
    }
}
