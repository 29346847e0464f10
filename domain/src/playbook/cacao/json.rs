//! JSON within limits, and nothing in it read otherwise than it is written.
//!
//! The usual readers take the last of two properties with one name and round long numbers in silence; in a
//! playbook both would let two programs follow different instructions from the same file.

use super::{Finding, pointer};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// How many bytes a file may have.
pub const FILE_MAX: usize = 2 * 1024 * 1024;
/// How many bytes a single text in it may have.
pub const TEXT_MAX: usize = 64 * 1024;
/// How deeply lists and objects may lie in each other.
pub const DEPTH_MAX: usize = 64;

/// Reads a file.
///
/// # Errors
/// The first thing for which it can't be taken.
pub(in crate::playbook) fn read(bytes: &[u8]) -> Result<Value, Finding> {
    if bytes.len() > FILE_MAX {
        let message = format!(
            "The file has more than {FILE_MAX} bytes. Split the playbook, or move attachments out of it."
        );
        return Err(Finding::error("too_large", "", message));
    }
    let text = std::str::from_utf8(bytes).map_err(|why| {
        let message = format!("Byte {} is not UTF-8. Save the file as UTF-8.", why.valid_up_to());
        Finding::error("not_utf8", "", message)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    scan(text)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut wrong = None;
    let value = Node { path: String::new(), wrong: &mut wrong }.deserialize(&mut reader);
    if let Some(wrong) = wrong {
        return Err(wrong);
    }
    let value = value.and_then(|value| reader.end().map(|()| value));
    value.map_err(|why| Finding::error("not_json", "", format!("This is not JSON: {why}. Correct it there.")))
}

/// Looks at nesting and numbers before anything is read that could overflow or be rounded.
fn scan(text: &str) -> Result<(), Finding> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut number = String::new();
    for c in text.chars().chain([' ']) {
        if in_text {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_text = false,
                _ => {}
            }
            continue;
        }
        if c.is_ascii_digit() || (!number.is_empty() && "+-.eE".contains(c)) || c == '-' {
            number.push(c);
            continue;
        }
        exact(&number)?;
        number.clear();
        match c {
            '"' => in_text = true,
            '[' | '{' => {
                depth += 1;
                if depth > DEPTH_MAX {
                    let message = format!(
                        "Lists and objects lie in each other more than {DEPTH_MAX} deep. Flatten them."
                    );
                    return Err(Finding::error("too_deep", "", message));
                }
            }
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a number has the same value after it was read.
fn exact(number: &str) -> Result<(), Finding> {
    let digits = number.split(['e', 'E']).next().unwrap_or_default();
    let digits = digits.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_whole = !number.contains(['.', 'e', 'E']);
    let fits = if is_whole {
        number.is_empty() || number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() || number == "-"
    } else {
        digits.trim_start_matches('0').len() <= 15 && number.parse::<f64>().is_ok_and(f64::is_finite)
    };
    if fits {
        return Ok(());
    }
    let shown: String = number.chars().take(40).collect();
    let message =
        format!("The number {shown} has more digits than programs keep. Write it as a text, in quotes.");
    Err(Finding::error("number_not_exact", "", message))
}

/// One value, at its place in the file.
struct Node<'w> {
    path: String,
    wrong: &'w mut Option<Finding>,
}

impl Node<'_> {
    fn text<E: Error>(&mut self, text: &str) -> Result<Value, E> {
        self.length(text)?;
        Ok(Value::String(text.to_owned()))
    }

    fn length<E: Error>(&mut self, text: &str) -> Result<(), E> {
        if text.len() <= TEXT_MAX {
            return Ok(());
        }
        let message = format!(
            "This text has {} bytes; at most {TEXT_MAX} are taken. Shorten it, or link to it.",
            text.len()
        );
        *self.wrong = Some(Finding::error("text_too_long", &self.path, message));
        Err(E::custom("text too long"))
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<Value, E> {
        self.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let Self { path, wrong } = self;
        while let Some(value) = from
            .next_element_seed(Node { path: pointer(&path, &list.len().to_string()), wrong: &mut *wrong })?
        {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let Self { path, wrong } = self;
        while let Some(name) = from.next_key::<String>()? {
            let path = pointer(&path, &name);
            let mut node = Node { path, wrong: &mut *wrong };
            node.length(&name)?;
            if object.contains_key(&name) {
                let message = "This name stands here twice, and programs differ in which of the two they take. Remove one.";
                *node.wrong = Some(Finding::error("duplicate_key", &node.path, message));
                return Err(A::Error::custom("duplicate key"));
            }
            let value = from.next_value_seed(node)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

/// The text of a value that reads back as the same and can stand in a TOML file between `'''`.
pub(super) fn write(value: &Value) -> String {
    use std::fmt::Write;
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        // Outside of texts JSON has no apostrophes and no such characters, so both may be escaped everywhere.
        if crate::text::is_forbidden(c, true) || (c == '\'' && before == '\'') {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
            before = ' ';
        } else {
            out.push(c);
            before = c;
        }
    }
    out.push('\n');
    out
}
