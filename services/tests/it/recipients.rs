//! Files of recipients, lists that are sealed, and how long they are kept.

use crate::support::{BOOT, Desk, Said, Who, accepted, engines::story, rejected};
use domain::{
    access::Role,
    delivery::DeliveryState,
    fact::Value,
    id::{IncidentId, NoticeId, RecipientFileId},
    incident::ReasonInput,
    notice::{MoreRecipientsInput, RecipientsInput, StatementInput, stage::Stage, template::NoticeKind},
    recipient::{
        Channel, FindInput,
        columns::MappingInput,
        file::{FileState, TakeInput},
        keeping::RecipientSettingsInput,
        list::Counts,
        otherwise::{Told, ToldInput, Way},
    },
    view::recipients::Informed,
};
use services::outbox::Which;

pub(crate) async fn ready(desk: &Desk) -> (Who, IncidentId, NoticeId) {
    let dpo = desk.person(Role::Dpo).await;
    let incident = desk.declare("Many people").await;
    desk.answer_for_people(&dpo, incident).await;
    let id = desk.drafted(&dpo, incident, NoticeKind::SubjectCommunication, "typed@people.test").await;
    (dpo, incident, id)
}

pub(crate) async fn read(desk: &Desk, who: &Who, id: NoticeId, text: &str) -> RecipientFileId {
    let added = desk.read_recipients(&desk.by(who), id, "customers.csv", text.as_bytes().to_vec()).await;
    added.unwrap().id.parse().unwrap()
}

async fn take(desk: &Desk, who: &Who, id: NoticeId, file: RecipientFileId) -> services::Result<Counts> {
    let digest = desk.recipient_file(&desk.by(who), id, file).await.unwrap().file.digest();
    desk.take_recipients(&desk.on_notice(who, id).await, id, file, &TakeInput { digest }).await
}

pub(crate) async fn imported(desk: &Desk, who: &Who, id: NoticeId, text: &str) -> Counts {
    let file = read(desk, who, id, text).await;
    take(desk, who, id, file).await.unwrap()
}

pub(crate) async fn addresses(desk: &Desk, who: &Who, id: NoticeId) -> Vec<String> {
    let list = desk.open_recipients(&desk.by(who), id, 1).await.unwrap().people;
    list.items.into_iter().map(|p| p.person.map(|p| p.email).unwrap_or_default()).collect()
}

/// Approved, released and put into the outbox.
pub(crate) async fn release(desk: &Desk, dpo: &Who, id: NoticeId) {
    desk.submit_notice(&desk.on_notice(dpo, id).await, id).await.unwrap();
    desk.approve(&desk.person(Role::Approver).await, id).await.unwrap();
    desk.send_notice(&desk.on_notice(dpo, id).await, id).await.unwrap();
    while desk.seal_mail(&desk.job()).await.unwrap() {}
}

pub(crate) async fn sweep(desk: &Desk) -> usize {
    let mut rounds = 0;
    while desk.sweep_recipients(&desk.job()).await.unwrap() {
        rounds += 1;
    }
    rounds
}

/// How often a word stands in a table, whatever the column.
async fn open_words(desk: &Desk, word: &str) -> i64 {
    let mut found = 0;
    for (table, column) in [
        ("list_people", "sealed"),
        ("recipient_file_parts", "sealed"),
        ("recipients", "address"),
        ("outbox", "recipient"),
        ("outbox", "unique_key"),
        ("notices", "recipients"),
        ("journal", "line"),
    ] {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%{word}%'");
        found += desk.number(&sql).await;
    }
    found
}

const CUSTOMERS: &str = "E-Mail;Name;Customer no;Language;Street;City\r\n\
    ada@people.test;Ada Canary;K-1;de;1 Quay;Harbour\r\n\
    nobody;Bo;K-2;;;\r\n\
    ;Cy Canary;K-3;sv;2 Quay;Harbour\r\n\
    ADA@people.test;;;;;\r\n\
    ;;;;;\r\n\
    dora@people.test;\"Dora; twice\";K-4;;;;;extra\r\n";

story!(a_file_is_read_looked_at_and_taken_over, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    let file = read(&desk, &dpo, id, CUSTOMERS).await;
    let page = desk.recipient_file(&desk.by(&dpo), id, file).await.unwrap();
    assert_eq!((page.file.rows, page.file.state, page.preview.len()), (5, FileState::Read, 5));
    assert_eq!(page.preview[0].person.as_ref().unwrap().name, "Ada Canary");
    assert_eq!((page.preview[1].line, page.preview[1].faults[0].code.as_str()), (3, "not_an_email"));
    assert_eq!(page.preview[2].person.as_ref().unwrap().channel, Channel::Letter);
    assert_eq!(page.preview[4].faults[0].code, "too_many_cells");
    assert_eq!(desk.page(&dpo, id).await.notice.people(), 1, "nothing counts yet");

    // The columns are said otherwise, and what was looked at before is no longer what would be taken.
    let before = page.file.digest();
    let mapping = MappingInput { fields: vec!["3".to_owned()], ..MappingInput::from(&page.file.mapping) };
    desk.map_recipients(&desk.by(&dpo), id, file, &mapping).await.unwrap();
    let stale = TakeInput { digest: before };
    let said = desk.take_recipients(&desk.on_notice(&dpo, id).await, id, file, &stale).await.said();
    assert_eq!(said, "not_what_was_seen");
    let no_column = MappingInput { email: "40".to_owned(), ..mapping };
    let said = desk.map_recipients(&desk.by(&dpo), id, file, &no_column).await.said();
    assert_eq!(said, "email:not_a_column");

    let counts = take(&desk, &dpo, id, file).await.unwrap();
    assert_eq!(counts, Counts { taken: 2, replaced: 0, merged: 1, wrong: 2 });
    assert_eq!(take(&desk, &dpo, id, file).await.said(), "not_waiting");
    let page = desk.recipients(&desk.by(&dpo), id).await.unwrap();
    assert_eq!(page.channels, [(Channel::Email, 2), (Channel::Letter, 1)]);
    assert_eq!(page.notice.list.count, 3, "whoever was typed in is on it");
    let list = desk.open_recipients(&desk.by(&dpo), id, 1).await.unwrap().people;
    let own = &list.items[1].person.as_ref().unwrap().fields;
    assert_eq!(own.get("customer_no").map(String::as_str), Some("K-1"));

    // What was wrong comes back as a file, and is taken once it is mended.
    let wrong = desk.wrong_recipients(&desk.by(&dpo), id, file).await.unwrap();
    assert_eq!(wrong.count, 2);
    assert!(
        wrong.text().contains("E-Mail: This is no e-mail address.")
            && wrong.text().contains(",3,nobody,Bo,K-2")
    );
    let mended = wrong.text().replace("nobody", "bo@people.test").replace(",,,extra", "");
    let counts = imported(&desk, &dpo, id, &mended).await;
    assert_eq!(counts, Counts { taken: 2, ..Counts::default() });
    let wanted = ["typed@people.test", "ada@people.test", "", "bo@people.test", "dora@people.test"];
    assert_eq!(addresses(&desk, &dpo, id).await, wanted);

    // The same reference is the same person, who keeps the place.
    let counts = imported(&desk, &dpo, id, "ref,email\nK-1,ada@new.test\nK-9,new@people.test\n").await;
    assert_eq!(counts, Counts { taken: 1, replaced: 1, ..Counts::default() });
    assert_eq!(addresses(&desk, &dpo, id).await[1], "ada@new.test");
    assert!(sweep(&desk).await > 0, "the lists before are swept");
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_people").await, 6);
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_editions").await, 1);
    desk.journaled().await;
});

story!(a_changed_list_makes_an_approval_void, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    desk.submit_notice(&desk.on_notice(&dpo, id).await, id).await.unwrap();
    let approver = desk.person(Role::Approver).await;
    desk.approve(&approver, id).await.unwrap();
    let before = desk.page(&dpo, id).await.digest;
    let file = read(&desk, &dpo, id, "email\na@people.test\n").await;
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Approved, "a file that waits changes nothing");
    let digest = desk.recipient_file(&desk.by(&dpo), id, file).await.unwrap().file.digest();
    let seen = desk.page(&dpo, id).await.notice.revision;
    let said = desk.take_recipients(&desk.seen(&dpo, seen - 1), id, file, &TakeInput { digest }).await.said();
    assert_eq!(said, "revision_stale");
    take(&desk, &dpo, id, file).await.unwrap();
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.notice.stage, page.notice.people()), (Stage::Draft, 2));
    assert_ne!(page.digest, before);
    // A file in which nothing is right changes nothing either.
    let counts = imported(&desk, &dpo, id, "email\nnobody\n").await;
    assert_eq!((counts.wrong, desk.page(&dpo, id).await.digest), (1, page.digest));
});

story!(files_that_are_no_lists_are_refused_with_a_remedy, |desk| {
    let (dpo, incident, id) = ready(&desk).await;
    let said =
        async |bytes: &[u8]| desk.read_recipients(&desk.by(&dpo), id, "x", bytes.to_vec()).await.said();
    assert_eq!(said(b"").await, "file:required");
    assert_eq!(said(b"email\n").await, "file:no_rows");
    assert_eq!(said(b",,\na@b.test").await, "file:no_headings");
    assert_eq!(said("e-mail\nj\u{f6}rg@people.test".to_owned().into_bytes().as_slice()).await, "ok");
    assert_eq!(said(b"e-mail\nj\xf6rg").await, "file:not_utf8");
    assert_eq!(said(b"\xff\xfee\0m\0").await, "file:not_utf8");
    assert_eq!(said(b"PK\x03\x04 no archive").await, "file:not_read");
    assert_eq!(said(&[0xD0, 0xCF, 0x11, 0xE0, 1]).await, "file:not_read");
    let wide = vec!["c"; 65].join(",") + "\n1\n";
    assert_eq!(said(wide.as_bytes()).await, "file:too_many_columns");
    let long = format!("{}\n1\n", "h".repeat(201));
    assert_eq!(said(long.as_bytes()).await, "file:heading_too_long");
    let authority = desk.drafted(&dpo, incident, NoticeKind::AuthorityNotification, "a@authority.test").await;
    let one = b"email\na@b.test\n".to_vec();
    assert_eq!(desk.read_recipients(&desk.by(&dpo), authority, "x", one.clone()).await.said(), "no_list");
    let outsider = desk.person(Role::Responder).await;
    assert_eq!(desk.read_recipients(&desk.by(&outsider), id, "x", one.clone()).await.said(), "not_found");
    let reader = desk.person(Role::Reader).await;
    assert_eq!(desk.read_recipients(&desk.by(&reader), id, "x", one).await.said(), "forbidden");
    assert_eq!(desk.open_recipients(&desk.by(&reader), id, 1).await.said(), "forbidden");
    let file = read(&desk, &dpo, id, "email\na@b.test\n").await;
    desk.drop_recipients(&desk.by(&dpo), id, file).await.unwrap();
    assert_eq!(desk.drop_recipients(&desk.by(&dpo), id, file).await.said(), "not_waiting");
    assert_eq!(take(&desk, &dpo, id, file).await.said(), "not_waiting");
});

story!(nothing_of_a_person_lies_open_on_the_disk, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    let file = read(&desk, &dpo, id, CUSTOMERS).await;
    assert_eq!((open_words(&desk, "Canary").await, open_words(&desk, "ada@").await), (0, 0));
    take(&desk, &dpo, id, file).await.unwrap();
    assert_eq!((open_words(&desk, "Canary").await, open_words(&desk, "ada@").await), (0, 0));
    let opened = "SELECT COUNT(*) FROM journal WHERE line LIKE '%recipients_opened%'";
    let before = desk.number(opened).await;
    desk.open_recipients(&desk.by(&dpo), id, 1).await.unwrap();
    assert_eq!(desk.number(opened).await, before + 1, "who opens a list is written down");
    release(&desk, &dpo, id).await;
    assert_eq!((open_words(&desk, "Canary").await, open_words(&desk, "ada@").await), (0, 0));
    let mails = desk.run_mail(accepted).await;
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ada@people.test", "typed@people.test"]);
    let tally = desk.page(&dpo, id).await.tally;
    assert!(tally.balances() && tally.accepted == 2 && tally.otherwise == 1, "{tally:?}");
    assert_eq!(desk.page(&dpo, id).await.notice.stage, Stage::Sent);
    let shown = desk.mails(&desk.by(&dpo), id, Which::All, 1).await.unwrap();
    assert!(shown.items.iter().any(|mail| mail.recipient == "ada@people.test"));
});

story!(what_is_known_is_removed_by_its_date_and_the_proof_stays, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    imported(&desk, &dpo, id, CUSTOMERS).await;
    let because = ReasonInput { reason: "Nobody asks any more.".to_owned() };
    assert_eq!(desk.purge_recipients(&desk.by(&dpo), id, &because).await.said(), "not_settled");
    release(&desk, &dpo, id).await;
    desk.run_mail(|mail| if mail.recipient.starts_with("ada") { accepted(mail) } else { rejected() }).await;
    let find = async |asked: &str| {
        let input = FindInput { asked: asked.to_owned() };
        desk.find_recipient(&desk.by(&dpo), id, &input).await.unwrap()
    };
    let told = find("Ada@People.test").await;
    assert_eq!((told.channel, told.state), (Some(Channel::Email), Some(DeliveryState::Accepted)));
    assert_eq!(find("eve@people.test").await.channel, None);
    assert_eq!(
        find("K-3").await.channel,
        Some(Channel::Letter),
        "by the reference of somebody without an address"
    );
    let tally = desk.page(&dpo, id).await.tally;

    sweep(&desk).await;
    desk.advance(chrono::Duration::days(89));
    assert_eq!(sweep(&desk).await, 0, "not before its day");
    let keeping = desk.recipients(&desk.by(&dpo), id).await.unwrap().keeping;
    assert_eq!((keeping.days, keeping.purging_at), (90, None));
    desk.advance(chrono::Duration::days(2));
    assert!(sweep(&desk).await > 0);
    assert_eq!(desk.recipients(&desk.by(&dpo), id).await.unwrap().keeping.purged_at, Some(desk.now()));
    for word in ["ada@", "typed@", "Canary"] {
        assert_eq!(open_words(&desk, word).await, 0, "{word}");
    }
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_people WHERE sealed IS NOT NULL").await, 0);
    assert_eq!(desk.number("SELECT COUNT(*) FROM recipient_file_parts").await, 0);
    assert_eq!(desk.page(&dpo, id).await.tally, tally, "it still adds up");
    let again = find("ada@people.test").await;
    assert_eq!((again.digest, again.state, again.accepted_at), (told.digest, told.state, told.accepted_at));
    let list = desk.open_recipients(&desk.by(&dpo), id, 1).await.unwrap().people;
    assert!(list.items.iter().all(|p| p.person.is_none() && p.digest.len() == 64));
    let shown = desk.mails(&desk.by(&dpo), id, Which::All, 1).await.unwrap();
    assert!(shown.items.iter().all(|mail| mail.recipient.starts_with("removed (")));
    assert_eq!(sweep(&desk).await, 0);
    desk.journaled().await;
});

story!(a_person_may_have_it_removed_before_its_date, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    release(&desk, &dpo, id).await;
    desk.run_mail(accepted).await;
    let reader = desk.person(Role::Reader).await;
    let because = ReasonInput { reason: "Nobody asks any more.".to_owned() };
    assert_eq!(desk.purge_recipients(&desk.by(&reader), id, &because).await.said(), "forbidden");
    let none = ReasonInput { reason: String::new() };
    assert_eq!(desk.purge_recipients(&desk.by(&dpo), id, &none).await.said(), "reason:required");
    desk.purge_recipients(&desk.by(&dpo), id, &because).await.unwrap();
    assert_eq!(desk.purge_recipients(&desk.by(&dpo), id, &because).await.said(), "no_change");
    sweep(&desk).await;
    assert_eq!(open_words(&desk, "typed@").await, 0, "those who were typed in, too");
    let asked = FindInput { asked: "typed@people.test".to_owned() };
    let found = desk.find_recipient(&desk.by(&dpo), id, &asked).await.unwrap();
    assert_eq!((found.channel, found.state), (Some(Channel::Email), Some(DeliveryState::Accepted)));

    let admin = desk.person(Role::Administrator).await;
    let days = |days: &str| RecipientSettingsInput { days: days.to_owned() };
    assert_eq!(
        desk.save_recipient_settings(&desk.seen(&admin, 0), &days("0")).await.said(),
        "days:not_a_number"
    );
    desk.save_recipient_settings(&desk.seen(&admin, 0), &days("30")).await.unwrap();
    assert_eq!(desk.recipient_settings(&desk.by(&reader)).await.unwrap().0.days, 30);
    assert_eq!(desk.save_recipient_settings(&desk.seen(&reader, 1), &days("3")).await.said(), "forbidden");
});

story!(what_nobody_needs_is_swept, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    read(&desk, &dpo, id, CUSTOMERS).await;
    desk.advance(chrono::Duration::days(6));
    assert_eq!(sweep(&desk).await, 0);
    desk.advance(chrono::Duration::days(2));
    sweep(&desk).await;
    let files = desk.recipients(&desk.by(&dpo), id).await.unwrap().files;
    assert_eq!(files[0].state, FileState::Dropped, "a file that nobody took over");
    assert_eq!(desk.number("SELECT COUNT(*) FROM recipient_file_parts").await, 0);
    imported(&desk, &dpo, id, "email\na@people.test\n").await;
    let given_up = ReasonInput { reason: "Not needed.".to_owned() };
    desk.cancel_notice(&desk.on_notice(&dpo, id).await, id, &given_up).await.unwrap();
    sweep(&desk).await;
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_people").await, 0, "of a notice that never left");
    desk.journaled().await;
});

story!(letters_alone_are_a_communication_too, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    let typed = RecipientsInput { recipients: "a@people.test".to_owned(), confirm: String::new() };
    desk.set_recipients(&desk.on_notice(&dpo, id).await, id, &typed).await.unwrap();
    imported(&desk, &dpo, id, "email,name,street,channel\na@people.test,A,1 Quay,letter\n,B,2 Quay,\n").await;
    release(&desk, &dpo, id).await;
    assert_eq!(desk.run_mail(accepted).await.len(), 0);
    let page = desk.page(&dpo, id).await;
    assert_eq!((page.notice.stage, page.tally.otherwise, page.tally.total), (Stage::Sent, 2, 2));
    assert!(page.tally.balances());
});

story!(five_thousand_rows_go_all_the_way, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    let mut text = "email\tname\n".to_owned();
    for n in 0..5_000 {
        text.push_str(&format!("p{n}@people.test\tPerson {n}\n"));
    }
    assert_eq!(imported(&desk, &dpo, id, &text).await.taken, 5_000);
    // A program may add to it, and finds whom the file has brought.
    let more = MoreRecipientsInput { recipients: "P7@people.test\nlast@people.test".to_owned() };
    let grown = desk.add_recipients(&desk.on_notice(&dpo, id).await, id, &more).await.unwrap();
    assert_eq!((grown.added, grown.count), (1, 5_002));
    release(&desk, &dpo, id).await;
    let tally = desk.page(&dpo, id).await.tally;
    assert_eq!((tally.total, tally.open), (5_002, 5_002));
    let mails = desk.claim_mail(&desk.job(), BOOT, 200).await.unwrap();
    assert!(
        mails
            .iter()
            .filter(|mail| mail.notice.is_some())
            .all(|mail| mail.recipient.ends_with("@people.test"))
    );
});

story!(a_list_from_before_is_sealed_when_the_data_is_opened, |desk| {
    let (dpo, _, id) = ready(&desk).await;
    let people: Vec<String> = (0..1_500).map(|n| format!("p{n}@people.test")).collect();
    let typed = RecipientsInput { recipients: people[0].clone(), confirm: String::new() };
    desk.set_recipients(&desk.on_notice(&dpo, id).await, id, &typed).await.unwrap();
    for part in people.chunks(1_000) {
        let more = MoreRecipientsInput { recipients: part.join("\n") };
        desk.add_recipients(&desk.on_notice(&dpo, id).await, id, &more).await.unwrap();
    }
    // As it lay there before: open, in the order of the digest.
    desk.tamper("DELETE FROM list_people; DELETE FROM list_editions").await.unwrap();
    for part in (1..).zip(&people).collect::<Vec<(i64, &String)>>().chunks(500) {
        let rows: Vec<String> =
            part.iter().map(|(n, address)| format!("('{id}', '{address}', {n}, '{address}')")).collect();
        let sql = format!(
            "INSERT INTO recipients (notice_id, address_key, place, address) VALUES {}",
            rows.join(",")
        );
        desk.tamper(&sql).await.unwrap();
    }
    let again = desk.opened_again().await;
    assert_eq!(desk.number("SELECT COUNT(*) FROM recipients").await, 0);
    again.close().await;
    release(&desk, &dpo, id).await;
    let page = desk.page(&dpo, id).await;
    assert!(page.tally.open == 1_500 && page.paused.is_none(), "the list is still the one that was approved");
});

story!(whoever_no_mail_reaches_is_told_otherwise_and_counted, |desk| {
    let (dpo, incident, id) = ready(&desk).await;
    let list = "email;name;street;telephone;channel\n\
        ada@people.test;Ada;1 Quay;;\n\
        bo@people.test;Bo;2 Quay;;\n\
        ;Cy;3 Quay;;\n\
        ;=Dora;;020 7946 0000;telephone\n";
    imported(&desk, &dpo, id, list).await;
    let open = async |way: Way| desk.otherwise(&desk.by(&dpo), id, way, 1).await;
    let planned = open(Way::Letter).await.unwrap().people.items;
    assert_eq!(planned.len(), 1, "who is to get a letter is known before");
    let early = ToldInput { digest: planned[0].digest.clone(), outcome: "done".to_owned() };
    assert_eq!(desk.tell_otherwise(&desk.by(&dpo), id, &early).await.said(), "not_released");
    assert_eq!(desk.letters(&desk.by(&dpo), id, 1).await.unwrap().letters.total, 0);
    assert_eq!(desk.export_letters(&desk.by(&dpo), id).await.said(), "not_released");
    release(&desk, &dpo, id).await;
    desk.run_mail(|mail| if mail.recipient.starts_with("ada") { accepted(mail) } else { rejected() }).await;
    let informed = async || desk.recipients(&desk.by(&dpo), id).await.unwrap().informed;
    assert_eq!(informed().await, Informed { told: 1, of: 5, open: 4, returned: 0 });

    let letters = open(Way::Letter).await.unwrap().people.items;
    let calls = open(Way::Telephone).await.unwrap().people.items;
    let unreached = open(Way::Unreached).await.unwrap().people.items;
    assert_eq!((letters.len(), calls.len(), unreached.len()), (1, 1, 2));
    assert_eq!(calls[0].person.as_ref().unwrap().telephone, "020 7946 0000");
    assert!(unreached.iter().all(|p| p.state == Some(DeliveryState::Rejected)));
    let say = async |who: &Who, digest: &str, outcome: &str| {
        let input = ToldInput { digest: digest.to_owned(), outcome: outcome.to_owned() };
        desk.tell_otherwise(&desk.by(who), id, &input).await.said()
    };
    for person in letters.iter().chain(&calls).chain(&unreached) {
        assert_eq!(say(&dpo, &person.digest, "done").await, "ok", "{person:?}");
    }
    assert_eq!(informed().await, Informed { told: 5, of: 5, open: 0, returned: 0 });
    assert_eq!(say(&dpo, &letters[0].digest, "returned").await, "ok", "a letter comes back later");
    assert_eq!(informed().await, Informed { told: 4, of: 5, open: 0, returned: 1 });
    assert_eq!(open(Way::Letter).await.unwrap().people.items[0].outcome, Some(Told::Returned));
    // Whoever a mail has reached isn't told otherwise, and nobody else may say so.
    let found = FindInput { asked: "ada@people.test".to_owned() };
    let reached = desk.find_recipient(&desk.by(&dpo), id, &found).await.unwrap().digest;
    assert_eq!(say(&dpo, &reached, "done").await, "digest:nobody");
    assert_eq!(say(&dpo, "x", "").await, "digest:not_a_digest outcome:required");
    assert_eq!(say(&desk.person(Role::Reader).await, &letters[0].digest, "done").await, "forbidden");

    let print = desk.letters(&desk.by(&dpo), id, 1).await.unwrap();
    let letter = &print.letters.items[0];
    assert_eq!(
        (letter.to.as_slice(), print.letters.total),
        (["Cy".to_owned(), "3 Quay".to_owned()].as_slice(), 1)
    );
    assert_eq!(letter.text, desk.page(&dpo, id).await.text, "word for word what was approved");
    let csv = desk.export_letters(&desk.by(&dpo), id).await.unwrap();
    assert_eq!(csv.count, 2, "with those whom no mail has reached");
    assert!(csv.text().contains(",Cy,,3 Quay,") && csv.text().contains(",Bo,,2 Quay,"), "{}", csv.text());

    // What was told feeds the facts.
    let sheet = desk.fact_sheet(&desk.by(&dpo), incident).await.unwrap();
    let count = sheet.lines.iter().find(|line| line.key == "ds.count").unwrap();
    assert_eq!(count.fact.as_ref().unwrap().value, Some(Value::Number(4)));
    let answer = |sheet: &domain::view::FactSheet, key: &str| {
        sheet.lines.iter().find(|line| line.key == key).and_then(|line| line.fact.clone()?.value)
    };
    let choice = |code: &str| Some(Value::Choice(code.to_owned()));
    assert_eq!(answer(&sheet, "ds.status"), choice("yes"));
    assert_eq!(answer(&sheet, "ds.date"), Some(Value::Date("2026-06-09".parse().unwrap())));
    assert_eq!(answer(&sheet, "ds.means"), choice("individual"));
    assert_eq!(answer(&sheet, "ds.coverage"), None, "whether all were told is for people to say");
    // Whoever says otherwise is believed, and told that it doesn't fit.
    desk.answer(&dpo, incident, "ds.status", "planned_no_date").await;
    let sheet = desk.fact_sheet(&desk.by(&dpo), incident).await.unwrap();
    assert_eq!(answer(&sheet, "ds.status"), choice("planned_no_date"));
    assert!(sheet.contradictions.iter().any(|c| c.code == "told_against_status"));
    // It still adds up when the people are gone.
    let because = ReasonInput { reason: "Nobody asks any more.".to_owned() };
    assert!(desk.number("SELECT COUNT(*) FROM list_marks").await > 0);
    desk.purge_recipients(&desk.by(&dpo), id, &because).await.unwrap();
    sweep(&desk).await;
    assert_eq!(desk.number("SELECT COUNT(*) FROM list_marks").await, 0);
    assert_eq!(informed().await, Informed { told: 4, of: 5, open: 0, returned: 1 });
    let gone = open(Way::Unreached).await.unwrap().people.items;
    assert!(gone.iter().all(|p| p.person.is_none() && p.outcome == Some(Told::Done)));
    assert_eq!(desk.export_letters(&desk.by(&dpo), id).await.said(), "nobody");
    desk.journaled().await;
});

story!(each_person_is_addressed_by_what_is_their_own, |desk| {
    let (dpo, incident, id) = ready(&desk).await;
    let say = async |id: NoticeId, code: &str, text: &str| {
        let input = StatementInput { text: text.to_owned(), ..StatementInput::default() };
        desk.edit_statement(&desk.on_notice(&dpo, id).await, id, code, &input).await.said()
    };
    assert_eq!(say(id, "greeting", "Dear {{shop|customer}},").await, "text:unknown_field");
    let file = read(
        &desk,
        &dpo,
        id,
        "email,name,shop,street\nada@people.test,<b>Ada</b> {{shop|x}},Quay,\n,Cy,,3 Quay\n",
    )
    .await;
    let page = desk.recipient_file(&desk.by(&dpo), id, file).await.unwrap();
    let mapping = MappingInput { fields: vec!["3".to_owned()], ..MappingInput::from(&page.file.mapping) };
    desk.map_recipients(&desk.by(&dpo), id, file, &mapping).await.unwrap();
    take(&desk, &dpo, id, file).await.unwrap();
    let before = desk.page(&dpo, id).await.digest;
    for (text, said) in [
        ("Dear {{name}},", "text:not_a_field"),
        ("Dear {{email|customer}},", "text:unknown_field"),
        ("Dear {{name|}},", "text:no_fallback"),
        ("Dear {{name|customer}} of {{shop|our shop}},", "ok"),
    ] {
        assert_eq!(say(id, "greeting", text).await, said, "{text}");
    }
    assert_eq!(say(id, "subject", "About your data, {{name|customer}}").await, "ok");
    assert_ne!(desk.page(&dpo, id).await.digest, before, "what is filled in is part of what is approved");
    // Elsewhere braces are braces.
    let press = desk.drafted(&dpo, incident, NoticeKind::PressStatement, "desk@press.test").await;
    let code = desk.page(&dpo, press).await.statements[1].code.clone();
    assert_eq!(say(press, &code, "Braces {{name}} stay.").await, "ok");

    release(&desk, &dpo, id).await;
    let mails = desk.run_mail(accepted).await;
    let of = |to: &str| mails.iter().find(|mail| mail.recipient == to).unwrap();
    let (ada, typed) = (of("ada@people.test"), of("typed@people.test"));
    assert_eq!(ada.subject, "About your data, <b>Ada</b> {{shop|x}}");
    assert!(ada.text.contains("Dear <b>Ada</b> {{shop|x}} of Quay,"), "{}", ada.text);
    let html = ada.html.as_ref().unwrap();
    assert!(html.contains("Dear &lt;b&gt;Ada&lt;/b&gt; {{shop|x}} of Quay,"), "{html}");
    assert_eq!(typed.subject, "About your data, customer");
    assert!(typed.text.contains("Dear customer of our shop,") && !typed.text.contains("{{"));
    let letters = desk.letters(&desk.by(&dpo), id, 1).await.unwrap().letters;
    assert!(letters.items[0].text.contains("Dear Cy of our shop,"));
});
