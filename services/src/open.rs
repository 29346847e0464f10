//! Opening the data: database, key, blobs. Everything that must hold is asserted here, once.

use crate::{
    Services,
    blobs::Blobs,
    boxed,
    error::{Error, Result},
    library::Readings,
    passwords::Cost,
    sealing::Key,
    store,
    time::{Fresh, TimeSource},
};
use domain::{
    clock::calendar::{self, Calendars},
    delivery::Pace,
};
use migrations::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbBackend};
use std::{path::PathBuf, sync::Arc};
use tokio::sync::{Semaphore, watch};

/// SQLite before this can corrupt its write-ahead log.
const SQLITE_LEAST: (u32, u32, u32) = (3, 51, 3);

/// Where the data lie and how to treat them.
#[derive(Debug, Clone)]
pub struct Options {
    /// Holds the SQLite file, the key file and the evidence.
    pub data: PathBuf,
    /// PostgreSQL, where it is used; the file in `data` otherwise.
    pub database_url: Option<String>,
    /// Readers at once.
    pub readers: u32,
    /// Largest piece of evidence, in bytes.
    pub evidence_max: u64,
    /// Hash passwords cheaply. For tests only.
    pub light_hashing: bool,
    /// Public holidays and zones, as the configuration corrects them.
    pub calendars: Calendars,
    /// How fast mails leave, as pages show it.
    pub pace: Pace,
}

impl Options {
    /// The defaults for a data folder.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            database_url: None,
            readers: 8,
            evidence_max: 2 << 30,
            light_hashing: false,
            calendars: calendar::calendars().clone(),
            pace: Pace { connections: 10, per_second: None, domain_per_second: None },
        }
    }
}

/// What `doctor` and the health check report of the database.
#[derive(Debug, Clone)]
pub struct Health {
    pub engine: String,
    /// What is not as it must be, and how to mend it.
    pub faults: Vec<String>,
}

impl Services {
    /// Opens the data, brings the schema up to date and asserts the engine's settings.
    ///
    /// # Errors
    /// The folder can't be written, the engine is too old, a setting doesn't hold, or the schema is
    /// newer than this program.
    pub async fn open(options: &Options, time: TimeSource, fresh: Fresh) -> Result<Self> {
        store::private_folder(&options.data)?;
        let Connections { writer, reader, sender } = connect(options).await?;
        Migrator::up(&writer, None).await?;
        let (changed, _) = watch::channel(0);
        let services = Self {
            writer,
            reader,
            sender,
            time,
            blobs: Blobs::open(options.data.join("evidence"), options.evidence_max)?,
            key: Key::open(&options.data.join("secret.key"), &fresh)?,
            fresh,
            calendars: Arc::new(options.calendars.clone()),
            readings: Readings::default(),
            contents: Arc::default(),
            hashing: Arc::new(Semaphore::new(2)),
            hash_cost: if options.light_hashing { Cost::Light } else { Cost::Full },
            pace: options.pace,
            changed,
            origin: Arc::default(),
        };
        let health = services.health().await?;
        if let Some(fault) = health.faults.first() {
            return Err(Error::Database(sea_orm::DbErr::Custom(fault.clone())));
        }
        services.rebuild_derived().await?;
        services.seal_open_lists().await?;
        Ok(services)
    }

    /// Asks the engine whether it is what it must be.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn health(&self) -> Result<Health> {
        let db = &self.writer;
        if db.get_database_backend() == DbBackend::Postgres {
            let version = store::one_text(db, "SHOW server_version").await?;
            return Ok(Health { engine: format!("PostgreSQL {version}"), faults: Vec::new() });
        }
        let version = store::one_text(db, "SELECT sqlite_version()").await?;
        let mut faults = Vec::new();
        let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or_default());
        let mut part = || parts.next().unwrap_or_default();
        if (part(), part(), part()) < SQLITE_LEAST {
            faults.push(format!("SQLite {version} can corrupt its write-ahead log. Build with libsqlite3-sys 0.37.0 (3.51.3) or newer."));
        }
        for (pragma, wanted) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1")] {
            let found =
                store::one_text(db, &format!("SELECT CAST({pragma} AS TEXT) FROM pragma_{pragma}")).await?;
            if found != wanted {
                faults.push(format!(
                    "SQLite's {pragma} is {found} and must be {wanted}: is the file on a network disk?"
                ));
            }
        }
        Ok(Health { engine: format!("SQLite {version}"), faults })
    }

    /// Checks the whole file page by page. Slow on large data; for `doctor` and after a restore.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn integrity(&self) -> Result<String> {
        if self.writer.get_database_backend() == DbBackend::Postgres {
            return Ok("ok".to_owned());
        }
        store::one_text(&self.writer, "SELECT integrity_check FROM pragma_integrity_check LIMIT 1").await
    }

    /// Writes a copy of the SQLite database that is consistent in itself to `to`, which must not exist.
    ///
    /// # Errors
    /// The copy can't be written, or the database isn't SQLite.
    #[boxed]
    pub async fn copy_database(&self, to: &std::path::Path) -> Result<()> {
        store::vacuum_into(&self.writer, to).await?;
        let file = std::fs::File::open(to)?;
        file.sync_all()?;
        Ok(())
    }

    /// The database engine in use.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Sqlite
    }

    /// Closes the connections in order, so that the write-ahead log is folded in.
    pub async fn close(self) {
        let _ = self.sender.close().await;
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }
}

struct Connections {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    sender: DatabaseConnection,
}

async fn connect(options: &Options) -> Result<Connections> {
    if let Some(url) = &options.database_url {
        let mut connect = ConnectOptions::new(url.clone());
        connect.max_connections(options.readers.max(4)).sqlx_logging(false);
        let pool = Database::connect(connect).await?;
        let mut one = ConnectOptions::new(url.clone());
        one.max_connections(1).min_connections(1).max_lifetime(None).idle_timeout(None).sqlx_logging(false);
        let sender = Database::connect(one).await?;
        return Ok(Connections { writer: pool.clone(), reader: pool, sender });
    }
    let path = options.data.join("breachdesk.db");
    let sqlite = |connections: u32| {
        let mut connect = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
        connect.max_connections(connections).min_connections(1).sqlx_logging(false).map_sqlx_sqlite_opts(
            |o| {
                use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
                o.journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(std::time::Duration::from_secs(5))
                    .pragma("mmap_size", "0")
                    .pragma("secure_delete", "ON")
                    .statement_cache_capacity(256)
            },
        );
        Database::connect(connect)
    };
    let writer = sqlite(1).await?;
    let reader = sqlite(options.readers).await?;
    store::owner_only(&path)?;
    Ok(Connections { sender: writer.clone(), writer, reader })
}
