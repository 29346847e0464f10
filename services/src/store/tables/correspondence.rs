//! Tables of questions and of replies that were counted.

tables! {
    questions = "questions" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        state: String,
        due_at: Option<i64>,
        task_id: String,
        asked: String,
        answer: String,
        sent: Option<String>,
        withdrawn_reason: String,
        recorded_at: i64,
        recorded_by: String,
        revision: i64,
    }
    reply_counts = "reply_counts" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        notice_id: String,
        topic: String,
        way: String,
        number: i64,
        received_at: i64,
        counted_at: i64,
        counted_by: String,
        taken_back_at: Option<i64>,
        taken_back_by: Option<String>,
        taken_back_reason: String,
    }
}
