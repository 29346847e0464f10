//! Tables of long lists of recipients, of how far their mails are, and of mails that came back.

tables! {
    recipients = "recipients" {
        #[sea_orm(primary_key, auto_increment = false)]
        notice_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        address_key: String,
        place: i64,
        address: String,
    }
    deliveries = "deliveries" {
        #[sea_orm(primary_key, auto_increment = false)]
        notice_id: String,
        people: i64,
        sealed: i64,
        digest: String,
        message_domain: String,
        revision: i64,
        paused_at: Option<i64>,
        paused_by: Option<String>,
        paused_why: Option<String>,
        warned_at: Option<i64>,
        finished_at: Option<i64>,
        purging_at: Option<i64>,
        purged_at: Option<i64>,
    }
    list_editions = "list_editions" {
        #[sea_orm(primary_key, auto_increment = false)]
        edition: String,
        notice_id: String,
        state: String,
        begun_at: i64,
    }
    list_people = "list_people" {
        #[sea_orm(primary_key, auto_increment = false)]
        edition: String,
        #[sea_orm(primary_key, auto_increment = false)]
        place: i64,
        digest: String,
        channel: String,
        sealed: Option<String>,
    }
    list_languages = "list_languages" {
        #[sea_orm(primary_key, auto_increment = false)]
        edition: String,
        #[sea_orm(primary_key, auto_increment = false)]
        language: String,
        people: i64,
    }
    list_marks = "list_marks" {
        #[sea_orm(primary_key, auto_increment = false)]
        edition: String,
        #[sea_orm(primary_key, auto_increment = false)]
        mark: i64,
    }
    list_origins = "list_origins" {
        #[sea_orm(primary_key, auto_increment = false)]
        notice_id: String,
        from_notice: String,
    }
    sent_mails = "sent_mails" {
        #[sea_orm(primary_key, auto_increment = false)]
        delivery_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        sha256: String,
        bytes: String,
    }
    told_otherwise = "told_otherwise" {
        #[sea_orm(primary_key, auto_increment = false)]
        notice_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        digest: String,
        outcome: String,
        told_at: i64,
        told_by: String,
    }
    recipient_files = "recipient_files" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        notice_id: String,
        incident_id: String,
        name: String,
        state: String,
        headings: String,
        row_count: i64,
        sha256: String,
        mapping: String,
        counts: String,
        read_at: i64,
        read_by: String,
        taken_at: Option<i64>,
    }
    recipient_file_parts = "recipient_file_parts" {
        #[sea_orm(primary_key, auto_increment = false)]
        file_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        part: i64,
        written_at: i64,
        sealed: String,
    }
    suppressions = "suppressions" {
        #[sea_orm(primary_key, auto_increment = false)]
        address_code: String,
        status: String,
        delivery_id: String,
        since: i64,
    }
    returned_mail = "returned_mail" {
        #[sea_orm(primary_key, auto_increment = false)]
        fate: String,
        count: i64,
        last_at: i64,
    }
}
