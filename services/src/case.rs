//! Loading an incident, or one item in it, for a decision or for a page.

use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    store::{self, micros, rows, tables},
    write::{Boxed, Target},
};
use domain::{
    access::{Action, Membership, Object, Permit, Role, permits},
    awareness,
    evidence::Evidence,
    id::{AccountId, EntryId, EvidenceId, IncidentId, NoteId, TaskId},
    incident::Incident,
    text::Choice,
    view::{Case, Member},
    work::{Task, entry::Entry, note::Note},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

/// An incident as loaded for a decision.
pub(crate) struct Loaded {
    pub incident: Incident,
    pub access: Object,
    /// Everybody who belongs to it now, through broken glass too.
    pub members: Vec<(AccountId, Role)>,
    /// Those of them whose membership ends by itself.
    pub passing: Vec<AccountId>,
}

impl Loaded {
    /// Whether somebody belongs to it for good.
    pub(crate) fn is_member(&self, account: AccountId) -> bool {
        self.members.iter().any(|(id, _)| *id == account) && !self.passing.contains(&account)
    }

    pub(crate) fn member_ids(&self) -> Vec<AccountId> {
        self.members.iter().map(|(id, _)| *id).collect()
    }
}

/// What of an incident decides about access, for the asking account.
pub(crate) async fn access_of<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    row: &tables::incidents::Model,
) -> Result<Object> {
    let membership = match ctx.actor.person() {
        Some(person) => {
            let key = (person.account.to_string(), row.id.clone());
            match tables::members::Entity::find_by_id(key).one(db).await? {
                Some(member) => Some(match store::instant_opt(member.until)? {
                    Some(until) => Membership::BreakGlass { until },
                    None => Membership::Member,
                }),
                None => None,
            }
        }
        None => None,
    };
    Ok(Object::Incident { restricted: row.restricted, membership })
}

pub(crate) async fn load<C: ConnectionTrait>(db: &C, ctx: &Ctx, id: IncidentId) -> Result<Loaded> {
    let row = tables::incidents::Entity::find_by_id(id.to_string()).one(db).await?.ok_or(Error::NotFound)?;
    let access = access_of(db, ctx, &row).await?;
    let (members, passing) = members_now(db, ctx, &row.id).await?;
    Ok(Loaded { incident: rows::incident(&row)?, access, members, passing })
}

/// The condition under which a membership holds: for good, or by glass whose time isn't over.
pub(crate) fn holds(ctx: &Ctx) -> sea_orm::Condition {
    use tables::members::Column as M;
    sea_orm::Condition::any().add(M::Until.is_null()).add(M::Until.gt(micros(ctx.now)))
}

/// Who belongs to an incident now, and which of them only for a time.
async fn members_now<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    incident: &str,
) -> Result<(Vec<(AccountId, Role)>, Vec<AccountId>)> {
    use tables::{accounts::Column as A, members::Column as M};
    let found =
        tables::members::Entity::find().filter(M::IncidentId.eq(incident)).filter(holds(ctx)).all(db).await?;
    let ids: Vec<&str> = found.iter().map(|m| m.account_id.as_str()).collect();
    let accounts = tables::accounts::Entity::find().filter(A::Id.is_in(ids)).all(db).await?;
    let members = accounts.iter().map(|a| Ok((store::id(&a.id)?, store::word(&a.role)?)));
    let passing = found.iter().filter(|m| m.until.is_some()).map(|m| store::id(&m.account_id));
    Ok((members.collect::<Result<_>>()?, passing.collect::<Result<_>>()?))
}

/// The notes of an incident that are counsel's privileged.
pub(crate) async fn privileged<C: ConnectionTrait>(db: &C, incident: &str) -> Result<Vec<Note>> {
    use tables::notes::Column as N;
    let of_it = tables::notes::Entity::find().filter(N::IncidentId.eq(incident));
    let found = of_it.filter(N::Privileged.eq(true)).all(db).await?;
    found.iter().map(rows::note).collect()
}

/// An incident for a decision about its head, or about something new in it.
pub(crate) struct IncidentTarget(pub IncidentId);

impl Target for IncidentTarget {
    type Loaded = Loaded;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Loaded> {
        load(tx, ctx, self.0).await
    }
    fn object(loaded: &Loaded) -> Object {
        loaded.access
    }
    fn revision(loaded: &Loaded) -> Option<i64> {
        Some(loaded.incident.revision)
    }
}

/// An item of an incident with the incident it lies in. The item's own incident decides, not the path.
macro_rules! item_target {
    ($target:ident, $id:ident, $item:ident, $table:ident, $read:path, $privileged:expr) => {
        pub(crate) struct $target(pub IncidentId, pub $id);

        impl Target for $target {
            type Loaded = (Loaded, $item);
            async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
                let row = tables::$table::Entity::find_by_id(self.1.to_string())
                    .one(tx)
                    .await?
                    .ok_or(Error::NotFound)?;
                let item = $read(&row)?;
                if item.incident != self.0 {
                    return Err(Error::NotFound);
                }
                Ok((load(tx, ctx, item.incident).await?, item))
            }
            fn object((loaded, item): &Self::Loaded) -> Object {
                let privileged: fn(&$item) -> bool = $privileged;
                if privileged(item) { loaded.access.privileged() } else { loaded.access }
            }
            fn revision(loaded: &Self::Loaded) -> Option<i64> {
                Some(loaded.1.revision)
            }
        }
    };
}

item_target!(TaskTarget, TaskId, Task, tasks, rows::task, |_| false);
item_target!(NoteTarget, NoteId, Note, notes, rows::note, |note| note.privileged);
item_target!(EntryTarget, EntryId, Entry, entries, rows::entry, |_| false);
item_target!(EvidenceTarget, EvidenceId, Evidence, evidence, rows::evidence, |item| item.privileged);

impl Services {
    /// What every page of an incident shows, after asking whether this person may see it for `action`.
    pub(crate) fn case<'a>(&'a self, ctx: &'a Ctx, id: IncidentId, action: Action) -> Boxed<'a, Case> {
        Box::pin(async move { Ok(self.case_with_clocks(ctx, id, action).await?.0) })
    }

    /// The same, with what its clocks rest on.
    pub(crate) async fn case_with_clocks(
        &self,
        ctx: &Ctx,
        id: IncidentId,
        action: Action,
    ) -> Result<(Case, Grounds, House)> {
        let db = &self.reader;
        let key = id.to_string();
        let row = tables::incidents::Entity::find_by_id(key.clone()).one(db).await?.ok_or(Error::NotFound)?;
        let access = access_of(db, ctx, &row).await?;
        self.permit(ctx, action, access)?;
        let privileged = self.permit(ctx, action, access.privileged()).is_ok();
        let incident = rows::incident(&row)?;
        let (people, members, grounds, house, counts) = tokio::try_join!(
            self.people(),
            async {
                let found = tables::members::Entity::find()
                    .filter(tables::members::Column::IncidentId.eq(key.as_str()))
                    .filter(holds(ctx))
                    .all(db)
                    .await?;
                Ok(found)
            },
            Grounds::load(db, &incident),
            House::load(db, &ctx.calendars),
            store::counts::of(&self.reader, &key, privileged),
        )?;
        let members = members
            .iter()
            .map(|m| {
                let id = store::id(&m.account_id)?;
                let named = people.get(id);
                Ok(Member {
                    id,
                    name: people.name(id).to_owned(),
                    role: named.map_or(Role::Reader, |n| n.role),
                    until: store::instant_opt(m.until)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let may = Action::ALL
            .iter()
            .copied()
            .filter(|a| permits(&ctx.actor, *a, access, ctx.now) == Permit::Granted)
            .collect();
        let glass_until = match access {
            Object::Incident { membership: Some(Membership::BreakGlass { until }), .. } => Some(until),
            _ => None,
        };
        let clocks = grounds.clocks(&house, &ctx.calendars, ctx.now);
        let open = clocks.running.iter().filter(|c| c.submitted_at.is_none()).count();
        let nearest = clocks.nearest();
        let case = Case {
            more_clocks: open.saturating_sub(usize::from(nearest.is_some_and(|c| c.submitted_at.is_none()))),
            clock: nearest.cloned(),
            notified_at: grounds.notified_at(&house, None),
            incident,
            people,
            members,
            awareness: grounds.awareness().cloned(),
            correction_waits: awareness::waiting(&grounds.statements).is_some(),
            counts,
            may,
            privileged,
            authority_zone: grounds.calendar(&house, &ctx.calendars).zone(),
            soon_hours: house.settings.soon_hours,
            glass_until,
            now: ctx.now,
        };
        Ok((case, grounds, house))
    }

    /// An incident's id by its reference, for those who may see it.
    ///
    /// # Errors
    /// `NotFound` alike for an unknown reference and one that is hidden.
    #[boxed]
    pub async fn incident_by_reference(&self, ctx: &Ctx, reference: &str) -> Result<IncidentId> {
        store::can_be_stored(reference).then_some(()).ok_or(Error::NotFound)?;
        let row = tables::incidents::Entity::find()
            .filter(tables::incidents::Column::Reference.eq(reference.trim().to_uppercase()))
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let access = access_of(&self.reader, ctx, &row).await?;
        self.permit(ctx, Action::ReadIncident, access)?;
        store::id(&row.id)
    }

    /// The condition under which this person sees rows of `incidents`.
    pub(crate) fn visible(&self, ctx: &Ctx, auditing: bool) -> Result<sea_orm::Condition> {
        use sea_orm::{Condition, ExprTrait, QuerySelect, QueryTrait, sea_query::Expr};
        use tables::{incidents::Column as I, members::Column as M};
        let person = ctx.person()?;
        // Looked up for each incident that is asked about: somebody may be a member of very many.
        let mine = tables::members::Entity::find()
            .select_only()
            .column(M::IncidentId)
            .filter(M::AccountId.eq(person.account.to_string()))
            .filter(
                Expr::col((tables::members::Entity, M::IncidentId))
                    .equals((tables::incidents::Entity, I::Id)),
            )
            .filter(holds(ctx))
            .into_query();
        let role = person.role;
        let all = if auditing { role.audits_unrestricted() } else { role.sees_unrestricted() };
        let mut seen = Condition::any();
        // First, because it costs nothing and spares the look at the memberships.
        if all {
            seen = seen.add(I::Restricted.eq(false));
        }
        if auditing || role != Role::Auditor {
            seen = seen.add(Expr::exists(mine));
        } else {
            seen = seen.add(I::Id.eq(""));
        }
        Ok(seen)
    }

    /// The condition under which this person sees rows of another table, by the incident that `of` names; with `open`
    /// only of an incident that isn't closed.
    pub(crate) fn in_visible(
        &self,
        ctx: &Ctx,
        of: impl sea_orm::sea_query::IntoColumnRef,
        open: bool,
    ) -> Result<sea_orm::sea_query::Expr> {
        use sea_orm::{ExprTrait, QuerySelect, QueryTrait, sea_query::Expr};
        use tables::incidents::Column as I;
        let mut seen = tables::incidents::Entity::find()
            .select_only()
            .column(I::Id)
            .filter(Expr::col((tables::incidents::Entity, I::Id)).equals(of))
            .filter(self.visible(ctx, false)?);
        if open {
            seen = seen.filter(I::ClosedAt.is_null());
        }
        Ok(Expr::exists(seen.into_query()))
    }

    /// How many rows a query has, and the page of it.
    pub(crate) async fn paged<E, F, T>(
        &self,
        query: sea_orm::Select<E>,
        page: u64,
        read: F,
    ) -> Result<domain::view::Listed<T>>
    where
        E: EntityTrait,
        E::Model: Sync,
        F: Fn(&E::Model) -> Result<T>,
    {
        use sea_orm::{Iterable, PrimaryKeyToColumn, QuerySelect};
        let keys = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        // Counted on the keys alone, so that an index that has what the filter asks is all that is read.
        let total = query.clone().select_only().columns(keys()).count(&self.reader).await?;
        let page = store::page(page);
        let limit = domain::view::PAGE;
        // What happened at the same moment still has one order, so that no row is on two pages or on none.
        let query = keys().fold(query, QueryOrder::order_by_asc);
        let found = query.limit(limit).offset((page - 1).saturating_mul(limit)).all(&self.reader).await?;
        let items = found.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(domain::view::Listed { items, total, page })
    }
}
