//! A condition in plain words, to show what it waits for and why it came out as it did.

use super::{Condition, Literal, Lookup, Node, Order, Test, Tristate};

/// Names for people. The fact catalogue has them; [`Codes`] shows keys and codes as they are.
pub trait Labels {
    /// The name of a fact within a sentence: "the number of data subjects", "whether the police was told".
    fn fact(&self, key: &str) -> String;
    /// The name of one option of a fact.
    fn option(&self, key: &str, code: &str) -> String;
}

/// Keys and codes as they are written.
#[derive(Debug, Clone, Copy)]
pub struct Codes;

impl Labels for Codes {
    fn fact(&self, key: &str) -> String {
        key.to_owned()
    }

    fn option(&self, _: &str, code: &str) -> String {
        code.to_owned()
    }
}

impl Condition {
    /// What it asks for: `people.count is more than 100 and data.types includes "credentials"`.
    #[must_use]
    pub fn words(&self, labels: &dyn Labels) -> String {
        self.node.words(labels, true)
    }

    /// Why it came out as it did, naming only what decided: `because people.count is more than 100`,
    /// `because data.types does not include "credentials"`,
    /// `because it is not yet known whether people.count is more than 100`.
    #[must_use]
    pub fn because<'v>(&self, lookup: &Lookup<'_, 'v>, labels: &dyn Labels) -> String {
        let outcome = self.node.holds(lookup);
        let mut tests = Vec::new();
        self.node.deciding(lookup, outcome, &mut tests);
        let mut clauses: Vec<String> = Vec::new();
        for test in tests {
            let clause = match outcome {
                Tristate::Unknown => format!("whether {}", test.words(labels, true)),
                // Inside a `not` the test itself came out the other way round.
                Tristate::Yes | Tristate::No => test.words(labels, test.holds(lookup) == Tristate::Yes),
            };
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
        let open = if outcome == Tristate::Unknown { "it is not yet known " } else { "" };
        format!("because {open}{}", clauses.join(" and "))
    }
}

impl Node {
    /// In words, or its opposite in words.
    fn words(&self, labels: &dyn Labels, positive: bool) -> String {
        let (parts, all) = match self {
            Self::All(parts) => (parts, positive),
            Self::Any(parts) => (parts, !positive),
            Self::Not(part) => return part.words(labels, !positive),
            Self::Test(test) => return test.words(labels, positive),
        };
        let parts = parts.iter().map(|part| {
            let words = part.words(labels, positive);
            match part.is_group() {
                true if all => format!("({words})"),
                _ => words,
            }
        });
        parts.collect::<Vec<_>>().join(if all { " and " } else { " or " })
    }

    fn is_group(&self) -> bool {
        match self {
            Self::All(_) | Self::Any(_) => true,
            Self::Not(part) => part.is_group(),
            Self::Test(_) => false,
        }
    }
}

/// Names that are clauses ("whether the police was told") need a noun before a verb can follow.
fn subject(name: String) -> String {
    let clause =
        ["whether ", "when ", "which ", "who ", "how ", "why "].iter().any(|word| name.starts_with(word));
    if clause { format!("the answer to \"{name}\"") } else { name }
}

impl Test {
    fn words(&self, labels: &dyn Labels, positive: bool) -> String {
        let name = subject(labels.fact(self.key()));
        match self {
            Self::Known { .. } if positive => format!("{name} is known"),
            Self::Known { .. } => format!("{name} is not yet known"),
            Self::Has { key, option } => {
                let verb = if positive { "includes" } else { "does not include" };
                format!("{name} {verb} \"{}\"", labels.option(key, option))
            }
            Self::Compare { key, order, with } => {
                let value = match with {
                    Literal::Text(option) => format!("\"{}\"", labels.option(key, option)),
                    Literal::Number(number) => number.to_string(),
                    Literal::Bool(truth) => if *truth { "yes" } else { "no" }.to_owned(),
                };
                match if positive { *order } else { order.opposite() } {
                    Order::Equal => format!("{name} is {value}"),
                    Order::NotEqual => format!("{name} is not {value}"),
                    Order::Less => format!("{name} is less than {value}"),
                    Order::AtMost => format!("{name} is {value} or less"),
                    Order::More => format!("{name} is more than {value}"),
                    Order::AtLeast => format!("{name} is {value} or more"),
                }
            }
        }
    }
}

impl Order {
    fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtLeast => Self::Less,
            Self::More => Self::AtMost,
            Self::AtMost => Self::More,
        }
    }
}
