//! Questions about an incident, and their answers.

use super::{
    super::{
        answer::{Created, Done, Shown, Tagged},
        call::{Asked, Call, Given, Nothing},
        route::{ApiRoute, get, post, put},
    },
    ListOut,
};
use domain::{
    access::Action,
    correspondence::{
        question::{AnswerInput, AnsweredInput, ApproveAnswerInput, AskedInput, DraftAnswerInput, Question},
        reply::{CountInput, ReplyTopic, TopicCount},
    },
    id::{IncidentId, NoticeId, QuestionId, ReplyId},
    incident::ReasonInput,
    notice::template::Language,
    view::{
        Added, UnderFact,
        correspondence::{ReplyAsked, ReplyLine},
    },
};
use schemars::JsonSchema;
use serde::Serialize;
use services::Result;

#[rustfmt::skip]
pub(super) fn routes() -> Vec<ApiRoute> {
    use Action as A;
    vec![
        get("/incidents/{incident}/questions", "listQuestions", "What others ask about an incident: what waits for an answer first, by due time", A::ReadIncident, questions),
        post("/incidents/{incident}/questions", "recordQuestion", "Record a question; it becomes a task of whoever sees to the answer", A::RecordQuestion, record),
        get("/questions/{question}", "readQuestion", "One question with its answer and the facts under it", A::ReadIncident, question),
        put("/questions/{question}", "editQuestion", "Say anew what was asked, by when and who sees to it", A::AnswerQuestion, edit),
        post("/questions/{question}/draft", "draftAnswer", "Draft the answer from the facts as they are", A::AnswerQuestion, draft),
        put("/questions/{question}/answer", "writeAnswer", "Write the answer in own words, which rest on the facts as they are now", A::AnswerQuestion, write),
        post("/questions/{question}/approve", "approveAnswer", "Approve exactly the answer that was read, as a second person", A::ApproveAnswer, approve),
        post("/questions/{question}/back", "sendAnswerBack", "Send an answer back to its authors with a reason", A::ApproveAnswer, back),
        post("/questions/{question}/sent", "recordAnswered", "Record that the approved answer was sent; its text is frozen", A::AnswerQuestion, sent),
        post("/questions/{question}/withdraw", "withdrawQuestion", "Say with a reason that no answer is owed any more", A::AnswerQuestion, withdraw),
        get("/notices/{notice}/replies", "readReplies", "What people reply to a communication, in numbers, and words to reply with", A::ReadIncident, replies),
        post("/notices/{notice}/replies", "countReplies", "Count replies to a communication; nothing of the reply itself is kept", A::CountReplies, count),
        post("/notices/{notice}/replies/{reply}/take-back", "takeBackReplyCount", "Take a miscount back with a reason", A::CountReplies, take_back),
    ]
}

/// A fact under an answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FactUnderAnswer")]
struct UnderOut {
    key: String,
    label: String,
    /// The fact in words, as it was when the answer was written.
    then: String,
    /// The fact in words as it is now, where that is another.
    now: Option<String>,
}

impl From<UnderFact> for UnderOut {
    fn from(under: UnderFact) -> Self {
        let UnderFact { key, label, shown, now_shown, evidence: _ } = under;
        Self { key, label, then: shown, now: now_shown }
    }
}

/// Replies to a communication.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Replies")]
struct RepliesOut {
    totals: Vec<TopicCount>,
    /// The newest first, at most 200.
    counted: Vec<ReplyLine>,
    topic: ReplyTopic,
    language: Language,
    /// Words to reply with to this topic in this language.
    text: String,
    under: Vec<UnderOut>,
}

/// A question with its answer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "QuestionAndAnswer")]
struct QuestionOut {
    #[serde(flatten)]
    question: Question,
    overdue: bool,
    /// SHA-256 of the answer as it is: what is approved.
    digest: String,
    /// The statements that the answer can be drafted from; none where it is written in own words.
    offered: Vec<String>,
    under: Vec<UnderOut>,
}

async fn questions(call: Call<Nothing>, id: IncidentId) -> Result<Shown<ListOut<Question>>> {
    let page = call.services.correspondence(&call.ctx, id).await?;
    Ok(Shown(ListOut::whole(page.questions.into_iter().map(|line| line.question).collect())))
}

async fn record(call: Call<Given<AskedInput>>, id: IncidentId) -> Result<Created<Added>> {
    let added = call.services.record_question(&call.ctx, id, &call.input.0).await?;
    let at = format!("/questions/{}", added.id);
    Ok(Created(added, at))
}

async fn question(call: Call<Nothing>, id: QuestionId) -> Result<Tagged<QuestionOut>> {
    let page = call.services.question(&call.ctx, id).await?;
    let revision = page.line.question.revision;
    let out = QuestionOut {
        overdue: page.line.overdue,
        question: page.line.question,
        digest: page.digest,
        offered: page.offered.into_iter().map(|offered| offered.code).collect(),
        under: page.under.into_iter().map(UnderOut::from).collect(),
    };
    Ok(Tagged(out, revision))
}

async fn edit(call: Call<Given<AskedInput>>, id: QuestionId) -> Result<Done> {
    call.services.edit_question(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn draft(call: Call<Given<DraftAnswerInput>>, id: QuestionId) -> Result<Done> {
    call.services.draft_answer(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn write(call: Call<Given<AnswerInput>>, id: QuestionId) -> Result<Done> {
    call.services.write_answer(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn approve(call: Call<Given<ApproveAnswerInput>>, id: QuestionId) -> Result<Done> {
    call.services.approve_answer(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn back(call: Call<Given<ReasonInput>>, id: QuestionId) -> Result<Done> {
    call.services.send_answer_back(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn sent(call: Call<Given<AnsweredInput>>, id: QuestionId) -> Result<Done> {
    call.services.record_answered(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn withdraw(call: Call<Given<ReasonInput>>, id: QuestionId) -> Result<Done> {
    call.services.withdraw_question(&call.ctx, id, &call.input.0).await.map(|()| Done)
}

async fn replies(call: Call<Asked<ReplyAsked>>, id: NoticeId) -> Result<Shown<RepliesOut>> {
    let page = call.services.replies(&call.ctx, id, &call.input.0).await?;
    Ok(Shown(RepliesOut {
        totals: page.totals,
        counted: page.counted,
        topic: page.words.topic,
        language: page.words.language,
        text: page.words.text,
        under: page.words.under.into_iter().map(UnderOut::from).collect(),
    }))
}

async fn count(call: Call<Given<CountInput>>, id: NoticeId) -> Result<Created<Added>> {
    let added = call.services.count_replies(&call.ctx, id, &call.input.0).await?;
    Ok(Created(added, format!("/notices/{id}/replies")))
}

async fn take_back(call: Call<Given<ReasonInput>>, (notice, id): (NoticeId, ReplyId)) -> Result<Done> {
    call.services.take_back_count(&call.ctx, notice, id, &call.input.0).await.map(|()| Done)
}
