use super::*;
use crate::fact::catalogue::catalogue;
use Tristate::{No, Unknown, Yes};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn facts() -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("people.count", Value::Number(4_812)),
        ("data.records", Value::Range { low: 4_000, high: 6_000 }),
        ("data.types", Value::Choices(vec!["contact".into(), "credentials".into()])),
        ("cons.impact", Value::Choices(vec!["fraud".into()])),
        ("nature.unintelligible", Value::Choice("no".into())),
        ("dpo.exists", Value::Bool(true)),
        ("xb.subject_countries", Value::Countries(vec!["DE".into(), "AT".into()])),
        ("nature.text", Value::Text("a \"quoted\" word".into())),
    ])
}

fn holds(text: &str) -> Tristate {
    let facts = facts();
    Condition::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).holds(&|key| facts.get(key))
}

fn because(text: &str) -> String {
    let facts = facts();
    Condition::parse(text).unwrap().because(&|key| facts.get(key), &Codes)
}

#[test]
fn tests_of_one_fact() {
    for (text, expected) in [
        ("people.count == 4812", Yes),
        ("people.count != 4812", No),
        ("people.count < 4812", No),
        ("people.count <= 4812", Yes),
        ("people.count > 4812", No),
        ("people.count >= 4812", Yes),
        ("data.records > 3999", Yes),
        ("data.records > 5000", Unknown),
        ("data.records >= 6001", No),
        ("data.records <= 6000", Yes),
        ("data.records < 4000", No),
        ("data.records == 5000", Unknown),
        ("data.records == 7000", No),
        ("data.records != 7000", Yes),
        ("data.types has \"credentials\"", Yes),
        ("data.types has \"health\"", No),
        ("cons.impact has \"fraud\"", Yes),
        ("cons.impact has \"reputation\"", No),
        ("xb.subject_countries has \"DE\"", Yes),
        ("xb.subject_countries has \"FR\"", No),
        ("nature.unintelligible == \"no\"", Yes),
        ("nature.unintelligible != \"yes_intact\"", Yes),
        ("nature.conf_type == \"exfiltrated\"", Unknown),
        ("nature.conf_type != \"exfiltrated\"", Unknown),
        ("dpo.exists == true", Yes),
        ("dpo.exists != false", Yes),
        ("dpo.exists == false", No),
        ("nature.text == \"a \\\"quoted\\\" word\"", Yes),
        ("known(people.count)", Yes),
        ("known(time.end)", No),
        ("not known(time.end)", Yes),
        ("time.end == \"x\"", Unknown),
        ("authority == \"x\"", Unknown),
        ("parties[] has \"x\"", Unknown),
    ] {
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn a_value_of_another_kind_decides_nothing() {
    for text in [
        "people.count == \"4812\"",
        "data.types == \"contact\"",
        "nature.text > 3",
        "people.count has \"x\"",
        "nature.unintelligible has \"no\"",
    ] {
        assert_eq!(holds(text), Unknown, "{text}");
    }
}

#[test]
fn and_or_not_follow_kleene() {
    let (yes, no, unknown) = ("dpo.exists == true", "dpo.exists == false", "authority == \"x\"");
    for (a, b, and, or) in [
        (yes, yes, Yes, Yes),
        (yes, no, No, Yes),
        (yes, unknown, Unknown, Yes),
        (no, no, No, No),
        (no, unknown, No, Unknown),
        (unknown, unknown, Unknown, Unknown),
    ] {
        for (a, b) in [(a, b), (b, a)] {
            assert_eq!(holds(&format!("{a} and {b}")), and, "{a} and {b}");
            assert_eq!(holds(&format!("{a} or {b}")), or, "{a} or {b}");
        }
    }
    assert_eq!(holds(&format!("not {yes}")), No);
    assert_eq!(holds(&format!("not {unknown}")), Unknown);
    assert_eq!(holds(&format!("{yes} or {no} and {no}")), Yes, "and binds more tightly");
    assert_eq!(holds(&format!("({yes} or {no}) and {no}")), No);
}

#[test]
fn keys_and_what_keeps_it_open() {
    let text = "people.count > 10 and (time.end == \"x\" or people.count < 5) and authority == \"y\"";
    let condition = Condition::parse(text).unwrap();
    let facts = facts();
    assert_eq!(condition.keys(), ["people.count", "time.end", "authority"]);
    assert_eq!(condition.open_keys(&|key| facts.get(key)), ["time.end", "authority"]);
    assert_eq!(condition.mentions().last(), Some(&("authority", Some("y"))));
}

#[test]
fn the_reason_names_only_what_decided() {
    for (text, expected) in [
        ("people.count > 100", "because people.count is more than 100"),
        (
            "people.count > 100 and data.types has \"health\"",
            "because data.types does not include \"health\"",
        ),
        ("people.count > 9000 or data.types has \"contact\"", "because data.types includes \"contact\""),
        ("not people.count > 9000", "because people.count is 9000 or less"),
        (
            "not (people.count > 100 and dpo.exists == true)",
            "because people.count is more than 100 and dpo.exists is yes",
        ),
        ("not known(time.end)", "because time.end is not yet known"),
        ("authority == \"x\" and people.count > 1", "because it is not yet known whether authority is \"x\""),
    ] {
        assert_eq!(because(text), expected, "{text}");
    }
}

#[test]
fn the_whole_condition_in_words() {
    for (text, expected) in [
        ("a has \"x\" and (b == 1 or known(c))", "a includes \"x\" and (b is 1 or c is known)"),
        ("not (a has \"x\" and b < 5)", "a does not include \"x\" or b is 5 or more"),
        ("a == 1 or b == true and c != \"z\"", "a is 1 or b is yes and c is not \"z\""),
    ] {
        assert_eq!(Condition::parse(text).unwrap().words(&Codes), expected, "{text}");
    }
}

#[test]
fn the_catalogue_lends_its_words() {
    let words = |text: &str| Condition::parse(text).unwrap().words(catalogue());
    assert_eq!(words("people.count > 1000"), "the number of data subjects is more than 1000");
    assert_eq!(
        words("xb.is == \"yes\""),
        "the answer to \"whether the processing is cross-border\" is \"yes\""
    );
}

#[test]
fn a_test_that_could_never_be_decided_is_found() {
    for (text, remedy) in [
        ("people.number > 1", "no fact"),
        ("data.types has \"passwords\"", "credentials"),
        ("risk.outcome == \"hihg_risk\"", "high_risk"),
        ("data.types == \"credentials\"", "data.types has"),
        ("risk.outcome has \"high_risk\"", "risk.outcome =="),
        ("people.count == \"many\"", "people.count > 100"),
        ("xb.is == true", "xb.is == \"…\""),
        ("dpo.exists == \"yes\"", "dpo.exists == true"),
        ("xb.subject_countries has \"Germany\"", "\"DE\""),
        ("time.start == \"2026-06-01\"", "known(time.start)"),
        ("nature.text has \"x\"", "known(nature.text)"),
    ] {
        let misfits = Condition::parse(text).unwrap().misfits(catalogue());
        assert!(misfits.len() == 1 && misfits.iter().all(|m| m.contains(remedy)), "{text}: {misfits:?}");
    }
    for text in
        ["known(authority) and people.count > 1", "xb.subject_countries has \"DE\"", "not xb.is == \"yes\""]
    {
        assert_eq!(Condition::parse(text).unwrap().misfits(catalogue()), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn every_condition_of_the_catalogue_fits_it() {
    for entry in catalogue().entries() {
        let misfits = entry.visible_if.as_ref().map(|c| c.misfits(catalogue())).unwrap_or_default();
        assert_eq!(misfits, Vec::<String>::new(), "{}", entry.key);
    }
}

#[test]
fn errors_say_where_and_what_to_write() {
    for (text, column, remedy) in [
        ("", 1, "Leave the whole line out"),
        ("people.count = 3", 14, "=="),
        ("people.count", 13, "known(people.count)"),
        ("people.count > \"many\"", 16, "whole number"),
        ("people.count > 1,000", 16, "without separators"),
        ("risk.outcome == high_risk", 17, "\"high_risk\""),
        ("data.types has credentials", 16, "in quotes"),
        ("data.types has", 15, "option is missing"),
        ("risk.outcome == 'high_risk'", 17, "straight double quotes"),
        ("a == 1 && b == 2", 8, "and"),
        ("a == 1 AND b == 2", 8, "lower case"),
        ("(a == 1", 1, "never closed"),
        ("a == 1)", 7, "Remove it"),
        ("a == 1 b == 2", 8, "Join"),
        ("(a == 1 b == 2)", 9, "Join"),
        ("a == 1 and", 11, "missing at the end"),
        ("and a == 1", 1, "missing before"),
        ("known a", 1, "known(time.end)"),
        ("a == \"x", 6, "double quote"),
        ("a. == 1", 1, "no key"),
        ("a == \"b\u{1b}\"", 8, "control character"),
        ("a ~ 1", 3, "no meaning"),
        ("5 == a", 1, "begins with the key"),
        ("a == 99999999999999999999", 6, "whole number"),
    ] {
        let error = Condition::parse(text).unwrap_err();
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.message.contains(remedy), "{text}: {error}");
    }
}

#[test]
fn size_and_depth_have_limits() {
    let deep = |n: usize| format!("{}a == 1{}", "(".repeat(n), ")".repeat(n));
    assert!(Condition::parse(&deep(DEPTH_MAX)).is_ok());
    assert!(Condition::parse(&deep(DEPTH_MAX + 1)).unwrap_err().message.contains("nested"));
    assert!(Condition::parse(&"not ".repeat(200)).unwrap_err().message.contains("nested"));
    let long = vec!["a == 1"; 200].join(" and ");
    assert!(Condition::parse(&long).unwrap_err().message.contains("at most"));
}

fn key() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_]{0,5}(\\.[a-z][a-z0-9_]{0,5})?(\\[\\])?".prop_filter("a word of the language", |key| {
        !["and", "or", "not", "has", "known", "true", "false"].contains(&key.as_str())
    })
}

fn test() -> impl Strategy<Value = Node> {
    let equal = prop_oneof![Just(Order::Equal), Just(Order::NotEqual)];
    let order = prop_oneof![Just(Order::Less), Just(Order::AtMost), Just(Order::More), Just(Order::AtLeast)];
    let literal = prop_oneof![
        "\\PC{0,8}".prop_map(Literal::Text),
        any::<u64>().prop_map(Literal::Number),
        any::<bool>().prop_map(Literal::Bool),
    ];
    prop_oneof![
        (key(), equal, literal).prop_map(|(key, order, with)| Test::Compare { key, order, with }),
        (key(), order, any::<u64>()).prop_map(|(key, order, n)| Test::Compare {
            key,
            order,
            with: Literal::Number(n)
        }),
        (key(), "\\PC{0,8}").prop_map(|(key, option)| Test::Has { key, option }),
        key().prop_map(|key| Test::Known { key }),
    ]
    .prop_map(Node::Test)
}

fn condition() -> impl Strategy<Value = Condition> {
    test()
        .prop_recursive(4, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Node::All),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Node::Any),
                inner.prop_map(|node| Node::Not(Box::new(node))),
            ]
        })
        .prop_map(|node| Condition { node })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same(condition in condition()) {
        prop_assert_eq!(Condition::parse(&condition.to_string()), Ok(condition));
    }

    #[test]
    fn any_text_is_read_or_refused_and_never_stops_the_program(text in "[a-z\\.\"()=<>!0-9 \\PC]{0,60}") {
        if let Err(error) = Condition::parse(&text) {
            prop_assert!(error.column >= 1 && !error.message.is_empty());
        }
    }
}
