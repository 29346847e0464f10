//! Rows to domain values and back.

pub(crate) mod clocks;
pub(crate) mod decisions;
pub(crate) mod library;
pub(crate) mod parties;

use super::{id, id_opt, instant, instant_opt, json, micros, tables, to_json, word};
use crate::error::{Error, Result};
use domain::{
    access::Scope,
    account::{Account, ApiToken},
    alert::Alert,
    delivery::RecipientList,
    evidence::Evidence,
    fact::{About, Fact, Ground},
    incident::Incident,
    notice::Notice,
    playbook::{RunStep, StepState},
    text::Choice,
    work::{
        Task,
        entry::Entry,
        note::Note,
        run::{Run, StepItem, StepRecord},
    },
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

/// A row with every column to be written.
pub(crate) fn fresh<A: ActiveModelTrait, M: IntoActiveModel<A>>(row: M) -> A {
    row.into_active_model().reset_all()
}

pub(crate) fn account(row: &tables::accounts::Model) -> Result<Account> {
    Ok(Account {
        id: id(&row.id)?,
        email: row.email.clone(),
        name: row.name.clone(),
        role: word(&row.role)?,
        zone: row.zone.parse().map_err(|_| Error::corrupt("zone", &row.zone))?,
        disabled_at: instant_opt(row.disabled_at)?,
        created_at: instant(row.created_at)?,
        revision: row.revision,
    })
}

pub(crate) fn token(row: &tables::api_tokens::Model) -> Result<ApiToken> {
    Ok(ApiToken {
        id: id(&row.id)?,
        account: id(&row.account_id)?,
        name: row.name.clone(),
        scopes: row.scopes.split(' ').map(word::<Scope>).collect::<Result<_>>()?,
        created_at: instant(row.created_at)?,
        expires_at: instant(row.expires_at)?,
        revoked_at: instant_opt(row.revoked_at)?,
    })
}

pub(crate) fn alert(row: &tables::alerts::Model) -> Result<Alert> {
    Ok(Alert {
        id: id(&row.id)?,
        source: row.source.clone(),
        title: row.title.clone(),
        body: row.body.clone(),
        event_at: instant_opt(row.event_at)?,
        received_at: instant(row.received_at)?,
        state: word(&row.state)?,
        reason: row.reason.clone(),
        incident: id_opt(row.incident_id.as_deref())?,
        revision: row.revision,
    })
}

pub(crate) fn alert_row(a: &Alert) -> tables::alerts::Model {
    tables::alerts::Model {
        id: a.id.to_string(),
        source: a.source.clone(),
        title: a.title.clone(),
        body: a.body.clone(),
        event_at: a.event_at.map(micros),
        received_at: micros(a.received_at),
        state: a.state.code().to_owned(),
        reason: a.reason.clone(),
        incident_id: a.incident.map(|i| i.to_string()),
        revision: a.revision,
    }
}

pub(crate) fn incident(row: &tables::incidents::Model) -> Result<Incident> {
    Ok(Incident {
        id: id(&row.id)?,
        reference: row.reference.clone(),
        title: row.title.clone(),
        summary: row.summary.clone(),
        phase: word(&row.phase)?,
        severity: word(&row.severity)?,
        tlp: word(&row.tlp)?,
        lead: id(&row.lead_id)?,
        restricted: row.restricted,
        declared_at: instant(row.declared_at)?,
        declared_by: id(&row.declared_by)?,
        first_hint_at: instant_opt(row.first_hint_at)?,
        detected_at: instant_opt(row.detected_at)?,
        investigation_started_at: instant_opt(row.investigation_started_at)?,
        contained_at: instant_opt(row.contained_at)?,
        closed_at: instant_opt(row.closed_at)?,
        outcome: row.outcome.as_deref().map(word).transpose()?,
        revision: row.revision,
        updated_at: instant(row.updated_at)?,
    })
}

pub(crate) fn incident_row(i: &Incident) -> tables::incidents::Model {
    let mut parts = i.reference.split('-').skip(1).map(|part| part.parse::<i64>().unwrap_or_default());
    tables::incidents::Model {
        id: i.id.to_string(),
        reference: i.reference.clone(),
        year: parts.next().unwrap_or_default(),
        number: parts.next().unwrap_or_default(),
        title: i.title.clone(),
        summary: i.summary.clone(),
        phase: i.phase.code().to_owned(),
        severity: i.severity.code().to_owned(),
        tlp: i.tlp.code().to_owned(),
        lead_id: i.lead.to_string(),
        restricted: i.restricted,
        declared_at: micros(i.declared_at),
        declared_by: i.declared_by.to_string(),
        first_hint_at: i.first_hint_at.map(micros),
        detected_at: i.detected_at.map(micros),
        investigation_started_at: i.investigation_started_at.map(micros),
        contained_at: i.contained_at.map(micros),
        closed_at: i.closed_at.map(micros),
        outcome: i.outcome.map(|o| o.code().to_owned()),
        revision: i.revision,
        updated_at: micros(i.updated_at),
    }
}

pub(crate) fn entry(row: &tables::entries::Model) -> Result<Entry> {
    Ok(Entry {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        kind: word(&row.kind)?,
        event_at: instant(row.event_at)?,
        precision: word(&row.known_to)?,
        offset_minutes: row.offset_minutes,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id_opt(row.recorded_by.as_deref())?,
        text: row.text.clone(),
        withdrawn_at: instant_opt(row.withdrawn_at)?,
        reason: row.reason.clone(),
        revision: row.revision,
    })
}

pub(crate) fn entry_row(e: &Entry) -> tables::entries::Model {
    tables::entries::Model {
        id: e.id.to_string(),
        incident_id: e.incident.to_string(),
        kind: e.kind.code().to_owned(),
        event_at: micros(e.event_at),
        known_to: e.precision.code().to_owned(),
        offset_minutes: e.offset_minutes,
        recorded_at: micros(e.recorded_at),
        recorded_by: e.recorded_by.map(|a| a.to_string()),
        text: e.text.clone(),
        withdrawn_at: e.withdrawn_at.map(micros),
        reason: e.reason.clone(),
        revision: e.revision,
    }
}

pub(crate) fn task(row: &tables::tasks::Model) -> Result<Task> {
    Ok(Task {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        title: row.title.clone(),
        fact: row.fact_key.clone(),
        owner: id_opt(row.owner_id.as_deref())?,
        due_at: instant_opt(row.due_at)?,
        done_at: instant_opt(row.done_at)?,
        done_by: id_opt(row.done_by.as_deref())?,
        created_at: instant(row.created_at)?,
        created_by: id(&row.created_by)?,
        revision: row.revision,
    })
}

pub(crate) fn task_row(t: &Task) -> tables::tasks::Model {
    tables::tasks::Model {
        id: t.id.to_string(),
        incident_id: t.incident.to_string(),
        title: t.title.clone(),
        fact_key: t.fact.clone(),
        owner_id: t.owner.map(|a| a.to_string()),
        due_at: t.due_at.map(micros),
        done_at: t.done_at.map(micros),
        done_by: t.done_by.map(|a| a.to_string()),
        created_at: micros(t.created_at),
        created_by: t.created_by.to_string(),
        revision: t.revision,
    }
}

pub(crate) fn note(row: &tables::notes::Model) -> Result<Note> {
    Ok(Note {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        title: row.title.clone(),
        text: row.text.clone(),
        privileged: row.privileged,
        updated_at: instant(row.updated_at)?,
        updated_by: id(&row.updated_by)?,
        revision: row.revision,
    })
}

pub(crate) fn note_row(n: &Note) -> tables::notes::Model {
    tables::notes::Model {
        id: n.id.to_string(),
        incident_id: n.incident.to_string(),
        title: n.title.clone(),
        text: n.text.clone(),
        privileged: n.privileged,
        updated_at: micros(n.updated_at),
        updated_by: n.updated_by.to_string(),
        revision: n.revision,
    }
}

pub(crate) fn evidence(row: &tables::evidence::Model) -> Result<Evidence> {
    Ok(Evidence {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        name: row.name.clone(),
        size: row.size,
        sha256: row.sha256.clone(),
        collected_by: row.collected_by.clone(),
        collected_at: instant(row.collected_at)?,
        source: row.source.clone(),
        method: row.method.clone(),
        uploaded_at: instant(row.uploaded_at)?,
        uploaded_by: id(&row.uploaded_by)?,
        withdrawn_at: instant_opt(row.withdrawn_at)?,
        withdrawn_reason: row.withdrawn_reason.clone(),
        verified_at: instant_opt(row.verified_at)?,
        verified_ok: row.verified_ok,
        privileged: row.privileged,
        revision: row.revision,
    })
}

pub(crate) fn evidence_row(e: &Evidence) -> tables::evidence::Model {
    tables::evidence::Model {
        id: e.id.to_string(),
        incident_id: e.incident.to_string(),
        name: e.name.clone(),
        size: e.size,
        sha256: e.sha256.clone(),
        collected_by: e.collected_by.clone(),
        collected_at: micros(e.collected_at),
        source: e.source.clone(),
        method: e.method.clone(),
        uploaded_at: micros(e.uploaded_at),
        uploaded_by: e.uploaded_by.to_string(),
        withdrawn_at: e.withdrawn_at.map(micros),
        withdrawn_reason: e.withdrawn_reason.clone(),
        verified_at: e.verified_at.map(micros),
        verified_ok: e.verified_ok,
        privileged: e.privileged,
        revision: e.revision,
    }
}

/// The three columns of a ground.
type Columns = (Option<String>, Option<String>, Option<String>);

fn columns(ground: Option<&Ground>) -> Columns {
    (
        ground.map(|g| g.evidence.to_string()),
        ground.map(|g| g.sha256.clone()),
        ground.map(|g| g.place.clone()),
    )
}

fn ground(evidence: Option<&str>, sha256: Option<&str>, place: Option<&str>) -> Result<Option<Ground>> {
    let Some(evidence) = evidence else { return Ok(None) };
    let text = |t: Option<&str>| t.unwrap_or_default().to_owned();
    Ok(Some(Ground { evidence: id(evidence)?, sha256: text(sha256), place: text(place) }))
}

pub(crate) fn fact(row: &tables::facts::Model) -> Result<Fact> {
    Ok(Fact {
        id: id(&row.id)?,
        key: row.key.clone(),
        about: About::from_parts(&row.about_kind, &row.about_id)
            .ok_or_else(|| Error::corrupt("about", &row.about_kind))?,
        version: u32::try_from(row.version)
            .map_err(|_| Error::corrupt("version", &row.version.to_string()))?,
        certainty: word(&row.certainty)?,
        value: row.value.as_deref().map(json).transpose()?,
        promised_on: row.promised_on.as_deref().map(json).transpose()?,
        holds_from: instant_opt(row.holds_from)?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
        reason: row.reason.clone(),
        ground: ground(
            row.evidence_id.as_deref(),
            row.evidence_sha256.as_deref(),
            row.evidence_place.as_deref(),
        )?,
    })
}

pub(crate) fn fact_row(incident: &str, f: &Fact) -> Result<tables::facts::Model> {
    let (about_kind, about_id) = f.about.parts();
    Ok(tables::facts::Model {
        id: f.id.to_string(),
        incident_id: incident.to_owned(),
        key: f.key.clone(),
        about_kind: about_kind.to_owned(),
        about_id: about_id.to_owned(),
        version: i32::try_from(f.version).map_err(|_| Error::corrupt("version", &f.version.to_string()))?,
        certainty: f.certainty.code().to_owned(),
        value: f.value.as_ref().map(to_json).transpose()?,
        promised_on: f.promised_on.as_ref().map(to_json).transpose()?,
        holds_from: f.holds_from.map(micros),
        recorded_at: micros(f.recorded_at),
        recorded_by: f.recorded_by.to_string(),
        reason: f.reason.clone(),
        evidence_id: f.ground.as_ref().map(|g| g.evidence.to_string()),
        evidence_sha256: f.ground.as_ref().map(|g| g.sha256.clone()),
        evidence_place: f.ground.as_ref().map(|g| g.place.clone()),
        superseded_at: None,
    })
}

pub(crate) fn run(row: &tables::runs::Model) -> Result<Run> {
    Ok(Run {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        playbook: row.playbook.clone(),
        version: u32::try_from(row.version)
            .map_err(|_| Error::corrupt("version", &row.version.to_string()))?,
        digest: row.digest.clone(),
        source: row.source.clone(),
        started_at: instant(row.started_at)?,
        started_by: id(&row.started_by)?,
    })
}

pub(crate) fn run_row(r: &Run) -> Result<tables::runs::Model> {
    Ok(tables::runs::Model {
        id: r.id.to_string(),
        incident_id: r.incident.to_string(),
        playbook: r.playbook.clone(),
        version: i32::try_from(r.version).map_err(|_| Error::corrupt("version", &r.version.to_string()))?,
        digest: r.digest.clone(),
        source: r.source.clone(),
        started_at: micros(r.started_at),
        started_by: r.started_by.to_string(),
    })
}

pub(crate) fn step(row: &tables::run_steps::Model) -> Result<StepRecord> {
    let state = StepState::from_parts(&row.state, &row.remark, instant_opt(row.since)?);
    Ok(StepRecord {
        run: id(&row.run_id)?,
        step: RunStep {
            step: row.step.clone(),
            state: state.ok_or_else(|| Error::corrupt("step state", &row.state))?,
            owner: id_opt(row.owner_id.as_deref())?,
            changed_at: Some(instant(row.changed_at)?),
            changed_by: Some(id(&row.changed_by)?),
        },
        revision: row.revision,
    })
}

pub(crate) fn step_row(s: &StepRecord) -> tables::run_steps::Model {
    tables::run_steps::Model {
        run_id: s.run.to_string(),
        step: s.step.step.clone(),
        state: s.step.state.code().to_owned(),
        owner_id: s.step.owner.map(|a| a.to_string()),
        remark: s.step.state.detail().to_owned(),
        since: s.step.state.since().map(micros),
        changed_at: s.step.changed_at.map(micros).unwrap_or_default(),
        changed_by: s.step.changed_by.map(|a| a.to_string()).unwrap_or_default(),
        revision: s.revision,
    }
}

pub(crate) fn item(row: &tables::run_items::Model) -> Result<StepItem> {
    Ok(StepItem {
        id: id(&row.id)?,
        run: id(&row.run_id)?,
        step: row.step.clone(),
        label: row.label.clone(),
        done_at: instant_opt(row.done_at)?,
        done_by: id_opt(row.done_by.as_deref())?,
        added_at: instant(row.added_at)?,
        added_by: id(&row.added_by)?,
        removed_at: instant_opt(row.removed_at)?,
        removed_by: id_opt(row.removed_by.as_deref())?,
    })
}

pub(crate) fn item_row(i: &StepItem) -> tables::run_items::Model {
    tables::run_items::Model {
        id: i.id.to_string(),
        run_id: i.run.to_string(),
        step: i.step.clone(),
        label: i.label.clone(),
        done_at: i.done_at.map(micros),
        done_by: i.done_by.map(|a| a.to_string()),
        added_at: micros(i.added_at),
        added_by: i.added_by.to_string(),
        removed_at: i.removed_at.map(micros),
        removed_by: i.removed_by.map(|a| a.to_string()),
    }
}

pub(crate) fn notice(row: &tables::notices::Model) -> Result<Notice> {
    Ok(Notice {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        kind: word(&row.kind)?,
        language: word(&row.language)?,
        authority: id_opt(row.authority_id.as_deref())?,
        controller: id_opt(row.controller_id.as_deref())?,
        stage: word(&row.stage)?,
        statements: json(&row.statements)?,
        recipients: json(&row.recipients)?,
        list: RecipientList {
            count: u64::try_from(row.list_count).unwrap_or_default(),
            digest: row.list_digest.clone(),
        },
        on_uncertain: word(&row.on_uncertain)?,
        authors: json(&row.authors)?,
        created_at: instant(row.created_at)?,
        created_by: id(&row.created_by)?,
        remark: row.remark.clone(),
        submitted_at: instant_opt(row.submitted_at)?,
        approved_digest: row.approved_digest.clone(),
        approved_at: instant_opt(row.approved_at)?,
        approved_by: id_opt(row.approved_by.as_deref())?,
        sent_at: instant_opt(row.sent_at)?,
        sent_by: id_opt(row.sent_by.as_deref())?,
        first_accepted_at: instant_opt(row.first_accepted_at)?,
        revision: row.revision,
    })
}

pub(crate) fn notice_row(n: &Notice) -> Result<tables::notices::Model> {
    Ok(tables::notices::Model {
        id: n.id.to_string(),
        incident_id: n.incident.to_string(),
        kind: n.kind.code().to_owned(),
        language: n.language.code().to_owned(),
        authority_id: n.authority.map(|a| a.to_string()),
        controller_id: n.controller.map(|c| c.to_string()),
        stage: n.stage.code().to_owned(),
        statements: to_json(&n.statements)?,
        recipients: to_json(&n.recipients)?,
        list_count: i64::try_from(n.list.count).unwrap_or(i64::MAX),
        list_digest: n.list.digest.clone(),
        on_uncertain: n.on_uncertain.code().to_owned(),
        authors: to_json(&n.authors)?,
        created_at: micros(n.created_at),
        created_by: n.created_by.to_string(),
        remark: n.remark.clone(),
        submitted_at: n.submitted_at.map(micros),
        approved_digest: n.approved_digest.clone(),
        approved_at: n.approved_at.map(micros),
        approved_by: n.approved_by.map(|a| a.to_string()),
        sent_at: n.sent_at.map(micros),
        sent_by: n.sent_by.map(|a| a.to_string()),
        first_accepted_at: n.first_accepted_at.map(micros),
        revision: n.revision,
    })
}
