//! What everybody manages for themselves: password, profile, sessions, tokens.

use super::{
    digest,
    signing_in::{IDLE_MINUTES, Own},
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{instant, micros, rows, tables},
    write::{Alarm, Audience, Change, Target},
};
use chrono::Duration;
use domain::{
    access::{Action, Object, Via},
    account::{
        Account, ApiToken, ProfileInput, TokenInput,
        password::{self, ChangePasswordInput},
    },
    event::{Event, PasswordBy, Secret},
    id::{SessionId, TokenId},
    refusal::Refusal,
    view::{MyAccount, MySession},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

/// The asker's account.
struct OwnAccount;

impl Target for OwnAccount {
    type Loaded = Account;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Account> {
        let id = ctx.person()?.account.to_string();
        rows::account(&tables::accounts::Entity::find_by_id(id).one(tx).await?.ok_or(Error::SignedOut)?)
    }
    fn object(_: &Account) -> Object {
        Object::Own
    }
    fn revision(account: &Account) -> Option<i64> {
        Some(account.revision)
    }
}

impl Services {
    /// The asker's account with its sessions and tokens.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn my_account(&self, ctx: &Ctx) -> Result<MyAccount> {
        let person = ctx.person()?;
        self.permit(ctx, Action::ManageSelf, Object::Own)?;
        let id = person.account.to_string();
        let row = tables::accounts::Entity::find_by_id(id.clone())
            .one(&self.reader)
            .await?
            .ok_or(Error::SignedOut)?;
        let sessions = {
            use tables::sessions::Column as C;
            tables::sessions::Entity::find()
                .filter(C::AccountId.eq(id.as_str()))
                .filter(C::ExpiresAt.gt(micros(ctx.now)))
                .filter(C::SeenAt.gte(micros(ctx.now - Duration::minutes(IDLE_MINUTES))))
                .order_by_desc(C::SeenAt)
                .all(&self.reader)
                .await?
        };
        let sessions = sessions
            .iter()
            .map(|s| {
                let id: SessionId = crate::store::id(&s.id)?;
                Ok(MySession {
                    id,
                    agent: s.agent.clone(),
                    started_at: instant(s.created_at)?,
                    seen_at: instant(s.seen_at)?,
                    this: person.via == Via::Session(id),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        use tables::api_tokens::Column as C;
        let tokens = tables::api_tokens::Entity::find()
            .filter(C::AccountId.eq(id))
            .order_by_desc(C::CreatedAt)
            .all(&self.reader)
            .await?;
        let tokens = tokens.iter().map(rows::token).collect::<Result<Vec<ApiToken>>>()?;
        let feeds = self.feeds_of(&row.id).await?;
        Ok(MyAccount { account: rows::account(&row)?, sessions, tokens, feeds })
    }

    /// Changes the own name and zone.
    ///
    /// # Errors
    /// The input can't be taken.
    #[boxed]
    pub async fn save_profile(&self, ctx: &Ctx, input: &ProfileInput) -> Result<()> {
        self.write(ctx, Action::ManageSelf, OwnAccount, |account| {
            let changed = account.with_profile(input)?;
            Ok(Change::new(vec![Event::AccountChanged { account: changed, what: "profile" }], ()))
        })
        .await
    }

    /// Changes the own password. Every other session ends.
    ///
    /// # Errors
    /// The current password is wrong, too many tries, or the new one can't be taken.
    #[boxed]
    pub async fn change_password(&self, ctx: &Ctx, input: &ChangePasswordInput) -> Result<()> {
        let person = ctx.person()?;
        self.permit(ctx, Action::ManageSelf, Object::Own)?;
        let row = tables::accounts::Entity::find_by_id(person.account.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::SignedOut)?;
        let subjects = [format!("account:{}", digest(&row.email))];
        let turn = self.turn().await?;
        self.throttled(ctx, &subjects).await?;
        if !self.verify_password(&turn, row.password_hash.clone(), input.current.clone()).await? {
            self.count_try(ctx, &subjects, true).await?;
            return Err(Refusal::field("current", "wrong", "This is not your current password.").into());
        }
        drop(turn);
        password::check(&input.password, &input.repeat, &[&row.name, &row.email])?;
        let hash = self.hash_password(input.password.clone()).await?;
        let except = if let Via::Session(id) = person.via { Some(id) } else { None };
        self.write(ctx, Action::ManageSelf, OwnAccount, move |account| {
            let events = vec![
                Event::PasswordSet { account: account.id, hash: Secret(hash), by: PasswordBy::Owner },
                Event::SessionsEnded { account: account.id, except },
            ];
            let alarm = Alarm {
                to: vec![Audience::Account(account.id)],
                purpose: "account",
                subject: "Your password was changed".to_owned(),
                text: "The password of your Breachdesk account was changed. If that wasn't you, tell your administrator at once.".to_owned(),
            };
            Ok(Change::new(events, ()).telling(alarm))
        })
        .await
    }

    /// Ends one of the own sessions.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn end_session(&self, ctx: &Ctx, session: SessionId) -> Result<()> {
        let event = Event::SessionEnded { account: ctx.person()?.account, session };
        self.write(ctx, Action::ManageSelf, Own, |()| Ok(Change::new(vec![event], ()))).await
    }

    /// Ends every own session but the one that asks.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn end_other_sessions(&self, ctx: &Ctx) -> Result<()> {
        let person = ctx.person()?;
        let except = if let Via::Session(id) = person.via { Some(id) } else { None };
        let event = Event::SessionsEnded { account: person.account, except };
        self.write(ctx, Action::ManageSelf, Own, |()| Ok(Change::new(vec![event], ()))).await
    }

    /// Makes an API token. Returns its secret, which is shown once.
    ///
    /// # Errors
    /// The input can't be taken; a token can't make tokens.
    #[boxed]
    pub async fn create_token(&self, ctx: &Ctx, input: &TokenInput) -> Result<(TokenId, String)> {
        let id = TokenId::from_bits(ctx.fresh.bits());
        let secret = format!("bdk_{}", ctx.fresh.secret());
        self.write(ctx, Action::ManageSelf, OwnAccount, |account| {
            let token = input.decide(id, account.id, ctx.now)?;
            let event = Event::TokenCreated { token, digest: digest(&secret) };
            Ok(Change::new(vec![event], (id, secret)))
        })
        .await
    }

    /// Ends one of the own tokens.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn revoke_token(&self, ctx: &Ctx, token: TokenId) -> Result<()> {
        let event = Event::TokenRevoked { account: ctx.person()?.account, token, at: ctx.now };
        self.write(ctx, Action::ManageSelf, Own, |()| Ok(Change::new(vec![event], ()))).await
    }
}
