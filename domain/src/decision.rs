//! The decision on risk: whether the authority is notified (Art. 33(1) GDPR) and the data subjects are told (Art. 34(1)).
//!
//! A named person decides and gives reasons. Whoever decides against telling somebody makes a dossier: a second person
//! signs it, and tripwires say which later answers would open it again.

pub mod exemption;
pub mod order;
pub mod tripwire;

use crate::{
    assessment::record::{BasisAnswer, basis},
    choices,
    fact::{Value, sheet::Sheet},
    id::{AccountId, DecisionId, IncidentId},
    refusal::{FieldError, Refusal},
    text::{Checks, Choice},
};
use chrono::{DateTime, Utc};
use exemption::{Exemption, Finding, finding};
use order::{Order, OrderKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tripwire::{Tripwire, Wires};

choices! {
    /// What the breach is likely to mean for people. The codes are those of the fact `risk.outcome`.
    pub enum Risk {
        High = "high_risk" => "likely to result in a high risk",
        Some = "risk" => "likely to result in a risk, but not a high one",
        Unlikely = "unlikely" => "unlikely to result in a risk",
    }
}

choices! {
    /// Whether data subjects are told. The codes of the two refusals are those of the fact `ds.status`.
    pub enum Communication {
        Tell = "tell" => "tell the data subjects",
        NoHighRisk = "no_not_high_risk" => "don't tell them, because a high risk is unlikely",
        Exempt = "no_exemption_34_3" => "don't tell them, because a condition of Art. 34(3) is met",
    }
}

choices! {
    /// Whether a decision counts.
    pub enum DecisionState {
        InForce = "in_force" => "in force",
        Waiting = "waiting" => "waits for a second person's signature",
        Declined = "declined" => "not signed",
        Reopened = "reopened" => "opened again",
    }
}

/// What was decided, and on what it rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ruling {
    pub risk: Risk,
    pub reasons: String,
    /// Who was of another opinion, and why; empty where nobody was.
    pub dissent: String,
    /// Whose decision it is, by name and function.
    pub decided_by: String,
    /// Whether the supervisory authority is notified.
    pub notify: bool,
    pub communication: Communication,
    pub exemption: Option<Exemption>,
    pub exemption_reasons: String,
    /// The conditions of the exemption, each as a person confirmed it, with what the facts said of it then.
    pub conditions: Vec<Confirmed>,
    /// Which later answers open the decision again.
    pub tripwires: Vec<Tripwire>,
    /// The answers on which it was taken: those that an assessment rests on, as they stood.
    pub basis: Vec<BasisAnswer>,
}

/// A condition of an exemption that a person confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confirmed {
    pub code: String,
    pub finding: Finding,
}

/// One version of the decision. Later ones supersede; all stay visible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Decision {
    pub id: DecisionId,
    pub incident: IncidentId,
    /// 1 for the first.
    pub version: i64,
    pub ruling: Ruling,
    pub state: DecisionState,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    /// When it was signed or declined.
    pub settled_at: Option<DateTime<Utc>>,
    pub settled_by: Option<AccountId>,
    /// What was said to it.
    pub settled_words: String,
    pub reopened_at: Option<DateTime<Utc>>,
    /// The tripwire, or the order, that opened it again.
    pub reopened_because: String,
}

/// Decides, or decides anew.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DecideInput {
    /// `high_risk`, `risk` or `unlikely`.
    pub risk: String,
    /// Why; at most 2,000 characters.
    pub reasons: String,
    /// Who is of another opinion, and why; may be empty.
    pub dissent: String,
    /// Whose decision it is, by name and function.
    pub decided_by: String,
    /// `true` or `false`. Not notifying is possible only where a risk is unlikely.
    pub notify: String,
    /// A code of [`Communication`].
    pub communication: String,
    /// With an exemption: a code of [`Exemption`].
    pub exemption: String,
    /// With an exemption: the codes of its conditions, each confirmed.
    pub conditions: Vec<String>,
    /// With an exemption: why it applies.
    pub exemption_reasons: String,
    /// Codes of the tripwires that are offered. A dossier needs at least one tripwire.
    pub tripwires: Vec<String>,
    /// A tripwire: more people than this; may be empty.
    pub people_above: String,
    /// Other tripwires, one condition a line, such as `data.records > 5000`; may be empty.
    pub other_tripwires: String,
}

/// What a decision is taken on.
#[derive(Debug, Clone, Copy)]
pub struct Before<'a> {
    pub sheet: &'a Sheet,
    pub decisions: &'a [Decision],
    pub orders: &'a [Order],
}

impl DecideInput {
    /// The new decision.
    ///
    /// # Errors
    /// Says which fields can't be taken and why; another decision waits for its signature.
    pub fn decide(
        &self,
        before: Before<'_>,
        id: DecisionId,
        incident: IncidentId,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Decision, Refusal> {
        if waiting(before.decisions).is_some() {
            let message = "A decision waits for its signature. It has to be signed or declined first.";
            return Err(Refusal::state("waits", message));
        }
        let ruling = self.parse(before)?;
        let version = before.decisions.iter().map(|d| d.version).max().unwrap_or_default() + 1;
        let state = if ruling.is_dossier() { DecisionState::Waiting } else { DecisionState::InForce };
        Ok(Decision {
            id,
            incident,
            version,
            ruling,
            state,
            recorded_at: now,
            recorded_by: by,
            settled_at: None,
            settled_by: None,
            settled_words: String::new(),
            reopened_at: None,
            reopened_because: String::new(),
        })
    }

    fn parse(&self, before: Before<'_>) -> Result<Ruling, Refusal> {
        let mut c = Checks::new();
        let risk = c.choice::<Risk>("risk", &self.risk);
        let reasons = c.reason("reasons", &self.reasons);
        let dissent = c.optional_reason("dissent", &self.dissent);
        let decided_by = c.line("decided_by", &self.decided_by);
        let notify = self.notify(&mut c, risk);
        let communication = c.choice::<Communication>("communication", &self.communication);
        if let (Some(risk), Some(communication)) = (risk, communication) {
            fits(&mut c, risk, communication, before.orders);
        }
        let exempt = communication == Some(Communication::Exempt);
        let exemption = if exempt {
            c.choice::<Exemption>("exemption", &self.exemption).map(Some)
        } else {
            nothing(&mut c, "exemption", &self.exemption).then_some(None)
        };
        let exemption_reasons = if exempt {
            c.reason("exemption_reasons", &self.exemption_reasons)
        } else {
            nothing(&mut c, "exemption_reasons", &self.exemption_reasons).then(String::new)
        };
        let conditions = match exemption {
            Some(Some(exemption)) => self.confirmed(&mut c, exemption, before.sheet),
            _ => Vec::new(),
        };
        let dossier = notify == Some(false) || exempt;
        let wires = Wires {
            presets: &self.tripwires,
            people_above: &self.people_above,
            others: &self.other_tripwires,
        };
        let tripwires = wires.parse(&mut c, before.sheet, dossier);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (risk, reasons, dissent, decided_by, notify, communication, exemption, exemption_reasons) {
            (
                Some(risk),
                Some(reasons),
                Some(dissent),
                Some(decided_by),
                Some(notify),
                Some(communication),
                Some(exemption),
                Some(exemption_reasons),
            ) => Ok(Ruling {
                risk,
                reasons,
                dissent,
                decided_by,
                notify,
                communication,
                exemption,
                exemption_reasons,
                conditions,
                tripwires,
                basis: basis(before.sheet),
            }),
            _ => Err(c.refusal()),
        }
    }

    fn notify(&self, c: &mut Checks, risk: Option<Risk>) -> Option<bool> {
        match (self.notify.trim(), risk) {
            ("true", _) => Some(true),
            ("false", Some(Risk::High | Risk::Some)) => {
                let message = "Where a risk is likely, the authority is notified (Art. 33(1)). Only an unlikely risk is an exception.";
                c.push(FieldError::new("notify", "risk_is_likely", message));
                None
            }
            ("false", _) => Some(false),
            ("", _) => {
                let message = "Choose whether the authority is notified.";
                c.push(FieldError::new("notify", "required", message));
                None
            }
            _ => {
                c.push(FieldError::new("notify", "not_a_choice", "Answer true or false."));
                None
            }
        }
    }

    /// Every condition has to be confirmed, and none may be contradicted by what is recorded.
    fn confirmed(&self, c: &mut Checks, exemption: Exemption, sheet: &Sheet) -> Vec<Confirmed> {
        let mut confirmed = Vec::new();
        for condition in exemption.conditions() {
            let finding = finding(condition, sheet);
            if !self.conditions.iter().any(|code| code.trim() == condition.code) {
                let message =
                    format!("Not confirmed: {} An exemption needs all of its conditions.", condition.words);
                c.push(FieldError::new("conditions", "not_confirmed", message));
            } else if finding == Finding::Contradicted {
                let message = format!(
                    "The facts say otherwise: {} Mend the fact, or decide otherwise.",
                    condition.words
                );
                c.push(FieldError::new("conditions", "contradicted", message));
            }
            confirmed.push(Confirmed { code: condition.code.to_owned(), finding });
        }
        confirmed
    }
}

/// Whether the communication fits the risk, and what was ordered.
fn fits(c: &mut Checks, risk: Risk, communication: Communication, orders: &[Order]) {
    let ordered = orders.iter().any(|o| o.kind == OrderKind::Ordered && o.ended_at.is_none());
    let (code, message) = match (risk, communication) {
        (_, Communication::NoHighRisk | Communication::Exempt) if ordered => (
            "ordered",
            "The authority has ordered that they be told (Art. 34(4)). Until that order has ended, they are.",
        ),
        (Risk::High, Communication::NoHighRisk) => (
            "risk_is_high",
            "The risk was judged to be high. Tell them, or name the condition of Art. 34(3) that is met.",
        ),
        (Risk::Some | Risk::Unlikely, Communication::Exempt) => (
            "no_exemption_needed",
            "Without a high risk nobody has to be told, and no condition of Art. 34(3) is needed.",
        ),
        _ => return,
    };
    c.push(FieldError::new("communication", code, message));
}

fn nothing(c: &mut Checks, field: &str, raw: &str) -> bool {
    let empty = raw.trim().is_empty();
    if !empty {
        let message = "Only an exemption under Art. 34(3) has this. Leave it empty, or choose the exemption.";
        c.push(FieldError::new(field, "no_value_expected", message));
    }
    empty
}

impl Ruling {
    /// Whether it decides against telling somebody, so that a second person has to sign.
    #[must_use]
    pub fn is_dossier(&self) -> bool {
        !self.notify || self.communication == Communication::Exempt
    }

    /// The answers that it gives to the questions of the catalogue, where they say something else now.
    #[must_use]
    pub fn answers(&self, sheet: &Sheet) -> Vec<(&'static str, Value)> {
        let choice = |code: &str| Value::Choice(code.to_owned());
        let mut answers = vec![
            ("risk.outcome", choice(self.risk.code())),
            ("risk.text", Value::Text(self.reasons.clone())),
        ];
        match self.communication {
            Communication::Tell => {
                let told_not =
                    matches!(sheet.value("ds.status"), Some(Value::Choice(code)) if code.starts_with("no_"));
                if told_not {
                    answers.push(("ds.status", choice("planned_no_date")));
                }
            }
            refused => answers.push(("ds.status", choice(refused.code()))),
        }
        if let Some(exemption) = self.exemption {
            answers.push(("ds.exemption", choice(exemption.code())));
            answers.push(("ds.exemption_text", Value::Text(self.exemption_reasons.clone())));
        }
        answers.retain(|(key, value)| sheet.value(key) != Some(value));
        answers
    }
}

impl Decision {
    /// Signed or declined by a second person. Whoever recorded it may decline it, and not sign.
    ///
    /// # Errors
    /// It doesn't wait, or the one who signs recorded it.
    pub fn settle(
        &self,
        signed: bool,
        by: AccountId,
        words: String,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if self.state != DecisionState::Waiting {
            return Err(Refusal::state("does_not_wait", "This decision doesn't wait for a signature."));
        }
        if signed && self.recorded_by == by {
            return Err(Refusal::state(
                "own_work",
                "You recorded this decision. A second person has to sign it.",
            ));
        }
        Ok(Self {
            state: if signed { DecisionState::InForce } else { DecisionState::Declined },
            settled_at: Some(now),
            settled_by: Some(by),
            settled_words: words,
            ..self.clone()
        })
    }

    /// Opened again: it no longer counts, and somebody has to decide anew.
    #[must_use]
    pub fn reopen(&self, because: String, now: DateTime<Utc>) -> Self {
        Self {
            state: DecisionState::Reopened,
            reopened_at: Some(now),
            reopened_because: because,
            ..self.clone()
        }
    }

    /// The tripwire that `sheet` sets off, of a decision that counts or waits.
    #[must_use]
    pub fn tripped(&self, sheet: &Sheet) -> Option<&Tripwire> {
        let live = matches!(self.state, DecisionState::InForce | DecisionState::Waiting);
        live.then(|| self.ruling.tripwires.iter().find(|wire| wire.is_tripped(sheet))).flatten()
    }

    /// As it stood at `then`; none where it wasn't recorded yet.
    #[must_use]
    pub fn as_of(&self, then: DateTime<Utc>) -> Option<Self> {
        if self.recorded_at > then {
            return None;
        }
        let mut was = self.clone();
        if was.reopened_at.is_some_and(|at| at > then) {
            (was.reopened_at, was.reopened_because) = (None, String::new());
            was.state = DecisionState::InForce;
        }
        if was.settled_at.is_some_and(|at| at > then) {
            (was.settled_at, was.settled_by, was.settled_words) = (None, None, String::new());
        }
        if was.settled_at.is_none() && was.reopened_at.is_none() && was.ruling.is_dossier() {
            was.state = DecisionState::Waiting;
        }
        Some(was)
    }
}

/// The decision that counts: the newest in force, unless a later one was opened again.
#[must_use]
pub fn ruling(decisions: &[Decision]) -> Option<&Decision> {
    let counted = decisions
        .iter()
        .filter(|d| matches!(d.state, DecisionState::InForce | DecisionState::Reopened))
        .max_by_key(|d| d.version);
    counted.filter(|d| d.state == DecisionState::InForce)
}

/// The decision that waits for a signature.
#[must_use]
pub fn waiting(decisions: &[Decision]) -> Option<&Decision> {
    decisions.iter().find(|d| d.state == DecisionState::Waiting)
}

#[cfg(test)]
mod tests;
