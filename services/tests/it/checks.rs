//! What is looked at before a review: what must be mended stops it, what is to be read doesn't.

use crate::{
    recipients,
    support::{AUTHORITY, Desk, Said, Who, accepted, answers::exact, engines::story, hours},
};
use domain::{
    access::Role,
    account::organisation::MailInput,
    awareness::AwarenessInput,
    evidence::EvidenceInput,
    fact::record::RecordFactInput,
    id::{EvidenceId, IncidentId, NoteId, NoticeId},
    incident::ReasonInput,
    notice::{
        MoreRecipientsInput, StatementInput,
        check::{Finding, Mend, Weight},
        comment::CommentInput,
        holder::With,
        stage::Stage,
        template::NoticeKind,
    },
    view::{NoticePage, review::Became},
    work::note::NoteInput,
};

fn codes(page: &NoticePage, weight: Weight) -> Vec<&'static str> {
    page.findings.iter().filter(|f| f.weight == weight).map(|f| f.code).collect()
}

async fn say(desk: &Desk, who: &Who, id: NoticeId, code: &str, text: &str) {
    let own = StatementInput { text: text.to_owned(), ..StatementInput::default() };
    desk.edit_statement(&desk.on_notice(who, id).await, id, code, &own).await.unwrap();
}

async fn submit(desk: &Desk, who: &Who, id: NoticeId) -> String {
    desk.submit_notice(&desk.on_notice(who, id).await, id).await.said()
}

async fn to_authority(desk: &Desk, who: &Who, incident: IncidentId) -> NoticeId {
    desk.drafted(who, incident, NoticeKind::AuthorityNotification, AUTHORITY).await
}

story!(what_must_be_mended_stops_the_review_and_says_where, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Looked at").await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let page = desk.page(&dpo, id).await;
    assert!(codes(&page, Weight::Must).iter().all(|code| *code == "missing_facts"));
    let advice = page.findings.iter().find(|f| f.article == "Art. 34(2), recital 86").unwrap();
    assert_eq!(advice.mend, [Mend::Fact("advice.self_protection".to_owned())]);
    assert_eq!(submit(&desk, &dpo, id).await, "missing_facts");

    desk.answer_for_people(&dpo, incident).await;
    let page = desk.page(&dpo, id).await;
    assert_eq!(codes(&page, Weight::Must), ["stale"], "the words are older than the answers");
    assert_eq!(submit(&desk, &dpo, id).await, "stale");
    desk.refresh_statements(&desk.on_notice(&dpo, id).await, id, None).await.unwrap();
    let page = desk.page(&dpo, id).await;
    assert_eq!(codes(&page, Weight::Must), Vec::<&str>::new());
    let ease = page.ease.unwrap();
    assert_eq!(ease.formula, "Flesch");
    assert!(ease.score > 30.0 && ease.words > 100, "{ease:?}");
    assert_eq!(submit(&desk, &dpo, id).await, "ok");
});

story!(an_authority_is_not_told_who_is_concerned, |desk| {
    let (dpo, approver) = (desk.person(Role::Dpo).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Named").await;
    let people = desk
        .drafted(&dpo, incident, NoticeKind::SubjectCommunication, "anna.kowalska@people.test\nb@people.test")
        .await;
    desk.answer(&dpo, incident, "nature.text", "Records were read.").await;
    let id = to_authority(&desk, &dpo, incident).await;
    assert_eq!(codes(&desk.page(&dpo, id).await, Weight::Must), Vec::<&str>::new(), "told in phases");
    say(&desk, &dpo, id, "nature", "Anna Kowalska (Anna.Kowalska@People.test) saw the record of another.")
        .await;
    let page = desk.page(&dpo, id).await;
    assert_eq!(codes(&page, Weight::Must), ["names_a_person"]);
    let named = page.findings.iter().find(|f| f.code == "names_a_person").unwrap();
    assert_eq!(named.mend, [Mend::Statement("nature".to_owned())]);
    assert!(codes(&page, Weight::Read).contains(&"may_name_a_person"));
    assert_eq!(submit(&desk, &dpo, id).await, "names_a_person");

    say(&desk, &dpo, id, "nature", "Anna Kowalska saw the record of another customer.").await;
    assert_eq!(submit(&desk, &dpo, id).await, "ok", "a name may be anybody’s, so it is only to be read");
    desk.approve(&approver, id).await.unwrap();

    // A list that was given later stops what is approved and names somebody on it; that of another case doesn't.
    let late = to_authority(&desk, &dpo, incident).await;
    say(&desk, &dpo, late, "nature", "A mail from c@people.test told us.").await;
    let elsewhere = desk.declare("Elsewhere").await;
    desk.drafted(&dpo, elsewhere, NoticeKind::SubjectCommunication, "c@people.test").await;
    assert_eq!(submit(&desk, &dpo, late).await, "ok");
    let more = MoreRecipientsInput { recipients: "C@people.test\nd@people.test".to_owned() };
    desk.add_recipients(&desk.on_notice(&dpo, people).await, people, &more).await.unwrap();
    assert_eq!(desk.approve(&approver, late).await.said(), "names_a_person");
});

story!(names_and_numbers_of_a_sealed_list_are_found_without_opening_it, |desk| {
    let (dpo, incident, people) = recipients::ready(&desk).await;
    let file = "email;name;reference;telephone\n\
        a@people.test;Müller, Zoë;K-10442;+49 40 7712 3456\n\
        b@people.test;Bo Lang;7;\n\
        c@people.test;Zoë Müller;;\n";
    recipients::imported(&desk, &dpo, people, file).await;
    let id = to_authority(&desk, &dpo, incident).await;
    let found = async |text: &str| {
        say(&desk, &dpo, id, "nature", text).await;
        let page = desk.page(&dpo, id).await;
        let of = |code| page.findings.iter().any(|f: &Finding| f.code == code);
        (of("may_name_a_person"), of("number_of_a_person"))
    };
    assert_eq!(found("Zoe Mueller saw the record of another customer.").await, (true, false));
    assert_eq!(found("Customer k-10442 saw the record of another.").await, (false, true));
    assert_eq!(found("Somebody called from 040 77123456.").await, (false, true));
    assert_eq!(found("Otto Klein, customer K-10443, called in week 7.").await, (false, false));

    // They go with the list.
    assert!(desk.number("SELECT COUNT(*) FROM list_marks").await > 5);
    let because = ReasonInput { reason: "They asked for it.".to_owned() };
    desk.cancel_notice(&desk.on_notice(&dpo, people).await, people, &because).await.unwrap();
    recipients::sweep(&desk).await;
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_marks").await, 0);
    assert_eq!(found("Zoe Mueller, customer K-10442, called.").await, (false, false));
});

story!(what_another_notice_said_otherwise_is_shown_and_stops_nothing, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Otherwise").await;
    desk.answer(&dpo, incident, "people.count", "4812").await;
    let first = desk.released(&dpo, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    desk.run_mail(accepted).await;
    assert!(desk.page(&dpo, first).await.findings.is_empty(), "what has left is not looked at any more");

    let board = desk.drafted(&dpo, incident, NoticeKind::WorksCouncilOrBoard, "board@controller.test").await;
    assert!(!codes(&desk.page(&dpo, board).await, Weight::Read).contains(&"says_otherwise"));
    desk.answer(&dpo, incident, "people.count", "5200").await;
    let other = desk.drafted(&dpo, incident, NoticeKind::WorksCouncilOrBoard, "board@controller.test").await;
    let page = desk.page(&dpo, other).await;
    let otherwise = page.findings.iter().find(|f| f.code == "says_otherwise").unwrap();
    assert!(otherwise.words.contains("4,812") && otherwise.words.contains("5,200"), "{}", otherwise.words);
    assert!(otherwise.mend.contains(&Mend::Notice(first)));
    assert_eq!(submit(&desk, &dpo, other).await, "ok");
});

story!(mail_that_leaves_through_what_was_broken_into_is_shown, |desk| {
    let (dpo, admin) = (desk.person(Role::Dpo).await, desk.person(Role::Administrator).await);
    let relay = MailInput {
        host: "smtp7.relay.test".to_owned(),
        port: "587".to_owned(),
        security: "starttls".to_owned(),
        from_name: "Harbour Parcel".to_owned(),
        from_address: "desk@controller.test".to_owned(),
        ..MailInput::default()
    };
    desk.save_mail(&desk.seen(&admin, 0), &relay).await.unwrap();
    let incident = desk.declare("The relay").await;
    desk.answer(&dpo, incident, "nature.systems", "Our relay smtp7.relay.test, in Hamburg.").await;
    let id = desk.drafted(&dpo, incident, NoticeKind::HoldingStatement, "press@controller.test").await;
    let page = desk.page(&dpo, id).await;
    let involved = page.findings.iter().find(|f| f.code == "channel_involved").unwrap();
    assert_eq!(involved.mend, [Mend::Fact("nature.systems".to_owned()), Mend::Relay]);
    assert_eq!(submit(&desk, &dpo, id).await, "ok");
});

story!(words_are_kept_with_a_reason_that_the_approver_reads, |desk| {
    let (dpo, approver) = (desk.person(Role::Dpo).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Kept").await;
    desk.answer_for_people(&dpo, incident).await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let because = |reason: &str| ReasonInput { reason: reason.to_owned() };
    let none =
        desk.keep_statement(&desk.on_notice(&dpo, id).await, id, "advice", &because("It holds.")).await;
    assert_eq!(none.said(), "nothing_stale");
    let before = desk.page(&dpo, id).await.text;
    desk.answer(&dpo, incident, "advice.self_protection", "Change your password.").await;
    let page = desk.page(&dpo, id).await;
    let advice = page.statements.iter().find(|s| s.code == "advice").unwrap();
    let told = |became| -> String {
        advice.redline.iter().filter(|p| p.became == became).map(|p| p.text.as_str()).collect()
    };
    assert!(told(Became::Added).contains("password") && told(Became::Removed).contains("Records"));

    let without = desk.keep_statement(&desk.on_notice(&dpo, id).await, id, "advice", &because("")).await;
    assert_eq!(without.said(), "reason:required");
    desk.keep_statement(&desk.on_notice(&dpo, id).await, id, "advice", &because("Said by telephone."))
        .await
        .unwrap();
    assert_eq!(submit(&desk, &dpo, id).await, "ok");
    let page = desk.page(&approver, id).await;
    assert_eq!(page.text, before, "not a word of it is another");
    let advice = page.statements.iter().find(|s| s.code == "advice").unwrap();
    let kept = advice.kept.as_ref().unwrap();
    assert_eq!((kept.reason.as_str(), kept.by, advice.stale), ("Said by telephone.", dpo.id(), false));
    assert_eq!(kept.over[0].0, "What people can do to protect themselves");
    assert!(kept.over[0].1.starts_with("Records"), "{:?}", kept.over);
    desk.approve(&approver, id).await.unwrap();

    // What changes once more is stale once more, and what is taken over was not kept.
    desk.answer(&dpo, incident, "advice.self_protection", "Watch your post.").await;
    desk.refresh_statements(&desk.on_notice(&dpo, id).await, id, Some("advice")).await.unwrap();
    let page = desk.page(&dpo, id).await;
    let advice = page.statements.iter().find(|s| s.code == "advice").unwrap();
    assert!(advice.kept.is_none() && advice.text.contains("Watch your post."));
});

story!(own_words_without_a_fact_are_a_judgement_or_stop_the_review, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Own words").await;
    let id = to_authority(&desk, &dpo, incident).await;
    say(&desk, &dpo, id, "nature", "We think that 17 people were curious.").await;
    assert_eq!(submit(&desk, &dpo, id).await, "no_ground");
    let judged = StatementInput { text: "We think so.".to_owned(), judgement: "true".to_owned() };
    desk.edit_statement(&desk.on_notice(&dpo, id).await, id, "nature", &judged).await.unwrap();
    let page = desk.page(&dpo, id).await;
    assert!(page.statements.iter().any(|s| s.code == "nature" && s.judgement));
    assert_eq!(submit(&desk, &dpo, id).await, "ok");
    let wrong = StatementInput { judgement: "perhaps".to_owned(), ..judged };
    let said = desk.edit_statement(&desk.on_notice(&dpo, id).await, id, "nature", &wrong).await.said();
    assert_eq!(said, "judgement:not_a_choice");
});

story!(versions_are_compared_word_by_word, |desk| {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Versions").await;
    let id = to_authority(&desk, &dpo, incident).await;
    let versions = async |from, to| desk.notice_versions(&desk.by(&dpo), id, from, to).await;
    assert_eq!(versions(None, None).await.unwrap().compared, None);
    say(&desk, &dpo, id, "nature", "About 4,800 people.").await;
    say(&desk, &dpo, id, "nature", "About 5,200 people.").await;
    let last = versions(None, None).await.unwrap();
    let what: Vec<&str> = last.versions.iter().map(|v| v.what.as_str()).collect();
    assert_eq!(what, ["statement", "statement", "drafted"]);
    assert_eq!(last.redlines.len(), 1);
    let pieces: Vec<(&str, Became)> =
        last.redlines[0].pieces.iter().map(|p| (p.text.as_str(), p.became)).collect();
    let expected = [
        ("About ", Became::Same),
        ("4,800", Became::Removed),
        ("5,200", Became::Added),
        (" people.", Became::Same),
    ];
    assert_eq!(pieces, expected);
    let whole = versions(Some(1), last.compared.map(|(_, to)| to)).await.unwrap();
    assert!(whole.redlines[0].pieces.iter().any(|p| p.became == Became::Removed));
    assert_eq!(versions(Some(77), Some(1)).await.said(), "not_found");
});

story!(comments_are_said_and_dealt_with_before_it_leaves, |desk| {
    let (dpo, approver, reader) =
        (desk.person(Role::Dpo).await, desk.person(Role::Approver).await, desk.person(Role::Reader).await);
    let incident = desk.declare("Talked about").await;
    let id = to_authority(&desk, &dpo, incident).await;
    let words =
        |statement: &str, text: &str| CommentInput { statement: statement.to_owned(), text: text.to_owned() };
    for (input, said) in
        [(words("nature", ""), "text:required"), (words("no.such", "Where?"), "statement:unknown")]
    {
        assert_eq!(desk.comment_on_notice(&desk.by(&approver), id, &input).await.said(), said);
    }
    let input = words("nature", "Say what was read.");
    assert_eq!(desk.comment_on_notice(&desk.by(&reader), id, &input).await.said(), "forbidden");
    let said = desk.comment_on_notice(&desk.by(&approver), id, &input).await.unwrap().id.parse().unwrap();
    let page = desk.page(&dpo, id).await;
    assert_eq!(page.comments[0].said_by, approver.id());
    assert!(codes(&page, Weight::Read).contains(&"open_comments"));
    let another = to_authority(&desk, &dpo, incident).await;
    assert_eq!(desk.resolve_comment(&desk.by(&dpo), another, said).await.said(), "not_found");
    desk.resolve_comment(&desk.by(&dpo), id, said).await.unwrap();
    assert_eq!(desk.resolve_comment(&desk.by(&dpo), id, said).await.said(), "resolved");
    assert!(!codes(&desk.page(&dpo, id).await, Weight::Read).contains(&"open_comments"));

    assert_eq!(submit(&desk, &dpo, id).await, "ok");
    desk.approve(&approver, id).await.unwrap();
    desk.send_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
    assert_eq!(desk.comment_on_notice(&desk.by(&dpo), id, &input).await.said(), "not_editable");
    assert_eq!(desk.page(&dpo, id).await.comments.len(), 1, "what was said stays");
});

/// A note, and evidence, that are counsel's privileged.
async fn privileged(desk: &Desk, who: &Who, incident: IncidentId) -> (NoteId, EvidenceId) {
    let note = NoteInput {
        title: "Zeisigwort".to_owned(),
        text: "Counsel holds that nobody should write that the key was known since March.".to_owned(),
        privileged: "true".to_owned(),
    };
    let note = desk.add_note(&desk.by(who), incident, &note).await.unwrap().id.parse().unwrap();
    let about = EvidenceInput {
        collected_by: "R. Fenn".to_owned(),
        collected_at: "2026-06-09 07:00".to_owned(),
        source: "Zeisigwort and partners".to_owned(),
        privileged: "true".to_owned(),
        ..EvidenceInput::default()
    };
    let mut upload = desk.begin_evidence(&desk.by(who), incident, &about).await.unwrap();
    upload.write(b"an opinion").await.unwrap();
    let item = desk.finish_evidence(&desk.by(who), upload, "zeisigwort.pdf").await.unwrap();
    (note, item.id.parse().unwrap())
}

story!(what_is_counsels_is_seen_by_members_only, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let incident = desk.declare("Ordinary").await;
    let (note, item) = privileged(&desk, &lead, incident).await;
    let plain = NoteInput { title: "Plain".to_owned(), ..NoteInput::default() };
    desk.add_note(&desk.by(&lead), incident, &plain).await.unwrap();
    for (who, seen) in [(&lead, 1), (&dpo, 0)] {
        let ctx = desk.by(who);
        let notes = desk.notes(&ctx, incident).await.unwrap();
        assert_eq!((notes.notes.len(), notes.case.counts.notes), (1 + seen, 1 + seen as u64));
        let evidence = desk.evidence(&ctx, incident).await.unwrap();
        assert_eq!((evidence.items.len(), evidence.case.counts.evidence), (seen, seen as u64));
        assert_eq!(desk.search(&ctx, "zeisigwort").await.unwrap().len(), 0, "search knows nothing of it");
        let answers = if seen == 1 { "ok" } else { "not_found" };
        assert_eq!(desk.note(&ctx, incident, Some(note)).await.said(), answers);
        assert_eq!(desk.read_evidence(&ctx, incident, item).await.said(), answers);
        assert_eq!(desk.verify_evidence(&ctx, incident, item).await.said(), answers);
    }
    let edit = NoteInput { title: "Mine".to_owned(), ..NoteInput::default() };
    assert_eq!(desk.edit_note(&desk.seen(&dpo, 1), incident, note, &edit).await.said(), "not_found");
    let reason = ReasonInput { reason: "A mistake.".to_owned() };
    assert_eq!(desk.withdraw_evidence(&desk.by(&dpo), incident, item, &reason).await.said(), "not_found");
    desk.edit_note(&desk.seen(&lead, 1), incident, note, &edit).await.unwrap();
    assert_eq!(
        desk.note(&desk.by(&dpo), incident, Some(note)).await.said(),
        "ok",
        "it no longer is counsel’s"
    );
    assert_eq!(desk.search(&desk.by(&dpo), "mine").await.unwrap().len(), 1);
    assert_eq!(
        desk.add_note(&desk.by(&lead), incident, &NoteInput { privileged: "yes".to_owned(), ..plain })
            .await
            .said(),
        "privileged:not_a_choice"
    );
});

story!(what_is_counsels_is_put_into_no_answer_and_no_notice, |desk| {
    let (lead, approver) = (desk.person(Role::Lead).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Counsel").await;
    desk.answer(&lead, incident, "nature.text", "Records were read.").await;
    let early = to_authority(&desk, &lead, incident).await;
    let repeats = "It is so: nobody should write that the\nkey was known since March.";
    say(&desk, &lead, early, "nature", repeats).await;
    assert_eq!(submit(&desk, &lead, early).await, "ok", "nothing of it is counsel’s yet");
    let (_, item) = privileged(&desk, &lead, incident).await;
    assert_eq!(desk.approve(&approver, early).await.said(), "privileged");
    let page = desk.page(&approver, early).await;
    let found = page.findings.iter().find(|f| f.code == "privileged").unwrap();
    assert_eq!(found.mend, [Mend::Statement("nature".to_owned())]);
    assert!(!found.words.contains("March"), "what it repeats is not said again: {}", found.words);

    let record = async |input: RecordFactInput| {
        desk.record_fact(&desk.by(&lead), incident, "nature.text", &input).await.said()
    };
    assert_eq!(record(exact(repeats)).await, "value:privileged");
    let resting = RecordFactInput { evidence: item.to_string(), ..exact("More records were read.") };
    assert_eq!(record(resting.clone()).await, "evidence:privileged");
    assert_eq!(record(RecordFactInput { evidence: String::new(), ..resting }).await, "ok");
    let sheet = desk.fact_sheet(&desk.by(&lead), incident).await.unwrap();
    assert!(sheet.evidence.is_empty(), "it is not even offered");
});

story!(whoever_holds_a_notice_up_is_named, |desk| {
    let (dpo, approver, lead) =
        (desk.person(Role::Dpo).await, desk.person(Role::Approver).await, desk.person(Role::Lead).await);
    let incident = desk.declare("Held up").await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    let id = to_authority(&desk, &dpo, incident).await;
    let holder = async || desk.page(&dpo, id).await.holder.map(|h| (h.with, h.who.len(), h.since));
    assert_eq!(holder().await, Some((With::Authors, 1, desk.by(&dpo).now)));
    desk.advance(hours(2));
    let submitted = desk.by(&dpo).now;
    assert_eq!(submit(&desk, &dpo, id).await, "ok");
    desk.advance(hours(3));
    let page = desk.page(&dpo, id).await;
    let held = page.holder.unwrap();
    assert_eq!((held.with, held.since), (With::SecondPerson, submitted));
    assert!(held.who.contains(&approver.id()) && !held.who.contains(&dpo.id()), "nobody approves their own");
    assert_eq!(page.due_at.map(|due| due.to_rfc3339()).as_deref(), Some("2026-06-12T08:00:00+00:00"));
    let waiting = desk.notices(&desk.by(&approver), Some(Stage::InReview), 1).await.unwrap().items;
    assert_eq!((waiting[0].with, waiting[0].waits_since), (Some(With::SecondPerson), Some(submitted)));
    desk.approve(&approver, id).await.unwrap();
    let held = desk.page(&dpo, id).await.holder.unwrap();
    assert_eq!(held.with, With::Release);
    assert!(
        held.who.contains(&lead.id()) && held.who.contains(&dpo.id()) && !held.who.contains(&approver.id())
    );
    desk.send_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
    assert_eq!(holder().await, None);
});
