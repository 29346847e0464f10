//! Every template rendered from samples, and the promise that a statement knows what it rests on.

mod hostile;

use super::*;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use domain::{
    fact::{
        Certainty, Fact, Value,
        catalogue::{Definition, Kind, catalogue},
        sheet::{changed, derived},
    },
    id::AccountId,
    text::Choice,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

const BERLIN: Zone = Zone::Europe__Berlin;

fn fact(key: &str, certainty: Certainty, value: Option<Value>) -> Fact {
    derived(key, certainty, value, "2026-06-10T08:00:00Z".parse().unwrap(), AccountId::from_bits([1; 16]))
}

fn promised(key: &str, day: &str) -> Fact {
    Fact { promised_on: Some(day.parse().unwrap()), ..fact(key, Certainty::NotYetKnown, None) }
}

/// A retailer whose customer API answered without asking whose record it was.
fn worked_example() -> Sheet {
    let text = |key, text: &str| fact(key, Certainty::Exact, Some(Value::Text(text.to_owned())));
    let choice = |key, code: &str| fact(key, Certainty::Exact, Some(Value::Choice(code.to_owned())));
    let choices = |key, codes: &[&str]| {
        let codes = codes.iter().map(|&code| code.to_owned()).collect();
        fact(key, Certainty::Exact, Some(Value::Choices(codes)))
    };
    let instant = |key, at: &str| fact(key, Certainty::Exact, Some(Value::Instant(at.parse().unwrap())));
    let number = |key, n| fact(key, Certainty::Exact, Some(Value::Number(n)));
    Sheet::new(
        [],
        [
            text("authority", "Data Protection Authority of Example Land"),
            text("notif.own_ref", "INC-2026-0007"),
            text("notif.previous_id", "DPA-2026-0815"),
            instant("notif.previous_at", "2026-06-10T09:30:00Z"),
            text("notif.withdraw_reason", "The account that read the records was our own test system."),
            text("ctrl.name", "Lindenhof Versand GmbH"),
            text("ctrl.contact", "Beispielweg 7, 12345 Musterstadt\noffice@lindenhof.example.org"),
            text("rep.name", "Marta Weiss"),
            text("rep.contact", "privacy@lindenhof.example.org"),
            choice("rep.function", "dpo"),
            fact("dpo.exists", Certainty::Exact, Some(Value::Bool(true))),
            text("dpo.name", "Marta Weiss"),
            text("dpo.contact", "privacy@lindenhof.example.org"),
            text("info.contact", "Customer desk for this incident\nincident@lindenhof.example.org"),
            choice("time.occurrence_mode", "single_day"),
            instant("time.start", "2026-06-09T00:14:00Z"),
            instant("time.end", "2026-06-09T01:05:00Z"),
            choice("time.discovery_source", "own_detection"),
            text(
                "time.discovery_text",
                "An alert on unusual numbers of requests to the customer API was looked into in the morning. The access \
                 log then showed that one account had read the records of many customers.",
            ),
            choices("nature.cia", &["confidentiality"]),
            choice("nature.conf_type", "exfiltrated"),
            choice("nature.unintelligible", "protected_but_may_be_subverted"),
            choices("nature.incident_type", &["vulnerability_exploited", "exfiltration"]),
            choice("nature.cause", "external_malicious"),
            text(
                "nature.text",
                "For 51 minutes a program fetched customer records one after the other through an ordinary customer \
                 account. Our interface did not check whose record was asked for.",
            ),
            text(
                "nature.systems",
                "Customer API (GET /v2/customers/{number}), in our data centre in Germany.",
            ),
            choices("people.categories", &["customers"]),
            number("people.count", 4812),
            text("people.text", "Customers of the online shop with an account."),
            choices("data.types", &["contact", "credentials"]),
            number("data.records", 4812),
            text("data.text", "E-mail addresses and hashed passwords. No payment data, no orders."),
            choices("before.list", &["encryption", "incident_log"]),
            text(
                "before.text",
                "Passwords were hashed. Internal traffic was in plain text; the account had no second factor.",
            ),
            choices("cons.conf", &["linkable", "misuse"]),
            choices("cons.impact", &["loss_of_control", "identity_theft", "fraud"]),
            choice("cons.severity", "moderate"),
            choice("risk.outcome", "high_risk"),
            text(
                "risk.text",
                "E-mail address and password hash together open other accounts where the password is used again.",
            ),
            text(
                "after.text",
                "The interface was closed on 9 June and checks whose record is asked for since 10 June.\nAll passwords were reset.",
            ),
            choices("after.prevent", &["access_levels", "audits"]),
            promised("after.prevent_text", "2026-06-19"),
            text(
                "advice.self_protection",
                "- Change your password wherever you used the same one.\n- Be wary of messages that mention your customer account.",
            ),
            fact("ds.planned", Certainty::Exact, Some(Value::Date("2026-06-12".parse().unwrap()))),
            choice("ds.status", "planned_date"),
            choice("oth.police", "yes"),
            choice("oth.other_regimes", "no"),
            text("oth.text", "Police of Musterstadt on 10 June 2026."),
            choice("xb.is", "no"),
        ],
        [
            instant("time.aware", "2026-06-09T09:30:00Z"),
            fact("time.late", Certainty::Exact, Some(Value::Bool(false))),
        ],
    )
}

/// The first hour: nothing is known but that there will be a count.
fn nothing_known() -> Sheet {
    Sheet::new(
        [],
        [promised("people.count", "2026-06-14"), fact("data.text", Certainty::CannotBeDetermined, None)],
        [],
    )
}

fn whole(kind: NoticeKind, language: Language, sheet: &Sheet) -> Assembled {
    let draft = draft(kind, language, sheet, BERLIN).unwrap();
    let statements: Vec<(&str, &str)> = draft.iter().map(|(code, s)| (*code, s.text.as_str())).collect();
    assemble(kind, language, &statements)
}

#[test]
fn every_text_from_samples() {
    for kind in NoticeKind::ALL {
        for language in Language::ALL {
            for (sample, sheet) in [("worked_example", worked_example()), ("nothing_known", nothing_known())]
            {
                let Assembled { subject, text, html } = whole(*kind, *language, &sheet);
                let name = format!("{}_{}_{sample}", kind.code(), language.code());
                insta::with_settings!({ snapshot_path => format!("snapshots/{}", language.code()) }, {
                    insta::assert_snapshot!(name.clone(), format!("Subject: {subject}\n\n{text}"));
                });
                // What the mark-up is doesn't depend on the language.
                if sample == "worked_example" && *language == Language::En {
                    insta::assert_snapshot!(format!("{name}_html"), html);
                }
            }
        }
    }
}

#[test]
fn what_is_missing_is_named_and_said_to_follow() {
    let sheet = worked_example();
    let kind = NoticeKind::AuthorityNotification;
    let prevention = statement(kind, Language::En, "prevention", &sheet, BERLIN).unwrap();
    assert_eq!(prevention.missing, ["after.prevent_text"]);
    assert!(prevention.text.contains("We will supply this by 19 June 2026."), "{}", prevention.text);
    let phases = statement(kind, Language::En, "phases", &sheet, BERLIN).unwrap();
    assert!(phases.text.ends_with("- the description of the measures to prevent a repeat: by 19 June 2026"));
    let others = draft(kind, Language::En, &sheet, BERLIN).unwrap();
    assert_eq!(
        others.iter().flat_map(|(_, s)| &s.missing).collect::<Vec<_>>(),
        ["after.prevent_text"].iter().collect::<Vec<_>>()
    );
}

#[test]
fn a_late_notification_gives_its_reasons() {
    let kind = NoticeKind::AuthorityNotification;
    let in_time = statement(kind, Language::En, "delay", &worked_example(), BERLIN).unwrap();
    assert_eq!(in_time.text, "");
    let late = Sheet::new([], [], [fact("time.late", Certainty::Exact, Some(Value::Bool(true)))]);
    let late = statement(kind, Language::En, "delay", &late, BERLIN).unwrap();
    assert_eq!(late.missing, ["time.delay_reasons"]);
    assert!(late.text.starts_with("This notification is made later than 72 hours"));
}

#[test]
fn a_notice_has_only_its_own_statements() {
    let refused =
        statement(NoticeKind::SubjectCommunication, Language::En, "phases", &Sheet::default(), BERLIN);
    assert!(matches!(refused, Err(RenderError::NoSuchStatement(code)) if code == "phases"));
}

#[test]
fn hostile_text_stays_text() {
    let hostile = "{{ 7 * 7 }} <script>alert(1)</script> & {% raw %} \"quoted\"\n- </li>";
    // A withdrawal says nothing about the nature of the breach, but why there was no risk.
    let said = ["nature.text", "risk.text"]
        .map(|key| fact(key, Certainty::Exact, Some(Value::Text(hostile.into()))));
    let sheet = Sheet::new([], said, []);
    for kind in NoticeKind::ALL {
        let notice = whole(*kind, Language::En, &sheet);
        // A holding statement says nothing that may still turn out otherwise.
        if *kind == NoticeKind::HoldingStatement {
            assert!(!notice.text.contains("7 * 7") && !notice.html.contains("7 * 7"));
            continue;
        }
        assert!(
            notice.text.contains("{{ 7 * 7 }} <script>alert(1)</script> & {% raw %} \"quoted\"\n- </li>")
        );
        assert!(!notice.html.contains("<script"));
        assert!(notice.html.contains(
            "{{ 7 * 7 }} &lt;script&gt;alert(1)&lt;/script&gt; &amp; {% raw %} &quot;quoted&quot;"
        ));
        assert!(notice.html.contains("<li>&lt;/li&gt;</li>"));
    }
}

#[test]
fn text_is_broken_at_spaces() {
    let long = format!("{} {}\n- {}", "word ".repeat(40).trim(), "x".repeat(120), "item ".repeat(30).trim());
    let notice =
        assemble(NoticeKind::SubjectCommunication, Language::En, &[("nature", &long), ("subject", "a\nb")]);
    assert_eq!(notice.subject, "a b");
    for line in notice.text.lines() {
        assert!(line.chars().count() <= 76 || line == "x".repeat(120), "{line}");
    }
    assert!(notice.text.contains("\n  item"));
    assert_eq!(notice.text.split_whitespace().filter(|w| *w == "word").count(), 40);
}

/// Everything that a template can say about when it happened, with dates that need another article.
#[test]
fn times_stand_in_sentences() {
    let instant = |key, at: &str| fact(key, Certainty::Exact, Some(Value::Instant(at.parse().unwrap())));
    let start = instant("time.start", "2026-06-07T23:05:00Z");
    let end = instant("time.end", "2026-06-11T09:00:00Z");
    let mode =
        |code: &str| fact("time.occurrence_mode", Certainty::Exact, Some(Value::Choice(code.to_owned())));
    let aware = instant("controller.aware", "2026-06-01T07:30:00Z");
    let text: Vec<String> = Language::ALL
        .iter()
        .flat_map(|language| {
            [
                vec![start.clone(), mode("ongoing")],
                vec![start.clone()],
                vec![start.clone(), end.clone()],
                vec![start.clone(), instant("time.end", "2026-06-08T02:40:00Z")],
                vec![fact("time.start", Certainty::CannotBeDetermined, None)],
            ]
            .map(|facts| {
                let sheet = Sheet::new([], facts, [aware.clone()]);
                let of = |kind| statement(kind, *language, "timeline", &sheet, BERLIN).unwrap().text;
                format!("{}\n{}\n", of(NoticeKind::SubjectCommunication), of(NoticeKind::ControllerNotice))
            })
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

/// What people are told where something is lost or out of reach, or not known yet, or can't be found out.
#[test]
fn people_are_told_what_is_known_before_what_is_missing() {
    let lost = |how: Option<&str>| {
        let cia = Value::Choices(vec!["availability".to_owned()]);
        let never = fact("nature.text", Certainty::CannotBeDetermined, None);
        let how =
            how.map(|how| fact("nature.avail_type", Certainty::Exact, Some(Value::Choice(how.to_owned()))));
        ("nature", [Some(fact("nature.cia", Certainty::Exact, Some(cia))), Some(never), how])
    };
    let words = fact("data.text", Certainty::Exact, Some(Value::Text("The list of orders.".to_owned())));
    let cases = [
        lost(Some("temporary")),
        lost(Some("permanent")),
        lost(None),
        ("data", [Some(words), Some(promised("data.types", "2026-06-14")), None]),
        ("measures", [Some(promised("after.text", "2026-06-14")), None, None]),
        ("measures", [Some(fact("after.text", Certainty::CannotBeDetermined, None)), None, None]),
    ];
    let text: Vec<String> = Language::ALL
        .iter()
        .flat_map(|language| {
            cases.clone().map(|(code, facts)| {
                let sheet = Sheet::new([], facts.into_iter().flatten(), []);
                let said = statement(NoticeKind::SubjectCommunication, *language, code, &sheet, BERLIN);
                format!("[{} {code}]\n{}\n", language.code(), said.unwrap().text)
            })
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

/// A French line that begins with a colon would come of a space that may be broken.
#[test]
fn french_marks_are_tied_to_their_words() {
    for kind in NoticeKind::ALL {
        for sheet in [worked_example(), nothing_known()] {
            let Assembled { subject, text, .. } = whole(*kind, Language::Fr, &sheet);
            for mark in [" :", " ;", " ?", " !", "\n:", "\n;", "\n?", "\n!"] {
                assert!(!subject.contains(mark) && !text.contains(mark), "{kind}: a space before {mark:?}");
            }
            for (place, _) in text.match_indices(": ").chain(text.match_indices(":\n")) {
                let line = text[..place].lines().last().unwrap_or_default();
                assert!(line.ends_with('\u{a0}'), "{kind}: no space before the colon of {line}");
            }
        }
    }
}

/// Some answer to `entry`, another one for another `n`.
fn some_answer(entry: &Definition, n: u8) -> Option<Fact> {
    let words = ["One sentence.", "Two\nlines", "A paragraph.\n\nAnd another.", "- a step\n- another"];
    let option = |n: usize| entry.options[n % entry.options.len()].code.clone();
    let at = DateTime::<Utc>::UNIX_EPOCH + Duration::hours(490_000 + i64::from(n) * 7);
    let n = usize::from(n);
    let value = match entry.kind {
        Kind::Line => Value::Text(format!("Line {n}")),
        Kind::Text | Kind::Contact => Value::Text(words[n % words.len()].to_owned()),
        Kind::Number if n.is_multiple_of(5) => Value::Range { low: n as u64, high: 5000 },
        Kind::Number => Value::Number(n as u64 * 97),
        Kind::Bool => Value::Bool(n.is_multiple_of(2)),
        Kind::Choice => Value::Choice(option(n)),
        Kind::Choices => Value::Choices(
            entry.options.iter().map(|o| o.code.clone()).skip(n % 4).step_by(1 + n % 3).collect(),
        ),
        Kind::Instant => Value::Instant(at),
        Kind::Date => Value::Date(at.date_naive()),
        Kind::Countries => Value::Countries(vec!["DE".into(), ["FR", "IE"][n % 2].into()]),
        Kind::Counts => Value::Counts([("DE".to_owned(), n as u64)].into()),
    };
    assert!(entry.takes(&value), "{}", entry.key);
    match n {
        0..40 => None,
        40..60 => Some(Fact {
            promised_on: NaiveDate::from_ymd_opt(2026, 7, 1 + (n as u32 % 28)),
            // The id tells promises apart as it would where each version has its own.
            id: fact(&entry.key, Certainty::Range, Some(Value::Number(n as u64))).id,
            ..fact(&entry.key, Certainty::NotYetKnown, None)
        }),
        60..70 => Some(fact(&entry.key, Certainty::CannotBeDetermined, None)),
        70..90 if entry.may_be_approximate() => Some(fact(&entry.key, Certainty::Approximate, Some(value))),
        _ => Some(fact(&entry.key, Certainty::Exact, Some(value))),
    }
}

fn sheet(answers: &[u8]) -> Sheet {
    let all = catalogue().entries().iter().zip(answers).filter_map(|(entry, n)| some_answer(entry, *n));
    let (derived, recorded) = all.partition::<Vec<Fact>, _>(|f| catalogue().get(&f.key).unwrap().derived);
    Sheet::new([], recorded, derived)
}

fn answers() -> impl Strategy<Value = Vec<u8>> {
    let entries = catalogue().entries().len();
    proptest::collection::vec(any::<u8>(), entries)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A change of one fact marks exactly the statements that read it, and no unmarked statement would read otherwise.
    #[test]
    fn a_change_marks_exactly_what_rests_on_it(before in answers(), place: prop::sample::Index, n: u8) {
        let mut after = before.clone();
        let place = place.index(before.len());
        after[place] = n;
        let (old, new) = (sheet(&before), sheet(&after));
        let differs: BTreeSet<&str> = catalogue().entries().iter().map(|e| e.key.as_str())
            .filter(|key| old.get(key).map(|f| f.id) != new.get(key).map(|f| f.id)).collect();
        for (kind, language) in NoticeKind::ALL.iter().flat_map(|k| Language::ALL.iter().map(move |l| (*k, *l))) {
            let drafts = (draft(kind, language, &old, BERLIN).unwrap(), draft(kind, language, &new, BERLIN).unwrap());
            for ((code, was), (_, is)) in drafts.0.iter().zip(&drafts.1) {
                let marked = changed(&was.reads, &new);
                let read: BTreeSet<&str> = was.reads.iter().map(|r| r.key.as_str()).collect();
                prop_assert!(read.iter().all(|key| catalogue().get(key).is_some()), "{} reads {:?}", code, read);
                prop_assert_eq!(marked.iter().map(String::as_str).collect::<BTreeSet<_>>(), &differs & &read);
                if marked.is_empty() {
                    prop_assert_eq!(&was.text, &is.text, "{} {} of {}", kind, code, catalogue().entries()[place].key);
                    prop_assert_eq!(&was.reads, &is.reads);
                }
            }
        }
    }

    /// Whatever the facts, no statement loses one that it needs, and nothing of the templates shows. Every language says
    /// the same under the same conditions: what it read is what the English read.
    #[test]
    fn statements_read_what_they_need(answers in answers()) {
        let answered: Vec<u8> = answers.iter().map(|n| 90 + n % 160).collect();
        for sheet in [sheet(&answered), sheet(&answers)] {
            for (kind, language) in NoticeKind::ALL.iter().flat_map(|k| Language::ALL.iter().map(move |l| (*k, *l))) {
                let english = draft(kind, Language::En, &sheet, BERLIN).unwrap();
                for ((code, rendered), (_, first)) in draft(kind, language, &sheet, BERLIN).unwrap().into_iter().zip(english) {
                    prop_assert_eq!(&rendered.reads, &first.reads, "{} {} in {}", kind, code, language);
                    prop_assert_eq!(rendered.text.is_empty(), first.text.is_empty(), "{} {} in {}", kind, code, language);
                    let spec = template::statement(kind, code).unwrap();
                    let read: BTreeSet<&str> = rendered.reads.iter().map(|r| r.key.as_str()).collect();
                    for key in spec.needs.iter().filter(|key| sheet.value(key).is_some()) {
                        let asked = sheet.asks(catalogue().get(key).unwrap());
                        // A name nobody knows hides the contact details that go with it.
                        let hidden = *key == "dpo.contact" && sheet.value("dpo.name").is_none();
                        // Without a start, its end says nothing to the people.
                        let open = *key == "time.end" && sheet.value("time.start").is_none();
                        prop_assert!(!asked || hidden || open || read.contains(key), "{} {} leaves out {}", kind, code, key);
                    }
                    let untidy = ["{{", "{%", "\n\n\n"].iter().any(|mark| rendered.text.contains(mark));
                    prop_assert!(!untidy, "{} {}", kind, code);
                    prop_assert!(!spec.required || !rendered.text.is_empty(), "{} {} says nothing", kind, code);
                }
            }
        }
    }
}
