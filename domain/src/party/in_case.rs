//! Parties of one case: who takes part and as what, what they were told, and for whom we handle it.

use super::{NewParty, PartyInput, PartyKind};
use crate::{
    choices,
    id::{AccountId, CasePartyId, IncidentId, PartyId},
    refusal::{FieldError, Refusal},
    text::{Checks, Zones},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most parties that one case has.
pub const PARTIES_MAX: usize = 500;

/// The facts that each controller of a case has for itself. Whatever can be said in words about a controller is among
/// them, so that no words about one can come to another.
pub const CONTROLLER_KEYS: &[&str] = &[
    "nature.text",
    "people.categories",
    "people.count",
    "people.text",
    "data.types",
    "data.records",
    "data.text",
    "cons.impact",
    "after.text",
    "controller.decision",
];

/// The facts of the case that every controller is told alike: times and closed choices, and never words.
pub const SHARED_KEYS: &[&str] = &[
    "time.occurrence_mode",
    "time.estimated",
    "time.start",
    "time.end",
    "nature.cia",
    "nature.conf_type",
    "nature.unintelligible",
    "nature.int_type",
    "nature.avail_type",
    "nature.incident_type",
    "nature.cause",
];

choices! {
    /// As what we handle a case.
    pub enum HandledAs {
        Controller = "controller" => "we are the controller",
        Processor = "processor" => "we are the processor",
        Both = "both" => "both: controller of some data, processor of others",
    }
}

impl HandledAs {
    /// Whether controllers have to be told by us (Art. 33(2)).
    #[must_use]
    pub fn processes(self) -> bool {
        self != Self::Controller
    }
}

/// As what we handle a case, with its own revision. Revision 0 is the beginning: we are the controller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Processing {
    pub incident: IncidentId,
    pub capacity: HandledAs,
    pub why: String,
    pub set_at: Option<DateTime<Utc>>,
    pub set_by: Option<AccountId>,
    pub revision: i64,
}

impl Processing {
    /// Before anybody said something else.
    #[must_use]
    pub fn beginning(incident: IncidentId) -> Self {
        let (set_at, set_by) = (None, None);
        Self { incident, capacity: HandledAs::Controller, why: String::new(), set_at, set_by, revision: 0 }
    }
}

/// Says as what we handle a case.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProcessingInput {
    /// A code of [`HandledAs`].
    pub capacity: String,
    /// How we know; may be empty.
    pub why: String,
}

impl ProcessingInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self) -> Result<(HandledAs, String), Refusal> {
        let mut c = Checks::new();
        match (c.choice("capacity", &self.capacity), c.optional_reason("why", &self.why)) {
            (Some(capacity), Some(why)) => Ok((capacity, why)),
            _ => Err(c.refusal()),
        }
    }
}

/// A party of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseParty {
    pub id: CasePartyId,
    pub incident: IncidentId,
    pub party: PartyId,
    pub role: PartyKind,
    /// Of the joint controllers the one that notifies (Art. 26(1)).
    pub notifies: bool,
    /// When we told it; of a processor, when it told us.
    pub informed_at: Option<DateTime<Utc>>,
    /// Who told.
    pub informed_by: String,
    /// How: by telephone, by a portal.
    pub informed_how: String,
    /// The number of the matter there: a police file, an insurance claim.
    pub reference: String,
    pub notes: String,
    pub added_at: DateTime<Utc>,
    pub added_by: AccountId,
    /// Since when it takes part no more.
    pub removed_at: Option<DateTime<Utc>>,
    pub removed_by: Option<AccountId>,
    pub removed_reason: String,
    pub revision: i64,
}

/// Brings a party into a case: one of the address book, or a new one that comes into the address book with it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AddCasePartyInput {
    /// The id of a party of the address book; empty for a new one.
    pub party: String,
    /// Of a new one; empty where a party is chosen.
    pub name: String,
    pub country: String,
    pub contact: String,
    pub email: String,
    pub telephone: String,
    /// Contract hours of a new one.
    pub hours: String,
    pub contract: String,
    /// A code of [`PartyKind`]: what it is in this case.
    pub role: String,
    /// `true` for the one of the joint controllers that notifies.
    pub notifies: String,
    /// RFC 3339, or a local time in the reader's zone; may be empty. Not in the future.
    pub informed_at: String,
    pub informed_by: String,
    pub informed_how: String,
    pub reference: String,
    pub notes: String,
}

/// Changes what is recorded about a party of a case.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CasePartyInput {
    /// A code of [`PartyKind`]: what it is in this case.
    pub role: String,
    /// `true` for the one of the joint controllers that notifies.
    pub notifies: String,
    /// RFC 3339, or a local time in the reader's zone; may be empty. Not in the future.
    pub informed_at: String,
    pub informed_by: String,
    pub informed_how: String,
    pub reference: String,
    pub notes: String,
}

/// What is recorded about a party of a case, as it can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub role: PartyKind,
    pub notifies: bool,
    pub informed_at: Option<DateTime<Utc>>,
    pub informed_by: String,
    pub informed_how: String,
    pub reference: String,
    pub notes: String,
}

impl AddCasePartyInput {
    /// What is recorded about it in the case.
    #[must_use]
    pub fn part(&self) -> CasePartyInput {
        CasePartyInput {
            role: self.role.clone(),
            notifies: self.notifies.clone(),
            informed_at: self.informed_at.clone(),
            informed_by: self.informed_by.clone(),
            informed_how: self.informed_how.clone(),
            reference: self.reference.clone(),
            notes: self.notes.clone(),
        }
    }

    /// The new party of the address book that it asks for: of the kind of its role here.
    ///
    /// # Errors
    /// Says which fields can't be taken and why; where it has no name, also that none was chosen.
    pub fn new_party(&self) -> Result<NewParty, Refusal> {
        let input = PartyInput {
            name: self.name.clone(),
            kind: self.role.clone(),
            country: self.country.clone(),
            contact: self.contact.clone(),
            email: self.email.clone(),
            telephone: self.telephone.clone(),
            hours: self.hours.clone(),
            contract: self.contract.clone(),
            ..PartyInput::default()
        };
        input.parse().map_err(|why| match why {
            Refusal::Invalid(mut errors) if self.name.trim().is_empty() => {
                let message = "Choose a party of the address book, or name a new one.";
                errors.insert(0, FieldError::new("party", "required", message));
                Refusal::Invalid(errors)
            }
            why => why,
        })
    }

    /// The party of the address book, or none for a new one.
    ///
    /// # Errors
    /// Both are given: what is typed beside a chosen party would be lost.
    pub fn chosen(&self) -> Result<Option<PartyId>, Refusal> {
        let mut c = Checks::new();
        let chosen = c.optional_id::<PartyId>("party", &self.party);
        if let Some(Some(_)) = chosen {
            let beside = [
                ("name", &self.name),
                ("country", &self.country),
                ("contact", &self.contact),
                ("email", &self.email),
                ("telephone", &self.telephone),
                ("hours", &self.hours),
                ("contract", &self.contract),
            ];
            for (field, _) in beside.iter().filter(|(_, typed)| !typed.trim().is_empty()) {
                let message =
                    "The address book says this of the party you chose. Leave it empty, or choose none.";
                c.push(FieldError::new(field, "is_known", message));
            }
        }
        match chosen {
            Some(chosen) if c.is_clean() => Ok(chosen),
            _ => Err(c.refusal()),
        }
    }
}

impl CasePartyInput {
    /// `others` are the parties that take part beside it.
    ///
    /// # Errors
    /// Says which fields can't be taken and why; of the joint controllers only one notifies.
    pub fn parse(&self, zones: Zones, now: DateTime<Utc>, others: &[&CaseParty]) -> Result<Part, Refusal> {
        let mut c = Checks::new();
        let role: Option<PartyKind> = c.choice("role", &self.role);
        let notifies = match self.notifies.trim() {
            "true" => Some(true),
            "" | "false" => Some(false),
            _ => {
                c.push(FieldError::new("notifies", "not_a_choice", "Give true or false."));
                None
            }
        };
        if notifies == Some(true) && role.is_some_and(|role| role != PartyKind::JointController) {
            let message = "Only one of the joint controllers is marked as the one that notifies.";
            c.push(FieldError::new("notifies", "not_joint", message));
        } else if notifies == Some(true) && others.iter().any(|o| o.notifies) {
            let message = "Another joint controller is marked as the one that notifies. Take the mark away there first.";
            c.push(FieldError::new("notifies", "has_notifier", message));
        }
        let informed_at = match self.informed_at.trim() {
            "" => Some(None),
            raw => c.past_instant_at("informed_at", raw, zones, now).map(|parsed| Some(parsed.at)),
        };
        let informed_by = c.optional_line("informed_by", &self.informed_by);
        let informed_how = c.optional_line("informed_how", &self.informed_how);
        if informed_at == Some(None) {
            let beside = [("informed_by", &informed_by), ("informed_how", &informed_how)];
            let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
            for (n, (field, _)) in beside.into_iter().filter(|(_, text)| said(text)).enumerate() {
                if n == 0 {
                    let message = "Say when that was, or leave empty by whom and how.";
                    c.push(FieldError::new("informed_at", "no_time", message));
                }
                c.push(FieldError::new(field, "no_time", "Say above when that was, or leave this empty."));
            }
        }
        let reference = c.optional_line("reference", &self.reference);
        let notes = c.optional_reason("notes", &self.notes);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (role, notifies, informed_at, informed_by, informed_how, reference, notes) {
            (
                Some(role),
                Some(notifies),
                Some(informed_at),
                Some(informed_by),
                Some(informed_how),
                Some(reference),
                Some(notes),
            ) => Ok(Part { role, notifies, informed_at, informed_by, informed_how, reference, notes }),
            _ => Err(c.refusal()),
        }
    }
}

/// Whether one more party finds room beside so many.
///
/// # Errors
/// `too_many`, from [`PARTIES_MAX`] on.
pub fn room_beside(others: usize) -> Result<(), Refusal> {
    if others < PARTIES_MAX {
        return Ok(());
    }
    Err(Refusal::state("too_many", format!("A case takes {PARTIES_MAX} parties at the most.")))
}

fn removed() -> Refusal {
    Refusal::state("removed", "This party was taken out of the case. Bring it in anew.")
}

impl CaseParty {
    /// The party as brought into a case.
    #[must_use]
    pub fn begin(
        (id, incident, party): (CasePartyId, IncidentId, PartyId),
        part: Part,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Self {
        let Part { role, notifies, informed_at, informed_by, informed_how, reference, notes } = part;
        Self {
            id,
            incident,
            party,
            role,
            notifies,
            informed_at,
            informed_by,
            informed_how,
            reference,
            notes,
            added_at: now,
            added_by: by,
            removed_at: None,
            removed_by: None,
            removed_reason: String::new(),
            revision: 1,
        }
    }

    /// Whether it takes part.
    #[must_use]
    pub fn takes_part(&self) -> bool {
        self.removed_at.is_none()
    }

    /// Whether it is a controller for which facts, a clock and a notice of its own are kept.
    #[must_use]
    pub fn is_controller(&self) -> bool {
        self.takes_part() && self.role == PartyKind::Controller
    }

    /// The party with what was typed.
    ///
    /// # Errors
    /// It was taken out.
    pub fn edit(&self, part: Part) -> Result<Self, Refusal> {
        if !self.takes_part() {
            return Err(removed());
        }
        let Part { role, notifies, informed_at, informed_by, informed_how, reference, notes } = part;
        Ok(Self {
            role,
            notifies,
            informed_at,
            informed_by,
            informed_how,
            reference,
            notes,
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// Taken out with a reason; it stays in the history.
    ///
    /// # Errors
    /// It was taken out already.
    pub fn remove(&self, by: AccountId, reason: String, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if !self.takes_part() {
            return Err(removed());
        }
        Ok(Self {
            removed_at: Some(now),
            removed_by: Some(by),
            removed_reason: reason,
            notifies: false,
            revision: self.revision + 1,
            ..self.clone()
        })
    }
}

/// What is to be mended about the parties of a case, in sentences. `parties` are all of them, those taken out too.
#[must_use]
pub fn warnings(processing: &Processing, parties: &[CaseParty]) -> Vec<&'static str> {
    let here = || parties.iter().filter(|p| p.takes_part());
    let has = |role: PartyKind| here().any(|p| p.role == role);
    let mut out = Vec::new();
    if has(PartyKind::JointController) && !here().any(|p| p.notifies) {
        out.push(
            "Nobody is marked as the joint controller that notifies. Their arrangement says who does (Art. 26(1)); \
             mark exactly one, and add your own organisation where it is you.",
        );
    }
    if processing.capacity.processes() && !has(PartyKind::Controller) {
        out.push("You handle this as a processor, and no controller is named yet. Each has to be told (Art. 33(2)).");
    }
    if !processing.capacity.processes() && has(PartyKind::Controller) {
        out.push(
            "A controller is named, and you handle this as the controller yourselves. Say so if you are its \
             processor: then its clock runs.",
        );
    }
    out
}

/// What `words` hold of what belongs to others: a text for one controller must name none of them. Compared without
/// regard to case, and only as whole words.
#[must_use]
pub fn names_another<'w>(text: &str, own: &[&str], others: &'w [String]) -> Option<&'w str> {
    let text = text.to_lowercase();
    let holds = |text: &str, word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    };
    others.iter().map(String::as_str).find(|other| {
        let word = other.trim().to_lowercase();
        // What is part of the controller's own name says nothing about the other.
        word.chars().count() >= 3
            && holds(&text, &word)
            && !own.iter().any(|own| holds(&own.to_lowercase(), &word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fact::catalogue::{Kind, catalogue},
        moment::Zone,
    };

    fn zones() -> Zones {
        Zones { reader: Zone::UTC, authority: Zone::UTC }
    }

    fn input(role: &str) -> CasePartyInput {
        CasePartyInput { role: role.to_owned(), ..CasePartyInput::default() }
    }

    fn begun(role: &str, notifies: &str) -> CaseParty {
        let input = CasePartyInput { notifies: notifies.to_owned(), ..input(role) };
        let part = input.parse(zones(), DateTime::UNIX_EPOCH, &[]).unwrap();
        let ids =
            (CasePartyId::from_bits([1; 16]), IncidentId::from_bits([2; 16]), PartyId::from_bits([3; 16]));
        CaseParty::begin(ids, part, AccountId::from_bits([4; 16]), DateTime::UNIX_EPOCH)
    }

    fn codes(input: &CasePartyInput, others: &[&CaseParty]) -> String {
        match input.parse(zones(), DateTime::UNIX_EPOCH, others) {
            Ok(_) => "ok".to_owned(),
            Err(Refusal::Invalid(errors)) => {
                errors.iter().map(|e| format!("{}:{}", e.field, e.code)).collect::<Vec<_>>().join(" ")
            }
            Err(other) => other.to_string(),
        }
    }

    #[test]
    fn one_joint_controller_notifies_and_nobody_is_told_in_the_future() {
        let one = begun("joint_controller", "true");
        let another = CasePartyInput { notifies: "true".to_owned(), ..input("joint_controller") };
        assert_eq!(codes(&another, &[]), "ok");
        assert_eq!(codes(&another, &[&one]), "notifies:has_notifier");
        let processor = CasePartyInput { notifies: "true".to_owned(), ..input("processor") };
        assert_eq!(codes(&processor, &[]), "notifies:not_joint");
        let ahead = CasePartyInput { informed_at: "1970-01-01T00:00:01Z".to_owned(), ..input("police") };
        assert_eq!(codes(&ahead, &[]), "informed_at:in_the_future");
        assert_eq!((room_beside(499).is_ok(), room_beside(500).is_ok()), (true, false));
        let now = CasePartyInput { informed_at: "1970-01-01T00:00:00Z".to_owned(), ..input("police") };
        assert_eq!(codes(&now, &[]), "ok");
        let never = CasePartyInput { informed_how: "by telephone".to_owned(), ..input("police") };
        assert_eq!(codes(&never, &[]), "informed_at:no_time informed_how:no_time");
    }

    #[test]
    fn what_is_to_be_mended_is_said() {
        let case = IncidentId::from_bits([2; 16]);
        let ours = Processing::beginning(case);
        let theirs = Processing { capacity: HandledAs::Processor, ..ours.clone() };
        let said = |p: &Processing, parties: &[CaseParty]| warnings(p, parties).len();
        assert_eq!((said(&ours, &[]), said(&theirs, &[])), (0, 1));
        assert_eq!(said(&ours, &[begun("joint_controller", "")]), 1);
        assert_eq!(said(&ours, &[begun("joint_controller", "true")]), 0);
        let controller = begun("controller", "");
        assert_eq!(
            (
                said(&ours, std::slice::from_ref(&controller)),
                said(&theirs, std::slice::from_ref(&controller))
            ),
            (1, 0)
        );
        let out = controller.remove(AccountId::from_bits([4; 16]), "Mixed up.".into(), DateTime::UNIX_EPOCH);
        let out = out.unwrap();
        assert_eq!(
            (said(&ours, std::slice::from_ref(&out)), said(&theirs, std::slice::from_ref(&out))),
            (0, 1)
        );
        assert!(out.edit(input("controller").parse(zones(), DateTime::UNIX_EPOCH, &[]).unwrap()).is_err());
    }

    #[test]
    fn what_is_shared_has_no_words_and_no_key_is_in_both_lists() {
        for key in SHARED_KEYS {
            let kind = catalogue().get(key).unwrap().kind;
            assert!(!matches!(kind, Kind::Line | Kind::Text | Kind::Contact), "{key}");
            assert!(!CONTROLLER_KEYS.contains(key), "{key}");
        }
        for key in CONTROLLER_KEYS {
            assert!(!catalogue().get(key).unwrap().derived, "{key}");
        }
    }

    #[test]
    fn another_is_found_by_whole_words_and_not_in_the_own_name() {
        let others = ["Nord".to_owned(), "ops@south.test".to_owned(), "ab".to_owned()];
        let found = |text: &str, own: &str| names_another(text, &[own], &others).unwrap_or("-").to_owned();
        assert_eq!(found("Data of NORD, too.", "West"), "Nord");
        assert_eq!(found("The Nordic shop.", "West"), "-");
        assert_eq!(found("For Nord Energie only.", "Nord Energie"), "-");
        assert_eq!(found("Write to OPS@south.test.", "West"), "ops@south.test");
        assert_eq!(found("ab", "West"), "-");
    }
}
