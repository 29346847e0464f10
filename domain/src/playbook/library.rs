//! The playbooks that come with the program, embedded with their text.

use super::format::Playbook;
use std::{collections::BTreeSet, sync::LazyLock};

/// File name and text of each.
macro_rules! files {
    ($($id:literal,)+) => {
        [$((concat!($id, ".toml"), include_str!(concat!("../../../playbooks/", $id, ".toml")))),+]
    };
}

/// In the order in which they are offered: the worked example, the others by title, and then those that
/// others call, in the order in which a case comes to need them.
const FILES: [(&str, &str); 23] = files![
    "customer-api-enumerated",
    "breach-at-a-processor",
    "credential-stuffing",
    "lost-device-or-paper",
    "exposed-storage",
    "infostealer-on-workstation",
    "mailbox-compromise",
    "misdirected-message",
    "secrets-leaked-in-code",
    "data-put-into-ai-assistant",
    "personal-data-unavailable",
    "ransomware",
    "payment-page-skimmer",
    "insider-copies-data",
    "we-are-the-processor",
    "web-application-exploited",
    "preserve-evidence",
    "scope-from-access-logs",
    "assess-risk-to-people",
    "notify-the-authority",
    "communicate-to-data-subjects",
    "press-and-executives",
    "after-action-review",
];

static LIBRARY: LazyLock<Vec<Playbook>> = LazyLock::new(|| {
    // A test proves that none is lost here: every file reads and checks without an error.
    FILES.iter().filter_map(|(file, text)| Playbook::parse(file, text).ok()).collect()
});

static CALLED: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| library().iter().flat_map(Playbook::calls).collect());

/// Every playbook that comes with the program. Read once, at the first call.
#[must_use]
pub fn library() -> &'static [Playbook] {
    &LIBRARY
}

/// The playbook of the library with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Playbook> {
    library().iter().find(|playbook| playbook.id == id)
}

/// Whether another playbook of the library calls the one with this id.
#[must_use]
pub fn is_called(id: &str) -> bool {
    CALLED.contains(id)
}

#[cfg(test)]
mod tests;
