//! Saving and reading questions and counted replies.

use super::{
    apply::{insert, replace, tell, with_reason},
    id, id_opt, instant, instant_opt, json, micros,
    rows::fresh,
    search,
    search::Doc,
    tables, to_json, word,
};
use crate::{
    ctx::Ctx,
    error::{Error, Result},
};
use domain::{
    correspondence::{question::Question, reply::Counted},
    event::correspondence::CorrespondenceEvent,
    moment::{Zone, show},
    text::Choice,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
};

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &CorrespondenceEvent) -> Result<()> {
    match event {
        CorrespondenceEvent::Asked(q) => {
            insert::<tables::questions::Entity>(tx, fresh(question_row(q)?)).await?;
            indexed(tx, q).await?;
            let due = q.asked.due_at.map(|due| format!(", to be answered by {}", show(due, Zone::UTC)));
            let what = format!("A question of {} was recorded{}.", q.asked.name, due.unwrap_or_default());
            tell(tx, ctx, q.incident, what).await
        }
        CorrespondenceEvent::QuestionChanged { question: q, .. } => save(tx, q).await,
        CorrespondenceEvent::AnswerApproved(q) => {
            save(tx, q).await?;
            tell(tx, ctx, q.incident, format!("The answer to {} was approved.", q.asked.name)).await
        }
        CorrespondenceEvent::Answered(q) => {
            save(tx, q).await?;
            let way = q.sent.as_ref().map(|sent| format!(" ({})", sent.way)).unwrap_or_default();
            tell(tx, ctx, q.incident, format!("The question of {} was answered{way}.", q.asked.name)).await
        }
        CorrespondenceEvent::QuestionWithdrawn(q) => {
            save(tx, q).await?;
            let what = format!("The question of {} was withdrawn", q.asked.name);
            tell(tx, ctx, q.incident, with_reason(what, &q.withdrawn_reason)).await
        }
        CorrespondenceEvent::RepliesCounted(c) => {
            insert::<tables::reply_counts::Entity>(tx, fresh(counted_row(c))).await
        }
        CorrespondenceEvent::CountTakenBack(c) => {
            use tables::reply_counts::Column as C;
            let at = Condition::all().add(C::Id.eq(c.id.to_string())).add(C::TakenBackAt.is_null());
            replace::<tables::reply_counts::Entity>(tx, fresh(counted_row(c)), at).await
        }
    }
}

async fn save(tx: &DatabaseTransaction, q: &Question) -> Result<()> {
    use tables::questions::Column as C;
    let at = Condition::all().add(C::Id.eq(q.id.to_string())).add(C::Revision.eq(q.revision - 1));
    replace::<tables::questions::Entity>(tx, fresh(question_row(q)?), at).await?;
    indexed(tx, q).await
}

/// A question is found by who asked, by what was asked and answered, and by the references of both sides.
async fn indexed(tx: &DatabaseTransaction, q: &Question) -> Result<()> {
    let theirs = q.sent.as_ref().map_or("", |sent| sent.reference.as_str());
    let words = [q.asked.reference.as_str(), &q.asked.text, &q.answer.text, theirs];
    let body: Vec<&str> = words.into_iter().filter(|part| !part.trim().is_empty()).collect();
    let doc = Doc {
        target: q.id.to_string(),
        incident: q.incident.to_string(),
        kind: "question",
        title: &q.asked.name,
        body: &body.join("\n"),
    };
    search::index(tx, &doc).await
}

fn question_row(q: &Question) -> Result<tables::questions::Model> {
    Ok(tables::questions::Model {
        id: q.id.to_string(),
        incident_id: q.incident.to_string(),
        state: q.state.code().to_owned(),
        due_at: q.asked.due_at.map(micros),
        task_id: q.task.to_string(),
        asked: to_json(&q.asked)?,
        answer: to_json(&q.answer)?,
        sent: q.sent.as_ref().map(to_json).transpose()?,
        withdrawn_reason: q.withdrawn_reason.clone(),
        recorded_at: micros(q.recorded_at),
        recorded_by: q.recorded_by.to_string(),
        revision: q.revision,
    })
}

pub(crate) fn question(row: &tables::questions::Model) -> Result<Question> {
    Ok(Question {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        state: word(&row.state)?,
        asked: json(&row.asked)?,
        answer: json(&row.answer)?,
        sent: row.sent.as_deref().map(json).transpose()?,
        withdrawn_reason: row.withdrawn_reason.clone(),
        task: id(&row.task_id)?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
        revision: row.revision,
    })
}

/// Every question of an incident, in the order in which they were recorded.
pub(crate) async fn questions<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<Question>> {
    use tables::questions::Column as C;
    let found = tables::questions::Entity::find()
        .filter(C::IncidentId.eq(incident))
        .order_by_asc(C::RecordedAt)
        .order_by_asc(C::Id)
        .all(db)
        .await?;
    found.iter().map(question).collect()
}

fn counted_row(c: &Counted) -> tables::reply_counts::Model {
    tables::reply_counts::Model {
        id: c.id.to_string(),
        incident_id: c.incident.to_string(),
        notice_id: c.notice.to_string(),
        topic: c.topic.code().to_owned(),
        way: c.way.code().to_owned(),
        number: i64::from(c.number),
        received_at: micros(c.received_at),
        counted_at: micros(c.counted_at),
        counted_by: c.counted_by.to_string(),
        taken_back_at: c.taken_back_at.map(micros),
        taken_back_by: c.taken_back_by.map(|a| a.to_string()),
        taken_back_reason: c.taken_back_reason.clone(),
    }
}

pub(crate) fn counted(row: &tables::reply_counts::Model) -> Result<Counted> {
    Ok(Counted {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        notice: id(&row.notice_id)?,
        topic: word(&row.topic)?,
        way: word(&row.way)?,
        number: u32::try_from(row.number).map_err(|_| Error::corrupt("counted replies", &row.id))?,
        received_at: instant(row.received_at)?,
        counted_at: instant(row.counted_at)?,
        counted_by: id(&row.counted_by)?,
        taken_back_at: instant_opt(row.taken_back_at)?,
        taken_back_by: id_opt(row.taken_back_by.as_deref())?,
        taken_back_reason: row.taken_back_reason.clone(),
    })
}

/// The replies to a notice that were counted, those taken back among them, the newest first.
pub(crate) async fn counts<C: ConnectionTrait>(db: &C, notice: &str) -> Result<Vec<Counted>> {
    use tables::reply_counts::Column as C;
    let found = tables::reply_counts::Entity::find()
        .filter(C::NoticeId.eq(notice))
        .order_by_desc(C::CountedAt)
        .order_by_desc(C::Id)
        .all(db)
        .await?;
    found.iter().map(counted).collect()
}
