//! What the relay took, beside what the desk says about it.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;

use super::desk::{Told, address};
use super::sink::Copy;
use super::{Options, Sent};

/// Both sides.
pub(super) struct Account {
    pub(super) taken: HashMap<String, Vec<Copy>>,
    pub(super) told: Told,
    /// Of whom the desk says that nobody knew once, and how often.
    pub(super) uncertain: BTreeMap<String, u64>,
    pub(super) receipts: Vec<(String, String)>,
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Verdict {
    accepted: u64,
    lost: u64,
    duplicates: u64,
    /// Extra copies that are not among the uncertain.
    unexplained: u64,
    uncertain: u64,
    bound: u64,
    per_second: f64,
    seconds: f64,
    page_p99_ms: Option<f64>,
    /// People whose copies differ, or whose Message-IDs do.
    varied: u64,
    /// What the desk says it sent and the relay did not take like that.
    untrue_receipts: u64,
    told_accepted: u64,
    balanced: bool,
    verified: bool,
}

/// The least mails a second, and the most that a page may take, in milliseconds, where nothing is killed.
const RATE: f64 = 500.0;
const PAGE: f64 = 500.0;

impl Account {
    pub(super) fn verdict(self, options: &Options, sent: &Sent, sending: f64, verified: bool) -> Verdict {
        let mut verdict = Verdict {
            bound: (options.kills * options.connections) as u64,
            balanced: sent.balanced && self.told.balances(),
            told_accepted: self.told.of("accepted"),
            uncertain: self.uncertain.values().sum(),
            seconds: sent.took.as_secs_f64(),
            page_p99_ms: p99(sent.looks.clone()),
            verified,
            ..Verdict::default()
        };
        for number in 0..options.recipients {
            let recipient = address(number);
            let Some((first, more)) = self.taken.get(&recipient).and_then(|copies| copies.split_first())
            else {
                verdict.lost += 1;
                continue;
            };
            verdict.accepted += 1;
            verdict.varied += u64::from(more.iter().any(|copy| copy != first));
            let extra = more.len() as u64;
            verdict.duplicates += extra;
            let doubts = self.uncertain.get(&recipient).copied().unwrap_or_default();
            verdict.unexplained += extra.saturating_sub(doubts);
        }
        let is_true = |(recipient, sha256): &&(String, String)| {
            self.taken.get(recipient).is_some_and(|copies| copies.iter().all(|copy| copy.sha256 == *sha256))
        };
        verdict.untrue_receipts = self.receipts.iter().filter(|receipt| !is_true(receipt)).count() as u64;
        verdict.per_second = verdict.accepted as f64 / sending.max(0.001);
        verdict
    }
}

impl Verdict {
    /// The account in one line.
    pub(super) fn json(&self, options: &Options) -> String {
        json!({
            "recipients": options.recipients,
            "kills": options.kills,
            "connections": options.connections,
            "database": options.database.name(),
            "seed": options.seed,
            "accepted": self.accepted,
            "lost": self.lost,
            "duplicates": self.duplicates,
            "uncertain": self.uncertain,
            "bound": self.bound,
            "per_second": rounded(self.per_second),
            "seconds": rounded(self.seconds),
            "page_p99_ms": self.page_p99_ms.map(rounded),
            "copies_alike": self.varied == 0,
            "receipts_true": self.untrue_receipts == 0,
            "balanced": self.balanced,
            "journal_verified": self.verified,
        })
        .to_string()
    }

    /// # Errors
    /// Names everything that doesn't hold.
    pub(super) fn judge(&self, options: &Options) -> Result<()> {
        let recipients = options.recipients as u64;
        let fast = options.kills > 0 || options.debug;
        let looked = self.page_p99_ms.is_none_or(|p99| p99 < PAGE);
        let faults: Vec<&str> = [
            (self.lost > 0, "people were left out"),
            (self.unexplained > 0, "copies were sent that the desk doesn't name as uncertain"),
            (self.uncertain > self.bound, "more is uncertain than kills × connections"),
            (self.varied > 0, "copies of one mail differ"),
            (self.untrue_receipts > 0, "receipts name other bytes than the relay took"),
            (self.told_accepted != recipients, "the desk counts others as accepted than the relay took"),
            (!self.balanced, "the counts didn't balance at some moment"),
            (!self.verified, "the journal doesn't verify"),
            (!fast && self.per_second < RATE, "fewer than 500 mails a second"),
            (!options.debug && !looked, "a page took longer than 500 ms"),
        ]
        .into_iter()
        .filter_map(|(wrong, says)| wrong.then_some(says))
        .collect();
        if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("; ")) }
    }
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// The time that 99 of 100 stay below, in milliseconds.
fn p99(mut times: Vec<Duration>) -> Option<f64> {
    times.sort_unstable();
    let place = (times.len() * 99).div_ceil(100).checked_sub(1)?;
    times.get(place).map(|time| time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::outbox::Database;

    fn copy(id: &str) -> Copy {
        Copy { message_id: id.to_owned(), sha256: "aa".to_owned() }
    }

    fn options() -> Options {
        Options { recipients: 2, kills: 1, connections: 1, database: Database::Sqlite, seed: 1, debug: false }
    }

    fn account(copies: [Vec<Copy>; 2], uncertain: &[(usize, u64)]) -> Verdict {
        let taken = copies.into_iter().enumerate().filter(|(_, c)| !c.is_empty());
        let account = Account {
            taken: taken.map(|(number, copies)| (address(number), copies)).collect(),
            told: Told {
                tally: [("total".to_owned(), 2), ("accepted".to_owned(), 2)].into(),
                stage: "sent".to_owned(),
            },
            uncertain: uncertain.iter().map(|(number, count)| (address(*number), *count)).collect(),
            receipts: Vec::new(),
        };
        let sent = Sent { took: Duration::from_secs(1), looks: Vec::new(), balanced: true };
        account.verdict(&options(), &sent, 1.0, true)
    }

    fn fault(verdict: &Verdict) -> String {
        verdict.judge(&options()).map_or_else(|why| why.to_string(), |()| String::new())
    }

    #[test]
    fn each_way_of_failing_is_named() {
        let fine = account([vec![copy("a")], vec![copy("b"), copy("b")]], &[(1, 1)]);
        assert_eq!((fault(&fine).as_str(), fine.duplicates, fine.lost), ("", 1, 0));
        assert!(fault(&account([vec![copy("a")], vec![]], &[])).contains("left out"));
        let unexplained = account([vec![copy("a"), copy("a")], vec![copy("b")]], &[(1, 1)]);
        assert!(fault(&unexplained).contains("doesn't name"));
        let varied = account([vec![copy("a"), copy("c")], vec![copy("b")]], &[(0, 1)]);
        assert!(fault(&varied).contains("differ"));
        let doubts = account([vec![copy("a")], vec![copy("b")]], &[(0, 1), (1, 1)]);
        assert!(fault(&doubts).contains("kills × connections"));
        assert!(fault(&Verdict { balanced: false, ..fine.clone() }).contains("balance"));
        assert!(fault(&Verdict { verified: false, ..fine.clone() }).contains("journal"));
        assert!(fault(&Verdict { told_accepted: 1, ..fine.clone() }).contains("counts others"));
        assert!(fault(&Verdict { untrue_receipts: 1, ..fine }).contains("other bytes"));
    }

    #[test]
    fn the_slowest_hundredth_is_left_out() {
        assert_eq!(p99((1..=100).map(Duration::from_millis).collect()), Some(99.0));
        assert_eq!(p99(Vec::new()), None);
    }
}
