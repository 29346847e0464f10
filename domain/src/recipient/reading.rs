//! From a row of cells to a person, or to what is wrong with the row.

use super::{CELL_MAX, Channel, Fault, NAME_MAX, POSTAL_MAX, Person, Row, columns::Mapping};
use crate::{
    language::Language,
    text::{Choice, LINE_MAX, is_email, is_forbidden},
};
use std::collections::BTreeMap;

/// Reads one row. Spaces around a cell don't count, and neither does the apostrophe that a spreadsheet was given so that
/// it runs nothing.
///
/// # Errors
/// Everything that is wrong with the row, each with its column.
pub fn read(row: &Row, mapping: &Mapping, headings: &[String]) -> Result<Person, Vec<Fault>> {
    let mut reading = Reading { row, headings, faults: Vec::new() };
    reading.whole();
    let email = reading.line(mapping.email, LINE_MAX);
    if !email.is_empty() && !is_email(&email) {
        let message = "This is no e-mail address. It should look like name@example.org, in plain letters.";
        reading.wrong(mapping.email, "not_an_email", message);
    }
    let name = reading.line(mapping.name, NAME_MAX);
    let reference = reading.line(mapping.reference, NAME_MAX);
    let language = language(&reading.line(mapping.language, LINE_MAX));
    let telephone = reading.line(mapping.telephone, 40);
    let digits = telephone.chars().filter(char::is_ascii_digit).count();
    let is_number = |c: char| c.is_ascii_digit() || " +()-/.".contains(c);
    if !telephone.is_empty() && (digits < 3 || !telephone.chars().all(is_number)) {
        let message =
            "This is no telephone number. Give digits, with + in front of the country's, or leave it empty.";
        reading.wrong(mapping.telephone, "not_a_number", message);
    }
    let postal = reading.postal(&mapping.postal);
    let fields: BTreeMap<String, String> = mapping
        .fields
        .iter()
        .map(|(column, name)| (name.clone(), reading.line(Some(*column), LINE_MAX)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let said = reading.line(mapping.channel, LINE_MAX);
    let channel = match (said.as_str(), channel(&said)) {
        ("", _) if !email.is_empty() => Some(Channel::Email),
        ("", _) if !postal.is_empty() => Some(Channel::Letter),
        ("", _) if !telephone.is_empty() => Some(Channel::Telephone),
        ("", _) => {
            let message = "Nothing says how to reach this person. Give an e-mail address, a postal address or a telephone number.";
            reading.wrong(mapping.email, "nothing_to_reach", message);
            None
        }
        (_, None) => {
            let message = "This is no channel. Write email, letter or telephone, or leave it empty.";
            reading.wrong(mapping.channel, "not_a_channel", message);
            None
        }
        (_, found) => found,
    };
    let lacks = match channel {
        Some(Channel::Email) if email.is_empty() => Some((mapping.email, "an e-mail address")),
        Some(Channel::Letter) if postal.is_empty() => {
            Some((mapping.postal.first().copied(), "a postal address"))
        }
        Some(Channel::Telephone) if telephone.is_empty() => Some((mapping.telephone, "a telephone number")),
        _ => None,
    };
    if let Some((column, what)) = lacks {
        let message = format!("The channel asks for {what}. Give it, or choose another channel.");
        reading.wrong(column, "required", message);
    }
    match channel {
        Some(channel) if reading.faults.is_empty() => {
            Ok(Person { email, name, reference, language, channel, postal, telephone, fields })
        }
        _ => Err(reading.faults),
    }
}

struct Reading<'a> {
    row: &'a Row,
    headings: &'a [String],
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn wrong(&mut self, column: Option<usize>, code: &str, message: impl Into<String>) {
        let column = column.and_then(|c| self.headings.get(c)).cloned().unwrap_or_default();
        self.faults.push(Fault { column, code: code.to_owned(), message: message.into() });
    }

    /// What is wrong whatever the columns mean.
    fn whole(&mut self) {
        let (cells, columns) = (self.row.cells.len(), self.headings.len());
        if cells > columns {
            let message = format!(
                "This row has {cells} cells, and there are {columns} headings. A separator inside a cell needs quotation marks around the cell."
            );
            self.wrong(None, "too_many_cells", message);
        }
        for (column, cell) in self.row.cells.iter().enumerate() {
            if cell.len() > CELL_MAX {
                let message = format!("This cell has {} bytes; at most {CELL_MAX} are taken.", cell.len());
                self.wrong(Some(column), "cell_too_long", message);
            }
        }
    }

    fn raw(&self, column: Option<usize>) -> &str {
        let cell = column.and_then(|c| self.row.cells.get(c)).map(String::as_str).unwrap_or_default();
        let cell = cell.trim();
        match cell.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.trim(),
            _ => cell,
        }
    }

    fn line(&mut self, column: Option<usize>, most: usize) -> String {
        let text = self.raw(column).to_owned();
        self.checked(column, text, most)
    }

    /// The text, if nothing is wrong with it; nothing otherwise. Cells that are too long were found before.
    fn checked(&mut self, column: Option<usize>, text: String, most: usize) -> String {
        if text.len() > CELL_MAX {
            return String::new();
        }
        if let Some(bad) = text.chars().find(|c| is_forbidden(*c, false)) {
            let message = format!(
                "This has a line break or another character that can't be seen (U+{:04X}). Take it out.",
                bad as u32
            );
            self.wrong(column, "control_character", message);
            return String::new();
        }
        let length = text.chars().count();
        if length > most {
            let message = format!("This has {length} characters; at most {most} are taken.");
            self.wrong(column, "too_long", message);
            return String::new();
        }
        text
    }

    fn postal(&mut self, columns: &[usize]) -> Vec<String> {
        let mut lines = Vec::new();
        for column in columns {
            let raw = self.raw(Some(*column)).to_owned();
            for line in raw.lines().map(str::trim).filter(|line| !line.is_empty()) {
                let line = self.checked(Some(*column), line.to_owned(), NAME_MAX);
                lines.extend(Some(line).filter(|line| !line.is_empty()));
            }
        }
        if lines.len() > POSTAL_MAX {
            let message = format!("This address has {} lines; at most {POSTAL_MAX} are taken.", lines.len());
            self.wrong(columns.first().copied(), "too_many_lines", message);
        }
        lines
    }
}

/// A language as people and programs write it: `de`, `de-AT`, `Deutsch`, `German`. One that there is no text in is none.
fn language(raw: &str) -> Option<Language> {
    let said = raw.to_lowercase();
    let code = said.split(['-', '_']).next().unwrap_or_default();
    Language::from_code(code).or_else(|| {
        Some(match said.as_str() {
            "english" | "englisch" | "anglais" | "inglés" | "inglese" | "engels" | "angielski" => {
                Language::En
            }
            "german" | "deutsch" | "allemand" | "alemán" | "tedesco" | "duits" | "niemiecki" => Language::De,
            "french" | "français" | "französisch" | "francés" | "francese" | "frans" | "francuski" => {
                Language::Fr
            }
            "spanish" | "español" | "spanisch" | "espagnol" | "spagnolo" | "spaans" | "hiszpański" => {
                Language::Es
            }
            "italian" | "italiano" | "italienisch" | "italien" | "italiaans" | "włoski" => Language::It,
            "dutch" | "nederlands" | "niederländisch" | "néerlandais" | "holandés" | "olandese" => {
                Language::Nl
            }
            "polish" | "polski" | "polnisch" | "polonais" | "polaco" | "polacco" | "pools" => Language::Pl,
            _ => return None,
        })
    })
}

/// A channel as people write it. "Mail" alone is none: it is a letter to some and an e-mail to others.
fn channel(raw: &str) -> Option<Channel> {
    let said: String = raw.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    Some(match said.as_str() {
        "email" | "courriel" | "correoelectrónico" | "postaelettronica" => Channel::Email,
        "letter" | "post" | "brief" | "courrier" | "lettre" | "carta" | "lettera" | "list" => Channel::Letter,
        "telephone" | "phone" | "call" | "telefon" | "téléphone" | "teléfono" | "telefono" | "telefoon" => {
            Channel::Telephone
        }
        _ => return None,
    })
}
