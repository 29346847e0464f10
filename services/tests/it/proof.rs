//! A pack of proof, checked as a stranger does: with the tools its own text names, and nothing of ours.

use crate::support::{Desk, Said, Who, accepted, deferred, engines::story};
use domain::{
    access::Role,
    awareness::AwarenessInput,
    id::{IncidentId, NoticeId},
    notice::{DraftInput, RecipientsInput},
};
use services::outbox::{Mail, Mark, Outcome};
use sha2::{Digest, Sha256};
use std::{path::Path, process::Command};

/// What a shell prints in the folder. It must succeed.
fn told(folder: &Path, command: &str) -> String {
    let out = Command::new("sh").args(["-c", command]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{command}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

fn unpacked(archive: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap().extract(folder.path()).unwrap();
    folder
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap_or_else(|why| panic!("{file}: {why}"))
}

fn sha256(folder: &Path, file: &str) -> String {
    told(folder, &format!("sha256sum '{file}'")).split(' ').next().unwrap().to_owned()
}

/// Each line names the digest of the one before it.
fn is_a_chain(folder: &Path, file: &str) {
    let digests = told(
        folder,
        &format!("while IFS= read -r line; do printf '%s' \"$line\" | sha256sum; done < '{file}'"),
    );
    let mut before = "0".repeat(64);
    for (line, digest) in read(folder, file).lines().zip(digests.lines()) {
        assert!(line.contains(&format!("\"prev\":\"{before}\"")), "{file}: {line}");
        before = digest.split(' ').next().unwrap().to_owned();
    }
}

/// What a relay would get: bytes that no text is, as a relay may take them.
fn bytes_of(mail: &Mail) -> Vec<u8> {
    let head = format!("Message-ID: <{}>\r\nTo: {}\r\n\r\n.. \u{20ac}\r\n", mail.message_id, mail.recipient);
    [head.as_bytes(), &[0xff, 0x00, b'\r', b'\n']].concat()
}

async fn sent(
    desk: &Desk,
    dpo: &Who,
    approver: &Who,
    incident: IncidentId,
    kind: &str,
    to: &str,
) -> NoticeId {
    let input = DraftInput { kind: kind.to_owned(), language: "en".to_owned(), ..DraftInput::default() };
    let id: NoticeId = desk.draft_notice(&desk.by(dpo), incident, &input).await.unwrap().id.parse().unwrap();
    let recipients = RecipientsInput { recipients: to.to_owned(), confirm: to.to_owned() };
    desk.set_recipients(&desk.on_notice(dpo, id).await, id, &recipients).await.unwrap();
    desk.submit_notice(&desk.on_notice(dpo, id).await, id).await.unwrap();
    desk.approve(approver, id).await.unwrap();
    assert_eq!(desk.notice_proof(&desk.by(dpo), id).await.said(), "not_released");
    desk.send_notice(&desk.on_notice(dpo, id).await, id).await.unwrap();
    if kind == "subject_communication" {
        // Tried twice with the same bytes.
        for mail in desk.claim_mail(&desk.job(), "proof", 100).await.unwrap() {
            desk.mark_mail(&desk.job(), &[Mark::attempting_with(&mail, &bytes_of(&mail))]).await.unwrap();
            desk.finish_mail(&desk.job(), &mail, &deferred()).await.unwrap();
        }
        desk.advance(chrono::Duration::minutes(5));
    }
    for mail in desk.claim_mail(&desk.job(), "proof", 100).await.unwrap() {
        let bytes = bytes_of(&mail);
        desk.mark_mail(&desk.job(), &[Mark::attempting_with(&mail, &bytes)]).await.unwrap();
        let sent_sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes));
        let Outcome::Accepted { code, reply, relay, tls, .. } = accepted(&mail) else { panic!() };
        let outcome = Outcome::Accepted { code, reply, relay, tls, sent_sha256 };
        desk.finish_mail(&desk.job(), &mail, &outcome).await.unwrap();
    }
    id
}

story!(a_stranger_checks_what_was_sent_with_standard_tools, |desk| {
    let (dpo, approver) = (desk.person(Role::Dpo).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Proven").await;
    let aware = AwarenessInput {
        aware_at: "2026-06-09T08:00:00Z".to_owned(),
        judged_by: "M. Holt".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    };
    desk.record_awareness(&desk.by(&dpo), incident, &aware).await.unwrap();
    desk.answer_for_people(&dpo, incident).await;
    let to_authority =
        sent(&desk, &dpo, &approver, incident, "authority_notification", "inbox@authority.test").await;
    let to_people =
        sent(&desk, &dpo, &approver, incident, "subject_communication", "ada@people.test\ngrace@people.test")
            .await;

    // One notice.
    let pack = desk.notice_proof(&desk.by(&dpo), to_authority).await.unwrap();
    assert_eq!(pack.media_type, "application/zip");
    let folder = unpacked(&pack.body);
    let at = folder.path();
    let said = told(at, "sha256sum --check --strict MANIFEST.sha256");
    assert_eq!(said.lines().count() + 1, pack.count, "every file but the manifest is named in it");
    assert!(said.lines().all(|line| line.ends_with(": OK")), "{said}");
    let notice: serde_json::Value =
        serde_json::from_str(&read(at, &format!("notices/{to_authority}/notice.json"))).unwrap();
    let approved = format!("notices/{to_authority}/approved.json");
    assert_eq!(notice["approved_digest"], sha256(at, &approved));
    let content: serde_json::Value = serde_json::from_str(&read(at, &approved)).unwrap();
    for (file, key) in [("notice.txt", "text"), ("notice.html", "html")] {
        assert_eq!(content[key], read(at, &format!("notices/{to_authority}/{file}")));
    }
    assert_ne!(notice["approved"]["by"]["account"], notice["drafted"]["by"]["account"]);
    assert_eq!((&notice["mails"]["total"], &notice["mails"]["accepted"]), (&1.into(), &1.into()));
    let receipts = read(at, &format!("notices/{to_authority}/receipts.csv"));
    assert!(receipts.contains("inbox@authority.test,accepted,1,0,"), "{receipts}");
    // The bytes of the mail are those that were handed over, and the receipt names their digest.
    let mail = format!("notices/{to_authority}/mails/1.eml");
    let bytes = std::fs::read(at.join(&mail)).unwrap();
    assert!(bytes.starts_with(b"Message-ID: <") && bytes.ends_with(b"\xe2\x82\xac\r\n\xff\x00\r\n"));
    assert!(receipts.contains(&sha256(at, &mail)), "{receipts}");
    assert!(!at.join(format!("notices/{to_authority}/mails/2.eml")).exists());
    is_a_chain(at, "journal.jsonl");
    is_a_chain(at, &format!("notices/{to_authority}/deliveries.jsonl"));
    let journal = read(at, "journal.jsonl");
    assert!(journal.contains(&sha256(at, &approved)), "the journal names what was approved");

    // A file that was changed is found.
    std::fs::write(at.join(format!("notices/{to_authority}/notice.txt")), "Nothing happened.").unwrap();
    let found =
        Command::new("sha256sum").args(["--check", "--quiet", "MANIFEST.sha256"]).current_dir(at).output();
    assert!(!found.unwrap().status.success());

    // The whole case. The digest of the first archive stands in its journal.
    let whole = desk.incident_proof(&desk.by(&dpo), incident).await.unwrap();
    let folder = unpacked(&whole.body);
    let at = folder.path();
    told(at, "sha256sum --check --strict MANIFEST.sha256");
    assert!(read(at, "journal.jsonl").contains(&pack.digest));
    is_a_chain(at, "journal.jsonl");
    let record: serde_json::Value = serde_json::from_str(&read(at, "record.json")).unwrap();
    assert_eq!(record["records"][0]["title"], "Proven");
    assert!(read(at, "evidence.csv").starts_with("id,name,bytes,sha256,"));
    // People are named by the Message-ID of their mail alone.
    let receipts = read(at, &format!("notices/{to_people}/receipts.csv"));
    assert_eq!(receipts.lines().count(), 3);
    assert!(!receipts.contains("people.test,"), "{receipts}");
    assert!(at.join(format!("notices/{to_authority}/approved.json")).exists());
    assert!(!at.join(format!("notices/{to_people}/mails/3.eml")).exists(), "the same bytes are kept once");
    for n in [1, 2] {
        assert!(receipts.contains(&sha256(at, &format!("notices/{to_people}/mails/{n}.eml"))));
    }
    let of_people: serde_json::Value =
        serde_json::from_str(&read(at, &format!("notices/{to_people}/notice.json"))).unwrap();
    assert!(of_people["recipients_removed_at"].is_null());

    // When the addresses of people are removed by their date, so are their mails; the pack says so, and the digests stay.
    desk.advance(chrono::Duration::days(4_000));
    while desk.sweep_recipients(&desk.job()).await.unwrap() {}
    let pack = desk.notice_proof(&desk.by(&dpo), to_people).await.unwrap();
    let folder = unpacked(&pack.body);
    let at = folder.path();
    told(at, "sha256sum --check --strict MANIFEST.sha256");
    assert!(!at.join(format!("notices/{to_people}/mails")).exists());
    let of_people: serde_json::Value =
        serde_json::from_str(&read(at, &format!("notices/{to_people}/notice.json"))).unwrap();
    assert!(of_people["recipients_removed_at"].is_string(), "{of_people}");
    assert_eq!(read(at, &format!("notices/{to_people}/receipts.csv")), receipts);
    let pack = desk.notice_proof(&desk.by(&dpo), to_authority).await.unwrap();
    assert!(
        unpacked(&pack.body).path().join(&mail).exists(),
        "an authority's address stays, and so does its mail"
    );
});

story!(proof_is_for_those_who_read_the_case, |desk| {
    let (dpo, approver) = (desk.person(Role::Dpo).await, desk.person(Role::Approver).await);
    let incident = desk.declare("Proven").await;
    desk.answer_for_people(&dpo, incident).await;
    let id = sent(&desk, &dpo, &approver, incident, "holding_statement", "desk@press.test").await;
    for (role, may) in
        [(Role::Reader, true), (Role::Auditor, false), (Role::Responder, false), (Role::Administrator, false)]
    {
        let who = desk.person(role).await;
        let said = if may { "ok" } else { "not_found" };
        assert_eq!(desk.notice_proof(&desk.by(&who), id).await.said(), said, "{role}");
        assert_eq!(desk.incident_proof(&desk.by(&who), incident).await.said(), said, "{role}");
    }
});
