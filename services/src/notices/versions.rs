//! What a notice said before: its versions, and how two of them differ, word by word.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    store::{review, rows, tables},
};
use domain::{
    access::Action,
    id::NoticeId,
    notice::{Statement, check::name, template::statements},
    view::review::{Became, NoticeVersions, Piece, Redline},
};
use sea_orm::EntityTrait;
use similar::{Algorithm, ChangeTag, TextDiff};

impl Services {
    /// The versions of a notice, and how two of them differ: by their revisions, or the last two.
    ///
    /// # Errors
    /// Hidden or unknown, or there is no version of a revision that was asked for.
    #[boxed]
    pub async fn notice_versions(
        &self,
        ctx: &Ctx,
        id: NoticeId,
        from: Option<i64>,
        to: Option<i64>,
    ) -> Result<NoticeVersions> {
        let row = tables::notices::Entity::find_by_id(id.to_string()).one(&self.reader).await?;
        let notice = rows::notice(&row.ok_or(Error::NotFound)?)?;
        let case = self.case(ctx, notice.incident, Action::ReadIncident).await?;
        let versions = review::versions(&self.reader, id).await?;
        let to = to.or_else(|| versions.first().map(|v| v.revision));
        let before = |to: i64| versions.iter().map(|v| v.revision).find(|revision| *revision < to);
        let from = from.or_else(|| to.and_then(before));
        let (Some(from), Some(to)) = (from, to) else {
            return Ok(NoticeVersions { case, notice, versions, compared: None, redlines: Vec::new() });
        };
        let old = review::version(&self.reader, id, from).await?.ok_or(Error::NotFound)?;
        let new = review::version(&self.reader, id, to).await?.ok_or(Error::NotFound)?;
        let said = |statements: &'_ [Statement], code: &str| {
            statements.iter().find(|s| s.code == code).map(|s| s.text.clone()).unwrap_or_default()
        };
        let mut redlines = Vec::new();
        for spec in statements(notice.kind) {
            let (old, new) = (said(&old, spec.code), said(&new, spec.code));
            if old != new {
                let (code, name) = (spec.code.to_owned(), name(notice.kind, spec.code));
                redlines.push(Redline { code, name, pieces: redline(&old, &new) });
            }
        }
        Ok(NoticeVersions { case, notice, versions, compared: Some((from, to)), redlines })
    }
}

/// How `new` differs from `old`, word by word: what was removed before what was added. A space between two changes
/// belongs to both, so that changed words stay together.
pub(crate) fn redline(old: &str, new: &str) -> Vec<Piece> {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_words(old, new);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut change = Change::default();
    for token in diff.iter_all_changes() {
        let text = token.value();
        match token.tag() {
            ChangeTag::Equal if !change.is_empty() && text.trim().is_empty() => change.space.push_str(text),
            ChangeTag::Equal => {
                std::mem::take(&mut change).end(&mut pieces);
                push(&mut pieces, Became::Same, text);
            }
            ChangeTag::Delete => change.with_space().removed.push_str(text),
            ChangeTag::Insert => change.with_space().added.push_str(text),
        }
    }
    change.end(&mut pieces);
    pieces
}

/// Words that were removed and added at one place, and the space after them, of which it is open whether it belongs.
#[derive(Default)]
struct Change {
    removed: String,
    added: String,
    space: String,
}

impl Change {
    fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    fn with_space(&mut self) -> &mut Self {
        let space = std::mem::take(&mut self.space);
        self.removed.push_str(&space);
        self.added.push_str(&space);
        self
    }

    fn end(self, pieces: &mut Vec<Piece>) {
        push(pieces, Became::Removed, &self.removed);
        push(pieces, Became::Added, &self.added);
        push(pieces, Became::Same, &self.space);
    }
}

fn push(pieces: &mut Vec<Piece>, became: Became, text: &str) {
    match pieces.last_mut().filter(|last| last.became == became) {
        _ if text.is_empty() => {}
        Some(last) => last.text.push_str(text),
        None => pieces.push(Piece { became, text: text.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::text::Choice;

    #[test]
    fn words_that_stay_stay_together() {
        let of = |old, new| -> Vec<(&'static str, String)> {
            redline(old, new).into_iter().map(|p| (p.became.code(), p.text)).collect()
        };
        let expected = [("same", "About "), ("removed", "4,800"), ("added", "5,200"), ("same", " people.")];
        let expected: Vec<_> = expected.into_iter().map(|(code, text)| (code, text.to_owned())).collect();
        assert_eq!(of("About 4,800 people.", "About 5,200 people."), expected);
        let expected = [("removed", "One two"), ("added", "Three four")];
        let expected: Vec<_> = expected.into_iter().map(|(code, text)| (code, text.to_owned())).collect();
        assert_eq!(of("One two", "Three four"), expected);
        assert_eq!(of("", "New."), [("added", "New.".to_owned())]);
        assert_eq!(of("Same.", "Same."), [("same", "Same.".to_owned())]);
    }

    #[test]
    fn both_texts_can_be_read_from_it() {
        let (old, new) = ("One two\n- three\n- four", "One\n- three and four\n- five");
        let without = |left_out: Became| -> String {
            redline(old, new).into_iter().filter(|p| p.became != left_out).map(|p| p.text).collect()
        };
        assert_eq!((without(Became::Added), without(Became::Removed)), (old.to_owned(), new.to_owned()));
    }
}
