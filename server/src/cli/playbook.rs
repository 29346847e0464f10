//! `breachdesk playbook check`, `breachdesk playbook list`: files that somebody writes, and those that come
//! with the program.
//!
//! They need no data folder. A path that can't be read ends with code 2, an error in a file with code 1.

use super::failed;
use clap::Subcommand;
use domain::{
    fact::catalogue::catalogue,
    playbook::{Playbook as Read, find, library},
};
use serde::Serialize;
use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What is asked about playbooks.
#[derive(Subcommand)]
pub(super) enum Playbook {
    /// Check playbook files, each error with its line and what to write instead.
    Check {
        /// Files, or folders with files that end in .toml.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// List the playbooks that come with the program.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(asked: &Playbook) -> ExitCode {
    match asked {
        Playbook::Check { paths } => check(paths),
        Playbook::List { json } => list(*json),
    }
}

/// What a path holds, as far as it can be read.
#[derive(Default)]
struct Found {
    /// Name and text.
    files: Vec<(String, String)>,
    unreadable: Vec<String>,
}

impl Found {
    fn add(&mut self, path: &Path) {
        if let Err(why) = self.read(path) {
            self.unreadable.push(format!("{}: {why}", path.display()));
        }
    }

    fn read(&mut self, path: &Path) -> io::Result<()> {
        if !path.is_dir() {
            self.files.push((path.display().to_string(), fs::read_to_string(path)?));
            return Ok(());
        }
        let entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
        let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "toml"));
        files.sort();
        if files.is_empty() {
            return Err(io::Error::new(ErrorKind::NotFound, "no file here ends in .toml"));
        }
        files.iter().for_each(|file| self.add(file));
        Ok(())
    }
}

fn check(paths: &[PathBuf]) -> ExitCode {
    let mut found = Found::default();
    paths.iter().for_each(|path| found.add(path));
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for (file, text) in &found.files {
        match Read::parse(file, text) {
            Ok(playbook) => read.push(playbook),
            Err(wrong) => errors.extend(wrong),
        }
    }
    // A file may call another one of those that are checked, or one that comes with the program.
    let others = |id: &str| read.iter().find(|p| p.id == id).or_else(|| find(id));
    errors.extend(read.iter().flat_map(|playbook| playbook.check(catalogue(), &others)));
    let mut lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let (is_good, is_whole) = (lines.is_empty(), found.unreadable.is_empty());
    if is_good && !read.is_empty() {
        let (steps, questions) = read.iter().fold((0, 0), |(steps, questions), playbook| {
            (steps + playbook.steps.len(), questions + playbook.question_count())
        });
        let (n, playbooks) = (read.len(), if read.len() == 1 { "playbook is" } else { "playbooks are" });
        lines.push(format!("{n} {playbooks} fine: {steps} steps, {questions} questions."));
    }
    let answered = answer(&lines);
    for why in &found.unreadable {
        failed(why);
    }
    match (is_whole, is_good) {
        (false, _) => ExitCode::from(2),
        (true, false) => ExitCode::FAILURE,
        (true, true) => answered,
    }
}

/// One playbook that there is.
#[derive(Serialize)]
struct Listed<'p> {
    id: &'p str,
    version: u32,
    title: &'p str,
    /// Where it comes from: `built_in`, with the program.
    source: &'static str,
    steps: usize,
    questions: usize,
}

fn list(json: bool) -> ExitCode {
    let listed: Vec<Listed<'_>> = library()
        .iter()
        .map(|playbook| Listed {
            id: &playbook.id,
            version: playbook.version,
            title: &playbook.title,
            source: "built_in",
            steps: playbook.steps.len(),
            questions: playbook.question_count(),
        })
        .collect();
    if json {
        return match serde_json::to_string_pretty(&listed) {
            Ok(text) => answer(&[text]),
            Err(why) => failed(&why.to_string()),
        };
    }
    let line = |p: &Listed<'_>| {
        format!(
            "{:<30}version {:<4}{:>3} steps{:>4} questions  {}",
            p.id, p.version, p.steps, p.questions, p.title
        )
    };
    answer(&listed.iter().map(line).collect::<Vec<_>>())
}

/// Prints lines, if there are any.
fn answer(lines: &[String]) -> ExitCode {
    let mut out = io::stdout().lock();
    match lines.iter().try_for_each(|line| writeln!(out, "{line}")) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough, as `head` has.
        Err(why) if why.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => failed(&why.to_string()),
    }
}
