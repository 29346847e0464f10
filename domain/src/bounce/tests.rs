use super::*;
use proptest::prelude::*;

const TOKEN: &str = "abcdefghijklmnopqrstuvwxyz2345672345abcdef";

fn address() -> ReturnAddress {
    ReturnAddress::parse("bounces@bounce.example.org").unwrap()
}

#[test]
fn the_local_part_with_its_token_is_as_long_as_relays_take() {
    assert_eq!(TOKEN.len(), TOKEN_LENGTH);
    let longest = format!("{}@example.org", "b".repeat(21));
    let of = ReturnAddress::parse(&longest).unwrap().of(TOKEN);
    assert_eq!(of.split_once('@').unwrap().0.len(), 64);
    for bad in
        ["", "bounces", "b+c@example.org", "b@@example.org", &format!("{}@example.org", "b".repeat(22))]
    {
        assert_eq!(ReturnAddress::parse(bad), Err(NotAReturnAddress), "{bad}");
    }
}

#[test]
fn tokens_are_found_in_whole_addresses_only_and_in_any_case() {
    let at = address();
    let ours = at.of(TOKEN);
    assert_eq!(at.tokens_in(&format!("<{ours}>, \"x\" <{}>", ours.to_uppercase())), [TOKEN]);
    for other in [
        format!("x{ours}"),
        format!("{ours}.evil.test"),
        format!("{ours}x"),
        ours.replace("bounce.example", "bounce.evil"),
        ours.replace("abc", "ab1"),
        ours.replace("abc", "ab"),
        ours.replace("bounces+", "bounces-"),
    ] {
        assert_eq!(at.tokens_in(&other), Vec::<String>::new(), "{other}");
    }
}

#[test]
fn a_failure_is_read_with_its_status_and_words() {
    let text = "Reporting-MTA: dns; mail.example.org\r\nArrival-Date: Mon, 1 Jun 2026 08:00:00 +0000\r\n\r\n\
        Final-Recipient: rfc822; anna@people.test\r\nAction: failed\r\nStatus: 5.1.1 (no such mailbox)\r\n\
        Remote-MTA: dns; mx.people.test\r\nDiagnostic-Code: smtp; 550 5.1.1 <anna@people.test>:\r\n \
        Recipient address rejected\u{7}: User unknown\r\n";
    let report = Report::parse(text).unwrap();
    assert_eq!((report.deed, report.status.as_str()), (Deed::Failed, "5.1.1"));
    assert_eq!(report.diagnosis, "550 5.1.1 <anna@people.test>: Recipient address rejected : User unknown");
    assert!(report.says_no_such_address());
    let long = format!("Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; {}\n", "ä".repeat(999));
    let report = Report::parse(&long).unwrap();
    assert_eq!(report.diagnosis.chars().count(), 200);
    assert!(!report.says_no_such_address(), "a policy says nothing about the address");
}

#[test]
fn what_reached_somebody_did_not_fail_and_contradictions_say_nothing() {
    let deed = |text: &str| Report::parse(text).map(|report| report.deed);
    assert_eq!(deed("Action: delayed\nStatus: 4.4.1\n"), Some(Deed::Delayed));
    assert_eq!(
        deed("Action: failed\nStatus: 5.1.1\n\nAction: relayed\nStatus: 2.0.0\n"),
        Some(Deed::Relayed)
    );
    assert_eq!(deed("Action: delayed\nStatus: 4.4.1\n\nAction: failed\nStatus: 5.1.1\n"), Some(Deed::Failed));
    assert_eq!(deed("Action: failed\nStatus: 2.0.0\n"), None);
    assert_eq!(deed("Action: exploded\nStatus: 5.1.1\n"), None);
    assert_eq!(deed(""), None);
    let sender = Report::parse("Action: failed\nStatus: 5.1.8\n").unwrap();
    assert!(!sender.says_no_such_address(), "it is about the sender");
    assert_eq!(Report::parse("Action: FAILED\nStatus: five\n").unwrap().status, "");
}

proptest! {
    #[test]
    fn nothing_that_is_said_panics_or_gets_long(text in "(?s).{0,400}") {
        for token in address().tokens_in(&text) {
            prop_assert!(text.to_ascii_lowercase().contains(&address().of(&token)));
        }
        if let Some(report) = Report::parse(&text) {
            prop_assert!(report.diagnosis.chars().count() <= 200);
            prop_assert!(!report.diagnosis.contains(char::is_control));
        }
    }
}
