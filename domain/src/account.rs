//! Accounts, their passwords and tokens, and what the organisation says of itself once.

pub mod organisation;
pub mod password;

use crate::{
    access::{Role, Scope},
    id::{AccountId, TokenId},
    moment::Zone,
    refusal::{FieldError, Refusal},
    text::{Checks, Choice},
};
use chrono::{DateTime, Duration, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A person who may sign in. The password's hash is kept elsewhere and never leaves the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Account {
    pub id: AccountId,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// IANA name of the zone in which times are shown and read.
    #[schemars(with = "String")]
    pub zone: Zone,
    pub disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub revision: i64,
}

/// Creates an account. Its owner sets the password through a one-time address.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountInput {
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub role: String,
    /// IANA name; UTC when empty.
    #[serde(default)]
    pub zone: String,
}

impl AccountInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn decide(&self, id: AccountId, now: DateTime<Utc>) -> Result<Account, Refusal> {
        let mut c = Checks::new();
        let email = c.email("email", &self.email);
        let name = c.line("name", &self.name);
        let role = c.choice::<Role>("role", &self.role);
        let zone = zone(&mut c, "zone", &self.zone);
        match (email, name, role, zone) {
            (Some(email), Some(name), Some(role), Some(zone)) => Ok(Account {
                id,
                email: email.to_lowercase(),
                name,
                role,
                zone,
                disabled_at: None,
                created_at: now,
                revision: 1,
            }),
            _ => Err(c.refusal()),
        }
    }
}

/// Reads the name of a time zone; empty means UTC.
pub fn zone(c: &mut Checks, field: &str, raw: &str) -> Option<Zone> {
    if raw.trim().is_empty() {
        return Some(Zone::UTC);
    }
    let found = raw.trim().parse().ok();
    if found.is_none() {
        let message = "This is not a time zone. Use a name such as Europe/Berlin.";
        c.push(FieldError::new(field, "not_a_zone", message));
    }
    found
}

/// Gives an account another role.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleInput {
    #[serde(default)]
    pub role: String,
}

/// Changes what the owner of an account may change.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileInput {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub zone: String,
}

impl Account {
    /// The account with another role.
    ///
    /// # Errors
    /// Nobody changes their own role, and a role must be one of ours.
    pub fn with_role(&self, input: &RoleInput, by: Option<AccountId>) -> Result<Self, Refusal> {
        if by == Some(self.id) {
            return Err(Refusal::state(
                "own_role",
                "Nobody can change their own role. Ask another administrator.",
            ));
        }
        let mut c = Checks::new();
        let Some(role) = c.choice::<Role>("role", &input.role) else { return Err(c.refusal()) };
        Ok(Self { role, revision: self.revision + 1, ..self.clone() })
    }

    /// The account, able to sign in or not.
    ///
    /// # Errors
    /// Nobody disables themselves.
    pub fn with_disabled(
        &self,
        disabled: bool,
        by: Option<AccountId>,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if disabled && by == Some(self.id) {
            return Err(Refusal::state("own_account", "Nobody can disable their own account."));
        }
        Ok(Self { disabled_at: disabled.then_some(now), revision: self.revision + 1, ..self.clone() })
    }

    /// The account with another name and zone.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn with_profile(&self, input: &ProfileInput) -> Result<Self, Refusal> {
        let mut c = Checks::new();
        let name = c.line("name", &input.name);
        let zone = zone(&mut c, "zone", &input.zone);
        match (name, zone) {
            (Some(name), Some(zone)) => Ok(Self { name, zone, revision: self.revision + 1, ..self.clone() }),
            _ => Err(c.refusal()),
        }
    }
}

/// An API token. Its secret is shown once and stored only as a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ApiToken {
    pub id: TokenId,
    pub account: AccountId,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// The longest a token may live, in days.
pub const TOKEN_DAYS_MAX: i64 = 365;

/// Makes a token.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenInput {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub scopes: Vec<String>,
    /// 1 to 365; 90 when empty.
    #[serde(default)]
    pub days: String,
}

impl TokenInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn decide(&self, id: TokenId, account: AccountId, now: DateTime<Utc>) -> Result<ApiToken, Refusal> {
        let mut c = Checks::new();
        let name = c.line("name", &self.name);
        let scopes: Option<Vec<Scope>> = self.scopes.iter().map(|s| Scope::from_code(s)).collect();
        let scopes = scopes.filter(|s| !s.is_empty());
        if scopes.is_none() {
            let codes: Vec<&str> = Scope::ALL.iter().map(|s| s.code()).collect();
            c.push(FieldError::new(
                "scopes",
                "not_a_choice",
                format!("Choose at least one of: {}.", codes.join(", ")),
            ));
        }
        let days = if self.days.trim().is_empty() { Some(90) } else { self.days.trim().parse::<i64>().ok() };
        let days = days.filter(|d| (1..=TOKEN_DAYS_MAX).contains(d));
        if days.is_none() {
            c.push(FieldError::new(
                "days",
                "out_of_range",
                format!("Give a number of days from 1 to {TOKEN_DAYS_MAX}."),
            ));
        }
        match (name, scopes, days) {
            (Some(name), Some(scopes), Some(days)) => Ok(ApiToken {
                id,
                account,
                name,
                scopes,
                created_at: now,
                expires_at: now + Duration::days(days),
                revoked_at: None,
            }),
            _ => Err(c.refusal()),
        }
    }
}
