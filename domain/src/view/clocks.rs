//! Clocks as a screen, a wall, a calendar and a program see them.

use super::Case;
use crate::{
    awareness::{Awareness, candidate::Candidate},
    clock::{
        Standing,
        authority::{CaseAuthority, KnownAuthority},
        case::CaseClocks,
        deadline::Deadline,
        recorded::{Submission, TriggerInstant},
        reminder::Mark,
        rule::{Confidence, Offer, Origin, Status, own::OwnClockInput},
        runway::{Milestone, StepState},
        settings::ClockSettings,
    },
    evidence::Evidence,
    id::{AccountId, AuthorityId, FeedId, IncidentId, ReminderId},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// The clocks of an incident and everything they rest on.
#[derive(Debug, Clone)]
pub struct Clocks {
    pub case: Case,
    pub clocks: CaseClocks,
    /// Every statement of awareness, the newest first.
    pub statements: Vec<Awareness>,
    /// The version by which everything is reckoned now.
    pub ruling: Option<i64>,
    /// Whether the asker may confirm or decline the correction that waits: they didn't record it.
    pub may_decide: bool,
    /// What is said about the end of the 72 hours, for the ruling moment; none beyond the calendars.
    pub readings: Option<Deadline>,
    /// The moments that could be meant, in their order.
    pub candidates: Vec<CandidateLine>,
    /// Every version of every trigger instant, the newest first.
    pub triggers: Vec<TriggerInstant>,
    pub submissions: Vec<Submission>,
    /// Those of the case, withdrawn ones too, in the order in which they were named.
    pub authorities: Vec<CaseAuthority>,
    /// What can be named.
    pub known_authorities: &'static [KnownAuthority],
    /// Every rule that can be switched on for this case, with those that are.
    pub scope: Vec<CaseRule>,
    /// The way back from each open due time.
    pub runways: Vec<RunwayView>,
    /// Reminders that nobody acknowledged yet, the latest of each clock.
    pub reminders: Vec<ReminderLine>,
    /// Every reminder that went out, the newest first.
    pub sent_reminders: Vec<SentReminder>,
    /// Offered once the notification under Article 33(1) is late.
    pub delay: Option<DelayDraft>,
    pub evidence: Vec<Evidence>,
    pub settings: ClockSettings,
}

/// A candidate with what would follow from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CandidateLine {
    pub candidate: Candidate,
    /// When the notification under Article 33(1) would be due. None before the Regulation applied.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether it is the ruling moment.
    pub is_ruling: bool,
}

/// A rule in the scope of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseRule {
    pub code: String,
    pub regime: String,
    pub title: String,
    pub offer: Offer,
    /// Switched on for every case of the organisation.
    pub everywhere: bool,
    /// Switched on for this case.
    pub here: bool,
}

/// A reminder that waits to be acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ReminderLine {
    pub id: ReminderId,
    pub incident: IncidentId,
    pub reference: String,
    /// The duty, such as `Notification to the supervisory authority`.
    pub title: String,
    pub recipient: String,
    /// The due time, or with the mark `ours` the organisation's own reminder.
    pub due_at: DateTime<Utc>,
    #[schemars(with = "String")]
    pub mark: Mark,
    /// The mark in words: `6 hours are left`.
    pub words: String,
    pub raised_at: DateTime<Utc>,
    /// When it went to the deputies as well.
    pub escalated_at: Option<DateTime<Utc>>,
}

/// A reminder that went out, whether somebody acknowledged it or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SentReminder {
    pub id: ReminderId,
    pub rule: String,
    pub stage: String,
    /// The duty.
    pub title: String,
    /// The due time that it was of.
    pub due_at: DateTime<Utc>,
    #[schemars(with = "String")]
    pub mark: Mark,
    pub raised_at: DateTime<Utc>,
    /// When it went, or goes, to the deputies as well.
    pub escalated_at: Option<DateTime<Utc>>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// Empty while nobody has.
    pub acknowledged_by: String,
}

/// The way back from one due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunwayView {
    pub rule: String,
    pub stage: String,
    pub authority: Option<AuthorityId>,
    pub title: String,
    pub recipient: String,
    pub due_at: DateTime<Utc>,
    pub send_by: DateTime<Utc>,
    pub steps: Vec<RunwayLine>,
    /// The first step that isn't done: everything after waits for it.
    pub critical: Option<Milestone>,
    /// Who leads the case.
    pub owner: AccountId,
    pub owner_name: String,
    /// The last moment at which nothing slips yet.
    pub last_start: DateTime<Utc>,
    /// What slips if nothing happens before `until`.
    pub until: DateTime<Utc>,
    pub slipping: Vec<Milestone>,
    pub would_be_sent_at: DateTime<Utc>,
    /// How many seconds after the due time that is; none if it is in time.
    pub would_be_late_by: Option<i64>,
}

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunwayLine {
    pub milestone: Milestone,
    pub start_by: DateTime<Utc>,
    pub done_by: DateTime<Utc>,
    pub done_at: Option<DateTime<Utc>>,
    pub state: StepState,
}

/// A draft of the reasons for a delay, made from what the case holds. A person edits it and records it as the fact
/// `time.delay_reasons`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DelayDraft {
    pub text: String,
    /// Whether the fact is recorded already.
    pub recorded: bool,
    /// The longest gaps between what is recorded, the longest first.
    pub gaps: Vec<Gap>,
}

/// A time between two things that are recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gap {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub after: String,
    pub before: String,
}

/// One clock on the desk, on the wall, in a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClockRow {
    pub incident: IncidentId,
    pub reference: String,
    pub incident_title: String,
    pub restricted: bool,
    pub lead: AccountId,
    pub lead_name: String,
    pub rule: String,
    pub stage: String,
    pub authority: Option<AuthorityId>,
    pub title: String,
    pub recipient: String,
    pub unverified: bool,
    pub started_at: DateTime<Utc>,
    /// None without undue delay.
    pub due_at: Option<DateTime<Utc>>,
    /// Where the law gives no number: when the organisation reminds itself. Its own choice, no law.
    pub ours_at: Option<DateTime<Utc>>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub standing: Standing,
    /// Few hours are left, by the organisation's own threshold.
    pub soon: bool,
}

impl ClockRow {
    /// Until when people are reminded: by this clocks are sorted.
    #[must_use]
    pub fn reminded_at(&self) -> Option<DateTime<Utc>> {
        self.due_at.or(self.ours_at)
    }
}

/// All clocks on one big screen.
#[derive(Debug, Clone)]
pub struct Wall {
    /// Open clocks, the nearest first, at most [`super::PAGE`].
    pub clocks: Vec<ClockRow>,
    /// How many there are in all.
    pub total: u64,
    pub overdue: u64,
    pub now: DateTime<Utc>,
}

/// A rule as the settings show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleLine {
    pub code: String,
    pub regime: String,
    pub title: String,
    /// Whom it binds.
    pub scope: String,
    pub origin: Origin,
    pub offer: Offer,
    pub status: Status,
    pub confidence: Confidence,
    pub source: String,
    pub threshold: String,
    /// Each stage in words: its title, its limit, from what.
    pub stages: Vec<String>,
    pub notes: String,
    /// Switched on for the organisation.
    pub on: bool,
}

/// A clock of the organisation's own, as its form shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OwnClockLine {
    pub code: String,
    #[serde(flatten)]
    pub input: OwnClockInput,
    pub revision: i64,
    pub retired_at: Option<DateTime<Utc>>,
    /// Switched on for the organisation.
    pub on: bool,
}

/// The settings of clocks.
#[derive(Debug, Clone)]
pub struct RulesPage {
    pub settings: ClockSettings,
    /// To change the settings by.
    pub revision: i64,
    pub rules: Vec<RuleLine>,
    pub own: Vec<OwnClockLine>,
    /// Code and name of every calendar.
    pub calendars: Vec<(String, String)>,
    /// Where the calendars come from, with its version.
    pub calendar_source: String,
    pub may_change: bool,
}

/// What the page behind the link in a reminder shows; nothing else can be done with it.
#[derive(Debug, Clone)]
pub struct Acknowledgement {
    pub reference: String,
    pub title: String,
    pub recipient: String,
    /// The due time, or with the mark `ours` the organisation's own reminder.
    pub due_at: DateTime<Utc>,
    pub mark: Mark,
    /// Whose link it is.
    pub name: String,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// One of the own calendar addresses, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLine {
    pub id: FeedId,
    pub created_at: DateTime<Utc>,
}

/// What a calendar reads.
#[derive(Debug, Clone)]
pub struct Feed {
    /// Whose it is.
    pub name: String,
    /// Clocks of open incidents, met ones too, by due time.
    pub clocks: Vec<ClockRow>,
    pub now: DateTime<Utc>,
}
