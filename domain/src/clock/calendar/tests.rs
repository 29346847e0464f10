use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn get(code: &str) -> &'static Calendar {
    calendars().get(code).unwrap()
}

/// The states of the European Economic Area.
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

const LAENDER: [&str; 16] =
    ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"];

#[test]
fn every_calendar_is_there_with_every_year() {
    let laender = LAENDER.map(|land| format!("DE-{land}"));
    let others = ["BR", "CH", "EU", "GB-EAW", "GB-NIR", "GB-SCT", "US"];
    let mut codes: Vec<&str> =
        EEA.iter().copied().chain(others).chain(laender.iter().map(String::as_str)).collect();
    codes.sort_unstable();
    let found: Vec<&str> = calendars().all().map(Calendar::code).collect();
    assert_eq!(found, codes);
    assert!(calendars().source().starts_with("holidays 0."), "{}", calendars().source());
    for calendar in calendars().all() {
        for year in 2018..=2035 {
            let days = |m, d| NaiveDate::from_ymd_opt(year, m, d).unwrap();
            let holidays = calendar.holidays(days(1, 1), days(12, 31)).unwrap();
            let count = holidays.len();
            assert!((4..=25).contains(&count), "{} {year}: {count}", calendar.code());
            assert!(holidays.contains(&days(12, 25)), "{} {year}", calendar.code());
            assert!(!calendar.name().is_empty());
        }
    }
}

#[test]
fn holidays_change_with_the_years() {
    let is = |code: &str, date: &str| get(code).is_holiday(day(date)).unwrap();
    // Each pair: the last year on one side of a change of law and the first on the other.
    for (code, with, without) in [
        ("DK", "2023-05-05", "2024-04-26"),
        ("PL", "2025-12-24", "2024-12-24"),
        ("IT", "2026-10-04", "2025-10-04"),
        ("IE", "2023-02-06", "2022-02-07"),
        ("US", "2021-06-19", "2020-06-19"),
        ("DE-BE", "2019-03-08", "2018-03-08"),
        ("DE-TH", "2019-09-20", "2018-09-20"),
        ("LU", "2019-05-09", "2018-05-09"),
        ("BR", "2024-11-20", "2023-11-20"),
    ] {
        assert!(is(code, with), "{code} {with}");
        assert!(!is(code, without), "{code} {without}");
    }
    assert!(is("DE-BY", "2026-06-04") && !is("DE", "2026-06-04") && !is("DE-BE", "2026-06-04"));
    assert!(is("GB-SCT", "2026-01-02") && !is("GB-EAW", "2026-01-02"));
    assert!(is("GB-NIR", "2026-07-13") && !is("GB-SCT", "2026-07-13"));
    assert!(is("GR", "2026-04-10") && !is("GR", "2026-04-03"), "Orthodox Good Friday");
    assert!(is("US", "2026-07-03"), "observed on Friday");
    assert!(is("ES", "2026-11-01"), "a Sunday, and still a holiday");
}

#[test]
fn the_institutions_keep_the_days_of_the_commissions_decision() {
    // Decision of 25 May 2021 for 2023, staff in Brussels, without the days on a weekend.
    let published = [
        "2023-01-02",
        "2023-04-06",
        "2023-04-07",
        "2023-04-10",
        "2023-05-01",
        "2023-05-09",
        "2023-05-18",
        "2023-05-19",
        "2023-05-29",
        "2023-07-21",
        "2023-08-15",
        "2023-11-01",
        "2023-11-02",
        "2023-12-25",
        "2023-12-26",
        "2023-12-27",
        "2023-12-28",
        "2023-12-29",
    ];
    let all = get("EU").holidays(day("2023-01-01"), day("2023-12-31")).unwrap();
    let weekdays: Vec<NaiveDate> =
        all.into_iter().filter(|d| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun)).collect();
    assert_eq!(weekdays, published.map(day));
}

#[test]
fn zones_are_those_of_the_authorities() {
    for (code, zone) in [
        ("FR", "Europe/Paris"),
        ("CY", "Asia/Nicosia"),
        ("IS", "Atlantic/Reykjavik"),
        ("DE-BY", "Europe/Berlin"),
    ] {
        assert_eq!(get(code).zone().name(), zone);
    }
}

#[test]
fn codes_are_read_in_either_case_and_under_other_names() {
    for (typed, code) in [
        ("fr", "FR"),
        (" de-by ", "DE-BY"),
        ("GB", "GB-EAW"),
        ("EL", "GR"),
        ("EU-INST", "EU"),
        ("gb-nir", "GB-NIR"),
    ] {
        assert_eq!(get(typed).code(), code);
    }
    for unknown in ["", "XX", "DE-XX", "DE_BY", "FRA", "source", "2026"] {
        let error = calendars().get(unknown).unwrap_err();
        assert!(error.to_string().contains("Use an ISO code such as FR"), "{error}");
    }
}

#[test]
fn a_correction_adds_and_removes_days_of_one_calendar() {
    let correction = Correction {
        calendar: "fr".to_owned(),
        added: vec![day("2026-06-10")],
        removed: vec![day("2026-05-25"), day("2026-05-26")],
    };
    let corrected = calendars().corrected(std::slice::from_ref(&correction)).unwrap();
    let works = |date: &str| corrected.get("FR").unwrap().is_working_day(day(date)).unwrap();
    assert!(!works("2026-06-10") && works("2026-05-25") && works("2026-05-26"));
    assert!(get("FR").is_working_day(day("2026-06-10")).unwrap(), "what ships stays as it is");
    assert_eq!(corrected.get("BE"), calendars().get("BE"));
    let unknown = Correction { calendar: "XX".to_owned(), ..correction.clone() };
    assert!(matches!(calendars().corrected(&[unknown]), Err(CalendarError::Unknown { .. })));
    let beyond = Correction { added: vec![day("2036-01-01")], ..correction };
    assert!(matches!(calendars().corrected(&[beyond]), Err(CalendarError::Beyond { .. })));
}

#[test]
fn outside_its_years_a_calendar_says_so() {
    let france = get("FR");
    for outside in ["2017-12-31", "2036-01-01"] {
        let error = france.is_working_day(day(outside)).unwrap_err();
        assert!(error.to_string().contains("known from 2018 to 2035 only"), "{error}");
    }
    assert_eq!(france.working_day_from(day("2026-08-15")).unwrap(), day("2026-08-17"));
    assert!(france.working_day_from(day("2035-12-29")).is_ok());
    assert!(france.holidays(day("2026-12-31"), day("2026-01-01")).unwrap().is_empty());
}

#[test]
fn a_broken_file_names_its_line_and_the_remedy() {
    for (text, line, words) in [
        ("years 2018\n", 1, "These are no years"),
        ("years 2018 2018\n2018 0101\n", 2, "before any calendar"),
        ("years 2018 2018\nFR Europe/Pariis France\n", 2, "is no zone"),
        ("years 2018 2018\nFR Europe/Paris France\n2019 0101\n", 3, "not among the years"),
        ("years 2018 2018\nFR Europe/Paris France\n2018 0101 0230\n", 3, "\"0230\" is no date"),
    ] {
        let error = Calendars::parse(text).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(
            error.to_string().contains(words) && error.to_string().contains("cargo xtask calendars"),
            "{error}"
        );
    }
    assert!(Calendars::parse(include_str!("../calendars.txt")).is_ok());
}
