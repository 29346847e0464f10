//! Long lists, many mails at once, and mails of which nobody knows whether they were taken.

use crate::support::{
    BOOT, Desk, Said, Who, accepted, deferred, engines::story, minutes, rejected, uncertain,
};
use domain::{
    access::Role,
    delivery::{DeliveryState, RecipientList, Tally},
    id::{IncidentId, NoticeId},
    incident::ReasonInput,
    notice::{ApproveInput, MoreRecipientsInput, RecipientsInput, stage::Stage, template::NoticeKind},
    view::ListGrown,
};
use services::outbox::{Mail, Marks, Outcome, Which};
use std::collections::BTreeSet;

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

async fn ready(desk: &Desk) -> (Who, IncidentId) {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Many people").await;
    desk.answer_for_people(&dpo, incident).await;
    (dpo, incident)
}

/// The desk's own alarms leave, so that the story is about the notice alone.
async fn only_the_notice(desk: &Desk) {
    let job = desk.job();
    for mail in desk.claim_mail(&job, BOOT, 1_000).await.unwrap() {
        if mail.notice.is_none() {
            desk.mark_attempting(&job, &mail).await.unwrap();
            desk.finish_mail(&job, &mail, &accepted(&mail)).await.unwrap();
        }
    }
    desk.reclaim_mail(&job, "boot-zero").await.unwrap();
}

async fn add(desk: &Desk, who: &Who, id: NoticeId, lines: &[String]) -> ListGrown {
    let input = MoreRecipientsInput { recipients: lines.join("\n") };
    desk.add_recipients(&desk.on_notice(who, id).await, id, &input).await.unwrap()
}

fn people(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("Person{n}@people.test")).collect()
}

/// Approved with a say on what is uncertain, and released.
async fn release(desk: &Desk, dpo: &Who, id: NoticeId, on_uncertain: &str) {
    desk.submit_notice(&desk.on_notice(dpo, id).await, id).await.unwrap();
    let approver = desk.person(Role::Approver).await;
    let digest = desk.page(&approver, id).await.digest;
    let input = ApproveInput { digest, on_uncertain: on_uncertain.to_owned() };
    desk.approve_notice(&desk.on_notice(&approver, id).await, id, &input).await.unwrap();
    desk.send_notice(&desk.on_notice(dpo, id).await, id).await.unwrap();
    only_the_notice(desk).await;
}

async fn balanced(desk: &Desk, who: &Who, id: NoticeId) -> Tally {
    let tally = desk.page(who, id).await.tally;
    assert!(tally.balances(), "{tally:?}");
    tally
}

async fn holding(desk: &Desk, to: &str) -> (Who, NoticeId) {
    let (dpo, incident) = ready(desk).await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, to).await;
    release(desk, &dpo, id, "hold").await;
    (dpo, id)
}

story!(what_is_uncertain_is_held_where_nobody_may_be_told_twice, |desk| {
    let (dpo, id) = holding(&desk, "a@people.test\nb@people.test\nc@people.test").await;
    let first = desk
        .run_mail(|mail| if mail.recipient.starts_with('c') { accepted(mail) } else { uncertain() })
        .await;
    let tally = balanced(&desk, &dpo, id).await;
    assert_eq!((tally.held, tally.accepted), (2, 1));
    desk.advance(minutes(600));
    assert_eq!(desk.run_mail(accepted).await.len(), 0, "nothing is sent again by itself");
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.notice.stage, page.held.len()), (Stage::Sending, 2), "it isn't settled");

    let (one, other) = (page.held[0].clone(), page.held[1].clone());
    let responder = desk.person(Role::Responder).await;
    assert_eq!(desk.release_mail(&desk.by(&responder), id, one.id).await.said(), "not_found");
    desk.release_mail(&desk.by(&dpo), id, one.id).await.unwrap();
    assert_eq!(desk.release_mail(&desk.by(&dpo), id, one.id).await.said(), "not_held");
    let again = desk.run_mail(accepted).await.remove(0);
    let before = first.iter().find(|mail| mail.id == again.id).unwrap();
    assert_eq!((&again.message_id, again.dated_at), (&before.message_id, before.dated_at), "the same mail");
    assert_eq!(desk.drop_mail(&desk.by(&dpo), id, other.id, &because("")).await.said(), "reason:required");
    desk.drop_mail(&desk.by(&dpo), id, other.id, &because("The relay's log shows it.")).await.unwrap();
    let tally = balanced(&desk, &dpo, id).await;
    assert_eq!((tally.accepted, tally.cancelled, tally.held), (2, 1, 0));
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::PartlySent);
    let doubted = desk.mails(&desk.by(&dpo), id, Which::Uncertain, 1).await.unwrap();
    assert_eq!(doubted.total, 2, "and they stay named");
});

story!(a_crash_at_the_dot_holds_or_sends_again_as_was_chosen, |desk| {
    let (dpo, id) = holding(&desk, "a@people.test\nb@people.test").await;
    let job = desk.job();
    let mails = desk.claim_mail(&job, "boot-gone", 10).await.unwrap();
    desk.mark_attempting(&job, &mails[0]).await.unwrap();
    assert_eq!(desk.reclaim_mail(&job, BOOT).await.unwrap(), 2);
    let tally = balanced(&desk, &dpo, id).await;
    assert_eq!((tally.held, tally.open), (1, 1));
    // What the process that is gone says now is about nothing any more.
    desk.finish_mail(&job, &mails[0], &accepted(&mails[0])).await.unwrap();
    assert_eq!(balanced(&desk, &dpo, id).await.held, 1);
    desk.cancel_notice(&desk.on_notice(&dpo, id).await, id, &because("The wrong words.")).await.unwrap();
    let tally = balanced(&desk, &dpo, id).await;
    assert_eq!((tally.cancelled, tally.held), (2, 0));
    let again = desk.release_mail(&desk.by(&dpo), id, mails[0].id).await;
    assert_eq!(again.said(), "not_held", "given up is given up");
});

story!(a_long_list_is_given_in_chunks_and_may_be_given_again, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let id = desk
        .drafted(&dpo, incident, NoticeKind::SubjectCommunication, "first@people.test\nPERSON3@people.test")
        .await;
    let grown = add(&desk, &dpo, id, &people(0..1_000)).await;
    assert_eq!((grown.added, grown.count), (999, 1_001), "those typed in before are on it");
    let again = add(&desk, &dpo, id, &people(500..1_000)).await;
    assert_eq!((again.added, again.count, &again.digest), (0, 1_001, &grown.digest));
    assert_eq!(again.revision, grown.revision, "nothing changed");
    let more = add(&desk, &dpo, id, &people(900..1_500)).await;
    assert_eq!((more.added, more.count), (500, 1_501));
    let in_order = ["first@people.test", "PERSON3@people.test"].into_iter().map(str::to_owned);
    let in_order = in_order.chain(people(0..1_500).into_iter().filter(|a| a != "Person3@people.test"));
    let digest = in_order.fold(RecipientList::default(), |list, address| list.and(&address));
    assert_eq!(more.digest, digest.digest);

    let too_many = MoreRecipientsInput { recipients: people(0..1_001).join("\n") };
    let said = desk.add_recipients(&desk.on_notice(&dpo, id).await, id, &too_many).await.said();
    assert_eq!(said, "recipients:too_many");
    let wrong = MoreRecipientsInput { recipients: "a@people.test\nnobody".to_owned() };
    let said = desk.add_recipients(&desk.on_notice(&dpo, id).await, id, &wrong).await.said();
    assert_eq!(said, "recipients:not_an_email");
    let authority = desk.drafted(&dpo, incident, NoticeKind::AuthorityNotification, "a@authority.test").await;
    let one = MoreRecipientsInput { recipients: "b@authority.test".to_owned() };
    let said = desk.add_recipients(&desk.on_notice(&dpo, authority).await, authority, &one).await.said();
    assert_eq!(said, "no_list");

    // The list is part of what is approved, and whoever adds to it is an author.
    desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
    let approver = desk.person(Role::Approver).await;
    desk.approve(&approver, id).await.unwrap();
    let before = desk.page(&dpo, id).await.digest;
    add(&desk, &dpo, id, &["late@people.test".to_owned()]).await;
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.notice.stage, page.notice.people()), (Stage::Draft, 1_502));
    assert_ne!(page.digest, before);

    // Whoever is typed in afterwards takes the place of the list.
    let typed = RecipientsInput { recipients: "only@people.test".to_owned(), confirm: String::new() };
    desk.set_recipients(&desk.on_notice(&dpo, id).await, id, &typed).await.unwrap();
    assert_eq!(desk.page(&dpo, id).await.notice.people(), 1);
    assert_eq!(desk.number("SELECT COUNT(*) FROM recipients").await, 0);
});

story!(nothing_leaves_before_everybody_on_the_list_has_a_mail, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, "first@people.test").await;
    for from in [0, 1_000, 2_000] {
        add(&desk, &dpo, id, &people(from..from + 1_000)).await;
    }
    release(&desk, &dpo, id, "resend").await;
    let mut chunks = 0;
    loop {
        assert_eq!(balanced(&desk, &dpo, id).await.open, 3_001, "after {chunks} chunks");
        // As after a restart: nothing is remembered but what is in the database.
        let again = desk.opened_again().await;
        let before = desk.claim_mail(&desk.job(), BOOT, 10).await.unwrap();
        let more = again.seal_mail(&desk.job()).await.unwrap();
        again.close().await;
        if !more {
            assert_eq!(before.len(), 10);
            break;
        }
        assert_eq!(before.len(), 0, "after {chunks} chunks");
        chunks += 1;
    }
    assert_eq!(chunks, 4);
    desk.reclaim_mail(&desk.job(), "boot-zero").await.unwrap();

    let mut told = BTreeSet::new();
    let mut ids = BTreeSet::new();
    loop {
        let mails = desk.run_mail(accepted).await;
        if mails.is_empty() {
            break;
        }
        for Mail { recipient, message_id, .. } in mails {
            assert!(
                !message_id.to_lowercase().contains("person") && message_id.ends_with("@breachdesk.invalid")
            );
            assert!(told.insert(recipient) && ids.insert(message_id));
        }
        balanced(&desk, &dpo, id).await;
    }
    assert_eq!(told.len(), 3_001);
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.notice.stage, page.tally.accepted), (Stage::Sent, 3_001));
    assert_eq!(page.receipts.len(), 50, "a page shows the beginning");
    let listed = desk.mails(&desk.by(&dpo), id, Which::In(DeliveryState::Accepted), 2).await.unwrap();
    assert_eq!((listed.total, listed.items.len()), (3_001, 50));
    desk.journaled().await;
});

story!(a_list_that_was_changed_behind_the_desks_back_is_not_sent, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, "first@people.test").await;
    add(&desk, &dpo, id, &people(0..10)).await;
    release(&desk, &dpo, id, "resend").await;
    let other = "UPDATE list_people SET sealed = (SELECT p.sealed FROM list_people p WHERE p.place = 5) WHERE place = 4";
    desk.tamper(other).await.unwrap();
    while desk.seal_mail(&desk.job()).await.unwrap() {}
    let page = desk.page(&dpo, id).await;
    assert!(page.paused.is_some_and(|paused| paused.why.contains("isn't the one that was approved")));
    assert_eq!((page.tally.open, page.tally.total), (11, 11));
    assert_eq!(desk.run_mail(accepted).await.len(), 0);
    desk.resume_sending(&desk.by(&dpo), id).await.unwrap();
    while desk.seal_mail(&desk.job()).await.unwrap() {}
    assert!(desk.page(&dpo, id).await.paused.is_some(), "and again");
});

story!(a_paused_notice_begins_no_mail_until_it_is_resumed, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let to = "a@people.test\nb@people.test\nc@people.test";
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, to).await;
    assert_eq!(desk.pause_sending(&desk.by(&dpo), id, &because("Too early.")).await.said(), "not_sending");
    release(&desk, &dpo, id, "resend").await;
    let mut mails = desk.claim_mail(&desk.job(), BOOT, 2).await.unwrap();
    let (on_its_way, leased) = (mails.remove(0), mails.remove(0));
    desk.mark_attempting(&desk.job(), &on_its_way).await.unwrap();
    let approver = desk.person(Role::Approver).await;
    assert_eq!(desk.pause_sending(&desk.by(&approver), id, &because("No.")).await.said(), "forbidden");
    assert_eq!(desk.pause_sending(&desk.by(&dpo), id, &because("")).await.said(), "reason:required");
    desk.pause_sending(&desk.by(&dpo), id, &because("The relay's limits are reached.")).await.unwrap();
    assert_eq!(desk.pause_sending(&desk.by(&dpo), id, &because("Again.")).await.said(), "no_change");
    assert_eq!(desk.claim_mail(&desk.job(), BOOT, 10).await.unwrap().len(), 0);
    assert_eq!(desk.mark_attempting(&desk.job(), &leased).await.said(), "revision_stale", "not begun yet");
    desk.finish_mail(&desk.job(), &on_its_way, &accepted(&on_its_way)).await.unwrap();
    let tally = balanced(&desk, &dpo, id).await;
    assert_eq!((tally.accepted, tally.open), (1, 2), "what was on its way came to its end");
    desk.resume_sending(&desk.by(&dpo), id).await.unwrap();
    assert_eq!(desk.run_mail(accepted).await.len(), 2);
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Sent);
});

story!(who_is_not_reached_shortly_before_the_due_time_is_named_once, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Nearly due").await;
    let aware = domain::awareness::AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..Default::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    let id =
        desk.released(&dpo, incident, NoticeKind::AuthorityNotification, crate::support::AUTHORITY).await;
    let warn = async || desk.warn_of_unreached(&desk.job(), "https://desk.test").await.unwrap();
    desk.run_mail(|_| deferred()).await;
    assert_eq!(warn().await, 0, "there is time");
    desk.advance(chrono::Duration::hours(61));
    assert_eq!((warn().await, warn().await), (1, 0));
    let said = desk.texts("SELECT text FROM outbox WHERE purpose = 'unreached'").await;
    assert!(
        said[0].contains("1 of 1 mails") && said[0].contains(&format!("/notices/{id}/mails?unreached=1"))
    );
    let unreached = desk.mails(&desk.by(&dpo), id, Which::Unreached, 1).await.unwrap();
    assert_eq!(unreached.items[0].recipient, crate::support::AUTHORITY);
    desk.journaled().await;
});

story!(a_notice_that_a_policy_refuses_is_paused_and_said, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let id = desk.released(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    desk.break_off_sending(&desk.job(), id, "Too many refusals.").await.unwrap();
    assert_eq!(desk.break_off_sending(&desk.job(), id, "Again.").await.said(), "no_change");
    assert!(desk.page(&dpo, id).await.paused.is_some());
    let said = desk.texts("SELECT text FROM outbox WHERE purpose = 'sending_paused'").await;
    assert!(said.len() == 1 && said[0].starts_with("Too many refusals."), "{said:?}");
});

story!(many_senders_share_commits_and_every_mail_has_its_entry, |desk| {
    let (dpo, incident) = ready(&desk).await;
    let list: Vec<String> = (0..60).map(|n| format!("p{n}@people.test")).collect();
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, &list.join("\n")).await;
    release(&desk, &dpo, id, "resend").await;
    let mails = desk.claim_mail(&desk.job(), BOOT, 200).await.unwrap();
    assert_eq!(mails.len(), 60);
    let marks = Marks::start(&desk, 20);
    let senders: Vec<_> = mails
        .chunks(3)
        .map(|part| {
            let (marks, part) = (marks.clone(), part.to_vec());
            tokio::spawn(async move {
                for mail in part {
                    marks.attempting(&mail, b"a mail").await.unwrap();
                    let outcome = match mail.recipient.as_str() {
                        "p7@people.test" => rejected(),
                        "p8@people.test" => deferred(),
                        "p9@people.test" => Outcome::Invalid { reply: "no such thing".to_owned() },
                        _ => accepted(&mail),
                    };
                    marks.finished(&mail, outcome).await;
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    assert!(marks.settled().await);
    let tally = balanced(&desk, &dpo, id).await;
    let counted = (tally.accepted, tally.rejected, tally.open, tally.invalid);
    assert_eq!(counted, (57, 1, 1, 1));
    assert_eq!(marks.attempting(&mails[0], b"a mail").await.said(), "revision_stale");
    desk.journaled().await;
    let lines = desk.texts(&format!("SELECT line FROM journal WHERE stream = 'deliveries:{id}'")).await;
    let of = |name: &str| -> BTreeSet<String> {
        let read = |line: &String| serde_json::from_str::<serde_json::Value>(line).unwrap()[name].to_string();
        lines.iter().map(read).collect()
    };
    assert_eq!((lines.len(), of("target").len()), (60, 60));
    assert!(of("request").len() <= 30, "{} commits for 60 mails", of("request").len());
});
