use super::*;
use crate::clock::{calendar::calendars, span::Trigger};
use crate::moment::{parse_for, rfc3339_seconds};
use chrono::{Datelike, Weekday};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn stage(within: &str) -> Stage {
    Stage {
        name: "s".to_owned(),
        title: "S".to_owned(),
        trigger: Trigger::BecameAware,
        after: Vec::new(),
        same_report_as: String::new(),
        within: within.parse().unwrap(),
        wording: String::new(),
        recipient: "r".to_owned(),
        applies_when: String::new(),
        source: String::new(),
    }
}

fn due(within: &str, at: &str, authority: &str) -> StageDue {
    let at = parse_for(at, None, Zone::UTC).unwrap().at;
    stage(within).due(at, calendars().get(authority).unwrap(), calendars()).unwrap()
}

#[test]
fn months_end_with_the_day_of_the_same_number_or_the_last_one() {
    let france = calendars().get("FR").unwrap();
    for (from, n, due_on, shifted_on) in [
        ("2024-01-31", 1, "2024-02-29", "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28", "2023-02-28"),
        ("2024-02-29", 12, "2025-02-28", "2025-02-28"),
        ("2026-04-15", 1, "2026-05-15", "2026-05-15"),
        ("2026-04-14", 1, "2026-05-14", "2026-05-15"),
        ("2026-03-04", 1, "2026-04-04", "2026-04-07"),
        ("2026-12-31", 2, "2027-02-28", "2027-03-01"),
    ] {
        let found = months(day(from), n, france).unwrap();
        assert_eq!((found.due_on, found.shifted_on), (day(due_on), day(shifted_on)), "{from} {n}");
    }
    assert!(months(day("2035-12-15"), 1, france).is_err());
    assert!(months(day("2026-12-15"), u32::MAX, france).is_err());
    assert!(calendar_days(day("2026-12-15"), u32::MAX, france).is_err());
    assert!(business_days(day("2036-12-15"), 1, france).is_err());
    assert!(business_days(day("2035-12-15"), 20, france).is_err());
}

#[test]
fn a_period_of_days_ends_with_its_last_day_at_the_authority() {
    let StageDue::On { period, due_at, shifted_at } = due("3 calendar days", "2026-03-26T22:30:00Z", "FR")
    else {
        panic!("days")
    };
    // 23:30 of Thursday in Paris. Three days later is Sunday, which has 23 hours.
    assert_eq!((period.due_on, period.shifted_on), (day("2026-03-29"), day("2026-03-30")));
    assert_eq!(rfc3339_seconds(due_at), "2026-03-29T22:00:00Z");
    assert_eq!(rfc3339_seconds(shifted_at), "2026-03-30T22:00:00Z");
    // An hour later it is Friday in Paris already.
    let later = due("3 calendar days", "2026-03-26T23:30:00Z", "FR");
    assert_eq!(later.due_at().map(rfc3339_seconds).as_deref(), Some("2026-03-30T22:00:00Z"));
    let hours = due("24 hours", "2026-03-28T22:30:00Z", "FR");
    assert_eq!(hours.due_at().map(rfc3339_seconds).as_deref(), Some("2026-03-29T22:30:00Z"));
    assert_eq!(due("without undue delay", "2026-03-28T22:30:00Z", "FR").due_at(), None);
}

#[test]
fn business_days_are_those_of_the_calendar_the_rule_names() {
    // Thursday evening in Berlin, Thursday afternoon in New York; the Friday is a holiday there.
    let StageDue::On { period, due_at, .. } = due("4 business days of US", "2026-07-02T19:00:00Z", "DE")
    else {
        panic!("days")
    };
    assert_eq!(period.due_on, day("2026-07-09"));
    assert_eq!(rfc3339_seconds(due_at), "2026-07-10T04:00:00Z", "midnight in New York");
}

#[test]
fn a_year_ends_where_the_authority_is() {
    let at = |text: &str| parse_for(text, None, Zone::UTC).unwrap().at;
    let end = |text: &str| year_end(at(text), Zone::America__New_York).map(rfc3339_seconds).unwrap();
    assert_eq!(end("2026-06-09T12:00:00Z"), "2027-01-01T04:59:59Z");
    assert_eq!(end("2027-01-01T04:00:00Z"), "2027-01-01T04:59:59Z", "still the old year there");
    assert_eq!(end("2027-01-01T05:00:00Z"), "2028-01-01T04:59:59Z");
}

proptest! {
    #[test]
    fn what_is_shifted_is_the_next_working_day(offset in 0i64..6_000, n in 1u32..24) {
        let from = day("2018-01-01") + Duration::days(offset);
        for calendar in ["DE", "GR", "BR"].map(|code| calendars().get(code).unwrap()) {
            for found in [months(from, n.min(12), calendar), calendar_days(from, n, calendar)].map(Result::unwrap) {
                prop_assert!(found.due_on <= found.shifted_on && found.due_on > from);
                prop_assert!(calendar.is_working_day(found.shifted_on).unwrap());
                let mut skipped = found.due_on;
                while skipped < found.shifted_on {
                    prop_assert!(!calendar.is_working_day(skipped).unwrap());
                    skipped += Duration::days(1);
                }
            }
            let found = business_days(from, n, calendar).unwrap();
            prop_assert_eq!(found.due_on, found.shifted_on);
            let days = from.iter_days().skip(1).take_while(|d| *d <= found.due_on);
            let worked = days.filter(|d| calendar.is_working_day(*d).unwrap()).count();
            prop_assert_eq!(worked, n as usize);
            prop_assert!(!matches!(found.due_on.weekday(), Weekday::Sat | Weekday::Sun));
        }
    }
}
