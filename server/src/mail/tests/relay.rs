//! Several attempts over one relay: the claim, cancellation, kept connections.

use std::sync::atomic::{AtomicBool, Ordering};

use super::script::{Say, Script, Scripted, say};
use super::*;

#[tokio::test]
async fn the_claim_is_marked_after_354_and_before_any_content() {
    let server = Scripted::start(Script::default()).await;
    let relay = plain(server.port);
    let (envelope, seen_data, seen_mail) = (envelope(), AtomicBool::new(false), AtomicBool::new(false));
    let bytes = build(&envelope).unwrap();
    let outcome = relay
        .hand_over(&envelope, &bytes, async || {
            tokio::time::sleep(Duration::from_millis(50)).await;
            seen_data.store(server.seen(|s| s.commands.contains(&"DATA".to_owned())), Ordering::SeqCst);
            seen_mail.store(server.seen(|s| !s.mails.is_empty()), Ordering::SeqCst);
            Ok::<(), Infallible>(())
        })
        .await;
    assert!(matches!(&outcome, Outcome::Accepted { .. }), "{outcome:?}");
    assert!(seen_data.load(Ordering::SeqCst) && !seen_mail.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_lost_claim_ends_the_connection_without_content() {
    let server = Scripted::start(Script::default()).await;
    let relay = plain(server.port);
    let envelope = envelope();
    let bytes = build(&envelope).unwrap();
    let outcome = relay.hand_over(&envelope, &bytes, async || Err("another worker has it")).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
    server.until(|seen| seen.ended == 1).await;
    assert_eq!(server.seen(|seen| seen.mails.len()), 0);
    assert!(matches!(send(&relay, &envelope).await, Outcome::Accepted { .. }));
    assert_eq!(server.seen(|seen| seen.connections), 2);
}

#[tokio::test]
async fn the_claim_is_not_asked_for_when_the_recipient_is_refused() {
    let server = Scripted::start(Script { rcpt: say("550 no"), ..Script::default() }).await;
    let envelope = envelope();
    let bytes = build(&envelope).unwrap();
    let asked = AtomicBool::new(false);
    let outcome = plain(server.port)
        .hand_over(&envelope, &bytes, async || {
            asked.store(true, Ordering::SeqCst);
            Ok::<(), Infallible>(())
        })
        .await;
    assert!(matches!(&outcome, Outcome::Rejected { code: 550, .. }), "{outcome:?}");
    assert!(!asked.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_cancelled_attempt_never_lends_its_connection_to_the_next() {
    // The case in which lettre's own transport reported Ok(354) for a refused mail.
    let server = Scripted::start_each(|number| match number {
        0 => Script { dot: Say::Nothing, ..Script::default() },
        _ => Script { dot: say("554 5.7.1 refused"), ..Script::default() },
    })
    .await;
    let mut settings = settings(server.port, Security::None);
    settings.timeouts.final_reply = Duration::from_secs(60);
    let relay = Relay::Smtp(SmtpRelay::new(settings).unwrap());
    let envelope = envelope();
    let cancelled = tokio::time::timeout(Duration::from_millis(200), send(&relay, &envelope)).await;
    assert!(cancelled.is_err());
    assert_eq!(server.seen(|seen| seen.mails.len()), 1);
    let outcome = send(&relay, &envelope).await;
    assert!(matches!(&outcome, Outcome::Rejected { code: 554, .. }), "{outcome:?}");
    assert_eq!(server.seen(|seen| seen.connections), 2);
}

#[tokio::test]
async fn a_connection_is_used_again_after_250_and_closed_with_quit_when_its_mails_are_used_up() {
    let server = Scripted::start(Script::default()).await;
    let mut settings = settings(server.port, Security::None);
    settings.mails_per_connection = 3;
    let relay = Relay::Smtp(SmtpRelay::new(settings).unwrap());
    for _ in 0..7 {
        assert!(matches!(send(&relay, &envelope()).await, Outcome::Accepted { .. }));
    }
    assert_eq!(server.seen(|seen| (seen.connections, seen.mails.len())), (3, 7));
    server.until(|seen| seen.commands.iter().filter(|c| *c == "QUIT").count() == 2).await;
}

#[tokio::test]
async fn an_unused_connection_is_closed_with_quit() {
    let server = Scripted::start(Script::default()).await;
    let mut settings = settings(server.port, Security::None);
    settings.keep_idle = Duration::from_millis(100);
    let relay = Relay::Smtp(SmtpRelay::new(settings).unwrap());
    for round in 1..=2 {
        assert!(matches!(send(&relay, &envelope()).await, Outcome::Accepted { .. }));
        server.until(|seen| seen.ended == round).await;
    }
    assert_eq!(server.seen(|seen| seen.commands.iter().filter(|c| *c == "QUIT").count()), 2);
}

#[tokio::test]
async fn a_kept_connection_that_the_relay_closed_is_replaced_unnoticed() {
    for farewell in [Say::Cut, say("421 4.4.2 idle for too long")] {
        let first = Script { farewell: Some(farewell), ..Script::default() };
        let server =
            Scripted::start_each(move |n| if n == 0 { first.clone() } else { Script::default() }).await;
        let relay = plain(server.port);
        assert!(matches!(send(&relay, &envelope()).await, Outcome::Accepted { .. }));
        server.until(|seen| seen.ended == 1).await;
        let outcome = send(&relay, &envelope()).await;
        assert!(matches!(&outcome, Outcome::Accepted { .. }), "{outcome:?}");
        assert_eq!(server.seen(|seen| (seen.connections, seen.mails.len())), (2, 2));
    }
}

#[tokio::test]
async fn a_421_on_the_heels_of_250_spoils_neither_this_mail_nor_the_next() {
    let both = Say::This("250 2.0.0 queued\r\n421 4.3.2 closing\r\n".to_owned());
    let first = Script { dot: both, ..Script::default() };
    let server = Scripted::start_each(move |n| if n == 0 { first.clone() } else { Script::default() }).await;
    let relay = plain(server.port);
    for _ in 0..2 {
        let outcome = send(&relay, &envelope()).await;
        assert!(matches!(&outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    assert_eq!(server.seen(|seen| (seen.connections, seen.mails.len())), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_connections_than_allowed_and_every_mail_arrives_once() {
    let server = Scripted::start(Script {
        dot: Say::Late(Duration::from_millis(5), "250 ok\r\n".to_owned()),
        ..Script::default()
    })
    .await;
    let relay = plain(server.port);
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..200 {
        let relay = relay.clone();
        sending.spawn(async move {
            let mail = Envelope { message_id: format!("m{number}@example.org"), ..envelope() };
            send(&relay, &mail).await
        });
    }
    for outcome in sending.join_all().await {
        assert!(matches!(&outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    let (connections, mails) = server.seen(|seen| (seen.connections, seen.mails.clone()));
    assert!(connections <= 4, "{connections}");
    let distinct: std::collections::BTreeSet<_> = mails.iter().collect();
    assert_eq!((mails.len(), distinct.len()), (200, 200));
}

#[tokio::test]
async fn credentials_are_sent_and_a_refused_sign_in_gives_up_no_recipient() {
    let ehlo = Say::This("250-scripted.example\r\n250 AUTH PLAIN LOGIN\r\n".to_owned());
    let good = Script { ehlo: ehlo.clone(), ..Script::default() };
    let bad = Script { auth: say("535 5.7.8 wrong password"), ..good.clone() };
    let server =
        Scripted::start_each(move |number| if number == 0 { good.clone() } else { bad.clone() }).await;
    let mut settings = settings(server.port, Security::None);
    settings.username = Some("desk".to_owned());
    settings.password = Some("correct horse".to_owned());
    settings.mails_per_connection = 1;
    let relay = Relay::Smtp(SmtpRelay::new(settings).unwrap());
    assert!(matches!(send(&relay, &envelope()).await, Outcome::Accepted { .. }));
    // base64 of "\0desk\0correct horse".
    assert!(
        server.seen(|seen| seen.commands.contains(&"AUTH PLAIN AGRlc2sAY29ycmVjdCBob3JzZQ==".to_owned()))
    );
    let outcome = send(&relay, &envelope()).await;
    let Outcome::Deferred { code: Some(535), reply, whole_relay: true } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(!reply.contains("horse") && !reply.contains("AGRlc2s"), "{reply}");
}
