//! `cargo xtask bench`: how fast the desk is, beside a static file from the same process.
//!
//! Server and load share this machine, so only ratios can be carried to another one.

mod http;
mod load;
pub(crate) mod outbox;
mod site;
mod table;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::bench::http::Client;
use crate::bench::load::{Load, load};
use crate::bench::site::{Program, Site};
use crate::bench::table::{Row, Table, milliseconds};
use crate::islands::Effort;
use crate::{command, islands, machine, progress, serve, styles, workspace};

/// The worked example's main incident.
const INCIDENT: &str = "Customer API answers without checking whose record it is";
const LEAD: &str = "lead@quillmark.test";
const DPO: &str = "dpo@quillmark.test";
/// In so many of the incidents a clock runs.
const CLOCKED: usize = 2_000;
/// So many declarations, and so many syncs of the disk, are timed one by one.
const SINGLE: usize = 200;

/// How much.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    incidents: usize,
    seconds: u64,
}

impl Options {
    /// # Errors
    /// For an unknown flag, or one without its number.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self { incidents: 10_000, seconds: 10 };
        let mut arguments = arguments.iter();
        while let Some(flag) = arguments.next() {
            let number = || {
                let given = arguments.clone().next().and_then(|n| n.parse::<u32>().ok()).filter(|n| *n > 0);
                given.with_context(|| format!("`{flag}` needs a number"))
            };
            match flag.as_str() {
                "--incidents" => options.incidents = number()?.try_into()?,
                "--seconds" => options.seconds = number()?.into(),
                other => bail!("`bench` has no flag `{other}`; it has --incidents N and --seconds N"),
            }
            arguments.next();
        }
        Ok(options)
    }
}

/// Builds, fills and measures, and prints a table. A missed target is no error.
///
/// # Errors
/// When something can't be built or measured.
pub(crate) fn run(options: &Options) -> Result<()> {
    progress::step("machine", machine::prepare_for_load)?;
    progress::step("islands", || islands::build(Effort::Remembered))?;
    progress::step("styles", styles::build)?;
    progress::step("server", serve::build_server)?;
    let folder = workspace::target().join("bench");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    progress::note(format!("limits of requests a second are raised for this: {}", site::RAISED.join(" ")));

    let mut table = Table::default();
    progress::step("clocks", || derived(&mut table))?;
    progress::step("playbooks", || library_read(&mut table))?;
    let filled = progress::step("filling", || fill(&folder, options, &mut table))?;
    progress::step("measuring", || measure(&folder, options, &filled, &mut table))?;
    print!("{}", table.printed(options));
    Ok(())
}

/// What is known when the data are there.
struct Filled {
    /// The path of the worked example's page.
    incident: String,
    /// The path of its record in the register.
    record: String,
    lead: String,
    dpo: String,
}

/// The worked example, and as many incidents beside it as asked for.
fn fill(folder: &Path, options: &Options, table: &mut Table) -> Result<Filled> {
    let (site, sign_ins) = Site::with_example(folder, &Program::release())?;
    let mut client = Client::connect(site.address())?;
    let sign_in = |client: &mut Client, who: &str| {
        let password = sign_ins.get(who).with_context(|| format!("no sign-in for {who} was printed"))?;
        client.sign_in(who, password)
    };
    let lead = sign_in(&mut client, LEAD)?;
    let dpo = sign_in(&mut client, DPO)?;
    let incident = worked_example(&mut client, &lead)?;
    // A clock of an hour ago: nobody is reminded of it while something is measured.
    let aware_at = command::read(Command::new("date").args(["-u", "-d", "-1 hour", "+%FT%TZ"]))?;
    for number in 0..options.incidents {
        let path = declare(&mut client, &lead, number)?;
        if number < CLOCKED {
            become_aware(&mut client, &lead, &path, aware_at.trim())?;
        }
        if number % 2_500 == 2_499 {
            progress::note(format!("{} of {} incidents", number + 1, options.incidents));
        }
    }
    let mut times = Vec::with_capacity(SINGLE);
    for number in 0..SINGLE {
        let begun = Instant::now();
        declare(&mut client, &lead, options.incidents + number)?;
        times.push(begun.elapsed());
    }
    let declared = median(times);
    let disk = median(syncs(folder)?);
    table.add(Row::new("an fsync of 4 KiB in the data folder, p50").measured(milliseconds(disk)));
    table.add(
        Row::new("declaring an incident (form, journal, full sync), p50")
            .target(
                "≤ 3 ms where an fsync takes ≤ 0.5 ms",
                (disk.as_micros() <= 500).then_some(declared <= ms(3)),
            )
            .measured(milliseconds(declared)),
    );
    site.stop()?;
    let record = incident.replacen("/incidents/", "/register/", 1);
    Ok(Filled { incident, record, lead, dpo })
}

/// The page whose title is the worked example's.
fn worked_example(client: &mut Client, cookie: &str) -> Result<String> {
    let list = client.get("/incidents", cookie)?.text();
    for part in list.split("href=\"/incidents/").skip(1) {
        let id: String = part.chars().take_while(char::is_ascii_alphanumeric).collect();
        let path = format!("/incidents/{id}");
        if id.len() == 26 && client.get(&path, cookie)?.text().contains(INCIDENT) {
            return Ok(path);
        }
    }
    bail!("the worked example's incident isn't in the list")
}

/// Declares an incident and returns the path of its page.
fn declare(client: &mut Client, cookie: &str, number: usize) -> Result<String> {
    const WHERE: [&str; 8] =
        ["shop", "payroll", "newsletter", "support desk", "warehouse", "intranet", "app", "archive"];
    const WHAT: [&str; 7] = [
        "a letter in the wrong envelope",
        "a laptop left in a train",
        "a list sent with open addresses",
        "a share readable by everybody",
        "a sign-in from an unknown place",
        "a form that shows another person's answers",
        "a backup that can't be found",
    ];
    let place = WHERE.get(number % WHERE.len()).copied().unwrap_or_default();
    let what = WHAT.get(number % WHAT.len()).copied().unwrap_or_default();
    let severity = ["low", "moderate", "high"].get(number % 3).copied().unwrap_or_default();
    let summary = format!(
        "A colleague of the {place} reports {what} (report {number}). It was noticed in the morning and is being looked at.\n\n\
         What is known: the team has saved what there is, nobody has changed anything since, and the person who noticed it \
         can be reached by telephone. What is not known: whose data are concerned, how many people, and since when. \
         The next look at it is planned for this afternoon; until then nothing is deleted and nobody outside is told. \
         The owner of the system has agreed to keep its records for ninety days."
    );
    let title = format!("The {place}: {what} ({number})");
    let form = [("title", title.as_str()), ("severity", severity), ("summary", &summary)];
    let answer = client.post("/incidents", cookie, &form)?;
    ensure!(answer.status == 303, "an incident was answered with {}", answer.status);
    answer.location.context("the new incident has no page")
}

/// Starts the clock of an incident.
fn become_aware(client: &mut Client, cookie: &str, incident: &str, aware_at: &str) -> Result<()> {
    let form = [
        ("aware_at", aware_at),
        ("judged_by", "The lead"),
        ("why", "The list was looked at, and it held names and addresses."),
    ];
    let answer = client.post(&format!("{incident}/awareness"), cookie, &form)?;
    ensure!(answer.status == 303, "becoming aware was answered with {}", answer.status);
    Ok(())
}

/// How long all clocks of one incident take to be derived.
fn derived(table: &mut Table) -> Result<()> {
    let [micros, clocks, rules] = told_by("derive_clocks")?;
    let took = Duration::from_micros(micros);
    table.add(
        Row::new(format!("deriving all {clocks} clocks of an incident by {rules} rules, p50"))
            .target("≤ 1 ms", Some(took <= ms(1)))
            .measured(milliseconds(took)),
    );
    Ok(())
}

/// How long the library takes to be read, as at the start of the program.
fn library_read(table: &mut Table) -> Result<()> {
    let [first, median, playbooks] = told_by("read_library")?;
    let at_start = Duration::from_micros(first);
    table.add(
        Row::new(format!("reading the library of {playbooks} playbooks, at the start"))
            .target("< 20 ms", Some(at_start < ms(20)))
            .measured(milliseconds(at_start)),
    );
    let again = Duration::from_micros(median);
    table.add(Row::new("reading the library once more, p50").measured(milliseconds(again)));
    Ok(())
}

/// The three figures that an example of `domain` prints, built as for a release.
fn told_by(example: &str) -> Result<[u64; 3]> {
    let mut run = command::cargo("run");
    run.args(["--quiet", "--release", "--package", "domain", "--example", example]);
    let told = command::read(&mut run)?;
    let mut numbers = told.split_whitespace().filter_map(|n| n.parse::<u64>().ok());
    let (Some(one), Some(two), Some(three)) = (numbers.next(), numbers.next(), numbers.next()) else {
        bail!("the example told no figures but: {told}")
    };
    Ok([one, two, three])
}

/// How long each of some syncs of the disk takes.
fn syncs(folder: &Path) -> Result<Vec<Duration>> {
    let path = folder.join("sync-probe");
    let mut file = fs::File::create(&path)?;
    let mut times = Vec::with_capacity(SINGLE);
    for _ in 0..SINGLE {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    fs::remove_file(path)?;
    Ok(times)
}

fn measure(folder: &Path, options: &Options, filled: &Filled, table: &mut Table) -> Result<()> {
    let begun = Instant::now();
    let site = Site::again(folder, &Program::release())?;
    let started = begun.elapsed();
    let mut client = Client::connect(site.address())?;
    let page = client.get(&filled.incident, &filled.lead)?;
    ensure!(page.status == 200, "the incident's page was answered with {}", page.status);
    let files = files(&mut client, &page.text())?;

    let clocked = options.incidents.min(CLOCKED);
    let (lead, dpo) = (filled.lead.as_str(), filled.dpo.as_str());
    let all = options.incidents;
    let pages = [
        Measured::of("incident page of the worked example", &filled.incident, lead, 8).a_second(300),
        Measured::of(format!("list with {all} incidents, to their lead"), "/incidents", lead, 8)
            .a_second(300),
        Measured::of(
            format!("list with {all} incidents, to the data protection officer"),
            "/incidents",
            dpo,
            8,
        )
        .a_second(300),
        Measured::of(format!("desk over {clocked} open incidents with clocks, to their lead"), "/", lead, 50),
        Measured::of("wall over the same, to the data protection officer", "/wall", dpo, 50),
        Measured::of(
            format!("register of {all} breaches, to the data protection officer"),
            "/register",
            dpo,
            30,
        ),
        Measured::of(format!("register of {all} breaches, to their lead"), "/register", lead, 30),
        Measured::of(
            format!("register of {all} breaches, by period, lateness and word"),
            "/register?from=2020-01-01&state=open&notified=no&q=laptop",
            dpo,
            30,
        ),
        Measured::of("record of the worked example", &filled.record, dpo, 30),
    ];
    for Measured { name, path, cookie, most, rate } in pages {
        // A new connection each time: the desk closes one that was idle through a load.
        let size = Client::connect(site.address())?.get(&path, cookie)?.body.len();
        // The nearest in size of what the same process serves as a file.
        let file = files.iter().min_by_key(|f| f.size.abs_diff(size)).context("the page loads no files")?;
        let one = compare(&site, &path, cookie, file, 1, options.seconds)?;
        let many = compare(&site, &path, cookie, file, 16, options.seconds)?;
        let beside = |load: String| format!("{load} ({} kB)", kilobytes(file.size));
        table.add(
            Row::new(format!("{name}, {} kB: p50, 1 connection", kilobytes(size)))
                .target(format!("≤ {most} ms"), Some(one.0.median <= ms(most)))
                .measured(milliseconds(one.0.median))
                .file(
                    beside(milliseconds(one.1.median)),
                    one.0.median.as_secs_f64() / one.1.median.as_secs_f64(),
                ),
        );
        let target = rate.map(|rate| format!("≥ {rate}/s")).unwrap_or_default();
        table.add(
            Row::new(format!("{name}: 16 connections"))
                .target(target, rate.map(|rate| many.0.a_second >= f64::from(rate)))
                .measured(format!("{:.0}/s", many.0.a_second))
                .file(beside(format!("{:.0}/s", many.1.a_second)), many.1.a_second / many.0.a_second),
        );
    }
    let resident = site.most_resident()?;
    table.add(
        Row::new("resident memory, the most since this start")
            .target("≤ 100 MB", Some(resident <= 100_000_000))
            .measured(format!("{:.0} MB", resident as f64 / 1e6)),
    );
    let scripts: usize = files.iter().filter(|f| f.is_script).map(|f| f.sent).sum();
    let whole: usize = files.iter().map(|f| f.sent).sum::<usize>() + page.body.len();
    table.add(
        Row::new("wasm and JavaScript, gzip")
            .target("≤ 170 kB", Some(scripts <= 170_000))
            .measured(format!("{} kB", kilobytes(scripts))),
    );
    table.add(
        Row::new("the whole incident page as sent")
            .target("≤ 250 kB", Some(whole <= 250_000))
            .measured(format!("{} kB", kilobytes(whole))),
    );
    table.add(
        Row::new("second start, until it listens")
            .target("≤ 0.3 s", Some(started <= ms(300)))
            .measured(format!("{:.3} s", started.as_secs_f64())),
    );
    site.stop()
}

/// A page that is measured.
struct Measured<'a> {
    name: String,
    path: String,
    cookie: &'a str,
    /// The most milliseconds that half of the answers may take.
    most: u64,
    /// The least answers a second to many at once, where that is aimed at.
    rate: Option<u32>,
}

impl<'a> Measured<'a> {
    fn of(name: impl Into<String>, path: impl Into<String>, cookie: &'a str, most: u64) -> Self {
        Self { name: name.into(), path: path.into(), cookie, most, rate: None }
    }

    fn a_second(self, rate: u32) -> Self {
        Self { rate: Some(rate), ..self }
    }
}

/// The same load on a page and on a file, the file first.
fn compare(
    site: &Site,
    path: &str,
    cookie: &str,
    file: &StaticFile,
    connections: u32,
    seconds: u64,
) -> Result<(Load, Load)> {
    let beside = load(&site.url(&file.path), None, connections, seconds)?;
    let page = load(&site.url(path), Some(cookie), connections, seconds)?;
    Ok((page, beside))
}

/// A file that the incident's page loads.
struct StaticFile {
    path: String,
    is_script: bool,
    /// As it is in the binary, in bytes.
    size: usize,
    /// As it is sent to a browser that takes gzip, in bytes.
    sent: usize,
}

fn files(client: &mut Client, page: &str) -> Result<Vec<StaticFile>> {
    let mut found: Vec<StaticFile> = Vec::new();
    for part in page.split("/pkg/").skip(1) {
        let rest: String =
            part.chars().take_while(|c| c.is_ascii_alphanumeric() || "/._-".contains(*c)).collect();
        let path = format!("/pkg/{rest}");
        if found.iter().any(|f| f.path == path) {
            continue;
        }
        let plain = client.get(&path, "")?;
        let packed = client.get_packed(&path)?;
        ensure!(plain.status == 200 && packed.status == 200, "{path} was answered with {}", plain.status);
        let is_script = path.ends_with(".js") || path.ends_with(".wasm");
        found.push(StaticFile { path, is_script, size: plain.body.len(), sent: packed.body.len() });
    }
    Ok(found)
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn kilobytes(bytes: usize) -> String {
    format!("{:.0}", bytes as f64 / 1e3)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(arguments: &[&str]) -> Result<Options> {
        Options::parse(&arguments.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn flags_need_their_numbers() {
        assert_eq!(options(&[]).unwrap(), Options { incidents: 10_000, seconds: 10 });
        assert_eq!(
            options(&["--seconds", "2", "--incidents", "50"]).unwrap(),
            Options { incidents: 50, seconds: 2 }
        );
        for wrong in [&["--seconds"][..], &["--seconds", "0"], &["--incidents", "many"], &["--fast"], &["5"]]
        {
            assert!(options(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median([9, 1, 5].map(ms).to_vec()), ms(5));
        assert_eq!(median(Vec::new()), ms(0));
    }
}
