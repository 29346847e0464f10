//! `breachdesk doctor`: what is wrong, and how to mend it.

use super::say;
use crate::{config::Config, run, run::Fault};
use std::process::ExitCode;

pub(super) async fn run(config: &Config) -> Result<ExitCode, Fault> {
    let mut wrong = 0;
    let mut tell = |good: bool, what: &str, mend: &str| {
        let mark = if good { "ok   " } else { "WRONG" };
        say(&format!("{mark} {what}"));
        if !good {
            say(&format!("      {mend}"));
            wrong += 1;
        }
    };
    let public = config.public(config.listen)?;
    let local = config.listen.ip().is_loopback();
    tell(
        public.secure || local,
        &format!("address: {} (listening on {})", public.origin, config.listen),
        "Passwords would cross the network in the clear. Set tls.certificate and tls.key, or public_url = \"https://…\" behind a proxy.",
    );
    let services = match run::open(config).await {
        Ok(services) => services,
        Err(why) => {
            tell(false, &format!("data: {}", config.data.display()), &why.to_string());
            return Ok(ExitCode::FAILURE);
        }
    };
    let health = services.health().await?;
    tell(health.faults.is_empty(), &format!("database: {}", health.engine), &health.faults.join(" "));
    let integrity = services.integrity().await?;
    tell(
        integrity == "ok",
        "database pages",
        &format!("The engine says: {integrity}. Restore the last backup into a new folder."),
    );
    let derived = services.check_derived().await?;
    tell(
        derived.is_empty(),
        "stored due times equal the computed ones",
        &format!("They differ for {}. Restarting computes them anew.", derived.join(", ")),
    );
    let journal = services.verify_journal().await?;
    let broken: Vec<String> = journal.broken.iter().map(ToString::to_string).collect();
    tell(broken.is_empty(), &format!("journal: {} entries", journal.entries), &broken.join("; "));
    let evidence = services.check_evidence().await?;
    tell(
        evidence.is_empty(),
        "evidence has its digests",
        &format!("Missing or changed: {}. Restore these from the last backup.", evidence.join(", ")),
    );
    let probe = config.data.join(".doctor");
    let writable = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe));
    tell(
        writable.is_ok(),
        &format!("disk: {} can be written", config.data.display()),
        "Give the service's user the folder, or free space.",
    );
    match services.relay().await {
        Ok(Some((relay, _, _))) => tell(true, &format!("mail: through {}:{}", relay.host, relay.port), ""),
        Ok(None) => tell(
            true,
            &format!("mail: written to {}; nothing leaves this machine", config.mail_folder().display()),
            "",
        ),
        Err(why) => {
            tell(false, "mail", &format!("{why}. Enter the relay's password again under Admin, Mail."))
        }
    }
    match config.mail.intake() {
        Ok(None) => tell(true, "returned mail: not read here", ""),
        Ok(Some(intake)) => {
            let folder = intake.folder.display();
            // What was read is moved within the folder, so both are needed.
            let probe = intake.folder.join(".doctor");
            let movable = std::fs::write(&probe, b"probe").and_then(|()| std::fs::remove_file(&probe));
            tell(
                std::fs::read_dir(intake.folder.join("new")).and(movable).is_ok(),
                &format!("returned mail: {folder} is a maildir that can be read and written"),
                "Let the mail server make it, and give it to the service's user.",
            );
        }
        Err(why) => tell(false, "returned mail", &why.to_string()),
    }
    services.close().await;
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
