//! The journal: one chain of entries a stream, each holding the digest of the one before.
//!
//! An entry is a line of JSON with its keys in order; its hash is the SHA-256 of exactly that line,
//! and the line names the hash before it. Entries hold ids, versions and digests, no personal data.

use crate::{
    id::{IncidentId, NoticeId},
    notice::hex,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt};

/// One chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    System,
    Incident(IncidentId),
    Deliveries(NoticeId),
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Incident(id) => write!(f, "incident:{id}"),
            Self::Deliveries(id) => write!(f, "deliveries:{id}"),
        }
    }
}

/// What an event leaves in the journal, before it has its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub stream: Stream,
    /// What happened: `incident_declared`, `fact_recorded` …
    pub what: &'static str,
    /// The id of the thing.
    pub target: String,
    pub details: BTreeMap<&'static str, Value>,
}

impl Draft {
    #[must_use]
    pub fn new(stream: Stream, what: &'static str, target: impl fmt::Display) -> Self {
        Self { stream, what, target: target.to_string(), details: BTreeMap::new() }
    }

    /// Adds one detail.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.details.insert(name, value.into());
        self
    }
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Who did it.
    pub actor: String,
    /// UTC, RFC 3339, microseconds.
    pub at: String,
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub details: BTreeMap<String, Value>,
    /// The hash of the entry before it; 64 zeros for the first.
    pub prev: String,
    pub request: String,
    /// 1 for the first of its stream.
    pub seq: i64,
    pub stream: String,
    pub target: String,
    pub what: String,
}

/// What the first entry of a stream names as the one before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The last entry of a stream: where the next one is tied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, hash: GENESIS.to_owned() }
    }
}

/// The line and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub stream: String,
    pub seq: i64,
    pub line: String,
    pub hash: String,
}

/// Puts a draft at the end of its stream.
#[must_use]
pub fn seal(draft: Draft, head: &Head, actor: String, request: String, at: DateTime<Utc>) -> Sealed {
    let entry = Entry {
        actor,
        at: crate::moment::rfc3339(at),
        details: draft.details.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        prev: head.hash.clone(),
        request,
        seq: head.seq + 1,
        stream: draft.stream.to_string(),
        target: draft.target,
        what: draft.what.to_owned(),
    };
    let line = canonical(&serde_json::to_value(&entry).unwrap_or(Value::Null));
    let hash = hash(&line);
    Sealed { stream: entry.stream, seq: entry.seq, line, hash }
}

/// The hash of a line.
#[must_use]
pub fn hash(line: &str) -> String {
    hex(&Sha256::digest(line.as_bytes()))
}

/// JSON without white space and with the keys of every object in order of their bytes. Whatever
/// order a map type keeps, two equal values give the same text.
#[must_use]
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            let parts: Vec<String> = sorted
                .into_iter()
                .map(|(k, v)| format!("{}:{}", Value::String(k.clone()), canonical(v)))
                .collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(list) => {
            let parts: Vec<String> = list.iter().map(canonical).collect();
            format!("[{}]", parts.join(","))
        }
        other => other.to_string(),
    }
}

/// Where a chain is broken and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{stream} entry {seq}: {what}")]
pub struct Broken {
    pub stream: String,
    pub seq: i64,
    pub what: &'static str,
}

/// Checks a stream entry by entry, in order. Keeps nothing but the last hash.
#[derive(Debug, Default)]
pub struct Verifier {
    head: Head,
}

impl Verifier {
    /// Takes the next stored entry.
    ///
    /// # Errors
    /// Says at which entry the chain breaks first, and how.
    pub fn next(&mut self, stream: &str, seq: i64, line: &str, stored_hash: &str) -> Result<(), Broken> {
        let broken = |what| Err(Broken { stream: stream.to_owned(), seq, what });
        if seq != self.head.seq + 1 {
            return Err(Broken { stream: stream.to_owned(), seq: self.head.seq + 1, what: "is missing" });
        }
        let Ok(entry) = serde_json::from_str::<Entry>(line) else { return broken("can't be read") };
        if hash(line) != stored_hash {
            return broken("was changed: its hash is another");
        }
        if entry.prev != self.head.hash {
            return broken("doesn't follow the entry before it");
        }
        if entry.seq != seq || entry.stream != stream {
            return broken("stands in the wrong place");
        }
        self.head = Head { seq, hash: stored_hash.to_owned() };
        Ok(())
    }

    /// The last entry that was taken.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use proptest::prelude::*;

    fn chain(length: usize) -> Vec<Sealed> {
        let mut head = Head::default();
        let mut out = Vec::new();
        for n in 0..length {
            let draft = Draft::new(Stream::System, "something", n).with("n", n as u64);
            let at = Utc.timestamp_opt(1_800_000_000 + n as i64, 0).unwrap();
            let sealed = seal(draft, &head, "nobody".into(), String::new(), at);
            head = Head { seq: sealed.seq, hash: sealed.hash.clone() };
            out.push(sealed);
        }
        out
    }

    fn check(entries: &[Sealed]) -> Result<(), Broken> {
        let mut verifier = Verifier::default();
        entries.iter().try_for_each(|e| verifier.next(&e.stream, e.seq, &e.line, &e.hash))
    }

    #[test]
    fn an_untouched_chain_holds() {
        assert_eq!(check(&chain(20)), Ok(()));
    }

    proptest! {
        #[test]
        fn every_change_before_the_end_is_found(at in 0usize..19, how in 0u8..4) {
            let mut entries = chain(20);
            match how {
                0 => { entries[at].line = entries[at].line.replace("something", "otherthing"); }
                1 => { entries.remove(at); }
                2 => { entries.swap(at, at + 1); }
                _ => {
                    let line = entries[at].line.replace("nobody", "anybody");
                    entries[at].hash = hash(&line);
                    entries[at].line = line;
                }
            }
            prop_assert!(check(&entries).is_err());
        }
    }
}
