//! What can have happened to decisions, and to filings with authorities.

use crate::{
    decision::{Decision, order::Order},
    filing::{Receipt, form::FiledForm},
    journal::{Draft, Stream, canonical, hash},
    moment::rfc3339,
    text::Choice,
};

/// What happened. Rows carry the state after it.
#[derive(Debug, Clone, PartialEq)]
pub enum DecisionEvent {
    Recorded(Decision),
    /// Signed, or declined.
    Settled(Decision),
    /// A tripwire was set off, or the authority ordered something else.
    Reopened(Decision),
    OrderRecorded(Order),
    OrderEnded(Order),
    ReceiptRecorded(Receipt),
    /// With the text that was copied into the authority's form.
    FormFiled(FiledForm, String),
}

impl DecisionEvent {
    /// What this leaves in the journal.
    #[must_use]
    pub fn journal(&self) -> Draft {
        match self {
            Self::Recorded(d) => decision(d, "decision_recorded")
                .with("ruling", hash(&canonical(&serde_json::to_value(&d.ruling).unwrap_or_default()))),
            Self::Settled(d) => decision(d, "decision_settled").with("words", hash(&d.settled_words)),
            Self::Reopened(d) => decision(d, "decision_reopened").with("because", hash(&d.reopened_because)),
            Self::OrderRecorded(o) => order(o, "order_recorded")
                .with("made_at", rfc3339(o.made_at))
                .with("until", o.until.map(rfc3339).unwrap_or_default())
                .with("why", hash(&o.why)),
            Self::OrderEnded(o) => order(o, "order_ended").with("reason", hash(&o.ended_reason)),
            Self::ReceiptRecorded(r) => Draft::new(Stream::Incident(r.incident), "receipt_recorded", r.id)
                .with("filing", r.filing.as_str())
                .with("reference", hash(&r.reference))
                .with("received_at", rfc3339(r.received_at)),
            Self::FormFiled(f, _) => Draft::new(Stream::Incident(f.incident), "form_filed", f.submission)
                .with("form", f.form.as_str())
                .with("as_of", rfc3339(f.as_of))
                .with("sha256", f.sha256.as_str()),
        }
    }
}

fn decision(d: &Decision, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(d.incident), what, d.id)
        .with("version", d.version)
        .with("risk", d.ruling.risk.code())
        .with("notify", d.ruling.notify)
        .with("communication", d.ruling.communication.code())
        .with("state", d.state.code())
}

fn order(o: &Order, what: &'static str) -> Draft {
    Draft::new(Stream::Incident(o.incident), what, o.id).with("kind", o.kind.code())
}
