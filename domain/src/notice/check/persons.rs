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
    recipient::Person,
    text::is_email,
};
use std::collections::BTreeSet;

/// A longer number is no count of people.
const DIGITS_MIN: usize = 9;
/// A shorter number of the organisation's own is like any other number.
const OWN_NUMBER_MIN: usize = 5;
/// So many numbers are looked up.
const NUMBERS_MAX: usize = 150;
/// So many names are looked up; a text with more of them is a list.
const NAMES_MAX: usize = 150;

/// Of what a notice names, that which belongs to the people on the lists of the case's communications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Persons {
    /// Addresses, as they are compared.
    pub addresses: BTreeSet<String>,
    /// Names as [`names`] gives them: without accents and case.
    pub names: BTreeSet<String>,
    /// Telephone numbers and the organisation's own numbers, as [`numbers`] gives them.
    pub numbers: BTreeSet<String>,
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

/// What may be somebody's telephone number or the organisation's own number of them. What is said in the statements
/// where the organisation names its contacts is its own.
#[must_use]
pub fn numbers(notice: &Notice) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for statement in notice.statements.iter().filter(|s| !is_of_contacts(&s.code)) {
        for (number, _) in numbers_in(&statement.text) {
            if found.len() >= NUMBERS_MAX {
                return found;
            }
            found.insert(number);
        }
    }
    found
}

/// What somebody of a list is known by beside the address, as [`names`] and [`numbers`] give it.
#[must_use]
pub fn known_by(person: &Person) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = name_of(&address_key(&person.email)).into_iter().collect();
    let words = person.name.split(|c: char| c.is_whitespace() || c == ',').filter(|word| is_bare(word));
    let words: Vec<&str> = words.collect();
    for (one, other) in words.iter().zip(words.iter().skip(1)) {
        for umlaut in ["", "e"] {
            let (one, other) = (folded(one, umlaut), folded(other, umlaut));
            known.extend([format!("{one} {other}"), format!("{other} {one}")]);
        }
    }
    known.extend(telephone(&person.telephone));
    known.extend(own_number(person.reference.trim()));
    known
}

/// The numbers in a text as they are compared, each with how it stands there.
fn numbers_in(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for part in long_numbers(text) {
        found.extend(telephone(&part).map(|number| (number, part.clone())));
    }
    for word in text.split(|c: char| c.is_whitespace() || ",;()<>[]\"„“”«»".contains(c)) {
        let word = word.trim_matches(['.', ':', '!', '?', '\'', '’']);
        found.extend(own_number(word).map(|number| (number, word.to_owned())));
    }
    found
}

/// A telephone number by its last digits, which are the same with and without the country's.
fn telephone(text: &str) -> Option<String> {
    let digits = digits(text);
    let last = digits.len().checked_sub(DIGITS_MIN)?;
    digits.get(last..).map(|last| format!("tel {last}"))
}

/// A customer's number or the like: letters, digits and what joins them. Days and short numbers say nothing.
fn own_number(word: &str) -> Option<String> {
    let joins = |c: char| c.is_ascii_alphanumeric() || "-_/.#".contains(c);
    let is = (OWN_NUMBER_MIN..=64).contains(&word.len())
        && word.chars().all(joins)
        && word.chars().any(|c| c.is_ascii_digit())
        && !is_day(word);
    is.then(|| format!("no {}", word.to_lowercase()))
}

fn is_bare(word: &str) -> bool {
    word.chars().count() >= 3 && word.chars().all(|c| c.is_alphabetic() || c == '-')
}

/// Where the organisation names its contacts, addresses and numbers are what is asked for.
fn is_of_contacts(code: &str) -> bool {
    matches!(code, "contact" | "controller")
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let words = || text.split([' ', '\n', '\t', '\u{a0}']);
    let capital = |word: &&str| is_bare(word) && word.chars().next().is_some_and(char::is_uppercase);
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
        if is_of_contacts(&statement.code) {
            continue;
        }
        let mut theirs: Vec<String> = Vec::new();
        for (number, shown) in numbers_in(&statement.text) {
            if persons.numbers.contains(&number) && !ours.has_number(&shown) && !theirs.contains(&shown) {
                theirs.push(shown);
            }
        }
        if !theirs.is_empty() {
            let words = format!(
                "“{place}” says “{}”, which is a number of somebody among the recipients of a communication.",
                theirs.join("”, “")
            );
            let named = Finding::read("number_of_a_person", "Art. 5(1)(c) and (f)", words);
            found.push(named.at_statement(&statement.code));
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
    for number in long_numbers(text) {
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
fn long_numbers(text: &str) -> Vec<String> {
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
    /// Whether it stands in an answer of the organisation about itself.
    fn has_number(&self, shown: &str) -> bool {
        let digits = digits(shown);
        self.words.contains(shown) || (digits.len() >= DIGITS_MIN && self.digits.contains(&digits))
    }

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
