//! What is said about a notice before it leaves.

use super::{LoadedNotice, NoticeTarget};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{review, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::{Event, review::ReviewEvent},
    id::{CommentId, NoticeId},
    incident::{ReasonInput, open},
    notice::{
        Read,
        comment::{Comment, CommentInput},
    },
    view::Added,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};

/// A notice with how many comments it has.
struct Said(NoticeId);

impl Target for Said {
    type Loaded = (LoadedNotice, usize);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        use tables::notice_comments::Column as C;
        let loaded = NoticeTarget(self.0).load(tx, ctx).await?;
        let of_it = tables::notice_comments::Entity::find().filter(C::NoticeId.eq(self.0.to_string()));
        let already = of_it.count(tx).await?;
        Ok((loaded, usize::try_from(already).unwrap_or(usize::MAX)))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision((loaded, _): &Self::Loaded) -> Option<i64> {
        NoticeTarget::revision(loaded)
    }
}

struct CommentTarget(NoticeId, CommentId);

impl Target for CommentTarget {
    type Loaded = (LoadedNotice, Comment);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let found = tables::notice_comments::Entity::find_by_id(self.1.to_string()).one(tx).await?;
        let comment = review::comment(&found.ok_or(Error::NotFound)?)?;
        if comment.notice != self.0 {
            return Err(Error::NotFound);
        }
        Ok((NoticeTarget(comment.notice).load(tx, ctx).await?, comment))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision((loaded, _): &Self::Loaded) -> Option<i64> {
        NoticeTarget::revision(loaded)
    }
}

impl Services {
    /// Says something about a notice or one of its statements.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, on its way, too many, or the input can't be taken.
    #[boxed]
    pub async fn comment_on_notice(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        input: &CommentInput,
    ) -> Result<Added> {
        let (id, by) = (CommentId::from_bits(ctx.fresh.bits()), ctx.person()?.account);
        self.write(ctx, Action::CommentNotice, Said(notice), |(loaded, already)| {
            open(&loaded.loaded.incident)?;
            let comment = input.add(id, &loaded.notice, *already, by, ctx.now)?;
            let event = Event::Review(ReviewEvent::Commented(comment));
            Ok(Change::new(vec![event], Added { id: id.to_string() }))
        })
        .await
    }

    /// Says that a comment was dealt with.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, on its way, unknown, or dealt with before.
    #[boxed]
    pub async fn resolve_comment(&self, ctx: &Ctx, notice: NoticeId, id: CommentId) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::CommentNotice, CommentTarget(notice, id), |(loaded, comment)| {
            open(&loaded.loaded.incident)?;
            let resolved = comment.resolve(&loaded.notice, by, ctx.now)?;
            Ok(Change::new(vec![Event::Review(ReviewEvent::CommentResolved(resolved))], ()))
        })
        .await
    }

    /// Keeps the words of a statement although facts under it have changed. The reason is shown to whoever approves.
    ///
    /// # Errors
    /// Hidden, not allowed, stale revision, closed, on its way, no such statement, nothing changed under it, or no reason.
    #[boxed]
    pub async fn keep_statement(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        code: &str,
        input: &ReasonInput,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditNotice, NoticeTarget(notice), |loaded| {
            open(&loaded.loaded.incident)?;
            let reason = input.parse()?;
            let notice = &loaded.notice;
            let old = notice.statements.iter().find(|s| s.code == code).ok_or(Error::NotFound)?;
            let kind = (notice.kind, notice.language);
            let own = loaded.own.as_ref().filter(|_| old.wording.is_some());
            let new = super::worded(kind, own, code, &loaded.sheet, loaded.zone, by)?;
            // The words that stay may be of another version than today's text: what they rest on stays looked at.
            let mut reads = new.reads;
            for read in &old.reads {
                if !reads.iter().any(|r| r.key == read.key) {
                    reads.push(Read { fact: loaded.sheet.get(&read.key).map(|f| f.id), ..read.clone() });
                }
            }
            let notice = notice.keeping(old, reads, &loaded.sheet, &reason, (by, ctx.now))?;
            let event =
                ReviewEvent::StatementKept { notice: Box::new(notice), code: code.to_owned(), reason };
            Ok(Change::new(vec![Event::Review(event)], ()))
        })
        .await
    }
}
