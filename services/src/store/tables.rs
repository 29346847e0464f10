//! The tables, one entity each. They never serialise: what leaves is a `domain` value.

/// Declares one entity without relations: joins are written where they are needed.
macro_rules! tables {
    ($($name:ident = $table:literal { $($(#[$meta:meta])* $field:ident : $type:ty),+ $(,)? })+) => {$(
        #[expect(unreachable_pub, reason = "SeaORM's derive makes public what it is given")]
        pub(crate) mod $name {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model { $($(#[$meta])* pub $field: $type),+ }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    )+};
}

mod assessment;
mod correspondence;
mod delivery;
mod ledger;
mod library;
mod party;
mod register;
mod review;
mod texts;

pub(crate) use assessment::assessments;
pub(crate) use correspondence::{questions, reply_counts};
pub(crate) use delivery::{
    deliveries, list_editions, list_languages, list_marks, list_origins, list_people, recipient_file_parts,
    recipient_files, recipients, returned_mail, sent_mails, suppressions, told_otherwise,
};
pub(crate) use ledger::{case_rule_switches, decisions, filed_forms, incident_versions, orders, receipts};
pub(crate) use library::{playbook_editions, playbook_places};
pub(crate) use party::{case_parties, parties, processing};
pub(crate) use register::{legal_holds, register_rows, review_dates};
pub(crate) use review::{notice_comments, notice_versions};
pub(crate) use texts::notice_texts;

tables! {
    accounts = "accounts" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        email: String,
        name: String,
        role: String,
        zone: String,
        password_hash: Option<String>,
        disabled_at: Option<i64>,
        created_at: i64,
        revision: i64,
    }
    sessions = "sessions" {
        #[sea_orm(primary_key, auto_increment = false)]
        digest: String,
        id: String,
        account_id: String,
        agent: String,
        created_at: i64,
        seen_at: i64,
        expires_at: i64,
    }
    links = "links" {
        #[sea_orm(primary_key, auto_increment = false)]
        digest: String,
        account_id: Option<String>,
        expires_at: i64,
        used_at: Option<i64>,
    }
    api_tokens = "api_tokens" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        digest: String,
        account_id: String,
        name: String,
        scopes: String,
        created_at: i64,
        expires_at: i64,
        revoked_at: Option<i64>,
    }
    throttles = "throttles" {
        #[sea_orm(primary_key, auto_increment = false)]
        subject: String,
        failures: i64,
        blocked_until: i64,
        updated_at: i64,
    }
    settings = "settings" {
        #[sea_orm(primary_key, auto_increment = false)]
        name: String,
        body: String,
        revision: i64,
    }
    alerts = "alerts" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        source: String,
        title: String,
        body: String,
        event_at: Option<i64>,
        received_at: i64,
        state: String,
        reason: String,
        incident_id: Option<String>,
        revision: i64,
    }
    incidents = "incidents" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        reference: String,
        year: i64,
        number: i64,
        title: String,
        summary: String,
        phase: String,
        severity: String,
        tlp: String,
        lead_id: String,
        restricted: bool,
        declared_at: i64,
        declared_by: String,
        first_hint_at: Option<i64>,
        detected_at: Option<i64>,
        investigation_started_at: Option<i64>,
        contained_at: Option<i64>,
        closed_at: Option<i64>,
        outcome: Option<String>,
        revision: i64,
        updated_at: i64,
    }
    members = "members" {
        #[sea_orm(primary_key, auto_increment = false)]
        account_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        added_at: i64,
        added_by: String,
        until: Option<i64>,
        declared_at: i64,
    }
    clock_rows = "clock_rows" {
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        rule: String,
        #[sea_orm(primary_key, auto_increment = false)]
        stage: String,
        #[sea_orm(primary_key, auto_increment = false)]
        recipient: String,
        title: String,
        recipient_name: String,
        unverified: bool,
        started_at: i64,
        due_at: i64,
        ours: bool,
        submitted_at: Option<i64>,
        next_reminder_at: Option<i64>,
    }
    entries = "entries" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        kind: String,
        event_at: i64,
        known_to: String,
        offset_minutes: i32,
        recorded_at: i64,
        recorded_by: Option<String>,
        text: String,
        withdrawn_at: Option<i64>,
        reason: String,
        revision: i64,
    }
    tasks = "tasks" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        title: String,
        fact_key: Option<String>,
        owner_id: Option<String>,
        due_at: Option<i64>,
        done_at: Option<i64>,
        done_by: Option<String>,
        created_at: i64,
        created_by: String,
        revision: i64,
    }
    notes = "notes" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        title: String,
        text: String,
        updated_at: i64,
        updated_by: String,
        revision: i64,
        privileged: bool,
    }
    drafts = "drafts" {
        #[sea_orm(primary_key, auto_increment = false)]
        account_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        form: String,
        body: String,
        base_revision: i64,
        saved_at: i64,
    }
    evidence = "evidence" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        name: String,
        size: i64,
        sha256: String,
        collected_by: String,
        collected_at: i64,
        source: String,
        method: String,
        uploaded_at: i64,
        uploaded_by: String,
        withdrawn_at: Option<i64>,
        withdrawn_reason: String,
        verified_at: Option<i64>,
        verified_ok: Option<bool>,
        revision: i64,
        privileged: bool,
    }
    facts = "facts" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        key: String,
        about_kind: String,
        about_id: String,
        version: i32,
        certainty: String,
        value: Option<String>,
        promised_on: Option<String>,
        holds_from: Option<i64>,
        recorded_at: i64,
        recorded_by: String,
        reason: String,
        evidence_id: Option<String>,
        evidence_sha256: Option<String>,
        evidence_place: Option<String>,
        superseded_at: Option<i64>,
    }
    awareness = "awareness" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        version: i64,
        aware_at: i64,
        exactness: String,
        investigated_from: Option<i64>,
        judged_by: String,
        why: String,
        correction: String,
        evidence_id: Option<String>,
        evidence_sha256: Option<String>,
        evidence_place: Option<String>,
        recorded_at: i64,
        recorded_by: String,
        adoption: String,
        decided_at: Option<i64>,
        decided_by: Option<String>,
        decision: String,
    }
    trigger_instants = "trigger_instants" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        event: String,
        version: i64,
        happened_at: Option<i64>,
        exactness: String,
        why: String,
        evidence_id: Option<String>,
        evidence_sha256: Option<String>,
        evidence_place: Option<String>,
        recorded_at: i64,
        recorded_by: String,
    }
    candidates = "candidates" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        kind: String,
        happened_at: i64,
        exactness: String,
        what: String,
        evidence_id: Option<String>,
        evidence_sha256: Option<String>,
        evidence_place: Option<String>,
        recorded_at: i64,
        recorded_by: String,
        withdrawn_at: Option<i64>,
        withdrawn_by: Option<String>,
        withdrawn_reason: String,
    }
    case_authorities = "case_authorities" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        name: String,
        calendar: String,
        capacity: String,
        rule: String,
        added_at: i64,
        added_by: String,
        withdrawn_at: Option<i64>,
        withdrawn_reason: String,
    }
    case_rules = "case_rules" {
        #[sea_orm(primary_key, auto_increment = false)]
        incident_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        rule: String,
    }
    submissions = "submissions" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        rule: String,
        stage: String,
        authority_id: Option<String>,
        submitted_at: i64,
        how: String,
        evidence_id: Option<String>,
        evidence_sha256: Option<String>,
        evidence_place: Option<String>,
        recorded_at: i64,
        recorded_by: String,
        withdrawn_at: Option<i64>,
        withdrawn_reason: String,
        kind: String,
        extent: String,
        reason: String,
    }
    own_clocks = "own_clocks" {
        #[sea_orm(primary_key, auto_increment = false)]
        code: String,
        body: String,
        created_at: i64,
        retired_at: Option<i64>,
        revision: i64,
    }
    reminders = "reminders" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        rule: String,
        stage: String,
        recipient: String,
        due_at: i64,
        mark: String,
        raised_at: i64,
        escalates_at: i64,
        escalated_at: Option<i64>,
        acknowledged_at: Option<i64>,
        acknowledged_by: Option<String>,
    }
    acknowledgements = "acknowledgements" {
        #[sea_orm(primary_key, auto_increment = false)]
        digest: String,
        reminder_id: String,
        account_id: String,
        expires_at: i64,
    }
    feeds = "feeds" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        digest: String,
        account_id: String,
        created_at: i64,
        revoked_at: Option<i64>,
    }
    runs = "runs" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        playbook: String,
        version: i32,
        digest: String,
        source: String,
        started_at: i64,
        started_by: String,
    }
    run_steps = "run_steps" {
        #[sea_orm(primary_key, auto_increment = false)]
        run_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        step: String,
        state: String,
        owner_id: Option<String>,
        remark: String,
        since: Option<i64>,
        changed_at: i64,
        changed_by: String,
        revision: i64,
    }
    run_items = "run_items" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        run_id: String,
        step: String,
        label: String,
        done_at: Option<i64>,
        done_by: Option<String>,
        added_at: i64,
        added_by: String,
        removed_at: Option<i64>,
        removed_by: Option<String>,
    }
    notices = "notices" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        incident_id: String,
        kind: String,
        language: String,
        authority_id: Option<String>,
        controller_id: Option<String>,
        stage: String,
        statements: String,
        recipients: String,
        authors: String,
        created_at: i64,
        created_by: String,
        remark: String,
        submitted_at: Option<i64>,
        approved_digest: Option<String>,
        approved_at: Option<i64>,
        approved_by: Option<String>,
        sent_at: Option<i64>,
        sent_by: Option<String>,
        first_accepted_at: Option<i64>,
        revision: i64,
        list_count: i64,
        list_digest: String,
        on_uncertain: String,
    }
    sendings = "sendings" {
        #[sea_orm(primary_key, auto_increment = false)]
        notice_id: String,
        subject: String,
        text: String,
        html: String,
        digest: String,
        dated_at: i64,
        merge: String,
    }
    outbox = "outbox" {
        #[sea_orm(primary_key, auto_increment = false)]
        id: String,
        unique_key: String,
        purpose: String,
        notice_id: Option<String>,
        recipient: String,
        subject: Option<String>,
        text: Option<String>,
        dated_at: i64,
        message_id: String,
        boundary: String,
        state: String,
        attempts: i32,
        next_at: i64,
        lease_owner: Option<String>,
        attempt_id: Option<String>,
        uncertain_count: i32,
        last_code: Option<i32>,
        last_reply: Option<String>,
        relay: Option<String>,
        tls: Option<String>,
        accepted_at: Option<i64>,
        sent_sha256: Option<String>,
        created_at: i64,
        bounced_at: Option<i64>,
        bounce_status: Option<String>,
        bounce_diagnosis: Option<String>,
        insisted_at: Option<i64>,
    }
    answers = "answers" {
        #[sea_orm(primary_key, auto_increment = false)]
        account_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        idempotency_key: String,
        request_digest: String,
        answer: String,
        created_at: i64,
    }
    journal = "journal" {
        #[sea_orm(primary_key, auto_increment = false)]
        stream: String,
        #[sea_orm(primary_key, auto_increment = false)]
        seq: i64,
        line: String,
        hash: String,
    }
    heads = "heads" {
        #[sea_orm(primary_key, auto_increment = false)]
        stream: String,
        seq: i64,
        hash: String,
    }
}
