//! Saving assessments of the risk, and reading them.

use super::{
    apply::{insert, tell},
    id, instant, json, micros,
    rows::fresh,
    tables, to_json,
};
use crate::{ctx::Ctx, error::Result};
use domain::{assessment::record::Assessment, event::assessments::AssessmentEvent, id::IncidentId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &AssessmentEvent) -> Result<()> {
    match event {
        AssessmentEvent::Recorded(assessment) => {
            insert::<tables::assessments::Entity>(tx, fresh(row(assessment)?)).await?;
            let level = assessment.enisa.as_ref().map(|enisa| {
                format!(" ENISA level (an aid, no verdict): {}, {}.", enisa.result.level, enisa.result.se)
            });
            let what = format!("Risk assessed, version {}.{}", assessment.version, level.unwrap_or_default());
            tell(tx, ctx, assessment.incident, what).await
        }
    }
}

fn row(a: &Assessment) -> Result<tables::assessments::Model> {
    Ok(tables::assessments::Model {
        id: a.id.to_string(),
        incident_id: a.incident.to_string(),
        version: a.version,
        enisa: a.enisa.as_ref().map(to_json).transpose()?,
        factors: to_json(&a.factors)?,
        note: a.note.clone(),
        basis: to_json(&a.basis)?,
        recorded_at: micros(a.recorded_at),
        recorded_by: a.recorded_by.to_string(),
    })
}

pub(crate) fn assessment(row: &tables::assessments::Model) -> Result<Assessment> {
    Ok(Assessment {
        id: id(&row.id)?,
        incident: id(&row.incident_id)?,
        version: row.version,
        enisa: row.enisa.as_deref().map(json).transpose()?,
        factors: json(&row.factors)?,
        note: row.note.clone(),
        basis: json(&row.basis)?,
        recorded_at: instant(row.recorded_at)?,
        recorded_by: id(&row.recorded_by)?,
    })
}

/// The newest assessment of an incident, where there is one.
pub(crate) async fn present<C: ConnectionTrait>(db: &C, incident: IncidentId) -> Result<Option<Assessment>> {
    use tables::assessments::Column as A;
    let newest = tables::assessments::Entity::find()
        .filter(A::IncidentId.eq(incident.to_string()))
        .order_by_desc(A::Version)
        .one(db)
        .await?;
    newest.as_ref().map(assessment).transpose()
}

/// Versions up to this one, the newest first, at most so many.
pub(crate) async fn versions<C: ConnectionTrait>(
    db: &C,
    incident: IncidentId,
    newest: i64,
    most: u64,
) -> Result<Vec<Assessment>> {
    use tables::assessments::Column as A;
    let found = tables::assessments::Entity::find()
        .filter(A::IncidentId.eq(incident.to_string()))
        .filter(A::Version.lte(newest))
        .order_by_desc(A::Version)
        .limit(most)
        .all(db)
        .await?;
    found.iter().map(assessment).collect()
}
