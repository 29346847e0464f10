//! Addresses that don't exist, as a report said: a later notice isn't tried there, and says so, until somebody wants it.

use super::held::MailTarget;
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    notices::people,
    sealing::Key,
    store::{self, micros, rows::fresh, tables, word},
    write::Change,
};
use domain::{
    access::Action,
    delivery::{DeliveryState, address_key},
    event::{Event, deliveries::DeliveryEvent},
    id::{DeliveryId, NoticeId},
    incident::{ReasonInput, open},
    notice::{kind::Addressees, template::NoticeKind},
    refusal::Refusal,
};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, sea_query::OnConflict,
};
use std::collections::BTreeMap;

/// By what an address is found again without being written down.
fn code(key: &Key, address: &str) -> Result<String> {
    Ok(domain::notice::hex(&key.mac("suppression", &address_key(address))?))
}

/// Remembers that the address of a mail of a notice doesn't exist.
pub(super) async fn remember(
    tx: &DatabaseTransaction,
    key: &Key,
    ctx: &Ctx,
    row: &tables::outbox::Model,
    status: &str,
) -> Result<()> {
    use tables::suppressions::{ActiveModel, Column as C, Entity, Model};
    let Some(person) = people::addressee(key, &row.recipient)? else { return Ok(()) };
    let suppression = Model {
        address_code: code(key, &person.email)?,
        status: status.to_owned(),
        delivery_id: row.id.clone(),
        since: micros(ctx.now),
    };
    let newest =
        OnConflict::column(C::AddressCode).update_columns([C::Status, C::DeliveryId, C::Since]).to_owned();
    Entity::insert(fresh::<ActiveModel, _>(suppression))
        .on_conflict(newest)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Why mails of a notice are not tried, by their ids. An authority's address was typed twice by hand, and a missed
/// notification is worse than a second mail that comes back: it is always tried.
pub(super) async fn known(
    tx: &DatabaseTransaction,
    key: &Key,
    notice: &str,
    mails: &[tables::outbox::Model],
) -> Result<BTreeMap<String, String>> {
    use tables::{notices::Column as N, suppressions::Column as S};
    let mut codes: BTreeMap<String, &str> = BTreeMap::new();
    for mail in mails.iter().filter(|mail| mail.insisted_at.is_none()) {
        if let Some(person) = people::addressee(key, &mail.recipient)? {
            codes.insert(code(key, &person.email)?, &mail.id);
        }
    }
    let found = tables::suppressions::Entity::find()
        .filter(S::AddressCode.is_in(codes.keys().map(String::as_str)))
        .all(tx)
        .await?;
    if found.is_empty() {
        return Ok(BTreeMap::new());
    }
    let kind: Option<String> = tables::notices::Entity::find_by_id(notice.to_owned())
        .select_only()
        .column(N::Kind)
        .into_tuple()
        .one(tx)
        .await?;
    let kind: Option<NoticeKind> = kind.as_deref().map(word).transpose()?;
    if kind.is_some_and(|kind| kind.spec().to == Addressees::Authority) {
        return Ok(BTreeMap::new());
    }
    let mut why = BTreeMap::new();
    for suppression in found {
        let Some(mail) = codes.get(&suppression.address_code) else { continue };
        let on = store::instant(suppression.since)?.format("%Y-%m-%d");
        let words = format!(
            "Not tried: on {on} an earlier notice to this address came back, because it doesn't exist ({}).",
            suppression.status
        );
        why.insert((*mail).to_owned(), words);
    }
    Ok(why)
}

impl Services {
    /// Sends a mail although an earlier one to its address came back. The address counts as good again until one
    /// comes back anew; a settled notice is on its way again.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, not suppressed, given up, or no reason.
    #[boxed]
    pub async fn try_suppressed(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        mail: DeliveryId,
        input: &ReasonInput,
    ) -> Result<()> {
        self.write(ctx, Action::DecideHeld, MailTarget(notice, mail), |loaded| {
            open(&loaded.loaded.incident)?;
            if loaded.state != DeliveryState::Suppressed {
                let message =
                    "This mail wasn't held back because of an earlier one, or somebody has decided.";
                return Err(Refusal::state("not_suppressed", message).into());
            }
            let reason = input.parse()?;
            let again = loaded.notice.on_its_way_again()?;
            let Some(person) = people::addressee(&self.key, &loaded.recipient)? else {
                let message = "What was known of this person was removed, and with it the address.";
                return Err(Refusal::state("removed", message).into());
            };
            let address_code = code(&self.key, &person.email)?;
            let incident = loaded.notice.incident;
            let insisted = DeliveryEvent::Insisted { incident, notice, mail, address_code, reason };
            let mut events = vec![Event::Delivery(insisted)];
            events.extend(again.map(|notice| Event::NoticeChanged { notice, what: "on_its_way_again" }));
            Ok(Change::new(events, ()))
        })
        .await
    }
}
