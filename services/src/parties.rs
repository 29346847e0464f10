//! Parties: the address book. What takes part in a case is in the files below.

mod contract;
mod controllers;
mod in_case;
mod shown;

pub use controllers::{DraftAllInput, TakeOverInput};

use crate::{
    Services, boxed,
    clocks::House,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, rows, tables},
    write::{Change, System, Target},
};
use domain::{
    access::{Action, Object, Permit, permits},
    event::{Event, parties::PartyEvent},
    id::PartyId,
    incident::ReasonInput,
    party::{Party, PartyInput, PartyKind},
    text::Choice,
    view::{
        Added, PAGE,
        parties::{PartyBook, PartyCase, PartyPage},
    },
};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, Func, LikeExpr},
};

/// A party of the address book, with what the organisation decided about clocks: its contract may have one.
struct PartyTarget(PartyId);

impl Target for PartyTarget {
    type Loaded = (Party, House);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let row = tables::parties::Entity::find_by_id(self.0.to_string()).one(tx).await?;
        let party = rows::parties::party(&row.ok_or(Error::NotFound)?)?;
        Ok((party, House::load(tx, &ctx.calendars).await?))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision((party, _): &Self::Loaded) -> Option<i64> {
        Some(party.revision)
    }
}

/// Which parties of the address book are asked for.
#[derive(Debug, Clone, Default)]
pub struct BookQuery {
    /// Part of a name, of a person or of an address; empty for all.
    pub words: String,
    pub kind: Option<PartyKind>,
    /// Those that were retired instead of the others.
    pub retired: bool,
    /// 1 for the first.
    pub page: u64,
}

/// The condition under which a party has these words somewhere. The engines' own lower case is used: on SQLite other
/// letters than a to z must be typed as they stand.
fn has_words(words: &str) -> Condition {
    use tables::parties::Column as P;
    let escaped: String = words
        .to_lowercase()
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    let like = |column: P| {
        let lower = Expr::expr(Func::lower(Expr::col((tables::parties::Entity, column))));
        lower.like(LikeExpr::new(format!("%{escaped}%")).escape('\\'))
    };
    [P::Name, P::Contact, P::Email, P::Contract].into_iter().map(like).fold(Condition::any(), Condition::add)
}

impl Services {
    /// A page of the address book, by name.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn parties(&self, ctx: &Ctx, asked: &BookQuery) -> Result<PartyBook> {
        use tables::parties::Column as P;
        self.permit(ctx, Action::ReadParties, Object::System)?;
        let mut query = tables::parties::Entity::find().order_by_asc(P::Name);
        query = query.filter(if asked.retired { P::RetiredAt.is_not_null() } else { P::RetiredAt.is_null() });
        if let Some(kind) = asked.kind {
            query = query.filter(P::Kind.eq(kind.code()));
        }
        let words = asked.words.trim();
        if !words.is_empty() {
            // What can't be stored is found nowhere.
            let found = if store::can_be_stored(words) { has_words(words) } else { P::Id.eq("").into() };
            query = query.filter(found);
        }
        let parties = self.paged(query, asked.page, rows::parties::party).await?;
        let may_add = permits(&ctx.actor, Action::AddParty, Object::System, ctx.now) == Permit::Granted;
        Ok(PartyBook { parties, may_add })
    }

    /// A party with the cases in which it takes part, as far as the asker may see them.
    ///
    /// # Errors
    /// Not allowed or unknown.
    #[boxed]
    pub async fn party(&self, ctx: &Ctx, id: PartyId) -> Result<PartyPage> {
        use tables::case_parties::Column as C;
        self.permit(ctx, Action::ReadParties, Object::System)?;
        let row = tables::parties::Entity::find_by_id(id.to_string()).one(&self.reader).await?;
        let party = rows::parties::party(&row.ok_or(Error::NotFound)?)?;
        let seen = self.in_visible(ctx, (tables::case_parties::Entity, C::IncidentId), false)?;
        let query = tables::case_parties::Entity::find().filter(C::PartyId.eq(id.to_string())).filter(seen);
        let all_cases = query.clone().count(&self.reader).await?;
        let found = query.order_by_desc(C::AddedAt).order_by_asc(C::Id).limit(PAGE).all(&self.reader).await?;
        let heads = self.heads(found.iter().map(|c| c.incident_id.as_str()).collect()).await?;
        let mut cases = Vec::new();
        for row in &found {
            let Some(head) = heads.iter().find(|h| h.id == row.incident_id) else { continue };
            let in_case = rows::parties::case_party(row)?;
            cases.push(PartyCase {
                incident: in_case.incident,
                reference: head.reference.clone(),
                title: head.title.clone(),
                role: in_case.role,
                added_at: in_case.added_at,
                removed_at: in_case.removed_at,
            });
        }
        let may_edit = permits(&ctx.actor, Action::EditParty, Object::System, ctx.now) == Permit::Granted;
        Ok(PartyPage { party, cases, all_cases, may_edit })
    }

    /// Adds a party to the address book.
    ///
    /// # Errors
    /// Not allowed, or the input can't be taken.
    #[boxed]
    pub async fn add_party(&self, ctx: &Ctx, input: &PartyInput) -> Result<Added> {
        let (id, by) = (PartyId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::AddParty, System, |()| {
            let party = input.parse()?.begin(id, by, ctx.now);
            let event = Event::Party(PartyEvent::Added(party));
            Ok(Change::new(vec![event], Added { id: id.to_string() }))
        })
        .await
    }

    /// Changes a party of the address book. The clock of its contract follows in the same commit.
    ///
    /// # Errors
    /// Not allowed, unknown, stale, retired, or the input can't be taken.
    #[boxed]
    pub async fn edit_party(&self, ctx: &Ctx, id: PartyId, input: &PartyInput) -> Result<()> {
        self.write(ctx, Action::EditParty, PartyTarget(id), |(party, house)| {
            let edited = party.edit(input.parse()?)?;
            let (party, clocks) = contract::follows(edited, house, ctx.now);
            let mut events = vec![Event::Party(PartyEvent::Changed { party, what: "edited" })];
            events.extend(clocks);
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// Retires a party: it is offered for no new case. Where it takes part it stays, and its clock runs on.
    ///
    /// # Errors
    /// Not allowed, unknown, stale, retired already, or no reason.
    #[boxed]
    pub async fn retire_party(&self, ctx: &Ctx, id: PartyId, input: &ReasonInput) -> Result<()> {
        self.write(ctx, Action::EditParty, PartyTarget(id), |(party, _)| {
            let party = party.retire(input.parse()?, ctx.now)?;
            Ok(Change::new(vec![Event::Party(PartyEvent::Changed { party, what: "retired" })], ()))
        })
        .await
    }
}
