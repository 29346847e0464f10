//! Accounts, and how somebody becomes a person to the desk.

pub mod own;
pub mod signing_in;

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{micros, rows, tables},
    write::{Alarm, Audience, Change, System, Target},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Action, Object, Role},
    account::{Account, AccountInput, RoleInput, password},
    event::{Event, LinkFor, PasswordBy, Secret},
    id::AccountId,
    journal,
    refusal::Refusal,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

/// How long the one-time address for the first account lives, in minutes.
pub const SET_UP_MINUTES: i64 = 15;
/// How long a one-time address for a password lives, in hours.
pub const PASSWORD_LINK_HOURS: i64 = 48;

/// The digest under which a secret is stored.
pub(crate) fn digest(secret: &str) -> String {
    journal::hash(secret)
}

/// Makes the first account, an administrator.
#[derive(Clone, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpInput {
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub zone: String,
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub repeat: String,
}

/// An account by its id, for those who manage accounts.
pub(crate) struct AccountTarget(pub AccountId);

impl Target for AccountTarget {
    type Loaded = Account;
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Account> {
        let row = tables::accounts::Entity::find_by_id(self.0.to_string()).one(tx).await?;
        rows::account(&row.ok_or(Error::NotFound)?)
    }
    fn object(_: &Account) -> Object {
        Object::System
    }
    fn revision(account: &Account) -> Option<i64> {
        Some(account.revision)
    }
}

/// A one-time address that is still good.
pub(crate) struct LinkTarget(pub String);

impl Target for LinkTarget {
    type Loaded = (Option<Account>, u64);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let row = tables::links::Entity::find_by_id(digest(&self.0)).one(tx).await?.ok_or(Error::NotFound)?;
        if row.used_at.is_some() || row.expires_at <= micros(ctx.now) {
            return Err(Error::NotFound);
        }
        let accounts = tables::accounts::Entity::find().count(tx).await?;
        let account = match row.account_id {
            Some(id) => {
                let row = tables::accounts::Entity::find_by_id(id).one(tx).await?.ok_or(Error::NotFound)?;
                Some(rows::account(&row)?).filter(|a| a.disabled_at.is_none())
            }
            None => None,
        };
        Ok((account, accounts))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Services {
    /// How many accounts there are.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn account_count(&self) -> Result<u64> {
        Ok(tables::accounts::Entity::find().count(&self.reader).await?)
    }

    /// Makes a one-time address for the first account, while there is none. The secret is returned once.
    ///
    /// # Errors
    /// There is an account already.
    #[boxed]
    pub async fn set_up_link(&self, ctx: &Ctx) -> Result<String> {
        if self.account_count().await? > 0 {
            return Err(Error::NotFound);
        }
        let secret = ctx.fresh.secret();
        let event = Event::LinkIssued {
            purpose: LinkFor::SetUp,
            digest: digest(&secret),
            expires_at: ctx.now + Duration::minutes(SET_UP_MINUTES),
        };
        self.write(ctx, Action::ManageAccounts, System, |()| Ok(Change::new(vec![event], secret))).await
    }

    /// Whether a one-time address is good, and whose it is (nobody's for the first set-up).
    ///
    /// # Errors
    /// `NotFound` when it was used, has expired or never was.
    #[boxed]
    pub async fn link(&self, now: DateTime<Utc>, secret: &str) -> Result<Option<Account>> {
        let row = tables::links::Entity::find_by_id(digest(secret))
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        if row.used_at.is_some() || row.expires_at <= micros(now) {
            return Err(Error::NotFound);
        }
        match row.account_id {
            Some(id) => {
                let row = tables::accounts::Entity::find_by_id(id)
                    .one(&self.reader)
                    .await?
                    .ok_or(Error::NotFound)?;
                Ok(Some(rows::account(&row)?))
            }
            None => Ok(None),
        }
    }

    /// Makes the first account through its one-time address.
    ///
    /// # Errors
    /// The address is no longer good, an account exists, or the input can't be taken.
    #[boxed]
    pub async fn set_up(&self, ctx: &Ctx, secret: &str, input: &SetUpInput) -> Result<AccountId> {
        self.link(ctx.now, secret).await?;
        let account = AccountInput {
            email: input.email.clone(),
            name: input.name.clone(),
            role: "administrator".to_owned(),
            zone: input.zone.clone(),
        };
        let id = AccountId::from_bits(ctx.fresh.bits());
        let account = both(
            account.decide(id, ctx.now),
            password::check(&input.password, &input.repeat, &[&input.name, &input.email]),
        )?;
        let hash = self.hash_password(input.password.clone()).await?;
        self.write(ctx, Action::SetUp, LinkTarget(secret.to_owned()), move |(owner, accounts)| {
            if owner.is_some() || *accounts > 0 {
                return Err(Error::NotFound);
            }
            let used = Event::LinkUsed { digest: digest(secret) };
            let set = Event::PasswordSet { account: id, hash: Secret(hash), by: PasswordBy::Link };
            Ok(Change::new(vec![used, Event::AccountCreated(account), set], id))
        })
        .await
    }

    /// Sets a password through a one-time address. All sessions of the account end.
    ///
    /// # Errors
    /// The address is no longer good, or the password can't be taken.
    #[boxed]
    pub async fn set_password_by_link(
        &self,
        ctx: &Ctx,
        secret: &str,
        input: &password::NewPasswordInput,
    ) -> Result<()> {
        let account = self.link(ctx.now, secret).await?.ok_or(Error::NotFound)?;
        password::check(&input.password, &input.repeat, &[&account.name, &account.email])?;
        let hash = self.hash_password(input.password.clone()).await?;
        self.write(ctx, Action::SetUp, LinkTarget(secret.to_owned()), move |(owner, _)| {
            let owner = owner.as_ref().ok_or(Error::NotFound)?;
            let events = vec![
                Event::LinkUsed { digest: digest(secret) },
                Event::PasswordSet { account: owner.id, hash: Secret(hash), by: PasswordBy::Link },
                Event::SessionsEnded { account: owner.id, except: None },
            ];
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// The asker may not manage accounts.
    #[boxed]
    pub async fn accounts(&self, ctx: &Ctx) -> Result<Vec<Account>> {
        self.permit(ctx, Action::ManageAccounts, Object::System)?;
        let found = tables::accounts::Entity::find()
            .order_by_asc(tables::accounts::Column::Name)
            .all(&self.reader)
            .await?;
        found.iter().map(rows::account).collect()
    }

    /// One account.
    ///
    /// # Errors
    /// The asker may not manage accounts, or there is none with this id.
    #[boxed]
    pub async fn account(&self, ctx: &Ctx, id: AccountId) -> Result<Account> {
        self.permit(ctx, Action::ManageAccounts, Object::System)?;
        let row = tables::accounts::Entity::find_by_id(id.to_string()).one(&self.reader).await?;
        rows::account(&row.ok_or(Error::NotFound)?)
    }

    /// Makes an account. Returns the secret of the one-time address at which its owner sets the password.
    ///
    /// # Errors
    /// Not allowed, the input can't be taken, or the address has an account.
    #[boxed]
    pub async fn create_account(&self, ctx: &Ctx, input: &AccountInput) -> Result<(AccountId, String)> {
        let id = AccountId::from_bits(ctx.fresh.bits());
        let secret = ctx.fresh.secret();
        let email = input.email.trim().to_lowercase();
        self.write(ctx, Action::ManageAccounts, EmailTarget(email), |taken| {
            let account = input.decide(id, ctx.now)?;
            if *taken {
                return Err(Refusal::field(
                    "email",
                    "taken",
                    "There is an account with this address already.",
                )
                .into());
            }
            let alarm = role_alarm(&account);
            let link = Event::LinkIssued {
                purpose: LinkFor::Password(id),
                digest: digest(&secret),
                expires_at: ctx.now + Duration::hours(PASSWORD_LINK_HOURS),
            };
            Ok(Change::new(vec![Event::AccountCreated(account), link], (id, secret)).telling(alarm))
        })
        .await
    }

    /// Makes an account with a password at the command line.
    ///
    /// # Errors
    /// The input can't be taken, or the address has an account.
    #[boxed]
    pub async fn create_account_with_password(
        &self,
        ctx: &Ctx,
        input: &AccountInput,
        password: &str,
    ) -> Result<AccountId> {
        password::check(password, password, &[&input.name, &input.email])?;
        let hash = self.hash_password(password.to_owned()).await?;
        let (id, _) = self.create_account(ctx, input).await?;
        self.write(ctx, Action::ManageAccounts, AccountTarget(id), move |account| {
            let set =
                Event::PasswordSet { account: account.id, hash: Secret(hash), by: PasswordBy::Operator };
            Ok(Change::new(vec![set], id))
        })
        .await
    }

    /// Issues a one-time address at which the owner sets a new password. Returns its secret.
    ///
    /// # Errors
    /// Not allowed, or no such account.
    #[boxed]
    pub async fn reset_password(&self, ctx: &Ctx, id: AccountId) -> Result<String> {
        let secret = ctx.fresh.secret();
        self.write(ctx, Action::ManageAccounts, AccountTarget(id), |account| {
            let link = Event::LinkIssued {
                purpose: LinkFor::Password(account.id),
                digest: digest(&secret),
                expires_at: ctx.now + Duration::hours(PASSWORD_LINK_HOURS),
            };
            let alarm = Alarm {
                to: vec![Audience::Account(account.id), Audience::Role(Role::Dpo)],
                purpose: "account",
                subject: "A new password was asked for".to_owned(),
                text: format!(
                    "An administrator has issued a one-time address at which the password of {} for Breachdesk can be set anew. \
                     Whoever has that address can take the account over. If it wasn't asked for, act at once.",
                    account.name
                ),
            };
            Ok(Change::new(vec![link], secret).telling(alarm))
        })
        .await
    }

    /// Gives an account another role. Its sessions end; lead and data protection officer are told.
    ///
    /// # Errors
    /// Not allowed, the own role, or no such account.
    #[boxed]
    pub async fn change_role(&self, ctx: &Ctx, id: AccountId, input: &RoleInput) -> Result<()> {
        let by = ctx.actor.person().map(|p| p.account);
        self.write(ctx, Action::ManageAccounts, AccountTarget(id), |account| {
            let changed = account.with_role(input, by)?;
            let alarm = role_alarm(&changed);
            let events = vec![
                Event::AccountChanged { account: changed, what: "role" },
                Event::SessionsEnded { account: id, except: None },
            ];
            Ok(Change::new(events, ()).telling(alarm))
        })
        .await
    }

    /// Lets an account sign in or not. Disabling ends its sessions at once.
    ///
    /// # Errors
    /// Not allowed, the own account, or no such account.
    #[boxed]
    pub async fn set_disabled(&self, ctx: &Ctx, id: AccountId, disabled: bool) -> Result<()> {
        let by = ctx.actor.person().map(|p| p.account);
        self.write(ctx, Action::ManageAccounts, AccountTarget(id), |account| {
            let changed = account.with_disabled(disabled, by, ctx.now)?;
            let what = if disabled { "disabled" } else { "enabled" };
            let mut events = vec![Event::AccountChanged { account: changed, what }];
            if disabled {
                events.push(Event::SessionsEnded { account: id, except: None });
            }
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// The names behind account ids, for lists that go across incidents.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn names(&self, ctx: &Ctx) -> Result<domain::view::People> {
        self.permit(ctx, Action::ReadIncidents, Object::System)?;
        self.people().await
    }

    /// The names of accounts, for showing who did what.
    pub(crate) async fn people(&self) -> Result<domain::view::People> {
        let found = tables::accounts::Entity::find().all(&self.reader).await?;
        let mut people = domain::view::People::default();
        for row in &found {
            let account = rows::account(row)?;
            people.add(account.id, account.name, account.role, account.disabled_at.is_some());
        }
        Ok(people)
    }
}

/// Gaining a role is told to those who would notice that it is wrong.
fn role_alarm(account: &Account) -> Alarm {
    Alarm {
        to: vec![Audience::Role(Role::Lead), Audience::Role(Role::Dpo)],
        purpose: "account",
        subject: "Somebody was given a role".to_owned(),
        text: format!(
            "{} now has the role “{}” in Breachdesk. If this is not expected, ask your administrator.",
            account.name, account.role
        ),
    }
}

/// Both results, with the errors of both where both failed.
fn both<T>(a: std::result::Result<T, Refusal>, b: std::result::Result<(), Refusal>) -> Result<T> {
    match (a, b) {
        (Ok(value), Ok(())) => Ok(value),
        (Err(Refusal::Invalid(mut one)), Err(Refusal::Invalid(two))) => {
            one.extend(two);
            Err(Refusal::Invalid(one).into())
        }
        (Err(why), _) | (_, Err(why)) => Err(why.into()),
    }
}

/// Whether an e-mail address has an account.
struct EmailTarget(String);

impl Target for EmailTarget {
    type Loaded = bool;
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<bool> {
        if !domain::text::is_email(&self.0) {
            return Ok(false);
        }
        let count = tables::accounts::Entity::find()
            .filter(tables::accounts::Column::Email.eq(self.0.as_str()))
            .count(tx)
            .await?;
        Ok(count > 0)
    }
    fn object(_: &bool) -> Object {
        Object::System
    }
    fn revision(_: &bool) -> Option<i64> {
        None
    }
}
