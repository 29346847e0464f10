//! The islands: `app` compiled for the browser, with the JavaScript that loads it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::toolchain::Toolchain;
use crate::{assets, command, progress, toolchain, workspace};

/// The JavaScript and the module together, packed with gzip, may weigh this many bytes.
const CAP: usize = 170_000;

/// To be raised when the options of `bind` change, so that old results are not taken for new ones.
const BINDING: u32 = 1;

/// How hard to look for a way to compile for the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Don't try again what failed on an earlier run, so that a start without a network is quick.
    Remembered,
    /// Try every way again.
    Thorough,
}

/// What the server will have to embed.
pub(crate) enum Islands {
    Built(Toolchain),
    /// No toolchain could be had. The site works as plain HTML.
    Absent,
}

/// Builds `target/site/pkg/app.js` and `app_bg.wasm`, or says loudly why the site has to do without.
///
/// # Errors
/// When the islands don't compile, or the versions of `wasm-bindgen` differ. A missing toolchain is not an error.
pub(crate) fn build(effort: Effort) -> Result<Islands> {
    let memory = workspace::site().join("islands-absent.txt");
    let found = match toolchain::present()? {
        Some(present) => Ok(present),
        None if effort == Effort::Remembered && memory.is_file() => {
            Err(fs::read_to_string(&memory)?.lines().map(String::from).collect())
        }
        None => toolchain::fetch()?,
    };
    match found {
        Ok(found) => {
            progress::note(format!("compiling with {found}"));
            forget(&memory)?;
            check_versions(&fs::read_to_string(workspace::root().join("Cargo.lock"))?)?;
            command::run(&mut found.build())?;
            bind()?;
            Ok(Islands::Built(found))
        }
        Err(reasons) => {
            withdraw()?;
            fs::create_dir_all(workspace::pkg())?;
            if !toolchain::is_chosen() {
                fs::write(&memory, reasons.join("\n"))?;
            }
            say_absent(&reasons);
            Ok(Islands::Absent)
        }
    }
}

/// Checks that a page's scripts stay light.
///
/// # Errors
/// When JavaScript and module weigh more than the cap.
pub(crate) fn check_weight() -> Result<()> {
    let mut sum = 0;
    for name in ["app.js", "app_bg.wasm"] {
        sum += assets::weigh(&workspace::pkg().join(name))?.gzip;
    }
    if sum > CAP {
        bail!(
            "app.js and app_bg.wasm weigh {sum} bytes with gzip, the cap is {CAP}; what did an island pull in?"
        );
    }
    progress::note(format!("app.js and app_bg.wasm: {sum} of at most {CAP} bytes with gzip"));
    Ok(())
}

fn say_absent(reasons: &[String]) {
    progress::note(
        "!! There is no compiler for the browser here. The site is served as plain HTML, without islands:",
    );
    progress::note("!! everything works, but nothing updates by itself and drafts don't save themselves.");
    for reason in reasons {
        progress::note(format!("!! {reason}"));
    }
    progress::note("!! `cargo xtask islands` tries again.");
}

/// Makes the module loadable, unless that was done for exactly these bytes.
fn bind() -> Result<()> {
    let module = toolchain::module();
    let bytes = fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?;
    let stamp = workspace::site().join("islands.stamp");
    let print = format!("{BINDING} {}\n", HEXLOWER.encode(&Sha256::digest(&bytes)));
    let pkg = workspace::pkg();
    let done = fs::read_to_string(&stamp).is_ok_and(|old| old == print) && pkg.join("app_bg.wasm").is_file();
    if !done {
        forget(&stamp)?;
        let fresh = workspace::site().join("bindgen");
        if fresh.exists() {
            fs::remove_dir_all(&fresh)?;
        }
        Bindgen::new()
            .input_path(&module)
            .web(true)?
            .typescript(false)
            .remove_name_section(true)
            .remove_producers_section(true)
            .out_name("app")
            .generate(&fresh)
            .context("wasm-bindgen refuses the module")?;
        publish_all(&fresh, &pkg)?;
        fs::remove_dir_all(&fresh)?;
        fs::write(&stamp, print)?;
    }
    for name in ["app.js", "app_bg.wasm"] {
        progress::note(format!("{name}: {}", assets::weigh(&pkg.join(name))?));
    }
    Ok(())
}

/// Publishes a folder with all below it: snippets of JavaScript come in folders of their own.
fn publish_all(from: &Path, to: &Path) -> Result<()> {
    let snippets = to.join("snippets");
    if snippets.is_dir() {
        fs::remove_dir_all(&snippets)?;
    }
    for file in files_below(from)? {
        let name = file.strip_prefix(from)?;
        assets::publish(&to.join(name), &fs::read(&file)?)?;
    }
    Ok(())
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files_below(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

/// Islands of an earlier build would no longer fit the server's pages.
fn withdraw() -> Result<()> {
    let pkg = workspace::pkg();
    for name in ["app.js", "app_bg.wasm"] {
        assets::withdraw(&pkg.join(name))?;
    }
    let snippets = pkg.join("snippets");
    if snippets.is_dir() {
        fs::remove_dir_all(snippets)?;
    }
    forget(&workspace::site().join("islands.stamp"))
}

fn forget(file: &Path) -> Result<()> {
    if file.is_file() {
        fs::remove_file(file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}

/// The library that writes the glue understands modules of its own version only.
fn check_versions(lock: &str) -> Result<()> {
    let lock: toml::Table = lock.parse().context("cannot read Cargo.lock")?;
    let version = |name: &str| {
        let packages = lock.get("package")?.as_array()?;
        packages
            .iter()
            .find(|package| package.get("name").and_then(|n| n.as_str()) == Some(name))?
            .get("version")?
            .as_str()
    };
    let module = version("wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    let glue = version("wasm-bindgen-cli-support").context("Cargo.lock has no wasm-bindgen-cli-support")?;
    if module != glue {
        bail!(
            "Cargo.lock has wasm-bindgen {module} but wasm-bindgen-cli-support {glue}, and they must be the same: \
             set `wasm-bindgen-cli-support = \"={module}\"` in xtask/Cargo.toml"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(module: &str, glue: &str) -> String {
        format!(
            "version = 4\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"{module}\"\n\
             [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"{glue}\"\n"
        )
    }

    #[test]
    fn equal_versions_pass_and_the_real_lock_has_them() {
        check_versions(&lock("0.2.130", "0.2.130")).unwrap();
        check_versions(&fs::read_to_string(workspace::root().join("Cargo.lock")).unwrap()).unwrap();
    }

    #[test]
    fn other_versions_are_refused_with_the_way_to_mend_it() {
        let error = check_versions(&lock("0.2.131", "0.2.130")).unwrap_err().to_string();
        assert!(error.contains("wasm-bindgen-cli-support = \"=0.2.131\""), "{error}");
    }
}
