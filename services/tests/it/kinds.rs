//! Notices that no authority and no clock waits for: they go the same way as every other, in every language.

use crate::support::{Desk, Said, Who, accepted, engines::story};
use domain::{
    access::Role,
    awareness::AwarenessInput,
    id::{IncidentId, NoticeId},
    notice::{
        DraftInput, RecipientsInput,
        kind::{Addressees, Complete},
        stage::Stage,
        template::{Language, NoticeKind},
    },
    text::Choice,
};

async fn drafted(
    desk: &Desk,
    who: &Who,
    incident: IncidentId,
    kind: NoticeKind,
    language: Language,
) -> NoticeId {
    let (kind, language) = (kind.code().to_owned(), language.code().to_owned());
    let input = DraftInput { kind, language, ..DraftInput::default() };
    let id: NoticeId = desk.draft_notice(&desk.by(who), incident, &input).await.unwrap().id.parse().unwrap();
    let recipients = RecipientsInput { recipients: "desk@press.test".to_owned(), ..Default::default() };
    desk.set_recipients(&desk.on_notice(who, id).await, id, &recipients).await.unwrap();
    id
}

async fn running(desk: &Desk, who: &Who, incident: IncidentId) -> Vec<String> {
    let shown = desk.clocks(&desk.by(who), incident, None).await.unwrap();
    shown.clocks.running.iter().map(|clock| format!("{} {}", clock.rule, clock.stage)).collect()
}

story!(what_no_law_waits_for_is_approved_and_sent_and_meets_no_clock, |desk| {
    let (dpo, approver) = (desk.person(Role::Dpo).await, desk.person(Role::Approver).await);
    let incident = desk.declare("In every language").await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    desk.answer_for_people(&dpo, incident).await;
    let before = running(&desk, &dpo, incident).await;
    assert!(before.iter().any(|clock| clock.starts_with("gdpr33")), "{before:?}");

    // The public communication has contents by law, and says whom it is about.
    let public = drafted(&desk, &dpo, incident, NoticeKind::PublicNotice, Language::It).await;
    assert_eq!(desk.submit_notice(&desk.on_notice(&dpo, public).await, public).await.said(), "missing_facts");
    desk.answer(&dpo, incident, "people.categories", "customers").await;

    let kinds = NoticeKind::ALL
        .iter()
        .filter(|kind| kind.spec().to == Addressees::Listed && **kind != NoticeKind::SubjectCommunication);
    for (kind, language) in kinds.zip(Language::ALL.iter().cycle()) {
        let id = drafted(&desk, &dpo, incident, *kind, *language).await;
        desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
        assert_eq!(desk.approve(&dpo, id).await.said(), "own_work", "{kind}");
        desk.approve(&approver, id).await.unwrap();
        desk.send_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
        let mails = desk.run_mail(accepted).await;
        let lang = format!("<html lang=\"{}\">", language.code());
        assert!(
            mails.iter().any(|mail| mail.html.as_ref().is_some_and(|html| html.contains(&lang))),
            "{kind} in {language}"
        );
        assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Sent, "{kind}");
    }
    assert_eq!(
        running(&desk, &dpo, incident).await,
        before,
        "nobody was notified and nobody communicated to"
    );
    let sheet = desk.fact_sheet(&desk.by(&dpo), incident).await.unwrap();
    let told = sheet.lines.iter().find(|line| line.key == "ds.count").and_then(|line| line.fact.as_ref());
    assert!(told.is_none(), "who got a text to publish is nobody who was told");
});

story!(early_words_need_no_answers, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("The first hour").await;
    for kind in NoticeKind::ALL
        .iter()
        .filter(|kind| kind.spec().complete == Complete::Free && kind.spec().to == Addressees::Listed)
    {
        let id = drafted(&desk, &dpo, incident, *kind, Language::Nl).await;
        desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
        assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::InReview, "{kind}");
    }
});
