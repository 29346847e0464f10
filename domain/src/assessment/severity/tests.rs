use super::*;
use crate::refusal::Refusal;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Fixture {
    count: usize,
    vectors: Vec<Value>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("vectors.json")).unwrap()
}

/// The fields of a vector that are input.
fn input_of(vector: &Value) -> Value {
    let mut fields = vector.as_object().unwrap().clone();
    for about in ["id", "title", "why", "expected"] {
        assert!(fields.remove(about).is_some(), "{about}");
    }
    Value::Object(fields)
}

fn read(text: &str) -> Result<SeverityInput, String> {
    serde_json::from_str::<Object<SeverityInput>>(text).map(|Object(i)| i).map_err(|why| why.to_string())
}

/// An input that can be taken, and what the test changes in it.
fn changed(change: impl FnOnce(&mut Value)) -> String {
    let mut input = json!({
        "categories": [{ "category": "simple" }],
        "ei": "maximum",
        "cb": { "confidentiality": "none", "integrity": "none", "availability": "none", "malicious": false },
        "individuals": 1,
    });
    change(&mut input);
    input.to_string()
}

#[test]
fn every_severity_that_is_known() {
    let known = fixture();
    assert_eq!(known.vectors.len(), known.count);
    for v in &known.vectors {
        let found = severity(&read(&input_of(v).to_string()).unwrap().parse().unwrap());
        // The decimals are compared as they are written: no float comes into it.
        let decimal = |q: Quarters| serde_json::from_str::<Value>(&q.to_string()).unwrap();
        let told = json!({
            "dpc": found.dpc,
            "ei": decimal(found.ei),
            "cb": decimal(found.cb),
            "se": decimal(found.se),
            "se_quarters": found.se.count(),
            "level": found.level,
            "driving_category": found.driving.category(),
            "flags": {
                "individuals_over_100": found.flags.individuals_over_100,
                "unintelligible": found.flags.unintelligible,
            },
        });
        assert_eq!(told, v["expected"], "{}", v["id"]);
    }
}

/// Every context there is: each category with each adjustment it allows.
fn contexts() -> Vec<Context> {
    let of = |c: &DataCategory| {
        let c = *c;
        c.adjustments().map(move |adjust| Context::new(c, adjust).unwrap())
    };
    DataCategory::ALL.iter().flat_map(of).collect()
}

fn circumstances() -> Vec<Circumstances> {
    let mut all = Vec::new();
    for &confidentiality in ConfidentialityLoss::ALL {
        for &integrity in IntegrityLoss::ALL {
            for &availability in AvailabilityLoss::ALL {
                for &malicious in MaliciousIntent::ALL {
                    all.push(Circumstances { confidentiality, integrity, availability, malicious });
                }
            }
        }
    }
    all
}

fn grounds(contexts: Vec<Context>, ei: EaseOfIdentification, circumstances: Circumstances) -> Grounds {
    let contexts = Contexts::new(contexts).unwrap();
    Grounds { contexts, ei, circumstances, individuals: 1, unintelligible: false }
}

#[test]
fn the_adjustments_are_those_of_the_table() {
    let table = [
        (DataCategory::Simple, 1, 0..=3),
        (DataCategory::Behavioural, 2, -1..=2),
        (DataCategory::Financial, 3, -2..=1),
        (DataCategory::Sensitive, 4, -3..=0),
    ];
    for (category, base, range) in table {
        assert_eq!((category.base(), category.adjustments()), (base, range.clone()));
        for adjust in -400..=400 {
            let context = Context::new(category, adjust);
            assert_eq!(context.is_some(), range.contains(&adjust), "{category} {adjust}");
            if let Some(context) = context {
                assert_eq!(i64::from(context.dpc()), i64::from(base) + adjust);
                assert!((1..=4).contains(&context.dpc()));
            }
        }
        assert!(Context::new(category, i64::MAX).is_none() && Context::new(category, i64::MIN).is_none());
    }
    assert_eq!(contexts().len(), 16);
}

#[test]
fn every_score_there_is_lies_in_the_scale_and_has_its_level() {
    let mut seen = std::collections::BTreeSet::new();
    for context in contexts() {
        for &ei in EaseOfIdentification::ALL {
            for circumstances in circumstances() {
                let found = severity(&grounds(vec![context], ei, circumstances));
                let quarters = found.se.count();
                assert_eq!(quarters, found.dpc * found.ei.count() + found.cb.count());
                assert!((1..=24).contains(&quarters) && found.cb.count() <= 8);
                let level = match quarters {
                    ..=7 => "low",
                    8..=11 => "medium",
                    12..=15 => "high",
                    _ => "very_high",
                };
                assert_eq!(found.level.code(), level, "{quarters}");
                seen.insert(quarters);
            }
        }
    }
    assert_eq!((seen.first(), seen.last(), seen.len()), (Some(&1), Some(&24), 24));
}

#[test]
fn a_border_belongs_to_the_level_above() {
    for (quarters, written, level) in [
        (0, "0.0", EnisaLevel::Low),
        (7, "1.75", EnisaLevel::Low),
        (8, "2.0", EnisaLevel::Medium),
        (11, "2.75", EnisaLevel::Medium),
        (12, "3.0", EnisaLevel::High),
        (15, "3.75", EnisaLevel::High),
        (16, "4.0", EnisaLevel::VeryHigh),
        (18, "4.5", EnisaLevel::VeryHigh),
        (24, "6.0", EnisaLevel::VeryHigh),
    ] {
        let score = Quarters(quarters);
        assert_eq!((score.to_string().as_str(), EnisaLevel::of(score)), (written, level));
    }
}

/// Every way of making one input worse by one step.
fn worse(of: &Grounds) -> Vec<Grounds> {
    fn next<C: Choice + PartialEq>(of: C) -> Option<C> {
        C::ALL.iter().copied().skip_while(|c| *c != of).nth(1)
    }
    let mut all = Vec::new();
    all.extend(next(of.ei).map(|ei| Grounds { ei, ..of.clone() }));
    let c = of.circumstances;
    let ways = [
        next(c.confidentiality).map(|confidentiality| Circumstances { confidentiality, ..c }),
        next(c.integrity).map(|integrity| Circumstances { integrity, ..c }),
        next(c.availability).map(|availability| Circumstances { availability, ..c }),
        next(c.malicious).map(|malicious| Circumstances { malicious, ..c }),
    ];
    all.extend(ways.into_iter().flatten().map(|circumstances| Grounds { circumstances, ..of.clone() }));
    all
}

fn any_grounds() -> impl Strategy<Value = Grounds> {
    let context = proptest::sample::select(contexts());
    let ei = proptest::sample::select(EaseOfIdentification::ALL);
    let circumstances = proptest::sample::select(circumstances());
    (proptest::collection::vec(context, 1..6), ei, circumstances, any::<u64>(), any::<bool>()).prop_map(
        |(contexts, ei, circumstances, individuals, unintelligible)| Grounds {
            individuals,
            unintelligible,
            ..grounds(contexts, ei, circumstances)
        },
    )
}

proptest! {
    #[test]
    fn what_makes_a_breach_worse_raises_the_score(of in any_grounds()) {
        let before = severity(&of);
        for worse in worse(&of) {
            let after = severity(&worse);
            prop_assert!(after.se > before.se && after.level >= before.level, "{worse:?}");
        }
        for at in 0..of.contexts.all().len() {
            let mut all = of.contexts.all().to_vec();
            let Some(raised) = Context::new(all[at].category(), all[at].adjust() + 1) else { continue };
            all[at] = raised;
            let after = severity(&Grounds { contexts: Contexts::new(all).unwrap(), ..of.clone() });
            prop_assert!(after.se >= before.se && after.level >= before.level);
        }
    }

    #[test]
    fn the_highest_category_counts_and_the_first_among_equals(of in any_grounds(), one_more in proptest::sample::select(contexts())) {
        let before = severity(&of);
        let all = of.contexts.all();
        prop_assert_eq!(Some(before.dpc), all.iter().map(|c| c.dpc()).max());
        prop_assert_eq!(Some(&before.driving), all.iter().find(|c| c.dpc() == before.dpc));
        let more = Contexts::new([all, &[one_more]].concat()).unwrap();
        let after = severity(&Grounds { contexts: more, ..of.clone() });
        prop_assert!(after.se >= before.se);
        prop_assert_eq!(after.driving, if one_more.dpc() > before.dpc { one_more } else { before.driving });
        // The order changes who is named as driving among equals, and never the score.
        let backwards = Contexts::new(all.iter().rev().copied().collect()).unwrap();
        prop_assert_eq!(severity(&Grounds { contexts: backwards, ..of.clone() }).se, before.se);
    }

    #[test]
    fn the_flags_stand_beside_the_score(of in any_grounds(), individuals in 0u64..300, unintelligible: bool) {
        let (before, after) = (severity(&of), severity(&Grounds { individuals, unintelligible, ..of.clone() }));
        let flags = Flags { individuals_over_100: individuals >= 101, unintelligible };
        prop_assert_eq!(after, Severity { flags, ..before });
    }

    #[test]
    fn what_is_read_is_what_was_written(of in any_grounds()) {
        let listed = of.contexts.all().iter();
        let c = of.circumstances;
        let written = json!({
            "categories": listed.map(|c| json!({ "category": c.category(), "adjust": c.adjust() })).collect::<Vec<_>>(),
            "ei": of.ei,
            "cb": {
                "confidentiality": c.confidentiality, "integrity": c.integrity, "availability": c.availability,
                "malicious": c.malicious == MaliciousIntent::Yes,
            },
            "individuals": of.individuals,
            "unintelligible": of.unintelligible,
        });
        prop_assert_eq!(read(&written.to_string()).unwrap().parse().unwrap(), of);
    }
}

fn refused(text: &str) -> Vec<String> {
    let Err(Refusal::Invalid(errors)) = read(text).unwrap().parse() else { panic!("{text} was taken") };
    errors.into_iter().map(|e| format!("{} {}: {}", e.field, e.code, e.message)).collect()
}

#[test]
fn every_answer_that_is_unknown_is_named() {
    let all = refused(&changed(|i| {
        i["categories"] = json!([{ "category": "secret" }, { "category": "sensitive", "adjust": 1 }]);
        i["ei"] = json!("1.0");
        i["cb"]["confidentiality"] = json!("KNOWN_RECIPIENTS");
        i["cb"]["integrity"] = json!("");
        i["cb"]["availability"] = json!("partial");
    }));
    assert_eq!(
        all,
        [
            "categories[0].category not_a_choice: This is not one of the choices: simple, behavioural, financial, sensitive.",
            "categories[1].adjust out_of_range: The score of sensitive data can be adjusted by -3 to 0, and not by +1.",
            "ei not_a_choice: This is not one of the choices: negligible, limited, significant, maximum.",
            "cb.confidentiality not_a_choice: This is not one of the choices: none, known_recipients, unknown_recipients.",
            "cb.integrity required: Choose one of: none, recoverable, not_recoverable.",
            "cb.availability not_a_choice: This is not one of the choices: none, temporary, full.",
        ]
    );
    let none = refused(&changed(|i| i["categories"] = json!([])));
    assert_eq!(none, ["categories required: Name at least one category of data."]);
    for (category, adjust) in [
        ("simple", -1),
        ("simple", 4),
        ("behavioural", -2),
        ("behavioural", 3),
        ("financial", -3),
        ("financial", 2),
        ("sensitive", -4),
        ("sensitive", i64::MAX),
        ("simple", i64::MIN),
    ] {
        let said =
            refused(&changed(|i| i["categories"][0] = json!({ "category": category, "adjust": adjust })));
        assert!(said.len() == 1 && said[0].starts_with("categories[0].adjust out_of_range"), "{said:?}");
    }
}

#[test]
fn what_has_another_shape_is_not_read() {
    assert!(read(&changed(|_| ())).is_ok());
    let without = |part: &str, field: &str| {
        changed(|i| {
            let of = if part.is_empty() { &mut *i } else { &mut i[part] };
            assert!(of.as_object_mut().unwrap().remove(field).is_some());
        })
    };
    for field in ["categories", "ei", "cb", "individuals"] {
        assert!(read(&without("", field)).unwrap_err().contains(&format!("missing field `{field}`")));
    }
    for field in ["confidentiality", "integrity", "availability", "malicious"] {
        assert!(read(&without("cb", field)).unwrap_err().contains(&format!("missing field `{field}`")));
    }
    let set = |pointer: &str, value: Value| {
        changed(|i| {
            if let Some(of) = i.pointer_mut(pointer) {
                *of = value;
            } else {
                let (parent, field) = pointer.rsplit_once('/').unwrap();
                i.pointer_mut(parent).unwrap()[field] = value;
            }
        })
    };
    for (pointer, value, says) in [
        ("/score", json!(1), "unknown field `score`"),
        ("/cb/scope", json!("wide"), "unknown field `scope`"),
        ("/categories/0/base", json!(1), "unknown field `base`"),
        ("/categories", json!("simple"), "expected a sequence"),
        ("/categories", json!(["simple"]), "expected an object"),
        ("/categories", json!([["simple", 1]]), "expected an object"),
        ("/categories/0", json!({ "adjust": 1 }), "missing field `category`"),
        ("/categories/0/category", json!({ "simple": null }), "expected a string"),
        ("/categories/0/adjust", json!(1.0), "whole steps"),
        ("/categories/0/adjust", json!("1"), "invalid type: string"),
        ("/categories/0/adjust", Value::Null, "invalid type: null"),
        ("/ei", json!(1.0), "expected a string"),
        ("/ei", json!({ "maximum": null }), "expected a string"),
        ("/cb", json!(["none", "none", "none", false]), "expected an object"),
        ("/cb", Value::Null, "expected an object"),
        ("/cb/malicious", json!("no"), "expected a boolean"),
        ("/cb/malicious", json!(0), "expected a boolean"),
        ("/cb/integrity", Value::Null, "expected a string"),
        ("/individuals", json!(-1), "whole number of people"),
        ("/individuals", json!(1.5), "whole number of people"),
        ("/individuals", json!(80.0), "whole number of people"),
        ("/individuals", json!("80"), "invalid type: string"),
        ("/individuals", Value::Null, "invalid type: null"),
        ("/unintelligible", Value::Null, "expected a boolean"),
        ("/unintelligible", json!("true"), "expected a boolean"),
    ] {
        let text = set(pointer, value);
        let said = read(&text).unwrap_err();
        assert!(said.contains(says), "{text}: {said}");
    }
    // Twice the same field is neither the first nor the last.
    let twice = changed(|_| ()).replacen("\"ei\"", "\"ei\":\"limited\",\"ei\"", 1);
    assert!(read(&twice).unwrap_err().contains("duplicate field `ei`"));
    let list = json!([[{ "category": "simple" }], "maximum", ["none", "none", "none", false], 1, false]);
    assert!(read(&list.to_string()).unwrap_err().contains("expected an object"));
}

#[test]
fn every_answer_is_explained_with_examples_and_in_words_of_its_own() {
    let mut all: Vec<Explanation> = contexts().into_iter().map(Explained::explained).collect();
    fn of<C: Choice + Explained>(all: &mut Vec<Explanation>) {
        all.extend(C::ALL.iter().map(|c| c.explained()));
    }
    of::<Question>(&mut all);
    of::<DataCategory>(&mut all);
    of::<EaseOfIdentification>(&mut all);
    of::<ConfidentialityLoss>(&mut all);
    of::<IntegrityLoss>(&mut all);
    of::<AvailabilityLoss>(&mut all);
    of::<MaliciousIntent>(&mut all);
    of::<EnisaLevel>(&mut all);
    for explanation in &all {
        assert!(explanation.meaning.ends_with('.') && !explanation.meaning.contains("  "), "{explanation:?}");
        assert!(!explanation.examples.is_empty(), "{explanation:?}");
        for example in explanation.examples {
            assert!(!example.is_empty() && !example.ends_with('.'), "{example}");
        }
    }
    let examples = all.iter().flat_map(|e| e.examples).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(
        examples.len(),
        all.iter().map(|e| e.examples.len()).sum::<usize>(),
        "an example stands twice"
    );
    let names: Vec<&str> = Question::ALL.iter().map(|q| q.code()).collect();
    let Value::Object(mut input) =
        serde_json::from_str(&changed(|i| i["unintelligible"] = json!(true))).unwrap()
    else {
        panic!("an object")
    };
    let Some(Value::Object(cb)) = input.remove("cb") else { panic!("an object") };
    let mut fields: Vec<&str> = input.keys().chain(cb.keys()).map(String::as_str).chain(["adjust"]).collect();
    let mut names = names;
    names.sort_unstable();
    fields.sort_unstable();
    assert_eq!(names, fields, "every field of the input is a question");
}
