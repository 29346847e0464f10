//! With whom a notice lies before it leaves, and since when: whoever holds it up is asked by name.

use super::{Notice, stage::Stage};
use crate::{access::Role, choices, id::AccountId, view::Case};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

choices! {
    /// Who has to do the next thing.
    pub enum With {
        Authors = "authors" => "its authors",
        SecondPerson = "second_person" => "a second person, who approves it",
        Release = "release" => "whoever releases it",
    }
}

/// With whom a notice lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Holder {
    pub with: With,
    /// Since when; for its authors, when its words were last written.
    pub since: DateTime<Utc>,
    /// Everybody who can do the next thing, by name.
    pub who: Vec<AccountId>,
}

/// Who has to do the next thing, and since when it waits for a second person or for its release.
#[must_use]
pub fn with(notice: &Notice) -> Option<(With, Option<DateTime<Utc>>)> {
    match notice.stage {
        Stage::Draft | Stage::ChangesRequested => Some((With::Authors, None)),
        Stage::InReview => Some((With::SecondPerson, notice.submitted_at)),
        Stage::Approved => Some((With::Release, notice.approved_at)),
        _ => None,
    }
}

/// With whom `notice` lies; with nobody once it is on its way or settled. `written_at` is when its words were last
/// written.
#[must_use]
pub fn holder(notice: &Notice, case: &Case, written_at: DateTime<Utc>) -> Option<Holder> {
    let (with, since) = self::with(notice)?;
    let belongs = |id: AccountId| case.members.iter().any(|member| member.id == id);
    let here = |id: AccountId| belongs(id) || !case.incident.restricted;
    let who = match with {
        With::Authors => notice.authors.clone(),
        With::SecondPerson => may(case, |id, role| {
            matches!(role, Role::Dpo | Role::Approver) && here(id) && !notice.authors.contains(&id)
        }),
        With::Release => {
            may(case, |id, role| (role == Role::Dpo && here(id)) || (role == Role::Lead && belongs(id)))
        }
    };
    Some(Holder { with, since: since.unwrap_or(written_at), who })
}

fn may(case: &Case, which: impl Fn(AccountId, Role) -> bool) -> Vec<AccountId> {
    case.people.all().filter(|one| !one.disabled && which(one.id, one.role)).map(|one| one.id).collect()
}
