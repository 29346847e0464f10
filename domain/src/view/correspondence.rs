//! Questions and replies, as pages show them.

use super::{Case, UnderFact};
use crate::{
    correspondence::{
        question::Question,
        reply::{Counted, ReplyTopic, TopicCount},
    },
    evidence::Evidence,
    id::{AuthorityId, CasePartyId},
    moment::Zone,
    notice::{Notice, template::Language},
};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A question in a list.
#[derive(Debug, Clone)]
pub struct QuestionLine {
    pub question: Question,
    pub overdue: bool,
    /// The zone of the authority that asks, otherwise that of the case.
    pub zone: Zone,
}

/// Who may be chosen as an asker.
#[derive(Debug, Clone, Default)]
pub struct Askers {
    pub authorities: Vec<(AuthorityId, String)>,
    pub controllers: Vec<(CasePartyId, String)>,
}

/// The correspondence of a case.
#[derive(Debug, Clone)]
pub struct CorrespondencePage {
    pub case: Case,
    /// Those that are open first, by due time.
    pub questions: Vec<QuestionLine>,
    pub askers: Askers,
    pub evidence: Vec<Evidence>,
    /// What people may reply to, the oldest first.
    pub communications: Vec<Communication>,
}

/// A communication that people may reply to.
#[derive(Debug, Clone)]
pub struct Communication {
    pub notice: Notice,
    /// How many replies were counted.
    pub replies: u64,
}

/// For which words to reply with somebody asks.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplyAsked {
    /// A code of `ReplyTopic`; what happened, where it is empty or unknown.
    pub topic: String,
    /// The code of a language; that of the communication, where it is empty or unknown.
    pub language: String,
}

/// Replies that were counted together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReplyLine {
    #[serde(flatten)]
    pub counted: Counted,
    /// For requests under Art. 15 and 17: the last day for an answer (Art. 12(3)).
    pub answer_by: Option<NaiveDate>,
}

/// Words to reply with.
#[derive(Debug, Clone)]
pub struct ReplyWords {
    pub topic: ReplyTopic,
    pub language: Language,
    pub text: String,
    /// The facts that they rest on.
    pub under: Vec<UnderFact>,
}

/// The replies to one communication.
#[derive(Debug, Clone)]
pub struct RepliesPage {
    pub case: Case,
    pub notice: Notice,
    pub totals: Vec<TopicCount>,
    /// The newest first, at most 200.
    pub counted: Vec<ReplyLine>,
    pub words: ReplyWords,
}

/// A statement that an answer can be drafted from.
#[derive(Debug, Clone)]
pub struct OfferedStatement {
    pub code: String,
    pub heading: String,
}

/// One question with everything about its answer.
#[derive(Debug, Clone)]
pub struct QuestionPage {
    pub case: Case,
    pub line: QuestionLine,
    pub askers: Askers,
    pub evidence: Vec<Evidence>,
    /// Empty where an answer is in own words only.
    pub offered: Vec<OfferedStatement>,
    /// Those of the organisation's notices, the first by default.
    pub languages: Vec<Language>,
    /// The facts under the answer, with what they are now where that is another.
    pub under: Vec<UnderFact>,
    /// SHA-256 of the answer as it is.
    pub digest: String,
    /// Whether the asker wrote on the answer, and so can't approve it.
    pub own_work: bool,
}

impl QuestionPage {
    /// Whether a fact under the answer has changed since it was written.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.under.iter().any(|under| under.now_shown.is_some())
    }
}
