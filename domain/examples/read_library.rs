//! How long reading the library takes, as a start of the program does it: `cargo xtask bench` asks.
//! Prints microseconds (the first time, as at a start; then the median of some more) and how many playbooks.

use domain::playbook::{Playbook, library};
use std::{hint::black_box, time::Instant};

const TIMES: usize = 51;

fn main() {
    let begun = Instant::now();
    let playbooks = black_box(library());
    let first = begun.elapsed().as_micros();
    let mut times: Vec<u128> = (0..TIMES)
        .map(|_| {
            let begun = Instant::now();
            for playbook in playbooks {
                let _ = black_box(Playbook::parse(playbook.file(), playbook.source()));
            }
            begun.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    let median = times.get(TIMES / 2).copied().unwrap_or_default();
    println!("{first} {median} {}", playbooks.len());
}
