//! The project's own commands: `cargo xtask serve`, `cargo xtask test` and the steps they are made of.

mod assets;
mod bench;
mod calendars;
mod command;
mod debian;
mod islands;
mod machine;
mod postgres;
mod progress;
mod rules;
mod screens;
mod serve;
mod styles;
mod test;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
Usage: cargo xtask <command>

  serve [arguments]        build islands, styles and server, then run `breachdesk serve [arguments]`
  test  [--skip-missing] [names]
                           run every check; with names, only the tests whose name contains one of them
  ci    [names]            the same as `test` with CI=true: nothing may be skipped
  bench [--incidents N] [--seconds N]
                           measure a release build under load, and print the figures beside their targets
  bench outbox [--recipients N] [--kills K] [--connections C] [--database sqlite|postgres] [--seed S]
                           send a notice to many people while the desk is killed, and account for every mail;
                           the last line is JSON, and the command fails unless nobody was left out
  screens                  write pictures of every page to target/screens: light, dark, narrow, printed
  islands                  build the islands (wasm) into target/site/pkg
  styles                   build the style sheet into target/site/pkg
  rules                    check the rules of the house
  calendars                write the public holidays in domain/src/clock/calendars.txt anew (needs the internet)

Environment:
  BREACHDESK_WASM          where the wasm target comes from: installed, rustup, debian or none
                           (default: the first of these that works)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((command, rest)) = arguments.split_first() else {
        bail!("no command given\n\n{USAGE}");
    };
    match (command.as_str(), rest) {
        ("serve", rest) => serve::run(rest),
        ("test", rest) => test::run(test::Options::parse(rest, workspace::is_ci())?),
        ("ci", rest) => test::run(test::Options::parse(rest, true)?),
        ("bench", [first, rest @ ..]) if first == "outbox" => {
            bench::outbox::run(&bench::outbox::Options::parse(rest)?)
        }
        ("bench", rest) => bench::run(&bench::Options::parse(rest)?),
        ("islands", []) => progress::step("islands", || islands::build(islands::Effort::Thorough)).map(drop),
        ("styles", []) => progress::step("styles", styles::build),
        ("screens", []) => screens::run(),
        ("calendars", []) => progress::step("calendars", calendars::write),
        ("rules", []) => progress::step("house rules", || rules::check(false)),
        ("help" | "--help" | "-h", _) => {
            print!("{USAGE}");
            Ok(())
        }
        ("islands" | "styles" | "rules" | "screens" | "calendars", [extra, ..]) => {
            bail!("`{command}` takes no argument `{extra}`")
        }
        _ => bail!("there is no command `{command}`\n\n{USAGE}"),
    }
}
