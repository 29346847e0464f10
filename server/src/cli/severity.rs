//! `breachdesk severity`: the ENISA level of a breach at the command line.
//!
//! It needs no data folder. Bad input ends with code 2 and one line that says what would be right.

use super::worked_out;
use clap::Args;
use domain::{
    assessment::severity::{
        Adds, Context, DataCategory, EnisaLevel, Explained, Flags, Grounds, MANY, Object, Quarters, Severity,
        SeverityInput, severity,
    },
    refusal::Refusal,
    text::is_forbidden,
};
use serde::Serialize;
use serde_json::Number;
use std::{
    fs::File,
    io::{IsTerminal, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The largest input that is taken, in bytes. Far more than all there is to say.
const INPUT_MAX: u64 = 64 * 1024;
/// The longest complaint, and the longest place that is named in it, in characters: both may repeat what was given.
const COMPLAINT_MAX: usize = 600;
const PLACE_MAX: usize = 80;

/// What is known of a breach, as one JSON object.
#[derive(Args)]
#[command(
    after_help = "The object has categories, ei, cb, individuals and, where it is so, unintelligible. \
    A code that isn't known is answered with those that are."
)]
pub(super) struct SeverityArguments {
    /// A file with the object, or - for standard input, which is also read where no file is named.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Print JSON. The file may stand here or before.
    #[arg(long, value_name = "FILE|-", num_args = 0..=1)]
    json: Option<Option<PathBuf>>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum BadInput {
    #[error("Name one file only: after --json, or without it.")]
    TwoFiles,
    #[error("Name a file with the input, or hand it over on standard input.")]
    Nothing,
    #[error("{0}: {1}")]
    Unreadable(String, std::io::Error),
    #[error("The input is larger than 64 KiB, which is the most that is taken.")]
    TooLarge,
    #[error("The input can't be taken: {0}")]
    Shape(String),
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// The keys that programs rely on.
#[derive(Serialize)]
struct SeverityAnswer {
    dpc: u8,
    ei: Number,
    cb: Number,
    se: Number,
    se_quarters: u8,
    level: EnisaLevel,
    driving_category: DataCategory,
    flags: FlagsAnswer,
}

#[derive(Serialize)]
struct FlagsAnswer {
    individuals_over_100: bool,
    unintelligible: bool,
}

pub(super) fn run(asked: &SeverityArguments) -> ExitCode {
    worked_out::<BadInput>(|| {
        let (file, as_json) = match (&asked.json, &asked.file) {
            (Some(Some(_)), Some(_)) => return Err(BadInput::TwoFiles),
            (Some(Some(file)), None) => (Some(file), true),
            (json, file) => (file.as_ref(), json.is_some()),
        };
        let grounds = read(file.map(PathBuf::as_path))?;
        let found = severity(&grounds);
        if as_json { in_json(&found) } else { Ok(in_words(&grounds, &found)) }
    })
}

/// Reads the object from a file, or from standard input.
fn read(file: Option<&Path>) -> Result<Grounds, BadInput> {
    let mut bytes = Vec::new();
    let done = match file.filter(|file| *file != Path::new("-")) {
        Some(file) => File::open(file).and_then(|file| file.take(INPUT_MAX + 1).read_to_end(&mut bytes)),
        // Nobody is kept waiting before a prompt that isn't there.
        None if file.is_none() && std::io::stdin().is_terminal() => return Err(BadInput::Nothing),
        None => std::io::stdin().take(INPUT_MAX + 1).read_to_end(&mut bytes),
    };
    let name =
        || file.map_or_else(|| "-".to_owned(), |file| one_line(&file.display().to_string(), COMPLAINT_MAX));
    let size = done.map_err(|why| BadInput::Unreadable(name(), why))?;
    if u64::try_from(size).is_ok_and(|size| size > INPUT_MAX) {
        return Err(BadInput::TooLarge);
    }
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    let Object(input): Object<SeverityInput> =
        serde_path_to_error::deserialize(&mut json).map_err(|why| {
            let path = one_line(&why.path().to_string(), PLACE_MAX);
            let place = if path == "." { String::new() } else { format!("{path}: ") };
            BadInput::Shape(format!("{place}{}", one_line(&why.inner().to_string(), COMPLAINT_MAX)))
        })?;
    json.end().map_err(|why| BadInput::Shape(one_line(&why.to_string(), COMPLAINT_MAX)))?;
    input.parse().map_err(|refusal| match refusal {
        Refusal::Invalid(errors) => {
            let all: Vec<String> = errors.iter().map(|e| format!("{}: {}", e.field, e.message)).collect();
            BadInput::Refused(one_line(&all.join(" "), COMPLAINT_MAX))
        }
        refusal @ Refusal::State { .. } => BadInput::Refused(one_line(&refusal.to_string(), COMPLAINT_MAX)),
    })
}

/// What was given may be repeated in a complaint, but moves no cursor, turns no text and fills no screen.
fn one_line(text: &str, max: usize) -> String {
    let mut line = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == max {
            line.push('…');
            break;
        }
        if is_forbidden(c, false) { line.extend(c.escape_unicode()) } else { line.push(c) }
    }
    line
}

fn in_json(found: &Severity) -> Result<String, BadInput> {
    // By their digits, so that nothing is reckoned in floats here either.
    let number = |quarters: Quarters| serde_json::from_str(&quarters.to_string());
    let Flags { individuals_over_100, unintelligible } = found.flags;
    Ok(serde_json::to_string_pretty(&SeverityAnswer {
        dpc: found.dpc,
        ei: number(found.ei)?,
        cb: number(found.cb)?,
        se: number(found.se)?,
        se_quarters: found.se.count(),
        level: found.level,
        driving_category: found.driving.category(),
        flags: FlagsAnswer { individuals_over_100, unintelligible },
    })?)
}

fn in_words(grounds: &Grounds, found: &Severity) -> String {
    let Severity { dpc, ei, cb, se, level, flags, .. } = *found;
    let line =
        |what: &str, value: &str, why: &str| format!("{what:<22}{value:<6}{why}").trim_end().to_owned();
    let mut lines = vec![
        format!("{:<22}{level}", "ENISA level"),
        format!("{:<22}{}", "", level.explained().meaning),
        format!("{:<22}{dpc} × {ei} + {cb} = {se}  (SE = DPC × EI + CB)", "Severity"),
        String::new(),
    ];
    let driving = found.driving;
    for (at, context) in grounds.contexts.all().iter().enumerate() {
        let what = if at == 0 { "DPC" } else { "" };
        lines.push(line(what, &context.dpc().to_string(), &scored(*context)));
    }
    if grounds.contexts.all().len() > 1 {
        lines.push(line("", "", &format!("The highest counts: {dpc}, for {}.", driving.category())));
    }
    let c = &grounds.circumstances;
    let easily = format!("{}: {}", grounds.ei, grounds.ei.explained().meaning);
    lines.push(line("EI", &ei.to_string(), &easily));
    lines.push(line("CB", &cb.to_string(), "The sum of these four:"));
    for (what, adds, meaning) in [
        ("  confidentiality", c.confidentiality.adds(), c.confidentiality.explained().meaning),
        ("  integrity", c.integrity.adds(), c.integrity.explained().meaning),
        ("  availability", c.availability.adds(), c.availability.explained().meaning),
        ("  malicious intent", c.malicious.adds(), c.malicious.explained().meaning),
    ] {
        lines.push(line(what, &adds.to_string(), meaning));
    }
    let many = if flags.individuals_over_100 { "more than" } else { "not more than" };
    let people = format!("Individuals: {}, {many} {MANY}.", grounds.individuals);
    let readable = if flags.unintelligible {
        "Unintelligible data: yes. The number isn't changed by it; the person who decides may see the breach otherwise."
    } else {
        "Unintelligible data: no."
    };
    lines.extend([
        String::new(),
        "Flags, beside the score and not in it:".to_owned(),
        format!("  {people}"),
        format!("  {readable}"),
        String::new(),
        "An aid, not a verdict. The method is ENISA's of 2013, older than the GDPR, and its levels aren't the"
            .to_owned(),
        "thresholds of Articles 33 and 34: whether to notify is decided by a person, with reasons, and a low"
            .to_owned(),
        "level is no reason not to.".to_owned(),
    ]);
    lines.join("\n")
}

fn scored(context: Context) -> String {
    let category = context.category();
    let adjusted = match context.adjust() {
        0 => String::new(),
        adjust => format!(" {} {}", if adjust < 0 { '-' } else { '+' }, adjust.unsigned_abs()),
    };
    format!("{category}, {}{adjusted}: {}", category.base(), context.explained().meaning)
}
