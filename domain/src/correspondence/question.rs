//! A question of an authority, a controller or somebody else: who asks, by when, what was answered and how that is
//! proven.
//!
//! An authority may ask whatever it needs for its tasks (Art. 58(1)(a) GDPR), and says until when.

mod input;

pub use input::{
    AnswerInput, AnsweredInput, ApproveAnswerInput, AskedInput, DraftAnswerInput, NewAsked, is_offered,
};

use crate::{
    choices,
    fact::{
        Ground,
        sheet::{Sheet, changed},
    },
    id::{AccountId, AuthorityId, CasePartyId, IncidentId, QuestionId, TaskId},
    journal::hash,
    notice::{
        Read,
        template::{Language, NoticeKind},
    },
    refusal::Refusal,
    work::Task,
};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many questions a case takes.
pub const QUESTIONS_MAX: usize = 500;

choices! {
    /// Who asks.
    pub enum Asker {
        Authority = "authority" => "supervisory authority",
        Controller = "controller" => "controller",
        Insurer = "insurer" => "insurer",
        Other = "other" => "somebody else",
    }
}

impl Asker {
    /// The notice whose sentences an answer is drafted from; none where every answer is in own words.
    #[must_use]
    pub fn worded_as(self) -> Option<NoticeKind> {
        match self {
            Self::Authority => Some(NoticeKind::AuthorityNotification),
            Self::Controller => Some(NoticeKind::ControllerNotice),
            Self::Insurer => Some(NoticeKind::Insurer),
            Self::Other => None,
        }
    }
}

choices! {
    /// How a question came, or an answer left.
    pub enum QuestionWay {
        Portal = "portal" => "portal",
        Mail = "mail" => "e-mail",
        Letter = "letter" => "letter",
        Telephone = "telephone" => "telephone",
        InPerson = "in_person" => "in person",
    }
}

choices! {
    /// Where a question stands.
    pub enum QuestionState {
        Open = "open" => "open",
        Drafted = "drafted" => "answer drafted",
        Approved = "approved" => "answer approved",
        Answered = "answered" => "answered",
        Withdrawn = "withdrawn" => "withdrawn",
    }
}

impl QuestionState {
    /// Whether nothing more will happen to it.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Answered | Self::Withdrawn)
    }
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "QuestionAsked")]
pub struct Asked {
    pub asker: Asker,
    /// The authority of the case that asks, where it is one.
    pub authority: Option<AuthorityId>,
    /// The controller of the case that asks, where it is one.
    pub controller: Option<CasePartyId>,
    /// The asker's name.
    pub name: String,
    pub way: QuestionWay,
    pub received_at: DateTime<Utc>,
    /// The asker's own reference; may be empty.
    pub reference: String,
    pub text: String,
    pub due_at: Option<DateTime<Utc>>,
    /// Who sees to the answer.
    pub owner: AccountId,
    /// Their letter.
    pub ground: Option<Ground>,
}

/// What is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "QuestionAnswer")]
pub struct Answer {
    pub language: Option<Language>,
    /// The statements that it was drafted from.
    pub statements: Vec<String>,
    pub text: String,
    /// The facts it rests on, as they were when the text was drafted or last saved.
    pub reads: Vec<Read>,
    /// Everybody who wrote on it; none of them may approve.
    pub authors: Vec<AccountId>,
    /// Why it was sent back; empty otherwise.
    pub remark: String,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by: Option<AccountId>,
    /// SHA-256 of the text that was approved, lower-case hexadecimal.
    pub approved_digest: Option<String>,
}

/// How the answer left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "AnswerSent")]
pub struct Sent {
    pub at: DateTime<Utc>,
    /// Who sent it, by what the record says.
    pub by: AccountId,
    pub way: QuestionWay,
    /// The number of a confirmation or of a registered letter; may be empty.
    pub reference: String,
    pub proof: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CaseQuestion")]
pub struct Question {
    pub id: QuestionId,
    pub incident: IncidentId,
    pub state: QuestionState,
    pub asked: Asked,
    pub answer: Answer,
    pub sent: Option<Sent>,
    /// Why it needs no answer any more; empty otherwise.
    pub withdrawn_reason: String,
    /// The task of answering it.
    pub task: TaskId,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    pub revision: i64,
}

fn no(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::state(code, message)
}

impl Question {
    /// SHA-256 of the answer's text as it is: what is approved.
    #[must_use]
    pub fn digest(&self) -> String {
        hash(&self.answer.text)
    }

    /// Whether an answer is owed at `now` and the time for it is over.
    #[must_use]
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        !self.state.is_settled() && self.asked.due_at.is_some_and(|due| due < now)
    }

    /// The keys of facts that are others now than when the answer was written.
    #[must_use]
    pub fn stale(&self, sheet: &Sheet) -> Vec<String> {
        if self.state.is_settled() { Vec::new() } else { changed(&self.answer.reads, sheet) }
    }

    /// The task of answering it. `id` is the task's.
    #[must_use]
    pub fn errand(&self, now: DateTime<Utc>) -> Task {
        Task {
            id: self.task,
            incident: self.incident,
            title: self.errand_title(),
            fact: None,
            owner: Some(self.asked.owner),
            due_at: self.asked.due_at,
            done_at: None,
            done_by: None,
            created_at: now,
            created_by: self.recorded_by,
            revision: 1,
        }
    }

    /// What the question does to `task`, its own: moved with owner and due time, or done once nothing is owed.
    #[must_use]
    pub fn errand_now(&self, task: &Task, by: AccountId, now: DateTime<Utc>) -> Option<(Task, &'static str)> {
        if self.state.is_settled() {
            return task.complete(by, now).ok().map(|done| (done, "answered"));
        }
        let (owner, due_at, title) = (Some(self.asked.owner), self.asked.due_at, self.errand_title());
        // Whoever ticked it off has not answered: what is owed is open again for whoever sees to it now.
        if task.done_at.is_none() && task.owner == owner && task.due_at == due_at && task.title == title {
            return None;
        }
        let (done_at, done_by, revision) = (None, None, task.revision + 1);
        Some((Task { owner, due_at, title, done_at, done_by, revision, ..task.clone() }, "asked"))
    }

    fn errand_title(&self) -> String {
        let name: String = self.asked.name.chars().take(120).collect();
        format!("Answer the question of {name}")
    }

    fn next(&self) -> Result<Self, Refusal> {
        if self.state.is_settled() {
            return Err(no("settled", format!("This question is {}; nothing changes any more.", self.state)));
        }
        Ok(Self { revision: self.revision + 1, ..self.clone() })
    }

    /// Drafted again: whatever was approved no longer is.
    fn unapproved(&self) -> Result<Self, Refusal> {
        let mut question = self.next()?;
        if question.state == QuestionState::Approved {
            question.state = QuestionState::Drafted;
        }
        question.answer.approved_at = None;
        question.answer.approved_by = None;
        question.answer.approved_digest = None;
        Ok(question)
    }

    /// The question as it is said anew. Where what was asked is another, an approval no longer holds.
    ///
    /// # Errors
    /// It is settled.
    pub fn asked_anew(&self, asked: Asked) -> Result<Self, Refusal> {
        let same = self.asked.text == asked.text
            && self.asked.asker == asked.asker
            && self.asked.authority == asked.authority
            && self.asked.controller == asked.controller
            && (asked.authority.is_some() || asked.controller.is_some() || self.asked.name == asked.name);
        let question = if same { self.next()? } else { self.unapproved()? };
        Ok(Self { asked, ..question })
    }

    /// With an answer drafted from the facts, in place of what was there.
    ///
    /// # Errors
    /// It is settled.
    pub fn drafted(
        &self,
        (language, statements): (Language, Vec<String>),
        text: String,
        reads: Vec<Read>,
        by: AccountId,
    ) -> Result<Self, Refusal> {
        let mut question = self.written(text, reads, by)?;
        question.answer.language = Some(language);
        question.answer.statements = statements;
        Ok(question)
    }

    /// With the answer in own words, which rest on `reads` from here on.
    ///
    /// # Errors
    /// It is settled.
    pub fn written(&self, text: String, reads: Vec<Read>, by: AccountId) -> Result<Self, Refusal> {
        let mut question = self.unapproved()?;
        question.state = QuestionState::Drafted;
        question.answer.remark = String::new();
        question.answer.text = text;
        question.answer.reads = reads;
        if !question.answer.authors.contains(&by) {
            question.answer.authors.push(by);
        }
        Ok(question)
    }

    /// The facts under the answer, each as `sheet` has it.
    #[must_use]
    pub fn read_again(&self, sheet: &Sheet) -> Vec<Read> {
        let again = |read: &Read| Read { key: read.key.clone(), fact: sheet.get(&read.key).map(|f| f.id) };
        self.answer.reads.iter().map(again).collect()
    }

    /// Sent back to its authors.
    ///
    /// # Errors
    /// There is no answer that could be, or it is settled.
    pub fn sent_back(&self, remark: String) -> Result<Self, Refusal> {
        if self.state == QuestionState::Open {
            return Err(no("no_answer", "There is no answer yet that could be sent back."));
        }
        let mut question = self.unapproved()?;
        question.answer.remark = remark;
        Ok(question)
    }

    /// Approved by somebody who wrote none of it.
    ///
    /// # Errors
    /// There is no draft, the approver wrote on it, `seen` is not the digest of the text as it is, or a fact under it
    /// has changed.
    pub fn approved(
        &self,
        by: AccountId,
        seen: &str,
        sheet: &Sheet,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let mut question = self.next()?;
        if self.state != QuestionState::Drafted {
            return Err(no("not_drafted", "Only an answer that was drafted is approved, and once."));
        }
        if self.answer.authors.contains(&by) {
            return Err(no("own_work", "You wrote on this answer. A second person has to approve it."));
        }
        if seen != self.digest() {
            return Err(no(
                "not_what_was_seen",
                "The answer has changed since you read it. Read it again and approve what is there now.",
            ));
        }
        self.fresh(sheet)?;
        question.state = QuestionState::Approved;
        question.answer.remark = String::new();
        question.answer.approved_digest = Some(self.digest());
        question.answer.approved_at = Some(now);
        question.answer.approved_by = Some(by);
        Ok(question)
    }

    fn fresh(&self, sheet: &Sheet) -> Result<(), Refusal> {
        if self.stale(sheet).is_empty() {
            return Ok(());
        }
        Err(no(
            "stale",
            "Facts under this answer have changed since it was written. Draft it anew, or save it once more if its words still hold.",
        ))
    }

    /// Answered: from here on the text is frozen.
    ///
    /// # Errors
    /// The text isn't the approved one, it was sent before it was approved, or a fact under it has changed.
    pub fn answered(&self, sent: Sent, sheet: &Sheet) -> Result<Self, Refusal> {
        let question = self.next()?;
        let digest = self.digest();
        if self.state != QuestionState::Approved || self.answer.approved_digest.as_ref() != Some(&digest) {
            return Err(no("not_approved", "Only an answer that a second person approved is sent."));
        }
        // Times are typed to the minute.
        if self
            .answer
            .approved_at
            .is_some_and(|at| sent.at < at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at))
        {
            let message = "This is before the answer was approved.";
            return Err(Refusal::field("sent_at", "before_approval", message));
        }
        self.fresh(sheet)?;
        Ok(Self { state: QuestionState::Answered, sent: Some(sent), ..question })
    }

    /// No answer is owed any more.
    ///
    /// # Errors
    /// It is settled.
    pub fn withdrawn(&self, reason: String) -> Result<Self, Refusal> {
        Ok(Self { state: QuestionState::Withdrawn, withdrawn_reason: reason, ..self.next()? })
    }
}
