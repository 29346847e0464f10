//! `breachdesk register export`: the records of a period, to standard output.

use super::failed;
use crate::{config::Config, run, run::Fault};
use clap::{Args, Subcommand, ValueEnum};
use domain::{
    access::Actor,
    refusal::Refusal,
    register::{FilterInput, export::Format},
    text::Choice,
};
use std::{
    io::{ErrorKind, Write},
    process::ExitCode,
};

/// What is asked of the register.
#[derive(Subcommand)]
pub(super) enum Register {
    /// Print the records of every breach that was declared in a period. The journal keeps the file's digest.
    Export(ExportArguments),
}

/// A period, and a form.
#[derive(Args)]
pub(super) struct ExportArguments {
    /// The first day, such as 2026-01-01 in the organisation's zone, or an instant with its offset.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// The last day or instant, which belongs to the period.
    #[arg(long, value_name = "DATE")]
    to: String,
    /// The form of the file.
    #[arg(long)]
    format: Form,
}

/// The forms, as the command line names them.
#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Json,
    Csv,
}

impl Form {
    fn code(self) -> &'static str {
        match self {
            Self::Json => Format::Json.code(),
            Self::Csv => Format::Csv.code(),
        }
    }
}

pub(super) async fn run(config: &Config, asked: Register) -> Result<ExitCode, Fault> {
    let Register::Export(ExportArguments { from, to, format }) = asked;
    let services = run::open(config).await?;
    let ctx = services.ctx(Actor::Operator(run::operator()));
    // An empty date would ask for everything.
    let written = |date: String| if date.trim().is_empty() { "nothing".to_owned() } else { date };
    let filter = FilterInput { from: written(from), to: written(to), ..FilterInput::default() };
    let done = services.export_register(&ctx, &filter, format.code()).await;
    services.close().await;
    match done {
        Ok(exported) => Ok(print(exported.text())),
        Err(services::Error::Refused(Refusal::Invalid(errors))) => {
            let lines: Vec<String> = errors.iter().map(|e| format!("--{}: {}", e.field, e.message)).collect();
            failed(&lines.join(" "));
            Ok(ExitCode::from(2))
        }
        Err(why) => Err(why.into()),
    }
}

fn print(body: &str) -> ExitCode {
    let mut out = std::io::stdout();
    match out.write_all(body.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough, as `head` has.
        Err(why) if why.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => failed(&why.to_string()),
    }
}
