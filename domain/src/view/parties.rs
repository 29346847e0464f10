//! What a screen may see of parties.

use super::{Case, Listed};
use crate::{
    clock::NotificationClock,
    evidence::Evidence,
    fact::Fact,
    id::{IncidentId, NoticeId},
    notice::{stage::Stage, template::Language},
    party::{
        Party, PartyKind,
        in_case::{CaseParty, Processing},
    },
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// A page of the address book.
#[derive(Debug, Clone)]
pub struct PartyBook {
    pub parties: Listed<Party>,
    pub may_add: bool,
}

/// A case in which a party takes part, or took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartyCase {
    pub incident: IncidentId,
    pub reference: String,
    pub title: String,
    pub role: PartyKind,
    pub added_at: DateTime<Utc>,
    pub removed_at: Option<DateTime<Utc>>,
}

/// A party of the address book with the cases in which the asker may see it.
#[derive(Debug, Clone)]
pub struct PartyPage {
    pub party: Party,
    /// The newest first, at most [`super::PAGE`].
    pub cases: Vec<PartyCase>,
    /// How many there are in all that the asker may see.
    pub all_cases: u64,
    pub may_edit: bool,
}

/// What can be done about the hours of a party's contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ContractClock {
    /// The contract gives no hours.
    None,
    /// It can be counted in this case.
    Offered { hours: u32 },
    /// It counts in this case.
    Counting { hours: u32, rule: String },
}

/// What the catalogue asks about a party and the address book knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TakeOver {
    pub key: String,
    pub label: String,
    pub value: String,
    /// The fact says exactly this already.
    pub done: bool,
}

/// A number of one controller, as it adds up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CountLine {
    pub low: u64,
    pub high: u64,
    /// Not approximate, and no range.
    pub exact: bool,
}

/// What stands about one controller that we process for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ControllerState {
    /// When it was first told, by whatever way.
    pub told_at: Option<DateTime<Utc>>,
    /// Its own clocks, the nearest first: Art. 33(2), and the contract's.
    pub clocks: Vec<NotificationClock>,
    pub people: Option<CountLine>,
    pub records: Option<CountLine>,
    /// How many of the questions about it are answered, and how many there are.
    pub answered: u64,
    pub asked: u64,
    /// The latest notice to it that wasn't given up.
    pub notice: Option<ControllerNoticeRef>,
}

/// A notice to a controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ControllerNoticeRef {
    pub id: NoticeId,
    pub stage: Stage,
}

/// A party of a case.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CasePartyLine {
    pub in_case: CaseParty,
    pub party: Party,
    pub contract: ContractClock,
    pub takes_over: Vec<TakeOver>,
    /// Of a controller that we process for.
    pub controller: Option<ControllerState>,
}

/// How the numbers of all controllers add up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sum {
    pub low: u64,
    pub high: u64,
    /// No number among them is approximate or a range.
    pub exact: bool,
    /// How many controllers have a number.
    pub known: u64,
    /// How many have none yet.
    pub unknown: u64,
}

impl Sum {
    /// Adds the numbers up.
    #[must_use]
    pub fn of<'c>(lines: impl IntoIterator<Item = Option<&'c CountLine>>) -> Self {
        let mut sum = Self { exact: true, ..Self::default() };
        for line in lines {
            match line {
                Some(line) => {
                    sum.low = sum.low.saturating_add(line.low);
                    sum.high = sum.high.saturating_add(line.high);
                    sum.exact &= line.exact;
                    sum.known += 1;
                }
                None => sum.unknown += 1,
            }
        }
        sum
    }
}

/// The parties of a case.
#[derive(Debug, Clone)]
pub struct PartiesTab {
    pub case: Case,
    pub processing: Processing,
    /// Those that take part, in the order in which they came.
    pub parties: Vec<CasePartyLine>,
    /// Those taken out, the last one first.
    pub removed: Vec<(CaseParty, Party)>,
    /// Parties of the address book that can be brought in, by name, at most 500.
    pub book: Vec<Party>,
    /// How many controllers have to be told, and how many were.
    pub to_tell: u64,
    pub told: u64,
    pub people: Sum,
    pub records: Sum,
    /// What the case's own sheet says, where it is another number than the controllers' sum.
    pub people_of_the_case: Option<String>,
    /// Whether it is recorded when we became aware as the processor.
    pub processor_aware_at: Option<DateTime<Utc>>,
    pub warnings: Vec<&'static str>,
    pub languages: Vec<Language>,
}

/// One question about a controller, with every answer there was.
#[derive(Debug, Clone)]
pub struct ControllerFact {
    pub key: String,
    pub fact: Option<Fact>,
    /// In words, in English.
    pub shown: String,
    /// The newest first, each with its value in words.
    pub history: Vec<(Fact, String)>,
}

/// A party of a case with everything about it.
#[derive(Debug, Clone)]
pub struct CasePartyPage {
    pub case: Case,
    pub line: CasePartyLine,
    /// Of a controller that we process for.
    pub facts: Vec<ControllerFact>,
    pub evidence: Vec<Evidence>,
    pub languages: Vec<Language>,
}

/// The answer to drafting for all: the new notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
pub struct Drafted {
    pub notices: Vec<String>,
}
