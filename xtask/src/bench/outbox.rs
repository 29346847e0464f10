//! `cargo xtask bench outbox`: a notice to many people through a real relay on this machine, while the desk is killed
//! again and again, and then an account of every single mail.

mod desk;
mod judge;
mod sink;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use self::desk::{Notice, Told};
use self::judge::{Account, Verdict};
use self::sink::Sink;
use crate::bench::http::Client;
use crate::bench::site::{Program, Site};
use crate::islands::Effort;
use crate::{command, islands, postgres, progress, serve, styles, workspace};

/// Without a mail for so long, something is wrong.
const STUCK: Duration = Duration::from_secs(180);
/// A page is asked for so often.
const LOOK: Duration = Duration::from_millis(50);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// How much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) recipients: usize,
    pub(crate) kills: usize,
    pub(crate) connections: usize,
    pub(crate) database: Database,
    pub(crate) seed: u64,
    /// With what the tests have built, and not a release build.
    pub(crate) debug: bool,
}

impl Options {
    /// What every run of the tests does.
    pub(crate) fn small() -> Self {
        Self { recipients: 20_000, kills: 10, debug: true, ..Self::usual() }
    }

    fn usual() -> Self {
        Self {
            recipients: 100_000,
            kills: 50,
            connections: 10,
            database: Database::Sqlite,
            seed: 7_272,
            debug: false,
        }
    }

    /// # Errors
    /// For an unknown flag, or one without what it needs.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self::usual();
        let mut arguments = arguments.iter();
        while let Some(flag) = arguments.next() {
            let given = arguments.next().with_context(|| format!("`{flag}` needs a value"))?;
            let number = || given.parse::<u32>().with_context(|| format!("`{flag}` needs a number"));
            match flag.as_str() {
                "--recipients" => options.recipients = number()?.try_into()?,
                "--kills" => options.kills = number()?.try_into()?,
                "--connections" => options.connections = number()?.try_into()?,
                "--seed" => options.seed = number()?.into(),
                "--database" => {
                    options.database = match given.as_str() {
                        "sqlite" => Database::Sqlite,
                        "postgres" => Database::Postgres,
                        other => bail!("`--database` is sqlite or postgres, not `{other}`"),
                    }
                }
                other => bail!(
                    "`bench outbox` has no flag `{other}`; it has --recipients, --kills, --connections, --database and --seed"
                ),
            }
        }
        ensure!(options.recipients > 0, "`--recipients` needs at least one");
        Ok(options)
    }
}

/// A few numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }
}

/// Builds, sends, kills and accounts; the last line that is printed is JSON.
///
/// # Errors
/// When something can't be built or run, or the account doesn't hold.
pub(crate) fn run(options: &Options) -> Result<()> {
    if !options.debug {
        progress::step("islands", || islands::build(Effort::Remembered))?;
        progress::step("styles", styles::build)?;
        progress::step("server", serve::build_server)?;
    }
    let cluster = match options.database {
        Database::Sqlite => None,
        Database::Postgres => Some(postgres::Cluster::start()?),
    };
    let program = if options.debug { Program::debug() } else { Program::release() };
    let program = program.with("BREACHDESK__MAIL__CONNECTIONS", options.connections);
    let program = match &cluster {
        None => program,
        Some(cluster) => program.with("BREACHDESK__DATABASE_URL", cluster.url()),
    };
    let folder = cleared(options)?;
    let sink = Sink::start()?;
    let bench = Bench { options, program, folder, sink };
    let (site, notice) = progress::step("filling", || bench.fill())?;
    let (site, sent) = progress::step("sending", || bench.send(site, &notice))?;
    let verdict = progress::step("accounting", || bench.account(site, &notice, sent))?;
    println!("{}", verdict.json(options));
    verdict.judge(options)
}

fn cleared(options: &Options) -> Result<PathBuf> {
    let folder = workspace::target().join(format!("bench-outbox-{}", options.database.name()));
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

struct Bench<'a> {
    options: &'a Options,
    program: Program,
    folder: PathBuf,
    sink: Sink,
}

/// What was seen while mails were on their way.
struct Sent {
    /// From the release to the last mail.
    took: Duration,
    /// How long each look at a page took, where nothing was killed.
    looks: Vec<Duration>,
    /// Whether everybody was in exactly one state whenever it was asked.
    balanced: bool,
}

impl Bench<'_> {
    fn fill(&self) -> Result<(Site, Notice)> {
        let (site, sign_ins) = Site::with_example(&self.folder, &self.program)?;
        let notice = desk::prepare(&site, &sign_ins, self.sink.port(), self.options.recipients)?;
        // What the desk has to tell its own people has left by then, so that only the notice is counted.
        std::thread::sleep(Duration::from_secs(2));
        Ok((site, notice))
    }

    fn send(&self, mut site: Site, notice: &Notice) -> Result<(Site, Sent)> {
        let mut chance = Chance(self.options.seed.max(1));
        let mut balanced = true;
        let before = self.sink.count();
        let begun = Instant::now();
        notice.send(&site)?;
        let looks = (self.options.kills == 0).then(|| Looks::begin(&site, notice)).transpose()?;
        // Each kill has its place among the mails, the first one while the list is still being put into the outbox.
        let mut places: Vec<u64> = (1..self.options.kills)
            .map(|_| chance.below(self.options.recipients as u64 * 95 / 100))
            .collect();
        places.sort_unstable();
        if self.options.kills > 0 {
            places.insert(0, 0);
        }
        for (number, place) in places.into_iter().enumerate() {
            let waited = Instant::now();
            let late = self.sink.count() - before >= place;
            while self.sink.count() - before < place {
                ensure!(waited.elapsed() < STUCK, "no mail for {STUCK:?}; see {}", self.log().display());
                std::thread::sleep(Duration::from_millis(2));
            }
            std::thread::sleep(Duration::from_millis(chance.below(if late { 700 } else { 40 })));
            site.kill()?;
            site = Site::again(&self.folder, &self.program)?;
            balanced &= self.balanced(&notice.told(&site)?);
            if number % 10 == 9 {
                progress::note(format!("killed {} times, {} mails", number + 1, self.sink.count() - before));
            }
        }
        balanced &= self.settle(&site, notice)?;
        let took = begun.elapsed();
        let looks = looks.map_or_else(|| Ok(Vec::new()), Looks::end)?;
        Ok((site, Sent { took, looks, balanced }))
    }

    fn balanced(&self, told: &Told) -> bool {
        told.balances() && told.of("total") == self.options.recipients as u64
    }

    /// Waits until nothing is open any more.
    fn settle(&self, site: &Site, notice: &Notice) -> Result<bool> {
        let (mut last, mut since) = (0, Instant::now());
        let mut balanced = true;
        loop {
            let told = notice.told(site)?;
            balanced &= self.balanced(&told);
            if told.of("open") == 0 && told.stage != "sending" {
                return Ok(balanced);
            }
            if told.of("open") != last {
                (last, since) = (told.of("open"), Instant::now());
            }
            ensure!(since.elapsed() < STUCK, "{last} mails stay open; see {}", self.log().display());
            std::thread::sleep(Duration::from_millis(500));
        }
    }

    fn account(&self, site: Site, notice: &Notice, sent: Sent) -> Result<Verdict> {
        let told = notice.told(&site)?;
        let uncertain = notice.uncertain(&site)?;
        let receipts = notice.receipts(&site)?;
        site.stop()?;
        let verified = command::succeeds(&mut self.program.command(&self.folder, &["journal", "verify"]));
        let (taken, sending) = self.sink.taken();
        let account = Account { taken, told, uncertain, receipts };
        Ok(account.verdict(self.options, &sent, sending, verified))
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }
}

/// Somebody who looks at pages meanwhile.
struct Looks {
    over: Arc<AtomicBool>,
    looking: std::thread::JoinHandle<Result<Vec<Duration>>>,
}

impl Looks {
    fn begin(site: &Site, notice: &Notice) -> Result<Self> {
        let over = Arc::new(AtomicBool::new(false));
        let (ended, address) = (Arc::clone(&over), site.address());
        let (pages, cookie) = (notice.pages.clone(), notice.cookie.clone());
        let mut client = Client::connect(address)?;
        let looking = std::thread::spawn(move || {
            let mut times = Vec::new();
            for page in pages.iter().cycle() {
                if ended.load(Ordering::Relaxed) {
                    break;
                }
                let asked = Instant::now();
                let answer = client.get(page, &cookie)?;
                ensure!(answer.status == 200, "{page} was answered with {}", answer.status);
                times.push(asked.elapsed());
                std::thread::sleep(LOOK);
            }
            Ok(times)
        });
        Ok(Self { over, looking })
    }

    fn end(self) -> Result<Vec<Duration>> {
        self.over.store(true, Ordering::Relaxed);
        self.looking.join().map_err(|_| anyhow::anyhow!("looking at pages was cut short"))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Options> {
        Options::parse(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn flags_are_taken_and_others_refused() {
        let options =
            parsed("--recipients 20 --kills 0 --connections 4 --database postgres --seed 9").unwrap();
        assert_eq!((options.recipients, options.kills, options.connections, options.seed), (20, 0, 4, 9));
        assert_eq!(options.database, Database::Postgres);
        assert!(parsed("--recipients").unwrap_err().to_string().contains("needs a value"));
        assert!(parsed("--database mysql").is_err() && parsed("--speed 3").is_err());
        assert!(parsed("--recipients 0").is_err());
    }

    #[test]
    fn chance_is_the_same_every_time_and_stays_below() {
        let numbers = |seed| {
            let mut chance = Chance(seed);
            (0..50).map(|_| chance.below(7)).collect::<Vec<_>>()
        };
        assert_eq!(numbers(3), numbers(3));
        assert_ne!(numbers(3), numbers(4));
        assert!(numbers(3).into_iter().all(|n| n < 7));
    }
}
