//! Which playbooks the facts of an incident speak for.

use schemars::JsonSchema;
use serde::Serialize;

/// What the facts of an incident say about which playbooks to follow there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Recommendations {
    /// Those that are not followed yet, in the order of the library.
    pub recommended: Vec<Recommended>,
    /// The answers that would decide about more of them; what decides about most comes first.
    pub would_decide: Vec<WouldDecide>,
}

impl Recommendations {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recommended.is_empty() && self.would_decide.is_empty()
    }

    /// Whether the playbook with this id is recommended.
    #[must_use]
    pub fn names(&self, playbook: &str) -> bool {
        self.recommended.iter().any(|r| r.playbook == playbook)
    }
}

/// A playbook that fits the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Recommended {
    /// Its id.
    pub playbook: String,
    pub title: String,
    /// In words: `because …`.
    pub because: String,
}

/// An answer that would decide about playbooks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WouldDecide {
    /// The key of the fact, or `case.handled_as`: as what the case is handled.
    pub fact: String,
    pub label: String,
    /// About how many playbooks.
    pub playbooks: usize,
}
