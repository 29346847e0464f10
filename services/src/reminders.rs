//! Reminders of due times: raised once for each mark, to the owner first and to deputies when nobody reacts.

use crate::{
    Services,
    accounts::digest,
    boxed,
    case::IncidentTarget,
    clocks::House,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, apply::apply, instant, micros, rows, tables},
    write::{Alarm, Audience, Change, Target},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Action, Object, Role},
    clock::reminder::{Reminder, WITHOUT_NUMBER, to_raise},
    event::{
        Event,
        clocks::{AcknowledgedBy, Capability, ClockEvent},
    },
    id::{AccountId, IncidentId, ReminderId},
    incident::Incident,
    journal::Draft,
    moment::{Zone, show},
    text::Choice,
    view::clocks::Acknowledgement,
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

/// A link in a reminder opens it for so many hours.
const LINK_HOURS: i64 = 72;
/// So many are handled in one commit.
const AT_ONCE: u64 = 50;

type Stored = tables::clock_rows::Model;

/// One round of the job, inside its one transaction.
struct Round<'a> {
    services: &'a Services,
    tx: &'a DatabaseTransaction,
    ctx: &'a Ctx,
    house: House,
    /// `https://desk.example`, for the links.
    origin: &'a str,
    drafts: Vec<Draft>,
}

impl Services {
    /// Raises what has come due and escalates what nobody acknowledged, with its mails, in one commit. May run twice
    /// and in two processes: each mark of each due time goes out once. Returns how many reminders there were.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn run_reminders(&self, ctx: &Ctx, origin: &str) -> Result<usize> {
        let now = micros(ctx.now);
        let waits = tables::clock_rows::Entity::find().filter(to_remind(now)).one(&self.reader).await?;
        let late = tables::reminders::Entity::find().filter(to_escalate(now)).one(&self.reader).await?;
        if waits.is_none() && late.is_none() {
            return Ok(0);
        }
        self.batch(ctx, async |tx| {
            let house = House::load(tx, &ctx.calendars).await?;
            let mut round = Round { services: self, tx, ctx, house, origin, drafts: Vec::new() };
            let due = tables::clock_rows::Entity::find()
                .filter(to_remind(now))
                .order_by_asc(tables::clock_rows::Column::DueAt)
                .limit(AT_ONCE)
                .all(tx)
                .await?;
            let mut count = 0;
            for row in &due {
                count += usize::from(round.raise(row).await?);
            }
            let late = tables::reminders::Entity::find()
                .filter(to_escalate(now))
                .order_by_asc(tables::reminders::Column::EscalatesAt)
                .limit(AT_ONCE)
                .all(tx)
                .await?;
            for row in &late {
                count += usize::from(round.escalate(&rows::clocks::reminder(row)?).await?);
            }
            Ok((count, round.drafts))
        })
        .await
    }

    /// To be called when the machine's clock was set back: where reminders went out later than now, reckons anew which
    /// one comes next. Returns in how many incidents.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn clock_was_set_back(&self, ctx: &Ctx) -> Result<usize> {
        use tables::reminders::Column as R;
        let ahead = || {
            tables::reminders::Entity::find()
                .select_only()
                .column(R::IncidentId)
                .distinct()
                .filter(R::RaisedAt.gt(micros(ctx.now)))
                .into_tuple::<String>()
        };
        if ahead().one(&self.reader).await?.is_none() {
            return Ok(0);
        }
        self.batch(ctx, async |tx| {
            let found = ahead().all(tx).await?;
            for incident in &found {
                store::clocks::recompute(tx, ctx, store::id(incident)?).await?;
            }
            Ok((found.len(), Vec::new()))
        })
        .await
    }

    /// Acknowledges a reminder in the desk.
    ///
    /// # Errors
    /// Hidden, not allowed, or no such reminder in this incident. Twice is no error.
    #[boxed]
    pub async fn acknowledge_reminder(&self, ctx: &Ctx, incident: IncidentId, id: ReminderId) -> Result<()> {
        let by = ctx.person()?.account;
        let target = ReminderTarget(IncidentTarget(incident), id);
        self.write(ctx, Action::AcknowledgeReminder, target, |(_, reminder)| {
            Ok(Change::new(acknowledged(reminder, by, AcknowledgedBy::Desk, ctx.now), ()))
        })
        .await
    }

    /// What the page behind a reminder's link shows. Changes nothing.
    ///
    /// # Errors
    /// `NotFound` alike for an unknown link, an expired one and one whose holder is disabled.
    #[boxed]
    pub async fn acknowledgement(&self, ctx: &Ctx, secret: &str) -> Result<Acknowledgement> {
        use tables::acknowledgements::Column as A;
        let link = tables::acknowledgements::Entity::find()
            .filter(A::Digest.eq(digest(secret)))
            .filter(A::ExpiresAt.gt(micros(ctx.now)))
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let holder = tables::accounts::Entity::find_by_id(link.account_id).one(&self.reader).await?;
        let holder = holder.filter(|a| a.disabled_at.is_none()).ok_or(Error::NotFound)?;
        let row = tables::reminders::Entity::find_by_id(link.reminder_id).one(&self.reader).await?;
        let row = row.ok_or(Error::NotFound)?;
        let reminder = rows::clocks::reminder(&row)?;
        let case = tables::incidents::Entity::find_by_id(row.incident_id.clone()).one(&self.reader).await?;
        let key = (row.incident_id, row.rule.clone(), row.stage, row.recipient);
        let clock = tables::clock_rows::Entity::find_by_id(key).one(&self.reader).await?;
        Ok(Acknowledgement {
            reference: case.ok_or(Error::NotFound)?.reference,
            title: clock.as_ref().map(|c| c.title.clone()).unwrap_or(row.rule),
            recipient: clock.map(|c| c.recipient_name).unwrap_or_default(),
            due_at: reminder.due_at,
            mark: reminder.mark,
            name: holder.name,
            acknowledged_at: reminder.acknowledged_at,
            now: ctx.now,
        })
    }

    /// Acknowledges a reminder through its link; nothing else can be done with it.
    ///
    /// # Errors
    /// `NotFound` alike for an unknown link, an expired one and one whose holder is disabled. Twice is no error.
    #[boxed]
    pub async fn acknowledge(&self, ctx: &Ctx, secret: &str) -> Result<()> {
        let target = LinkTarget(digest(secret));
        self.write(ctx, Action::AcknowledgeByLink, target, |(reminder, holder)| {
            Ok(Change::new(acknowledged(reminder, *holder, AcknowledgedBy::Link, ctx.now), ()))
        })
        .await
    }
}

/// Clocks of which a mark has come and was not sent.
fn to_remind(now: i64) -> Condition {
    Condition::all().add(tables::clock_rows::Column::NextReminderAt.lte(now))
}

/// Reminders that nobody acknowledged in time.
fn to_escalate(now: i64) -> Condition {
    use tables::reminders::Column as R;
    Condition::all()
        .add(R::AcknowledgedAt.is_null())
        .add(R::EscalatedAt.is_null())
        .add(R::EscalatesAt.lte(now))
}

fn acknowledged(reminder: &Reminder, by: AccountId, how: AcknowledgedBy, now: DateTime<Utc>) -> Vec<Event> {
    if reminder.acknowledged_at.is_some() {
        return Vec::new();
    }
    let reminder = reminder.acknowledged(by, now);
    vec![Event::Clock(ClockEvent::ReminderAcknowledged { reminder, by: how })]
}

struct ReminderTarget(IncidentTarget, ReminderId);

impl Target for ReminderTarget {
    type Loaded = (crate::case::Loaded, Reminder);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let row = tables::reminders::Entity::find_by_id(self.1.to_string()).one(tx).await?;
        let reminder = rows::clocks::reminder(&row.ok_or(Error::NotFound)?)?;
        if reminder.incident != self.0.0 {
            return Err(Error::NotFound);
        }
        Ok((self.0.load(tx, ctx).await?, reminder))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

/// A reminder by the digest of a link's secret.
struct LinkTarget(String);

impl Target for LinkTarget {
    type Loaded = (Reminder, AccountId);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        use tables::acknowledgements::Column as A;
        let link = tables::acknowledgements::Entity::find()
            .filter(A::Digest.eq(self.0.as_str()))
            .filter(A::ExpiresAt.gt(micros(ctx.now)))
            .one(tx)
            .await?
            .ok_or(Error::NotFound)?;
        let holder = tables::accounts::Entity::find_by_id(link.account_id.clone()).one(tx).await?;
        holder.filter(|a| a.disabled_at.is_none()).ok_or(Error::NotFound)?;
        let row = tables::reminders::Entity::find_by_id(link.reminder_id).one(tx).await?;
        Ok((rows::clocks::reminder(&row.ok_or(Error::NotFound)?)?, store::id(&link.account_id)?))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::Link
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Round<'_> {
    /// Sends the one reminder of a clock that matters now.
    async fn raise(&mut self, row: &Stored) -> Result<bool> {
        use tables::reminders::Column as R;
        let (started_at, due_at) = (instant(row.started_at)?, instant(row.due_at)?);
        let sent = tables::reminders::Entity::find()
            .filter(of_clock(row))
            .filter(R::DueAt.eq(row.due_at))
            .all(self.tx)
            .await?;
        let sent: Vec<Reminder> = sent.iter().map(rows::clocks::reminder).collect::<Result<_>>()?;
        let marks: Vec<_> = sent.iter().map(|r| (r.mark, r.raised_at)).collect();
        let of_it = if row.ours { &WITHOUT_NUMBER[..] } else { &self.house.settings.marks[..] };
        let from = store::instant_opt(row.next_reminder_at)?.unwrap_or(self.ctx.now);
        let incident = self.incident(&row.incident_id).await?;
        let Some(mark) = to_raise(of_it, started_at, due_at, self.ctx.now, &marks, from) else {
            // What is stored doesn't say what the rules say: it is reckoned anew, or it would be asked every second.
            store::clocks::recompute(self.tx, self.ctx, incident.id).await?;
            return Ok(false);
        };
        let escalation = Duration::minutes(i64::from(self.house.settings.escalate_minutes));
        let urgent = mark.is_urgent();
        let reminder = Reminder {
            id: ReminderId::from_bits(self.ctx.fresh.bits()),
            incident: incident.id,
            rule: row.rule.clone(),
            stage: row.stage.clone(),
            authority: store::id_opt(Some(row.recipient.as_str()).filter(|r| !r.is_empty()))?,
            due_at,
            mark,
            raised_at: self.ctx.now,
            escalates_at: self.ctx.now + escalation,
            escalated_at: urgent.then_some(self.ctx.now),
            acknowledged_at: None,
            acknowledged_by: None,
        };
        let mut to = vec![incident.lead];
        if urgent {
            to.extend(self.deputies(&incident).await?);
        }
        let links = self.mail(&reminder, row, &incident, &to, "").await?;
        self.happened(ClockEvent::ReminderSent { reminder, links }).await?;
        Ok(true)
    }

    /// Sends to the deputies what nobody acknowledged, if it still matters: the clock is open, has this due time, and
    /// no later reminder went out for it.
    async fn escalate(&mut self, reminder: &Reminder) -> Result<bool> {
        use tables::reminders::Column as R;
        let recipient = reminder.authority.map(|a| a.to_string()).unwrap_or_default();
        let key = (reminder.incident.to_string(), reminder.rule.clone(), reminder.stage.clone(), recipient);
        let row = tables::clock_rows::Entity::find_by_id(key).one(self.tx).await?;
        let row = row.filter(|r| r.submitted_at.is_none() && r.due_at == micros(reminder.due_at));
        let incident = self.incident(&reminder.incident.to_string()).await?;
        if let Some(row) = row.filter(|_| incident.closed_at.is_none()) {
            let later = tables::reminders::Entity::find()
                .filter(of_clock(&row))
                .filter(R::DueAt.eq(row.due_at))
                .filter(R::RaisedAt.gt(micros(reminder.raised_at)))
                // One of a clock that was ahead is no later one.
                .filter(R::RaisedAt.lte(micros(self.ctx.now)))
                .one(self.tx)
                .await?;
            if later.is_none() {
                let to = self.deputies(&incident).await?;
                let why = "Nobody has acknowledged this reminder yet, so it comes to you as well.\n\n";
                let links = self.mail(reminder, &row, &incident, &to, why).await?;
                let reminder = reminder.escalated(self.ctx.now);
                self.happened(ClockEvent::ReminderEscalated { reminder, links }).await?;
                return Ok(true);
            }
        }
        // It matters no more: nobody is told, and it isn't looked at again.
        tables::reminders::Entity::update_many()
            .col_expr(R::EscalatedAt, Expr::val(micros(self.ctx.now)))
            .filter(R::Id.eq(reminder.id.to_string()))
            .exec(self.tx)
            .await?;
        Ok(false)
    }

    async fn happened(&mut self, event: ClockEvent) -> Result<()> {
        let event = Event::Clock(event);
        apply(self.tx, self.ctx, &event).await?;
        self.drafts.push(event.journal());
        Ok(())
    }

    async fn incident(&self, id: &str) -> Result<Incident> {
        let row = tables::incidents::Entity::find_by_id(id.to_owned()).one(self.tx).await?;
        rows::incident(&row.ok_or(Error::NotFound)?)
    }

    /// Other members who lead or protect data, and of an incident that isn't restricted every data protection officer.
    async fn deputies(&self, incident: &Incident) -> Result<Vec<AccountId>> {
        use tables::{accounts::Column as A, members::Column as M};
        let members = tables::members::Entity::find()
            .filter(M::IncidentId.eq(incident.id.to_string()))
            .filter(crate::case::holds(self.ctx))
            .all(self.tx)
            .await?;
        let accounts = tables::accounts::Entity::find()
            .filter(A::Role.is_in([Role::Lead.code(), Role::Dpo.code()]))
            .filter(A::DisabledAt.is_null())
            .filter(A::Id.ne(incident.lead.to_string()))
            .order_by_asc(A::Id)
            .all(self.tx)
            .await?;
        let told = |account: &&tables::accounts::Model| {
            let member = members.iter().any(|m| m.account_id == account.id);
            member || (!incident.restricted && account.role == Role::Dpo.code())
        };
        accounts.iter().filter(told).map(|account| store::id(&account.id)).collect()
    }

    /// One mail for each person, each with a link of its own.
    async fn mail(
        &self,
        reminder: &Reminder,
        row: &Stored,
        incident: &Incident,
        to: &[AccountId],
        why: &str,
    ) -> Result<Vec<Capability>> {
        let zone = match reminder.authority {
            Some(id) => self.zone_of(&id.to_string()).await?,
            None => self.house.home.zone(),
        };
        let expires_at = self.ctx.now + Duration::hours(LINK_HOURS);
        let due = match row.ours {
            false => format!("Due: {} ({zone})", show(reminder.due_at, zone)),
            true => "Due: without undue delay. The law gives no number of hours; when this reminder comes is your \
                     organisation's own choice."
                .to_owned(),
        };
        let words = reminder.mark.words();
        let (reference, title, recipient) = (&incident.reference, &row.title, &row.recipient_name);
        let mut links = Vec::new();
        for account in to {
            let secret = self.ctx.fresh.secret();
            links.push(Capability { digest: digest(&secret), account: *account, expires_at });
            let alarm = Alarm {
                to: vec![Audience::Account(*account)],
                purpose: "reminder",
                subject: format!("{reference}: {words}. {title}"),
                text: format!(
                    "{why}{reference}: {words}.\n\n{title}\nTo: {recipient}\n{due}\n\n\
                     Acknowledge this reminder, without signing in:\n{origin}/acknowledge/{secret}\n\n\
                     The link acknowledges this one reminder and can do nothing else. It works for {LINK_HOURS} hours. \
                     Acknowledging stops no clock.",
                    origin = self.origin,
                ),
            };
            self.services.enqueue(self.tx, self.ctx, &alarm).await?;
        }
        Ok(links)
    }

    async fn zone_of(&self, authority: &str) -> Result<Zone> {
        let row = tables::case_authorities::Entity::find_by_id(authority.to_owned()).one(self.tx).await?;
        let calendar = row.and_then(|a| self.ctx.calendars.get(&a.calendar).ok().map(|c| c.zone()));
        Ok(calendar.unwrap_or(self.house.home.zone()))
    }
}

fn of_clock(row: &Stored) -> Condition {
    use tables::reminders::Column as R;
    Condition::all()
        .add(R::IncidentId.eq(row.incident_id.as_str()))
        .add(R::Rule.eq(row.rule.as_str()))
        .add(R::Stage.eq(row.stage.as_str()))
        .add(R::Recipient.eq(row.recipient.as_str()))
}
