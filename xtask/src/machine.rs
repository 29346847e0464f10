//! What the tests need on the machine beside Rust, and how it gets there on Debian.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, postgres, progress, workspace};

/// Debian's Python, as the one on the `PATH` may be another, without Debian's modules.
pub(crate) const PYTHON: &str = "/usr/bin/python3";

/// Something the tests need. `name` is what `BREACHDESK_SKIP` calls it.
#[derive(Debug)]
pub(crate) struct Need {
    pub(crate) name: &'static str,
    packages: &'static [&'static str],
    is_met: fn() -> bool,
    pub(crate) used_for: &'static str,
}

pub(crate) const NEEDS: &[Need] = &[
    Need {
        name: "chromium",
        packages: &["chromium", "chromium-driver"],
        is_met: || chromium().is_some() && chromedriver().is_some(),
        used_for: "journeys in a browser",
    },
    Need {
        name: "postgresql",
        packages: &["postgresql"],
        is_met: || postgres::programs().is_some(),
        used_for: "service tests on PostgreSQL",
    },
    Need {
        name: "aiosmtpd",
        packages: &["python3-aiosmtpd"],
        is_met: || command::succeeds(Command::new(PYTHON).args(["-c", "import aiosmtpd"])),
        used_for: "mail over real SMTP",
    },
    Need {
        name: "postfix",
        packages: &["postfix"],
        // Its folder of programs for root isn't always on the path of others.
        is_met: || command::find("postfix").is_some() || Path::new("/usr/sbin/postfix").is_file(),
        used_for: "mail that a real mail server sends back",
    },
    Need {
        name: "icalendar",
        packages: &["python3-icalendar"],
        is_met: || command::succeeds(Command::new(PYTHON).args(["-c", "import icalendar"])),
        used_for: "reading the calendar of due times as other programs do",
    },
    Need {
        name: "npm",
        packages: &["npm"],
        is_met: || command::find("npm").is_some(),
        used_for: "fetching axe-core, which checks accessibility",
    },
];

/// What `cargo xtask bench` needs.
const LOAD: &[Need] = &[Need {
    name: "wrk",
    packages: &["wrk"],
    is_met: || command::find("wrk").is_some(),
    used_for: "load on the pages",
}];

/// The browser.
pub(crate) fn chromium() -> Option<PathBuf> {
    command::find("chromium")
}

/// What steers the browser.
pub(crate) fn chromedriver() -> Option<PathBuf> {
    command::find("chromedriver")
}

/// Whether this process is root.
pub(crate) fn is_root() -> bool {
    command::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Whether apt knows any packages; a fresh container doesn't.
pub(crate) fn has_apt_lists() -> bool {
    Path::new("/var/lib/apt/lists").read_dir().is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
    })
}

/// Fetches apt's package lists. Needs root.
pub(crate) fn update_apt_lists() -> Result<()> {
    command::read(Command::new("apt-get").arg("update")).map(drop)
}

/// What to do about what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Remedy {
    Install,
    /// Install if the person at the terminal agrees.
    Ask,
    /// Print the line to run, and stop.
    Tell,
}

fn remedy(root_on_debian: bool, at_terminal: bool, ci: bool) -> Remedy {
    match (root_on_debian, at_terminal, ci) {
        (false, ..) => Remedy::Tell,
        (true, true, false) => Remedy::Ask,
        (true, ..) => Remedy::Install,
    }
}

/// Sees to it that everything is there, or returns what is not, if that may be skipped.
///
/// # Errors
/// When something is missing, cannot be installed and may not be skipped; with the line to run.
pub(crate) fn prepare(skip_missing: bool, ci: bool) -> Result<Vec<&'static Need>> {
    provide(NEEDS, skip_missing, ci, |left| what_to_run(left, ci))
}

/// Sees to it that load can be made.
///
/// # Errors
/// When its program is missing and cannot be installed; with the line to run.
pub(crate) fn prepare_for_load() -> Result<()> {
    provide(LOAD, false, workspace::is_ci(), |left| {
        format!("load needs a program that is not here. On Debian, run\n\n    {}\n", install_line(left))
    })
    .map(drop)
}

fn provide(
    needs: &'static [Need],
    skip_missing: bool,
    ci: bool,
    what_to_run: impl Fn(&[&Need]) -> String,
) -> Result<Vec<&'static Need>> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(missing);
    }
    for need in &missing {
        progress::note(format!("missing: {} ({})", need.name, need.used_for));
    }
    let debian = command::find("apt-get").is_some();
    let at_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    let wanted = match remedy(is_root() && debian, at_terminal, ci) {
        Remedy::Install => true,
        Remedy::Ask => agrees(&packages(&missing))?,
        Remedy::Tell => false,
    };
    if wanted {
        install(&packages(&missing))?;
    }
    let left = if wanted { self::missing(needs) } else { missing };
    match left.is_empty() || skip_missing {
        true => Ok(left),
        false => bail!("{}", what_to_run(&left)),
    }
}

fn missing(needs: &'static [Need]) -> Vec<&'static Need> {
    needs.iter().filter(|need| !(need.is_met)()).collect()
}

fn packages(needs: &[&Need]) -> Vec<&'static str> {
    needs.iter().flat_map(|need| need.packages).copied().collect()
}

fn install_line(needs: &[&Need]) -> String {
    let packages = packages(needs).join(" ");
    format!("sudo apt-get update && sudo apt-get install --yes --no-install-recommends {packages}")
}

fn what_to_run(needs: &[&Need], ci: bool) -> String {
    let line = format!("the tests need more than is here. On Debian, run\n\n    {}\n", install_line(needs));
    if ci {
        return line;
    }
    format!("{line}\nor leave out the tests that need it with `cargo xtask test --skip-missing`")
}

fn agrees(packages: &[&str]) -> Result<bool> {
    eprint!("   install {} with apt-get now? [Y/n] ", packages.join(" "));
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("cannot read the answer")?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes"))
}

fn install(packages: &[&str]) -> Result<()> {
    progress::note(format!("installing with apt-get, as this is root: {}", packages.join(" ")));
    if !has_apt_lists() {
        update_apt_lists()?;
    }
    if apt_install(packages).is_err() {
        progress::note("that failed; once more with fresh package lists");
        update_apt_lists()?;
        apt_install(packages)?;
    }
    Ok(())
}

/// Answers what a package asks while it is installed: the tests start a Postfix of their own, and the machine's own is
/// left without a configuration, so that it serves nobody.
const ANSWERS: &[(&str, &str)] = &[("postfix", "postfix postfix/main_mailer_type select No configuration")];

fn answer(packages: &[&str]) -> Result<()> {
    for (_, line) in ANSWERS.iter().filter(|(package, _)| packages.contains(package)) {
        let mut command = Command::new("sh");
        command.args(["-c", "printf '%s\\n' \"$1\" | debconf-set-selections", "sh", line]);
        command::read(&mut command)?;
    }
    Ok(())
}

fn apt_install(packages: &[&str]) -> Result<()> {
    answer(packages)?;
    let mut command = Command::new("apt-get");
    command.args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages);
    command::read(command.env("DEBIAN_FRONTEND", "noninteractive")).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_person_is_asked_and_only_root_installs() {
        assert_eq!(remedy(true, true, false), Remedy::Ask);
        assert_eq!(remedy(true, false, false), Remedy::Install);
        assert_eq!(remedy(true, true, true), Remedy::Install);
        assert_eq!(remedy(false, true, false), Remedy::Tell);
        assert_eq!(remedy(false, false, true), Remedy::Tell);
    }

    #[test]
    fn the_line_to_run_names_every_package() {
        let all: Vec<&Need> = NEEDS.iter().collect();
        let told = what_to_run(&all, false);
        assert!(
            told.contains(
                " chromium chromium-driver postgresql python3-aiosmtpd postfix python3-icalendar npm\n"
            ),
            "{told}"
        );
        assert!(told.contains("--skip-missing") && !what_to_run(&all, true).contains("--skip-missing"));
        assert_eq!(packages(&all).len(), 7);
    }
}
