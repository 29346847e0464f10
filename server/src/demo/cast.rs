//! The people of the example, and the organisation they work for.

use super::teller;
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::{Actor, Person, Via},
    account::{AccountInput, organisation::OrganisationInput},
    id::SessionId,
};
use services::{Ctx, Error, Services};
use std::collections::BTreeMap;

/// Everybody in the example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Administrator,
    Lead,
    Dpo,
    Approver,
    Responder,
    /// Writes to customers and answers them.
    Communications,
    Reader,
    Auditor,
}

impl Who {
    /// In the order in which they joined.
    pub(super) const ALL: [Self; 8] = [
        Self::Administrator,
        Self::Lead,
        Self::Dpo,
        Self::Approver,
        Self::Responder,
        Self::Communications,
        Self::Reader,
        Self::Auditor,
    ];

    /// One of each role, in the order in which they are printed.
    pub(super) const PRINTED: [Self; 7] = [
        Self::Administrator,
        Self::Lead,
        Self::Dpo,
        Self::Approver,
        Self::Responder,
        Self::Reader,
        Self::Auditor,
    ];

    pub(super) const fn email(self) -> &'static str {
        match self {
            Self::Administrator => "administrator@quillmark.test",
            Self::Lead => "lead@quillmark.test",
            Self::Dpo => "dpo@quillmark.test",
            Self::Approver => "counsel@quillmark.test",
            Self::Responder => "responder@quillmark.test",
            Self::Communications => "communications@quillmark.test",
            Self::Reader => "management@quillmark.test",
            Self::Auditor => "auditor@quillmark.test",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Administrator => "Ilse Brandt",
            Self::Lead => "Jonas Adeyemi",
            Self::Dpo => "Clara Weiss",
            Self::Approver => "Ruth Okafor",
            Self::Responder => "Tomasz Veld",
            Self::Communications => "Elif Sander",
            Self::Reader => "Pia Lund",
            Self::Auditor => "Noor Haddad",
        }
    }

    const fn role(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Lead => "lead",
            Self::Dpo => "dpo",
            Self::Approver => "approver",
            Self::Responder | Self::Communications => "responder",
            Self::Reader => "reader",
            Self::Auditor => "auditor",
        }
    }

    /// The technical team works in another zone than the head office and the authority.
    const fn zone(self) -> &'static str {
        match self {
            Self::Administrator | Self::Lead | Self::Responder => "Europe/Berlin",
            _ => "Europe/Dublin",
        }
    }

    fn account(self) -> AccountInput {
        AccountInput {
            email: self.email().to_owned(),
            name: self.name().to_owned(),
            role: self.role().to_owned(),
            zone: self.zone().to_owned(),
        }
    }
}

/// The people with their accounts.
pub(super) struct Cast(BTreeMap<Who, Person>);

impl Cast {
    /// Makes the accounts of all but the last, and fills in the organisation's profile.
    pub(super) async fn assemble(services: &Services, at: DateTime<Utc>) -> Result<Self, Error> {
        let mut cast = Self(BTreeMap::new());
        for (days, who) in (0..).zip(Who::ALL).filter(|(_, who)| *who != Who::Auditor) {
            cast.join(services, who, at + Duration::days(days)).await?;
        }
        let ctx = Ctx { seen: Some(0), ..cast.by(services, Who::Administrator, at + Duration::days(9))? };
        services.save_organisation(&ctx, &organisation()).await?;
        Ok(cast)
    }

    /// Makes the last account; its being there says that the example is whole.
    pub(super) async fn complete(mut self, services: &Services, at: DateTime<Utc>) -> Result<(), Error> {
        self.join(services, Who::Auditor, at).await
    }

    async fn join(&mut self, services: &Services, who: Who, at: DateTime<Utc>) -> Result<(), Error> {
        let ctx = Ctx { now: at, ..services.ctx(teller()) };
        let (id, _) = services.create_account(&ctx, &who.account()).await?;
        let account = services.account(&ctx, id).await?;
        let via = Via::Session(SessionId::from_bits(ctx.fresh.bits()));
        let person = Person { account: id, name: account.name, role: account.role, zone: account.zone, via };
        self.0.insert(who, person);
        Ok(())
    }

    pub(super) fn person(&self, who: Who) -> Result<&Person, Error> {
        self.0.get(&who).ok_or(Error::SignedOut)
    }

    /// What `who` does at `at`.
    pub(super) fn by(&self, services: &Services, who: Who, at: DateTime<Utc>) -> Result<Ctx, Error> {
        Ok(Ctx { now: at, ..services.ctx(Actor::Person(self.person(who)?.clone())) })
    }
}

fn organisation() -> OrganisationInput {
    OrganisationInput {
        controller: "Quillmark Outfitters Ltd".to_owned(),
        controller_contact: "4 Sail Loft Lane, Port Merrow\nprivacy@quillmark.test\n+353 20 915 0100".to_owned(),
        dpo_name: Who::Dpo.name().to_owned(),
        dpo_contact: "dpo@quillmark.test\n+353 20 915 0114".to_owned(),
        contact_point: "Customer care, incident desk\ncare@quillmark.test\n+353 20 915 0120, every day from 08:00 to 20:00".to_owned(),
        authority: "Merrow Data Protection Office".to_owned(),
        authority_zone: "Europe/Dublin".to_owned(),
        languages: vec!["en".to_owned(), "de".to_owned()],
    }
}
