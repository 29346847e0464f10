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
