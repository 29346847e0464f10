//! Rows of decisions, orders and receipts.

use super::{
    super::{id, id_opt, instant, instant_opt, json, micros, tables, to_json, word},
    columns, ground,
};
use crate::error::Result;
use domain::{
    decision::{Decision, order::Order},
    filing::{Receipt, form::FiledForm},
    text::Choice,
};

pub(crate) fn decision(row: &tables::decisions::Model) -> Result<Decision> {
    Ok(Decision {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        version: row.version,
        ruling: json(&row.body)?,
        state: word(&row.state)?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
        settled_at: instant_opt(row.settled_at)?,
        settled_by: id_opt(row.settled_by.as_deref())?,
        settled_words: row.settled_words.clone(),
        reopened_at: instant_opt(row.reopened_at)?,
        reopened_because: row.reopened_because.clone(),
    })
}

pub(crate) fn decision_row(d: &Decision) -> Result<tables::decisions::Model> {
    Ok(tables::decisions::Model {
        id: d.id.to_string(),
        incident_id: d.incident.to_string(),
        version: d.version,
        body: to_json(&d.ruling)?,
        state: d.state.code().to_owned(),
        recorded_at: micros(d.recorded_at),
        recorded_by: d.recorded_by.to_string(),
        settled_at: d.settled_at.map(micros),
        settled_by: d.settled_by.map(|a| a.to_string()),
        settled_words: d.settled_words.clone(),
        reopened_at: d.reopened_at.map(micros),
        reopened_because: d.reopened_because.clone(),
    })
}

pub(crate) fn order(row: &tables::orders::Model) -> Result<Order> {
    Ok(Order {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        kind: word(&row.kind)?,
        who: row.who.clone(),
        made_at: instant(row.made_at)?,
        until: instant_opt(row.until)?,
        why: row.why.clone(),
        ground: ground(
            row.evidence_id.as_deref(),
            row.evidence_sha256.as_deref(),
            row.evidence_place.as_deref(),
        )?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
        ended_at: instant_opt(row.ended_at)?,
        ended_reason: row.ended_reason.clone(),
    })
}

pub(crate) fn order_row(o: &Order) -> tables::orders::Model {
    let (evidence_id, evidence_sha256, evidence_place) = columns(o.ground.as_ref());
    tables::orders::Model {
        id: o.id.to_string(),
        incident_id: o.incident.to_string(),
        kind: o.kind.code().to_owned(),
        who: o.who.clone(),
        made_at: micros(o.made_at),
        until: o.until.map(micros),
        why: o.why.clone(),
        evidence_id,
        evidence_sha256,
        evidence_place,
        recorded_at: micros(o.recorded_at),
        recorded_by: o.recorded_by.to_string(),
        ended_at: o.ended_at.map(micros),
        ended_reason: o.ended_reason.clone(),
    }
}

pub(crate) fn receipt(row: &tables::receipts::Model) -> Result<Receipt> {
    Ok(Receipt {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        filing: row.filing_id.clone(),
        reference: row.reference.clone(),
        received_at: instant(row.received_at)?,
        ground: ground(
            row.evidence_id.as_deref(),
            row.evidence_sha256.as_deref(),
            row.evidence_place.as_deref(),
        )?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
    })
}

pub(crate) fn receipt_row(r: &Receipt) -> tables::receipts::Model {
    let (evidence_id, evidence_sha256, evidence_place) = columns(r.ground.as_ref());
    tables::receipts::Model {
        id: r.id.to_string(),
        incident_id: r.incident.to_string(),
        filing_id: r.filing.clone(),
        reference: r.reference.clone(),
        received_at: micros(r.received_at),
        evidence_id,
        evidence_sha256,
        evidence_place,
        recorded_at: micros(r.recorded_at),
        recorded_by: r.recorded_by.to_string(),
    }
}

pub(crate) fn form_row(f: &FiledForm, body: String) -> tables::filed_forms::Model {
    tables::filed_forms::Model {
        submission_id: f.submission.to_string(),
        incident_id: f.incident.to_string(),
        form: f.form.clone(),
        language: f.language.code().to_owned(),
        as_of: micros(f.as_of),
        body,
        sha256: f.sha256.clone(),
    }
}

pub(crate) fn form(row: &tables::filed_forms::Model) -> Result<FiledForm> {
    Ok(FiledForm {
        submission: id(&row.submission_id)?,
        incident: id(&row.incident_id)?,
        form: row.form.clone(),
        language: word(&row.language)?,
        as_of: instant(row.as_of)?,
        sha256: row.sha256.clone(),
    })
}
