//! The library as pages and programs see it.

use super::{
    difference::difference,
    editing::Work,
    row,
    shelf::{Shelf, built_in},
};
use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store,
};
use domain::{
    access::{Action, Object, Permit, permits},
    fact::catalogue::catalogue,
    playbook::{
        Playbook, cacao,
        edition::{Base, Edition, EditionState, PlaceState, PlaybookOrigin, digest},
        markdown,
        rehearsal::{Rehearsal, RehearsalInput, rehearse},
        writing::{Checked, TextInput},
    },
    refusal::Refusal,
    text::{Checks, Choice},
    view::library::{
        Attention, DifferencePage, DraftPage, EditionRow, FileFormat, LibraryPage, Moved, PlaybookFile,
        PlaybookPage, VersionPage,
    },
};
use std::sync::Arc;

/// The version that comes with the program, in an address.
pub const BUILT_IN: &str = "built-in";
/// The draft, in an address.
pub const DRAFT: &str = "draft";
/// The version that is offered, in an address.
pub const OFFERED: &str = "offered";
/// What the draft, or else the offered version, was copied from, in an address.
pub const BASE: &str = "base";

fn moved(base: Option<&Base>) -> Option<Moved> {
    let base = base?;
    let now = base.moved_on(|id| built_in(id).map(|p| &**p))?;
    Some(Moved { playbook: now.id.clone(), title: now.title.clone(), from: base.version, to: now.version })
}

fn said_moved(moved: &Moved) -> String {
    format!(
        "It was copied from version {} of “{}”, which comes with the program. That has moved on{}. Look at what changed there.",
        moved.from,
        moved.title,
        if moved.to == moved.from { String::new() } else { format!(" to version {}", moved.to) },
    )
}

/// What somebody should look at, of what is offered and of what is being written.
fn attention(shelf: &Shelf, live: &[Edition]) -> Vec<Attention> {
    let mut out = Vec::new();
    let mut add = |playbook: &str, draft: bool, message: String| {
        out.push(Attention { playbook: playbook.to_owned(), message, draft });
    };
    for edition in live {
        let draft = edition.state == EditionState::Draft;
        if let Some(moved) = moved(edition.base.as_ref()) {
            add(&edition.playbook, draft, said_moved(&moved));
        }
        if let Some(declined) = &edition.declined {
            add(&edition.playbook, draft, format!("The draft was sent back: {}", declined.reason));
        }
        let overtaken = built_in(&edition.playbook).filter(|p| !draft && p.version > edition.version);
        if let Some(now) = overtaken {
            let message = format!(
                "The program comes with version {} by now. Your organisation’s version {} is offered instead.",
                now.version, edition.version
            );
            add(&edition.playbook, draft, message);
        }
    }
    for id in shelf.unreadable() {
        let message = "The published version can’t be read by this version of the program, so it isn’t offered. Write a new one.";
        add(id, false, message.to_owned());
    }
    for playbook in shelf.all() {
        let others = |id: &str| shelf.find(id).map(|p| &**p);
        for error in playbook.check(catalogue(), &others) {
            add(&playbook.id, false, format!("Line {}: {}", error.line, error.message));
        }
    }
    out
}

impl Work {
    fn version(&self, which: &str) -> Option<VersionPage> {
        let page = |label: String, source: &str, playbook: Option<Arc<Playbook>>| VersionPage {
            which: which.to_owned(),
            label,
            id: self.playbook.clone(),
            source: source.to_owned(),
            digest: digest(source),
            playbook,
        };
        let whole =
            |label: String, playbook: &Arc<Playbook>| page(label, playbook.source(), Some(playbook.clone()));
        let read =
            |source: &str| Playbook::parse(&format!("{}.toml", self.playbook), source).ok().map(Arc::new);
        match which {
            BUILT_IN => built_in(&self.playbook).map(|p| whole(format!("Built-in version {}", p.version), p)),
            OFFERED => {
                self.shelf.find(&self.playbook).map(|p| whole(format!("Version {}, offered", p.version), p))
            }
            BASE => {
                let base = self.draft().or_else(|| self.published())?.base.as_ref()?;
                let label = format!("“{}” version {}, as it was copied", base.playbook, base.version);
                let read =
                    Playbook::parse(&format!("{}.toml", base.playbook), &base.source).ok().map(Arc::new);
                Some(page(label, &base.source, read))
            }
            DRAFT => self.draft().map(|draft| page("Draft".to_owned(), &draft.source, read(&draft.source))),
            id => {
                let edition = self.editions.iter().find(|e| e.id.to_string() == id)?;
                Some(page(label(edition), &edition.source, read(&edition.source)))
            }
        }
    }

    /// Each as in an address and in words.
    fn versions(&self) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = Vec::new();
        let base = [DRAFT, BUILT_IN, BASE];
        out.extend(base.iter().filter_map(|which| Some(((*which).to_owned(), self.version(which)?.label))));
        let published = self.editions.iter().filter(|e| e.state != EditionState::Draft);
        out.extend(published.map(|e| (e.id.to_string(), label(e))));
        out
    }

    /// What it is compared with if nobody says otherwise: the version before.
    fn before(&self, which: &str) -> &'static str {
        match which {
            DRAFT if self.shelf.find(&self.playbook).is_some() => OFFERED,
            DRAFT => BASE,
            _ if built_in(&self.playbook).is_some() => BUILT_IN,
            _ => BASE,
        }
    }
}

fn label(edition: &Edition) -> String {
    let state = edition.state.label().to_lowercase();
    if edition.version == 0 {
        format!("A text that can’t be read, {state}")
    } else {
        format!("Version {}, {state}", edition.version)
    }
}

impl Services {
    fn may_in_library(&self, ctx: &Ctx, action: Action) -> bool {
        permits(&ctx.actor, action, Object::System, ctx.now) == Permit::Granted
    }

    async fn work(&self, ctx: &Ctx, playbook: &str) -> Result<Work> {
        self.permit(ctx, Action::ReadLibrary, Object::System)?;
        let work = Work::load(&self.reader, ctx, playbook).await?;
        if work.is_known() { Ok(work) } else { Err(Error::NotFound) }
    }

    /// The library: what is offered, what is being written, what is switched off and what to look at.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn library_page(&self, ctx: &Ctx) -> Result<LibraryPage> {
        let shelf = self.shelf(ctx).await?;
        let live = store::library::live(&self.reader).await?;
        let off = shelf.places().values().filter(|place| place.state == PlaceState::Off);
        let off = off.map(|place| {
            let title = built_in(&place.playbook).map_or_else(|| place.playbook.clone(), |p| p.title.clone());
            (place.clone(), title)
        });
        Ok(LibraryPage {
            offered: shelf.all().map(|playbook| row(&shelf, playbook)).collect(),
            drafts: live.iter().filter(|e| e.state == EditionState::Draft).map(EditionRow::from).collect(),
            off: off.collect(),
            attention: attention(&shelf, &live),
            people: self.people().await?,
            may_edit: self.may_in_library(ctx, Action::BeginPlaybook),
        })
    }

    /// One playbook: what is offered, and what the organisation made of it.
    ///
    /// # Errors
    /// Unknown.
    #[boxed]
    pub async fn playbook_page(&self, ctx: &Ctx, playbook: &str) -> Result<PlaybookPage> {
        let work = self.work(ctx, playbook).await?;
        let offered = work.shelf.find(playbook).cloned();
        let origin = work.shelf.origin(playbook);
        let base = work.published().filter(|_| origin == PlaybookOrigin::Own).and_then(|e| e.base.as_ref());
        Ok(PlaybookPage {
            id: playbook.to_owned(),
            origin,
            place: work.place().cloned(),
            built_in: built_in(playbook).cloned(),
            draft: work.draft().map(EditionRow::from),
            moved: moved(base),
            editions: work.editions.iter().map(EditionRow::from).collect(),
            people: self.people().await?,
            may_edit: self.may_in_library(ctx, Action::BeginPlaybook),
            may_publish: self.may_in_library(ctx, Action::PublishPlaybook),
            playbook: offered,
        })
    }

    /// The draft of a playbook, with what is found in it, or in a text that is only checked and not kept.
    ///
    /// # Errors
    /// Unknown, no draft, or a text that can't be taken.
    #[boxed]
    pub async fn playbook_draft(
        &self,
        ctx: &Ctx,
        playbook: &str,
        typed: Option<&TextInput>,
    ) -> Result<DraftPage> {
        let work = self.work(ctx, playbook).await?;
        let draft = work.draft().ok_or(Error::NotFound)?;
        let source = match typed {
            Some(typed) => domain::playbook::writing::rejoined(typed.parse()?, &draft.source),
            None => draft.source.clone(),
        };
        let Checked { playbook: read, errors, warnings } = work.check(&source);
        Ok(DraftPage {
            draft: EditionRow::from(draft),
            playbook: read,
            errors,
            warnings,
            moved: moved(draft.base.as_ref()),
            offered: work.shelf.find(playbook).is_some(),
            people: self.people().await?,
            may_edit: self.may_in_library(ctx, Action::EditPlaybook),
            may_publish: self.may_in_library(ctx, Action::PublishPlaybook),
            is_mine: ctx.actor.person().is_some_and(|p| p.account == draft.saved_by),
            source,
        })
    }

    /// What is found in a text that is to be this playbook. Nothing is kept.
    ///
    /// # Errors
    /// Nobody is signed in, or a text that can't be taken.
    #[boxed]
    pub async fn check_playbook(&self, ctx: &Ctx, playbook: &str, input: &TextInput) -> Result<Checked> {
        self.permit(ctx, Action::ReadLibrary, Object::System)?;
        let source = input.parse()?;
        Ok(Work::load(&self.reader, ctx, playbook).await?.check(&source))
    }

    /// One version of a playbook: `offered`, `built-in`, `draft`, `base`, or the id of a version.
    ///
    /// # Errors
    /// Unknown.
    #[boxed]
    pub async fn playbook_version(&self, ctx: &Ctx, playbook: &str, which: &str) -> Result<VersionPage> {
        self.work(ctx, playbook).await?.version(which).ok_or(Error::NotFound)
    }

    /// How two versions of a playbook differ. Empty names mean the newest and what it is compared with by itself.
    ///
    /// # Errors
    /// Unknown, or there is nothing to compare with.
    #[boxed]
    pub async fn playbook_difference(
        &self,
        ctx: &Ctx,
        playbook: &str,
        from: &str,
        to: &str,
    ) -> Result<DifferencePage> {
        let work = self.work(ctx, playbook).await?;
        let newest = if work.draft().is_some() { DRAFT } else { OFFERED };
        let to = if to.is_empty() { newest } else { to };
        let from = match from {
            // Begun empty, a draft is compared with nothing.
            "" => work.version(work.before(to)).unwrap_or_else(|| VersionPage {
                which: String::new(),
                label: "Nothing".to_owned(),
                id: playbook.to_owned(),
                source: String::new(),
                digest: digest(""),
                playbook: None,
            }),
            asked => work.version(asked).ok_or(Error::NotFound)?,
        };
        let to = work.version(to).ok_or(Error::NotFound)?;
        Ok(DifferencePage {
            difference: difference(&from.source, &to.source),
            versions: work.versions(),
            from,
            to,
        })
    }

    /// A version as a file: `toml`, `markdown` or `cacao`. An empty version means the one that is offered.
    ///
    /// # Errors
    /// Unknown, no such format, or a text that can't be read in a format that needs it read.
    #[boxed]
    pub async fn export_playbook(
        &self,
        ctx: &Ctx,
        playbook: &str,
        which: &str,
        format: &str,
    ) -> Result<PlaybookFile> {
        let work = self.work(ctx, playbook).await?;
        let version = work.version(if which.is_empty() { OFFERED } else { which }).ok_or(Error::NotFound)?;
        let mut checks = Checks::new();
        let format: FileFormat = checks.choice("format", format).ok_or_else(|| checks.refusal())?;
        let read = || {
            let message = "This version can't be read as a playbook. Take it as TOML.";
            version.playbook.as_ref().ok_or_else(|| Refusal::state("not_readable", message))
        };
        let (ending, media_type, body) = match format {
            FileFormat::Toml => ("toml", "application/toml; charset=utf-8", version.source.clone()),
            FileFormat::Markdown => ("md", "text/markdown; charset=utf-8", markdown(read()?)),
            FileFormat::Cacao => {
                let json = cacao::export(read()?, ctx.now);
                ("cacao.json", "application/json", serde_json::to_string_pretty(&json).unwrap_or_default())
            }
        };
        Ok(PlaybookFile { name: format!("{}.{ending}", version.id), media_type, body })
    }

    /// What a run of a version would look like with invented answers. Nothing is kept, and nothing is journaled.
    ///
    /// # Errors
    /// Unknown, or the version can't be read.
    #[boxed]
    pub async fn rehearse_playbook(
        &self,
        ctx: &Ctx,
        playbook: &str,
        which: &str,
        input: &RehearsalInput,
    ) -> Result<(VersionPage, Rehearsal)> {
        let work = self.work(ctx, playbook).await?;
        let version = work.version(if which.is_empty() { OFFERED } else { which }).ok_or(Error::NotFound)?;
        let read = version.playbook.clone().ok_or(Error::NotFound)?;
        let others = |id: &str| work.shelf.find(id).map(|p| &**p);
        let rehearsal = rehearse(&read, &others, catalogue(), input, ctx.zone(), ctx.now);
        Ok((version, rehearsal))
    }
}
