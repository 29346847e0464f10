//! Who may do what, decided from the loaded object and nothing else.
//!
//! Everything is here so that it can be read in one sitting: the roles, the actions, and one
//! function. A `Hidden` answer must look to the asker exactly like an id that never existed.

pub mod action;

pub use action::{Action, Needs};

use crate::{
    choices,
    id::{AccountId, SessionId, TokenId},
    moment::Zone,
};
use chrono::{DateTime, Utc};

choices! {
    /// What an account may be. Membership is the incident's and comes on top.
    pub enum Role {
        Administrator = "administrator" => "administrator",
        Lead = "lead" => "incident lead",
        Responder = "responder" => "responder",
        Dpo = "dpo" => "data protection officer",
        Approver = "approver" => "approver (counsel)",
        Reader = "reader" => "reader",
        Auditor = "auditor" => "auditor",
    }
}

impl Role {
    /// Roles that read every incident that isn't restricted, without being its member.
    #[must_use]
    pub fn sees_unrestricted(self) -> bool {
        matches!(self, Self::Dpo | Self::Approver | Self::Reader)
    }

    /// Roles that read the register and the journals of every incident that isn't restricted.
    #[must_use]
    pub fn audits_unrestricted(self) -> bool {
        self.sees_unrestricted() || self == Self::Auditor
    }
}

choices! {
    /// What an API token may be used for, at the most. It never allows more than its owner may.
    pub enum Scope {
        Alerts = "alerts" => "send alerts",
        Read = "read" => "read",
        Write = "write" => "read and write",
        Release = "release" => "approve and send notices",
    }
}

/// How a person came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    Session(SessionId),
    Token { id: TokenId, scopes: Vec<Scope> },
}

/// A signed-in person, or a program that acts for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub account: AccountId,
    pub name: String,
    pub role: Role,
    pub zone: Zone,
    pub via: Via,
}

/// Whoever acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Person(Person),
    /// A background job of ours, by name.
    Job(&'static str),
    /// Somebody at the machine's command line, by the name of the operating system's user.
    Operator(String),
    /// Nobody signed in: only the sign-in itself and the first set-up.
    Nobody,
}

impl Actor {
    /// As the journal names an actor: an account's id, or the job or operator.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Person(p) => match &p.via {
                Via::Session(_) => format!("account:{}", p.account),
                Via::Token { id, .. } => format!("account:{} token:{id}", p.account),
            },
            Self::Job(name) => format!("job:{name}"),
            Self::Operator(user) => format!("operator:{user}"),
            Self::Nobody => "nobody".to_owned(),
        }
    }

    /// The person, where there is one.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        if let Self::Person(p) = self { Some(p) } else { None }
    }
}

/// How an account belongs to an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    Member,
    /// Opened in an emergency, with a reason and an alarm. Ends by itself.
    BreakGlass {
        until: DateTime<Utc>,
    },
}

/// What of a loaded object decides about access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Object {
    /// The organisation's own things: accounts, settings, the library.
    System,
    /// The inbox and what lies in it.
    Alert,
    /// An incident and everything in it, seen from the asking account.
    Incident { restricted: bool, membership: Option<Membership> },
    /// The asker's own account, sessions and tokens.
    Own,
    /// A thing that a secret address opens, for whoever holds it.
    Link,
}

impl Object {
    /// The same for what is counsel's privileged in it: as if the incident were restricted to its members.
    #[must_use]
    pub fn privileged(self) -> Self {
        match self {
            Self::Incident { membership, .. } => Self::Incident { restricted: true, membership },
            other => other,
        }
    }
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permit {
    Granted,
    /// The asker may know that it exists, and not do this.
    Forbidden,
    /// To the asker it doesn't exist.
    Hidden,
}

/// Whether `actor` may do `action` to `object` at `now`.
#[must_use]
pub fn permits(actor: &Actor, action: Action, object: Object, now: DateTime<Utc>) -> Permit {
    if object == Object::Link {
        return if action == Action::AcknowledgeByLink { Permit::Granted } else { Permit::Hidden };
    }
    let person = match actor {
        Actor::Person(person) => person,
        Actor::Job(_) | Actor::Operator(_) => return Permit::Granted,
        Actor::Nobody => return if action == Action::SetUp { Permit::Granted } else { Permit::Hidden },
    };
    let permit = by_role(person.role, action, object, now);
    if permit == Permit::Granted && !in_scope(&person.via, action) { Permit::Forbidden } else { permit }
}

fn in_scope(via: &Via, action: Action) -> bool {
    let Via::Token { scopes, .. } = via else { return true };
    let has = |scope| scopes.contains(&scope);
    match action.needs() {
        Needs::Read => has(Scope::Read) || has(Scope::Write) || has(Scope::Release),
        Needs::Write => has(Scope::Write),
        Needs::Release => has(Scope::Release),
        Needs::Alerts => has(Scope::Alerts) || has(Scope::Write),
        // Passwords, sessions, tokens and accounts are managed by a person in a browser.
        Needs::Browser => false,
    }
}

fn granted(yes: bool) -> Permit {
    if yes { Permit::Granted } else { Permit::Forbidden }
}

fn by_role(role: Role, action: Action, object: Object, now: DateTime<Utc>) -> Permit {
    match object {
        Object::Link => Permit::Hidden,
        Object::Own => granted(action == Action::ManageSelf),
        Object::System => granted(in_system(role, action)),
        Object::Alert => match action {
            Action::ReadAlerts => {
                granted(matches!(role, Role::Responder | Role::Lead | Role::Dpo | Role::Reader))
            }
            Action::ReceiveAlert | Action::DismissAlert | Action::DeclareFromAlert => {
                granted(matches!(role, Role::Responder | Role::Lead | Role::Dpo))
            }
            _ => Permit::Forbidden,
        },
        Object::Incident { restricted, membership } => {
            let glass = matches!(membership, Some(Membership::BreakGlass { until }) if until > now);
            let member = glass || membership == Some(Membership::Member);
            match in_incident(role, action, restricted, member) {
                // An emergency that ends by itself opens the incident to nobody else, and not for good.
                Permit::Granted
                    if glass && restricted && matches!(action, Action::ManageMembers | Action::Restrict) =>
                {
                    Permit::Forbidden
                }
                permit => permit,
            }
        }
    }
}

fn in_system(role: Role, action: Action) -> bool {
    use Action as A;
    match action {
        A::DeclareIncident => matches!(role, Role::Responder | Role::Lead | Role::Dpo),
        A::ManageAccounts | A::ConfigureMail => role == Role::Administrator,
        A::EditOrganisation | A::ConfigureClocks | A::SwitchRules | A::ConfigureRetention => {
            matches!(role, Role::Administrator | Role::Dpo)
        }
        A::ReadParties => {
            matches!(role, Role::Responder | Role::Lead | Role::Dpo | Role::Approver | Role::Reader)
        }
        A::BeginPlaybook
        | A::EditPlaybook
        | A::PublishPlaybook
        | A::BeginTexts
        | A::EditTexts
        | A::PublishTexts => matches!(role, Role::Lead | Role::Dpo | Role::Administrator),
        A::AddParty | A::EditParty => matches!(role, Role::Responder | Role::Lead | Role::Dpo),
        A::ReadSystemJournal => matches!(role, Role::Auditor | Role::Dpo),
        A::ReadRegister => role != Role::Administrator,
        A::ReadLibrary | A::ReadTexts | A::ReadIncidents | A::Search | A::ReadOrganisation => true,
        A::BreakGlass => matches!(role, Role::Dpo | Role::Lead),
        _ => false,
    }
}

fn in_incident(role: Role, action: Action, restricted: bool, member: bool) -> Permit {
    use Action as A;
    let reads = member || (!restricted && role.sees_unrestricted());
    let audits = member || (!restricted && role.audits_unrestricted());
    if action == A::BreakGlass {
        return if restricted && matches!(role, Role::Dpo | Role::Lead) {
            Permit::Granted
        } else {
            Permit::Hidden
        };
    }
    if matches!(action, A::ReadJournal | A::ReadRegister) {
        return if audits { Permit::Granted } else { Permit::Hidden };
    }
    if !reads || (role == Role::Auditor) {
        return Permit::Hidden;
    }
    let writes = role == Role::Dpo || (member && matches!(role, Role::Responder | Role::Lead));
    let leads = role == Role::Dpo || (member && role == Role::Lead);
    match action {
        A::ReadIncident | A::ReadEvidence | A::ExportProof => Permit::Granted,
        A::ApproveNotice | A::ApproveAnswer => granted(matches!(role, Role::Dpo | Role::Approver)),
        A::DecideAwareness | A::SignDecision => granted(leads || role == Role::Approver),
        A::RequestChanges | A::CommentNotice | A::ReadRecipients => granted(writes || role == Role::Approver),
        A::MovePhase
        | A::DecideRisk
        | A::SetClockScope
        | A::ManageMembers
        | A::Restrict
        | A::CloseIncident
        | A::ReopenIncident
        | A::SendNotice
        | A::CancelNotice
        | A::PauseSending
        | A::DecideHeld
        | A::PurgeRecipients
        | A::SetReviewDate
        | A::HoldRecord => granted(leads),
        _ => granted(writes && action.is_incident_write()),
    }
}

#[cfg(test)]
mod tests;
