//! The severity of a personal data breach by the method of ENISA: an aid, never a verdict.
//!
//! Source: ENISA, "Recommendations for a methodology of the assessment of severity of personal data breaches",
//! Working Document v1.0, December 2013; called "the method" here, and its parts by their titles.
//!
//! SE = DPC × EI + CB ("Overview of the methodology", "Calculation of the severity"). Every term is a multiple of a
//! quarter and is counted in quarters, so that 3.0 is 3.0 and a level's border is met exactly.
//!
//! The method is older than the GDPR. Its levels aren't the thresholds of Articles 33 and 34: a low level is no
//! reason not to notify. That is why the level is called the ENISA level wherever it is shown.

#![deny(clippy::float_arithmetic)]

mod explained;
mod input;

pub use explained::{Explained, Explanation, Question};
pub use input::{CircumstancesInput, ContextInput, Object, SeverityInput};

use crate::{choices, text::Choice};
use std::{fmt, ops::RangeInclusive};

/// Above this number of individuals the flag is raised.
pub const MANY: u64 = 100;

choices! {
    /// What kind of data it is ("Annex 1"). Credentials belong to what they open.
    pub enum DataCategory {
        Simple = "simple" => "simple data",
        Behavioural = "behavioural" => "behavioural data",
        Financial = "financial" => "financial data",
        Sensitive = "sensitive" => "sensitive data",
    }
}

impl DataCategory {
    /// The basic score before any adjustment: 1 to 4 ("Scoring of the criteria", DPC, step 1).
    #[must_use]
    pub fn base(self) -> u8 {
        match self {
            Self::Simple => 1,
            Self::Behavioural => 2,
            Self::Financial => 3,
            Self::Sensitive => 4,
        }
    }

    /// By how many whole steps the context may move the basic score: so far that it stays within 1 to 4
    /// ("Assessment Table 1").
    #[must_use]
    pub fn adjustments(self) -> RangeInclusive<i64> {
        let base = i64::from(self.base());
        1 - base..=4 - base
    }
}

choices! {
    /// EI: how easily somebody who holds the data finds out whose they are ("Annex 2").
    pub enum EaseOfIdentification {
        Negligible = "negligible" => "negligible",
        Limited = "limited" => "limited",
        Significant = "significant" => "significant",
        Maximum = "maximum" => "maximum",
    }
}

impl EaseOfIdentification {
    /// 0.25, 0.5, 0.75 or 1.
    #[must_use]
    pub fn quarters(self) -> Quarters {
        Quarters(match self {
            Self::Negligible => 1,
            Self::Limited => 2,
            Self::Significant => 3,
            Self::Maximum => 4,
        })
    }
}

choices! {
    /// CB: who may have seen the data ("Scoring of the criteria", CB, loss of confidentiality).
    pub enum ConfidentialityLoss {
        None = "none" => "no sign that anybody has seen the data",
        KnownRecipients = "known_recipients" => "known recipients",
        UnknownRecipients = "unknown_recipients" => "an unknown number of recipients",
    }
}

choices! {
    /// CB: whether the data were altered ("Scoring of the criteria", CB, loss of integrity).
    pub enum IntegrityLoss {
        None = "none" => "not altered, or restored before any use",
        Recoverable = "recoverable" => "altered and possibly used, can be put right",
        NotRecoverable = "not_recoverable" => "altered and possibly used, can't be put right",
    }
}

choices! {
    /// CB: whether the data can be reached when they are needed ("Scoring of the criteria", CB, loss of availability).
    pub enum AvailabilityLoss {
        None = "none" => "there, or back without difficulty",
        Temporary = "temporary" => "not there for a time",
        Full = "full" => "lost for good",
    }
}

choices! {
    /// CB: whether somebody meant harm ("Scoring of the criteria", CB, malicious intent).
    pub enum MaliciousIntent {
        No = "no" => "no sign of intent",
        Yes = "yes" => "malicious intent",
    }
}

/// How much a loss adds to the score.
pub trait Adds {
    /// 0, 0.25 or 0.5.
    fn adds(self) -> Quarters;
}

impl Adds for ConfidentialityLoss {
    fn adds(self) -> Quarters {
        Quarters(match self {
            Self::None => 0,
            Self::KnownRecipients => 1,
            Self::UnknownRecipients => 2,
        })
    }
}

impl Adds for IntegrityLoss {
    fn adds(self) -> Quarters {
        Quarters(match self {
            Self::None => 0,
            Self::Recoverable => 1,
            Self::NotRecoverable => 2,
        })
    }
}

impl Adds for AvailabilityLoss {
    fn adds(self) -> Quarters {
        Quarters(match self {
            Self::None => 0,
            Self::Temporary => 1,
            Self::Full => 2,
        })
    }
}

impl Adds for MaliciousIntent {
    /// Intent has one step only: 0 or 0.5.
    fn adds(self) -> Quarters {
        Quarters(match self {
            Self::No => 0,
            Self::Yes => 2,
        })
    }
}

choices! {
    /// The level of a score ("Calculation of the severity"). To people always as the ENISA level: the GDPR has
    /// other thresholds and other words.
    pub enum EnisaLevel {
        Low = "low" => "low",
        Medium = "medium" => "medium",
        High = "high" => "high",
        VeryHigh = "very_high" => "very high",
    }
}

impl EnisaLevel {
    /// The lowest score of the level. It belongs to it; the next level's doesn't.
    #[must_use]
    pub fn starts_at(self) -> Quarters {
        Quarters(match self {
            Self::Low => 0,
            Self::Medium => 8,
            Self::High => 12,
            Self::VeryHigh => 16,
        })
    }

    /// The level of a score.
    #[must_use]
    pub fn of(score: Quarters) -> Self {
        let mut from_the_top = Self::ALL.iter().rev().copied();
        from_the_top.find(|level| level.starts_at() <= score).unwrap_or(Self::Low)
    }
}

/// A number of quarters. Written as a decimal with at least one digit after the point: `0.25`, `0.5`, `3.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarters(u8);

impl Quarters {
    /// How many quarters: 5 for 1.25.
    #[must_use]
    pub fn count(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Quarters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after_the_point = match self.0 % 4 {
            0 => "0",
            1 => "25",
            2 => "5",
            _ => "75",
        };
        write!(f, "{}.{after_the_point}", self.0 / 4)
    }
}

/// An adjustment with its sign, as people write it: `-1`, `0`, `+2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adjustment(pub i64);

impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 { f.write_str("0") } else { write!(f, "{:+}", self.0) }
    }
}

/// Data of one category and what their context makes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    category: DataCategory,
    adjust: i64,
}

impl Context {
    /// Nothing if the category doesn't allow this adjustment.
    #[must_use]
    pub fn new(category: DataCategory, adjust: i64) -> Option<Self> {
        category.adjustments().contains(&adjust).then_some(Self { category, adjust })
    }

    #[must_use]
    pub fn category(self) -> DataCategory {
        self.category
    }

    /// In whole steps, within [`DataCategory::adjustments`].
    #[must_use]
    pub fn adjust(self) -> i64 {
        self.adjust
    }

    /// The score of these data: 1 to 4 ("Assessment Table 1").
    #[must_use]
    pub fn dpc(self) -> u8 {
        // Between 1 and 4 by the range of the adjustment.
        u8::try_from(i64::from(self.category.base()) + self.adjust).unwrap_or(4)
    }
}

/// The data of a breach, at least one category of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contexts {
    all: Vec<Context>,
    driving: Context,
}

impl Contexts {
    /// Each is scored by itself and the highest counts ("Scoring of the criteria", DPC); among equals the one that
    /// is named first. Nothing if there is none.
    #[must_use]
    pub fn new(all: Vec<Context>) -> Option<Self> {
        let highest = |a: Context, b: Context| if b.dpc() > a.dpc() { b } else { a };
        let driving = all.iter().copied().reduce(highest)?;
        Some(Self { all, driving })
    }

    /// In the order in which they were named.
    #[must_use]
    pub fn all(&self) -> &[Context] {
        &self.all
    }

    /// The one that counts.
    #[must_use]
    pub fn driving(&self) -> Context {
        self.driving
    }
}

/// CB: what happened to the data. The parts are added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    pub confidentiality: ConfidentialityLoss,
    pub integrity: IntegrityLoss,
    pub availability: AvailabilityLoss,
    pub malicious: MaliciousIntent,
}

impl Circumstances {
    /// 0 to 2.
    #[must_use]
    pub fn quarters(&self) -> Quarters {
        let Self { confidentiality, integrity, availability, malicious } = *self;
        let parts = [confidentiality.adds(), integrity.adds(), availability.adds(), malicious.adds()];
        Quarters(parts.iter().map(|part| part.0).sum())
    }
}

/// What is known of a breach, as far as the method asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    pub contexts: Contexts,
    pub ei: EaseOfIdentification,
    pub circumstances: Circumstances,
    /// How many people the data are about.
    pub individuals: u64,
    /// Nobody who holds the data can read them, as with good encryption whose key is safe.
    pub unintelligible: bool,
}

/// What stands beside the score and never changes it ("Calculation of the severity").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags {
    /// More than [`MANY`].
    pub individuals_over_100: bool,
    pub unintelligible: bool,
}

/// The score with its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Severity {
    /// 1 to 4.
    pub dpc: u8,
    /// The data that gave it.
    pub driving: Context,
    pub ei: Quarters,
    pub cb: Quarters,
    /// 0.25 to 6.
    pub se: Quarters,
    pub level: EnisaLevel,
    pub flags: Flags,
}

/// The severity of a breach of which this is known.
#[must_use]
pub fn severity(grounds: &Grounds) -> Severity {
    let driving = grounds.contexts.driving();
    let (dpc, ei, cb) = (driving.dpc(), grounds.ei.quarters(), grounds.circumstances.quarters());
    // At most 4 × 4 + 8 quarters.
    let se = Quarters(dpc * ei.0 + cb.0);
    let flags =
        Flags { individuals_over_100: grounds.individuals > MANY, unintelligible: grounds.unintelligible };
    Severity { dpc, driving, ei, cb, se, level: EnisaLevel::of(se), flags }
}

#[cfg(test)]
mod tests;
