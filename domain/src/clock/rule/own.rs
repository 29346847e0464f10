//! Clocks an organisation makes for itself: a customer's 24 hours, an insurer's 48 hours.

use super::{Confidence, Origin, Rule, Stage, Status, Version};
use crate::{
    choices,
    clock::{
        calendar::Calendars,
        span::{Span, Trigger},
    },
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// What the number of a time limit counts.
    pub enum Unit {
        Hours = "hours" => "hours",
        CalendarDays = "calendar_days" => "calendar days",
        BusinessDays = "business_days" => "business days",
        Months = "months" => "months",
        WithoutUndueDelay = "without_undue_delay" => "without undue delay (no number)",
    }
}

/// The name of the one stage that a clock of the organisation's own has.
pub const OWN_STAGE: &str = "notice";

/// A clock of the organisation's own as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnClock {
    /// Never changes.
    pub code: String,
    pub input: OwnClockInput,
    pub created_at: DateTime<Utc>,
    /// Since when it runs in no case any more.
    pub retired_at: Option<DateTime<Utc>>,
    pub revision: i64,
}

/// Makes or changes a clock of the organisation's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnClockInput {
    /// What is to be done: `Notice to the customer`.
    #[serde(default)]
    pub title: String,
    /// The contract and its clause.
    #[serde(default)]
    pub source: String,
    #[serde(default)]
    pub recipient: String,
    /// How it reaches them; may be empty.
    #[serde(default)]
    pub channel: String,
    /// Which incidents it is for; may be empty: any.
    #[serde(default)]
    pub threshold: String,
    /// A code of [`Trigger`].
    #[serde(default)]
    pub trigger: String,
    /// A whole number; empty with the unit `without_undue_delay`.
    #[serde(default)]
    pub amount: String,
    /// A code of [`Unit`].
    #[serde(default)]
    pub unit: String,
    /// The code of a calendar; only with the unit `business_days`.
    #[serde(default)]
    pub calendar: String,
    /// The first day of triggers it holds for, like 2026-01-31; may be empty: any day.
    #[serde(default)]
    pub effective_from: String,
    /// The last day of triggers it holds for; may be empty.
    #[serde(default)]
    pub effective_to: String,
    #[serde(default)]
    pub notes: String,
}

impl OwnClockInput {
    /// The rule, under the code that it keeps. `calendars` are those in use, with their corrections.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self, code: &str, calendars: &Calendars) -> Result<Rule, Refusal> {
        let mut c = Checks::new();
        let title = c.line("title", &self.title);
        let source = c.line("source", &self.source);
        let recipient = c.line("recipient", &self.recipient);
        let channel = c.optional_line("channel", &self.channel);
        let threshold = c.optional_line("threshold", &self.threshold);
        let trigger = self.trigger(&mut c);
        let within = self.within(&mut c, calendars);
        let from = day(&mut c, "effective_from", &self.effective_from);
        let to = day(&mut c, "effective_to", &self.effective_to);
        let notes = c.optional_reason("notes", &self.notes);
        if let (Some(Some(from)), Some(Some(to))) = (from, to)
            && to < from
        {
            let message = format!("This lies before the first day, {from}. Give that day or a later one.");
            c.push(FieldError::new("effective_to", "before_start", message));
        }
        if !c.is_clean() {
            return Err(c.refusal());
        }
        let (Some(title), Some(source), Some(recipient), Some(trigger), Some(within)) =
            (title, source, recipient, trigger, within)
        else {
            return Err(c.refusal());
        };
        let wording = if within.has_number() { String::new() } else { Unit::WithoutUndueDelay.to_string() };
        let stage = Stage {
            name: OWN_STAGE.to_owned(),
            title: title.clone(),
            trigger,
            after: Vec::new(),
            same_report_as: String::new(),
            within,
            wording,
            recipient: recipient.clone(),
            applies_when: String::new(),
            source: String::new(),
        };
        let version = Version {
            effective_from: from.flatten(),
            effective_to: to.flatten(),
            status: Status::InForce,
            confidence: Confidence::High,
            source: source.clone(),
            threshold: threshold.unwrap_or_default(),
            recipient,
            channel: channel.unwrap_or_default(),
            template: None,
            calendar_note: String::new(),
            notes: notes.unwrap_or_default(),
            stages: vec![stage],
        };
        Ok(Rule {
            code: code.to_owned(),
            regime: source,
            title,
            scope: "this organisation".to_owned(),
            origin: Origin::Organisation,
            versions: vec![version],
        })
    }

    fn trigger(&self, c: &mut Checks) -> Option<Trigger> {
        let trigger: Trigger = c.choice("trigger", &self.trigger)?;
        if trigger == Trigger::PreviousReportSubmitted {
            let message = "A clock of your own has no report before it. Choose the event that starts it.";
            c.push(FieldError::new("trigger", "not_a_choice", message));
            return None;
        }
        Some(trigger)
    }

    fn within(&self, c: &mut Checks, calendars: &Calendars) -> Option<Span> {
        let unit: Unit = c.choice("unit", &self.unit)?;
        let (amount, calendar) = (self.amount.trim(), self.calendar.trim());
        if unit != Unit::BusinessDays && !calendar.is_empty() {
            let message = "A calendar is for business days only. Leave it empty.";
            c.push(FieldError::new("calendar", "not_needed", message));
            return None;
        }
        let text = match unit {
            Unit::WithoutUndueDelay if amount.is_empty() => return Some(Span::WithoutUndueDelay),
            Unit::WithoutUndueDelay => {
                let message = "Without undue delay has no number. Leave it empty, or choose another unit.";
                c.push(FieldError::new("amount", "not_needed", message));
                return None;
            }
            Unit::BusinessDays => match calendars.get(calendar) {
                Ok(calendar) => format!("{amount} business days of {}", calendar.code()),
                Err(why) => {
                    c.push(FieldError::new("calendar", "no_such_calendar", why.to_string()));
                    return None;
                }
            },
            Unit::Hours | Unit::CalendarDays | Unit::Months => format!("{amount} {}", unit),
        };
        let span = text.parse().ok();
        if span.is_none() {
            let message = "Give a whole number, 1 or more: up to 9000 hours or calendar days, 400 business days, 120 months.";
            let code = if amount.is_empty() { "required" } else { "not_a_count" };
            c.push(FieldError::new("amount", code, message));
        }
        span
    }
}

fn day(c: &mut Checks, field: &str, raw: &str) -> Option<Option<NaiveDate>> {
    let raw = raw.trim();
    if raw.is_empty() {
        return Some(None);
    }
    let day = NaiveDate::parse_from_str(raw, "%Y-%m-%d").ok();
    if day.is_none() {
        c.push(FieldError::new(field, "not_a_date", "This is not a date. Write it as 2026-01-31."));
    }
    day.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{calendar::calendars, rule::Offer};

    fn insurer() -> OwnClockInput {
        OwnClockInput {
            title: "Notice to the insurer".to_owned(),
            source: "Cyber policy 4711, clause 9".to_owned(),
            recipient: "Example Insurance".to_owned(),
            trigger: "first_hint".to_owned(),
            amount: "48".to_owned(),
            unit: "hours".to_owned(),
            ..OwnClockInput::default()
        }
    }

    fn codes(input: &OwnClockInput) -> Vec<(String, &'static str)> {
        let Err(Refusal::Invalid(errors)) = input.parse("own_1", calendars()) else { panic!("{input:?}") };
        errors.into_iter().map(|e| (e.field, e.code)).collect()
    }

    #[test]
    fn a_contract_is_a_rule_like_any_other() {
        let rule = insurer().parse("own_1", calendars()).unwrap();
        let on = NaiveDate::from_ymd_opt(2026, 6, 9).unwrap();
        assert_eq!((rule.offer(on), rule.origin), (Offer::Offered, Origin::Organisation));
        let super::super::Picked::Version(version) = rule.pick_on(on) else { panic!("{rule:?}") };
        assert_eq!(version.stages[0].within, Span::Hours(48));
        assert_eq!(version.stages[0].trigger, Trigger::FirstHint);
        let days = OwnClockInput {
            unit: "business_days".to_owned(),
            amount: "2".to_owned(),
            calendar: "de-by".to_owned(),
            ..insurer()
        };
        let rule = days.parse("own_2", calendars()).unwrap();
        let span = Span::BusinessDays { days: 2, calendar: "DE-BY".to_owned() };
        assert_eq!(rule.versions[0].stages[0].within, span);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        assert_eq!(
            codes(&OwnClockInput::default()),
            [
                ("title", "required"),
                ("source", "required"),
                ("recipient", "required"),
                ("trigger", "required"),
                ("unit", "required")
            ]
            .map(|(f, c)| (f.to_owned(), c))
        );
        let with = |change: fn(&mut OwnClockInput)| {
            let mut input = insurer();
            change(&mut input);
            codes(&input)
                .into_iter()
                .map(|(field, code)| format!("{field} {code}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert_eq!(with(|i| i.amount = "1.5".into()), "amount not_a_count");
        assert_eq!(with(|i| i.amount = "0".into()), "amount not_a_count");
        assert_eq!(with(|i| i.amount = String::new()), "amount required");
        assert_eq!(with(|i| i.amount = "1 hours 2".into()), "amount not_a_count");
        assert_eq!(with(|i| i.unit = "without_undue_delay".into()), "amount not_needed");
        assert_eq!(with(|i| i.calendar = "FR".into()), "calendar not_needed");
        assert_eq!(with(|i| i.unit = "business_days".into()), "calendar no_such_calendar");
        assert_eq!(with(|i| i.trigger = "previous_report_submitted".into()), "trigger not_a_choice");
        assert_eq!(with(|i| i.effective_from = "31.1.2026".into()), "effective_from not_a_date");
        assert_eq!(
            with(|i| (i.effective_from, i.effective_to) = ("2026-02-01".into(), "2026-01-31".into())),
            "effective_to before_start"
        );
    }
}
