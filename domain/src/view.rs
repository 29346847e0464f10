//! What a screen, or a program that asks by API, may see.

pub mod assessments;
pub mod clocks;
pub mod correspondence;
pub mod decisions;
pub mod filing_form;
pub mod hindsight;
pub mod library;
pub mod parties;
pub mod recipients;
pub mod recommended;
pub mod register;
pub mod review;
pub mod runs;
pub mod texts;

pub use crate::delivery::Tally;
use crate::{
    access::{Action, Role},
    account::{Account, ApiToken, organisation::Organisation},
    alert::Alert,
    awareness::Awareness,
    bounce::Bounce,
    clock::{NotificationClock, authority::CaseAuthority},
    delivery::{DeliveryState, Pace},
    evidence::Evidence,
    fact::{
        Fact,
        sheet::{Completeness, Contradiction},
    },
    id::{AccountId, CasePartyId, DeliveryId, IncidentId, NoticeId, QuestionId, SessionId},
    incident::{Incident, Outcome, Pending, Phase, Severity},
    moment::Zone,
    notice::{
        Notice,
        check::{Finding, ease::Ease},
        comment::Comment,
        holder::{Holder, With},
        stage::Stage,
        template::{Language, NoticeKind},
    },
    work::{Task, entry::Entry, note::Note},
};
use chrono::{DateTime, Utc};
pub use clocks::Clocks;
use clocks::{ClockRow, FeedLine, ReminderLine};
pub use recommended::{Recommendations, Recommended, WouldDecide};
pub use register::RegisterRow;
use review::Piece;
pub use runs::{
    Asked, CallView, CalledRun, DecisionView, KeptStep, LeftStep, LibraryRow, Opens, OtherStep,
    PhaseProgress, PlaybookTab, RunDifference, RunView, StepApplies, StepMoment, StepRow, StepView, WaitsFor,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many rows a list page has.
pub const PAGE: u64 = 50;

/// One page of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Listed<T> {
    pub items: Vec<T>,
    /// How many there are in all.
    pub total: u64,
    /// 1 for the first.
    pub page: u64,
}

impl<T> Listed<T> {
    /// How many pages there are, at least one.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.total.div_ceil(PAGE).max(1)
    }
}

/// Somebody's name and role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Named {
    pub id: AccountId,
    pub name: String,
    pub role: Role,
    pub disabled: bool,
}

/// The names behind account ids.
#[derive(Debug, Clone, Default)]
pub struct People(BTreeMap<AccountId, Named>);

impl People {
    pub fn add(&mut self, id: AccountId, name: String, role: Role, disabled: bool) {
        self.0.insert(id, Named { id, name, role, disabled });
    }

    /// The name of an account; a person who is gone is still named as such.
    #[must_use]
    pub fn name(&self, id: AccountId) -> &str {
        self.0.get(&id).map_or("a former account", |n| n.name.as_str())
    }

    /// The account, where there is one.
    #[must_use]
    pub fn get(&self, id: AccountId) -> Option<&Named> {
        self.0.get(&id)
    }

    /// All of them, by id.
    pub fn all(&self) -> impl Iterator<Item = &Named> {
        self.0.values()
    }
}

/// The own account.
#[derive(Debug, Clone)]
pub struct MyAccount {
    pub account: Account,
    pub sessions: Vec<MySession>,
    pub tokens: Vec<ApiToken>,
    /// Calendar addresses that are in use.
    pub feeds: Vec<FeedLine>,
}

/// One of the own sessions.
#[derive(Debug, Clone)]
pub struct MySession {
    pub id: SessionId,
    pub agent: String,
    pub started_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    /// The one that asks.
    pub this: bool,
}

/// Somebody who belongs to an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Member {
    pub id: AccountId,
    pub name: String,
    pub role: Role,
    /// Set where glass was broken: membership ends then.
    pub until: Option<DateTime<Utc>>,
}

/// How many of each lie in an incident.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    pub entries: u64,
    pub open_tasks: u64,
    pub facts: u64,
    pub playbooks: u64,
    pub evidence: u64,
    pub notices: u64,
    /// Questions that wait for an answer.
    pub questions: u64,
    pub notes: u64,
    pub parties: u64,
    pub journal: u64,
}

/// What every page of an incident shows above its own content.
#[derive(Debug, Clone)]
pub struct Case {
    pub incident: Incident,
    pub people: People,
    pub members: Vec<Member>,
    /// The statement by which everything is reckoned.
    pub awareness: Option<Awareness>,
    /// Whether a correction of it waits for a second person.
    pub correction_waits: bool,
    /// The clock that matters most now: the open one with the nearest due time, or else one that was met.
    pub clock: Option<NotificationClock>,
    /// How many more run beside it.
    pub more_clocks: usize,
    /// When the supervisory authority was first notified.
    pub notified_at: Option<DateTime<Utc>>,
    pub counts: Counts,
    /// What the asker may do here.
    pub may: Vec<Action>,
    /// Whether the asker sees what is counsel's privileged.
    pub privileged: bool,
    /// The competent authority's zone.
    pub authority_zone: Zone,
    /// From so many hours before it is due a clock is marked.
    pub soon_hours: u32,
    /// Set where the asker is here by breaking glass.
    pub glass_until: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

impl Case {
    /// Whether the asker may do `action` here.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.may.contains(&action)
    }
}

/// An incident's first page.
#[derive(Debug, Clone)]
pub struct Overview {
    pub case: Case,
    pub tasks: Vec<Task>,
    pub recent: Vec<Entry>,
    pub completeness: Completeness,
    pub pending: Pending,
    pub alerts: Vec<Alert>,
    /// Empty as soon as a playbook is followed.
    pub recommendations: Recommendations,
}

/// A row of the list of incidents.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IncidentRow {
    pub id: IncidentId,
    pub reference: String,
    pub title: String,
    pub phase: Phase,
    pub severity: Severity,
    pub restricted: bool,
    pub lead: AccountId,
    pub lead_name: String,
    pub declared_at: DateTime<Utc>,
    /// The nearest due time that is open, or else the last that was met.
    pub due_at: Option<DateTime<Utc>>,
    /// Few hours are left, by the organisation's own threshold.
    pub soon: bool,
    /// What is due then.
    pub duty: String,
    /// When that duty was done.
    pub notified_at: Option<DateTime<Utc>>,
    pub outcome: Option<Outcome>,
}

/// A task with the incident it belongs to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaskRow {
    pub task: Task,
    /// The question that it is to answer, where somebody asked one.
    pub asked: Option<QuestionId>,
    pub reference: String,
    pub incident_title: String,
}

/// What is due for the one who asks.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Open clocks of all incidents that are seen, the nearest first, at most [`PAGE`].
    pub clocks: Vec<ClockRow>,
    /// How many there are in all.
    pub all_clocks: u64,
    /// Reminders that nobody acknowledged yet.
    pub reminders: Vec<ReminderLine>,
    pub tasks: Vec<TaskRow>,
    pub steps: Vec<StepRow>,
    pub new_alerts: u64,
    pub reviews: Vec<NoticeRow>,
    pub people: People,
    pub now: DateTime<Utc>,
}

/// The timeline.
#[derive(Debug, Clone)]
pub struct Timeline {
    pub case: Case,
    pub entries: Listed<Entry>,
    /// Whether the desk's own entries are shown as well.
    pub system: bool,
}

/// The notes.
#[derive(Debug, Clone)]
pub struct Notes {
    pub case: Case,
    pub notes: Vec<Note>,
}

/// One note, with what the asker was typing when last seen.
#[derive(Debug, Clone)]
pub struct NotePage {
    pub case: Case,
    pub note: Option<Note>,
    pub draft: Option<KeptDraft>,
}

/// Text that was kept while somebody typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeptDraft {
    pub text: String,
    /// The revision that the text was begun on.
    pub base_revision: i64,
    pub saved_at: DateTime<Utc>,
}

/// The evidence.
#[derive(Debug, Clone)]
pub struct EvidenceList {
    pub case: Case,
    pub items: Vec<Evidence>,
}

/// One key of the catalogue with its present answer in an incident.
#[derive(Debug, Clone)]
pub struct FactLine {
    pub key: String,
    pub fact: Option<Fact>,
    /// In words, in English, in the reader's zone.
    pub shown: String,
    /// Where the answer comes from, in words: the profile, the ledger; empty for an answer of the case.
    pub source: &'static str,
    /// Whether it is asked with the present answers.
    pub asked: bool,
    pub needed_for: Vec<NoticeKind>,
}

/// The fact sheet.
#[derive(Debug, Clone)]
pub struct FactSheet {
    pub case: Case,
    pub lines: Vec<FactLine>,
    pub completeness: Completeness,
    /// The same for each section of the catalogue, by its code.
    pub sections: Vec<(String, Completeness)>,
    pub contradictions: Vec<Contradiction>,
    /// How many people are counted by country, where they are.
    pub by_country: Option<u64>,
    pub evidence: Vec<Evidence>,
}

/// One fact with every version it had.
#[derive(Debug, Clone)]
pub struct FactPage {
    pub case: Case,
    pub line: FactLine,
    /// The newest first, each with its value in words.
    pub history: Vec<(Fact, String)>,
    pub evidence: Vec<Evidence>,
}

/// A row of the list of notices.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoticeRow {
    pub id: NoticeId,
    pub incident: IncidentId,
    pub reference: String,
    pub incident_title: String,
    pub kind: NoticeKind,
    pub language: Language,
    /// The authority that it goes to, where it names one.
    pub authority: Option<String>,
    /// The controller that it goes to, where it is for one.
    pub controller: Option<String>,
    pub stage: Stage,
    pub created_at: DateTime<Utc>,
    /// Who has to do the next thing, until it is released.
    pub with: Option<With>,
    /// Since when it waits for a second person or for its release.
    pub waits_since: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub tally: Tally,
}

/// A fact under a statement.
#[derive(Debug, Clone)]
pub struct UnderFact {
    pub key: String,
    pub label: String,
    /// The answer as it was when the statement was written.
    pub shown: String,
    /// The answer now, where it is another.
    pub now_shown: Option<String>,
    pub evidence: Option<(String, String)>,
}

/// Words that stayed although facts under them had changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeptWords {
    pub reason: String,
    pub by: AccountId,
    pub at: DateTime<Utc>,
    /// The changed facts by what they are called, each with its answer before.
    pub over: Vec<(String, String)>,
}

/// A statement with its ground.
#[derive(Debug, Clone)]
pub struct StatementView {
    pub code: String,
    pub heading: String,
    pub article: String,
    pub text: String,
    pub own_words: bool,
    /// The own words are a judgement, by what their writer says.
    pub judgement: bool,
    /// The version of the organisation's own text that words it.
    pub wording: Option<u32>,
    /// Why the words stayed although facts under them had changed.
    pub kept: Option<KeptWords>,
    pub written_by: AccountId,
    pub stale: bool,
    /// Where it is stale and the template words it: how it would read with the facts as they are.
    pub redline: Vec<Piece>,
    /// Keys without an answer that this statement needs, with their labels.
    pub missing: Vec<(String, String)>,
    pub under: Vec<UnderFact>,
}

/// A mail as it was handed over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Receipt {
    pub id: DeliveryId,
    pub recipient: String,
    pub state: DeliveryState,
    pub attempts: i32,
    /// The relay's last words.
    pub reply: String,
    pub relay: String,
    pub message_id: String,
    pub accepted_at: Option<DateTime<Utc>>,
    /// SHA-256 of the bytes that were sent.
    pub sent_sha256: Option<String>,
    pub next_at: Option<DateTime<Utc>>,
    /// How often a crash left it open whether the relay had taken it.
    pub uncertain: i32,
    /// That it was sent back after it was taken, and why.
    pub bounce: Option<Bounce>,
    /// When somebody wanted it sent although an earlier mail to this address had come back.
    pub insisted_at: Option<DateTime<Utc>>,
}

/// The sending of a notice is paused.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Paused {
    pub at: DateTime<Utc>,
    pub why: String,
}

/// A notice with everything under it.
#[derive(Debug, Clone)]
pub struct NoticePage {
    pub case: Case,
    pub notice: Notice,
    /// The name of the controller that it goes to, where it is for one.
    pub controller: Option<String>,
    pub statements: Vec<StatementView>,
    /// What is looked at before a review; nothing once the notice has left.
    pub findings: Vec<Finding>,
    /// How easy it is to read, where people read it who have no part in the matter.
    pub ease: Option<Ease>,
    /// What is said about it, in the order in which it was said.
    pub comments: Vec<Comment>,
    /// With whom it lies, and since when, until it is released.
    pub holder: Option<Holder>,
    /// When the duty that it is for is due, where it is for one.
    pub due_at: Option<DateTime<Utc>>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// SHA-256 of the content as it is now.
    pub digest: String,
    pub tally: Tally,
    /// The first of them, in the order of their addresses; all of a short list.
    pub receipts: Vec<Receipt>,
    /// Mails of which nobody knows whether they were taken, waiting for a person: the first fifty.
    pub held: Vec<Receipt>,
    /// The first mails that were not tried, because an earlier one to their address came back.
    pub suppressed: Vec<Receipt>,
    /// Since when its sending is paused, and why.
    pub paused: Option<Paused>,
    pub pace: Pace,
    /// When the last mail leaves at the pace so far, where that can be told.
    pub done_at: Option<DateTime<Utc>>,
}

/// The answer to more recipients: how the list stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
pub struct ListGrown {
    /// Addresses that were not on the list before.
    pub added: u64,
    /// Addresses on the list now.
    pub count: u64,
    /// The digest of the list now.
    pub digest: String,
    /// The notice's revision now.
    pub revision: i64,
}

/// The notices of an incident.
#[derive(Debug, Clone)]
pub struct NoticesTab {
    pub case: Case,
    pub notices: Vec<NoticeRow>,
    pub languages: Vec<Language>,
    /// The authorities of the case that a notification under the GDPR may name.
    pub authorities: Vec<CaseAuthority>,
    /// The controllers of the case that a notice to a controller may name, with their names.
    pub controllers: Vec<(CasePartyId, String)>,
}

/// An entry of a journal as shown.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct JournalLine {
    pub entry: crate::journal::Entry,
    pub hash: String,
    /// The actor's name, where it is an account.
    pub who: String,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// `incident`, `entry`, `task`, `note`, `evidence` or `alert`.
    pub kind: String,
    pub title: String,
    pub excerpt: String,
    pub reference: Option<String>,
    /// Where it is, as a path of this desk.
    pub path: String,
}

/// The organisation's profile as the form shows it.
#[derive(Debug, Clone)]
pub struct Profile {
    pub organisation: Organisation,
    pub answers: BTreeMap<String, String>,
    pub revision: i64,
}

/// An alert with the incident it became.
#[derive(Debug, Clone)]
pub struct AlertPage {
    pub alert: Alert,
    pub incident: Option<(IncidentId, String)>,
    pub may_triage: bool,
}

/// The answer to a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
pub struct Declared {
    pub id: IncidentId,
    pub reference: String,
}

/// The answer to an addition: the new thing's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize, JsonSchema)]
pub struct Added {
    pub id: String,
}
