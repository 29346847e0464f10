//! A condition part by part, for whoever writes it in another language.

use super::{Condition, Literal, Node, Order, Test};

/// A part of a condition. Borrowed: it is looked at and written elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'c> {
    All(Vec<Part<'c>>),
    Any(Vec<Part<'c>>),
    Not(Box<Part<'c>>),
    /// Key, order (`==`, `!=`, `<`, `<=`, `>` or `>=`) and what it is compared with.
    Compare(&'c str, &'static str, Compared<'c>),
    /// Key and option.
    Has(&'c str, &'c str),
    Known(&'c str),
}

/// What a fact is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared<'c> {
    Text(&'c str),
    Number(u64),
    Bool(bool),
}

impl Condition {
    /// The condition as it is built. Its depth is limited.
    #[must_use]
    pub fn parts(&self) -> Part<'_> {
        self.node.part()
    }
}

impl Node {
    fn part(&self) -> Part<'_> {
        match self {
            Self::All(parts) => Part::All(parts.iter().map(Self::part).collect()),
            Self::Any(parts) => Part::Any(parts.iter().map(Self::part).collect()),
            Self::Not(part) => Part::Not(Box::new(part.part())),
            Self::Test(Test::Known { key }) => Part::Known(key),
            Self::Test(Test::Has { key, option }) => Part::Has(key, option),
            Self::Test(Test::Compare { key, order, with }) => Part::Compare(
                key,
                order.sign(),
                match with {
                    Literal::Text(text) => Compared::Text(text),
                    Literal::Number(number) => Compared::Number(*number),
                    Literal::Bool(truth) => Compared::Bool(*truth),
                },
            ),
        }
    }
}

impl Order {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}
