//! Which reminder of a due time matters now, and when the next one will.
//!
//! After an outage only the latest one that has come due is sent, not all that were missed. When the machine's clock
//! was ahead and is set back, what lies before is not sent after, nothing is sent twice, and the marks that are still
//! to come are sent when they come.

use crate::id::{AccountId, AuthorityId, IncidentId, ReminderId};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, str::FromStr};

/// A point on the way to a due time. Written `50%`, `24h` or `overdue`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// This share of the time has passed, in per cent: 1 to 99.
    Elapsed(u8),
    /// So many hours are left.
    HoursBefore(u32),
    /// The due time has passed.
    Overdue,
    /// The law gives no number, and the organisation's own reminder has come. Written `ours`; no setting.
    Ours,
}

/// The one mark of a duty without undue delay.
pub const WITHOUT_NUMBER: [Mark; 1] = [Mark::Ours];

/// The marks at which people are reminded, unless the organisation chose others.
pub const MARKS: [Mark; 8] = [
    Mark::Elapsed(50),
    Mark::Elapsed(80),
    Mark::HoursBefore(24),
    Mark::HoursBefore(12),
    Mark::HoursBefore(6),
    Mark::HoursBefore(2),
    Mark::HoursBefore(1),
    Mark::Overdue,
];

/// What to do about reminders of one due time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reminders {
    /// The one to send now.
    pub now: Option<Mark>,
    /// When to look again: something comes due then, unless the case moves on before.
    pub next_at: Option<DateTime<Utc>>,
}

/// A reminder that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub id: ReminderId,
    pub incident: IncidentId,
    /// The clock it is of, and the due time it had then.
    pub rule: String,
    pub stage: String,
    pub authority: Option<AuthorityId>,
    pub due_at: DateTime<Utc>,
    pub mark: Mark,
    pub raised_at: DateTime<Utc>,
    /// When it went, or goes, to the deputies as well, unless somebody acknowledges it before.
    pub escalates_at: DateTime<Utc>,
    pub escalated_at: Option<DateTime<Utc>>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub acknowledged_by: Option<AccountId>,
}

impl Reminder {
    /// Acknowledged: nobody else needs to be told of this one.
    #[must_use]
    pub fn acknowledged(&self, by: AccountId, now: DateTime<Utc>) -> Self {
        Self { acknowledged_at: Some(now), acknowledged_by: Some(by), ..self.clone() }
    }

    /// Gone to the deputies.
    #[must_use]
    pub fn escalated(&self, now: DateTime<Utc>) -> Self {
        Self { escalated_at: Some(now), ..self.clone() }
    }
}

impl Mark {
    /// Whether owner and deputies are told at once: few hours are left, or none.
    #[must_use]
    pub fn is_urgent(self) -> bool {
        matches!(self, Self::HoursBefore(0..=6) | Self::Overdue)
    }

    /// When it is reached. None for a mark that a span this short doesn't have: 24 hours before the end of 4.
    #[must_use]
    pub fn at(self, started_at: DateTime<Utc>, due_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = match self {
            Self::Elapsed(percent) => {
                let micros =
                    i128::from((due_at - started_at).num_microseconds()?) * i128::from(percent) / 100;
                started_at.checked_add_signed(Duration::microseconds(i64::try_from(micros).ok()?))?
            }
            Self::HoursBefore(hours) => due_at.checked_sub_signed(Duration::hours(i64::from(hours)))?,
            // At the due time itself it is still in time.
            Self::Overdue => return due_at.checked_add_signed(Duration::microseconds(1)),
            Self::Ours => return Some(due_at),
        };
        (at > started_at && at < due_at).then_some(at)
    }

    /// For people: `half of the time has passed`.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Elapsed(50) => "half of the time has passed".to_owned(),
            Self::Elapsed(percent) => format!("{percent} % of the time has passed"),
            Self::HoursBefore(1) => "1 hour is left".to_owned(),
            Self::HoursBefore(hours) => format!("{hours} hours are left"),
            Self::Overdue => "the due time has passed".to_owned(),
            Self::Ours => "nothing was sent yet, and it is due without undue delay".to_owned(),
        }
    }
}

/// Which reminder matters now. `sent` are those sent for this very due time: a corrected one begins anew.
#[must_use]
pub fn reminders(
    marks: &[Mark],
    started_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
    sent: &[Mark],
) -> Reminders {
    let at = |mark: &Mark| mark.at(started_at, due_at).map(|at| (at, *mark));
    let already = sent.iter().filter_map(at).map(|(at, _)| at).max();
    let mut open: Vec<_> =
        marks.iter().filter_map(at).filter(|(at, _)| already.is_none_or(|a| *at > a)).collect();
    open.sort_unstable();
    let latest = open.iter().rev().find(|(at, _)| *at <= now);
    let next = open.iter().find(|(at, _)| *at > now);
    Reminders { now: latest.map(|(_, mark)| *mark), next_at: next.map(|(at, _)| *at) }
}

/// A mark that was sent, and when the machine's clock said that it was.
pub type Sent = (Mark, DateTime<Utc>);

/// Those of `marks` that can still be sent. Where something was sent later than `now`, the machine's clock was ahead
/// and has been set back: what it passed over must not stay silent, and what it sent isn't sent twice.
fn left(marks: &[Mark], now: DateTime<Utc>, sent: &[Sent]) -> (Vec<Mark>, Vec<Mark>, bool) {
    let (past, ahead): (Vec<&Sent>, Vec<&Sent>) = sent.iter().partition(|(_, at)| *at <= now);
    let left = marks.iter().filter(|mark| !ahead.iter().any(|(sent, _)| sent == *mark));
    (left.copied().collect(), past.iter().map(|(mark, _)| *mark).collect(), !ahead.is_empty())
}

/// The one to send now. `from`: when the next one was last said to come due; where the clock was set back, nothing
/// before that is sent any more.
#[must_use]
pub fn to_raise(
    marks: &[Mark],
    started_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
    sent: &[Sent],
    from: DateTime<Utc>,
) -> Option<Mark> {
    let (mut marks, past, set_back) = left(marks, now, sent);
    if set_back {
        marks.retain(|mark| mark.at(started_at, due_at).is_some_and(|at| at >= from));
    }
    reminders(&marks, started_at, due_at, now, &past).now
}

/// When the next reminder comes due that wasn't sent yet, be it in the past: whenever somebody looks from then on,
/// there is one to send. After the clock was set back, the next one from now.
#[must_use]
pub fn next_open(
    marks: &[Mark],
    started_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
    sent: &[Sent],
) -> Option<DateTime<Utc>> {
    let (marks, past, set_back) = left(marks, now, sent);
    let looked_at = if set_back { now } else { DateTime::<Utc>::MIN_UTC };
    reminders(&marks, started_at, due_at, looked_at, &past).next_at
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elapsed(percent) => write!(f, "{percent}%"),
            Self::HoursBefore(hours) => write!(f, "{hours}h"),
            Self::Overdue => f.write_str("overdue"),
            Self::Ours => f.write_str("ours"),
        }
    }
}

impl FromStr for Mark {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |n: &str| n.parse::<u32>().ok().filter(|v| v.to_string() == n);
        let elapsed = |n: &str| plain(n).filter(|n| (1..100).contains(n)).and_then(|n| u8::try_from(n).ok());
        let before = |n: &str| plain(n).filter(|n| (1..=9_000).contains(n));
        let mark = match (text.strip_suffix('%'), text.strip_suffix('h')) {
            _ if text == "overdue" => Some(Self::Overdue),
            _ if text == "ours" => Some(Self::Ours),
            (Some(percent), _) => elapsed(percent).map(Self::Elapsed),
            (_, Some(hours)) => before(hours).map(Self::HoursBefore),
            _ => None,
        };
        mark.ok_or_else(|| format!("\"{text}\" is no mark. Write it like \"50%\", \"24h\" or \"overdue\"."))
    }
}

impl Serialize for Mark {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
