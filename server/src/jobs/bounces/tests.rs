//! Mail that comes back, from the maildir to the state of the mail it was about.

mod lmtp;
mod postfix;

use super::{Bounces, Intake, report};
use crate::{
    jobs::deliver::tests::Desk,
    mail::tests::{
        plain,
        script::{Script, Scripted},
    },
};
use domain::{
    bounce::{Deed, Fate, ReturnAddress, Returned},
    delivery::DeliveryState as S,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz2345672345abcdef";

fn address() -> ReturnAddress {
    ReturnAddress::parse("bounces@bounce.example.org").unwrap()
}

/// A report as Postfix writes it, to the return address of a mail.
fn postfix(token: &str, action: &str, status: &str) -> String {
    let to = address().of(token);
    format!(
        "Return-Path: <>\r\nX-Original-To: {to}\r\nDelivered-To: {to}\r\n\
         Received: by mx.example.org (Postfix)\r\n\tid 4F2A91; Tue,  9 Jun 2026 08:00:03 +0000 (UTC)\r\n\
         Date: Tue,  9 Jun 2026 08:00:03 +0000 (UTC)\r\nFrom: MAILER-DAEMON@mx.example.org (Mail Delivery System)\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nTo: {to}\r\nAuto-Submitted: auto-replied\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\
         \tboundary=\"4F2A91.1781000000/mx.example.org\"\r\n\r\nThis is a MIME-encapsulated message.\r\n\r\n\
         --4F2A91.1781000000/mx.example.org\r\nContent-Description: Notification\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you …\r\n\r\n\
         --4F2A91.1781000000/mx.example.org\r\nContent-Description: Delivery report\r\n\
         Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\
         X-Postfix-Queue-ID: 4F2A91\r\nX-Postfix-Sender: rfc822; someone.else@example.org\r\n\
         Arrival-Date: Tue,  9 Jun 2026 08:00:01 +0000 (UTC)\r\n\r\n\
         Final-Recipient: rfc822; anna@people.test\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} <anna@people.test>: Recipient address\r\n    rejected\r\n\r\n\
         --4F2A91.1781000000/mx.example.org\r\nContent-Description: Undelivered Message Headers\r\n\
         Content-Type: text/rfc822-headers\r\n\r\nFrom: Example <privacy@example.org>\r\nTo: anna@people.test\r\n\r\n\
         --4F2A91.1781000000/mx.example.org--\r\n"
    )
}

fn read(mail: &str) -> Returned {
    report::read(mail.as_bytes(), &address())
}

#[test]
fn a_report_is_read_with_the_token_of_its_address() {
    let Returned::Report { token, report } = read(&postfix(TOKEN, "failed", "5.1.1")) else { panic!() };
    assert_eq!((token.as_deref(), report.deed, report.status.as_str()), (Some(TOKEN), Deed::Failed, "5.1.1"));
    assert_eq!(report.diagnosis, "550 5.1.1 <anna@people.test>: Recipient address rejected");
    let Returned::Report { report, .. } = read(&postfix(TOKEN, "delayed", "4.4.1")) else { panic!() };
    assert_eq!(report.deed, Deed::Delayed);
    // Mail servers that break lines with a line feed alone, and Exchange's own name for the header.
    let other =
        postfix(TOKEN, "failed", "5.1.10").replace("\r\n", "\n").replace("X-Original-To", "Envelope-To");
    assert!(matches!(read(&other), Returned::Report { token: Some(_), .. }));
}

#[test]
fn an_address_in_the_body_matches_nothing_and_neither_do_two() {
    let token = |mail: &str| match read(mail) {
        Returned::Report { token, .. } => token,
        other => panic!("{other:?}"),
    };
    let ours = address().of(TOKEN);
    let in_the_body = postfix(TOKEN, "failed", "5.1.1")
        .replace(&ours, "desk@example.org")
        .replace("someone.else@example.org", &ours)
        .replace("To: anna@people.test", &format!("To: {ours}"));
    assert!(in_the_body.contains(&ours));
    assert_eq!(token(&in_the_body), None);
    let other = address().of(&TOKEN.replace("abc", "cba"));
    let two = postfix(TOKEN, "failed", "5.1.1").replacen(&ours, &other, 1);
    assert_eq!(token(&two), None);
}

#[test]
fn absences_receipts_letters_and_rubbish_are_no_reports() {
    let head =
        |more: &str| format!("To: {}\r\nSubject: Re: your notice\r\n{more}\r\nBody\r\n", address().of(TOKEN));
    assert_eq!(read(&head("Auto-Submitted: auto-replied (vacation)\r\n")), Returned::AutoReply);
    let receipt = postfix(TOKEN, "failed", "5.1.1")
        .replace("report-type=delivery-status", "report-type=disposition-notification");
    assert_eq!(read(&receipt), Returned::AutoReply);
    assert_eq!(read(&head("")), Returned::Unclassified);
    assert_eq!(
        read(&head("Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n")),
        Returned::Unclassified
    );
    let no_status = postfix(TOKEN, "failed", "5.1.1").replace("message/delivery-status", "text/plain");
    assert_eq!(read(&no_status), Returned::Unclassified);
    assert!(matches!(read(""), Returned::Unreadable | Returned::Unclassified));
    assert!(matches!(read("\0\0\0"), Returned::Unreadable | Returned::Unclassified));
}

#[test]
fn what_is_built_deep_is_not_opened() {
    let deep = "Content-Type: message/rfc822\r\n\r\n".repeat(8_000);
    assert_eq!(read(&deep), Returned::Unreadable);
    let nested: String = (0..3_000)
        .map(|n| format!("Content-Type: multipart/digest; boundary=b{n}\r\n\r\n--b{n}\r\n\r\n"))
        .collect();
    assert_eq!(read(&nested), Returned::Unreadable);
    let within = "Content-Type: message/rfc822\r\n\r\n".repeat(50);
    assert!(!matches!(read(&within), Returned::Report { .. }));
}

fn intake(folder: &Path) -> Intake {
    Intake { folder: folder.to_owned(), address: address(), lmtp: None, every: Duration::from_secs(1) }
}

/// Where a maildir and a desk meet.
struct Postbox {
    desk: Desk,
    folder: TempDir,
    job: Bounces,
}

impl Postbox {
    async fn new() -> Self {
        let (desk, folder) = (Desk::new().await, TempDir::new().unwrap());
        fs::create_dir(folder.path().join("new")).unwrap();
        let job = Bounces::new(desk.services.clone(), intake(folder.path()));
        Self { desk, folder, job }
    }

    /// Hands a test mail over to a relay that takes it, and tells the token in the sender of its envelope.
    async fn token_of_a_mail(&self) -> String {
        self.desk.ask("anna@people.test").await;
        let relay = Scripted::start(Script::default()).await;
        self.desk.job_with(plain(relay.port), 1, Some(address())).run_due().await.unwrap();
        let commands = relay.seen(|seen| seen.commands.clone());
        let to = commands.iter().position(|line| line == "RCPT TO:<anna@people.test>").unwrap();
        let sender = commands[to - 1].strip_prefix("MAIL FROM:<").unwrap().split('>').next().unwrap();
        assert!(sender.split_once('@').unwrap().0.len() <= 64, "{sender}");
        let mail = relay.seen(|seen| String::from_utf8(seen.mails.last().unwrap().clone()).unwrap());
        assert!(
            mail.contains("From: Breachdesk <breachdesk@localhost.invalid>") && !mail.contains("bounces+")
        );
        address().tokens_in(sender).remove(0)
    }

    fn put(&self, name: &str, mail: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join("new").join(name);
        fs::write(&path, mail).unwrap();
        path
    }

    fn names(&self, folder: &str) -> Vec<String> {
        names(&self.folder.path().join(folder))
    }

    async fn state(&self) -> S {
        self.desk.mails().await.remove(0).state
    }

    async fn count(&self, fate: Fate) -> u64 {
        let counts = self.desk.services.returned_mail(&self.desk.ctx()).await.unwrap();
        counts.iter().find(|count| count.fate == fate).map_or(0, |count| count.count)
    }
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(found) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = found.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_mail_that_comes_back_is_bounced_and_its_report_is_put_away() {
    let postbox = Postbox::new().await;
    let token = postbox.token_of_a_mail().await;
    assert_eq!(postbox.state().await, S::Accepted);
    postbox.put("1.delayed", postfix(&token, "delayed", "4.4.1"));
    postbox.put("2.forged", postfix(TOKEN, "failed", "5.1.1"));
    assert_eq!(postbox.job.run_due().await.unwrap(), 2);
    assert_eq!(postbox.state().await, S::Accepted);
    postbox.put("3.failed", postfix(&token.to_uppercase(), "failed", "5.1.1"));
    postbox.put("4.failed", postfix(&token, "failed", "5.1.1"));
    assert_eq!(postbox.job.run_due().await.unwrap(), 2);
    assert_eq!(postbox.state().await, S::Bounced);
    assert_eq!(postbox.names("cur"), ["1.delayed:2,S", "2.forged:2,S", "3.failed:2,S", "4.failed:2,S"]);
    assert_eq!(postbox.names("new").len() + postbox.names("quarantine").len(), 0);
    let counts = [Fate::Bounced, Fate::Repeated, Fate::Forged, Fate::Delayed];
    for fate in counts {
        assert_eq!(postbox.count(fate).await, 1, "{fate}");
    }
    assert_eq!(postbox.job.run_due().await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_no_mail_of_a_mail_server_is_set_aside_or_left() {
    let postbox = Postbox::new().await;
    let token = postbox.token_of_a_mail().await;
    let big = format!("{}{}", postfix(&token, "failed", "5.1.1"), "x".repeat(256 * 1024));
    postbox.put("1.big", big);
    postbox.put("2.letter", "Subject: What does this mean?\r\n\r\nPlease call me.\r\n");
    let outside = postbox.folder.path().join("outside");
    fs::write(&outside, postfix(&token, "failed", "5.1.1")).unwrap();
    std::os::unix::fs::symlink(&outside, postbox.folder.path().join("new").join("3.link")).unwrap();
    fs::create_dir(postbox.folder.path().join("new").join("4.folder")).unwrap();
    postbox.put(".5.hidden", postfix(&token, "failed", "5.1.1"));
    assert_eq!(postbox.job.run_due().await.unwrap(), 2);
    assert_eq!(postbox.state().await, S::Accepted);
    assert_eq!(postbox.names("quarantine"), ["1.big", "2.letter"]);
    assert_eq!((postbox.count(Fate::TooBig).await, postbox.count(Fate::Unclassified).await), (1, 1));
    fs::remove_dir_all(postbox.folder.path().join("new")).unwrap();
    assert!(postbox.job.run_due().await.is_err(), "a folder that is gone is no empty one");
}

#[tokio::test]
async fn mutated_reports_never_match_without_the_whole_token() {
    let postbox = Postbox::new().await;
    let token = postbox.token_of_a_mail().await;
    let real = postfix(&token, "failed", "5.1.1").into_bytes();
    // Every mutation lies in the headers, where the token is; what still matches must have it whole.
    let mut runner = TestRunner::new_with_rng(
        Config { cases: 400, ..Config::default() },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let strategy = proptest::collection::vec((0..real.len(), any::<u8>()), 1..40);
    let mut tokens = Vec::new();
    runner
        .run(&strategy, |changes| {
            let mut mail = real.clone();
            for (at, byte) in changes {
                mail[at] = byte;
            }
            let shown = String::from_utf8_lossy(&mail).to_lowercase();
            if let Returned::Report { token: Some(found), .. } = report::read(&mail, &address()) {
                prop_assert!(shown.contains(&address().of(&found)));
            }
            Ok(())
        })
        .unwrap();
    for at in 0..token.len() {
        let mut other = token.clone().into_bytes();
        other[at] = if other[at] == b'a' { b'b' } else { b'a' };
        tokens.push(String::from_utf8(other).unwrap());
    }
    for (number, other) in tokens.iter().enumerate() {
        postbox.put(&format!("{number}.mutated"), postfix(other, "failed", "5.1.1"));
    }
    assert_eq!(postbox.job.run_due().await.unwrap(), tokens.len());
    assert_eq!(postbox.state().await, S::Accepted);
    assert_eq!(postbox.count(Fate::Forged).await, tokens.len() as u64);
}

proptest! {
    #![proptest_config(Config { cases: 512, ..Config::default() })]

    #[test]
    fn no_bytes_panic_or_are_believed(bytes in proptest::collection::vec(any::<u8>(), 0..2_000), cut in 0..2_000_usize) {
        let returned = report::read(&bytes, &address());
        let is_believed = matches!(returned, Returned::Report { token: Some(_), .. });
        prop_assert!(!is_believed);
        let real = postfix(TOKEN, "failed", "5.1.1").into_bytes();
        let cut = cut.min(real.len());
        report::read(&real[..cut], &address());
        report::read(&[&real[..cut], &bytes, &real[cut..]].concat(), &address());
    }
}
