//! What came of a try, and what it makes of a mail.

use super::codes;
use crate::store::tables;
use chrono::Duration;
use domain::{
    delivery::{DeliveryState, LIFE_HOURS, OnUncertain, wait},
    notice::stage::Stage,
    text::Choice,
};

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The relay took responsibility: 250 to the final dot. Not yet delivered, not yet read.
    Accepted { code: u16, reply: String, relay: String, tls: Option<String>, sent_sha256: String },
    /// Try again later.
    Deferred { code: Option<u16>, reply: String },
    /// The relay will not have it.
    Rejected { code: Option<u16>, reply: String },
    /// The final dot was written and no answer read: nobody knows.
    Uncertain { reply: String },
    /// No mail can be made of it.
    Invalid { reply: String },
    /// Not tried, because an earlier mail to this address came back.
    Suppressed { reply: String },
}

/// What of a notice decides about its mails.
pub(super) struct Standing {
    pub on_uncertain: OnUncertain,
    pub stage: Stage,
}

/// For mails of the desk's own.
pub(super) const OWN: Standing = Standing { on_uncertain: OnUncertain::Resend, stage: Stage::Sending };

/// The row after an outcome at `now`, and what the journal calls it. `chance` spreads the next tries.
pub(super) fn after(
    row: tables::outbox::Model,
    outcome: &Outcome,
    standing: &Standing,
    (now, chance): (i64, u16),
) -> (tables::outbox::Model, &'static str) {
    use DeliveryState as S;
    let expired = now - row.created_at > Duration::hours(LIFE_HOURS).num_microseconds().unwrap_or_default();
    // A try that never reached the dot was not counted when it began.
    let uncounted = row.state == S::Leased.code() && !matches!(outcome, Outcome::Suppressed { .. });
    let attempts = row.attempts + i32::from(uncounted);
    let row = tables::outbox::Model { lease_owner: None, attempts, ..row };
    let next_at = now + wait(attempts, chance).num_microseconds().unwrap_or_default();
    let given_up = |reply: &str| format!("Given up after {LIFE_HOURS} hours. {reply}");
    let (state, code, reply, what) = match outcome {
        Outcome::Accepted { code, reply, .. } => (S::Accepted, Some(*code), reply.clone(), "mail_accepted"),
        Outcome::Rejected { code, reply } => (S::Rejected, *code, reply.clone(), "mail_rejected"),
        Outcome::Invalid { reply } => (S::Invalid, None, reply.clone(), "mail_invalid"),
        Outcome::Suppressed { reply } => (S::Suppressed, None, reply.clone(), "mail_suppressed"),
        Outcome::Uncertain { reply } if standing.on_uncertain == OnUncertain::Hold => {
            (S::Held, None, reply.clone(), "mail_held")
        }
        Outcome::Deferred { code, reply } if expired => {
            (S::Expired, *code, given_up(&format!("The last answer was: {reply}")), "mail_expired")
        }
        Outcome::Uncertain { reply } if expired => {
            let reply = given_up(&format!("Nobody knows whether a relay took it: {reply}"));
            (S::Expired, None, reply, "mail_expired")
        }
        Outcome::Deferred { code, reply } => (S::Deferred, *code, reply.clone(), "mail_deferred"),
        Outcome::Uncertain { reply } => (S::Deferred, None, reply.clone(), "mail_uncertain"),
    };
    // What was given up while it was in hand is neither tried again nor asked about.
    let stays = matches!(state, S::Deferred | S::Held) && standing.stage == Stage::Cancelled;
    let state = if stays { S::Cancelled } else { state };
    let row = tables::outbox::Model {
        state: state.code().to_owned(),
        last_code: code.map(i32::from),
        last_reply: Some(plain(&reply)),
        uncertain_count: row.uncertain_count + i32::from(matches!(outcome, Outcome::Uncertain { .. })),
        next_at: if state == S::Deferred { next_at } else { row.next_at },
        ..row
    };
    let row = match outcome {
        Outcome::Accepted { relay, tls, sent_sha256, .. } => tables::outbox::Model {
            relay: Some(plain(relay)),
            tls: tls.as_deref().map(plain),
            accepted_at: Some(now),
            sent_sha256: Some(sent_sha256.clone()),
            ..row
        },
        _ => row,
    };
    (row, what)
}

/// What a relay said, as it can be stored and shown: nothing that is no writing, and not without end.
fn plain(said: &str) -> String {
    said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(1_000).collect()
}

/// Whether a mail in this state may still change by itself or by a person: then its notice isn't settled.
pub(super) fn unsettled() -> Vec<&'static str> {
    let mut states = codes(&DeliveryState::OPEN);
    states.push(DeliveryState::Held.code());
    states
}
