//! The stages of a notice. Each step names where it may start, so that no way around exists.

use super::{
    Kept, Notice, Read, Statement,
    check::{Finding, Weight},
};
use crate::{
    choices,
    delivery::{OnUncertain, RecipientList, Tally},
    fact::sheet::{Sheet, changed},
    id::AccountId,
    refusal::Refusal,
};
use chrono::{DateTime, Utc};

choices! {
    /// Where a notice stands.
    pub enum Stage {
        Draft = "draft" => "draft",
        InReview = "in_review" => "in review",
        ChangesRequested = "changes_requested" => "changes requested",
        Approved = "approved" => "approved",
        Sending = "sending" => "sending",
        Sent = "sent" => "sent",
        PartlySent = "partly_sent" => "partly sent",
        Failed = "failed" => "failed",
        Cancelled = "cancelled" => "cancelled",
    }
}

impl Stage {
    /// Whether its words and recipients may still change.
    #[must_use]
    pub fn is_editable(self) -> bool {
        matches!(self, Self::Draft | Self::InReview | Self::ChangesRequested | Self::Approved)
    }

    /// Whether nothing more will happen to it.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Sent | Self::PartlySent | Self::Failed | Self::Cancelled)
    }
}

fn no(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::state(code, message)
}

impl Notice {
    fn next(&self) -> Self {
        Self { revision: self.revision + 1, ..self.clone() }
    }

    fn editable(&self) -> Result<(), Refusal> {
        if self.stage.is_editable() {
            Ok(())
        } else {
            Err(no("not_editable", format!("This notice is {}; it can't be changed any more.", self.stage)))
        }
    }

    /// Back to a draft: whatever was approved no longer is.
    fn reopened(&self, remark: String) -> Self {
        Self {
            stage: Stage::Draft,
            submitted_at: None,
            approved_digest: None,
            approved_at: None,
            approved_by: None,
            remark,
            ..self.next()
        }
    }

    /// The notice with these statements put in place of those of the same code.
    ///
    /// # Errors
    /// It is on its way or settled.
    pub fn with_statements(&self, changed: Vec<Statement>, by: AccountId) -> Result<Self, Refusal> {
        self.editable()?;
        let mut notice = self.reopened(String::new());
        for statement in changed {
            match notice.statements.iter_mut().find(|s| s.code == statement.code) {
                Some(place) => *place = statement,
                None => notice.statements.push(statement),
            }
        }
        notice.written_by(by);
        Ok(notice)
    }

    /// The notice with a statement whose words stay although facts under it have changed. From here on it rests on
    /// `reads`.
    ///
    /// # Errors
    /// It is on its way or settled, or nothing has changed under the statement.
    pub fn keeping(
        &self,
        old: &Statement,
        reads: Vec<Read>,
        sheet: &Sheet,
        reason: &str,
        (by, at): (AccountId, DateTime<Utc>),
    ) -> Result<Self, Refusal> {
        self.editable()?;
        let keys = changed(&old.reads, sheet);
        if keys.is_empty() {
            return Err(no("nothing_stale", "No fact under this statement has changed."));
        }
        let over = old.reads.iter().filter(|read| keys.contains(&read.key)).cloned().collect();
        let kept = Some(Kept { reason: reason.to_owned(), by, at, over });
        self.with_statements(vec![Statement { reads, kept, ..old.clone() }], by)
    }

    /// The notice with other recipients.
    ///
    /// # Errors
    /// It is on its way or settled.
    pub fn with_recipients(&self, recipients: Vec<String>, by: AccountId) -> Result<Self, Refusal> {
        self.editable()?;
        let mut notice = Self { recipients, list: RecipientList::default(), ..self.reopened(String::new()) };
        notice.written_by(by);
        Ok(notice)
    }

    fn written_by(&mut self, by: AccountId) {
        if !self.authors.contains(&by) {
            self.authors.push(by);
        }
    }

    /// Given to a second person.
    ///
    /// # Errors
    /// It isn't a draft, or something was found that must be mended.
    pub fn submit(&self, found: &[Finding], now: DateTime<Utc>) -> Result<Self, Refusal> {
        if !matches!(self.stage, Stage::Draft | Stage::ChangesRequested) {
            return Err(no(
                "not_a_draft",
                format!("This notice is {}; only a draft is submitted.", self.stage),
            ));
        }
        Self::ready(found)?;
        Ok(Self { stage: Stage::InReview, submitted_at: Some(now), ..self.next() })
    }

    /// Nothing was found that must be mended.
    fn ready(found: &[Finding]) -> Result<(), Refusal> {
        let mut must = found.iter().filter(|finding| finding.weight == Weight::Must);
        let Some(first) = must.next() else { return Ok(()) };
        let words = match must.count() {
            0 => first.words.clone(),
            1 => format!("{} One more thing must be mended.", first.words),
            more => format!("{} {more} more things must be mended.", first.words),
        };
        Err(no(first.code, words))
    }

    /// Sent back to its authors.
    ///
    /// # Errors
    /// It isn't in review, or approved and not yet sent.
    pub fn request_changes(&self, remark: String) -> Result<Self, Refusal> {
        if !matches!(self.stage, Stage::InReview | Stage::Approved) {
            return Err(no(
                "not_in_review",
                format!("This notice is {}; changes are requested while it is in review.", self.stage),
            ));
        }
        Ok(Self { stage: Stage::ChangesRequested, ..self.reopened(remark) })
    }

    /// Approved by somebody who wrote none of it.
    ///
    /// # Errors
    /// It isn't in review, the approver is an author, `seen` is not the digest of the content as it is, or something was
    /// found that must be mended.
    pub fn approve(
        &self,
        by: AccountId,
        seen: &str,
        digest: &str,
        on_uncertain: OnUncertain,
        found: &[Finding],
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if self.stage != Stage::InReview {
            return Err(no(
                "not_in_review",
                format!("This notice is {}; only one in review is approved.", self.stage),
            ));
        }
        if self.authors.contains(&by) {
            return Err(no("own_work", "You wrote part of this notice. A second person has to approve it."));
        }
        if seen != digest {
            return Err(no(
                "not_what_was_seen",
                "The content has changed since you read it. Read it again and approve what is there now.",
            ));
        }
        Self::ready(found)?;
        Ok(Self {
            stage: Stage::Approved,
            approved_digest: Some(digest.to_owned()),
            approved_at: Some(now),
            approved_by: Some(by),
            on_uncertain,
            ..self.next()
        })
    }

    /// Released: from here on the content is frozen.
    ///
    /// # Errors
    /// It isn't approved, what would leave is not what was approved, or something was found that must be mended.
    pub fn send(
        &self,
        by: AccountId,
        digest: &str,
        found: &[Finding],
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if self.stage != Stage::Approved {
            return Err(no(
                "not_approved",
                format!("This notice is {}; only an approved one is sent.", self.stage),
            ));
        }
        if self.approved_digest.as_deref() != Some(digest) {
            return Err(no(
                "not_what_was_approved",
                "The content is not the one that was approved. It has to be approved again.",
            ));
        }
        Self::ready(found)?;
        Ok(Self { stage: Stage::Sending, sent_at: Some(now), sent_by: Some(by), ..self.next() })
    }

    /// Whether it was given up before anything of it left.
    #[must_use]
    pub fn is_given_up(&self) -> bool {
        self.stage == Stage::Cancelled && self.sent_at.is_none()
    }

    /// Given up, with what was not sent yet staying unsent.
    ///
    /// # Errors
    /// It is settled.
    pub fn cancel(&self, reason: String) -> Result<Self, Refusal> {
        if self.stage.is_settled() {
            return Err(no("settled", format!("This notice is {}.", self.stage)));
        }
        Ok(Self { stage: Stage::Cancelled, remark: reason, ..self.next() })
    }

    /// The codes of the statements that rest on another answer than `sheet` now gives.
    #[must_use]
    pub fn stale(&self, sheet: &Sheet) -> Vec<String> {
        self.statements
            .iter()
            .filter(|s| !changed(&s.reads, sheet).is_empty())
            .map(|s| s.code.clone())
            .collect()
    }

    /// What a change of facts does to it: a draft again, where a statement rests on one that changed
    /// and it was in review or approved; otherwise nothing.
    #[must_use]
    pub fn voided_by(&self, key: &str, sheet: &Sheet) -> Option<Self> {
        let waiting = matches!(self.stage, Stage::InReview | Stage::Approved);
        let voided = waiting && !self.stale(sheet).is_empty();
        let label = crate::fact::catalogue::catalogue().get(key).map_or(key, |d| d.label.as_str());
        voided.then(|| self.reopened(format!("The answer to “{label}” changed.")))
    }

    /// The notice on its way again, for a mail that is sent after all; nothing where it still is.
    ///
    /// # Errors
    /// It was given up, or never released.
    pub fn on_its_way_again(&self) -> Result<Option<Self>, Refusal> {
        match self.stage {
            Stage::Sending => Ok(None),
            Stage::Sent | Stage::PartlySent | Stage::Failed => {
                Ok(Some(Self { stage: Stage::Sending, ..self.next() }))
            }
            stage => Err(no("settled", format!("This notice is {stage}."))),
        }
    }

    /// Where its deliveries have brought it: unchanged while any is open or held. What is sent back after it was
    /// settled makes of "sent" a "partly sent"; once all that was taken came back, nobody was told and it was never
    /// taken.
    #[must_use]
    pub fn settled(&self, tally: &Tally, first_accepted_at: Option<DateTime<Utc>>) -> Self {
        let stage = match (self.stage, tally.accepted + tally.otherwise, tally.not_reached()) {
            (Stage::Sending | Stage::Sent | Stage::PartlySent, ..) if !tally.is_settled() => self.stage,
            (Stage::Sending | Stage::Sent | Stage::PartlySent, 0, _) => Stage::Failed,
            (Stage::Sending | Stage::Sent | Stage::PartlySent, _, 0) => Stage::Sent,
            (Stage::Sending | Stage::Sent | Stage::PartlySent, ..) => Stage::PartlySent,
            (stage, ..) => stage,
        };
        let taken = self.first_accepted_at.or(first_accepted_at).filter(|_| tally.accepted > 0);
        Self { stage, first_accepted_at: taken, ..self.next() }
    }
}
