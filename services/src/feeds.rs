//! Calendars that a person's other programs read from a secret address.

use crate::{
    Services,
    accounts::digest,
    boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, instant, rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Actor, Object, Person, Via},
    event::{Event, clocks::ClockEvent},
    id::{FeedId, SessionId},
    refusal::Refusal,
    view::clocks::{Feed, FeedLine},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

/// So many addresses one person can have at once.
const AT_MOST: usize = 5;
/// So many clocks a calendar shows.
const CLOCKS: u64 = 500;

/// The asker's own addresses that are in use.
struct OwnFeeds;

impl Target for OwnFeeds {
    type Loaded = Vec<tables::feeds::Model>;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        use tables::feeds::Column as F;
        let own = F::AccountId.eq(ctx.person()?.account.to_string());
        Ok(tables::feeds::Entity::find().filter(own).filter(F::RevokedAt.is_null()).all(tx).await?)
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::Own
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Services {
    /// Makes a secret address from which a calendar reads the asker's due times. The secret is shown once.
    ///
    /// # Errors
    /// Nobody is signed in, or there are too many already.
    #[boxed]
    pub async fn create_feed(&self, ctx: &Ctx) -> Result<(FeedId, String)> {
        let account = ctx.person()?.account;
        let id = FeedId::from_bits(ctx.fresh.bits());
        let secret = ctx.fresh.secret();
        self.write(ctx, Action::ManageSelf, OwnFeeds, |feeds| {
            if feeds.len() >= AT_MOST {
                let message = format!("You have {AT_MOST} calendar addresses already. Revoke one first.");
                return Err(Refusal::state("too_many", message).into());
            }
            let event = ClockEvent::FeedCreated { id, account, digest: digest(&secret) };
            Ok(Change::new(vec![Event::Clock(event)], (id, secret)))
        })
        .await
    }

    /// Revokes one of the own calendar addresses: from now on it answers nothing.
    ///
    /// # Errors
    /// Nobody is signed in, or there is no such address.
    #[boxed]
    pub async fn revoke_feed(&self, ctx: &Ctx, id: FeedId) -> Result<()> {
        let account = ctx.person()?.account;
        self.write(ctx, Action::ManageSelf, OwnFeeds, |feeds| {
            if !feeds.iter().any(|feed| feed.id == id.to_string()) {
                return Err(Error::NotFound);
            }
            let event = ClockEvent::FeedRevoked { id, account, at: ctx.now };
            Ok(Change::new(vec![Event::Clock(event)], ()))
        })
        .await
    }

    pub(crate) async fn feeds_of(&self, account: &str) -> Result<Vec<FeedLine>> {
        use tables::feeds::Column as F;
        let found = tables::feeds::Entity::find()
            .filter(F::AccountId.eq(account))
            .filter(F::RevokedAt.is_null())
            .order_by_asc(F::CreatedAt)
            .all(&self.reader)
            .await?;
        found
            .iter()
            .map(|row| Ok(FeedLine { id: store::id(&row.id)?, created_at: instant(row.created_at)? }))
            .collect()
    }

    /// What a calendar with this address reads: the due times of every open incident that its owner may see now.
    ///
    /// # Errors
    /// `NotFound` alike for an unknown address, a revoked one, and one whose owner is disabled.
    #[boxed]
    pub async fn feed(&self, secret: &str) -> Result<Feed> {
        use tables::feeds::Column as F;
        let found = tables::feeds::Entity::find()
            .filter(F::Digest.eq(digest(secret)))
            .filter(F::RevokedAt.is_null())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let row = tables::accounts::Entity::find_by_id(found.account_id).one(&self.reader).await?;
        let account = rows::account(&row.ok_or(Error::NotFound)?)?;
        if account.disabled_at.is_some() {
            return Err(Error::NotFound);
        }
        let ctx = self.ctx(Actor::Nobody);
        let owner = Person {
            account: account.id,
            name: account.name.clone(),
            role: account.role,
            zone: account.zone,
            via: Via::Session(SessionId::from_bits(ctx.fresh.bits())),
        };
        let ctx = Ctx { actor: Actor::Person(owner), ..ctx };
        Ok(Feed { name: account.name, clocks: self.all_clocks(&ctx, CLOCKS).await?, now: ctx.now })
    }
}
