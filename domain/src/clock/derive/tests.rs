use super::*;
use crate::clock::{
    calendar::calendars,
    due, due_of,
    rules::{find, rules},
};
use crate::moment::{parse_for, rfc3339_seconds};
use crate::text::Choice;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    parse_for(text, None, Zone::UTC).unwrap().at
}

fn told(code: &str, happened: &Happened, authority: &str) -> Vec<String> {
    let authority = calendars().get(authority).unwrap();
    derive(find(code).unwrap(), happened, authority, calendars(), at("2026-11-22T12:00:00Z"))
        .iter()
        .map(|clock| {
            let what = match &clock.run {
                Run::Waiting => "waits".to_owned(),
                Run::NotRunning { why, .. } => why.clone(),
                Run::Running { due: Ok(due), .. } => {
                    due.due_at().map_or_else(|| clock.stage.wording.clone(), rfc3339_seconds)
                }
                Run::Running { due: Err(why), .. } => why.to_string(),
            };
            format!("{}: {what}", clock.stage.name)
        })
        .collect()
}

#[test]
fn a_clock_waits_for_its_own_trigger_and_for_no_other() {
    let aware = Happened::default().with(Trigger::BecameAware, at("2026-06-09T12:20:00Z"));
    assert_eq!(told("gdpr33", &aware, "DE"), ["notification: 2026-06-12T12:20:00Z", "follow_up: waits"]);
    assert_eq!(told("gdpr34", &aware, "DE"), ["communication: waits"]);
    let found = aware.with(Trigger::HighRiskFound, at("2026-06-10T09:00:00Z"));
    assert_eq!(told("gdpr34", &found, "DE"), ["communication: without undue delay"]);
}

#[test]
fn a_report_starts_the_next_one() {
    let dora = Happened::default()
        .with(Trigger::BecameAware, at("2026-06-08T10:00:00Z"))
        .with(Trigger::ClassifiedMajor, at("2026-06-08T20:00:00Z"))
        .with_submitted("dora", "initial", at("2026-06-08T23:00:00Z"));
    assert_eq!(
        told("dora", &dora, "FR"),
        [
            "initial: 2026-06-09T00:00:00Z",
            "initial_cap: 2026-06-09T10:00:00Z",
            "intermediate: 2026-06-11T23:00:00Z",
            "intermediate_update: waits",
            "final: waits",
        ]
    );
    // The last of the reports before counts.
    let later = dora.with_submitted("dora", "intermediate", at("2026-06-11T12:00:00Z")).with_submitted(
        "dora",
        "intermediate_update",
        at("2026-06-20T12:00:00Z"),
    );
    assert_eq!(told("dora", &later, "FR")[4], "final: 2026-07-20T22:00:00Z", "the end of 20 July in Paris");
    let clocks =
        derive(find("dora").unwrap(), &later, calendars().get("FR").unwrap(), calendars(), at("2026-06-21"));
    assert_eq!(clocks[0].standing(at("2026-06-21")), Some(Standing::Met { at: at("2026-06-08T23:00:00Z") }));
    let same = clocks[1].standing(at("2026-06-21"));
    assert_eq!(same, Some(Standing::Met { at: at("2026-06-08T23:00:00Z") }), "one report, two limits");
    assert_eq!(clocks[3].standing(at("2026-06-21")), None, "no number, no standing");
}

#[test]
fn the_version_is_that_of_the_trigger_whatever_day_it_is() {
    let pecr = |aware: &str| told("ukpecr", &Happened::default().with(Trigger::BecameAware, at(aware)), "GB");
    assert_eq!(pecr("2025-08-19T12:00:00Z"), ["notification: 2025-08-20T12:00:00Z"]);
    assert_eq!(pecr("2025-08-20T12:00:00Z"), ["notification: 2025-08-23T12:00:00Z"]);
    let before = pecr("2013-08-24T12:00:00Z");
    assert!(
        before[0].contains("This lies before 2013-08-25") && before[0].ends_with("No clock runs."),
        "{before:?}"
    );
}

#[test]
fn the_year_of_discovery_ends_by_itself() {
    let detected = Happened::default().with(Trigger::Detected, at("2026-06-09T12:00:00Z"));
    let clocks = told("hipaa", &detected, "US");
    assert_eq!(clocks[3], "hhs_small: 2027-03-02T05:00:00Z", "the end of 1 March in New York");
}

#[test]
fn beyond_the_calendars_hours_still_run_and_days_say_why_not() {
    let late = Happened::default()
        .with(Trigger::BecameAware, at("2036-06-09T12:00:00Z"))
        .with(Trigger::Detected, at("2036-06-09T12:00:00Z"));
    assert_eq!(told("gdpr33", &late, "DE")[0], "notification: 2036-06-12T12:00:00Z");
    assert!(told("us_ny", &late, "US")[0].contains("known from 2018 to 2035 only"));
}

#[test]
fn a_proposal_has_no_clock() {
    let aware = Happened::default().with(Trigger::BecameAware, at("2026-06-09T12:20:00Z"));
    assert_eq!(told("gdpr33_omnibus", &aware, "DE"), [""; 0]);
}

proptest! {
    /// The clock every case has is the same one, derived either way.
    #[test]
    fn article_33_is_what_it_always_was(seconds in 1_500_000_000i64..2_000_000_000, met in proptest::option::of(0i64..1_000_000)) {
        let aware_at = DateTime::from_timestamp(seconds, 0).unwrap();
        let met_at = met.map(|after| aware_at + chrono::Duration::seconds(after));
        let now = aware_at + chrono::Duration::hours(10);
        let mut happened = Happened::default().with(Trigger::BecameAware, aware_at);
        if let Some(met_at) = met_at {
            happened = happened.with_submitted("gdpr33", "notification", met_at);
        }
        // Iceland keeps UTC, in which the first day of the Regulation is read there.
        let iceland = calendars().get("IS").unwrap();
        let clocks = derive(find("gdpr33").unwrap(), &happened, iceland, calendars(), now);
        let first = &clocks[0];
        match due_of(aware_at) {
            None => {
                let refused = matches!(first.run, Run::NotRunning { .. });
                prop_assert!(refused);
            }
            Some(due_at) => {
                let Run::Running { due: Ok(StageDue::At { due_at: derived }), .. } = first.run else { panic!("{first:?}") };
                prop_assert_eq!((derived, due(aware_at)), (due_at, due_at));
                prop_assert_eq!(first.standing(now), Some(super::standing(due_at, met_at, now)));
            }
        }
    }

    /// With every trigger recorded, no rule of law waits except for its reports, and none panics.
    #[test]
    fn whatever_is_recorded(seconds in 1_000_000_000i64..2_500_000_000, now in 1_000_000_000i64..2_500_000_000) {
        let (at, now) = (DateTime::from_timestamp(seconds, 0).unwrap(), DateTime::from_timestamp(now, 0).unwrap());
        let happened = Trigger::ALL.iter().fold(Happened::default(), |h, trigger| h.with(*trigger, at));
        for authority in ["DE", "US", "BR"].map(|code| calendars().get(code).unwrap()) {
            for clock in rules().iter().flat_map(|rule| derive(rule, &happened, authority, calendars(), now)) {
                let follows = clock.stage.trigger == Trigger::PreviousReportSubmitted;
                prop_assert_eq!(clock.run == Run::Waiting, follows, "{} {}", clock.rule.code, clock.stage.name);
            }
        }
    }
}
