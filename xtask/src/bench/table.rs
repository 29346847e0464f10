//! The table of what was aimed at and what was measured.

use std::time::Duration;

use super::Options;

/// One figure.
pub(super) struct Row {
    name: String,
    target: String,
    met: Option<bool>,
    measured: String,
    file: String,
}

impl Row {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            target: String::new(),
            met: None,
            measured: String::new(),
            file: String::new(),
        }
    }

    /// What is aimed at, and whether it was met; nothing where this machine can't tell.
    pub(super) fn target(mut self, target: impl Into<String>, met: Option<bool>) -> Self {
        (self.target, self.met) = (target.into(), met);
        self
    }

    pub(super) fn measured(mut self, measured: impl Into<String>) -> Self {
        self.measured = measured.into();
        self
    }

    /// The same load on a static file, and how many times more the page costs.
    pub(super) fn file(mut self, file: String, ratio: f64) -> Self {
        self.file = format!("{file}, × {ratio:.1}");
        self
    }

    fn cells(&self) -> [String; 4] {
        let mark = match self.met {
            Some(true) => " ✓",
            Some(false) => " ✗",
            None => "",
        };
        [self.name.clone(), self.target.clone(), format!("{}{mark}", self.measured), self.file.clone()]
    }
}

/// All figures.
#[derive(Default)]
pub(super) struct Table(Vec<Row>);

impl Table {
    pub(super) fn add(&mut self, row: Row) {
        self.0.push(row);
    }

    /// The table as Markdown, with what has to be known to read it.
    pub(super) fn printed(&self, options: &Options) -> String {
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let head = ["what", "target", "measured", "static file, same process, and ratio"].map(str::to_owned);
        let rows: Vec<[String; 4]> = std::iter::once(head).chain(self.0.iter().map(Row::cells)).collect();
        let widths = [0, 1, 2, 3].map(|n| {
            rows.iter().filter_map(|r| r.get(n)).map(|cell| cell.chars().count()).max().unwrap_or_default()
        });
        let mut out = format!(
            "\nRelease build, wrk for {} s each, server and load on the same {cores} cores.\n\
             The file is the nearest in size that the page loads, sent as it is. Limits of requests a second were raised.\n\n",
            options.seconds
        );
        for (n, row) in rows.iter().enumerate() {
            for (cell, width) in row.iter().zip(widths) {
                out.push_str(&format!("| {cell:<width$} "));
            }
            out.push_str("|\n");
            if n == 0 {
                let rule: String = widths.iter().map(|width| format!("|{}", "-".repeat(width + 2))).collect();
                out.push_str(&format!("{rule}|\n"));
            }
        }
        out
    }
}

/// With two digits behind the point.
pub(super) fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_shows() {
        let mut table = Table::default();
        table.add(
            Row::new("page")
                .target("≤ 8 ms", Some(false))
                .measured("9.00 ms")
                .file("1.00 ms".to_owned(), 9.0),
        );
        table.add(Row::new("list").target("≤ 8 ms", Some(true)).measured("2.00 ms"));
        let printed = table.printed(&Options { incidents: 1, seconds: 1 });
        assert!(printed.contains("| page | ≤ 8 ms | 9.00 ms ✗ | 1.00 ms, × 9.0"), "{printed}");
        assert!(printed.contains("2.00 ms ✓"), "{printed}");
    }
}
