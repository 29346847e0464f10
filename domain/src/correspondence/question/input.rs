//! What is typed about a question and its answer.

use super::{Asked, Asker, Sent};
use crate::{
    fact::Ground,
    id::{AccountId, AuthorityId, CasePartyId, EvidenceId},
    moment::Zone,
    notice::template::{self, Language, NoticeKind},
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Records a question, or says anew what was asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "QuestionInput")]
pub struct AskedInput {
    /// A code of [`Asker`].
    pub asker: String,
    /// The id of an authority of the case; empty for one that isn't named there, and for every other asker.
    pub authority: String,
    /// The id of a party of the case that is a controller; only where a controller asks.
    pub controller: String,
    /// The asker's name, where it is neither an authority nor a controller of the case.
    pub name: String,
    /// A code of `QuestionWay`.
    pub way: String,
    /// RFC 3339, or a local time in the reader's zone. Not in the future.
    pub received_at: String,
    /// The asker's reference; may be empty.
    pub reference: String,
    /// The question, in the asker's words.
    pub text: String,
    /// Until when an answer is owed; may be empty.
    pub due_at: String,
    /// The account id of a member who sees to the answer.
    pub owner: String,
    /// The id of an evidence item of this incident: their letter. May be empty; then a letter that was named before stays.
    pub evidence: String,
    /// Where in the evidence; may be empty.
    pub place: String,
}

/// A question that can be taken, its evidence still to be looked up.
#[derive(Debug, Clone)]
pub struct NewAsked {
    asked: Asked,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl NewAsked {
    #[must_use]
    pub fn with(self, ground: Option<Ground>) -> Asked {
        Asked { ground, ..self.asked }
    }
}

impl AskedInput {
    /// `authorities` and `controllers` are those of the case, each with its name.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(
        &self,
        authorities: &[(AuthorityId, String)],
        controllers: &[(CasePartyId, String)],
        members: &[AccountId],
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Result<NewAsked, Refusal> {
        let mut c = Checks::new();
        let asker: Option<Asker> = c.choice("asker", &self.asker);
        let authority = c.optional_id::<AuthorityId>("authority", &self.authority).flatten();
        let of_case = authority.and_then(|id| authorities.iter().find(|(known, _)| *known == id));
        if authority.is_some() && (of_case.is_none() || asker != Some(Asker::Authority)) {
            let message = "Choose an authority of this case, and only where an authority asks.";
            c.push(FieldError::new("authority", "unknown", message));
        }
        let controller = c.optional_id::<CasePartyId>("controller", &self.controller).flatten();
        let party = controller.and_then(|id| controllers.iter().find(|(known, _)| *known == id));
        if controller.is_some() && (party.is_none() || asker != Some(Asker::Controller)) {
            let message = "Choose a controller of this case, and only where a controller asks.";
            c.push(FieldError::new("controller", "unknown", message));
        } else if controller.is_none() && asker == Some(Asker::Controller) && c.is_clean() {
            let message = "Choose the controller that asks. Controllers are named under “Parties”.";
            c.push(FieldError::new("controller", "required", message));
        }
        let known = of_case.map(|(_, name)| name).or(party.map(|(_, name)| name));
        let name = match known {
            Some(name) => Some(name.clone()),
            None if asker == Some(Asker::Controller) => Some(String::new()),
            None => c.line("name", &self.name),
        };
        let way = c.choice("way", &self.way);
        let received_at = c.past_instant("received_at", &self.received_at, zone, now);
        let reference = c.optional_line("reference", &self.reference);
        let text = c.body("text", &self.text);
        let due_at = c.optional_instant("due_at", &self.due_at, zone);
        if let (Some(Some(due)), Some(received)) = (due_at, received_at)
            && due < received
        {
            c.push(FieldError::new("due_at", "before_receipt", "This is before the question was received."));
        }
        let owner = c.id::<AccountId>("owner", &self.owner);
        if owner.is_some_and(|owner| !members.contains(&owner)) {
            let message = "Only a member of the incident can see to the answer.";
            c.push(FieldError::new("owner", "not_a_member", message));
        }
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        let head = (asker, name, way, received_at);
        let (Some(asker), Some(name), Some(way), Some(received_at)) = head else { return Err(c.refusal()) };
        match (reference, text, due_at, owner, evidence, place) {
            (Some(reference), Some(text), Some(due_at), Some(owner), Some(evidence), Some(place)) => {
                let asked = Asked {
                    asker,
                    authority,
                    controller,
                    name,
                    way,
                    received_at,
                    reference,
                    text,
                    due_at,
                    owner,
                    ground: None,
                };
                Ok(NewAsked { asked, evidence, place })
            }
            _ => Err(c.refusal()),
        }
    }
}

/// Drafts the answer from the facts, in place of what was written.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DraftAnswerInput {
    pub language: String,
    /// The codes of the statements that the answer is made of.
    pub statements: Vec<String>,
}

impl DraftAnswerInput {
    /// The language, and the statements in the order of the notice whose words they are.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self, asker: Asker) -> Result<(NoticeKind, Language, Vec<String>), Refusal> {
        let mut c = Checks::new();
        let language: Option<Language> = c.choice("language", &self.language);
        let Some(kind) = asker.worded_as() else {
            let message = "An answer to somebody else is written in own words.";
            return Err(Refusal::state("own_words_only", message));
        };
        let spec = |code: &str| template::statement(kind, code).filter(|_| is_offered(code)).is_some();
        if self.statements.is_empty() {
            let message = "Choose at least one statement that answers the question.";
            c.push(FieldError::new("statements", "required", message));
        } else if !self.statements.iter().all(|code| spec(code)) {
            c.push(FieldError::new("statements", "not_a_choice", "This is not one of the statements."));
        }
        let Some(language) = language.filter(|_| c.is_clean()) else { return Err(c.refusal()) };
        let in_order = template::statements(kind).iter().map(|spec| spec.code.to_owned());
        Ok((kind, language, in_order.filter(|code| self.statements.contains(code)).collect()))
    }
}

/// Whether a statement says something that may answer a question: everything but the frame of a letter.
#[must_use]
pub fn is_offered(code: &str) -> bool {
    !matches!(code, "subject" | "greeting" | "closing")
}

/// Writes the answer in own words. Saving it says that its words hold for the facts as they are now.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "AnswerTextInput")]
pub struct AnswerInput {
    pub text: String,
}

impl AnswerInput {
    /// # Errors
    /// There is no text, or it can't be taken.
    pub fn parse(&self) -> Result<String, Refusal> {
        let mut c = Checks::new();
        c.body("text", &self.text).ok_or_else(|| c.refusal())
    }
}

/// Approves exactly the answer that was read.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApproveAnswerInput {
    /// The digest of the text that was read.
    pub digest: String,
}

/// Says that the approved answer was sent.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AnsweredInput {
    /// RFC 3339, or a local time in the reader's zone. Not in the future.
    pub sent_at: String,
    /// A code of `QuestionWay`.
    pub way: String,
    /// The number of a confirmation or of a registered letter; may be empty.
    pub reference: String,
    /// The id of an evidence item of this incident: the confirmation. May be empty.
    pub evidence: String,
    /// Where in the evidence; may be empty.
    pub place: String,
}

impl AnsweredInput {
    /// How it was sent, and the evidence still to be looked up.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(
        &self,
        by: AccountId,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Result<(Sent, Option<EvidenceId>, String), Refusal> {
        let mut c = Checks::new();
        let at = c.past_instant("sent_at", &self.sent_at, zone, now);
        let way = c.choice("way", &self.way);
        let reference = c.optional_line("reference", &self.reference);
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        match (at, way, reference, evidence, place) {
            (Some(at), Some(way), Some(reference), Some(evidence), Some(place)) => {
                let sent = Sent { at, by, way, reference, proof: None, recorded_at: now };
                Ok((sent, evidence, place))
            }
            _ => Err(c.refusal()),
        }
    }
}
