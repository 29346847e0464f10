//! What is found, and what is let alone.

use super::*;
use crate::{
    delivery::{OnUncertain, RecipientList},
    fact::{Certainty, Value, sheet::derived},
    id::{AccountId, FactId, IncidentId},
    notice::{Statement, stage::Stage, template::statements},
    recipient::Person,
    text::Choice,
};
use chrono::NaiveDate;
use std::collections::BTreeSet;

fn me() -> AccountId {
    AccountId::from_bits([1; 16])
}

/// A notice that says something in each of its statements, to one address.
fn notice(kind: NoticeKind) -> Notice {
    let say = |code: &str| Statement {
        code: code.to_owned(),
        text: match code {
            "contact" => "Write to privacy@controller.test or call +49 40 123456.".to_owned(),
            _ => "Something was read.".to_owned(),
        },
        reads: Vec::new(),
        own_words: false,
        wording: None,
        judgement: false,
        kept: None,
        written_by: me(),
    };
    Notice {
        id: NoticeId::from_bits([2; 16]),
        incident: IncidentId::from_bits([3; 16]),
        kind,
        language: Language::En,
        authority: None,
        controller: None,
        stage: Stage::Draft,
        statements: statements(kind).iter().map(|spec| say(spec.code)).collect(),
        recipients: vec!["a@people.test".to_owned()],
        list: RecipientList::default(),
        on_uncertain: OnUncertain::Resend,
        authors: vec![me()],
        created_at: DateTime::UNIX_EPOCH,
        created_by: me(),
        remark: String::new(),
        submitted_at: None,
        approved_digest: None,
        approved_at: None,
        approved_by: None,
        sent_at: None,
        sent_by: None,
        first_accepted_at: None,
        revision: 1,
    }
}

fn saying(kind: NoticeKind, code: &str, text: &str) -> Notice {
    let mut notice = notice(kind);
    notice.statements.iter_mut().find(|s| s.code == code).unwrap().text = text.to_owned();
    notice
}

fn fact(key: &str, value: Value) -> Fact {
    derived(key, Certainty::Exact, Some(value), DateTime::UNIX_EPOCH, me())
}

fn text(key: &str, text: &str) -> Fact {
    fact(key, Value::Text(text.to_owned()))
}

/// An answer to everything that this kind needs, whatever its kind of value.
fn answered(kind: NoticeKind) -> Vec<Fact> {
    let keys: BTreeSet<&str> = statements(kind).iter().flat_map(|s| s.needs.iter().copied()).collect();
    keys.into_iter().map(|key| text(key, "privacy@controller.test")).collect()
}

fn sheet(facts: impl IntoIterator<Item = Fact>) -> Sheet {
    Sheet::new([], facts, [])
}

fn found(notice: &Notice, sheet: &Sheet, beside: &Beside) -> Vec<Finding> {
    findings(&Checked { notice, sheet, zone: Zone::UTC, beside })
}

fn codes(notice: &Notice, sheet: &Sheet) -> Vec<(&'static str, &'static str)> {
    found(notice, sheet, &Beside::default()).iter().map(|f| (f.weight.code(), f.code)).collect()
}

#[test]
fn a_complete_notice_is_let_alone() {
    for kind in [NoticeKind::SubjectCommunication, NoticeKind::PublicNotice, NoticeKind::HoldingStatement] {
        assert_eq!(codes(&notice(kind), &sheet(answered(kind))), [], "{kind}");
    }
}

#[test]
fn an_authority_is_told_in_phases_and_why_it_is_late() {
    let kind = NoticeKind::AuthorityNotification;
    let all = found(&notice(kind), &Sheet::default(), &Beside::default());
    assert_eq!(
        all.iter().map(|f| (f.code, f.article)).collect::<Vec<_>>(),
        [
            ("in_phases", "Art. 33(3)(a) and 33(4)"),
            ("in_phases", "Art. 33(3)(b) and 33(4)"),
            ("in_phases", "Art. 33(3)(c) and 33(4)"),
            ("in_phases", "Art. 33(3)(d) and 33(4)"),
        ]
    );
    assert!(all.iter().all(|f| f.weight == Weight::Read && f.words.contains("No day is promised")));
    assert!(all[0].mend.contains(&Mend::Fact("nature.text".to_owned())));

    let silent = saying(kind, "phases", "");
    assert_eq!(codes(&silent, &Sheet::default())[0], ("must", "phases_unsaid"));
    let empty = saying(kind, "consequences", " ");
    assert_eq!(codes(&empty, &Sheet::default())[0], ("must", "empty_statement"));
    let late = sheet([fact("time.late", Value::Bool(true))]);
    assert_eq!(codes(&notice(kind), &late)[0], ("must", "delay_reasons"));
    let why =
        sheet([fact("time.late", Value::Bool(true)), text("time.delay_reasons", "The logs were lost.")]);
    assert!(codes(&notice(kind), &why).iter().all(|(weight, _)| *weight == "read"));
}

#[test]
fn a_promised_day_is_no_reproach() {
    let mut later = derived("people.count", Certainty::NotYetKnown, None, DateTime::UNIX_EPOCH, me());
    later.promised_on = NaiveDate::from_ymd_opt(2026, 6, 12);
    let kind = NoticeKind::AuthorityNotification;
    let others = answered(kind).into_iter().filter(|f| f.key != "people.count");
    let all = found(&notice(kind), &sheet(others.chain([later])), &Beside::default());
    let phase = all.iter().find(|f| f.code == "in_phases").unwrap();
    assert!(
        phase.words.contains("Number of data subjects") && !phase.words.contains("No day"),
        "{}",
        phase.words
    );
}

#[test]
fn people_are_told_all_of_it_and_what_they_can_do() {
    let kind = NoticeKind::SubjectCommunication;
    let without = |key: &str| sheet(answered(kind).into_iter().filter(|f| f.key != key));
    for key in ["nature.text", "cons.impact", "after.text", "info.contact", "advice.self_protection"] {
        let all = found(&notice(kind), &without(key), &Beside::default());
        let finding = all.iter().find(|f| f.code == "missing_facts").unwrap();
        assert_eq!(finding.weight, Weight::Must);
        assert!(finding.mend.contains(&Mend::Fact(key.to_owned())), "{key}");
        assert!(finding.article.contains("34(2)"), "{}", finding.article);
    }
    let unknown = |key: &str| {
        let open = derived(key, Certainty::NotYetKnown, None, DateTime::UNIX_EPOCH, me());
        sheet(answered(kind).into_iter().filter(|f| f.key != key).chain([open]))
    };
    assert_eq!(codes(&notice(kind), &unknown("after.text")), [("read", "not_yet_known")]);
    assert_eq!(codes(&notice(kind), &unknown("advice.self_protection")), [("must", "no_advice")]);
    let mut own = saying(kind, "advice", "Change your password today.");
    own.statements.iter_mut().find(|s| s.code == "advice").unwrap().own_words = true;
    assert_eq!(codes(&own, &unknown("advice.self_protection"))[0], ("must", "no_ground"));
    own.statements.iter_mut().find(|s| s.code == "advice").unwrap().judgement = true;
    assert_eq!(codes(&own, &unknown("advice.self_protection")), []);
}

#[test]
fn somebody_can_be_reached() {
    for (words, reached) in [
        ("privacy@controller.test", true),
        ("+49 40 1234-56", true),
        ("https://controller.test/help", true),
        ("Quay 4, 20457 Hamburg", false),
        ("R. Fenn, on the second floor", false),
    ] {
        assert_eq!(contents::reachable(words), reached, "{words}");
    }
    let kind = NoticeKind::SubjectCommunication;
    let place = saying(kind, "contact", "Quay 4, 20457 Hamburg");
    assert_eq!(codes(&place, &sheet(answered(kind))), [("read", "no_contact")]);
    let open = derived("info.contact", Certainty::NotYetKnown, None, DateTime::UNIX_EPOCH, me());
    let facts = sheet(answered(kind).into_iter().filter(|f| f.key != "info.contact").chain([open]));
    let nobody = saying(kind, "contact", "Contact details: not yet known");
    assert_eq!(codes(&nobody, &facts)[0], ("must", "no_contact"));
}

#[test]
fn nobody_who_is_concerned_is_named_to_others() {
    let kind = NoticeKind::HoldingStatement;
    let facts = sheet([text("info.contact", "R. Fenn\nhelp@controller.test\n+49 40 123 45 67 89")]);
    let beside = Beside {
        persons: Persons {
            addresses: BTreeSet::from([
                "anna.kowalska@people.test".to_owned(),
                "help@controller.test".to_owned(),
            ]),
            names: BTreeSet::from(["anna kowalska".to_owned(), "jorg muller".to_owned()]),
            numbers: BTreeSet::from(["tel 077123456", "no k-10442", "tel 123456789"].map(str::to_owned)),
        },
        ..Beside::default()
    };
    let of = |words: &str| -> Vec<&'static str> {
        let notice = saying(kind, "measures", words);
        found(&notice, &facts, &beside).into_iter().map(|f| f.code).collect()
    };
    for (words, expected) in [
        ("We asked Anna.Kowalska@people.test about it.", vec!["names_a_person"]),
        ("Write to help@controller.test.", vec![]),
        ("A mail to somebody@elsewhere.test.", vec!["personal_number"]),
        ("We spoke with Anna Kowalska, and then left.", vec!["may_name_a_person"]),
        ("We spoke with Jörg Müller.", vec!["may_name_a_person"]),
        ("The Harbour Parcel was read.", vec![]),
        ("The account DE89 3704 0044 0532 0130 00 was shown.", vec!["personal_number"]),
        ("The account DE88 3704 0044 0532 0130 00.", vec!["personal_number"]),
        ("The order 4711-0815-2342 was shown.", vec!["personal_number"]),
        ("Call +49 40 123 456 789.", vec![]),
        ("Customer k-10442, called K10442 by some.", vec!["number_of_a_person"]),
        ("Somebody called from 040 77123456.", vec!["number_of_a_person", "personal_number"]),
        ("On 2026-06-09 07:14 about 4,812 records were read.", vec![]),
        ("From 192.168.100.200 it came.", vec![]),
    ] {
        assert_eq!(of(words), expected, "{words}");
    }
    let contact = saying(kind, "contact", "Call +49 30 999 888 777.");
    assert_eq!(found(&contact, &facts, &beside), []);
    assert_eq!(persons::name_of("anna.kowalska@people.test").as_deref(), Some("anna kowalska"));
    assert_eq!(persons::name_of("info@people.test"), None);
    let named = persons::names(&saying(kind, "measures", "We spoke with Jörg Müller."));
    assert!(named.contains("jorg muller") && named.contains("joerg mueller"), "{named:?}");
    let person = Person {
        name: "Müller, Zoë".to_owned(),
        telephone: "+49 40 7712 3456".to_owned(),
        reference: "K-10442".to_owned(),
        ..Person::at("anna.kowalska@people.test")
    };
    let known = [
        "anna kowalska",
        "mueller zoe",
        "muller zoe",
        "no k-10442",
        "tel 077123456",
        "zoe mueller",
        "zoe muller",
    ];
    assert_eq!(persons::known_by(&person), known.map(str::to_owned).into());
    let short = Person { name: "Bo".to_owned(), reference: "4711".to_owned(), ..Person::at("b@people.test") };
    assert_eq!(persons::known_by(&short), BTreeSet::new());
}

#[test]
fn own_words_rest_on_a_fact_or_are_a_judgement() {
    let kind = NoticeKind::HoldingStatement;
    let count = fact("people.count", Value::Number(4_812));
    let mut own = saying(kind, "measures", "We told 4812 of 5,200 people on day 2.");
    own.statements.iter_mut().find(|s| s.code == "measures").unwrap().own_words = true;
    assert_eq!(codes(&own, &Sheet::default()), [("must", "no_ground")]);
    let measures = own.statements.iter_mut().find(|s| s.code == "measures").unwrap();
    measures.reads = vec![Read { key: "people.count".to_owned(), fact: Some(count.id) }];
    let facts = sheet([count]);
    let all = found(&own, &facts, &Beside::default());
    assert_eq!(all.iter().map(|f| f.code).collect::<Vec<_>>(), ["number_without_fact"]);
    assert!(all[0].words.contains("5200") && !all[0].words.contains("4812"), "{}", all[0].words);
    own.statements.iter_mut().find(|s| s.code == "measures").unwrap().judgement = true;
    assert_eq!(codes(&own, &facts), []);
    let talked = Beside { open_comments: 2, ..Beside::default() };
    assert_eq!(found(&own, &facts, &talked)[0].mend, [Mend::Comments]);
}

#[test]
fn what_another_notice_said_otherwise_is_shown() {
    let kind = NoticeKind::SubjectCommunication;
    let mut this = notice(kind);
    let reads = |key: &str, fact: Option<FactId>| Read { key: key.to_owned(), fact };
    let old = Fact { id: FactId::from_bits([7; 16]), ..fact("people.count", Value::Number(4_800)) };
    let new = fact("people.count", Value::Number(5_200));
    let words = text("nature.text", "Another story.");
    this.statements[2].reads =
        vec![reads("people.count", Some(new.id)), reads("nature.text", Some(words.id))];
    let earlier = |facts: Vec<Fact>| Beside {
        earlier: vec![Earlier {
            id: NoticeId::from_bits([9; 16]),
            kind: NoticeKind::AuthorityNotification,
            authority: None,
            controller: None,
            sent_at: DateTime::UNIX_EPOCH,
            reads: vec![
                reads("people.count", Some(FactId::from_bits([7; 16]))),
                reads("nature.text", Some(FactId::from_bits([8; 16]))),
            ],
            facts,
        }],
        ..Beside::default()
    };
    let facts = sheet(answered(kind).into_iter().filter(|f| f.key != "nature.text").chain([new, words]));
    let all = found(&this, &facts, &earlier(vec![old.clone()]));
    assert_eq!(all.len(), 1, "words are not compared: {all:?}");
    assert_eq!(all[0].code, "says_otherwise");
    assert!(all[0].words.contains("4,800") && all[0].words.contains("5,200"), "{}", all[0].words);
    assert!(all[0].mend.contains(&Mend::Notice(NoticeId::from_bits([9; 16]))));
    let same = Fact { value: Some(Value::Number(5_200)), ..old };
    assert_eq!(found(&this, &facts, &earlier(vec![same])), [], "another version with the same answer");
}

#[test]
fn a_way_that_was_broken_into_is_no_way() {
    let kind = NoticeKind::HoldingStatement;
    let beside = Beside {
        channel: Some(Channel {
            host: "smtp7.relay.test".to_owned(),
            from: "desk@controller.test".to_owned(),
        }),
        ..Beside::default()
    };
    for (systems, expected) in [
        ("The relay smtp7.relay.test.", true),
        ("Mailboxes of the sales team.", true),
        ("Der Mailserver in Hamburg.", true),
        ("The domain controller.test, all of it.", true),
        ("The interface api.controller.test", false),
        ("The gateway.", false),
    ] {
        let facts = sheet([text("nature.systems", systems)]);
        let all = found(&notice(kind), &facts, &beside);
        assert_eq!(all.iter().any(|f| f.code == "channel_involved"), expected, "{systems}");
    }
}

#[test]
fn what_people_read_with_effort_is_said() {
    let kind = NoticeKind::SubjectCommunication;
    let hard = "Notwithstanding organisational countermeasures, unauthorised individuals subsequently exfiltrated considerable quantities of pseudonymised communication metadata, necessitating comprehensive forensic investigations, regulatory notifications, contractual renegotiations and infrastructural modernisation, the ramifications of which remain indeterminable considering the heterogeneity of the aforementioned documentation and the unavailability of authoritative historical information.";
    let notice = saying(kind, "nature", hard);
    let all = found(&notice, &sheet(answered(kind)), &Beside::default());
    assert_eq!(all.iter().map(|f| f.code).collect::<Vec<_>>(), ["hard_to_read"]);
    assert_eq!(all[0].mend, [Mend::Statement("nature".to_owned())]);
    let authority = saying(NoticeKind::AuthorityNotification, "nature", hard);
    assert_eq!(ease::of(&authority), None);
}

#[test]
fn what_must_be_mended_stops_every_step() {
    let must = [Finding::must("missing_facts", "Art. 34(2)", "One thing.".to_owned())];
    let read = [Finding::read("in_phases", "Art. 33(4)", "Another.".to_owned())];
    let kind = NoticeKind::SubjectCommunication;
    let now = DateTime::UNIX_EPOCH;
    assert!(notice(kind).submit(&must, now).is_err());
    let submitted = notice(kind).submit(&read, now).unwrap();
    let second = AccountId::from_bits([4; 16]);
    assert!(submitted.approve(second, "d", "d", OnUncertain::Resend, &must, now).is_err());
    let approved = submitted.approve(second, "d", "d", OnUncertain::Resend, &read, now).unwrap();
    assert!(approved.send(second, "d", &must, now).is_err());
    assert!(approved.send(second, "d", &[], now).is_ok());
}

#[test]
fn answers_in_another_language_are_to_be_looked_at() {
    let kind = NoticeKind::SubjectCommunication;
    let mut written = saying(kind, "nature", "Was geschah:\nSomebody read\nthe letters of customers.");
    written.language = Language::De;
    let nature = written.statements.iter_mut().find(|s| s.code == "nature").unwrap();
    nature.reads = ["nature.text", "ctrl.name"].map(|key| Read { key: key.to_owned(), fact: None }).to_vec();
    let sheet = sheet([
        text("nature.text", "Somebody read the letters of customers."),
        text("ctrl.name", "The Harbour Parcel Company"),
    ]);
    let of = |usual| {
        let beside = Beside { usual, ..Beside::default() };
        found(&written, &sheet, &beside).into_iter().find(|f| f.code == "as_recorded")
    };
    assert_eq!(of(Some(Language::En)).unwrap().mend, [Mend::Fact("nature.text".to_owned())]);
    assert_eq!((of(Some(Language::De)), of(None)), (None, None));
}

#[test]
fn what_was_a_risk_is_not_simply_withdrawn() {
    let kind = NoticeKind::AuthorityWithdrawal;
    let with = |outcome: &str| {
        let sheet = sheet([fact("risk.outcome", Value::Choice(outcome.to_owned()))]);
        codes(&notice(kind), &sheet).contains(&("read", "withdrawn_with_risk"))
    };
    assert_eq!(["unlikely", "risk", "high_risk"].map(with), [false, true, true]);
}
