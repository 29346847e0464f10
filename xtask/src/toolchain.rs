//! The compiler for the islands' target, `wasm32-unknown-unknown`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::{command, debian, progress, workspace};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A way to compile for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The target's standard library is part of the Rust in use.
    Installed,
    /// Debian's `rustc-web`, unpacked into this folder. It has the standard library as source only.
    Debian(PathBuf),
}

/// Which ways may be tried, from `BREACHDESK_WASM`; all of them where it isn't set.
struct Ways {
    only: Option<String>,
}

/// Whether somebody chose a way for this run; what it comes to says nothing about the next.
pub(crate) fn is_chosen() -> bool {
    chosen().is_some()
}

fn chosen() -> Option<String> {
    std::env::var("BREACHDESK_WASM").ok().filter(|way| !way.is_empty())
}

impl Ways {
    fn from_environment() -> Result<Self> {
        let only = chosen();
        match only.as_deref() {
            None | Some("installed" | "rustup" | "debian" | "none") => Ok(Self { only }),
            Some(other) => bail!("BREACHDESK_WASM is `{other}`; it can be installed, rustup, debian or none"),
        }
    }

    fn allow(&self, way: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == way)
    }
}

/// The toolchain that is already here, found without a network.
///
/// # Errors
/// When `BREACHDESK_WASM` has no known value.
pub(crate) fn present() -> Result<Option<Toolchain>> {
    let ways = Ways::from_environment()?;
    if (ways.allow("installed") || ways.allow("rustup")) && is_installed() {
        return Ok(Some(Toolchain::Installed));
    }
    Ok(debian::unpacked().filter(|_| ways.allow("debian")).map(Toolchain::Debian))
}

/// Gets a toolchain: by rustup, else from Debian's packages. The inner error says why each way failed.
///
/// # Errors
/// When `BREACHDESK_WASM` has no known value.
pub(crate) fn fetch() -> Result<Result<Toolchain, Vec<String>>> {
    let ways = Ways::from_environment()?;
    let mut reasons = Vec::new();
    if ways.allow("rustup") {
        match add_by_rustup() {
            Ok(()) => return Ok(Ok(Toolchain::Installed)),
            Err(error) => reasons.push(format!("rustup: {error:#}")),
        }
    }
    if ways.allow("debian") {
        match debian::unpack() {
            Ok(folder) => return Ok(Ok(Toolchain::Debian(folder))),
            Err(error) => reasons.push(format!("Debian's packages: {error:#}")),
        }
    }
    if let Some(only) = ways.only {
        reasons.push(format!("BREACHDESK_WASM={only} allows nothing else"));
    }
    Ok(Err(reasons))
}

fn is_installed() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    command::read(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))
        .is_ok_and(|printed| has_core(Path::new(printed.trim())))
}

/// The folder alone proves nothing: an interrupted installation leaves it empty.
fn has_core(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    })
}

fn add_by_rustup() -> Result<()> {
    if command::find("rustup").is_none() {
        bail!("not on the PATH");
    }
    progress::note(format!("the target {TARGET} is missing, asking rustup for it"));
    command::read(Command::new("rustup").args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "1"))?;
    if !is_installed() {
        bail!("it added {TARGET}, but to another Rust than the one in use");
    }
    Ok(())
}

impl Toolchain {
    /// `cargo build` of the islands.
    pub(crate) fn build(&self) -> Command {
        self.cargo("build")
    }

    /// Clippy over the islands, every warning an error.
    pub(crate) fn clippy(&self) -> Command {
        match self {
            Self::Installed => {
                let mut command = self.cargo("clippy");
                command.args(["--", "-D", "warnings"]);
                command
            }
            Self::Debian(folder) => {
                // `cargo clippy` would take the driver of the other compiler; this is what it does inside.
                let mut command = self.cargo("check");
                command.env("RUSTC_WORKSPACE_WRAPPER", folder.join("usr/bin/clippy-driver"));
                command.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
                command
            }
        }
    }

    fn cargo(&self, subcommand: &str) -> Command {
        let mut command = command::cargo(subcommand);
        command.args(["--package", "app", "--lib", "--no-default-features", "--features", "hydrate"]);
        command.args(["--target", TARGET, "--profile", "wasm-release"]);
        command.arg("--target-dir").arg(target_dir());
        if let Self::Debian(folder) = self {
            command.arg("-Zbuild-std=std,panic_abort");
            debian::environment(&mut command, folder);
        }
        command
    }
}

impl std::fmt::Display for Toolchain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Installed => write!(f, "the target of the installed Rust"),
            Self::Debian(folder) => write!(f, "Debian's rustc-web in {}", folder.display()),
        }
    }
}

/// Apart from the native builds, so that neither waits for the other's lock.
fn target_dir() -> PathBuf {
    workspace::target().join("wasm")
}

/// The module as the compiler leaves it.
pub(crate) fn module() -> PathBuf {
    target_dir().join(TARGET).join("wasm-release/app.wasm")
}
