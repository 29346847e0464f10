//! `cargo xtask serve`: build everything, then become the server.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{command, islands, progress, styles, workspace};

/// Builds islands, styles and server, then runs `breachdesk serve` with the given arguments.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    progress::step("islands", || islands::build(islands::Effort::Remembered))?;
    progress::step("styles", styles::build)?;
    progress::step("server", build_server)?;
    let program = workspace::target().join("release/breachdesk");
    let arguments = match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => arguments,
    };
    progress::note(format!("{} serve {}", program.display(), arguments.join(" ")));
    // In place of this process, so that the terminal's Ctrl-C and a supervisor's signals reach the server itself.
    let error = Command::new(&program).arg("serve").args(arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}

/// Builds `target/release/breachdesk` with the assets of `target/site` inside.
pub(crate) fn build_server() -> Result<()> {
    command::run(command::cargo("build").args(["--release", "--package", "server", "--bin", "breachdesk"]))
}
