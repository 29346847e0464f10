//! The 18 cases of the EDPB, to compare a case of one's own with: what happened there, what the Board said, and the
//! facts of each as they would be recorded here.
//!
//! Source: EDPB, Guidelines 01/2021 on Examples regarding Personal Data Breach Notification, version 2.0. The cases are
//! data (`cases/cases.toml`). Likeness decides nothing: small differences changed the Board's answer more than once.

pub mod alike;

use crate::{
    choices,
    fact::{
        About, Fact,
        catalogue::{Scope, catalogue},
        record::RecordFactInput,
        sheet::Sheet,
    },
    id::{AccountId, FactId},
    moment::Zone,
};
use chrono::DateTime;
use serde::{Deserialize, de::Error as _};
use std::{collections::BTreeMap, sync::LazyLock};

choices! {
    /// The chapters of the guidelines.
    pub enum Group {
        Ransomware = "ransomware" => "ransomware",
        Exfiltration = "exfiltration" => "data taken from services on the net",
        InternalHuman = "internal_human" => "people within",
        LostStolen = "lost_stolen" => "lost or stolen devices and papers",
        Mispostal = "mispostal" => "sent to the wrong address",
        SocialEngineering = "social_engineering" => "people deceived",
    }
}

choices! {
    /// What the Board concluded. Every case is recorded internally as well (Art. 33(5)).
    pub enum Verdict {
        Record = "record" => "record internally",
        Notify = "notify" => "notify the authority",
        Communicate = "communicate" => "notify the authority and tell the people",
    }
}

/// One of the cases.
#[derive(Debug, Clone)]
pub struct EdpbCase {
    /// 1 to 18, as the guidelines count them.
    pub number: u8,
    pub group: Group,
    pub title: String,
    /// The guidelines' own section.
    pub section: String,
    pub happened: String,
    pub said: String,
    pub verdict: Verdict,
    /// Key and answer, as somebody would type them here.
    pub inputs: Vec<(String, RecordFactInput)>,
    /// The same answers laid out.
    pub sheet: Sheet,
}

impl EdpbCase {
    /// "EDPB Guidelines 01/2021, section 2.1, case 1".
    #[must_use]
    pub fn source(&self) -> String {
        format!("EDPB Guidelines 01/2021, section {}, case {}", self.section, self.number)
    }
}

/// All of them, in their order.
#[must_use]
pub fn cases() -> &'static [EdpbCase] {
    // The text is part of the program and a test reads it, so the empty list never comes to pass.
    static CASES: LazyLock<Vec<EdpbCase>> =
        LazyLock::new(|| parse(include_str!("cases/cases.toml")).unwrap_or_default());
    &CASES
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// For readers of the file.
    #[serde(rename = "source")]
    _source: String,
    case: Vec<Given>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    number: u8,
    group: Group,
    title: String,
    section: String,
    happened: String,
    said: String,
    notify: bool,
    communicate: bool,
    facts: BTreeMap<String, RecordFactInput>,
}

/// Reads cases.
///
/// # Errors
/// The text is not TOML of this shape, an answer can't be taken by its key, or its question wouldn't be asked with the
/// other answers.
pub fn parse(text: &str) -> Result<Vec<EdpbCase>, toml::de::Error> {
    let File { case, .. } = toml::from_str(text)?;
    case.into_iter().map(|given| given.read().map_err(toml::de::Error::custom)).collect()
}

impl Given {
    fn read(self) -> Result<EdpbCase, String> {
        let number = self.number;
        let verdict = match (self.notify, self.communicate) {
            (false, false) => Verdict::Record,
            (true, false) => Verdict::Notify,
            (true, true) => Verdict::Communicate,
            (false, true) => return Err(format!("case {number}: people are told and the authority isn't")),
        };
        let mut inputs = Vec::new();
        for (key, mut input) in self.facts {
            if input.certainty.is_empty() {
                "exact".clone_into(&mut input.certainty);
            }
            inputs.push((key, input));
        }
        let sheet = laid_out(&inputs).map_err(|why| format!("case {number}: {why}"))?;
        Ok(EdpbCase {
            number,
            group: self.group,
            title: self.title,
            section: self.section,
            happened: self.happened,
            said: self.said,
            verdict,
            inputs,
            sheet,
        })
    }
}

/// The sheet of an incident in which nothing but these answers is recorded.
fn laid_out(inputs: &[(String, RecordFactInput)]) -> Result<Sheet, String> {
    let mut facts = Vec::new();
    for (key, input) in inputs {
        let definition = catalogue().get(key).ok_or_else(|| format!("{key}: no such key"))?;
        if definition.scope != Scope::Incident {
            return Err(format!("{key}: no question about an incident"));
        }
        let answer = input
            .parse(definition, Zone::UTC, DateTime::UNIX_EPOCH)
            .map_err(|refusal| format!("{key}: {refusal:?}"))?;
        facts.push(Fact {
            id: FactId::from_bits([0; 16]),
            key: key.clone(),
            about: About::Incident,
            version: 1,
            certainty: answer.certainty,
            value: answer.value,
            promised_on: answer.promised_on,
            holds_from: answer.holds_from,
            recorded_at: DateTime::UNIX_EPOCH,
            recorded_by: AccountId::from_bits([0; 16]),
            reason: String::new(),
            ground: None,
        });
    }
    let sheet = Sheet::new([], facts, []);
    let unasked = inputs.iter().find(|(key, _)| catalogue().get(key).is_some_and(|d| !sheet.asks(d)));
    match unasked {
        Some((key, _)) => Err(format!("{key}: not asked with the other answers")),
        None => Ok(sheet),
    }
}

#[cfg(test)]
#[path = "cases/tests.rs"]
mod tests;
