//! Tables of what was overwritten, decided, ordered and filed.

tables! {
    incident_versions = "incident_versions" {
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        revision: i64,
        recorded_at: i64,
        first_hint_at: Option<i64>,
        detected_at: Option<i64>,
    }
    case_rule_switches = "case_rule_switches" {
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        rule: String,
        #[sea_orm(primary_key, auto_increment = false)]
        number: i64,
        switched_at: i64,
        is_on: bool,
    }
    decisions = "decisions" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        version: i64,
        body: String,
        state: String,
        recorded_at: i64,
        recorded_by: String,
        settled_at: Option<i64>,
        settled_by: Option<String>,
        settled_words: String,
        reopened_at: Option<i64>,
        reopened_because: String,
    }
    orders = "orders" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        kind: String,
        who: String,
        made_at: i64,
        until: Option<i64>,
        why: String,
        evidence_id: Option<String>,
        evidence_sha256: Option<String>,
        evidence_place: Option<String>,
        recorded_at: i64,
        recorded_by: String,
        ended_at: Option<i64>,
        ended_reason: String,
    }
    receipts = "receipts" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        filing_id: String,
        reference: String,
        received_at: i64,
        evidence_id: Option<String>,
        evidence_sha256: Option<String>,
        evidence_place: Option<String>,
        recorded_at: i64,
        recorded_by: String,
    }
    filed_forms = "filed_forms" {
        #[sea_orm(primary_key, auto_increment = false)]
        submission_id: String,
        incident_id: String,
        form: String,
        language: String,
        as_of: i64,
        body: String,
        sha256: String,
    }
}
