//! What is looked at before a review, an approval and a release: gathered here, judged in `domain`.

use super::{LoadedNotice, NoticeTarget};
use crate::{
    Services,
    ctx::Ctx,
    error::Result,
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
    text::Choice,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use std::collections::BTreeSet;

/// So many keys are asked for in one query.
const PART: usize = 200;

/// A notice with what its checks need beside it.
pub(super) struct Looked(pub NoticeId);

impl Target for Looked {
    type Loaded = (LoadedNotice, Beside);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = NoticeTarget(self.0).load(tx, ctx).await?;
        let beside = beside(tx, &loaded.notice).await?;
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
        let beside = beside(&self.reader, notice).await?;
        Ok(findings(&Checked { notice, sheet, zone, beside: &beside }))
    }
}

async fn beside<C: ConnectionTrait>(db: &C, notice: &Notice) -> Result<Beside> {
    let case = notice.incident.to_string();
    Ok(Beside {
        persons: persons_named(db, &case, notice).await?,
        earlier: earlier(db, &case, notice).await?,
        channel: settings::channel(db).await?,
        open_comments: open_comments(db, notice).await?,
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
async fn persons_named<C: ConnectionTrait>(db: &C, case: &str, notice: &Notice) -> Result<Persons> {
    use tables::notices::Column as N;
    let (addresses, names) = (persons::addresses(notice), persons::names(notice));
    let mut out = Persons::default();
    if addresses.is_empty() && names.is_empty() {
        return Ok(out);
    }
    let lists = tables::notices::Entity::find()
        .filter(N::IncidentId.eq(case))
        .filter(N::Kind.eq(NoticeKind::SubjectCommunication.code()))
        .all(db)
        .await?;
    let mut long = Vec::new();
    for row in &lists {
        let list = rows::notice(row)?;
        for address in &list.recipients {
            let key = domain::delivery::address_key(address);
            out.names.extend(persons::name_of(&key).filter(|name| names.contains(name)));
            if addresses.contains(&key) {
                out.addresses.insert(key);
            }
        }
        if !list.list.is_empty() {
            long.push(row.id.as_str());
        }
    }
    if !long.is_empty() {
        on_long_lists(db, &long, &addresses, &mut out).await?;
    }
    Ok(out)
}

/// Long lists are asked for addresses by their key, and never read as a whole; so no names are made of theirs.
async fn on_long_lists<C: ConnectionTrait>(
    db: &C,
    lists: &[&str],
    addresses: &BTreeSet<String>,
    out: &mut Persons,
) -> Result<()> {
    use tables::recipients::Column as R;
    let query = || {
        tables::recipients::Entity::find()
            .select_only()
            .column(R::AddressKey)
            .filter(R::NoticeId.is_in(lists.iter().copied()))
    };
    let addresses: Vec<&String> = addresses.iter().collect();
    for part in addresses.chunks(PART) {
        let keys = part.iter().map(|key| key.as_str());
        let found: Vec<String> = query().filter(R::AddressKey.is_in(keys)).into_tuple().all(db).await?;
        out.addresses.extend(found);
    }
    Ok(())
}
