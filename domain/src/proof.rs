//! A pack of proof: what was sent, on what it rests, who approved it and what became of it, in files that a stranger
//! checks with standard tools.

use crate::{
    csv,
    delivery::{DeliveryState, Tally},
    id::{AuthorityId, CasePartyId, NoticeId},
    moment::rfc3339,
    notice::{
        Notice,
        kind::Addressees,
        template::{Language, NoticeKind},
    },
    text::Choice,
    view::{Receipt, StatementView},
};
use serde::Serialize;

/// The file that names every other one with its SHA-256, in the form that `sha256sum --check` reads.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The file that says how all of it is checked.
pub const README: &str = "README.txt";

/// How a pack is checked. Plain ASCII, so that every machine shows it.
#[must_use]
pub fn readme() -> &'static str {
    include_str!("proof/readme.txt")
}

/// A line of the manifest. `digest` is lower-case hexadecimal.
#[must_use]
pub fn line(digest: &str, file: &str) -> String {
    format!("{digest}  {file}\n")
}

/// A person who did something, by account and by name.
#[derive(Debug, Clone, Serialize)]
pub struct By {
    pub account: String,
    pub name: String,
}

/// Something that somebody did at an instant (UTC, RFC 3339).
#[derive(Debug, Clone, Serialize)]
pub struct Act {
    pub at: String,
    pub by: By,
}

/// What is proven of a notice.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeProof {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub language: Language,
    pub authority: Option<AuthorityId>,
    pub controller: Option<CasePartyId>,
    /// What it was sent as.
    pub subject: String,
    pub drafted: Act,
    /// Everybody who wrote in it. None of them may approve it.
    pub authors: Vec<By>,
    /// SHA-256 of `approved.json`: exactly what was read and approved.
    pub approved_digest: Option<String>,
    pub approved: Option<Act>,
    pub released: Option<Act>,
    /// UTC, RFC 3339.
    pub first_accepted_at: Option<String>,
    /// How the mails stand: the states add up to `total`.
    pub mails: Tally,
    /// When addresses and the bytes of mails were removed by their date; UTC, RFC 3339. None while they are kept.
    pub recipients_removed_at: Option<String>,
    pub statements: Vec<Ground>,
}

/// A statement of a notice with the facts under it.
#[derive(Debug, Clone, Serialize)]
pub struct Ground {
    pub code: String,
    pub article: String,
    pub text: String,
    /// Whether somebody wrote it in words of their own.
    pub own_words: bool,
    /// The version of the organisation's own text that worded it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_version: Option<u32>,
    pub facts: Vec<GroundFact>,
}

/// A fact as it was when the statement was written.
#[derive(Debug, Clone, Serialize)]
pub struct GroundFact {
    pub key: String,
    pub answer: String,
    /// The fact's version; none where there was no answer.
    pub version: Option<String>,
    /// The item of evidence, and its SHA-256.
    pub evidence: Option<String>,
    pub evidence_sha256: Option<String>,
}

impl Ground {
    /// The statement as the page of the notice shows it. `notice` knows which version of a fact was read.
    #[must_use]
    pub fn of(statement: &StatementView, notice: &Notice) -> Self {
        let reads = notice.statements.iter().find(|s| s.code == statement.code);
        let version = |key: &str| {
            let read = reads.and_then(|s| s.reads.iter().find(|r| r.key == key));
            read.and_then(|read| read.fact).map(|id| id.to_string())
        };
        let facts = statement
            .under
            .iter()
            .map(|under| GroundFact {
                key: under.key.clone(),
                answer: under.shown.clone(),
                version: version(&under.key),
                evidence: under.evidence.as_ref().map(|(id, _)| id.clone()),
                evidence_sha256: under.evidence.as_ref().map(|(_, digest)| digest.clone()),
            })
            .collect();
        Self {
            code: statement.code.clone(),
            article: statement.article.clone(),
            text: statement.text.clone(),
            own_words: statement.own_words,
            text_version: statement.wording,
            facts,
        }
    }
}

/// The first line of the receipts.
#[must_use]
pub fn receipts_head() -> String {
    csv::row(&RECEIPT.map(str::to_owned))
}

const RECEIPT: [&str; 9] = [
    "message_id",
    "recipient",
    "state",
    "attempts",
    "uncertain",
    "accepted_at",
    "relay",
    "reply",
    "sent_sha256",
];

/// One mail. Its Message-ID, which its recipient finds in it, stands for a person: addresses of people, and a relay's
/// words, which often repeat them, stay in the desk.
#[must_use]
pub fn receipt(kind: NoticeKind, receipt: &Receipt) -> String {
    let named = kind.spec().to != Addressees::Listed;
    let (recipient, reply) = if named {
        (receipt.recipient.clone(), receipt.reply.clone())
    } else {
        (String::new(), code(&receipt.reply))
    };
    csv::row(&[
        receipt.message_id.clone(),
        recipient,
        DeliveryState::code(receipt.state).to_owned(),
        receipt.attempts.to_string(),
        receipt.uncertain.to_string(),
        receipt.accepted_at.map(rfc3339).unwrap_or_default(),
        receipt.relay.clone(),
        reply,
        receipt.sent_sha256.clone().unwrap_or_default(),
    ])
}

/// The codes at the beginning of a relay's words: `550 5.1.1`.
fn code(reply: &str) -> String {
    let is_code = |word: &&str| word.chars().all(|c| c.is_ascii_digit() || c == '.') && word.len() <= 9;
    reply.split([' ', '-']).take(2).take_while(is_code).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relays_words_lose_everything_but_their_codes() {
        assert_eq!(code("550 5.1.1 <ada@example.org>: no such user"), "550 5.1.1");
        assert_eq!(code("250 ok queued as 7"), "250");
        assert_eq!(code("ada@example.org refused"), "");
        assert_eq!(code(""), "");
    }

    #[test]
    fn the_manifest_is_what_sha256sum_reads() {
        assert_eq!(line("ab", "a/b.txt"), "ab  a/b.txt\n");
        assert!(readme().is_ascii());
    }
}
