//! Tables for spreadsheets, as RFC 4180 writes them.

/// A line of RFC 4180, with its end.
#[must_use]
pub fn row(cells: &[String]) -> String {
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
}
