//! Each contradiction appears with the answers that make it, and with no others.

use super::super::{Source, derived};
use super::*;
use crate::{fact::Certainty, id::AccountId};

fn sheet(answers: &[(&str, Certainty, Value)]) -> Sheet {
    let at = "2026-06-10T08:00:00Z".parse().unwrap();
    let by = AccountId::from_bits([1; 16]);
    let facts = answers.iter().map(|(key, sure, value)| derived(key, *sure, Some(value.clone()), at, by));
    let mut sheet = Sheet::default();
    sheet.lay(Source::Incident, facts);
    sheet
}

fn found(answers: &[(&str, Value)]) -> Vec<&'static str> {
    let answers: Vec<_> = answers.iter().map(|(key, v)| (*key, Certainty::Exact, v.clone())).collect();
    contradictions(&sheet(&answers)).into_iter().map(|c| c.code).collect()
}

fn number(n: u64) -> Value {
    Value::Number(n)
}

fn instant(text: &str) -> Value {
    Value::Instant(text.parse().unwrap())
}

fn choice(code: &str) -> Value {
    Value::Choice(code.to_owned())
}

fn choices(codes: &[&str]) -> Value {
    Value::Choices(codes.iter().map(|&c| c.to_owned()).collect())
}

fn counts(of: &[(&str, u64)]) -> Value {
    Value::Counts(of.iter().map(|(code, n)| ((*code).to_owned(), *n)).collect())
}

#[test]
fn what_does_not_fit_is_named_and_what_fits_is_not() {
    let early = instant("2026-06-08T10:00:00Z");
    let late = instant("2026-06-09T10:00:00Z");
    let range = Value::Range { low: 100, high: 200 };
    type Case<'a> = (&'a [(&'a str, Value)], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (&[], &[]),
        (&[("time.start", late.clone()), ("time.end", early.clone())], &["end_before_start"]),
        (&[("time.start", early.clone()), ("time.end", early.clone())], &[]),
        (&[("time.start", late.clone()), ("time.aware", early.clone())], &["aware_before_start"]),
        (&[("people.count", number(0)), ("data.records", number(3))], &["data_without_people"]),
        (&[("people.count", number(3)), ("data.records", number(0))], &["people_without_data"]),
        (&[("people.count", number(0)), ("data.records", number(0))], &[]),
        (&[("data.records", number(101)), ("data.held", number(100))], &["more_records_than_exist"]),
        (&[("data.records", number(100)), ("data.held", number(100))], &[]),
        (&[("data.records", range.clone()), ("data.held", number(99))], &["more_records_than_exist"]),
        (&[("data.records", range.clone()), ("data.held", number(150))], &[]),
        (
            &[("people.count", number(10)), ("xb.count_by_country", counts(&[("DE", 6), ("FR", 5)]))],
            &["countries_do_not_sum"],
        ),
        (&[("people.count", number(11)), ("xb.count_by_country", counts(&[("DE", 6), ("FR", 5)]))], &[]),
        (&[("people.count", range.clone()), ("xb.count_by_country", counts(&[("DE", 150)]))], &[]),
        (
            &[("people.count", range.clone()), ("xb.count_by_country", counts(&[("DE", 201)]))],
            &["countries_do_not_sum"],
        ),
        (&[("people.count", range), ("ds.count", number(201))], &["more_told_than_affected"]),
        (&[("ds.status", choice("planned_date")), ("ds.count", number(1))], &["told_against_status"]),
        (&[("ds.status", choice("yes")), ("ds.count", number(1))], &[]),
        (&[("ds.status", choice("planned_date")), ("ds.count", number(0))], &[]),
        (
            &[
                ("xb.subject_countries", Value::Countries(vec!["DE".to_owned()])),
                ("xb.count_by_country", counts(&[("DE", 1), ("FR", 1)])),
            ],
            &["country_not_named"],
        ),
        (
            &[("risk.outcome", choice("high_risk")), ("ds.status", choice("no_not_high_risk"))],
            &["risk_against_communication"],
        ),
        (
            &[("risk.outcome", choice("unlikely")), ("cons.severity", choice("severe"))],
            &["unlikely_but_severe"],
        ),
        (
            &[("ds.exemption", choice("a_unintelligible")), ("nature.unintelligible", choice("no"))],
            &["readable_but_exempt"],
        ),
        (
            &[("ds.exemption", choice("a_unintelligible")), ("nature.unintelligible", choice("yes_intact"))],
            &[],
        ),
        (
            &[("nature.cia", choices(&["integrity"])), ("cons.conf", choices(&["misuse"]))],
            &["consequence_without_loss"],
        ),
        (
            &[
                ("ds.status", choice("yes")),
                ("ds.date", Value::Date("2026-06-08".parse().unwrap())),
                ("time.start", late),
            ],
            &["told_before_start"],
        ),
    ];
    for (answers, expected) in cases {
        assert_eq!(&found(answers), expected, "{answers:?}");
    }
}

#[test]
fn an_estimate_may_be_a_tenth_off() {
    let with = |sum| {
        let by_country = ("xb.count_by_country", Certainty::Exact, counts(&[("DE", sum)]));
        contradictions(&sheet(&[("people.count", Certainty::Approximate, number(1_000)), by_country])).len()
    };
    assert_eq!([899, 900, 1_100, 1_101].map(with), [1, 0, 0, 1]);
}

#[test]
fn every_key_it_names_exists() {
    for known in [
        "time.start",
        "time.end",
        "time.aware",
        "people.count",
        "data.records",
        "xb.count_by_country",
        "ds.count",
        "xb.subject_countries",
        "risk.outcome",
        "ds.status",
        "cons.severity",
        "ds.exemption",
        "nature.unintelligible",
        "nature.cia",
        "cons.conf",
        "ds.date",
    ] {
        assert!(crate::fact::catalogue::catalogue().get(known).is_some(), "{known}");
    }
}
