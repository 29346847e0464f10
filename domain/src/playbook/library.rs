//! The playbooks that come with the program, embedded with their text.

use super::format::Playbook;
use std::sync::LazyLock;

/// File name and text, in the order in which they are offered.
const FILES: [(&str, &str); 1] =
    [("customer-api-enumerated.toml", include_str!("../../../playbooks/customer-api-enumerated.toml"))];

static LIBRARY: LazyLock<Vec<Playbook>> = LazyLock::new(|| {
    // A test proves that none is lost here: every file reads and checks without an error.
    FILES.iter().filter_map(|(file, text)| Playbook::parse(file, text).ok()).collect()
});

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

#[cfg(test)]
mod tests;
