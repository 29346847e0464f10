//! One attempt against a relay that misbehaves at one step.

use std::time::{Duration, Instant};

use super::script::{Say, Script, Scripted, say};
use super::*;

async fn outcome_of(script: Script) -> (Outcome, Scripted) {
    let server = Scripted::start(script).await;
    let outcome = send(&plain(server.port), &envelope()).await;
    (outcome, server)
}

fn reply_of(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Accepted { reply, .. }
        | Outcome::Deferred { reply, .. }
        | Outcome::Rejected { reply, .. }
        | Outcome::Uncertain { reply } => reply,
    }
}

/// Content longer than the buffers of both sockets, so that some of it must wait for the relay.
async fn send_long_content(relay: &Relay) -> Outcome {
    let bytes = b"All work and no play makes for a very long mail.\r\n".repeat(400_000);
    relay.hand_over(&envelope(), &bytes, async || Ok::<(), Infallible>(())).await
}

#[tokio::test]
async fn accepted_with_the_relays_own_words_and_exactly_the_bytes_that_were_built() {
    let (outcome, server) = outcome_of(Script::default()).await;
    assert_eq!(
        outcome,
        Outcome::Accepted {
            code: 250,
            reply: "250 2.0.0 queued as 4F1A".to_owned(),
            relay: format!("127.0.0.1:{}", server.port),
            tls: None,
        }
    );
    let built = build(&envelope()).unwrap();
    assert_eq!(server.seen(|seen| seen.mails.clone()), vec![built]);
    let commands = server.seen(|seen| seen.commands.clone());
    assert_eq!(
        commands,
        [
            "EHLO breachdesk.example.org",
            "MAIL FROM:<privacy@example.org>",
            "RCPT TO:<anna@example.net>",
            "DATA"
        ]
    );
}

#[tokio::test]
async fn a_late_250_within_the_limit_is_accepted() {
    let late = Say::Late(Duration::from_millis(200), "250 2.0.0 in the end\r\n".to_owned());
    let (outcome, _server) = outcome_of(Script { dot: late, ..Script::default() }).await;
    assert!(matches!(&outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_250_after_the_limit_is_uncertain_and_never_the_next_mails_answer() {
    let server = Scripted::start_each(|number| match number {
        0 => Script {
            dot: Say::Late(Duration::from_millis(500), "250 2.0.0 too late\r\n".to_owned()),
            ..Script::default()
        },
        _ => Script { dot: say("554 5.7.1 refused"), ..Script::default() },
    })
    .await;
    let mut settings = settings(server.port, Security::None);
    settings.timeouts.final_reply = SHORT;
    let relay = Relay::Smtp(SmtpRelay::new(settings).unwrap());
    let first = send(&relay, &envelope()).await;
    assert!(matches!(&first, Outcome::Uncertain { .. }), "{first:?}");
    let second = send(&relay, &envelope()).await;
    assert!(matches!(&second, Outcome::Rejected { code: 554, .. }), "{second:?}");
    assert_eq!(server.seen(|seen| seen.connections), 2);
}

#[tokio::test]
async fn refusals_about_the_mail_keep_their_code_and_words() {
    let cases = [
        (Script { mail: say("451 4.3.0 later"), ..Script::default() }, Some(451), false),
        (Script { rcpt: say("452 4.2.2 mailbox full"), ..Script::default() }, Some(452), false),
        (Script { rcpt: say("550 5.1.1 no such person"), ..Script::default() }, Some(550), true),
        (Script { data: say("554 5.7.1 no"), ..Script::default() }, Some(554), true),
        (Script { dot: say("451 4.7.1 greylisted"), ..Script::default() }, Some(451), false),
        (Script { dot: say("554 5.7.1 policy"), ..Script::default() }, Some(554), true),
        (Script { mail: say("421 4.3.2 shutting down"), ..Script::default() }, Some(421), false),
        (Script { dot: say("421 4.3.2 shutting down"), ..Script::default() }, Some(421), false),
        // These are about the connection or the sign-in: no recipient may be given up for them.
        (Script { greeting: say("554 5.7.1 go away"), ..Script::default() }, Some(554), false),
        (Script { greeting: say("421 4.3.2 busy"), ..Script::default() }, Some(421), false),
        (Script { ehlo: say("550 who are you"), ..Script::default() }, Some(550), false),
        (Script { mail: say("530 5.7.0 sign in first"), ..Script::default() }, Some(530), false),
    ];
    for (script, expected, final_refusal) in cases {
        let (outcome, _server) = outcome_of(script).await;
        let (code, is_final) = match &outcome {
            Outcome::Deferred { code, .. } => (*code, false),
            Outcome::Rejected { code, .. } => (Some(*code), true),
            other => panic!("{other:?}"),
        };
        assert_eq!((code, is_final), (expected, final_refusal), "{outcome:?}");
        assert!(reply_of(&outcome).starts_with(&expected.unwrap().to_string()), "{outcome:?}");
    }
}

#[tokio::test]
async fn only_exactly_250_is_success() {
    for line in ["251 forwarded", "200 fine", "354 go on", "252 cannot tell"] {
        let (outcome, _server) = outcome_of(Script { dot: say(line), ..Script::default() }).await;
        assert!(matches!(&outcome, Outcome::Uncertain { .. }), "{line}: {outcome:?}");
    }
    // 2xx in the place of 354: the relay is not where we think it is.
    let (outcome, server) = outcome_of(Script { data: say("250 ok"), ..Script::default() }).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
    assert_eq!(server.seen(|seen| seen.mails.len()), 0);
}

#[tokio::test]
async fn a_cut_is_deferred_before_the_dot_and_uncertain_after_it() {
    for script in [
        Script { greeting: Say::Cut, ..Script::default() },
        Script { ehlo: Say::Cut, ..Script::default() },
        Script { mail: Say::Cut, ..Script::default() },
        Script { rcpt: Say::Cut, ..Script::default() },
        Script { data: Say::Cut, ..Script::default() },
    ] {
        let (outcome, _server) = outcome_of(script).await;
        assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
    }
    let (outcome, server) = outcome_of(Script { dot: Say::Cut, ..Script::default() }).await;
    assert!(matches!(&outcome, Outcome::Uncertain { .. }), "{outcome:?}");
    assert_eq!(server.seen(|seen| seen.mails.len()), 1);
}

#[tokio::test]
async fn a_cut_in_the_middle_of_long_content_is_deferred() {
    let server = Scripted::start(Script { cut_after_lines: Some(20), ..Script::default() }).await;
    let outcome = send_long_content(&plain(server.port)).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_relay_that_stops_reading_is_given_up_within_the_block_limit() {
    let server = Scripted::start(Script { stops_reading: true, ..Script::default() }).await;
    let started = Instant::now();
    let outcome = send_long_content(&hurried(server.port)).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_tarpit_at_any_step_ends_with_that_steps_limit() {
    let drip = || Say::Dripping("250 patience is a virtue\r\n".to_owned());
    let scripts = [
        (Script { greeting: Say::Nothing, ..Script::default() }, false),
        (Script { greeting: drip(), ..Script::default() }, false),
        (Script { ehlo: Say::Nothing, ..Script::default() }, false),
        (Script { ehlo: drip(), ..Script::default() }, false),
        (Script { mail: Say::Nothing, ..Script::default() }, false),
        (Script { mail: drip(), ..Script::default() }, false),
        (Script { rcpt: Say::Nothing, ..Script::default() }, false),
        (Script { rcpt: drip(), ..Script::default() }, false),
        (Script { data: Say::Nothing, ..Script::default() }, false),
        (Script { data: drip(), ..Script::default() }, false),
        (Script { dot: Say::Nothing, ..Script::default() }, true),
        (Script { dot: drip(), ..Script::default() }, true),
    ];
    for (script, after_dot) in scripts {
        let server = Scripted::start(script).await;
        let started = Instant::now();
        let outcome = send(&hurried(server.port), &envelope()).await;
        let elapsed = started.elapsed();
        if after_dot {
            assert!(matches!(&outcome, Outcome::Uncertain { .. }), "{outcome:?}");
        } else {
            assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
        }
        assert!(reply_of(&outcome).contains("no answer within 300ms"), "{outcome:?}");
        assert!(elapsed < Duration::from_secs(5), "{elapsed:?} for {outcome:?}");
        // The connection is closed, not kept.
        server.until(|seen| seen.ended == 1).await;
    }
}

#[tokio::test]
async fn replies_of_several_lines_are_kept_whole() {
    let lines = "550-5.1.1 The person you wrote to\r\n550-5.1.1 left\r\n550 5.1.1 long ago\r\n";
    let (outcome, _server) =
        outcome_of(Script { rcpt: Say::This(lines.to_owned()), ..Script::default() }).await;
    let reply = reply_of(&outcome);
    assert!(matches!(&outcome, Outcome::Rejected { code: 550, .. }), "{outcome:?}");
    assert!(reply.contains("The person you wrote to") && reply.contains("long ago"), "{reply}");

    let lines = "250-2.0.0 thank\r\n250 2.0.0 you\r\n";
    let (outcome, _server) =
        outcome_of(Script { dot: Say::This(lines.to_owned()), ..Script::default() }).await;
    assert_eq!(reply_of(&outcome), "250 2.0.0 thank 2.0.0 you");
}

#[tokio::test]
async fn endless_and_garbled_replies_are_no_answer() {
    let many_lines = Say::This(format!("{}250 done\r\n", "250-and another thing\r\n".repeat(4_000)));
    let one_line = Say::This(format!("250 {}\r\n", "a".repeat(70_000)));
    let no_line_end = Say::This("2".repeat(70_000));
    let garbage = Say::This("\u{1}\u{2}what is this\r\n".to_owned());
    let mixed_codes = Say::This("250-yes\r\n550 no\r\n".to_owned());
    for strange in [many_lines, one_line, no_line_end, garbage, mixed_codes] {
        for (script, after_dot) in [
            (Script { greeting: strange.clone(), ..Script::default() }, false),
            (Script { rcpt: strange.clone(), ..Script::default() }, false),
            (Script { dot: strange.clone(), ..Script::default() }, true),
        ] {
            let (outcome, _server) = outcome_of(script).await;
            let right = match &outcome {
                Outcome::Uncertain { .. } => after_dot,
                Outcome::Deferred { code: None, .. } => !after_dot,
                _ => false,
            };
            assert!(right, "{outcome:?}");
            assert!(reply_of(&outcome).len() < 8_000 && !reply_of(&outcome).contains(char::is_control));
        }
    }
}

#[tokio::test]
async fn an_answer_nobody_asked_for_is_not_taken_for_the_next_one() {
    // A 250 sent along with the 354 would otherwise be read as the answer to the content.
    let eager = Say::This("354 go on\r\n250 2.0.0 already queued\r\n".to_owned());
    let (outcome, server) = outcome_of(Script { data: eager, ..Script::default() }).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
    assert!(reply_of(&outcome).contains("without being asked"), "{outcome:?}");
    assert_eq!(server.seen(|seen| seen.mails.len()), 0);
}

#[tokio::test]
async fn nobody_listening_is_deferred() {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let outcome = send(&plain(port), &envelope()).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
    assert!(reply_of(&outcome).contains("connecting to the relay"), "{outcome:?}");
}
