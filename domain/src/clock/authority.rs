//! The authorities of a case: each has a clock and a submission of its own.

use super::calendar::Calendars;
use crate::{
    choices,
    id::{AccountId, AuthorityId, IncidentId},
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

choices! {
    /// As what an authority is told.
    pub enum Capacity {
        Lead = "lead" => "lead authority (one-stop shop)",
        /// Of a state where affected people live; the controller is outside the EEA.
        State = "state" => "authority of a state where affected people live",
        Uk = "uk" => "United Kingdom",
        Swiss = "ch" => "Switzerland",
        Other = "other" => "another authority",
    }
}

impl Capacity {
    /// The rule by which it is notified, where the capacity says so.
    #[must_use]
    pub fn rule(self) -> Option<&'static str> {
        match self {
            Self::Lead | Self::State => Some("gdpr33"),
            Self::Uk => Some("ukgdpr33"),
            Self::Swiss => Some("ch_fadp"),
            Self::Other => None,
        }
    }
}

/// An authority that is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KnownAuthority {
    /// `FR`, `DE-BY`, `DE-BY-2`, `GB`, `EU`.
    pub code: &'static str,
    pub name: &'static str,
    /// The code of its calendar; two authorities may have the same.
    pub calendar: &'static str,
    /// The rule by which it is notified.
    pub rule: &'static str,
}

/// The authorities that are known, in the order of the list.
#[must_use]
pub fn authorities() -> &'static [KnownAuthority] {
    static ALL: LazyLock<Vec<KnownAuthority>> = LazyLock::new(|| {
        let lines = include_str!("authorities.txt").lines().filter(|line| !line.starts_with('#'));
        let read = |line: &'static str| {
            let mut parts = line.splitn(4, ' ');
            let mut part = || parts.next();
            Some(KnownAuthority { code: part()?, calendar: part()?, rule: part()?, name: part()? })
        };
        lines.filter_map(read).collect()
    });
    &ALL
}

/// An authority that is to be told of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseAuthority {
    pub id: AuthorityId,
    pub incident: IncidentId,
    pub name: String,
    /// The code of the calendar, which gives zone and holidays.
    pub calendar: String,
    pub capacity: Capacity,
    /// The code of the rule by which it is told.
    pub rule: String,
    pub added_at: DateTime<Utc>,
    pub added_by: AccountId,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_reason: String,
}

/// Names an authority that is to be told.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityInput {
    /// The code of a [`KnownAuthority`]; empty for another one, which then needs name and calendar.
    #[serde(default)]
    pub code: String,
    /// Its name, where it isn't among those known.
    #[serde(default)]
    pub name: String,
    /// The code of its calendar, where it isn't among those known: `FR`, `DE-BY`, `US`.
    #[serde(default)]
    pub calendar: String,
    /// A code of [`Capacity`].
    #[serde(default)]
    pub capacity: String,
    /// With the capacity `other`: the code of the rule by which it is told. Otherwise empty.
    #[serde(default)]
    pub rule: String,
}

/// An authority that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAuthority {
    pub name: String,
    pub calendar: String,
    pub capacity: Capacity,
    pub rule: String,
}

impl AuthorityInput {
    /// `exists` says whether there is a rule of this code. `others` are those of the case that were not withdrawn.
    ///
    /// # Errors
    /// Says which fields can't be taken and why; an authority is named once for each rule, and a case has one lead.
    pub fn parse(
        &self,
        calendars: &Calendars,
        exists: impl Fn(&str) -> bool,
        others: &[CaseAuthority],
    ) -> Result<NewAuthority, Refusal> {
        let mut c = Checks::new();
        let capacity: Option<Capacity> = c.choice("capacity", &self.capacity);
        let code = self.code.trim();
        let known = authorities().iter().find(|a| a.code.eq_ignore_ascii_case(code));
        let (name, calendar) = match known {
            Some(known) => {
                let beside = [("name", &self.name), ("calendar", &self.calendar)];
                for (field, _) in beside.iter().filter(|(_, typed)| !typed.trim().is_empty()) {
                    let message = "This is known of the authority you chose. Leave it empty, or choose no authority and give name and calendar yourself.";
                    c.push(FieldError::new(field, "is_known", message));
                }
                (Some(known.name.to_owned()), Some(known.calendar.to_owned()))
            }
            None if !code.is_empty() => {
                let message = "There is no authority of this code here. Choose one of the list, or leave it empty and give name and calendar.";
                c.push(FieldError::new("code", "not_a_choice", message));
                (None, None)
            }
            None => {
                let calendar = calendars.get(&self.calendar).map(|found| found.code().to_owned());
                if let Err(why) = &calendar {
                    c.push(FieldError::new("calendar", "no_such_calendar", why.to_string()));
                }
                (c.line("name", &self.name), calendar.ok())
            }
        };
        let given = self.rule.trim();
        let rule = match (capacity.and_then(Capacity::rule), known) {
            (Some(rule), _) => rule.to_owned(),
            (None, Some(known)) if given.is_empty() => known.rule.to_owned(),
            _ => given.to_owned(),
        };
        if capacity.is_some() && !exists(&rule) {
            let message = "Choose the rule by which this authority is told.";
            c.push(FieldError::new("rule", "not_a_choice", message));
        }
        if capacity == Some(Capacity::Lead) && others.iter().any(|a| a.capacity == Capacity::Lead) {
            let message = "This case has a lead authority already. Withdraw that one first.";
            c.push(FieldError::new("capacity", "has_lead", message));
        }
        if let Some(name) = &name
            && others.iter().any(|a| a.name == *name && a.rule == rule)
        {
            c.push(FieldError::new("code", "is_named", "This authority is named already."));
        }
        if !c.is_clean() {
            return Err(c.refusal());
        }
        match (name, calendar, capacity) {
            (Some(name), Some(calendar), Some(capacity)) => {
                Ok(NewAuthority { name, calendar, capacity, rule })
            }
            _ => Err(c.refusal()),
        }
    }
}

/// The authority that a notification goes to which names none: the lead, or the first that was named.
#[must_use]
pub fn default_of<'a>(authorities: &'a [CaseAuthority], rule: &str) -> Option<&'a CaseAuthority> {
    let of_rule = || authorities.iter().filter(|a| a.rule == rule && a.withdrawn_at.is_none());
    of_rule().find(|a| a.capacity == Capacity::Lead).or_else(|| of_rule().min_by_key(|a| (a.added_at, a.id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{calendar::calendars, rules::find};

    #[test]
    fn the_list_is_whole_and_names_calendars_and_rules_that_exist() {
        assert!(authorities().len() >= 45, "{}", authorities().len());
        for authority in authorities() {
            assert!(calendars().get(authority.calendar).is_ok(), "{}", authority.code);
            assert!(find(authority.rule).is_some(), "{}", authority.code);
            let same = authorities().iter().filter(|a| a.code == authority.code).count();
            assert_eq!(same, 1, "{}", authority.code);
        }
        let bavarian = authorities().iter().filter(|a| a.calendar == "DE-BY").count();
        assert_eq!(bavarian, 2, "two authorities, one calendar");
    }

    #[test]
    fn what_is_said_wrong_is_named() {
        let parse = |code: &str, name: &str, calendar: &str, capacity: &str, rule: &str| {
            let input = AuthorityInput {
                code: code.into(),
                name: name.into(),
                calendar: calendar.into(),
                capacity: capacity.into(),
                rule: rule.into(),
            };
            match input.parse(calendars(), |rule| find(rule).is_some(), &[]) {
                Ok(new) => format!("{} {} {}", new.calendar, new.capacity.rule().unwrap_or("-"), new.rule),
                Err(Refusal::Invalid(errors)) => {
                    errors.iter().map(|e| format!("{}:{}", e.field, e.code)).collect::<Vec<_>>().join(" ")
                }
                Err(other) => other.to_string(),
            }
        };
        assert_eq!(parse("fr", "", "", "lead", ""), "FR gdpr33 gdpr33");
        assert_eq!(parse("", "The agency", "us", "other", "hipaa"), "US - hipaa");
        assert_eq!(parse("EU", "", "", "other", ""), "EU - eudpr34");
        assert_eq!(parse("XX", "", "", "lead", ""), "code:not_a_choice");
        assert_eq!(
            parse("", "", "", "other", ""),
            "calendar:no_such_calendar name:required rule:not_a_choice"
        );
    }
}
