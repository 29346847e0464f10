//! Mail that comes back: the address it comes back to, and what a report about it says (RFC 3464).
//!
//! Whatever arrives there was written by strangers. It is matched by the token of the address it came to and by
//! nothing in it; no text of it decides anything but what a report with such a token says.

use crate::{choices, text::is_email};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// The letters of a token: the mail's id, then 80 bits of a code that only this desk can make.
pub const TOKEN_LENGTH: usize = ID_LENGTH + 16;
/// The letters of the mail's id in a token.
pub const ID_LENGTH: usize = 26;
/// The longest local part of an address (RFC 5321, section 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// So many days after it was taken a mail may still come back. Relays give up after five.
pub const RETURNS_WITHIN_DAYS: i64 = 30;
/// So many characters of a diagnosis are kept.
const DIAGNOSIS_MAX: usize = 200;
/// No more lines of a report are read.
const LINES_MAX: usize = 400;

/// A text under which no mail can come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address such as bounces@bounce.example.org is expected, with at most 21 characters before the @ and no + there"
)]
pub struct NotAReturnAddress;

/// Where mail comes back to. Each mail has an address of its own there, `local+token@domain` (VERP), as the sender of
/// its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnAddress {
    local: String,
    domain: String,
}

impl ReturnAddress {
    /// # Errors
    /// It is no address, or its local part leaves no room for a token.
    pub fn parse(text: &str) -> Result<Self, NotAReturnAddress> {
        let text = text.trim().to_ascii_lowercase();
        let (local, domain) = text.split_once('@').ok_or(NotAReturnAddress)?;
        if !is_email(&text) || local.contains('+') || local.len() + 1 + TOKEN_LENGTH > LOCAL_MAX {
            return Err(NotAReturnAddress);
        }
        Ok(Self { local: local.to_owned(), domain: domain.to_owned() })
    }

    /// The address of the mail with this token.
    #[must_use]
    pub fn of(&self, token: &str) -> String {
        format!("{}+{token}@{}", self.local, self.domain)
    }

    /// Whether mail to this address comes here: to the return address itself, or to one of a mail.
    #[must_use]
    pub fn is_of(&self, address: &str) -> bool {
        let address = address.to_ascii_lowercase();
        let Some((local, domain)) = address.split_once('@') else { return false };
        let plain = |rest: &str| rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let more = local.strip_prefix(self.local.as_str());
        let ours = more.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('+').is_some_and(plain));
        ours && domain == self.domain
    }

    /// The tokens of the addresses of ours that stand in a text, each once. Relays may have changed the case.
    #[must_use]
    pub fn tokens_in(&self, text: &str) -> Vec<String> {
        let text = text.to_ascii_lowercase();
        let begin = format!("{}+", self.local);
        let mut tokens: Vec<String> = Vec::new();
        for (at, _) in text.match_indices(&begin) {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let rest = text.get(at + begin.len()..).and_then(|rest| rest.split_at_checked(TOKEN_LENGTH));
            let Some((token, after)) = rest else { continue };
            let after = after.strip_prefix('@').and_then(|after| after.strip_prefix(self.domain.as_str()));
            let ends = after.is_some_and(|after| !after.starts_with(is_address));
            let whole = ends && !before.is_some_and(is_address);
            let is_token = token.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
            if whole && is_token && !tokens.iter().any(|known| known == token) {
                tokens.push(token.to_owned());
            }
        }
        tokens
    }
}

/// Whether an address goes on with this.
fn is_address(c: char) -> bool {
    c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)
}

choices! {
    /// What a relay did with a mail (RFC 3464, section 2.3.3).
    pub enum Deed {
        Failed = "failed" => "failed",
        Delayed = "delayed" => "delayed",
        Delivered = "delivered" => "delivered",
        Relayed = "relayed" => "passed on",
        Expanded = "expanded" => "passed on to several",
    }
}

/// What a report says about one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub deed: Deed,
    /// As RFC 3463 has it, such as 5.1.1; empty where none was given.
    pub status: String,
    /// The other server's words: one line, at most 200 characters.
    pub diagnosis: String,
}

impl Report {
    /// Reads the fields of a `message/delivery-status`. Where a mail was passed on to several and one of them failed,
    /// it reached somebody and didn't fail.
    #[must_use]
    pub fn parse(fields: &str) -> Option<Self> {
        use crate::text::Choice;
        let mut reports: Vec<Self> = Vec::new();
        for group in groups(fields) {
            let value = |name: &str| {
                group.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value.as_str())
            };
            let deed = Deed::from_code(&first_word(value("action")).to_ascii_lowercase());
            let Some(deed) = deed else { continue };
            let status = Some(first_word(value("status"))).filter(|status| is_status(status));
            let words = value("diagnostic-code");
            let words = words.split_once(';').map_or(words, |(_, words)| words);
            let diagnosis = plain(words.trim(), DIAGNOSIS_MAX);
            reports.push(Self { deed, status: status.unwrap_or_default().to_owned(), diagnosis });
        }
        // What succeeded has no code of failure, and the other way round: whoever says both says nothing.
        let contradicts = |r: &Self| r.deed == Deed::Failed && r.status.starts_with('2');
        if reports.iter().any(contradicts) {
            return None;
        }
        let of = |deeds: &[Deed]| reports.iter().find(|r| deeds.contains(&r.deed)).cloned();
        of(&[Deed::Delivered, Deed::Relayed, Deed::Expanded])
            .or_else(|| of(&[Deed::Failed]))
            .or_else(|| of(&[Deed::Delayed]))
    }

    /// Whether the address doesn't exist, so that no later mail to it will do better: the codes of RFC 3463,
    /// section 3.2, and RFC 7505 that speak of the recipient. Those about the sender (5.1.7, 5.1.8) are ours to mend.
    #[must_use]
    pub fn says_no_such_address(&self) -> bool {
        self.deed == Deed::Failed
            && matches!(self.status.as_str(), "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10")
    }
}

/// Fields in groups, which empty lines part: names in small letters, folded lines put together.
fn groups(text: &str) -> Vec<Vec<(String, String)>> {
    let mut groups = vec![Vec::new()];
    for line in text.lines().take(LINES_MAX) {
        let Some(group) = groups.last_mut() else { continue };
        if line.trim().is_empty() {
            groups.push(Vec::new());
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                let value: &mut String = value;
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn first_word(value: &str) -> &str {
    value.split([' ', '\t', ';', '(']).next().unwrap_or_default()
}

fn is_status(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts.as_slice(), ["2" | "4" | "5", subject, detail] if number(subject) && number(detail))
}

/// Strange words as they can be stored and shown: one line of so many characters, and nothing that would turn round
/// what stands beside it.
fn plain(said: &str, most: usize) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    said.chars().map(|c| if c.is_control() || turns(c) { ' ' } else { c }).take(most).collect()
}

/// What arrived at a return address, as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// A report about a delivery, with the one token of the address it came to.
    Report {
        token: Option<String>,
        report: Report,
    },
    /// Somebody's machine answered: an absence, a receipt for reading.
    AutoReply,
    /// No report: a person wrote there, or a bounce in a form of its own. Nothing is guessed from it.
    Unclassified,
    /// It can't be read as mail, or is built to make that hard.
    Unreadable,
    TooBig,
}

choices! {
    /// What became of a mail that arrived at a return address.
    pub enum Fate {
        Bounced = "bounced" => "a mail of ours was sent back",
        Repeated = "repeated" => "said once more what was known",
        Delayed = "delayed" => "a relay still tries",
        Delivered = "delivered" => "a relay delivered it or passed it on",
        AutoReply = "auto_reply" => "answered by a machine, such as during an absence",
        NoToken = "no_token" => "a report that came to no address of a mail",
        Forged = "forged" => "a report to an address that this desk never made",
        Expired = "expired" => "a report about a mail of more than 30 days ago",
        NotAccepted = "not_accepted" => "a report about a mail that no relay had taken",
        /// Not dealt with: what became of the mail isn't recorded yet.
        TooEarly = "too_early" => "read again later",
        Unclassified = "unclassified" => "no report, set aside to be looked at",
        Unreadable = "unreadable" => "unreadable, set aside",
        TooBig = "too_big" => "larger than 256 KiB, set aside",
    }
}

impl Fate {
    /// Whether it is kept apart for a person.
    #[must_use]
    pub fn is_set_aside(self) -> bool {
        matches!(self, Self::Unclassified | Self::Unreadable | Self::TooBig)
    }
}

/// How often something became of mails that arrived at return addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FateCount {
    pub fate: Fate,
    pub count: u64,
    pub last_at: DateTime<Utc>,
}

/// A mail that was sent back, in a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Bounce {
    pub at: DateTime<Utc>,
    /// As RFC 3463 has it, such as 5.1.1; empty where none was given.
    pub status: String,
    /// The other server's words, at most 200 characters.
    pub diagnosis: String,
}

#[cfg(test)]
mod tests;
