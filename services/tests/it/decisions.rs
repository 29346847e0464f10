//! Decisions: taken, signed by a second person, opened again by what is learned later.

use crate::{
    clocks::aware,
    support::{
        Desk, Said, accepted,
        answers::{answer_to, exact},
        engines::story,
        hours,
    },
};
use domain::{
    access::Role,
    awareness::DecisionInput,
    decision::{DecideInput, DecisionState, order::OrderInput},
    fact::{catalogue::catalogue, record::RecordFactInput},
    id::{DecisionId, IncidentId, OrderId},
    incident::{CloseInput, ReasonInput},
    notice::{stage::Stage, template::NoticeKind},
};
use services::incidents::MemberInput;

fn words(reason: &str) -> DecisionInput {
    DecisionInput { reason: reason.to_owned() }
}

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

fn decide(risk: &str, notify: &str, communication: &str) -> DecideInput {
    DecideInput {
        risk: risk.to_owned(),
        reasons: "Town and first name of forty people, seen by one other customer who said so at once."
            .to_owned(),
        decided_by: "M. Ost, managing director".to_owned(),
        notify: notify.to_owned(),
        communication: communication.to_owned(),
        ..DecideInput::default()
    }
}

fn dossier() -> DecideInput {
    DecideInput {
        tripwires: vec!["misused".to_owned()],
        people_above: "500".to_owned(),
        ..decide("unlikely", "false", "no_not_high_risk")
    }
}

/// The rules whose clocks run and are open.
async fn open_rules(desk: &Desk, incident: IncidentId) -> Vec<String> {
    let lead = desk.person(Role::Lead).await;
    let clocks = desk.clocks(&desk.by(&lead), incident, None).await.unwrap().clocks;
    clocks.running.into_iter().filter(|c| c.submitted_at.is_none()).map(|c| c.rule).collect()
}

async fn newest(desk: &Desk, incident: IncidentId) -> (DecisionId, DecisionState) {
    let lead = desk.person(Role::Lead).await;
    let page = desk.decision_page(&desk.by(&lead), incident).await.unwrap();
    (page.decisions[0].id, page.decisions[0].state)
}

story!(a_dossier_is_signed_by_a_second_person_and_opened_by_its_tripwire, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("One letter in the wrong envelope").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09 07:00")).await.unwrap();
    desk.answer(&lead, incident, "people.count", "40").await;
    assert!(open_rules(&desk, incident).await.contains(&"gdpr33".to_owned()));

    let responder = desk.person(Role::Responder).await;
    let member = MemberInput { account: responder.id().to_string() };
    desk.add_member(&desk.by(&lead), incident, &member).await.unwrap();
    assert_eq!(desk.decide(&desk.by(&responder), incident, &dossier()).await.said(), "forbidden");
    let bare = DecideInput { tripwires: Vec::new(), people_above: String::new(), ..dossier() };
    assert_eq!(desk.decide(&desk.by(&lead), incident, &bare).await.said(), "tripwires:required");
    let held = DecideInput { people_above: "39".to_owned(), ..dossier() };
    assert_eq!(desk.decide(&desk.by(&lead), incident, &held).await.said(), "people_above:holds_already");
    desk.decide(&desk.by(&lead), incident, &dossier()).await.unwrap();
    let (id, state) = newest(&desk, incident).await;
    assert_eq!(state, DecisionState::Waiting);
    assert_eq!(desk.number("SELECT COUNT(*) FROM outbox WHERE purpose = 'decision'").await, 1);
    // Until it is signed, every clock runs and nothing is answered.
    assert!(open_rules(&desk, incident).await.contains(&"gdpr33".to_owned()));
    assert_eq!(desk.fact(&desk.by(&lead), incident, "risk.outcome").await.unwrap().history.len(), 0);
    assert_eq!(desk.decide(&desk.by(&lead), incident, &dossier()).await.said(), "waits");

    assert_eq!(desk.sign_decision(&desk.by(&lead), incident, id, &words("")).await.said(), "own_work");
    assert_eq!(desk.sign_decision(&desk.by(&responder), incident, id, &words("")).await.said(), "forbidden");
    let elsewhere = desk.declare("Another").await;
    assert_eq!(desk.sign_decision(&desk.by(&dpo), elsewhere, id, &words("")).await.said(), "not_found");
    desk.sign_decision(&desk.by(&dpo), incident, id, &words("I agree.")).await.unwrap();
    assert_eq!(newest(&desk, incident).await.1, DecisionState::InForce);
    assert!(!open_rules(&desk, incident).await.contains(&"gdpr33".to_owned()));
    assert_eq!(
        desk.number("SELECT COUNT(*) FROM clock_rows WHERE rule = 'gdpr33' AND submitted_at IS NULL").await,
        0
    );
    let outcome = desk.fact(&desk.by(&lead), incident, "risk.outcome").await.unwrap();
    assert_eq!(outcome.line.shown, "unlikely to result in a risk");
    assert_eq!(outcome.history[0].0.recorded_by, dpo.id());

    // Many hours later: far more people. The clock runs on from when it began, and those who must know are told.
    desk.advance(hours(30));
    desk.answer(&lead, incident, "people.count", "480").await;
    assert_eq!(newest(&desk, incident).await.1, DecisionState::InForce);
    desk.answer(&lead, incident, "people.count", "4800").await;
    let page = desk.decision_page(&desk.by(&lead), incident).await.unwrap();
    assert_eq!(page.decisions[0].state, DecisionState::Reopened);
    assert!(page.decisions[0].reopened_because.contains("More than 500 people"));
    assert_eq!(page.ruling, None);
    assert_eq!(page.changed.iter().map(|d| d.key.as_str()).collect::<Vec<_>>(), ["people.count"]);
    assert!(open_rules(&desk, incident).await.contains(&"gdpr33".to_owned()));
    assert_eq!(desk.number("SELECT COUNT(*) FROM outbox WHERE subject LIKE '%is open again'").await, 2);
    // Once is enough.
    desk.answer(&lead, incident, "people.count", "5000").await;
    assert_eq!(desk.number("SELECT COUNT(*) FROM outbox WHERE subject LIKE '%is open again'").await, 2);

    let anew = decide("risk", "true", "no_not_high_risk");
    desk.decide(&desk.by(&lead), incident, &anew).await.unwrap();
    assert_eq!(newest(&desk, incident).await.1, DecisionState::InForce);
    assert_eq!(
        desk.fact(&desk.by(&lead), incident, "risk.outcome").await.unwrap().line.shown,
        "likely to result in a risk, but not a high one"
    );
});

story!(whoever_recorded_a_dossier_may_take_it_back_and_decide_anew, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("One letter in the wrong envelope").await;
    desk.decide(&desk.by(&lead), incident, &dossier()).await.unwrap();
    let (id, _) = newest(&desk, incident).await;
    // Closed, it could never be signed.
    let close = CloseInput { outcome: "personal_data_breach".to_owned(), ..CloseInput::default() };
    let closed = desk.close_incident(&desk.on_head(&lead, incident).await, incident, &close).await;
    assert_eq!(closed.said(), "not_ready_to_close");
    assert_eq!(
        desk.decline_decision(&desk.by(&lead), incident, id, &words("")).await.said(),
        "reason:required"
    );
    desk.decline_decision(&desk.by(&lead), incident, id, &words("The count was wrong.")).await.unwrap();
    assert_eq!(
        desk.decline_decision(&desk.by(&lead), incident, id, &words("x")).await.said(),
        "does_not_wait"
    );
    desk.decide(&desk.by(&lead), incident, &decide("high_risk", "true", "tell")).await.unwrap();
    let page = desk.decision_page(&desk.by(&lead), incident).await.unwrap();
    assert_eq!(
        page.decisions.iter().map(|d| (d.version, d.state)).collect::<Vec<_>>(),
        [(2, DecisionState::InForce), (1, DecisionState::Declined)]
    );
});

story!(an_order_opens_a_decision_not_to_tell_and_a_request_to_wait_ends, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("The laptop is gone").await;
    let lost = RecordFactInput { values: vec!["confidentiality".to_owned()], ..exact("") };
    desk.record_fact(&desk.by(&lead), incident, "nature.cia", &lost).await.unwrap();
    desk.answer(&lead, incident, "nature.unintelligible", "yes_intact").await;
    let exempt = DecideInput {
        exemption: "a_unintelligible".to_owned(),
        exemption_reasons: "Full-disk encryption, and the key never left the module.".to_owned(),
        conditions: ["protected", "key_safe", "covers_all", "still_available"].map(str::to_owned).to_vec(),
        tripwires: vec!["readable".to_owned()],
        ..decide("high_risk", "true", "no_exemption_34_3")
    };
    desk.decide(&desk.by(&lead), incident, &exempt).await.unwrap();
    let (id, _) = newest(&desk, incident).await;
    desk.sign_decision(&desk.by(&dpo), incident, id, &words("")).await.unwrap();
    let status = desk.fact(&desk.by(&lead), incident, "ds.exemption").await.unwrap();
    assert_eq!(status.line.shown, "the data were unreadable to outsiders");

    let order = |kind: &str, until: &str| OrderInput {
        kind: kind.to_owned(),
        who: "Commissioner, B. Sand".to_owned(),
        made_at: "2026-06-09 07:55".to_owned(),
        until: until.to_owned(),
        why: "Ref. 33/26: the people are to be told.".to_owned(),
        ..OrderInput::default()
    };
    assert_eq!(
        desk.record_order(&desk.by(&lead), incident, &order("delayed", "")).await.said(),
        "until:required"
    );
    let delay =
        desk.record_order(&desk.by(&lead), incident, &order("delayed", "2026-06-20 12:00")).await.unwrap();
    let tasks = desk.tasks(&desk.by(&lead), true).await.unwrap();
    assert!(tasks.iter().any(|t| t.task.due_at == Some("2026-06-20T12:00:00Z".parse().unwrap())));
    assert_eq!(newest(&desk, incident).await.1, DecisionState::InForce);
    desk.record_order(&desk.by(&lead), incident, &order("ordered", "")).await.unwrap();
    assert_eq!(newest(&desk, incident).await.1, DecisionState::Reopened);
    assert_eq!(desk.decide(&desk.by(&lead), incident, &exempt).await.said(), "communication:ordered");
    let delay: OrderId = delay.id.parse().unwrap();
    assert_eq!(
        desk.end_order(&desk.by(&lead), incident, delay, &because("")).await.said(),
        "reason:required"
    );
    desk.end_order(&desk.by(&lead), incident, delay, &because("They have their man.")).await.unwrap();
    assert_eq!(desk.end_order(&desk.by(&lead), incident, delay, &because("x")).await.said(), "ended");
    desk.decide(&desk.by(&lead), incident, &decide("high_risk", "true", "tell")).await.unwrap();
    let told = desk.fact(&desk.by(&lead), incident, "ds.status").await.unwrap();
    assert_eq!(told.line.shown, "not yet, and the day is still open");
});

story!(a_decision_sends_back_each_notice_once_however_many_answers_it_gives, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("The export was open").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09 07:00")).await.unwrap();
    for definition in catalogue().entries().iter().filter(|d| !d.derived) {
        let _ = desk.record_fact(&desk.by(&lead), incident, &definition.key, &answer_to(definition)).await;
    }
    let notice =
        desk.submitted(&lead, incident, NoticeKind::AuthorityNotification, crate::support::AUTHORITY).await;
    assert_eq!(desk.page(&dpo, notice).await.notice.stage, Stage::InReview);
    desk.decide(&desk.by(&lead), incident, &decide("risk", "true", "no_not_high_risk")).await.unwrap();
    assert_eq!(desk.page(&dpo, notice).await.notice.stage, Stage::Draft);
    assert!(desk.run_mail(accepted).await.is_empty());
});
