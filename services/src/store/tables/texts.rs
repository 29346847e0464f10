//! The table of the organisation's own texts of notices.

tables! {
    notice_texts = "notice_texts" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        kind: String,
        language: String,
        version: i64,
        statements: String,
        built_in: String,
        state: String,
        begun_at: i64,
        begun_by: String,
        saved_at: i64,
        saved_by: String,
        authors: String,
        declined_at: Option<i64>,
        declined_by: Option<String>,
        declined_reason: String,
        published_at: Option<i64>,
        published_by: Option<String>,
        ended_at: Option<i64>,
        ended_by: Option<String>,
        ended_reason: String,
        revision: i64,
    }
}
