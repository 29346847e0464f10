//! The real binary, in a process of its own.

use super::{Browser, app::PASSWORD};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

const LEAD: &str = "lead@controller.test";

/// The binary with a data folder, and nothing of this machine's configuration.
pub(crate) fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_breachdesk"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BREACHDESK")) {
        command.env_remove(name);
    }
    command.env("RUST_LOG", "warn").arg("--data").arg(data).args(arguments);
    command
}

/// Runs a command to its end.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> Output {
    command(data, arguments).output().unwrap()
}

/// Runs a command to its end, with something on its standard input.
pub(crate) fn run_with_input(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = command(data, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What a command said, on both ways.
pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Adds the account of a lead, as an operator does.
pub(crate) fn add_lead(data: &Path) {
    let arguments =
        ["user", "add", "--email", LEAD, "--name", "L. Lead", "--role", "lead", "--password-stdin"];
    let done = run_with_input(data, &arguments, &format!("{PASSWORD}\n"));
    assert!(done.status.success(), "{}", said(&done));
}

/// The lead of [`add_lead`], signed in.
pub(crate) async fn lead_at(origin: &str) -> Browser {
    let browser = Browser::new(origin);
    let answer = browser.post("/sign-in", &[("email", LEAD), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    browser
}

/// A serving process. It is killed when this is dropped.
pub(crate) struct Serving {
    child: Child,
    pub(crate) origin: String,
    /// What it printed until it was up.
    pub(crate) printed: Vec<String>,
    // Kept open, so that the process doesn't fail when it prints.
    _stdout: BufReader<ChildStdout>,
}

impl Serving {
    /// Starts it on a port of its own and waits until it says that it is up.
    pub(crate) fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0"];
        all.extend(arguments);
        Self::of(&mut command(data, &all))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let origin = line.strip_prefix("Breachdesk is at ").and_then(|rest| rest.split_whitespace().next());
        let Some(origin) = origin.map(str::to_owned) else {
            let _ = child.kill();
            panic!("it didn't come up: {line:?}");
        };
        Self { child, origin, printed: vec![line], _stdout: stdout }
    }

    /// Reads lines until one holds `words`.
    pub(crate) fn until_it_says(&mut self, words: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(
                self._stdout.read_line(&mut line).unwrap() > 0,
                "it never said {words:?}: {:?}",
                self.printed
            );
            self.printed.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Ends it at once, as a power cut does: nothing is written any more.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop, and waits until it did.
    pub(crate) fn stop(mut self) {
        let asked = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
