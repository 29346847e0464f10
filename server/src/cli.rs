//! The commands.

mod backup;
mod clocks;
mod doctor;
mod journal;
mod playbook;
mod register;
mod severity;

use crate::{config::Config, demo, run, run::Fault};
use clap::{Parser, Subcommand};
use domain::{access::Actor, account::AccountInput};
use std::{
    fmt::Display,
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    time::Instant,
};

/// A desk for the first 72 hours of a personal data breach, and for all that follows.
#[derive(Parser)]
#[command(name = "breachdesk", version, arg_required_else_help = true)]
struct Cli {
    /// TOML file; the environment (BREACHDESK__…) and the options here come on top.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// The folder of the data.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the desk.
    Serve {
        /// Address and port.
        #[arg(long)]
        listen: Option<SocketAddr>,
        /// Begin with the worked example, in ./data-demo, and print ready sign-ins.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database to this version's schema.
    Migrate,
    /// Manage accounts from the machine itself.
    #[command(subcommand)]
    User(User),
    /// Check configuration, database, disk and mail, and say how to mend what is wrong.
    Doctor,
    /// Check the journal.
    #[command(subcommand)]
    Journal(Journal),
    /// Hand over the breach register of Article 33(5).
    #[command(subcommand)]
    Register(register::Register),
    /// Copy database, key and evidence into a new folder, with a manifest of digests.
    Backup {
        /// A folder that doesn't exist yet.
        to: PathBuf,
    },
    /// Bring a backup back into an empty data folder.
    Restore {
        from: PathBuf,
        /// Only check the backup.
        #[arg(long)]
        verify_only: bool,
    },
    /// Work out when the 72 hours of Article 33 end: a calculator, for any awareness.
    Deadline(clocks::DeadlineArguments),
    /// Work out the last day of a period in months or business days.
    Period(clocks::PeriodArguments),
    /// Show the rules of the clocks.
    Clocks(clocks::ClocksArguments),
    /// Work out the ENISA level of a breach: an aid, not a verdict.
    Severity(severity::SeverityArguments),
    /// Check, list, import and export playbooks.
    #[command(subcommand)]
    Playbook(playbook::Playbook),
}

#[derive(Subcommand)]
enum User {
    /// Make an account. The password is read from standard input, or a one-time address is printed.
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        /// administrator, lead, responder, dpo, approver, reader or auditor
        #[arg(long)]
        role: String,
        /// Time zone, such as Europe/Berlin.
        #[arg(long, default_value = "UTC")]
        zone: String,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
}

#[derive(Subcommand)]
enum Journal {
    /// Check every chain from its first entry to its last.
    Verify {
        /// Heads kept outside, as printed by `journal heads`: shows that nothing was cut off since.
        #[arg(long)]
        heads: Option<PathBuf>,
    },
    /// Print the last entry of every chain, to be kept outside.
    Heads,
}

/// Runs the command of the command line.
pub fn main() -> ExitCode {
    let began = Instant::now();
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()),
        )
        .with_writer(std::io::stderr)
        .json()
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(why) => return failed(&why.to_string()),
    };
    match runtime.block_on(command(cli, began)) {
        Ok(code) => code,
        Err(why) => failed(&why.to_string()),
    }
}

#[expect(clippy::print_stderr, reason = "a command answers on its terminal")]
fn failed(why: &str) -> ExitCode {
    eprintln!("breachdesk: {why}");
    ExitCode::FAILURE
}

#[expect(clippy::print_stdout, reason = "a command answers on its terminal")]
fn say(text: &str) {
    println!("{text}");
}

/// Prints an answer, if there is one.
fn answer(text: &str) -> ExitCode {
    if text.is_empty() {
        return ExitCode::SUCCESS;
    }
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough, as `head` has.
        Err(why) if why.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => failed(&why.to_string()),
    }
}

/// The answer of a calculator: text, or code 2 and one line for input that can't be taken.
fn worked_out<E: Display>(work: impl FnOnce() -> Result<String, E>) -> ExitCode {
    match work() {
        Ok(text) => answer(&text),
        Err(why) => {
            failed(&why.to_string());
            ExitCode::from(2)
        }
    }
}

async fn command(cli: Cli, began: Instant) -> Result<ExitCode, Fault> {
    let mut config = Config::read(cli.config.as_deref())?;
    if let Some(data) = cli.data.clone() {
        config.data = data;
    }
    match cli.command {
        Command::Serve { listen, demo } => {
            if let Some(listen) = listen {
                config.listen = listen;
            }
            if demo && cli.data.is_none() {
                config.data = PathBuf::from("./data-demo");
            }
            serve(&config, demo, began).await
        }
        Command::Migrate => {
            let services = run::open(&config).await?;
            say(&format!("The database has this version's schema ({}).", services.health().await?.engine));
            services.close().await;
            Ok(ExitCode::SUCCESS)
        }
        Command::User(User::Add { email, name, role, zone, password_stdin }) => {
            add_user(&config, &AccountInput { email, name, role, zone }, password_stdin).await
        }
        Command::Doctor => doctor::run(&config).await,
        Command::Journal(Journal::Verify { heads }) => journal::verify(&config, heads.as_deref()).await,
        Command::Journal(Journal::Heads) => journal::heads(&config).await,
        Command::Register(asked) => register::run(&config, asked).await,
        Command::Backup { to } => backup::backup(&config, &to).await,
        Command::Restore { from, verify_only } => backup::restore(&config, &from, verify_only).await,
        Command::Deadline(asked) => Ok(clocks::deadline(&config, &asked)),
        Command::Period(asked) => Ok(clocks::period(&config, &asked)),
        Command::Clocks(asked) => Ok(clocks::clocks(&asked)),
        Command::Severity(asked) => Ok(severity::run(&asked)),
        Command::Playbook(asked) => Ok(playbook::run(&asked)),
    }
}

async fn serve(config: &Config, with_example: bool, began: Instant) -> Result<ExitCode, Fault> {
    let lock = run::lock(config)?;
    let asked_to_stop = run::AskedToStop::listen()?;
    let services = run::open(config).await?;
    if with_example {
        demo::lay_out(&services).await?;
    }
    let running = run::start(config, services.clone(), lock).await?;
    say(&format!("Breachdesk is at {} (ready after {} ms).", running.origin, began.elapsed().as_millis()));
    if crate::http::assets::assets().islands.is_none() {
        say("This binary carries no islands: every page works as plain HTML.");
    }
    if with_example {
        // Hashing takes its time, so the site listens already.
        let sign_ins = demo::sign_ins(&services).await?;
        say("Sign-ins of the worked example (the passwords are new at every start):");
        for s in &sign_ins {
            say(&format!("  {:<24} {:<30} {}", s.role, s.email, s.password));
        }
    } else if let Some(address) = run::set_up_address(&services, &running.origin).await? {
        say(&format!("Nobody has an account yet. Make the first one within 15 minutes at\n  {address}"));
    }
    running.until_stopped(asked_to_stop).await?;
    services.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn add_user(config: &Config, input: &AccountInput, password_stdin: bool) -> Result<ExitCode, Fault> {
    let services = run::open(config).await?;
    let ctx = services.ctx(Actor::Operator(run::operator()));
    let done = if password_stdin {
        let mut password = String::new();
        std::io::stdin().read_to_string(&mut password)?;
        let password = password.strip_suffix('\n').unwrap_or(&password);
        services.create_account_with_password(&ctx, input, password).await.map(|_| None)
    } else {
        services.create_account(&ctx, input).await.map(|(_, secret)| Some(secret))
    };
    let code = match done {
        Ok(None) => {
            say(&format!("{} has an account as {}.", input.email, input.role));
            ExitCode::SUCCESS
        }
        Ok(Some(secret)) => {
            let origin = config.public(config.listen)?.origin;
            say(&format!(
                "{} has an account as {}. The password is set within 48 hours at\n  {origin}/password/{secret}",
                input.email, input.role
            ));
            ExitCode::SUCCESS
        }
        Err(services::Error::Refused(domain::refusal::Refusal::Invalid(errors))) => {
            let lines: Vec<String> = errors.iter().map(|e| format!("--{}: {}", e.field, e.message)).collect();
            failed(&lines.join("\n"))
        }
        Err(why) => return Err(why.into()),
    };
    services.close().await;
    Ok(code)
}
