//! A file of recipients that was read in, and waits to be taken over.

use super::{POSTAL_MAX, Person, Row, Wrong, columns::Mapping, list::Counts, reading};
use crate::{
    choices, csv,
    id::{AccountId, IncidentId, NoticeId, RecipientFileId},
    journal::hash,
    refusal::Refusal,
    text::Choice,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many rows are shown as they would be read.
pub const PREVIEW: usize = 20;
/// A file that nobody has taken over is dropped after so many days.
pub const KEPT_DAYS: i64 = 7;

choices! {
    /// Where a file stands.
    pub enum FileState {
        Read = "read" => "waits to be taken over",
        Taken = "taken" => "taken over",
        Dropped = "dropped" => "dropped",
    }
}

/// A file without its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientFile {
    pub id: RecipientFileId,
    pub notice: NoticeId,
    pub incident: IncidentId,
    /// As its owner calls it.
    pub name: String,
    pub state: FileState,
    pub headings: Vec<String>,
    /// Rows below the heading that aren't empty.
    pub rows: u64,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    pub mapping: Mapping,
    pub counts: Counts,
    pub read_at: DateTime<Utc>,
    pub read_by: AccountId,
    pub taken_at: Option<DateTime<Utc>>,
}

impl RecipientFile {
    /// Changes which column is what.
    ///
    /// # Errors
    /// It was taken over or dropped.
    pub fn mapped(&self, mapping: Mapping) -> Result<Self, Refusal> {
        self.waits()?;
        Ok(Self { mapping, ..self.clone() })
    }

    /// Given up; its rows are removed.
    ///
    /// # Errors
    /// It was taken over or dropped.
    pub fn dropped(&self) -> Result<Self, Refusal> {
        self.waits()?;
        Ok(Self { state: FileState::Dropped, ..self.clone() })
    }

    /// Taken over, with what became of its rows. `seen` is the digest of the columns as they were looked at.
    ///
    /// # Errors
    /// It was taken over or dropped, or its columns were changed meanwhile.
    pub fn taken(&self, seen: &str, counts: Counts, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.waits()?;
        if seen != self.digest() {
            let message =
                "The columns were changed since you looked. Look at the rows again, then take them over.";
            return Err(Refusal::state("not_what_was_seen", message));
        }
        Ok(Self { state: FileState::Taken, counts, taken_at: Some(now), ..self.clone() })
    }

    fn waits(&self) -> Result<(), Refusal> {
        if self.state == FileState::Read {
            return Ok(());
        }
        Err(Refusal::state("not_waiting", format!("This file is {} already.", self.state)))
    }

    /// SHA-256 over the file's digest and which column is what: what is looked at before it is taken over.
    #[must_use]
    pub fn digest(&self) -> String {
        let mapping = serde_json::to_value(&self.mapping).unwrap_or_default();
        hash(&format!("{}\n{}", self.sha256, crate::journal::canonical(&mapping)))
    }

    /// A row as it would be read.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&self, row: &Row) -> Result<Person, Wrong> {
        reading::read(row, &self.mapping, &self.headings).map_err(|faults| Wrong { row: row.clone(), faults })
    }
}

/// Takes over exactly what was looked at.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeInput {
    /// The digest of the file and its columns, as they were read.
    #[serde(default)]
    pub digest: String,
}

/// The two columns in front of a list of what is wrong. Reading such a file again, they are nobody's.
const WRONG_HEADINGS: [&str; 2] = ["What is wrong", "Line"];

/// The rows that were not taken, with what is wrong, as a CSV that can be mended and read in again: what a spreadsheet
/// would run as a formula has an apostrophe in front, which is taken off again at reading.
#[must_use]
pub fn wrong_csv(headings: &[String], wrong: &[Wrong]) -> String {
    // Without a mark at its beginning spreadsheets take it for another encoding.
    let mut text = "\u{FEFF}".to_owned();
    let heads = WRONG_HEADINGS.iter().map(|head| (*head).to_owned());
    text.push_str(&csv::row(&heads.chain(headings.iter().cloned()).collect::<Vec<_>>()));
    for Wrong { row, faults } in wrong {
        let said: Vec<String> = faults
            .iter()
            .map(|fault| match fault.column.as_str() {
                "" => fault.message.clone(),
                column => format!("{column}: {}", fault.message),
            })
            .collect();
        let cells = [said.join(" "), row.line.to_string()].into_iter().chain(row.cells.iter().cloned());
        text.push_str(&csv::row(&cells.collect::<Vec<_>>()));
    }
    text
}

/// Letters for a printer: reference, name, language and the lines of the address, each in a column of its own.
#[must_use]
pub fn letters_csv(people: &[Person]) -> String {
    let mut text = "\u{FEFF}".to_owned();
    let heads = ["Reference", "Name", "Language"].map(str::to_owned).into_iter();
    let lines = (1..=POSTAL_MAX).map(|number| format!("Address line {number}"));
    text.push_str(&csv::row(&heads.chain(lines).collect::<Vec<_>>()));
    for person in people {
        let language = person.language.map(Choice::code).unwrap_or_default();
        let cells = [person.reference.as_str(), person.name.as_str(), language].map(str::to_owned);
        let lines = (0..POSTAL_MAX).map(|line| person.postal.get(line).cloned().unwrap_or_default());
        text.push_str(&csv::row(&cells.into_iter().chain(lines).collect::<Vec<_>>()));
    }
    text
}
