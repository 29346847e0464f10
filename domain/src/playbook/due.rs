//! Time limits of steps, as a person writes and reads them.

use crate::{choices, text::Choice};
use chrono::Duration;
use std::{fmt, str::FromStr};

choices! {
    /// The instant from which a step's time runs.
    pub enum Anchor {
        Declared = "declared" => "the incident was declared",
        Aware = "aware" => "the controller became aware",
        Contained = "contained" => "the incident was contained",
    }
}

/// A time limit relative to an instant of the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    amount: u32,
    unit: Unit,
    pub after: Anchor,
}

/// Kept as written: 72 h is what the law says, 3 d is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minutes,
    Hours,
    Days,
}

impl Unit {
    const fn minutes(self) -> u32 {
        match self {
            Self::Minutes => 1,
            Self::Hours => 60,
            Self::Days => 1_440,
        }
    }
}

impl Due {
    /// The time allowed.
    #[must_use]
    pub fn allowed(self) -> Duration {
        Duration::minutes(i64::from(self.amount) * i64::from(self.unit.minutes()))
    }

    /// `2 h after the incident was declared`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{} after {}", self.amount(), self.after)
    }

    fn amount(self) -> String {
        let unit = match self.unit {
            Unit::Minutes => "min",
            Unit::Hours => "h",
            Unit::Days => "d",
        };
        format!("{} {unit}", self.amount)
    }
}

/// As written in a file: `2 h after declared`.
impl fmt::Display for Due {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {}", self.amount(), Choice::code(self.after))
    }
}

impl FromStr for Due {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let remedy = || {
            format!(
                "\"{text}\" is no time limit. Write it like \"30 min after declared\", \"2 h after aware\" or \"3 d after contained\"."
            )
        };
        let mut words = text.split_whitespace();
        let (amount, unit, after, anchor) = (words.next(), words.next(), words.next(), words.next());
        let (Some(amount), Some(unit), Some("after"), Some(anchor), None) =
            (amount, unit, after, anchor, words.next())
        else {
            return Err(remedy());
        };
        let unit = match unit {
            "min" => Unit::Minutes,
            "h" => Unit::Hours,
            "d" => Unit::Days,
            _ => return Err(remedy()),
        };
        // Longer than about a year is a slip of the pen, and the sum must stay a date.
        let sensible = |n: &u32| *n > 0 && *n <= 400 * 1_440 / unit.minutes();
        let amount = amount.parse().ok().filter(sensible).ok_or_else(remedy)?;
        let after = Choice::from_code(anchor).ok_or_else(remedy)?;
        Ok(Self { amount, unit, after })
    }
}
