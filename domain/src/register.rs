//! The breach register of Article 33(5) GDPR: which records are asked for, how long they are kept, and how they are
//! handed over.

pub mod export;
pub mod retention;

use crate::{
    choices,
    moment::{self, Precision, Zone},
    refusal::{FieldError, Refusal},
    text::Checks,
};
use chrono::{DateTime, Duration, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

choices! {
    /// How far a case has come.
    pub enum CaseState {
        Open = "open" => "open, in any phase",
        DetectionAndAnalysis = "detection_and_analysis" => "in detection and analysis",
        Containment = "containment" => "in containment",
        Eradication = "eradication" => "in eradication",
        Recovery = "recovery" => "in recovery",
        LessonsLearned = "lessons_learned" => "in lessons learned",
        Closed = "closed" => "closed",
    }
}

choices! {
    /// Whether a supervisory authority was notified under Article 33(1).
    pub enum Notified {
        Yes = "yes" => "notified",
        No = "no" => "not notified",
    }
}

choices! {
    /// Whether the 72 hours of Article 33(1) were kept, as far as they are over or somebody was notified.
    pub enum Punctuality {
        Late = "late" => "late or overdue",
        InTime = "in_time" => "notified in time",
    }
}

choices! {
    /// What the risk assessment concluded.
    pub enum RiskFound {
        HighRisk = "high_risk" => "high risk",
        Risk = "risk" => "risk, but not a high one",
        Unlikely = "unlikely" => "unlikely to result in a risk",
        Open = "open" => "not concluded yet",
    }
}

choices! {
    /// What is to be done about the keeping of a record.
    pub enum Keeping {
        Due = "due" => "due for review",
        Held = "held" => "under a legal hold",
    }
}

/// Which records are asked for. An empty field asks for all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterInput {
    /// Declared on or after: `2026-01-01` in the organisation's zone, or RFC 3339.
    #[serde(default)]
    pub from: String,
    /// Declared on or before, with that day or instant.
    #[serde(default)]
    pub to: String,
    /// `open`, or the code of a phase.
    #[serde(default)]
    pub state: String,
    /// `yes` or `no`: whether a supervisory authority was notified.
    #[serde(default)]
    pub notified: String,
    /// `late` or `in_time`.
    #[serde(default)]
    pub late: String,
    /// `high_risk`, `risk`, `unlikely` or `open`.
    #[serde(default)]
    pub risk: String,
    /// `due` for review, or `held`.
    #[serde(default)]
    pub keeping: String,
    /// A part of the reference or of the title.
    #[serde(default)]
    pub q: String,
}

impl FilterInput {
    /// Name and value of each field that says something.
    #[must_use]
    pub fn said(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("from", &self.from),
            ("to", &self.to),
            ("state", &self.state),
            ("notified", &self.notified),
            ("late", &self.late),
            ("risk", &self.risk),
            ("keeping", &self.keeping),
            ("q", &self.q),
        ];
        all.into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, v)| !v.is_empty()).collect()
    }

    /// The same without the field of this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut other = self.clone();
        let field = match name {
            "from" => &mut other.from,
            "to" => &mut other.to,
            "state" => &mut other.state,
            "notified" => &mut other.notified,
            "late" => &mut other.late,
            "risk" => &mut other.risk,
            "keeping" => &mut other.keeping,
            "q" => &mut other.q,
            _ => return other,
        };
        field.clear();
        other
    }

    /// The filter; dates are days of `zone`, which is the organisation's.
    ///
    /// # Errors
    /// Says which fields can't be taken and why.
    pub fn parse(&self, zone: Zone) -> Result<Filter, Refusal> {
        let mut c = Checks::new();
        let from = edge(&mut c, "from", &self.from, zone, false);
        let until = edge(&mut c, "to", &self.to, zone, true);
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            c.push(FieldError::new("to", "before_from", "The period ends before it begins."));
        }
        let filter = Filter {
            from,
            until,
            state: c.optional_choice("state", &self.state).flatten(),
            notified: c.optional_choice("notified", &self.notified).flatten(),
            late: c.optional_choice("late", &self.late).flatten(),
            risk: c.optional_choice("risk", &self.risk).flatten(),
            keeping: c.optional_choice("keeping", &self.keeping).flatten(),
            words: c.optional_line("q", &self.q).unwrap_or_default(),
        };
        if c.is_clean() { Ok(filter) } else { Err(c.refusal()) }
    }
}

/// One end of the period. The last day, or the last instant, belongs to it.
fn edge(c: &mut Checks, field: &str, raw: &str, zone: Zone, is_end: bool) -> Option<DateTime<Utc>> {
    if raw.trim().is_empty() {
        return None;
    }
    let wrong = |c: &mut Checks| {
        let message = "This is no date. Write it as 2026-01-31, or as an instant with its offset: 2026-01-31T14:00:00+01:00.";
        c.push(FieldError::new(field, "not_a_date", message));
        None
    };
    match moment::parse_for(raw, None, zone) {
        Ok(parsed) if !is_end => Some(parsed.at),
        Ok(parsed) if parsed.precision == Precision::Day => {
            let day = parsed.at.with_timezone(&zone).date_naive();
            // A zone that skipped the next day ends this one where the day after begins.
            let next = day.iter_days().skip(1).take(2).find_map(|next| moment::day_start(next, zone));
            next.map_or_else(|| wrong(c), Some)
        }
        Ok(parsed) => Some(parsed.at + Duration::microseconds(1)),
        Err(_) => wrong(c),
    }
}

/// Which records are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Declared then or later.
    pub from: Option<DateTime<Utc>>,
    /// Declared before.
    pub until: Option<DateTime<Utc>>,
    pub state: Option<CaseState>,
    pub notified: Option<Notified>,
    pub late: Option<Punctuality>,
    pub risk: Option<RiskFound>,
    pub keeping: Option<Keeping>,
    pub words: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::rfc3339;

    const BERLIN: Zone = Zone::Europe__Berlin;

    fn period(from: &str, to: &str) -> Result<(String, String), Vec<(String, &'static str)>> {
        let input = FilterInput { from: from.into(), to: to.into(), ..FilterInput::default() };
        match input.parse(BERLIN) {
            Ok(f) => Ok((f.from.map(rfc3339).unwrap_or_default(), f.until.map(rfc3339).unwrap_or_default())),
            Err(Refusal::Invalid(errors)) => Err(errors.into_iter().map(|e| (e.field, e.code)).collect()),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn both_ends_of_a_period_belong_to_it() {
        assert_eq!(
            period("2026-03-29", "2026-03-29").unwrap(),
            ("2026-03-28T23:00:00.000000Z".into(), "2026-03-29T22:00:00.000000Z".into()),
            "a day of 23 hours"
        );
        assert_eq!(
            period("2026-06-09T12:00:00+02:00", "2026-06-09T10:00:00Z").unwrap(),
            ("2026-06-09T10:00:00.000000Z".into(), "2026-06-09T10:00:00.000001Z".into())
        );
        assert_eq!(period(" ", "").unwrap(), (String::new(), String::new()));
    }

    #[test]
    fn what_is_no_period_is_refused_beside_its_field() {
        let of = |from, to| period(from, to).unwrap_err();
        assert_eq!(of("soon", "2026-02-30"), [("from".into(), "not_a_date"), ("to".into(), "not_a_date")]);
        assert_eq!(of("2026-06-09 14:20", ""), [("from".into(), "not_a_date")], "no zone is guessed");
        assert_eq!(of("2026-06-10", "2026-06-09"), [("to".into(), "before_from")]);
    }

    #[test]
    fn a_filter_says_what_it_asks_and_can_leave_out_each() {
        let input = FilterInput { state: "open".into(), q: " shop ".into(), ..FilterInput::default() };
        assert_eq!(input.said(), [("state", "open"), ("q", "shop")]);
        assert_eq!(input.without("q").said(), [("state", "open")]);
        let filter = input.parse(BERLIN).unwrap();
        assert_eq!((filter.state, filter.words.as_str()), (Some(CaseState::Open), "shop"));
        let wrong = FilterInput { risk: "dire".into(), keeping: "due".into(), ..input };
        assert!(wrong.parse(BERLIN).is_err());
    }
}
