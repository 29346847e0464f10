//! The public holidays that `domain` embeds, written anew from their source.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{command, machine, progress, workspace};

/// The packages, to the last digit: the same versions write the same file.
const PACKAGES: [&str; 3] = ["holidays==0.109", "python-dateutil==2.9.0.post0", "six==1.17.0"];

const PROGRAM: &str = include_str!("calendars/generate.py");

/// Where the data file is, from the root.
const FILE: &str = "domain/src/clock/calendars.txt";

/// Writes the data file from the packages, in a Python environment of its own below the target folder.
///
/// # Errors
/// When Python or the package registry can't be reached, or what was written is no data file.
pub(crate) fn write() -> Result<()> {
    let environment = workspace::target().join("calendars");
    let python = environment.join("bin/python");
    if !python.is_file() {
        command::run(Command::new(machine::PYTHON).args(["-m", "venv"]).arg(&environment))
            .context("Python makes the environment; on Debian its package is python3-venv")?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    command::run(Command::new(&python).args(install).args(PACKAGES))?;
    let written = command::read(Command::new(&python).args(["-I", "-X", "utf8", "-c", PROGRAM]))?;
    if !is_data(&written) {
        bail!("the program wrote something else than calendars; {FILE} stays as it is");
    }
    let file = workspace::root().join(FILE);
    let changed = std::fs::read_to_string(&file).is_ok_and(|before| before != written);
    std::fs::write(&file, &written).with_context(|| format!("cannot write {}", Path::new(FILE).display()))?;
    let calendars = written.lines().filter(|line| is_head(line)).count();
    let words = if changed { "changed: look through the differences" } else { "as before" };
    progress::note(format!("{calendars} calendars in {FILE}, {words}"));
    Ok(())
}

/// Whether a line begins a calendar: its code, its zone, its name.
fn is_head(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_uppercase()) && line.contains('/')
}

fn is_data(text: &str) -> bool {
    text.starts_with('#') && text.lines().filter(|line| is_head(line)).count() > 50 && text.ends_with('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_there_names_the_version_that_would_be_installed() {
        let text = std::fs::read_to_string(workspace::root().join(FILE)).unwrap();
        let source = text.lines().find_map(|line| line.strip_prefix("source ")).unwrap();
        assert_eq!(source.replace(' ', "=="), PACKAGES[0]);
        assert!(is_data(&text));
    }

    #[test]
    fn half_a_file_is_not_taken() {
        for text in ["", "# head\nFR Europe/Paris France\n", "Traceback (most recent call last):\n"] {
            assert!(!is_data(text), "{text}");
        }
    }
}
