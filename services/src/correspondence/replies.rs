//! What people reply to a communication: counted without a name, and words to reply with.

use super::shown::under;
use crate::{
    Services, boxed,
    case::Loaded,
    ctx::Ctx,
    error::{Error, Result},
    render, sheets,
    store::{correspondence as stored, rows, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    correspondence::reply::{CountInput, Counted, ReplyTopic, totals},
    event::{Event, correspondence::CorrespondenceEvent},
    id::{IncidentId, NoticeId, ReplyId},
    incident::{ReasonInput, open},
    notice::{
        Notice,
        template::{Language, NoticeKind},
    },
    text::Choice,
    view::{
        Added,
        correspondence::{Communication, RepliesPage, ReplyAsked, ReplyLine, ReplyWords},
    },
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// So many counts are listed; all of them are added up.
const LISTED: usize = 200;

/// A communication that people may reply to.
async fn communication<C: ConnectionTrait>(db: &C, id: NoticeId) -> Result<Notice> {
    let row = tables::notices::Entity::find_by_id(id.to_string()).one(db).await?.ok_or(Error::NotFound)?;
    let notice = rows::notice(&row)?;
    if notice.kind.is_replied_to() { Ok(notice) } else { Err(Error::NotFound) }
}

struct ToCount(NoticeId);

impl Target for ToCount {
    type Loaded = (Loaded, Notice);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let notice = communication(tx, self.0).await?;
        Ok((crate::case::load(tx, ctx, notice.incident).await?, notice))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        loaded.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

struct CountTarget(NoticeId, ReplyId);

impl Target for CountTarget {
    type Loaded = (Loaded, Counted);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let row = tables::reply_counts::Entity::find_by_id(self.1.to_string()).one(tx).await?;
        let counted = stored::counted(&row.ok_or(Error::NotFound)?)?;
        if counted.notice != self.0 {
            return Err(Error::NotFound);
        }
        Ok((crate::case::load(tx, ctx, counted.incident).await?, counted))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        loaded.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Services {
    /// Counts replies to a communication. Nothing of the reply itself is kept.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no communication to people, or the input can't be taken.
    #[boxed]
    pub async fn count_replies(&self, ctx: &Ctx, notice: NoticeId, input: &CountInput) -> Result<Added> {
        let (id, by) = (ReplyId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::CountReplies, ToCount(notice), |(loaded, notice)| {
            open(&loaded.incident)?;
            let counted = input.parse(id, (notice.incident, notice.id), ctx.zone(), by, ctx.now)?;
            let event = Event::Correspondence(CorrespondenceEvent::RepliesCounted(counted));
            Ok(Change::new(vec![event], Added { id: id.to_string() }))
        })
        .await
    }

    /// Takes a miscount back, for a reason; it stays on record.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, unknown, taken back before, or no reason.
    #[boxed]
    pub async fn take_back_count(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        id: ReplyId,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::CountReplies, CountTarget(notice, id), |(loaded, counted)| {
            open(&loaded.incident)?;
            let counted = counted.taken_back(input.parse()?, by, ctx.now)?;
            let event = Event::Correspondence(CorrespondenceEvent::CountTakenBack(counted));
            Ok(Change::new(vec![event], ()))
        })
        .await
    }

    /// The replies to a communication in numbers, and words to reply with to one topic in one language.
    ///
    /// # Errors
    /// Hidden or unknown, or no communication to people.
    #[boxed]
    pub async fn replies(&self, ctx: &Ctx, id: NoticeId, asked: &ReplyAsked) -> Result<RepliesPage> {
        let notice = communication(&self.reader, id).await?;
        let (case, grounds, house) =
            self.case_with_clocks(ctx, notice.incident, Action::ReadIncident).await?;
        let counted = stored::counts(&self.reader, &id.to_string()).await?;
        let totals = totals(&counted);
        let zone = case.authority_zone;
        let lines = counted.into_iter().take(LISTED);
        let counted = lines.map(|counted| ReplyLine { answer_by: counted.answer_by(zone), counted });
        let counted = counted.collect();
        let topic = ReplyTopic::from_code(&asked.topic).unwrap_or(ReplyTopic::WhatHappened);
        let language = Language::from_code(&asked.language).unwrap_or(notice.language);
        let sheet = sheets::of(&self.reader, ctx, &case.incident, &house, &grounds, None).await?;
        let (text, reads) = render::notice::reply(topic, language, &sheet, zone)
            .map_err(|why| Error::Template(why.to_string()))?;
        let under = reads.iter().filter_map(|read| under(read, &sheet, &[], ctx.zone())).collect();
        Ok(RepliesPage { case, notice, totals, counted, words: ReplyWords { topic, language, text, under } })
    }

    /// The communications of an incident that people may reply to, each with how many did.
    pub(super) async fn communications(&self, incident: IncidentId) -> Result<Vec<Communication>> {
        use tables::{notices::Column as N, reply_counts::Column as R};
        let key = incident.to_string();
        let kinds: Vec<&str> =
            NoticeKind::ALL.iter().filter(|kind| kind.is_replied_to()).map(|kind| kind.code()).collect();
        let found = tables::notices::Entity::find()
            .filter(N::IncidentId.eq(key.as_str()))
            .filter(N::Kind.is_in(kinds))
            .order_by_asc(N::CreatedAt)
            .order_by_asc(N::Id)
            .all(&self.reader)
            .await?;
        let counts = tables::reply_counts::Entity::find()
            .filter(R::NoticeId.is_in(found.iter().map(|notice| notice.id.as_str())))
            .filter(R::TakenBackAt.is_null())
            .all(&self.reader)
            .await?;
        let mut replies: HashMap<&str, u64> = HashMap::new();
        for row in &counts {
            *replies.entry(row.notice_id.as_str()).or_default() +=
                u64::try_from(row.number).unwrap_or_default();
        }
        let of = |row: &tables::notices::Model| {
            let replies = replies.get(row.id.as_str()).copied().unwrap_or_default();
            Ok(Communication { notice: rows::notice(row)?, replies })
        };
        found.iter().map(of).collect()
    }
}
