//! Filings with authorities: new, follow-up, withdrawn, and what changed since the last one.

use crate::{
    clocks::aware,
    support::{AUTHORITY, Said, accepted, engines::story, hours},
};
use domain::{
    access::Role,
    clock::{authority::AuthorityInput, recorded::SubmissionInput},
    filing::{Extent, FilingKind, FilingState, ReceiptInput},
    journal::hash,
    moment::rfc3339,
    notice::template::NoticeKind,
    text::Choice,
    view::filing_form::{FormAsked, FormPage},
};

story!(each_authority_has_its_own_filings_and_what_changed_since, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    let by = || desk.by(&lead);
    desk.record_awareness(&by(), incident, &aware("2026-06-09 07:00")).await.unwrap();
    desk.answer(&lead, incident, "people.count", "40").await;
    let name = |code: &str, capacity: &str| AuthorityInput {
        code: code.to_owned(),
        capacity: capacity.to_owned(),
        ..AuthorityInput::default()
    };
    let fr = desk.name_authority(&by(), incident, &name("FR", "lead")).await.unwrap().id;
    let gb = desk.name_authority(&by(), incident, &name("GB", "uk")).await.unwrap().id;
    let portal = |authority: &str, rule: &str, kind: &str| SubmissionInput {
        rule: rule.to_owned(),
        authority: authority.to_owned(),
        kind: kind.to_owned(),
        submitted_at: rfc3339(desk.time().now()),
        how: "Portal, receipt 77".to_owned(),
        ..SubmissionInput::default()
    };
    let stands = || async {
        let page = desk.filings(&by(), incident).await.unwrap();
        page.authorities.iter().map(|a| (a.rule.clone(), a.state, a.filings.len())).collect::<Vec<_>>()
    };
    assert_eq!(
        stands().await,
        [("gdpr33".to_owned(), FilingState::NotFiled, 0), ("ukgdpr33".to_owned(), FilingState::NotFiled, 0)]
    );
    // A follow-up to nothing, and a withdrawal of nothing.
    for kind in ["follow_up", "withdrawal"] {
        let refused = SubmissionInput {
            reason: if kind == "withdrawal" { "x" } else { "" }.to_owned(),
            ..portal(&fr, "gdpr33", kind)
        };
        assert_eq!(desk.record_submission(&by(), incident, &refused).await.said(), "kind:not_now");
    }
    desk.record_submission(&by(), incident, &portal(&fr, "gdpr33", "new")).await.unwrap();
    // Most is still owed, so it was incomplete, though nobody said so.
    assert_eq!(stands().await[0].1, FilingState::Incomplete);
    assert_eq!(stands().await[1].1, FilingState::NotFiled);
    assert_eq!(
        desk.record_submission(&by(), incident, &portal(&fr, "gdpr33", "new")).await.said(),
        "kind:not_now"
    );

    desk.advance(hours(5));
    desk.answer(&lead, incident, "people.count", "4812").await;
    let page = desk.filings(&by(), incident).await.unwrap();
    let since: Vec<_> =
        page.authorities[0].since.iter().map(|d| (d.key.as_str(), d.old.as_str(), d.new.as_str())).collect();
    assert!(since.contains(&("people.count", "40", "4,812")), "{since:?}");
    assert!(page.authorities[1].since.is_empty());

    // A corrected awareness is news, and so is who was reached.
    let correction = domain::awareness::AwarenessInput {
        correction: "The first log had shown it.".to_owned(),
        ..aware("2026-06-09 06:30")
    };
    let corrected = desk.record_awareness(&by(), incident, &correction).await.unwrap();
    let yes = domain::awareness::DecisionInput::default();
    let dpo = desk.person(Role::Dpo).await;
    desk.confirm_awareness(&desk.by(&dpo), incident, corrected.id.parse().unwrap(), &yes).await.unwrap();
    desk.answer(&lead, incident, "ds.status", "yes").await;
    desk.answer(&lead, incident, "ds.coverage", "not_all").await;
    let page = desk.filings(&by(), incident).await.unwrap();
    let news: Vec<_> = page.authorities[0].since.iter().map(|d| d.key.as_str()).collect();
    for key in ["people.count", "time.aware", "ds.status", "ds.coverage"] {
        assert!(news.contains(&key), "{key} isn't among {news:?}");
    }
    let letter = desk
        .draft_notice(
            &by(),
            incident,
            &domain::notice::DraftInput {
                kind: NoticeKind::AuthorityNotification.code().to_owned(),
                language: "en".to_owned(),
                authority: fr.clone(),
                ..domain::notice::DraftInput::default()
            },
        )
        .await
        .unwrap();
    let letter = desk.page(&lead, letter.id.parse().unwrap()).await;
    let changes = letter.statements.iter().find(|s| s.code == "changes").unwrap();
    assert!(changes.text.contains("9 June 2026, 08:30 (UTC+02:00)"), "{}", changes.text);

    let filing = page.authorities[0].filings[0].id.clone();
    let receipt = |filing: &str, at: &str| ReceiptInput {
        filing: filing.to_owned(),
        reference: "CNIL-2026-4711".to_owned(),
        received_at: at.to_owned(),
        ..ReceiptInput::default()
    };
    for (input, expected) in [
        (receipt("no such", "2026-06-09 12:00"), "filing:unknown"),
        (receipt(&filing, "2026-06-09 07:59"), "received_at:before_filing"),
        (receipt(&filing, "2026-06-10 12:00"), "received_at:in_the_future"),
        (
            ReceiptInput { reference: String::new(), ..receipt(&filing, "2026-06-09 12:00") },
            "reference:required",
        ),
    ] {
        assert_eq!(desk.record_receipt(&by(), incident, &input).await.said(), expected);
    }
    desk.record_receipt(&by(), incident, &receipt(&filing, "2026-06-09 12:00")).await.unwrap();
    let complete = SubmissionInput { extent: "complete".to_owned(), ..portal(&fr, "gdpr33", "follow_up") };
    desk.record_submission(&by(), incident, &complete).await.unwrap();
    desk.advance(hours(1));
    let page = desk.filings(&by(), incident).await.unwrap();
    let fr_filings = &page.authorities[0];
    assert_eq!(fr_filings.filings[0].receipts[0].reference, "CNIL-2026-4711");
    assert_eq!(
        fr_filings.filings.iter().map(|f| (f.kind, f.extent)).collect::<Vec<_>>(),
        [(FilingKind::New, Extent::Incomplete), (FilingKind::FollowUp, Extent::Complete)]
    );
    assert_eq!(fr_filings.state, FilingState::Complete);
    assert!(fr_filings.since.is_empty(), "{:?}", fr_filings.since);

    let bare = portal(&fr, "gdpr33", "withdrawal");
    assert_eq!(desk.record_submission(&by(), incident, &bare).await.said(), "reason:required");
    let bare = SubmissionInput { submitted_at: rfc3339(desk.time().now()), ..bare };
    let reasoned = SubmissionInput { reason: "The data were our own test data.".to_owned(), ..bare };
    desk.record_submission(&by(), incident, &reasoned).await.unwrap();
    assert_eq!(stands().await[0].1, FilingState::Withdrawn);
    desk.advance(hours(1));
    desk.record_submission(&by(), incident, &portal(&fr, "gdpr33", "new")).await.unwrap();
    desk.record_submission(&by(), incident, &portal(&gb, "ukgdpr33", "new")).await.unwrap();
    assert_eq!(stands().await.iter().map(|s| s.2).collect::<Vec<_>>(), [4, 1]);
});

story!(a_notice_that_was_taken_is_a_filing_and_the_next_a_follow_up, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09 07:00")).await.unwrap();
    for definition in domain::fact::catalogue::catalogue().entries().iter().filter(|d| !d.derived) {
        let answer = crate::support::answers::answer_to(definition);
        let _ = desk.record_fact(&desk.by(&lead), incident, &definition.key, &answer).await;
    }
    for expected in [FilingKind::New, FilingKind::FollowUp] {
        let notice = desk.released(&lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
        let text = desk.page(&lead, notice).await.text;
        assert_eq!(
            text.contains("the number of data subjects: 5,000"),
            expected == FilingKind::FollowUp,
            "only a follow-up says what changed: {text}"
        );
        let before = desk.filings(&desk.by(&lead), incident).await.unwrap();
        desk.advance(hours(1));
        desk.run_mail(accepted).await;
        let page = desk.filings(&desk.by(&lead), incident).await.unwrap();
        assert_eq!(page.authorities[0].filings.len(), before.authorities[0].filings.len() + 1);
        let last = page.authorities[0].filings.last().unwrap();
        assert_eq!((last.kind, last.notice.is_some()), (expected, true));
        desk.advance(hours(1));
        let answer = if expected == FilingKind::New { "5000" } else { "5001" };
        desk.answer(&lead, incident, "people.count", answer).await;
    }
});

story!(what_was_copied_into_a_form_is_kept_to_the_letter, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    let by = || desk.by(&lead);
    desk.record_awareness(&by(), incident, &aware("2026-06-09 07:00")).await.unwrap();
    desk.answer(&lead, incident, "people.count", "40").await;
    let name =
        AuthorityInput { code: "FR".to_owned(), capacity: "lead".to_owned(), ..AuthorityInput::default() };
    let fr = desk.name_authority(&by(), incident, &name).await.unwrap().id;
    let asked = FormAsked { authority: fr.clone(), ..FormAsked::default() };
    let page = desk.authority_form(&by(), incident, &asked).await.unwrap();
    assert_eq!(page.form.code, "cnil");
    let said = |page: &FormPage| {
        let fields = page.parts.iter().flat_map(|part| &part.fields);
        fields.filter(|f| f.key == "people.count").map(|f| f.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(said(&page), ["40"]);

    // While somebody types it into the portal, more is found out.
    desk.advance(hours(1));
    desk.answer(&lead, incident, "people.count", "4812").await;
    let submission = SubmissionInput {
        rule: "gdpr33".to_owned(),
        authority: fr,
        kind: "new".to_owned(),
        submitted_at: rfc3339(desk.time().now()),
        how: "Teleservice, receipt 77".to_owned(),
        form: page.form.code.clone(),
        as_of: page.as_of.clone(),
        ..SubmissionInput::default()
    };
    for (wrong, expected) in [
        (SubmissionInput { form: "none".to_owned(), ..submission.clone() }, "form:not_a_choice"),
        (SubmissionInput { as_of: "yesterday".to_owned(), ..submission.clone() }, "as_of:not_an_instant"),
        (SubmissionInput { language: "xx".to_owned(), ..submission.clone() }, "language:not_a_choice"),
    ] {
        assert_eq!(desk.record_submission(&by(), incident, &wrong).await.said(), expected);
    }
    let filed = desk.record_submission(&by(), incident, &submission).await.unwrap();
    let copied = desk.filed_form(&by(), incident, filed.id.parse().unwrap()).await.unwrap();
    assert!(copied.text().contains("\n40\n") && !copied.text().contains("4,812"), "{}", copied.text());
    assert_eq!(copied.digest, hash(copied.text()));
    let filings = desk.filings(&by(), incident).await.unwrap();
    let kept = filings.authorities[0].filings[0].form.clone().unwrap();
    assert_eq!((kept.form.as_str(), kept.sha256), ("cnil", copied.digest.clone()));
    // Of another incident it isn't handed out, and what was filed without a form has no text.
    let other = desk.declare("Another").await;
    assert!(matches!(
        desk.filed_form(&by(), other, filed.id.parse().unwrap()).await,
        Err(services::Error::NotFound)
    ));
    let now = desk.authority_form(&by(), incident, &asked).await.unwrap();
    assert_eq!(said(&now), ["4,812"]);
    // A copy of answers that are newer than the filing is of no use: those of its time are kept.
    let late = SubmissionInput {
        kind: "follow_up".to_owned(),
        submitted_at: page.as_of.clone(),
        as_of: now.as_of,
        ..submission
    };
    let filed = desk.record_submission(&by(), incident, &late).await.unwrap();
    let copied = desk.filed_form(&by(), incident, filed.id.parse().unwrap()).await.unwrap();
    assert!(copied.text().contains("\n40\n"), "{}", copied.text());
});
