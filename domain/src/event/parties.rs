//! What can have happened to parties.

use crate::{
    journal::{Draft, Stream, hash},
    moment::rfc3339,
    party::{
        Party,
        in_case::{CaseParty, Processing},
    },
    text::Choice,
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq)]
pub enum PartyEvent {
    Added(Party),
    /// Edited, retired, or given a clock.
    Changed {
        party: Party,
        what: &'static str,
    },
    BroughtIn(CaseParty),
    CaseChanged(CaseParty),
    TakenOut(CaseParty),
    ProcessingSet(Processing),
}

impl PartyEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::Added(p) => book(p, "party_added"),
            Self::Changed { party, what } => book(party, "party_changed").with("what", *what),
            Self::BroughtIn(p) => case(p, "case_party_added"),
            Self::CaseChanged(p) => case(p, "case_party_changed"),
            Self::TakenOut(p) => case(p, "case_party_removed").with("reason", hash(&p.removed_reason)),
            Self::ProcessingSet(p) => Draft::new(Stream::Incident(p.incident), "processing_set", p.incident)
                .with("capacity", p.capacity.code())
                .with("revision", p.revision)
                .with("why", hash(&p.why)),
        }
    }
}

fn book(p: &Party, what: &'static str) -> Draft {
    let content =
        [&p.name, &p.country, &p.contact, &p.email, &p.telephone, &p.address, &p.notes, &p.contract];
    Draft::new(Stream::System, what, p.id)
        .with("kind", p.kind.code())
        .with("revision", p.revision)
        .with("hours", p.hours.map(|h| h.to_string()).unwrap_or_default())
        .with("content", hash(&content.map(String::as_str).join("\n")))
}

fn case(p: &CaseParty, what: &'static str) -> Draft {
    let content = [&p.informed_by, &p.informed_how, &p.reference, &p.notes];
    Draft::new(Stream::Incident(p.incident), what, p.id)
        .with("party", p.party.to_string())
        .with("role", p.role.code())
        .with("notifies", p.notifies)
        .with("informed_at", p.informed_at.map(rfc3339).unwrap_or_default())
        .with("revision", p.revision)
        .with("content", hash(&content.map(String::as_str).join("\n")))
}
