//! Which answer counts, how it reads, and what is remembered of the reading.

use super::*;
use crate::text::Choice;
use proptest::prelude::*;
use std::collections::BTreeSet;

const BERLIN: Zone = Zone::Europe__Berlin;

fn at() -> DateTime<Utc> {
    "2026-06-10T08:00:00Z".parse().unwrap()
}

fn fact(key: &str, certainty: Certainty, value: Option<Value>) -> Fact {
    derived(key, certainty, value, at(), AccountId::from_bits([1; 16]))
}

fn known(key: &str, value: Value) -> Fact {
    fact(key, Certainty::Exact, Some(value))
}

fn shown(fact: Fact) -> (String, String) {
    let key = fact.key.clone();
    let sheet = Sheet::new([], [fact], []);
    (sheet.display(&key, Language::En, BERLIN).unwrap(), sheet.display(&key, Language::De, BERLIN).unwrap())
}

#[test]
fn answers_in_words() {
    let number = |n| Some(Value::Number(n));
    let codes = |codes: &[&str]| codes.iter().map(|&c| c.to_owned()).collect::<Vec<_>>();
    let promised = Fact {
        promised_on: Some("2026-06-14".parse().unwrap()),
        ..fact("people.count", Certainty::NotYetKnown, None)
    };
    for (fact, en, de) in [
        (known("people.count", Value::Number(4812)), "4,812", "4.812"),
        (
            fact("people.count", Certainty::Approximate, number(4_800_000)),
            "about 4,800,000",
            "etwa 4.800.000",
        ),
        (
            fact("people.count", Certainty::Range, Some(Value::Range { low: 4000, high: 5000 })),
            "between 4,000 and 5,000",
            "zwischen 4.000 und 5.000",
        ),
        (
            promised,
            "not yet known (expected by 14 June 2026)",
            "noch nicht bekannt (voraussichtlich bis 14. Juni 2026)",
        ),
        (
            fact("people.count", Certainty::CannotBeDetermined, None),
            "cannot be determined",
            "nicht feststellbar",
        ),
        (known("dpo.exists", Value::Bool(true)), "yes", "ja"),
        (
            known("nature.cia", Value::Choices(codes(&["confidentiality", "integrity", "availability"]))),
            "confidentiality, integrity and availability",
            "Vertraulichkeit, Integrität und Verfügbarkeit",
        ),
        (known("cons.severity", Value::Choice("severe".into())), "severe", "schwer"),
        (known("cons.severity", Value::Choice("gone".into())), "gone", "gone"),
        (
            known("time.start", Value::Instant("2026-06-09T00:14:00Z".parse().unwrap())),
            "9 June 2026, 02:14 (UTC+02:00)",
            "9. Juni 2026, 02:14 Uhr (UTC+02:00)",
        ),
        (known("ds.date", Value::Date("2026-03-01".parse().unwrap())), "1 March 2026", "1. März 2026"),
        (
            known("xb.subject_countries", Value::Countries(codes(&["AT", "DE"]))),
            "Austria and Germany",
            "Österreich und Deutschland",
        ),
        (
            known("xb.count_by_country", Value::Counts([("DE".to_owned(), 1200)].into())),
            "Germany: 1,200",
            "Deutschland: 1.200",
        ),
        (
            fact(
                "xb.count_by_country",
                Certainty::Approximate,
                Some(Value::Counts([("DE".to_owned(), 1200), ("FR".to_owned(), 40)].into())),
            ),
            "Germany: about 1,200 and France: about 40",
            "Deutschland: etwa 1.200 und Frankreich: etwa 40",
        ),
    ] {
        assert_eq!(shown(fact), (en.to_owned(), de.to_owned()));
    }
}

#[test]
fn the_latest_answer_of_the_topmost_source_counts() {
    let name = |about, version, text: &str| Fact {
        about,
        version,
        id: FactId::from_bits([version as u8; 16]),
        ..known("ctrl.name", Value::Text(text.into()))
    };
    let profile = [name(About::Organisation, 1, "Old Ltd"), name(About::Organisation, 2, "Profile Ltd")];
    let sheet = Sheet::new(profile.clone(), [], []);
    assert_eq!(sheet.display("ctrl.name", Language::En, BERLIN).as_deref(), Some("Profile Ltd"));
    assert_eq!(sheet.source("ctrl.name"), Some(Source::Organisation));
    // Even a first version in the incident lies over the profile; one about another controller does not.
    let incident =
        [name(About::Incident, 1, "Daughter Ltd"), name(About::Controller("b".into()), 9, "Other Ltd")];
    let sheet = Sheet::new(profile, incident, []);
    assert_eq!(sheet.display("ctrl.name", Language::En, BERLIN).as_deref(), Some("Daughter Ltd"));
    assert_eq!(sheet.source("ctrl.name"), Some(Source::Incident));
}

#[test]
fn the_mode_of_a_count_follows_its_certainty() {
    for (certainty, code) in
        [(Certainty::Exact, "exact"), (Certainty::Range, "approximate"), (Certainty::NotYetKnown, "tbd")]
    {
        let sheet = Sheet::new([], [fact("people.count", certainty, None)], []);
        assert_eq!(sheet.value("people.count_mode"), Some(&Value::Choice(code.into())));
        assert_eq!(sheet.source("people.count_mode"), Some(Source::Derived));
    }
    assert_eq!(Sheet::default().get("people.count_mode"), None);
}

#[test]
fn what_is_owed_is_an_answer_of_its_own() {
    let promised = Fact {
        promised_on: Some("2026-06-14".parse().unwrap()),
        ..fact("people.count", Certainty::NotYetKnown, None)
    };
    let sheet = Sheet::new([], [promised, known("people.text", Value::Text("Customers.".into()))], []);
    let reader = Reader::new(&sheet, Language::En, BERLIN);
    let owed = reader.owed();
    assert!(owed.contains(&("people.count".to_owned(), Some("2026-06-14".parse().unwrap()))));
    assert!(owed.contains(&("people.categories".to_owned(), None)));
    assert!(!owed.iter().any(|(key, _)| key == "people.text" || key == "nature.int_type"));
    assert!(reader.has("notif.subtype", "incomplete"));
    let same = Sheet::new(
        [],
        [
            Fact {
                promised_on: Some("2026-06-14".parse().unwrap()),
                ..fact("people.count", Certainty::NotYetKnown, None)
            },
            known("people.text", Value::Text("Customers and staff.".into())),
        ],
        [],
    );
    // Other words in an answer that is there owe nothing more.
    assert_eq!(same.get("notif.owed").map(|f| f.id), sheet.get("notif.owed").map(|f| f.id));
}

#[test]
fn completeness_counts_what_is_asked() {
    let empty = completeness(&Sheet::default());
    assert_eq!((empty.always.answered, empty.conditional), (0, Tally::default()));
    assert_eq!(empty.missing.len(), empty.always.total);

    let cia = known("nature.cia", Value::Choices(vec!["confidentiality".into()]));
    let later = fact("people.count", Certainty::NotYetKnown, None);
    let asked = completeness(&Sheet::new([], [cia, later], []));
    // The count's mode comes with the count.
    assert_eq!(asked.always, Tally { answered: 2, total: empty.always.total });
    assert_eq!(asked.conditional, Tally { answered: 0, total: 3 });
    assert_eq!(asked.promised, ["people.count"]);
    assert!(asked.missing.contains(&"nature.conf_type".to_owned()));
    assert!(!asked.missing.contains(&"nature.int_type".to_owned()));
}

#[test]
fn reading_is_remembered_and_a_change_is_felt() {
    let old = Sheet::new([], [known("people.count", Value::Number(1))], []);
    let reader = Reader::new(&old, Language::En, BERLIN);
    assert_eq!(reader.say("people.count"), "1");
    assert!(reader.is_unknown("nature.text"));
    let reads = reader.reads();
    assert_eq!(
        reads.iter().map(|r| (r.key.as_str(), r.fact.is_some())).collect::<Vec<_>>(),
        [("nature.text", false), ("people.count", true)]
    );
    assert_eq!(changed(&reads, &old), Vec::<String>::new());
    let new = Sheet::new(
        [],
        [known("people.count", Value::Number(1)), known("nature.text", Value::Text("So.".into()))],
        [],
    );
    assert_eq!(changed(&reads, &new), ["nature.text"]);
    let unread = Sheet::new(
        [],
        [known("people.count", Value::Number(1)), known("data.text", Value::Text("So.".into()))],
        [],
    );
    assert_eq!(changed(&reads, &unread), Vec::<String>::new());
}

proptest! {
    #[test]
    fn numbers_keep_their_digits(n: u64) {
        for language in Language::ALL {
            let words = words::number(n, *language);
            let digits: String = words.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits, n.to_string());
            let mut groups = words.split(|c: char| !c.is_ascii_digit());
            prop_assert!(groups.next().is_some_and(|group| group.len() <= 4));
            prop_assert!(groups.all(|group| group.len() == 3));
        }
    }

    #[test]
    fn only_a_change_of_something_read_is_felt(read: BTreeSet<u8>, changed_key: u8) {
        let key = |n: u8| catalogue().entries().get(usize::from(n) % catalogue().entries().len()).unwrap().key.clone();
        let read: BTreeSet<String> = read.into_iter().map(key).collect();
        let old = Sheet::default();
        let reader = Reader::new(&old, Language::En, BERLIN);
        for key in &read {
            reader.get(key);
        }
        let changed_key = key(changed_key);
        let new = Sheet::new([], [known(&changed_key, Value::Bool(true))], []);
        let felt = changed(&reader.reads(), &new);
        // A new number brings its mode along.
        // A first answer of any kind also says what is still owed.
        let mut changes = BTreeSet::from([changed_key.clone(), "notif.owed".to_owned(), "notif.subtype".to_owned()]);
        match changed_key.as_str() {
            "people.count" => changes.insert("people.count_mode".to_owned()),
            "data.records" => changes.insert("data.records_mode".to_owned()),
            _ => false,
        };
        let expected: BTreeSet<String> = read.intersection(&changes).cloned().collect();
        prop_assert_eq!(felt.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}
