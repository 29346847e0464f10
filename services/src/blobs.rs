//! Evidence on disk: written once under its digest, checked while it is written, never overwritten.

use crate::error::{Error, Result};
use chrono::{DateTime, Duration, Utc};
use domain::notice::hex;
use sha2::{Digest, Sha256};
use std::{path::PathBuf, sync::Arc};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncWriteExt},
};

/// The folder of contents.
#[derive(Clone, Debug)]
pub struct Blobs {
    root: Arc<PathBuf>,
    max: u64,
}

/// A content that is being written. Dropped before it is kept, it is removed.
#[derive(Debug)]
pub struct Incoming {
    path: PathBuf,
    file: Option<File>,
    hash: Sha256,
    size: u64,
    max: u64,
    root: Arc<PathBuf>,
}

/// A content that is safely on disk.
#[derive(Debug, Clone)]
pub struct Stored {
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

impl Blobs {
    pub(crate) fn open(root: PathBuf, max: u64) -> Result<Self> {
        crate::store::private_folder(&root.join("incoming"))?;
        Ok(Self { root: Arc::new(root), max })
    }

    fn path(root: &std::path::Path, sha256: &str) -> PathBuf {
        let (front, _) = sha256.split_at_checked(2).unwrap_or(("", ""));
        root.join(front).join(sha256)
    }

    /// Begins a content under a name of ours.
    ///
    /// # Errors
    /// The folder can't be written.
    pub async fn begin(&self, name: &str) -> Result<Incoming> {
        let path = self.root.join("incoming").join(name);
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path).await?;
        Ok(Incoming {
            path,
            file: Some(file),
            hash: Sha256::new(),
            size: 0,
            max: self.max,
            root: self.root.clone(),
        })
    }

    /// Opens a content for reading.
    ///
    /// # Errors
    /// It isn't there.
    pub async fn read(&self, sha256: &str) -> Result<File> {
        Ok(File::open(Self::path(&self.root, sha256)).await?)
    }

    /// Reads a content through and says whether it still has its digest.
    ///
    /// # Errors
    /// It can't be read; a missing file is `Ok(false)`.
    pub async fn verify(&self, sha256: &str) -> Result<bool> {
        let mut file = match File::open(Self::path(&self.root, sha256)).await {
            Ok(file) => file,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(why) => return Err(why.into()),
        };
        let mut hash = Sha256::new();
        let mut part = vec![0; 64 * 1024];
        loop {
            let count = file.read(&mut part).await?;
            match part.get(..count) {
                Some([]) | None => break,
                Some(bytes) => hash.update(bytes),
            }
        }
        Ok(hex(&hash.finalize()) == sha256)
    }

    /// Takes a content away.
    ///
    /// # Errors
    /// It is there and can't be removed.
    pub async fn remove(&self, sha256: &str) -> Result<()> {
        match tokio::fs::remove_file(Self::path(&self.root, sha256)).await {
            Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(why.into()),
            _ => Ok(()),
        }
    }

    /// Removes what was begun more than a day before `now` and never kept, as after a crash. Younger
    /// ones may be another process's upload.
    ///
    /// # Errors
    /// The folder can't be read.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<usize> {
        let mut removed = 0;
        let mut folder = tokio::fs::read_dir(self.root.join("incoming")).await?;
        while let Some(entry) = folder.next_entry().await? {
            let begun = DateTime::<Utc>::from(entry.metadata().await?.modified()?);
            if now - begun > Duration::days(1) {
                tokio::fs::remove_file(entry.path()).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

impl Incoming {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// More than the largest allowed, or the disk is full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        if self.size > self.max {
            return Err(Error::TooLarge { max: self.max });
        }
        self.hash.update(bytes);
        if let Some(file) = &mut self.file {
            file.write_all(bytes).await?;
        }
        Ok(())
    }

    /// Makes the content durable under its digest: file synced, renamed, folder synced.
    ///
    /// # Errors
    /// The disk refuses any of it.
    pub async fn keep(mut self) -> Result<Stored> {
        if let Some(mut file) = self.file.take() {
            file.flush().await?;
            file.sync_all().await?;
        }
        let sha256 = hex(&std::mem::take(&mut self.hash).finalize());
        let to = Blobs::path(&self.root, &sha256);
        if let Some(folder) = to.parent() {
            crate::store::private_folder(folder)?;
            tokio::fs::rename(&self.path, &to).await?;
            File::open(folder).await?.sync_all().await?;
            File::open(self.root.as_path()).await?.sync_all().await?;
        }
        Ok(Stored { sha256, size: self.size })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
