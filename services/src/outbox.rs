//! The outbox: mails leave one by one, outside any transaction, and every step is marked.
//!
//! `queued → leased → attempting → accepted`, or `deferred` and again, or `rejected`. A mail whose attempt was cut
//! off by a crash counts as uncertain: it is sent again with the same bytes and the same Message-ID, or held for a
//! person, as was chosen when sending was approved. What comes back later is `bounced`, and an address that doesn't
//! exist is `suppressed` in later notices until somebody wants it tried.

mod claim;
mod group;
mod held;
mod marks;
mod nearing;
mod outcome;
mod paused;
mod returned;
mod seal;
mod shown;
mod suppressed;

pub use group::Marks;
pub use marks::Mark;
pub use nearing::NEAR_HOURS;
pub use outcome::Outcome;
pub(crate) use seal::message_id;
pub use shown::Which;
pub(crate) use shown::receipt;

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{self, tables},
    write::{Alarm, Audience, Change, System},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Action,
    delivery::DeliveryState,
    event::Event,
    id::{DeliveryId, NoticeId},
    journal::{Draft, Stream, hash},
    text::Choice,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// The most mails that are leased at a time.
pub const CLAIM_MAX: u64 = 200;

/// The states in which a process has a mail in hand.
const IN_HAND: [DeliveryState; 2] = [DeliveryState::Leased, DeliveryState::Attempting];

/// A mail to be sent now, with everything its bytes are made of.
#[derive(Debug, Clone)]
pub struct Mail {
    pub id: DeliveryId,
    /// This try; an outcome is only taken for it.
    pub attempt: String,
    pub notice: Option<NoticeId>,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    pub dated_at: DateTime<Utc>,
    pub message_id: String,
    pub boundary: String,
    /// What stands behind the `+` in the address that it comes back to.
    pub return_token: String,
    /// Whether its bytes are kept as they are handed over: it goes to somebody who was typed in.
    pub is_kept: bool,
    /// Why it isn't to be tried; then its end is [`Outcome::Suppressed`].
    pub suppressed: Option<String>,
}

impl Services {
    /// Whether this process is the one that sends mail. Ask before each round: the turn passes on when
    /// its holder is gone.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn has_sender_turn(&self) -> Result<bool> {
        store::sender_turn(&self.sender).await
    }

    /// Asks for a test mail to an address.
    ///
    /// # Errors
    /// Not allowed, or not an address.
    #[boxed]
    pub async fn queue_test_mail(&self, ctx: &Ctx, to: &str) -> Result<()> {
        let mut checks = domain::text::Checks::new();
        let address = checks.email("to", to);
        self.write(ctx, Action::ConfigureMail, System, |()| {
            let address = address.ok_or_else(|| checks.refusal())?;
            let event = Event::TestMailAsked { address: hash(&address) };
            let alarm = Alarm {
                to: vec![Audience::Address(address)],
                purpose: "test",
                subject: "Test mail from Breachdesk".to_owned(),
                text: "This mail shows that Breachdesk can send. Nothing else depends on it.".to_owned(),
            };
            Ok(Change::new(vec![event], ()).telling(alarm))
        })
        .await
    }

    /// Whether anything waits to be sent, whenever it is due.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn mail_waits(&self) -> Result<bool> {
        use tables::outbox::Column as C;
        let open = C::State.is_in(codes(&DeliveryState::OPEN));
        Ok(tables::outbox::Entity::find().filter(open).one(&self.reader).await?.is_some())
    }
}

/// States as they are stored.
fn codes(states: &[DeliveryState]) -> Vec<&'static str> {
    states.iter().map(|state| state.code()).collect()
}

/// What happened to a mail of a notice, for the journal of its deliveries.
fn of_delivery(row: &tables::outbox::Model, what: &'static str) -> Result<Option<Draft>> {
    let Some(notice) = store::id_opt(row.notice_id.as_deref())? else { return Ok(None) };
    let mut draft =
        Draft::new(Stream::Deliveries(notice), what, &row.id).with("message_id", row.message_id.as_str());
    if let Some(code) = row.last_code {
        draft = draft.with("code", code);
    }
    if let Some(sha256) = &row.sent_sha256 {
        draft = draft.with("sent_sha256", sha256.as_str());
    }
    if let Some(reply) = &row.last_reply {
        draft = draft.with("reply", hash(reply));
    }
    Ok(Some(draft))
}
