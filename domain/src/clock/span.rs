//! Time limits as a law or a contract writes them, and what starts them.

use crate::choices;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

choices! {
    /// The event from which a time limit runs. Each is an instant of its own and never derived from another.
    pub enum Trigger {
        FirstHint = "first_hint" => "first hint",
        Detected = "detected" => "detected",
        BecameAware = "became_aware" => "became aware",
        /// The controller's own awareness starts nothing that a processor owes.
        ProcessorAware = "processor_aware" => "we became aware as the processor",
        ProcessorInformedUs = "processor_informed_us" => "the processor informed us",
        IncidentOccurred = "incident_occurred" => "the incident happened",
        IncidentDetermined = "incident_determined" => "the incident was determined",
        Suspicion = "suspicion" => "grounds to suspect it",
        ReasonableBelief = "reasonable_belief" => "reasonable belief in it",
        AssessedNotifiable = "assessed_notifiable" => "assessed as notifiable",
        ClassifiedMajor = "classified_major" => "classified as major",
        HighRiskFound = "high_risk_found" => "high risk found",
        AdverseEffectLikely = "adverse_effect_likely" => "an adverse effect is likely",
        InsideInformation = "inside_information" => "inside information exists",
        MaterialityDetermined = "materiality_determined" => "materiality determined",
        PaymentMade = "payment_made" => "a payment was made",
        MeasureAvailable = "measure_available" => "a corrective or mitigating measure is available",
        ActivitiesRecovered = "activities_recovered" => "regular activities recovered",
        HandlingEnded = "handling_ended" => "the handling ended",
        /// The end of the calendar year in which it was detected: [`super::period::year_end`].
        DiscoveryYearEnded = "discovery_year_ended" => "the year of discovery ended",
        /// The last of the reports that the stage names in `after` was submitted.
        PreviousReportSubmitted = "previous_report_submitted" => "the previous report was submitted",
    }
}

/// How long a stage may take. Written `72 hours`, `14 calendar days`, `1 month`, `4 business days of US`
/// or `without undue delay`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Span {
    /// Elapsed hours.
    Hours(u32),
    /// The day of the event doesn't count; ends with the last hour of the last day.
    CalendarDays(u32),
    /// Ends with the day of the same number; where the month has none, with its last day.
    Months(u32),
    /// Working days of the calendar with this code.
    BusinessDays { days: u32, calendar: String },
    /// The law gives no number, and none is made up.
    WithoutUndueDelay,
}

impl Span {
    /// Whether the law or the contract gives a number.
    #[must_use]
    pub fn has_number(&self) -> bool {
        !matches!(self, Self::WithoutUndueDelay)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, unit, of) = match self {
            Self::Hours(n) => (n, "hour", None),
            Self::CalendarDays(n) => (n, "calendar day", None),
            Self::Months(n) => (n, "month", None),
            Self::BusinessDays { days, calendar } => (days, "business day", Some(calendar)),
            Self::WithoutUndueDelay => return f.write_str("without undue delay"),
        };
        let plural = if *n == 1 { "" } else { "s" };
        write!(f, "{n} {unit}{plural}")?;
        of.map_or(Ok(()), |calendar| write!(f, " of {calendar}"))
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let remedy = || {
            format!(
                "\"{text}\" is no time limit. Write it like \"72 hours\", \"14 calendar days\", \"1 month\", \"4 business days of US\" or \"without undue delay\"."
            )
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let (n, span) = match words.as_slice() {
            ["without", "undue", "delay"] => return Ok(Self::WithoutUndueDelay),
            [n, "hour" | "hours"] => (*n, Self::Hours as fn(u32) -> Self),
            [n, "calendar", "day" | "days"] => (*n, Self::CalendarDays as fn(u32) -> Self),
            [n, "month" | "months"] => (*n, Self::Months as fn(u32) -> Self),
            [n, "business", "day" | "days", "of", calendar] => {
                let days = number(n, 400).ok_or_else(remedy)?;
                return Ok(Self::BusinessDays { days, calendar: (*calendar).to_owned() });
            }
            _ => return Err(remedy()),
        };
        // Longer than about ten years is a slip of the pen, and the sum must stay a date.
        let most = if words.contains(&"months") || words.contains(&"month") { 120 } else { 9_000 };
        number(n, most).map(span).ok_or_else(remedy)
    }
}

/// A count from 1 to `most`, without sign or leading zeros.
fn number(text: &str, most: u32) -> Option<u32> {
    let n: u32 = text.parse().ok()?;
    (n > 0 && n <= most && n.to_string() == text).then_some(n)
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_written_as_it_is_read() {
        for text in [
            "1 hour",
            "72 hours",
            "1 calendar day",
            "14 calendar days",
            "1 month",
            "3 months",
            "1 business day of BR",
            "4 business days of US",
            "without undue delay",
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string(), text);
            assert_eq!(span.has_number(), text != "without undue delay");
            let json = serde_json::to_string(&span).unwrap();
            assert_eq!(serde_json::from_str::<Span>(&json).unwrap(), span, "{json}");
        }
    }

    #[test]
    fn what_is_no_span_says_what_would_be() {
        for text in [
            "",
            "72",
            "72 h",
            "0 hours",
            "-1 hours",
            "+3 hours",
            "03 hours",
            "3 days",
            "9001 hours",
            "121 months",
            "4 business days",
            "4294967296 hours",
            "soon",
        ] {
            let error = text.parse::<Span>().unwrap_err();
            assert!(error.contains("Write it like \"72 hours\""), "{error}");
        }
    }
}
