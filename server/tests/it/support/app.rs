//! A desk that serves on a port of its own, with a clock that is moved by hand.

use super::Browser;
use chrono::{DateTime, Duration, TimeZone, Utc};
use domain::{
    access::{Actor, Person, Role, Scope, Via},
    account::{AccountInput, TokenInput},
    id::{AccountId, SessionId},
    moment::Zone,
    text::Choice,
};
use server::{
    config::Config,
    jobs::deliver::Deliver,
    mail::{Relay, Sent},
    run::{self, Running},
};
use services::{Ctx, Fresh, Services, TimeSource};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};
use tempfile::TempDir;

/// When every story begins: a Tuesday morning.
pub(crate) fn beginning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, 9, 8, 0, 0).unwrap()
}

/// Everybody's password: how it is checked is told elsewhere.
pub(crate) const PASSWORD: &str = "four words nobody guesses";

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) zone: Zone,
}

/// How a desk is made.
pub(crate) struct Making {
    seed: u64,
    memory: bool,
    change: Box<dyn FnOnce(&mut Config) + Send>,
    data: Option<PathBuf>,
}

impl Making {
    /// Mail goes the way the settings say, as in production; otherwise it is kept in memory.
    pub(crate) fn mail_by_settings(mut self) -> Self {
        self.memory = false;
        self
    }

    /// Another configuration than the tests' own.
    pub(crate) fn config(mut self, change: impl FnOnce(&mut Config) + Send + 'static) -> Self {
        self.change = Box::new(change);
        self
    }

    /// Begins with a copy of this data folder.
    pub(crate) fn on_copy_of(mut self, data: &Path, seed: u64) -> Self {
        self.data = Some(data.to_owned());
        self.seed = seed;
        self
    }

    pub(crate) async fn start(self) -> TestApp {
        let folder = TempDir::new().unwrap();
        if let Some(data) = &self.data {
            copy(data, folder.path());
        }
        let mut config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            data: folder.path().to_owned(),
            ..Config::default()
        };
        config.limits.person_per_second = 100_000;
        config.limits.stranger_per_second = 100_000;
        (self.change)(&mut config);
        let options = services::Options { light_hashing: true, ..config.options().unwrap() };
        let services = Services::open(&options, TimeSource::steered(beginning()), Fresh::seeded(self.seed))
            .await
            .unwrap();
        let running = run::site(&config, services.clone(), None).await.unwrap();
        let sent = Arc::new(Mutex::new(Vec::new()));
        let job = run::deliver(&config, services.clone()).unwrap();
        let job = if self.memory { job.through(Relay::Memory(sent.clone())) } else { job };
        TestApp {
            origin: running.origin.clone(),
            services,
            config,
            running: Some(running),
            job: tokio::sync::Mutex::new(job),
            sent,
            count: AtomicU32::new(u32::try_from(self.seed).unwrap_or_default() * 1_000),
            closed: AtomicBool::new(false),
            folder: Arc::new(folder),
        }
    }
}

/// A desk that serves. It must be closed at the end: [`TestApp::close`] looks whether everything is in order.
pub(crate) struct TestApp {
    pub(crate) origin: String,
    pub(crate) services: Services,
    pub(crate) config: Config,
    running: Option<Running>,
    job: tokio::sync::Mutex<Deliver>,
    sent: Arc<Mutex<Vec<Sent>>>,
    count: AtomicU32,
    closed: AtomicBool,
    folder: Arc<TempDir>,
}

impl TestApp {
    pub(crate) fn making() -> Making {
        Making { seed: 1, memory: true, change: Box::new(|_| {}), data: None }
    }

    /// Mail is kept in memory.
    pub(crate) async fn new() -> Self {
        Self::making().start().await
    }

    pub(crate) fn data(&self) -> &Path {
        &self.config.data
    }

    /// The data folder, kept for as long as somebody holds this.
    pub(crate) fn folder(&self) -> Arc<TempDir> {
        self.folder.clone()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.services.time().advance(by);
    }

    pub(crate) fn operator(&self) -> Ctx {
        self.services.ctx(Actor::Operator("tester".to_owned()))
    }

    /// What the services know `who` by, with a session that no browser has.
    pub(crate) fn ctx(&self, who: &Who) -> Ctx {
        let via = Via::Session(SessionId::from_bits([7; 16]));
        self.services.ctx(Actor::Person(Person {
            account: who.id,
            name: who.name.clone(),
            role: who.role,
            zone: who.zone,
            via,
        }))
    }

    /// A new account of this role.
    pub(crate) async fn account(&self, role: Role) -> Who {
        self.account_in(role, "").await
    }

    /// A new account whose times are read in `zone`.
    pub(crate) async fn account_in(&self, role: Role, zone: &str) -> Who {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let email = format!("{}{number}@controller.test", role.code());
        let name = format!("{} {number}", role.code().to_uppercase());
        let input = AccountInput {
            email: email.clone(),
            name: name.clone(),
            role: role.code().to_owned(),
            zone: zone.to_owned(),
        };
        let id =
            self.services.create_account_with_password(&self.operator(), &input, PASSWORD).await.unwrap();
        // Others are told of the new account; what is told is looked at elsewhere.
        let before = self.sent.lock().unwrap().len();
        self.run_jobs().await;
        self.sent.lock().unwrap().truncate(before);
        let zone = if zone.is_empty() { Zone::UTC } else { zone.parse().unwrap() };
        Who { id, name, email, role, zone }
    }

    /// A browser in which nobody is signed in.
    pub(crate) fn stranger(&self) -> Browser {
        Browser::new(&self.origin)
    }

    /// A new account of this role, signed in through the form.
    pub(crate) async fn person(&self, role: Role) -> Browser {
        let who = self.account(role).await;
        self.signed_in(&who).await
    }

    /// A browser in which `who` has signed in through the form.
    pub(crate) async fn signed_in(&self, who: &Who) -> Browser {
        let browser = self.stranger();
        let answer = browser.post("/sign-in", &[("email", &who.email), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        browser.of(who)
    }

    /// A program that acts for `who`, for 90 days.
    pub(crate) async fn token(&self, who: &Who, scopes: &[Scope]) -> Browser {
        let scopes = scopes.iter().map(|s| s.code().to_owned()).collect();
        let input = TokenInput { name: "a program".to_owned(), scopes, days: "90".to_owned() };
        let (_, secret) = self.services.create_token(&self.ctx(who), &input).await.unwrap();
        Browser::program(&self.origin, &secret).of(who)
    }

    /// Sends every mail that is due now. Returns how many tries there were.
    pub(crate) async fn run_jobs(&self) -> usize {
        self.job.lock().await.run_due().await.unwrap()
    }

    /// The mails that were sent since this was asked last.
    pub(crate) fn mails(&self) -> Vec<Sent> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    /// How many entries all journals have together.
    pub(crate) async fn journaled(&self) -> u64 {
        self.services.verify_journal().await.unwrap().entries
    }

    /// The SHA-256 of the whole database: equal as long as nothing at all was written.
    pub(crate) async fn fingerprint(&self) -> String {
        let copy = self.data().join("fingerprint.db");
        let _ = std::fs::remove_file(&copy);
        self.services.copy_database(&copy).await.unwrap();
        let digest = sha256(&std::fs::read(&copy).unwrap());
        std::fs::remove_file(&copy).unwrap();
        digest
    }

    /// Looks whether everything is in order, and stops: no mail waits, the journal holds, what is stored
    /// equals what is computed.
    pub(crate) async fn close(mut self) {
        assert!(!self.services.mail_waits().await.unwrap(), "a mail still waits in the outbox");
        self.close_with_mail_waiting().await;
    }

    /// Like [`Self::close`], where a story leaves mail behind on purpose.
    pub(crate) async fn close_with_mail_waiting(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        let verified = self.services.verify_journal().await.unwrap();
        assert_eq!(verified.broken, Vec::new(), "the journal is broken");
        assert_eq!(
            self.services.check_derived().await.unwrap(),
            Vec::<String>::new(),
            "stored rows differ from computed ones"
        );
        self.stop().await;
    }

    /// Stops without looking at anything.
    pub(crate) async fn stop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
        self.services.clone().close().await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(
                self.closed.load(Ordering::Relaxed),
                "the desk was not closed, so nobody looked whether it is in order"
            );
        }
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Copies a data folder that nobody has open.
fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
