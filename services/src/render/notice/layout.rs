//! From statements to a mail: its subject line, its plain text and its HTML.

use domain::notice::template::{self, Language, NoticeKind};

/// How wide the plain text is, in characters.
const WIDTH: usize = 76;

/// A whole notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assembled {
    /// One line.
    pub subject: String,
    /// Plain text with lines of at most 76 characters, ending in a line break.
    pub text: String,
    /// The same words as a document without styles, scripts, links or images.
    pub html: String,
}

/// Puts the statements (code and text) together in the order of the kind, whatever the order in which they come.
/// Statements without text fall away, and with them their headings.
#[must_use]
pub fn assemble(kind: NoticeKind, language: Language, statements: &[(&str, &str)]) -> Assembled {
    let mut subject = String::new();
    let mut text = Vec::new();
    let mut body = String::new();
    for spec in template::statements(kind) {
        let words = statements.iter().find(|(code, _)| *code == spec.code).map_or("", |(_, words)| *words);
        let words = tidy(words);
        if words.is_empty() {
            continue;
        }
        if spec.code == "subject" {
            subject = one_line(&words);
            continue;
        }
        let heading = template::heading(kind, spec.code, language);
        if heading.is_empty() {
            text.push(wrap(&words));
        } else {
            // A heading stands directly above its text, everything else apart.
            let line = "-".repeat(heading.chars().count());
            text.push(format!("{heading}\n{line}\n{}", wrap(&words)));
            body.push_str(&format!("<h2>{}</h2>\n", escape(heading)));
        }
        body.push_str(&html(&words));
    }
    let title = escape(&subject);
    let lang = domain::text::Choice::code(language);
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n</head>\n<body>\n{body}</body>\n</html>\n"
    );
    Assembled { subject, text: format!("{}\n", text.join("\n\n")), html }
}

/// One line. Spaces that tie words together stay, as French has them before a colon.
pub(super) fn one_line(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}'));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Without space at the ends of lines and with at most one empty line in a row.
pub(super) fn tidy(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && lines.last().is_none_or(|last| last.is_empty())) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned()
}

/// Breaks long lines at spaces. Items of a list hang by two characters.
fn wrap(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let indent = if line.starts_with("- ") { "  " } else { "" };
        let mut current = String::new();
        for word in line.split(' ') {
            let fits = current.chars().count() + 1 + word.chars().count() <= WIDTH;
            if current.is_empty() {
                current.push_str(word);
            } else if fits || current == "-" {
                current.push(' ');
                current.push_str(word);
            } else {
                lines.push(std::mem::replace(&mut current, format!("{indent}{word}")));
            }
        }
        lines.push(current);
    }
    lines.join("\n")
}

/// Paragraphs and lists; line breaks within a paragraph stay.
fn html(text: &str) -> String {
    let mut out = String::new();
    for block in text.split("\n\n") {
        let mut lines = block.lines().peekable();
        while let Some(first) = lines.peek() {
            let list = first.starts_with("- ");
            let mut part = Vec::new();
            while let Some(line) = lines.next_if(|line| line.starts_with("- ") == list) {
                part.push(escape(if list { line.trim_start_matches("- ") } else { line }));
            }
            out.push_str(&if list {
                format!("<ul>\n<li>{}</li>\n</ul>\n", part.join("</li>\n<li>"))
            } else {
                format!("<p>{}</p>\n", part.join("<br>\n"))
            });
        }
    }
    out
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
