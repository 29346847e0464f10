//! `breachdesk backup` and `breachdesk restore`.

use super::say;
use crate::{config::Config, run, run::Fault};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// What a backup holds: each file with its SHA-256.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    version: String,
    files: BTreeMap<String, String>,
}

const MANIFEST: &str = "manifest.json";

pub(super) async fn backup(config: &Config, to: &Path) -> Result<ExitCode, Fault> {
    if !config.database_url.is_empty() {
        return Err(Fault::Other(
            "The database is PostgreSQL: back it up with pg_dump, and the data folder beside it.".to_owned(),
        ));
    }
    if to.exists() {
        return Err(Fault::Other(format!("{} exists already. Name a folder that doesn't.", to.display())));
    }
    fs::create_dir_all(to)?;
    owner_only(to)?;
    let services = run::open(config).await?;
    // Evidence before and after the database: what comes in meanwhile is there, and what is withdrawn
    // meanwhile is still there.
    copy_evidence(&config.data, to)?;
    services.copy_database(&to.join("breachdesk.db")).await?;
    copy_evidence(&config.data, to)?;
    services.close().await;
    fs::copy(config.data.join("secret.key"), to.join("secret.key"))?;
    let mut files = BTreeMap::new();
    for path in all(to)? {
        if let Ok(name) = path.strip_prefix(to) {
            files.insert(name.display().to_string(), digest(&path)?);
        }
        File::open(&path)?.sync_all()?;
    }
    let manifest = Manifest { version: env!("CARGO_PKG_VERSION").to_owned(), files };
    let text = serde_json::to_string_pretty(&manifest).map_err(|why| Fault::Other(why.to_string()))?;
    fs::write(to.join(MANIFEST), text)?;
    File::open(to.join(MANIFEST))?.sync_all()?;
    File::open(to)?.sync_all()?;
    say(&format!(
        "{} files are in {}. It holds the key file: keep it where only you can read it.",
        manifest.files.len(),
        to.display()
    ));
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn restore(config: &Config, from: &Path, verify_only: bool) -> Result<ExitCode, Fault> {
    let text = fs::read_to_string(from.join(MANIFEST))
        .map_err(|why| Fault::Other(format!("{} is no backup: {why}", from.display())))?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|why| Fault::Other(format!("the manifest can't be read: {why}")))?;
    let mut wrong = Vec::new();
    for (name, wanted) in &manifest.files {
        if Path::new(name).components().any(|c| !matches!(c, std::path::Component::Normal(_))) {
            return Err(Fault::Other(format!("the manifest names a file outside the backup: {name}")));
        }
        match digest(&from.join(name)) {
            Ok(found) if found == *wanted => {}
            Ok(_) => wrong.push(format!("{name}: was changed")),
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    if !wrong.is_empty() {
        for line in &wrong {
            say(line);
        }
        return Ok(ExitCode::FAILURE);
    }
    if verify_only {
        say(&format!("The backup is whole: {} files.", manifest.files.len()));
        return Ok(ExitCode::SUCCESS);
    }
    if !config.database_url.is_empty() {
        return Err(Fault::Other(
            "A backup of SQLite is not restored into PostgreSQL: unset database_url.".to_owned(),
        ));
    }
    if run::has_data(&config.data) {
        return Err(Fault::Other(format!(
            "{} holds data already. Restore into a new folder with --data.",
            config.data.display()
        )));
    }
    fs::create_dir_all(&config.data)?;
    for name in manifest.files.keys() {
        let target = config.data.join(name);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from.join(name), &target)?;
        File::open(&target)?.sync_all()?;
    }
    let services = run::open(config).await?;
    let journal = services.verify_journal().await?;
    let evidence = services.check_evidence().await?;
    services.close().await;
    if !journal.broken.is_empty() || !evidence.is_empty() {
        return Err(Fault::Other(
            "the restored data don't verify; run `breachdesk doctor` on the folder".to_owned(),
        ));
    }
    say(&format!(
        "{} is restored: {} files, {} journal entries, all verified.",
        config.data.display(),
        manifest.files.len(),
        journal.entries
    ));
    Ok(ExitCode::SUCCESS)
}

fn owner_only(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

fn copy_evidence(data: &Path, to: &Path) -> io::Result<()> {
    for path in evidence(data)? {
        let Ok(name) = path.strip_prefix(data) else { continue };
        let target = to.join(name);
        if target.exists() {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&path, &target)?;
    }
    Ok(())
}

fn evidence(data: &Path) -> io::Result<Vec<PathBuf>> {
    let found = all(&data.join("evidence"))?;
    Ok(found.into_iter().filter(|p| !p.components().any(|c| c.as_os_str() == "incoming")).collect())
}

fn all(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(all(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        let count = file.read(&mut part)?;
        match part.get(..count) {
            Some([]) | None => break,
            Some(bytes) => hash.update(bytes),
        }
    }
    Ok(data_encoding::HEXLOWER.encode(&hash.finalize()))
}
