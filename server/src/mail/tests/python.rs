//! What another language's library makes of our mail: Python's `email`, and aiosmtpd as the relay.
//! Skipped, with a word, where they are not installed; never where `CI=true`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use data_encoding::BASE64;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::*;

fn support(script: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support").join(script)
}

/// A Python that has `module`.
fn python(module: &str) -> Option<String> {
    let python =
        std::env::var("BREACHDESK_AIOSMTPD_PYTHON").unwrap_or_else(|_| "/usr/bin/python3".to_owned());
    let found = Command::new(&python)
        .args(["-c", &format!("import {module}")])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if found {
        return Some(python);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{python} has no {module}; nothing is skipped in CI"
    );
    eprintln!("skipped: {python} has no {module} (Debian: python3-aiosmtpd)");
    None
}

/// Text as people write it and as attackers do, but without control characters.
fn one_line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "\\PC{0,120}",
        1 => "[ -~]{0,300}",
        1 => "[a-z =?_\"<>@,;:()\\\\.]{0,60}",
        1 => "(=\\?utf-8\\?[bq]\\?[A-Za-z0-9+/=_]{0,20}\\?= ?){0,4}",
        1 => "[\\u{1F300}-\\u{1FAFF}\\u{200D}\\u{FE0F}e\\u{301}]{0,60}",
        1 => "[\\u{590}-\\u{6FF} ]{0,60}",
        1 => "[a-z]{70,200}",
    ]
    .prop_filter("controls are refused", |s| {
        !s.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
    })
}

fn body() -> impl Strategy<Value = String> {
    proptest::collection::vec(prop_oneof![one_line(), Just(".".to_owned()), Just("From x ".to_owned())], 0..8)
        .prop_flat_map(|lines| {
            let joined = lines.join("\n");
            prop_oneof![Just(joined.clone()), Just(joined.clone() + "\n"), Just(joined + " \t\n\n")]
        })
}

#[test]
fn two_thousand_hostile_mails_read_back_the_same_in_python() {
    let Some(python) = python("email") else { return };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let parts = (one_line(), one_line(), body(), proptest::option::of(body()));
    let mut cases = Vec::new();
    for number in 0..2_000 {
        let (subject, name, text, html) = parts.new_tree(&mut runner).unwrap().current();
        let mail = Envelope {
            from: Mailbox { name, address: "privacy@example.org".to_owned() },
            subject,
            text,
            html,
            message_id: format!("m{number}@example.org"),
            ..envelope()
        };
        let bytes = build(&mail).unwrap_or_else(|error| panic!("{error}: {:?}", mail.subject));
        assert!(bytes.is_ascii());
        // RFC 2047, section 2.
        let head = String::from_utf8(bytes.clone()).unwrap();
        let encoded = head.lines().take_while(|line| !line.is_empty()).filter(|line| line.contains("=?"));
        encoded.for_each(|line| assert!(line.len() <= 76, "{line}"));
        cases.push(json!({
            "mail": BASE64.encode(&bytes), "subject": mail.subject, "name": mail.from.name,
            "address": mail.from.address, "to": mail.to, "text": mail.text, "html": mail.html,
            "message_id": mail.message_id, "date": mail.date.timestamp(),
        }));
    }
    let mut child = Command::new(python)
        .arg(support("read_mail.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || {
        for case in cases {
            writeln!(stdin, "{case}").unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(output.status.success());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["read"], 2_000);
    assert_eq!(answer["differences"], json!([]), "{answer:#}");
}

/// aiosmtpd in a process of its own, which ends with the test.
struct Sink {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Sink {
    fn start(python: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(python)
            .arg(support("aiosmtpd_sink.py"))
            .args(["--port", "0", "--until-stdin-closes", "--folder"])
            .arg(folder.path())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().strip_prefix("PORT ").expect(&line).parse().unwrap();
        Self { child, port, folder }
    }

    fn received(&self, number: usize) -> (Vec<u8>, Value) {
        let file =
            |ending: &str| std::fs::read(self.folder.path().join(format!("{number:04}.{ending}"))).unwrap();
        (file("eml"), serde_json::from_slice(&file("json")).unwrap())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn aiosmtpd_receives_exactly_the_bytes_after_deferring_twice() {
    let Some(python) = python("aiosmtpd") else { return };
    let sink = Sink::start(&python, &["--defer", "2"]);
    let mut settings = settings(sink.port, Security::None);
    settings.timeouts = SmtpTimeouts::default();
    let relay = Relay::Smtp(SmtpRelay::new(settings).unwrap());
    for _ in 0..2 {
        let outcome = send(&relay, &envelope()).await;
        assert!(matches!(&outcome, Outcome::Deferred { code: Some(451), .. }), "{outcome:?}");
    }
    let text_only = Envelope { html: None, to: "bert@example.net".to_owned(), ..envelope() };
    for mail in [&envelope(), &text_only] {
        let outcome = send(&relay, mail).await;
        assert!(matches!(&outcome, Outcome::Accepted { code: 250, .. }), "{outcome:?}");
    }
    for (number, mail) in [(1, &envelope()), (2, &text_only)] {
        let (bytes, record) = sink.received(number);
        assert_eq!(bytes, build(mail).unwrap());
        assert_eq!(record["from"], "privacy@example.org");
        assert_eq!(record["to"], json!([mail.to]));
        assert_eq!(record["subject"], mail.subject);
        assert_eq!(record["text"], mail.text);
        assert_eq!(record["html"], json!(mail.html));
        let digest = data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(&bytes));
        assert_eq!(record["sha256"], digest);
    }
}
