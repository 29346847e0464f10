//! The back end that writes each mail to a file: the default until a relay is set up.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{Envelope, Outcome, claim_lost};

/// Writes `<date>-<hash of the Message-ID>.eml`, complete and on disk before this returns. A second
/// attempt at the same mail writes the same file again.
pub(super) async fn hand_over<E>(
    folder: &Path,
    envelope: &Envelope,
    bytes: &[u8],
    before_dot: impl AsyncFnOnce() -> Result<(), E>,
) -> Outcome {
    if before_dot().await.is_err() {
        return claim_lost();
    }
    let name = file_name(envelope);
    let (folder, content, target) = (folder.to_owned(), bytes.to_vec(), name.clone());
    let written = tokio::task::spawn_blocking(move || write(&folder, &target, &content)).await;
    match written {
        Ok(Ok(())) => Outcome::Accepted {
            code: 250,
            reply: format!("250 written to a folder, nothing left this machine: {name}"),
            relay: "folder".to_owned(),
            tls: None,
        },
        // Writing again is harmless, so that even a half-failed write may simply be repeated.
        Ok(Err(error)) => {
            let reply = format!("the mail folder could not be written: {error}");
            Outcome::Deferred { code: None, reply, whole_relay: true }
        }
        Err(_) => {
            let reply = "writing to the mail folder was cut short".to_owned();
            Outcome::Deferred { code: None, reply, whole_relay: false }
        }
    }
}

/// The hash keeps the name free of anything a Message-ID may contain.
fn file_name(envelope: &Envelope) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(envelope.message_id.as_bytes()));
    let short = hash.get(..20).unwrap_or(&hash);
    format!("{}-{short}.eml", envelope.date.format("%Y%m%dT%H%M%SZ"))
}

/// The file appears under its name only when it is complete, and is readable by this account only:
/// it names the people who are told.
fn write(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let mut directory = DirBuilder::new();
    directory.recursive(true);
    #[cfg(unix)]
    directory.mode(0o700);
    directory.create(folder)?;

    let partial = folder.join(format!("{name}.part"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&partial)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&partial, folder.join(name))?;
    // The new name is durable only once the folder itself is.
    File::open(folder)?.sync_all()
}
