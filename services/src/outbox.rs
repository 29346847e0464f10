//! The outbox: mails leave one by one, outside any transaction, and every step is marked.
//!
//! `queued → leased → attempting → accepted`, or `deferred` and again, or `rejected`. A mail whose
//! attempt was cut off by a crash counts as uncertain and is sent again with the same bytes and the
//! same Message-ID: a statutory notice that arrives twice does less harm than one that never does.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{self, apply::apply, instant, micros, rows, tables},
    write::{Alarm, Audience, Change, System},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::Action,
    event::Event,
    id::{DeliveryId, NoticeId},
    journal::{Draft, Stream, hash},
    notice::{Notice, stage::Stage},
    text::Choice,
    view::{Receipt, Tally},
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};
use std::collections::BTreeMap;

/// After so many hours of trying a mail is given up.
pub const LIFE_HOURS: i64 = 48;
/// Minutes until the next try, by the number of tries so far; the last one goes on.
const BACKOFF: [i64; 7] = [1, 5, 15, 30, 60, 120, 240];

/// The states in which a process has a mail in hand.
const IN_HAND: [&str; 2] = ["leased", "attempting"];

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
}

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

    /// Takes back what another process, now gone, had in hand. Call it once when the turn to send came,
    /// with the id of this process.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn reclaim_mail(&self, ctx: &Ctx, boot: &str) -> Result<u64> {
        use tables::outbox::Column as C;
        let now = micros(ctx.now);
        self.batch(ctx, async |tx| {
            let others = C::LeaseOwner.is_not_null().and(C::LeaseOwner.ne(boot));
            let cut_off = tables::outbox::Entity::find()
                .filter(others.clone())
                .filter(C::State.eq("attempting"))
                .all(tx)
                .await?;
            let mut drafts = Vec::new();
            for row in &cut_off {
                tables::outbox::Entity::update_many()
                    .col_expr(C::UncertainCount, Expr::col(C::UncertainCount).add(1))
                    .filter(C::Id.eq(row.id.as_str()))
                    .exec(tx)
                    .await?;
                drafts.extend(of_delivery(row, "mail_uncertain")?);
            }
            let cancelled = tables::notices::Entity::find()
                .select_only()
                .column(tables::notices::Column::Id)
                .filter(tables::notices::Column::Stage.eq(Stage::Cancelled.code()))
                .into_query();
            tables::outbox::Entity::update_many()
                .col_expr(C::State, Expr::val("cancelled"))
                .col_expr(C::LeaseOwner, Expr::val(None::<String>))
                .filter(others.clone())
                .filter(C::State.is_in(IN_HAND))
                .filter(C::NoticeId.in_subquery(cancelled))
                .exec(tx)
                .await?;
            let back = tables::outbox::Entity::update_many()
                .col_expr(C::State, Expr::val("queued"))
                .col_expr(C::LeaseOwner, Expr::val(None::<String>))
                .col_expr(C::NextAt, Expr::val(now))
                .filter(others)
                .filter(C::State.is_in(IN_HAND))
                .exec(tx)
                .await?;
            Ok((back.rows_affected, drafts))
        })
        .await
    }

    /// Leases mails that are due.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn claim_mail(&self, ctx: &Ctx, boot: &str, most: u64) -> Result<Vec<Mail>> {
        use tables::outbox::Column as C;
        let now = micros(ctx.now);
        let due = C::State.is_in(["queued", "deferred"]).and(C::NextAt.lte(now));
        if tables::outbox::Entity::find().filter(due.clone()).one(&self.reader).await?.is_none() {
            return Ok(Vec::new());
        }
        let fresh = ctx.fresh.clone();
        self.batch(ctx, async |tx| {
            let found = tables::outbox::Entity::find()
                .filter(due)
                .order_by_asc(C::NextAt)
                .limit(most)
                .all(tx)
                .await?;
            let mut mails = Vec::new();
            for row in found {
                let attempt = DeliveryId::from_bits(fresh.bits()).to_string();
                tables::outbox::Entity::update_many()
                    .col_expr(C::State, Expr::val("leased"))
                    .col_expr(C::LeaseOwner, Expr::val(boot))
                    .col_expr(C::AttemptId, Expr::val(attempt.as_str()))
                    .filter(C::Id.eq(row.id.as_str()))
                    .exec(tx)
                    .await?;
                mails.push(mail(tx, row, attempt).await?);
            }
            Ok((mails, Vec::new()))
        })
        .await
    }

    /// Marks a mail as about to be handed over; committed before the final dot is written.
    ///
    /// # Errors
    /// The lease was lost: then the dot must not be written.
    #[boxed]
    pub async fn mark_attempting(&self, ctx: &Ctx, mail: &Mail) -> Result<()> {
        use tables::outbox::Column as C;
        self.batch(ctx, async |tx| {
            let done = tables::outbox::Entity::update_many()
                .col_expr(C::State, Expr::val("attempting"))
                .col_expr(C::Attempts, Expr::col(C::Attempts).add(1))
                .filter(C::Id.eq(mail.id.to_string()))
                .filter(C::AttemptId.eq(mail.attempt.as_str()))
                .filter(C::State.eq("leased"))
                .exec(tx)
                .await?;
            if done.rows_affected == 1 {
                Ok(((), Vec::new()))
            } else {
                Err(crate::Error::Stale { current: 0 })
            }
        })
        .await
    }

    /// Records what came of a try, and what it makes of the notice.
    ///
    /// # Errors
    /// The database can't be reached. An outcome of an attempt that is no longer the mail's is left out.
    #[boxed]
    pub async fn finish_mail(&self, ctx: &Ctx, mail: &Mail, outcome: &Outcome) -> Result<()> {
        let now = micros(ctx.now);
        self.batch(ctx, async |tx| {
            let row = tables::outbox::Entity::find_by_id(mail.id.to_string()).one(tx).await?;
            let its = |r: &tables::outbox::Model| {
                r.attempt_id.as_deref() == Some(mail.attempt.as_str()) && IN_HAND.contains(&r.state.as_str())
            };
            let Some(row) = row.filter(its) else { return Ok(((), Vec::new())) };
            let (mut row, what) = after(row, outcome, now);
            if row.state == "deferred" && given_up(tx, mail.notice).await? {
                row.state = "cancelled".to_owned();
            }
            let mut drafts: Vec<Draft> = of_delivery(&row, what)?.into_iter().collect();
            use tables::outbox::Column as C;
            tables::outbox::Entity::update_many()
                .set(store::rows::fresh::<tables::outbox::ActiveModel, _>(row))
                .filter(C::Id.eq(mail.id.to_string()))
                .exec(tx)
                .await?;
            if let Some(notice) = mail.notice
                && let Some(event) = settle(tx, notice, ctx.now).await?
            {
                apply(tx, ctx, &event).await?;
                drafts.push(event.journal());
            }
            Ok(((), drafts))
        })
        .await
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

    /// How the last mails of a purpose went, the newest first.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn last_mails(&self, ctx: &Ctx, purpose: &str) -> Result<Vec<Receipt>> {
        use tables::outbox::Column as C;
        self.permit(ctx, Action::ConfigureMail, domain::access::Object::System)?;
        let found = tables::outbox::Entity::find()
            .filter(C::Purpose.eq(purpose))
            .order_by_desc(C::CreatedAt)
            .limit(5)
            .all(&self.reader)
            .await?;
        found.iter().map(receipt).collect()
    }

    pub(crate) async fn receipts(&self, notice: &str) -> Result<Vec<Receipt>> {
        use tables::outbox::Column as C;
        let found = tables::outbox::Entity::find()
            .filter(C::NoticeId.eq(notice))
            .order_by_asc(C::Recipient)
            .limit(domain::notice::RECIPIENTS_MAX as u64)
            .all(&self.reader)
            .await?;
        found.iter().map(receipt).collect()
    }

    /// How the mails of notices stand, by notice: one query for all.
    pub(crate) async fn tallies(&self, notices: Vec<&str>) -> Result<BTreeMap<String, Tally>> {
        use tables::outbox::Column as C;
        let found: Vec<(Option<String>, String, i64)> = tables::outbox::Entity::find()
            .select_only()
            .column(C::NoticeId)
            .column(C::State)
            .column_as(C::Id.count(), "count")
            .filter(C::NoticeId.is_in(notices))
            .group_by(C::NoticeId)
            .group_by(C::State)
            .into_tuple()
            .all(&self.reader)
            .await?;
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        for (notice, state, count) in found {
            let tally = tallies.entry(notice.unwrap_or_default()).or_default();
            add(tally, &state, u64::try_from(count).unwrap_or_default());
        }
        Ok(tallies)
    }

    /// Whether anything waits to be sent, whenever it is due.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn mail_waits(&self) -> Result<bool> {
        use tables::outbox::Column as C;
        let open = C::State.is_in(["queued", "deferred", "leased", "attempting"]);
        Ok(tables::outbox::Entity::find().filter(open).one(&self.reader).await?.is_some())
    }
}

fn add(tally: &mut Tally, state: &str, count: u64) {
    tally.total += count;
    match state {
        "accepted" => tally.accepted += count,
        "rejected" => tally.rejected += count,
        "cancelled" => tally.cancelled += count,
        _ => tally.open += count,
    }
}

async fn mail(tx: &DatabaseTransaction, row: tables::outbox::Model, attempt: String) -> Result<Mail> {
    let sending = match &row.notice_id {
        Some(notice) => tables::sendings::Entity::find_by_id(notice.clone()).one(tx).await?,
        None => None,
    };
    let (subject, text, html) = match sending {
        Some(s) => (s.subject, s.text, Some(s.html)),
        None => (row.subject.unwrap_or_default(), row.text.unwrap_or_default(), None),
    };
    Ok(Mail {
        id: store::id(&row.id)?,
        attempt,
        notice: store::id_opt(row.notice_id.as_deref())?,
        recipient: row.recipient,
        subject,
        text,
        html,
        dated_at: instant(row.dated_at)?,
        message_id: row.message_id,
        boundary: row.boundary,
    })
}

/// The row after an outcome, and what the journal calls it.
fn after(row: tables::outbox::Model, outcome: &Outcome, now: i64) -> (tables::outbox::Model, &'static str) {
    let row = tables::outbox::Model { lease_owner: None, ..row };
    let again = |row: &tables::outbox::Model| {
        let step = usize::try_from(Ord::max(row.attempts, 1) - 1).unwrap_or_default();
        let minutes = BACKOFF.get(step).or(BACKOFF.last()).copied().unwrap_or(240);
        now + Duration::minutes(minutes).num_microseconds().unwrap_or_default()
    };
    let expired = now - row.created_at > Duration::hours(LIFE_HOURS).num_microseconds().unwrap_or_default();
    let said =
        |row: tables::outbox::Model, state: &str, code: Option<u16>, reply: &str| tables::outbox::Model {
            state: state.to_owned(),
            last_code: code.map(i32::from),
            last_reply: Some(plain(reply)),
            ..row
        };
    match outcome {
        Outcome::Accepted { code, reply, relay, tls, sent_sha256 } => {
            let row = said(row, "accepted", Some(*code), reply);
            let row = tables::outbox::Model {
                relay: Some(plain(relay)),
                tls: tls.as_deref().map(plain),
                accepted_at: Some(now),
                sent_sha256: Some(sent_sha256.clone()),
                ..row
            };
            (row, "mail_accepted")
        }
        Outcome::Rejected { code, reply } => (said(row, "rejected", *code, reply), "mail_rejected"),
        Outcome::Deferred { code, reply } if expired => {
            let reply = format!("Given up after {LIFE_HOURS} hours. The last answer was: {reply}");
            (said(row, "rejected", *code, &reply), "mail_expired")
        }
        Outcome::Uncertain { reply } if expired => {
            let reply =
                format!("Given up after {LIFE_HOURS} hours. Nobody knows whether a relay took it: {reply}");
            let row = tables::outbox::Model { uncertain_count: row.uncertain_count + 1, ..row };
            (said(row, "rejected", None, &reply), "mail_expired")
        }
        Outcome::Deferred { code, reply } => {
            // A try that never reached the dot was not counted when it began.
            let attempts = if row.state == "leased" { row.attempts + 1 } else { row.attempts };
            let row = tables::outbox::Model { attempts, ..row };
            let next_at = again(&row);
            (tables::outbox::Model { next_at, ..said(row, "deferred", *code, reply) }, "mail_deferred")
        }
        Outcome::Uncertain { reply } => {
            let next_at = again(&row);
            let uncertain_count = row.uncertain_count + 1;
            (
                tables::outbox::Model { next_at, uncertain_count, ..said(row, "deferred", None, reply) },
                "mail_uncertain",
            )
        }
    }
}

/// What a relay said, as it can be stored and shown: nothing that is no writing, and not without end.
fn plain(said: &str) -> String {
    said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(1_000).collect()
}

/// Whether the notice of a mail was cancelled while the mail was in hand: then it isn't tried again.
async fn given_up(tx: &DatabaseTransaction, notice: Option<NoticeId>) -> Result<bool> {
    let Some(notice) = notice else { return Ok(false) };
    let row = tables::notices::Entity::find_by_id(notice.to_string()).one(tx).await?;
    Ok(row.is_some_and(|n| n.stage == Stage::Cancelled.code()))
}

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

/// What the mails so far make of their notice.
async fn settle(tx: &DatabaseTransaction, id: NoticeId, now: DateTime<Utc>) -> Result<Option<Event>> {
    use tables::outbox::Column as C;
    let row = tables::notices::Entity::find_by_id(id.to_string()).one(tx).await?;
    let Some(notice) = row.as_ref().map(rows::notice).transpose()? else { return Ok(None) };
    let states: Vec<(String, i64)> = tables::outbox::Entity::find()
        .select_only()
        .column(C::State)
        .column_as(C::Id.count(), "count")
        .filter(C::NoticeId.eq(id.to_string()))
        .group_by(C::State)
        .into_tuple()
        .all(tx)
        .await?;
    let mut tally = Tally::default();
    for (state, count) in states {
        add(&mut tally, &state, u64::try_from(count).unwrap_or_default());
    }
    // What was written to a folder has left for nobody: it sends no notice and stops no clock.
    let left = tables::outbox::Entity::find()
        .filter(C::NoticeId.eq(id.to_string()))
        .filter(C::State.eq("accepted"))
        .filter(C::Relay.ne("folder"))
        .one(tx)
        .await?;
    let first = left.map(|_| now);
    let settled = notice.settled(tally.open, tally.accepted, tally.rejected + tally.cancelled, first);
    let same = |a: &Notice, b: &Notice| a.stage == b.stage && a.first_accepted_at == b.first_accepted_at;
    Ok((!same(&notice, &settled)).then_some(Event::NoticeSettled(settled)))
}

fn receipt(row: &tables::outbox::Model) -> Result<Receipt> {
    let waits = matches!(row.state.as_str(), "queued" | "deferred");
    Ok(Receipt {
        id: store::id(&row.id)?,
        recipient: row.recipient.clone(),
        state: row.state.clone(),
        attempts: row.attempts,
        reply: row.last_reply.clone().unwrap_or_default(),
        relay: row.relay.clone().unwrap_or_default(),
        message_id: row.message_id.clone(),
        accepted_at: store::instant_opt(row.accepted_at)?,
        sent_sha256: row.sent_sha256.clone(),
        next_at: store::instant_opt(waits.then_some(row.next_at))?,
        uncertain: row.uncertain_count,
    })
}
