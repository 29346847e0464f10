mod branches;
mod schema;

use super::*;
use crate::{
    fact::catalogue::catalogue,
    playbook::{StepPhase, format::tests},
    text::Choice,
};
use std::collections::BTreeSet;

#[test]
fn every_file_reads_and_checks_without_an_error() {
    for (file, text) in FILES {
        let errors = match Playbook::parse(file, text) {
            Ok(playbook) => playbook.check(catalogue(), &|id| find(id)),
            Err(errors) => errors,
        };
        assert_eq!(errors, [], "{file}");
    }
    assert_eq!(library().len(), FILES.len());
}

#[test]
fn every_file_of_the_folder_is_embedded() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../playbooks");
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<String> = names.filter(|name| name.ends_with(".toml")).collect();
    assert_eq!(names, FILES.iter().map(|(file, _)| (*file).to_owned()).collect());
}

fn long() -> impl Iterator<Item = &'static Playbook> {
    library().iter().filter(|playbook| !is_called(&playbook.id))
}

fn short() -> impl Iterator<Item = &'static Playbook> {
    library().iter().filter(|playbook| is_called(&playbook.id))
}

#[test]
fn the_worked_example_comes_first_then_the_long_ones_by_title_then_those_that_are_called() {
    let ids: Vec<&str> = library().iter().map(|p| p.id.as_str()).collect();
    assert_eq!(ids.first(), Some(&"customer-api-enumerated"));
    assert_eq!(ids, long().chain(short()).map(|p| p.id.as_str()).collect::<Vec<_>>());
    assert!(long().skip(1).is_sorted_by_key(|p| &p.title));
    assert_eq!((long().count(), short().count()), (16, 7));
}

#[test]
fn each_is_as_long_as_can_be_followed_and_asks_enough() {
    for playbook in long() {
        let steps = playbook.steps.len();
        assert!((18..=45).contains(&steps), "{}: {steps} steps", playbook.id);
        assert!(playbook.question_count() >= 5, "{}", playbook.id);
        assert!(playbook.steps.iter().filter(|step| step.when.is_some()).count() >= 2, "{}", playbook.id);
    }
    for playbook in short() {
        let steps = playbook.steps.len();
        assert!((6..=20).contains(&steps), "{}: {steps} steps", playbook.id);
    }
}

#[test]
fn every_phase_of_a_long_one_has_steps_and_every_phase_with_steps_a_goal() {
    for playbook in library() {
        for phase in StepPhase::ALL {
            let has_steps = playbook.steps.iter().any(|step| step.phase == *phase);
            assert!(has_steps || is_called(&playbook.id), "{} {phase}", playbook.id);
            assert_eq!(playbook.goals.contains_key(phase), has_steps, "{} {phase}", playbook.id);
        }
    }
}

#[test]
fn what_decides_a_branch_is_asked_for() {
    // The parties come with the organisation's contracts and are recorded on the page of facts.
    let recorded_elsewhere = ["parties[]"];
    for playbook in library() {
        let called = playbook.calls().into_iter().filter_map(find);
        let asked: BTreeSet<&str> = std::iter::once(playbook)
            .chain(called)
            .flat_map(|playbook| &playbook.steps)
            .flat_map(|step| &step.questions)
            .map(|question| question.fact.as_str())
            .collect();
        for key in playbook.steps.iter().filter_map(|step| step.when.as_ref()).flat_map(|when| when.keys()) {
            assert!(asked.contains(key) || recorded_elsewhere.contains(&key), "{}: {key}", playbook.id);
        }
    }
}

/// Read at the first page that shows a playbook: nobody should notice. The limit is that of a release build.
#[test]
fn reading_them_all_takes_no_time_to_speak_of() {
    let once = || {
        let began = std::time::Instant::now();
        let read = FILES.iter().filter(|(file, text)| Playbook::parse(file, text).is_ok()).count();
        assert_eq!(read, FILES.len());
        began.elapsed()
    };
    // The best of some: what else the machine does is no matter of ours.
    let took = (0..5).map(|_| once()).min().unwrap_or_default();
    println!("{} playbooks read in {took:?}", FILES.len());
    assert!(cfg!(debug_assertions) || took.as_millis() < 20, "{took:?}");
}

#[test]
fn the_customer_api_playbook_carries_the_lessons_of_such_a_case() {
    let playbook = find("customer-api-enumerated").unwrap();
    assert!((28..=40).contains(&playbook.steps.len()), "{}", playbook.steps.len());
    assert!(playbook.question_count() >= 8);
    assert!(playbook.steps.iter().filter(|step| step.when.is_some()).count() >= 4);
    for (step, word) in [
        ("validate-input", "type, length, range"),
        ("check-every-object", "object"),
        ("review-access", "rights"),
        ("require-second-factor", "passkey"),
        ("encrypt-in-transit", "TLS"),
        ("encrypt-at-rest", "encrypted"),
        ("limit-rates", "web application firewall"),
        ("secure-the-edge", "bot detection"),
        ("secure-the-edge", "cache"),
        ("harden-the-cloud", "inventory"),
        ("watch-continuously", "Alarms"),
        ("test-by-others", "Scope"),
        ("trust-no-zone", "identity"),
        ("review-without-blame", "Mend the plan"),
        ("communicate-to-people", "what happened"),
        ("prepare-support-and-press", "figures"),
    ] {
        assert!(playbook.step(step).is_some_and(|step| step.how.contains(word)), "{step}: {word}");
    }
}

#[test]
fn the_check_finds_what_could_not_be_answered() {
    let question = |fact: &str| format!("[[step.question]]\nfact = \"{fact}\"\nask = \"?\"");
    let playbook = tests::sample(&[
        tests::step("a", "containment", &question("people.number")),
        tests::step("b", "containment", &question("time.aware")),
        tests::step("c", "containment", &question("notif.previous_id")),
        tests::step("d", "containment", "when = 'data.types has \"passwords\"'"),
        tests::step("e", "containment", &question("people.count")),
        tests::step("f", "containment", "call = \"preserve-evidence\""),
        tests::step("g", "containment", "call = \"preserve-the-evidence\""),
        tests::step("h", "containment", "call = \"ransomware\""),
    ]);
    let found: Vec<String> =
        playbook.check(catalogue(), &|id| find(id)).iter().map(ToString::to_string).collect();
    let expected = [
        "sample.toml:14: The catalogue has no fact \"people.number\"",
        "sample.toml:24: time.aware is worked out by the program",
        "sample.toml:34: notif.previous_id is not about the incident",
        "sample.toml:37: in \"when\", data.types has no option \"passwords\"",
        "sample.toml:63: in \"call\", there is no playbook \"preserve-the-evidence\". Use the id",
        "sample.toml:71: in \"call\", \"ransomware\" calls other playbooks itself. Call one that calls none",
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}");
    }
}
