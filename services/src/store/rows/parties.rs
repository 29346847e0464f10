//! Rows of parties.

use super::super::{id, id_opt, instant, instant_opt, micros, tables, word};
use crate::error::{Error, Result};
use domain::{
    party::{
        Party,
        in_case::{CaseParty, Processing},
    },
    text::Choice,
};

pub(crate) fn party(row: &tables::parties::Model) -> Result<Party> {
    let hours = row.hours.map(|h| u32::try_from(h).map_err(|_| Error::corrupt("hours", &h.to_string())));
    Ok(Party {
        id: id(&row.id)?,
        name: row.name.clone(),
        kind: word(&row.kind)?,
        country: row.country.clone(),
        contact: row.contact.clone(),
        email: row.email.clone(),
        telephone: row.telephone.clone(),
        address: row.address.clone(),
        notes: row.notes.clone(),
        hours: hours.transpose()?,
        contract: row.contract.clone(),
        clock: row.clock.clone(),
        created_at: instant(row.created_at)?,
        created_by: id(&row.created_by)?,
        retired_at: instant_opt(row.retired_at)?,
        retired_reason: row.retired_reason.clone(),
        revision: row.revision,
    })
}

pub(crate) fn party_row(p: &Party) -> tables::parties::Model {
    tables::parties::Model {
        id: p.id.to_string(),
        name: p.name.clone(),
        kind: p.kind.code().to_owned(),
        country: p.country.clone(),
        contact: p.contact.clone(),
        email: p.email.clone(),
        telephone: p.telephone.clone(),
        address: p.address.clone(),
        notes: p.notes.clone(),
        hours: p.hours.map(i64::from),
        contract: p.contract.clone(),
        clock: p.clock.clone(),
        created_at: micros(p.created_at),
        created_by: p.created_by.to_string(),
        retired_at: p.retired_at.map(micros),
        retired_reason: p.retired_reason.clone(),
        revision: p.revision,
    }
}

pub(crate) fn case_party(row: &tables::case_parties::Model) -> Result<CaseParty> {
    Ok(CaseParty {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        party: id(&row.party_id)?,
        role: word(&row.role)?,
        notifies: row.notifies,
        informed_at: instant_opt(row.informed_at)?,
        informed_by: row.informed_by.clone(),
        informed_how: row.informed_how.clone(),
        reference: row.reference.clone(),
        notes: row.notes.clone(),
        added_at: instant(row.added_at)?,
        added_by: id(&row.added_by)?,
        removed_at: instant_opt(row.removed_at)?,
        removed_by: id_opt(row.removed_by.as_deref())?,
        removed_reason: row.removed_reason.clone(),
        revision: row.revision,
    })
}

pub(crate) fn case_party_row(p: &CaseParty) -> tables::case_parties::Model {
    tables::case_parties::Model {
        id: p.id.to_string(),
        incident_id: p.incident.to_string(),
        party_id: p.party.to_string(),
        role: p.role.code().to_owned(),
        notifies: p.notifies,
        informed_at: p.informed_at.map(micros),
        informed_by: p.informed_by.clone(),
        informed_how: p.informed_how.clone(),
        reference: p.reference.clone(),
        notes: p.notes.clone(),
        added_at: micros(p.added_at),
        added_by: p.added_by.to_string(),
        removed_at: p.removed_at.map(micros),
        removed_by: p.removed_by.map(|by| by.to_string()),
        removed_reason: p.removed_reason.clone(),
        revision: p.revision,
    }
}

pub(crate) fn processing(row: &tables::processing::Model) -> Result<Processing> {
    Ok(Processing {
        incident: id(&row.incident_id)?,
        capacity: word(&row.capacity)?,
        why: row.why.clone(),
        set_at: Some(instant(row.set_at)?),
        set_by: Some(id(&row.set_by)?),
        revision: row.revision,
    })
}

pub(crate) fn processing_row(p: &Processing) -> tables::processing::Model {
    tables::processing::Model {
        incident_id: p.incident.to_string(),
        capacity: p.capacity.code().to_owned(),
        why: p.why.clone(),
        set_at: p.set_at.map(micros).unwrap_or_default(),
        set_by: p.set_by.map(|by| by.to_string()).unwrap_or_default(),
        revision: p.revision,
    }
}
