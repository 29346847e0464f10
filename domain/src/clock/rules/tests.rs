use super::*;
use crate::clock::{
    calendar::calendars,
    period::StageDue,
    rule::{Picked, Stage, Version},
    span::Trigger,
};
use crate::moment::{Zone, parse_for, rfc3339_seconds};
use std::collections::BTreeSet;

#[test]
fn every_file_reads() {
    let mut said = Vec::new();
    for (file, text) in FILES {
        said.extend(Rule::parse(file, text).err().into_iter().flatten().map(|e| e.to_string()));
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
    assert_eq!(rules().len(), 61);
    let codes: BTreeSet<&str> = rules().iter().map(|rule| rule.code.as_str()).collect();
    assert_eq!(codes.len(), 61);
}

#[test]
fn every_file_of_the_folder_ships() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, FILES.iter().map(|(file, _)| (*file).to_owned()).collect());
}

/// One invented case: a break-in noticed on a Tuesday, and all that can follow from it, each at an
/// instant of its own. In 2028 every rule that has a date has begun.
fn happened(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::FirstHint => "2028-02-01T08:00:00Z",
        Trigger::Detected => "2028-02-01T09:15:00Z",
        Trigger::ProcessorInformedUs => "2028-02-01T09:30:00Z",
        Trigger::BecameAware => "2028-02-01T10:20:30Z",
        Trigger::ProcessorAware => "2028-02-01T10:40:00Z",
        Trigger::IncidentOccurred => "2028-01-31T23:50:00Z",
        Trigger::IncidentDetermined => "2028-02-01T12:00:00Z",
        Trigger::Suspicion => "2028-02-01T08:30:00Z",
        Trigger::ReasonableBelief => "2028-02-01T10:00:00Z",
        Trigger::AssessedNotifiable => "2028-02-02T16:00:00Z",
        Trigger::ClassifiedMajor => "2028-02-01T14:00:00Z",
        Trigger::HighRiskFound => "2028-02-02T09:00:00Z",
        Trigger::AdverseEffectLikely => "2028-02-02T09:30:00Z",
        Trigger::InsideInformation => "2028-02-02T10:00:00Z",
        Trigger::MaterialityDetermined => "2028-02-17T18:00:00Z",
        Trigger::PaymentMade => "2028-02-03T11:11:11Z",
        Trigger::MeasureAvailable => "2028-02-10T12:00:00Z",
        Trigger::ActivitiesRecovered => "2028-02-08T07:00:00Z",
        Trigger::HandlingEnded => "2028-03-31T15:00:00Z",
        Trigger::DiscoveryYearEnded => "2028-12-31T22:59:59Z",
        Trigger::PreviousReportSubmitted => "2028-01-31T17:00:00Z",
    }
}

fn told(stage: &Stage, authority: &str) -> String {
    let at = parse_for(happened(stage.trigger), None, Zone::UTC).unwrap().at;
    match stage.due(at, calendars().get(authority).unwrap(), calendars()).unwrap() {
        StageDue::At { due_at } => rfc3339_seconds(due_at),
        StageDue::On { period, .. } if period.due_on == period.shifted_on => period.due_on.to_string(),
        StageDue::On { period, .. } => format!("{} ({})", period.due_on, period.shifted_on),
        StageDue::WithoutUndueDelay => stage.wording.clone(),
    }
}

fn version(rule: &Rule) -> Result<&Version, String> {
    let on = NaiveDate::from_ymd_opt(2028, 2, 1).unwrap();
    match rule.pick_on(on) {
        Picked::Version(version) => Ok(version),
        other => Err(other.why_not().unwrap()),
    }
}

/// Every rule on the invented case, at an authority in Germany: what is due when.
#[test]
fn every_rule_on_an_invented_case() {
    let mut table = String::new();
    for rule in rules() {
        let stages = match version(rule) {
            Ok(version) if version.stages.is_empty() => "no time limit of its own".to_owned(),
            Ok(version) => version
                .stages
                .iter()
                .map(|stage| format!("{}: {}", stage.name, told(stage, "DE")))
                .collect::<Vec<_>>()
                .join("; "),
            Err(why) => why,
        };
        table.push_str(&format!("{}: {stages}\n", rule.code));
    }
    assert_eq!(table, include_str!("invented_case.txt"));
}
