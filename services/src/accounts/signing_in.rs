//! Signing in and out, and who is behind a cookie or a token.

use super::digest;
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{micros, rows, tables},
    write::{Change, System, Target, system},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Action, Actor, Object, Person, Via},
    account::Account,
    event::Event,
    id::SessionId,
    text::is_email,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

/// A session nobody uses ends after so many minutes.
pub const IDLE_MINUTES: i64 = 30;
/// A session ends after so many hours whatever happens.
pub const SESSION_HOURS: i64 = 12;
/// So many sessions an account may have; the oldest makes room.
pub const SESSIONS_MAX: usize = 10;

/// Name, address and password as typed at the door.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInInput {
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub password: String,
    /// A path of ours to go on to.
    #[serde(default)]
    pub next: String,
}

/// Where a try comes from.
#[derive(Debug, Clone)]
pub struct Source {
    /// The address of the client, behind trusted proxies.
    pub address: String,
    /// The browser's own description, cut short.
    pub agent: String,
}

/// A fresh session. The secret goes into the cookie and nowhere else.
pub struct SignedIn {
    pub secret: String,
    pub expires_at: DateTime<Utc>,
}

/// The account behind an address, with its own object.
struct OwnTarget(Account);

impl Target for OwnTarget {
    /// Its sessions, the last used first.
    type Loaded = Vec<tables::sessions::Model>;
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Self::Loaded> {
        use tables::sessions::Column as C;
        let row = tables::accounts::Entity::find_by_id(self.0.id.to_string())
            .one(tx)
            .await?
            .ok_or(Error::SignedOut)?;
        let account = rows::account(&row)?;
        if account.disabled_at.is_some() {
            return Err(Error::SignedOut);
        }
        let sessions = tables::sessions::Entity::find().filter(C::AccountId.eq(row.id.as_str()));
        Ok(sessions.order_by_desc(C::SeenAt).all(tx).await?)
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::Own
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Services {
    /// Verifies address and password and begins a session. `replaces` is the secret of a session that
    /// the browser already had; it ends.
    ///
    /// # Errors
    /// `SignedOut` for an unknown address, a disabled account and a wrong password alike;
    /// `Throttled` after too many of them.
    #[boxed]
    pub async fn sign_in(
        &self,
        ctx: &Ctx,
        input: &SignInInput,
        source: &Source,
        replaces: Option<&str>,
    ) -> Result<SignedIn> {
        let email: String = input.email.trim().to_lowercase().chars().take(254).collect();
        let subjects = [format!("account:{}", digest(&email)), format!("source:{}", source.address)];
        // Asked when the turn has come, so that guesses made at once count like guesses made one by one.
        let turn = self.turn().await?;
        self.throttled(ctx, &subjects).await?;
        let row = match is_email(&email) {
            true => {
                let of_address = tables::accounts::Column::Email.eq(email);
                tables::accounts::Entity::find().filter(of_address).one(&self.reader).await?
            }
            false => None,
        };
        let usable = row.filter(|r| r.disabled_at.is_none());
        let hash = usable.as_ref().and_then(|r| r.password_hash.clone());
        let verified = self.verify_password(&turn, hash, input.password.chars().take(200).collect()).await?;
        let (true, Some(row)) = (verified, usable) else {
            self.count_try(ctx, &subjects, true).await?;
            let [account, _] = &subjects;
            self.append(ctx, system("sign_in_refused", account)).await?;
            return Err(Error::SignedOut);
        };
        self.count_try(ctx, &subjects, false).await?;
        drop(turn);
        let account = rows::account(&row)?;
        let as_person = Ctx {
            actor: Actor::Person(person(&account, Via::Session(SessionId::from_bits(ctx.fresh.bits())))),
            ..ctx.clone()
        };
        self.begin_session(&as_person, account, source, replaces).await
    }

    async fn begin_session(
        &self,
        ctx: &Ctx,
        account: Account,
        source: &Source,
        replaces: Option<&str>,
    ) -> Result<SignedIn> {
        let Some(Via::Session(session)) = ctx.actor.person().map(|p| p.via.clone()) else {
            return Err(Error::SignedOut);
        };
        let secret = ctx.fresh.secret();
        let expires_at = ctx.now + Duration::hours(SESSION_HOURS);
        let replaced = replaces.map(digest);
        let started = Event::SessionStarted {
            session,
            account: account.id,
            digest: digest(&secret),
            expires_at,
            agent: source.agent.chars().filter(|c| !c.is_control()).take(160).collect(),
        };
        let id = account.id;
        self.write(ctx, Action::ManageSelf, OwnTarget(account), |sessions| {
            let (same, others): (Vec<_>, Vec<_>) =
                sessions.iter().partition(|s| Some(&s.digest) == replaced.as_ref());
            let mut events = Vec::new();
            for ended in same.into_iter().chain(others.into_iter().skip(SESSIONS_MAX - 1)) {
                events.push(Event::SessionEnded { account: id, session: crate::store::id(&ended.id)? });
            }
            events.push(started);
            Ok(Change::new(events, ()))
        })
        .await?;
        Ok(SignedIn { secret, expires_at })
    }

    /// The person behind a session's secret. Notes at most once a minute that it was used.
    ///
    /// # Errors
    /// `SignedOut` when it has ended, was idle too long, or its account was disabled.
    #[boxed]
    pub async fn person_of_session(&self, ctx: &Ctx, secret: &str) -> Result<Person> {
        let now = micros(ctx.now);
        let found = tables::sessions::Entity::find_by_id(digest(secret))
            .one(&self.reader)
            .await?
            .ok_or(Error::SignedOut)?;
        let idle = now - found.seen_at;
        if found.expires_at <= now || idle > IDLE_MINUTES * 60_000_000 {
            return Err(Error::SignedOut);
        }
        let row = tables::accounts::Entity::find_by_id(found.account_id.clone())
            .one(&self.reader)
            .await?
            .ok_or(Error::SignedOut)?;
        let account = rows::account(&row)?;
        if account.disabled_at.is_some() {
            return Err(Error::SignedOut);
        }
        if idle > 60_000_000 {
            self.batch(ctx, async |tx| {
                use sea_orm::sea_query::Expr;
                use tables::sessions::Column as C;
                tables::sessions::Entity::update_many()
                    .col_expr(C::SeenAt, Expr::val(now))
                    .filter(C::Digest.eq(found.digest.clone()))
                    .exec(tx)
                    .await?;
                Ok(((), Vec::new()))
            })
            .await?;
        }
        Ok(person(&account, Via::Session(crate::store::id(&found.id)?)))
    }

    /// The person an API token acts for.
    ///
    /// # Errors
    /// `SignedOut` when it is unknown, revoked or expired, or its owner was disabled.
    #[boxed]
    pub async fn person_of_token(&self, now: DateTime<Utc>, secret: &str) -> Result<Person> {
        use tables::api_tokens::Column as C;
        let found =
            tables::api_tokens::Entity::find().filter(C::Digest.eq(digest(secret))).one(&self.reader).await?;
        let token = rows::token(&found.ok_or(Error::SignedOut)?)?;
        if token.revoked_at.is_some() || token.expires_at <= now {
            return Err(Error::SignedOut);
        }
        let row = tables::accounts::Entity::find_by_id(token.account.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::SignedOut)?;
        let account = rows::account(&row)?;
        if account.disabled_at.is_some() {
            return Err(Error::SignedOut);
        }
        Ok(person(&account, Via::Token { id: token.id, scopes: token.scopes }))
    }

    /// Ends the session that asks.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn sign_out(&self, ctx: &Ctx) -> Result<()> {
        let person = ctx.person()?;
        let Via::Session(session) = person.via else { return Err(Error::SignedOut) };
        let event = Event::SessionEnded { account: person.account, session };
        self.write(ctx, Action::ManageSelf, Own, |()| Ok(Change::new(vec![event], ()))).await
    }
}

/// The asker's own things, with nothing to load.
pub(crate) struct Own;

impl Target for Own {
    type Loaded = ();
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<()> {
        System.load(tx, ctx).await
    }
    fn object((): &()) -> Object {
        Object::Own
    }
    fn revision((): &()) -> Option<i64> {
        None
    }
}

pub(crate) fn person(account: &Account, via: Via) -> Person {
    Person { account: account.id, name: account.name.clone(), role: account.role, zone: account.zone, via }
}
