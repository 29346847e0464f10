//! The wasm target from Debian's archive, for machines that cannot reach the servers of rustup.
//!
//! Debian keeps a recent compiler for its browsers (`rustc-web`). Its packages are unpacked into `target`, nothing is
//! installed and no root is needed. The standard library for wasm isn't among them, so Cargo builds it from the
//! package with the source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, machine, progress, workspace};

/// Where the packages are unpacked, if that was finished.
pub(crate) fn unpacked() -> Option<PathBuf> {
    let folder = folder();
    stamp(&folder).is_file().then_some(folder)
}

/// Fetches the packages and unpacks them.
///
/// # Errors
/// Where there is no apt, the archive cannot be reached, or its compiler is too old.
pub(crate) fn unpack() -> Result<PathBuf> {
    for program in ["apt-get", "apt-cache", "dpkg"] {
        if command::find(program).is_none() {
            bail!("`{program}` is not here, so this is not Debian");
        }
    }
    if !machine::has_apt_lists() && machine::is_root() {
        progress::note("apt has no package lists yet, fetching them");
        machine::update_apt_lists()?;
    }
    let packages = packages(&describe)?;
    progress::note(format!("unpacking from Debian, 1 GB: {}", packages.join(" ")));
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    let archives = folder.join("archives");
    fs::create_dir_all(&archives).with_context(|| format!("cannot make {}", archives.display()))?;
    if let Err(error) = download(&packages, &archives) {
        if !machine::is_root() {
            return Err(error.context("`apt-get update`, run as root, may help"));
        }
        // Lists that are older than the archive name files that are gone.
        machine::update_apt_lists()?;
        download(&packages, &archives)?;
    }
    for entry in fs::read_dir(&archives)? {
        let archive = entry?.path();
        command::read(Command::new("dpkg").arg("-x").arg(&archive).arg(&folder))?;
    }
    fs::remove_dir_all(&archives)?;
    fs::write(stamp(&folder), packages.join("\n"))?;
    Ok(folder)
}

/// What Cargo needs to know to compile with the unpacked compiler.
pub(crate) fn environment(command: &mut Command, folder: &Path) {
    command.env("RUSTC", folder.join("usr/bin/rustc"));
    // `-Zbuild-std` is not stable; this lets a released Cargo and compiler take it.
    command.env("RUSTC_BOOTSTRAP", "1");
    let libraries = libraries(folder);
    if let Some(linker) = first_match(&folder.join("usr/lib"), "llvm-").map(|llvm| llvm.join("bin/wasm-ld")) {
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    if let Some(libraries) = libraries {
        command.env("LD_LIBRARY_PATH", libraries);
    }
}

fn folder() -> PathBuf {
    workspace::target().join("wasm-toolchain")
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join("packages.txt")
}

/// The folder of the machine's own architecture, such as `usr/lib/x86_64-linux-gnu`.
fn libraries(folder: &Path) -> Option<PathBuf> {
    first_match(&folder.join("usr/lib"), &format!("{}-linux-gnu", std::env::consts::ARCH))
}

fn first_match(folder: &Path, prefix: &str) -> Option<PathBuf> {
    let entries = folder.read_dir().ok()?;
    let named =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix));
    entries.flatten().map(|entry| entry.path()).find(named)
}

fn download(packages: &[String], folder: &Path) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.current_dir(folder).arg("download").args(packages);
    if machine::is_root() {
        // Otherwise apt warns that its own user cannot write here, and goes on as root all the same.
        command.args(["-o", "APT::Sandbox::User=root"]);
    }
    command::read(&mut command).map(drop)
}

fn describe(package: &str) -> Result<String> {
    command::read(Command::new("apt-cache").args(["show", "--no-all-versions", package]))
}

/// The packages to fetch. Their names carry versions, which each other's dependencies tell.
fn packages(describe: &dyn Fn(&str) -> Result<String>) -> Result<Vec<String>> {
    let compiler = describe("rustc-web")?;
    let version = field(&compiler, "Version").context("rustc-web has no version")?;
    let needed = env!("CARGO_PKG_RUST_VERSION");
    if release(version) < release(needed) {
        bail!("rustc-web is {version}, the project needs Rust {needed} or newer");
    }
    let runtime = depends_on(&describe("libstd-rust-web-dev")?, "libstd-rust-web-")?;
    let llvm = depends_on(&describe(&runtime)?, "libllvm")?;
    let number = llvm.trim_start_matches("libllvm");
    let fixed = ["rustc-web", "libstd-rust-web-dev", "rust-web-src", "rust-web-clippy"].map(String::from);
    let linker = [format!("lld-{number}"), format!("liblld-{number}")];
    Ok(fixed.into_iter().chain(linker).chain([runtime, llvm.clone()]).collect())
}

/// The package with this prefix that a package depends on.
fn depends_on(description: &str, prefix: &str) -> Result<String> {
    field(description, "Depends")
        .into_iter()
        .flat_map(|list| list.split([',', '|']))
        .filter_map(|entry| entry.split_whitespace().next())
        .find(|name| name.starts_with(prefix))
        .map(String::from)
        .with_context(|| format!("nothing of {prefix}… among the dependencies"))
}

fn field<'a>(description: &'a str, name: &str) -> Option<&'a str> {
    description.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The first two numbers of a version such as `1.96.0+dfsg1-1`.
fn release(version: &str) -> (u32, u32) {
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(version: &'static str) -> impl Fn(&str) -> Result<String> {
        move |package| {
            let depends = match package {
                "rustc-web" => "libc6 (>= 2.34), gcc",
                "libstd-rust-web-dev" => "libstd-rust-web-1.96 (= 1.96.0+dfsg1-1~deb12u2)",
                "libstd-rust-web-1.96" => "libc6 (>= 2.34), libllvm22 (>= 1:22.1.0), libstdc++6 (>= 13.1)",
                other => bail!("{other} was not expected"),
            };
            Ok(format!("Package: {package}\nVersion: {version}\nDepends: {depends}\nSize: 1\n"))
        }
    }

    #[test]
    fn names_with_versions_come_from_the_dependencies() {
        let expected = "rustc-web libstd-rust-web-dev rust-web-src rust-web-clippy lld-22 liblld-22 \
                        libstd-rust-web-1.96 libllvm22";
        assert_eq!(packages(&archive("1.96.0+dfsg1-1~deb12u2")).unwrap().join(" "), expected);
    }

    #[test]
    fn a_compiler_older_than_the_project_asks_for_is_refused() {
        let error = packages(&archive("1.85.0+dfsg3-1")).unwrap_err().to_string();
        assert!(error.starts_with("rustc-web is 1.85.0+dfsg3-1, the project needs Rust 1."), "{error}");
        assert!(release("1.100.0") > release("1.95"));
    }
}
