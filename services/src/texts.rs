//! The organisation's own texts of notices: written, published by somebody who wrote none of them, and put in place of
//! the built-in ones.

mod editing;
mod shown;

use crate::{
    ctx::Ctx,
    error::Result,
    facts::{Recording, ToRecord},
    render,
    store::texts as store,
    write::Target,
};
use domain::{
    access::Object,
    id::IncidentId,
    notice::{
        DraftInput, Wording,
        own_text::{OwnText, version::TextVersion},
        template::{self, Language, NoticeKind},
    },
    text::Choice,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use std::collections::BTreeMap;

/// A version whose texts were read. One that can't be read any more, because the program came to know a field no longer,
/// is left out: the built-in one stands there again, and the page says so.
#[derive(Debug, Clone)]
pub(crate) struct Published {
    version: u32,
    texts: BTreeMap<String, OwnText>,
}

impl Published {
    /// What words new drafts of a kind in a language, where the organisation has texts of its own.
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, of: (NoticeKind, Language)) -> Result<Option<Self>> {
        Ok(store::published(db, of).await?.as_ref().map(Self::of))
    }

    pub(crate) fn of(version: &TextVersion) -> Self {
        let allowed = render::notice::allowed(version.kind);
        let read = |(code, text): (&String, &String)| {
            OwnText::parse(text, &allowed).ok().map(|read| (code.clone(), read))
        };
        Self { version: version.version, texts: version.statements.iter().filter_map(read).collect() }
    }

    /// The text of a statement, and what is kept of it with a statement that it words.
    pub(crate) fn wording(&self, kind: NoticeKind, code: &str) -> Option<(&OwnText, Wording)> {
        let (text, spec) = (self.texts.get(code)?, template::statement(kind, code)?);
        let lacks = text.lacks(spec).into_iter().map(str::to_owned).collect();
        Some((text, Wording { version: self.version, lacks }))
    }
}

/// A case in which a notice is to be drafted, with the organisation's own text of it.
pub(crate) struct ToDraft(IncidentId, Option<(NoticeKind, Language)>);

impl ToDraft {
    /// What can't be read of `input` is refused after its target was loaded.
    pub(crate) fn of(incident: IncidentId, input: &DraftInput) -> Self {
        let kind = NoticeKind::from_code(input.kind.trim());
        Self(incident, kind.zip(Language::from_code(input.language.trim())))
    }
}

impl Target for ToDraft {
    type Loaded = (Recording, Option<Published>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let recording = ToRecord(self.0).load(tx, ctx).await?;
        let own = match self.1 {
            Some(of) => Published::load(tx, of).await?,
            None => None,
        };
        Ok((recording, own))
    }
    fn object((recording, _): &Self::Loaded) -> Object {
        recording.loaded.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}
