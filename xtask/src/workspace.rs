//! Where things are in this checkout.

use std::path::{Path, PathBuf};

/// The folder with the workspace's `Cargo.toml`.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Cargo's target folder: `target`, unless `CARGO_TARGET_DIR` says otherwise.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => std::path::absolute(&dir).unwrap_or_else(|_| dir.into()),
        None => root().join("target"),
    }
}

/// Everything the server embeds. `server/build.rs` looks here unless `BREACHDESK_SITE` names another folder.
pub(crate) fn site() -> PathBuf {
    target().join("site")
}

/// What a browser fetches below `/pkg/`.
pub(crate) fn pkg() -> PathBuf {
    site().join("pkg")
}

/// Whether `CI` is set to something that means yes.
pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}
