//! Questions of authorities: owed, drafted, approved by a second person, sent with proof.

use crate::{
    clocks::aware,
    parties::{brought, chosen, in_book, party},
    support::{AUTHORITY, BOOT, Desk, Said, Who, accepted, engines::story, hours},
};
use domain::{
    access::Role,
    clock::authority::AuthorityInput,
    correspondence::{
        question::{
            AnswerInput, AnsweredInput, ApproveAnswerInput, AskedInput, DraftAnswerInput, Question,
            QuestionState,
        },
        reply::{CountInput, ReplyTopic},
    },
    id::{IncidentId, QuestionId},
    incident::ReasonInput,
    journal::hash,
    notice::template::NoticeKind,
    view::correspondence::{QuestionPage, RepliesPage, ReplyAsked},
};
use services::Ctx;
use std::io::Read;

fn asks(owner: &Who) -> AskedInput {
    AskedInput {
        asker: "authority".to_owned(),
        name: "The state commissioner".to_owned(),
        way: "letter".to_owned(),
        received_at: "2026-06-09 07:30".to_owned(),
        reference: "LfD 5-4711".to_owned(),
        text: "How many people are concerned, and since when do you know?".to_owned(),
        due_at: "2026-06-12 12:00".to_owned(),
        owner: owner.id().to_string(),
        ..AskedInput::default()
    }
}

fn of(codes: &[&str]) -> DraftAnswerInput {
    DraftAnswerInput {
        language: "en".to_owned(),
        statements: codes.iter().map(|code| (*code).to_owned()).collect(),
    }
}

fn words(text: &str) -> AnswerInput {
    AnswerInput { text: text.to_owned() }
}

fn because(reason: &str) -> ReasonInput {
    ReasonInput { reason: reason.to_owned() }
}

fn by_letter(at: &str) -> AnsweredInput {
    AnsweredInput {
        sent_at: at.to_owned(),
        way: "letter".to_owned(),
        reference: "RR 12 345".to_owned(),
        ..AnsweredInput::default()
    }
}

async fn page(desk: &Desk, who: &Who, id: QuestionId) -> QuestionPage {
    desk.question(&desk.by(who), id).await.unwrap()
}

async fn read(desk: &Desk, who: &Who, id: QuestionId) -> Question {
    page(desk, who, id).await.line.question
}

/// `who`, having just read the question.
async fn on(desk: &Desk, who: &Who, id: QuestionId) -> Ctx {
    desk.seen(who, read(desk, who, id).await.revision)
}

async fn asked(desk: &Desk, who: &Who, incident: IncidentId, input: &AskedInput) -> QuestionId {
    desk.record_question(&desk.by(who), incident, input).await.unwrap().id.parse().unwrap()
}

async fn open_tasks(desk: &Desk, who: &Who) -> Vec<String> {
    desk.tasks(&desk.by(who), true).await.unwrap().into_iter().map(|row| row.task.title).collect()
}

async fn approve(desk: &Desk, who: &Who, id: QuestionId) -> services::Result<()> {
    let digest = page(desk, who, id).await.digest;
    desk.approve_answer(&on(desk, who, id).await, id, &ApproveAnswerInput { digest }).await
}

story!(a_question_is_answered_from_facts_by_two_people_with_proof, |desk| {
    let (lead, dpo) = (desk.person(Role::Lead).await, desk.person(Role::Dpo).await);
    let approver = desk.person(Role::Approver).await;
    let incident = desk.declare("The export was open").await;
    desk.record_awareness(&desk.by(&lead), incident, &aware("2026-06-09 07:00")).await.unwrap();
    desk.answer(&lead, incident, "people.count", "40").await;
    let letter = desk.upload(&lead, incident, "letter.pdf", b"How many people?").await;
    let input = AskedInput { evidence: letter.to_string(), ..asks(&lead) };
    let id = asked(&desk, &dpo, incident, &input).await;

    // It is a task of its owner, who gets a mail without a word of what was asked.
    assert_eq!(open_tasks(&desk, &lead).await, ["Answer the question of The state commissioner"]);
    assert_eq!(desk.tasks(&desk.by(&lead), true).await.unwrap()[0].asked, Some(id), "the way to it");
    let mails = desk.claim_mail(&desk.job(), BOOT, 100).await.unwrap();
    let told = mails.iter().find(|mail| mail.subject.contains("a question is yours")).unwrap();
    assert_eq!(told.recipient, format!("{}0@controller.test", "lead"));
    assert!(told.text.contains("2026-06-12 12:00") && !told.text.contains("concerned"), "{}", told.text);
    for mail in &mails {
        desk.mark_attempting(&desk.job(), mail).await.unwrap();
        desk.finish_mail(&desk.job(), mail, &accepted(mail)).await.unwrap();
    }

    // Whoever may see the case finds it by what was asked and by its reference.
    for looked_for in ["commissioner since", "4711"] {
        let found = desk.search(&desk.by(&dpo), looked_for).await.unwrap();
        assert_eq!(
            found.iter().map(|hit| hit.path.as_str()).collect::<Vec<_>>(),
            [format!("/questions/{id}")]
        );
    }

    // Nothing is approved before something was written.
    assert_eq!(approve(&desk, &approver, id).await.said(), "not_drafted");
    let ctx = on(&desk, &lead, id).await;
    for (input, expected) in [
        (of(&[]), "statements:required"),
        (of(&["people", "subject"]), "statements:not_a_choice"),
        (DraftAnswerInput { language: "xx".to_owned(), ..of(&["people"]) }, "language:not_a_choice"),
    ] {
        assert_eq!(desk.draft_answer(&ctx, id, &input).await.said(), expected);
    }
    desk.draft_answer(&ctx, id, &of(&["timeline", "people"])).await.unwrap();
    assert_eq!(desk.draft_answer(&ctx, id, &of(&["people"])).await.said(), "revision_stale");
    let drafted = page(&desk, &lead, id).await;
    assert_eq!(drafted.line.question.state, QuestionState::Drafted);
    let text = drafted.line.question.answer.text.clone();
    assert!(text.contains("40") && text.contains("9 June 2026"), "{text}");
    assert!(drafted.under.iter().any(|under| under.key == "people.count") && !drafted.is_stale());

    // A fact changes: the answer is stale and can't be approved until somebody has looked at it.
    desk.answer(&lead, incident, "people.count", "4812").await;
    let stale = page(&desk, &dpo, id).await;
    let under = stale.under.iter().find(|under| under.key == "people.count").unwrap();
    assert_eq!((under.shown.as_str(), under.now_shown.as_deref()), ("40", Some("4,812")));
    assert_eq!(approve(&desk, &approver, id).await.said(), "stale");
    desk.draft_answer(&on(&desk, &lead, id).await, id, &of(&["people"])).await.unwrap();
    let own = format!("{}\n\nMore will follow.", read(&desk, &lead, id).await.answer.text);
    desk.write_answer(&on(&desk, &dpo, id).await, id, &words(&own)).await.unwrap();

    // Four eyes, and exactly what was read.
    for author in [&lead, &dpo] {
        let expected = if author.id() == lead.id() { "forbidden" } else { "own_work" };
        assert_eq!(approve(&desk, author, id).await.said(), expected);
    }
    let other = ApproveAnswerInput { digest: hash("other words") };
    let seen = on(&desk, &approver, id).await;
    assert_eq!(desk.approve_answer(&seen, id, &other).await.said(), "not_what_was_seen");
    let back = because("Say since when.");
    desk.send_answer_back(&seen, id, &back).await.unwrap();
    assert_eq!(read(&desk, &lead, id).await.answer.remark, "Say since when.");
    desk.write_answer(&on(&desk, &lead, id).await, id, &words(&own)).await.unwrap();
    desk.advance(hours(1));
    approve(&desk, &approver, id).await.unwrap();
    assert_eq!(read(&desk, &lead, id).await.answer.approved_digest, Some(hash(&own)));

    // It was sent after it was approved, and not later than now.
    let proof = desk.upload(&lead, incident, "receipt.pdf", b"RR 12 345").await;
    desk.advance(hours(1));
    for (input, expected) in [
        (by_letter("2026-06-09 08:30"), "sent_at:before_approval"),
        (by_letter("2026-06-09 23:30"), "sent_at:in_the_future"),
        (AnsweredInput { way: String::new(), ..by_letter("2026-06-09 09:30") }, "way:required"),
    ] {
        assert_eq!(desk.record_answered(&on(&desk, &lead, id).await, id, &input).await.said(), expected);
    }
    let sent = AnsweredInput { evidence: proof.to_string(), ..by_letter("2026-06-09 09:30") };
    desk.record_answered(&on(&desk, &lead, id).await, id, &sent).await.unwrap();
    let answered = read(&desk, &lead, id).await;
    assert_eq!((answered.state, answered.answer.text.as_str()), (QuestionState::Answered, own.as_str()));
    assert_eq!(answered.sent.unwrap().proof.unwrap().evidence, proof);
    for looked_for in ["follow", "RR 12 345"] {
        assert_eq!(desk.search(&desk.by(&lead), looked_for).await.unwrap().len(), 1, "{looked_for}");
    }
    assert_eq!(open_tasks(&desk, &lead).await, Vec::<String>::new());

    let pack = desk.incident_proof(&desk.by(&dpo), incident).await.unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(pack.body)).unwrap();
    let mut packed = String::new();
    archive.by_name(&format!("answers/{id}.txt")).unwrap().read_to_string(&mut packed).unwrap();
    assert_eq!(packed, own);
    assert!(archive.by_name("questions.json").is_ok());

    // From here on nothing changes, whatever the facts do.
    desk.answer(&lead, incident, "people.count", "5000").await;
    assert!(!page(&desk, &lead, id).await.is_stale());
    let settled = on(&desk, &lead, id).await;
    assert_eq!(desk.write_answer(&settled, id, &words("Other")).await.said(), "settled");
    assert_eq!(desk.withdraw_question(&settled, id, &because("x")).await.said(), "settled");
    desk.journaled().await;
});

story!(an_approval_ends_with_the_words_and_the_facts_it_was_given_for, |desk| {
    let (lead, approver) = (desk.person(Role::Lead).await, desk.person(Role::Approver).await);
    let incident = desk.declare("The export was open").await;
    desk.answer(&lead, incident, "people.count", "40").await;
    let id = asked(&desk, &lead, incident, &asks(&lead)).await;
    desk.draft_answer(&on(&desk, &lead, id).await, id, &of(&["people"])).await.unwrap();
    approve(&desk, &approver, id).await.unwrap();
    let state = || async { read(&desk, &lead, id).await.state };
    assert_eq!(state().await, QuestionState::Approved);

    // Another owner or a later day leaves the approval as it is, and moves the task.
    let responder = desk.person(Role::Responder).await;
    assert_eq!(
        desk.edit_question(&on(&desk, &lead, id).await, id, &asks(&responder)).await.said(),
        "owner:not_a_member"
    );
    let member = services::incidents::MemberInput { account: responder.id().to_string() };
    desk.add_member(&desk.by(&lead), incident, &member).await.unwrap();
    let later = AskedInput { due_at: "2026-06-19 12:00".to_owned(), ..asks(&responder) };
    desk.edit_question(&on(&desk, &lead, id).await, id, &later).await.unwrap();
    assert_eq!(state().await, QuestionState::Approved);
    assert_eq!(open_tasks(&desk, &lead).await.len(), 0);
    let task = desk.tasks(&desk.by(&responder), true).await.unwrap().remove(0).task;
    assert_eq!(domain::moment::rfc3339(task.due_at.unwrap()), "2026-06-19T12:00:00.000000Z");

    // What rests on another fact by now isn't sent, and another question isn't answered by it.
    desk.answer(&lead, incident, "people.count", "41").await;
    let now = by_letter("2026-06-09 08:00");
    assert_eq!(desk.record_answered(&on(&desk, &lead, id).await, id, &now).await.said(), "stale");
    let another = AskedInput { text: "And where are they?".to_owned(), ..later };
    desk.edit_question(&on(&desk, &lead, id).await, id, &another).await.unwrap();
    assert_eq!(state().await, QuestionState::Drafted);
    assert_eq!(desk.record_answered(&on(&desk, &lead, id).await, id, &now).await.said(), "not_approved");

    // Words of counsel's notes don't leave.
    let note = domain::work::note::NoteInput {
        title: "Advice".to_owned(),
        text: "We would rather not say that the second export was open as well.".to_owned(),
        privileged: "true".to_owned(),
    };
    desk.add_note(&desk.by(&lead), incident, &note).await.unwrap();
    let repeated = words("Counsel says: We would rather not say that the second export was open as well.");
    assert_eq!(desk.write_answer(&on(&desk, &lead, id).await, id, &repeated).await.said(), "text:privileged");

    desk.advance(hours(24 * 11));
    let list = desk.correspondence(&desk.by(&lead), incident).await.unwrap();
    assert!(list.questions[0].overdue);
    desk.withdraw_question(&on(&desk, &lead, id).await, id, &because("They took it back.")).await.unwrap();
    let list = desk.correspondence(&desk.by(&lead), incident).await.unwrap();
    assert!(!list.questions[0].overdue && list.questions[0].question.state == QuestionState::Withdrawn);
    assert_eq!(desk.tasks(&desk.by(&responder), true).await.unwrap().len(), 0);
});

story!(who_asks_is_somebody_of_the_case_or_is_named, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    let named =
        AuthorityInput { code: "FR".to_owned(), capacity: "lead".to_owned(), ..AuthorityInput::default() };
    let authority = desk.name_authority(&desk.by(&lead), incident, &named).await.unwrap().id;
    let id = "aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned();
    for (input, expected) in [
        (AskedInput { asker: String::new(), ..asks(&lead) }, "asker:required"),
        (AskedInput { authority: id.clone(), ..asks(&lead) }, "authority:unknown"),
        (
            AskedInput { asker: "insurer".to_owned(), authority: authority.clone(), ..asks(&lead) },
            "authority:unknown",
        ),
        (AskedInput { asker: "controller".to_owned(), ..asks(&lead) }, "controller:required"),
        (AskedInput { asker: "controller".to_owned(), controller: id, ..asks(&lead) }, "controller:unknown"),
        (AskedInput { name: " ".to_owned(), ..asks(&lead) }, "name:required"),
        (AskedInput { text: String::new(), ..asks(&lead) }, "text:required"),
        (
            AskedInput { received_at: "2026-06-10 07:30".to_owned(), ..asks(&lead) },
            "received_at:in_the_future",
        ),
        (AskedInput { due_at: "2026-06-08 07:30".to_owned(), ..asks(&lead) }, "due_at:before_receipt"),
        (AskedInput { owner: String::new(), ..asks(&lead) }, "owner:not_an_id"),
    ] {
        assert_eq!(desk.record_question(&desk.by(&lead), incident, &input).await.said(), expected);
    }
    let french = AskedInput { authority, name: String::new(), ..asks(&lead) };
    let french = asked(&desk, &lead, incident, &french).await;
    let shown = page(&desk, &lead, french).await;
    assert!(shown.line.question.asked.name.contains("CNIL"), "{}", shown.line.question.asked.name);
    assert_eq!(shown.line.zone.name(), "Europe/Paris");

    // Somebody else is answered in own words.
    let press = AskedInput { asker: "other".to_owned(), ..asks(&lead) };
    let press = asked(&desk, &lead, incident, &press).await;
    assert!(page(&desk, &lead, press).await.offered.is_empty());
    let ctx = on(&desk, &lead, press).await;
    assert_eq!(desk.draft_answer(&ctx, press, &of(&["people"])).await.said(), "own_words_only");
    desk.write_answer(&ctx, press, &words("We will publish it.")).await.unwrap();

    // Nobody outside sees any of it.
    let outsider = desk.another(Role::Lead).await;
    let by = desk.by(&outsider);
    assert_eq!(desk.correspondence(&by, incident).await.said(), "not_found");
    assert_eq!(desk.question(&by, press).await.said(), "not_found");
    let seen = desk.seen(&outsider, 2);
    assert_eq!(desk.write_answer(&seen, press, &words("Mine")).await.said(), "not_found");
    assert_eq!(desk.withdraw_question(&seen, press, &because("x")).await.said(), "not_found");
    assert_eq!(desk.record_question(&by, incident, &asks(&outsider)).await.said(), "not_found");
    let reader = desk.person(Role::Reader).await;
    assert_eq!(desk.write_answer(&desk.seen(&reader, 2), press, &words("Mine")).await.said(), "forbidden");
});

story!(replies_are_counted_without_a_name_and_answered_in_every_language, |desk| {
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declare("The export was open").await;
    desk.answer_for_people(&lead, incident).await;
    let letter = desk.drafted(&lead, incident, NoticeKind::SubjectCommunication, "a@people.test").await;
    let to_authority = desk.drafted(&lead, incident, NoticeKind::AuthorityNotification, AUTHORITY).await;
    let count = |topic: &str, way: &str, number: &str| CountInput {
        topic: topic.to_owned(),
        way: way.to_owned(),
        number: number.to_owned(),
        received_at: String::new(),
    };
    for (input, expected) in [
        (count("", "mail", ""), "topic:required"),
        (count("other", "pigeon", ""), "way:not_a_choice"),
        (count("other", "mail", "0"), "number:not_a_number"),
        (count("other", "mail", "1001"), "number:not_a_number"),
        (
            CountInput { received_at: "2026-06-10 10:00".to_owned(), ..count("other", "mail", "") },
            "received_at:in_the_future",
        ),
    ] {
        assert_eq!(desk.count_replies(&desk.by(&lead), letter, &input).await.said(), expected);
    }
    let one = count("other", "mail", "");
    assert_eq!(desk.count_replies(&desk.by(&lead), to_authority, &one).await.said(), "not_found");

    let mut ids = Vec::new();
    for (topic, way, number) in [
        ("what_happened", "mail", ""),
        ("what_happened", "mail", "12"),
        ("what_happened", "telephone", "3"),
        ("rights", "letter", ""),
    ] {
        let counted = desk.count_replies(&desk.by(&lead), letter, &count(topic, way, number)).await.unwrap();
        ids.push(counted.id.parse().unwrap());
    }
    let shown = |topic: &str, language: &str| {
        let asked = ReplyAsked { topic: topic.to_owned(), language: language.to_owned() };
        let (desk, lead) = (desk.clone(), lead.clone());
        async move { desk.replies(&desk.by(&lead), letter, &asked).await.unwrap() }
    };
    let total = |page: &RepliesPage, topic| page.totals.iter().find(|t| t.topic == topic).unwrap().total;
    let page = shown("", "").await;
    assert_eq!(total(&page, ReplyTopic::WhatHappened), 16);
    assert_eq!(total(&page, ReplyTopic::Rights), 1);
    let by: Vec<_> = page.counted.iter().filter_map(|line| line.answer_by).collect();
    assert_eq!(by.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-07-09"]);

    // A miscount is taken back once, and stays on record.
    assert_eq!(
        desk.take_back_count(&desk.by(&lead), letter, ids[1], &because("")).await.said(),
        "reason:required"
    );
    assert_eq!(
        desk.take_back_count(&desk.by(&lead), to_authority, ids[1], &because("x")).await.said(),
        "not_found"
    );
    desk.take_back_count(&desk.by(&lead), letter, ids[1], &because("It was 2.")).await.unwrap();
    assert_eq!(
        desk.take_back_count(&desk.by(&lead), letter, ids[1], &because("x")).await.said(),
        "taken_back"
    );
    let page = shown("", "").await;
    assert_eq!((total(&page, ReplyTopic::WhatHappened), page.counted.len()), (4, 4));
    let list = desk.correspondence(&desk.by(&lead), incident).await.unwrap();
    assert_eq!(list.communications.iter().map(|c| c.replies).collect::<Vec<_>>(), [5]);

    // The words rest on the facts as they are, and follow them.
    let words = shown("what_happened", "de").await.words;
    assert!(words.text.contains("Records of other customers were read"), "{}", words.text);
    assert!(words.under.iter().any(|under| under.key == "nature.text"));
    desk.answer(&lead, incident, "nature.text", "Only names were read.").await;
    assert!(shown("what_happened", "de").await.words.text.contains("Only names were read."));
    assert!(!shown("wrong_recipient", "en").await.words.text.contains("Only names were read."));

    let outsider = desk.another(Role::Lead).await;
    assert_eq!(desk.count_replies(&desk.by(&outsider), letter, &one).await.said(), "not_found");
    assert_eq!(desk.replies(&desk.by(&outsider), letter, &ReplyAsked::default()).await.said(), "not_found");
    assert_eq!(
        desk.take_back_count(&desk.by(&outsider), letter, ids[0], &because("x")).await.said(),
        "not_found"
    );
    desk.journaled().await;
});

story!(what_a_controller_is_answered_names_no_other_and_goes_to_none_that_left, |desk| {
    let (lead, approver) = (desk.person(Role::Lead).await, desk.person(Role::Approver).await);
    let incident = desk.declare("We process for both").await;
    let mut ids = Vec::new();
    for name in ["North", "South"] {
        let book = in_book(&desk, &lead, &party(name, "controller")).await;
        ids.push(brought(&desk, &lead, incident, &chosen(book, "controller")).await);
    }
    let north = AskedInput {
        asker: "controller".to_owned(),
        controller: ids[0].to_string(),
        name: String::new(),
        ..asks(&lead)
    };
    let id = asked(&desk, &lead, incident, &north).await;
    let write = async |text: &str| {
        desk.write_answer(&on(&desk, &lead, id).await, id, &words(text)).await.unwrap();
    };
    write("As with\nSouth, since Monday.").await;
    assert_eq!(approve(&desk, &approver, id).await.said(), "names_another");
    write("Since Monday.").await;
    approve(&desk, &approver, id).await.unwrap();

    // It leaves the case: nothing is sent to it as a controller, and the question can still be said anew.
    let leaves = because("They process by themselves.");
    desk.remove_case_party(&desk.seen(&lead, 1), incident, ids[0], &leaves).await.unwrap();
    let sent = desk.record_answered(&on(&desk, &lead, id).await, id, &by_letter("2026-06-09 08:00")).await;
    assert_eq!(sent.said(), "controller_removed");
    let later = AskedInput { due_at: "2026-06-19 12:00".to_owned(), ..north.clone() };
    desk.edit_question(&on(&desk, &lead, id).await, id, &later).await.unwrap();
    assert!(page(&desk, &lead, id).await.askers.controllers.iter().any(|(party, _)| *party == ids[0]));
    let anew = desk.record_question(&desk.by(&lead), incident, &north).await;
    assert_eq!(anew.said(), "controller:unknown");
    desk.journaled().await;
});
