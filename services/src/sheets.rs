//! Laying out what is known in an incident, from wherever it is recorded.

use crate::{
    Services,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::Result,
    notices::people::told_by_hand,
    store::{instant_opt, micros, rows, tables},
};
use chrono::{DateTime, Utc};
use domain::{
    awareness::Awareness,
    clock::{self, authority::CaseAuthority},
    fact::{
        About, Certainty, Fact, Value,
        sheet::{Sheet, derived},
    },
    id::{AuthorityId, CasePartyId},
    incident::Incident,
    moment::Zone,
    notice::{Notice, template::NoticeKind},
    recipient::otherwise,
    text::Choice,
    view::Case,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, sea_query::ExprTrait,
};
use std::collections::HashMap;

/// What the sheet needs besides the facts themselves.
pub(crate) struct Known<'a> {
    pub incident: &'a Incident,
    pub awareness: Option<&'a Awareness>,
    pub notified_at: Option<DateTime<Utc>>,
    pub told: &'a Told,
    /// The last filing with whom the notice goes to: when it was, and the reference that came back.
    pub filed: Option<(DateTime<Utc>, Option<String>)>,
    /// Whom the notice goes to that the sheet is laid out for, where it names one of the case's authorities.
    pub authority: Option<&'a CaseAuthority>,
    /// Where the days of the case are counted.
    pub zone: Zone,
    pub now: DateTime<Utc>,
}

impl<'a> Known<'a> {
    /// What is known for a notice to `authority`; with none, for the case as a whole.
    pub(crate) fn of(
        incident: &'a Incident,
        grounds: &'a Grounds,
        house: &House,
        told: &'a Told,
        authority: Option<AuthorityId>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            incident,
            awareness: grounds.awareness(),
            notified_at: grounds.notified_at(house, authority),
            told,
            filed: grounds.last_filed(authority),
            authority: authority.and_then(|id| grounds.authorities.iter().find(|a| a.id == id)),
            zone: house.home.zone(),
            now,
        }
    }
}

/// The present facts of the organisation and of an incident.
pub(crate) async fn facts<C: ConnectionTrait>(db: &C, incident: &str) -> Result<(Vec<Fact>, Vec<Fact>)> {
    use tables::facts::Column as F;
    let found = tables::facts::Entity::find()
        .filter(F::IncidentId.is_in([incident, ""]))
        .filter(F::SupersededAt.is_null())
        .all(db)
        .await?;
    let (mut organisation, mut case) = (Vec::new(), Vec::new());
    for row in &found {
        let fact = rows::fact(row)?;
        if row.incident_id.is_empty() { organisation.push(fact) } else { case.push(fact) }
    }
    Ok((organisation, case))
}

/// The present facts of the organisation, and of each of many incidents.
pub(crate) async fn facts_of_all<C: ConnectionTrait>(
    db: &C,
    incidents: &[&str],
) -> Result<(Vec<Fact>, HashMap<String, Vec<Fact>>)> {
    use tables::facts::Column as F;
    let asked = incidents.iter().copied().chain([""]);
    let found = tables::facts::Entity::find()
        .filter(F::IncidentId.is_in(asked))
        .filter(F::SupersededAt.is_null())
        .all(db)
        .await?;
    let mut all: HashMap<String, Vec<Fact>> = HashMap::new();
    for row in &found {
        all.entry(row.incident_id.clone()).or_default().push(rows::fact(row)?);
    }
    Ok((all.remove("").unwrap_or_default(), all))
}

/// What the ledger and the deliveries already know. `case` is what is recorded in the incident.
pub(crate) fn elsewhere(known: &Known<'_>, case: &[Fact]) -> Vec<Fact> {
    let by = known.incident.declared_by;
    let mut out = Vec::new();
    if let Some(aware) = known.awareness {
        let (at, by) = (aware.recorded_at, aware.recorded_by);
        out.push(derived("time.aware", Certainty::Exact, Some(Value::Instant(aware.aware_at)), at, by));
        let by_now = known.notified_at.unwrap_or(known.now);
        let late = clock::due_of(aware.aware_at).is_some_and(|due| by_now > due);
        out.push(derived("time.late", Certainty::Exact, Some(Value::Bool(late)), at, by));
    }
    let kind = if known.notified_at.is_some() { "follow_up" } else { "new" };
    out.push(derived(
        "notif.kind",
        Certainty::Exact,
        Some(Value::Choice(kind.to_owned())),
        known.incident.declared_at,
        by,
    ));
    if let Some((filed_at, reference)) = &known.filed {
        let mut since: Vec<&str> = case
            .iter()
            .filter(|f| f.about == About::Incident && f.recorded_at > *filed_at)
            .map(|f| f.key.as_str())
            .collect();
        // A corrected moment is news too, though nobody recorded it as an answer.
        let later = |a: &Awareness| a.decided_at.unwrap_or(a.recorded_at) > *filed_at;
        since.extend(known.awareness.is_some_and(later).then_some("time.aware"));
        since.sort_unstable();
        let changes = Some(Value::Text(since.join("\n")));
        out.push(derived("notif.changes", Certainty::Exact, changes, *filed_at, by));
        let filed = Some(Value::Instant(*filed_at));
        out.push(derived("notif.previous_at", Certainty::Exact, filed, *filed_at, by));
        if let Some(reference) = reference {
            let reference = Some(Value::Text(reference.clone()));
            out.push(derived("notif.previous_id", Certainty::Exact, reference, *filed_at, by));
        }
    }
    if let Some(to) = known.authority {
        let name = Some(Value::Text(to.name.clone()));
        out.push(derived("authority", Certainty::Exact, name, to.added_at, to.added_by));
    }
    let at = known.incident.declared_at;
    if known.told.people > 0 {
        let count = Value::Number(known.told.people);
        out.push(derived("ds.count", Certainty::Exact, Some(count), at, by));
        let words = Value::Text(known.told.words.clone());
        out.push(derived("ds.content", Certainty::Exact, Some(words), at, by));
        // What nobody has said otherwise. Whether all of them were told is for people to say.
        let day = known.told.first_at.map(|first| Value::Date(first.with_timezone(&known.zone).date_naive()));
        let choice = |code: &str| Some(Value::Choice(code.to_owned()));
        for (key, value) in
            [("ds.status", choice("yes")), ("ds.date", day), ("ds.means", choice("individual"))]
        {
            let said = |f: &Fact| f.key == key && f.about == About::Incident && f.value.is_some();
            if value.is_some() && !case.iter().any(said) {
                out.push(derived(key, Certainty::Exact, value, at, by));
            }
        }
    }
    out
}

/// What the parties of the case and the clocks know about one controller.
pub(crate) fn about_controller(incident: &Incident, grounds: &Grounds, controller: CasePartyId) -> Vec<Fact> {
    let mut out = Vec::new();
    let Some((party, book)) = grounds.parties.iter().find(|(party, _)| party.id == controller) else {
        return out;
    };
    let mut say = |key: &str, value, at, by| {
        out.push(derived(key, Certainty::Exact, Some(value), at, by));
    };
    let (at, by) = (party.added_at, party.added_by);
    say("controller.name", Value::Text(book.name.clone()), at, by);
    if !party.reference.is_empty() {
        say("controller.reference", Value::Text(party.reference.clone()), at, by);
    }
    if let Some(aware) = grounds.processor_aware()
        && let Some(happened_at) = aware.happened_at
    {
        say("controller.aware", Value::Instant(happened_at), aware.recorded_at, aware.recorded_by);
    }
    let kind = if grounds.told_at(party).is_some() { "follow_up" } else { "new" };
    say("notif.kind", Value::Choice(kind.to_owned()), incident.declared_at, incident.declared_by);
    out
}

/// The sheet that a notice rests on.
pub(crate) async fn of_notice<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    incident: &Incident,
    house: &House,
    grounds: &Grounds,
    notice: &Notice,
) -> Result<Sheet> {
    let Some(controller) = notice.controller else {
        return of(db, ctx, incident, house, grounds, notice.authority).await;
    };
    of_controller(db, incident, grounds, controller).await
}

/// The sheet that a notice to this controller rests on.
pub(crate) async fn of_controller<C: ConnectionTrait>(
    db: &C,
    incident: &Incident,
    grounds: &Grounds,
    controller: CasePartyId,
) -> Result<Sheet> {
    let (organisation, case) = facts(db, &incident.id.to_string()).await?;
    let elsewhere = about_controller(incident, grounds, controller);
    Ok(Sheet::for_controller(organisation, case, &controller.to_string(), elsewhere))
}

/// What data subjects were told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// How many of them a relay took a communication for, or were told by letter or telephone.
    pub people: u64,
    /// When the first of them was.
    pub first_at: Option<DateTime<Utc>>,
    /// The words of the latest one.
    pub words: String,
}

/// What data subjects were told so far, or until `then`.
pub(crate) async fn told<C: ConnectionTrait>(
    db: &C,
    incident: &str,
    then: Option<DateTime<Utc>>,
) -> Result<Told> {
    use tables::{
        notices::Column as N, outbox::Column as O, sendings::Column as S, told_otherwise::Column as T,
    };
    // Taken by a relay, or told by letter or telephone.
    let by_hand = tables::told_otherwise::Entity::find()
        .select_only()
        .column(T::NoticeId)
        .filter(T::Outcome.eq(otherwise::Told::Done.code()))
        .into_query();
    let communications = tables::notices::Entity::find()
        .filter(N::IncidentId.eq(incident))
        .filter(N::Kind.eq(NoticeKind::SubjectCommunication.code()))
        .filter(N::FirstAcceptedAt.is_not_null().or(N::Id.in_subquery(by_hand)))
        .all(db)
        .await?;
    if communications.is_empty() {
        return Ok(Told::default());
    }
    let ids: Vec<&str> = communications.iter().map(|n| n.id.as_str()).collect();
    let of_them = tables::outbox::Entity::find().filter(O::NoticeId.is_in(ids.clone()));
    let mut of_them = of_them.filter(O::State.eq("accepted"));
    let mut sent = tables::sendings::Entity::find().filter(S::NoticeId.is_in(ids.clone()));
    if let Some(then) = then {
        of_them = of_them.filter(O::AcceptedAt.lte(micros(then)));
        sent = sent.filter(S::DatedAt.lte(micros(then)));
    }
    let people = of_them.count(db).await? + told_by_hand(db, &ids, then).await?;
    if people == 0 {
        return Ok(Told::default());
    }
    let sent = sent.order_by_desc(S::DatedAt).one(db).await?;
    let by_hand = tables::told_otherwise::Entity::find()
        .filter(T::NoticeId.is_in(ids))
        .filter(T::Outcome.eq(otherwise::Told::Done.code()))
        .order_by_asc(T::ToldAt)
        .one(db)
        .await?;
    let accepted = communications.iter().filter_map(|notice| notice.first_accepted_at);
    let first_at = instant_opt(accepted.chain(by_hand.map(|told| told.told_at)).min())?;
    Ok(Told { people, first_at, words: sent.map(|s| s.text).unwrap_or_default() })
}

/// The sheet of an incident of which the clocks are loaded; for a notice to `authority`, where one is named.
pub(crate) async fn of<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    incident: &Incident,
    house: &House,
    grounds: &Grounds,
    authority: Option<AuthorityId>,
) -> Result<Sheet> {
    let key = incident.id.to_string();
    let (organisation, case) = facts(db, &key).await?;
    let told = told(db, &key, None).await?;
    let known = Known::of(incident, grounds, house, &told, authority, ctx.now);
    let elsewhere = elsewhere(&known, &case);
    Ok(Sheet::new(organisation, case, elsewhere))
}

impl Services {
    /// The sheet of an incident whose page is being shown.
    pub(crate) async fn sheet(&self, case: &Case) -> Result<Sheet> {
        let key = case.incident.id.to_string();
        let (organisation, facts) = facts(&self.reader, &key).await?;
        let known = Known {
            incident: &case.incident,
            awareness: case.awareness.as_ref(),
            notified_at: case.notified_at,
            told: &told(&self.reader, &key, None).await?,
            filed: None,
            authority: None,
            zone: case.authority_zone,
            now: case.now,
        };
        let elsewhere = elsewhere(&known, &facts);
        Ok(Sheet::new(organisation, facts, elsewhere))
    }
}
