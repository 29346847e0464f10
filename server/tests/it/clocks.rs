//! The calculators of the command line, with the real binary.

use crate::support::process::{command, run, said};
use serde_json::Value;
use std::process::Output;
use tempfile::tempdir;

fn breachdesk(arguments: &[&str]) -> Output {
    let folder = tempdir().unwrap();
    let done = run(folder.path(), arguments);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "a calculator writes nothing");
    done
}

fn json(arguments: &[&str]) -> Value {
    let done = breachdesk(arguments);
    assert!(done.status.success(), "{arguments:?}: {}", said(&done));
    serde_json::from_slice(&done.stdout).unwrap()
}

fn refused(arguments: &[&str]) -> String {
    let done = breachdesk(arguments);
    assert_eq!(done.status.code(), Some(2), "{arguments:?}: {}", said(&done));
    assert!(done.stdout.is_empty(), "{}", said(&done));
    let line = said(&done);
    assert_eq!(line.lines().count(), 1, "{line}");
    line
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../domain/src/clock/deadline/vectors.json")).unwrap()
}

#[test]
fn every_deadline_that_is_known() {
    for v in vectors()["vectors"].as_array().unwrap() {
        let text = |key: &str| v[key].as_str().unwrap();
        let found =
            json(&["deadline", "--aware-at", text("aware_at"), "--authority", text("calendar"), "--json"]);
        for (key, of) in [
            ("due", &found["due_utc"]),
            ("hour_rule", &found["hour_rule_utc"]),
            ("touch", &found["art_3_5"]["touch_utc"]),
            ("hours_48", &found["art_3_5"]["hours_48_utc"]),
            ("full_days", &found["art_3_5"]["full_days_utc"]),
            ("undisputed", &found["undisputed"]),
            ("zone", &found["authority_zone"]),
        ] {
            assert_eq!(&v[key], of, "{} {key}", text("id"));
        }
        assert!(found["holidays_nearby"].is_array());
    }
}

#[test]
fn local_times_dates_and_the_future() {
    let of = |more: &[&str]| json(&[&["deadline", "--authority", "DE-BY", "--json"], more].concat());
    let local = of(&["--aware-at", "2019-06-11 14:20", "--zone", "Europe/Berlin"]);
    assert_eq!(local["aware_utc"], "2019-06-11T12:20:00Z");
    assert_eq!(local["in_the_future"], false);
    let date = of(&["--aware-at", "2026-06-09"]);
    assert_eq!((&date["aware_utc"], &date["date_only"]), (&"2026-06-08T22:00:00Z".into(), &true.into()));
    assert_eq!(of(&["--aware-at", "2035-06-09T14:20:00Z"])["in_the_future"], true);
    let words =
        said(&breachdesk(&["deadline", "--aware-at", "2026-06-12T15:30:00+02:00", "--authority", "de"]));
    assert!(words.contains("Due                   2026-06-15 15:30:00 +02:00"), "{words}");
    assert!(words.contains("Contested, and never a due time"), "{words}");
}

#[test]
fn what_cannot_be_read_ends_with_code_2_and_one_line() {
    let of = |more: &[&str]| refused(&[&["deadline", "--json"], more].concat());
    for (aware, zone, authority, words) in [
        ("2026-06-09T14:20:00", "", "DE", "neither an offset nor a zone"),
        ("2026-03-29T02:30:00", "Europe/Berlin", "DE", "There was no 2026-03-29 02:30:00"),
        ("2026-10-25T02:30:00", "Europe/Rome", "IT", "happened twice"),
        ("2026-06-09T14:20:00Z", "", "XX", "no calendar \"XX\""),
        ("2026-06-09 14:20", "Mars/Olympus", "DE", "no zone \"Mars/Olympus\""),
        ("soon", "", "DE", "This is not a date and time"),
        ("2036-06-09T14:20:00Z", "", "DE", "known from 2018 to 2035 only"),
    ] {
        let mut more = vec!["--aware-at", aware, "--authority", authority];
        if !zone.is_empty() {
            more.extend(["--zone", zone]);
        }
        let line = of(&more);
        assert!(line.contains(words), "{line}");
    }
    assert!(
        refused(&["period", "--from", "31.1.2027", "--months", "1", "--calendar", "FR"]).contains("no date")
    );
    assert!(
        refused(&["period", "--from", "2035-12-31", "--months", "1", "--calendar", "FR"])
            .contains("2035 only")
    );
    for n in ["0", "-1", "1.5", "5001", "many"] {
        let count = format!("--business-days={n}");
        assert!(
            refused(&["period", "--from", "2027-01-29", &count, "--calendar", "US"])
                .contains("from 1 to 5000")
        );
    }
    let neither = breachdesk(&["period", "--from", "2027-01-31", "--calendar", "FR"]);
    assert_eq!(neither.status.code(), Some(2));
}

#[test]
fn periods_have_both_days() {
    let known = vectors();
    for m in known["months"].as_array().unwrap() {
        let (from, calendar) = (m["from"].as_str().unwrap(), m["calendar"].as_str().unwrap());
        let found = json(&["period", "--from", from, "--months", "1", "--calendar", calendar]);
        assert_eq!((&found["due_on"], &found["shifted_on"]), (&m["due_on"], &m["shifted_on"]), "{m}");
    }
    for b in known["business_days"].as_array().unwrap() {
        let (from, days) = (b["from"].as_str().unwrap(), b["days"].to_string());
        let found = json(&["period", "--from", from, "--business-days", &days, "--calendar", "US", "--json"]);
        assert_eq!((&found["due_on"], &found["shifted_on"]), (&b["due_on"], &b["due_on"]), "{b}");
    }
}

#[test]
fn the_rules_are_listed_with_source_and_status() {
    let listed = said(&breachdesk(&["clocks", "--rules"]));
    assert_eq!(listed.split("\n\n").count(), 61);
    for words in [
        "gdpr33  GDPR, Article 33: Notification to the supervisory authority",
        "  status: in force from 2018-05-25; read in the source; offered",
        "  source: Regulation (EU) 2022/2554, Art. 19",
        "a proposal, not law; read in the source; dormant, runs no clock",
    ] {
        assert!(listed.contains(words), "{words}\n{listed}");
    }
    let rules = json(&["clocks", "--rules", "--json"]);
    assert_eq!(rules.as_array().unwrap().len(), 61);
    assert_eq!(breachdesk(&["clocks"]).status.code(), Some(2));
}

#[test]
fn a_reader_that_stops_early_is_no_fault() {
    let folder = tempdir().unwrap();
    let mut child = command(folder.path(), &["clocks", "--rules", "--json"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{}", said(&done));
}

#[test]
fn a_calendar_is_corrected_by_the_configuration() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("desk.toml");
    std::fs::write(&file, "[calendars.DE]\nadded = [\"2026-06-10\"]\n").unwrap();
    let config = file.display().to_string();
    let asked = [
        "--config",
        &config,
        "deadline",
        "--authority",
        "DE",
        "--json",
        "--aware-at",
        "2026-06-09T14:20:00+02:00",
    ];
    let done = command(folder.path(), &asked).output().unwrap();
    let found: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(found["holidays_nearby"], serde_json::json!(["2026-06-10"]));
    assert_eq!((&found["due_utc"], &found["undisputed"]), (&"2026-06-12T12:20:00Z".into(), &false.into()));
}
