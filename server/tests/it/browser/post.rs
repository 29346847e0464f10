//! A mail server that keeps what it gets, and Python's opinion of what it got.

use crate::support::machine::python;
use domain::notice::template::{Language, NoticeKind};
use domain::text::Choice;
use serde::Deserialize;
use serde_json::json;
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};
use tempfile::TempDir;

const SINK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/aiosmtpd_sink.py");
const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/browser/read_sent.py");

/// The mail server. It ends with the story.
pub struct Sink {
    pub port: u16,
    folder: TempDir,
    process: Child,
    _stdout: BufReader<ChildStdout>,
}

/// What Python read.
#[derive(Debug, Deserialize)]
pub struct Read {
    pub digest: String,
    pub mails: Vec<Got>,
}

#[derive(Debug, Deserialize)]
pub struct Got {
    pub to: String,
    pub sha256: String,
}

impl Sink {
    pub fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let mut process = Command::new(python())
            .arg(SINK)
            .arg("--folder")
            .arg(folder.path())
            .arg("--until-stdin-closes")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let port = line
            .strip_prefix("PORT ")
            .unwrap_or_else(|| panic!("the sink says {line:?}"))
            .trim()
            .parse()
            .unwrap();
        Self { port, folder, process, _stdout: stdout }
    }

    /// Whom it got mail for, in order.
    pub fn recipients(&self) -> Vec<String> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|e| e == "json"));
        files.sort();
        let to = |file: &Path| {
            let record: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
            record["to"][0].as_str().unwrap().to_owned()
        };
        files.iter().map(|file| to(file)).collect()
    }

    /// What Python makes of the mails that went to `recipients`.
    pub fn read(&self, kind: NoticeKind, recipients: &[&str]) -> Read {
        let asked = json!({
            "folder": self.folder.path(),
            "kind": kind.code(),
            "language": Language::En.code(),
            "recipients": recipients,
        });
        let mut process =
            Command::new(python()).arg(READER).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "Python could not read the mails");
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
