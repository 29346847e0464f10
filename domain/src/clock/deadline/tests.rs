use super::*;
use crate::{
    clock::{calendar::calendars, due, period},
    moment::{NotAMoment, Precision, Zone, parse_for, rfc3339_seconds},
};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    vectors: Vec<Vector>,
    invalid: Vec<Invalid>,
    months: Vec<Months>,
    business_days: Vec<BusinessDays>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: String,
    aware_at: String,
    zone: Zone,
    calendar: String,
    holidays: Vec<NaiveDate>,
    due: String,
    hour_rule: String,
    touch: String,
    hours_48: String,
    full_days: String,
    undisputed: bool,
    title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Invalid {
    id: String,
    expect: String,
    #[serde(alias = "aware_local")]
    aware_at: String,
    tz: Option<Zone>,
    #[serde(default, rename = "first_detected_at")]
    _detected_at: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Months {
    id: String,
    from: NaiveDate,
    calendar: String,
    due_on: NaiveDate,
    shifted_on: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BusinessDays {
    id: String,
    from: NaiveDate,
    calendar: String,
    days: u32,
    due_on: NaiveDate,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    parse_for(text, None, Zone::UTC).unwrap().at
}

#[test]
fn every_vector() {
    let vectors = fixture().vectors;
    assert_eq!(vectors.len(), 20);
    for v in vectors {
        let authority = calendars().get(&v.calendar).unwrap();
        let found = deadline(at(&v.aware_at), authority).unwrap();
        let told = [
            found.due_at,
            found.hour_rule_at,
            found.art_3_5.touch_at,
            found.art_3_5.hours_48_at,
            found.art_3_5.full_days_at,
        ];
        let expected = [&v.due, &v.hour_rule, &v.touch, &v.hours_48, &v.full_days];
        assert_eq!(told.map(rfc3339_seconds), expected.map(String::clone), "{} {}", v.id, v.title);
        assert_eq!(found.undisputed, v.undisputed, "{}", v.id);
        assert_eq!(found.zone, v.zone, "{}", v.id);
        // The window begins two days before awareness; one vector lists a holiday of the day before that.
        let aware_on = found.aware_at.with_timezone(&found.zone).date_naive();
        let near = |date: &NaiveDate| (-2..=10).contains(&(*date - aware_on).num_days());
        let holidays: Vec<NaiveDate> = v.holidays.into_iter().filter(near).collect();
        assert_eq!(found.holidays_nearby, holidays, "{}", v.id);
    }
}

#[test]
fn inputs_that_have_to_be_refused_or_asked_about() {
    let berlin = Zone::Europe__Berlin;
    let mut seen = Vec::new();
    for x in fixture().invalid {
        let read = parse_for(&x.aware_at, x.tz, berlin);
        let said = match (&read, x.expect.as_str()) {
            (Err(NotAMoment::DoesNotExist { .. }), "reject") => "does not exist",
            (Err(NotAMoment::Twice { .. }), "ask") => "twice",
            (Err(NotAMoment::NoZone), "reject") => "no zone",
            (Ok(day), "ask") if day.precision == Precision::Day => {
                assert_eq!(rfc3339_seconds(day.at), "2026-06-08T22:00:00Z");
                "a day"
            }
            // These two are for a case to refuse, which knows the present and the other instants.
            (Ok(_), _) if ["X05", "X06"].contains(&x.id.as_str()) => "readable",
            other => panic!("{}: {other:?}", x.id),
        };
        seen.push(said);
    }
    assert_eq!(seen, ["does not exist", "twice", "no zone", "a day", "readable", "readable"]);
}

#[test]
fn periods_of_months_and_of_business_days() {
    for m in fixture().months {
        let found = period::months(m.from, 1, calendars().get(&m.calendar).unwrap()).unwrap();
        assert_eq!((found.due_on, found.shifted_on), (m.due_on, m.shifted_on), "{}", m.id);
    }
    for b in fixture().business_days {
        let found = period::business_days(b.from, b.days, calendars().get(&b.calendar).unwrap()).unwrap();
        assert_eq!((found.due_on, found.shifted_on), (b.due_on, b.due_on), "{}", b.id);
    }
}

#[test]
fn at_the_full_hour_the_hour_itself_is_not_counted() {
    let found = deadline(at("2026-06-09T14:00:00+02:00"), calendars().get("DE").unwrap()).unwrap();
    assert_eq!(rfc3339_seconds(found.due_at), "2026-06-12T12:00:00Z");
    assert_eq!(rfc3339_seconds(found.hour_rule_at), "2026-06-12T13:00:00Z");
}

#[test]
fn beyond_the_calendars_is_said_and_the_due_time_needs_none() {
    let calendar = calendars().get("FR").unwrap();
    for outside in
        ["2036-06-09T14:20:00Z", "2035-12-25T10:00:00Z", "2017-06-09T14:20:00Z", "2018-01-02T10:00:00Z"]
    {
        let error = deadline(at(outside), calendar).unwrap_err();
        assert!(error.to_string().contains("from 2018 to 2035"), "{error}");
    }
    assert_eq!(rfc3339_seconds(due(at("2036-06-09T14:20:00Z"))), "2036-06-12T14:20:00Z");
    deadline(at("2035-12-21T10:00:00Z"), calendar).unwrap();
}

/// The readings again, from their definitions, minute by minute: slow and simple.
fn by_minutes(aware_at: DateTime<Utc>, authority: &Calendar) -> [DateTime<Utc>; 4] {
    let zone = authority.zone();
    let mut start = aware_at + Duration::seconds(1);
    while start.with_timezone(&zone).format("%M%S%f").to_string() != "0000000000000" {
        start += Duration::seconds(1);
    }
    let end = start + Duration::hours(72);
    let working = |t: DateTime<Utc>| authority.is_working_day(t.with_timezone(&zone).date_naive()).unwrap();
    let (mut dates, mut minutes) = (std::collections::BTreeMap::<NaiveDate, i64>::new(), 0);
    let (mut touch, mut hours, mut full) = (None, None, None);
    let mut t = start;
    while touch.is_none() || hours.is_none() || full.is_none() {
        let date = t.with_timezone(&zone).date_naive();
        if working(t) {
            minutes += 1;
            *dates.entry(date).or_default() += 1;
        }
        t += Duration::minutes(1);
        let closed = t.with_timezone(&zone).date_naive() != date;
        // Two days touched before the end: nothing to add. Else the second day counts to its midnight.
        if touch.is_none()
            && dates.len() >= 2
            && (dates.keys().nth(1).is_some_and(|second| day_start(*second, zone).unwrap() < end) || closed)
        {
            touch = Some(t);
        }
        hours = hours.or((minutes >= 48 * 60).then_some(t));
        let whole = dates.iter().filter(|(d, _)| day_start(**d, zone).unwrap() >= start).count();
        full = full.or((closed && whole >= 2).then_some(t));
    }
    [end, touch.unwrap().max(end), hours.unwrap().max(end), full.unwrap().max(end)]
}

fn any_calendar() -> impl Strategy<Value = &'static Calendar> {
    let all: Vec<&Calendar> = calendars().all().collect();
    proptest::sample::select(all)
}

/// Seconds of 2018-05-25 to 2035-12-01.
const SECONDS: std::ops::Range<i64> = 1_527_206_400..2_080_080_000;

proptest! {
    #[test]
    fn the_readings_stand_in_their_order(seconds in SECONDS, micros in 0u32..1_000_000, authority in any_calendar()) {
        let aware_at = DateTime::from_timestamp(seconds, micros * 1_000).unwrap();
        let found = deadline(aware_at, authority).unwrap();
        let r = found.art_3_5;
        prop_assert_eq!(found.due_at, due(aware_at));
        prop_assert_eq!(found.due_at - aware_at, Duration::hours(72));
        prop_assert!(found.due_at < found.hour_rule_at);
        prop_assert!(found.hour_rule_at - found.due_at <= Duration::minutes(60));
        prop_assert!(found.hour_rule_at <= r.touch_at);
        prop_assert!(r.touch_at <= r.hours_48_at);
        prop_assert!(r.hours_48_at <= r.full_days_at);
        prop_assert_eq!(found.undisputed, r.full_days_at == found.hour_rule_at);
        // The zone in which awareness was written changes nothing.
        for zone in [Zone::Asia__Kathmandu, Zone::America__St_Johns, authority.zone()] {
            let written = aware_at.with_timezone(&zone).to_rfc3339();
            prop_assert_eq!(&deadline(at(&written), authority).unwrap(), &found);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_readings_are_those_counted_minute_by_minute(seconds in SECONDS, authority in any_calendar()) {
        let aware_at = DateTime::from_timestamp(seconds, 0).unwrap();
        let found = deadline(aware_at, authority).unwrap();
        let r = found.art_3_5;
        prop_assert_eq!([found.hour_rule_at, r.touch_at, r.hours_48_at, r.full_days_at], by_minutes(aware_at, authority));
    }
}

/// Run by the test below in a process of its own, once for each zone.
#[test]
fn prints_every_due_time() {
    for v in fixture().vectors {
        let found = deadline(at(&v.aware_at), calendars().get(&v.calendar).unwrap()).unwrap();
        println!("{found:?}");
    }
}

#[test]
fn the_zone_of_the_machine_changes_nothing() {
    let printed = |zone: &str| {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "clock::deadline::tests::prints_every_due_time", "--nocapture"])
            .env("TZ", zone);
        let said = String::from_utf8(command.output().unwrap().stdout).unwrap();
        let lines: Vec<String> =
            said.lines().filter(|l| l.contains("Deadline {")).map(str::to_owned).collect();
        assert_eq!(lines.len(), 20, "{said}");
        lines
    };
    let first = printed("UTC");
    for zone in ["Asia/Kathmandu", "Pacific/Auckland", "America/Los_Angeles"] {
        assert_eq!(printed(zone), first, "{zone}");
    }
}
