use super::{
    alike::{ASPECTS, Agreement, alike, nearest},
    *,
};
use crate::{
    fact::{Certainty, Value, catalogue::Kind},
    text::Choice,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What an independent transcription of the guidelines says came out of each case.
#[derive(Deserialize)]
struct Outcomes {
    cases: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    case: u8,
    group: Group,
    expected: Expected,
}

#[derive(Deserialize)]
struct Expected {
    document_internally: bool,
    notify_sa: bool,
    communicate_data_subjects: bool,
}

#[test]
fn there_are_all_eighteen_with_the_boards_outcomes() {
    let text = include_str!("cases.toml");
    let read = parse(text).unwrap();
    assert_eq!(read.iter().map(|c| c.number).collect::<Vec<_>>(), (1..=18).collect::<Vec<_>>());
    assert_eq!(cases().len(), 18);
    let outcomes: Outcomes = serde_json::from_str(include_str!("outcomes.json")).unwrap();
    for (case, outcome) in read.iter().zip(&outcomes.cases) {
        let expected = match (outcome.expected.notify_sa, outcome.expected.communicate_data_subjects) {
            (false, false) => Verdict::Record,
            (true, false) => Verdict::Notify,
            (true, true) => Verdict::Communicate,
            (false, true) => panic!("no such outcome"),
        };
        assert!(outcome.expected.document_internally);
        assert_eq!((case.number, case.group, case.verdict), (outcome.case, outcome.group, expected));
    }
    let count = |verdict| read.iter().filter(|c| c.verdict == verdict).count();
    assert_eq!((count(Verdict::Record), count(Verdict::Notify), count(Verdict::Communicate)), (6, 3, 9));
}

#[test]
fn every_case_answers_what_is_compared_and_in_words_of_its_own() {
    let mut sections = BTreeSet::new();
    for case in cases() {
        for key in ["nature.cia", "nature.incident_type", "nature.cause", "people.categories", "data.types"] {
            assert!(case.sheet.value(key).is_some(), "case {}: {key}", case.number);
        }
        let compared: BTreeSet<&str> = ASPECTS.iter().map(|(key, _)| *key).collect();
        for (key, _) in &case.inputs {
            assert!(compared.contains(key.as_str()), "case {}: {key} is never compared", case.number);
        }
        assert!(case.happened.len() > 100 && case.said.len() > 100, "case {}", case.number);
        assert!(!case.happened.contains('\n') && !case.said.contains('\n'), "case {}", case.number);
        sections.insert(case.section.as_str());
    }
    assert_eq!(sections.len(), 18);
    for (key, weight) in ASPECTS {
        let kind = catalogue().get(key).unwrap().kind;
        assert!(weight > 0 && matches!(kind, Kind::Choice | Kind::Choices | Kind::Number), "{key}");
    }
}

#[test]
fn what_the_catalogue_does_not_take_is_refused() {
    let case = |facts: &str| {
        format!(
            "source = \"s\"\n[[case]]\nnumber = 1\ngroup = \"ransomware\"\ntitle = \"t\"\nsection = \"1\"\nhappened = \"h\"\n\
             said = \"s\"\nnotify = true\ncommunicate = false\n[case.facts]\n{facts}\n"
        )
    };
    for (facts, why) in [
        ("\"nature.cia\" = { values = [\"confidentially\"] }", "nature.cia"),
        ("\"nature.kind\" = { value = \"x\" }", "no such key"),
        ("\"time.aware\" = { value = \"2026-06-09T08:00:00Z\" }", "can't be typed in"),
        ("\"ctrl.name\" = { value = \"x\" }", "no question about an incident"),
        ("\"people.count\" = { value = \"many\" }", "people.count"),
        ("\"nature.conf_type\" = { value = \"likely\" }", "not asked"),
        ("\"nature.cia\" = { values = [\"integrity\"], weight = 3 }", "weight"),
    ] {
        let said = parse(&case(facts)).unwrap_err().to_string();
        assert!(said.contains(why), "{facts}: {said}");
    }
    let upside_down = case("")
        .replace("notify = true", "notify = false")
        .replace("communicate = false", "communicate = true");
    assert!(parse(&upside_down).is_err());
    assert!(parse(&case("")).is_ok());
}

#[test]
fn each_case_is_most_like_itself() {
    for case in cases() {
        let found = alike(&case.sheet);
        assert_eq!(found[0].case.number, case.number);
        assert_eq!(found[0].per_cent(), 100);
        assert!(found[0].answers.iter().all(|a| a.agreement == Agreement::Agrees), "case {}", case.number);
        // None of the others has the same answers, or it would be no comparison.
        assert!(found[1].per_cent() < 100, "cases {} and {}", case.number, found[1].case.number);
    }
}

#[test]
fn nothing_in_common_is_not_shown() {
    assert!(alike(&Sheet::default()).is_empty());
    let fact = fact("data.types", Certainty::Exact, Some(Value::Choices(vec!["genetic".to_owned()])));
    assert!(alike(&Sheet::new([], [fact], [])).is_empty());
    let unknown = fact_of("nature.cia", Certainty::NotYetKnown);
    assert!(alike(&Sheet::new([], [unknown], [])).is_empty(), "not yet known is no answer in common");
}

#[test]
fn the_comparison_says_what_agrees_what_differs_and_what_is_open() {
    let facts = [
        fact("nature.incident_type", Certainty::Exact, Some(Value::Choices(vec!["ransomware".to_owned()]))),
        fact(
            "nature.cia",
            Certainty::Exact,
            Some(Value::Choices(vec!["availability".to_owned(), "integrity".to_owned()])),
        ),
        fact("nature.cause", Certainty::Exact, Some(Value::Choice("internal_malicious".to_owned()))),
        fact("people.count", Certainty::Range, Some(Value::Range { low: 50, high: 500 })),
        fact("nature.int_type", Certainty::Exact, Some(Value::Choice("no_misuse".to_owned()))),
    ];
    let found = alike(&Sheet::new([], facts, []));
    let first = found.iter().find(|a| a.case.number == 1).unwrap();
    let said: Vec<(&str, Agreement)> = first.answers.iter().map(|a| (a.key.as_str(), a.agreement)).collect();
    assert_eq!(
        said,
        [
            ("nature.incident_type", Agreement::Agrees),
            ("data.types", Agreement::OpenHere),
            ("nature.cia", Agreement::Partly),
            ("nature.avail_type", Agreement::OpenHere),
            ("nature.int_type", Agreement::OpenThere),
            ("nature.cause", Agreement::Differs),
            ("people.categories", Agreement::OpenHere),
            ("people.count", Agreement::Partly),
            ("before.list", Agreement::OpenHere),
        ]
    );
    // 4 + half of 3 + half of 2, of 4 + 4 + 3 + 2 + 2 + 2 + 2 + 2 + 1.
    assert_eq!(first.parts(), (65_000, 220_000));
    assert_eq!(first.per_cent(), 29);
    assert_eq!(
        (first.answers[7].here.as_str(), first.answers[7].there.as_str()),
        ("between 50 and 500", "about 40")
    );
}

fn fact_of(key: &str, certainty: Certainty) -> Fact {
    fact(key, certainty, None)
}

fn fact(key: &str, certainty: Certainty, value: Option<Value>) -> Fact {
    crate::fact::sheet::derived(key, certainty, value, DateTime::UNIX_EPOCH, AccountId::from_bits([1; 16]))
}

/// Answers to some of what is compared.
fn answers() -> impl Strategy<Value = Vec<Fact>> {
    let one = |key: &'static str| {
        let definition = catalogue().get(key).unwrap();
        let codes: Vec<String> = definition.options.iter().map(|o| o.code.clone()).collect();
        let kind = definition.kind;
        (proptest::option::of((any::<prop::sample::Selector>(), 0_u64..1_000_000, 1_usize..4))).prop_map(
            move |given| {
                let (which, number, many) = given?;
                let value = match kind {
                    Kind::Number => Value::Number(number),
                    Kind::Choice => Value::Choice(which.select(codes.iter()).clone()),
                    _ => Value::Choices(codes.iter().filter(|c| c.len() % 4 < many).cloned().collect()),
                };
                let empty = matches!(&value, Value::Choices(codes) if codes.is_empty());
                (!empty).then(|| fact(key, Certainty::Exact, Some(value)))
            },
        )
    };
    ASPECTS
        .iter()
        .map(|(key, _)| one(key))
        .collect::<Vec<_>>()
        .prop_map(|facts| facts.into_iter().flatten().collect())
}

fn ranked(facts: &[Fact], among: &[EdpbCase]) -> Vec<(u8, (u32, u32))> {
    let sheet = Sheet::new([], facts.iter().cloned(), []);
    nearest(&sheet, among).iter().map(|a| (a.case.number, a.parts())).collect()
}

proptest! {
    #[test]
    fn the_order_of_facts_and_cases_does_not_matter(facts in answers(), turn in 0_usize..18) {
        let mut turned = cases().to_vec();
        turned.rotate_left(turn);
        let mut backwards = facts.clone();
        backwards.reverse();
        prop_assert_eq!(ranked(&facts, cases()), ranked(&backwards, &turned));
    }

    #[test]
    fn a_missing_answer_never_counts_as_agreement(facts in answers(), without in 0_usize..11) {
        let fewer: Vec<Fact> = facts.iter().enumerate().filter(|(n, _)| *n != without).map(|(_, f)| f.clone()).collect();
        let (all, less) = (ranked(&facts, cases()), ranked(&fewer, cases()));
        for (number, (agreed, _)) in less {
            let before = all.iter().find(|(n, _)| *n == number);
            prop_assert!(before.is_some_and(|(_, (more, _))| *more >= agreed), "case {}", number);
        }
    }

    #[test]
    fn nothing_agrees_by_more_than_the_whole_and_the_best_comes_first(facts in answers()) {
        let ranked = ranked(&facts, cases());
        for pair in ranked.windows(2) {
            let ((_, (a, of_a)), (_, (b, of_b))) = (pair[0], pair[1]);
            prop_assert!(u64::from(a) * u64::from(of_b) >= u64::from(b) * u64::from(of_a));
        }
        for (_, (agreed, of)) in ranked {
            prop_assert!(agreed > 0 && agreed <= of);
        }
    }

    #[test]
    fn what_is_shown_shares_something(facts in answers()) {
        let sheet = Sheet::new([], facts, []);
        for found in alike(&sheet) {
            let shares = |a: &super::alike::ComparedAnswer| matches!(a.agreement, Agreement::Agrees | Agreement::Partly);
            prop_assert!(found.answers.iter().any(shares));
            prop_assert!(found.answers.iter().all(|a| !a.agreement.label().is_empty()));
        }
    }
}
