//! Assessments of the risk.

tables! {
    assessments = "assessments" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        version: i64,
        enisa: Option<String>,
        factors: String,
        note: String,
        basis: String,
        recorded_at: i64,
        recorded_by: String,
    }
}
