//! What is looked at before a review, an approval and a release: gathered here, judged in `domain`.

use super::{LoadedNotice, NoticeTarget, people};
use crate::{
    Services,
    ctx::Ctx,
    error::Result,
    sealing::Key,
    settings,
    store::{rows, tables},
    write::Target,
};
use domain::{
    access::Object,
    fact::{Fact, sheet::Sheet},
    id::NoticeId,
    moment::Zone,
    notice::{
        Notice, Statement,
        check::{
            Beside, Checked, Earlier, Finding, findings,
            persons::{self, Persons},
        },
        template::NoticeKind,
    },
    recipient::mail_key,
    text::Choice,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::{BTreeMap, BTreeSet};

/// So many keys are asked for in one query.
const PART: usize = 200;

/// A notice with what its checks need beside it. The key finds an address on a sealed list.
pub(super) struct Looked(pub NoticeId, pub Key);

impl Target for Looked {
    type Loaded = (LoadedNotice, Beside);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = NoticeTarget(self.0).load(tx, ctx).await?;
        let beside = beside(tx, &self.1, &loaded.notice).await?;
        Ok((loaded, beside))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision((loaded, _): &Self::Loaded) -> Option<i64> {
        NoticeTarget::revision(loaded)
    }
}

impl LoadedNotice {
    pub(super) fn findings(&self, beside: &Beside) -> Vec<Finding> {
        findings(&Checked { notice: &self.notice, sheet: &self.sheet, zone: self.zone, beside })
    }
}

impl Services {
    /// What is found in a notice that has not left yet.
    pub(super) async fn findings(&self, notice: &Notice, sheet: &Sheet, zone: Zone) -> Result<Vec<Finding>> {
        if !notice.stage.is_editable() {
            return Ok(Vec::new());
        }
        let beside = beside(&self.reader, &self.key, notice).await?;
        Ok(findings(&Checked { notice, sheet, zone, beside: &beside }))
    }
}

async fn beside<C: ConnectionTrait>(db: &C, key: &Key, notice: &Notice) -> Result<Beside> {
    let case = notice.incident.to_string();
    Ok(Beside {
        persons: persons_named(db, key, &case, notice).await?,
        earlier: earlier(db, &case, notice).await?,
        channel: settings::channel(db).await?,
        open_comments: open_comments(db, notice).await?,
        languages: people::asking(db, notice.id).await?,
        given_up: people::given_up(db, notice).await?,
        usual: settings::organisation(db).await?.0.languages.first().copied(),
        privileged: crate::case::privileged(db, &case).await?,
    })
}

async fn open_comments<C: ConnectionTrait>(db: &C, notice: &Notice) -> Result<usize> {
    use tables::notice_comments::Column as C;
    let open = tables::notice_comments::Entity::find()
        .filter(C::NoticeId.eq(notice.id.to_string()))
        .filter(C::ResolvedAt.is_null());
    Ok(usize::try_from(open.count(db).await?).unwrap_or(usize::MAX))
}

/// The notices of the case that have left, the newest first.
async fn earlier<C: ConnectionTrait>(db: &C, case: &str, notice: &Notice) -> Result<Vec<Earlier>> {
    use tables::notices::Column as N;
    let found = tables::notices::Entity::find()
        .filter(N::IncidentId.eq(case))
        .filter(N::Id.ne(notice.id.to_string()))
        .filter(N::SentAt.is_not_null())
        .order_by_desc(N::SentAt)
        .limit(20)
        .all(db)
        .await?;
    let mut out = Vec::new();
    for row in &found {
        let one = rows::notice(row)?;
        let Some(sent_at) = one.sent_at else { continue };
        let facts = facts_read(db, &one.statements).await?;
        out.push(Earlier {
            id: one.id,
            kind: one.kind,
            authority: one.authority,
            controller: one.controller,
            sent_at,
            reads: one.statements.into_iter().flat_map(|s| s.reads).collect(),
            facts,
        });
    }
    Ok(out)
}

/// The recorded answers that statements rest on. Those that are derived are recorded elsewhere.
pub(super) async fn facts_read<C: ConnectionTrait>(db: &C, statements: &[Statement]) -> Result<Vec<Fact>> {
    let kept = |s: &Statement| s.kept.clone().map(|kept| kept.over).unwrap_or_default();
    let read = statements.iter().flat_map(|s| s.reads.iter().cloned().chain(kept(s)));
    let read = read.filter_map(|r| r.fact.map(|f| f.to_string()));
    let ids: BTreeSet<String> = read.collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let of_these = tables::facts::Column::Id.is_in(ids);
    let found = tables::facts::Entity::find().filter(of_these).all(db).await?;
    found.iter().map(rows::fact).collect()
}

/// Of what the notice names, that which stands on the list of a communication of the case.
async fn persons_named<C: ConnectionTrait>(
    db: &C,
    key: &Key,
    case: &str,
    notice: &Notice,
) -> Result<Persons> {
    use tables::notices::Column as N;
    let (addresses, names) = (persons::addresses(notice), persons::names(notice));
    let numbers = persons::numbers(notice);
    let mut out = Persons::default();
    if addresses.is_empty() && names.is_empty() && numbers.is_empty() {
        return Ok(out);
    }
    let lists = tables::notices::Entity::find()
        .filter(N::IncidentId.eq(case))
        .filter(N::Kind.eq(NoticeKind::SubjectCommunication.code()))
        .all(db)
        .await?;
    for row in &lists {
        let list = rows::notice(row)?;
        for address in &list.recipients {
            let address = domain::delivery::address_key(address);
            out.names.extend(persons::name_of(&address).filter(|name| names.contains(name)));
            if addresses.contains(&address) {
                out.addresses.insert(address);
            }
        }
        if !list.list.is_empty() {
            on_long_list(db, key, list.id, [&addresses, &names, &numbers], &mut out).await?;
        }
    }
    Ok(out)
}

/// A long list is asked for addresses by their digests, and for names and numbers by their marks; it is never opened.
async fn on_long_list<C: ConnectionTrait>(
    db: &C,
    key: &Key,
    list: NoticeId,
    [addresses, names, numbers]: [&BTreeSet<String>; 3],
    out: &mut Persons,
) -> Result<()> {
    use tables::{list_marks::Column as M, list_people::Column as P};
    let Some(edition) = people::current(db, &list.to_string()).await? else { return Ok(()) };
    let mut by_digest = BTreeMap::new();
    for address in addresses {
        by_digest.insert(people::digest(key, list, &mail_key(address))?, address);
    }
    let digests: Vec<&str> = by_digest.keys().map(String::as_str).collect();
    for part in digests.chunks(PART) {
        let query = tables::list_people::Entity::find()
            .select_only()
            .column(P::Digest)
            .filter(P::Edition.eq(edition.as_str()))
            .filter(P::Digest.is_in(part.iter().copied()));
        let found: Vec<String> = query.into_tuple().all(db).await?;
        out.addresses.extend(found.iter().filter_map(|d| by_digest.get(d)).map(|address| (*address).clone()));
    }
    let mut by_mark = BTreeMap::new();
    for word in names.iter().chain(numbers) {
        by_mark.insert(people::mark(key, list, word)?, word);
    }
    let marks: Vec<i64> = by_mark.keys().copied().collect();
    for part in marks.chunks(PART) {
        let query = tables::list_marks::Entity::find()
            .select_only()
            .column(M::Mark)
            .filter(M::Edition.eq(edition.as_str()))
            .filter(M::Mark.is_in(part.iter().copied()));
        let found: Vec<i64> = query.into_tuple().all(db).await?;
        for word in found.iter().filter_map(|mark| by_mark.get(mark)) {
            let of = if numbers.contains(*word) { &mut out.numbers } else { &mut out.names };
            of.insert((*word).clone());
        }
    }
    Ok(())
}
