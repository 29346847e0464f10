//! Reading and checking the journal.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{self, tables},
};
use domain::{
    access::{Action, Object},
    id::{AccountId, IncidentId},
    journal::{Broken, Entry, Head, Verifier},
    view::{Case, JournalLine, Listed, PAGE, People},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

/// What a check of the whole journal found.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    pub streams: u64,
    pub entries: u64,
    /// The first broken entry of each stream that doesn't hold.
    pub broken: Vec<Broken>,
    /// The last entry of every stream, to be kept outside.
    pub heads: BTreeMap<String, (i64, String)>,
}

impl Services {
    /// A page of an incident's journal, the newest first.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn journal_of(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        page: u64,
    ) -> Result<(Case, Listed<JournalLine>)> {
        let case = self.case(ctx, incident, Action::ReadJournal).await?;
        let lines = self.lines(&format!("incident:{incident}"), page, &case.people).await?;
        Ok((case, lines))
    }

    /// A page of the system's journal, the newest first.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn system_journal(&self, ctx: &Ctx, page: u64) -> Result<Listed<JournalLine>> {
        self.permit(ctx, Action::ReadSystemJournal, Object::System)?;
        let people = self.people().await?;
        self.lines("system", page, &people).await
    }

    async fn lines(&self, stream: &str, page: u64, people: &People) -> Result<Listed<JournalLine>> {
        use tables::journal::Column as J;
        let query = tables::journal::Entity::find().filter(J::Stream.eq(stream));
        let total = query.clone().count(&self.reader).await?;
        let page = store::page(page);
        let found = query
            .order_by_desc(J::Seq)
            .limit(PAGE)
            .offset((page - 1).saturating_mul(PAGE))
            .all(&self.reader)
            .await?;
        let items = found
            .into_iter()
            .map(|row| {
                let entry: Entry = store::json(&row.line)?;
                let who = who(&entry.actor, people);
                Ok(JournalLine { entry, hash: row.hash, who })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Listed { items, total, page })
    }

    /// Checks every stream from its first entry to its last, and that each ends where its head says.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn verify_journal(&self) -> Result<Verified> {
        use tables::journal::Column as J;
        let mut out = Verified::default();
        let heads = tables::heads::Entity::find().all(&self.reader).await?;
        let streams = tables::journal::Entity::find().select_only().column(J::Stream).distinct();
        let mut ends: BTreeMap<String, Option<Head>> =
            streams.into_tuple::<String>().all(&self.reader).await?.into_iter().map(|s| (s, None)).collect();
        ends.extend(heads.into_iter().map(|h| (h.stream, Some(Head { seq: h.seq, hash: h.hash }))));
        for (stream, end) in ends {
            let mut verifier = Verifier::default();
            let mut from = 0;
            let mut broken = None;
            while broken.is_none() {
                let part = tables::journal::Entity::find()
                    .filter(J::Stream.eq(stream.as_str()))
                    .filter(J::Seq.gt(from))
                    .order_by_asc(J::Seq)
                    .limit(1_000)
                    .all(&self.reader)
                    .await?;
                let Some(last) = part.last() else { break };
                from = last.seq;
                out.entries += part.len() as u64;
                broken = part.iter().find_map(|e| verifier.next(&e.stream, e.seq, &e.line, &e.hash).err());
            }
            let what = match &end {
                Some(end) if verifier.head() == end => None,
                Some(_) => Some("is missing at the end"),
                None => Some("has no head: the end of its stream is unknown"),
            };
            if broken.is_none()
                && let Some(what) = what
            {
                broken = Some(Broken { stream: stream.clone(), seq: verifier.head().seq + 1, what });
            }
            out.streams += 1;
            out.broken.extend(broken);
            if let Some(end) = end {
                out.heads.insert(stream, (end.seq, end.hash));
            }
        }
        Ok(out)
    }

    /// The hash of one entry of a stream, to compare with a head that was kept outside.
    ///
    /// # Errors
    /// The database can't be reached.
    #[boxed]
    pub async fn journal_hash(&self, stream: &str, seq: i64) -> Result<Option<String>> {
        let row = tables::journal::Entity::find_by_id((stream.to_owned(), seq)).one(&self.reader).await?;
        Ok(row.map(|r| r.hash))
    }
}

/// An actor as people know it.
pub(crate) fn who(actor: &str, people: &People) -> String {
    let Some(rest) = actor.strip_prefix("account:") else { return actor.to_owned() };
    let (id, via) = rest.split_once(' ').map_or((rest, ""), |(id, _)| (id, " (API)"));
    match id.parse::<AccountId>() {
        Ok(id) => format!("{}{via}", people.name(id)),
        Err(_) => actor.to_owned(),
    }
}
