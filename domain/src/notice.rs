//! A notice: statements that rest on facts, the stages it goes through, and what exactly is approved.

pub mod check;
pub mod comment;
pub mod holder;
pub mod kind;
pub mod own_text;
pub mod stage;
pub mod template;

use crate::{
    clock::authority::CaseAuthority,
    delivery::{CHUNK_MAX, LIST_MAX, OnUncertain, RecipientList, address_key},
    id::{AccountId, AuthorityId, CasePartyId, FactId, IncidentId, NoticeId},
    recipient::merge,
    refusal::{FieldError, Refusal},
    text::{Checks, is_email},
};
use chrono::{DateTime, Utc};
use kind::Addressees;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stage::Stage;
use std::collections::BTreeSet;
use template::{Language, NoticeKind};

/// The most recipients that are typed into one box.
pub const RECIPIENTS_MAX: usize = 500;

/// A fact as a statement read it: its version then, or none where it had no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Read {
    pub key: String,
    pub fact: Option<FactId>,
}

/// One statement of a notice and its ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Statement {
    /// The statement's code in the template: `nature`, `measures_taken` …
    pub code: String,
    pub text: String,
    /// Exactly the facts that were read while it was written.
    pub reads: Vec<Read>,
    /// A person wrote it in own words; the template no longer does.
    pub own_words: bool,
    /// Its writer says that the own words are a judgement and need no fact under them.
    #[serde(default)]
    pub judgement: bool,
    /// Why its words stayed although facts under it had changed.
    #[serde(default)]
    pub kept: Option<Kept>,
    /// The organisation's own text that words it; none for the built-in one and for own words.
    #[serde(default)]
    pub wording: Option<Wording>,
    pub written_by: AccountId,
}

/// The organisation's own text of a statement, as it was when it worded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wording {
    pub version: u32,
    /// Keys that the built-in statement needs and that this text doesn't show.
    pub lacks: Vec<String>,
}

/// The words of a statement stayed although facts under it had changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kept {
    /// For whoever approves.
    pub reason: String,
    pub by: AccountId,
    pub at: DateTime<Utc>,
    /// The changed facts as they were when the words were written.
    pub over: Vec<Read>,
}

/// A notification or a communication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Notice {
    pub id: NoticeId,
    pub incident: IncidentId,
    pub kind: NoticeKind,
    pub language: Language,
    /// The authority of the case that it goes to; none for the lead or only one, and for data subjects.
    pub authority: Option<AuthorityId>,
    /// The controller of the case that it goes to; none for every other kind.
    pub controller: Option<CasePartyId>,
    pub stage: Stage,
    pub statements: Vec<Statement>,
    /// Those who were typed in; nobody where there is a long list.
    pub recipients: Vec<String>,
    /// A long list, which was given chunk by chunk. Its addresses lie beside the notice.
    pub list: RecipientList,
    /// What becomes of a mail of which nobody knows whether the relay took it.
    pub on_uncertain: OnUncertain,
    /// Everybody who wrote a statement or the list of recipients; none of them may approve.
    pub authors: Vec<AccountId>,
    pub created_at: DateTime<Utc>,
    pub created_by: AccountId,
    /// What the reviewer asked for, or why an approval became void.
    pub remark: String,
    /// When it was last given to a second person, and not taken back since.
    pub submitted_at: Option<DateTime<Utc>>,
    /// SHA-256 of the exact content that was approved, lower-case hexadecimal.
    pub approved_digest: Option<String>,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by: Option<AccountId>,
    pub sent_at: Option<DateTime<Utc>>,
    pub sent_by: Option<AccountId>,
    /// When the first relay took responsibility for the first mail.
    pub first_accepted_at: Option<DateTime<Utc>>,
    pub revision: i64,
}

impl Notice {
    /// How many people get it.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.recipients.len() as u64 + self.list.count
    }
}

/// The exact content: what is approved, and what every mail carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    pub kind: NoticeKind,
    pub language: Language,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// SHA-256 of each attachment.
    pub attachments: Vec<String>,
    pub recipients: Vec<String>,
    /// The long list; empty where the recipients were typed in.
    pub list: RecipientList,
    /// SHA-256 of the fields merged per recipient; of nothing where nothing is merged.
    pub merge: String,
}

impl Content {
    /// SHA-256 over the JSON of the content with its keys in order and no white space. Only a long list has the key
    /// `list`, with its `count` and its `digest`.
    #[must_use]
    pub fn digest(&self) -> String {
        hex(&Sha256::digest(self.canonical().as_bytes()))
    }

    /// The JSON whose digest is approved.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut json = serde_json::json!({
            "attachments": self.attachments,
            "html": self.html,
            "kind": self.kind,
            "language": self.language,
            "merge": self.merge,
            "recipients": self.recipients,
            "subject": self.subject,
            "text": self.text,
        });
        if let Some(object) = json.as_object_mut().filter(|_| !self.list.is_empty()) {
            let list = serde_json::json!({ "count": self.list.count, "digest": self.list.digest });
            object.insert("list".to_owned(), list);
        }
        crate::journal::canonical(&json)
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

/// Starts a draft.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftInput {
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub language: String,
    /// The id of an authority of the case; empty for the lead or only one, and for data subjects.
    #[serde(default)]
    pub authority: String,
    /// The id of a party of the case that is a controller; only for a notice to a controller.
    #[serde(default)]
    pub controller: String,
}

/// A draft that can be begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewDraft {
    pub kind: NoticeKind,
    pub language: Language,
    pub authority: Option<AuthorityId>,
    pub controller: Option<CasePartyId>,
}

impl DraftInput {
    /// Kind, language and whom it goes to; `authorities` are those of the case, `controllers` those that take part in
    /// it.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(
        &self,
        authorities: &[CaseAuthority],
        controllers: &[CasePartyId],
    ) -> Result<NewDraft, Refusal> {
        let mut c = Checks::new();
        let kind: Option<NoticeKind> = c.choice("kind", &self.kind);
        let language = c.choice("language", &self.language);
        let authority = c.optional_id::<AuthorityId>("authority", &self.authority);
        if let Some(Some(id)) = authority {
            let here = authorities.iter().any(|a| a.id == id && a.withdrawn_at.is_none());
            if !here || kind.map(|kind| kind.spec().to) != Some(Addressees::Authority) {
                let message = "Choose an authority of this case, and for a notification only.";
                c.push(FieldError::new("authority", "unknown", message));
            }
        }
        let controller = c.optional_id::<CasePartyId>("controller", &self.controller);
        let to_one = kind.map(|kind| kind.spec().to) == Some(Addressees::Controller);
        match controller {
            Some(Some(id)) if !to_one || !controllers.contains(&id) => {
                let message = "Choose a controller that takes part in this case, and for a notice to a controller only.";
                c.push(FieldError::new("controller", "unknown", message));
            }
            Some(None) if to_one => {
                let message = "Choose the controller that it goes to. Controllers are named under “Parties”.";
                c.push(FieldError::new("controller", "required", message));
            }
            _ => {}
        }
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (kind, language, authority, controller) {
            (Some(kind), Some(language), Some(authority), Some(controller)) => {
                Ok(NewDraft { kind, language, authority, controller })
            }
            _ => Err(c.refusal()),
        }
    }
}

/// Writes one statement in own words. An empty text goes back to the template.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementInput {
    #[serde(default)]
    pub text: String,
    /// `true` where the own words are a judgement, and need no fact under them.
    #[serde(default)]
    pub judgement: String,
}

impl StatementInput {
    /// The own words and whether they are a judgement; none where the template's words are wanted.
    ///
    /// # Errors
    /// Says which fields can't be taken and why; a subject has one line.
    pub fn parse(&self, code: &str) -> Result<Option<(String, bool)>, Refusal> {
        let mut checks = Checks::new();
        let text = checks.optional_body("text", &self.text);
        if code == "subject" && text.as_ref().is_some_and(|text| text.contains('\n')) {
            checks.push(FieldError::new("text", "one_line", "The subject is one line."));
        }
        let judgement = checks.ticked("judgement", &self.judgement);
        let said = text.zip(judgement).filter(|_| checks.is_clean());
        let Some((text, judgement)) = said else { return Err(checks.refusal()) };
        Ok(Some((text, judgement)).filter(|(text, _)| !text.trim().is_empty()))
    }
}

/// Says who gets it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientsInput {
    /// One address a line; for an authority exactly one.
    #[serde(default)]
    pub recipients: String,
    /// For an authority: the same address, typed again.
    #[serde(default)]
    pub confirm: String,
}

impl RecipientsInput {
    /// The addresses in the order given, each once.
    ///
    /// # Errors
    /// Names the lines that are no addresses; an authority's address must be typed twice alike.
    pub fn parse(&self, kind: NoticeKind) -> Result<Vec<String>, Refusal> {
        let mut list: Vec<String> = Vec::new();
        let mut bad = Vec::new();
        for (number, line) in self.recipients.split(['\n', ',', ';']).enumerate() {
            let address = line.trim();
            if address.is_empty() {
                continue;
            }
            if !is_email(address) {
                bad.push(format!(
                    "{} ({})",
                    number + 1,
                    address.chars().filter(|c| !c.is_control()).take(40).collect::<String>()
                ));
            } else if !list.iter().any(|a| a.eq_ignore_ascii_case(address)) {
                list.push(address.to_owned());
            }
        }
        let field =
            |code, message: String| Err(Refusal::Invalid(vec![FieldError::new("recipients", code, message)]));
        if !bad.is_empty() {
            let shown = bad.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let more = if bad.len() > 5 { format!(" and {} more", bad.len() - 5) } else { String::new() };
            return field(
                "not_an_email",
                format!("These entries are no e-mail addresses: {shown}{more}. Mend or remove them."),
            );
        }
        if list.len() > RECIPIENTS_MAX {
            return field(
                "too_many",
                format!(
                    "These are {} addresses; at most {RECIPIENTS_MAX} are taken in one notice.",
                    list.len()
                ),
            );
        }
        if kind.spec().to == Addressees::Authority {
            if list.len() != 1 {
                return field(
                    "one_address",
                    "Give exactly one address: that of the supervisory authority.".to_owned(),
                );
            }
            if list.first().map(String::as_str) != Some(self.confirm.trim()) {
                let message = "This isn't the same address. Type the authority's address once more, as its own site gives it.";
                return Err(Refusal::field("confirm", "not_the_same", message));
            }
        } else if list.is_empty() {
            return field("required", "Give at least one address.".to_owned());
        }
        Ok(list)
    }
}

/// Adds to the people who get it, for lists that are too long to be typed into a box.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoreRecipientsInput {
    /// One address a line, 1,000 at the most. Who is on the list already is not added again, so the same lines may be
    /// sent twice.
    #[serde(default)]
    pub recipients: String,
}

impl MoreRecipientsInput {
    /// The lines that may be addresses, as they are compared; before anything is checked.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.recipients.lines().map(|line| address_key(line.trim())).filter(|key| !key.is_empty()).collect()
    }

    /// The addresses that are not `known` yet, by their keys; in the order given, each once.
    ///
    /// # Errors
    /// Names the lines that are no addresses.
    pub fn parse(&self, kind: NoticeKind, mut known: BTreeSet<String>) -> Result<Vec<String>, Refusal> {
        let no = |code, message: String| Refusal::Invalid(vec![FieldError::new("recipients", code, message)]);
        no_list(kind)?;
        let lines: Vec<(usize, &str)> =
            (1..).zip(self.recipients.lines().map(str::trim)).filter(|(_, line)| !line.is_empty()).collect();
        if lines.is_empty() {
            return Err(no("required", "Give at least one address.".to_owned()));
        }
        if lines.len() > CHUNK_MAX {
            let message =
                format!("These are {} lines; at most {CHUNK_MAX} are taken at a time.", lines.len());
            return Err(no("too_many", message));
        }
        let bad: Vec<String> =
            lines.iter().filter(|(_, line)| !is_email(line)).map(|(number, _)| number.to_string()).collect();
        if !bad.is_empty() {
            let shown = bad.iter().take(20).cloned().collect::<Vec<_>>().join(", ");
            let more = if bad.len() > 20 { format!(" and {} more", bad.len() - 20) } else { String::new() };
            return Err(no("not_an_email", format!("No e-mail addresses stand in lines {shown}{more}.")));
        }
        Ok(lines
            .into_iter()
            .filter(|(_, line)| known.insert(address_key(line)))
            .map(|(_, line)| line.to_owned())
            .collect())
    }
}

impl Notice {
    /// The notice with these addresses at the end of its list, those typed in before in front of them: the notice and
    /// what was added in all.
    ///
    /// # Errors
    /// It is on its way or settled, or the list gets too long.
    pub fn with_more(&self, more: Vec<String>, by: AccountId) -> Result<(Self, Vec<String>), Refusal> {
        let added: Vec<String> = self.recipients.iter().cloned().chain(more).collect();
        if self.list.count + added.len() as u64 > LIST_MAX {
            let message =
                format!("A list has at most {LIST_MAX} people. This one has {} already.", self.list.count);
            return Err(Refusal::Invalid(vec![FieldError::new("recipients", "too_many", message)]));
        }
        let list = added.iter().fold(self.list.clone(), |list, address| list.and(address));
        Ok((Self { list, ..self.with_recipients(Vec::new(), by)? }, added))
    }
}

impl Notice {
    /// The notice with another long list; whoever was typed in is on it or left out.
    ///
    /// # Errors
    /// It is on its way or settled, or goes to nobody by a list.
    pub fn with_list(&self, list: RecipientList, by: AccountId) -> Result<Self, Refusal> {
        self.takes_a_list()?;
        Ok(Self { list, ..self.with_recipients(Vec::new(), by)? })
    }

    /// The fields that are filled in for each person, each once: those that somebody wrote into a communication to data
    /// subjects. What the templates say is the same for everybody.
    #[must_use]
    pub fn merged_fields(&self) -> Vec<String> {
        if self.takes_a_list().is_err() {
            return Vec::new();
        }
        let own = self.statements.iter().filter(|s| s.own_words || s.wording.is_some());
        let all: BTreeSet<String> = own.flat_map(|statement| merge::named(&statement.text)).collect();
        all.into_iter().collect()
    }

    /// Whether a long list may be given to it.
    ///
    /// # Errors
    /// `no_list`: it is no communication to data subjects.
    pub fn takes_a_list(&self) -> Result<(), Refusal> {
        no_list(self.kind)
    }
}

fn no_list(kind: NoticeKind) -> Result<(), Refusal> {
    if kind == NoticeKind::SubjectCommunication {
        return Ok(());
    }
    let message = "Long lists are for communications to data subjects. Say here who gets it one by one.";
    Err(Refusal::state("no_list", message))
}

/// Asks the author for changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangesInput {
    #[serde(default)]
    pub remark: String,
}

/// Approves exactly what was seen.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveInput {
    /// The digest of the content that was read.
    #[serde(default)]
    pub digest: String,
    /// `resend` or `hold`: what becomes of a mail of which nobody knows whether the relay took it. Empty for `resend`.
    #[serde(default)]
    pub on_uncertain: String,
}

impl ApproveInput {
    /// What becomes of uncertain mails.
    ///
    /// # Errors
    /// It is neither of the two words.
    pub fn on_uncertain(&self) -> Result<OnUncertain, Refusal> {
        if self.on_uncertain.is_empty() {
            return Ok(OnUncertain::Resend);
        }
        let mut checks = Checks::new();
        checks.choice("on_uncertain", &self.on_uncertain).ok_or_else(|| checks.refusal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authoritys_address_is_typed_twice() {
        let input = |r: &str, c: &str| {
            RecipientsInput { recipients: r.into(), confirm: c.into() }
                .parse(NoticeKind::AuthorityNotification)
        };
        assert_eq!(
            input("desk@authority.test", "desk@authority.test"),
            Ok(vec!["desk@authority.test".to_owned()])
        );
        assert!(input("desk@authority.test", "desk@autority.test").is_err());
        assert!(input("a@authority.test\nb@authority.test", "a@authority.test").is_err());
    }

    #[test]
    fn recipients_are_checked_and_counted_once() {
        let input = |r: &str| {
            RecipientsInput { recipients: r.into(), confirm: String::new() }
                .parse(NoticeKind::SubjectCommunication)
        };
        assert_eq!(input("a@example.test\r\nA@example.test\n\nb@example.test").map(|l| l.len()), Ok(2));
        assert!(input("a@example.test\nnobody").is_err());
        assert!(input("").is_err());
        let many: Vec<String> = (0..=RECIPIENTS_MAX).map(|n| format!("p{n}@example.test")).collect();
        assert!(input(&many.join("\n")).is_err());
    }
}
