//! Playbooks in and out: CACAO 2.0, and Markdown for paper.

use super::{Format, bounded, text};
use crate::cli::{answer, failed};
use domain::playbook::{
    Playbook,
    cacao::{self, FILE_MAX},
    find, markdown,
};
use serde::Serialize;
use services::time::TimeSource;
use std::{fs, path::Path, process::ExitCode};

pub(super) fn import(file: &Path, out: Option<&Path>) -> ExitCode {
    let bytes = match bounded(file, FILE_MAX) {
        Ok(bytes) => bytes,
        Err(why) => return unreadable(&file.display().to_string(), &why),
    };
    let import = cacao::import(&bytes, out.and_then(name).as_deref());
    let told = print_json(&import);
    let Some(playbook) = &import.playbook else { return ExitCode::FAILURE };
    if let Some(out) = out
        && let Err(why) = fs::write(out, playbook.source())
    {
        return unreadable(&out.display().to_string(), &why);
    }
    told
}

/// The playbook is called as its file is, where the name of the file can be one.
fn name(out: &Path) -> Option<String> {
    let name = out.file_stem()?.to_str()?;
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (name.len() <= 60 && name.split('-').all(part)).then(|| name.to_owned())
}

pub(super) fn export(asked: &str, format: Format) -> ExitCode {
    let read;
    let playbook = match find(asked) {
        Some(playbook) => playbook,
        None => {
            let text = match text(Path::new(asked)) {
                Ok(text) => text,
                Err(why) => {
                    let known = "Give the id of one that `breachdesk playbook list` names, or a file.";
                    return unreadable(asked, &format!("{why}. {known}"));
                }
            };
            match Playbook::parse(asked, &text) {
                Ok(playbook) => {
                    read = playbook;
                    &read
                }
                Err(errors) => {
                    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
                    return failed(&lines.join("\n"));
                }
            }
        }
    };
    match format {
        Format::Cacao => print_json(&cacao::export(playbook, TimeSource::System.now())),
        Format::Markdown => answer(markdown(playbook).trim_end()),
    }
}

fn print_json(value: &impl Serialize) -> ExitCode {
    match serde_json::to_string_pretty(value) {
        Ok(text) => answer(&text),
        Err(why) => failed(&why.to_string()),
    }
}

fn unreadable(path: &str, why: &impl std::fmt::Display) -> ExitCode {
    failed(&format!("{path}: {why}"));
    ExitCode::from(2)
}
