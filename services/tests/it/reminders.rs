//! Nobody sleeps through a due time: reminders under a clock that is moved by hand, backwards too.

use crate::{
    clocks::{aware, corrected, shown},
    support::{AUTHORITY, Desk, Said, Who, accepted, engines::story, hours, minutes, seconds},
};
use domain::{
    access::Role,
    clock::recorded::{SubmissionInput, TriggerInput},
    id::IncidentId,
    incident::ReasonInput,
    notice::template::NoticeKind,
};
use services::{Services, outbox::Mail};

const ORIGIN: &str = "https://desk.test";

async fn ring(services: &Services, desk: &Desk) -> usize {
    services.run_reminders(&desk.job(), ORIGIN).await.unwrap()
}

/// The reminders that left since: to whom, and what each says first.
async fn left(desk: &Desk) -> Vec<String> {
    let mails = mails(desk).await;
    let mut told: Vec<String> = mails
        .iter()
        .map(|mail| {
            let to = mail.recipient.split('@').next().unwrap_or_default();
            let subject = mail.subject.split(". ").next().unwrap_or_default();
            let (_, words) = subject.split_once(": ").unwrap_or_default();
            format!("{}: {words}", to.trim_end_matches(|c: char| c.is_ascii_digit()))
        })
        .collect();
    told.sort();
    told
}

async fn mails(desk: &Desk) -> Vec<Mail> {
    let mails = desk.claim_mail(&desk.job(), crate::support::BOOT, 1_000).await.unwrap();
    for mail in &mails {
        desk.mark_attempting(&desk.job(), mail).await.unwrap();
        desk.finish_mail(&desk.job(), mail, &accepted(mail)).await.unwrap();
    }
    mails.into_iter().filter(|m| m.text.contains("/acknowledge/")).collect()
}

fn link(mail: &Mail) -> String {
    let (_, rest) = mail.text.split_once(&format!("{ORIGIN}/acknowledge/")).unwrap();
    rest.lines().next().unwrap().to_owned()
}

/// A case whose clock began when the story did.
async fn begun(desk: &Desk) -> (Who, Who, IncidentId) {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("Watched").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09T08:00:00Z")).await.unwrap();
    left(desk).await;
    (lead, dpo, incident)
}

async fn to(desk: &Desk, hour: i64) {
    let now = crate::support::beginning() + hours(hour);
    desk.advance(now - desk.now());
}

story!(every_mark_is_sent_once_and_acknowledged_by_nobody_it_goes_on_to_the_deputies, |desk| {
    begun(&desk).await;
    assert_eq!(ring(&desk, &desk).await, 0);
    to(&desk, 36).await;
    assert_eq!(ring(&desk, &desk).await, 1);
    assert_eq!(ring(&desk, &desk).await, 0, "once");
    assert_eq!(left(&desk).await, ["lead: half of the time has passed"]);
    desk.advance(minutes(29));
    assert_eq!(ring(&desk, &desk).await, 0);
    desk.advance(minutes(1));
    assert_eq!(ring(&desk, &desk).await, 1);
    assert_eq!(left(&desk).await, ["dpo: half of the time has passed"], "nobody acknowledged");
    desk.advance(hours(5));
    assert_eq!(ring(&desk, &desk).await, 0, "escalated once");
    for (hour, mark, urgent) in [
        (48, "24 hours are left", false),
        (58, "80 % of the time has passed", false),
        (60, "12 hours are left", false),
        (66, "6 hours are left", true),
        (70, "2 hours are left", true),
        (71, "1 hour is left", true),
    ] {
        to(&desk, hour).await;
        ring(&desk, &desk).await;
        let told = left(&desk).await;
        assert!(told.contains(&format!("lead: {mark}")), "{hour}: {told:?}");
        assert_eq!(told.contains(&format!("dpo: {mark}")), urgent, "{hour}: {told:?}");
    }
    to(&desk, 72).await;
    ring(&desk, &desk).await;
    assert_eq!(left(&desk).await, [""; 0], "at the due time itself it is in time");
    desk.advance(seconds(1));
    ring(&desk, &desk).await;
    assert_eq!(left(&desk).await, ["dpo: the due time has passed", "lead: the due time has passed"]);
    desk.advance(hours(200));
    ring(&desk, &desk).await;
    assert_eq!(left(&desk).await, [""; 0], "nothing more");
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    desk.journaled().await;
});

story!(after_a_days_outage_the_one_that_matters_now_is_sent, |desk| {
    begun(&desk).await;
    to(&desk, 35).await;
    ring(&desk, &desk).await;
    to(&desk, 61).await;
    let again = desk.opened_again().await;
    assert_eq!(ring(&again, &desk).await, 1, "not the four that were missed");
    assert_eq!(left(&desk).await, ["lead: 12 hours are left"]);
    assert_eq!(ring(&desk, &desk).await, 0, "and not by the other process");
});

story!(two_processes_send_nothing_twice_and_a_clock_that_jumps_back_neither, |desk| {
    begun(&desk).await;
    to(&desk, 48).await;
    let other = desk.opened_again().await;
    let (here, there) = tokio::join!(ring(&desk, &desk), ring(&other, &desk));
    assert_eq!(here + there, 1);
    assert_eq!(left(&desk).await, ["lead: 24 hours are left"]);
    desk.advance(-hours(10));
    assert_eq!(ring(&desk, &desk).await, 0, "what lies before is not sent after");
    to(&desk, 48).await;
    assert_eq!(left(&desk).await, [""; 0]);
    to(&desk, 60).await;
    ring(&desk, &desk).await;
    assert!(left(&desk).await.contains(&"lead: 12 hours are left".to_owned()));
});

story!(a_clock_that_was_days_ahead_silences_nothing_when_it_is_set_back, |desk| {
    let (lead, ..) = begun(&desk).await;
    to(&desk, 80).await;
    ring(&desk, &desk).await;
    assert_eq!(left(&desk).await.last().map(String::as_str), Some("lead: the due time has passed"));
    to(&desk, 40).await;
    assert_eq!(desk.clock_was_set_back(&desk.job()).await.unwrap(), 1);
    assert_eq!(ring(&desk, &desk).await, 0, "what lies before is not sent after");
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    for (hour, words) in [(48, "24 hours are left"), (60, "12 hours are left"), (71, "1 hour is left")] {
        to(&desk, hour).await;
        ring(&desk, &desk).await;
        assert!(left(&desk).await.contains(&format!("lead: {words}")), "at {hour}");
        let waits = desk.desk(&desk.by(&lead)).await.unwrap().reminders;
        assert_eq!(
            waits.iter().map(|r| r.words.as_str()).collect::<Vec<_>>(),
            [words],
            "on the desk at {hour}"
        );
        if hour == 48 {
            desk.advance(minutes(31));
            ring(&desk, &desk).await;
            assert_eq!(left(&desk).await, ["dpo: 24 hours are left"], "nobody acknowledged it");
        }
    }
    to(&desk, 73).await;
    assert_eq!(ring(&desk, &desk).await, 0, "that was said already");
    assert_eq!(desk.clock_was_set_back(&desk.job()).await.unwrap(), 1);
    to(&desk, 90).await;
    assert_eq!(desk.clock_was_set_back(&desk.job()).await.unwrap(), 0);
});

story!(without_undue_delay_the_organisation_reminds_itself_once, |desk| {
    let (lead, _, incident) = begun(&desk).await;
    let risk = TriggerInput {
        trigger: "high_risk_found".to_owned(),
        happened_at: "2026-06-09T07:00:00Z".to_owned(),
        why: "Passwords were among the data.".to_owned(),
        ..TriggerInput::default()
    };
    desk.record_trigger(&desk.by(&lead), incident, &risk).await.unwrap();
    let open = desk.desk(&desk.by(&lead)).await.unwrap().clocks;
    let ours = open.iter().find(|clock| clock.rule == "gdpr34").unwrap();
    assert!(ours.due_at.is_none() && !ours.soon);
    assert_eq!(ours.ours_at.unwrap().to_rfc3339(), "2026-06-12T07:00:00+00:00");
    to(&desk, 70).await;
    ring(&desk, &desk).await;
    left(&desk).await;
    to(&desk, 71).await;
    ring(&desk, &desk).await;
    let mails = mails(&desk).await;
    let ours: Vec<_> = mails.iter().filter(|m| m.text.contains("The law gives no number of hours")).collect();
    assert_eq!(ours.len(), 1, "{mails:?}");
    assert!(!ours[0].text.contains("Due: 2026"), "{}", ours[0].text);
    to(&desk, 200).await;
    ring(&desk, &desk).await;
    let again = left(&desk).await;
    let to_lead = |said: &&String| said.starts_with("lead: ") && said.contains("undue");
    assert_eq!(again.iter().find(to_lead), None, "once; to the deputies because nobody acknowledged it");
    assert_eq!(desk.check_derived().await.unwrap(), Vec::<String>::new());
    let page = shown(&desk, &lead, incident).await;
    assert!(page.sent_reminders.iter().any(|r| r.rule == "gdpr34" && r.acknowledged_by.is_empty()));
});

story!(a_corrected_moment_begins_anew_and_what_is_done_is_not_reminded_of, |desk| {
    let (_, dpo, incident) = begun(&desk).await;
    to(&desk, 37).await;
    ring(&desk, &desk).await;
    left(&desk).await;
    let earlier = corrected("2026-06-09T04:00:00Z");
    desk.record_awareness(&desk.by(&dpo), incident, &earlier).await.unwrap();
    assert_eq!(ring(&desk, &desk).await, 1);
    assert_eq!(left(&desk).await, ["lead: half of the time has passed"], "of another due time");
    let told = SubmissionInput {
        rule: "gdpr33".to_owned(),
        stage: "notification".to_owned(),
        submitted_at: "2026-06-10T20:00:00Z".to_owned(),
        how: "By its portal, receipt 12".to_owned(),
        ..SubmissionInput::default()
    };
    let id = desk.record_submission(&desk.by(&dpo), incident, &told).await.unwrap().id.parse().unwrap();
    to(&desk, 80).await;
    ring(&desk, &desk).await;
    assert_eq!(left(&desk).await, [""; 0]);
    let because = ReasonInput { reason: "It was another case.".to_owned() };
    desk.withdraw_submission(&desk.by(&dpo), incident, id, &because).await.unwrap();
    ring(&desk, &desk).await;
    assert_eq!(left(&desk).await, ["dpo: the due time has passed", "lead: the due time has passed"]);
    // A notice that a relay took ends it for good.
    desk.answer(&dpo, incident, "time.delay_reasons", "The logs had to be restored first.").await;
    desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;
    assert!(desk.desk(&desk.by(&dpo)).await.unwrap().reminders.is_empty());
});

story!(a_link_acknowledges_one_reminder_and_nothing_else, |desk| {
    let (lead, dpo, incident) = begun(&desk).await;
    to(&desk, 36).await;
    ring(&desk, &desk).await;
    let sent = mails(&desk).await;
    let secret = link(&sent[0]);
    let nobody = desk.nobody();
    let page = desk.acknowledgement(&nobody, &secret).await.unwrap();
    assert_eq!((page.reference.as_str(), page.acknowledged_at), ("INC-2026-0001", None));
    assert_eq!(page.mark.words(), "half of the time has passed");
    let before = desk.journaled().await;
    desk.acknowledgement(&nobody, &secret).await.unwrap();
    assert_eq!(desk.journaled().await, before, "looking changes nothing");
    assert_eq!(desk.desk(&desk.by(&lead)).await.unwrap().reminders.len(), 1);
    assert_eq!(desk.acknowledge(&nobody, "guessed").await.said(), "not_found");
    desk.acknowledge(&nobody, &secret).await.unwrap();
    assert_eq!(desk.journaled().await, before + 1);
    desk.acknowledge(&nobody, &secret).await.unwrap();
    assert_eq!(desk.journaled().await, before + 1, "twice is once");
    assert!(desk.acknowledgement(&nobody, &secret).await.unwrap().acknowledged_at.is_some());
    assert_eq!(desk.desk(&desk.by(&lead)).await.unwrap().reminders.len(), 0);
    desk.advance(hours(1));
    assert_eq!(ring(&desk, &desk).await, 0, "acknowledged: the deputies sleep on");

    // In the desk, by somebody who writes in the case; a link outlives three days and no more.
    to(&desk, 48).await;
    ring(&desk, &desk).await;
    let late = link(&mails(&desk).await[0]);
    let line = desk.clocks(&desk.by(&lead), incident, None).await.unwrap().reminders.remove(0);
    assert_eq!(line.words, "24 hours are left");
    let reader = desk.person(Role::Reader).await;
    let said = desk.acknowledge_reminder(&desk.by(&reader), incident, line.id).await.said();
    assert_eq!(said, "forbidden");
    desk.acknowledge_reminder(&desk.by(&dpo), incident, line.id).await.unwrap();
    desk.advance(hours(72));
    assert_eq!(desk.acknowledgement(&desk.nobody(), &late).await.said(), "not_found");
    assert_eq!(desk.acknowledge(&desk.nobody(), &late).await.said(), "not_found");
});

story!(a_restricted_case_reminds_its_members_alone, |desk| {
    let (lead, dpo, incident) = begun(&desk).await;
    let because = ReasonInput { reason: "It is about one of us.".to_owned() };
    desk.restrict_incident(&desk.on_head(&lead, incident).await, incident, true, &because).await.unwrap();
    left(&desk).await;
    to(&desk, 66).await;
    ring(&desk, &desk).await;
    assert_eq!(left(&desk).await, ["lead: 6 hours are left"]);
    assert!(desk.desk(&desk.by(&dpo)).await.unwrap().reminders.is_empty());
});
