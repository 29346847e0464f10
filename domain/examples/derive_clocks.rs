//! How long all clocks of one incident take to be derived, in microseconds: every rule in scope, every trigger
//! recorded, five authorities. `cargo xtask bench` asks this.

use chrono::{DateTime, Duration, Utc};
use domain::{
    clock::{
        authority::{Capacity, CaseAuthority},
        calendar::calendars,
        case::{Basis, clocks},
        rule::Rule,
        rules::rules,
        span::Trigger,
    },
    id::{AccountId, AuthorityId, IncidentId},
    moment::Zone,
    text::Choice,
};
use std::{hint::black_box, time::Instant};

const ROUNDS: usize = 2_000;

fn main() {
    let aware = DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_613);
    let authority = |(n, calendar): (u8, &str)| CaseAuthority {
        id: AuthorityId::from_bits([n; 16]),
        incident: IncidentId::from_bits([1; 16]),
        name: format!("Authority {n}"),
        calendar: calendar.to_owned(),
        capacity: if n == 1 { Capacity::Lead } else { Capacity::State },
        rule: "gdpr33".to_owned(),
        added_at: aware,
        added_by: AccountId::from_bits([2; 16]),
        withdrawn_at: None,
        withdrawn_reason: String::new(),
    };
    let authorities: Vec<_> =
        [(1, "FR"), (2, "DE-BY"), (3, "GR"), (4, "IE"), (5, "NL")].into_iter().map(authority).collect();
    let instants: Vec<_> = Trigger::ALL.iter().map(|trigger| (*trigger, aware)).collect();
    let all: Vec<&Rule> = rules().iter().collect();
    let home = calendars().home("FR", Zone::Europe__Paris);
    let basis = Basis {
        rules: &all,
        instants: &instants,
        submitted: &[],
        authorities: &authorities,
        home: &home,
        calendars: calendars(),
        rested: &[],
        undue_hours: 72,
    };
    let now = aware + Duration::hours(5);
    let running = clocks(&basis, now).running.len();
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let begun = Instant::now();
            black_box(clocks(black_box(&basis), now));
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let median = times.get(ROUNDS / 2).copied().unwrap_or_default();
    println!("{} {running} {}", median.as_micros(), all.len());
}
