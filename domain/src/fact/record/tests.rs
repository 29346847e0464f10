//! What can be typed as an answer, and what is said to what can't.

use super::*;
use crate::fact::catalogue::catalogue;

const BERLIN: Zone = Zone::Europe__Berlin;

fn now() -> DateTime<Utc> {
    "2026-06-10T22:30:00Z".parse().unwrap()
}

fn exact(value: &str) -> RecordFactInput {
    RecordFactInput { certainty: "exact".into(), value: value.into(), ..Default::default() }
}

fn several(values: &[&str]) -> RecordFactInput {
    let values = values.iter().map(|&v| v.to_owned()).collect();
    RecordFactInput { certainty: "exact".into(), values, ..Default::default() }
}

fn parse(key: &str, input: &RecordFactInput) -> Result<NewAnswer, Refusal> {
    input.parse(catalogue().get(key).unwrap(), BERLIN, now())
}

fn value(key: &str, input: &RecordFactInput) -> Value {
    parse(key, input).unwrap().value.unwrap()
}

fn errors(key: &str, input: &RecordFactInput) -> Vec<(String, &'static str)> {
    match parse(key, input) {
        Err(Refusal::Invalid(errors)) => errors.into_iter().map(|e| (e.field, e.code)).collect(),
        other => panic!("{key}: {other:?}"),
    }
}

#[test]
fn each_kind_takes_its_values() {
    let text = |t: &str| Value::Text(t.into());
    let counts =
        |list: &[(&str, u64)]| Value::Counts(list.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect());
    for (key, input, expected) in [
        ("ctrl.name", exact(" Example Ltd "), text("Example Ltd")),
        ("nature.text", exact("One.\r\nTwo.  \n"), text("One.\nTwo.")),
        ("info.contact", exact("Desk\r\ndesk@example.org"), text("Desk\ndesk@example.org")),
        ("people.count", exact("4812"), Value::Number(4812)),
        ("people.count", exact("4,812"), Value::Number(4812)),
        ("people.count", exact("1.204.812"), Value::Number(1_204_812)),
        ("people.count", exact("10 000 000 000"), Value::Number(NUMBER_MAX)),
        ("people.count", exact("0"), Value::Number(0)),
        ("dpo.exists", exact("true"), Value::Bool(true)),
        ("dpo.exists", exact("no"), Value::Bool(false)),
        ("nature.cause", exact("external_malicious"), Value::Choice("external_malicious".into())),
        // In the catalogue's order, each once, whatever the order in which they were ticked.
        (
            "nature.cia",
            several(&["integrity", "confidentiality", "", "integrity"]),
            Value::Choices(vec!["confidentiality".into(), "integrity".into()]),
        ),
        (
            "nature.cia",
            exact("availability, integrity"),
            Value::Choices(vec!["integrity".into(), "availability".into()]),
        ),
        ("time.start", exact("2026-06-09 14:20"), Value::Instant("2026-06-09T12:20:00Z".parse().unwrap())),
        (
            "time.start",
            exact("2026-06-09T14:20:00Z"),
            Value::Instant("2026-06-09T14:20:00Z".parse().unwrap()),
        ),
        ("ds.planned", exact("2026-06-15"), Value::Date("2026-06-15".parse().unwrap())),
        (
            "xb.subject_countries",
            several(&["fr", "DE", "FR"]),
            Value::Countries(vec!["DE".into(), "FR".into()]),
        ),
        (
            "xb.subject_countries",
            exact("EL, at\nDE"),
            Value::Countries(vec!["AT".into(), "DE".into(), "GR".into()]),
        ),
        ("xb.count_by_country", exact("DE 1200\n\nFR: 3,612\n"), counts(&[("DE", 1200), ("FR", 3612)])),
    ] {
        assert!(catalogue().get(key).unwrap().takes(&expected), "{key}");
        assert_eq!(value(key, &input), expected, "{key} {input:?}");
    }
}

#[test]
fn what_cannot_be_taken_is_named() {
    let long = "x".repeat(201);
    for (key, raw, code) in [
        ("ctrl.name", "", "required"),
        ("ctrl.name", "two\nlines", "control_character"),
        ("ctrl.name", long.as_str(), "too_long"),
        ("nature.text", "bell\u{7}", "control_character"),
        ("nature.text", "turned \u{202e}round", "control_character"),
        ("info.contact", &"x".repeat(2_001), "too_long"),
        ("people.count", "", "required"),
        ("people.count", "many", "not_a_number"),
        ("people.count", "-3", "not_a_number"),
        ("people.count", "4.8", "not_a_number"),
        ("people.count", "48,12", "not_a_number"),
        ("people.count", "4,812.000", "not_a_number"),
        ("people.count", "=1+1", "not_a_number"),
        ("people.count", "٣", "not_a_number"),
        ("people.count", "10000000001", "too_large"),
        ("people.count", "99999999999999999999999999", "too_large"),
        ("dpo.exists", "perhaps", "not_a_choice"),
        ("dpo.exists", "", "required"),
        ("nature.cause", "martians", "not_a_choice"),
        ("nature.cause", "", "required"),
        // Certainties say these; they are no options.
        ("nature.cause", "tbd", "not_a_choice"),
        ("nature.cia", "", "required"),
        ("nature.cia", "<script>", "not_a_choice"),
        ("time.start", "", "required"),
        ("time.start", "soon", "not_a_time"),
        ("time.start", "2026-06-09", "needs_a_time"),
        ("time.start", "2026-03-29 02:30", "no_such_local_time"),
        ("time.start", "2025-10-26 02:30", "ambiguous_local_time"),
        ("ds.planned", "2026-02-30", "not_a_date"),
        ("ds.planned", "", "required"),
        ("xb.subject_countries", "", "required"),
        ("xb.subject_countries", "Germany", "not_a_country"),
        ("xb.count_by_country", "", "required"),
        ("xb.count_by_country", "DE", "required"),
        ("xb.count_by_country", "DE many", "not_a_number"),
        ("xb.count_by_country", "ZZ 12", "not_a_country"),
        ("xb.count_by_country", "DE 1\nde 2", "country_twice"),
    ] {
        assert_eq!(errors(key, &exact(raw)), [("value".to_owned(), code)], "{key} {raw:?}");
    }
}

#[test]
fn a_certainty_brings_its_own_fields() {
    let input = |certainty: &str| RecordFactInput { certainty: certainty.into(), ..Default::default() };
    type Case<'a> = (&'a str, RecordFactInput, &'a [(&'a str, &'a str)]);
    let cases: [Case<'_>; 17] = [
        ("people.count", input(""), &[("certainty", "required")]),
        ("people.count", input("sure"), &[("certainty", "not_a_choice")]),
        ("people.count", input("range"), &[("low", "required"), ("high", "required")]),
        ("ctrl.name", input("range"), &[("certainty", "not_for_this_kind")]),
        ("ctrl.name", input("approximate"), &[("certainty", "not_for_this_kind")]),
        (
            "people.count",
            RecordFactInput { low: "5000".into(), high: "4000".into(), ..input("range") },
            &[("high", "below_low")],
        ),
        (
            "people.count",
            RecordFactInput { low: "1".into(), high: "10000000001".into(), ..input("range") },
            &[("high", "too_large")],
        ),
        (
            "people.count",
            RecordFactInput { low: "1".into(), high: "2".into(), value: "1".into(), ..input("range") },
            &[("value", "no_value_expected")],
        ),
        ("people.count", RecordFactInput { low: "1".into(), ..exact("1") }, &[("low", "no_value_expected")]),
        ("people.count", input("not_yet_known"), &[("promised_on", "required")]),
        (
            "people.count",
            RecordFactInput { promised_on: "soon".into(), ..input("not_yet_known") },
            &[("promised_on", "not_a_date")],
        ),
        // 22:30 UTC on the 10th is already the 11th in Berlin.
        (
            "people.count",
            RecordFactInput { promised_on: "2026-06-10".into(), ..input("not_yet_known") },
            &[("promised_on", "in_the_past")],
        ),
        (
            "people.count",
            RecordFactInput { promised_on: "2026-06-12".into(), value: "0".into(), ..input("not_yet_known") },
            &[("value", "no_value_expected")],
        ),
        (
            "people.count",
            RecordFactInput { value: "1".into(), ..input("cannot_be_determined") },
            &[("value", "no_value_expected")],
        ),
        (
            "nature.cia",
            RecordFactInput { certainty: "cannot_be_determined".into(), ..several(&["integrity"]) },
            &[("value", "no_value_expected")],
        ),
        (
            "people.count",
            RecordFactInput { promised_on: "2026-06-12".into(), ..exact("1") },
            &[("promised_on", "no_value_expected")],
        ),
        ("people.count", several(&["1"]), &[("values", "one_value_expected")]),
    ];
    for (key, input, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|(f, c)| ((*f).to_owned(), *c)).collect();
        assert_eq!(errors(key, &input), expected, "{key} {input:?}");
    }
}

#[test]
fn unknown_answers_carry_no_value() {
    let promised = RecordFactInput {
        certainty: "not_yet_known".into(),
        promised_on: "2026-06-11".into(),
        ..Default::default()
    };
    let answer = parse("people.count", &promised).unwrap();
    assert_eq!((answer.value, answer.promised_on), (None, Some("2026-06-11".parse().unwrap())));
    let never = RecordFactInput { certainty: "cannot_be_determined".into(), ..Default::default() };
    assert_eq!(parse("people.count", &never).unwrap().value, None);
    let range = RecordFactInput {
        certainty: "range".into(),
        low: "4,000".into(),
        high: "5000".into(),
        ..Default::default()
    };
    assert_eq!(parse("people.count", &range).unwrap().value, Some(Value::Range { low: 4000, high: 5000 }));
}

#[test]
fn what_goes_with_an_answer_is_checked_too() {
    let id = EvidenceId::from_bits([7; 16]);
    let grounded = RecordFactInput {
        holds_from: "2026-06-10 09:00".into(),
        reason: " counted again ".into(),
        evidence: id.to_string(),
        place: "lines 1 to 9".into(),
        ..exact("4812")
    };
    let answer = parse("people.count", &grounded).unwrap();
    assert_eq!(answer.holds_from, Some("2026-06-10T07:00:00Z".parse().unwrap()));
    assert_eq!(
        (answer.reason.as_str(), answer.evidence, answer.place.as_str()),
        ("counted again", Some(id), "lines 1 to 9")
    );

    let wrong = RecordFactInput {
        holds_from: "2026-06-12 09:00".into(),
        reason: "x".repeat(2_001),
        evidence: "the log".into(),
        ..exact("many")
    };
    let fields: Vec<String> = errors("people.count", &wrong).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["value", "holds_from", "reason", "evidence"]);
    let placed = RecordFactInput { place: "line 3".into(), ..exact("1") };
    assert_eq!(errors("people.count", &placed), [("evidence".to_owned(), "required")]);
}

#[test]
fn what_is_known_elsewhere_cannot_be_typed() {
    let refusal = parse("people.count_mode", &exact("exact")).unwrap_err();
    assert!(matches!(refusal, Refusal::State { code: "derived_fact", .. }), "{refusal:?}");
}

#[test]
fn unknown_fields_are_refused() {
    assert!(
        serde_json::from_str::<RecordFactInput>(r#"{"certainty":"exact","value":"1","recorded_by":"me"}"#)
            .is_err()
    );
}
