//! What doesn't fit with something else: with another notice that has left, with other answers, with the way by which it
//! is to leave.

use super::{Checked, Earlier, Finding, Mend, label};
use crate::{
    fact::{
        Fact, Value,
        catalogue::{Kind, catalogue},
        sheet::{contradictions, words},
    },
    language::Language,
    party::in_case::CONTROLLER_KEYS,
    text::Choice,
};
use std::collections::BTreeSet;

pub(super) fn look(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let read: BTreeSet<&str> =
        checked.notice.statements.iter().flat_map(|s| s.reads.iter().map(|r| r.key.as_str())).collect();
    for earlier in &checked.beside.earlier {
        against(checked, earlier, &read, found);
    }
    for contradiction in contradictions(checked.sheet) {
        if contradiction.keys.iter().any(|key| read.contains(key)) {
            let found_here = Finding::read(contradiction.code, "", contradiction.words);
            found.push(found_here.at_facts(contradiction.keys));
        }
    }
    channel(checked, found);
    languages(checked, found);
}

/// People are told in words that they understand: in a language of theirs (EDPB Guidelines 9/2022, part III.C).
fn languages(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let written = checked.notice.language;
    for asking in checked.beside.languages.iter().filter(|asking| asking.language != written) {
        let people = match asking.people {
            1 => "One person of the list asks".to_owned(),
            more => format!("{more} people of the list ask"),
        };
        let words = format!(
            "{people} for {}; this notice is in {}. Begin a version in their language, or leave them on this list where they can read it.",
            asking.language.label(),
            written.label()
        );
        let other =
            Finding::read("other_language", "Art. 12(1) and 34(2), EDPB Guidelines 9/2022, III.C", words);
        found.push(other.at([Mend::Recipients]));
    }
    for lost in &checked.beside.given_up {
        let people = match lost.people {
            1 => "one person".to_owned(),
            more => format!("{more} people"),
        };
        let words = format!(
            "The version in {} was given up with {people} on its list. Take them into this list again with a file, or tell them in another way; otherwise nobody does.",
            lost.language.label()
        );
        let nobody = Finding::read("nobody_tells_them", "Art. 34(1)", words);
        found.push(nobody.at([Mend::Recipients, Mend::Notice(lost.notice)]));
    }
}

/// Answers that another notice gave otherwise. What naturally moves on, such as whether people have been told, is none.
fn against(checked: &Checked<'_>, earlier: &Earlier, read: &BTreeSet<&str>, found: &mut Vec<Finding>) {
    let (notice, sheet) = (checked.notice, checked.sheet);
    let mut said: BTreeSet<&str> = BTreeSet::new();
    for one in &earlier.reads {
        let key = one.key.as_str();
        if !read.contains(key) || !comparable(key) || !said.insert(key) {
            continue;
        }
        // What is about one controller says nothing about another.
        if CONTROLLER_KEYS.contains(&key) && earlier.controller != notice.controller {
            continue;
        }
        // A follow-up to the same authority says itself what has changed.
        if earlier.kind == notice.kind && earlier.authority == notice.authority && is_change(checked, key) {
            continue;
        }
        let Some(now) = sheet.get(key).filter(|now| now.value.is_some()) else { continue };
        let Some(then) = one.fact.filter(|then| *then != now.id) else { continue };
        let shown = |fact: &Fact| words::answer(fact, Language::En, checked.zone);
        let old = earlier.facts.iter().find(|fact| fact.id == then);
        let same =
            |old: &&Fact| old.value.is_none() || (&old.value, old.certainty) == (&now.value, now.certainty);
        if old.as_ref().is_some_and(same) {
            continue;
        }
        let before = match old {
            Some(old) => format!("“{}”", shown(old)),
            None => "something else".to_owned(),
        };
        let day = words::date(earlier.sent_at.with_timezone(&checked.zone).date_naive(), Language::En);
        let words = format!(
            "{}: the {} of {day} says {before}, this one “{}”. If the new answer is right, those who got the other one may have to be told.",
            label(key),
            earlier.kind,
            shown(now)
        );
        let otherwise = Finding::read("says_otherwise", "Art. 5(1)(d) and 33(4)", words);
        found.push(otherwise.at_facts([key]).at([Mend::Notice(earlier.id)]));
    }
}

/// Numbers, days, times and closed choices: what can be compared without reading it.
fn comparable(key: &str) -> bool {
    const MOVES_ON: [&str; 3] = ["notif.", "ds.", "att."];
    if MOVES_ON.iter().any(|start| key.starts_with(start)) || matches!(key, "time.late" | "authority") {
        return false;
    }
    catalogue().get(key).is_some_and(|entry| {
        matches!(
            entry.kind,
            Kind::Number
                | Kind::Choice
                | Kind::Choices
                | Kind::Instant
                | Kind::Date
                | Kind::Countries
                | Kind::Counts
        )
    })
}

fn is_change(checked: &Checked<'_>, key: &str) -> bool {
    let said = checked.notice.statements.iter().any(|s| s.code == "changes" && !s.text.trim().is_empty());
    let Some(Value::Text(changes)) = checked.sheet.value("notif.changes") else { return false };
    said && changes.lines().any(|line| line == key)
}

/// Words for what carries mail, in the languages of this desk.
const MAIL_WORDS: [&str; 20] = [
    "mail relay",
    "mail server",
    "mailserver",
    "mail gateway",
    "e-mail server",
    "email server",
    "e-mail-server",
    "smtp",
    "mailbox",
    "mailboxes",
    "postfach",
    "postfächer",
    "boîte aux lettres",
    "messagerie",
    "servidor de correo",
    "buzón",
    "posta elettronica",
    "casella di posta",
    "poczta",
    "skrzynka",
];

/// A way that was itself broken into is no way to tell people (EDPB Guidelines 9/2022, part III.C).
fn channel(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let Some(Value::Text(systems)) = checked.sheet.value("nature.systems") else { return };
    let systems = systems.to_lowercase();
    let named = checked.beside.channel.as_ref().and_then(|channel| {
        let (host, from) = (channel.host.to_lowercase(), channel.from.to_lowercase());
        let parts = || systems.split(|c: char| c.is_whitespace() || ",;:()<>\"“”/".contains(c));
        let domain = from.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
        let is = |word: &str| parts().any(|part| !word.is_empty() && part.trim_end_matches('.') == word);
        [host, from, domain].into_iter().find(|word| is(word))
    });
    let word = named
        .or_else(|| MAIL_WORDS.iter().find(|word| has_word(&systems, word)).map(|word| (*word).to_owned()));
    if let Some(word) = word {
        let words = format!(
            "The systems involved name “{word}”, and this notice leaves by mail. Make sure that nobody else reads or writes there, or tell people in another way."
        );
        let compromised =
            Finding::read("channel_involved", "Art. 34(1), EDPB Guidelines 9/2022, III.C", words);
        found.push(compromised.at_facts(["nature.systems"]).at([Mend::Relay]));
    }
}

/// Whether `word` stands in `text` by itself; both are in lower case.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|t| t.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}
