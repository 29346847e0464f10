//! `breachdesk playbook check`, `list`, `import`, `export`: files that somebody writes, those that come with
//! the program, and those of others.
//!
//! They need no data folder. A path that can't be read ends with code 2, an error in a file with code 1.

mod exchange;

use super::{answer, failed};
use clap::{Subcommand, ValueEnum};
use domain::{
    fact::catalogue::catalogue,
    playbook::{Playbook as Read, READ_MAX, find, library},
};
use serde::Serialize;
use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read as _},
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
    /// Read a CACAO 2.0 playbook, and print what was found in it as JSON: {errors, notices}.
    Import {
        /// A JSON file.
        file: PathBuf,
        /// Write the playbook here, if there is no error.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Print a playbook for other programs or for paper.
    Export {
        /// The id of a playbook that comes with the program, or a file as written by hand or by import.
        playbook: String,
        #[arg(long, value_enum)]
        format: Format,
    },
}

/// In which form a playbook goes out.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Format {
    /// CACAO 2.0, as JSON.
    Cacao,
    Markdown,
}

pub(super) fn run(asked: &Playbook) -> ExitCode {
    match asked {
        Playbook::Check { paths } => check(paths),
        Playbook::List { json } => list(*json),
        Playbook::Import { file, out } => exchange::import(file, out.as_deref()),
        Playbook::Export { playbook, format } => exchange::export(playbook, *format),
    }
}

/// The bytes of a file, at most one more than `max`: what is longer is refused by whoever reads it, and a
/// device without an end is never read to it.
fn bounded(path: &Path, max: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(bounded(path, READ_MAX)?)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "this is no text in UTF-8"))
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
            self.files.push((path.display().to_string(), text(path)?));
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
    let answered = answer(&lines.join("\n"));
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
            Ok(text) => answer(&text),
            Err(why) => failed(&why.to_string()),
        };
    }
    let line = |p: &Listed<'_>| {
        format!(
            "{:<30}version {:<4}{:>3} steps{:>4} questions  {}",
            p.id, p.version, p.steps, p.questions, p.title
        )
    };
    answer(&listed.iter().map(line).collect::<Vec<_>>().join("\n"))
}
