//! Tables of the breach register: derived lines, and how long a record is kept.

tables! {
    register_rows = "register_rows" {
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        aware_at: Option<i64>,
        due_at: Option<i64>,
        notified_at: Option<i64>,
        communicated_at: Option<i64>,
        risk: Option<String>,
    }
    review_dates = "review_dates" {
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        review_at: Option<i64>,
        reason: String,
        set_at: i64,
        set_by: String,
        revision: i64,
    }
    legal_holds = "legal_holds" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        placed_at: i64,
        placed_by: String,
        why: String,
        lifted_at: Option<i64>,
        lifted_by: Option<String>,
        lifted_why: String,
    }
}
