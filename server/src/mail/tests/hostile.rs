//! Random names, subjects and addresses, as people have them and as attackers write them: none panics, none forges a
//! header, and what can be sent reads back as it was given.
//!
//! 100,000 of them in a release build. A debug build takes 20,000, which is about as long;
//! `BREACHDESK_HOSTILE_CASES=100000` asks for another number.

use mail_parser::{Addr, HeaderValue, MessageParser};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::*;
use crate::mail::Unbuildable;

fn cases() -> usize {
    let asked = std::env::var("BREACHDESK_HOSTILE_CASES").ok().and_then(|cases| cases.parse().ok());
    asked.unwrap_or(if cfg!(debug_assertions) { 20_000 } else { 100_000 })
}

/// One line, or what pretends to be one.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\\PC{0,40}",
        2 => "[ -~]{0,120}",
        2 => "(\\PC{0,10}[\\r\\n\\x00\\x0b\\x0c\\x85\\u{2028}\\u{2029}]{1,2}(Bcc: x@evil\\.test|\\.|QUIT)?){1,3}",
        1 => "(=\\?utf-8\\?[bq]\\?[A-Za-z0-9+/=_]{0,20}\\?= ?){0,4}",
        1 => "[\\u{1F300}-\\u{1FAFF}\\u{200D}\\u{FE0F}e\\u{301}]{0,60}",
        1 => "[\\u{590}-\\u{6FF}\\u{202a}-\\u{202e} ]{0,60}",
        1 => "[a-z]{70,200}",
        1 => "(\\{\\{ ?[a-z.]{1,8} ?\\}\\}|<script>|%0d%0a|\\\\r\\\\n){1,4}",
    ]
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}@[a-z0-9-]{1,12}\\.(test|example)",
        2 => "[ -~]{0,60}",
        1 => "\\PC{1,10}@\\PC{1,10}",
        1 => "[a-z]{1,5}@[a-z]{1,5}\\.test(>|\\r\\n|\\n|\\x00| |,)(RCPT TO:<x@evil\\.test>|[a-z]{0,4})",
        1 => "[a-z]{60,70}@[a-z]{60,70}\\.test",
    ]
}

/// What stands at the beginning of the lines of a head, and is no continuation.
fn header_names(head: &str) -> Vec<&str> {
    let begins = |line: &&str| !line.starts_with([' ', '\t']);
    head.split("\r\n").filter(begins).map(|line| line.split(':').next().unwrap_or_default()).collect()
}

const HEADERS: [&str; 10] = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
];

fn look(envelope: &Envelope) -> Result<(), Unbuildable> {
    let bytes = build(envelope)?;
    let mail = std::str::from_utf8(&bytes).unwrap();
    assert!(mail.is_ascii());
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{head:?}");
    assert_eq!(header_names(head), HEADERS, "{head:?}");

    let read = MessageParser::default().parse(&bytes).unwrap();
    assert_eq!(read.subject().unwrap_or_default().trim(), envelope.subject.trim(), "{head:?}");
    let only = |header: Option<&mail_parser::Address<'_>>| -> (String, String) {
        let all: Vec<&Addr<'_>> = header.unwrap().iter().collect();
        let [one] = all.as_slice() else { panic!("{} addresses in {head:?}", all.len()) };
        let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
        (part(one.name()), part(one.address()))
    };
    assert_eq!(only(read.from()), (envelope.from.name.clone(), envelope.from.address.clone()), "{head:?}");
    assert_eq!(only(read.to()), (String::new(), envelope.to.clone()), "{head:?}");
    assert!(matches!(read.header("Bcc"), None | Some(HeaderValue::Empty)));
    Ok(())
}

#[test]
fn random_names_subjects_and_addresses_forge_nothing() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[23; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let parts = (words(), words(), address(), address());
    let (mut built, mut refused) = (0, 0);
    for _ in 0..cases() {
        let (name, subject, from, to) = parts.new_tree(&mut runner).unwrap().current();
        let hostile = Envelope {
            from: Mailbox { name, address: "privacy@example.org".to_owned() },
            to,
            subject,
            text: "One line\n.\nanother\n".to_owned(),
            html: None,
            ..envelope()
        };
        // The sender's address is an administrator's, and may be as strange.
        let sender = Envelope {
            from: Mailbox { address: from, ..hostile.from.clone() },
            to: envelope().to,
            subject: "Plain".to_owned(),
            ..hostile.clone()
        };
        for envelope in [hostile, sender] {
            match look(&envelope) {
                Ok(()) => built += 1,
                Err(why) => {
                    let strange = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
                    match why {
                        Unbuildable::ControlCharacter { field: "sender" } => {
                            assert!(envelope.from.name.contains(strange));
                        }
                        Unbuildable::ControlCharacter { field: "subject" } => {
                            assert!(envelope.subject.contains(strange));
                        }
                        Unbuildable::Address { .. } => {}
                        other => panic!("{other} for {:?} {:?}", envelope.from.name, envelope.subject),
                    }
                    refused += 1;
                }
            }
        }
    }
    assert!(built > cases() / 3 && refused > cases() / 10, "{built} built, {refused} refused");
}
