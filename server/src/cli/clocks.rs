//! `breachdesk deadline`, `breachdesk period`, `breachdesk clocks`: the rules of time at the command line.
//!
//! They need no data folder. Bad input ends with code 2 and one line that says what would be right.

use super::worked_out;
use crate::config::Config;
use clap::Args;
use domain::{
    clock::{
        calendar::CalendarError,
        deadline, period,
        rule::{Offer, Rule},
        rules::rules,
    },
    moment::{self, NotAMoment, Precision, Zone, rfc3339_seconds},
    text::Choice,
};
use serde::Serialize;
use services::time::TimeSource;
use std::process::ExitCode;

/// When did the controller become aware, and which authority's calendar counts.
#[derive(Args)]
pub(super) struct DeadlineArguments {
    /// RFC 3339, or a local time with --zone, or a date: then the beginning of that day at the authority.
    #[arg(long, value_name = "TIME")]
    aware_at: String,
    /// The zone of a local time, such as Europe/Berlin.
    #[arg(long)]
    zone: Option<String>,
    /// The calendar of the authority: FR, GR, DE-BY, GB-EAW, CH, EU and the like.
    #[arg(long, value_name = "CODE")]
    authority: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Prints rules.
#[derive(Args)]
pub(super) struct ClocksArguments {
    /// List every rule with its source and status.
    #[arg(long, required = true)]
    rules: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A period that isn't in hours.
#[derive(Args)]
#[command(group(clap::ArgGroup::new("length").required(true).args(["months", "business_days"])))]
pub(super) struct PeriodArguments {
    /// The day of the event, which doesn't count itself, such as 2026-01-31.
    #[arg(long, value_name = "DATE")]
    from: String,
    /// So many months.
    #[arg(long, value_name = "N")]
    months: Option<String>,
    /// So many working days.
    #[arg(long, value_name = "N")]
    business_days: Option<String>,
    /// The calendar whose holidays count: FR, DE-BY, US, BR and the like.
    #[arg(long, value_name = "CODE")]
    calendar: String,
    /// The answer is JSON in any case.
    #[arg(long)]
    json: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum BadInput {
    #[error("--aware-at: {0}")]
    Moment(#[from] NotAMoment),
    #[error("{0}")]
    Calendar(#[from] CalendarError),
    #[error("--zone: There is no zone \"{0}\". Use a name of the IANA database, such as Europe/Berlin.")]
    Zone(String),
    #[error("--from: This is no date. Write it as 2026-01-31.")]
    Date,
    #[error("{0}: Give a whole number from 1 to 5000.")]
    Count(&'static str),
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

#[derive(Serialize)]
struct DeadlineAnswer {
    aware_utc: String,
    due_utc: String,
    hour_rule_utc: String,
    art_3_5: Readings,
    undisputed: bool,
    authority_zone: &'static str,
    holidays_nearby: Vec<chrono::NaiveDate>,
    /// Only a date was given: its beginning at the authority was taken.
    date_only: bool,
    in_the_future: bool,
}

/// Contested readings of Article 3(5) of Regulation 1182/71; never a due time.
#[derive(Serialize)]
struct Readings {
    touch_utc: String,
    hours_48_utc: String,
    full_days_utc: String,
}

pub(super) fn deadline(config: &Config, asked: &DeadlineArguments) -> ExitCode {
    worked_out::<BadInput>(|| {
        let calendars = config.calendars()?;
        let authority = calendars.get(&asked.authority)?;
        let zone = asked.zone.as_deref().map(zone).transpose()?;
        let aware = moment::parse_for(&asked.aware_at, zone, authority.zone())?;
        let found = deadline::deadline(aware.at, authority)?;
        let date_only = aware.precision == Precision::Day;
        let in_the_future = aware.at > TimeSource::System.now();
        let told = DeadlineAnswer {
            aware_utc: rfc3339_seconds(found.aware_at),
            due_utc: rfc3339_seconds(found.due_at),
            hour_rule_utc: rfc3339_seconds(found.hour_rule_at),
            art_3_5: Readings {
                touch_utc: rfc3339_seconds(found.art_3_5.touch_at),
                hours_48_utc: rfc3339_seconds(found.art_3_5.hours_48_at),
                full_days_utc: rfc3339_seconds(found.art_3_5.full_days_at),
            },
            undisputed: found.undisputed,
            authority_zone: found.zone.name(),
            holidays_nearby: found.holidays_nearby.clone(),
            date_only,
            in_the_future,
        };
        if asked.json {
            return Ok(serde_json::to_string_pretty(&told)?);
        }
        Ok(in_words(authority.name(), &found, &told))
    })
}

fn in_words(authority: &str, found: &deadline::Deadline, told: &DeadlineAnswer) -> String {
    let line = |what: &str, at| format!("{what:<22}{}", moment::show_seconds(at, found.zone));
    let mut lines = vec![
        format!("{:<22}{authority}, {}", "Authority", found.zone.name()),
        line("Aware", found.aware_at),
        line("Due", found.due_at),
        line("Hour rule, R 1182/71", found.hour_rule_at),
    ];
    if told.date_only {
        lines.push("Only a date was given: the beginning of that day at the authority was taken.".to_owned());
    }
    if told.in_the_future {
        lines.push("This awareness lies in the future.".to_owned());
    }
    if found.undisputed {
        lines.push("Every reading of Article 3(5) of Regulation 1182/71 gives the hour rule.".to_owned());
    } else {
        let readings = &found.art_3_5;
        lines.push("Contested, and never a due time, Article 3(5) of Regulation 1182/71:".to_owned());
        lines.push(line("  two days touched", readings.touch_at));
        lines.push(line("  48 hours", readings.hours_48_at));
        lines.push(line("  two full days", readings.full_days_at));
    }
    let holidays: Vec<String> = found.holidays_nearby.iter().map(ToString::to_string).collect();
    let holidays = if holidays.is_empty() { "none".to_owned() } else { holidays.join(", ") };
    lines.push(format!("{:<22}{holidays}", "Holidays nearby"));
    lines.join("\n")
}

pub(super) fn period(config: &Config, asked: &PeriodArguments) -> ExitCode {
    worked_out::<BadInput>(|| {
        let calendars = config.calendars()?;
        let calendar = calendars.get(&asked.calendar)?;
        let from =
            chrono::NaiveDate::parse_from_str(asked.from.trim(), "%Y-%m-%d").map_err(|_| BadInput::Date)?;
        let found = match (&asked.months, &asked.business_days) {
            (Some(n), _) => period::months(from, count("--months", n)?, calendar)?,
            (None, n) => {
                let n = count("--business-days", n.as_deref().unwrap_or_default())?;
                period::business_days(from, n, calendar)?
            }
        };
        Ok(serde_json::to_string_pretty(&found)?)
    })
}

pub(super) fn clocks(asked: &ClocksArguments) -> ExitCode {
    worked_out::<BadInput>(|| {
        if asked.json {
            return Ok(serde_json::to_string_pretty(rules())?);
        }
        let on = TimeSource::System.now().date_naive();
        let listed: Vec<String> = rules().iter().map(|rule| listed(rule, on)).collect();
        Ok(listed.join("\n\n"))
    })
}

/// One rule as it stands on a day, over several lines.
fn listed(rule: &Rule, on: chrono::NaiveDate) -> String {
    let mut lines = vec![format!("{}  {}: {}", rule.code, rule.regime, rule.title)];
    if let Some(version) = rule.current(on) {
        let from = version.effective_from.map(|from| format!(" from {from}")).unwrap_or_default();
        let to = version.effective_to.map(|to| format!(" to {to}")).unwrap_or_default();
        let offer: Offer = rule.offer(on);
        lines.push(format!("  status: {}{from}{to}; {}; {offer}", version.status, version.confidence));
        lines.push(format!("  source: {}", version.source));
        lines.push(format!("  scope: {}", rule.scope));
        for stage in &version.stages {
            let within =
                if stage.wording.is_empty() { stage.within.to_string() } else { stage.wording.clone() };
            lines.push(format!(
                "  {}: {within}, from: {}, to: {}",
                stage.name,
                stage.trigger.label(),
                stage.recipient
            ));
        }
    }
    lines.join("\n")
}

fn zone(name: &str) -> Result<Zone, BadInput> {
    name.trim().parse().map_err(|_| BadInput::Zone(name.escape_debug().to_string()))
}

fn count(option: &'static str, text: &str) -> Result<u32, BadInput> {
    let n = text.trim().parse().ok().filter(|n| (1..=5_000).contains(n));
    n.ok_or(BadInput::Count(option))
}
