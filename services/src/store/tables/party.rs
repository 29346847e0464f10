//! Tables of parties, in the address book and in a case.

tables! {
    parties = "parties" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        name: String,
        kind: String,
        country: String,
        contact: String,
        email: String,
        telephone: String,
        address: String,
        notes: String,
        hours: Option<i64>,
        contract: String,
        clock: Option<String>,
        created_at: i64,
        created_by: String,
        retired_at: Option<i64>,
        retired_reason: String,
        revision: i64,
    }
    case_parties = "case_parties" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        party_id: String,
        role: String,
        notifies: bool,
        informed_at: Option<i64>,
        informed_by: String,
        informed_how: String,
        reference: String,
        notes: String,
        added_at: i64,
        added_by: String,
        removed_at: Option<i64>,
        removed_by: Option<String>,
        removed_reason: String,
        revision: i64,
    }
    processing = "processing" {
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        capacity: String,
        why: String,
        set_at: i64,
        set_by: String,
        revision: i64,
    }
}
