//! Saving what happened to clocks, and keeping the stored due times what the rules compute.

use super::{
    apply::{insert, replace, setting, tell},
    micros, rows,
    rows::fresh,
    tables, to_json,
};
use crate::{
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
};
use domain::{
    awareness::Adoption,
    clock::{NotificationClock, authority::CaseAuthority, case::CaseClocks, reminder},
    event::clocks::{Capability, ClockEvent},
    id::{IncidentId, ReminderId},
    moment::{Zone, show},
    text::Choice,
    view::clocks::ClockRow,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict, SelectStatement},
};
use std::collections::BTreeMap;

pub(super) async fn apply(tx: &DatabaseTransaction, ctx: &Ctx, event: &ClockEvent) -> Result<()> {
    match event {
        ClockEvent::AwarenessDecided(a) => {
            use tables::awareness::Column as C;
            let waits = Condition::all()
                .add(C::Id.eq(a.id.to_string()))
                .add(C::Adoption.eq(Adoption::Waiting.code()));
            replace::<tables::awareness::Entity>(tx, fresh(rows::clocks::awareness_row(a)), waits).await?;
            recompute(tx, ctx, a.incident).await?;
            let what = match a.adoption {
                Adoption::Declined => "Correction of awareness declined",
                _ => "Correction of awareness confirmed",
            };
            tell(tx, ctx, a.incident, super::apply::with_reason(what.to_owned(), &a.decision)).await
        }
        ClockEvent::CandidateAdded(c) => {
            insert::<tables::candidates::Entity>(tx, fresh(rows::clocks::candidate_row(c))).await
        }
        ClockEvent::CandidateWithdrawn(c) => {
            use tables::candidates::Column as C;
            let at = Condition::all().add(C::Id.eq(c.id.to_string())).add(C::WithdrawnAt.is_null());
            replace::<tables::candidates::Entity>(tx, fresh(rows::clocks::candidate_row(c)), at).await
        }
        ClockEvent::TriggerRecorded(t) => {
            insert::<tables::trigger_instants::Entity>(tx, fresh(rows::clocks::trigger_row(t))).await?;
            recompute(tx, ctx, t.incident).await?;
            let what = match t.happened_at {
                Some(at) => format!("Recorded for the clocks: {}, {}.", t.trigger, show(at, Zone::UTC)),
                None => format!("Taken back for the clocks: {}.", t.trigger),
            };
            tell(tx, ctx, t.incident, what).await
        }
        ClockEvent::SubmissionRecorded(s) => {
            insert::<tables::submissions::Entity>(tx, fresh(rows::clocks::submission_row(s))).await?;
            recompute(tx, ctx, s.incident).await?;
            let what = format!("A report was submitted ({}, {}): {}", s.rule, s.stage, s.how);
            tell(tx, ctx, s.incident, what).await
        }
        ClockEvent::SubmissionWithdrawn(s) => {
            use tables::submissions::Column as C;
            let at = Condition::all().add(C::Id.eq(s.id.to_string())).add(C::WithdrawnAt.is_null());
            replace::<tables::submissions::Entity>(tx, fresh(rows::clocks::submission_row(s)), at).await?;
            recompute(tx, ctx, s.incident).await?;
            let what = format!("The record of a submitted report was withdrawn ({}, {})", s.rule, s.stage);
            tell(tx, ctx, s.incident, super::apply::with_reason(what, &s.withdrawn_reason)).await
        }
        ClockEvent::AuthorityNamed(a) => {
            insert::<tables::case_authorities::Entity>(tx, fresh(rows::clocks::authority_row(a))).await?;
            recompute(tx, ctx, a.incident).await?;
            tell(tx, ctx, a.incident, format!("Authority named: {} ({}).", a.name, a.capacity)).await
        }
        ClockEvent::AuthorityWithdrawn(a) => {
            use tables::case_authorities::Column as C;
            let at = Condition::all().add(C::Id.eq(a.id.to_string())).add(C::WithdrawnAt.is_null());
            replace::<tables::case_authorities::Entity>(tx, fresh(rows::clocks::authority_row(a)), at)
                .await?;
            recompute(tx, ctx, a.incident).await?;
            let what = format!("Authority withdrawn: {}", a.name);
            tell(tx, ctx, a.incident, super::apply::with_reason(what, &a.withdrawn_reason)).await
        }
        ClockEvent::RuleSwitched { incident, rule, on } => {
            let row = tables::case_rules::Model { incident_id: incident.to_string(), rule: rule.clone() };
            if *on {
                insert::<tables::case_rules::Entity>(tx, fresh(row)).await?;
            } else {
                tables::case_rules::Entity::delete_by_id((row.incident_id, row.rule)).exec(tx).await?;
            }
            switched(tx, ctx, *incident, rule, *on).await?;
            recompute(tx, ctx, *incident).await?;
            let to = if *on { "on" } else { "off" };
            tell(tx, ctx, *incident, format!("Rule switched {to} for this case: {rule}.")).await
        }
        ClockEvent::SettingsSaved { settings, revision, .. } => {
            setting(tx, "clocks", to_json(settings)?, *revision).await?;
            recompute_all(tx, ctx).await
        }
        ClockEvent::OwnClockSaved(own) => {
            use tables::own_clocks::Column as C;
            tables::own_clocks::Entity::insert(fresh(rows::clocks::own_clock_row(own)?))
                .on_conflict(
                    OnConflict::column(C::Code)
                        .update_columns([C::Body, C::RetiredAt, C::Revision])
                        .to_owned(),
                )
                .exec_without_returning(tx)
                .await?;
            recompute_all(tx, ctx).await
        }
        ClockEvent::ReminderSent { reminder, links } => {
            insert::<tables::reminders::Entity>(tx, fresh(rows::clocks::reminder_row(reminder))).await?;
            give(tx, reminder.id, links).await?;
            recompute(tx, ctx, reminder.incident).await
        }
        ClockEvent::ReminderEscalated { reminder, links } => {
            save_reminder(tx, reminder).await?;
            give(tx, reminder.id, links).await
        }
        ClockEvent::ReminderAcknowledged { reminder, .. } => save_reminder(tx, reminder).await,
        ClockEvent::FeedCreated { id, account, digest } => {
            let row = tables::feeds::Model {
                id: id.to_string(),
                digest: digest.clone(),
                account_id: account.to_string(),
                created_at: micros(ctx.now),
                revoked_at: None,
            };
            insert::<tables::feeds::Entity>(tx, fresh(row)).await
        }
        ClockEvent::FeedRevoked { id, account, at } => {
            use tables::feeds::Column as C;
            tables::feeds::Entity::update_many()
                .col_expr(C::RevokedAt, Expr::val(micros(*at)))
                .filter(C::Id.eq(id.to_string()))
                .filter(C::AccountId.eq(account.to_string()))
                .filter(C::RevokedAt.is_null())
                .exec(tx)
                .await?;
            Ok(())
        }
    }
}

/// Every switching is kept: which rules were on is asked for later.
async fn switched(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    incident: IncidentId,
    rule: &str,
    on: bool,
) -> Result<()> {
    use tables::case_rule_switches::Column as C;
    let of_it = tables::case_rule_switches::Entity::find()
        .filter(C::IncidentId.eq(incident.to_string()))
        .filter(C::Rule.eq(rule))
        .order_by_desc(C::Number);
    let row = tables::case_rule_switches::Model {
        incident_id: incident.to_string(),
        rule: rule.to_owned(),
        number: of_it.one(tx).await?.map_or(0, |last| last.number) + 1,
        switched_at: micros(ctx.now),
        is_on: on,
    };
    insert::<tables::case_rule_switches::Entity>(tx, fresh(row)).await
}

/// Once acknowledged it stays so, whoever comes second.
async fn save_reminder(tx: &DatabaseTransaction, reminder: &reminder::Reminder) -> Result<()> {
    use tables::reminders::Column as C;
    let at = Condition::all().add(C::Id.eq(reminder.id.to_string())).add(C::AcknowledgedAt.is_null());
    replace::<tables::reminders::Entity>(tx, fresh(rows::clocks::reminder_row(reminder)), at).await
}

async fn give(tx: &DatabaseTransaction, reminder: ReminderId, links: &[Capability]) -> Result<()> {
    for link in links {
        let row = tables::acknowledgements::Model {
            digest: link.digest.clone(),
            reminder_id: reminder.to_string(),
            account_id: link.account.to_string(),
            expires_at: micros(link.expires_at),
        };
        insert::<tables::acknowledgements::Entity>(tx, fresh(row)).await?;
    }
    Ok(())
}

/// Computes anew the rows that lists sort by, from what they derive from.
pub(crate) async fn recompute(tx: &DatabaseTransaction, ctx: &Ctx, incident: IncidentId) -> Result<()> {
    let house = House::load(tx, &ctx.calendars).await?;
    recompute_one(tx, ctx, &house, &incident.to_string()).await
}

/// The same for every incident in which anything is recorded that a clock or the register rests on: a rule, a calendar
/// or a setting changed.
pub(crate) async fn recompute_all(tx: &DatabaseTransaction, ctx: &Ctx) -> Result<()> {
    use tables::{
        awareness::Column as A, incidents::Column as I, notices::Column as N, submissions::Column as S,
        trigger_instants::Column as T,
    };
    fn cases<E: EntityTrait>(column: E::Column) -> SelectStatement {
        E::find().select_only().column(column).into_query()
    }
    let told = tables::notices::Entity::find().select_only().column(N::IncidentId);
    let told = told.filter(N::FirstAcceptedAt.is_not_null()).into_query();
    let recorded = Condition::any()
        .add(I::FirstHintAt.is_not_null())
        .add(I::DetectedAt.is_not_null())
        .add(I::Id.in_subquery(cases::<tables::awareness::Entity>(A::IncidentId)))
        .add(I::Id.in_subquery(cases::<tables::trigger_instants::Entity>(T::IncidentId)))
        .add(I::Id.in_subquery(cases::<tables::submissions::Entity>(S::IncidentId)))
        .add(I::Id.in_subquery(told))
        .add(I::Id.in_subquery(super::register::assessed()));
    let house = House::load(tx, &ctx.calendars).await?;
    let all = tables::incidents::Entity::find().filter(recorded);
    let all = all.select_only().column(I::Id).order_by_asc(I::Id);
    let all: Vec<String> = all.into_tuple().all(tx).await?;
    for incident in all {
        recompute_one(tx, ctx, &house, &incident).await?;
    }
    Ok(())
}

async fn recompute_one(tx: &DatabaseTransaction, ctx: &Ctx, house: &House, incident: &str) -> Result<()> {
    use tables::clock_rows::Column as C;
    tables::clock_rows::Entity::delete_many().filter(C::IncidentId.eq(incident)).exec(tx).await?;
    let rows = computed(tx, ctx, house, incident).await?;
    if !rows.is_empty() {
        let rows = rows.into_iter().map(fresh::<tables::clock_rows::ActiveModel, _>);
        tables::clock_rows::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    // Awareness and what was sent are what the register lists by.
    super::register::recompute(tx, house, incident).await
}

/// The rows of an incident as the rules compute them, in the order of their keys.
pub(crate) async fn computed<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    house: &House,
    incident: &str,
) -> Result<Vec<tables::clock_rows::Model>> {
    use tables::reminders::Column as R;
    let row = tables::incidents::Entity::find_by_id(incident.to_owned()).one(db).await?;
    let incident = rows::incident(&row.ok_or(Error::NotFound)?)?;
    let grounds = Grounds::load(db, &incident).await?;
    let CaseClocks { running, .. } = grounds.clocks(house, &ctx.calendars, ctx.now);
    if running.iter().all(|clock| clock.reminded_at().is_none()) {
        return Ok(Vec::new());
    }
    let sent = tables::reminders::Entity::find().filter(R::IncidentId.eq(incident.id.to_string()));
    let sent: Vec<_> = sent.all(db).await?.iter().map(rows::clocks::reminder).collect::<Result<Vec<_>>>()?;
    let open = incident.closed_at.is_none();
    let mut computed = BTreeMap::new();
    for clock in &running {
        let Some(due_at) = clock.reminded_at() else { continue };
        let ours = clock.due_at.is_none();
        let of_it = if ours { &reminder::WITHOUT_NUMBER[..] } else { &house.settings.marks[..] };
        let marks: Vec<_> = sent.iter().filter(|r| is_of(r, clock)).map(|r| (r.mark, r.raised_at)).collect();
        let next = reminder::next_open(of_it, clock.started_at, due_at, ctx.now, &marks);
        let reminded = open && clock.submitted_at.is_none();
        let recipient = clock.authority.map(|a| a.to_string()).unwrap_or_default();
        let row = tables::clock_rows::Model {
            incident_id: incident.id.to_string(),
            rule: clock.rule.clone(),
            stage: clock.stage.clone(),
            recipient: recipient.clone(),
            title: clock.title.clone(),
            recipient_name: clock.recipient.clone(),
            unverified: clock.unverified,
            started_at: micros(clock.started_at),
            due_at: micros(due_at),
            ours,
            submitted_at: clock.submitted_at.map(micros),
            next_reminder_at: next.filter(|_| reminded).map(micros),
        };
        computed.insert((clock.rule.clone(), clock.stage.clone(), recipient), row);
    }
    Ok(computed.into_values().collect())
}

/// Whether a reminder went out for this clock with this due time.
pub(crate) fn is_of(reminder: &reminder::Reminder, clock: &NotificationClock) -> bool {
    reminder.rule == clock.rule
        && reminder.stage == clock.stage
        && reminder.authority == clock.authority
        && Some(reminder.due_at) == clock.reminded_at()
}

/// The authorities of a case, those withdrawn too, in the order in which they were named.
pub(crate) async fn authorities<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<CaseAuthority>> {
    use tables::case_authorities::Column as A;
    let found = tables::case_authorities::Entity::find()
        .filter(A::IncidentId.eq(incident))
        .order_by_asc(A::AddedAt)
        .order_by_asc(A::Id)
        .all(db)
        .await?;
    found.iter().map(rows::clocks::authority).collect()
}

/// The same, for a stored row.
pub(crate) fn is_of_row(reminder: &reminder::Reminder, row: &ClockRow) -> bool {
    reminder.incident == row.incident
        && reminder.rule == row.rule
        && reminder.stage == row.stage
        && reminder.authority == row.authority
        && Some(reminder.due_at) == row.reminded_at()
}
