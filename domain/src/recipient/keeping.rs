//! How long what is known of recipients is kept once everybody was told.

use crate::{
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Duration, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many days are suggested: mails come back, people ask, an authority follows up. A choice of ours; the GDPR says no
/// longer than is needed (Art. 5(1)(e)).
pub const DAYS_SUGGESTED: u32 = 90;
/// The most days that can be set.
pub const DAYS_MAX: u32 = 1_095;

/// What the organisation decided about keeping lists of recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecipientSettings {
    /// Days from the last outcome of a mail until what is known of its people is removed.
    pub days: u32,
}

impl Default for RecipientSettings {
    fn default() -> Self {
        Self { days: DAYS_SUGGESTED }
    }
}

impl RecipientSettings {
    /// When the list of a notice is removed that was finished at `finished`.
    #[must_use]
    pub fn due_at(self, finished: DateTime<Utc>) -> DateTime<Utc> {
        finished + Duration::days(i64::from(self.days))
    }
}

/// Says after how many days lists of recipients are removed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientSettingsInput {
    /// 1 to 1,095.
    #[serde(default)]
    pub days: String,
}

impl RecipientSettingsInput {
    /// The settings.
    ///
    /// # Errors
    /// No whole number of days, or more than three years.
    pub fn parse(&self) -> Result<RecipientSettings, Refusal> {
        let days = self.days.trim().parse::<u32>().ok().filter(|days| (1..=DAYS_MAX).contains(days));
        match days {
            Some(days) => Ok(RecipientSettings { days }),
            None => {
                let mut checks = Checks::new();
                let message = format!("Give a whole number of days, 1 to {DAYS_MAX}.");
                checks.push(FieldError::new("days", "not_a_number", message));
                Err(checks.refusal())
            }
        }
    }
}
