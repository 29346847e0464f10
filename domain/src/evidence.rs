//! Evidence: content under its digest, with who collected it, when, where from and how.

use crate::{
    id::{AccountId, EvidenceId, IncidentId},
    moment::Zone,
    refusal::Refusal,
    text::{Checks, is_forbidden},
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One item of evidence. The content lies under `sha256`; the name it came with is data only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    pub id: EvidenceId,
    pub incident: IncidentId,
    /// The file's name as its owner called it.
    pub name: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of the content, lower-case hexadecimal.
    pub sha256: String,
    /// Who collected it; need not have an account.
    pub collected_by: String,
    pub collected_at: DateTime<Utc>,
    /// Where it comes from: a host, a mailbox, a person.
    pub source: String,
    /// How it was taken.
    pub method: String,
    pub uploaded_at: DateTime<Utc>,
    pub uploaded_by: AccountId,
    /// When the content was taken away again; the record stays.
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_reason: String,
    pub verified_at: Option<DateTime<Utc>>,
    pub verified_ok: Option<bool>,
    /// Counsel's privileged: seen by members only, and nothing rests on it.
    pub privileged: bool,
    pub revision: i64,
}

/// What is said about an upload.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceInput {
    #[serde(default)]
    pub collected_by: String,
    #[serde(default)]
    pub collected_at: String,
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub method: String,
    /// `true` where it is counsel's privileged: then only members see it, and no answer can rest on it.
    #[serde(default)]
    pub privileged: String,
}

/// The description, checked before the first byte of content is read.
#[derive(Debug, Clone)]
pub struct Description {
    pub collected_by: String,
    pub collected_at: DateTime<Utc>,
    pub source: String,
    pub method: String,
    pub privileged: bool,
}

impl EvidenceInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self, zone: Zone, now: DateTime<Utc>) -> Result<Description, Refusal> {
        let mut c = Checks::new();
        let by = c.line("collected_by", &self.collected_by);
        let at = c.past_instant("collected_at", &self.collected_at, zone, now);
        let source = c.line("source", &self.source);
        let method = c.optional_reason("method", &self.method);
        let privileged = c.ticked("privileged", &self.privileged);
        match (by, at, source, method, privileged) {
            (Some(collected_by), Some(collected_at), Some(source), Some(method), Some(privileged)) => {
                Ok(Description { collected_by, collected_at, source, method, privileged })
            }
            _ => Err(c.refusal()),
        }
    }
}

/// Makes of any file name one that can be shown: its last part, no control or direction characters,
/// at most 255 bytes, never empty.
#[must_use]
pub fn shown_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name = String::new();
    for c in last.chars().filter(|c| !is_forbidden(*c, false)) {
        if name.len() + c.len_utf8() > 255 {
            break;
        }
        name.push(c);
    }
    let name = name.trim().trim_matches('.').trim();
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

impl Evidence {
    /// The item without its content, with the reason.
    ///
    /// # Errors
    /// It was withdrawn before.
    pub fn withdraw(&self, reason: String, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.present()?;
        Ok(Self {
            withdrawn_at: Some(now),
            withdrawn_reason: reason,
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// The item, its content read again at `now` and found to be as it was or not.
    ///
    /// # Errors
    /// It was withdrawn.
    pub fn verified(&self, ok: bool, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.present()?;
        Ok(Self {
            verified_at: Some(now),
            verified_ok: Some(ok),
            revision: self.revision + 1,
            ..self.clone()
        })
    }

    /// # Errors
    /// The content was withdrawn.
    pub fn present(&self) -> Result<(), Refusal> {
        if self.withdrawn_at.is_some() {
            return Err(Refusal::state("withdrawn", "This evidence was withdrawn; its content is gone."));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::shown_name;

    #[test]
    fn names_are_data_only() {
        for (raw, shown) in [
            ("access.log", "access.log"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.txt", "a.txt"),
            ("a\r\nb\0.txt", "ab.txt"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("..", "unnamed"),
            ("", "unnamed"),
        ] {
            assert_eq!(shown_name(raw), shown, "{raw:?}");
        }
        assert_eq!(shown_name(&"ä".repeat(300)).len(), 254);
    }
}
