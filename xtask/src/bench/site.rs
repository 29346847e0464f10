//! The desk itself, as a process of its own.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{command, workspace};

/// What the load needs that no person does.
pub(super) const RAISED: [&str; 2] =
    ["BREACHDESK__LIMITS__PERSON_PER_SECOND=1000000", "BREACHDESK__LIMITS__STRANGER_PER_SECOND=1000000"];

/// Which binary serves, and what it finds in its environment.
pub(super) struct Program {
    path: PathBuf,
    environment: Vec<(String, String)>,
}

impl Program {
    /// What `cargo xtask serve` runs.
    pub(super) fn release() -> Self {
        Self::at(workspace::target().join("release/breachdesk"))
    }

    /// What the tests have built.
    pub(super) fn debug() -> Self {
        Self::at(workspace::target().join("debug/breachdesk"))
    }

    fn at(path: PathBuf) -> Self {
        let raised = RAISED.iter().filter_map(|raised| raised.split_once('='));
        let environment = raised.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { path, environment }
    }

    /// The same with one more variable.
    pub(super) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.environment.push((name.to_owned(), value.to_string()));
        self
    }

    /// A command of it, on the data of a bench.
    pub(super) fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments).arg("--data").arg(folder.join("data"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A desk that listens. Dropped, it is killed.
pub(super) struct Site {
    child: Child,
    address: SocketAddr,
}

impl Site {
    /// Starts with the worked example, and returns its passwords by address.
    pub(super) fn with_example(folder: &Path, program: &Program) -> Result<(Self, BTreeMap<String, String>)> {
        let (site, mut told) = Self::start(folder, program, &["--demo"])?;
        let mut sign_ins = BTreeMap::new();
        // The last role that is printed is the auditor's.
        while !sign_ins.keys().any(|email: &String| email.starts_with("auditor@")) {
            let line = next(&mut told)?;
            let mut words = line.split_whitespace().rev();
            if let (Some(password), Some(email)) = (words.next(), words.next())
                && email.contains('@')
            {
                sign_ins.insert(email.to_owned(), password.to_owned());
            }
        }
        site.drain(told);
        Ok((site, sign_ins))
    }

    /// Starts on data that are there. Returns as soon as it says that it listens.
    pub(super) fn again(folder: &Path, program: &Program) -> Result<Self> {
        let (site, told) = Self::start(folder, program, &[])?;
        site.drain(told);
        Ok(site)
    }

    fn start(folder: &Path, program: &Program, more: &[&str]) -> Result<(Self, BufReader<ChildStdout>)> {
        let log = File::options().create(true).append(true).open(folder.join("log"))?;
        let mut command = program.command(folder, &["serve", "--listen", "127.0.0.1:0"]);
        command.args(more);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.path.display()))?;
        let mut told = BufReader::new(child.stdout.take().context("no output")?);
        let line = next(&mut told)?;
        let address = line.split("http://").nth(1).and_then(|rest| rest.split_whitespace().next());
        let Some(address) = address.and_then(|a| a.parse().ok()) else {
            bail!("the desk said no address but: {line} (see {})", folder.join("log").display())
        };
        Ok((Self { child, address }, told))
    }

    /// Reads on, so that the desk never waits for a reader.
    fn drain(&self, mut told: BufReader<ChildStdout>) {
        std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The most memory that was resident since it started, in bytes.
    pub(super) fn most_resident(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).context("no VmHWM")?;
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kibibytes * 1_024)
    }

    /// Kills it on the spot, as the power going would.
    pub(super) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop, and waits.
    pub(super) fn stop(mut self) -> Result<()> {
        command::run(Command::new("kill").arg("-TERM").arg(self.child.id().to_string()))?;
        let status = self.child.wait()?;
        if status.success() { Ok(()) } else { bail!("the desk ended with {status}") }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn next(told: &mut BufReader<ChildStdout>) -> Result<String> {
    let mut line = String::new();
    if told.read_line(&mut line)? == 0 {
        bail!("the desk ended before it said what was expected; target/bench/log says why");
    }
    Ok(line.trim_end().to_owned())
}
