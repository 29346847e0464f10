//! What a screen, or a program, may see of a list of recipients and of the files that it is made of.

use super::{Case, Listed};
use crate::{
    delivery::DeliveryState,
    id::{AccountId, NoticeId},
    language::Language,
    notice::{Notice, stage::Stage},
    recipient::{
        Channel, Fault, Person, Wrong,
        file::RecipientFile,
        otherwise::{Told, Way},
        own_language::Asking,
    },
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

/// The recipients of a notice, without their names.
#[derive(Debug, Clone)]
pub struct RecipientsPage {
    pub case: Case,
    pub notice: Notice,
    /// How many are told how; only the ways there are.
    pub channels: Vec<(Channel, u64)>,
    /// How many ask for which language.
    pub languages: Vec<Asking>,
    /// The communications with which it shares the people of one list, each for those who ask for its language.
    pub versions: Vec<Version>,
    /// The last files that were read in, the newest first.
    pub files: Vec<RecipientFile>,
    pub keeping: Keeping,
    pub informed: Informed,
}

/// The same communication in another language, to other people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CommunicationInLanguage")]
pub struct Version {
    pub notice: NoticeId,
    pub language: Language,
    pub stage: Stage,
    pub people: u64,
}

/// How long what is known of recipients is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Keeping {
    /// Days from the last outcome of a mail until it is removed.
    pub days: u32,
    /// When the last mail had its outcome.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it is removed by itself.
    pub due_at: Option<DateTime<Utc>>,
    /// Since when it is being removed.
    pub purging_at: Option<DateTime<Utc>>,
    /// Only digests, states and times are left.
    pub purged_at: Option<DateTime<Utc>>,
}

/// A row as it would be read: a person, or what is wrong.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PreviewRow {
    /// Its line in the file, from 1.
    pub line: u64,
    pub person: Option<Person>,
    pub faults: Vec<Fault>,
}

/// A file that was read in.
#[derive(Debug, Clone)]
pub struct FilePage {
    pub case: Case,
    pub notice: Notice,
    pub file: RecipientFile,
    /// The first rows of a file that waits.
    pub preview: Vec<PreviewRow>,
    /// The first rows that were not taken, of a file that was taken over.
    pub wrong: Vec<Wrong>,
}

/// Somebody on a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListedPerson {
    /// From 1.
    pub place: u64,
    /// None where what was known was removed.
    pub person: Option<Person>,
    /// What finds them again: salted with the notice, under the key of this installation.
    pub digest: String,
}

/// A page of a list, opened by somebody.
#[derive(Debug, Clone)]
pub struct OpenedList {
    pub case: Case,
    pub notice: Notice,
    pub people: Listed<ListedPerson>,
}

/// Whether somebody is among the recipients.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundRecipient {
    /// How they are told; none where they are not among them.
    pub channel: Option<Channel>,
    /// Where their mail stands, where there is one.
    pub state: Option<DeliveryState>,
    /// When a relay took it.
    pub accepted_at: Option<DateTime<Utc>>,
    /// What was looked for.
    pub digest: String,
}

/// How many people of a communication know of it, as far as that can be known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Informed {
    /// Their mail was accepted by a relay, or they were told by letter or telephone.
    pub told: u64,
    /// Everybody on the list.
    pub of: u64,
    /// To be told by letter or telephone, or not reached by mail, and nobody has said that they were.
    pub open: u64,
    /// Their letter came back, or nobody could be reached.
    pub returned: u64,
}

/// Somebody who is told without a mail.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OtherPerson {
    pub digest: String,
    /// None where what was known was removed.
    pub person: Option<Person>,
    /// Where their mail stands, for whoever was not reached by one.
    pub state: Option<DeliveryState>,
    pub outcome: Option<Told>,
    pub told_at: Option<DateTime<Utc>>,
    pub told_by: Option<AccountId>,
}

/// A page of the people who are told without a mail.
#[derive(Debug, Clone)]
pub struct OtherwisePage {
    pub case: Case,
    pub notice: Notice,
    pub way: Way,
    pub informed: Informed,
    pub people: Listed<OtherPerson>,
}

/// Letters to be printed.
#[derive(Debug, Clone)]
pub struct Letters {
    pub case: Case,
    pub notice: Notice,
    pub letters: Listed<Letter>,
}

/// One letter.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Name and postal address, line by line.
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
}
