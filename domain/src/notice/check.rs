//! What is looked at before a notice is given to a second person: one list of findings, each with its ground in the law
//! and the place where it is mended. What must be mended stops it on its whole way; the rest is there to be read.

mod contents;
pub mod ease;
mod elsewhere;
mod own_words;
pub mod persons;

use super::{Notice, Read, kind::Complete, template};
use crate::{
    choices,
    fact::{Fact, catalogue::catalogue, sheet::Sheet},
    id::{AuthorityId, CasePartyId, NoticeId},
    language::Language,
    moment::Zone,
    recipient::own_language::{Asking, GivenUp},
    work::note::Note,
};
use chrono::{DateTime, Utc};
use ease::Ease;
use persons::Persons;
use schemars::JsonSchema;
use serde::Serialize;
use template::NoticeKind;

choices! {
    /// What a finding means for the way of the notice.
    pub enum Weight {
        Must = "must" => "must be mended",
        Read = "read" => "read this",
    }
}

/// Where something is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "at", content = "what", rename_all = "snake_case")]
pub enum Mend {
    /// The answer to this key.
    Fact(String),
    /// The statement of this code, in this notice.
    Statement(String),
    /// Who gets the notice.
    Recipients,
    /// What is said about it.
    Comments,
    /// The settings of the relay.
    Relay,
    /// Another notice of the case, to be compared.
    Notice(NoticeId),
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NoticeFinding")]
pub struct Finding {
    /// Stable: `missing_facts`, `stale`, `names_a_person` …
    pub code: &'static str,
    pub weight: Weight,
    /// What was found and what would be right.
    pub words: String,
    /// The provision behind it, such as "Art. 34(2)"; empty where it is a rule of this desk.
    pub article: &'static str,
    pub mend: Vec<Mend>,
}

impl Finding {
    fn must(code: &'static str, article: &'static str, words: String) -> Self {
        Self { code, weight: Weight::Must, words, article, mend: Vec::new() }
    }

    fn read(code: &'static str, article: &'static str, words: String) -> Self {
        Self { code, weight: Weight::Read, words, article, mend: Vec::new() }
    }

    fn at(mut self, places: impl IntoIterator<Item = Mend>) -> Self {
        self.mend.extend(places);
        self
    }

    fn at_facts<'k>(self, keys: impl IntoIterator<Item = &'k str>) -> Self {
        self.at(keys.into_iter().map(|key| Mend::Fact(key.to_owned())))
    }

    fn at_statement(self, code: &str) -> Self {
        self.at([Mend::Statement(code.to_owned())])
    }
}

/// Another notice of the case that has left, with the answers its statements rest on.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub authority: Option<AuthorityId>,
    pub controller: Option<CasePartyId>,
    /// When it was released.
    pub sent_at: DateTime<Utc>,
    pub reads: Vec<Read>,
    /// The recorded answers among `reads`; what is derived is recorded elsewhere.
    pub facts: Vec<Fact>,
}

/// By which way mail leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The relay's host name.
    pub host: String,
    /// The address in the sender's line.
    pub from: String,
}

/// What is known beside the notice and its sheet.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Of what the notice names, that which belongs to data subjects.
    pub persons: Persons,
    pub earlier: Vec<Earlier>,
    /// None while mail goes to a folder.
    pub channel: Option<Channel>,
    /// Comments on it that nobody has dealt with.
    pub open_comments: usize,
    /// How many people of its list ask for which language.
    pub languages: Vec<Asking>,
    /// Versions in other languages that were given up with people on their lists.
    pub given_up: Vec<GivenUp>,
    /// The language that the organisation works in.
    pub usual: Option<Language>,
    /// Notes of the case that are counsel's privileged.
    pub privileged: Vec<Note>,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    pub notice: &'a Notice,
    pub sheet: &'a Sheet,
    /// The zone of the times in the notice.
    pub zone: Zone,
    pub beside: &'a Beside,
}

/// Everything that was found: what must be mended first, and always in the same order.
#[must_use]
pub fn findings(checked: &Checked<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    contents::look(checked, &mut found);
    own_words::look(checked, &mut found);
    persons::look(checked, &mut found);
    elsewhere::look(checked, &mut found);
    if let Some(finding) = ease::of(checked.notice).and_then(|ease| hard(checked.notice, &ease)) {
        found.push(finding);
    }
    found.sort_by_key(|finding| finding.weight);
    found
}

/// What is hard to read is only said where the law asks for plain language.
fn hard(notice: &Notice, ease: &Ease) -> Option<Finding> {
    if ease.plain || notice.kind.spec().complete != Complete::AtOnce {
        return None;
    }
    let words = format!(
        "By the formula of {} it is {} ({:.1}). Shorter sentences and everyday words help. The number is an aid and no judgement.",
        ease.formula, ease.reading, ease.score
    );
    let found = Finding::read("hard_to_read", "Art. 34(2) and 12(1)", words);
    Some(match &ease.hardest {
        Some(code) => found.at_statement(code),
        None => found,
    })
}

fn label(key: &str) -> &str {
    catalogue().get(key).map_or(key, |entry| entry.label.as_str())
}

fn labels<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    let labels: Vec<String> = keys.into_iter().map(|key| format!("“{}”", label(key))).collect();
    labels.join(", ")
}

/// What a statement is called: its heading, or a name for those without one.
#[must_use]
pub fn name(kind: NoticeKind, code: &str) -> String {
    match (template::heading(kind, code, Language::En), code) {
        ("", "subject") => "Subject line".to_owned(),
        ("", "greeting") => "Greeting".to_owned(),
        ("", "closing") => "Closing".to_owned(),
        ("", other) => other.replace('_', " "),
        (heading, _) => heading.to_owned(),
    }
}

#[cfg(test)]
mod tests;
