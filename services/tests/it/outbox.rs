//! Mail that leaves: tried until somebody took it, counted honestly, the same bytes each time.

use crate::support::{
    BOOT, Desk, Said, Who, accepted, deferred, engines::story, hours, minutes, rejected, seconds, uncertain,
};
use domain::{
    access::Role,
    account::organisation::MailInput,
    id::NoticeId,
    notice::{stage::Stage, template::NoticeKind},
    register::FilterInput,
    text::Choice,
    view::Receipt,
};
use services::outbox::{Mail, Outcome};

/// A released communication to these addresses.
async fn sending(desk: &Desk, to: &str) -> (Who, NoticeId) {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Sending").await;
    desk.answer_for_people(&dpo, incident).await;
    let id = desk.released(&dpo, incident, NoticeKind::SubjectCommunication, to).await;
    // The desk's own alarms go first, so that the story is about the notice alone.
    let job = desk.job();
    for mail in desk.claim_mail(&job, BOOT, 100).await.unwrap() {
        if mail.notice.is_none() {
            desk.mark_attempting(&job, &mail).await.unwrap();
            desk.finish_mail(&job, &mail, &accepted(&mail)).await.unwrap();
        }
    }
    desk.reclaim_mail(&job, "boot-zero").await.unwrap();
    (dpo, id)
}

async fn receipt(desk: &Desk, who: &Who, id: NoticeId) -> Receipt {
    desk.page(who, id).await.receipts.remove(0)
}

async fn stage(desk: &Desk, who: &Who, id: NoticeId) -> Stage {
    desk.page(who, id).await.notice.stage
}

/// Everything the bytes of a mail are made of.
fn bytes(mail: &Mail) -> (String, String, Option<String>, String, String, chrono::DateTime<chrono::Utc>) {
    (
        mail.subject.clone(),
        mail.text.clone(),
        mail.html.clone(),
        mail.message_id.clone(),
        mail.boundary.clone(),
        mail.dated_at,
    )
}

story!(a_deferred_mail_is_tried_again_later_and_later, |desk| {
    let (dpo, id) = sending(&desk, "a@people.test").await;
    let mut first: Option<Mail> = None;
    for (tried, wait) in [1, 5, 15, 30, 60, 120, 240, 240].into_iter().enumerate() {
        let mails = desk.run_mail(|_| deferred()).await;
        assert_eq!(mails.len(), 1);
        let again = first.get_or_insert_with(|| mails[0].clone());
        assert_eq!(bytes(&mails[0]), bytes(again), "the same bytes each time");
        if tried > 0 {
            assert_ne!(mails[0].attempt, again.attempt);
        }
        let receipt = receipt(&desk, &dpo, id).await;
        assert_eq!((receipt.state.code(), receipt.attempts), ("deferred", tried as i32 + 1));
        let next = (receipt.next_at.unwrap() - desk.now()).num_seconds();
        assert!((wait * 48..=wait * 72).contains(&next), "{next} s is not {wait} min give or take a fifth");
        assert_eq!(receipt.reply, "4.3.0 Try again later");
        desk.advance(seconds(next - 1));
        assert_eq!(desk.run_mail(accepted).await.len(), 0, "not before its time");
        desk.advance(seconds(2));
    }
    assert!(desk.mail_waits().await.unwrap());
    desk.run_mail(accepted).await;
    let receipt = receipt(&desk, &dpo, id).await;
    assert_eq!((receipt.state.code(), receipt.next_at), ("accepted", None));
    assert!(!desk.mail_waits().await.unwrap());
    assert_eq!(stage(&desk, &dpo, id).await, Stage::Sent);
});

story!(a_connection_that_never_reached_the_dot_counts_as_a_try, |desk| {
    let (dpo, id) = sending(&desk, "a@people.test").await;
    for tries in 1..4 {
        let mail = desk.claim_mail(&desk.job(), BOOT, 10).await.unwrap().remove(0);
        let refused = Outcome::Deferred { code: None, reply: "connection refused".to_owned() };
        desk.finish_mail(&desk.job(), &mail, &refused).await.unwrap();
        assert_eq!(receipt(&desk, &dpo, id).await.attempts, tries);
        desk.advance(hours(1));
    }
});

story!(a_mail_is_given_up_after_two_days_and_says_so, |desk| {
    for outcome in [deferred(), uncertain()] {
        let (dpo, id) = sending(&desk, "a@people.test").await;
        let begun = desk.now();
        while desk.now() - begun <= hours(60) {
            desk.run_mail(|_| outcome.clone()).await;
            desk.advance(hours(4));
        }
        let receipt = receipt(&desk, &dpo, id).await;
        assert_eq!(receipt.state.code(), "expired", "{outcome:?}");
        assert!(receipt.reply.starts_with("Given up after 48 hours."), "{}", receipt.reply);
        assert_eq!(stage(&desk, &dpo, id).await, Stage::Failed);
        assert_eq!(desk.run_mail(accepted).await.len(), 0);
    }
});

story!(some_taken_and_some_refused_is_partly_sent, |desk| {
    let (dpo, id) = sending(&desk, "a@people.test\nb@people.test\nc@people.test").await;
    desk.run_mail(|mail| match mail.recipient.as_str() {
        "a@people.test" => accepted(mail),
        "b@people.test" => rejected(),
        _ => deferred(),
    })
    .await;
    let page = desk.page(&dpo, id).await;
    assert_eq!(page.notice.stage, Stage::Sending, "one is still open");
    assert_eq!(page.notice.first_accepted_at, Some(desk.now()));
    desk.advance(minutes(2));
    assert_eq!(desk.run_mail(accepted).await.len(), 1);
    let page = desk.page(&dpo, id).await;
    assert_eq!(page.notice.stage, Stage::PartlySent);
    assert_eq!((page.tally.accepted, page.tally.rejected), (2, 1));
    let refused = page.receipts.iter().find(|r| r.recipient == "b@people.test").unwrap();
    assert_eq!((refused.state.code(), refused.reply.as_str()), ("rejected", "5.1.1 No such mailbox"));
});

story!(all_refused_is_failed_and_no_clock_is_met, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Refused").await;
    let aware = domain::awareness::AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..Default::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    let id =
        desk.released(&dpo, incident, NoticeKind::AuthorityNotification, crate::support::AUTHORITY).await;
    desk.run_mail(|_| rejected()).await;
    assert_eq!(stage(&desk, &dpo, id).await, Stage::Failed);
    let clock = desk.incident(&desk.by(&dpo), incident).await.unwrap().clock.unwrap();
    assert!(matches!(clock.standing, domain::clock::Standing::Running { .. }));
    let row = desk.register(&desk.by(&dpo), &FilterInput::default(), 1).await.unwrap().rows.items.remove(0);
    assert_eq!(row.notified_at, None);
});

story!(an_uncertain_mail_is_counted_and_sent_again, |desk| {
    let (dpo, id) = sending(&desk, "a@people.test").await;
    let first = desk.run_mail(|_| uncertain()).await.remove(0);
    let shown = receipt(&desk, &dpo, id).await;
    assert_eq!((shown.state.code(), shown.uncertain), ("deferred", 1));
    desk.advance(minutes(2));
    let second = desk.run_mail(accepted).await.remove(0);
    assert_eq!(bytes(&first), bytes(&second));
    let shown = receipt(&desk, &dpo, id).await;
    assert_eq!((shown.state.code(), shown.uncertain), ("accepted", 1), "the doubt stays on the receipt");
});

story!(a_crash_is_found_at_the_next_start_and_the_same_mail_leaves_again, |desk| {
    let (dpo, id) = sending(&desk, "a@people.test\nb@people.test").await;
    let job = desk.job();
    let before = desk.claim_mail(&job, "boot-gone", 10).await.unwrap();
    assert_eq!(before.len(), 2);
    // One was at the dot, the other only leased.
    desk.mark_attempting(&job, &before[0]).await.unwrap();
    assert_eq!(desk.claim_mail(&job, BOOT, 10).await.unwrap().len(), 0, "what is leased is nobody else's");
    assert_eq!(desk.reclaim_mail(&job, "boot-gone").await.unwrap(), 0, "a process takes nothing from itself");
    assert_eq!(desk.reclaim_mail(&job, BOOT).await.unwrap(), 2);
    let counted = |page: domain::view::NoticePage| {
        page.receipts.iter().map(|r| (r.recipient.clone(), r.uncertain)).collect::<Vec<_>>()
    };
    let doubt: i32 = counted(desk.page(&dpo, id).await).iter().map(|(_, n)| n).sum();
    assert_eq!(doubt, 1);

    // What the old process says now is no longer about this mail.
    desk.finish_mail(&job, &before[0], &rejected()).await.unwrap();
    assert_eq!(desk.mark_attempting(&job, &before[1]).await.said(), "revision_stale");
    let after = desk.claim_mail(&job, BOOT, 10).await.unwrap();
    assert_eq!(after.len(), 2);
    desk.finish_mail(&job, &before[0], &rejected()).await.unwrap();
    for mail in &after {
        let old = before.iter().find(|b| b.id == mail.id).unwrap();
        assert_eq!(bytes(mail), bytes(old), "same words, date, Message-ID and boundary");
        assert_ne!(mail.attempt, old.attempt);
        desk.mark_attempting(&job, mail).await.unwrap();
        desk.finish_mail(&job, mail, &accepted(mail)).await.unwrap();
    }
    assert_eq!(stage(&desk, &dpo, id).await, Stage::Sent);
    let outcomes = format!("deliveries:{id}");
    assert!(desk.verify_journal().await.unwrap().heads[&outcomes].0 >= 3, "two taken and one uncertain");
});

story!(an_outcome_is_taken_once, |desk| {
    let (dpo, id) = sending(&desk, "a@people.test").await;
    let mail = desk.run_mail(accepted).await.remove(0);
    let before = desk.journaled().await;
    for late in [rejected(), deferred(), uncertain(), accepted(&mail)] {
        desk.finish_mail(&desk.job(), &mail, &late).await.unwrap();
        let receipt = receipt(&desk, &dpo, id).await;
        assert_eq!((receipt.state.code(), receipt.uncertain), ("accepted", 0), "{late:?}");
    }
    assert_eq!(desk.journaled().await, before);
    assert_eq!(desk.mark_attempting(&desk.job(), &mail).await.said(), "revision_stale");
});

story!(a_relay_that_answers_with_rubbish_loses_no_receipt, |desk| {
    let (dpo, id) = sending(&desk, "a@people.test").await;
    let rubbish = format!("ok\0\u{1b}[31m {}", "x".repeat(5_000));
    desk.run_mail(|mail| match accepted(mail) {
        Outcome::Accepted { code, relay, tls, sent_sha256, .. } => Outcome::Accepted {
            code,
            reply: rubbish.clone(),
            relay: format!("re\0{relay}"),
            tls,
            sent_sha256,
        },
        other => other,
    })
    .await;
    let receipt = receipt(&desk, &dpo, id).await;
    assert_eq!(receipt.state.code(), "accepted");
    assert!(receipt.reply.len() <= 1_000 && !receipt.reply.chars().any(char::is_control));
});

story!(two_processes_share_the_work_and_never_a_mail, |desk| {
    let list: Vec<String> = (0..40).map(|n| format!("p{n}@people.test")).collect();
    let (dpo, id) = sending(&desk, &list.join("\n")).await;
    let job = desk.job();
    let work = async |boot: &str| {
        let mut mine = Vec::new();
        loop {
            let mails = desk.claim_mail(&job, boot, 3).await.unwrap();
            if mails.is_empty() {
                return mine;
            }
            for mail in mails {
                desk.mark_attempting(&job, &mail).await.unwrap();
                desk.finish_mail(&job, &mail, &accepted(&mail)).await.unwrap();
                mine.push(mail.message_id);
            }
        }
    };
    let (one, two) = tokio::join!(work("boot-a"), work("boot-b"));
    let mut all: Vec<String> = one.into_iter().chain(two).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 40);
    assert_eq!(stage(&desk, &dpo, id).await, Stage::Sent);
});

story!(mail_is_configured_and_its_password_stays_sealed, |desk| {
    let admin = desk.person(Role::Administrator).await;
    assert!(!desk.mail_leaves().await.unwrap());
    let input = MailInput {
        host: "relay.controller.test".to_owned(),
        port: "587".to_owned(),
        security: "starttls".to_owned(),
        username: "desk".to_owned(),
        password: "lantern otter gravel".to_owned(),
        from_name: "Harbour Parcel".to_owned(),
        from_address: "incidents@controller.test".to_owned(),
    };
    desk.save_mail(&desk.seen(&admin, 0), &input).await.unwrap();
    desk.save_mail(&desk.seen(&admin, 1), &MailInput { password: String::new(), ..input.clone() })
        .await
        .unwrap();
    let (settings, password, revision) = desk.relay().await.unwrap().unwrap();
    assert_eq!(
        (settings.host.as_str(), password.as_deref(), revision),
        ("relay.controller.test", Some("lantern otter gravel"), 2)
    );
    assert_eq!(desk.number("SELECT COUNT(*) FROM settings WHERE body LIKE '%lantern%'").await, 0);
    let clear = MailInput { security: "none".to_owned(), ..input };
    assert_eq!(desk.save_mail(&desk.seen(&admin, 2), &clear).await.said(), "security:not_protected");

    desk.queue_test_mail(&desk.by(&admin), "me@controller.test").await.unwrap();
    desk.run_mail(accepted).await;
    let mails = desk.last_mails(&desk.by(&admin), "test").await.unwrap();
    assert_eq!((mails[0].recipient.as_str(), mails[0].state.code()), ("me@controller.test", "accepted"));
    assert_eq!(desk.queue_test_mail(&desk.by(&admin), "nobody").await.said(), "to:not_an_email");
});
