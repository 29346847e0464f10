//! No data subject is named to somebody else: not in what an authority gets, and not in what all the others get.
//!
//! Found are e-mail addresses, account numbers, long numbers and what may be a name. What is the organisation's own, such
//! as its contacts and its references, is left out.

use super::{Checked, Finding, name};
use crate::{
    delivery::address_key,
    fact::{
        Value,
        catalogue::{Kind, catalogue},
        sheet::Sheet,
    },
    notice::Notice,
    text::is_email,
};
use std::collections::BTreeSet;

/// A longer number is no count of people.
const DIGITS_MIN: usize = 9;
/// So many names are looked up; a text with more of them is a list.
const NAMES_MAX: usize = 150;

/// Of what a notice names, that which belongs to the people on the lists of the case's communications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Persons {
    /// Addresses, as they are compared.
    pub addresses: BTreeSet<String>,
    /// Names as [`names`] gives them: without accents and case.
    pub names: BTreeSet<String>,
}

/// Every e-mail address in its statements, as addresses are compared.
#[must_use]
pub fn addresses(notice: &Notice) -> BTreeSet<String> {
    notice.statements.iter().flat_map(|s| addresses_in(&s.text)).map(address_key).collect()
}

/// The e-mail addresses in a text.
pub(super) fn addresses_in(text: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| c.is_whitespace() || "<>()[]{},;:\"„“”«»|".contains(c);
    text.split(apart).map(|part| part.trim_matches(['.', '!', '?', '\'', '’'])).filter(|part| is_email(part))
}

/// What may be names of people: two words in a row with capitals, such as "anna kowalska", in each way in which their
/// letters are written in addresses.
#[must_use]
pub fn names(notice: &Notice) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for statement in &notice.statements {
        for (first, last) in pairs(&statement.text) {
            if found.len() >= NAMES_MAX {
                return found;
            }
            for umlaut in ["", "e"] {
                found.insert(format!("{} {}", folded(first, umlaut), folded(last, umlaut)));
            }
        }
    }
    found
}

/// The name that an address is made of, as [`names`] gives it: "anna kowalska" of "anna.kowalska@example.test".
#[must_use]
pub fn name_of(key: &str) -> Option<String> {
    let (local, _) = key.split_once('@')?;
    let (first, last) = local.split_once(['.', '_'])?;
    let part = |part: &str| part.len() >= 3 && part.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    (part(first) && part(last)).then(|| format!("{first} {last}"))
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let words = || text.split([' ', '\n', '\t', '\u{a0}']);
    let bare = |word: &str| word.chars().count() >= 3 && word.chars().all(|c| c.is_alphabetic() || c == '-');
    let capital = move |word: &&str| bare(word) && word.chars().next().is_some_and(char::is_uppercase);
    words().zip(words().skip(1)).filter_map(move |(first, last)| {
        let last = last.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
        (capital(&first) && capital(&last)).then_some((first, last))
    })
}

/// In lower case and without accents; `umlaut` follows ä, ö and ü.
fn folded(word: &str, umlaut: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        let base = match c {
            'ä' | 'ö' | 'ü' => {
                out.push_str(match c {
                    'ä' => "a",
                    'ö' => "o",
                    _ => "u",
                });
                umlaut
            }
            'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' => "a",
            'ç' | 'ć' | 'č' => "c",
            'é' | 'è' | 'ê' | 'ë' | 'ę' => "e",
            'í' | 'ì' | 'î' | 'ï' => "i",
            'ł' => "l",
            'ñ' | 'ń' => "n",
            'ó' | 'ò' | 'ô' | 'õ' | 'ø' => "o",
            'ś' | 'š' => "s",
            'ú' | 'ù' | 'û' => "u",
            'ý' => "y",
            'ź' | 'ż' | 'ž' => "z",
            'ß' => "ss",
            other => {
                out.push(other);
                continue;
            }
        };
        out.push_str(base);
    }
    out
}

pub(super) fn look(checked: &Checked<'_>, found: &mut Vec<Finding>) {
    let ours = Ours::on(checked.sheet);
    let persons = &checked.beside.persons;
    let kind = checked.notice.kind;
    for statement in &checked.notice.statements {
        let place = name(kind, &statement.code);
        let listed: Vec<&str> = addresses_in(&statement.text)
            .filter(|address| {
                let key = address_key(address);
                persons.addresses.contains(&key) && !ours.addresses.contains(&key)
            })
            .collect();
        if !listed.is_empty() {
            let words = format!(
                "“{place}” names {}, who is among the recipients of a communication. Take it out: nobody else needs to know who is concerned.",
                listed.join(", ")
            );
            let named = Finding::must("names_a_person", "Art. 5(1)(c) and (f)", words);
            found.push(named.at_statement(&statement.code));
        }
        let called: Vec<String> = pairs(&statement.text)
            .filter(|(first, last)| {
                ["", "e"].iter().any(|umlaut| {
                    let name = format!("{} {}", folded(first, umlaut), folded(last, umlaut));
                    persons.names.contains(&name)
                })
            })
            .map(|(first, last)| format!("{first} {last}"))
            .filter(|name| !ours.words.contains(name.as_str()))
            .collect();
        if !called.is_empty() {
            let words = format!(
                "“{place}” says “{}”, and somebody of that name may be among the recipients of a communication.",
                called.join("”, “")
            );
            let named = Finding::read("may_name_a_person", "Art. 5(1)(c) and (f)", words);
            found.push(named.at_statement(&statement.code));
        }
        // Where the organisation names its contacts, addresses and numbers are what is asked for.
        if matches!(statement.code.as_str(), "contact" | "controller") {
            continue;
        }
        let strange = strange(&statement.text, &ours, &listed);
        if !strange.is_empty() {
            let words = format!(
                "“{place}” has {}, which may belong to a person. Look whether it is needed there.",
                strange.join(", ")
            );
            let may = Finding::read("personal_number", "Art. 5(1)(c)", words);
            found.push(may.at_statement(&statement.code));
        }
    }
}

/// Addresses, account numbers and long numbers that are not known as the organisation's own.
fn strange(text: &str, ours: &Ours, listed: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut say = |what: String| {
        if !found.contains(&what) {
            found.push(what);
        }
    };
    for address in addresses_in(text).filter(|address| !listed.contains(address)) {
        if !ours.addresses.contains(&address_key(address)) {
            say(format!("the address {address}"));
        }
    }
    for account in accounts(text) {
        if !ours.digits.contains(&digits(&account)) {
            say(format!("the account number {account}"));
        }
    }
    for number in numbers(text) {
        if !ours.digits.contains(&digits(&number)) {
            say(format!("the number {number}"));
        }
    }
    found
}

/// International account numbers whose check digits are right (ISO 13616).
fn accounts(text: &str) -> Vec<String> {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || ",;:()".contains(c)).filter(|w| !w.is_empty()).collect();
    let mut found = Vec::new();
    for (at, _) in words.iter().enumerate() {
        let mut account = String::new();
        let mut best = None;
        for word in words.iter().skip(at) {
            let word = word.trim_end_matches('.');
            if !word.chars().all(|c| c.is_ascii_alphanumeric()) || account.len() + word.len() > 34 {
                break;
            }
            account.push_str(word);
            if is_account(&account) {
                best = Some(account.clone());
            }
        }
        found.extend(best);
    }
    found
}

fn is_account(text: &str) -> bool {
    let upper = |c: char| c.is_ascii_uppercase();
    let (Some(country), Some(check), Some(rest)) = (text.get(..2), text.get(2..4), text.get(4..)) else {
        return false;
    };
    if !(15..=34).contains(&text.len())
        || !country.chars().all(upper)
        || !check.chars().all(|c| c.is_ascii_digit())
    {
        return false;
    }
    let moved = format!("{rest}{country}{check}");
    let mut left = 0_u32;
    for c in moved.chars() {
        let Some(value) = c.to_digit(36) else { return false };
        left = if value > 9 { (left * 100 + value) % 97 } else { (left * 10 + value) % 97 };
    }
    left == 1
}

/// Numbers with many digits, as telephone, customer and card numbers have them; days and times aside.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let inside = |c: char| c.is_ascii_digit() || "+ -/".contains(c);
    // Account numbers were found before.
    let accounts = accounts(text).concat();
    for part in text.split(|c: char| !inside(c)) {
        let part = part.trim_matches([' ', '-', '/', '+']);
        let many = part.chars().filter(char::is_ascii_digit).count() >= DIGITS_MIN;
        if many && !is_day(part) && !accounts.contains(&digits(part)) {
            found.push(part.to_owned());
        }
    }
    found
}

/// "2026-06-09", "2026-06-09 07" and the like.
fn is_day(part: &str) -> bool {
    let date = part.get(..10).unwrap_or_default();
    chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok() && part.len() <= 13
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// What the organisation says of itself and of those it works with.
struct Ours {
    addresses: BTreeSet<String>,
    words: String,
    /// All digits of each answer, apart.
    digits: String,
}

impl Ours {
    fn on(sheet: &Sheet) -> Self {
        const REFERENCES: [&str; 12] = [
            "ctrl.id",
            "ctrl.name",
            "rep.name",
            "dpo.name",
            "rep.national_id",
            "notif.own_ref",
            "notif.previous_id",
            "controller.name",
            "controller.reference",
            "authority",
            "xb.lead",
            "xb.notified_sas",
        ];
        let mut ours = Self { addresses: BTreeSet::new(), words: String::new(), digits: String::new() };
        for (_, fact) in sheet.answers() {
            let contact = catalogue().get(&fact.key).is_some_and(|entry| entry.kind == Kind::Contact);
            let Some(Value::Text(text)) = &fact.value else { continue };
            if contact || REFERENCES.contains(&fact.key.as_str()) {
                ours.addresses.extend(addresses_in(text).map(address_key));
                ours.words.push_str(text);
                ours.words.push('\n');
                for line in text.lines() {
                    ours.digits.push_str(&digits(line));
                    ours.digits.push('\n');
                }
            }
        }
        ours
    }
}
