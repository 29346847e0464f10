use super::*;
use crate::{
    assessment::{
        cases::cases,
        factors::{Concern, callouts},
        suggestion::{category_of, suggestions},
    },
    fact::{Fact, catalogue::catalogue, sheet::derived},
    moment::Zone,
    refusal::Refusal,
};
use proptest::prelude::*;

fn nobody() -> AccountId {
    AccountId::from_bits([7; 16])
}

fn fact(key: &str, value: Value) -> Fact {
    derived(key, Certainty::Exact, Some(value), DateTime::UNIX_EPOCH, nobody())
}

fn choice(key: &str, code: &str) -> Fact {
    fact(key, Value::Choice(code.to_owned()))
}

fn choices(key: &str, codes: &[&str]) -> Fact {
    fact(key, Value::Choices(codes.iter().map(|c| (*c).to_owned()).collect()))
}

fn sheet(facts: impl IntoIterator<Item = Fact>) -> Sheet {
    Sheet::new([], facts, [])
}

fn good() -> AssessRiskInput {
    AssessRiskInput {
        data: "higher".to_owned(),
        data_words: "Passwords are among them.".to_owned(),
        enisa: "with".to_owned(),
        simple: "+1".to_owned(),
        sensitive: "-2".to_owned(),
        ei: "significant".to_owned(),
        confidentiality: "unknown_recipients".to_owned(),
        integrity: "none".to_owned(),
        availability: "none".to_owned(),
        malicious: "yes".to_owned(),
        individuals: "4,812".to_owned(),
        unintelligible: "no".to_owned(),
        ..AssessRiskInput::default()
    }
}

fn recorded(version: i64, new: NewAssessment, sheet: &Sheet) -> Assessment {
    Assessment {
        id: AssessmentId::from_bits([1; 16]),
        incident: IncidentId::from_bits([2; 16]),
        version,
        enisa: new.enisa,
        factors: new.factors,
        note: new.note,
        basis: basis(sheet),
        recorded_at: DateTime::UNIX_EPOCH,
        recorded_by: nobody(),
    }
}

fn said(input: &AssessRiskInput) -> String {
    match input.parse() {
        Ok(_) => "ok".to_owned(),
        Err(Refusal::Invalid(fields)) => {
            fields.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" ")
        }
        Err(Refusal::State { code, .. }) => code.to_owned(),
    }
}

#[test]
fn the_level_is_reckoned_and_reckoned_again_it_is_the_same() {
    let enisa = good().parse().unwrap().enisa.unwrap();
    let EnisaResult { dpc, driving, se_quarters, ref se, level, .. } = enisa.result;
    // 2 × 0.75 + 0.5 + 0.5; of equals the one that is named first drives.
    assert_eq!(
        (dpc, driving, se_quarters, se.as_str(), level),
        (2, DataCategory::Simple, 10, "2.5", EnisaLevel::Medium)
    );
    assert!(enisa.result.individuals_over_100 && !enisa.result.unintelligible);
    assert_eq!(Enisa::of(&enisa.grounds().unwrap()), enisa);
    let words = enisa.lines();
    assert_eq!(words.len(), 8);
    assert!(words[0].1.starts_with("simple data: 2 (+1). "), "{}", words[0].1);
    assert!(words[0].1.contains("\nsensitive data: 2 (-2). "), "{}", words[0].1);
}

#[test]
fn each_field_is_refused_by_its_name() {
    let with = |change: &dyn Fn(&mut AssessRiskInput)| {
        let mut input = good();
        change(&mut input);
        said(&input)
    };
    assert_eq!(with(&|_| ()), "ok");
    assert_eq!(with(&|i| i.enisa.clear()), "enisa:required");
    assert_eq!(with(&|i| i.simple = "4".into()), "simple:out_of_range");
    assert_eq!(with(&|i| i.sensitive = "1".into()), "sensitive:out_of_range");
    assert_eq!(with(&|i| i.behavioural = "half".into()), "behavioural:out_of_range");
    assert_eq!(with(&|i| (i.simple, i.sensitive) = Default::default()), "simple:required");
    assert_eq!(with(&|i| i.ei = "some".into()), "ei:not_a_choice");
    assert_eq!(with(&|i| i.individuals = "many".into()), "individuals:not_a_number");
    assert_eq!(with(&|i| i.individuals = " ".into()), "individuals:required");
    assert_eq!(with(&|i| i.individuals = "10000000001".into()), "individuals:too_large");
    assert_eq!(with(&|i| i.unintelligible.clear()), "unintelligible:required");
    assert_eq!(with(&|i| i.breach = "worse".into()), "breach:not_a_choice");
    assert_eq!(with(&|i| i.breach_words = "x".repeat(2_001)), "breach_words:too_long");
    assert_eq!(with(&|i| i.note = "x".repeat(50_001)), "note:too_long");
    let all = AssessRiskInput { enisa: "with".to_owned(), ..AssessRiskInput::default() };
    assert_eq!(
        said(&all),
        "simple:required ei:required confidentiality:required integrity:required availability:required \
         malicious:required individuals:required unintelligible:required"
    );
}

#[test]
fn something_must_be_said_and_without_the_level_its_answers_are_left_aside() {
    let without = || AssessRiskInput { enisa: "without".to_owned(), ..AssessRiskInput::default() };
    assert_eq!(said(&without()), "note:required");
    assert_eq!(said(&AssessRiskInput { note: "Seen with counsel.".to_owned(), ..without() }), "ok");
    let words_only = AssessRiskInput { number_words: "Still being counted.".to_owned(), ..without() };
    let considered = words_only.parse().unwrap().factors;
    assert_eq!((considered.len(), considered[0].factor, considered[0].view), (1, RiskFactor::Number, None));
    let aside = AssessRiskInput { enisa: "without".to_owned(), ei: "nonsense".to_owned(), ..good() };
    assert_eq!(aside.parse().unwrap().enisa, None);
}

#[test]
fn every_fact_that_suggests_or_speaks_to_a_factor_is_in_the_basis_and_in_the_catalogue() {
    let keys = basis_keys();
    for key in &keys {
        assert!(catalogue().get(key).is_some_and(|d| !d.derived), "{key}");
    }
    for case in cases() {
        for suggestion in suggestions(&case.sheet) {
            assert!(keys.contains(&suggestion.key), "{}", suggestion.key);
        }
    }
    for concern in Concern::ALL {
        let (key, options) = concern.shown_by();
        assert!(keys.contains(&key));
        for option in options {
            assert!(catalogue().get(key).unwrap().option(option).is_some(), "{option}");
        }
    }
    for factor in RiskFactor::ALL {
        assert!(!factor.keys().is_empty() && !factor.explained().examples.is_empty());
    }
}

#[test]
fn what_weighs_by_itself_is_called_out() {
    let facts = [
        choices("data.types", &["basic", "criminal", "health", "trade_union"]),
        choices("people.categories", &["customers", "minors", "patients"]),
    ];
    let found: Vec<_> = callouts(&sheet(facts)).into_iter().map(|c| (c.concern, c.what.len())).collect();
    let expected = [
        (Concern::SpecialCategories, 2),
        (Concern::Criminal, 1),
        (Concern::Children, 1),
        (Concern::Vulnerable, 1),
    ];
    assert_eq!(found, expected);
    assert!(callouts(&sheet([choices("data.types", &["basic"])])).is_empty());
    let sensitive = |option: &&str| category_of(option) == Some(DataCategory::Sensitive);
    let both = Concern::SpecialCategories.shown_by().1.iter().chain(Concern::Criminal.shown_by().1);
    assert!(both.clone().all(&sensitive), "what is special is sensitive by the method too");
    let of_catalogue = catalogue().get("data.types").unwrap().options.iter();
    assert_eq!(of_catalogue.filter(|o| sensitive(&o.code.as_str())).count(), both.count());
}

#[test]
fn suggestions_go_as_far_as_the_facts() {
    let suggested = |facts: Vec<Fact>| -> Vec<String> {
        suggestions(&sheet(facts)).iter().map(|s| format!("{}={}", s.field, s.value)).collect()
    };
    assert!(suggested(Vec::new()).is_empty());
    let lost = |losses: &[&str]| choices("nature.cia", losses);
    assert_eq!(
        suggested(vec![lost(&["confidentiality"]), choice("nature.conf_type", "exfiltrated")]),
        ["integrity=none", "availability=none"],
        "who got the data is in no fact"
    );
    assert_eq!(
        suggested(vec![
            lost(&["confidentiality", "integrity", "availability"]),
            choice("nature.conf_type", "not_exfiltrated"),
            choice("nature.int_type", "no_misuse"),
            choice("nature.avail_type", "permanent"),
        ]),
        ["confidentiality=none", "availability=full"]
    );
    assert_eq!(
        suggested(vec![
            choices("data.types", &["contact", "payment", "credentials", "other"]),
            choice("nature.cause", "internal_malicious"),
            derived(
                "people.count",
                Certainty::Range,
                Some(Value::Range { low: 90, high: 110 }),
                DateTime::UNIX_EPOCH,
                nobody()
            ),
            choice("nature.unintelligible", "protected_but_may_be_subverted"),
        ]),
        ["simple=0", "financial=0", "malicious=yes", "individuals=110", "unintelligible=no"]
    );
    let unknown = derived("people.count", Certainty::NotYetKnown, None, DateTime::UNIX_EPOCH, nobody());
    assert!(suggested(vec![unknown]).is_empty());
}

#[test]
fn a_form_begins_with_the_present_assessment_and_else_with_the_suggestions() {
    let facts =
        sheet([choice("nature.cause", "external_malicious"), fact("people.count", Value::Number(12))]);
    let offered = suggestions(&facts);
    let first = AssessRiskInput::begun(None, &offered);
    assert_eq!(
        (first.enisa.as_str(), first.malicious.as_str(), first.individuals.as_str()),
        ("with", "yes", "12")
    );
    assert_eq!(first.ei, "");
    let present = recorded(1, good().parse().unwrap(), &facts);
    let next = AssessRiskInput::begun(Some(&present), &offered);
    assert_eq!(next.individuals, "4812", "what was answered stays until somebody answers otherwise");
    assert_eq!(next.parse(), good().parse());
    let without =
        AssessRiskInput { enisa: "without".to_owned(), note: "N".to_owned(), ..AssessRiskInput::default() };
    let present = recorded(2, without.parse().unwrap(), &facts);
    let next = AssessRiskInput::begun(Some(&present), &offered);
    assert_eq!((next.enisa.as_str(), next.malicious.as_str(), next.note.as_str()), ("without", "yes", "N"));
}

#[test]
fn changed_facts_are_named_with_old_and_new() {
    let count = |n| fact("people.count", Value::Number(n));
    let before = sheet([
        count(100),
        choice("nature.cause", "external_malicious"),
        fact("data.text", Value::Text("a".repeat(1_000))),
    ]);
    let assessment = recorded(1, good().parse().unwrap(), &before);
    assert!(assessment.changed_since(&before, Zone::UTC).is_empty());
    // Recorded once more, and the same.
    let again = sheet([
        Fact { version: 2, ..count(100) },
        choice("nature.cause", "external_malicious"),
        fact("data.text", Value::Text("a".repeat(1_000))),
    ]);
    assert!(assessment.changed_since(&again, Zone::UTC).is_empty());
    let after = sheet([
        count(4_812),
        choices("data.types", &["health"]),
        fact("nature.text", Value::Text("W".to_owned())),
    ]);
    let changed = assessment.changed_since(&after, Zone::UTC);
    let told: Vec<_> =
        changed.iter().map(|c| (c.key.as_str(), c.old.chars().count(), c.new.as_str())).collect();
    assert_eq!(
        told,
        [
            ("data.types", "no answer".len(), "health data"),
            ("data.text", 301, "no answer"),
            ("nature.cause", "from outside, on purpose".len(), "no answer"),
            ("people.count", 3, "4,812"),
        ]
    );
}

#[test]
fn versions_are_set_against_each_other() {
    let (before, after) = (sheet([]), sheet([fact("people.count", Value::Number(3))]));
    let first = recorded(1, good().parse().unwrap(), &before);
    let other = AssessRiskInput {
        data: "neutral".to_owned(),
        people_words: "Mostly adults.".to_owned(),
        ei: "maximum".to_owned(),
        note: "Again.".to_owned(),
        ..good()
    };
    let second = recorded(2, other.parse().unwrap(), &after);
    let said: Vec<String> = differences(&first, &second, Zone::UTC)
        .iter()
        .map(|d| format!("{}: {} → {}", d.what, d.old, d.new))
        .collect();
    assert_eq!(
        said,
        [
            "ENISA level: medium (2.5) → high (3.0)",
            "How easily can the people be identified?: significant (0.75) → maximum (1.0)",
            "Nature, sensitivity and volume of the data: raises the risk → neither lowers nor raises it",
            "Special characteristics of the people, in words:  → Mostly adults.",
            "Note:  → Again.",
            "Fact: Number of data subjects: no answer → 3",
        ]
    );
    assert!(differences(&first, &first, Zone::UTC).is_empty());
    assert_ne!(first.digest(), second.digest());
}

proptest! {
    #[test]
    fn only_the_fact_that_changed_is_named(which in 0_usize..64, code in 0_usize..64) {
        let keys: Vec<&str> = basis_keys().into_iter().filter(|k| !catalogue().get(k).unwrap().options.is_empty()).collect();
        let key = keys[which % keys.len()];
        let options = &catalogue().get(key).unwrap().options;
        let assessment = recorded(1, good().parse().unwrap(), &sheet([]));
        let now = sheet([choice(key, &options[code % options.len()].code)]);
        let changed = assessment.changed_since(&now, Zone::UTC);
        prop_assert_eq!(changed.iter().map(|c| c.key.as_str()).collect::<Vec<_>>(), [key]);
        prop_assert_eq!(changed[0].old.as_str(), "no answer");
    }

    #[test]
    fn an_unrelated_fact_changes_nothing(which in 0_usize..200) {
        let keys = basis_keys();
        let others: Vec<&str> = catalogue().entries().iter().map(|d| d.key.as_str()).filter(|k| !keys.contains(k)).collect();
        let assessment = recorded(1, good().parse().unwrap(), &sheet([]));
        let now = sheet([fact(others[which % others.len()], Value::Text("W".to_owned()))]);
        prop_assert!(assessment.changed_since(&now, Zone::UTC).is_empty());
    }
}
