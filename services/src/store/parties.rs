//! Saving what happened to parties, and loading those of a case.

use super::{
    apply::{insert, replace, tell, with_reason},
    clocks, rows,
    rows::fresh,
    tables,
};
use crate::{ctx::Ctx, error::Result};
use domain::{
    event::parties::PartyEvent,
    id::IncidentId,
    party::{
        Party, PartyKind,
        in_case::{CaseParty, Processing},
    },
    text::Choice,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &PartyEvent) -> Result<()> {
    match event {
        PartyEvent::Added(party) => {
            insert::<tables::parties::Entity>(tx, fresh(rows::parties::party_row(party))).await
        }
        PartyEvent::Changed { party, .. } => {
            use tables::parties::Column as C;
            let at =
                Condition::all().add(C::Id.eq(party.id.to_string())).add(C::Revision.eq(party.revision - 1));
            replace::<tables::parties::Entity>(tx, fresh(rows::parties::party_row(party)), at).await?;
            // Stored due times carry the recipient's name.
            use tables::case_parties::Column as P;
            let cases = tables::case_parties::Entity::find()
                .select_only()
                .column(P::IncidentId)
                .distinct()
                .filter(P::PartyId.eq(party.id.to_string()))
                .filter(P::Role.eq(PartyKind::Controller.code()));
            let cases: Vec<String> = cases.into_tuple().all(tx).await?;
            for incident in cases {
                clocks::recompute(tx, ctx, super::id(&incident)?).await?;
            }
            Ok(())
        }
        PartyEvent::BroughtIn(p) => {
            insert::<tables::case_parties::Entity>(tx, fresh(rows::parties::case_party_row(p))).await?;
            clocks::recompute(tx, ctx, p.incident).await?;
            let name = name(tx, p).await?;
            tell(tx, ctx, p.incident, format!("Party brought in: {name} ({}).", p.role)).await
        }
        PartyEvent::CaseChanged(p) => {
            save(tx, p).await?;
            clocks::recompute(tx, ctx, p.incident).await
        }
        PartyEvent::TakenOut(p) => {
            save(tx, p).await?;
            clocks::recompute(tx, ctx, p.incident).await?;
            let what = format!("Party taken out: {} ({})", name(tx, p).await?, p.role);
            tell(tx, ctx, p.incident, with_reason(what, &p.removed_reason)).await
        }
        PartyEvent::ProcessingSet(p) => {
            use tables::processing::Column as C;
            let row = fresh(rows::parties::processing_row(p));
            tables::processing::Entity::insert::<tables::processing::ActiveModel>(row)
                .on_conflict(
                    OnConflict::column(C::IncidentId)
                        .update_columns([C::Capacity, C::Why, C::SetAt, C::SetBy, C::Revision])
                        .to_owned(),
                )
                .exec_without_returning(tx)
                .await?;
            clocks::recompute(tx, ctx, p.incident).await?;
            tell(tx, ctx, p.incident, with_reason(format!("Handled so: {}", p.capacity), &p.why)).await
        }
    }
}

async fn save(tx: &DatabaseTransaction, p: &CaseParty) -> Result<()> {
    use tables::case_parties::Column as C;
    let at = Condition::all().add(C::Id.eq(p.id.to_string())).add(C::Revision.eq(p.revision - 1));
    replace::<tables::case_parties::Entity>(tx, fresh(rows::parties::case_party_row(p)), at).await
}

async fn name(tx: &DatabaseTransaction, p: &CaseParty) -> Result<String> {
    let found = tables::parties::Entity::find_by_id(p.party.to_string()).one(tx).await?;
    Ok(found.map(|party| party.name).unwrap_or_default())
}

/// The parties of a case, those taken out too, in the order in which they came, each with what the address book says.
pub(crate) async fn of_case<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<(CaseParty, Party)>> {
    let of_it = of_cases(db, &[incident.to_owned()]).await?;
    Ok(of_it.into_iter().map(|(_, party)| party).collect())
}

/// The same of many cases, each with the incident it belongs to.
pub(crate) async fn of_cases<C: ConnectionTrait>(
    db: &C,
    incidents: &[String],
) -> Result<Vec<(String, (CaseParty, Party))>> {
    use tables::case_parties::Column as P;
    let found = tables::case_parties::Entity::find()
        .filter(P::IncidentId.is_in(incidents))
        .order_by_asc(P::AddedAt)
        .order_by_asc(P::Id)
        .all(db)
        .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids = found.iter().map(|p| p.party_id.as_str());
    let book = tables::parties::Entity::find().filter(tables::parties::Column::Id.is_in(ids)).all(db).await?;
    let mut out = Vec::new();
    for row in &found {
        let Some(party) = book.iter().find(|party| party.id == row.party_id) else { continue };
        let party = (rows::parties::case_party(row)?, rows::parties::party(party)?);
        out.push((row.incident_id.clone(), party));
    }
    Ok(out)
}

/// As what a case is handled.
pub(crate) async fn processing<C: ConnectionTrait>(db: &C, incident: IncidentId) -> Result<Processing> {
    let found = tables::processing::Entity::find_by_id(incident.to_string()).one(db).await?;
    found.map_or_else(|| Ok(Processing::beginning(incident)), |row| rows::parties::processing(&row))
}
