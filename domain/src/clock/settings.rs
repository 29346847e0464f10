//! What the organisation decides about clocks: which rules are switched on, when people are reminded, and how long
//! each step is given.

use super::{
    calendar::Calendars,
    reminder::{MARKS, Mark},
    rule::{Offer, Rule},
    runway::LeadTimes,
};
use crate::{
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{Duration, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The rules that are switched on from the first day.
pub const FIRST_RULES: [&str; 3] = ["gdpr33", "gdpr33_2", "gdpr34"];

/// The organisation's settings of clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSettings {
    /// Codes of the rules that are switched on in every case.
    pub rules: Vec<String>,
    /// The code of the calendar of the authority that is competent as a rule; empty: only its zone is known.
    pub calendar: String,
    /// When people are reminded.
    pub marks: Vec<Mark>,
    /// Hours after the start at which people are reminded of what is due without undue delay. Our own choice, not law.
    pub undue_hours: u32,
    /// From so many hours before it is due a clock is marked.
    pub soon_hours: u32,
    /// Minutes after which a reminder that nobody acknowledged goes to the deputies.
    pub escalate_minutes: u32,
    /// Hours given to each step of the way.
    pub counts_hours: u32,
    pub draft_hours: u32,
    pub review_hours: u32,
    pub approval_hours: u32,
    pub sending_hours: u32,
}

impl Default for ClockSettings {
    fn default() -> Self {
        Self {
            rules: FIRST_RULES.map(str::to_owned).to_vec(),
            calendar: String::new(),
            marks: MARKS.to_vec(),
            undue_hours: 72,
            soon_hours: 12,
            escalate_minutes: 30,
            counts_hours: 12,
            draft_hours: 8,
            review_hours: 6,
            approval_hours: 4,
            sending_hours: 2,
        }
    }
}

impl ClockSettings {
    /// The lead times of the way back from a due time.
    #[must_use]
    pub fn lead_times(&self) -> LeadTimes {
        let hours = |n: u32| Duration::hours(i64::from(n));
        LeadTimes {
            counts: hours(self.counts_hours),
            draft: hours(self.draft_hours),
            review: hours(self.review_hours),
            approval: hours(self.approval_hours),
            sending: hours(self.sending_hours),
        }
    }

    /// The settings with a rule switched on or off.
    #[must_use]
    pub fn with_rule(&self, code: &str, on: bool) -> Self {
        let mut settings = self.clone();
        settings.rules.retain(|rule| rule != code);
        if on {
            settings.rules.push(code.to_owned());
        }
        settings
    }
}

/// Sets when people are reminded and how long each step is given.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockSettingsInput {
    /// The code of the competent authority's calendar, such as `FR` or `DE-BY`; may be empty.
    #[serde(default)]
    pub calendar: String,
    /// Marks with spaces or commas between: `50% 80% 24h 12h 6h 2h 1h overdue`.
    #[serde(default)]
    pub marks: String,
    /// Hours after which people are reminded of what is due without undue delay: 1 to 720.
    #[serde(default)]
    pub undue_hours: String,
    /// From so many hours before it is due a clock is marked: 1 to 720.
    #[serde(default)]
    pub soon_hours: String,
    /// Minutes after which an unacknowledged reminder goes to the deputies: 5 to 1440.
    #[serde(default)]
    pub escalate_minutes: String,
    /// Hours for confirming the counts: 0 to 720, as all that follow.
    #[serde(default)]
    pub counts_hours: String,
    #[serde(default)]
    pub draft_hours: String,
    #[serde(default)]
    pub review_hours: String,
    #[serde(default)]
    pub approval_hours: String,
    #[serde(default)]
    pub sending_hours: String,
}

impl ClockSettingsInput {
    /// The settings; which rules are switched on stays as it was.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self, was: &ClockSettings, calendars: &Calendars) -> Result<ClockSettings, Refusal> {
        let mut c = Checks::new();
        let calendar = match self.calendar.trim() {
            "" => Some(String::new()),
            code => match calendars.get(code) {
                Ok(calendar) => Some(calendar.code().to_owned()),
                Err(why) => {
                    c.push(FieldError::new("calendar", "no_such_calendar", why.to_string()));
                    None
                }
            },
        };
        let marks = marks(&mut c, &self.marks);
        let mut number = |field: &str, raw: &str, least: u32, most: u32| {
            let n = raw.trim().parse::<u32>().ok().filter(|n| (least..=most).contains(n));
            if n.is_none() {
                let message = format!("Give a whole number from {least} to {most}.");
                c.push(FieldError::new(field, "out_of_range", message));
            }
            n.unwrap_or_default()
        };
        let settings = ClockSettings {
            rules: was.rules.clone(),
            calendar: calendar.unwrap_or_default(),
            marks,
            undue_hours: number("undue_hours", &self.undue_hours, 1, 720),
            soon_hours: number("soon_hours", &self.soon_hours, 1, 720),
            escalate_minutes: number("escalate_minutes", &self.escalate_minutes, 5, 1_440),
            counts_hours: number("counts_hours", &self.counts_hours, 0, 720),
            draft_hours: number("draft_hours", &self.draft_hours, 0, 720),
            review_hours: number("review_hours", &self.review_hours, 0, 720),
            approval_hours: number("approval_hours", &self.approval_hours, 0, 720),
            sending_hours: number("sending_hours", &self.sending_hours, 0, 720),
        };
        if c.is_clean() { Ok(settings) } else { Err(c.refusal()) }
    }
}

fn marks(c: &mut Checks, raw: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    for word in raw.split([' ', ',', '\n', '\r']).filter(|word| !word.is_empty()) {
        match word.parse::<Mark>() {
            Ok(Mark::Ours) => {
                let message = "`ours` is set by the hours for what is due without undue delay.";
                c.push(FieldError::new("marks", "not_a_mark", message));
                return marks;
            }
            Ok(mark) if !marks.contains(&mark) => marks.push(mark),
            Ok(_) => {}
            Err(why) => {
                c.push(FieldError::new("marks", "not_a_mark", why));
                return marks;
            }
        }
    }
    if !marks.contains(&Mark::Overdue) {
        let message = "Nobody may sleep through a due time: keep `overdue` among the marks.";
        c.push(FieldError::new("marks", "required", message));
    }
    marks
}

/// Switches a rule on or off.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleSwitchInput {
    /// `on` or `off`.
    #[serde(default)]
    pub to: String,
    /// `yes` for a rule that is labelled as unverified: it was read and is switched on all the same.
    #[serde(default)]
    pub accept_unverified: String,
}

impl RuleSwitchInput {
    /// Whether it is to be on.
    ///
    /// # Errors
    /// Neither on nor off, dormant, or unverified and not accepted.
    pub fn parse(&self, rule: &Rule, on: NaiveDate) -> Result<bool, Refusal> {
        let to = match self.to.trim() {
            "on" => true,
            "off" => return Ok(false),
            _ => return Err(Refusal::field("to", "not_a_choice", "Say `on` or `off`.")),
        };
        match rule.offer(on) {
            Offer::Offered => Ok(to),
            Offer::Unverified if self.accept_unverified.trim() == "yes" => Ok(to),
            Offer::Unverified => Err(Refusal::field(
                "accept_unverified",
                "required",
                "This rule is not verified. Confirm that you switch it on all the same.",
            )),
            Offer::Dormant => {
                Err(Refusal::state("dormant", "This is a proposal and not law. It runs no clock."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{calendar::calendars, rules::find};

    fn input() -> ClockSettingsInput {
        ClockSettingsInput {
            calendar: "de-by".into(),
            marks: "50%, 6h overdue".into(),
            undue_hours: "48".into(),
            soon_hours: "12".into(),
            escalate_minutes: "30".into(),
            counts_hours: "0".into(),
            draft_hours: "8".into(),
            review_hours: "6".into(),
            approval_hours: "4".into(),
            sending_hours: "2".into(),
        }
    }

    #[test]
    fn settings_are_taken_whole_or_not_at_all() {
        let was = ClockSettings::default();
        let taken = input().parse(&was, calendars()).unwrap();
        assert_eq!((taken.calendar.as_str(), taken.rules.len()), ("DE-BY", 3));
        assert_eq!(taken.marks, [Mark::Elapsed(50), Mark::HoursBefore(6), Mark::Overdue]);
        let wrong = ClockSettingsInput {
            marks: "50% soon".into(),
            soon_hours: "-1".into(),
            calendar: "XX".into(),
            ..input()
        };
        let Err(Refusal::Invalid(errors)) = wrong.parse(&was, calendars()) else { panic!("taken") };
        let fields: Vec<&str> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["calendar", "marks", "soon_hours"]);
    }

    #[test]
    fn what_is_unverified_is_switched_on_knowingly_and_a_proposal_never() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 9).unwrap();
        let switch = |code: &str, accept: &str| {
            let input = RuleSwitchInput { to: "on".into(), accept_unverified: accept.into() };
            match input.parse(find(code).unwrap(), day) {
                Ok(on) => on.to_string(),
                Err(Refusal::State { code, .. }) => code.to_owned(),
                Err(Refusal::Invalid(errors)) => errors[0].field.clone(),
            }
        };
        assert_eq!(switch("dora", ""), "true");
        assert_eq!(switch("ukcsrb", ""), "accept_unverified");
        assert_eq!(switch("ukcsrb", "yes"), "true");
        assert_eq!(switch("gdpr33_omnibus", "yes"), "dormant");
        let settings = ClockSettings::default().with_rule("dora", true).with_rule("dora", true);
        assert_eq!(settings.rules, ["gdpr33", "gdpr33_2", "gdpr34", "dora"]);
        assert_eq!(settings.with_rule("gdpr34", false).rules, ["gdpr33", "gdpr33_2", "dora"]);
    }
}
