//! The register as a file: JSON with one object a record, or CSV with one row a record.

use crate::{
    choices,
    moment::rfc3339_seconds,
    text::Choice,
    view::register::{Record, RecordKeeping},
};
use chrono::{DateTime, Utc};

/// Names the shape of the JSON. A key is never renamed or removed under the same name; keys may be added.
pub const SCHEMA: &str = "breachdesk-register-1";

/// So many records are handed over at once, at the most.
pub const RECORDS_MAX: u64 = 10_000;

choices! {
    /// The form of a file.
    pub enum Format {
        Json = "json" => "JSON",
        Csv = "csv" => "CSV",
    }
}

impl Format {
    /// The media type, with its character set.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// What stands above the records.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub made_at: DateTime<Utc>,
    /// Who asked for it, by name.
    pub made_by: String,
    pub organisation: String,
    /// The zone whose days the period counts and in which times are told in words.
    pub zone: String,
    /// Name and value of each part of the filter that says something.
    pub filter: Vec<(&'static str, String)>,
}

/// The columns of the CSV, in their order. Times are RFC 3339 in UTC; answers are in words.
const COLUMNS: [&str; 35] = [
    "reference",
    "title",
    "organisation",
    "phase",
    "outcome",
    "declared_at",
    "first_hint_at",
    "detected_at",
    "occurred_from",
    "occurred_to",
    "aware_at",
    "contained_at",
    "closed_at",
    "facts",
    "cause",
    "systems",
    "data_types",
    "records",
    "people_categories",
    "people_count",
    "people_count_certainty",
    "effects",
    "remedial_action",
    "risk",
    "risk_reasons",
    "due_at",
    "notified_at",
    "late",
    "delay_reasons",
    "communicated_at",
    "communication_status",
    "review_at",
    "legal_hold",
    "journal_entries",
    "journal_head",
];

/// A file that grows record by record, so that never all of the register is in hand at once but as text.
#[derive(Debug)]
pub struct Writing {
    format: Format,
    text: String,
    count: usize,
}

impl Writing {
    /// Begins with what stands above the records.
    #[must_use]
    pub fn begin(format: Format, head: &Head) -> Self {
        let text = match format {
            Format::Csv => row(COLUMNS.map(str::to_owned).as_slice()),
            Format::Json => {
                let filter: serde_json::Map<String, serde_json::Value> = head
                    .filter
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
                    .collect();
                let above = serde_json::json!({
                    "schema": SCHEMA,
                    "made_at": rfc3339_seconds(head.made_at),
                    "made_by": head.made_by,
                    "organisation": head.organisation,
                    "zone": head.zone,
                    "filter": filter,
                });
                let above = above.to_string();
                // The object is left open for its last key.
                format!("{},\"records\":[", above.strip_suffix('}').unwrap_or(&above))
            }
        };
        Self { format, text, count: 0 }
    }

    /// Adds a record.
    pub fn add(&mut self, record: &Record) {
        match self.format {
            Format::Csv => self.text.push_str(&row(&cells(record))),
            Format::Json => {
                self.text.push_str(if self.count == 0 { "\n" } else { ",\n" });
                // Serialising these types cannot fail.
                self.text.push_str(&serde_json::to_string(record).unwrap_or_default());
            }
        }
        self.count += 1;
    }

    /// The whole text, and how many records are in it.
    #[must_use]
    pub fn finish(mut self) -> (String, usize) {
        if self.format == Format::Json {
            self.text.push_str("\n]}\n");
        }
        (self.text, self.count)
    }
}

fn cells(r: &Record) -> Vec<String> {
    let at = |at: Option<DateTime<Utc>>| at.map(rfc3339_seconds).unwrap_or_default();
    let said = |code: &str| r.line(code).map(|line| line.value.clone()).unwrap_or_default();
    let certainty = |code: &str| r.line(code).and_then(|l| l.certainty).map(Choice::code).unwrap_or_default();
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let RecordKeeping { review_at, held, .. } = r.keeping;
    vec![
        r.reference.clone(),
        r.title.clone(),
        r.organisation.clone(),
        r.phase.code().to_owned(),
        r.outcome.map(Choice::code).unwrap_or_default().to_owned(),
        rfc3339_seconds(r.declared_at),
        at(r.first_hint_at),
        at(r.detected_at),
        said("time.start"),
        said("time.end"),
        at(r.aware_at),
        at(r.contained_at),
        at(r.closed_at),
        said("nature.text"),
        said("nature.cause"),
        said("nature.systems"),
        said("data.types"),
        said("data.records"),
        said("people.categories"),
        said("people.count"),
        certainty("people.count").to_owned(),
        said("cons.impact"),
        said("after.text"),
        said("risk.outcome"),
        said("risk.text"),
        at(r.due_at),
        at(r.notified_at),
        yes_or_no(r.late),
        said("time.delay_reasons"),
        at(r.communicated_at),
        said("ds.status"),
        at(review_at),
        yes_or_no(held),
        r.journal.entries.to_string(),
        r.journal.head.clone(),
    ]
}

/// A line of RFC 4180, with its end.
pub(crate) fn row(cells: &[String]) -> String {
    let mut line = cells.iter().map(|text| cell(text)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A cell of RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe before it.
fn cell(text: &str) -> String {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = text.contains(['"', ',', '\r', '\n']);
    match (runs, quoted) {
        (false, false) => text.to_owned(),
        (true, false) => format!("'{text}"),
        (_, true) => format!("\"{}{}\"", if runs { "'" } else { "" }, text.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        for (text, written) in [
            ("plain", "plain"),
            ("", ""),
            ("a, b", "\"a, b\""),
            ("two\nlines", "\"two\nlines\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
            ("+1", "'+1"),
            ("-1, -2", "\"'-1, -2\""),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
    }

    /// The cells of one line, as a reader of RFC 4180 finds them.
    fn read(line: &str) -> Vec<String> {
        let mut cells = vec![String::new()];
        let (mut inside, mut chars) = (false, line.chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '"' if inside && chars.peek() == Some(&'"') => {
                    chars.next();
                    cells.last_mut().unwrap().push('"');
                }
                '"' => inside = !inside,
                ',' if !inside => cells.push(String::new()),
                '\r' if !inside => assert_eq!(chars.next(), Some('\n')),
                other => cells.last_mut().unwrap().push(other),
            }
        }
        cells
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(cells in prop::collection::vec("[a=+@\\-\"',\r\n\t ä]{0,6}", 1..5)) {
            let expected: Vec<String> = cells
                .iter()
                .map(|c| if c.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{c}") } else { c.clone() })
                .collect();
            prop_assert_eq!(read(&row(&cells)), expected);
        }
    }

    #[test]
    fn an_empty_register_is_a_whole_file_too() {
        let head = Head { filter: vec![("from", "2026-01-01".to_owned())], ..Head::default() };
        let (json, count) = Writing::begin(Format::Json, &head).finish();
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((count, &read["schema"], &read["records"]), (0, &SCHEMA.into(), &serde_json::json!([])));
        assert_eq!(read["filter"]["from"], "2026-01-01");
        let (csv, _) = Writing::begin(Format::Csv, &head).finish();
        assert!(csv.starts_with("reference,title,") && csv.ends_with(",journal_head\r\n"), "{csv}");
    }
}
