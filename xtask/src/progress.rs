//! What the person at the terminal sees of a step, and how long it took.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Runs one step: says that it begins, and at its end how many seconds it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("── {name}");
    let begun = Instant::now();
    let outcome = work();
    let how = if outcome.is_ok() { "done in" } else { "failed after" };
    eprintln!("   {name}: {how} {}", spoken(begun.elapsed()));
    outcome.with_context(|| format!("{name} failed"))
}

/// A line of detail below a step.
pub(crate) fn note(text: impl std::fmt::Display) {
    eprintln!("   {text}");
}

/// Seconds with one digit below two minutes, minutes and seconds above.
pub(crate) fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 120 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        assert_eq!(spoken(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(spoken(Duration::from_secs(119)), "119.0 s");
        assert_eq!(spoken(Duration::from_secs(605)), "10 min 05 s");
    }
}
