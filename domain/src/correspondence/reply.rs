//! What people reply to a communication: counted by what they ask for and by their way in, without a name.

use crate::{
    choices,
    id::{AccountId, IncidentId, NoticeId, ReplyId},
    moment::Zone,
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Months, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many replies are counted at a time.
pub const COUNTED_MAX: u32 = 1_000;

choices! {
    /// What a reply is about.
    pub enum ReplyTopic {
        WhatHappened = "what_happened" => "question about what happened",
        /// Art. 15 and 17.
        Rights = "rights" => "request for access or erasure (Art. 15, 17)",
        Complaint = "complaint" => "complaint",
        Harmed = "harmed" => "says that harm was done",
        WrongRecipient = "wrong_recipient" => "isn’t the one we meant",
        Other = "other" => "something else",
    }
}

choices! {
    /// How a reply came.
    pub enum ReplyWay {
        Mail = "mail" => "e-mail",
        Telephone = "telephone" => "telephone",
        Letter = "letter" => "letter",
        InPerson = "in_person" => "in person",
    }
}

/// Replies that were counted. Nobody is named: not by a field, and there is no text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CountedReplies")]
pub struct Counted {
    pub id: ReplyId,
    pub incident: IncidentId,
    pub notice: NoticeId,
    pub topic: ReplyTopic,
    pub way: ReplyWay,
    pub number: u32,
    pub received_at: DateTime<Utc>,
    pub counted_at: DateTime<Utc>,
    pub counted_by: AccountId,
    /// When it was found to be a miscount.
    pub taken_back_at: Option<DateTime<Utc>>,
    pub taken_back_by: Option<AccountId>,
    pub taken_back_reason: String,
}

/// Counts replies.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "CountRepliesInput")]
pub struct CountInput {
    /// A code of [`ReplyTopic`].
    pub topic: String,
    /// A code of [`ReplyWay`].
    pub way: String,
    /// How many; empty for one, at most 1,000.
    pub number: String,
    /// RFC 3339, or a local time in the reader's zone. Not in the future; empty for now.
    pub received_at: String,
}

impl CountInput {
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(
        &self,
        id: ReplyId,
        (incident, notice): (IncidentId, NoticeId),
        zone: Zone,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Counted, Refusal> {
        let mut c = Checks::new();
        let topic = c.choice("topic", &self.topic);
        let way = c.choice("way", &self.way);
        let typed = self.number.trim();
        let number = if typed.is_empty() { Some(1) } else { typed.parse::<u32>().ok() };
        let number = number.filter(|n| (1..=COUNTED_MAX).contains(n));
        if number.is_none() {
            let message = format!("Give a whole number from 1 to {COUNTED_MAX}.");
            c.push(FieldError::new("number", "not_a_number", message));
        }
        let received_at = match self.received_at.trim() {
            "" => Some(now),
            typed => c.past_instant("received_at", typed, zone, now),
        };
        match (topic, way, number, received_at) {
            (Some(topic), Some(way), Some(number), Some(received_at)) => Ok(Counted {
                id,
                incident,
                notice,
                topic,
                way,
                number,
                received_at,
                counted_at: now,
                counted_by: by,
                taken_back_at: None,
                taken_back_by: None,
                taken_back_reason: String::new(),
            }),
            _ => Err(c.refusal()),
        }
    }
}

impl Counted {
    /// A miscount: it stays on record and counts no more.
    ///
    /// # Errors
    /// It was taken back before.
    pub fn taken_back(&self, reason: String, by: AccountId, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.taken_back_at.is_some() {
            return Err(Refusal::state("taken_back", "This count was taken back before."));
        }
        Ok(Self {
            taken_back_at: Some(now),
            taken_back_by: Some(by),
            taken_back_reason: reason,
            ..self.clone()
        })
    }

    /// The last day on which a request under Art. 15 or 17 is answered in time: one month after its receipt
    /// (Art. 12(3)), counted in `zone`. None for every other reply.
    #[must_use]
    pub fn answer_by(&self, zone: Zone) -> Option<NaiveDate> {
        if self.topic != ReplyTopic::Rights {
            return None;
        }
        one_month_after(self.received_at.with_timezone(&zone).date_naive())
    }
}

/// The same day of the next month; where there is no such day, its last one (Art. 3(2)(c) of Regulation 1182/71).
fn one_month_after(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_add_months(Months::new(1))
}

/// How many replies of one topic came, by their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TopicCount {
    pub topic: ReplyTopic,
    /// One for each way, in its order.
    pub ways: Vec<(ReplyWay, u64)>,
    pub total: u64,
}

/// The counts of `counted`, with a line for every topic.
#[must_use]
pub fn totals(counted: &[Counted]) -> Vec<TopicCount> {
    use crate::text::Choice;
    let live = |topic, way| {
        let of_it = counted.iter().filter(|c| c.taken_back_at.is_none() && c.topic == topic && c.way == way);
        of_it.map(|c| u64::from(c.number)).sum::<u64>()
    };
    let of_topic = |topic: &ReplyTopic| {
        let ways: Vec<(ReplyWay, u64)> = ReplyWay::ALL.iter().map(|way| (*way, live(*topic, *way))).collect();
        TopicCount { topic: *topic, total: ways.iter().map(|(_, n)| n).sum(), ways }
    };
    ReplyTopic::ALL.iter().map(of_topic).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_on_the_same_day_or_the_last_one() {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        for (received, by) in
            [("2026-06-09", "2026-07-09"), ("2026-01-31", "2026-02-28"), ("2028-01-30", "2028-02-29")]
        {
            assert_eq!(day(received).and_then(one_month_after), day(by), "{received}");
        }
    }
}
