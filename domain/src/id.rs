//! Public identifiers: 128 random bits, written as 26 lower-case base32 characters.
//!
//! They are random rather than ordered because an ordered id tells an outsider when a breach was
//! found and how many there are. Making one takes the bits as an argument.

use data_encoding::Encoding;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt, str::FromStr};

/// RFC 4648 base32, lower case, no padding.
const ALPHABET: Encoding = data_encoding::BASE32_NOPAD;

/// A text that is no identifier of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: 26 characters a-z and 2-7 are expected")]
pub struct NotAnId;

fn encode(bits: [u8; 16]) -> String {
    ALPHABET.encode(&bits).to_ascii_lowercase()
}

fn decode(text: &str) -> Result<[u8; 16], NotAnId> {
    if text.len() != 26 || text.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(NotAnId);
    }
    let bytes = ALPHABET.decode(text.to_ascii_uppercase().as_bytes()).map_err(|_| NotAnId)?;
    bytes.try_into().map_err(|_| NotAnId)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// An identifier from 128 bits of chance.
            #[must_use]
            pub const fn from_bits(bits: [u8; 16]) -> Self {
                Self(bits)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode(self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), encode(self.0))
            }
        }
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                decode(text).map(Self)
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&encode(self.0))
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": "^[a-z2-7]{26}$" })
            }
        }
    )+};
}

ids! {
    /// A person who may sign in.
    AccountId,
    /// One signed-in browser.
    SessionId,
    /// One API token.
    TokenId,
    /// Something noticed, before anybody called it an incident.
    AlertId,
    /// A case.
    IncidentId,
    /// One entry of an incident's timeline.
    EntryId,
    /// A piece of work.
    TaskId,
    /// A working note.
    NoteId,
    /// One piece of evidence.
    EvidenceId,
    /// One version of one fact.
    FactId,
    /// One statement that the controller became aware.
    AwarenessId,
    /// A moment at which one might say that the controller became aware.
    CandidateId,
    /// One version of the instant at which something happened that starts a clock.
    TriggerId,
    /// A party of the address book.
    PartyId,
    /// A party of a case.
    CasePartyId,
    /// An authority of a case.
    AuthorityId,
    /// A report that reached its recipient.
    SubmissionId,
    /// A decision on risk, notification and communication.
    DecisionId,
    /// An authority's order, or a request to wait.
    OrderId,
    /// What came back for a filing.
    ReceiptId,
    /// A reminder of a due time.
    ReminderId,
    /// A calendar that a person's other programs may read.
    FeedId,
    /// One version of an assessment of the risk.
    AssessmentId,
    /// A legal hold on a record of the register.
    HoldId,
    /// One version of a playbook of the organisation's own.
    EditionId,
    /// One version of the organisation's own text of a kind of notice.
    TextId,
    /// One playbook followed in one incident.
    RunId,
    /// One of the things for which a step is worked.
    ItemId,
    /// A notification, communication or notice.
    NoticeId,
    /// What somebody said about a notice.
    CommentId,
    /// A question about a case that somebody asks us.
    QuestionId,
    /// Replies to a communication that were counted.
    ReplyId,
    /// One mail in the outbox.
    DeliveryId,
    /// A file of recipients.
    RecipientFileId,
    /// One request, as named in logs and error pages.
    RequestId,
}

impl CasePartyId {
    /// The controller as whom a clock is to tell. An authority of a case is one kind of recipient, a controller that we
    /// process for another; both are counted by the same clocks.
    #[must_use]
    pub const fn as_recipient(self) -> AuthorityId {
        AuthorityId(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_reads_back_as_written(bits: [u8; 16]) {
            let id = IncidentId::from_bits(bits);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "abc",
            "AAAAAAAAAAAAAAAAAAAAAAAAAA",
            "aaaaaaaaaaaaaaaaaaaaaaaaab",
            "1aaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert_eq!(text.parse::<IncidentId>(), Err(NotAnId), "{text}");
        }
    }
}
