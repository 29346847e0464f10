//! What can have happened to questions and replies.

use crate::{
    correspondence::{question::Question, reply::Counted},
    journal::{Draft, Stream, hash},
    moment::rfc3339,
    text::Choice,
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq)]
pub enum CorrespondenceEvent {
    Asked(Box<Question>),
    /// Said anew, drafted, written or sent back.
    QuestionChanged {
        question: Box<Question>,
        what: &'static str,
    },
    AnswerApproved(Box<Question>),
    Answered(Box<Question>),
    QuestionWithdrawn(Box<Question>),
    RepliesCounted(Counted),
    CountTakenBack(Counted),
}

impl CorrespondenceEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::Asked(q) => question(q, "question_recorded").with("asker", q.asked.asker.code()),
            Self::QuestionChanged { question: q, what } => question(q, "question_changed")
                .with("what", *what)
                .with("answer", q.digest())
                .with("remark", hash(&q.answer.remark)),
            Self::AnswerApproved(q) => question(q, "answer_approved")
                .with("digest", q.answer.approved_digest.clone().unwrap_or_default()),
            Self::Answered(q) => {
                let sent = q.sent.as_ref();
                question(q, "question_answered")
                    .with("digest", q.digest())
                    .with("way", sent.map(|s| s.way.code()).unwrap_or_default())
                    .with("sent_at", sent.map(|s| rfc3339(s.at)).unwrap_or_default())
                    .with(
                        "proof",
                        sent.and_then(|s| s.proof.as_ref()).map(|p| p.sha256.clone()).unwrap_or_default(),
                    )
            }
            Self::QuestionWithdrawn(q) => {
                question(q, "question_withdrawn").with("reason", hash(&q.withdrawn_reason))
            }
            Self::RepliesCounted(c) => counted(c, "replies_counted"),
            Self::CountTakenBack(c) => {
                counted(c, "reply_count_taken_back").with("reason", hash(&c.taken_back_reason))
            }
        }
    }
}

fn question(q: &Question, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(q.incident), what, q.id)
        .with("revision", q.revision)
        .with("state", q.state.code())
        .with("received_at", rfc3339(q.asked.received_at))
        .with("due_at", q.asked.due_at.map(rfc3339).unwrap_or_default())
        .with("text", hash(&q.asked.text))
}

fn counted(c: &Counted, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(c.incident), what, c.id)
        .with("notice", c.notice.to_string())
        .with("topic", c.topic.code())
        .with("way", c.way.code())
        .with("number", u64::from(c.number))
}
