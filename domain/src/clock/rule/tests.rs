use super::*;
use crate::clock::rules::{find, rules};

const GOOD: &str = r#"code = "t1"
regime = "Regime"
title = "Title"
scope = "anybody"

[[version]]
effective_from = 2020-01-01
effective_to = 2021-12-31
status = "in_force"
confidence = "high"
source = "A law, Art. 1"
threshold = "a breach"
recipient = "authority"
channel = "form"

[[version.stage]]
name = "first"
title = "First"
trigger = "detected"
within = "24 hours"
recipient = "authority"

[[version.stage]]
name = "second"
title = "Second"
trigger = "previous_report_submitted"
after = ["first"]
within = "without undue delay"
wording = "promptly"
recipient = "authority"

[[version]]
effective_from = 2023-01-01
status = "in_force"
confidence = "medium"
source = "A law, Art. 1, as amended"
threshold = "a breach"
recipient = "authority"
channel = "form"
"#;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn the_date_of_the_trigger_picks_the_version() {
    let rule = Rule::parse("t1.toml", GOOD).unwrap();
    let source = |on: &str| match rule.pick_on(day(on)) {
        Picked::Version(version) => version.source.clone(),
        other => other.why_not().unwrap(),
    };
    assert_eq!(source("2020-01-01"), "A law, Art. 1");
    assert_eq!(source("2021-12-31"), "A law, Art. 1");
    assert_eq!(source("2023-01-01"), "A law, Art. 1, as amended");
    assert!(source("2019-12-31").contains("before 2020-01-01"), "{}", source("2019-12-31"));
    assert!(source("2022-06-01").contains("No version of this rule held on 2022-06-01"));
    assert_eq!(rule.offer(day("2021-01-01")), Offer::Offered);
    assert_eq!(rule.offer(day("2023-01-01")), Offer::Unverified, "medium confidence");
    assert_eq!(rule.offer(day("2022-06-01")), Offer::Unverified, "in force later");
    assert_eq!(rule.current(day("2019-01-01")).unwrap().source, "A law, Art. 1");
    assert_eq!(rule.current(day("2022-06-01")).unwrap().source, "A law, Art. 1, as amended");
}

#[test]
fn the_day_is_that_of_the_authority() {
    let pecr = find("ukpecr").unwrap();
    let hours = |at: &str, zone: Zone| {
        let at = crate::moment::parse_for(at, None, Zone::UTC).unwrap().at;
        let Picked::Version(version) = pecr.pick(at, zone) else { panic!("{at}") };
        version.stages[0].within.to_string()
    };
    // 00:30 of 20 August 2025 in London is 23:30 of the day before in UTC.
    assert_eq!(hours("2025-08-19T23:30:00Z", Zone::Europe__London), "72 hours");
    assert_eq!(hours("2025-08-19T22:59:59Z", Zone::Europe__London), "24 hours");
    assert_eq!(hours("2025-08-19T23:30:00Z", Zone::UTC), "24 hours");
}

#[test]
fn before_the_first_version_and_under_a_proposal_no_clock_runs() {
    let before = find("cra14_inc").unwrap().pick_on(day("2026-09-10"));
    assert_eq!(before, Picked::BeforeFirst { first: day("2026-09-11") });
    let omnibus = find("gdpr33_omnibus").unwrap();
    assert_eq!(omnibus.pick_on(day("2027-01-01")), Picked::Dormant);
    assert_eq!(omnibus.offer(day("2027-01-01")), Offer::Dormant);
    assert!(Picked::Dormant.why_not().unwrap().contains("not law"));
}

#[test]
fn what_is_offered_is_in_force_and_of_high_confidence() {
    let on = day("2026-11-22");
    let of = |offer: Offer| crate::clock::rules::with_offer(offer, on).count();
    assert_eq!((of(Offer::Offered), of(Offer::Unverified), of(Offer::Dormant)), (24, 36, 1));
    for rule in rules() {
        let version = rule.current(on).unwrap();
        let sure = version.status == Status::InForce && version.confidence == Confidence::High;
        assert_eq!(rule.offer(on) == Offer::Offered, sure, "{}", rule.code);
    }
}

#[test]
fn a_malformed_file_names_line_and_remedy() {
    let mut unmet = Vec::new();
    for (what, instead, line, words) in [
        ("scope = \"anybody\"\n", "", 1, "`scope` is missing here. Add a line for it."),
        ("scope", "scoop", 4, "`scoop` is not part of a rule. Remove it, or use one of"),
        ("code = \"t1\"", "code = \"T 1\"", 1, "lower-case letters"),
        ("code = \"t1\"", "code = \"t2\"", 1, "the file must be called t2.toml"),
        (
            "trigger = \"detected\"",
            "trigger = \"noticed\"",
            19,
            "`noticed` is not one of the words. Use one of",
        ),
        ("within = \"24 hours\"", "within = \"24 h\"", 20, "Write it like \"72 hours\""),
        ("within = \"24 hours\"", "within = \"3 business days of XX\"", 20, "There is no calendar \"XX\""),
        ("after = [\"first\"]", "after = [\"third\"]", 27, "Name one that stands above"),
        (
            "after = [\"first\"]",
            "after = [\"first\"]\nsame_report_as = \"third\"",
            28,
            "Name one that stands above",
        ),
        ("after = [\"first\"]\n", "", 23, "`after` belongs to the trigger previous_report_submitted"),
        ("wording = \"promptly\"\n", "", 23, "`wording` is for limits without a number"),
        ("name = \"second\"", "name = \"first\"", 24, "There is a stage first already"),
        ("effective_to = 2021-12-31\n", "", 31, "don't overlap"),
        ("effective_to = 2021-12-31", "effective_to = 2019-12-31", 6, "Swap or correct"),
        ("effective_from = 2023-01-01\n", "", 32, "needs effective_from"),
        ("effective_from = 2023-01-01", "effective_from = \"2023-01-01\"", 33, "Compare it with gdpr33.toml"),
        ("effective_from = 2023-01-01", "effective_from = 2023-01-01T10:00:00", 33, "This is no day"),
        ("channel = \"form\"", "channel = \"\"", 14, "This is empty"),
        ("channel = \"form\"", "channel = \" form\"", 14, "no spaces around it"),
        ("status = \"in_force\"", "status = in_force", 9, "This is no valid rule"),
        ("status = \"in_force\"", "status = \"bill\"", 6, "What is not law has no effective_from"),
    ] {
        assert!(GOOD.contains(what), "{what}");
        let errors = Rule::parse("t1.toml", &GOOD.replacen(what, instead, 1)).unwrap_err();
        let said = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let expected =
            |e: &RuleError| (e.file.as_str(), e.line) == ("t1.toml", line) && e.message.contains(words);
        if !errors.iter().any(expected) {
            unmet.push(format!("{line} {words}\n{said}"));
        }
    }
    assert!(unmet.is_empty(), "{}", unmet.join("\n"));
    let head = GOOD.split("[[version]]").next().unwrap();
    let errors = Rule::parse("t1.toml", head).unwrap_err();
    assert!(errors[0].message.contains("Add a [[version]]"), "{errors:?}");
}
