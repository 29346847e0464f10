//! The same story on every engine there is.

use super::Desk;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Where a desk keeps its data.
#[derive(Clone, Debug)]
pub(crate) enum Engine {
    Sqlite,
    /// A database of its own, by its address.
    Postgres(String),
}

impl Engine {
    pub(crate) fn url(&self) -> Option<&str> {
        if let Self::Postgres(url) = self { Some(url) } else { None }
    }
}

/// A database made for one story, on the server that `TEST_DATABASE_URL` names.
struct Own {
    server: String,
    name: String,
}

impl Own {
    async fn make(server: &str, seed: u64) -> (Self, String) {
        let name = format!("t_{seed:016x}_{}", std::process::id());
        let own = Self { server: server.to_owned(), name };
        own.drop().await;
        own.say(&format!("CREATE DATABASE {}", own.name)).await;
        let (address, options) = server.split_once('?').map_or((server, None), |(a, o)| (a, Some(o)));
        let (host, _) = address.rsplit_once('/').unwrap();
        let options = options.map(|o| format!("?{o}")).unwrap_or_default();
        let url = format!("{host}/{}{options}", own.name);
        (own, url)
    }

    async fn drop(&self) {
        self.say(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await;
    }

    async fn say(&self, sql: &str) {
        let server = Database::connect(&self.server).await.expect("TEST_DATABASE_URL names a server");
        server.execute_unprepared(sql).await.unwrap();
        server.close().await.unwrap();
    }
}

/// Tells a story on SQLite and, where there is a server, on PostgreSQL. A failure names its engine.
pub(crate) async fn on_both<F, S>(name: &str, story: F)
where
    F: Fn(Desk) -> S,
    S: Future<Output = ()> + Send + 'static,
{
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let seed = hasher.finish();
    told(name, "SQLite", story(Desk::on(Engine::Sqlite, seed).await)).await;
    if let Ok(server) = std::env::var("TEST_DATABASE_URL") {
        let (own, url) = Own::make(&server, seed).await;
        let desk = Desk::on(Engine::Postgres(url), seed).await;
        let services = (*desk).clone();
        let failed = tokio::spawn(story(desk)).await.err();
        services.close().await;
        own.drop().await;
        if let Some(why) = failed {
            blame(name, "PostgreSQL", why);
        }
    }
}

async fn told(name: &str, engine: &str, story: impl Future<Output = ()> + Send + 'static) {
    if let Err(why) = tokio::spawn(story).await {
        blame(name, engine, why);
    }
}

fn blame(name: &str, engine: &str, why: tokio::task::JoinError) -> ! {
    eprintln!("the story “{name}” failed on {engine}");
    std::panic::resume_unwind(why.into_panic())
}

/// Declares a story: `story!(name, |desk| { … });`
macro_rules! story {
    ($(#[$meta:meta])* $name:ident, |$desk:ident| $body:block) => {
        $(#[$meta])*
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            crate::support::engines::on_both(concat!(module_path!(), "::", stringify!($name)), |$desk| async move $body).await;
        }
    };
}
pub(crate) use story;

impl Desk {
    /// A connection that knows no rules, as somebody with the file or the server's password has.
    pub(crate) async fn raw(&self) -> DatabaseConnection {
        let url = match self.engine() {
            Engine::Sqlite => format!("sqlite://{}", self.data().join("breachdesk.db").display()),
            Engine::Postgres(url) => url.clone(),
        };
        Database::connect(url).await.unwrap()
    }

    /// One statement past all rules.
    pub(crate) async fn tamper(&self, sql: &str) -> Result<(), sea_orm::DbErr> {
        let db = self.raw().await;
        let done = db.execute_unprepared(sql).await.map(|_| ());
        db.close().await?;
        done
    }

    /// The texts of one column past all rules.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let db = self.raw().await;
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(statement).await.unwrap();
        let texts = rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect();
        db.close().await.unwrap();
        texts
    }

    /// A single number past all rules.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let db = self.raw().await;
        let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
        let row = db.query_one_raw(statement).await.unwrap().unwrap();
        let number = row.try_get_by_index::<i64>(0).unwrap();
        db.close().await.unwrap();
        number
    }
}
