//! The record of one breach, and of many at once.

use super::{
    sections::{Grounded, Sent, sections},
    select::NO_BREACH,
};
use crate::{
    Services, boxed,
    case::access_of,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    sheets::{self, Known, Told},
    store::{self, rows, tables},
};
use domain::{
    access::{Action, Actor, Permit, permits},
    clock,
    fact::{Fact, sheet::Sheet},
    id::IncidentId,
    incident::Incident,
    moment::Zone,
    notice::{Notice, template::NoticeKind},
    register::retention::{Kept, RetentionSettings},
    view::{
        People,
        register::{Record, RecordHold, RecordKeeping, RecordPage, RecordProof},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

/// How many mails of a notice are in a state.
#[derive(FromQueryResult)]
struct Mails {
    notice_id: Option<String>,
    state: String,
    count: i64,
}

/// What the records of some incidents need beyond the incidents themselves.
pub(super) struct Around<'a> {
    pub house: &'a House,
    pub settings: RetentionSettings,
    pub people: &'a People,
}

impl Services {
    /// The record of one breach. It stands alone.
    ///
    /// # Errors
    /// Hidden, unknown, or known to be no breach.
    #[boxed]
    pub async fn record(&self, ctx: &Ctx, id: IncidentId) -> Result<RecordPage> {
        let row = tables::incidents::Entity::find_by_id(id.to_string()).one(&self.reader).await?;
        let row = row.ok_or(Error::NotFound)?;
        let access = access_of(&self.reader, ctx, &row).await?;
        self.permit(ctx, Action::ReadRegister, access)?;
        let incident = rows::incident(&row)?;
        if incident.outcome.is_some_and(|outcome| NO_BREACH.contains(&outcome)) {
            return Err(Error::NotFound);
        }
        let (house, settings) = self.register_house(ctx).await?;
        let people = self.people().await?;
        let around = Around { house: &house, settings, people: &people };
        let record = self.records(ctx, &around, std::slice::from_ref(&incident)).await?.pop();
        let kept = store::register::kept(&self.reader, &[row.id.as_str()]).await?.remove(&row.id);
        let may = |action| permits(&ctx.actor, action, access, ctx.now) == Permit::Granted;
        Ok(RecordPage {
            record: record.ok_or(Error::NotFound)?,
            kept: kept.unwrap_or_default(),
            zone: house.home.zone().name(),
            made_at: ctx.now,
            made_by: asker(ctx),
            may_keep: may(Action::SetReviewDate),
            may_hold: may(Action::HoldRecord),
            may_read_case: may(Action::ReadIncident),
        })
    }

    /// The records of these incidents, in their order: so many queries for all of them, and some for each whose data
    /// subjects were written to.
    pub(super) async fn records(
        &self,
        ctx: &Ctx,
        around: &Around<'_>,
        incidents: &[Incident],
    ) -> Result<Vec<Record>> {
        use tables::heads::Column as H;
        let db = &self.reader;
        let ids: Vec<String> = incidents.iter().map(|i| i.id.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let grounds = Grounds::load_all(db, incidents).await?;
        let (organisation, mut facts) = sheets::facts_of_all(db, &ids).await?;
        let mut sent = self.sent(&ids).await?;
        let mut kept = store::register::kept(db, &ids).await?;
        let streams = ids.iter().map(|id| format!("incident:{id}"));
        let heads = tables::heads::Entity::find().filter(H::Stream.is_in(streams)).all(db).await?;
        let mut heads: HashMap<String, RecordProof> = heads
            .into_iter()
            .map(|row| (row.stream, RecordProof { entries: row.seq, head: row.hash }))
            .collect();
        let mut out = Vec::with_capacity(incidents.len());
        for ((incident, id), grounds) in incidents.iter().zip(&ids).zip(&grounds) {
            let communicated_at = grounds.first_taken(NoticeKind::SubjectCommunication);
            let told = match communicated_at {
                Some(_) => sheets::told(db, id, None).await?,
                None => Told::default(),
            };
            let known = Known::of(incident, grounds, around.house, &told, None, ctx.now);
            let of_it: Vec<Fact> = facts.remove(*id).unwrap_or_default();
            let elsewhere = sheets::elsewhere(&known, &of_it);
            let sheet = Sheet::new(organisation.clone(), of_it, elsewhere);
            let aware_at = grounds.awareness().map(|a| a.aware_at);
            let due_at = aware_at.and_then(clock::due_of);
            let grounded = Grounded {
                incident,
                grounds,
                house: around.house,
                sheet: &sheet,
                sent: &sent.remove(*id).unwrap_or_default(),
                people: around.people,
                zone: around.house.home.zone(),
                due_at,
                notified_at: known.notified_at,
                now: ctx.now,
            };
            out.push(Record {
                incident: incident.id,
                reference: incident.reference.clone(),
                title: incident.title.clone(),
                organisation: organisation_name(&sheet, grounded.zone),
                phase: incident.phase,
                outcome: incident.outcome,
                first_hint_at: incident.first_hint_at,
                detected_at: incident.detected_at,
                aware_at,
                contained_at: incident.contained_at,
                declared_at: incident.declared_at,
                closed_at: incident.closed_at,
                due_at,
                notified_at: known.notified_at,
                late: due_at.is_some_and(|due| known.notified_at.unwrap_or(ctx.now) > due),
                communicated_at,
                sections: sections(&grounded),
                keeping: keeping(ctx, around, incident, &kept.remove(*id).unwrap_or_default()),
                journal: heads.remove(&format!("incident:{id}")).unwrap_or_default(),
            });
        }
        Ok(out)
    }

    /// The notices of these incidents with what became of them, the first one first.
    async fn sent(&self, ids: &[&str]) -> Result<HashMap<String, Vec<Sent>>> {
        use tables::{notices::Column as N, outbox::Column as O, sendings::Column as S};
        let db = &self.reader;
        let found = tables::notices::Entity::find().filter(N::IncidentId.is_in(ids.iter().copied()));
        let found = found.order_by_asc(N::CreatedAt).order_by_asc(N::Id).all(db).await?;
        if found.is_empty() {
            return Ok(HashMap::new());
        }
        let notices: Vec<&str> = found.iter().map(|row| row.id.as_str()).collect();
        let sendings = tables::sendings::Entity::find()
            .select_only()
            .column(S::NoticeId)
            .column(S::Digest)
            .filter(S::NoticeId.is_in(notices.iter().copied()));
        let digests: HashMap<String, String> =
            sendings.into_tuple::<(String, String)>().all(db).await?.into_iter().collect();
        let mails = tables::outbox::Entity::find()
            .select_only()
            .column(O::NoticeId)
            .column(O::State)
            .column_as(O::Id.count(), "count")
            .filter(O::NoticeId.is_in(notices))
            .group_by(O::NoticeId)
            .group_by(O::State)
            .into_model::<Mails>()
            .all(db)
            .await?;
        let mut out: HashMap<String, Vec<Sent>> = HashMap::new();
        for row in &found {
            let notice: Notice = rows::notice(row)?;
            let of_it = || mails.iter().filter(|m| m.notice_id.as_deref() == Some(row.id.as_str()));
            let total = of_it().map(|m| m.count).sum();
            let accepted = of_it().filter(|m| m.state == "accepted").map(|m| m.count).sum();
            let digest = digests.get(&row.id).cloned();
            out.entry(row.incident_id.clone()).or_default().push(Sent { notice, digest, total, accepted });
        }
        Ok(out)
    }
}

/// Who asks, by name.
pub(super) fn asker(ctx: &Ctx) -> String {
    match &ctx.actor {
        Actor::Person(person) => person.name.clone(),
        other => other.name(),
    }
}

pub(super) fn organisation_name(sheet: &Sheet, zone: Zone) -> String {
    sheet.display("ctrl.name", domain::notice::template::Language::En, zone).unwrap_or_default()
}

fn keeping(ctx: &Ctx, around: &Around<'_>, incident: &Incident, kept: &Kept) -> RecordKeeping {
    let name = |id| around.people.name(id).to_owned();
    let own = kept.own.as_ref();
    RecordKeeping {
        review_at: kept.review_at(incident.closed_at, around.settings),
        due: kept.is_due(incident.closed_at, around.settings, ctx.now),
        own_date: own.is_some_and(|own| own.review_at.is_some()),
        own_reason: own.map_or_else(String::new, |own| {
            let at = domain::moment::show(own.set_at, around.house.home.zone());
            format!("{} (set by {} at {at})", own.reason, name(own.set_by))
        }),
        years: around.settings.years,
        held: kept.hold().is_some(),
        holds: kept
            .holds
            .iter()
            .map(|hold| RecordHold {
                placed_at: hold.placed_at,
                placed_by: name(hold.placed_by),
                why: hold.why.clone(),
                lifted_at: hold.lifted_at,
                lifted_by: hold.lifted_by.map(name).unwrap_or_default(),
                lifted_why: hold.lifted_why.clone(),
            })
            .collect(),
    }
}
