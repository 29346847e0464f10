//! `cargo xtask test`: every check there is, and a summary at the end.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::islands::{Effort, Islands};
use crate::{bench, command, islands, machine, postgres, progress, rules, styles, workspace};

/// Looks for accessibility problems in pages; from the registry of npm, at test time only.
const AXE: &str = "4.14.1";
/// The SHA-256 of `axe.min.js` in that version.
const AXE_DIGEST: &str = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    skip_missing: bool,
    names: Vec<String>,
    ci: bool,
}

impl Options {
    /// # Errors
    /// For an unknown flag, and for `--skip-missing` where nothing may be skipped.
    pub(crate) fn parse(arguments: &[String], ci: bool) -> Result<Self> {
        let mut options = Self { skip_missing: false, names: Vec::new(), ci };
        for argument in arguments {
            match argument.as_str() {
                "--skip-missing" if ci => bail!("with CI=true nothing may be skipped"),
                "--skip-missing" => options.skip_missing = true,
                flag if flag.starts_with('-') => bail!("`test` has no flag `{flag}`; it has --skip-missing"),
                name => options.names.push(name.to_owned()),
            }
        }
        Ok(options)
    }
}

/// Runs the checks, one after the other, the later ones also after a failure.
///
/// # Errors
/// When a check failed, or the machine lacks something that may not be skipped.
pub(crate) fn run(options: Options) -> Result<()> {
    let mut report = Report::new();
    let mut skipped: Vec<&'static str> = Vec::new();
    let left = progress::step("machine", || machine::prepare(options.skip_missing, options.ci))?;
    for need in left {
        skipped.push(need.name);
        report.skip(need.name, format!("not on this machine: {}", need.used_for));
    }

    let everything = options.names.is_empty();
    if everything {
        report.check("format", || command::run(command::cargo("fmt").args(["--all", "--", "--check"])));
        report.check("house rules", || rules::check(options.ci));
    }
    let built = report.check("islands", || islands::build(Effort::Thorough));
    if let Some(Islands::Absent) = built {
        skipped.push("wasm");
        if options.skip_missing {
            report.skip("islands", "no compiler for the browser".to_owned());
        } else {
            report.check::<()>("islands present", || {
                bail!("no compiler for the browser; --skip-missing goes on without")
            });
        }
    }
    report.check("styles", styles::build);
    if everything {
        report.check("clippy", clippy);
        if let Some(Islands::Built(toolchain)) = &built {
            report.check("clippy for wasm", || command::run(&mut toolchain.clippy()));
            report.check("weight of the islands", islands::check_weight);
        }
        if command::find("cargo-deny").is_some() {
            report.check("dependencies", || command::run(command::cargo("deny").arg("check")));
        }
    }
    tests(&mut report, &options, &mut skipped);
    if everything {
        // With the program that the tests have built.
        report.check("mail through kills", || bench::outbox::run(&bench::outbox::Options::small()));
    }
    report.close()
}

fn clippy() -> Result<()> {
    command::run(command::cargo("clippy").args(["--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The tests themselves, with what they need from outside in the environment.
fn tests(report: &mut Report, options: &Options, skipped: &mut Vec<&'static str>) {
    let lacks = |name: &str, skipped: &[&'static str]| skipped.contains(&name);
    let cluster = match lacks("postgresql", skipped) {
        true => Some(None),
        false => report.check("temporary PostgreSQL", postgres::Cluster::start).map(Some),
    };
    let axe = match lacks("npm", skipped) {
        true => {
            skipped.push("axe");
            Some(None)
        }
        false => report.check("axe-core", fetch_axe).map(Some),
    };
    let (Some(cluster), Some(axe)) = (cluster, axe) else {
        report.skip("tests", "what they need did not start".to_owned());
        return;
    };
    let mut surroundings = Surroundings { ci: options.ci, ..Surroundings::default() };
    surroundings.set("TEST_DATABASE_URL", cluster.as_ref().map(postgres::Cluster::url));
    surroundings.set("BREACHDESK_AXE", axe);
    if !lacks("chromium", skipped) {
        surroundings.set("BREACHDESK_CHROMIUM", machine::chromium());
        surroundings.set("BREACHDESK_CHROMEDRIVER", machine::chromedriver());
    }
    if !lacks("aiosmtpd", skipped) {
        surroundings.set("BREACHDESK_AIOSMTPD_PYTHON", Some(machine::PYTHON));
    }
    if !skipped.is_empty() {
        surroundings.set("BREACHDESK_SKIP", Some(skipped.join(",")));
    }
    let nextest = command::succeeds(command::cargo("nextest").arg("--version"));
    report.check("tests", || command::run(surroundings.around(&mut tests_command(nextest, &options.names))));
    if nextest && options.names.is_empty() {
        // nextest leaves out the examples in the documentation.
        let mut examples = command::cargo("test");
        examples.args(["--workspace", "--doc"]);
        report.check("examples in the docs", || command::run(surroundings.around(&mut examples)));
    }
}

fn tests_command(nextest: bool, names: &[String]) -> Command {
    if nextest {
        let mut command = command::cargo("nextest");
        command.args(["run", "--workspace", "--no-fail-fast", "--"]).args(names);
        command
    } else {
        let mut command = command::cargo("test");
        command.args(["--workspace", "--no-fail-fast", "--"]).args(names);
        command
    }
}

/// Variables for the tests. What isn't set is taken out, so that nothing is skipped or redirected by accident.
#[derive(Default)]
struct Surroundings {
    ci: bool,
    set: Vec<(&'static str, std::ffi::OsString)>,
}

const VARIABLES: &[&str] = &[
    "TEST_DATABASE_URL",
    "BREACHDESK_AXE",
    "BREACHDESK_CHROMIUM",
    "BREACHDESK_CHROMEDRIVER",
    "BREACHDESK_AIOSMTPD_PYTHON",
    "BREACHDESK_SKIP",
];

impl Surroundings {
    fn set(&mut self, name: &'static str, value: Option<impl Into<std::ffi::OsString>>) {
        if let Some(value) = value {
            self.set.push((name, value.into()));
        }
    }

    fn around<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        for name in VARIABLES {
            command.env_remove(name);
        }
        if self.ci {
            command.env("CI", "true");
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)))
    }
}

/// `axe.min.js` of the pinned version, fetched once.
fn fetch_axe() -> Result<PathBuf> {
    let folder = workspace::target().join("axe");
    let script = folder.join(format!("axe-{AXE}.min.js"));
    if !script.is_file() {
        fs::create_dir_all(&folder)?;
        let package = format!("axe-core@{AXE}");
        command::read(Command::new("npm").args(["pack", "--silent", &package]).current_dir(&folder))?;
        let archive = format!("axe-core-{AXE}.tgz");
        let inside = ["-xzf", &archive, "package/axe.min.js"];
        command::read(Command::new("tar").args(inside).current_dir(&folder))?;
        let bytes = fs::read(folder.join("package/axe.min.js")).context("axe-core has no axe.min.js")?;
        let digest = HEXLOWER.encode(&Sha256::digest(&bytes));
        if digest != AXE_DIGEST {
            bail!("axe.min.js of {package} has the SHA-256 {digest}, not {AXE_DIGEST}");
        }
        fs::write(&script, bytes)?;
    }
    Ok(script)
}

/// What happened to each check.
struct Report {
    begun: Instant,
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

impl Report {
    fn new() -> Self {
        Self { begun: Instant::now(), lines: Vec::new() }
    }

    /// Runs a check and keeps how it went. `None` when it failed.
    fn check<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        let begun = Instant::now();
        let (outcome, value) = match progress::step(name, work) {
            Ok(value) => (Outcome::Passed, Some(value)),
            Err(error) => {
                let cause = error.chain().skip(1).map(ToString::to_string).collect::<Vec<_>>().join(": ");
                eprintln!("{cause}");
                (Outcome::Failed(cause), None)
            }
        };
        self.lines.push(Line { name, outcome, took: begun.elapsed() });
        value
    }

    fn skip(&mut self, name: &'static str, why: String) {
        self.lines.push(Line { name, outcome: Outcome::Skipped(why), took: Duration::ZERO });
    }

    /// Prints the summary.
    ///
    /// # Errors
    /// When a check failed.
    fn close(self) -> Result<()> {
        eprintln!("── summary");
        for line in &self.lines {
            progress::note(line);
        }
        let count =
            |wanted: fn(&Outcome) -> bool| self.lines.iter().filter(|line| wanted(&line.outcome)).count();
        let failed = count(|outcome| matches!(outcome, Outcome::Failed(_)));
        let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
        let passed = self.lines.len() - failed - skipped;
        let time = progress::spoken(self.begun.elapsed());
        progress::note(format!("{passed} passed, {failed} failed, {skipped} skipped, in {time}"));
        if failed > 0 {
            bail!("{failed} of {} checks failed", passed + failed);
        }
        Ok(())
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = progress::spoken(self.took);
        match &self.outcome {
            Outcome::Passed => write!(f, "passed   {:<22} {time:>12}", self.name),
            Outcome::Failed(why) => {
                let first = why.lines().next().unwrap_or_default();
                write!(f, "FAILED   {:<22} {time:>12}   {first}", self.name)
            }
            Outcome::Skipped(why) => write!(f, "skipped  {:<22} {:>12}   {why}", self.name, ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn nothing_is_skipped_in_ci() {
        let error = Options::parse(&words(&["--skip-missing"]), true).unwrap_err();
        assert_eq!(error.to_string(), "with CI=true nothing may be skipped");
        assert!(Options::parse(&words(&["--skip-missing"]), false).unwrap().skip_missing);
    }

    #[test]
    fn names_are_kept_and_other_flags_refused() {
        let options = Options::parse(&words(&["journal", "clock"]), false).unwrap();
        assert_eq!(options, Options { skip_missing: false, names: words(&["journal", "clock"]), ci: false });
        assert!(
            Options::parse(&words(&["--skip"]), false).unwrap_err().to_string().contains("--skip-missing")
        );
    }

    #[test]
    fn a_variable_from_outside_skips_nothing() {
        let mut surroundings = Surroundings { ci: true, ..Surroundings::default() };
        surroundings.set("BREACHDESK_AXE", Some("/axe.js"));
        let mut command = Command::new("env");
        command.env("BREACHDESK_SKIP", "chromium");
        let printed = command::read(surroundings.around(&mut command)).unwrap();
        assert!(!printed.contains("BREACHDESK_SKIP"), "{printed}");
        assert!(printed.contains("BREACHDESK_AXE=/axe.js") && printed.contains("CI=true"));
    }

    #[test]
    fn one_failure_fails_the_whole_and_the_rest_still_runs() {
        let mut report = Report::new();
        assert_eq!(report.check("first", || -> Result<u8> { bail!("broken\nbadly") }), None);
        assert_eq!(report.check("second", || Ok(2)), Some(2));
        report.skip("third", "not here".to_owned());
        let shown: Vec<String> = report.lines.iter().map(ToString::to_string).collect();
        assert!(shown.first().unwrap().ends_with("broken"), "{shown:?}");
        assert!(shown.last().unwrap().starts_with("skipped  third"));
        assert_eq!(report.close().unwrap_err().to_string(), "1 of 2 checks failed");
    }
}
