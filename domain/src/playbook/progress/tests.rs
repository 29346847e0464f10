use super::*;
use crate::{
    fact::{Value, condition::Codes},
    playbook::{
        find,
        format::tests::{sample, step},
    },
};
use chrono::TimeDelta;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Facts = BTreeMap<String, Value>;

fn hour(n: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(n)
}

fn playbook() -> Playbook {
    let question = |fact: &str| format!("[[step.question]]\nfact = \"{fact}\"\nask = \"?\"");
    sample(&[
        step(
            "look",
            "detection_and_analysis",
            &format!("due = \"2 h after declared\"\n{}", question("data.types")),
        ),
        step("tell", "notification", "due = \"72 h after aware\""),
        step("stop", "containment", "due = \"1 h after declared\""),
        step("reset", "containment", "when = 'data.types has \"credentials\"'"),
        step("many", "containment", "when = 'people.count > 100 and data.types has \"contact\"'"),
        step("learn", "lessons_learned", "due = \"14 d after contained\""),
    ])
}

fn look<T>(
    steps: &[RunStep],
    facts: &Facts,
    anchors: Anchors,
    now: DateTime<Utc>,
    f: impl FnOnce(&Progress<'_>) -> T,
) -> T {
    let lookup = |key: &str| facts.get(key);
    let situation = Situation { steps, facts: &lookup, labels: &Codes, others: &|id| find(id), anchors, now };
    f(&progress(&playbook(), &situation))
}

fn in_state(id: &str, state: StepState) -> RunStep {
    RunStep { state, ..RunStep::untouched(id) }
}

fn declared() -> Anchors {
    Anchors { declared_at: Some(hour(0)), ..Anchors::default() }
}

#[test]
fn an_undecided_step_says_which_question_opens_it_and_the_question_what_it_opens() {
    look(&[], &Facts::new(), declared(), hour(0), |progress| {
        let Applies::Undecided { because, opened_by } = &progress.step("many").unwrap().applies else {
            unreachable!("nothing is known yet")
        };
        assert_eq!(
            because,
            "because it is not yet known whether people.count is more than 100 and whether data.types includes \"contact\""
        );
        let openers: Vec<_> =
            opened_by.iter().map(|o| (o.fact, o.asked_in.map(|asked| asked.step.id.as_str()))).collect();
        assert_eq!(openers, [("people.count", None), ("data.types", Some("look"))]);
        let question = progress.step("look").unwrap().questions.first().unwrap();
        let opens: Vec<_> = question.opens.iter().map(|o| (o.step.id.as_str(), o.when.as_str())).collect();
        assert!(!question.is_answered);
        assert_eq!(
            opens,
            [
                ("reset", "data.types includes \"credentials\""),
                ("many", "people.count is more than 100 and data.types includes \"contact\"")
            ]
        );
        assert_eq!(progress.next, ["look", "tell", "stop", "learn"]);
    });
}

#[test]
fn a_fact_that_a_called_playbook_asks_for_is_said_to_be_asked_there() {
    let playbook = sample(&[
        step("assess", "detection_and_analysis", "call = \"assess-risk-to-people\""),
        step("tell", "notification", "when = 'risk.outcome == \"high_risk\"'"),
    ]);
    let nothing = Facts::new();
    let situation = Situation {
        steps: &[],
        facts: &|key| nothing.get(key),
        labels: &Codes,
        others: &|id| find(id),
        anchors: declared(),
        now: hour(0),
    };
    let progress = progress(&playbook, &situation);
    let Applies::Undecided { opened_by, .. } = &progress.step("tell").unwrap().applies else {
        unreachable!("nothing is known yet")
    };
    let asked = opened_by.first().unwrap().asked_in.unwrap();
    assert_eq!(asked.playbook.title, "Assess the risk to people");
}

#[test]
fn an_answer_takes_one_branch_and_says_why() {
    let facts = Facts::from([("data.types".to_owned(), Value::Choices(vec!["credentials".into()]))]);
    look(&[], &facts, declared(), hour(0), |progress| {
        let applies = |id: &str| progress.step(id).unwrap().applies.clone();
        assert_eq!(applies("look"), Applies::Always);
        assert_eq!(
            applies("reset"),
            Applies::Yes { because: "because data.types includes \"credentials\"".into() }
        );
        assert_eq!(
            applies("many"),
            Applies::No { because: "because data.types does not include \"contact\"".into() }
        );
        assert!(progress.step("look").unwrap().questions.iter().all(|q| q.is_answered && q.opens.is_empty()));
        assert_eq!(progress.next, ["look", "tell", "stop", "reset", "learn"]);
    });
}

#[test]
fn time_runs_from_the_instants_that_have_come_and_overdue_steps_come_first() {
    let anchors = Anchors { declared_at: Some(hour(0)), aware_at: Some(hour(3)), contained_at: None };
    look(&[], &Facts::new(), anchors, hour(5), |progress| {
        let due = |id: &str| progress.step(id).unwrap().due_at;
        assert_eq!((due("look"), due("tell"), due("learn")), (Some(hour(2)), Some(hour(75)), None));
        assert_eq!(progress.next, ["stop", "look", "tell", "learn"]);
    });
    let done = [in_state("stop", StepState::Done)];
    look(&done, &Facts::new(), anchors, hour(5), |progress| {
        assert!(!progress.step("stop").unwrap().is_overdue, "what is done is not late any more");
        assert_eq!(progress.next, ["look", "tell", "learn"]);
    });
    look(&[], &Facts::new(), anchors, hour(2), |progress| {
        assert!(!progress.step("look").unwrap().is_overdue, "the instant itself is still in time");
    });
}

#[test]
fn phases_are_counted_by_what_people_said_and_what_the_facts_say() {
    let facts = Facts::from([("data.types".to_owned(), Value::Choices(vec!["contact".into()]))]);
    let steps = [
        in_state("look", StepState::Done),
        in_state("stop", StepState::WaitingOn { whom: "the host".into(), since: hour(1) }),
        in_state("learn", StepState::Skipped { reason: "x".into() }),
    ];
    look(&steps, &facts, Anchors::default(), hour(0), |progress| {
        let counts: Vec<_> = progress.phases.iter().map(|p| (p.phase, p.settled(), p.total)).collect();
        assert_eq!(
            counts,
            [
                (StepPhase::DetectionAndAnalysis, 1, 1),
                (StepPhase::Containment, 1, 3),
                (StepPhase::Notification, 0, 1),
                (StepPhase::LessonsLearned, 1, 1)
            ]
        );
        let containment = progress.phases.iter().find(|p| p.phase == StepPhase::Containment).unwrap();
        assert_eq!((containment.waiting, containment.not_applicable, containment.undecided), (1, 1, 1));
        assert_eq!(progress.next, ["tell"]);
        assert!(!progress.is_finished());
        assert_eq!(progress.in_phase(StepPhase::Containment).count(), 3);
    });
}

/// What a person might answer to the questions that decide the branches of the worked example.
fn answers() -> impl Strategy<Value = Facts> {
    let choice = |options: &'static [&'static str]| {
        prop::sample::select(options).prop_map(|o| Value::Choice(o.to_owned()))
    };
    let types = prop::sample::subsequence(vec!["contact".to_owned(), "credentials".to_owned()], 0..=2);
    (
        types.prop_map(Value::Choices),
        (0..3_000u64).prop_map(Value::Number),
        choice(&["high_risk", "risk", "unlikely"]),
        choice(&["yes_intact", "protected_but_may_be_subverted", "no"]),
        choice(&["yes", "no"]),
        choice(&["own_detection", "processor"]),
    )
        .prop_map(|(types, count, risk, readable, across, source)| {
            let keys = [
                "data.types",
                "people.count",
                "risk.outcome",
                "nature.unintelligible",
                "xb.is",
                "time.discovery_source",
            ];
            keys.into_iter().map(str::to_owned).zip([types, count, risk, readable, across, source]).collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is answered, doing the next step until none is left ends the run: no dead end.
    #[test]
    fn the_customer_api_playbook_can_be_followed_to_its_end(answers in answers()) {
        let playbook = find("customer-api-enumerated").unwrap();
        let (mut facts, mut done) = (Facts::new(), Vec::new());
        loop {
            let lookup = |key: &str| facts.get(key);
            let situation = Situation { steps: &done, facts: &lookup, labels: &Codes, others: &|id| find(id), anchors: Anchors::default(), now: hour(0) };
            let progress = progress(playbook, &situation);
            let Some(next) = progress.next.first() else {
                prop_assert!(progress.is_finished(), "{:?}", progress.phases);
                break;
            };
            let asked = progress.step(next).unwrap().questions.iter().map(|q| q.question.fact.clone());
            let answered: Vec<_> = asked.filter_map(|key| answers.get(&key).map(|a| (key, a.clone()))).collect();
            done.push(in_state(next, StepState::Done));
            facts.extend(answered);
            prop_assert!(done.len() <= playbook.steps.len());
        }
        // Exactly one of the two ways to end the question of notification.
        let was_done = |id: &str| done.iter().any(|step| step.step == id);
        prop_assert!(was_done("notify-the-authority") != was_done("record-no-notification"));
        let high_risk = answers.get("risk.outcome") == Some(&Value::Choice("high_risk".into()));
        prop_assert_eq!(was_done("communicate-to-people"), high_risk);
    }
}

#[test]
fn a_question_says_what_each_answer_opens() {
    let playbook = sample(&[
        step("ask", "containment", "decision = \"Is it ours?\""),
        step("yes", "containment", "when = 'step.ask == \"yes\" and people.count > 5'"),
        step("no", "containment", "when = 'not step.ask == \"yes\"'"),
        step("either", "containment", "when = 'step.ask == \"yes\" or step.ask == \"no\"'"),
        step("other", "containment", "when = 'people.count > 5'"),
    ]);
    let ids = |steps: Vec<&Step>| steps.iter().map(|s| s.id.clone()).collect::<Vec<_>>();
    let Ways { yes, no } = ways(&playbook, playbook.step("ask").unwrap());
    assert_eq!((ids(yes), ids(no)), (vec!["yes".to_owned()], vec!["no".to_owned()]));
    assert_eq!(ways(&playbook, playbook.step("other").unwrap()), Ways::default());
}
