//! Filings with a supervisory authority: new or follow-up, incomplete or complete, or withdrawn (Art. 33(4) GDPR).
//!
//! A filing is a notice that reached the authority, or a submission by another way. Its state follows from the filings
//! there are; nobody sets it.

pub mod form;
pub mod report;

use crate::{
    choices,
    clock::authority::authorities,
    fact::Ground,
    id::{AccountId, AuthorityId, EvidenceId, IncidentId, NoticeId, ReceiptId},
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What is filed. The first two are those of the fact `notif.kind`.
    pub enum FilingKind {
        New = "new" => "new notification",
        FollowUp = "follow_up" => "follow-up",
        Withdrawal = "withdrawal" => "withdrawal",
    }
}

choices! {
    /// Whether something is still owed after it. The codes are those of the fact `notif.subtype`.
    pub enum Extent {
        Incomplete = "incomplete" => "incomplete, more will follow",
        Complete = "complete" => "complete",
    }
}

choices! {
    /// Where the filings with one authority stand.
    pub enum FilingState {
        NotFiled = "not_filed" => "not filed yet",
        Incomplete = "incomplete" => "filed, more is owed",
        Complete = "complete" => "filed and complete",
        Withdrawn = "withdrawn" => "withdrawn",
    }
}

/// What came back: the authority's reference, a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FilingReceipt")]
pub struct Receipt {
    pub id: ReceiptId,
    pub incident: IncidentId,
    /// The id of the notice or the submission.
    pub filing: String,
    pub reference: String,
    pub received_at: DateTime<Utc>,
    pub ground: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
}

/// One filing with one authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Filing {
    /// The id of the notice or the submission.
    pub id: String,
    /// The notice it was, where it was one.
    pub notice: Option<NoticeId>,
    /// The code of the rule by which the authority is told.
    pub rule: String,
    /// The authority of the case; none for the lead or only one.
    pub authority: Option<AuthorityId>,
    pub kind: FilingKind,
    pub extent: Extent,
    pub at: DateTime<Utc>,
    /// How it was handed in.
    pub how: String,
    /// Why it was withdrawn; empty otherwise.
    pub reason: String,
    /// The oldest first.
    pub receipts: Vec<Receipt>,
    /// What was copied into the authority's form, where it was one.
    pub form: Option<form::FiledForm>,
}

/// Whether what goes to the recipient of a rule is a filing with an authority.
#[must_use]
pub fn is_filed(rule: &str) -> bool {
    authorities().iter().any(|authority| authority.rule == rule)
}

/// Where filings stand, given the kind and extent of the last one.
#[must_use]
pub fn after(last: Option<(FilingKind, Extent)>) -> FilingState {
    match last {
        None => FilingState::NotFiled,
        Some((FilingKind::Withdrawal, _)) => FilingState::Withdrawn,
        Some((_, Extent::Incomplete)) => FilingState::Incomplete,
        Some((_, Extent::Complete)) => FilingState::Complete,
    }
}

impl FilingState {
    /// What may be filed now: a new one first, then follow-ups, also after a complete one, or a withdrawal; after that
    /// a new one.
    #[must_use]
    pub fn next(self) -> &'static [FilingKind] {
        match self {
            Self::NotFiled | Self::Withdrawn => &[FilingKind::New],
            Self::Incomplete | Self::Complete => &[FilingKind::FollowUp, FilingKind::Withdrawal],
        }
    }

    /// # Errors
    /// Nothing of this kind can be filed now.
    pub fn takes(self, kind: FilingKind) -> Result<(), FieldError> {
        if self.next().contains(&kind) {
            return Ok(());
        }
        let may: Vec<String> = self.next().iter().map(ToString::to_string).collect();
        let message = format!("With this authority it is {self}. What can be filed is: {}.", may.join(", "));
        Err(FieldError::new("kind", "not_now", message))
    }
}

/// Records what came back for a filing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReceiptInput {
    /// The id of the notice or the submission it is for.
    pub filing: String,
    /// The authority's reference.
    pub reference: String,
    /// RFC 3339, or a local time in the reader's zone. Not in the future.
    pub received_at: String,
    /// The id of an evidence item of this incident: the receipt itself. May be empty.
    pub evidence: String,
    /// Where in the evidence; may be empty.
    pub place: String,
}

/// A receipt that can be taken, its evidence still to be looked up.
#[derive(Debug, Clone)]
pub struct NewReceipt {
    pub filing: String,
    pub reference: String,
    pub received_at: DateTime<Utc>,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl ReceiptInput {
    /// `exists` says when a filing of this id was made.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(
        &self,
        zone: crate::moment::Zone,
        now: DateTime<Utc>,
        filed_at: impl Fn(&str) -> Option<DateTime<Utc>>,
    ) -> Result<NewReceipt, Refusal> {
        let mut c = Checks::new();
        let filing = self.filing.trim();
        let at = filed_at(filing);
        if at.is_none() {
            c.push(FieldError::new("filing", "unknown", "Choose a filing of this incident."));
        }
        let reference = c.line("reference", &self.reference);
        let received_at = c.past_instant("received_at", &self.received_at, zone, now);
        if let (Some(at), Some(received_at)) = (at, received_at)
            && received_at < at
        {
            let message = "This is before the filing it is for.";
            c.push(FieldError::new("received_at", "before_filing", message));
        }
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (reference, received_at, evidence, place) {
            (Some(reference), Some(received_at), Some(evidence), Some(place)) => {
                Ok(NewReceipt { filing: filing.to_owned(), reference, received_at, evidence, place })
            }
            _ => Err(c.refusal()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Choice;

    #[test]
    fn what_may_follow_what() {
        use FilingKind as K;
        let next = |last| after(last).next();
        assert_eq!(next(None), [K::New]);
        for extent in Extent::ALL {
            assert_eq!(next(Some((K::New, *extent))), [K::FollowUp, K::Withdrawal]);
            assert_eq!(next(Some((K::FollowUp, *extent))), [K::FollowUp, K::Withdrawal]);
            assert_eq!(next(Some((K::Withdrawal, *extent))), [K::New]);
        }
        for state in FilingState::ALL {
            for kind in K::ALL {
                assert_eq!(state.takes(*kind).is_ok(), state.next().contains(kind), "{state} {kind}");
            }
        }
    }

    #[test]
    fn a_filing_goes_to_an_authority_and_a_contract_does_not() {
        assert_eq!(["gdpr33", "ukgdpr33", "gdpr34", "own_1"].map(is_filed), [true, true, false, false]);
    }
}
