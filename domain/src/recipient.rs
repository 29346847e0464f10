//! The people of a long list: what is known of each, by what they are told apart, and how a file of them is read.
//!
//! A file comes in as rows of cells. Which column says what is a [`columns::Mapping`]; [`reading`] makes a [`Person`] of a
//! row, or says what is wrong with it; [`list`] puts people together, each once.

pub mod columns;
pub mod file;
pub mod keeping;
pub mod list;
pub mod merge;
pub mod otherwise;
pub mod own_language;
pub mod reading;
#[cfg(test)]
mod tests;

use crate::{
    choices,
    delivery::address_key,
    journal::canonical,
    language::Language,
    refusal::Refusal,
    text::{Checks, is_email},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest file of recipients, in bytes.
pub const FILE_MAX: u64 = 64 << 20;
/// The longest cell, in bytes.
pub const CELL_MAX: usize = 1_024;
/// The most columns.
pub const COLUMNS_MAX: usize = 64;
/// The longest name, in characters.
pub const NAME_MAX: usize = 128;
/// The most lines of a postal address.
pub const POSTAL_MAX: usize = 8;
/// The most columns of the organisation's own that are kept of a person.
pub const FIELDS_MAX: usize = 4;

choices! {
    /// How a person is told.
    pub enum Channel {
        Email = "email" => "e-mail",
        Letter = "letter" => "letter",
        Telephone = "telephone" => "telephone",
    }
}

/// One person of a list. Whoever is told by e-mail has an address, by letter a postal one, by telephone a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The organisation's own: a customer's number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    pub channel: Channel,
    /// Line by line, as it stands on an envelope, without the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub postal: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub telephone: String,
    /// Columns of the organisation's own, by their names in a text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

impl Person {
    /// Somebody of whom only an e-mail address is known.
    #[must_use]
    pub fn at(email: impl Into<String>) -> Self {
        Self {
            email: email.into(),
            name: String::new(),
            reference: String::new(),
            language: None,
            channel: Channel::Email,
            postal: Vec::new(),
            telephone: String::new(),
            fields: BTreeMap::new(),
        }
    }

    fn is_bare(&self) -> bool {
        *self == Self::at(self.email.as_str())
    }

    /// The person as one line, over which a list's digest goes: the address alone where nothing else is known, else
    /// JSON without white space and with its keys in order.
    #[must_use]
    pub fn line(&self) -> String {
        if self.is_bare() {
            return self.email.clone();
        }
        serde_json::to_value(self).map(|value| canonical(&value)).unwrap_or_default()
    }

    /// Reads what [`Self::line`] has written.
    #[must_use]
    pub fn read_line(line: &str) -> Self {
        // An address may begin with a brace, but has no quotation marks, so it is no JSON.
        let whole = line.starts_with('{').then(|| serde_json::from_str(line).ok()).flatten();
        whole.unwrap_or_else(|| Self::at(line))
    }

    /// By what this is the same person as another: the address, the reference; where there is neither, the number or
    /// name and postal address.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        if !self.email.is_empty() {
            keys.push(mail_key(&self.email));
        }
        if !self.reference.is_empty() {
            keys.push(format!("reference:{}", self.reference));
        }
        if keys.is_empty() && self.channel == Channel::Telephone {
            let digits: String = self.telephone.chars().filter(char::is_ascii_digit).collect();
            keys.push(format!("telephone:{digits}:{}", folded(&self.name)));
        }
        if keys.is_empty() {
            let lines: Vec<String> = self.postal.iter().map(|line| folded(line)).collect();
            keys.push(format!("post:{}:{}", folded(&self.name), lines.join("/")));
        }
        keys
    }

    /// The first of [`Self::keys`]: what the digest that proves the telling is made of.
    #[must_use]
    pub fn key(&self) -> String {
        self.keys().into_iter().next().unwrap_or_default()
    }
}

/// By what an address is known in a list.
#[must_use]
pub fn mail_key(address: &str) -> String {
    format!("mail:{}", address_key(address))
}

/// Capital or not, and how many spaces, makes nobody somebody else.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A row of a file, without the heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its line in the file, from 1, the heading's included.
    pub line: u64,
    pub cells: Vec<String>,
}

/// A row that can't be taken, with what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    pub row: Row,
    pub faults: Vec<Fault>,
}

/// What is wrong with a row, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fault {
    /// The heading of the column; empty where it is the whole row.
    pub column: String,
    /// Stable, for programs: `not_an_email`, `too_long` …
    pub code: String,
    pub message: String,
}

/// Asks whether somebody is among the recipients.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindInput {
    /// An e-mail address, or the reference of somebody who has none.
    #[serde(default)]
    pub asked: String,
}

impl FindInput {
    /// By what the person is known.
    ///
    /// # Errors
    /// Nothing was asked, or it is too long.
    pub fn parse(&self) -> Result<String, Refusal> {
        let mut checks = Checks::new();
        let asked = checks.line("asked", &self.asked).ok_or_else(|| checks.refusal())?;
        Ok(match self.address() {
            Some(address) => mail_key(&address),
            None => Person { reference: asked, ..Person::at("") }.key(),
        })
    }

    /// The address that is asked for, as it is compared.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        is_email(self.asked.trim()).then(|| address_key(self.asked.trim()))
    }
}
