//! Rows of clocks and of what they rest on.

use super::{
    super::{id, id_opt, instant, instant_opt, json, micros, tables, to_json, word},
    columns, ground,
};
use crate::error::{Error, Result};
use domain::{
    awareness::{Awareness, candidate::Candidate},
    clock::{
        authority::CaseAuthority,
        recorded::{Submission, TriggerInstant},
        reminder::Reminder,
        rule::own::OwnClock,
    },
    text::Choice,
};

pub(crate) fn awareness(row: &tables::awareness::Model) -> Result<Awareness> {
    Ok(Awareness {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        version: row.version,
        aware_at: instant(row.aware_at)?,
        precision: word(&row.exactness)?,
        investigated_from: instant_opt(row.investigated_from)?,
        judged_by: row.judged_by.clone(),
        why: row.why.clone(),
        correction: row.correction.clone(),
        ground: ground(
            row.evidence_id.as_deref(),
            row.evidence_sha256.as_deref(),
            row.evidence_place.as_deref(),
        )?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
        adoption: word(&row.adoption)?,
        decided_at: instant_opt(row.decided_at)?,
        decided_by: id_opt(row.decided_by.as_deref())?,
        decision: row.decision.clone(),
    })
}

pub(crate) fn awareness_row(a: &Awareness) -> tables::awareness::Model {
    let (evidence_id, evidence_sha256, evidence_place) = columns(a.ground.as_ref());
    tables::awareness::Model {
        id: a.id.to_string(),
        incident_id: a.incident.to_string(),
        version: a.version,
        aware_at: micros(a.aware_at),
        exactness: a.precision.code().to_owned(),
        investigated_from: a.investigated_from.map(micros),
        judged_by: a.judged_by.clone(),
        why: a.why.clone(),
        correction: a.correction.clone(),
        evidence_id,
        evidence_sha256,
        evidence_place,
        recorded_at: micros(a.recorded_at),
        recorded_by: a.recorded_by.to_string(),
        adoption: a.adoption.code().to_owned(),
        decided_at: a.decided_at.map(micros),
        decided_by: a.decided_by.map(|by| by.to_string()),
        decision: a.decision.clone(),
    }
}

pub(crate) fn trigger(row: &tables::trigger_instants::Model) -> Result<TriggerInstant> {
    Ok(TriggerInstant {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        trigger: word(&row.event)?,
        version: row.version,
        happened_at: instant_opt(row.happened_at)?,
        precision: word(&row.exactness)?,
        why: row.why.clone(),
        ground: ground(
            row.evidence_id.as_deref(),
            row.evidence_sha256.as_deref(),
            row.evidence_place.as_deref(),
        )?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
    })
}

pub(crate) fn trigger_row(t: &TriggerInstant) -> tables::trigger_instants::Model {
    let (evidence_id, evidence_sha256, evidence_place) = columns(t.ground.as_ref());
    tables::trigger_instants::Model {
        id: t.id.to_string(),
        incident_id: t.incident.to_string(),
        event: t.trigger.code().to_owned(),
        version: t.version,
        happened_at: t.happened_at.map(micros),
        exactness: t.precision.code().to_owned(),
        why: t.why.clone(),
        evidence_id,
        evidence_sha256,
        evidence_place,
        recorded_at: micros(t.recorded_at),
        recorded_by: t.recorded_by.to_string(),
    }
}

pub(crate) fn candidate(row: &tables::candidates::Model) -> Result<Candidate> {
    Ok(Candidate {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        kind: word(&row.kind)?,
        happened_at: instant(row.happened_at)?,
        precision: word(&row.exactness)?,
        what: row.what.clone(),
        ground: ground(
            row.evidence_id.as_deref(),
            row.evidence_sha256.as_deref(),
            row.evidence_place.as_deref(),
        )?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
        withdrawn_at: instant_opt(row.withdrawn_at)?,
        withdrawn_by: id_opt(row.withdrawn_by.as_deref())?,
        withdrawn_reason: row.withdrawn_reason.clone(),
    })
}

pub(crate) fn candidate_row(c: &Candidate) -> tables::candidates::Model {
    let (evidence_id, evidence_sha256, evidence_place) = columns(c.ground.as_ref());
    tables::candidates::Model {
        id: c.id.to_string(),
        incident_id: c.incident.to_string(),
        kind: c.kind.code().to_owned(),
        happened_at: micros(c.happened_at),
        exactness: c.precision.code().to_owned(),
        what: c.what.clone(),
        evidence_id,
        evidence_sha256,
        evidence_place,
        recorded_at: micros(c.recorded_at),
        recorded_by: c.recorded_by.to_string(),
        withdrawn_at: c.withdrawn_at.map(micros),
        withdrawn_by: c.withdrawn_by.map(|by| by.to_string()),
        withdrawn_reason: c.withdrawn_reason.clone(),
    }
}

pub(crate) fn authority(row: &tables::case_authorities::Model) -> Result<CaseAuthority> {
    Ok(CaseAuthority {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        name: row.name.clone(),
        calendar: row.calendar.clone(),
        capacity: word(&row.capacity)?,
        rule: row.rule.clone(),
        added_at: instant(row.added_at)?,
        added_by: id(&row.added_by)?,
        withdrawn_at: instant_opt(row.withdrawn_at)?,
        withdrawn_reason: row.withdrawn_reason.clone(),
    })
}

pub(crate) fn authority_row(a: &CaseAuthority) -> tables::case_authorities::Model {
    tables::case_authorities::Model {
        id: a.id.to_string(),
        incident_id: a.incident.to_string(),
        name: a.name.clone(),
        calendar: a.calendar.clone(),
        capacity: a.capacity.code().to_owned(),
        rule: a.rule.clone(),
        added_at: micros(a.added_at),
        added_by: a.added_by.to_string(),
        withdrawn_at: a.withdrawn_at.map(micros),
        withdrawn_reason: a.withdrawn_reason.clone(),
    }
}

pub(crate) fn submission(row: &tables::submissions::Model) -> Result<Submission> {
    Ok(Submission {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        rule: row.rule.clone(),
        stage: row.stage.clone(),
        authority: id_opt(row.authority_id.as_deref())?,
        submitted_at: instant(row.submitted_at)?,
        how: row.how.clone(),
        kind: word(&row.kind)?,
        extent: word(&row.extent)?,
        reason: row.reason.clone(),
        ground: ground(
            row.evidence_id.as_deref(),
            row.evidence_sha256.as_deref(),
            row.evidence_place.as_deref(),
        )?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
        withdrawn_at: instant_opt(row.withdrawn_at)?,
        withdrawn_reason: row.withdrawn_reason.clone(),
    })
}

pub(crate) fn submission_row(s: &Submission) -> tables::submissions::Model {
    let (evidence_id, evidence_sha256, evidence_place) = columns(s.ground.as_ref());
    tables::submissions::Model {
        id: s.id.to_string(),
        incident_id: s.incident.to_string(),
        rule: s.rule.clone(),
        stage: s.stage.clone(),
        authority_id: s.authority.map(|a| a.to_string()),
        submitted_at: micros(s.submitted_at),
        how: s.how.clone(),
        kind: s.kind.code().to_owned(),
        extent: s.extent.code().to_owned(),
        reason: s.reason.clone(),
        evidence_id,
        evidence_sha256,
        evidence_place,
        recorded_at: micros(s.recorded_at),
        recorded_by: s.recorded_by.to_string(),
        withdrawn_at: s.withdrawn_at.map(micros),
        withdrawn_reason: s.withdrawn_reason.clone(),
    }
}

pub(crate) fn own_clock(row: &tables::own_clocks::Model) -> Result<OwnClock> {
    Ok(OwnClock {
        code: row.code.clone(),
        input: json(&row.body)?,
        created_at: instant(row.created_at)?,
        retired_at: instant_opt(row.retired_at)?,
        revision: row.revision,
    })
}

pub(crate) fn own_clock_row(own: &OwnClock) -> Result<tables::own_clocks::Model> {
    Ok(tables::own_clocks::Model {
        code: own.code.clone(),
        body: to_json(&own.input)?,
        created_at: micros(own.created_at),
        retired_at: own.retired_at.map(micros),
        revision: own.revision,
    })
}

pub(crate) fn reminder(row: &tables::reminders::Model) -> Result<Reminder> {
    Ok(Reminder {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        rule: row.rule.clone(),
        stage: row.stage.clone(),
        authority: id_opt(Some(row.recipient.as_str()).filter(|r| !r.is_empty()))?,
        due_at: instant(row.due_at)?,
        mark: row.mark.parse().map_err(|_| Error::corrupt("mark", &row.mark))?,
        raised_at: instant(row.raised_at)?,
        escalates_at: instant(row.escalates_at)?,
        escalated_at: instant_opt(row.escalated_at)?,
        acknowledged_at: instant_opt(row.acknowledged_at)?,
        acknowledged_by: id_opt(row.acknowledged_by.as_deref())?,
    })
}

pub(crate) fn reminder_row(r: &Reminder) -> tables::reminders::Model {
    tables::reminders::Model {
        id: r.id.to_string(),
        incident_id: r.incident.to_string(),
        rule: r.rule.clone(),
        stage: r.stage.clone(),
        recipient: r.authority.map(|a| a.to_string()).unwrap_or_default(),
        due_at: micros(r.due_at),
        mark: r.mark.to_string(),
        raised_at: micros(r.raised_at),
        escalates_at: micros(r.escalates_at),
        escalated_at: r.escalated_at.map(micros),
        acknowledged_at: r.acknowledged_at.map(micros),
        acknowledged_by: r.acknowledged_by.map(|a| a.to_string()),
    }
}
