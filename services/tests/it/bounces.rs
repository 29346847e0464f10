//! Mail that comes back after a relay took it: matched by its token alone, once, and never by what it says.

use crate::support::{AUTHORITY, BOOT, Desk, Said, Who, accepted, engines::story, hours};
use chrono::Duration;
use domain::{
    access::Role,
    awareness::AwarenessInput,
    bounce::{Deed, Fate, Report, Returned},
    clock::Standing,
    id::{IncidentId, NoticeId},
    incident::ReasonInput,
    notice::{stage::Stage, template::NoticeKind},
    text::Choice,
    view::Receipt,
};
use services::outbox::{Mail, Which};

fn failed(token: &str, status: &str) -> Returned {
    said(token, Deed::Failed, status)
}

fn said(token: &str, deed: Deed, status: &str) -> Returned {
    let report = Report { deed, status: status.to_owned(), diagnosis: "550 User unknown".to_owned() };
    Returned::Report { token: Some(token.to_owned()), report }
}

async fn take(desk: &Desk, returned: &Returned) -> Fate {
    desk.take_returned(&desk.job(), returned).await.unwrap()
}

/// A communication to these addresses that a relay took as a whole.
async fn sent(desk: &Desk, to: &str) -> (Who, IncidentId, NoticeId, Vec<Mail>) {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Sent back").await;
    desk.answer_for_people(&dpo, incident).await;
    let id = desk.released(&dpo, incident, NoticeKind::SubjectCommunication, to).await;
    let mails = desk.run_mail(accepted).await;
    let mails = mails.into_iter().filter(|mail| mail.notice == Some(id)).collect();
    (dpo, incident, id, mails)
}

async fn receipts(desk: &Desk, who: &Who, id: NoticeId) -> Vec<Receipt> {
    desk.page(who, id).await.receipts
}

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

story!(a_mail_that_came_back_is_shown_as_bounced_once_and_the_counts_balance, |desk| {
    let (dpo, _, id, mails) = sent(&desk, "a@people.test\nb@people.test").await;
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Sent);
    let first = &mails[0];
    assert_eq!(first.return_token.len(), domain::bounce::TOKEN_LENGTH);
    assert!(first.return_token.starts_with(&first.id.to_string()));
    desk.advance(hours(1));
    assert_eq!(take(&desk, &failed(&first.return_token, "5.2.2")).await, Fate::Bounced);
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.tally.accepted, page.tally.bounced, page.tally.not_reached()), (1, 1, 1));
    assert!(page.tally.balances());
    assert_eq!(page.notice.stage, Stage::PartlySent);
    assert!(page.notice.first_accepted_at.is_some(), "somebody else was told");
    let of = |receipts: Vec<Receipt>| receipts.into_iter().find(|r| r.id == first.id).unwrap();
    let receipt = of(page.receipts);
    let bounce = receipt.bounce.unwrap();
    assert_eq!((receipt.state.code(), bounce.status.as_str(), bounce.at), ("bounced", "5.2.2", desk.now()));
    assert_eq!(bounce.diagnosis, "550 User unknown");
    assert!(receipt.accepted_at.is_some(), "that it was taken stays true");
    let unreached = desk.mails(&desk.by(&dpo), id, Which::Unreached, 1).await.unwrap();
    assert_eq!(unreached.items.len(), 1, "whoever was not reached is on that list");

    // The same report once more, and another about the same mail.
    let before = (desk.journaled().await, desk.page(&dpo, id).await.notice.revision);
    desk.advance(hours(1));
    for again in [failed(&first.return_token, "5.2.2"), failed(&first.return_token, "5.1.1")] {
        assert_eq!(take(&desk, &again).await, Fate::Repeated);
    }
    assert_eq!((desk.journaled().await, desk.page(&dpo, id).await.notice.revision), before);
    assert_eq!(of(receipts(&desk, &dpo, id).await).bounce.unwrap(), bounce);
});

story!(what_isnt_a_failure_of_one_of_our_mails_is_counted_and_changes_nothing, |desk| {
    let (dpo, _, id, mails) = sent(&desk, "a@people.test").await;
    let token = mails[0].return_token.clone();
    let forged = format!("{}{}", &token[..41], if token.ends_with('a') { 'b' } else { 'a' });
    let other = format!("{}{}", "a".repeat(26), &token[26..]);
    let before = desk.journaled().await;
    let no_token = match failed("", "5.1.1") {
        Returned::Report { report, .. } => Returned::Report { token: None, report },
        other => other,
    };
    for (returned, fate) in [
        (said(&token, Deed::Delayed, "4.4.1"), Fate::Delayed),
        (said(&token, Deed::Delivered, "2.0.0"), Fate::Delivered),
        (said(&token, Deed::Relayed, "2.0.0"), Fate::Delivered),
        (failed(&forged, "5.1.1"), Fate::Forged),
        (failed(&other, "5.1.1"), Fate::Forged),
        (failed("", "5.1.1"), Fate::Forged),
        (failed(&token[..26], "5.1.1"), Fate::Forged),
        (no_token, Fate::NoToken),
        (Returned::AutoReply, Fate::AutoReply),
        (Returned::Unclassified, Fate::Unclassified),
        (Returned::Unreadable, Fate::Unreadable),
        (Returned::TooBig, Fate::TooBig),
    ] {
        assert_eq!(take(&desk, &returned).await, fate, "{returned:?}");
    }
    assert_eq!(desk.journaled().await, before);
    assert_eq!(receipts(&desk, &dpo, id).await[0].state.code(), "accepted");
    desk.advance(Duration::days(30) + Duration::seconds(1));
    assert_eq!(take(&desk, &failed(&token, "5.1.1")).await, Fate::Expired);
    assert_eq!(receipts(&desk, &dpo, id).await[0].state.code(), "accepted");

    let administrator = desk.person(Role::Administrator).await;
    let counts = desk.returned_mail(&desk.by(&administrator)).await.unwrap();
    let count = |fate| counts.iter().find(|c| c.fate == fate).map(|c| c.count);
    assert_eq!(
        (count(Fate::Forged), count(Fate::Delivered), count(Fate::Expired)),
        (Some(4), Some(2), Some(1))
    );
    assert_eq!(count(Fate::Bounced), None);
    assert_eq!(desk.returned_mail(&desk.by(&dpo)).await.said(), "forbidden");
});

story!(a_report_that_is_faster_than_the_senders_own_record_waits, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Faster").await;
    desk.answer_for_people(&dpo, incident).await;
    let id = desk.released(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let mails = desk.claim_mail(&desk.job(), BOOT, 100).await.unwrap();
    let mail = mails.iter().find(|mail| mail.notice == Some(id)).unwrap();
    let report = failed(&mail.return_token, "5.1.1");
    assert_eq!(take(&desk, &report).await, Fate::TooEarly);
    desk.mark_attempting(&desk.job(), mail).await.unwrap();
    assert_eq!(take(&desk, &report).await, Fate::TooEarly);
    desk.finish_mail(&desk.job(), mail, &accepted(mail)).await.unwrap();
    assert_eq!(take(&desk, &report).await, Fate::Bounced);
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Failed);
});

story!(a_notification_that_came_back_meets_no_clock_and_somebody_is_told, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("The authority's address is wrong").await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..Default::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    let id = desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let mails = desk.run_mail(accepted).await;
    let standing = async || desk.incident(&desk.by(&dpo), incident).await.unwrap().clock.unwrap().standing;
    assert!(matches!(standing().await, Standing::Met { .. }), "{:?}", standing().await);
    desk.advance(hours(2));
    assert_eq!(take(&desk, &failed(&mails[0].return_token, "5.1.1")).await, Fate::Bounced);
    assert!(matches!(standing().await, Standing::Running { .. }), "{:?}", standing().await);
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.notice.stage, page.notice.first_accepted_at), (Stage::Failed, None));
    let told = desk.claim_mail(&desk.job(), BOOT, 100).await.unwrap();
    let told = told.iter().find(|mail| mail.subject.ends_with("a notice was sent back")).unwrap();
    assert!(told.text.contains("its clock runs on") && !told.text.contains(AUTHORITY), "{}", told.text);

    // An authority is always tried: its address was typed twice, and a missed notification is worse.
    let again = desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    assert_eq!(desk.run_mail(accepted).await.len(), 1);
    assert_eq!(desk.page(&dpo, again).await.notice.stage, Stage::Sent);
});

story!(an_address_that_doesnt_exist_is_not_tried_again_until_somebody_wants_it, |desk| {
    let (dpo, _, _, mails) = sent(&desk, "Gone@people.test").await;
    assert_eq!(take(&desk, &failed(&mails[0].return_token, "5.1.1")).await, Fate::Bounced);
    let (dpo_again, _, id, sent_now) = sent(&desk, "gone@PEOPLE.test\nb@people.test").await;
    assert_eq!(dpo.id(), dpo_again.id());
    assert_eq!(sent_now.len(), 1, "the other one only");
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.tally.accepted, page.tally.suppressed, page.tally.balances()), (1, 1, true));
    assert_eq!((page.notice.stage, page.suppressed.len()), (Stage::PartlySent, 1));
    let untried = &page.suppressed[0];
    assert!(untried.reply.starts_with("Not tried: on 2026-06-09"), "{}", untried.reply);
    assert_eq!((untried.attempts, untried.accepted_at), (0, None));

    let reader = desk.person(Role::Reader).await;
    let reason = because("She gave this address again by telephone.");
    assert_eq!(desk.try_suppressed(&desk.by(&reader), id, untried.id, &reason).await.said(), "forbidden");
    assert_eq!(
        desk.try_suppressed(&desk.by(&dpo), id, untried.id, &because("")).await.said(),
        "reason:required"
    );
    let other = page.receipts.iter().find(|r| r.id != untried.id).unwrap().id;
    assert_eq!(desk.try_suppressed(&desk.by(&dpo), id, other, &reason).await.said(), "not_suppressed");
    assert_eq!(desk.try_suppressed(&desk.by(&dpo), id, untried.id, &reason).await.said(), "ok");
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Sending);
    let tried = desk.run_mail(accepted).await;
    assert_eq!((tried.len(), tried[0].id), (1, untried.id));
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.notice.stage, page.tally.accepted), (Stage::Sent, 2));
    let receipt = page.receipts.iter().find(|r| r.id == untried.id).unwrap();
    assert_eq!(receipt.insisted_at, Some(desk.now()), "that somebody wanted it stays to be seen");
    assert_eq!(desk.try_suppressed(&desk.by(&dpo), id, untried.id, &reason).await.said(), "not_suppressed");

    // From then on the address is good, until a mail comes back anew.
    let (_, _, _, sent_now) = sent(&desk, "gone@people.test").await;
    assert_eq!(sent_now.len(), 1);
    assert_eq!(take(&desk, &failed(&sent_now[0].return_token, "5.1.10")).await, Fate::Bounced);
    let (_, _, id, sent_now) = sent(&desk, "gone@people.test").await;
    assert_eq!(sent_now.len(), 0);
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Failed);
});

story!(a_full_mailbox_or_a_policy_says_nothing_about_an_address, |desk| {
    for status in ["5.2.2", "5.7.1", "4.4.7", "5.1.8", ""] {
        let (_, _, _, mails) = sent(&desk, "full@people.test").await;
        assert_eq!(mails.len(), 1, "{status}");
        assert_eq!(take(&desk, &failed(&mails[0].return_token, status)).await, Fate::Bounced, "{status}");
    }
});

story!(a_mail_of_the_desks_own_that_came_back_is_seen_by_whoever_asked_for_it, |desk| {
    let administrator = desk.person(Role::Administrator).await;
    desk.queue_test_mail(&desk.by(&administrator), "nobody@people.test").await.unwrap();
    let job = desk.job();
    let mails = desk.claim_mail(&job, BOOT, 100).await.unwrap();
    for mail in &mails {
        desk.mark_attempting(&job, mail).await.unwrap();
        desk.finish_mail(&job, mail, &accepted(mail)).await.unwrap();
    }
    let test = mails.iter().find(|mail| mail.recipient == "nobody@people.test").unwrap();
    assert_eq!(take(&desk, &failed(&test.return_token, "5.1.1")).await, Fate::Bounced);
    let seen = desk.last_mails(&desk.by(&administrator), "test").await.unwrap().remove(0);
    assert_eq!((seen.state.code(), seen.bounce.unwrap().status.as_str()), ("bounced", "5.1.1"));
    assert_eq!(desk.verify_journal().await.unwrap().broken, Vec::new());
});
