//! What of this machine a story needs, and when it may be left out.

use std::path::PathBuf;

/// Whether nothing may be left out.
pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|v| !matches!(v.as_str(), "" | "0" | "false"))
}

/// Whether stories that need `tool` are told here. They are left out only where `cargo xtask test --skip-missing` says
/// so, and never in CI.
pub(crate) fn has(tool: &str) -> bool {
    let skipped = std::env::var("BREACHDESK_SKIP").is_ok_and(|v| v.split(',').any(|s| s == tool));
    if skipped && !is_ci() {
        eprintln!("left out: {tool} is not on this machine");
    }
    is_ci() || !skipped
}

/// Debian's Python: it has Debian's modules.
pub(crate) fn python() -> PathBuf {
    std::env::var_os("BREACHDESK_AIOSMTPD_PYTHON").map_or_else(|| "/usr/bin/python3".into(), PathBuf::from)
}
