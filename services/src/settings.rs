//! What the organisation says once, and how its mail leaves.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{self, rows, tables},
    write::{Alarm, Audience, Change, Target},
};
use domain::{
    access::{Action, Object, Role},
    account::organisation::{MailInput, MailSettings, Organisation, OrganisationInput},
    clock::settings::ClockSettings,
    event::{Event, Secret},
    fact::{About, Certainty, Fact, Value},
    id::FactId,
    notice::check::Channel,
    refusal::Refusal,
    view::Profile,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde::de::DeserializeOwned;

async fn setting<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<tables::settings::Model>> {
    Ok(tables::settings::Entity::find_by_id(name.to_owned()).one(db).await?)
}

/// The profile's settings and their revision; 0 while nobody has saved them.
pub(crate) async fn organisation<C: ConnectionTrait>(db: &C) -> Result<(Organisation, i64)> {
    saved(&setting(db, "organisation").await?.into_iter().collect::<Vec<_>>(), "organisation")
}

/// What the organisation decided about clocks, and its revision.
pub(crate) async fn clocks<C: ConnectionTrait>(db: &C) -> Result<(ClockSettings, i64)> {
    saved(&setting(db, "clocks").await?.into_iter().collect::<Vec<_>>(), "clocks")
}

/// What of `rows` was saved under `name`, and its revision; what holds by itself, and 0, while nobody has saved it.
pub(crate) fn saved<T: DeserializeOwned + Default>(
    rows: &[tables::settings::Model],
    name: &str,
) -> Result<(T, i64)> {
    match rows.iter().find(|row| row.name == name) {
        Some(row) => Ok((store::json(&row.body)?, row.revision)),
        None => Ok((T::default(), 0)),
    }
}

/// By which way mail leaves; none while it goes to a folder.
pub(crate) async fn channel<C: ConnectionTrait>(db: &C) -> Result<Option<Channel>> {
    let Some(row) = setting(db, "mail").await? else { return Ok(None) };
    let MailSettings { host, from_address: from, .. } = store::json(&row.body)?;
    Ok(Some(Channel { host, from }))
}

async fn answers<C: ConnectionTrait>(db: &C) -> Result<Vec<Fact>> {
    use tables::facts::Column as F;
    let found = tables::facts::Entity::find()
        .filter(F::IncidentId.eq(""))
        .filter(F::SupersededAt.is_null())
        .all(db)
        .await?;
    found.iter().map(rows::fact).collect()
}

struct TheOrganisation;

impl Target for TheOrganisation {
    type Loaded = (Vec<Fact>, i64);
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<Self::Loaded> {
        Ok((answers(tx).await?, organisation(tx).await?.1))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision(loaded: &Self::Loaded) -> Option<i64> {
        Some(loaded.1)
    }
}

struct TheMail;

/// The relay as it is stored.
#[derive(Default)]
struct StoredMail {
    settings: Option<MailSettings>,
    has_password: bool,
    revision: i64,
}

impl StoredMail {
    /// A stored password is only for the relay and the name it was given for.
    fn password_still_fits(&self, new: &MailSettings) -> bool {
        let same = |s: &MailSettings| s.host == new.host && s.port == new.port && s.username == new.username;
        self.has_password && self.settings.as_ref().is_some_and(same)
    }
}

impl Target for TheMail {
    type Loaded = StoredMail;
    async fn load(&self, tx: &DatabaseTransaction, _: &Ctx) -> Result<StoredMail> {
        let Some(row) = setting(tx, "mail").await? else { return Ok(StoredMail::default()) };
        let has_password = setting(tx, "mail_password").await?.is_some();
        Ok(StoredMail { settings: Some(store::json(&row.body)?), has_password, revision: row.revision })
    }
    fn object(_: &StoredMail) -> Object {
        Object::System
    }
    fn revision(stored: &StoredMail) -> Option<i64> {
        Some(stored.revision)
    }
}

impl Services {
    pub(crate) async fn organisation(&self) -> Result<(Organisation, i64)> {
        organisation(&self.reader).await
    }

    /// The profile with its answers.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn profile(&self, ctx: &Ctx) -> Result<Profile> {
        self.permit(ctx, Action::ReadOrganisation, Object::System)?;
        let (organisation, revision) = self.organisation().await?;
        let text = |fact: Fact| match fact.value {
            Some(Value::Text(text)) => Some((fact.key, text)),
            _ => None,
        };
        let answers = answers(&self.reader).await?.into_iter().filter_map(text).collect();
        Ok(Profile { organisation, answers, revision })
    }

    /// Saves the profile. Its answers become facts of the organisation, which answer every incident's
    /// question beforehand; those that changed get a new version.
    ///
    /// # Errors
    /// Not allowed, stale, or the input can't be taken.
    #[boxed]
    pub async fn save_organisation(&self, ctx: &Ctx, input: &OrganisationInput) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditOrganisation, TheOrganisation, |(old, revision)| {
            let (organisation, texts) = input.parse()?;
            let mut answers: Vec<(&str, Value)> = texts
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(key, text)| (key, Value::Text(text)))
                .collect();
            let has_dpo = answers.iter().any(|(key, _)| *key == "dpo.name");
            answers.push(("dpo.exists", Value::Bool(has_dpo)));
            let mut events = vec![Event::OrganisationSaved { organisation, revision: revision + 1 }];
            for (key, value) in answers {
                let was = old.iter().find(|f| f.key == key);
                if was.is_some_and(|f| f.value.as_ref() == Some(&value)) {
                    continue;
                }
                let fact = Fact {
                    id: FactId::from_bits(ctx.fresh.bits()),
                    key: key.to_owned(),
                    about: About::Organisation,
                    version: was.map_or(0, |f| f.version) + 1,
                    certainty: Certainty::Exact,
                    value: Some(value),
                    promised_on: None,
                    holds_from: None,
                    recorded_at: ctx.now,
                    recorded_by: by,
                    reason: String::new(),
                    ground: None,
                };
                events.push(Event::FactRecorded { incident: None, fact });
            }
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// The relay, for those who configure it, with the revision to change it by.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn mail_settings(&self, ctx: &Ctx) -> Result<(Option<MailSettings>, i64)> {
        self.permit(ctx, Action::ConfigureMail, Object::System)?;
        match setting(&self.reader, "mail").await? {
            Some(row) => Ok((Some(store::json(&row.body)?), row.revision)),
            None => Ok((None, 0)),
        }
    }

    /// Saves the relay. An empty password keeps the stored one.
    ///
    /// # Errors
    /// Not allowed, stale, or the input can't be taken.
    #[boxed]
    pub async fn save_mail(&self, ctx: &Ctx, input: &MailInput) -> Result<()> {
        let sealed = if input.password.is_empty() {
            None
        } else {
            Some(Secret(self.key.seal(&input.password, ctx.fresh.nonce())?))
        };
        self.write(ctx, Action::ConfigureMail, TheMail, |stored| {
            let settings = input.parse()?;
            if !settings.username.is_empty() && sealed.is_none() && !stored.password_still_fits(&settings) {
                let message = "Type the password for this relay and user name. A stored one isn't sent to another relay.";
                return Err(Refusal::field("password", "required", message).into());
            }
            let alarm = Alarm {
                to: vec![Audience::Role(Role::Dpo), Audience::Role(Role::Lead)],
                purpose: "settings",
                subject: "The mail relay was changed".to_owned(),
                text: format!(
                    "All mail of Breachdesk now leaves through {}, port {}. If this is not expected, ask your administrator.",
                    settings.host, settings.port
                ),
            };
            let revision = stored.revision + 1;
            let saved = Event::MailSaved { settings, sealed_password: sealed, revision };
            Ok(Change::new(vec![saved], ()).telling(alarm))
        })
        .await
    }

    /// The relay with its password, for the job that sends. None while mail goes to a folder.
    ///
    /// # Errors
    /// The key file isn't the one the password was sealed with.
    #[boxed]
    pub async fn relay(&self) -> Result<Option<(MailSettings, Option<String>, i64)>> {
        let Some(row) = setting(&self.reader, "mail").await? else { return Ok(None) };
        let password = match setting(&self.reader, "mail_password").await? {
            Some(sealed) => Some(self.key.open_sealed(&sealed.body)?),
            None => None,
        };
        Ok(Some((store::json(&row.body)?, password, row.revision)))
    }

    /// Whether mail leaves this machine.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn mail_leaves(&self) -> Result<bool> {
        Ok(setting(&self.reader, "mail").await?.is_some())
    }
}
