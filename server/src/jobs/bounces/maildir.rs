//! A maildir, as far as it is needed: what is new is read and put away. Whoever writes into it is the mail server,
//! or we for it; what lies in it was written by strangers.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::PathBuf,
};

/// The largest mail that is read, in bytes. A report with the whole of one of our mails in it has less.
pub(super) const LARGEST: u64 = 256 * 1024;
/// The most mails of one look; the rest is seen at the next.
const AT_ONCE: usize = 5_000;

/// The folder with `new`, `cur` and `quarantine` in it.
#[derive(Debug, Clone)]
pub(super) struct Maildir(PathBuf);

/// What was found under a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Mail(Vec<u8>),
    TooBig,
    /// Somebody else was faster, or it is no file.
    Gone,
}

impl Maildir {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The names of what has arrived, the oldest first where names begin with the time, as they do.
    pub(super) fn arrived(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.0.join("new"))?.take(AT_ONCE) {
            let entry = entry?;
            // Links and folders are no mail, whoever put them there.
            if entry.file_type()?.is_file()
                && let Ok(name) = entry.file_name().into_string()
                && !name.starts_with('.')
            {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// A mail that has arrived, never more of it than is taken.
    pub(super) fn read(&self, name: &str) -> io::Result<Found> {
        let path = self.0.join("new").join(name);
        let is_file = match fs::symlink_metadata(&path) {
            Ok(about) => about.is_file(),
            Err(why) if why.kind() == ErrorKind::NotFound => false,
            Err(why) => return Err(why),
        };
        if !is_file {
            return Ok(Found::Gone);
        }
        let mut bytes = Vec::new();
        OpenOptions::new().read(true).open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        Ok(if bytes.len() as u64 > LARGEST { Found::TooBig } else { Found::Mail(bytes) })
    }

    /// Makes the folders where there are none.
    pub(super) fn make(&self) -> io::Result<()> {
        ["tmp", "new", "cur"].into_iter().try_for_each(|folder| self.folder(folder).map(drop))
    }

    /// Puts a mail down as new, unless so many wait already. Once this returns it outlives a loss of power.
    pub(super) fn put_new(&self, name: &str, mail: &[u8], at_most: usize) -> io::Result<bool> {
        let (tmp, new) = (self.folder("tmp")?, self.folder("new")?);
        if fs::read_dir(&new)?.take(at_most).count() >= at_most {
            return Ok(false);
        }
        let written = tmp.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&written)?;
        file.write_all(mail)?;
        file.sync_all()?;
        fs::rename(written, new.join(name))?;
        File::open(new)?.sync_all()?;
        Ok(true)
    }

    /// Puts a mail away as read (`S`: seen).
    pub(super) fn done(&self, name: &str) -> io::Result<()> {
        let seen = if name.contains(":2,") { name.to_owned() } else { format!("{name}:2,S") };
        self.put(name, "cur", &seen)
    }

    /// Puts a mail where a person may look at it.
    pub(super) fn set_aside(&self, name: &str) -> io::Result<()> {
        self.put(name, "quarantine", name)
    }

    fn put(&self, name: &str, folder: &str, as_name: &str) -> io::Result<()> {
        let folder = self.folder(folder)?;
        match fs::rename(self.0.join("new").join(name), folder.join(as_name)) {
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(()),
            Err(why) => Err(why),
            Ok(()) => File::open(folder)?.sync_all(),
        }
    }

    /// A folder of it, made where there is none.
    fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.0.join(name);
        let mut make = fs::DirBuilder::new();
        make.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
        make.create(&folder)?;
        Ok(folder)
    }
}
