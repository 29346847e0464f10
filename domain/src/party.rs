//! Parties: whom a breach concerns beside ourselves, as an address book that is reused over incidents.

pub mod in_case;

use crate::{
    choices,
    clock::{rule::own::OwnClockInput, span::Trigger},
    id::{AccountId, PartyId},
    refusal::{FieldError, Refusal},
    text::{Checks, Choice, is_email},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most hours that a contract may give here: 30 days.
pub const HOURS_MAX: u32 = 720;

choices! {
    /// What a party is to us as a rule, or in one case.
    pub enum PartyKind {
        /// Decides about the processing; we process for it, or it stands beside us.
        Controller = "controller" => "controller",
        /// Art. 26.
        JointController = "joint_controller" => "joint controller",
        /// Art. 28; processes for us.
        Processor = "processor" => "processor",
        SubProcessor = "sub_processor" => "sub-processor",
        /// Of a controller or processor outside the EEA, Art. 27.
        Representative = "representative" => "representative (Art. 27)",
        Dpo = "dpo" => "data protection officer",
        Authority = "authority" => "supervisory authority",
        Insurer = "insurer" => "insurer",
        Police = "police" => "police or other law enforcement",
        Counsel = "counsel" => "counsel",
        Other = "other" => "other",
    }
}

impl PartyKind {
    /// Whether a contract with it may say within how many hours the other side is told.
    #[must_use]
    pub fn has_contract_hours(self) -> bool {
        matches!(self, Self::Controller | Self::JointController | Self::Processor | Self::SubProcessor)
    }

    /// Whether we are the ones who have to tell: a controller that we process for (Art. 33(2)), or one beside us.
    #[must_use]
    pub fn is_told_by_us(self) -> bool {
        matches!(self, Self::Controller | Self::JointController)
    }

    /// Whether the authorities' forms list it among the other parties involved.
    #[must_use]
    pub fn is_involved(self) -> bool {
        matches!(
            self,
            Self::Controller | Self::JointController | Self::Processor | Self::SubProcessor | Self::Other
        )
    }
}

/// A party of the address book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Party {
    pub id: PartyId,
    pub name: String,
    pub kind: PartyKind,
    /// ISO 3166-1 alpha-2 code; empty where it isn't known.
    pub country: String,
    /// The person to ask for.
    pub contact: String,
    pub email: String,
    pub telephone: String,
    pub address: String,
    pub notes: String,
    /// Within how many hours the contract has the other side told.
    pub hours: Option<u32>,
    /// The contract and its clause.
    pub contract: String,
    /// The code of the clock of our own that counts the contract's hours, once one was begun.
    pub clock: Option<String>,
    pub created_at: DateTime<Utc>,
    pub created_by: AccountId,
    /// Since when it is offered for no new case.
    pub retired_at: Option<DateTime<Utc>>,
    pub retired_reason: String,
    pub revision: i64,
}

/// Adds a party to the address book, or changes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PartyInput {
    pub name: String,
    /// A code of [`PartyKind`].
    pub kind: String,
    /// ISO 3166-1 alpha-2 code, such as `DE`; may be empty.
    pub country: String,
    /// The person to ask for; may be empty.
    pub contact: String,
    /// Where a notice to it goes; may be empty.
    pub email: String,
    pub telephone: String,
    /// Several lines; may be empty.
    pub address: String,
    pub notes: String,
    /// A whole number from 1 to 720: within how many hours the contract has us told by a processor, or has us tell a
    /// controller. Empty for all others.
    pub hours: String,
    /// The contract and its clause; may be empty.
    pub contract: String,
}

/// A party that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParty {
    pub name: String,
    pub kind: PartyKind,
    pub country: String,
    pub contact: String,
    pub email: String,
    pub telephone: String,
    pub address: String,
    pub notes: String,
    pub hours: Option<u32>,
    pub contract: String,
}

impl PartyInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self) -> Result<NewParty, Refusal> {
        let mut c = Checks::new();
        let name = c.line("name", &self.name);
        let kind: Option<PartyKind> = c.choice("kind", &self.kind);
        let country = country(&mut c, &self.country);
        let contact = c.optional_line("contact", &self.contact);
        let email = optional_email(&mut c, &self.email);
        let telephone = c.optional_line("telephone", &self.telephone);
        let address = c.optional_reason("address", &self.address);
        let notes = c.optional_reason("notes", &self.notes);
        let hours = hours(&mut c, &self.hours, kind);
        let contract = c.optional_line("contract", &self.contract);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (name, kind, country, contact, email, telephone, address, notes, hours, contract) {
            (
                Some(name),
                Some(kind),
                Some(country),
                Some(contact),
                Some(email),
                Some(telephone),
                Some(address),
                Some(notes),
                Some(hours),
                Some(contract),
            ) => Ok(NewParty {
                name,
                kind,
                country,
                contact,
                email,
                telephone,
                address,
                notes,
                hours,
                contract,
            }),
            _ => Err(c.refusal()),
        }
    }
}

fn country(c: &mut Checks, raw: &str) -> Option<String> {
    let code = raw.trim().to_ascii_uppercase();
    if code.is_empty() || (code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase())) {
        return Some(code);
    }
    let message = "Give the two letters of the country, such as DE or US.";
    c.push(FieldError::new("country", "not_a_country", message));
    None
}

fn optional_email(c: &mut Checks, raw: &str) -> Option<String> {
    if raw.trim().is_empty() { Some(String::new()) } else { c.email("email", raw) }
}

fn hours(c: &mut Checks, raw: &str, kind: Option<PartyKind>) -> Option<Option<u32>> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Some(None);
    }
    if kind.is_some_and(|kind| !kind.has_contract_hours()) {
        let message = "Contract hours are for controllers and processors. Leave it empty.";
        c.push(FieldError::new("hours", "not_needed", message));
        return None;
    }
    match raw.parse::<u32>().ok().filter(|hours| (1..=HOURS_MAX).contains(hours)) {
        Some(hours) => Some(Some(hours)),
        None => {
            let message = format!("Give a whole number of hours from 1 to {HOURS_MAX}.");
            c.push(FieldError::new("hours", "not_a_count", message));
            None
        }
    }
}

fn retired() -> Refusal {
    Refusal::state("retired", "This party was retired. Bring in another one, or add it anew.")
}

impl NewParty {
    /// A new party of the address book.
    #[must_use]
    pub fn begin(self, id: PartyId, by: AccountId, now: DateTime<Utc>) -> Party {
        Party {
            id,
            name: self.name,
            kind: self.kind,
            country: self.country,
            contact: self.contact,
            email: self.email,
            telephone: self.telephone,
            address: self.address,
            notes: self.notes,
            hours: self.hours,
            contract: self.contract,
            clock: None,
            created_at: now,
            created_by: by,
            retired_at: None,
            retired_reason: String::new(),
            revision: 1,
        }
    }
}

impl Party {
    /// The party with what was typed.
    ///
    /// # Errors
    /// It was retired.
    pub fn edit(&self, new: NewParty) -> Result<Self, Refusal> {
        if self.retired_at.is_some() {
            return Err(retired());
        }
        let NewParty { name, kind, country, contact, email, telephone, address, notes, hours, contract } =
            new;
        Ok(Self {
            name,
            kind,
            country,
            contact,
            email,
            telephone,
            address,
            notes,
            hours,
            contract,
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// Offered for no new case. Where it takes part it stays.
    ///
    /// # Errors
    /// It was retired already.
    pub fn retire(&self, reason: String, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.retired_at.is_some() {
            return Err(retired());
        }
        Ok(Self {
            retired_at: Some(now),
            retired_reason: reason,
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// The party with the clock that counts its contract's hours.
    #[must_use]
    pub fn with_clock(&self, code: String) -> Self {
        Self { clock: Some(code), revision: self.revision + 1, ..self.clone() }
    }

    /// The clock of our own that counts the contract's hours: ours from the moment we became aware as the processor,
    /// a processor's from the detection, because its own awareness is recorded nowhere. None without hours.
    #[must_use]
    pub fn clock_input(&self) -> Option<OwnClockInput> {
        let hours = self.hours?;
        let ours = self.kind.is_told_by_us();
        let (title, recipient, trigger) = if ours {
            (format!("Contract: tell {}", self.name), self.name.clone(), Trigger::ProcessorAware)
        } else {
            (format!("Contract: {} tells us", self.name), "us".to_owned(), Trigger::Detected)
        };
        let notes = if ours {
            ""
        } else {
            "The processor's own awareness isn't recorded: it runs from the detection."
        };
        let source = match self.contract.as_str() {
            "" => line(&format!("Contract with {}", self.name)),
            contract => contract.to_owned(),
        };
        Some(OwnClockInput {
            title: line(&title),
            source,
            recipient: line(&recipient),
            trigger: trigger.code().to_owned(),
            amount: hours.to_string(),
            unit: "hours".to_owned(),
            notes: notes.to_owned(),
            ..OwnClockInput::default()
        })
    }

    /// Name, person and how to reach them, below each other, without what isn't known.
    #[must_use]
    pub fn card(&self) -> String {
        let mut name = self.name.clone();
        if !self.country.is_empty() {
            name.push_str(&format!(" ({})", self.country));
        }
        let lines = [&name, &self.contact, &self.address, &self.email, &self.telephone];
        lines.into_iter().map(|l| l.trim()).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n")
    }

    /// Whether a notice can go to its address.
    #[must_use]
    pub fn can_be_mailed(&self) -> bool {
        is_email(&self.email)
    }
}

/// As much of it as one line takes.
fn line(text: &str) -> String {
    text.chars().take(crate::text::LINE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::calendar::calendars;

    fn hoster() -> PartyInput {
        PartyInput {
            name: "Example Hosting".to_owned(),
            kind: "processor".to_owned(),
            country: "de".to_owned(),
            email: "incidents@hosting.test".to_owned(),
            hours: "24".to_owned(),
            ..PartyInput::default()
        }
    }

    fn codes(change: impl FnOnce(&mut PartyInput)) -> String {
        let mut input = hoster();
        change(&mut input);
        match input.parse() {
            Ok(_) => "ok".to_owned(),
            Err(Refusal::Invalid(errors)) => {
                errors.iter().map(|e| format!("{}:{}", e.field, e.code)).collect::<Vec<_>>().join(" ")
            }
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn what_is_typed_wrong_is_named() {
        assert_eq!(codes(|_| ()), "ok");
        assert_eq!(codes(|i| *i = PartyInput::default()), "name:required kind:required");
        assert_eq!(codes(|i| i.country = "Germany".into()), "country:not_a_country");
        assert_eq!(codes(|i| i.email = "hosting".into()), "email:not_an_email");
        assert_eq!(codes(|i| i.hours = "0".into()), "hours:not_a_count");
        assert_eq!(codes(|i| i.hours = "720".into()), "ok");
        assert_eq!(codes(|i| i.hours = "721".into()), "hours:not_a_count");
        assert_eq!(codes(|i| i.kind = "police".into()), "hours:not_needed");
        assert_eq!(codes(|i| i.name = "a\nb".into()), "name:control_character");
    }

    #[test]
    fn contract_hours_are_a_clock_of_our_own_like_any_other() {
        let now = DateTime::UNIX_EPOCH;
        let (id, by) = (PartyId::from_bits([1; 16]), AccountId::from_bits([2; 16]));
        let party = hoster().parse().unwrap().begin(id, by, now);
        let theirs = party.clock_input().unwrap();
        assert_eq!((theirs.trigger.as_str(), theirs.amount.as_str()), ("detected", "24"));
        let controller = Party { kind: PartyKind::Controller, name: "x".repeat(200), ..party.clone() };
        for party in [&party, &controller] {
            assert!(party.clock_input().unwrap().parse("own_1", calendars()).is_ok());
        }
        assert_eq!(controller.clock_input().unwrap().trigger, "processor_aware");
        assert_eq!(Party { hours: None, ..party.clone() }.clock_input(), None);
        assert_eq!(party.card(), "Example Hosting (DE)\nincidents@hosting.test");
        let gone = party.retire("The contract ended.".to_owned(), now).unwrap();
        assert!(gone.edit(hoster().parse().unwrap()).is_err() && gone.retire(String::new(), now).is_err());
    }
}
