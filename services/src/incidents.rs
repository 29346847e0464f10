//! The case: declared, led through its phases, closed.

use crate::{
    Services,
    alerts::AlertTarget,
    boxed,
    case::{IncidentTarget, Loaded, access_of},
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    settings, sheets,
    store::{self, rows, tables},
    write::{Alarm, Audience, Change, Target},
};
use chrono::{Datelike, Duration};
use domain::{
    access::{Action, Object, Role},
    clock::is_soon,
    event::Event,
    fact::sheet::Sheet,
    id::{AccountId, AlertId, IncidentId},
    incident::{
        self, CloseInput, DeclareInput, EditIncidentInput, Incident, MovePhaseInput, Pending, ReasonInput,
    },
    notice::stage::Stage,
    refusal::Refusal,
    text::{Checks, Choice},
    view::{Added, Case, Declared, IncidentRow, Listed, Overview, Recommendations},
};
use schemars::JsonSchema;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};

/// How long broken glass stays open, in hours.
pub const GLASS_HOURS: i64 = 4;

/// Adds somebody to an incident, or takes them out.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberInput {
    /// The account's id.
    #[serde(default)]
    pub account: String,
}

/// Opens a restricted incident in an emergency.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlassInput {
    /// `INC-2026-0007`
    #[serde(default)]
    pub reference: String,
    #[serde(default)]
    pub reason: String,
}

async fn next_number(tx: &DatabaseTransaction, year: i32) -> Result<i64> {
    use tables::incidents::Column as C;
    let last = tables::incidents::Entity::find()
        .filter(C::Year.eq(i64::from(year)))
        .order_by_desc(C::Number)
        .one(tx)
        .await?;
    Ok(last.map_or(0, |r| r.number) + 1)
}

/// An incident that doesn't exist yet: the number it will have.
struct NewIncident;

impl Target for NewIncident {
    type Loaded = i64;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<i64> {
        next_number(tx, ctx.now.year()).await
    }
    fn object(_: &i64) -> Object {
        Object::System
    }
    fn revision(_: &i64) -> Option<i64> {
        None
    }
}

/// An alert, and the number of the incident it becomes.
struct FromAlert(AlertId);

impl Target for FromAlert {
    type Loaded = (domain::alert::Alert, i64);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        Ok((AlertTarget(self.0).load(tx, ctx).await?, next_number(tx, ctx.now.year()).await?))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::Alert
    }
    fn revision(loaded: &Self::Loaded) -> Option<i64> {
        Some(loaded.0.revision)
    }
}

/// An incident with what still stands in the way of closing it.
struct ToClose(IncidentId);

impl Target for ToClose {
    type Loaded = (Loaded, Pending);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let house = House::load(tx, &ctx.calendars).await?;
        let grounds = Grounds::load(tx, &loaded.incident).await?;
        let sheet = sheets::of(tx, ctx, &loaded.incident, &house, &grounds, None).await?;
        let pending = pending(tx, ctx, &loaded.incident, &sheet).await?;
        Ok((loaded, pending))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(loaded: &Self::Loaded) -> Option<i64> {
        Some(loaded.0.incident.revision)
    }
}

/// What is open in an incident.
async fn pending<C: ConnectionTrait>(
    db: &C,
    ctx: &Ctx,
    incident: &Incident,
    sheet: &Sheet,
) -> Result<Pending> {
    use tables::{notices::Column as N, tasks::Column as T};
    let key = incident.id.to_string();
    let open_tasks = tables::tasks::Entity::find()
        .filter(T::IncidentId.eq(key.as_str()))
        .filter(T::DoneAt.is_null())
        .count(db)
        .await?;
    let settled = Stage::ALL.iter().filter(|s| s.is_settled()).map(|s| s.code());
    let unsent_notices = tables::notices::Entity::find()
        .filter(N::IncidentId.eq(key.as_str()))
        .filter(N::Stage.is_not_in(settled))
        .count(db)
        .await?;
    let open_steps = crate::runs::open_mandatory_steps(db, ctx, incident, sheet).await?;
    let unsigned_decisions = store::decisions::waiting(db, &key).await?;
    Ok(Pending { open_tasks, unsent_notices, open_steps, unsigned_decisions })
}

/// An account that is to become, or no longer to be, a member.
struct WithAccount(IncidentId, Option<AccountId>);

impl Target for WithAccount {
    type Loaded = (Loaded, Option<domain::account::Account>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let account = match self.1 {
            Some(id) => tables::accounts::Entity::find_by_id(id.to_string()).one(tx).await?,
            None => None,
        };
        Ok((crate::case::load(tx, ctx, self.0).await?, account.as_ref().map(rows::account).transpose()?))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

fn account_of(input: &MemberInput) -> (Option<AccountId>, Checks) {
    let mut checks = Checks::new();
    let id = checks.id::<AccountId>("account", &input.account);
    (id, checks)
}

impl Services {
    /// Declares an incident. A title is enough; whoever declares is its lead and first member.
    ///
    /// # Errors
    /// Not allowed, or the input can't be taken.
    #[boxed]
    pub async fn declare_incident(&self, ctx: &Ctx, input: &DeclareInput) -> Result<Declared> {
        let by = ctx.person()?.account;
        let id = IncidentId::from_bits(ctx.fresh.bits());
        self.write(ctx, Action::DeclareIncident, NewIncident, |number| {
            let reference = incident::reference(ctx.now.year(), *number);
            let incident = input.parse()?.decide(id, reference.clone(), by, ctx.now);
            Ok(Change::new(vec![Event::IncidentDeclared(incident)], Declared { id, reference }))
        })
        .await
    }

    /// Declares an incident from an alert, which then belongs to it. The alert's event time becomes the first hint.
    ///
    /// # Errors
    /// Not allowed, dealt with already, or the input can't be taken.
    #[boxed]
    pub async fn declare_from_alert(
        &self,
        ctx: &Ctx,
        alert: AlertId,
        input: &DeclareInput,
    ) -> Result<Declared> {
        let by = ctx.person()?.account;
        let id = IncidentId::from_bits(ctx.fresh.bits());
        self.write(ctx, Action::DeclareFromAlert, FromAlert(alert), |(alert, number)| {
            let mut input = input.clone();
            if input.title.trim().is_empty() {
                input.title.clone_from(&alert.title);
            }
            let reference = incident::reference(ctx.now.year(), *number);
            let mut incident = input.parse()?.decide(id, reference.clone(), by, ctx.now);
            incident.first_hint_at = alert.event_at.or(Some(alert.received_at));
            let events = vec![Event::IncidentDeclared(incident), Event::AlertDeclared(alert.declare(id)?)];
            Ok(Change::new(events, Declared { id, reference }))
        })
        .await
    }

    /// Edits the head.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, or the input can't be taken.
    #[boxed]
    pub async fn edit_incident(&self, ctx: &Ctx, id: IncidentId, input: &EditIncidentInput) -> Result<()> {
        self.write(ctx, Action::EditIncident, IncidentTarget(id), |loaded| {
            let edited = input.decide(&loaded.incident, &loaded.members, ctx.zone(), ctx.now)?;
            Ok(Change::new(vec![Event::IncidentEdited(edited)], ()))
        })
        .await
    }

    /// Moves the phase.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, or a way back without a reason.
    #[boxed]
    pub async fn move_phase(&self, ctx: &Ctx, id: IncidentId, input: &MovePhaseInput) -> Result<()> {
        self.write(ctx, Action::MovePhase, IncidentTarget(id), |loaded| {
            let from = loaded.incident.phase;
            let (incident, reason) = input.decide(&loaded.incident, ctx.now)?;
            Ok(Change::new(vec![Event::PhaseMoved { incident, from, reason }], ()))
        })
        .await
    }

    /// Closes with an outcome.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, or something is still open, which the refusal names.
    #[boxed]
    pub async fn close_incident(&self, ctx: &Ctx, id: IncidentId, input: &CloseInput) -> Result<()> {
        self.write(ctx, Action::CloseIncident, ToClose(id), |(loaded, pending)| {
            let (incident, reason) = input.decide(&loaded.incident, *pending, ctx.now)?;
            Ok(Change::new(vec![Event::IncidentClosed { incident, reason }], ()))
        })
        .await
    }

    /// Opens a closed incident again.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, not closed, or no reason.
    #[boxed]
    pub async fn reopen_incident(&self, ctx: &Ctx, id: IncidentId, input: &ReasonInput) -> Result<()> {
        self.write(ctx, Action::ReopenIncident, IncidentTarget(id), |loaded| {
            let reason = input.parse()?;
            let incident = incident::reopen(&loaded.incident, ctx.now)?;
            Ok(Change::new(vec![Event::IncidentReopened { incident, reason }], ()))
        })
        .await
    }

    /// Hides an incident from all but its members, or lifts that.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, no change, or no reason.
    #[boxed]
    pub async fn restrict_incident(
        &self,
        ctx: &Ctx,
        id: IncidentId,
        restricted: bool,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.clone();
        self.write(ctx, Action::Restrict, IncidentTarget(id), move |loaded| {
            let reason = input.parse()?;
            let incident = incident::set_restricted(&loaded.incident, restricted, ctx.now)?;
            let mut events = Vec::new();
            if restricted && !loaded.is_member(by.account) {
                events.push(Event::MemberAdded { incident: id, account: by.account });
            }
            events.push(Event::RestrictionSet { incident, reason });
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// Adds a member. Lead and data protection officer are told.
    ///
    /// # Errors
    /// Hidden, not allowed, or no such account.
    #[boxed]
    pub async fn add_member(&self, ctx: &Ctx, id: IncidentId, input: &MemberInput) -> Result<Added> {
        let (account, checks) = account_of(input);
        self.write(ctx, Action::ManageMembers, WithAccount(id, account), |(loaded, found)| {
            let Some(account) = found.as_ref().filter(|a| a.disabled_at.is_none()) else {
                if account.is_none() {
                    return Err(checks.refusal().into());
                }
                return Err(Refusal::field("account", "unknown", "There is no such account.").into());
            };
            if loaded.is_member(account.id) {
                return Err(Refusal::field("account", "is_member", "They are a member already.").into());
            }
            let event = Event::MemberAdded { incident: id, account: account.id };
            let alarm = Alarm {
                to: vec![Audience::Account(loaded.incident.lead), Audience::Role(Role::Dpo)],
                purpose: "membership",
                subject: format!("{}: a member was added", loaded.incident.reference),
                text: format!("{} ({}) can now see {}. If this is not expected, open the incident and look at its members.", account.name, account.role, loaded.incident.reference),
            };
            Ok(Change::new(vec![event], Added { id: account.id.to_string() }).telling(alarm))
        })
        .await
    }

    /// Takes a member out. The lead stays.
    ///
    /// # Errors
    /// Hidden, not allowed, not a member, or the lead.
    #[boxed]
    pub async fn remove_member(&self, ctx: &Ctx, id: IncidentId, account: AccountId) -> Result<()> {
        self.write(ctx, Action::ManageMembers, IncidentTarget(id), |loaded| {
            if loaded.incident.lead == account {
                return Err(Refusal::state(
                    "is_lead",
                    "The lead can't be taken out. Name another lead first.",
                )
                .into());
            }
            if !loaded.members.iter().any(|(id, _)| *id == account) {
                return Err(Error::NotFound);
            }
            Ok(Change::new(vec![Event::MemberRemoved { incident: id, account }], ()))
        })
        .await
    }

    /// Opens a restricted incident in an emergency, for four hours, loudly.
    ///
    /// # Errors
    /// Not allowed, no reason, or `NotFound` for a reference that is unknown or not restricted.
    #[boxed]
    pub async fn break_glass(&self, ctx: &Ctx, input: &BreakGlassInput) -> Result<Declared> {
        let person = ctx.person()?.clone();
        self.permit(ctx, Action::BreakGlass, Object::System)?;
        let reason = ReasonInput { reason: input.reason.clone() }.parse()?;
        let reference = input.reference.trim().to_uppercase().replace('\0', "");
        let row = tables::incidents::Entity::find()
            .filter(tables::incidents::Column::Reference.eq(reference.as_str()))
            .one(&self.reader)
            .await?
            .filter(|row| row.restricted)
            .ok_or_else(|| {
                Refusal::field("reference", "unknown", "There is no restricted incident with this number.")
            })?;
        let id = store::id(&row.id)?;
        let until = ctx.now + Duration::hours(GLASS_HOURS);
        self.write(ctx, Action::BreakGlass, IncidentTarget(id), move |loaded| {
            if loaded.is_member(person.account) {
                return Err(Refusal::field("reference", "is_member", "You are a member of this incident already.").into());
            }
            let event = Event::GlassBroken { incident: id, account: person.account, until, reason };
            let mut to = vec![Audience::Role(Role::Dpo), Audience::Role(Role::Administrator)];
            to.extend(loaded.members.iter().map(|(id, _)| Audience::Account(*id)));
            let alarm = Alarm {
                to,
                purpose: "break_glass",
                subject: format!("{}: glass was broken", loaded.incident.reference),
                text: format!("{} opened the restricted incident {} without being its member. The reason is in its timeline.", person.name, loaded.incident.reference),
            };
            Ok(Change::new(vec![event], Declared { id, reference: loaded.incident.reference.clone() }).telling(alarm))
        })
        .await
    }

    /// An incident's first page.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn overview(&self, ctx: &Ctx, id: IncidentId) -> Result<Overview> {
        let case = self.case(ctx, id, Action::ReadIncident).await?;
        let key = id.to_string();
        let (tasks, recent, (sheet, pending), alerts) = tokio::try_join!(
            self.tasks_of(&key),
            self.recent_entries(&key),
            async {
                let sheet = self.sheet(&case).await?;
                let pending = pending(&self.reader, ctx, &case.incident, &sheet).await?;
                Ok((sheet, pending))
            },
            async {
                let found = tables::alerts::Entity::find()
                    .filter(tables::alerts::Column::IncidentId.eq(key.as_str()))
                    .all(&self.reader)
                    .await?;
                found.iter().map(rows::alert).collect::<Result<Vec<_>>>()
            },
        )?;
        let completeness = domain::fact::sheet::completeness(&sheet);
        // Whoever follows a playbook already finds the others on its page.
        let recommendations = match case.counts.playbooks {
            0 if case.may(Action::StartPlaybook) => {
                self.recommendations(&self.shelf_now().await?, id, &sheet, &[]).await?
            }
            _ => Recommendations::default(),
        };
        Ok(Overview { case, tasks, recent, completeness, pending, alerts, recommendations })
    }

    /// The head alone.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn incident(&self, ctx: &Ctx, id: IncidentId) -> Result<Case> {
        self.case(ctx, id, Action::ReadIncident).await
    }

    /// A page of the incidents that the asker may see, the newest first.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn incidents(&self, ctx: &Ctx, open_only: bool, page: u64) -> Result<Listed<IncidentRow>> {
        use tables::incidents::Column as C;
        self.permit(ctx, Action::ReadIncidents, Object::System)?;
        let found = match ctx.person()?.role {
            // Who sees next to everything reads the list itself; who sees what they are a member of, the memberships.
            Role::Dpo | Role::Approver | Role::Reader | Role::Auditor => {
                let seen = self.visible(ctx, false)?;
                let mut query = tables::incidents::Entity::find().filter(seen).order_by_desc(C::DeclaredAt);
                if open_only {
                    query = query.filter(C::ClosedAt.is_null());
                }
                self.paged(query, page, |row| Ok(row.clone())).await?
            }
            Role::Lead | Role::Responder | Role::Administrator => self.mine(ctx, open_only, page).await?,
        };
        let items = self.with_clocks(ctx, &found.items).await?;
        Ok(Listed { items, total: found.total, page: found.page })
    }

    /// A page of the incidents of which the asker is a member, the newest first.
    async fn mine(&self, ctx: &Ctx, open_only: bool, page: u64) -> Result<Listed<tables::incidents::Model>> {
        use sea_orm::{QuerySelect, QueryTrait};
        use tables::{incidents::Column as I, members::Column as M};
        let mut query = tables::members::Entity::find()
            .filter(M::AccountId.eq(ctx.person()?.account.to_string()))
            .filter(crate::case::holds(ctx))
            .order_by_desc(M::DeclaredAt);
        if open_only {
            let open =
                tables::incidents::Entity::find().select_only().column(I::Id).filter(I::ClosedAt.is_null());
            query = query.filter(M::IncidentId.in_subquery(open.into_query()));
        }
        let found = self.paged(query, page, |member| Ok(member.incident_id.clone())).await?;
        let mut items = self.heads(found.items.iter().map(String::as_str).collect()).await?;
        items.sort_by(|a, b| b.declared_at.cmp(&a.declared_at).then_with(|| a.id.cmp(&b.id)));
        Ok(Listed { items, total: found.total, page: found.page })
    }

    /// Rows of the list, each with its stored clock and its lead's name: three more queries in all.
    async fn with_clocks(&self, ctx: &Ctx, found: &[tables::incidents::Model]) -> Result<Vec<IncidentRow>> {
        use tables::{accounts::Column as A, clock_rows::Column as K};
        let ids: Vec<&str> = found.iter().map(|r| r.id.as_str()).collect();
        let leads: Vec<&str> = found.iter().map(|r| r.lead_id.as_str()).collect();
        let clocks =
            tables::clock_rows::Entity::find().filter(K::IncidentId.is_in(ids)).all(&self.reader).await?;
        let accounts = tables::accounts::Entity::find().filter(A::Id.is_in(leads)).all(&self.reader).await?;
        let soon_hours = settings::clocks(&self.reader).await?.0.soon_hours;
        found
            .iter()
            .map(|row| {
                let clock = crate::clocks::nearest(&clocks, &row.id);
                let lead = accounts.iter().find(|a| a.id == row.lead_id);
                let incident = rows::incident(row)?;
                let due_at = store::instant_opt(clock.map(|c| c.due_at))?;
                let notified_at = store::instant_opt(clock.and_then(|c| c.submitted_at))?;
                Ok(IncidentRow {
                    id: incident.id,
                    reference: incident.reference,
                    title: incident.title,
                    phase: incident.phase,
                    severity: incident.severity,
                    restricted: incident.restricted,
                    lead: incident.lead,
                    lead_name: lead.map(|l| l.name.clone()).unwrap_or_default(),
                    declared_at: incident.declared_at,
                    due_at,
                    soon: due_at.is_some_and(|due| is_soon(due, notified_at, ctx.now, soon_hours)),
                    duty: clock.map(|c| c.title.clone()).unwrap_or_default(),
                    notified_at,
                    outcome: incident.outcome,
                })
            })
            .collect()
    }

    /// Recomputes what lists sort by, where rules or calendars have moved on since it was stored.
    pub(crate) async fn rebuild_derived(&self) -> Result<()> {
        let ctx = self.ctx(domain::access::Actor::Job("rebuild"));
        let stamp = format!(
            "{} {} {}",
            domain::clock::RULES_VERSION,
            store::register::VERSION,
            ctx.calendars.digest()
        );
        let name = "clock_rows".to_owned();
        let stored = tables::settings::Entity::find_by_id(name).one(&self.reader).await?;
        if stored.is_some_and(|row| row.body == stamp) {
            return Ok(());
        }
        self.batch(&ctx, async |tx| {
            store::clocks::recompute_all(tx, &ctx).await?;
            store::apply::setting(tx, "clock_rows", stamp, domain::clock::RULES_VERSION).await?;
            Ok(((), Vec::new()))
        })
        .await
    }

    /// Compares every stored due time, and every row of the register, with the computed one. Returns the ids of the incidents that differ.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn check_derived(&self) -> Result<Vec<String>> {
        use sea_orm::QuerySelect;
        use tables::{clock_rows::Column as K, incidents::Column as I};
        let ctx = self.ctx(domain::access::Actor::Job("check"));
        let house = House::load(&self.reader, &ctx.calendars).await?;
        let ids = tables::incidents::Entity::find().select_only().column(I::Id).order_by_asc(I::Id);
        let ids: Vec<String> = ids.into_tuple().all(&self.reader).await?;
        let mut wrong = Vec::new();
        for id in ids {
            let computed = store::clocks::computed(&self.reader, &ctx, &house, &id).await?;
            let stored = tables::clock_rows::Entity::find().filter(K::IncidentId.eq(id.as_str()));
            let mut stored = stored.all(&self.reader).await?;
            stored.sort_by(|a, b| (&a.rule, &a.stage, &a.recipient).cmp(&(&b.rule, &b.stage, &b.recipient)));
            let listed = tables::register_rows::Entity::find_by_id(id.clone()).one(&self.reader).await?;
            if computed != stored || store::register::computed(&self.reader, &house, &id).await? != listed {
                wrong.push(id);
            }
        }
        Ok(wrong)
    }

    /// Those of `ids` that the asker may see.
    pub(crate) async fn seen_of(
        &self,
        ctx: &Ctx,
        ids: impl Iterator<Item = IncidentId>,
    ) -> Result<Vec<IncidentId>> {
        use sea_orm::QuerySelect;
        use tables::incidents::Column as C;
        let query = tables::incidents::Entity::find().filter(self.visible(ctx, false)?);
        let query = query.filter(C::Id.is_in(ids.map(|id| id.to_string()))).select_only().column(C::Id);
        let found: Vec<String> = query.into_tuple().all(&self.reader).await?;
        found.iter().map(|id| store::id(id)).collect()
    }

    /// Whether somebody may see this incident; used where an item leads to it.
    pub(crate) async fn sees(&self, ctx: &Ctx, row: &tables::incidents::Model) -> Result<bool> {
        let access = access_of(&self.reader, ctx, row).await?;
        Ok(self.permit(ctx, Action::ReadIncident, access).is_ok())
    }
}
