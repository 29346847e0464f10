//! The case: its head, its phases, and what closes it.

use crate::{
    access::Role,
    choices,
    id::{AccountId, IncidentId},
    refusal::Refusal,
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// The phases of response, after NIST SP 800-61. Communication runs beside them, not after.
    pub enum Phase {
        DetectionAndAnalysis = "detection_and_analysis" => "detection and analysis",
        Containment = "containment" => "containment",
        Eradication = "eradication" => "eradication",
        Recovery = "recovery" => "recovery",
        LessonsLearned = "lessons_learned" => "lessons learned",
        Closed = "closed" => "closed",
    }
}

choices! {
    /// How bad it is for the organisation, as a person judges it. Not the risk to people.
    pub enum Severity {
        Low = "low" => "low",
        Moderate = "moderate" => "moderate",
        High = "high" => "high",
        Critical = "critical" => "critical",
    }
}

choices! {
    /// Traffic Light Protocol 2.0: how far what is in the case may travel.
    pub enum Tlp {
        Red = "red" => "TLP:RED",
        AmberStrict = "amber_strict" => "TLP:AMBER+STRICT",
        Amber = "amber" => "TLP:AMBER",
        Green = "green" => "TLP:GREEN",
        Clear = "clear" => "TLP:CLEAR",
    }
}

choices! {
    /// How a case ended.
    pub enum Outcome {
        PersonalDataBreach = "personal_data_breach" => "personal data breach",
        IncidentWithoutPersonalData = "no_personal_data" => "incident without personal data",
        FalseAlarm = "false_alarm" => "false alarm",
    }
}

/// The head of a case: what its list row and its header show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Incident {
    pub id: IncidentId,
    /// For people: `INC-2026-0007`, numbered within the year of declaration.
    pub reference: String,
    pub title: String,
    pub summary: String,
    pub phase: Phase,
    pub severity: Severity,
    pub tlp: Tlp,
    pub lead: AccountId,
    /// Hidden from everybody but its named members.
    pub restricted: bool,
    pub declared_at: DateTime<Utc>,
    pub declared_by: AccountId,
    /// The first sign that something might be wrong.
    pub first_hint_at: Option<DateTime<Utc>>,
    /// When somebody or something first told it apart from noise.
    pub detected_at: Option<DateTime<Utc>>,
    /// When the short investigation of EDPB 9/2022 para 34 began.
    pub investigation_started_at: Option<DateTime<Utc>>,
    pub contained_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub outcome: Option<Outcome>,
    /// Counts the changes of the head; it is the ETag.
    pub revision: i64,
    pub updated_at: DateTime<Utc>,
}

/// Names the `number`th incident of a year.
#[must_use]
pub fn reference(year: i32, number: i64) -> String {
    format!("INC-{year}-{number:04}")
}

/// Declares an incident. A title is enough.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclareInput {
    /// One line, 1 to 200 characters.
    #[serde(default)]
    pub title: String,
    /// What is known so far; may be empty.
    #[serde(default)]
    pub summary: String,
    /// `low`, `moderate` (taken when empty), `high` or `critical`.
    #[serde(default)]
    pub severity: String,
}

/// A declaration that can be taken.
#[derive(Debug, Clone)]
pub struct Declare {
    pub title: String,
    pub summary: String,
    pub severity: Severity,
}

impl DeclareInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self) -> Result<Declare, Refusal> {
        let mut c = Checks::new();
        let title = c.line("title", &self.title);
        let summary = c.optional_body("summary", &self.summary);
        let severity = c.optional_choice::<Severity>("severity", &self.severity);
        match (title, summary, severity) {
            (Some(title), Some(summary), Some(severity)) => {
                Ok(Declare { title, summary, severity: severity.unwrap_or(Severity::Moderate) })
            }
            _ => Err(c.refusal()),
        }
    }
}

impl Declare {
    /// The new head. Whoever declares leads until somebody else does.
    #[must_use]
    pub fn decide(self, id: IncidentId, reference: String, by: AccountId, now: DateTime<Utc>) -> Incident {
        Incident {
            id,
            reference,
            title: self.title,
            summary: self.summary,
            phase: Phase::DetectionAndAnalysis,
            severity: self.severity,
            tlp: Tlp::AmberStrict,
            lead: by,
            restricted: false,
            declared_at: now,
            declared_by: by,
            first_hint_at: None,
            detected_at: None,
            investigation_started_at: None,
            contained_at: None,
            closed_at: None,
            outcome: None,
            revision: 1,
            updated_at: now,
        }
    }
}

/// Edits the head of an incident. Every field is given; an empty instant means "not known".
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditIncidentInput {
    pub title: String,
    #[serde(default)]
    pub summary: String,
    pub severity: String,
    pub tlp: String,
    /// The account id of the lead, who must be a member.
    pub lead: String,
    #[serde(default)]
    pub first_hint_at: String,
    #[serde(default)]
    pub detected_at: String,
    #[serde(default)]
    pub investigation_started_at: String,
    #[serde(default)]
    pub contained_at: String,
}

impl EditIncidentInput {
    /// The changed head.
    ///
    /// # Errors
    /// Says which fields can't be taken and why. Instants in the future are refused.
    pub fn decide(
        &self,
        was: &Incident,
        members: &[(AccountId, Role)],
        zone: crate::moment::Zone,
        now: DateTime<Utc>,
    ) -> Result<Incident, Refusal> {
        open(was)?;
        let mut c = Checks::new();
        let title = c.line("title", &self.title);
        let summary = c.optional_body("summary", &self.summary);
        let severity = c.choice::<Severity>("severity", &self.severity);
        let tlp = c.choice::<Tlp>("tlp", &self.tlp);
        let lead = c.id::<AccountId>("lead", &self.lead);
        if lead.is_some_and(|l| {
            !members
                .iter()
                .any(|(id, role)| *id == l && matches!(role, Role::Lead | Role::Responder | Role::Dpo))
        }) {
            let message =
                "The lead must be a member of this incident who may write in it. Add them as a member first.";
            c.push(crate::refusal::FieldError::new("lead", "not_a_member", message));
        }
        let mut past = |field: &str, raw: &str| -> Option<Option<DateTime<Utc>>> {
            if raw.trim().is_empty() { Some(None) } else { c.past_instant(field, raw, zone, now).map(Some) }
        };
        let first_hint = past("first_hint_at", &self.first_hint_at);
        let detected = past("detected_at", &self.detected_at);
        let investigation = past("investigation_started_at", &self.investigation_started_at);
        let contained = past("contained_at", &self.contained_at);
        let clean = c.is_clean();
        match (title, summary, severity, tlp, lead, first_hint, detected, investigation, contained) {
            (
                Some(title),
                Some(summary),
                Some(severity),
                Some(tlp),
                Some(lead),
                Some(fh),
                Some(de),
                Some(inv),
                Some(co),
            ) if clean => Ok(Incident {
                title,
                summary,
                severity,
                tlp,
                lead,
                first_hint_at: fh,
                detected_at: de,
                investigation_started_at: inv,
                contained_at: co,
                ..was.touched(now)
            }),
            _ => Err(c.refusal()),
        }
    }
}

/// Moves an incident to another phase. Going back, or skipping one, needs a reason.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MovePhaseInput {
    pub to: String,
    #[serde(default)]
    pub reason: String,
}

impl MovePhaseInput {
    /// The changed head, and the reason where one was given.
    ///
    /// # Errors
    /// An unknown phase, the same phase, a way back without a reason; closing has its own action.
    pub fn decide(&self, was: &Incident, now: DateTime<Utc>) -> Result<(Incident, String), Refusal> {
        open(was)?;
        let mut c = Checks::new();
        let to = c.choice::<Phase>("to", &self.to);
        let reason = c.optional_reason("reason", &self.reason);
        let (Some(to), Some(reason)) = (to, reason) else { return Err(c.refusal()) };
        if to == Phase::Closed {
            return Err(Refusal::field(
                "to",
                "use_close",
                "An incident is closed with its outcome, in the form “Close”.",
            ));
        }
        if to == was.phase {
            return Err(Refusal::field("to", "same_phase", format!("The incident already is in {to}.")));
        }
        let forward_by_one = (to as usize) == (was.phase as usize) + 1;
        if !forward_by_one && reason.is_empty() {
            let message = "Going back or leaving out a phase needs a reason.";
            return Err(Refusal::field("reason", "required", message));
        }
        Ok((Incident { phase: to, ..was.touched(now) }, reason))
    }
}

/// Closes an incident with its outcome.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseInput {
    pub outcome: String,
    #[serde(default)]
    pub reason: String,
}

/// What still stands in the way of closing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pending {
    pub open_tasks: u64,
    /// Notices that are neither sent nor cancelled.
    pub unsent_notices: u64,
    /// Mandatory playbook steps that are neither done nor skipped with a reason.
    pub open_steps: u64,
    /// Decisions that wait for a second person's signature.
    pub unsigned_decisions: u64,
}

impl CloseInput {
    /// The closed head and the reason.
    ///
    /// # Errors
    /// Names everything that is still open; a false alarm needs a reason.
    pub fn decide(
        &self,
        was: &Incident,
        pending: Pending,
        now: DateTime<Utc>,
    ) -> Result<(Incident, String), Refusal> {
        open(was)?;
        let mut c = Checks::new();
        let outcome = c.choice::<Outcome>("outcome", &self.outcome);
        let reason = c.optional_reason("reason", &self.reason);
        let (Some(outcome), Some(reason)) = (outcome, reason) else { return Err(c.refusal()) };
        if outcome == Outcome::FalseAlarm && reason.is_empty() {
            return Err(Refusal::field(
                "reason",
                "required",
                "Say why this was a false alarm; it stays in the register.",
            ));
        }
        let mut open = Vec::new();
        for (count, one, many) in [
            (pending.open_tasks, "task is open", "tasks are open"),
            (
                pending.unsent_notices,
                "notice is neither sent nor cancelled",
                "notices are neither sent nor cancelled",
            ),
            (pending.open_steps, "mandatory playbook step is open", "mandatory playbook steps are open"),
            (
                pending.unsigned_decisions,
                "decision waits for its signature",
                "decisions wait for their signatures",
            ),
        ] {
            if count > 0 {
                open.push(format!("{count} {}", if count == 1 { one } else { many }));
            }
        }
        if !open.is_empty() {
            return Err(Refusal::state(
                "not_ready_to_close",
                format!("This can't be closed yet: {}.", open.join(", ")),
            ));
        }
        let closed = Incident {
            phase: Phase::Closed,
            outcome: Some(outcome),
            closed_at: Some(now),
            ..was.touched(now)
        };
        Ok((closed, reason))
    }
}

/// Gives the reason for an act that needs nothing else.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    #[serde(default)]
    pub reason: String,
}

impl ReasonInput {
    /// # Errors
    /// The reason is missing or can't be taken.
    pub fn parse(&self) -> Result<String, Refusal> {
        let mut c = Checks::new();
        c.reason("reason", &self.reason).ok_or_else(|| c.refusal())
    }
}

/// Opens a closed incident again, in the phase "lessons learned".
///
/// # Errors
/// It isn't closed.
pub fn reopen(was: &Incident, now: DateTime<Utc>) -> Result<Incident, Refusal> {
    if was.phase != Phase::Closed {
        return Err(Refusal::state("not_closed", "This incident isn't closed."));
    }
    Ok(Incident { phase: Phase::LessonsLearned, outcome: None, closed_at: None, ..was.touched(now) })
}

/// Hides an incident from all but its members, or lifts that.
///
/// # Errors
/// It already is so.
pub fn set_restricted(was: &Incident, restricted: bool, now: DateTime<Utc>) -> Result<Incident, Refusal> {
    if was.restricted == restricted {
        return Err(Refusal::state("no_change", "It already is so."));
    }
    Ok(Incident { restricted, ..was.touched(now) })
}

/// A closed case is read, not written.
///
/// # Errors
/// The incident is closed.
pub fn open(incident: &Incident) -> Result<(), Refusal> {
    if incident.phase == Phase::Closed {
        return Err(Refusal::state("closed", "This incident is closed. Reopen it to change it."));
    }
    Ok(())
}

impl Incident {
    fn touched(&self, now: DateTime<Utc>) -> Self {
        Self { revision: self.revision + 1, updated_at: now, ..self.clone() }
    }
}
