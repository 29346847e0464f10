//! Rows of the organisation's own playbooks.

use super::super::{id, id_opt, instant, instant_opt, micros, tables, word};
use crate::error::{Error, Result};
use domain::{
    playbook::edition::{Base, Edition, Place, Said},
    text::Choice,
};

fn version(stored: i64) -> Result<u32> {
    u32::try_from(stored).map_err(|_| Error::corrupt("version", &stored.to_string()))
}

pub(crate) fn said(at: Option<i64>, by: Option<&str>, reason: &str) -> Result<Option<Said>> {
    let (Some(at), Some(by)) = (instant_opt(at)?, id_opt(by)?) else { return Ok(None) };
    Ok(Some(Said { at, by, reason: reason.to_owned() }))
}

pub(crate) fn edition(row: &tables::playbook_editions::Model) -> Result<Edition> {
    let base = match (&row.base_playbook, row.base_version, &row.base_digest, &row.base_source) {
        (Some(playbook), Some(number), Some(digest), Some(source)) => Some(Base {
            playbook: playbook.clone(),
            version: version(number)?,
            digest: digest.clone(),
            source: source.clone(),
        }),
        _ => None,
    };
    Ok(Edition {
        id: id(&row.id)?,
        playbook: row.playbook.clone(),
        version: version(row.version)?,
        title: row.title.clone(),
        source: row.source.clone(),
        digest: row.digest.clone(),
        state: word(&row.state)?,
        base,
        begun_at: instant(row.begun_at)?,
        begun_by: id(&row.begun_by)?,
        saved_at: instant(row.saved_at)?,
        saved_by: id(&row.saved_by)?,
        declined: said(row.declined_at, row.declined_by.as_deref(), &row.declined_reason)?,
        published: said(row.published_at, row.published_by.as_deref(), "")?,
        ended: said(row.ended_at, row.ended_by.as_deref(), &row.ended_reason)?,
        revision: row.revision,
    })
}

pub(crate) fn edition_row(e: &Edition) -> tables::playbook_editions::Model {
    let base = e.base.as_ref();
    let at = |said: &Option<Said>| said.as_ref().map(|s| micros(s.at));
    let by = |said: &Option<Said>| said.as_ref().map(|s| s.by.to_string());
    let reason = |said: &Option<Said>| said.as_ref().map(|s| s.reason.clone()).unwrap_or_default();
    tables::playbook_editions::Model {
        id: e.id.to_string(),
        playbook: e.playbook.clone(),
        version: i64::from(e.version),
        title: e.title.clone(),
        source: e.source.clone(),
        digest: e.digest.clone(),
        state: e.state.code().to_owned(),
        base_playbook: base.map(|b| b.playbook.clone()),
        base_version: base.map(|b| i64::from(b.version)),
        base_digest: base.map(|b| b.digest.clone()),
        base_source: base.map(|b| b.source.clone()),
        begun_at: micros(e.begun_at),
        begun_by: e.begun_by.to_string(),
        saved_at: micros(e.saved_at),
        saved_by: e.saved_by.to_string(),
        declined_at: at(&e.declined),
        declined_by: by(&e.declined),
        declined_reason: reason(&e.declined),
        published_at: at(&e.published),
        published_by: by(&e.published),
        ended_at: at(&e.ended),
        ended_by: by(&e.ended),
        ended_reason: reason(&e.ended),
        revision: e.revision,
    }
}

pub(crate) fn place(row: &tables::playbook_places::Model) -> Result<Place> {
    Ok(Place {
        playbook: row.playbook.clone(),
        state: word(&row.state)?,
        edition: id_opt(row.edition_id.as_deref())?,
        digest: row.digest.clone(),
        reason: row.reason.clone(),
        at: instant(row.placed_at)?,
        by: id(&row.placed_by)?,
        revision: row.revision,
    })
}

pub(crate) fn place_row(p: &Place) -> tables::playbook_places::Model {
    tables::playbook_places::Model {
        playbook: p.playbook.clone(),
        state: p.state.code().to_owned(),
        edition_id: p.edition.map(|e| e.to_string()),
        digest: p.digest.clone(),
        reason: p.reason.clone(),
        placed_at: micros(p.at),
        placed_by: p.by.to_string(),
        revision: p.revision,
    }
}
