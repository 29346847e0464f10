//! Playbooks that call others, and steps that are worked once for each of something.

use crate::support::{Desk, Said, Who, engines::story};
use domain::{
    access::Role,
    id::{IncidentId, ItemId, RunId},
    playbook::{StepInput, find, is_called},
    view::{RunView, StepApplies, StepView},
    work::run::ItemInput,
};
use services::runs::StartInput;

const CALLING: &str = "mailbox-compromise";

async fn begun(desk: &Desk, lead: &Who, incident: IncidentId, playbook: &str) -> RunId {
    let start = StartInput { playbook: playbook.to_owned() };
    desk.start_playbook(&desk.by(lead), incident, &start).await.unwrap().id.parse().unwrap()
}

async fn run(desk: &Desk, lead: &Who, incident: IncidentId, run: RunId) -> RunView {
    let runs = desk.runs(&desk.by(lead), incident).await.unwrap().runs;
    runs.into_iter().find(|r| r.id == run).unwrap()
}

fn step<'r>(run: &'r RunView, id: &str) -> &'r StepView {
    run.steps.iter().find(|s| s.id == id).unwrap()
}

fn act(act: &str, reason: &str) -> StepInput {
    StepInput { act: act.to_owned(), reason: reason.to_owned(), ..StepInput::default() }
}

story!(a_step_is_done_by_following_the_playbook_that_it_calls, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("A mailbox").await;
    let calling = begun(&desk, &lead, incident, CALLING).await;
    let before = run(&desk, &lead, incident, calling).await;
    let call = step(&before, "keep-the-traces").call.clone().unwrap();
    assert_eq!((call.playbook.as_str(), call.title.as_str()), ("preserve-evidence", "Preserve evidence"));
    assert!(call.offered && call.run.is_none());
    let beside: Vec<&str> =
        step(&before, "clear-the-rules").beside.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(beside, ["clear-applications-and-rights", "stop-the-money"]);

    // Its step waits for an answer that another playbook asks for.
    let StepApplies::Undecided { waits_for, .. } = &step(&before, "tell-the-people").applies else {
        panic!("nothing is known yet")
    };
    assert_eq!(waits_for[0].fact, "risk.outcome");
    assert_eq!(waits_for[0].asked_in.as_deref(), Some("Assess the risk to people"));
    let assess = begun(&desk, &lead, incident, "assess-risk-to-people").await;
    let assess = run(&desk, &lead, incident, assess).await;
    let outcome = &step(&assess, "decide-the-outcome").questions[0];
    let opens: Vec<_> = outcome.opens.iter().map(|o| (o.step.as_str(), o.playbook.as_deref())).collect();
    let title = |id: &str| find(id).unwrap().title.as_str();
    let told = find(CALLING).unwrap().step("tell-the-people").unwrap().title.as_str();
    assert!(opens.contains(&(told, Some(title(CALLING)))), "{opens:?}");
    assert!(opens.iter().any(|(_, playbook)| playbook.is_none()), "{opens:?}");

    let called = begun(&desk, &lead, incident, "preserve-evidence").await;
    let first = run(&desk, &lead, incident, called).await;
    let how_far = async || {
        let calling = run(&desk, &lead, incident, calling).await;
        step(&calling, "keep-the-traces").call.clone().unwrap().run.unwrap()
    };
    assert_eq!(how_far().await.id, called);
    let all = first.steps.len();
    assert_eq!((how_far().await.settled, how_far().await.total), (0, all));
    for (settled, done) in first.steps.iter().enumerate() {
        assert_eq!((how_far().await.settled, how_far().await.finished), (settled, false));
        let skip = act("skip", "Done outside the desk.");
        desk.work_step(&desk.seen(&lead, 0), incident, called, &done.id, &skip).await.unwrap();
    }
    assert_eq!((how_far().await.settled, how_far().await.finished), (all, true));
    // Who does it says so by hand.
    assert!(!step(&run(&desk, &lead, incident, calling).await, "keep-the-traces").state.is_settled());
    let done = act("done", "");
    desk.work_step(&desk.seen(&lead, 0), incident, calling, "keep-the-traces", &done).await.unwrap();

    let tab = desk.runs(&desk.by(&lead), incident).await.unwrap();
    assert!(tab.library.iter().all(|p| p.called == is_called(&p.id)));
    assert_eq!(tab.library.iter().filter(|p| p.called).count(), 5, "two of the seven are followed");
});

story!(a_step_with_an_open_item_is_not_done, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Two mailboxes").await;
    let run_id = begun(&desk, &lead, incident, CALLING).await;
    let (id, untouched) = ("lock-the-mailbox", desk.seen(&lead, 0));
    let label = |label: &str| ItemInput { label: label.to_owned() };
    let added = async |name: &str| -> ItemId {
        // Additions don't wait for each other: each of two people may have seen the list without the other's.
        desk.add_item(&desk.seen(&lead, 0), incident, run_id, id, &label(name))
            .await
            .unwrap()
            .id
            .parse()
            .unwrap()
    };
    let (first, second) = (added("Accounts").await, added("Front desk").await);
    let twice = desk.add_item(&untouched, incident, run_id, id, &label("accounts ")).await;
    assert_eq!(twice.said(), "label:already_there");
    let once = desk.add_item(&untouched, incident, run_id, "take-the-lead", &label("x")).await;
    assert_eq!(once.said(), "not_repeated");

    let view = run(&desk, &lead, incident, run_id).await;
    assert_eq!(step(&view, id).repeat.as_deref(), Some("each affected mailbox"));
    assert_eq!(
        (step(&view, id).items.len(), step(&view, id).open_items(), step(&view, id).revision),
        (2, 2, 0)
    );
    let done = async || desk.work_step(&untouched, incident, run_id, id, &act("done", "")).await;
    assert!(done().await.unwrap_err().to_string().starts_with("2 items of this step are still open"));
    let tick = async |item: ItemId, is_done: bool| {
        desk.set_item_done(&desk.seen(&lead, 0), incident, run_id, id, item, is_done).await.said()
    };
    assert_eq!(tick(first, true).await, "ok");
    assert_eq!(tick(first, true).await, "already_done");
    assert_eq!(done().await.said(), "items_open");
    assert_eq!(tick(second, false).await, "not_done");
    assert_eq!(tick(second, true).await, "ok");
    assert_eq!(tick(second, false).await, "ok");
    assert_eq!(tick(second, true).await, "ok");
    // An item belongs to its step.
    let elsewhere = desk.set_item_done(&untouched, incident, run_id, "clear-the-rules", first, false).await;
    assert_eq!(elsewhere.said(), "not_found");
    assert_eq!(done().await.said(), "ok");
    let settled = desk.seen(&lead, 1);
    let late = desk.add_item(&settled, incident, run_id, id, &label("Archive")).await;
    assert_eq!(late.said(), "step_settled");
    assert_eq!(desk.set_item_done(&settled, incident, run_id, id, first, false).await.said(), "step_settled");

    let view = run(&desk, &lead, incident, run_id).await;
    let items = &step(&view, id).items;
    assert!(items.iter().all(|i| i.done_by == Some(lead.id()) && i.done_at == Some(desk.now())));
    assert!(step(&view, "clear-the-rules").items.is_empty(), "each step has its own");
    desk.journaled().await;
});
