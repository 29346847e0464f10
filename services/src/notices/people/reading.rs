//! Reading a file of recipients: CSV or XLSX, the first row the headings. Whatever the bytes are, the answer is a table
//! or a sentence that says what would be right.

use calamine::{Data, Reader as _, Xlsx};
use domain::{
    delivery::LIST_MAX,
    recipient::{COLUMNS_MAX, Row},
    refusal::Refusal,
    text::LINE_MAX,
};
use std::io::{Cursor, Read as _};

/// What a workbook may unpack to, in bytes. An archive can say less than it holds, so it is measured.
const UNPACKED_MAX: u64 = 512 << 20;
/// A workbook has a dozen parts; one with very many is none.
const PARTS_MAX: usize = 2_000;

/// A file as rows of cells.
#[derive(Debug)]
pub(super) struct Table {
    pub headings: Vec<String>,
    pub rows: Vec<Row>,
}

fn no(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::field("file", code, message)
}

/// Reads a file by what it holds, whatever it is called.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Refusal> {
    if bytes.is_empty() {
        return Err(no("required", "Choose a file. This one is empty."));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return workbook(bytes);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        let message = "This is an old workbook (.xls) or one with a password. Save it as .xlsx without a password, or as CSV in UTF-8.";
        return Err(no("not_read", message));
    }
    separated(bytes)
}

/// Rows as they come, with the limits that hold for both kinds.
#[derive(Default)]
struct Filling {
    headings: Option<Vec<String>>,
    rows: Vec<Row>,
}

impl Filling {
    fn row(&mut self, line: u64, mut cells: Vec<String>) -> Result<(), Refusal> {
        while cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            cells.pop();
        }
        if cells.len() > COLUMNS_MAX && self.headings.is_none() {
            let message = format!("This file has {} columns; at most {COLUMNS_MAX} are taken.", cells.len());
            return Err(no("too_many_columns", message));
        }
        if self.headings.is_none() {
            self.headings = Some(headings(cells)?);
            return Ok(());
        }
        if cells.is_empty() {
            return Ok(());
        }
        if self.rows.len() as u64 >= LIST_MAX {
            let message = format!(
                "This file has more than {LIST_MAX} rows, which is the most that is taken. Divide it, and draft a communication for each part."
            );
            return Err(no("too_many_rows", message));
        }
        self.rows.push(Row { line, cells });
        Ok(())
    }

    fn done(self) -> Result<Table, Refusal> {
        match self.headings {
            Some(headings) if !self.rows.is_empty() => Ok(Table { headings, rows: self.rows }),
            _ => Err(no(
                "no_rows",
                "There is no row below the headings. The first row of the file names the columns.",
            )),
        }
    }
}

fn headings(cells: Vec<String>) -> Result<Vec<String>, Refusal> {
    if cells.is_empty() {
        return Err(no("no_headings", "The first row is empty. It has to name the columns."));
    }
    cells
        .into_iter()
        .enumerate()
        .map(|(column, cell)| {
            let plain: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
            if plain.chars().count() > LINE_MAX {
                let message = format!(
                    "The heading of column {} has more than {LINE_MAX} characters. Is the first row the headings, and are its cells kept apart by commas, semicolons or tabs?",
                    column + 1
                );
                return Err(no("heading_too_long", message));
            }
            Ok(if plain.is_empty() { format!("Column {}", column + 1) } else { plain })
        })
        .collect()
}

fn separated(bytes: &[u8]) -> Result<Table, Refusal> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    let text = text.ok().filter(|text| !text.contains('\0')).ok_or_else(|| {
        no(
            "not_utf8",
            "This is neither a workbook (.xlsx) nor text in UTF-8. In a spreadsheet, save it as “CSV UTF-8”, or as .xlsx.",
        )
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut filling = Filling::default();
    let mut record = csv::StringRecord::new();
    let mut lines = Lines { bytes: text.as_bytes(), read: 0, line: 1 };
    let unread =
        |_| no("not_read", "This isn't a CSV that can be read. Save it again as “CSV UTF-8”, or as .xlsx.");
    while reader.read_record(&mut record).map_err(unread)? {
        let begins = record.position().map_or(0, csv::Position::byte);
        filling.row(
            lines.at(usize::try_from(begins).unwrap_or(usize::MAX)),
            record.iter().map(str::to_owned).collect(),
        )?;
    }
    filling.done()
}

/// Counts lines as an editor does. The reader's own count is one short where lines end with CR LF.
struct Lines<'a> {
    bytes: &'a [u8],
    /// So many bytes were looked at.
    read: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the row that begins at a byte, or behind the ends of lines there.
    fn at(&mut self, begins: usize) -> u64 {
        let ends = self.bytes.iter().skip(begins).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let to = begins.saturating_add(ends);
        let passed = self.bytes.get(self.read..to).unwrap_or_default();
        self.line += passed.iter().filter(|b| **b == b'\n').count() as u64;
        self.read = self.read.max(to);
        self.line
    }
}

/// Which of the three separators the first line has most of, outside of quotation marks.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for c in text.bytes() {
        match c {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(s, _)| *s == c).for_each(|(_, count)| *count += 1),
        }
    }
    // The first of the most: a comma where there is none at all.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

fn workbook(bytes: &[u8]) -> Result<Table, Refusal> {
    let unread = || {
        no(
            "not_read",
            "This workbook can't be read. Open it in a spreadsheet and save it again as .xlsx, or as “CSV UTF-8”.",
        )
    };
    measured(bytes, UNPACKED_MAX)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| unread())?;
    let first = book.sheet_names().first().cloned().ok_or_else(unread)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|_| unread())?;
    let mut filling = Filling::default();
    let mut here: Option<(u32, Vec<String>)> = None;
    while let Some(cell) = cells.next_cell().map_err(|_| unread())? {
        let (line, column) = cell.get_position();
        let text = words(&Data::from(cell.get_value().clone()));
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= COLUMNS_MAX {
            if text.trim().is_empty() {
                continue;
            }
            let message = format!(
                "Row {} has something in column {}; at most {COLUMNS_MAX} columns are taken.",
                line + 1,
                column + 1
            );
            return Err(no("too_many_columns", message));
        }
        here = match here {
            Some((at, cells)) if at == line => Some((at, cells)),
            // A sheet whose rows aren't in order was not written by a spreadsheet.
            Some((at, _)) if at > line => return Err(unread()),
            before => {
                if let Some((at, cells)) = before {
                    filling.row(u64::from(at) + 1, cells)?;
                }
                Some((line, Vec::new()))
            }
        };
        if let Some((_, cells)) = &mut here {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            if let Some(place) = cells.get_mut(column) {
                *place = text;
            }
        }
    }
    if let Some((at, cells)) = here {
        filling.row(u64::from(at) + 1, cells)?;
    }
    filling.done()
}

/// A cell as it reads: a number without a fraction has none.
fn words(data: &Data) -> String {
    match data {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        other => other.to_string(),
    }
}

/// Reads an archive through without keeping it: refused where it unpacks to more than is taken.
fn measured(bytes: &[u8], most: u64) -> Result<(), Refusal> {
    let bad = |_| {
        no("not_read", "This isn't a workbook that can be read. Save it again as .xlsx, or as “CSV UTF-8”.")
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(bad)?;
    let large = || {
        let message = format!(
            "This workbook unpacks to more than {} MiB. Save the sheet with the recipients alone, or as “CSV UTF-8”.",
            most >> 20
        );
        no("unpacks_too_large", message)
    };
    if archive.len() > PARTS_MAX {
        return Err(large());
    }
    let mut left = most;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(bad)?;
        let unpacked = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let unpacked = unpacked.map_err(|_| no("not_read", "This workbook is damaged. Save it again."))?;
        left = left.checked_sub(unpacked).ok_or_else(large)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = read(text.as_bytes()).unwrap();
        [vec![table.headings], table.rows.into_iter().map(|row| row.cells).collect()].concat()
    }

    #[test]
    fn each_separator_and_either_end_of_line_is_read() {
        let wanted = [["email", "name"], ["a@b.test", "A, B; C"]];
        for text in [
            "email,name\na@b.test,\"A, B; C\"\n",
            "\u{feff}email;name\r\na@b.test;\"A, B; C\"\r\n",
            "\"email\"\tname\n\na@b.test\tA, B; C",
        ] {
            assert_eq!(cells(text), wanted, "{text:?}");
        }
        assert_eq!(cells("email\na@b.test"), [["email"], ["a@b.test"]]);
        assert_eq!(cells("email,,email \n1,2,3")[0], ["email", "Column 2", "email"]);
    }

    #[test]
    fn rows_know_their_line_in_an_editor() {
        for end in ["\n", "\r\n"] {
            let text =
                ["email,name", "a@b.test,\"two", "lines\"", "", "c@d.test,", ",,", "e@f.test"].join(end);
            let lines: Vec<u64> = read(text.as_bytes()).unwrap().rows.iter().map(|row| row.line).collect();
            assert_eq!(lines, [2, 5, 7], "{end:?}");
        }
    }

    /// A workbook as small as they come.
    fn workbook_of(sheet: &str, shared: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let rels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        for (name, text) in [
            (
                "_rels/.rels",
                format!(
                    "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{rels}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{main}\" xmlns:r=\"{rels}\"><sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"{package}\"><Relationship Id=\"rId1\" Type=\"{rels}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{rels}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
                ),
            ),
            ("xl/sharedStrings.xml", format!("<sst xmlns=\"{main}\">{shared}</sst>")),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
            ),
        ] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_is_read_by_its_first_sheet() {
        let shared = "<si><t>email</t></si><si><t>No</t></si><si><t>a@b.test</t></si>";
        let sheet = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
            <row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"B3\"><v>40017</v></c></row>\
            <row r=\"4\"><c r=\"B4\" t=\"inlineStr\"><is><t>=1+1</t></is></c></row>";
        let table = read(&workbook_of(sheet, shared)).unwrap();
        assert_eq!(table.headings, ["email", "No"]);
        let rows: Vec<(u64, &[String])> = table.rows.iter().map(|r| (r.line, r.cells.as_slice())).collect();
        let wanted =
            [vec!["a@b.test".to_owned(), "40017".to_owned()], vec![String::new(), "=1+1".to_owned()]];
        assert_eq!(rows, [(3, wanted[0].as_slice()), (4, wanted[1].as_slice())]);
        let backwards =
            "<row r=\"5\"><c r=\"A5\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
        assert!(read(&workbook_of(backwards, shared)).is_err());
        let wide = "<row r=\"1\"><c r=\"ZZ1\"><v>1</v></c></row>";
        assert!(read(&workbook_of(wide, shared)).is_err());
    }

    #[test]
    fn a_workbook_that_swells_is_refused() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/workbook.xml", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(&vec![0; (1 << 20) + 1]).unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        assert!(bytes.len() < 1 << 14);
        assert!(measured(&bytes, (1 << 20) + 1).is_ok());
        let Err(Refusal::Invalid(errors)) = measured(&bytes, 1 << 20) else { unreachable!("it is refused") };
        assert_eq!(errors[0].code, "unpacks_too_large");
    }

    proptest! {
        /// Whatever bytes come, they are read or refused.
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
            let _ = read(&[b"PK\x03\x04", bytes.as_slice()].concat());
        }

        #[test]
        fn any_text_keeps_its_rows(text in "[a-z,;\"\t\r\n']{0,200}") {
            if let Ok(table) = read(text.as_bytes()) {
                prop_assert!(!table.rows.is_empty());
                prop_assert!(table.rows.iter().is_sorted_by_key(|row| row.line));
                prop_assert!(table.rows.iter().all(|row| row.cells.iter().any(|cell| !cell.trim().is_empty())));
            }
        }

        /// A workbook in which bytes were changed is read or refused, and the program stays.
        #[test]
        fn a_damaged_workbook_is_read_or_refused(at in 0_usize..2_000, with in any::<u8>()) {
            let mut bytes = workbook_of("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>2</v></c></row>", "");
            let place = at % bytes.len();
            bytes[place] = with;
            // What trips the reader is caught where it is called.
            let _ = std::panic::catch_unwind(|| read(&bytes).is_ok());
        }
    }
}
