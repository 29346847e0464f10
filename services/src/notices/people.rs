//! Who is on a long list. What is known of a person is sealed under the key file; they are found again by a digest that is
//! salted with the notice, which stays when the rest is removed.

mod adopted;
mod files;
mod import;
mod kept;
mod otherwise;
mod own_language;
mod reading;
mod shown;

pub(crate) use files::ROWS;
pub(crate) use otherwise::told_by_hand;
pub(crate) use own_language::{asking, given_up};

use crate::{
    error::{Error, Result},
    sealing::Key,
    store::{tables, to_json, word},
    time::Fresh,
};
use domain::{
    event::{Secret, recipients::HeldPerson},
    id::NoticeId,
    notice::{Notice, check::persons::known_by, hex},
    recipient::{
        Channel, Person,
        file::FileState,
        merge::{FIELDS, Place, merged},
    },
    text::Choice,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeSet;

/// So many people, or rows of a file, are written in one commit: others write in between.
pub(crate) const CHUNK: usize = 1_000;

/// Before an address in the outbox that is sealed, with all that is known of its owner. No address has a colon.
const SEALED: &str = "sealed:";
/// Before what stays of a recipient once the rest was removed.
pub(crate) const DIGEST: &str = "digest:";

/// The ways in which people are told without a mail.
pub(crate) const OTHERWISE: [Channel; 2] = [Channel::Letter, Channel::Telephone];

/// The states of a list.
pub(crate) const BUILDING: &str = "building";
pub(crate) const CURRENT: &str = "current";
pub(crate) const DROPPED: &str = "dropped";

/// What finds somebody of a notice again: HMAC-SHA-256 under the key of this installation, over the notice and what the
/// person is known by ([`Person::key`]).
pub(crate) fn digest(key: &Key, notice: NoticeId, by: &str) -> Result<String> {
    Ok(hex(&key.mac("recipient", &format!("{notice}\n{by}"))?))
}

/// What a name or a number of somebody of a notice's list is found by: 64 bits of an HMAC-SHA-256 under the key of this
/// installation. They tell nothing by themselves, and two people of one name have one mark.
pub(crate) fn mark(key: &Key, notice: NoticeId, word: &str) -> Result<i64> {
    let mac = key.mac("mark of a recipient", &format!("{notice}\n{word}"))?;
    Ok(mac.first_chunk().copied().map_or(0, i64::from_be_bytes))
}

/// A person as they are kept.
pub(crate) fn hold(key: &Key, fresh: &Fresh, notice: NoticeId, person: &Person) -> Result<HeldPerson> {
    let marks = known_by(person).iter().map(|word| mark(key, notice, word)).collect::<Result<_>>()?;
    Ok(HeldPerson {
        marks,
        digest: digest(key, notice, &person.key())?,
        channel: person.channel,
        sealed: Secret(key.seal(&person.line(), fresh.nonce())?),
    })
}

/// A row of a list.
pub(crate) fn row(edition: &str, place: i64, held: &HeldPerson) -> tables::list_people::Model {
    tables::list_people::Model {
        edition: edition.to_owned(),
        place,
        digest: held.digest.clone(),
        channel: held.channel.code().to_owned(),
        sealed: Some(held.sealed.0.clone()),
    }
}

/// The person of a row; none where what was known of them was removed.
pub(crate) fn person(key: &Key, row: &tables::list_people::Model) -> Result<Option<Person>> {
    let Some(sealed) = &row.sealed else { return Ok(None) };
    let person = Person::read_line(&key.open_sealed(sealed)?);
    if person.channel != word(&row.channel)? {
        return Err(Error::corrupt("channel of a recipient", &row.channel));
    }
    Ok(Some(person))
}

/// An addressee of the outbox with all that is known of them, sealed.
pub(crate) fn sealed_addressee(key: &Key, fresh: &Fresh, person: &Person) -> Result<String> {
    Ok(format!("{SEALED}{}", key.seal(&person.line(), fresh.nonce())?))
}

/// Whom a mail is for; none where what was known of them was removed.
pub(crate) fn addressee(key: &Key, recipient: &str) -> Result<Option<Person>> {
    if recipient.starts_with(DIGEST) {
        return Ok(None);
    }
    Ok(Some(match recipient.strip_prefix(SEALED) {
        Some(sealed) => Person::read_line(&key.open_sealed(sealed)?),
        None => Person::at(recipient),
    }))
}

/// Whether somebody typed the address of a mail in; those of a long list are sealed.
pub(crate) fn is_typed(recipient: &str) -> bool {
    !recipient.starts_with(DIGEST) && !recipient.starts_with(SEALED)
}

/// Whom a mail is for, in words for a list of mails.
pub(crate) fn shown_addressee(key: &Key, recipient: &str) -> Result<String> {
    Ok(match addressee(key, recipient)? {
        Some(person) => person.email,
        None => {
            let digest = recipient.strip_prefix(DIGEST).unwrap_or_default();
            format!("removed ({})", digest.chars().take(12).collect::<String>())
        }
    })
}

/// Seals something that is kept as JSON.
fn seal_json<T: Serialize>(key: &Key, fresh: &Fresh, value: &T) -> Result<String> {
    key.seal(&to_json(value)?, fresh.nonce())
}

fn open_json<T: DeserializeOwned>(key: &Key, sealed: &str) -> Result<T> {
    crate::store::json(&key.open_sealed(sealed)?)
}

/// The list of a notice as it counts now.
pub(crate) async fn current<C: ConnectionTrait>(db: &C, notice: &str) -> Result<Option<String>> {
    use tables::list_editions::Column as E;
    let found = tables::list_editions::Entity::find()
        .filter(E::NoticeId.eq(notice))
        .filter(E::State.eq(CURRENT))
        .one(db)
        .await?;
    Ok(found.map(|edition| edition.edition))
}

/// The next people of a list behind a place, at most `most`.
pub(crate) async fn after<C: ConnectionTrait>(
    db: &C,
    edition: &str,
    place: i64,
    most: u64,
) -> Result<Vec<tables::list_people::Model>> {
    use tables::list_people::Column as P;
    Ok(tables::list_people::Entity::find()
        .filter(P::Edition.eq(edition))
        .filter(P::Place.gt(place))
        .order_by_asc(P::Place)
        .limit(most)
        .all(db)
        .await?)
}

/// Everybody on the long list of a notice, in its order. Whose details were removed is left out.
pub(crate) async fn everybody<C: ConnectionTrait>(db: &C, key: &Key, notice: &str) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    let Some(edition) = current(db, notice).await? else { return Ok(people) };
    let mut place = 0;
    loop {
        let rows = after(db, &edition, place, 10_000).await?;
        let Some(last) = rows.last() else { return Ok(people) };
        place = last.place;
        for row in &rows {
            people.extend(person(key, row)?);
        }
    }
}

/// The fields that may be filled in for each person in a notice: those that everybody has, and the columns that were
/// kept of its files, or of the files of the notice from whose list its people come.
pub(crate) async fn fields<C: ConnectionTrait>(db: &C, notice: &Notice) -> Result<Vec<String>> {
    use tables::recipient_files::Column as F;
    if notice.takes_a_list().is_err() {
        return Ok(Vec::new());
    }
    let mut from = vec![notice.id.to_string()];
    from.extend(own_language::origins(db, notice.id).await?);
    let files = tables::recipient_files::Entity::find()
        .filter(F::NoticeId.is_in(from))
        .filter(F::State.eq(FileState::Taken.code()))
        .order_by_asc(F::ReadAt)
        .all(db)
        .await?;
    let mut fields = FIELDS.map(str::to_owned).to_vec();
    for file in &files {
        let own = crate::store::recipients::file(file)?.mapping.fields;
        fields.extend(own.into_iter().map(|(_, name)| name));
    }
    let mut seen = BTreeSet::new();
    fields.retain(|name| seen.insert(name.clone()));
    Ok(fields)
}

/// A text as it is frozen, with what a person has of their own in it.
pub(crate) struct Frozen {
    used: Vec<String>,
    subject: String,
    text: String,
    html: String,
}

impl Frozen {
    pub(crate) fn of(sending: tables::sendings::Model) -> Self {
        let used = sending.merge.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Self { used, subject: sending.subject, text: sending.text, html: sending.html }
    }

    /// Subject, text and HTML as one person gets them.
    pub(crate) fn to(&self, person: &Person) -> (String, String, String) {
        let plain = |text: &str| merged(text, &self.used, person, Place::Plain);
        (plain(&self.subject), plain(&self.text), merged(&self.html, &self.used, person, Place::Html))
    }
}
