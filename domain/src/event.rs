//! Everything that can have happened. One enum, so that storing and journaling are exhaustive:
//! a new event without its journal entry doesn't compile.

pub mod assessments;
pub mod clocks;
pub mod correspondence;
pub mod decision;
pub mod deliveries;
pub mod library;
pub mod parties;
pub mod recipients;
pub mod register;
pub mod review;
pub mod runs;
pub mod texts;

use crate::{
    account::{
        Account, ApiToken,
        organisation::{MailSettings, Organisation},
    },
    alert::Alert,
    awareness::Awareness,
    evidence::Evidence,
    fact::Fact,
    id::{AccountId, DeliveryId, IncidentId, SessionId, TokenId},
    incident::{Incident, Phase},
    journal::{Draft, Stream, hash},
    notice::{Content, Notice},
    text::Choice,
    work::{
        Task,
        entry::Entry,
        note::Note,
        run::{Run, StepItem, StepRecord},
    },
};
use assessments::AssessmentEvent;
use chrono::{DateTime, Utc};
use clocks::ClockEvent;
use correspondence::CorrespondenceEvent;
use decision::DecisionEvent;
use deliveries::DeliveryEvent;
use library::LibraryEvent;
use parties::PartyEvent;
use recipients::RecipientEvent;
use register::RegisterEvent;
use review::ReviewEvent;
use runs::FollowedEvent;
use texts::TextEvent;

/// How a password came to be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordBy {
    /// Through a one-time address.
    Link,
    /// By its owner, who knew the old one.
    Owner,
    /// At the command line.
    Operator,
}

/// A secret on its way to the store: it has no place in a journal or a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a one-time address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor {
    SetUp,
    Password(AccountId),
}

/// One mail that is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub id: DeliveryId,
    pub recipient: String,
    /// The same for every try, and for whoever makes the same list once more.
    pub message_id: String,
}

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    AccountCreated(Account),
    AccountChanged {
        account: Account,
        what: &'static str,
    },
    PasswordSet {
        account: AccountId,
        hash: Secret,
        by: PasswordBy,
    },
    /// A one-time address: only the digest of its secret is stored.
    LinkIssued {
        purpose: LinkFor,
        digest: String,
        expires_at: DateTime<Utc>,
    },
    LinkUsed {
        digest: String,
    },
    SessionStarted {
        session: SessionId,
        account: AccountId,
        digest: String,
        expires_at: DateTime<Utc>,
        agent: String,
    },
    /// One session, or all of the account's but the one named.
    SessionEnded {
        account: AccountId,
        session: SessionId,
    },
    SessionsEnded {
        account: AccountId,
        except: Option<SessionId>,
    },
    TokenCreated {
        token: ApiToken,
        digest: String,
    },
    TokenRevoked {
        account: AccountId,
        token: TokenId,
        at: DateTime<Utc>,
    },
    OrganisationSaved {
        organisation: Organisation,
        revision: i64,
    },
    /// Somebody asked for a test mail, to the address with this digest.
    TestMailAsked {
        address: String,
    },
    MailSaved {
        settings: MailSettings,
        sealed_password: Option<Secret>,
        revision: i64,
    },

    AlertReceived(Alert),
    AlertDismissed(Alert),
    AlertDeclared(Alert),

    IncidentDeclared(Incident),
    IncidentEdited(Incident),
    PhaseMoved {
        incident: Incident,
        from: Phase,
        reason: String,
    },
    IncidentClosed {
        incident: Incident,
        reason: String,
    },
    IncidentReopened {
        incident: Incident,
        reason: String,
    },
    RestrictionSet {
        incident: Incident,
        reason: String,
    },
    MemberAdded {
        incident: IncidentId,
        account: AccountId,
    },
    MemberRemoved {
        incident: IncidentId,
        account: AccountId,
    },
    GlassBroken {
        incident: IncidentId,
        account: AccountId,
        until: DateTime<Utc>,
        reason: String,
    },

    EntryAdded(Entry),
    EntryEdited(Entry),
    EntryWithdrawn(Entry),
    TaskAdded(Task),
    TaskChanged {
        task: Task,
        what: &'static str,
    },
    NoteAdded(Note),
    NoteEdited(Note),
    EvidenceAdded(Evidence),
    EvidenceWithdrawn(Evidence),
    EvidenceVerified(Evidence),
    FactRecorded {
        incident: Option<IncidentId>,
        fact: Fact,
    },
    AwarenessRecorded(Awareness),
    Assessment(AssessmentEvent),
    Clock(ClockEvent),
    Correspondence(CorrespondenceEvent),
    Decision(DecisionEvent),
    Delivery(DeliveryEvent),
    Recipient(RecipientEvent),
    Register(RegisterEvent),
    Review(ReviewEvent),
    Party(PartyEvent),
    Followed(FollowedEvent),
    Library(LibraryEvent),
    Text(TextEvent),
    RunStarted(Run),
    StepChanged {
        incident: IncidentId,
        step: StepRecord,
    },
    ItemAdded {
        incident: IncidentId,
        item: StepItem,
    },
    /// Ticked, or opened again.
    ItemChanged {
        incident: IncidentId,
        item: StepItem,
    },

    NoticeDrafted(Notice),
    NoticeChanged {
        notice: Notice,
        what: &'static str,
    },
    /// A fact under it changed while it was in review or approved.
    NoticeVoided {
        notice: Notice,
        key: String,
    },
    /// Approved: the digest is part of the entry.
    NoticeApproved {
        notice: Notice,
        digest: String,
    },
    /// Released: what leaves, word for word, and one mail for each recipient. Those of a long list are made one
    /// chunk after the other, from the list that was approved.
    NoticeSent {
        notice: Notice,
        content: Content,
        mails: Vec<Outgoing>,
        /// The part of a Message-ID behind the `@`.
        message_domain: String,
    },
    NoticeSettled(Notice),
}

impl Event {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        let system = |what, target: &dyn std::fmt::Display| Draft::new(Stream::System, what, target);
        let case = |id: IncidentId, what, target: &dyn std::fmt::Display| {
            Draft::new(Stream::Incident(id), what, target)
        };
        match self {
            Self::AccountCreated(a) => system("account_created", &a.id).with("role", a.role.code()),
            Self::AccountChanged { account, what } => system("account_changed", &account.id)
                .with("what", *what)
                .with("role", account.role.code())
                .with("revision", account.revision),
            Self::PasswordSet { account, by, .. } => system("password_set", account).with(
                "by",
                match by {
                    PasswordBy::Link => "link",
                    PasswordBy::Owner => "owner",
                    PasswordBy::Operator => "operator",
                },
            ),
            Self::LinkIssued { purpose, digest, expires_at } => {
                let draft = match purpose {
                    LinkFor::SetUp => system("link_issued", &"set_up"),
                    LinkFor::Password(account) => system("link_issued", account),
                };
                draft.with("digest", digest.as_str()).with("expires_at", crate::moment::rfc3339(*expires_at))
            }
            Self::LinkUsed { digest } => system("link_used", digest),
            Self::SessionStarted { session, account, .. } => {
                system("signed_in", account).with("session", session.to_string())
            }
            Self::SessionEnded { account, session } => {
                system("session_ended", account).with("session", session.to_string())
            }
            Self::SessionsEnded { account, except } => system("sessions_ended", account)
                .with("except", except.map(|s| s.to_string()).unwrap_or_default()),
            Self::TokenCreated { token, .. } => {
                let scopes: Vec<&str> = token.scopes.iter().map(|s| s.code()).collect();
                system("token_created", &token.id)
                    .with("account", token.account.to_string())
                    .with("scopes", scopes.join(" "))
            }
            Self::TokenRevoked { token, account, .. } => {
                system("token_revoked", token).with("account", account.to_string())
            }
            Self::OrganisationSaved { revision, .. } => {
                system("organisation_saved", &"organisation").with("revision", *revision)
            }
            Self::MailSaved { revision, sealed_password, .. } => system("mail_saved", &"mail")
                .with("revision", *revision)
                .with("password_changed", sealed_password.is_some()),
            Self::TestMailAsked { address } => {
                system("test_mail_asked", &"mail").with("address", address.as_str())
            }
            Self::AlertReceived(a) => {
                system("alert_received", &a.id).with("content", hash(&format!("{}\n{}", a.title, a.body)))
            }
            Self::AlertDismissed(a) => system("alert_dismissed", &a.id).with("reason", hash(&a.reason)),
            Self::AlertDeclared(a) => system("alert_declared", &a.id)
                .with("incident", a.incident.map(|i| i.to_string()).unwrap_or_default()),
            Self::IncidentDeclared(i) => head(i, "incident_declared"),
            Self::IncidentEdited(i) => head(i, "incident_edited"),
            Self::PhaseMoved { incident, from, reason } => {
                head(incident, "phase_moved").with("from", from.code()).with("reason", hash(reason))
            }
            Self::IncidentClosed { incident, reason } => head(incident, "incident_closed")
                .with("outcome", incident.outcome.map(Choice::code).unwrap_or_default())
                .with("reason", hash(reason)),
            Self::IncidentReopened { incident, reason } => {
                head(incident, "incident_reopened").with("reason", hash(reason))
            }
            Self::RestrictionSet { incident, reason } => head(incident, "restriction_set")
                .with("restricted", incident.restricted)
                .with("reason", hash(reason)),
            Self::MemberAdded { incident, account } => case(*incident, "member_added", account),
            Self::MemberRemoved { incident, account } => case(*incident, "member_removed", account),
            Self::GlassBroken { incident, account, until, reason } => {
                case(*incident, "glass_broken", account)
                    .with("until", crate::moment::rfc3339(*until))
                    .with("reason", hash(reason))
            }
            Self::EntryAdded(e) => entry(e, "entry_added"),
            Self::EntryEdited(e) => entry(e, "entry_edited"),
            Self::EntryWithdrawn(e) => entry(e, "entry_withdrawn").with("reason", hash(&e.reason)),
            Self::TaskAdded(t) => task(t, "task_added"),
            Self::TaskChanged { task: t, what } => task(t, "task_changed").with("what", *what),
            Self::NoteAdded(n) => note(n, "note_added"),
            Self::NoteEdited(n) => note(n, "note_edited"),
            Self::EvidenceAdded(e) => evidence(e, "evidence_added").with("size", e.size),
            Self::EvidenceWithdrawn(e) => {
                evidence(e, "evidence_withdrawn").with("reason", hash(&e.withdrawn_reason))
            }
            Self::EvidenceVerified(e) => {
                evidence(e, "evidence_verified").with("ok", e.verified_ok.unwrap_or(false))
            }
            Self::FactRecorded { incident, fact } => {
                let stream = incident.map_or(Stream::System, Stream::Incident);
                Draft::new(stream, "fact_recorded", fact.id)
                    .with("key", fact.key.as_str())
                    .with("about", fact.about.to_string())
                    .with("version", fact.version)
                    .with("certainty", fact.certainty.code())
                    .with("digest", fact.digest())
            }
            Self::AwarenessRecorded(a) => case(a.incident, "awareness_recorded", &a.id)
                .with("version", a.version)
                .with("aware_at", crate::moment::rfc3339(a.aware_at))
                .with("why", hash(&a.why)),
            Self::Assessment(event) => event.journal(),
            Self::Clock(event) => event.journal(),
            Self::Correspondence(event) => event.journal(),
            Self::Decision(event) => event.journal(),
            Self::Delivery(event) => event.journal(),
            Self::Recipient(event) => event.journal(),
            Self::Register(event) => event.journal(),
            Self::Review(event) => event.journal(),
            Self::Party(event) => event.journal(),
            Self::Followed(event) => event.journal(),
            Self::Library(event) => event.journal(),
            Self::Text(event) => event.journal(),
            Self::RunStarted(r) => case(r.incident, "playbook_started", &r.id)
                .with("playbook", r.playbook.as_str())
                .with("version", r.version)
                .with("digest", r.digest.as_str()),
            Self::StepChanged { incident, step } => case(*incident, "step_changed", &step.run)
                .with("step", step.step.step.as_str())
                .with("state", step.step.state.code())
                .with("owner", step.step.owner.map(|owner| owner.to_string()).unwrap_or_default())
                .with("revision", step.revision),
            Self::ItemAdded { incident, item } => self::item(*incident, item, "item_added"),
            Self::ItemChanged { incident, item } => self::item(
                *incident,
                item,
                if item.done_at.is_some() { "item_done" } else { "item_reopened" },
            ),
            Self::NoticeDrafted(n) => {
                notice(n, "notice_drafted").with("kind", n.kind.code()).with("language", n.language.code())
            }
            Self::NoticeChanged { notice: n, what } => notice(n, "notice_changed").with("what", *what),
            Self::NoticeVoided { notice: n, key } => notice(n, "notice_voided").with("key", key.as_str()),
            Self::NoticeApproved { notice: n, digest } => {
                notice(n, "notice_approved").with("digest", digest.as_str())
            }
            Self::NoticeSent { notice: n, content, .. } => notice(n, "notice_sent")
                .with("digest", content.digest())
                .with("mails", n.people())
                .with("on_uncertain", n.on_uncertain.code()),
            Self::NoticeSettled(n) => notice(n, "notice_settled"),
        }
    }
}

fn head(i: &Incident, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(i.id), what, i.id)
        .with("revision", i.revision)
        .with("phase", i.phase.code())
        .with("severity", i.severity.code())
}

fn entry(e: &Entry, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(e.incident), what, e.id)
        .with("revision", e.revision)
        .with("text", hash(&e.text))
}

fn task(t: &Task, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(t.incident), what, t.id)
        .with("revision", t.revision)
        .with("done", t.done_at.is_some())
}

fn note(n: &Note, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(n.incident), what, n.id)
        .with("revision", n.revision)
        .with("text", hash(&n.text))
        .with("privileged", n.privileged)
}

fn item(incident: IncidentId, i: &StepItem, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(incident), what, i.id)
        .with("run", i.run.to_string())
        .with("step", i.step.as_str())
        .with("label", hash(&i.label))
}

fn evidence(e: &Evidence, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(e.incident), what, e.id)
        .with("revision", e.revision)
        .with("sha256", e.sha256.as_str())
        .with("privileged", e.privileged)
}

fn notice(n: &Notice, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(n.incident), what, n.id)
        .with("revision", n.revision)
        .with("stage", n.stage.code())
}
