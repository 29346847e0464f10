//! Tasks, notes, the timeline, and what is kept while somebody types.

use crate::{
    Services, boxed,
    case::{EntryTarget, IncidentTarget, NoteTarget, TaskTarget},
    ctx::Ctx,
    error::{Error, Result},
    store::{self, instant, micros, rows, rows::fresh, tables},
    write::Change,
};
use domain::{
    access::{Action, Object},
    event::Event,
    id::{EntryId, IncidentId, NoteId, QuestionId, TaskId},
    incident::{ReasonInput, open},
    notice::stage::Stage,
    refusal::Refusal,
    text::{BODY_MAX, Choice},
    view::{Added, Desk, KeptDraft, NotePage, Notes, TaskRow, Timeline},
    work::{
        Task, TaskInput,
        entry::{Entry, EntryInput, EntryKind},
        note::NoteInput,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::OnConflict};
use std::collections::HashMap;

impl Services {
    /// Adds a task.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn add_task(&self, ctx: &Ctx, incident: IncidentId, input: &TaskInput) -> Result<Added> {
        let (id, by) = (TaskId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::AddTask, IncidentTarget(incident), |loaded| {
            open(&loaded.incident)?;
            let task = input.add(id, incident, &loaded.member_ids(), ctx.zone(), by, ctx.now)?;
            Ok(Change::new(vec![Event::TaskAdded(task)], Added { id: id.to_string() }))
        })
        .await
    }

    /// Says anew what a task is.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, or the input can't be taken.
    #[boxed]
    pub async fn edit_task(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: TaskId,
        input: &TaskInput,
    ) -> Result<()> {
        self.write(ctx, Action::EditTask, TaskTarget(incident, id), |(loaded, task)| {
            open(&loaded.incident)?;
            let task = input.edit(task, &loaded.member_ids(), ctx.zone())?;
            Ok(Change::new(vec![Event::TaskChanged { task, what: "edited" }], ()))
        })
        .await
    }

    /// Marks a task as done, or opens it again.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, or it already is so.
    #[boxed]
    pub async fn set_task_done(&self, ctx: &Ctx, incident: IncidentId, id: TaskId, done: bool) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditTask, TaskTarget(incident, id), move |(loaded, task)| {
            open(&loaded.incident)?;
            let (task, what) =
                if done { (task.complete(by, ctx.now)?, "done") } else { (task.reopen()?, "reopened") };
            Ok(Change::new(vec![Event::TaskChanged { task, what }], ()))
        })
        .await
    }

    /// One task, for editing it.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn task(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: TaskId,
    ) -> Result<(domain::view::Case, Task)> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let row = tables::tasks::Entity::find_by_id(id.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let task = rows::task(&row)?;
        if task.incident == incident { Ok((case, task)) } else { Err(Error::NotFound) }
    }

    pub(crate) async fn tasks_of(&self, incident: &str) -> Result<Vec<Task>> {
        use tables::tasks::Column as C;
        let found = tables::tasks::Entity::find()
            .filter(C::IncidentId.eq(incident))
            .order_by_asc(C::DoneAt)
            .order_by_asc(C::CreatedAt)
            .limit(200)
            .all(&self.reader)
            .await?;
        found.iter().map(rows::task).collect()
    }

    /// The open tasks that are the asker's, or everybody's that the asker may see; by due time.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn tasks(&self, ctx: &Ctx, mine: bool) -> Result<Vec<TaskRow>> {
        use sea_orm::Condition;
        use tables::tasks::Column as C;
        let person = ctx.person()?;
        self.permit(ctx, Action::ReadIncidents, Object::System)?;
        let seen = self.in_visible(ctx, (tables::tasks::Entity, C::IncidentId), false)?;
        let mut which = Condition::all().add(C::DoneAt.is_null()).add(seen);
        if mine {
            which = which.add(C::OwnerId.eq(person.account.to_string()));
        }
        let found = tables::tasks::Entity::find()
            .filter(which)
            .order_by_asc(C::DueAt)
            .limit(200)
            .all(&self.reader)
            .await?;
        let cases = self.heads(found.iter().map(|t| t.incident_id.as_str()).collect()).await?;
        let questions = self.questions_of(&found).await?;
        let mut out = Vec::new();
        for row in &found {
            if let Some(case) = cases.iter().find(|c| c.id == row.incident_id) {
                let task = rows::task(row)?;
                out.push(TaskRow {
                    asked: questions.get(&row.id).copied(),
                    task,
                    reference: case.reference.clone(),
                    incident_title: case.title.clone(),
                });
            }
        }
        // SQLite puts nothing first and PostgreSQL last; a task without a due time comes last.
        out.sort_by_key(|t| (t.task.due_at.is_none(), t.task.due_at, t.task.created_at));
        Ok(out)
    }

    /// The questions that tasks are to answer, by the tasks' ids.
    async fn questions_of(&self, errands: &[tables::tasks::Model]) -> Result<HashMap<String, QuestionId>> {
        use tables::questions::Column as Q;
        let found: Vec<(String, String)> = tables::questions::Entity::find()
            .select_only()
            .columns([Q::TaskId, Q::Id])
            .filter(Q::IncidentId.is_in(errands.iter().map(|task| task.incident_id.as_str())))
            .filter(Q::TaskId.is_in(errands.iter().map(|task| task.id.as_str())))
            .into_tuple()
            .all(&self.reader)
            .await?;
        let read = |(task, id): (String, String)| Ok((task, store::id(&id)?));
        found.into_iter().map(read).collect()
    }

    pub(crate) async fn heads(&self, ids: Vec<&str>) -> Result<Vec<tables::incidents::Model>> {
        Ok(tables::incidents::Entity::find()
            .filter(tables::incidents::Column::Id.is_in(ids))
            .all(&self.reader)
            .await?)
    }

    /// Adds a timeline entry.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn add_entry(&self, ctx: &Ctx, incident: IncidentId, input: &EntryInput) -> Result<Added> {
        let (id, by) = (EntryId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::AddEntry, IncidentTarget(incident), |loaded| {
            open(&loaded.incident)?;
            let entry = input.add(id, incident, ctx.zone(), by, ctx.now)?;
            Ok(Change::new(vec![Event::EntryAdded(entry)], Added { id: id.to_string() }))
        })
        .await
    }

    /// Writes a timeline entry anew.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, withdrawn, of the desk itself, or the input can't be taken.
    #[boxed]
    pub async fn edit_entry(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: EntryId,
        input: &EntryInput,
    ) -> Result<()> {
        self.write(ctx, Action::EditEntry, EntryTarget(incident, id), |(loaded, entry)| {
            open(&loaded.incident)?;
            let entry = input.edit(entry, ctx.zone(), ctx.now)?;
            Ok(Change::new(vec![Event::EntryEdited(entry)], ()))
        })
        .await
    }

    /// Strikes a timeline entry out, for a reason.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, withdrawn, of the desk itself, or no reason.
    #[boxed]
    pub async fn withdraw_entry(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: EntryId,
        input: &ReasonInput,
    ) -> Result<()> {
        self.write(ctx, Action::EditEntry, EntryTarget(incident, id), |(loaded, entry)| {
            open(&loaded.incident)?;
            let entry = entry.withdraw(input.parse()?, ctx.now)?;
            Ok(Change::new(vec![Event::EntryWithdrawn(entry)], ()))
        })
        .await
    }

    /// A page of the timeline, in the order of what happened.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn timeline(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        system: bool,
        page: u64,
    ) -> Result<Timeline> {
        use tables::entries::Column as C;
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let mut query = tables::entries::Entity::find()
            .filter(C::IncidentId.eq(incident.to_string()))
            .order_by_asc(C::EventAt)
            .order_by_asc(C::RecordedAt);
        if !system {
            query = query.filter(C::Kind.eq(EntryKind::Manual.code()));
        }
        let entries = self.paged(query, page, rows::entry).await?;
        Ok(Timeline { case, entries, system })
    }

    /// One timeline entry, for editing it.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn entry(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: EntryId,
    ) -> Result<(domain::view::Case, Entry)> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let row = tables::entries::Entity::find_by_id(id.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let entry = rows::entry(&row)?;
        if entry.incident == incident { Ok((case, entry)) } else { Err(Error::NotFound) }
    }

    pub(crate) async fn recent_entries(&self, incident: &str) -> Result<Vec<Entry>> {
        use tables::entries::Column as C;
        let found = tables::entries::Entity::find()
            .filter(C::IncidentId.eq(incident))
            .filter(C::Kind.eq(EntryKind::Manual.code()))
            .order_by_desc(C::EventAt)
            .limit(8)
            .all(&self.reader)
            .await?;
        found.iter().map(rows::entry).collect()
    }

    /// Writes a note.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn add_note(&self, ctx: &Ctx, incident: IncidentId, input: &NoteInput) -> Result<Added> {
        let (id, by) = (NoteId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        let added = self
            .write(ctx, Action::AddNote, IncidentTarget(incident), |loaded| {
                open(&loaded.incident)?;
                let note = input.add(id, incident, by, ctx.now)?;
                Ok(Change::new(vec![Event::NoteAdded(note)], Added { id: id.to_string() }))
            })
            .await?;
        self.forget_draft(ctx, &format!("note:{incident}:new")).await?;
        Ok(added)
    }

    /// Writes a note anew.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, or the input can't be taken.
    #[boxed]
    pub async fn edit_note(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: NoteId,
        input: &NoteInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditNote, NoteTarget(incident, id), |(loaded, note)| {
            open(&loaded.incident)?;
            let note = input.edit(note, by, ctx.now)?;
            Ok(Change::new(vec![Event::NoteEdited(note)], ()))
        })
        .await?;
        self.forget_draft(ctx, &format!("note:{incident}:{id}")).await
    }

    /// The notes of an incident, the last changed first.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn notes(&self, ctx: &Ctx, incident: IncidentId) -> Result<Notes> {
        use tables::notes::Column as C;
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let mut query = tables::notes::Entity::find()
            .filter(C::IncidentId.eq(incident.to_string()))
            .order_by_desc(C::UpdatedAt);
        if !case.privileged {
            query = query.filter(C::Privileged.eq(false));
        }
        let found = query.limit(200).all(&self.reader).await?;
        Ok(Notes { case, notes: found.iter().map(rows::note).collect::<Result<_>>()? })
    }

    /// One note, or a new one, with what the asker had typed and not saved.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn note(&self, ctx: &Ctx, incident: IncidentId, id: Option<NoteId>) -> Result<NotePage> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let note = match id {
            Some(id) => {
                let row = tables::notes::Entity::find_by_id(id.to_string())
                    .one(&self.reader)
                    .await?
                    .ok_or(Error::NotFound)?;
                Some(rows::note(&row)?)
                    .filter(|n| n.incident == incident && (case.privileged || !n.privileged))
            }
            None => None,
        };
        if id.is_some() && note.is_none() {
            return Err(Error::NotFound);
        }
        let form = format!("note:{incident}:{}", id.map_or("new".to_owned(), |id| id.to_string()));
        let draft = self.draft(ctx, &form).await?;
        Ok(NotePage { case, note, draft })
    }

    /// Keeps what somebody is typing. Only its author ever sees it; nothing is journaled.
    ///
    /// # Errors
    /// Nobody is signed in, or the text is too long.
    #[boxed]
    pub async fn keep_draft(
        &self,
        ctx: &Ctx,
        form: &str,
        text: &str,
        base_revision: i64,
    ) -> Result<chrono::DateTime<chrono::Utc>> {
        let account = ctx.person()?.account.to_string();
        self.permit(ctx, Action::ManageSelf, Object::Own)?;
        if form.is_empty() || form.len() > 120 || text.chars().count() > BODY_MAX {
            return Err(Refusal::field(
                "text",
                "too_long",
                format!("At most {BODY_MAX} characters are kept."),
            )
            .into());
        }
        // PostgreSQL keeps no NUL; what stands in its place shows that something was there.
        let kept = |text: &str| text.replace('\0', "\u{FFFD}");
        let row = tables::drafts::Model {
            account_id: account,
            form: kept(form),
            body: kept(text),
            base_revision,
            saved_at: micros(ctx.now),
        };
        self.batch(ctx, async |tx| {
            use tables::drafts::Column as C;
            tables::drafts::Entity::insert(fresh(row.clone()))
                .on_conflict(
                    OnConflict::columns([C::AccountId, C::Form])
                        .update_columns([C::Body, C::BaseRevision, C::SavedAt])
                        .to_owned(),
                )
                .exec_without_returning(tx)
                .await?;
            Ok(((), Vec::new()))
        })
        .await?;
        Ok(ctx.now)
    }

    async fn draft(&self, ctx: &Ctx, form: &str) -> Result<Option<KeptDraft>> {
        let key = (ctx.person()?.account.to_string(), form.to_owned());
        let row = tables::drafts::Entity::find_by_id(key).one(&self.reader).await?;
        row.map(|r| {
            Ok(KeptDraft { text: r.body, base_revision: r.base_revision, saved_at: instant(r.saved_at)? })
        })
        .transpose()
    }

    async fn forget_draft(&self, ctx: &Ctx, form: &str) -> Result<()> {
        let key = (ctx.person()?.account.to_string(), form.to_owned());
        self.batch(ctx, async |tx| {
            tables::drafts::Entity::delete_by_id(key.clone()).exec(tx).await?;
            Ok(((), Vec::new()))
        })
        .await
    }

    /// What is due for the one who asks.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn desk(&self, ctx: &Ctx) -> Result<Desk> {
        ctx.person()?;
        let (clocks, all_clocks) = self.open_clocks(ctx).await?;
        Ok(Desk {
            reminders: self.waiting_reminders(ctx, &clocks).await?,
            clocks,
            all_clocks,
            tasks: self.tasks(ctx, true).await?,
            steps: self.my_steps(ctx).await?,
            new_alerts: self.new_alerts(ctx).await?,
            reviews: self.notices(ctx, Some(Stage::InReview), 1).await?.items,
            people: self.people().await?,
            now: ctx.now,
        })
    }
}
