//! What may leave: only what a second person approved, word for word, on facts that still hold.

use crate::support::{
    AUTHORITY, Desk, Said, Who, accepted, deferred, engines::story, hours, minutes, rejected,
};
use domain::{
    access::Role,
    awareness::AwarenessInput,
    id::{IncidentId, NoticeId},
    incident::ReasonInput,
    notice::{
        ApproveInput, ChangesInput, RecipientsInput, StatementInput, stage::Stage, template::NoticeKind,
    },
    view::{NoticePage, Tally},
};
use services::incidents::MemberInput;

fn stale(page: &NoticePage) -> Vec<&str> {
    page.statements.iter().filter(|s| s.stale).map(|s| s.code.as_str()).collect()
}

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

async fn stage(desk: &Desk, who: &Who, id: NoticeId) -> Stage {
    desk.page(who, id).await.notice.stage
}

/// An incident whose people can be told, and who tells them.
async fn ready(desk: &Desk) -> (Who, Who, IncidentId) {
    let (dpo, approver) = (desk.person(Role::Dpo).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Told").await;
    desk.answer_for_people(&dpo, incident).await;
    (dpo, approver, incident)
}

story!(a_changed_fact_makes_its_statements_stale_and_voids_the_approval, |desk| {
    let (dpo, approver, incident) = ready(&desk).await;
    let kind = NoticeKind::SubjectCommunication;
    let approved = desk.submitted(&dpo, incident, kind, "a@people.test").await;
    desk.approve(&approver, approved).await.unwrap();
    let in_review = desk.submitted(&dpo, incident, kind, "b@people.test").await;
    let draft = desk.drafted(&dpo, incident, kind, "c@people.test").await;
    let before = desk.page(&dpo, approved).await;
    assert_eq!(stale(&before), Vec::<&str>::new());

    // A fact that no statement of it read changes nothing.
    desk.answer(&dpo, incident, "nature.systems", "The gateway.").await;
    assert_eq!(stage(&desk, &dpo, approved).await, Stage::Approved);

    desk.answer(&dpo, incident, "advice.self_protection", "Change your password.").await;
    for id in [approved, in_review, draft] {
        let page = desk.page(&dpo, id).await;
        assert_eq!(stale(&page), ["advice"], "exactly the statement that read it");
        assert_eq!(page.notice.stage, Stage::Draft);
        assert_eq!(page.notice.approved_digest, None);
    }
    let page = desk.page(&dpo, approved).await;
    let remark = "The answer to “What people can do to protect themselves” changed.";
    assert_eq!(page.notice.remark, remark);
    assert_eq!(page.digest, before.digest, "the words stay until somebody looks at them again");
    let advice = page.statements.iter().find(|s| s.code == "advice").unwrap();
    let under = advice.under.iter().find(|u| u.key == "advice.self_protection").unwrap();
    assert_ne!(Some(&under.shown), under.now_shown.as_ref());
    assert!(under.now_shown.is_some());

    assert_eq!(
        desk.send_notice(&desk.on_notice(&dpo, approved).await, approved).await.said(),
        "not_approved"
    );
    assert_eq!(desk.submit_notice(&desk.on_notice(&dpo, approved).await, approved).await.said(), "stale");
    desk.refresh_statements(&desk.on_notice(&dpo, approved).await, approved, None).await.unwrap();
    let page = desk.page(&dpo, approved).await;
    assert_eq!(stale(&page), Vec::<&str>::new());
    assert!(page.text.contains("Change your password."));
    assert_ne!(page.digest, before.digest);
    let again = desk.refresh_statements(&desk.on_notice(&dpo, approved).await, approved, None).await;
    assert_eq!(again.said(), "nothing_stale");

    desk.submit_notice(&desk.on_notice(&dpo, approved).await, approved).await.unwrap();
    let old = ApproveInput { digest: before.digest, ..ApproveInput::default() };
    let seen = desk.on_notice(&approver, approved).await;
    assert_eq!(desk.approve_notice(&seen, approved, &old).await.said(), "not_what_was_seen");
    desk.approve(&approver, approved).await.unwrap();
    desk.send_notice(&desk.on_notice(&dpo, approved).await, approved).await.unwrap();
    let mails = desk.run_mail(accepted).await;
    assert!(mails[0].text.contains("Change your password."));
    assert_eq!(stage(&desk, &dpo, approved).await, Stage::Sent);

    // What is gone is gone: a later change neither voids nor stains it.
    desk.answer(&dpo, incident, "advice.self_protection", "Watch your post.").await;
    assert_eq!(stage(&desk, &dpo, approved).await, Stage::Sent);
});

story!(own_words_stay_own_words_when_they_are_looked_at_again, |desk| {
    let (dpo, _, incident) = ready(&desk).await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let own =
        StatementInput { text: "Please change your password today.".to_owned(), ..StatementInput::default() };
    desk.edit_statement(&desk.on_notice(&dpo, id).await, id, "advice", &own).await.unwrap();
    desk.answer(&dpo, incident, "advice.self_protection", "Something else.").await;
    assert_eq!(stale(&desk.page(&dpo, id).await), ["advice"]);
    desk.refresh_statements(&desk.on_notice(&dpo, id).await, id, Some("advice")).await.unwrap();
    let page = desk.page(&dpo, id).await;
    assert!(stale(&page).is_empty() && page.text.contains(&own.text));
    desk.edit_statement(&desk.on_notice(&dpo, id).await, id, "advice", &StatementInput::default())
        .await
        .unwrap();
    let page = desk.page(&dpo, id).await;
    assert!(
        page.text.contains("Something else.") && !page.text.contains(&own.text),
        "an empty text goes back to the template"
    );
});

story!(nobody_approves_what_they_had_a_hand_in, |desk| {
    let (author, approver, incident) = ready(&desk).await;
    let (editor, lister, clean) =
        (desk.another(Role::Dpo).await, desk.another(Role::Dpo).await, desk.another(Role::Dpo).await);
    let id = desk.drafted(&author, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let own =
        StatementInput { text: "Please change your password today.".to_owned(), ..StatementInput::default() };
    desk.edit_statement(&desk.on_notice(&editor, id).await, id, "advice", &own).await.unwrap();
    let to =
        RecipientsInput { recipients: "a@people.test\nb@people.test".to_owned(), confirm: String::new() };
    desk.set_recipients(&desk.on_notice(&lister, id).await, id, &to).await.unwrap();
    desk.submit_notice(&desk.on_notice(&clean, id).await, id).await.unwrap();
    for who in [&author, &editor, &lister] {
        assert_eq!(desk.approve(who, id).await.said(), "own_work");
    }
    let lead = desk.person(Role::Lead).await;
    assert_eq!(desk.approve(&lead, id).await.said(), "forbidden", "a lead releases and doesn't approve");
    let stray = ApproveInput { digest: "0".repeat(64), ..ApproveInput::default() };
    assert_eq!(
        desk.approve_notice(&desk.on_notice(&clean, id).await, id, &stray).await.said(),
        "not_what_was_seen"
    );

    // Whoever sends it back and never writes has no hand in it.
    let remark = ChangesInput { remark: "Say what the post will look like.".to_owned() };
    desk.request_changes(&desk.on_notice(&approver, id).await, id, &remark).await.unwrap();
    assert_eq!(stage(&desk, &author, id).await, Stage::ChangesRequested);
    desk.submit_notice(&desk.on_notice(&author, id).await, id).await.unwrap();
    desk.approve(&approver, id).await.unwrap();
    let page = desk.page(&author, id).await;
    assert_eq!(page.notice.approved_by, Some(approver.id()));
    assert_eq!(page.notice.approved_digest, Some(page.digest));
    assert_eq!(desk.approve(&clean, id).await.said(), "not_in_review");
});

story!(every_change_after_the_approval_voids_it, |desk| {
    let (dpo, approver, incident) = ready(&desk).await;
    let lead = desk.person(Role::Lead).await;
    let id = desk.submitted(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    for change in 0..3 {
        desk.approve(&approver, id).await.unwrap();
        match change {
            0 => {
                let own = StatementInput {
                    text: "Please change your password today.".to_owned(),
                    ..StatementInput::default()
                };
                desk.edit_statement(&desk.on_notice(&lead, id).await, id, "advice", &own).await.unwrap();
            }
            1 => {
                let to = RecipientsInput { recipients: "z@people.test".to_owned(), confirm: String::new() };
                desk.set_recipients(&desk.on_notice(&lead, id).await, id, &to).await.unwrap();
            }
            _ => desk.refresh_statements(&desk.on_notice(&lead, id).await, id, Some("nature")).await.unwrap(),
        }
        assert_eq!(desk.send_notice(&desk.on_notice(&lead, id).await, id).await.said(), "not_approved");
        desk.submit_notice(&desk.on_notice(&lead, id).await, id).await.unwrap();
    }
    desk.approve(&approver, id).await.unwrap();
    assert_eq!(desk.send_notice(&desk.on_notice(&approver, id).await, id).await.said(), "forbidden");
    desk.send_notice(&desk.on_notice(&lead, id).await, id).await.unwrap();
    for said in [
        desk.set_recipients(
            &desk.on_notice(&lead, id).await,
            id,
            &RecipientsInput { recipients: "y@people.test".into(), ..Default::default() },
        )
        .await
        .said(),
        desk.edit_statement(
            &desk.on_notice(&lead, id).await,
            id,
            "advice",
            &StatementInput { text: "x".into(), ..StatementInput::default() },
        )
        .await
        .said(),
        desk.refresh_statements(&desk.on_notice(&lead, id).await, id, Some("nature")).await.said(),
    ] {
        assert_eq!(said, "not_editable");
    }
    assert_eq!(
        desk.send_notice(&desk.on_notice(&lead, id).await, id).await.said(),
        "not_approved",
        "and it leaves once"
    );
});

story!(people_are_told_only_what_is_complete_and_to_somebody, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Incomplete").await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let page = desk.page(&dpo, id).await;
    assert!(page.statements.iter().any(|s| s.missing.iter().any(|(key, _)| key == "advice.self_protection")));
    assert_eq!(desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.said(), "missing_facts");
    // An authority may be told in phases, but not nobody.
    let kind = domain::notice::DraftInput {
        kind: "authority_notification".to_owned(),
        language: "de".to_owned(),
        ..domain::notice::DraftInput::default()
    };
    let id: NoticeId = desk.draft_notice(&desk.by(&dpo), incident, &kind).await.unwrap().id.parse().unwrap();
    assert_eq!(desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.said(), "no_recipients");
    let to = RecipientsInput { recipients: AUTHORITY.to_owned(), confirm: AUTHORITY.to_owned() };
    desk.set_recipients(&desk.on_notice(&dpo, id).await, id, &to).await.unwrap();
    desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
});

story!(the_due_time_passing_makes_the_words_about_it_stale, |desk| {
    let (dpo, approver, incident) = ready(&desk).await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    let id = desk.submitted(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.approve(&approver, id).await.unwrap();
    desk.advance(hours(73));
    let refused = desk.send_notice(&desk.on_notice(&dpo, id).await, id).await;
    assert_eq!(refused.said(), "delay_reasons", "it would say nothing of the delay");

    // Who notifies late says why (Art. 33(1)).
    let late = desk.drafted(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    assert_eq!(desk.submit_notice(&desk.on_notice(&dpo, late).await, late).await.said(), "delay_reasons");
    desk.answer(&dpo, incident, "time.delay_reasons", "The logs had to be restored first.").await;

    // A correction under which less time is left rules at once, and voids as a fact does.
    let second = desk.submitted(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.record_awareness(
        &desk.by(&dpo),
        incident,
        &AwarenessInput {
            aware_at: "2026-06-09T07:00:00Z".to_owned(),
            correction: "The gateway's record is older.".to_owned(),
            ..aware
        },
    )
    .await
    .unwrap();
    let page = desk.page(&dpo, second).await;
    assert_eq!(page.notice.stage, Stage::Draft);
    assert!(stale(&page).contains(&"timeline"));
});

story!(a_communication_that_left_first_voids_no_follow_up, |desk| {
    let (dpo, approver, incident) = ready(&desk).await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    desk.released(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    desk.run_mail(accepted).await;
    desk.advance(hours(80));
    desk.answer(&dpo, incident, "time.delay_reasons", "The logs had to be restored first.").await;
    desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;
    let follow_up = desk.submitted(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.approve(&approver, follow_up).await.unwrap();
    // Nothing in a notification reads this; the first to be told were people, the authority was told late.
    desk.answer(&dpo, incident, "cons.org_impact", "None.").await;
    assert_eq!(stage(&desk, &dpo, follow_up).await, Stage::Approved);
});

async fn balanced(desk: &Desk, who: &Who, id: NoticeId, total: u64) -> Tally {
    let tally = desk.page(who, id).await.tally;
    assert!(tally.balances(), "{tally:?}");
    assert_eq!(tally.total, total);
    tally
}

story!(what_is_cancelled_does_not_leave_and_the_counts_balance, |desk| {
    let (dpo, _, incident) = ready(&desk).await;
    let list: Vec<String> = (0..6).map(|n| format!("p{n}@people.test")).collect();
    let id = desk.released(&dpo, incident, NoticeKind::SubjectCommunication, &list.join("\n")).await;
    assert_eq!(balanced(&desk, &dpo, id, 6).await.open, 6);
    let others = desk.claim_mail(&desk.job(), crate::support::BOOT, 100).await.unwrap();
    let mails: Vec<_> = others.into_iter().filter(|m| m.notice == Some(id)).collect();
    assert_eq!(mails.len(), 6);
    let job = desk.job();
    // 0 taken, 1 refused, 2 to be tried again, 3 and 4 at the dot, 5 only leased.
    for (mail, outcome) in mails.iter().zip([accepted(&mails[0]), rejected(), deferred()]) {
        desk.mark_attempting(&job, mail).await.unwrap();
        desk.finish_mail(&job, mail, &outcome).await.unwrap();
        balanced(&desk, &dpo, id, 6).await;
    }
    for mail in &mails[3..5] {
        desk.mark_attempting(&job, mail).await.unwrap();
    }
    desk.cancel_notice(&desk.on_notice(&dpo, id).await, id, &because("The wrong list.")).await.unwrap();
    let tally = balanced(&desk, &dpo, id, 6).await;
    assert_eq!((tally.accepted, tally.rejected), (1, 1));
    assert_eq!(
        desk.mark_attempting(&job, &mails[5]).await.said(),
        "revision_stale",
        "the dot must not be written any more"
    );
    desk.finish_mail(&job, &mails[3], &accepted(&mails[3])).await.unwrap();
    balanced(&desk, &dpo, id, 6).await;
    desk.finish_mail(&job, &mails[4], &deferred()).await.unwrap();
    desk.finish_mail(&job, &mails[5], &deferred()).await.unwrap();
    let tally = balanced(&desk, &dpo, id, 6).await;
    assert_eq!(tally, Tally { total: 6, accepted: 2, rejected: 1, cancelled: 3, ..Tally::default() });
    desk.advance(hours(300));
    assert_eq!(desk.run_mail(accepted).await.len(), 0, "nothing of it is ever tried again");
    assert_eq!(stage(&desk, &dpo, id).await, Stage::Cancelled);
    let settled = desk.cancel_notice(&desk.on_notice(&dpo, id).await, id, &because("Again.")).await;
    assert_eq!(settled.said(), "settled");
});

story!(a_crash_after_cancelling_sends_nothing, |desk| {
    let (dpo, _, incident) = ready(&desk).await;
    let id = desk.released(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let mails = desk.claim_mail(&desk.job(), "boot-gone", 100).await.unwrap();
    for mail in &mails {
        desk.mark_attempting(&desk.job(), mail).await.unwrap();
    }
    desk.cancel_notice(&desk.on_notice(&dpo, id).await, id, &because("The wrong list.")).await.unwrap();
    desk.reclaim_mail(&desk.job(), crate::support::BOOT).await.unwrap();
    desk.advance(minutes(1));
    assert_eq!(desk.run_mail(accepted).await.len(), 0);
    let page = desk.page(&dpo, id).await;
    assert_eq!(
        (page.tally.cancelled, page.receipts[0].uncertain),
        (1, 1),
        "and it is kept that nobody knows"
    );
});

story!(a_restricted_case_is_approved_only_by_its_members, |desk| {
    let (dpo, approver, incident) = ready(&desk).await;
    let id = desk.submitted(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let lead = desk.person(Role::Lead).await;
    desk.restrict_incident(
        &desk.on_head(&lead, incident).await,
        incident,
        true,
        &because("A colleague may be involved."),
    )
    .await
    .unwrap();
    assert_eq!(desk.notice(&desk.by(&approver), id).await.said(), "not_found");
    assert_eq!(desk.notice(&desk.by(&dpo), id).await.said(), "not_found");
    desk.add_member(&desk.by(&lead), incident, &MemberInput { account: approver.id().to_string() })
        .await
        .unwrap();
    desk.approve(&approver, id).await.unwrap();
    desk.send_notice(&desk.on_notice(&lead, id).await, id).await.unwrap();
});
