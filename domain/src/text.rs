//! Parsed values: what a person or a program typed becomes a value or a [`FieldError`].
//!
//! Inputs carry raw strings so that a form can show again exactly what was typed. Here they are
//! checked once, all fields before the first answer.

use crate::{
    moment::{self, Zone},
    refusal::{FieldError, Refusal},
};
use chrono::{DateTime, Utc};
use std::str::FromStr;

/// A closed set of words, with the code that is stored and the label that is shown.
pub trait Choice: Copy + Sized + 'static {
    /// Every member, in the order in which it is offered.
    const ALL: &'static [Self];
    /// The stable code, as stored and as sent by API.
    fn code(self) -> &'static str;
    /// The label, as shown.
    fn label(self) -> &'static str;
    /// The member with this code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.code() == code)
    }
}

/// Declares a closed set of words: `choices! { pub enum Colour { Red = "red" => "Red" } }`.
#[macro_export]
macro_rules! choices {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal => $label:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $code)] $variant),+ }
        impl $crate::text::Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn code(self) -> &'static str { match self { $(Self::$variant => $code),+ } }
            fn label(self) -> &'static str { match self { $(Self::$variant => $label),+ } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::text::Choice::label(*self))
            }
        }
    };
}

/// The zones in which an instant is read: what has a time in the reader's, a date alone in the authority's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zones {
    pub reader: Zone,
    pub authority: Zone,
}

/// How long a one-line text may be, in characters.
pub const LINE_MAX: usize = 200;
/// How long a reason may be, in characters.
pub const REASON_MAX: usize = 2_000;
/// How long a body of text may be, in characters.
pub const BODY_MAX: usize = 50_000;

/// Collects what is wrong with the fields of one input.
#[derive(Debug, Default)]
pub struct Checks {
    errors: Vec<FieldError>,
}

impl Checks {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes an error found elsewhere.
    pub fn push(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// A one-line text that must be there: trimmed, 1 to [`LINE_MAX`] characters, no control characters.
    pub fn line(&mut self, field: &str, raw: &str) -> Option<String> {
        let text = self.optional_line(field, raw)?;
        self.present(field, text)
    }

    /// A one-line text that may be empty.
    pub fn optional_line(&mut self, field: &str, raw: &str) -> Option<String> {
        self.limited(field, raw.trim(), LINE_MAX, false)
    }

    /// A reason: must be there, may have several lines, up to [`REASON_MAX`] characters.
    pub fn reason(&mut self, field: &str, raw: &str) -> Option<String> {
        let text = self.limited(field, raw.trim(), REASON_MAX, true)?;
        self.present(field, text)
    }

    /// A reason that may be empty.
    pub fn optional_reason(&mut self, field: &str, raw: &str) -> Option<String> {
        self.limited(field, raw.trim(), REASON_MAX, true)
    }

    /// A body of text that must be there, up to [`BODY_MAX`] characters.
    pub fn body(&mut self, field: &str, raw: &str) -> Option<String> {
        let text = self.optional_body(field, raw)?;
        self.present(field, text)
    }

    /// A body of text that may be empty. Only its end is trimmed.
    pub fn optional_body(&mut self, field: &str, raw: &str) -> Option<String> {
        self.limited(field, raw.trim_end(), BODY_MAX, true)
    }

    /// One of a closed set of words.
    pub fn choice<C: Choice>(&mut self, field: &str, raw: &str) -> Option<C> {
        let found = C::from_code(raw.trim());
        if found.is_none() {
            let codes: Vec<&str> = C::ALL.iter().map(|c| c.code()).collect();
            let (code, what) = if raw.trim().is_empty() {
                ("required", "Choose one of")
            } else {
                ("not_a_choice", "This is not one of the choices")
            };
            self.errors.push(FieldError::new(field, code, format!("{what}: {}.", codes.join(", "))));
        }
        found
    }

    /// One of a closed set of words, or nothing.
    pub fn optional_choice<C: Choice>(&mut self, field: &str, raw: &str) -> Option<Option<C>> {
        if raw.trim().is_empty() { Some(None) } else { self.choice(field, raw).map(Some) }
    }

    /// Whether something is ticked: `true`, or `false` or nothing.
    pub fn ticked(&mut self, field: &str, raw: &str) -> Option<bool> {
        match raw.trim() {
            "" | "false" => Some(false),
            "true" => Some(true),
            _ => {
                self.push(FieldError::new(field, "not_a_choice", "Say true or false, or nothing."));
                None
            }
        }
    }

    /// An identifier that must be there.
    pub fn id<I: FromStr>(&mut self, field: &str, raw: &str) -> Option<I> {
        let found = raw.trim().parse().ok();
        if found.is_none() {
            let message =
                if raw.trim().is_empty() { "Choose one." } else { "This is not an identifier of ours." };
            self.errors.push(FieldError::new(field, "not_an_id", message));
        }
        found
    }

    /// An identifier, or nothing.
    pub fn optional_id<I: FromStr>(&mut self, field: &str, raw: &str) -> Option<Option<I>> {
        if raw.trim().is_empty() { Some(None) } else { self.id(field, raw).map(Some) }
    }

    /// An instant: RFC 3339 with an offset, or a local time in `zone`.
    pub fn instant(&mut self, field: &str, raw: &str, zone: Zone) -> Option<DateTime<Utc>> {
        match moment::parse(raw, zone) {
            Ok(at) => Some(at.at),
            Err(why) => {
                self.errors.push(FieldError::new(field, why.code(), why.to_string()));
                None
            }
        }
    }

    /// An instant, or nothing.
    pub fn optional_instant(&mut self, field: &str, raw: &str, zone: Zone) -> Option<Option<DateTime<Utc>>> {
        if raw.trim().is_empty() { Some(None) } else { self.instant(field, raw, zone).map(Some) }
    }

    /// Like [`Self::instant`], and not after `now`.
    pub fn past_instant(
        &mut self,
        field: &str,
        raw: &str,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let at = self.instant(field, raw, zone)?;
        if at > now {
            let message = "This lies in the future. Give a time that has already passed.";
            self.errors.push(FieldError::new(field, "in_the_future", message));
            return None;
        }
        Some(at)
    }

    /// Like [`Self::past_instant`], for an instant that the law reads at an authority: a date alone is the beginning of
    /// that day in the authority's zone, and known to the day only.
    pub fn past_instant_at(
        &mut self,
        field: &str,
        raw: &str,
        zones: Zones,
        now: DateTime<Utc>,
    ) -> Option<moment::Parsed> {
        match moment::parse_for(raw, Some(zones.reader), zones.authority) {
            Ok(parsed) if parsed.at > now => {
                let message = "This lies in the future. Give a time that has already passed.";
                self.errors.push(FieldError::new(field, "in_the_future", message));
                None
            }
            Ok(parsed) => Some(parsed),
            Err(why) => {
                self.errors.push(FieldError::new(field, why.code(), why.to_string()));
                None
            }
        }
    }

    /// An e-mail address with one `@`, a domain with a dot, and nothing that could end up in a header.
    pub fn email(&mut self, field: &str, raw: &str) -> Option<String> {
        let text = raw.trim();
        if text.is_empty() {
            return self.present(field, String::new());
        }
        if is_email(text) {
            return Some(text.to_owned());
        }
        let message = "This is not an e-mail address. It should look like name@example.org.";
        self.errors.push(FieldError::new(field, "not_an_email", message));
        None
    }

    /// The errors so far, as a refusal. Callers that hold every parsed value know there are none.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        Refusal::Invalid(self.errors)
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.errors.is_empty()
    }

    fn present(&mut self, field: &str, text: String) -> Option<String> {
        if text.is_empty() {
            self.errors.push(FieldError::new(field, "required", "This can't be empty."));
            return None;
        }
        Some(text)
    }

    fn limited(&mut self, field: &str, text: &str, max: usize, lines: bool) -> Option<String> {
        let text = if lines { text.replace("\r\n", "\n") } else { text.to_owned() };
        let length = text.chars().count();
        if length > max {
            let message = format!("This has {length} characters; at most {max} are taken.");
            self.errors.push(FieldError::new(field, "too_long", message));
            return None;
        }
        if let Some(bad) = text.chars().find(|c| is_forbidden(*c, lines)) {
            let message = format!(
                "This contains a control character (U+{:04X}). Remove it; it may have come along when pasting.",
                bad as u32
            );
            self.errors.push(FieldError::new(field, "control_character", message));
            return None;
        }
        Some(text)
    }
}

/// Control characters and those that turn the direction of text (they make one thing look like another).
#[must_use]
pub fn is_forbidden(c: char, lines: bool) -> bool {
    let layout = lines && matches!(c, '\n' | '\t');
    (c.is_control() && !layout) || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether `text` is an address that mail can be sent to: plain ASCII (a domain with other letters in
/// its `xn--` form), no quoted local part, no address literal.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    !local.is_empty()
        && local.len() <= 64
        && text.len() <= 254
        && local.chars().all(atom)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@example.org", "first.last+tag@mail.example.test", "o'neil@example.org"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@example.org",
            "a@b",
            "a@[127.0.0.1]",
            "\"a b\"@example.org",
            "a@@b.org",
            "a@b..org",
            "a b@example.org",
            "a@example.org\nBcc: x@y.z",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn all_fields_are_checked_before_the_answer() {
        let mut checks = Checks::new();
        assert_eq!(checks.line("title", "  "), None);
        assert_eq!(checks.reason("reason", "a\u{0}b"), None);
        assert_eq!(checks.line("name", &"x".repeat(201)), None);
        let Refusal::Invalid(errors) = checks.refusal() else { panic!("fields") };
        assert_eq!(
            errors.iter().map(|e| e.code).collect::<Vec<_>>(),
            ["required", "control_character", "too_long"]
        );
    }
}
