//! Tables of what a notice said before, and of what is said about it.

tables! {
    notice_versions = "notice_versions" {
        #[sea_orm(primary_key, auto_increment = false)]
        notice_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        revision: i64,
        saved_at: i64,
        saved_by: Option<String>,
        what: String,
        statements: String,
    }
    notice_comments = "notice_comments" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        notice_id: String,
        incident_id: String,
        statement: String,
        text: String,
        said_at: i64,
        said_by: String,
        resolved_at: Option<i64>,
        resolved_by: Option<String>,
    }
}
