//! A playbook as it is followed in one incident.

use crate::{
    id::{AccountId, IncidentId, ItemId, RunId},
    playbook::{Playbook, RunStep, needs_work},
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
    /// Since when it is off the list: it was put there by mistake.
    pub removed_at: Option<DateTime<Utc>>,
    pub removed_by: Option<AccountId>,
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
        let label = self.label_beside(items.iter())?;
        if items.len() >= ITEMS_MAX {
            let message = format!(
                "One step takes {ITEMS_MAX} items. Keep a longer list as evidence, and add it here by parts."
            );
            return Err(Refusal::state("too_many_items", message));
        }
        let (run, step) = (step.run, step.step.step.clone());
        Ok(StepItem {
            id,
            run,
            step,
            label,
            done_at: None,
            done_by: None,
            added_at: now,
            added_by: by,
            removed_at: None,
            removed_by: None,
        })
    }

    /// `item` of `step` with this name, beside the other ones it has.
    ///
    /// # Errors
    /// The step is settled, has one of this name already, or the name is the same or can't be taken.
    pub fn rename(
        &self,
        item: &StepItem,
        step: &StepRecord,
        items: &[StepItem],
    ) -> Result<StepItem, Refusal> {
        needs_work(&step.step)?;
        let label = self.label_beside(items.iter().filter(|other| other.id != item.id))?;
        if label == item.label {
            return Err(Refusal::field("label", "unchanged", "It is called that. Write its new name."));
        }
        Ok(StepItem { label, ..item.clone() })
    }

    fn label_beside<'i>(&self, mut others: impl Iterator<Item = &'i StepItem>) -> Result<String, Refusal> {
        let mut checks = Checks::new();
        let Some(label) = checks.line("label", &self.label) else { return Err(checks.refusal()) };
        if others.any(|item| item.label.to_lowercase() == label.to_lowercase()) {
            let message = "It is on the list already. Give this one a name of its own.";
            return Err(Refusal::field("label", "already_there", message));
        }
        Ok(label)
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

    /// The item of `step`, off the list.
    ///
    /// # Errors
    /// The step is settled.
    pub fn remove(&self, step: &StepRecord, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        needs_work(&step.step)?;
        Ok(Self { removed_at: Some(now), removed_by: Some(by), ..self.clone() })
    }
}

/// Goes on with the library's version of a followed playbook.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeVersionInput {
    /// The digest of the version that is followed, as it was looked at.
    #[serde(default)]
    pub from: String,
    /// The digest of the version to go on with, as it was looked at.
    #[serde(default)]
    pub to: String,
}

impl TakeVersionInput {
    /// `run`, which follows `older`, as it goes on with `newer`.
    ///
    /// # Errors
    /// `newer` is no newer version, or one of both is no longer what was looked at.
    pub fn take(&self, run: &Run, older: &Playbook, newer: &Playbook) -> Result<Run, Refusal> {
        if older.digest() != self.from.trim() || newer.digest() != self.to.trim() {
            let message = "The versions have changed since you looked. Look at the difference again, then take it over.";
            return Err(Refusal::state("moved_on", message));
        }
        if newer.version <= older.version {
            return Err(Refusal::state(
                "no_newer_version",
                "The library has no newer version than this run follows.",
            ));
        }
        Ok(Run {
            version: newer.version,
            digest: newer.digest().to_owned(),
            source: newer.source().to_owned(),
            ..run.clone()
        })
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
