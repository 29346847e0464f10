//! Recipients for those who look. Whoever opens a list, or a file of one, leaves an entry in the journal.

use super::{
    DIGEST, addressee, current, digest,
    files::{ROWS, WRONG, file},
    kept::keeping,
    own_language::{asking, version, versions},
    person,
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, rows, tables},
};
use domain::{
    access::Action,
    delivery::address_key,
    id::{NoticeId, RecipientFileId},
    journal::{Draft, Stream, hash},
    notice::Notice,
    recipient::{
        Channel, FindInput, Row, Wrong,
        file::{FileState, PREVIEW, wrong_csv},
    },
    refusal::Refusal,
    text::Choice,
    view::{
        Case, Listed, PAGE,
        recipients::{FilePage, FoundRecipient, ListedPerson, OpenedList, PreviewRow, RecipientsPage},
        register::Exported,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

/// So many of the last files are listed.
const FILES_SHOWN: u64 = 20;

impl Services {
    /// A notice and its case, for an action on it.
    pub(super) async fn notice_for(&self, ctx: &Ctx, id: NoticeId, action: Action) -> Result<(Case, Notice)> {
        let row = tables::notices::Entity::find_by_id(id.to_string())
            .one(&self.reader)
            .await?
            .ok_or(Error::NotFound)?;
        let notice = rows::notice(&row)?;
        Ok((self.case(ctx, notice.incident, action).await?, notice))
    }

    /// The recipients of a communication, counted: nobody's name or address.
    ///
    /// # Errors
    /// Hidden or unknown, or no communication.
    #[boxed]
    pub async fn recipients(&self, ctx: &Ctx, id: NoticeId) -> Result<RecipientsPage> {
        use tables::{list_people::Column as P, recipient_files::Column as F};
        let (case, notice) = self.notice_for(ctx, id, Action::ReadIncident).await?;
        notice.takes_a_list()?;
        let mut channels = Vec::new();
        if !notice.recipients.is_empty() {
            channels.push((Channel::Email, notice.recipients.len() as u64));
        }
        if let Some(edition) = current(&self.reader, &id.to_string()).await? {
            for channel in Channel::ALL {
                let count = tables::list_people::Entity::find()
                    .filter(P::Edition.eq(edition.as_str()))
                    .filter(P::Channel.eq(channel.code()))
                    .count(&self.reader)
                    .await?;
                channels.extend((count > 0).then_some((*channel, count)));
            }
        }
        let files = tables::recipient_files::Entity::find()
            .filter(F::NoticeId.eq(id.to_string()))
            .order_by_desc(F::ReadAt)
            .order_by_asc(F::Id)
            .limit(FILES_SHOWN)
            .all(&self.reader)
            .await?;
        let files = files.iter().map(store::recipients::file).collect::<Result<_>>()?;
        let languages = asking(&self.reader, id).await?;
        let versions = versions(&self.reader, id).await?.into_iter().map(version).collect();
        let keeping = keeping(&self.reader, id).await?;
        let informed = self.informed(id).await?;
        Ok(RecipientsPage { case, notice, channels, languages, versions, files, keeping, informed })
    }

    /// A file that was read in: its first rows as they would be read, or those that were not taken. Looking at people
    /// leaves an entry in the journal.
    ///
    /// # Errors
    /// Hidden, not allowed or unknown.
    #[boxed]
    pub async fn recipient_file(&self, ctx: &Ctx, id: NoticeId, of: RecipientFileId) -> Result<FilePage> {
        let (case, notice) = self.notice_for(ctx, id, Action::ReadRecipients).await?;
        let file = file(&self.reader, id, of).await?;
        let (mut preview, mut wrong) = (Vec::new(), Vec::new());
        match file.state {
            FileState::Read => {
                let rows: Vec<Row> = self.read_parts(of, ROWS, 1).await?;
                preview = rows
                    .iter()
                    .take(PREVIEW)
                    .map(|row| match file.read(row) {
                        Ok(person) => PreviewRow { line: row.line, person: Some(person), faults: Vec::new() },
                        Err(why) => PreviewRow { line: row.line, person: None, faults: why.faults },
                    })
                    .collect();
            }
            FileState::Taken => {
                wrong = self.read_parts(of, WRONG, 1).await?;
                wrong.truncate(usize::try_from(PAGE).unwrap_or_default());
            }
            FileState::Dropped => {}
        }
        if !preview.is_empty() || !wrong.is_empty() {
            let draft = Draft::new(Stream::Incident(notice.incident), "recipient_file_opened", of)
                .with("notice", id.to_string());
            self.append(ctx, draft).await?;
        }
        Ok(FilePage { case, notice, file, preview, wrong })
    }

    /// The rows of a file that were not taken, with what is wrong, to be mended and read in again. Journaled.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, not taken over, or removed since.
    #[boxed]
    pub async fn wrong_recipients(&self, ctx: &Ctx, id: NoticeId, of: RecipientFileId) -> Result<Exported> {
        let (_, notice) = self.notice_for(ctx, id, Action::ReadRecipients).await?;
        let file = file(&self.reader, id, of).await?;
        let wrong: Vec<Wrong> = match file.state {
            FileState::Taken => self.read_parts(of, WRONG, u64::MAX >> 1).await?,
            FileState::Read | FileState::Dropped => Vec::new(),
        };
        if wrong.is_empty() {
            let message =
                "There are no rows of this file that weren't taken, or they were removed with the list.";
            return Err(Refusal::state("nothing_wrong", message).into());
        }
        let body = wrong_csv(&file.headings, &wrong);
        let digest = hash(&body);
        let draft = Draft::new(Stream::Incident(notice.incident), "recipients_handed_over", of)
            .with("rows", wrong.len() as u64)
            .with("sha256", digest.as_str());
        self.append(ctx, draft).await?;
        Ok(Exported {
            name: format!("recipients-to-mend-{of}.csv"),
            media_type: "text/csv; charset=utf-8",
            body: body.into_bytes(),
            count: wrong.len(),
            digest,
        })
    }

    /// Opens a page of the list. Who does leaves an entry in the journal.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, or no communication.
    #[boxed]
    pub async fn open_recipients(&self, ctx: &Ctx, id: NoticeId, page: u64) -> Result<OpenedList> {
        use tables::list_people::Column as P;
        let (case, notice) = self.notice_for(ctx, id, Action::ReadRecipients).await?;
        notice.takes_a_list()?;
        let draft = Draft::new(Stream::Incident(notice.incident), "recipients_opened", id).with("page", page);
        self.append(ctx, draft).await?;
        let people = match current(&self.reader, &id.to_string()).await? {
            Some(edition) => {
                let query =
                    tables::list_people::Entity::find().filter(P::Edition.eq(edition)).order_by_asc(P::Place);
                self.paged(query, page, |row| {
                    Ok(ListedPerson {
                        place: u64::try_from(row.place).unwrap_or_default(),
                        person: person(&self.key, row)?,
                        digest: row.digest.clone(),
                    })
                })
                .await?
            }
            None => self.typed(&notice, page)?,
        };
        Ok(OpenedList { case, notice, people })
    }

    /// Those who were typed in, as a page of a list.
    fn typed(&self, notice: &Notice, page: u64) -> Result<Listed<ListedPerson>> {
        let page = store::page(page);
        let skipped = usize::try_from((page - 1).saturating_mul(PAGE)).unwrap_or(usize::MAX);
        let some =
            (1..).zip(&notice.recipients).skip(skipped).take(usize::try_from(PAGE).unwrap_or_default());
        let items = some.map(|(place, typed)| {
            let person = addressee(&self.key, typed)?;
            let digest = match &person {
                Some(person) => digest(&self.key, notice.id, &person.key())?,
                None => typed.trim_start_matches(DIGEST).to_owned(),
            };
            Ok(ListedPerson { place, person, digest })
        });
        let total = notice.recipients.len() as u64;
        Ok(Listed { items: items.collect::<Result<_>>()?, total, page })
    }

    /// Whether somebody was among the recipients of a communication, and what became of their mail: by an e-mail
    /// address, or by the reference of somebody without one. It works after the list was removed, too, and is journaled.
    ///
    /// # Errors
    /// Hidden, not allowed, unknown, no communication, or nothing asked.
    #[boxed]
    pub async fn find_recipient(&self, ctx: &Ctx, id: NoticeId, input: &FindInput) -> Result<FoundRecipient> {
        use tables::{list_people::Column as P, outbox::Column as O};
        let (_, notice) = self.notice_for(ctx, id, Action::ReadRecipients).await?;
        notice.takes_a_list()?;
        let digest = digest(&self.key, id, &input.parse()?)?;
        let draft = Draft::new(Stream::Incident(notice.incident), "recipient_looked_up", id)
            .with("digest", digest.as_str());
        self.append(ctx, draft).await?;
        let channel = match current(&self.reader, &id.to_string()).await? {
            Some(edition) => {
                let row = tables::list_people::Entity::find()
                    .filter(P::Edition.eq(edition))
                    .filter(P::Digest.eq(digest.as_str()))
                    .one(&self.reader)
                    .await?;
                row.map(|row| store::word(&row.channel)).transpose()?
            }
            None => None,
        };
        // A mail to somebody who was typed in is found by the address as long as it is there.
        let mut keys = vec![format!("{id}:{digest}")];
        keys.extend(input.address().map(|address| format!("{id}:{address}")));
        let mail = tables::outbox::Entity::find().filter(O::UniqueKey.is_in(keys)).one(&self.reader).await?;
        let typed = notice.recipients.iter().any(|typed| {
            typed.strip_prefix(DIGEST) == Some(digest.as_str())
                || input.address().is_some_and(|address| address_key(typed) == address)
        });
        Ok(FoundRecipient {
            channel: channel.or((typed || mail.is_some()).then_some(Channel::Email)),
            state: mail.as_ref().map(|mail| store::word(&mail.state)).transpose()?,
            accepted_at: store::instant_opt(mail.as_ref().and_then(|mail| mail.accepted_at))?,
            digest,
        })
    }
}
