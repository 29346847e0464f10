//! Whatever order things happen in: what lists sort by is what the rules compute, the counts balance, the
//! journal holds, and no verb fails for a reason of its own.

use crate::support::{
    AUTHORITY, Desk, Said, Who, accepted, answers::exact, deferred, engines::on_both, hours, rejected,
    uncertain,
};
use domain::{
    access::Role,
    awareness::{AwarenessInput, DecisionInput},
    clock::{
        authority::AuthorityInput,
        recorded::{SubmissionInput, TriggerInput},
        rule::own::OwnClockInput,
        settings::RuleSwitchInput,
    },
    id::{IncidentId, NoticeId},
    incident::{CloseInput, MovePhaseInput, ReasonInput},
    moment::rfc3339,
    notice::template::NoticeKind,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Aware { hours_ago: i64 },
    AwareBeforeTheRegulation,
    Decide { confirm: bool },
    HighRisk { hours_ago: i64 },
    Authority { lead: bool },
    NoAuthority,
    Submitted { hours_ago: i64 },
    Rule { on: bool },
    CaseRule { on: bool },
    OwnClock { hours: u32 },
    Remind,
    Fact(u8),
    Draft { people: bool },
    Submit(usize),
    Approve(usize),
    Send(usize),
    Cancel(usize),
    Refresh(usize),
    Mail(u8),
    Crash,
    Wait(i64),
    Phase(u8),
    Close,
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (0i64..200).prop_map(|hours_ago| Act::Aware { hours_ago }),
        1 => Just(Act::AwareBeforeTheRegulation),
        3 => any::<bool>().prop_map(|confirm| Act::Decide { confirm }),
        1 => (0i64..200).prop_map(|hours_ago| Act::HighRisk { hours_ago }),
        2 => any::<bool>().prop_map(|lead| Act::Authority { lead }),
        1 => Just(Act::NoAuthority),
        1 => (0i64..100).prop_map(|hours_ago| Act::Submitted { hours_ago }),
        1 => any::<bool>().prop_map(|on| Act::Rule { on }),
        1 => any::<bool>().prop_map(|on| Act::CaseRule { on }),
        1 => (1u32..200).prop_map(|hours| Act::OwnClock { hours }),
        3 => Just(Act::Remind),
        2 => (0u8..3).prop_map(Act::Fact),
        3 => any::<bool>().prop_map(|people| Act::Draft { people }),
        4 => (0usize..4).prop_map(Act::Submit),
        4 => (0usize..4).prop_map(Act::Approve),
        4 => (0usize..4).prop_map(Act::Send),
        1 => (0usize..4).prop_map(Act::Cancel),
        2 => (0usize..4).prop_map(Act::Refresh),
        5 => (0u8..4).prop_map(Act::Mail),
        1 => Just(Act::Crash),
        3 => (0i64..60).prop_map(Act::Wait),
        1 => (0u8..5).prop_map(Act::Phase),
        1 => Just(Act::Close),
        1 => Just(Act::Reopen),
    ];
    prop::collection::vec(act, 1..28)
}

struct Played {
    lead: Who,
    dpo: Who,
    approver: Who,
    incident: IncidentId,
    notices: Vec<NoticeId>,
    boots: u32,
}

impl Played {
    fn notice(&self, n: usize) -> Option<NoticeId> {
        self.notices.get(n % self.notices.len().max(1)).copied()
    }
}

/// Does one thing. What the rules refuse is refused; nothing else may go wrong.
async fn play(desk: &Desk, it: &mut Played, act: &Act) {
    let because = ReasonInput { reason: "R".to_owned() };
    let aware = |aware_at: String| AwarenessInput {
        aware_at,
        correction: "C".into(),
        judged_by: "M".into(),
        why: "W".into(),
        ..Default::default()
    };
    let said = match act {
        Act::Aware { hours_ago } => {
            let at = rfc3339(desk.now() - hours(*hours_ago));
            desk.record_awareness(&desk.by(&it.dpo), it.incident, &aware(at)).await.said()
        }
        Act::AwareBeforeTheRegulation => desk
            .record_awareness(&desk.by(&it.dpo), it.incident, &aware("2018-05-24T10:00:00Z".into()))
            .await
            .said(),
        Act::Decide { confirm } => {
            let case = desk.clocks(&desk.by(&it.lead), it.incident, None).await.unwrap();
            let Some(waits) = domain::awareness::waiting(&case.statements) else { return };
            let reason = DecisionInput { reason: "R".to_owned() };
            match confirm {
                true => {
                    desk.confirm_awareness(&desk.by(&it.lead), it.incident, waits.id, &reason).await.said()
                }
                false => {
                    desk.decline_awareness(&desk.by(&it.lead), it.incident, waits.id, &reason).await.said()
                }
            }
        }
        Act::HighRisk { hours_ago } => {
            let input = TriggerInput {
                trigger: "high_risk_found".into(),
                happened_at: rfc3339(desk.now() - hours(*hours_ago)),
                why: "W".into(),
                ..Default::default()
            };
            desk.record_trigger(&desk.by(&it.lead), it.incident, &input).await.said()
        }
        Act::Authority { lead } => {
            let (code, capacity) = if *lead { ("FR", "lead") } else { ("GB", "uk") };
            let input = AuthorityInput { code: code.into(), capacity: capacity.into(), ..Default::default() };
            desk.name_authority(&desk.by(&it.lead), it.incident, &input).await.said()
        }
        Act::NoAuthority => {
            let case = desk.clocks(&desk.by(&it.lead), it.incident, None).await.unwrap();
            let Some(named) = case.authorities.iter().find(|a| a.withdrawn_at.is_none()) else { return };
            desk.withdraw_authority(&desk.by(&it.lead), it.incident, named.id, &because).await.said()
        }
        Act::Submitted { hours_ago } => {
            let input = SubmissionInput {
                rule: "gdpr33".into(),
                stage: "notification".into(),
                submitted_at: rfc3339(desk.now() - hours(*hours_ago)),
                how: "portal".into(),
                ..Default::default()
            };
            desk.record_submission(&desk.by(&it.lead), it.incident, &input).await.said()
        }
        Act::Rule { on } => {
            let to = if *on { "on" } else { "off" }.to_owned();
            let input = RuleSwitchInput { to, ..Default::default() };
            desk.switch_rule(&desk.by(&it.dpo), "nis2", &input).await.said()
        }
        Act::CaseRule { on } => {
            let to = if *on { "on" } else { "off" }.to_owned();
            let input = RuleSwitchInput { to, ..Default::default() };
            desk.switch_case_rule(&desk.by(&it.lead), it.incident, "dora", &input).await.said()
        }
        Act::OwnClock { hours } => {
            let input = OwnClockInput {
                title: format!("Notice within {hours}"),
                source: "Contract".into(),
                recipient: "Customer".into(),
                trigger: "became_aware".into(),
                amount: hours.to_string(),
                unit: "hours".into(),
                ..Default::default()
            };
            desk.create_own_clock(&desk.by(&it.dpo), &input).await.said()
        }
        Act::Remind => desk.run_reminders(&desk.job(), "https://desk.test").await.said(),
        Act::Fact(n) => {
            let key = ["nature.text", "advice.self_protection", "nature.systems"][usize::from(*n)];
            desk.record_fact(&desk.by(&it.lead), it.incident, key, &exact("Something else.")).await.said()
        }
        Act::Draft { people } => {
            if desk.incident(&desk.by(&it.dpo), it.incident).await.unwrap().incident.closed_at.is_some() {
                return;
            }
            let (kind, to) = if *people {
                (NoticeKind::SubjectCommunication, "a@people.test\nb@people.test")
            } else {
                (NoticeKind::AuthorityNotification, AUTHORITY)
            };
            it.notices.push(desk.drafted(&it.dpo, it.incident, kind, to).await);
            return;
        }
        Act::Mail(n) => {
            desk.run_mail(|mail| {
                [accepted(mail), deferred(), rejected(), uncertain()][usize::from(*n)].clone()
            })
            .await;
            return;
        }
        Act::Crash => {
            it.boots += 1;
            for (n, mail) in desk
                .claim_mail(&desk.job(), &format!("gone-{}", it.boots), 3)
                .await
                .unwrap()
                .iter()
                .enumerate()
            {
                if n != 1 {
                    desk.mark_attempting(&desk.job(), mail).await.unwrap();
                }
            }
            desk.reclaim_mail(&desk.job(), crate::support::BOOT).await.said()
        }
        Act::Wait(n) => {
            desk.advance(hours(*n));
            return;
        }
        Act::Phase(n) => {
            let to = ["detection_and_analysis", "containment", "eradication", "recovery", "lessons_learned"]
                [usize::from(*n)];
            let input = MovePhaseInput { to: to.into(), reason: "R".into() };
            desk.move_phase(&desk.on_head(&it.lead, it.incident).await, it.incident, &input).await.said()
        }
        Act::Close => {
            let input = CloseInput { outcome: "personal_data_breach".into(), reason: String::new() };
            desk.close_incident(&desk.on_head(&it.lead, it.incident).await, it.incident, &input).await.said()
        }
        Act::Reopen => desk
            .reopen_incident(&desk.on_head(&it.lead, it.incident).await, it.incident, &because)
            .await
            .said(),
        Act::Submit(n) | Act::Approve(n) | Act::Send(n) | Act::Cancel(n) | Act::Refresh(n) => {
            let Some(id) = it.notice(*n) else { return };
            let ctx = desk.on_notice(&it.dpo, id).await;
            match act {
                Act::Submit(_) => desk.submit_notice(&ctx, id).await.said(),
                Act::Approve(_) => desk.approve(&it.approver, id).await.said(),
                Act::Send(_) => desk.send_notice(&ctx, id).await.said(),
                Act::Cancel(_) => desk.cancel_notice(&ctx, id, &because).await.said(),
                _ => desk.refresh_statements(&ctx, id, None).await.said(),
            }
        }
    };
    let faults = ["fault", "forbidden", "not_found", "revision", "signed_out"];
    assert!(!faults.iter().any(|f| said.starts_with(f)), "{act:?}: {said}");
}

async fn holds(desk: &Desk, it: &Played) {
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    let case = desk.incident(&desk.by(&it.dpo), it.incident).await.unwrap();
    let row = desk.incidents(&desk.by(&it.dpo), false, 1).await.unwrap().items.remove(0);
    assert_eq!(row.due_at, case.clock.as_ref().and_then(|c| c.due_at), "the list and the case say the same");
    for id in &it.notices {
        let page = desk.page(&it.dpo, *id).await;
        let tally = page.tally;
        assert!(tally.balances(), "{tally:?}");
        let released = page.notice.sent_at.is_some();
        assert_eq!(tally.total, if released { page.notice.recipients.len() as u64 } else { 0 });
        assert_eq!(page.notice.first_accepted_at.is_some(), tally.accepted > 0);
    }
}

async fn story(desk: Desk, acts: Vec<Act>) {
    let (lead, dpo, approver) =
        (desk.person(Role::Lead).await, desk.person(Role::Dpo).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Derived").await;
    desk.answer_for_people(&dpo, incident).await;
    let mut it = Played { lead, dpo, approver, incident, notices: Vec::new(), boots: 0 };
    for act in &acts {
        play(&desk, &mut it, act).await;
        holds(&desk, &it).await;
    }
    desk.journaled().await;
    let again = desk.opened_again().await;
    assert_eq!(again.check_derived().await.unwrap(), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_stored_is_what_the_rules_compute(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(on_both("derived", |desk| story(desk, acts.clone())));
    }
}

crate::support::engines::story!(awareness_recorded_after_the_authority_was_told, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Told first").await;
    let id = desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;
    let told_at = desk.now();
    desk.advance(hours(3));
    let aware = AwarenessInput {
        aware_at: "2026-06-09T07:00:00Z".into(),
        judged_by: "M".into(),
        why: "W".into(),
        ..Default::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    let row = desk.incidents(&desk.by(&dpo), false, 1).await.unwrap().items.remove(0);
    assert_eq!(row.notified_at, Some(told_at));
    assert_eq!(row.duty, "Notification to the supervisory authority");
    assert_eq!(desk.desk(&desk.by(&dpo)).await.unwrap().clocks.len(), 0, "what was met isn't due");
    assert_eq!(desk.page(&dpo, id).await.notice.first_accepted_at, Some(told_at));
    let before = AwarenessInput { aware_at: "2018-05-24T10:00:00Z".into(), correction: "C".into(), ..aware };
    let id = desk.record_awareness(&desk.by(&dpo), incident, &before).await.unwrap().id.parse().unwrap();
    let row = desk.incidents(&desk.by(&dpo), false, 1).await.unwrap().items.remove(0);
    assert_eq!(row.notified_at, Some(told_at), "no due time is no earlier due time");
    let lead = desk.person(Role::Lead).await;
    desk.confirm_awareness(&desk.by(&lead), incident, id, &DecisionInput::default()).await.unwrap();
    let row = desk.incidents(&desk.by(&dpo), false, 1).await.unwrap().items.remove(0);
    assert_eq!((row.due_at, row.notified_at), (None, None), "no clock ran before the Regulation applied");
});
