//! Writing playbooks of the organisation's own: begun, saved, published by a second person, withdrawn.

use super::shelf::{Shelf, built_in};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store,
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::{Event, library::LibraryEvent},
    fact::catalogue::catalogue,
    id::EditionId,
    incident::ReasonInput,
    playbook::{
        Playbook, cacao,
        edition::{Base, Edition, EditionState, Place, PlaceState, PlaybookOrigin, Said},
        writing::{Against, BeginInput, Checked, TextInput, beginning, checked, headed, named, rejoined},
    },
    refusal::Refusal,
    view::{Added, library::Imported},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

/// A playbook of the organisation's own with everything that deciding about it needs.
pub(super) struct Work {
    pub(super) shelf: Shelf,
    pub(super) playbook: String,
    /// The one that was begun last first.
    pub(super) editions: Vec<Edition>,
}

impl Work {
    pub(super) async fn load<C: ConnectionTrait>(db: &C, ctx: &Ctx, playbook: &str) -> Result<Self> {
        let known = store::can_be_stored(playbook);
        let editions = if known { store::library::editions(db, playbook).await? } else { Vec::new() };
        Ok(Self { shelf: Shelf::load(db, &ctx.readings).await?, playbook: playbook.to_owned(), editions })
    }

    pub(super) fn draft(&self) -> Option<&Edition> {
        self.editions.iter().find(|e| e.state == EditionState::Draft)
    }

    /// The one that is offered, where it is one of the organisation's own.
    pub(super) fn published(&self) -> Option<&Edition> {
        self.editions.iter().find(|e| e.state == EditionState::Published)
    }

    pub(super) fn place(&self) -> Option<&Place> {
        self.shelf.places().get(&self.playbook)
    }

    /// Whether anybody ever published it, here or with the program.
    pub(super) fn is_known(&self) -> bool {
        !self.editions.is_empty() || built_in(&self.playbook).is_some()
    }

    /// The greatest version that there was; 0 where there was none.
    pub(super) fn newest(&self) -> u32 {
        let was = self.editions.iter().filter(|e| e.published.is_some()).map(|e| e.version);
        was.chain(built_in(&self.playbook).map(|p| p.version)).max().unwrap_or(0)
    }

    /// The titles of those that call it.
    pub(super) fn callers(&self) -> Vec<String> {
        let calls = |p: &&std::sync::Arc<Playbook>| {
            p.id != self.playbook && p.calls().contains(self.playbook.as_str())
        };
        self.shelf.all().filter(calls).map(|p| p.title.clone()).collect()
    }

    pub(super) fn check(&self, source: &str) -> Checked {
        let others = |id: &str| self.shelf.find(id).map(|p| &**p).filter(|p| p.id != self.playbook);
        let callers = self.callers();
        let against =
            Against { catalogue: catalogue(), others: &others, callers: &callers, newest: self.newest() };
        checked(&self.playbook, source, &against)
    }

    fn no_draft_yet(&self) -> Result<()> {
        if self.draft().is_none() {
            return Ok(());
        }
        let message = format!("There is a draft of “{}” already. Go on with that one.", self.playbook);
        Err(Refusal::state("has_draft", message).into())
    }

    fn ended(&self, said: &Said, state: EditionState) -> Option<Event> {
        let before = self.published()?;
        let ended = before.ended(state, said.reason.clone(), said.by, said.at);
        Some(Event::Library(LibraryEvent::Ended(ended)))
    }
}

/// A playbook that is begun, and the one that is copied: no revision was seen of them.
struct ToBegin {
    playbook: String,
    copy_of: String,
}

impl Target for ToBegin {
    type Loaded = (Work, Work);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        Ok((Work::load(tx, ctx, &self.playbook).await?, Work::load(tx, ctx, &self.copy_of).await?))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

/// The draft of a playbook.
struct ToDraft(String);

impl Target for ToDraft {
    type Loaded = (Work, Edition);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let work = Work::load(tx, ctx, &self.0).await?;
        let draft = work.draft().cloned().ok_or(Error::NotFound)?;
        Ok((work, draft))
    }
    fn object(_: &Self::Loaded) -> Object {
        Object::System
    }
    fn revision((_, draft): &Self::Loaded) -> Option<i64> {
        Some(draft.revision)
    }
}

/// A playbook that somebody has, and which version of it is offered.
struct ToPlace(String);

impl Target for ToPlace {
    type Loaded = Work;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Work> {
        let work = Work::load(tx, ctx, &self.0).await?;
        if work.is_known() { Ok(work) } else { Err(Error::NotFound) }
    }
    fn object(_: &Work) -> Object {
        Object::System
    }
    fn revision(work: &Work) -> Option<i64> {
        Some(work.place().map_or(0, |place| place.revision))
    }
}

fn drafted(edition: Edition) -> Change<Added> {
    let answer = Added { id: edition.playbook.clone() };
    Change::new(vec![Event::Library(LibraryEvent::Drafted(edition))], answer)
}

fn saved(edition: Edition) -> Change<()> {
    Change::new(vec![Event::Library(LibraryEvent::Saved(edition))], ())
}

impl Services {
    /// Begins a playbook of the organisation's own, empty or as a copy, or the next version of one that there is.
    /// Answers its id.
    ///
    /// # Errors
    /// Not allowed, the name can't be taken, nothing to copy, or a draft of it is being written already.
    #[boxed]
    pub async fn begin_playbook(&self, ctx: &Ctx, input: &BeginInput) -> Result<Added> {
        let by = ctx.person()?.account;
        let (asked, copy_of) = (input.playbook.trim(), input.copy_of.trim());
        let id = EditionId::from_bits(ctx.fresh.bits());
        let playbook = if asked.is_empty() { copy_of } else { asked }.to_owned();
        let target = ToBegin { playbook, copy_of: copy_of.to_owned() };
        self.write(ctx, Action::BeginPlaybook, target, |(work, copied)| {
            let copy = match copy_of {
                "" => None,
                other => Some(work.shelf.find(other).or_else(|| built_in(other)).ok_or_else(|| {
                    Refusal::field(
                        "copy_of",
                        "unknown",
                        "There is no such playbook. Choose one of the library.",
                    )
                })?),
            };
            let playbook = match copy {
                Some(copy) if asked.is_empty() => copy.id.clone(),
                _ => named("playbook", asked)?,
            };
            work.no_draft_yet()?;
            let is_next = copy.is_some_and(|copy| copy.id == playbook);
            if !is_next && (work.shelf.find(&playbook).is_some() || built_in(&playbook).is_some()) {
                let message = "There is a playbook with this name. Copy that one to write its next version.";
                return Err(Refusal::field("playbook", "taken", message).into());
            }
            let text = copy.map_or_else(|| beginning(&playbook), |copy| copy.source().to_owned());
            let source = headed(&text, &playbook, work.newest().saturating_add(1));
            let base = copy.and_then(|copy| match work.shelf.origin(&copy.id) {
                // It goes on from what the one of our own was copied from.
                PlaybookOrigin::Own => copied.published().and_then(|e| e.base.clone()),
                PlaybookOrigin::BuiltIn => Some(Base::of(copy)),
            });
            Ok(drafted(Edition::begin(id, &playbook, source, base, by, ctx.now)))
        })
        .await
    }

    /// Reads a CACAO playbook and makes a draft of it. `playbook` is the id it is to have; empty, it is made from its
    /// name. Without a draft where something was found that would mislead.
    ///
    /// # Errors
    /// Not allowed, the name can't be taken, or a draft of it is being written already.
    #[boxed]
    pub async fn import_playbook(&self, ctx: &Ctx, playbook: &str, bytes: &[u8]) -> Result<Imported> {
        self.permit(ctx, Action::BeginPlaybook, Object::System)?;
        let by = ctx.person()?.account;
        let asked = match playbook.trim() {
            "" => None,
            raw => Some(named("playbook", raw)?),
        };
        let import = cacao::import(bytes, asked.as_deref());
        let Some(read) = import.playbook else {
            return Ok(Imported { errors: import.errors, notices: import.notices, playbook: None });
        };
        let playbook = asked.unwrap_or_else(|| read.id.clone());
        let id = EditionId::from_bits(ctx.fresh.bits());
        let target = ToBegin { playbook: playbook.clone(), copy_of: String::new() };
        let added = self
            .write(ctx, Action::BeginPlaybook, target, |(work, _)| {
                work.no_draft_yet()?;
                let version = read.version.max(work.newest().saturating_add(1));
                let source = headed(read.source(), &playbook, version);
                Ok(drafted(Edition::begin(id, &playbook, source, None, by, ctx.now)))
            })
            .await?;
        Ok(Imported { errors: Vec::new(), notices: import.notices, playbook: Some(added.id) })
    }

    /// Saves the text of a draft. It may have errors.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, or the text can't be kept.
    #[boxed]
    pub async fn save_playbook(&self, ctx: &Ctx, playbook: &str, input: &TextInput) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditPlaybook, ToDraft(playbook.to_owned()), |(_, draft)| {
            let source = rejoined(input.parse()?, &draft.source);
            Ok(saved(draft.save(source, by, ctx.now)?))
        })
        .await
    }

    /// Says that the built-in playbook, as it is now, was taken into account in the draft.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, or it was copied from none that has moved on.
    #[boxed]
    pub async fn rebase_playbook(&self, ctx: &Ctx, playbook: &str) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditPlaybook, ToDraft(playbook.to_owned()), |(_, draft)| {
            let base = draft.base.as_ref();
            let moved = base.and_then(|base| base.moved_on(|id| built_in(id).map(|p| &**p)));
            let moved = moved.ok_or_else(|| {
                Refusal::state(
                    "nothing_moved",
                    "The built-in playbook is still the one this was copied from.",
                )
            })?;
            Ok(saved(draft.rebase(Base::of(moved), by, ctx.now)?))
        })
        .await
    }

    /// Gives a draft up.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, or no reason.
    #[boxed]
    pub async fn discard_playbook(&self, ctx: &Ctx, playbook: &str, input: &ReasonInput) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::EditPlaybook, ToDraft(playbook.to_owned()), |(_, draft)| {
            let given_up = draft.discard(input.parse()?, by, ctx.now)?;
            Ok(Change::new(vec![Event::Library(LibraryEvent::Ended(given_up))], ()))
        })
        .await
    }

    /// Publishes a draft, as a second person. From now on it is offered; cases that follow an earlier version go on
    /// with that one.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, the asker made the last change, or the text has errors.
    #[boxed]
    pub async fn publish_playbook(&self, ctx: &Ctx, playbook: &str) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::PublishPlaybook, ToDraft(playbook.to_owned()), |(work, draft)| {
            let published = draft.publish(by, ctx.now)?;
            let found = work.check(&draft.source).errors;
            if let Some(first) = found.first() {
                let message = format!(
                    "The text has {}, so it can't be published. Line {}: {}",
                    if found.len() == 1 { "an error".to_owned() } else { format!("{} errors", found.len()) },
                    first.line,
                    first.message
                );
                return Err(Refusal::state("has_errors", message).into());
            }
            let reason = format!("Version {} took its place.", published.version);
            let superseded = work.ended(&Said { at: ctx.now, by, reason }, EditionState::Superseded);
            let place = Place::of(&published, work.place(), by, ctx.now);
            let mut events = vec![Event::Library(LibraryEvent::Published(published))];
            events.extend(superseded);
            events.push(Event::Library(LibraryEvent::Placed(place)));
            Ok(Change::new(events, ()))
        })
        .await
    }

    /// Sends a draft back with what should be changed.
    ///
    /// # Errors
    /// Not allowed, no draft, stale, or no reason.
    #[boxed]
    pub async fn decline_playbook(&self, ctx: &Ctx, playbook: &str, input: &ReasonInput) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::PublishPlaybook, ToDraft(playbook.to_owned()), |(_, draft)| {
            let declined = draft.decline(input.parse()?, by, ctx.now)?;
            Ok(Change::new(vec![Event::Library(LibraryEvent::Declined(declined))], ()))
        })
        .await
    }

    /// Retires a playbook: none of its versions is offered any more, the built-in one neither. Cases that follow it go
    /// on with the text they began with.
    ///
    /// # Errors
    /// Not allowed, unknown, stale, not offered, or no reason.
    #[boxed]
    pub async fn retire_playbook(&self, ctx: &Ctx, playbook: &str, input: &ReasonInput) -> Result<()> {
        self.place(ctx, playbook, input, PlaceState::Off).await
    }

    /// Offers the version of a playbook that comes with the program again, instead of the organisation's or of none.
    ///
    /// # Errors
    /// Not allowed, unknown, stale, there is no built-in one, it is offered already, or no reason.
    #[boxed]
    pub async fn offer_built_in(&self, ctx: &Ctx, playbook: &str, input: &ReasonInput) -> Result<()> {
        self.place(ctx, playbook, input, PlaceState::BuiltIn).await
    }

    async fn place(&self, ctx: &Ctx, playbook: &str, input: &ReasonInput, to: PlaceState) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, Action::PublishPlaybook, ToPlace(playbook.to_owned()), |work| {
            let reason = input.parse()?;
            let now = work.place().map_or(PlaceState::BuiltIn, |place| place.state);
            let has_built_in = built_in(&work.playbook).is_some();
            let refusal = match to {
                PlaceState::BuiltIn if !has_built_in => {
                    Some(("no_built_in", "This playbook doesn't come with the program."))
                }
                PlaceState::BuiltIn if now == to => {
                    Some(("offered_already", "The built-in version is offered already."))
                }
                PlaceState::Off if now == to || (now == PlaceState::BuiltIn && !has_built_in) => {
                    Some(("not_offered", "This playbook isn't offered. There is nothing to retire."))
                }
                _ => None,
            };
            if let Some((code, message)) = refusal {
                return Err(Refusal::state(code, message).into());
            }
            let said = Said { at: ctx.now, by, reason };
            let mut events: Vec<Event> = work.ended(&said, EditionState::Retired).into_iter().collect();
            let place = Place::without_own(&work.playbook, to, work.place(), said);
            events.push(Event::Library(LibraryEvent::Placed(place)));
            Ok(Change::new(events, ()))
        })
        .await
    }
}
