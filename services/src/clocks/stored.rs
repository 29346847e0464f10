//! The stored due times, for desk, wall and calendars: one query for the rows, one each for heads and names.

use crate::{
    Services, boxed,
    clocks::House,
    ctx::Ctx,
    error::Result,
    store::{self, clocks::is_of_row, instant, micros, rows, tables},
};
use domain::{
    access::{Action, Object},
    clock::{Standing, is_soon, reminder::Reminder, standing},
    id::IncidentId,
    view::{
        Case, PAGE,
        clocks::{ClockRow, ReminderLine, SentReminder, Wall},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};

type Stored = tables::clock_rows::Model;

impl Services {
    /// Stored rows of the open incidents that the asker may see.
    fn rows_seen(&self, ctx: &Ctx) -> Result<Select<tables::clock_rows::Entity>> {
        use tables::clock_rows::Column as K;
        let seen = self.in_visible(ctx, (tables::clock_rows::Entity, K::IncidentId), true)?;
        let query = tables::clock_rows::Entity::find().filter(seen);
        Ok(query.order_by_asc(K::DueAt).order_by_asc(K::IncidentId))
    }

    /// Open clocks, the nearest first, one page of them, and how many there are.
    pub(crate) async fn open_clocks(&self, ctx: &Ctx) -> Result<(Vec<ClockRow>, u64)> {
        use tables::clock_rows::Column as K;
        let open = self.rows_seen(ctx)?.filter(K::SubmittedAt.is_null());
        let total = open.clone().count(&self.reader).await?;
        let found = open.limit(PAGE).all(&self.reader).await?;
        Ok((self.clock_rows(ctx, &found).await?, total))
    }

    /// Every clock, met ones too, by due time; at most `most`.
    pub(crate) async fn all_clocks(&self, ctx: &Ctx, most: u64) -> Result<Vec<ClockRow>> {
        let found = self.rows_seen(ctx)?.limit(most).all(&self.reader).await?;
        self.clock_rows(ctx, &found).await
    }

    async fn clock_rows(&self, ctx: &Ctx, found: &[Stored]) -> Result<Vec<ClockRow>> {
        use tables::accounts::Column as A;
        let house = House::load(&self.reader, &ctx.calendars).await?;
        let heads = self.heads(found.iter().map(|row| row.incident_id.as_str()).collect()).await?;
        let leads: Vec<&str> = heads.iter().map(|head| head.lead_id.as_str()).collect();
        let leads = tables::accounts::Entity::find().filter(A::Id.is_in(leads)).all(&self.reader).await?;
        let mut out = Vec::new();
        for row in found {
            let Some(head) = heads.iter().find(|head| head.id == row.incident_id) else { continue };
            let due_at = instant(row.due_at)?;
            let submitted_at = store::instant_opt(row.submitted_at)?;
            let started_at = instant(row.started_at)?;
            let standing = match (row.ours, submitted_at) {
                (false, _) => standing(due_at, submitted_at, ctx.now),
                (true, Some(at)) => Standing::Met { at },
                (true, None) => Standing::Open { seconds: (ctx.now - started_at).num_seconds() },
            };
            let lead = leads.iter().find(|lead| lead.id == head.lead_id);
            out.push(ClockRow {
                incident: store::id(&head.id)?,
                reference: head.reference.clone(),
                incident_title: head.title.clone(),
                restricted: head.restricted,
                lead: store::id(&head.lead_id)?,
                lead_name: lead.map(|lead| lead.name.clone()).unwrap_or_default(),
                rule: row.rule.clone(),
                stage: row.stage.clone(),
                authority: store::id_opt(Some(row.recipient.as_str()).filter(|r| !r.is_empty()))?,
                title: row.title.clone(),
                recipient: row.recipient_name.clone(),
                unverified: row.unverified,
                started_at,
                due_at: (!row.ours).then_some(due_at),
                ours_at: row.ours.then_some(due_at),
                submitted_at,
                standing,
                soon: !row.ours && is_soon(due_at, submitted_at, ctx.now, house.settings.soon_hours),
            });
        }
        Ok(out)
    }

    /// What everybody in the room sees: all open clocks of all incidents that the asker may see.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn wall(&self, ctx: &Ctx) -> Result<Wall> {
        use tables::clock_rows::Column as K;
        self.permit(ctx, Action::ReadIncidents, Object::System)?;
        let (clocks, total) = self.open_clocks(ctx).await?;
        let over = self
            .rows_seen(ctx)?
            .filter(K::SubmittedAt.is_null())
            .filter(K::Ours.eq(false))
            .filter(K::DueAt.lt(micros(ctx.now)));
        Ok(Wall { clocks, total, overdue: over.count(&self.reader).await?, now: ctx.now })
    }

    /// Reminders that nobody acknowledged yet: of each of these clocks the latest, if it is one of its due time. One that
    /// went out while the machine's clock was ahead hides none.
    pub(crate) async fn waiting_reminders(&self, ctx: &Ctx, of: &[ClockRow]) -> Result<Vec<ReminderLine>> {
        use tables::reminders::Column as R;
        let open: Vec<&ClockRow> = of.iter().filter(|row| row.submitted_at.is_none()).collect();
        let mut ids: Vec<String> = open.iter().map(|row| row.incident.to_string()).collect();
        ids.dedup();
        let found =
            tables::reminders::Entity::find().filter(R::IncidentId.is_in(ids)).all(&self.reader).await?;
        let all = found.iter().map(rows::clocks::reminder).collect::<Result<Vec<Reminder>>>()?;
        let latest = |row: &&ClockRow| {
            let its = all.iter().filter(|r| r.raised_at <= ctx.now && is_of_row(r, row));
            its.max_by_key(|r| (r.raised_at, r.mark.at(row.started_at, r.due_at)))
        };
        let waits = open.iter().filter_map(|row| latest(row).map(|reminder| (row, reminder)));
        let lines = waits.filter(|(_, r)| r.acknowledged_at.is_none()).map(|(row, r)| ReminderLine {
            id: r.id,
            incident: r.incident,
            reference: row.reference.clone(),
            title: row.title.clone(),
            recipient: row.recipient.clone(),
            due_at: r.due_at,
            mark: r.mark,
            words: r.mark.words(),
            raised_at: r.raised_at,
            escalated_at: r.escalated_at,
        });
        Ok(lines.collect())
    }

    /// Every reminder of a case, the newest first.
    pub(crate) async fn sent_reminders(&self, case: &Case, house: &House) -> Result<Vec<SentReminder>> {
        use tables::reminders::Column as R;
        let found = tables::reminders::Entity::find()
            .filter(R::IncidentId.eq(case.incident.id.to_string()))
            .order_by_desc(R::RaisedAt)
            .order_by_desc(R::Id)
            .all(&self.reader)
            .await?;
        let sent = found.iter().map(|row| {
            let reminder = rows::clocks::reminder(row)?;
            let title = house.rule(&reminder.rule).map_or(reminder.rule.clone(), |rule| rule.title.clone());
            let by = reminder.acknowledged_by.map(|by| case.people.name(by).to_owned());
            Ok(SentReminder {
                id: reminder.id,
                title,
                rule: reminder.rule,
                stage: reminder.stage,
                due_at: reminder.due_at,
                mark: reminder.mark,
                raised_at: reminder.raised_at,
                escalated_at: reminder.escalated_at,
                acknowledged_at: reminder.acknowledged_at,
                acknowledged_by: by.unwrap_or_default(),
            })
        });
        sent.collect()
    }

    /// The rows of one incident, whether it is open or not.
    pub(crate) async fn clocks_of(&self, ctx: &Ctx, incident: IncidentId) -> Result<Vec<ClockRow>> {
        use tables::clock_rows::Column as K;
        let found = tables::clock_rows::Entity::find().filter(K::IncidentId.eq(incident.to_string()));
        let found = found.order_by_asc(K::DueAt).all(&self.reader).await?;
        self.clock_rows(ctx, &found).await
    }
}
