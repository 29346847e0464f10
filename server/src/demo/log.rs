//! The access log of the example: the same lines for the same beginning, so that every figure in the notices can be
//! counted again from it.

use chrono::{DateTime, Duration, Utc};
use std::fmt::Write;

/// The account whose session walked through the numbers.
pub(super) const ACCOUNT: &str = "acct-88213";
/// How many customers' records were returned.
pub(super) const PEOPLE: usize = 4_812;
/// How long it went on, in minutes.
pub(super) const MINUTES: i64 = 51;

const FIRST_NUMBER: u32 = 104_200;
/// How many other customers looked at their own record meanwhile.
const OTHERS: usize = 500;
/// Other customers are seen from this long before until this long after.
const MARGIN: Duration = Duration::minutes(20);

/// The log with the places of the first and the last foreign record in it, counted from 1.
pub(super) struct AccessLog {
    pub text: String,
    pub first: usize,
    pub last: usize,
}

/// Evenly spread numbers without chance (Knuth, The Art of Computer Programming, 3.3.4: the multiplier of MMIX).
struct Spread(u64);

impl Spread {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }
}

struct Line {
    at: DateTime<Utc>,
    text: String,
    foreign: bool,
}

fn line(
    at: DateTime<Utc>,
    address: &str,
    account: &str,
    number: u32,
    answer: (u16, u64),
    agent: &str,
) -> String {
    let (status, bytes) = answer;
    let at = at.format("%d/%b/%Y:%H:%M:%S %z");
    format!(
        "{address} - {account} [{at}] \"GET /v2/customers/{number} HTTP/1.1\" {status} {bytes} \"-\" \"{agent}\""
    )
}

/// The gateway's log around a walk that begins at `start`.
pub(super) fn access_log(start: DateTime<Utc>) -> AccessLog {
    let mut spread = Spread(4_812);
    let mut lines = walk(start, &mut spread);
    lines.extend(others(start, &mut spread));
    lines.sort_by_key(|l| l.at);
    let place = |n: Option<usize>| n.map_or(0, |n| n + 1);
    let first = place(lines.iter().position(|l| l.foreign));
    let last = place(lines.iter().rposition(|l| l.foreign));
    let mut text = String::new();
    for line in &lines {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}", line.text);
    }
    AccessLog { text, first, last }
}

/// The numbers one after the other; about every eighth belongs to nobody.
fn walk(start: DateTime<Utc>, spread: &mut Spread) -> Vec<Line> {
    let mut tried = vec![(FIRST_NUMBER, true)];
    let mut found = 1;
    for number in FIRST_NUMBER + 1.. {
        if found == PEOPLE {
            break;
        }
        let exists = spread.next(8) > 0;
        found += usize::from(exists);
        tried.push((number, exists));
    }
    let seconds = MINUTES * 60;
    let steps = i64::try_from(tried.len()).unwrap_or(i64::MAX).max(2) - 1;
    (0..)
        .zip(tried)
        .map(|(n, (number, exists))| {
            let at = start + Duration::seconds(seconds * n / steps);
            let answer = if exists { (200, 1_040 + spread.next(260)) } else { (404, 57) };
            Line {
                at,
                text: line(at, "203.0.113.57", ACCOUNT, number, answer, "python-requests/2.32.3"),
                foreign: exists,
            }
        })
        .collect()
}

/// Customers who look at their own record.
fn others(start: DateTime<Utc>, spread: &mut Spread) -> Vec<Line> {
    let span = (MARGIN * 2 + Duration::minutes(MINUTES)).num_seconds().unsigned_abs();
    (0..OTHERS)
        .map(|_| {
            let at = start - MARGIN + Duration::seconds(i64::try_from(spread.next(span)).unwrap_or_default());
            let number = 120_000 + u32::try_from(spread.next(30_000)).unwrap_or_default();
            let address = format!("198.51.100.{}", 1 + spread.next(250));
            let answer = (200, 1_040 + spread.next(260));
            let text =
                line(at, &address, &format!("acct-{number}"), number, answer, "QuillmarkApp/6.4 (mobile)");
            Line { at, text, foreign: false }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use std::collections::BTreeSet;

    #[test]
    fn the_figures_can_be_counted_again() {
        let start = Utc.with_ymd_and_hms(2026, 6, 9, 2, 11, 0).unwrap();
        let log = access_log(start);
        assert_eq!(log.text, access_log(start).text);
        let lines: Vec<Vec<&str>> = log.text.lines().map(|l| l.split(' ').collect()).collect();
        assert!((5_800..6_300).contains(&lines.len()), "{}", lines.len());
        let foreign: Vec<(usize, &Vec<&str>)> =
            lines.iter().enumerate().filter(|(_, l)| l[2] == ACCOUNT && l[8] == "200").collect();
        let numbers: BTreeSet<&str> = foreign.iter().map(|(_, l)| l[6]).collect();
        assert_eq!((foreign.len(), numbers.len()), (PEOPLE, PEOPLE));
        let (first, last) = (foreign.first().unwrap(), foreign.last().unwrap());
        assert_eq!((first.0 + 1, last.0 + 1), (log.first, log.last));
        assert_eq!((first.1[3], last.1[3]), ("[09/Jun/2026:02:11:00", "[09/Jun/2026:03:02:00"));
        let mut times: Vec<&str> = lines.iter().map(|l| l[3]).collect();
        let before = times.clone();
        times.sort_unstable();
        assert_eq!(times, before);
    }
}
