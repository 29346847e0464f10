//! What others say about telling data subjects: an authority orders it (Art. 34(4) GDPR), or law enforcement asks to
//! wait with it (recital 88).

use crate::{
    choices,
    fact::Ground,
    id::{AccountId, EvidenceId, IncidentId, OrderId},
    refusal::FieldError,
    refusal::Refusal,
    text::{Checks, Zones},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What was said.
    pub enum OrderKind {
        Ordered = "ordered" => "the authority orders that people be told, Art. 34(4)",
        Delayed = "delayed" => "law enforcement asks to wait with telling them, recital 88",
    }
}

/// An order, or a request to wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Order {
    pub id: OrderId,
    pub incident: IncidentId,
    pub kind: OrderKind,
    /// Body and person.
    pub who: String,
    pub made_at: DateTime<Utc>,
    /// Until when people are told at the latest, or until when it is waited.
    pub until: Option<DateTime<Utc>>,
    pub why: String,
    pub ground: Option<Ground>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
    pub ended_at: Option<DateTime<Utc>>,
    pub ended_reason: String,
}

/// Records an order, or a request to wait.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OrderInput {
    /// `ordered` or `delayed`.
    pub kind: String,
    /// Body and person.
    pub who: String,
    /// RFC 3339, or a local time in the reader's zone. Not in the future.
    pub made_at: String,
    /// Until when: needed for a request to wait, may be empty for an order.
    pub until: String,
    /// What they said, with their reference.
    pub why: String,
    /// The id of an evidence item of this incident; may be empty.
    pub evidence: String,
    /// Where in the evidence; may be empty.
    pub place: String,
}

/// An order that can be taken, its evidence still to be looked up.
#[derive(Debug, Clone)]
pub struct NewOrder {
    pub kind: OrderKind,
    pub who: String,
    pub made_at: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    pub why: String,
    pub evidence: Option<EvidenceId>,
    pub place: String,
}

impl OrderInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self, zones: Zones, now: DateTime<Utc>) -> Result<NewOrder, Refusal> {
        let mut c = Checks::new();
        let kind = c.choice::<OrderKind>("kind", &self.kind);
        let who = c.line("who", &self.who);
        let made_at = c.past_instant("made_at", &self.made_at, zones.reader, now);
        let until = match (kind, self.until.trim()) {
            (Some(OrderKind::Delayed), "") => {
                let message = "Say until when they ask you to wait. Waiting without an end isn't possible; a new request can follow.";
                c.push(FieldError::new("until", "required", message));
                None
            }
            (_, "") => Some(None),
            (_, raw) => c.instant("until", raw, zones.reader).map(Some),
        };
        if let (Some(made_at), Some(Some(until))) = (made_at, until)
            && until <= made_at
        {
            let message = "This is not after the time at which they said it.";
            c.push(FieldError::new("until", "before_made", message));
        }
        let why = c.reason("why", &self.why);
        let evidence = c.optional_id::<EvidenceId>("evidence", &self.evidence);
        let place = c.optional_line("place", &self.place);
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (kind, who, made_at, until, why, evidence, place) {
            (Some(kind), Some(who), Some(made_at), Some(until), Some(why), Some(evidence), Some(place)) => {
                Ok(NewOrder { kind, who, made_at, until, why, evidence, place })
            }
            _ => Err(c.refusal()),
        }
    }
}

impl Order {
    /// Ended, for a reason.
    ///
    /// # Errors
    /// It has ended already.
    pub fn end(&self, reason: String, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.ended_at.is_some() {
            return Err(Refusal::state("ended", "This has ended already."));
        }
        Ok(Self { ended_at: Some(now), ended_reason: reason, ..self.clone() })
    }

    /// Whether it asks to wait at `now`.
    #[must_use]
    pub fn delays(&self, now: DateTime<Utc>) -> bool {
        self.kind == OrderKind::Delayed
            && self.ended_at.is_none()
            && self.until.is_some_and(|until| until > now)
    }
}
