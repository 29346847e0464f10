//! Marks on mails, many in one transaction: what is about to be handed over, and what came of it.

use super::{
    Mail, Outcome, codes, of_delivery,
    outcome::{OWN, Standing, after, unsettled},
    shown::tally_of,
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, apply::apply, micros, rows, rows::fresh, tables, word},
};
use domain::{
    delivery::DeliveryState,
    event::Event,
    id::{DeliveryId, NoticeId},
    journal::Draft,
    notice::{hex, stage::Stage},
    text::Choice,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The folder notifies nobody, so a mail in it is no first one.
const FOLDER: &str = "folder";

/// What is handed over: its SHA-256, and the bytes in base64. Shared, so that a mark is copied at no cost.
#[derive(Clone)]
struct Bytes {
    sha256: String,
    base64: Arc<str>,
}

/// Shows no content: that is personal data.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sha256)
    }
}

/// One step of one attempt.
#[derive(Debug, Clone)]
pub struct Mark {
    id: DeliveryId,
    attempt: String,
    step: Step,
}

#[derive(Debug, Clone)]
enum Step {
    /// With the bytes, where they are kept.
    Attempting(Option<Bytes>),
    Finished(Outcome),
}

impl Mark {
    /// The mail is about to be handed over; to be committed before its final dot is written.
    #[must_use]
    pub fn attempting(mail: &Mail) -> Self {
        Self { id: mail.id, attempt: mail.attempt.clone(), step: Step::Attempting(None) }
    }

    /// The same with the bytes that are handed over. They are kept where the mail goes to somebody who was typed in,
    /// in the commit of the mark; of a long list their digest is known and nothing more.
    #[must_use]
    pub fn attempting_with(mail: &Mail, bytes: &[u8]) -> Self {
        let bytes = mail.is_kept.then(|| Bytes {
            sha256: hex(&Sha256::digest(bytes)),
            base64: data_encoding::BASE64.encode(bytes).into(),
        });
        Self { step: Step::Attempting(bytes), ..Self::attempting(mail) }
    }

    /// The attempt came to its end.
    #[must_use]
    pub fn finished(mail: &Mail, outcome: Outcome) -> Self {
        Self { id: mail.id, attempt: mail.attempt.clone(), step: Step::Finished(outcome) }
    }

    /// Whether this is about the end of an attempt.
    pub(super) fn is_finished(&self) -> bool {
        matches!(self.step, Step::Finished(_))
    }
}

/// What of a notice its mails ask for.
struct Around {
    standing: Standing,
    first_accepted: bool,
}

impl Services {
    /// Marks a mail as about to be handed over; committed before the final dot is written.
    ///
    /// # Errors
    /// The lease was lost: then the dot must not be written.
    #[boxed]
    pub async fn mark_attempting(&self, ctx: &Ctx, mail: &Mail) -> Result<()> {
        match self.mark_mail(ctx, &[Mark::attempting(mail)]).await?.as_slice() {
            [true] => Ok(()),
            _ => Err(Error::Stale { current: 0 }),
        }
    }

    /// Records what came of a try, and what it makes of the notice.
    ///
    /// # Errors
    /// The database can't be reached. An outcome of an attempt that is no longer the mail's is left out.
    #[boxed]
    pub async fn finish_mail(&self, ctx: &Ctx, mail: &Mail, outcome: &Outcome) -> Result<()> {
        self.mark_mail(ctx, &[Mark::finished(mail, outcome.clone())]).await.map(drop)
    }

    /// Writes marks in one commit, with their journal. For each, whether its attempt was still the mail's; one that
    /// is another's leaves no trace.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn mark_mail(&self, ctx: &Ctx, marks: &[Mark]) -> Result<Vec<bool>> {
        use tables::outbox::Column as C;
        self.batch(ctx, async |tx| {
            let ids = marks.iter().map(|mark| mark.id.to_string());
            let found = tables::outbox::Entity::find().filter(C::Id.is_in(ids)).all(tx).await?;
            let mut found: BTreeMap<String, tables::outbox::Model> =
                found.into_iter().map(|row| (row.id.clone(), row)).collect();
            let its: Vec<bool> = marks.iter().map(|mark| is_its(&found, mark)).collect();

            begin(tx, marks, &its).await?;
            let around = around(tx, marks, &its, &found).await?;
            let mut drafts: Vec<Draft> = Vec::new();
            let mut touched: BTreeMap<String, bool> = BTreeMap::new();
            for (mark, its) in marks.iter().zip(&its) {
                let (true, Step::Finished(outcome)) = (its, &mark.step) else { continue };
                let Some(row) = found.remove(&mark.id.to_string()) else { continue };
                let notice = row.notice_id.clone();
                let of = notice.as_ref().and_then(|id| around.get(id));
                let [low, high, ..] = ctx.fresh.bits();
                let at = (micros(ctx.now), u16::from_le_bytes([low, high]));
                let (row, what) = after(row, outcome, of.map_or(&OWN, |of| &of.standing), at);
                drafts.extend(of_delivery(&row, what)?);
                if let Some(notice) = notice {
                    let left =
                        row.state == DeliveryState::Accepted.code() && row.relay.as_deref() != Some(FOLDER);
                    let first = left && of.is_some_and(|of| !of.first_accepted);
                    *touched.entry(notice).or_default() |= first;
                }
                save(tx, row).await?;
            }
            for (notice, first) in touched {
                let sending = around.get(&notice).is_some_and(|of| of.standing.stage == Stage::Sending);
                if let Some(event) = settle(tx, ctx, &notice, first, sending).await? {
                    apply(tx, ctx, &event).await?;
                    drafts.push(event.journal());
                }
            }
            Ok((its, drafts))
        })
        .await
    }
}

/// Whether the attempt of a mark is the one that has the mail in hand.
fn is_its(found: &BTreeMap<String, tables::outbox::Model>, mark: &Mark) -> bool {
    let wanted = match mark.step {
        Step::Attempting(_) => &[DeliveryState::Leased][..],
        Step::Finished(_) => &super::IN_HAND[..],
    };
    found.get(&mark.id.to_string()).is_some_and(|row| {
        row.attempt_id.as_deref() == Some(mark.attempt.as_str())
            && codes(wanted).contains(&row.state.as_str())
    })
}

/// Every mail of these marks that is about to be handed over, in one statement.
async fn begin(tx: &DatabaseTransaction, marks: &[Mark], its: &[bool]) -> Result<()> {
    use tables::outbox::Column as C;
    let begun = marks.iter().zip(its).filter(|(mark, its)| **its && !mark.is_finished());
    let begun: Vec<String> = begun.map(|(mark, _)| mark.id.to_string()).collect();
    if begun.is_empty() {
        return Ok(());
    }
    tables::outbox::Entity::update_many()
        .col_expr(C::State, Expr::val(DeliveryState::Attempting.code()))
        .col_expr(C::Attempts, Expr::col(C::Attempts).add(1))
        .filter(C::Id.is_in(begun))
        .exec(tx)
        .await?;
    keep(tx, marks, its).await
}

/// The bytes of those that are about to be handed over and are kept. The same bytes once more are kept once.
async fn keep(tx: &DatabaseTransaction, marks: &[Mark], its: &[bool]) -> Result<()> {
    use tables::sent_mails::Column as S;
    let kept = marks.iter().zip(its).filter(|(_, its)| **its).filter_map(|(mark, _)| match &mark.step {
        Step::Attempting(Some(bytes)) => Some(fresh(tables::sent_mails::Model {
            delivery_id: mark.id.to_string(),
            sha256: bytes.sha256.clone(),
            bytes: bytes.base64.to_string(),
        })),
        _ => None,
    });
    let kept: Vec<_> = kept.collect();
    if kept.is_empty() {
        return Ok(());
    }
    let once = OnConflict::columns([S::DeliveryId, S::Sha256]).do_nothing().to_owned();
    tables::sent_mails::Entity::insert_many(kept).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}

/// The notices of the mails that came to an end, each once.
async fn around(
    tx: &DatabaseTransaction,
    marks: &[Mark],
    its: &[bool],
    found: &BTreeMap<String, tables::outbox::Model>,
) -> Result<BTreeMap<String, Around>> {
    use tables::notices::Column as N;
    let ended = marks.iter().zip(its).filter(|(mark, its)| **its && mark.is_finished());
    let mut ids: Vec<&str> = ended
        .filter_map(|(mark, _)| found.get(&mark.id.to_string()).and_then(|row| row.notice_id.as_deref()))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let notices: Vec<(String, String, String, Option<i64>)> = tables::notices::Entity::find()
        .select_only()
        .columns([N::Id, N::Stage, N::OnUncertain, N::FirstAcceptedAt])
        .filter(N::Id.is_in(ids))
        .into_tuple()
        .all(tx)
        .await?;
    let mut out = BTreeMap::new();
    for (id, stage, on_uncertain, first) in notices {
        let standing = Standing { on_uncertain: word(&on_uncertain)?, stage: word(&stage)? };
        out.insert(id, Around { standing, first_accepted: first.is_some() });
    }
    Ok(out)
}

/// Saves what an outcome changes of a row, and no more: the text of a mail isn't written again.
async fn save(tx: &DatabaseTransaction, row: tables::outbox::Model) -> Result<()> {
    use tables::outbox::Column as C;
    tables::outbox::Entity::update_many()
        .col_expr(C::State, Expr::val(row.state))
        .col_expr(C::Attempts, Expr::val(row.attempts))
        .col_expr(C::NextAt, Expr::val(row.next_at))
        .col_expr(C::LeaseOwner, Expr::val(row.lease_owner))
        .col_expr(C::UncertainCount, Expr::val(row.uncertain_count))
        .col_expr(C::LastCode, Expr::val(row.last_code))
        .col_expr(C::LastReply, Expr::val(row.last_reply))
        .col_expr(C::Relay, Expr::val(row.relay))
        .col_expr(C::Tls, Expr::val(row.tls))
        .col_expr(C::AcceptedAt, Expr::val(row.accepted_at))
        .col_expr(C::SentSha256, Expr::val(row.sent_sha256))
        .filter(C::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// What the mails so far make of their notice: asked for only where one of them may have changed it.
pub(super) async fn settle(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    id: &str,
    first: bool,
    sending: bool,
) -> Result<Option<Event>> {
    use tables::outbox::Column as C;
    let more = tables::outbox::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::NoticeId.eq(id))
        .filter(C::State.is_in(unsettled()))
        .into_tuple::<String>()
        .one(tx)
        .await?
        .is_some();
    if !first && (more || !sending) {
        return Ok(None);
    }
    let row = tables::notices::Entity::find_by_id(id.to_owned()).one(tx).await?;
    let Some(notice) = row.as_ref().map(rows::notice).transpose()? else { return Ok(None) };
    let tally = tally_of(tx, store::id::<NoticeId>(id)?).await?;
    let settled = notice.settled(&tally, first.then_some(ctx.now));
    let same = notice.stage == settled.stage && notice.first_accepted_at == settled.first_accepted_at;
    Ok((!same).then_some(Event::NoticeSettled(settled)))
}
