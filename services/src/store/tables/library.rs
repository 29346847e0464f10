//! Tables of the organisation's own playbooks.

tables! {
    playbook_editions = "playbook_editions" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        playbook: String,
        version: i64,
        title: String,
        source: String,
        digest: String,
        state: String,
        base_playbook: Option<String>,
        base_version: Option<i64>,
        base_digest: Option<String>,
        base_source: Option<String>,
        begun_at: i64,
        begun_by: String,
        saved_at: i64,
        saved_by: String,
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
    playbook_places = "playbook_places" {
        #[sea_orm(primary_key, auto_increment = false)]
        playbook: String,
        state: String,
        edition_id: Option<String>,
        digest: String,
        reason: String,
        placed_at: i64,
        placed_by: String,
        revision: i64,
    }
}
