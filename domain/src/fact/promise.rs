//! What isn't known yet is somebody's to find out: a task with the promised day, done when the answer comes.

use super::{About, Certainty, Fact, catalogue::Definition};
use crate::{
    id::{AccountId, IncidentId, TaskId},
    moment::{Zone, day_start},
    work::Task,
};
use chrono::{DateTime, Days, Duration, Utc};

/// What an answer does to the task of finding it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    Given(Task),
    /// Promised anew, or given to somebody else.
    Moved(Task),
    /// The answer is there.
    Settled(Task),
}

/// What the task of finding an answer out is known by: the key, and whom it is about where that isn't the whole incident.
#[must_use]
pub fn errand_of(fact: &Fact) -> String {
    match &fact.about {
        About::Incident => fact.key.clone(),
        about => format!("{} {about}", fact.key),
    }
}

/// What `fact`, just recorded, does to `open`, the open task of its key. `owner` finds it out; the promised day ends in
/// `zone`. `id` is that of a new task.
#[must_use]
pub fn errand(
    fact: &Fact,
    definition: &Definition,
    incident: IncidentId,
    owner: AccountId,
    open: Option<&Task>,
    zone: Zone,
    id: TaskId,
) -> Option<Errand> {
    match (fact.certainty, open) {
        (Certainty::NotYetKnown, open) => {
            let due_at = fact.promised_on.and_then(|day| end_of(day, zone));
            let owner = Some(owner);
            Some(match open {
                Some(open) if open.owner == owner && open.due_at == due_at => return None,
                Some(open) => {
                    Errand::Moved(Task { owner, due_at, revision: open.revision + 1, ..open.clone() })
                }
                None => Errand::Given(Task {
                    id,
                    incident,
                    title: format!("Find out: {}", definition.label),
                    fact: Some(errand_of(fact)),
                    owner,
                    due_at,
                    done_at: None,
                    done_by: None,
                    created_at: fact.recorded_at,
                    created_by: fact.recorded_by,
                    revision: 1,
                }),
            })
        }
        (_, Some(open)) => open.complete(fact.recorded_by, fact.recorded_at).ok().map(Errand::Settled),
        (_, None) => None,
    }
}

/// The last minute of a day.
fn end_of(day: chrono::NaiveDate, zone: Zone) -> Option<DateTime<Utc>> {
    let next = day_start(day.checked_add_days(Days::new(1))?, zone)?;
    Some(next - Duration::minutes(1))
}
