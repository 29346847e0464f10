//! What people record so that clocks run and are met: when something happened, and which report was submitted.

use super::{rule::Rule, span::Trigger};
use crate::{
    fact::Ground,
    filing::{
        Extent, FilingKind, FilingState,
        form::{AuthorityForm, form},
        is_filed,
    },
    id::{AccountId, AuthorityId, EvidenceId, IncidentId, SubmissionId, TriggerId},
    moment::{Parsed, Precision},
    notice::template::Language,
    refusal::{FieldError, Refusal},
    text::{Checks, Choice, Zones},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One version of when something happened that starts a clock. Later ones supersede; all stay visible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TriggerInstant {
    pub id: TriggerId,
    pub incident: IncidentId,
    pub trigger: Trigger,
    /// 1 for the first version of this trigger.
    pub version: i64,
    /// None where it was taken back: it didn't happen.
    pub happened_at: Option<DateTime<Utc>>,
    pub precision: Precision,
    /// What happened, or why it is corrected or taken back.
    pub why: String,
    pub ground: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
}

impl Trigger {
    /// Whether it is recorded here. Awareness has its ledger, first hint and detection stand in the incident's head,
    /// and two follow from what else is recorded.
    #[must_use]
    pub fn is_recorded(self) -> bool {
        !matches!(
            self,
            Self::BecameAware
                | Self::FirstHint
                | Self::Detected
                | Self::PreviousReportSubmitted
                | Self::DiscoveryYearEnded
        )
    }
}

/// Records when something happened, corrects it, or takes it back with an empty time.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TriggerInput {
    /// A code of [`Trigger`].
    #[serde(default)]
    pub trigger: String,
    /// RFC 3339, or a local time in the reader's zone; a date alone is 00:00 in the authority's zone. Not in the future.
    /// Empty takes back what was recorded.
    #[serde(default)]
    pub happened_at: String,
    /// What happened; for a correction, why.
    #[serde(default)]
    pub why: String,
    /// The id of an evidence item of this incident; may be empty.
    #[serde(default)]
    pub evidence: String,
    /// Where in the evidence; may be empty.
    #[serde(default)]
    pub place: String,
}

/// A trigger instant that can be taken.
#[derive(Debug, Clone)]
pub struct NewTrigger {
    pub trigger: Trigger,
    pub happened: Option<Parsed>,
    pub why: String,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl TriggerInput {
    /// `before` is what holds now of all triggers.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(
        &self,
        zones: Zones,
        now: DateTime<Utc>,
        before: &[TriggerInstant],
    ) -> Result<NewTrigger, Refusal> {
        let mut c = Checks::new();
        let trigger: Option<Trigger> = c.choice("trigger", &self.trigger);
        let refusal = match trigger {
            Some(Trigger::BecameAware) => {
                Some("Becoming aware is recorded in the ledger of awareness, with who judged it.")
            }
            Some(Trigger::FirstHint | Trigger::Detected) => {
                Some("First hint and detection stand in the incident's head. Edit them there.")
            }
            Some(trigger) if !trigger.is_recorded() => Some("This follows from what else is recorded."),
            _ => None,
        };
        if let Some(message) = refusal {
            c.push(FieldError::new("trigger", "recorded_elsewhere", message));
        }
        let recorded = before.iter().any(|t| Some(t.trigger) == trigger && t.happened_at.is_some());
        let happened = match self.happened_at.trim() {
            "" if recorded => Some(None),
            raw => c.past_instant_at("happened_at", raw, zones, now).map(Some),
        };
        let why = c.reason("why", &self.why);
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (trigger, happened, why, evidence, place) {
            (Some(trigger), Some(happened), Some(why), Some(evidence), Some(place)) => {
                Ok(NewTrigger { trigger, happened, why, evidence, place })
            }
            _ => Err(c.refusal()),
        }
    }
}

/// A report that reached its recipient by another way than a notice of this desk: a portal, the telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Submission {
    pub id: SubmissionId,
    pub incident: IncidentId,
    /// The code of the rule, and the name of its stage.
    pub rule: String,
    pub stage: String,
    /// The authority it went to; none for the lead or only one.
    pub authority: Option<AuthorityId>,
    pub submitted_at: DateTime<Utc>,
    /// How it was handed in, with the number of the receipt.
    pub how: String,
    /// What was filed, where it went to an authority.
    pub kind: FilingKind,
    pub extent: Extent,
    /// Why an earlier notification is withdrawn; empty otherwise.
    pub reason: String,
    pub ground: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    /// The record of it was taken back: it was never handed in.
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_reason: String,
}

/// Records that a report was submitted by another way than a notice of this desk.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionInput {
    /// The code of the rule.
    #[serde(default)]
    pub rule: String,
    /// The name of its stage; may be empty where `kind` says it.
    #[serde(default)]
    pub stage: String,
    /// For an authority: `new`, `follow_up` or `withdrawal`; what is next where it is empty.
    #[serde(default)]
    pub kind: String,
    /// For an authority: `incomplete` or `complete`; what the facts say where it is empty.
    #[serde(default)]
    pub extent: String,
    /// For a withdrawal: why. Empty otherwise.
    #[serde(default)]
    pub reason: String,
    /// The id of an authority of the case; empty for the lead or only one.
    #[serde(default)]
    pub authority: String,
    /// RFC 3339, or a local time in the reader's zone. Not in the future.
    #[serde(default)]
    pub submitted_at: String,
    /// How it was handed in, with the number of the receipt.
    #[serde(default)]
    pub how: String,
    /// The id of an evidence item of this incident; may be empty.
    #[serde(default)]
    pub evidence: String,
    /// Where in the evidence; may be empty.
    #[serde(default)]
    pub place: String,
    /// The code of the authority's form into which the answers were copied; empty where they weren't.
    #[serde(default)]
    pub form: String,
    /// With a form: its language, `en` where it is empty.
    #[serde(default)]
    pub language: String,
    /// With a form: when the answers stood as they were copied, RFC 3339; the time of filing where it is empty, and
    /// never later than that.
    #[serde(default)]
    pub as_of: String,
}

/// A submission that can be taken.
#[derive(Debug, Clone)]
pub struct NewSubmission {
    pub rule: String,
    pub stage: String,
    pub authority: Option<AuthorityId>,
    pub submitted_at: DateTime<Utc>,
    pub how: String,
    pub kind: FilingKind,
    /// None: what the facts say.
    pub extent: Option<Extent>,
    pub reason: String,
    pub evidence: Option<EvidenceId>,
    pub place: String,
    pub copied: Option<Copied>,
}

/// Which form was filled in, and with the answers of when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    pub form: &'static AuthorityForm,
    pub language: Language,
    pub as_of: DateTime<Utc>,
}

impl SubmissionInput {
    /// `rules` are those in scope, `authorities` the ids of those of the case with the rule by which each is told;
    /// `stands` says where the filings by a rule with an authority stand.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(
        &self,
        zones: Zones,
        now: DateTime<Utc>,
        rules: &[&Rule],
        authorities: &[super::authority::CaseAuthority],
        stands: impl Fn(&str, Option<AuthorityId>) -> FilingState,
    ) -> Result<NewSubmission, Refusal> {
        let mut c = Checks::new();
        let rule = rules.iter().find(|rule| rule.code == self.rule.trim());
        let kind = c.optional_choice::<FilingKind>("kind", &self.kind);
        let stages = || rule.map(|rule| rule.versions.iter().flat_map(|v| &v.stages)).into_iter().flatten();
        let stage = match (self.stage.trim(), kind) {
            ("", Some(Some(FilingKind::New))) => stages().next(),
            // A withdrawal is the last of the information in phases.
            ("", Some(Some(_))) => stages().nth(1).or_else(|| stages().next()),
            (named, _) => stages().find(|stage| stage.name == named),
        };
        if rule.is_none() {
            c.push(FieldError::new(
                "rule",
                "not_a_choice",
                "Choose a rule that is switched on for this case.",
            ));
        } else if stage.is_none() && self.stage.trim().is_empty() && is_filed(self.rule.trim()) {
            if kind == Some(None) {
                let message = "Say what you filed: new, follow_up or withdrawal.";
                c.push(FieldError::new("kind", "required", message));
            }
        } else if stage.is_none() {
            c.push(FieldError::new("stage", "not_a_choice", "Choose a stage of this rule."));
        }
        let authority = c.optional_id::<AuthorityId>("authority", &self.authority);
        if let Some(Some(id)) = authority
            && !authorities
                .iter()
                .any(|a| a.id == id && a.rule == self.rule.trim() && a.withdrawn_at.is_none())
        {
            let message = "This is no authority of this case that is told by this rule.";
            c.push(FieldError::new("authority", "unknown", message));
        }
        let withdraws = kind == Some(Some(FilingKind::Withdrawal));
        let kind = match (kind, authority) {
            (Some(kind), Some(authority)) => self.filed(&mut c, kind, stands(self.rule.trim(), authority)),
            _ => None,
        };
        let extent = c.optional_choice::<Extent>("extent", &self.extent);
        let reason = match self.reason.trim() {
            _ if withdraws => c.reason("reason", &self.reason),
            "" => Some(String::new()),
            _ => {
                let message = "Only a withdrawal has a reason. Leave this empty.";
                c.push(FieldError::new("reason", "no_value_expected", message));
                None
            }
        };
        let submitted = c.past_instant_at("submitted_at", &self.submitted_at, zones, now);
        let how = c.reason("how", &self.how);
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        let copied = submitted.as_ref().and_then(|submitted| self.copied(&mut c, submitted.at));
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (rule, stage, authority, kind, extent, reason, submitted, how, evidence, place) {
            (
                Some(rule),
                Some(stage),
                Some(authority),
                Some(kind),
                Some(extent),
                Some(reason),
                Some(submitted),
                Some(how),
                Some(evidence),
                Some(place),
            ) => Ok(NewSubmission {
                rule: rule.code.clone(),
                stage: stage.name.clone(),
                authority,
                submitted_at: submitted.at,
                how,
                kind,
                extent,
                reason,
                evidence,
                place,
                copied,
            }),
            _ => Err(c.refusal()),
        }
    }
}

impl SubmissionInput {
    /// What was copied into an authority's form; none where no form is named.
    fn copied(&self, c: &mut Checks, submitted_at: DateTime<Utc>) -> Option<Copied> {
        let code = self.form.trim();
        if code.is_empty() {
            return None;
        }
        let form = form(code);
        if form.is_none() {
            c.push(FieldError::new(
                "form",
                "not_a_choice",
                "There is no such form. Choose one of those listed.",
            ));
        }
        let language = c.optional_choice::<Language>("language", &self.language)?.unwrap_or(Language::En);
        let as_of = match self.as_of.trim() {
            "" => Some(submitted_at),
            raw => DateTime::parse_from_rfc3339(raw).ok().map(|at| at.with_timezone(&Utc)),
        };
        if as_of.is_none() {
            let message = "This is no instant. Write it as 2026-06-12T14:20:00Z, or leave it empty.";
            c.push(FieldError::new("as_of", "not_an_instant", message));
        }
        Some(Copied { form: form?, language, as_of: as_of?.min(submitted_at) })
    }

    /// What is filed. What goes to no authority is new each time.
    fn filed(&self, c: &mut Checks, kind: Option<FilingKind>, stands: FilingState) -> Option<FilingKind> {
        if !is_filed(self.rule.trim()) {
            return Some(FilingKind::New);
        }
        let kind = kind.or_else(|| stands.next().first().copied())?;
        match stands.takes(kind) {
            Ok(()) => Some(kind),
            Err(error) => {
                c.push(error);
                None
            }
        }
    }
}

/// Every trigger that people record here, as a form offers it.
pub fn recorded_triggers() -> impl Iterator<Item = Trigger> {
    Trigger::ALL.iter().copied().filter(|trigger| trigger.is_recorded())
}
