//! The power goes while people write: what was acknowledged is there afterwards, and who is to be reminded is
//! reminded once.

use crate::support::{
    Browser,
    process::{Serving, add_lead, command, lead_at, run, said},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tempfile::tempdir;

const ROUNDS: u64 = 50;

/// A few numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

fn serve(data: &Path) -> Serving {
    let mut command = command(data, &["serve", "--listen", "127.0.0.1:0"]);
    Serving::of(command.env("BREACHDESK__LIMITS__PERSON_PER_SECOND", "100000"))
}

/// What the desk said it had taken: the page, and words that must be on it.
type Taken = Vec<(String, String)>;

/// Reports alerts and writes timeline entries until the desk is gone.
async fn write(browser: Browser, name: String, case: String, gone: Arc<AtomicBool>) -> Taken {
    let mut taken = Taken::new();
    for number in 0.. {
        let words = format!("{name} number {number}");
        let timeline = format!("{case}/timeline");
        let request = if number % 2 == 0 {
            browser.request(reqwest::Method::POST, "/inbox/new").form(&[("title", words.as_str())])
        } else {
            browser
                .request(reqwest::Method::POST, &timeline)
                .form(&[("text", words.as_str()), ("event_at", "2026-06-09 08:00")])
        };
        match request.send().await {
            Ok(answer) => {
                assert_eq!(answer.status().as_u16(), 303, "{:?}", answer.text().await);
                taken.push((answer.headers()["location"].to_str().unwrap().to_owned(), words));
            }
            Err(_) => break,
        }
        if gone.load(Ordering::Relaxed) {
            break;
        }
    }
    taken
}

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_write_is_lost_when_the_process_is_killed() {
    let folder = tempdir().unwrap();
    let data = folder.path();
    add_lead(data);
    let mut serving = serve(data);
    let lead = lead_at(&serving.origin).await;
    let case = lead.does("/incidents/new", "/incidents", &[("title", "While the power goes")]).await;

    let mut chance = Chance(0x5EED);
    let (mut all, mut rounds_with_writes) = (Taken::new(), 0);
    for round in 0..ROUNDS {
        let gone = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..3)
            .map(|n| {
                let browser = lead.at(&serving.origin);
                tokio::spawn(write(browser, format!("round {round} writer {n}"), case.clone(), gone.clone()))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(50 + chance.below(351))).await;
        serving.kill();
        gone.store(true, Ordering::Relaxed);
        let mut taken = Taken::new();
        for writer in writers {
            taken.extend(writer.await.unwrap());
        }
        rounds_with_writes += u64::from(!taken.is_empty());
        serving = serve(data);
        let again = lead.at(&serving.origin);
        // An entry's address is one of many on its page, so alerts are looked at here and all together below.
        for (address, words) in taken.iter().filter(|(address, _)| address.starts_with("/inbox/")) {
            assert!(again.page(address).await.says(words), "round {round}: {address} is not {words}");
        }
        all.extend(taken);
    }
    assert!(
        rounds_with_writes >= ROUNDS * 9 / 10,
        "in {rounds_with_writes} rounds only was anything written"
    );

    let again = lead.at(&serving.origin);
    let mut timeline = String::new();
    for page in 1.. {
        let answer = again.page(&format!("{case}/timeline?page={page}")).await;
        if !answer.text.contains("class=\"timeline\"") {
            break;
        }
        timeline.push_str(&answer.text);
    }
    for (address, words) in all.iter().filter(|(address, _)| !address.starts_with("/inbox/")) {
        let (_, id) = address.split_once('#').unwrap();
        assert!(
            timeline.contains(&format!("id=\"{id}\"")) && timeline.contains(words),
            "{words} is not on the timeline"
        );
    }
    serving.stop();
    eprintln!("{} acknowledged writes in {ROUNDS} rounds, none lost", all.len());
    for arguments in [&["journal", "verify"][..], &["doctor"]] {
        let done = run(data, arguments);
        assert!(done.status.success(), "{}", said(&done));
    }
}

/// Mails that remind of the due time of this incident.
fn reminders_of(data: &Path, reference: &str) -> usize {
    let files = std::fs::read_dir(data.join("mail")).into_iter().flatten().map(|file| file.unwrap().path());
    let finished = files.filter(|path| path.extension().is_some_and(|e| e == "eml"));
    finished
        .filter(|path| {
            let text = std::fs::read_to_string(path).unwrap_or_default();
            text.contains("/acknowledge/") && text.contains(&format!("{reference}: the due time has passed."))
        })
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_sent_once_though_the_process_is_killed_in_between() {
    let folder = tempdir().unwrap();
    let data = folder.path();
    add_lead(data);
    let mut serving = serve(data);
    let lead = lead_at(&serving.origin).await;
    let aware =
        [("aware_at", "2026-06-09T08:00:00Z"), ("judged_by", "L. Lead"), ("why", "A record was seen.")];
    let mut chance = Chance(0xC10C);
    let mut references = Vec::new();
    for round in 0..20 {
        let now = lead.at(&serving.origin);
        let title = format!("Overdue {round}");
        let case = now.does("/incidents/new", "/incidents", &[("title", title.as_str())]).await;
        let text = now.page(&case).await.text;
        let at = text.find("INC-").unwrap();
        references.push(text[at..at + "INC-2026-0001".len()].to_owned());
        // Long overdue: the job is woken by this very write, and killed somewhere on its way.
        assert_eq!(now.post(&format!("{case}/awareness"), &aware).await.status, 303);
        tokio::time::sleep(Duration::from_millis(chance.below(60))).await;
        serving.kill();
        serving = serve(data);
    }
    for reference in &references {
        for _ in 0..100 {
            if reminders_of(data, reference) > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    // Whatever else would come has come by then: the job looks each second.
    tokio::time::sleep(Duration::from_secs(3)).await;
    for reference in &references {
        assert_eq!(reminders_of(data, reference), 1, "{reference}");
    }
    serving.stop();
    for arguments in [&["journal", "verify"][..], &["doctor"]] {
        let done = run(data, arguments);
        assert!(done.status.success(), "{}", said(&done));
    }
}
