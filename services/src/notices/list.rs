//! Long lists of recipients, given a chunk at a time.

use super::{LoadedNotice, NoticeTarget, addressed, people};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    store::{boxes, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    delivery::{CHUNK_MAX, address_key},
    event::{Event, deliveries::DeliveryEvent},
    id::NoticeId,
    incident::open,
    notice::MoreRecipientsInput,
    recipient::{Person, mail_key},
    view::ListGrown,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use std::collections::{BTreeMap, BTreeSet};

/// A notice, and which of some addresses are on its list.
struct ListTarget {
    notice: NoticeId,
    /// Each address as it is compared, by its digest.
    keys: BTreeMap<String, String>,
}

impl Target for ListTarget {
    type Loaded = (LoadedNotice, BTreeSet<String>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        use tables::list_people::Column as P;
        let loaded = NoticeTarget(self.notice).load(tx, ctx).await?;
        let mut known: BTreeSet<String> = loaded.notice.recipients.iter().map(|r| address_key(r)).collect();
        if let Some(edition) = people::current(tx, &self.notice.to_string()).await? {
            let digests: Vec<&str> = self.keys.keys().map(String::as_str).collect();
            for part in digests.chunks(CHUNK_MAX) {
                let found: Vec<String> = tables::list_people::Entity::find()
                    .select_only()
                    .column(P::Digest)
                    .filter(P::Edition.eq(edition.as_str()))
                    .filter(P::Digest.is_in(part.iter().copied()))
                    .into_tuple()
                    .all(tx)
                    .await?;
                known.extend(found.iter().filter_map(|digest| self.keys.get(digest).cloned()));
            }
        }
        Ok((loaded, known))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision((loaded, _): &Self::Loaded) -> Option<i64> {
        NoticeTarget::revision(loaded)
    }
}

impl Services {
    /// Adds people to the list of a communication, at most 1,000 at a time. Whoever is on it stays on it once.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, on its way, no communication, too many, or a line is no address.
    #[boxed]
    pub async fn add_recipients(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        input: &MoreRecipientsInput,
    ) -> Result<ListGrown> {
        let by = ctx.person()?.account;
        // More is refused below; nothing has to be looked up for it.
        let keys = input.keys().into_iter().take(CHUNK_MAX);
        let keys = keys.map(|key| Ok((people::digest(&self.key, notice, &mail_key(&key))?, key)));
        let keys = keys.collect::<Result<BTreeMap<_, _>>>()?;
        self.write(ctx, Action::EditNotice, ListTarget { notice, keys }, |(loaded, known)| {
            open(&loaded.loaded.incident)?;
            let more = input.parse(loaded.notice.kind, known.clone())?;
            let grown = |notice: &domain::notice::Notice, added: usize| ListGrown {
                added: added as u64,
                count: notice.list.count,
                digest: notice.list.digest.clone(),
                revision: notice.revision,
            };
            if more.is_empty() && loaded.notice.recipients.is_empty() {
                return Ok(Change::new(Vec::new(), grown(&loaded.notice, 0)));
            }
            let new = more.len();
            let (notice, added) = loaded.notice.with_more(more, by)?;
            addressed::recipients(&notice, &loaded.parties)?;
            let answer = grown(&notice, new);
            let held = |address: String| people::hold(&self.key, &ctx.fresh, notice.id, &Person::at(address));
            let added = added.into_iter().map(held).collect::<Result<_>>()?;
            let event = DeliveryEvent::RecipientsAdded { notice, added };
            Ok(Change::new(vec![Event::Delivery(event)], answer))
        })
        .await
    }

    /// Behind the `@` of the Message-IDs of what is sent now: the sender's own domain.
    pub(super) async fn message_domain(&self) -> Result<String> {
        let relay = self.relay().await?;
        let domain = relay.and_then(|(settings, ..)| {
            let (_, domain) = settings.from_address.rsplit_once('@')?;
            Some(domain.to_ascii_lowercase())
        });
        Ok(domain.unwrap_or_else(|| boxes::NO_DOMAIN.to_owned()))
    }
}
