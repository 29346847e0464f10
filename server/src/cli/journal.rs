//! `breachdesk journal …`

use super::say;
use crate::{config::Config, run, run::Fault};
use std::{path::Path, process::ExitCode};

pub(super) async fn verify(config: &Config, kept: Option<&Path>) -> Result<ExitCode, Fault> {
    let services = run::open(config).await?;
    let found = services.verify_journal().await?;
    let mut faults: Vec<String> = found.broken.iter().map(ToString::to_string).collect();
    if let Some(file) = kept {
        for line in std::fs::read_to_string(file)?.lines().filter(|l| !l.trim().is_empty()) {
            let mut parts = line.split_whitespace();
            let (Some(stream), Some(seq), Some(hash)) =
                (parts.next(), parts.next().and_then(|s| s.parse::<i64>().ok()), parts.next())
            else {
                return Err(Fault::Other(format!("{}: this line is no head: {line}", file.display())));
            };
            match services.journal_hash(stream, seq).await? {
                Some(now) if now == hash => {}
                Some(_) => {
                    faults.push(format!("{stream} entry {seq}: is another than the one that was kept"))
                }
                None => faults
                    .push(format!("{stream} entry {seq}: is missing; it was there when the heads were kept")),
            }
        }
    }
    services.close().await;
    if faults.is_empty() {
        say(&format!("The journal holds: {} entries in {} chains.", found.entries, found.streams));
        if kept.is_none() {
            say("A cut at the end shows only against heads kept outside: see `breachdesk journal heads`.");
        }
        return Ok(ExitCode::SUCCESS);
    }
    for fault in &faults {
        say(fault);
    }
    Ok(ExitCode::FAILURE)
}

pub(super) async fn heads(config: &Config) -> Result<ExitCode, Fault> {
    let services = run::open(config).await?;
    for (stream, (seq, hash)) in services.verify_journal().await?.heads {
        say(&format!("{stream} {seq} {hash}"));
    }
    services.close().await;
    Ok(ExitCode::SUCCESS)
}
