//! A version of a communication for those of its list who ask for another language: drafted from the same facts, with
//! these people on its list and no longer on the other.

use super::{
    super::{LoadedNotice, NoticeTarget},
    current, everybody, hold,
    import::aside,
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    facts::{Recording, ToRecord},
    store::{rows, tables, word},
    texts::Published,
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    delivery::RecipientList,
    event::{Event, recipients::RecipientEvent},
    id::NoticeId,
    incident::open,
    language::Language,
    notice::{NewDraft, Notice},
    recipient::{
        list,
        own_language::{Asking, GivenUp, OwnLanguageInput, asked, parted},
    },
    refusal::Refusal,
    text::Choice,
    view::{Added, recipients::Version},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
};

/// A notice with all that a draft in another language is made of.
struct VersionTarget(NoticeId, Option<Language>);

impl Target for VersionTarget {
    type Loaded = (LoadedNotice, Recording, Option<Published>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = NoticeTarget(self.0).load(tx, ctx).await?;
        let recording = ToRecord(loaded.notice.incident).load(tx, ctx).await?;
        let own = match self.1 {
            Some(language) => Published::load(tx, (loaded.notice.kind, language)).await?,
            None => None,
        };
        Ok((loaded, recording, own))
    }
    fn object((loaded, ..): &Self::Loaded) -> Object {
        NoticeTarget::object(loaded)
    }
    fn revision((loaded, ..): &Self::Loaded) -> Option<i64> {
        NoticeTarget::revision(loaded)
    }
}

/// A list that is written beside what counts.
struct Beside {
    list: RecipientList,
    edition: String,
}

/// How many people of a notice's list ask for which language.
pub(crate) async fn asking<C: ConnectionTrait>(db: &C, notice: NoticeId) -> Result<Vec<Asking>> {
    use tables::list_languages::Column as L;
    let Some(edition) = current(db, &notice.to_string()).await? else { return Ok(Vec::new()) };
    let found = tables::list_languages::Entity::find().filter(L::Edition.eq(edition)).all(db).await?;
    let mut out = Vec::new();
    for row in &found {
        let people = u64::try_from(row.people).unwrap_or_default();
        out.push(Asking { language: word(&row.language)?, people });
    }
    out.sort_by_key(|asking| asking.language);
    Ok(out)
}

/// The notices from whose lists the people of this one come, the nearest first.
pub(super) async fn origins<C: ConnectionTrait>(db: &C, notice: NoticeId) -> Result<Vec<String>> {
    let mut out = Vec::new();
    let mut at = notice.to_string();
    while let Some(origin) = tables::list_origins::Entity::find_by_id(at.clone()).one(db).await? {
        at = origin.from_notice;
        out.push(at.clone());
    }
    Ok(out)
}

/// The communications that share one list with this, each for those who ask for its language.
pub(crate) async fn versions<C: ConnectionTrait>(db: &C, notice: NoticeId) -> Result<Vec<Notice>> {
    use tables::{list_origins::Column as O, notices::Column as N};
    let mut ids = origins(db, notice).await?;
    // All that come of the same list, and of those that came of it.
    let mut open: Vec<String> = ids.iter().cloned().chain([notice.to_string()]).collect();
    while !open.is_empty() {
        let any = Condition::any().add(O::FromNotice.is_in(std::mem::take(&mut open)));
        for row in tables::list_origins::Entity::find().filter(any).all(db).await? {
            if !ids.contains(&row.notice_id) {
                ids.push(row.notice_id.clone());
                open.push(row.notice_id);
            }
        }
    }
    ids.retain(|id| *id != notice.to_string());
    let found = tables::notices::Entity::find()
        .filter(N::Id.is_in(ids))
        .order_by_asc(N::CreatedAt)
        .order_by_asc(N::Id)
        .all(db)
        .await?;
    found.iter().map(rows::notice).collect()
}

/// A version as it is listed.
pub(super) fn version(notice: Notice) -> Version {
    let people = notice.people();
    Version { notice: notice.id, language: notice.language, stage: notice.stage, people }
}

/// The versions that were given up before anybody got them, with people on their lists.
pub(crate) async fn given_up<C: ConnectionTrait>(db: &C, notice: &Notice) -> Result<Vec<GivenUp>> {
    if notice.takes_a_list().is_err() {
        return Ok(Vec::new());
    }
    let versions = versions(db, notice.id).await?;
    let lost = versions.into_iter().filter(|version| version.is_given_up() && version.people() > 0);
    let lost = lost.map(|v| GivenUp { notice: v.id, language: v.language, people: v.people() });
    Ok(lost.collect())
}

impl Services {
    /// Drafts the same communication in another language, from the facts as they are, and moves the people of the list
    /// who ask for this language to its list. Both lists have other digests then, so an approval is void.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, no communication, on its way, no other language, or nobody of the list asks
    /// for it.
    #[boxed]
    pub async fn draft_in_their_language(
        &self,
        ctx: &Ctx,
        id: NoticeId,
        input: &OwnLanguageInput,
    ) -> Result<Added> {
        let by = ctx.person()?.account;
        let (_, notice) = self.notice_for(ctx, id, Action::ImportRecipients).await?;
        let drafted = NoticeId::from_bits(ctx.fresh.bits());
        let made = self.part(ctx, &notice, drafted, input).await?;
        let unused: Vec<String> = made.iter().flatten().map(|list| list.edition.clone()).collect();
        let target = VersionTarget(id, Language::from_code(&input.language));
        let done = self.write(ctx, Action::EditNotice, target, move |(loaded, recording, own)| {
            open(&loaded.loaded.incident)?;
            loaded.notice.takes_a_list()?;
            let language = input.parse(loaded.notice.language)?;
            let lists = made.unwrap_or_else(|| [(); 2].map(|()| Beside::nobody()));
            let [stay, go] = lists;
            let from = loaded.notice.with_list(stay.list, by)?;
            if go.list.is_empty() {
                let message = format!("Nobody on this list asks for {}.", language.label());
                return Err(Refusal::state("nobody_asks", message).into());
            }
            let draft = NewDraft { kind: from.kind, language, authority: None, controller: None };
            let new = recording.drafted(ctx, (drafted, by), draft, own.as_ref())?;
            // Whoever gave the list has given this one, too.
            let mut authors = from.authors.clone();
            authors.extend(new.authors.iter().filter(|author| !from.authors.contains(author)));
            let new = Notice { list: go.list, authors, ..new };
            let parted = RecipientEvent::Parted { stay: (from, stay.edition), go: (new.clone(), go.edition) };
            let answer = Added { id: drafted.to_string() };
            Ok(Change::new(vec![Event::NoticeDrafted(new), Event::Recipient(parted)], answer))
        });
        let done = done.await;
        for edition in unused {
            self.forget_unused(ctx, edition).await?;
        }
        done
    }

    /// The two lists that one becomes, written beside it: of those who stay and of those who go. None where nobody goes,
    /// or nothing can be moved.
    async fn part(
        &self,
        ctx: &Ctx,
        notice: &Notice,
        drafted: NoticeId,
        input: &OwnLanguageInput,
    ) -> Result<Option<[Beside; 2]>> {
        let Ok(language) = input.parse(notice.language) else { return Ok(None) };
        if notice.takes_a_list().is_err() || !notice.stage.is_editable() {
            return Ok(None);
        }
        let asks = asking(&self.reader, notice.id).await?.iter().any(|asking| asking.language == language);
        if !asks {
            return Ok(None);
        }
        let people = everybody(&self.reader, &self.key, &notice.id.to_string()).await?;
        let (stay, go) = parted(people, language);
        let mut made = Vec::new();
        for (people, of) in [(stay, notice.id), (go, drafted)] {
            let (key, chance) = (self.key.clone(), ctx.fresh.clone());
            let (list, languages) = (list::digest(&people), asked(&people));
            let held = aside(move || {
                people.iter().map(|person| hold(&key, &chance, of, person)).collect::<Result<Vec<_>>>()
            })
            .await?;
            let edition = self.write_edition(ctx, notice.id, held, &languages).await?;
            made.push(Beside { list, edition });
        }
        Ok(made.try_into().ok())
    }
}

impl Beside {
    fn nobody() -> Self {
        Self { list: RecipientList::default(), edition: String::new() }
    }
}
