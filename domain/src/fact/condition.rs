//! Conditions over facts: when a question is asked and when a step of a playbook applies.
//!
//! ```text
//! condition = part { "or" part }            part = unit { "and" unit }
//! unit      = "not" unit | "(" condition ")" | test
//! test      = key ("==" | "!=") (text | number | true | false)
//!           | key ("<" | "<=" | ">" | ">=") number
//!           | key "has" text | "known" "(" key ")"
//! ```
//!
//! A fact that has no value yet makes a test neither true nor false. Such a test stays open and so
//! does what hangs on it, unless another part decides (Kleene's three values).

mod constant;
mod fit;
mod parts;
mod read;
mod words;

pub use parts::{Compared, Part};
pub use words::{Codes, Labels};

use super::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// How many characters a condition may have.
pub const LENGTH_MAX: usize = 1_000;
/// With this begin the keys that stand for the answer of a step of the same playbook, not for a fact.
pub const STEP_PREFIX: &str = "step.";
/// No fact either: as what the case is handled, which its parties say. A choice, with the codes of
/// [`crate::party::in_case::HandledAs`].
pub const HANDLED_AS: &str = "case.handled_as";
/// How deeply parentheses and `not` may be nested.
pub const DEPTH_MAX: usize = 24;

/// Whether something holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tristate {
    Yes,
    No,
    /// A fact is missing that would decide.
    Unknown,
}

impl Tristate {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

impl From<bool> for Tristate {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Where a text stops being a condition, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct ConditionError {
    /// Counted in characters, the first is 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Gives the present value of a fact. No value: not recorded, not yet known, or cannot be determined.
pub type Lookup<'l, 'v> = dyn Fn(&str) -> Option<&'v Value> + 'l;

/// A parsed condition. Equal conditions have the same parts in the same order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    node: Node,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// Two parts or more.
    All(Vec<Node>),
    /// Two parts or more.
    Any(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Compare { key: String, order: Order, with: Literal },
    Has { key: String, option: String },
    Known { key: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Literal {
    Text(String),
    Number(u64),
    Bool(bool),
}

impl Condition {
    /// Reads a condition such as `data.types has "credentials" and not known(time.end)`.
    ///
    /// # Errors
    /// The first place where the text is no condition, with what to write there.
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        read::read(text).map(|node| Self { node })
    }

    /// Whether the condition holds with the facts as they are.
    #[must_use]
    pub fn holds<'v>(&self, lookup: &Lookup<'_, 'v>) -> Tristate {
        self.node.holds(lookup)
    }

    /// The keys of the facts it asks about, each once, in the order in which they are written.
    #[must_use]
    pub fn keys(&self) -> Vec<&str> {
        let mut tests = Vec::new();
        self.node.tests(&mut tests);
        keys_of(&tests)
    }

    /// Every key as written, with the text it is compared with where there is one.
    #[must_use]
    pub fn mentions(&self) -> Vec<(&str, Option<&str>)> {
        let mut tests = Vec::new();
        self.node.tests(&mut tests);
        tests.into_iter().map(|test| (test.key(), test.option())).collect()
    }

    /// The keys whose missing value keeps the condition open; empty when it is decided.
    #[must_use]
    pub fn open_keys<'v>(&self, lookup: &Lookup<'_, 'v>) -> Vec<&str> {
        let mut tests = Vec::new();
        self.node.deciding(lookup, Tristate::Unknown, &mut tests);
        keys_of(&tests)
    }
}

/// Each key once, in order.
fn keys_of<'t>(tests: &[&'t Test]) -> Vec<&'t str> {
    let mut keys = Vec::new();
    for test in tests {
        if !keys.contains(&test.key()) {
            keys.push(test.key());
        }
    }
    keys
}

impl Node {
    fn holds(&self, lookup: &Lookup<'_, '_>) -> Tristate {
        match self {
            Self::All(parts) => {
                parts.iter().fold(Tristate::Yes, |so_far, part| so_far.and(part.holds(lookup)))
            }
            Self::Any(parts) => parts.iter().fold(Tristate::No, |so_far, part| so_far.or(part.holds(lookup))),
            Self::Not(part) => part.holds(lookup).not(),
            Self::Test(test) => test.holds(lookup),
        }
    }

    fn tests<'n>(&'n self, into: &mut Vec<&'n Test>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.tests(into)),
            Self::Not(part) => part.tests(into),
            Self::Test(test) => into.push(test),
        }
    }

    /// The tests that made this part come out as `outcome`; none when it came out otherwise.
    fn deciding<'n>(&'n self, lookup: &Lookup<'_, '_>, outcome: Tristate, into: &mut Vec<&'n Test>) {
        if self.holds(lookup) != outcome {
            return;
        }
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.deciding(lookup, outcome, into));
            }
            Self::Not(part) => part.deciding(lookup, outcome.not(), into),
            Self::Test(test) => into.push(test),
        }
    }
}

impl Test {
    fn key(&self) -> &str {
        match self {
            Self::Compare { key, .. } | Self::Has { key, .. } | Self::Known { key } => key,
        }
    }

    fn option(&self) -> Option<&str> {
        match self {
            Self::Compare { with: Literal::Text(option), .. } | Self::Has { option, .. } => Some(option),
            Self::Compare { .. } | Self::Known { .. } => None,
        }
    }

    fn holds(&self, lookup: &Lookup<'_, '_>) -> Tristate {
        let value = lookup(self.key());
        match (self, value) {
            (Self::Known { .. }, value) => value.is_some().into(),
            (_, None) => Tristate::Unknown,
            (Self::Has { option, .. }, Some(value)) => has(value, option),
            (Self::Compare { order, with, .. }, Some(value)) => compare(value, *order, with),
        }
    }
}

/// A value of a kind that cannot be compared decides nothing.
fn compare(value: &Value, order: Order, with: &Literal) -> Tristate {
    match (value, with) {
        (Value::Number(n), Literal::Number(m)) => compare_numbers(*n, *n, order, *m),
        (Value::Range { low, high }, Literal::Number(m)) => compare_numbers(*low, *high, order, *m),
        (Value::Bool(a), Literal::Bool(b)) => equality(order, (a == b).into()),
        (Value::Text(a) | Value::Choice(a), Literal::Text(b)) => equality(order, (a == b).into()),
        _ => Tristate::Unknown,
    }
}

fn equality(order: Order, equal: Tristate) -> Tristate {
    match order {
        Order::Equal => equal,
        Order::NotEqual => equal.not(),
        Order::Less | Order::AtMost | Order::More | Order::AtLeast => Tristate::Unknown,
    }
}

/// A range decides a test only where every number in it gives the same answer.
fn compare_numbers(low: u64, high: u64, order: Order, with: u64) -> Tristate {
    let both = |a: bool, b: bool| if a == b { a.into() } else { Tristate::Unknown };
    match order {
        Order::Equal | Order::NotEqual => {
            let equal = match (low..=high).contains(&with) {
                false => Tristate::No,
                true if low == high => Tristate::Yes,
                true => Tristate::Unknown,
            };
            equality(order, equal)
        }
        Order::Less => both(low < with, high < with),
        Order::AtMost => both(low <= with, high <= with),
        Order::More => both(low > with, high > with),
        Order::AtLeast => both(low >= with, high >= with),
    }
}

fn has(value: &Value, option: &str) -> Tristate {
    match value {
        Value::Choices(chosen) | Value::Countries(chosen) => chosen.iter().any(|c| c == option).into(),
        Value::Counts(counts) => counts.contains_key(option).into(),
        _ => Tristate::Unknown,
    }
}

impl FromStr for Condition {
    type Err = ConditionError;
    fn from_str(text: &str) -> Result<Self, ConditionError> {
        Self::parse(text)
    }
}

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Condition {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// The text that reads back as the same condition.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, word) = match self {
            Self::All(parts) => (parts, " and "),
            Self::Any(parts) => (parts, " or "),
            Self::Not(part) if matches!(**part, Self::All(_) | Self::Any(_)) => {
                return write!(f, "not ({part})");
            }
            Self::Not(part) => return write!(f, "not {part}"),
            Self::Test(test) => return test.fmt(f),
        };
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                f.write_str(word)?;
            }
            // `and` binds more tightly, so only its own group inside an `or` needs no parentheses.
            match (self, part) {
                (_, Self::Any(_)) | (Self::All(_), Self::All(_)) => write!(f, "({part})")?,
                _ => part.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare { key, order, with } => write!(f, "{key} {order} {with}"),
            Self::Has { key, option } => write!(f, "{key} has {}", Quoted(option)),
            Self::Known { key } => write!(f, "known({key})"),
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => Quoted(text).fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Bool(truth) => truth.fmt(f),
        }
    }
}

struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests;
