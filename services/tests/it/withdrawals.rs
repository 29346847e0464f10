//! A notification that turns out not to have been needed is withdrawn, with its reason.

use crate::{
    clocks::aware,
    support::{AUTHORITY, Said, accepted, engines::story, hours},
};
use domain::{
    access::Role,
    filing::{FilingKind, FilingState},
    notice::{DraftInput, RecipientsInput, check::Weight, template::NoticeKind},
    text::Choice,
};

story!(a_notification_is_withdrawn_with_its_reason, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("Our own test system").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09 07:00")).await.unwrap();
    for definition in domain::fact::catalogue::catalogue().entries().iter().filter(|d| !d.derived) {
        let answer = crate::support::answers::answer_to(definition);
        if definition.key != "notif.withdraw_reason" {
            let _ = desk.record_fact(&desk.by(&lead), incident, &definition.key, &answer).await;
        }
    }
    let kind = NoticeKind::AuthorityWithdrawal;
    let input =
        DraftInput { kind: kind.code().to_owned(), language: "en".to_owned(), ..DraftInput::default() };
    let draft = async || desk.draft_notice(&desk.by(&lead), incident, &input).await;
    assert_eq!(draft().await.said(), "kind:not_now", "nothing was filed yet");
    desk.released(&lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.advance(hours(1));
    desk.run_mail(accepted).await;
    desk.advance(hours(1));

    let id = draft().await.unwrap().id.parse().unwrap();
    let to = RecipientsInput { recipients: AUTHORITY.to_owned(), confirm: AUTHORITY.to_owned() };
    desk.set_recipients(&desk.on_notice(&lead, id).await, id, &to).await.unwrap();
    let page = desk.page(&lead, id).await;
    let must: Vec<_> = page.findings.iter().filter(|f| f.weight == Weight::Must).map(|f| f.code).collect();
    assert_eq!(must, ["no_withdraw_reason"]);
    assert!(page.text.contains("we withdraw the notification"), "{}", page.text);
    assert!(page.text.contains("Article 33(5)"), "{}", page.text);
    let gone = ["Categories:", "Measures taken", "Nature of the breach"];
    assert!(gone.iter().all(|words| !page.text.contains(words)), "it notifies of nothing: {}", page.text);
    let said = desk.submit_notice(&desk.on_notice(&lead, id).await, id).await.said();
    assert_eq!(said, "no_withdraw_reason");

    desk.answer(&lead, incident, "notif.withdraw_reason", "The reader was our own test system.").await;
    desk.refresh_statements(&desk.on_notice(&lead, id).await, id, None).await.unwrap();
    let page = desk.page(&lead, id).await;
    assert!(page.text.contains("The reader was our own test system."), "{}", page.text);
    desk.submit_notice(&desk.on_notice(&lead, id).await, id).await.unwrap();
    desk.approve(&desk.person(Role::Approver).await, id).await.unwrap();
    desk.send_notice(&desk.on_notice(&lead, id).await, id).await.unwrap();
    desk.run_mail(accepted).await;
    let filings = desk.filings(&desk.by(&lead), incident).await.unwrap();
    let authority = &filings.authorities[0];
    let kinds: Vec<FilingKind> = authority.filings.iter().map(|filing| filing.kind).collect();
    assert_eq!(
        (kinds.as_slice(), authority.state),
        ([FilingKind::New, FilingKind::Withdrawal].as_slice(), FilingState::Withdrawn)
    );
    assert_eq!(draft().await.said(), "kind:not_now", "it is withdrawn already");
    desk.journaled().await;
});
