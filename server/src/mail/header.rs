//! Header values that read back exactly as they were approved.
//!
//! lettre leaves ASCII text alone even where it looks like an encoded word, and encodes word by
//! word otherwise; a subject such as `=?utf-8?b?…?=` would then be shown as something that nobody
//! approved. So the two headers that carry free text are written here: plain where that is safe, as
//! encoded words from end to end where it is not (RFC 2047).

use data_encoding::BASE64;

/// The longest header line that may contain an encoded word, in columns (RFC 2047, section 2).
const LINE: usize = 76;
const OPEN: &str = "=?utf-8?b?";
const CLOSE: &str = "?=";
const FOLD: &str = "\r\n ";

/// True for characters that must never reach a header: all controls, and the two Unicode line
/// separators, which some readers take for the end of a line.
pub(super) fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// An unstructured value (the subject), `column` columns of its first line being taken by the name.
pub(super) fn unstructured(value: &str, column: usize) -> String {
    let printable = value.bytes().all(|b| (0x20..0x7f).contains(&b));
    let words_fit = value.split(' ').all(|word| !word.is_empty() && word.len() < LINE - column);
    if value.is_empty() || (printable && words_fit && !value.contains("=?")) {
        folded(value, column)
    } else {
        encoded_words(value, column)
    }
}

/// A mailbox: `name <address>`, or the bare address where there is no name.
pub(super) fn mailbox(name: &str, address: &str, column: usize) -> String {
    if name.is_empty() {
        return address.to_owned();
    }
    let atoms = name.split(' ').all(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_'".contains(&b))
    });
    let bracketed = format!("<{address}>");
    if atoms && column + name.len() + 1 + bracketed.len() <= LINE {
        format!("{name} {bracketed}")
    } else {
        format!("{}{FOLD}{bracketed}", encoded_words(name, column))
    }
}

/// Breaks lines at single spaces, which a reader puts back.
fn folded(value: &str, column: usize) -> String {
    let mut out = String::with_capacity(value.len() + 16);
    let mut at = column;
    for word in value.split(' ') {
        if out.is_empty() {
            at += word.len();
        } else if at + 1 + word.len() > LINE {
            out.push_str(FOLD);
            at = 1 + word.len();
        } else {
            out.push(' ');
            at += 1 + word.len();
        }
        out.push_str(word);
    }
    out
}

/// Encoded words that each hold whole characters; the folds between them vanish when read.
fn encoded_words(value: &str, column: usize) -> String {
    let mut out = String::with_capacity(value.len() * 2);
    let mut room = octets_in(LINE.saturating_sub(column));
    let mut chunk = String::new();
    for c in value.chars() {
        if chunk.len() + c.len_utf8() > room {
            push_word(&mut out, &chunk);
            chunk.clear();
            room = octets_in(LINE - 1);
        }
        chunk.push(c);
    }
    push_word(&mut out, &chunk);
    out
}

fn push_word(out: &mut String, chunk: &str) {
    if !out.is_empty() {
        out.push_str(FOLD);
    }
    out.push_str(OPEN);
    BASE64.encode_append(chunk.as_bytes(), out);
    out.push_str(CLOSE);
}

/// How many octets an encoded word of this many columns can carry.
fn octets_in(columns: usize) -> usize {
    columns.saturating_sub(OPEN.len() + CLOSE.len()) / 4 * 3
}
