//! Keeping the rows that the register lists by, and saving what happens to the keeping of records.

use super::{
    apply::{insert, replace, setting, tell, with_reason},
    instant, instant_opt, json, micros, rows,
    rows::fresh,
    tables, to_json,
};
use crate::{
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
};
use domain::{
    clock,
    event::register::RegisterEvent,
    fact::{Fact, Value},
    id::IncidentId,
    moment::{Zone, show_date},
    notice::template::NoticeKind,
    register::retention::{Hold, Kept, OwnDate, RetentionSettings},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, sea_query::SelectStatement,
};
use std::collections::HashMap;

/// Counts the ways in which the rows are computed: with another one, opening the data computes all of them anew.
pub(crate) const VERSION: u32 = 1;

/// Whose answer the list filters by.
const RISK: &str = "risk.outcome";

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &RegisterEvent) -> Result<()> {
    match event {
        RegisterEvent::SettingsSaved { settings, revision } => {
            setting(tx, "retention", to_json(settings)?, *revision).await
        }
        RegisterEvent::DateSet(own) => {
            use tables::review_dates::Column as C;
            let row = fresh(date_row(own));
            if own.revision == 1 {
                insert::<tables::review_dates::Entity>(tx, row).await?;
            } else {
                let at = Condition::all()
                    .add(C::IncidentId.eq(own.incident.to_string()))
                    .add(C::Revision.eq(own.revision - 1));
                replace::<tables::review_dates::Entity>(tx, row, at).await?;
            }
            let what = match own.review_at {
                Some(at) => format!("The record is to be reviewed from {}", show_date(at, Zone::UTC)),
                None => "The record is to be reviewed by the organisation's years again".to_owned(),
            };
            tell(tx, ctx, own.incident, with_reason(what, &own.reason)).await
        }
        RegisterEvent::HoldPlaced(hold) => {
            insert::<tables::legal_holds::Entity>(tx, fresh(hold_row(hold))).await?;
            tell(tx, ctx, hold.incident, with_reason("Legal hold placed on the record".to_owned(), &hold.why))
                .await
        }
        RegisterEvent::HoldLifted(hold) => {
            use tables::legal_holds::Column as C;
            let at = Condition::all().add(C::Id.eq(hold.id.to_string())).add(C::LiftedAt.is_null());
            replace::<tables::legal_holds::Entity>(tx, fresh(hold_row(hold)), at).await?;
            let what = "Legal hold on the record lifted".to_owned();
            tell(tx, ctx, hold.incident, with_reason(what, &hold.lifted_why)).await
        }
    }
}

/// Called for every answer: the list filters by one of them.
pub(super) async fn answered(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    incident: IncidentId,
    fact: &Fact,
) -> Result<()> {
    if fact.key != RISK {
        return Ok(());
    }
    let house = House::load(tx, &ctx.calendars).await?;
    recompute(tx, &house, &incident.to_string()).await
}

/// The incidents of which the answer is known that the list filters by.
pub(super) fn assessed() -> SelectStatement {
    use tables::facts::Column as F;
    let answers = tables::facts::Entity::find().select_only().column(F::IncidentId);
    answers.filter(F::Key.eq(RISK)).filter(F::SupersededAt.is_null()).into_query()
}

/// Computes anew the row that the register lists an incident by.
pub(crate) async fn recompute(tx: &DatabaseTransaction, house: &House, incident: &str) -> Result<()> {
    tables::register_rows::Entity::delete_by_id(incident.to_owned()).exec(tx).await?;
    match computed(tx, house, incident).await? {
        Some(row) => insert::<tables::register_rows::Entity>(tx, fresh(row)).await,
        None => Ok(()),
    }
}

/// The row as it follows from what is recorded; none where nothing of it is.
pub(crate) async fn computed<C: ConnectionTrait>(
    db: &C,
    house: &House,
    incident: &str,
) -> Result<Option<tables::register_rows::Model>> {
    use tables::facts::Column as F;
    let row = tables::incidents::Entity::find_by_id(incident.to_owned()).one(db).await?;
    let grounds = Grounds::load(db, &rows::incident(&row.ok_or(Error::NotFound)?)?).await?;
    let risk = tables::facts::Entity::find()
        .filter(F::IncidentId.eq(incident))
        .filter(F::Key.eq(RISK))
        .filter(F::AboutKind.eq("incident"))
        .filter(F::SupersededAt.is_null())
        .one(db)
        .await?;
    let risk = risk.as_ref().map(rows::fact).transpose()?.and_then(|fact| match fact.value {
        Some(Value::Choice(code)) => Some(code),
        _ => None,
    });
    let aware_at = grounds.awareness().map(|a| a.aware_at);
    let row = tables::register_rows::Model {
        incident_id: incident.to_owned(),
        aware_at: aware_at.map(micros),
        due_at: aware_at.and_then(clock::due_of).map(micros),
        notified_at: grounds.notified_at(house, None).map(micros),
        communicated_at: grounds.first_taken(NoticeKind::SubjectCommunication).map(micros),
        risk,
    };
    let known = row.aware_at.is_some()
        || row.notified_at.is_some()
        || row.communicated_at.is_some()
        || row.risk.is_some();
    Ok(known.then_some(row))
}

fn date_row(own: &OwnDate) -> tables::review_dates::Model {
    tables::review_dates::Model {
        incident_id: own.incident.to_string(),
        review_at: own.review_at.map(micros),
        reason: own.reason.clone(),
        set_at: micros(own.set_at),
        set_by: own.set_by.to_string(),
        revision: own.revision,
    }
}

fn date(row: &tables::review_dates::Model) -> Result<OwnDate> {
    Ok(OwnDate {
        incident: super::id(&row.incident_id)?,
        review_at: instant_opt(row.review_at)?,
        reason: row.reason.clone(),
        set_at: instant(row.set_at)?,
        set_by: super::id(&row.set_by)?,
        revision: row.revision,
    })
}

fn hold_row(hold: &Hold) -> tables::legal_holds::Model {
    tables::legal_holds::Model {
        id: hold.id.to_string(),
        incident_id: hold.incident.to_string(),
        placed_at: micros(hold.placed_at),
        placed_by: hold.placed_by.to_string(),
        why: hold.why.clone(),
        lifted_at: hold.lifted_at.map(micros),
        lifted_by: hold.lifted_by.map(|by| by.to_string()),
        lifted_why: hold.lifted_why.clone(),
    }
}

fn hold(row: &tables::legal_holds::Model) -> Result<Hold> {
    Ok(Hold {
        id: super::id(&row.id)?,
        incident: super::id(&row.incident_id)?,
        placed_at: instant(row.placed_at)?,
        placed_by: super::id(&row.placed_by)?,
        why: row.why.clone(),
        lifted_at: instant_opt(row.lifted_at)?,
        lifted_by: super::id_opt(row.lifted_by.as_deref())?,
        lifted_why: row.lifted_why.clone(),
    })
}

/// How the records of these incidents are kept; an incident of which nothing is recorded is left out.
pub(crate) async fn kept<C: ConnectionTrait>(db: &C, incidents: &[&str]) -> Result<HashMap<String, Kept>> {
    use tables::{legal_holds::Column as H, review_dates::Column as D};
    let mut out: HashMap<String, Kept> = HashMap::new();
    let dates = tables::review_dates::Entity::find().filter(D::IncidentId.is_in(incidents.iter().copied()));
    for row in dates.all(db).await? {
        out.entry(row.incident_id.clone()).or_default().own = Some(date(&row)?);
    }
    let holds = tables::legal_holds::Entity::find()
        .filter(H::IncidentId.is_in(incidents.iter().copied()))
        .order_by_desc(H::PlacedAt)
        .order_by_desc(H::Id);
    for row in holds.all(db).await? {
        out.entry(row.incident_id.clone()).or_default().holds.push(hold(&row)?);
    }
    Ok(out)
}

/// The rows of these incidents, by incident.
pub(crate) async fn rows_of<C: ConnectionTrait>(
    db: &C,
    incidents: &[&str],
) -> Result<HashMap<String, tables::register_rows::Model>> {
    use tables::register_rows::Column as R;
    let found = tables::register_rows::Entity::find().filter(R::IncidentId.is_in(incidents.iter().copied()));
    Ok(found.all(db).await?.into_iter().map(|row| (row.incident_id.clone(), row)).collect())
}

/// What the organisation decided about keeping records, and its revision; 0 while nobody has.
pub(crate) async fn settings<C: ConnectionTrait>(db: &C) -> Result<(RetentionSettings, i64)> {
    let row = tables::settings::Entity::find_by_id("retention".to_owned()).one(db).await?;
    row.map_or(Ok((RetentionSettings::default(), 0)), |row| Ok((json(&row.body)?, row.revision)))
}
