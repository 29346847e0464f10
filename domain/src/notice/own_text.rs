//! What the organisation writes in place of a built-in statement: words with fields from a list, and blocks that stand
//! there while an answer is known, or while it isn't. There is no other logic in it.
//!
//! `{{people.count}}` is an answer as the built-in texts show it, `{{built_in}}` the built-in statement, and
//! `{{organisation}}` the organisation's name. `{{#time.end}}…{{/time.end}}` is kept while the answer is known,
//! `{{^time.end}}…{{/time.end}}` while it isn't. What is put in is never read as a field.

pub mod version;

use crate::{
    fact::{catalogue::catalogue, sheet::Sheet},
    notice::template::StatementSpec,
    recipient::merge,
    refusal::Refusal,
    text::is_forbidden,
};
use std::collections::BTreeSet;

/// The longest text of one statement, in bytes.
pub const TEXT_MAX: usize = 8 * 1024;
/// How deep blocks may stand in each other.
pub const DEPTH_MAX: usize = 3;
/// How many fields, and beginnings and ends of blocks, one text may have.
pub const TAGS_MAX: usize = 100;
/// Stands for the built-in statement.
pub const BUILT_IN: &str = "built_in";
/// Stands for the organisation's name.
pub const ORGANISATION: &str = "organisation";

/// What may stand in a text.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// Keys of the catalogue: those that the built-in statements of the kind read.
    pub keys: BTreeSet<&'static str>,
    /// Whether fields may be filled in for each person, such as `{{name|customer}}`.
    pub merges: bool,
}

/// What is wrong with a text, where, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub code: &'static str,
    pub message: String,
}

impl TextError {
    /// As what is wrong with the field `text` of a form.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let message = format!("Line {}, character {}: {}", self.line, self.column, self.message);
        Refusal::field("text", self.code, message)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    /// A key, or one of the two names that stand for something else.
    Field(String),
    /// A field that is filled in for each person, as it was written.
    Merge(String),
    /// Kept while the answer is `known`.
    Block {
        key: String,
        known: bool,
        inside: Vec<Piece>,
    },
}

/// A text that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnText {
    pieces: Vec<Piece>,
    merges: bool,
}

/// A pair of braces with what is in it.
struct Tag<'t> {
    start: usize,
    end: usize,
    inside: &'t str,
}

/// A block that has not ended yet.
struct Open<'t> {
    key: &'t str,
    known: bool,
    start: usize,
    before: Vec<Piece>,
}

impl OwnText {
    /// Reads a text.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(source: &str, allowed: &Allowed) -> Result<Self, TextError> {
        if source.len() > TEXT_MAX {
            let message = format!(
                "This text has {} bytes; at most {TEXT_MAX} are taken. Say it shorter, or in another statement.",
                source.len()
            );
            return Err(TextError { line: 1, column: 1, code: "too_long", message });
        }
        let tags = tags(source)?;
        if let Some(tag) = tags.get(TAGS_MAX) {
            let message = format!("There are more than {TAGS_MAX} fields and blocks. Leave some out.");
            return Err(error(source, tag.start, "too_many", message));
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut done = 0;
        for tag in &tags {
            let (start, end) = alone(source, tag).unwrap_or((tag.start, tag.end));
            words(&mut pieces, source.get(done..start).unwrap_or_default());
            done = end;
            let no = |code, message: String| Err(error(source, tag.start, code, message));
            let inside = tag.inside.trim();
            if let Some(key) = inside.strip_prefix('/').map(str::trim) {
                let Some(block) = open.pop() else {
                    return no(
                        "nothing_to_end",
                        format!("No block begins before {{{{/{key}}}}}. Remove it."),
                    );
                };
                if block.key != key {
                    let begun = position(source, block.start).0;
                    let message = format!(
                        "This ends “{}”, but the block that is open is “{}”, begun in line {begun}. Write {{{{/{}}}}}.",
                        shown(key),
                        block.key,
                        block.key
                    );
                    return no("wrong_end", message);
                }
                let inside = std::mem::replace(&mut pieces, block.before);
                pieces.push(Piece::Block { key: block.key.to_owned(), known: block.known, inside });
            } else if let Some(key) = inside.strip_prefix(['#', '^']).map(str::trim) {
                if key == BUILT_IN || key == ORGANISATION {
                    let message = format!("“{key}” is always there and needs no block. Write {{{{{key}}}}}.");
                    return no("no_block", message);
                }
                known_field(source, tag, key, allowed)?;
                if open.len() >= DEPTH_MAX {
                    let message = format!(
                        "Blocks stand in each other at most {DEPTH_MAX} deep. End one of them before."
                    );
                    return no("too_deep", message);
                }
                let before = std::mem::take(&mut pieces);
                open.push(Open { key, known: inside.starts_with('#'), start: tag.start, before });
            } else if inside.contains('|') {
                pieces.push(Piece::Merge(merge_field(source, tag, allowed)?));
            } else {
                if inside != BUILT_IN && inside != ORGANISATION {
                    known_field(source, tag, inside, allowed)?;
                }
                pieces.push(Piece::Field(inside.to_owned()));
            }
        }
        if let Some(block) = open.last() {
            let message =
                format!("The block “{}” doesn’t end. Write {{{{/{}}}}} behind it.", block.key, block.key);
            return Err(error(source, block.start, "not_ended", message));
        }
        words(&mut pieces, source.get(done..).unwrap_or_default());
        Ok(Self { pieces, merges: allowed.merges })
    }

    /// The text with its fields put in. `say` gives what stands for a field, `known` whether there is an answer; both
    /// are asked only for what is needed.
    ///
    /// # Errors
    /// Those of `say`.
    pub fn filled<E>(
        &self,
        say: &dyn Fn(&str) -> Result<String, E>,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<String, E> {
        let mut out = String::new();
        self.fill(&self.pieces, &mut out, say, known)?;
        Ok(out)
    }

    fn fill<E>(
        &self,
        pieces: &[Piece],
        out: &mut String,
        say: &dyn Fn(&str) -> Result<String, E>,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<(), E> {
        for piece in pieces {
            match piece {
                Piece::Words(words) => self.push(out, words),
                Piece::Merge(raw) => self.push(out, raw),
                Piece::Field(field) => {
                    let value = clean(&say(field)?);
                    if self.merges { self.push(out, &set_apart(&value)) } else { out.push_str(&value) }
                }
                Piece::Block { key, known: wanted, inside } => {
                    if known(key) == *wanted {
                        self.fill(inside, out, say, known)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Where fields are filled in for each person later, two braces that come together from two pieces are no field.
    fn push(&self, out: &mut String, text: &str) {
        if self.merges && out.ends_with('{') && text.starts_with('{') {
            out.push(' ');
        }
        out.push_str(text);
    }

    /// Whether it says something whatever is known.
    #[must_use]
    pub fn always_says(&self) -> bool {
        always(&self.pieces, &|piece| match piece {
            Piece::Words(words) => !words.trim().is_empty(),
            Piece::Field(_) | Piece::Merge(_) => true,
            Piece::Block { .. } => false,
        })
    }

    /// The keys that the built-in statement needs and that this text doesn't show whenever they are known. None where it
    /// contains the built-in statement itself.
    #[must_use]
    pub fn lacks(&self, spec: &StatementSpec) -> Vec<&'static str> {
        let shows = |field: &str| always(&self.pieces, &|piece| shows(piece, field));
        if shows(BUILT_IN) {
            return Vec::new();
        }
        let shown = |key: &str| shows(key) || (key == "ctrl.name" && shows(ORGANISATION));
        spec.needs.iter().copied().filter(|key| !shown(key)).collect()
    }
}

/// Of what a text lacks, the keys that are asked with the present answers.
#[must_use]
pub fn lacking<'k>(lacks: &'k [String], sheet: &Sheet) -> Vec<&'k str> {
    let asked = |key: &&str| catalogue().get(key).is_some_and(|definition| sheet.asks(definition));
    lacks.iter().map(String::as_str).filter(asked).collect()
}

/// Whether a piece that `is` so stands in the text whatever is known: outside of blocks, or in both of the same key.
fn always(pieces: &[Piece], is: &dyn Fn(&Piece) -> bool) -> bool {
    let both = |key: &str| {
        let found = |wanted: bool| {
            pieces.iter().any(|piece| match piece {
                Piece::Block { key: k, known, inside } => k == key && *known == wanted && always(inside, is),
                _ => false,
            })
        };
        found(true) && found(false)
    };
    pieces.iter().any(|piece| {
        is(piece)
            || match piece {
                Piece::Block { key, known: true, .. } => both(key),
                _ => false,
            }
    })
}

/// Whether a piece shows the field whenever it is known; a block of the field itself does.
fn shows(piece: &Piece, field: &str) -> bool {
    match piece {
        Piece::Field(name) => name == field,
        Piece::Block { key, known: true, inside } => {
            key == field && always(inside, &|piece| shows(piece, field))
        }
        _ => false,
    }
}

fn words(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Words(text.to_owned()));
    }
}

fn tags(source: &str) -> Result<Vec<Tag<'_>>, TextError> {
    let mut tags = Vec::new();
    let mut from = 0;
    while let Some(at) = source.get(from..).and_then(|rest| rest.find("{{")) {
        let start = from + at;
        let rest = source.get(start + 2..).unwrap_or_default();
        let inside = rest.find("}}").and_then(|end| rest.get(..end));
        let whole = inside.filter(|inside| !inside.contains(['{', '\n']));
        let Some(inside) = whole else {
            let message = "Two braces begin a field, and this one doesn’t end as a field does. Write {{the.field}} on one line, or a single brace.";
            return Err(error(source, start, "not_a_field", message.to_owned()));
        };
        from = start + inside.len() + 4;
        tags.push(Tag { start, end: from, inside });
    }
    Ok(tags)
}

/// The whole line of a beginning or an end of a block that has nothing beside it: it leaves no empty line.
fn alone(source: &str, tag: &Tag<'_>) -> Option<(usize, usize)> {
    if !tag.inside.trim_start().starts_with(['#', '^', '/']) {
        return None;
    }
    let before = source.get(..tag.start)?;
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let after = source.get(tag.end..)?;
    let end = after.find('\n').map_or(source.len(), |at| tag.end + at + 1);
    let blank = source.get(line..tag.start)?.trim().is_empty() && source.get(tag.end..end)?.trim().is_empty();
    blank.then_some((line, end))
}

fn known_field(source: &str, tag: &Tag<'_>, key: &str, allowed: &Allowed) -> Result<(), TextError> {
    if allowed.keys.contains(key) {
        return Ok(());
    }
    let message = match catalogue().get(key) {
        Some(definition) => format!(
            "“{}” ({key}) is no field of this kind of notice: its built-in text doesn’t say it either. Choose one of the list.",
            definition.label
        ),
        None => format!("There is no field “{}”. Choose one of the list.", shown(key)),
    };
    Err(error(source, tag.start, "unknown_field", message))
}

fn merge_field(source: &str, tag: &Tag<'_>, allowed: &Allowed) -> Result<String, TextError> {
    let raw = format!("{{{{{}}}}}", tag.inside);
    if !allowed.merges {
        let message = "Only a communication to data subjects is filled in for each person. Leave the bar out, or write the field of an answer.";
        return Err(error(source, tag.start, "no_merge_here", message.to_owned()));
    }
    let everywhere = merge::FIELDS.map(str::to_owned);
    match merge::fields(&raw, &everywhere) {
        Ok(_) => Ok(raw),
        Err(Refusal::Invalid(errors)) => {
            let first = errors.into_iter().next();
            let (code, message) = first.map(|e| (e.code, e.message)).unwrap_or_default();
            Err(error(source, tag.start, code, message))
        }
        Err(Refusal::State { code, message }) => Err(error(source, tag.start, code, message)),
    }
}

fn error(source: &str, at: usize, code: &'static str, message: String) -> TextError {
    let (line, column) = position(source, at);
    TextError { line, column, code, message }
}

fn position(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

fn shown(text: &str) -> String {
    text.chars().filter(|c| !is_forbidden(*c, false)).take(40).collect()
}

/// A value without what is hidden in it, and with one kind of line break.
fn clean(value: &str) -> String {
    let value = value.replace("\r\n", "\n").replace('\r', "\n");
    value.chars().filter(|c| !is_forbidden(*c, true)).collect()
}

/// Two braces that come with an answer are no field of a person: a space stands between them.
#[must_use]
pub fn set_apart(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if c == '{' && out.ends_with('{') {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
#[path = "own_text/tests.rs"]
mod tests;
