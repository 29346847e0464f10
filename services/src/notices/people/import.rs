//! Reading a file of recipients in: read, its columns said, taken over, or dropped.
//!
//! The rows of a file, and those of the list that is made of it, are written chunk by chunk beside what counts. The one
//! commit that makes them count compares the notice's revision, so nobody waits for a long file and nothing of it counts
//! by half.

use super::{
    super::{LoadedNotice, NoticeTarget},
    BUILDING, CHUNK, DROPPED, everybody,
    files::{ROWS, WRONG, file},
    hold,
    own_language::versions,
    reading,
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{self, micros, rows::fresh, tables},
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::{
        Event,
        recipients::{HeldPerson, RecipientEvent},
    },
    evidence::shown_name,
    id::{NoticeId, RecipientFileId},
    incident::open,
    language::Language,
    notice::{Notice, hex},
    recipient::{
        FILE_MAX, Fault, Person, Row, Wrong,
        columns::{MappingInput, suggested},
        file::{FileState, RecipientFile, TakeInput},
        list::{self, Counts, Gathering},
        own_language::{self, Asking},
    },
    refusal::Refusal,
    text::Choice,
    view::Added,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A notice with one of its files.
struct FileTarget(NoticeId, RecipientFileId);

impl Target for FileTarget {
    type Loaded = (LoadedNotice, RecipientFile);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = NoticeTarget(self.0).load(tx, ctx).await?;
        Ok((loaded, file(tx, self.0, self.1).await?))
    }
    fn object((loaded, _): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision((loaded, _): &Self::Loaded) -> Option<i64> {
        NoticeTarget::revision(loaded)
    }
}

/// What a file makes of a list.
struct Gathered {
    people: Vec<Person>,
    counts: Counts,
    wrong: Vec<Wrong>,
}

/// Who is on the list of a version of the communication in another language, by what they are known; they would be told
/// twice.
type Elsewhere = HashMap<String, Language>;

fn gathered(
    file: &RecipientFile,
    rows: &[Row],
    before: Vec<Person>,
    elsewhere: &Elsewhere,
) -> Result<Gathered> {
    let mut gathering = Gathering::of(before);
    let mut wrong = Vec::new();
    for row in rows {
        let read =
            file.read(row).and_then(|person| match person.keys().iter().find_map(|key| elsewhere.get(key)) {
                Some(language) => Err(told_elsewhere(row, *language)),
                None => Ok(person),
            });
        match read {
            Ok(person) => gathering.add(person),
            Err(why) => {
                gathering.wrong();
                wrong.push(why);
            }
        }
    }
    let (people, counts) = gathering.finish()?;
    Ok(Gathered { people, counts, wrong })
}

fn told_elsewhere(row: &Row, language: Language) -> Wrong {
    let message = format!(
        "This person is on the list of the same communication in {}. Change what is known of them there, or leave the row out.",
        language.label()
    );
    let fault = Fault { column: String::new(), code: "on_another_list".to_owned(), message };
    Wrong { row: row.clone(), faults: vec![fault] }
}

/// Work that keeps a core busy, such as unpacking a workbook, off the threads that answer others.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // A workbook can be made to trip the program that reads it; the program stays, the file doesn't.
        Err(why) if why.is_panic() => {
            let message = "This file can't be read. Save it again as “CSV UTF-8”.";
            Err(Refusal::field("file", "not_read", message).into())
        }
        Err(why) => Err(Error::Template(why.to_string())),
    }
}

impl Services {
    /// A notice that a list may be given to by the asker.
    async fn importing(&self, ctx: &Ctx, id: NoticeId) -> Result<Notice> {
        let (case, notice) = self.notice_for(ctx, id, Action::ImportRecipients).await?;
        open(&case.incident)?;
        notice.takes_a_list()?;
        if notice.stage.is_editable() {
            return Ok(notice);
        }
        let message = format!("This notice is {}; its recipients can't be changed any more.", notice.stage);
        Err(Refusal::state("not_editable", message).into())
    }

    /// Whether a file may be read in at all: asked before it is received.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no communication, or on its way.
    #[boxed]
    pub async fn may_read_recipients_in(&self, ctx: &Ctx, notice: NoticeId) -> Result<()> {
        self.importing(ctx, notice).await.map(drop)
    }

    /// Reads a file of recipients: CSV in UTF-8 or XLSX. Nothing counts until it is taken over.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no communication, on its way, too large, or no file that can be read.
    #[boxed]
    pub async fn read_recipients(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Added> {
        let by = ctx.person()?.account;
        let incident = self.importing(ctx, notice).await?.incident;
        if bytes.len() as u64 > FILE_MAX {
            return Err(Error::TooLarge { max: FILE_MAX });
        }
        let (sha256, table) = aside(move || {
            let sha256 = hex(&Sha256::digest(&bytes));
            Ok((sha256, reading::read(&bytes)?))
        })
        .await?;
        let id = RecipientFileId::from_bits(ctx.fresh.bits());
        self.write_parts(ctx, id, ROWS, &table.rows).await?;
        let file = RecipientFile {
            id,
            notice,
            incident,
            name: shown_name(name),
            state: FileState::Read,
            mapping: suggested(&table.headings),
            headings: table.headings,
            rows: table.rows.len() as u64,
            sha256,
            counts: Counts::default(),
            read_at: ctx.now,
            read_by: by,
            taken_at: None,
        };
        self.write(ctx, Action::ImportRecipients, NoticeTarget(notice), move |loaded| {
            open(&loaded.loaded.incident)?;
            let event = RecipientEvent::FileRead(file);
            Ok(Change::new(vec![Event::Recipient(event)], Added { id: id.to_string() }))
        })
        .await
    }

    /// Says which column of a file is what.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, taken over or dropped already, or the columns can't be read so.
    #[boxed]
    pub async fn map_recipients(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        id: RecipientFileId,
        input: &MappingInput,
    ) -> Result<()> {
        self.write(ctx, Action::ImportRecipients, FileTarget(notice, id), |(loaded, file)| {
            open(&loaded.loaded.incident)?;
            let mapped = file.mapped(input.parse(&file.headings)?)?;
            Ok(Change::new(vec![Event::Recipient(RecipientEvent::FileMapped(mapped))], ()))
        })
        .await
    }

    /// Drops a file that waits, with its rows.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or taken over or dropped already.
    #[boxed]
    pub async fn drop_recipients(&self, ctx: &Ctx, notice: NoticeId, id: RecipientFileId) -> Result<()> {
        self.write(ctx, Action::ImportRecipients, FileTarget(notice, id), |(loaded, file)| {
            open(&loaded.loaded.incident)?;
            Ok(Change::new(vec![Event::Recipient(RecipientEvent::FileDropped(file.dropped()?))], ()))
        })
        .await
    }

    /// Takes a file over: its rows are added to the list, and take the place of the same people on it. Rows that are
    /// wrong are kept aside.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, on its way, taken over or dropped already, other columns than were seen, or
    /// the list gets too long.
    #[boxed]
    pub async fn take_recipients(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        id: RecipientFileId,
        input: &TakeInput,
    ) -> Result<Counts> {
        let by = ctx.person()?.account;
        self.notice_for(ctx, notice, Action::ImportRecipients).await?;
        let waiting = file(&self.reader, notice, id).await?;
        let made = match waiting.state {
            FileState::Read => Some(self.make_list(ctx, &waiting).await?),
            // It was done before, maybe by this very request: then the answer was kept.
            FileState::Taken | FileState::Dropped => None,
        };
        let edition = made.as_ref().map(|(.., edition)| edition.clone());
        let done = self.write(ctx, Action::EditNotice, FileTarget(notice, id), move |(loaded, file)| {
            open(&loaded.loaded.incident)?;
            loaded.notice.takes_a_list()?;
            let (counts, list, edition) = made.unwrap_or_default();
            let file = file.taken(input.digest.trim(), counts, ctx.now)?;
            let changed = counts.taken + counts.replaced + counts.merged > 0;
            let list = changed.then(|| loaded.notice.with_list(list, by)).transpose()?;
            let event = RecipientEvent::FileTaken { file, list: list.map(|notice| (notice, edition)) };
            Ok(Change::new(vec![Event::Recipient(event)], counts))
        });
        let done = done.await;
        if let Some(edition) = edition {
            self.forget_unused(ctx, edition).await?;
        }
        done
    }

    /// A list that was built and doesn't count, because it was refused or changes nothing, is left to be swept.
    pub(super) async fn forget_unused(&self, ctx: &Ctx, edition: String) -> Result<()> {
        use tables::list_editions::Column as E;
        self.batch(ctx, async |tx| {
            tables::list_editions::Entity::update_many()
                .col_expr(E::State, Expr::val(DROPPED))
                .filter(E::Edition.eq(edition))
                .filter(E::State.eq(BUILDING))
                .exec(tx)
                .await?;
            Ok(((), Vec::new()))
        })
        .await
    }

    /// The list that a file makes of the one before, written beside it; how it stands, and what it is called.
    async fn make_list(
        &self,
        ctx: &Ctx,
        waiting: &RecipientFile,
    ) -> Result<(Counts, domain::delivery::RecipientList, String)> {
        let of = waiting.notice.to_string();
        let found = tables::notices::Entity::find_by_id(of.clone()).one(&self.reader).await?;
        let notice = store::rows::notice(&found.ok_or(Error::NotFound)?)?;
        let mut before: Vec<Person> = notice.recipients.iter().map(Person::at).collect();
        before.extend(everybody(&self.reader, &self.key, &of).await?);
        let mut elsewhere = Elsewhere::new();
        // One that was given up has no list any more, so whoever was on it may be taken here.
        for version in versions(&self.reader, waiting.notice).await? {
            for person in everybody(&self.reader, &self.key, &version.id.to_string()).await? {
                elsewhere.extend(person.keys().into_iter().map(|key| (key, version.language)));
            }
        }
        let rows: Vec<Row> = self.read_parts(waiting.id, ROWS, u64::MAX >> 1).await?;
        let (file, key, chance) = (waiting.clone(), self.key.clone(), ctx.fresh.clone());
        let (gathered, held) = aside(move || {
            let gathered = gathered(&file, &rows, before, &elsewhere)?;
            let held = gathered.people.iter().map(|person| hold(&key, &chance, file.notice, person));
            let held = held.collect::<Result<Vec<_>>>()?;
            Ok((gathered, held))
        })
        .await?;
        let list = list::digest(&gathered.people);
        self.forget_parts(ctx, waiting.id, WRONG).await?;
        self.write_parts(ctx, waiting.id, WRONG, &gathered.wrong).await?;
        let languages = own_language::asked(&gathered.people);
        let edition = self.write_edition(ctx, waiting.notice, held, &languages).await?;
        Ok((gathered.counts, list, edition))
    }

    /// Writes people beside what counts; what the list is called.
    pub(super) async fn write_edition(
        &self,
        ctx: &Ctx,
        notice: NoticeId,
        held: Vec<HeldPerson>,
        languages: &[Asking],
    ) -> Result<String> {
        let edition = RecipientFileId::from_bits(ctx.fresh.bits()).to_string();
        let begun = tables::list_editions::Model {
            edition: edition.clone(),
            notice_id: notice.to_string(),
            state: BUILDING.to_owned(),
            begun_at: micros(ctx.now),
        };
        let languages = languages.iter().map(|asking| {
            fresh::<tables::list_languages::ActiveModel, _>(tables::list_languages::Model {
                edition: edition.clone(),
                language: asking.language.code().to_owned(),
                people: i64::try_from(asking.people).unwrap_or(i64::MAX),
            })
        });
        let languages: Vec<_> = languages.collect();
        self.batch(ctx, async |tx| {
            let begun = fresh::<tables::list_editions::ActiveModel, _>(begun);
            tables::list_editions::Entity::insert(begun).exec_without_returning(tx).await?;
            if !languages.is_empty() {
                tables::list_languages::Entity::insert_many(languages).exec_without_returning(tx).await?;
            }
            Ok(((), Vec::new()))
        })
        .await?;
        let mut place = 0;
        for part in held.chunks(CHUNK) {
            let first = place + 1;
            place += i64::try_from(part.len()).unwrap_or_default();
            self.batch(ctx, async |tx| {
                store::recipients::people(tx, &edition, first, part).await?;
                Ok(((), Vec::new()))
            })
            .await?;
        }
        Ok(edition)
    }
}
