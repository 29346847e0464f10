//! What can have happened to clocks and what they rest on.

use crate::{
    awareness::{Awareness, candidate::Candidate},
    clock::{
        authority::CaseAuthority,
        recorded::{Submission, TriggerInstant},
        reminder::Reminder,
        rule::own::OwnClock,
        settings::ClockSettings,
    },
    id::{AccountId, FeedId, IncidentId},
    journal::{Draft, Stream, hash},
    moment::rfc3339,
    text::Choice,
};
use chrono::{DateTime, Utc};

/// A link in a mail: only the digest of its secret is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capability {
    pub digest: String,
    pub account: AccountId,
    pub expires_at: DateTime<Utc>,
}

/// How a reminder was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcknowledgedBy {
    /// In the desk, signed in.
    Desk,
    /// Through the link in a mail.
    Link,
}

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq)]
pub enum ClockEvent {
    AwarenessDecided(Awareness),
    CandidateAdded(Candidate),
    CandidateWithdrawn(Candidate),
    TriggerRecorded(TriggerInstant),
    SubmissionRecorded(Submission),
    SubmissionWithdrawn(Submission),
    AuthorityNamed(CaseAuthority),
    AuthorityWithdrawn(CaseAuthority),
    RuleSwitched { incident: IncidentId, rule: String, on: bool },
    SettingsSaved { settings: ClockSettings, revision: i64, what: &'static str },
    OwnClockSaved(OwnClock),
    ReminderSent { reminder: Reminder, links: Vec<Capability> },
    ReminderEscalated { reminder: Reminder, links: Vec<Capability> },
    ReminderAcknowledged { reminder: Reminder, by: AcknowledgedBy },
    FeedCreated { id: FeedId, account: AccountId, digest: String },
    FeedRevoked { id: FeedId, account: AccountId, at: DateTime<Utc> },
}

impl ClockEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        let system = |what, target: &dyn std::fmt::Display| Draft::new(Stream::System, what, target);
        let case = |id: IncidentId, what, target: &dyn std::fmt::Display| {
            Draft::new(Stream::Incident(id), what, target)
        };
        match self {
            Self::AwarenessDecided(a) => case(a.incident, "awareness_decided", &a.id)
                .with("version", a.version)
                .with("adoption", a.adoption.code())
                .with("decision", hash(&a.decision)),
            Self::CandidateAdded(c) => case(c.incident, "candidate_added", &c.id)
                .with("kind", c.kind.code())
                .with("happened_at", rfc3339(c.happened_at))
                .with("what", hash(&c.what)),
            Self::CandidateWithdrawn(c) => {
                case(c.incident, "candidate_withdrawn", &c.id).with("reason", hash(&c.withdrawn_reason))
            }
            Self::TriggerRecorded(t) => case(t.incident, "trigger_recorded", &t.id)
                .with("trigger", t.trigger.code())
                .with("version", t.version)
                .with("happened_at", t.happened_at.map(rfc3339).unwrap_or_default())
                .with("why", hash(&t.why)),
            Self::SubmissionRecorded(s) => submission(s, "submission_recorded")
                .with("submitted_at", rfc3339(s.submitted_at))
                .with("how", hash(&s.how)),
            Self::SubmissionWithdrawn(s) => {
                submission(s, "submission_withdrawn").with("reason", hash(&s.withdrawn_reason))
            }
            Self::AuthorityNamed(a) => case(a.incident, "authority_named", &a.id)
                .with("calendar", a.calendar.as_str())
                .with("capacity", a.capacity.code())
                .with("rule", a.rule.as_str()),
            Self::AuthorityWithdrawn(a) => {
                case(a.incident, "authority_withdrawn", &a.id).with("reason", hash(&a.withdrawn_reason))
            }
            Self::RuleSwitched { incident, rule, on } => {
                case(*incident, "rule_switched", rule).with("on", *on)
            }
            Self::SettingsSaved { revision, what, settings } => system("clock_settings_saved", &"clocks")
                .with("what", *what)
                .with("revision", *revision)
                .with("rules", settings.rules.join(" ")),
            Self::OwnClockSaved(own) => system("own_clock_saved", &own.code)
                .with("revision", own.revision)
                .with("retired", own.retired_at.is_some()),
            Self::ReminderSent { reminder, links } => {
                reminded(reminder, "reminder_sent").with("mails", links.len() as u64)
            }
            Self::ReminderEscalated { reminder, links } => {
                reminded(reminder, "reminder_escalated").with("mails", links.len() as u64)
            }
            Self::ReminderAcknowledged { reminder, by } => reminded(reminder, "reminder_acknowledged")
                .with("account", reminder.acknowledged_by.map(|a| a.to_string()).unwrap_or_default())
                .with(
                    "by",
                    match by {
                        AcknowledgedBy::Desk => "desk",
                        AcknowledgedBy::Link => "link",
                    },
                ),
            Self::FeedCreated { id, account, .. } => {
                system("feed_created", id).with("account", account.to_string())
            }
            Self::FeedRevoked { id, account, .. } => {
                system("feed_revoked", id).with("account", account.to_string())
            }
        }
    }
}

fn submission(s: &Submission, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(s.incident), what, s.id)
        .with("rule", s.rule.as_str())
        .with("stage", s.stage.as_str())
        .with("authority", s.authority.map(|a| a.to_string()).unwrap_or_default())
}

fn reminded(r: &Reminder, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(r.incident), what, r.id)
        .with("rule", r.rule.as_str())
        .with("stage", r.stage.as_str())
        .with("mark", r.mark.to_string())
        .with("due_at", rfc3339(r.due_at))
}
