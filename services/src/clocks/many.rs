//! What the clocks of many incidents rest on, in as many queries as for one.

use super::{Grounds, Taken};
use crate::{
    error::Result,
    store::{self, rows, tables},
};
use domain::{
    clock::authority::CaseAuthority,
    decision::{Decision, order::Order},
    filing::Receipt,
    incident::Incident,
    party::{Party, in_case::CaseParty},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// The rows of one incident.
#[derive(Default)]
pub(super) struct Rows {
    pub statements: Vec<tables::awareness::Model>,
    pub triggers: Vec<tables::trigger_instants::Model>,
    pub submissions: Vec<tables::submissions::Model>,
    /// Those that a relay took.
    pub notices: Vec<tables::notices::Model>,
    pub authorities: Vec<CaseAuthority>,
    pub parties: Vec<(CaseParty, Party)>,
    pub rules: Vec<String>,
    pub decisions: Vec<Decision>,
    pub orders: Vec<Order>,
    pub receipts: Vec<Receipt>,
}

impl Rows {
    pub(super) fn grounds(self, incident: &Incident) -> Result<Grounds> {
        let taken = self.notices.iter().filter_map(|row| row.first_accepted_at.map(|at| (row, at)));
        let notices = taken.map(|(row, at)| {
            let authority = store::id_opt(row.authority_id.as_deref())?;
            Ok(Taken {
                id: store::id(&row.id)?,
                kind: store::word(&row.kind)?,
                authority,
                controller: store::id_opt(row.controller_id.as_deref())?,
                at: store::instant(at)?,
            })
        });
        Ok(Grounds {
            first_hint_at: incident.first_hint_at,
            detected_at: incident.detected_at,
            statements: self.statements.iter().map(rows::clocks::awareness).collect::<Result<_>>()?,
            triggers: self.triggers.iter().map(rows::clocks::trigger).collect::<Result<_>>()?,
            submissions: self.submissions.iter().map(rows::clocks::submission).collect::<Result<_>>()?,
            notices: notices.collect::<Result<_>>()?,
            authorities: self.authorities,
            parties: self.parties,
            rules: self.rules,
            decisions: self.decisions,
            orders: self.orders,
            receipts: self.receipts,
        })
    }
}

/// Puts each row to its incident's.
fn sort<M>(
    all: &mut HashMap<String, Rows>,
    found: Vec<M>,
    of: impl Fn(&M) -> &str,
    put: impl Fn(&mut Rows, M),
) {
    for row in found {
        let key = of(&row).to_owned();
        put(all.entry(key).or_default(), row);
    }
}

impl Grounds {
    /// The grounds of each of `incidents`, in their order.
    pub(crate) async fn load_all<C: ConnectionTrait>(db: &C, incidents: &[Incident]) -> Result<Vec<Self>> {
        use tables::{
            awareness::Column as A, case_authorities::Column as Y, case_rules::Column as R,
            decisions::Column as D, notices::Column as N, orders::Column as O, receipts::Column as C,
            submissions::Column as S, trigger_instants::Column as T,
        };
        let ids: Vec<String> = incidents.iter().map(|i| i.id.to_string()).collect();
        let mut all: HashMap<String, Rows> = HashMap::new();
        let found = tables::awareness::Entity::find().filter(A::IncidentId.is_in(&ids));
        let found = found.order_by_desc(A::Version).all(db).await?;
        sort(&mut all, found, |r| &r.incident_id, |to, row| to.statements.push(row));
        let found = tables::trigger_instants::Entity::find().filter(T::IncidentId.is_in(&ids));
        let found = found.order_by_desc(T::RecordedAt).order_by_desc(T::Version).all(db).await?;
        sort(&mut all, found, |r| &r.incident_id, |to, row| to.triggers.push(row));
        let found = tables::submissions::Entity::find().filter(S::IncidentId.is_in(&ids));
        let found = found.order_by_asc(S::SubmittedAt).order_by_asc(S::Id).all(db).await?;
        sort(&mut all, found, |r| &r.incident_id, |to, row| to.submissions.push(row));
        let found = tables::notices::Entity::find().filter(N::IncidentId.is_in(&ids));
        let found = found.filter(N::FirstAcceptedAt.is_not_null()).order_by_asc(N::FirstAcceptedAt);
        sort(&mut all, found.all(db).await?, |r| &r.incident_id, |to, row| to.notices.push(row));
        let found = tables::case_authorities::Entity::find().filter(Y::IncidentId.is_in(&ids));
        for row in found.order_by_asc(Y::AddedAt).order_by_asc(Y::Id).all(db).await? {
            let authority = rows::clocks::authority(&row)?;
            all.entry(row.incident_id).or_default().authorities.push(authority);
        }
        for (id, party) in store::parties::of_cases(db, &ids).await? {
            all.entry(id).or_default().parties.push(party);
        }
        let found = tables::case_rules::Entity::find().filter(R::IncidentId.is_in(&ids)).all(db).await?;
        sort(&mut all, found, |r| &r.incident_id, |to, row| to.rules.push(row.rule));
        let found = tables::decisions::Entity::find().filter(D::IncidentId.is_in(&ids));
        for row in found.order_by_desc(D::Version).all(db).await? {
            all.entry(row.incident_id.clone()).or_default().decisions.push(rows::decisions::decision(&row)?);
        }
        let found = tables::orders::Entity::find().filter(O::IncidentId.is_in(&ids));
        for row in found.order_by_asc(O::RecordedAt).order_by_asc(O::Id).all(db).await? {
            all.entry(row.incident_id.clone()).or_default().orders.push(rows::decisions::order(&row)?);
        }
        let found = tables::receipts::Entity::find().filter(C::IncidentId.is_in(&ids));
        for row in found.order_by_asc(C::RecordedAt).order_by_asc(C::Id).all(db).await? {
            all.entry(row.incident_id.clone()).or_default().receipts.push(rows::decisions::receipt(&row)?);
        }
        let of = |(incident, id): (&Incident, &String)| all.remove(id).unwrap_or_default().grounds(incident);
        incidents.iter().zip(&ids).map(of).collect()
    }
}
