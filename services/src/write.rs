//! The three doors through which anything is written. No other writable handle exists, so a change
//! without its journal entry, or a mail without its cause, can't be written by accident.

use crate::{
    Services,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, apply::apply, micros, tables},
};
use chrono::Duration;
use domain::{
    access::{Action, Needs, Object, Permit, Role, permits},
    event::Event,
    id::{AccountId, DeliveryId},
    journal::{Draft, Head, Stream, seal},
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, sea_query::OnConflict,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, pin::Pin};

/// Boxed here, so that the rooms which call a use case don't compile the storage under it once more each.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// So long an answer is kept for the same request sent again: a draft in a browser may wait for its connection.
const ANSWERS_KEPT_DAYS: i64 = 30;

/// Something that is loaded once, decides about access, and is then decided upon.
pub(crate) trait Target: Send + Sync {
    type Loaded: Send + Sync;
    /// Loads it, or says `NotFound`.
    fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> impl Future<Output = Result<Self::Loaded>> + Send;
    /// What of it decides about access.
    fn object(loaded: &Self::Loaded) -> Object;
    /// The revision that the asker must have seen, where there is one.
    fn revision(loaded: &Self::Loaded) -> Option<i64>;
}

/// Nothing to load: the organisation's own things.
pub(crate) struct System;

impl Target for System {
    type Loaded = ();
    async fn load(&self, _: &DatabaseTransaction, _: &Ctx) -> Result<()> {
        Ok(())
    }
    fn object((): &()) -> Object {
        Object::System
    }
    fn revision((): &()) -> Option<i64> {
        None
    }
}

/// Whom an alarm goes to.
#[derive(Debug, Clone)]
pub(crate) enum Audience {
    /// Everybody of a role.
    Role(Role),
    Account(AccountId),
    /// An address, for an account that is only being made or a test.
    Address(String),
}

/// A mail of the desk itself.
#[derive(Debug, Clone)]
pub(crate) struct Alarm {
    pub to: Vec<Audience>,
    pub purpose: &'static str,
    pub subject: String,
    pub text: String,
}

/// What was decided: what happened, whom to tell, and the answer.
pub(crate) struct Change<A> {
    pub events: Vec<Event>,
    pub alarms: Vec<Alarm>,
    pub answer: A,
}

impl<A> Change<A> {
    pub(crate) fn new(events: Vec<Event>, answer: A) -> Self {
        Self { events, alarms: Vec::new(), answer }
    }

    pub(crate) fn telling(mut self, alarm: Alarm) -> Self {
        self.alarms.push(alarm);
        self
    }
}

impl Services {
    fn begin(&self) -> Boxed<'_, DatabaseTransaction> {
        Box::pin(async {
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            };
            #[expect(clippy::disallowed_methods, reason = "the one place where a transaction begins")]
            let tx = self.writer.begin_with_options(options).await?;
            store::one_writer(&tx).await?;
            Ok(tx)
        })
    }

    /// Loads `target` once, decides about access, then purely about the change, and commits state,
    /// journal, outgoing mail and the kept answer together.
    pub(crate) async fn write<T, A>(
        &self,
        ctx: &Ctx,
        action: Action,
        target: T,
        decide: impl FnOnce(&T::Loaded) -> Result<Change<A>> + Send,
    ) -> Result<A>
    where
        T: Target,
        A: Serialize + DeserializeOwned + Send,
    {
        let tx = self.begin().await?;
        let loaded = target.load(&tx, ctx).await?;
        self.permit(ctx, action, T::object(&loaded))?;
        // What is done by a person in a browser answers with secrets that are shown once: they are not kept.
        let keeps = action.needs() != Needs::Browser;
        if keeps && let Some(answer) = kept_answer(&tx, ctx).await? {
            return store::json(&answer);
        }
        if action.needs_revision()
            && let Some(current) = T::revision(&loaded)
        {
            match ctx.seen {
                None => return Err(Error::RevisionRequired),
                Some(seen) if seen != current => return Err(Error::Stale { current }),
                Some(_) => {}
            }
        }
        let Change { events, alarms, answer } = decide(&loaded)?;
        let kept = (keeps && ctx.idempotency.is_some()).then(|| store::to_json(&answer)).transpose()?;
        self.complete(tx, ctx, events, alarms, kept).await?;
        Ok(answer)
    }

    /// State, journal, outgoing mail and the kept answer, in the one commit.
    fn complete<'a>(
        &'a self,
        tx: DatabaseTransaction,
        ctx: &'a Ctx,
        events: Vec<Event>,
        alarms: Vec<Alarm>,
        kept: Option<String>,
    ) -> Boxed<'a, ()> {
        Box::pin(async move {
            for event in &events {
                apply(&tx, ctx, event).await?;
            }
            journal(&tx, ctx, events.iter().map(Event::journal).collect()).await?;
            for alarm in &alarms {
                self.enqueue(&tx, ctx, alarm).await?;
            }
            if let Some(answer) = kept {
                keep_answer(&tx, ctx, answer).await?;
            }
            tx.commit().await?;
            self.announce();
            Ok(())
        })
    }

    /// Journals something that only happened: a refusal, a sensitive read.
    pub(crate) async fn append(&self, ctx: &Ctx, draft: Draft) -> Result<()> {
        let tx = self.begin().await?;
        self.complete_journal(tx, ctx, vec![draft]).await
    }

    /// Writes marks of one stream that belong to no person's work: leases and outcomes of mails,
    /// throttles, kept drafts. `summary` is their one journal entry, where they leave one.
    pub(crate) async fn batch<A, F>(&self, ctx: &Ctx, work: F) -> Result<A>
    where
        F: AsyncFnOnce(&DatabaseTransaction) -> Result<(A, Vec<Draft>)> + Send,
        A: Send,
    {
        let tx = self.begin().await?;
        let (answer, drafts) = work(&tx).await?;
        self.complete_journal(tx, ctx, drafts).await?;
        Ok(answer)
    }

    fn complete_journal<'a>(
        &'a self,
        tx: DatabaseTransaction,
        ctx: &'a Ctx,
        drafts: Vec<Draft>,
    ) -> Boxed<'a, ()> {
        Box::pin(async move {
            let quiet = drafts.is_empty();
            journal(&tx, ctx, drafts).await?;
            tx.commit().await?;
            if !quiet {
                self.announce();
            }
            Ok(())
        })
    }

    /// Decides about access. A refusal is turned into what the asker may know.
    pub(crate) fn permit(&self, ctx: &Ctx, action: Action, object: Object) -> Result<()> {
        match permits(&ctx.actor, action, object, ctx.now) {
            Permit::Granted => Ok(()),
            Permit::Forbidden => Err(Error::Forbidden),
            Permit::Hidden => Err(Error::NotFound),
        }
    }

    /// Puts a mail of the desk's own into the outbox, once for each address.
    pub(crate) async fn enqueue(&self, tx: &DatabaseTransaction, ctx: &Ctx, alarm: &Alarm) -> Result<()> {
        let mut addresses = Vec::new();
        for audience in &alarm.to {
            match audience {
                Audience::Address(address) => addresses.push(address.clone()),
                Audience::Role(role) => addresses.extend(
                    addresses_of(tx, tables::accounts::Column::Role, domain::text::Choice::code(*role))
                        .await?,
                ),
                Audience::Account(id) => {
                    addresses.extend(addresses_of(tx, tables::accounts::Column::Id, &id.to_string()).await?)
                }
            }
        }
        addresses.sort();
        addresses.dedup();
        for address in addresses {
            let id = DeliveryId::from_bits(ctx.fresh.bits());
            let message_id = format!("{id}@{}", store::boxes::NO_DOMAIN);
            let row = store::boxes::queued(id, alarm.purpose, None, (address, message_id), ctx.now);
            let row = tables::outbox::Model {
                subject: Some(alarm.subject.clone()),
                text: Some(alarm.text.clone()),
                ..row
            };
            store::boxes::insert(tx, vec![row]).await?;
        }
        Ok(())
    }
}

async fn addresses_of(
    tx: &DatabaseTransaction,
    column: tables::accounts::Column,
    value: &str,
) -> Result<Vec<String>> {
    let rows = tables::accounts::Entity::find()
        .select_only()
        .column(tables::accounts::Column::Email)
        .filter(column.eq(value))
        .filter(tables::accounts::Column::DisabledAt.is_null())
        .into_tuple::<String>()
        .all(tx)
        .await?;
    Ok(rows)
}

/// Ties entries to the ends of their streams, each stream read and ended once: marks of mails come by the hundred.
async fn journal(tx: &DatabaseTransaction, ctx: &Ctx, drafts: Vec<Draft>) -> Result<()> {
    let mut heads: BTreeMap<String, Head> = BTreeMap::new();
    let mut lines = Vec::with_capacity(drafts.len());
    let (actor, request) = (ctx.actor.name(), ctx.request.to_string());
    for draft in drafts {
        let stream = draft.stream.to_string();
        let head = match heads.get(&stream) {
            Some(head) => head.clone(),
            None => tables::heads::Entity::find_by_id(stream.clone())
                .one(tx)
                .await?
                .map(|row| Head { seq: row.seq, hash: row.hash })
                .unwrap_or_default(),
        };
        let sealed = seal(draft, &head, actor.clone(), request.clone(), ctx.now);
        heads.insert(stream, Head { seq: sealed.seq, hash: sealed.hash.clone() });
        let row = tables::journal::Model {
            stream: sealed.stream,
            seq: sealed.seq,
            line: sealed.line,
            hash: sealed.hash,
        };
        lines.push(store::rows::fresh::<tables::journal::ActiveModel, _>(row));
    }
    for part in lines.chunks(200) {
        tables::journal::Entity::insert_many(part.to_vec()).exec_without_returning(tx).await?;
    }
    for (stream, Head { seq, hash }) in heads {
        let head = tables::heads::Model { stream, seq, hash };
        tables::heads::Entity::insert(store::rows::fresh(head))
            .on_conflict(
                OnConflict::column(tables::heads::Column::Stream)
                    .update_columns([tables::heads::Column::Seq, tables::heads::Column::Hash])
                    .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// The answer that was given to this very request before, as JSON.
fn kept_answer<'a>(tx: &'a DatabaseTransaction, ctx: &'a Ctx) -> Boxed<'a, Option<String>> {
    Box::pin(async move {
        let (Some(idempotency), Some(person)) = (&ctx.idempotency, ctx.actor.person()) else {
            return Ok(None);
        };
        let key = (person.account.to_string(), idempotency.key.clone());
        let Some(row) = tables::answers::Entity::find_by_id(key).one(tx).await? else { return Ok(None) };
        if row.request_digest != idempotency.request_digest {
            return Err(Error::KeyReused);
        }
        Ok(Some(row.answer))
    })
}

async fn keep_answer(tx: &DatabaseTransaction, ctx: &Ctx, answer: String) -> Result<()> {
    let (Some(idempotency), Some(person)) = (&ctx.idempotency, ctx.actor.person()) else { return Ok(()) };
    let oldest = micros(ctx.now - Duration::days(ANSWERS_KEPT_DAYS));
    let outlived = tables::answers::Column::CreatedAt.lt(oldest);
    tables::answers::Entity::delete_many().filter(outlived).exec(tx).await?;
    let row = tables::answers::Model {
        account_id: person.account.to_string(),
        idempotency_key: idempotency.key.clone(),
        request_digest: idempotency.request_digest.clone(),
        answer,
        created_at: micros(ctx.now),
    };
    tables::answers::Entity::insert(store::rows::fresh(row)).exec_without_returning(tx).await?;
    Ok(())
}

/// Where a stream of the system's own entries goes.
pub(crate) fn system(what: &'static str, target: impl std::fmt::Display) -> Draft {
    Draft::new(Stream::System, what, target)
}
