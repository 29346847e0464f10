//! What people write themselves rests on a fact or is marked as a judgement.

use super::{Checked, Finding, name};
use crate::{fact::sheet::words, work::privileged::repeated};
use std::collections::BTreeSet;

pub(super) fn look(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let kind = checked.notice.kind;
    for statement in checked.notice.statements.iter().filter(|s| s.own_words && !s.judgement) {
        // A greeting claims nothing.
        if matches!(statement.code.as_str(), "subject" | "greeting" | "closing") {
            continue;
        }
        let place = name(kind, &statement.code);
        let facts: Vec<_> = statement
            .reads
            .iter()
            .filter_map(|read| checked.sheet.get(&read.key))
            .filter(|fact| fact.value.is_some())
            .collect();
        if facts.is_empty() {
            let words = format!(
                "“{place}” is in own words and rests on no recorded fact. Record the fact, or mark the words as a judgement."
            );
            let keys = statement.reads.iter().map(|read| read.key.as_str());
            let keys = keys.filter(|key| checked.sheet.owes(key));
            found.push(
                Finding::must("no_ground", "Art. 5(2)", words).at_statement(&statement.code).at_facts(keys),
            );
            continue;
        }
        let known: BTreeSet<String> = facts
            .iter()
            .flat_map(|fact| numbers(&words::answer(fact, checked.notice.language, checked.zone)))
            .collect();
        let mut strange: Vec<String> = Vec::new();
        for number in numbers(&statement.text) {
            if !known.contains(&number) && !strange.contains(&number) {
                strange.push(number);
            }
        }
        if !strange.is_empty() {
            let words =
                format!("“{place}” says {} in own words, which no fact under it says.", strange.join(", "));
            found.push(
                Finding::read("number_without_fact", "Art. 5(1)(d)", words).at_statement(&statement.code),
            );
        }
    }
    for statement in &checked.notice.statements {
        if repeated(&statement.text, &checked.beside.privileged).is_some() {
            // What it repeats isn't said here: not everybody who reads this reads the note.
            let words = format!(
                "“{}” repeats words of a note that is counsel’s privileged. Say it in other words, or leave it out.",
                name(kind, &statement.code)
            );
            found.push(Finding::must("privileged", "", words).at_statement(&statement.code));
        }
    }
    let open = checked.beside.open_comments;
    if open > 0 {
        let words = match open {
            1 => "One comment was not dealt with.".to_owned(),
            many => format!("{many} comments were not dealt with."),
        };
        found.push(Finding::read("open_comments", "", words).at([super::Mend::Comments]));
    }
}

/// The numbers in a text, without what groups their digits: "4,812", "4.812" and "4 812" are one number. Addresses and
/// single digits aren't looked at.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')) {
        if word.contains('@') || word.contains("://") {
            continue;
        }
        let inside =
            |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '\'' | '’' | '\u{a0}' | '\u{202f}');
        for part in word.split(|c: char| !inside(c)) {
            let digits: String = part.chars().filter(char::is_ascii_digit).collect();
            if digits.len() > 1 {
                found.push(digits);
            }
        }
    }
    found
}
