use super::*;
use crate::{fact::catalogue::catalogue, playbook::find};
use chrono::TimeZone;

fn tried(playbook: &Playbook, input: &RehearsalInput) -> Rehearsal {
    let now = Utc.with_ymd_and_hms(2026, 6, 9, 8, 0, 0).unwrap();
    rehearse(playbook, &|id| find(id), catalogue(), input, Zone::UTC, now)
}

fn answers(said: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let all = said
        .iter()
        .map(|(key, values)| ((*key).to_owned(), values.iter().map(|v| (*v).to_owned()).collect()));
    all.collect()
}

#[test]
fn an_invented_answer_opens_a_branch_and_says_why() {
    let playbook = find("customer-api-enumerated").unwrap();
    let with = "force-password-resets";
    let applies = |input: &RehearsalInput| {
        let run = tried(playbook, input);
        assert_eq!(run.errors, Vec::new());
        run.steps.into_iter().find(|s| s.id == with).unwrap().applies
    };
    assert!(matches!(applies(&RehearsalInput::default()), StepApplies::Undecided { .. }));
    let input = |types: &[&str]| RehearsalInput {
        answers: answers(&[("data.types", types)]),
        ..RehearsalInput::default()
    };
    assert!(
        matches!(applies(&input(&["credentials", "contact"])), StepApplies::Yes { because } if !because.is_empty())
    );
    assert!(matches!(applies(&input(&["contact"])), StepApplies::No { .. }));
}

#[test]
fn due_times_run_from_invented_instants_and_the_rest_waits() {
    let playbook = find("customer-api-enumerated").unwrap();
    let input = RehearsalInput { declared_at: "2026-06-01 08:00".to_owned(), ..RehearsalInput::default() };
    let run = tried(playbook, &input);
    let due = run.steps.iter().filter(|s| s.due_words.ends_with("declared")).count();
    assert!(due > 0 && run.steps.iter().any(|s| s.overdue && s.is_next));
    assert!(run.steps.iter().all(|s| s.due_at.is_none()
        || s.due_words.contains("declared")
        || s.due_words.contains("declaration")));
    assert!(tried(playbook, &RehearsalInput::default()).steps.iter().all(|s| s.due_at.is_none()));
    assert!(run.asks.len() >= playbook.question_count() / 2);
}

#[test]
fn what_cannot_be_taken_is_said_of_its_field_and_the_rest_still_runs() {
    let playbook = find("customer-api-enumerated").unwrap();
    let input = RehearsalInput {
        aware_at: "soon".to_owned(),
        answers: answers(&[
            ("people.count", &["many"]),
            ("no.such", &["x"]),
            ("data.types", &["credentials"]),
        ]),
        decisions: [("take-the-lead".to_owned(), "yes".to_owned())].into(),
        ..RehearsalInput::default()
    };
    let run = tried(playbook, &input);
    let mut fields: Vec<&str> = run.errors.iter().map(|e| e.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["a.no.such", "a.people.count", "aware_at", "d.take-the-lead"]);
    assert_eq!(run.steps.len(), playbook.steps.len());
}
