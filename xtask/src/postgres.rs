//! A PostgreSQL cluster of the tests' own: made for one run, on a free port of this machine, gone afterwards.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;

use crate::{command, machine};

/// Nothing in the cluster outlives the run, so nothing has to reach the disk.
const SETTINGS: &str = "\
listen_addresses = '127.0.0.1'
max_connections = 300
shared_buffers = 128MB
fsync = off
synchronous_commit = off
full_page_writes = off
";

/// Waits for the end of its input, that is for the end of the program that holds the other end of the pipe, however
/// it ends; then takes the cluster away. An interrupt at the terminal doesn't reach it.
const GUARD: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
"$@" stop -m immediate >/dev/null 2>&1
rm -rf "$BREACHDESK_CLUSTER"
"#;

/// A running cluster. Dropping it, or ending this process in whatever way, stops and removes it.
pub(crate) struct Cluster {
    port: u16,
    password: String,
    guard: Child,
}

/// The folder of `initdb` and `pg_ctl`: Debian keeps it off the `PATH`, one for each version.
pub(crate) fn programs() -> Option<PathBuf> {
    let of_path =
        command::find("initdb").and_then(|file| file.canonicalize().ok()?.parent().map(PathBuf::from));
    of_path
        .into_iter()
        .chain(debian_programs())
        .find(|folder| ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file()))
}

fn debian_programs() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, folder)| folder).collect()
}

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Errors
    /// When PostgreSQL is missing or doesn't start; then with the end of its log.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs().context("initdb is neither on the PATH nor below /usr/lib/postgresql")?;
        let owner = Owner::here();
        let folder = std::env::temp_dir().join(format!("breachdesk-postgresql-{}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        // From here on the guard removes the folder, also when the next line fails.
        let guard = guard(&owner, &programs, &folder)?;
        let cluster = Self { port: free_port()?, password: random_password()?, guard };
        cluster.initialise(&owner, &programs, &folder)?;
        Ok(cluster)
    }

    /// Where the tests find it, with the right to make databases of their own.
    pub(crate) fn url(&self) -> String {
        format!("postgres://breachdesk:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    fn initialise(&self, owner: &Owner, programs: &Path, folder: &Path) -> Result<()> {
        let secret = folder.join("password");
        fs::write(&secret, &self.password)?;
        owner.give(folder)?;
        let mut initdb = owner.command(&programs.join("initdb"));
        initdb.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(&secret);
        // Cleartext over the loopback: the tests open thousands of connections, and a hash each would cost minutes.
        initdb.args([
            "--username=breachdesk",
            "--auth=password",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        command::read(&mut initdb)?;

        let settings =
            format!("{SETTINGS}port = {}\nunix_socket_directories = '{}'\n", self.port, folder.display());
        fs::write(folder.join("data/postgresql.auto.conf"), settings)?;
        let log = folder.join("log");
        let mut start = control(owner, programs, folder);
        start.arg("--log").arg(&log).args(["--wait", "start"]);
        command::read(&mut start).with_context(|| {
            let log = fs::read_to_string(&log).unwrap_or_default();
            format!("PostgreSQL does not start: {}", log.lines().last().unwrap_or("it wrote no log"))
        })?;
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("   the temporary PostgreSQL may still be running: {error}");
        }
    }
}

fn control(owner: &Owner, programs: &Path, folder: &Path) -> Command {
    let mut command = owner.command(&programs.join("pg_ctl"));
    command.arg("--pgdata").arg(folder.join("data"));
    command
}

fn guard(owner: &Owner, programs: &Path, folder: &Path) -> Result<Child> {
    use std::os::unix::process::CommandExt;
    let stop = control(owner, programs, folder);
    let mut guard = Command::new("sh");
    guard.args(["-c", GUARD, "guard"]).arg(stop.get_program()).args(stop.get_args());
    guard.env("BREACHDESK_CLUSTER", folder).current_dir("/");
    guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    guard.spawn().context("cannot start `sh`")
}

/// Who runs the cluster. PostgreSQL refuses root, so root lends it the account that its package made.
enum Owner {
    Myself,
    Postgres,
}

impl Owner {
    fn here() -> Self {
        if machine::is_root() { Self::Postgres } else { Self::Myself }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = match self {
            Self::Myself => Command::new(program),
            Self::Postgres => {
                let mut command = Command::new("runuser");
                command.args(["--user", "postgres", "--"]).arg(program);
                command
            }
        };
        // A folder that the other account may enter.
        command.current_dir("/");
        command
    }

    fn give(&self, folder: &Path) -> Result<()> {
        match self {
            Self::Myself => command::read(Command::new("chmod").arg("0700").arg(folder)).map(drop),
            Self::Postgres => {
                command::read(Command::new("chmod").arg("0700").arg(folder))?;
                command::read(Command::new("chown").args(["-R", "postgres:"]).arg(folder)).map(drop)
            }
        }
    }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

fn random_password() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("no randomness")?;
    Ok(HEXLOWER.encode(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_random_and_fit_into_an_address() {
        let (one, other) = (random_password().unwrap(), random_password().unwrap());
        assert_ne!(one, other);
        assert!(one.len() == 32 && one.chars().all(|c| c.is_ascii_alphanumeric()));
    }

    #[test]
    fn the_guard_clears_up_when_its_input_ends() {
        let folder = std::env::temp_dir().join(format!("xtask-guard-{}", std::process::id()));
        fs::create_dir_all(folder.join("data")).unwrap();
        let mut child = guard(&Owner::Myself, Path::new("/nowhere"), &folder).unwrap();
        assert!(folder.exists());
        drop(child.stdin.take());
        child.wait().unwrap();
        assert!(!folder.exists());
    }
}
