use super::*;
use crate::playbook::format::tests::{sample, step};
use chrono::TimeDelta;

const WHO: AccountId = AccountId::from_bits([1; 16]);

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn playbook() -> Playbook {
    sample(&[step("must", "containment", "mandatory = true"), step("may", "containment", "")])
}

/// The state after the commands, or the code of the refusal.
fn after(id: &str, commands: &[RunCommand]) -> Result<RunStep, String> {
    let playbook = playbook();
    let step = playbook.step(id).unwrap();
    commands.iter().try_fold(RunStep::untouched(id), |run, command| {
        let event = decide(step, &run, command, 0, now()).map_err(|refusal| match refusal {
            Refusal::Invalid(errors) => errors.iter().map(|e| format!("{} {}", e.field, e.code)).collect(),
            Refusal::State { code, .. } => code.to_owned(),
        })?;
        Ok(run.after(&event, WHO, now()))
    })
}

fn skip(reason: &str) -> RunCommand {
    RunCommand::Skip { reason: reason.to_owned() }
}

fn not_applicable(reason: &str) -> RunCommand {
    RunCommand::NotApplicable { reason: reason.to_owned() }
}

fn wait_on(whom: &str) -> RunCommand {
    RunCommand::WaitOn { whom: whom.to_owned() }
}

#[test]
fn commands_lead_to_states() {
    let reason = || "no such data".to_owned();
    for (id, commands, expected) in [
        ("must", vec![RunCommand::Done], Ok(StepState::Done)),
        ("must", vec![skip("no such data")], Ok(StepState::Skipped { reason: reason() })),
        ("must", vec![skip("  ")], Err("reason required")),
        ("may", vec![skip("")], Ok(StepState::Skipped { reason: String::new() })),
        ("may", vec![not_applicable("")], Err("reason required")),
        ("may", vec![not_applicable("no such data")], Ok(StepState::NotApplicable { reason: reason() })),
        (
            "may",
            vec![wait_on("the host")],
            Ok(StepState::WaitingOn { whom: "the host".into(), since: now() }),
        ),
        ("may", vec![wait_on(" ")], Err("whom required")),
        ("may", vec![wait_on("a"), RunCommand::Done], Ok(StepState::Done)),
        ("may", vec![wait_on("a"), RunCommand::Reopen], Ok(StepState::Open)),
        ("may", vec![RunCommand::Done, RunCommand::Done], Err("step_settled")),
        ("may", vec![RunCommand::Done, skip("x")], Err("step_settled")),
        ("may", vec![skip("x"), RunCommand::Assign { owner: Some(WHO) }], Err("step_settled")),
        ("may", vec![RunCommand::Done, RunCommand::Reopen], Ok(StepState::Open)),
        ("may", vec![not_applicable("x"), RunCommand::Reopen, RunCommand::Done], Ok(StepState::Done)),
        ("may", vec![RunCommand::Reopen], Err("already_open")),
    ] {
        let found = after(id, &commands).map(|run| run.state);
        assert_eq!(found, expected.map_err(str::to_owned), "{id} {commands:?}");
    }
}

#[test]
fn an_owner_stays_through_done_and_undo_and_who_changed_it_is_kept() {
    let run = after("may", &[RunCommand::Assign { owner: Some(WHO) }, RunCommand::Done, RunCommand::Reopen])
        .unwrap();
    assert_eq!((run.owner, run.changed_by, run.changed_at), (Some(WHO), Some(WHO), Some(now())));
    let other = RunEvent::Moved { step: "must".into(), from: StepState::Open, to: StepState::Done };
    assert_eq!(run.clone().after(&other, WHO, now()), run, "an event of another step changes nothing");
}

#[test]
fn a_playbook_is_followed_once_at_a_time() {
    let playbook = playbook();
    let event = start(&playbook, &["other"]).unwrap();
    assert_eq!(event.code(), "playbook_started");
    assert_eq!(
        event,
        RunEvent::Started { playbook: "sample".into(), version: 3, digest: playbook.digest().into() }
    );
    assert!(start(&playbook, &["other", "sample"]).is_err());
}

#[test]
fn states_read_back_as_stored() {
    for state in [
        StepState::Open,
        StepState::Done,
        StepState::Skipped { reason: "a".into() },
        StepState::NotApplicable { reason: "b".into() },
        StepState::WaitingOn { whom: "c".into(), since: now() },
    ] {
        assert_eq!(StepState::from_parts(state.code(), state.detail(), state.since()), Some(state));
    }
    assert_eq!(StepState::from_parts("waiting_on", "c", None), None);
    assert_eq!(StepState::from_parts("gone", "", None), None);
}

#[test]
fn what_was_typed_becomes_a_command() {
    let input = |json: &str| serde_json::from_str::<StepInput>(json).unwrap().parse();
    assert_eq!(input(r#"{"act":"done"}"#), Ok(RunCommand::Done));
    assert_eq!(input(r#"{"act":"skip","reason":" why "}"#), Ok(skip("why")));
    assert_eq!(input(r#"{"act":"wait_on","whom":"the host"}"#), Ok(wait_on("the host")));
    assert_eq!(input(r#"{"act":"assign"}"#), Ok(RunCommand::Assign { owner: None }));
    assert_eq!(
        input(&format!(r#"{{"act":"assign","owner":"{WHO}"}}"#)),
        Ok(RunCommand::Assign { owner: Some(WHO) })
    );
    for (json, field) in [
        (r#"{"act":""}"#, "act"),
        (r#"{"act":"delete"}"#, "act"),
        (r#"{"act":"wait_on"}"#, "whom"),
        (r#"{"act":"assign","owner":"me"}"#, "owner"),
        (r#"{"act":"skip","reason":"a\u0000b"}"#, "reason"),
    ] {
        let Err(Refusal::Invalid(errors)) = input(json) else { panic!("{json}") };
        assert_eq!(errors.iter().map(|e| e.field.as_str()).collect::<Vec<_>>(), [field], "{json}");
    }
    assert!(serde_json::from_str::<StepInput>(r#"{"act":"done","by":"x"}"#).is_err());
}

#[test]
fn a_step_with_open_items_is_not_done_yet() {
    let playbook = playbook();
    let step = playbook.step("may").unwrap();
    let done = |open| decide(step, &RunStep::untouched("may"), &RunCommand::Done, open, now());
    assert!(done(0).is_ok());
    for (open, words) in
        [(1, "1 item of this step is still open"), (12, "12 items of this step are still open")]
    {
        let refused = done(open).unwrap_err();
        assert!(matches!(&refused, Refusal::State { code: "items_open", .. }), "{refused:?}");
        assert!(refused.to_string().starts_with(words), "{refused}");
    }
    assert!(
        decide(step, &RunStep::untouched("may"), &skip(""), 3, now()).is_ok(),
        "skipping leaves them open"
    );
}

#[test]
fn no_to_a_question_needs_no_reason() {
    let playbook = sample(&[step("ask", "containment", "decision = \"Is it ours?\"")]);
    let ask = playbook.step("ask").unwrap();
    let event = decide(ask, &RunStep::untouched("ask"), &not_applicable(""), 0, now()).unwrap();
    let answered = RunStep::untouched("ask").after(&event, WHO, now());
    assert_eq!(answered.state, StepState::NotApplicable { reason: String::new() });
}
