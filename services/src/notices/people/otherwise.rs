//! People who are told by letter or telephone: those whose channel it is, and those whom no mail has reached.

use super::{
    super::{LoadedNotice, NoticeTarget},
    Frozen, OTHERWISE, addressee, current, digest, person,
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    sealing::Key,
    store::{self, micros, tables},
    write::{Change, Target},
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Object},
    delivery::{DeliveryState, address_key},
    event::{Event, recipients::RecipientEvent},
    id::NoticeId,
    incident::open,
    journal::{Draft, Stream, hash},
    notice::Notice,
    recipient::{
        Channel, Person, mail_key,
        otherwise::{Told, ToldInput, Way, is_digest},
    },
    refusal::Refusal,
    text::Choice,
    view::{
        Listed,
        recipients::{Informed, Letter, Letters, OtherPerson, OtherwisePage},
        register::Exported,
    },
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// The states of a mail after which its recipient has to be told otherwise. Nobody is told what was given up by intention.
const UNREACHED: [DeliveryState; 5] = [
    DeliveryState::Rejected,
    DeliveryState::Bounced,
    DeliveryState::Invalid,
    DeliveryState::Suppressed,
    DeliveryState::Expired,
];

/// How many data subjects of these communications were told by hand, besides those for whom a relay took a mail; so
/// far, or until `then`.
pub(crate) async fn told_by_hand<C: ConnectionTrait>(
    db: &C,
    notices: &[&str],
    then: Option<DateTime<Utc>>,
) -> Result<u64> {
    use tables::told_otherwise::Column as T;
    let mut done = tables::told_otherwise::Entity::find()
        .filter(T::NoticeId.is_in(notices.iter().copied()))
        .filter(T::Outcome.eq(Told::Done.code()));
    if let Some(then) = then {
        done = done.filter(T::ToldAt.lte(micros(then)));
    }
    Ok(done.count(db).await?)
}

/// Somebody who is to be told otherwise.
struct ToldTarget {
    notice: NoticeId,
    digest: String,
    key: Key,
}

impl Target for ToldTarget {
    type Loaded = (LoadedNotice, bool);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        use tables::list_people::Column as P;
        let loaded = NoticeTarget(self.notice).load(tx, ctx).await?;
        let mut there = false;
        // Whatever else was given is refused below; the database isn't asked for it.
        if !is_digest(&self.digest) {
            return Ok((loaded, there));
        }
        if let Some(edition) = current(tx, &self.notice.to_string()).await? {
            there = tables::list_people::Entity::find()
                .filter(P::Edition.eq(edition))
                .filter(P::Digest.eq(self.digest.as_str()))
                .filter(P::Channel.is_in(OTHERWISE.map(Choice::code)))
                .count(tx)
                .await?
                > 0;
        }
        if !there {
            there = self.unreached(tx, &loaded.notice).await?;
        }
        Ok((loaded, there))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl ToldTarget {
    async fn unreached(&self, tx: &DatabaseTransaction, notice: &Notice) -> Result<bool> {
        use tables::outbox::Column as O;
        // Whoever was typed in stands there by the address, as long as it is known.
        let mut keys = vec![format!("{}:{}", notice.id, self.digest)];
        for typed in &notice.recipients {
            let by = mail_key(typed);
            if digest(&self.key, notice.id, &by)? == self.digest {
                keys.push(format!("{}:{}", notice.id, address_key(typed)));
            }
        }
        let found = tables::outbox::Entity::find()
            .filter(O::UniqueKey.is_in(keys))
            .filter(O::State.is_in(UNREACHED.map(Choice::code)))
            .count(tx)
            .await?;
        Ok(found > 0)
    }
}

impl Services {
    /// Says what came of telling somebody by letter or telephone. It may be said again: a letter comes back later.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, not released yet, or nobody who is told otherwise.
    #[boxed]
    pub async fn tell_otherwise(&self, ctx: &Ctx, notice: NoticeId, input: &ToldInput) -> Result<()> {
        let (digest, key) = (input.digest.trim().to_owned(), self.key.clone());
        self.write(ctx, Action::TellOtherwise, ToldTarget { notice, digest, key }, |(loaded, there)| {
            open(&loaded.loaded.incident)?;
            let (digest, outcome) = input.parse()?;
            released(&loaded.notice)?;
            if !there {
                let message =
                    "Nobody of this digest is told by letter or telephone, or wasn’t reached by mail.";
                return Err(Refusal::field("digest", "nobody", message).into());
            }
            let incident = loaded.notice.incident;
            let told = RecipientEvent::ToldOtherwise { incident, notice, digest, outcome };
            Ok(Change::new(vec![Event::Recipient(told)], ()))
        })
        .await
    }

    /// How many people of a communication know of it, as far as that can be known.
    pub(super) async fn informed(&self, notice: NoticeId) -> Result<Informed> {
        use tables::told_otherwise::Column as T;
        let id = notice.to_string();
        let tally = self.tallies(vec![id.as_str()]).await?.remove(&id).unwrap_or_default();
        let count = async |outcome: Told| {
            tables::told_otherwise::Entity::find()
                .filter(T::NoticeId.eq(id.as_str()))
                .filter(T::Outcome.eq(outcome.code()))
                .count(&self.reader)
                .await
        };
        let (done, returned) = (count(Told::Done).await?, count(Told::Returned).await?);
        let otherwise = tally.otherwise + tally.not_reached() - tally.cancelled;
        Ok(Informed {
            told: tally.accepted + done,
            of: tally.total,
            open: otherwise.saturating_sub(done + returned),
            returned,
        })
    }

    /// A page of the people who are told without a mail. Who opens it leaves an entry in the journal.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, or no communication.
    #[boxed]
    pub async fn otherwise(&self, ctx: &Ctx, id: NoticeId, way: Way, page: u64) -> Result<OtherwisePage> {
        let (case, notice) = self.notice_for(ctx, id, Action::ReadRecipients).await?;
        notice.takes_a_list()?;
        let draft = Draft::new(Stream::Incident(notice.incident), "recipients_opened", id)
            .with("way", way.code())
            .with("page", page);
        self.append(ctx, draft).await?;
        let found = match way {
            Way::Letter => self.of_channel(id, Channel::Letter, page).await?,
            Way::Telephone => self.of_channel(id, Channel::Telephone, page).await?,
            Way::Unreached => self.unreached(id, page).await?,
        };
        let people = self.with_outcomes(id, found).await?;
        Ok(OtherwisePage { case, way, informed: self.informed(id).await?, notice, people })
    }

    async fn of_channel(&self, id: NoticeId, channel: Channel, page: u64) -> Result<Listed<OtherPerson>> {
        use tables::list_people::Column as P;
        let edition = current(&self.reader, &id.to_string()).await?.unwrap_or_default();
        let query = tables::list_people::Entity::find()
            .filter(P::Edition.eq(edition))
            .filter(P::Channel.eq(channel.code()))
            .order_by_asc(P::Place);
        self.paged(query, page, |row| Ok(other(row.digest.clone(), person(&self.key, row)?, None))).await
    }

    async fn unreached(&self, id: NoticeId, page: u64) -> Result<Listed<OtherPerson>> {
        use tables::outbox::Column as O;
        let query = tables::outbox::Entity::find()
            .filter(O::NoticeId.eq(id.to_string()))
            .filter(O::State.is_in(UNREACHED.map(Choice::code)));
        self.paged(query, page, |row| {
            let known = addressee(&self.key, &row.recipient)?;
            let digest = match &known {
                Some(person) => digest(&self.key, id, &person.key())?,
                None => row.recipient.trim_start_matches(super::DIGEST).to_owned(),
            };
            Ok(other(digest, known, Some(store::word(&row.state)?)))
        })
        .await
    }

    async fn with_outcomes(
        &self,
        id: NoticeId,
        mut people: Listed<OtherPerson>,
    ) -> Result<Listed<OtherPerson>> {
        use tables::told_otherwise::Column as T;
        let said = tables::told_otherwise::Entity::find()
            .filter(T::NoticeId.eq(id.to_string()))
            .filter(T::Digest.is_in(people.items.iter().map(|p| p.digest.as_str())))
            .all(&self.reader)
            .await?;
        let mut said: HashMap<String, tables::told_otherwise::Model> =
            said.into_iter().map(|row| (row.digest.clone(), row)).collect();
        for person in &mut people.items {
            let Some(row) = said.remove(&person.digest) else { continue };
            person.outcome = Some(store::word(&row.outcome)?);
            person.told_at = Some(store::instant(row.told_at)?);
            person.told_by = Some(store::id(&row.told_by)?);
        }
        Ok(people)
    }

    /// A page of the letters, to be printed: everybody who is told by letter. There are none before the release. Journaled.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, or no communication.
    #[boxed]
    pub async fn letters(&self, ctx: &Ctx, id: NoticeId, page: u64) -> Result<Letters> {
        let OtherwisePage { case, notice, people, .. } = self.otherwise(ctx, id, Way::Letter, page).await?;
        let sending = tables::sendings::Entity::find_by_id(id.to_string()).one(&self.reader).await?;
        let Some(sending) = sending else {
            let letters = Listed { items: Vec::new(), total: 0, page: 1 };
            return Ok(Letters { case, notice, letters });
        };
        let frozen = Frozen::of(sending);
        let Listed { items, total, page } = people;
        let letters = items.into_iter().filter_map(|p| p.person).map(|person| {
            let (subject, text, _) = frozen.to(&person);
            Letter { to: envelope(&person), subject, text }
        });
        let letters = Listed { items: letters.collect(), total, page };
        Ok(Letters { case, notice, letters })
    }

    /// Everybody who can be written a letter, as a CSV for a printer: those who are told so, and those whom no mail has
    /// reached and whose postal address is known. Journaled.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, no communication, not released yet, or there is nobody.
    #[boxed]
    pub async fn export_letters(&self, ctx: &Ctx, id: NoticeId) -> Result<Exported> {
        let (_, notice) = self.notice_for(ctx, id, Action::ReadRecipients).await?;
        released(&notice)?;
        let mut people = self.by_letter(id).await?;
        people.extend(self.unreached_with_address(id).await?);
        if people.is_empty() {
            let message =
                "Nobody is told by letter, and of nobody whom no mail has reached is a postal address known.";
            return Err(Refusal::state("nobody", message).into());
        }
        let body = domain::recipient::file::letters_csv(&people);
        let digest = hash(&body);
        let draft = Draft::new(Stream::Incident(notice.incident), "recipients_handed_over", id)
            .with("rows", people.len() as u64)
            .with("sha256", digest.as_str());
        self.append(ctx, draft).await?;
        let (name, media_type) = (format!("letters-{id}.csv"), "text/csv; charset=utf-8");
        Ok(Exported { name, media_type, body: body.into_bytes(), count: people.len(), digest })
    }

    async fn by_letter(&self, id: NoticeId) -> Result<Vec<Person>> {
        use tables::list_people::Column as P;
        let edition = current(&self.reader, &id.to_string()).await?.unwrap_or_default();
        let rows = tables::list_people::Entity::find()
            .filter(P::Edition.eq(edition))
            .filter(P::Channel.eq(Channel::Letter.code()))
            .order_by_asc(P::Place)
            .all(&self.reader)
            .await?;
        let people = rows.iter().map(|row| person(&self.key, row)).collect::<Result<Vec<_>>>()?;
        Ok(people.into_iter().flatten().collect())
    }

    async fn unreached_with_address(&self, id: NoticeId) -> Result<Vec<Person>> {
        use tables::outbox::Column as O;
        let of = Condition::all()
            .add(O::NoticeId.eq(id.to_string()))
            .add(O::State.is_in(UNREACHED.map(Choice::code)));
        let rows: Vec<String> = tables::outbox::Entity::find()
            .select_only()
            .column(O::Recipient)
            .filter(of)
            .order_by_asc(O::Id)
            .into_tuple()
            .all(&self.reader)
            .await?;
        let people = rows.iter().map(|row| addressee(&self.key, row)).collect::<Result<Vec<_>>>()?;
        Ok(people.into_iter().flatten().filter(|person| !person.postal.is_empty()).collect())
    }
}

fn other(digest: String, person: Option<Person>, state: Option<DeliveryState>) -> OtherPerson {
    OtherPerson { digest, person, state, outcome: None, told_at: None, told_by: None }
}

/// What stands on an envelope.
fn envelope(person: &Person) -> Vec<String> {
    let name = Some(person.name.clone()).filter(|name| !name.is_empty());
    name.into_iter().chain(person.postal.iter().cloned()).collect()
}

/// Only what was released is told to anybody, by whatever way.
fn released(notice: &Notice) -> Result<()> {
    notice.takes_a_list()?;
    if notice.sent_at.is_some() {
        return Ok(());
    }
    let message = format!("This communication is {}. Nobody is told before it was released.", notice.stage);
    Err(Refusal::state("not_released", message).into())
}
