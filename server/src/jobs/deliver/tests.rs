//! The whole way of a mail through the outbox, to relays that follow a script: what each makes of its state.

use super::{Deliver, Handing, Rates};
use crate::mail::{
    Relay, Security, SmtpRelay,
    tests::{
        hurried, plain,
        script::{Say, Script, Scripted, say},
        settings, tls,
    },
};
use chrono::{TimeZone, Utc};
use domain::{
    access::{Actor, Person, Role, Via},
    account::AccountInput,
    bounce::ReturnAddress,
    delivery::DeliveryState as S,
    id::SessionId,
    moment::Zone,
    text::Choice,
    view::Receipt,
};
use services::{Ctx, Fresh, Options, Services, TimeSource};
use std::time::Duration;
use tempfile::TempDir;

/// A desk whose administrator asks for test mails: they go the way of all others.
pub(crate) struct Desk {
    pub(crate) services: Services,
    administrator: Person,
    _folder: TempDir,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options { light_hashing: true, ..Options::new(folder.path().to_owned()) };
        let at = Utc.with_ymd_and_hms(2026, 6, 9, 8, 0, 0).unwrap();
        let services = Services::open(&options, TimeSource::steered(at), Fresh::seeded(7)).await.unwrap();
        let input = AccountInput {
            email: "admin@controller.test".to_owned(),
            name: "A. Admin".to_owned(),
            role: Role::Administrator.code().to_owned(),
            zone: String::new(),
        };
        let operator = services.ctx(Actor::Operator("tester".to_owned()));
        let (account, _) = services.create_account(&operator, &input).await.unwrap();
        let administrator = Person {
            account,
            name: input.name,
            role: Role::Administrator,
            zone: Zone::UTC,
            via: Via::Session(SessionId::from_bits(operator.fresh.bits())),
        };
        Self { services, administrator, _folder: folder }
    }

    pub(crate) fn ctx(&self) -> Ctx {
        self.services.ctx(Actor::Person(self.administrator.clone()))
    }

    pub(crate) fn job(&self, relay: Relay, connections: usize) -> Deliver {
        self.job_with(relay, connections, None)
    }

    /// The job, with the address that mails come back to.
    pub(crate) fn job_with(
        &self,
        relay: Relay,
        connections: usize,
        returns: Option<ReturnAddress>,
    ) -> Deliver {
        let handing = Handing {
            folder: "/nowhere".into(),
            trusted_root: None,
            helo: "desk.test".to_owned(),
            connections,
            rates: Rates { relay: None, domain: None },
            returns,
        };
        Deliver::new(self.services.clone(), handing).through(relay)
    }

    pub(crate) async fn ask(&self, to: &str) {
        self.services.queue_test_mail(&self.ctx(), to).await.unwrap();
    }

    pub(crate) async fn mails(&self) -> Vec<Receipt> {
        self.services.last_mails(&self.ctx(), "test").await.unwrap()
    }
}

/// The mail after one round with such a relay. Whatever its state, only an accepted one looks like one that was taken.
async fn after_one_round(script: Script) -> Receipt {
    let desk = Desk::new().await;
    desk.ask("anna@people.test").await;
    // The account's own mail goes the same way, so the connections are as many as the mails.
    let relay = Scripted::start(script).await;
    desk.job(hurried(relay.port), 4).run_due().await.unwrap();
    let mail = desk.mails().await.remove(0);
    let taken = mail.state == S::Accepted;
    assert_eq!((mail.accepted_at.is_some(), mail.sent_sha256.is_some()), (taken, taken), "{mail:?}");
    assert_eq!(mail.relay.is_empty(), !taken, "{mail:?}");
    mail
}

#[tokio::test]
async fn each_answer_has_its_state_and_a_refused_mail_is_never_a_sent_one() {
    let late = |words: &str| Say::Late(Duration::from_millis(100), format!("{words}\r\n"));
    let long = Say::This(format!("250 {}\r\n", "x".repeat(70_000)));
    let cases: Vec<(&str, Script, S, i32)> = vec![
        ("taken", Script::default(), S::Accepted, 0),
        ("late 250", Script { dot: late("250 2.0.0 queued"), ..Script::default() }, S::Accepted, 0),
        ("250 too late", Script { dot: Say::Nothing, ..Script::default() }, S::Deferred, 1),
        ("cut before the dot", Script { data: Say::Cut, ..Script::default() }, S::Deferred, 0),
        ("cut after the dot", Script { dot: Say::Cut, ..Script::default() }, S::Deferred, 1),
        ("451", Script { rcpt: say("451 4.7.1 greylisted"), ..Script::default() }, S::Deferred, 0),
        ("452", Script { rcpt: say("452 4.2.2 over quota"), ..Script::default() }, S::Deferred, 0),
        (
            "421 in the greeting",
            Script { greeting: say("421 4.3.2 busy"), ..Script::default() },
            S::Deferred,
            0,
        ),
        ("421 to the dot", Script { dot: say("421 4.3.2 closing"), ..Script::default() }, S::Deferred, 0),
        ("421 to RCPT", Script { rcpt: say("421 4.3.2 closing"), ..Script::default() }, S::Deferred, 0),
        ("451 to the dot", Script { dot: say("451 4.3.0 disk"), ..Script::default() }, S::Deferred, 0),
        (
            "5.1.1 to the dot",
            Script { dot: say("550 5.1.1 no such mailbox"), ..Script::default() },
            S::Rejected,
            0,
        ),
        ("5.7.1 to RCPT", Script { rcpt: say("550 5.7.1 policy"), ..Script::default() }, S::Rejected, 0),
        ("cut in the greeting", Script { greeting: Say::Cut, ..Script::default() }, S::Deferred, 0),
        (
            "rubbish in the greeting",
            Script { greeting: say("\u{1} ok"), ..Script::default() },
            S::Deferred,
            0,
        ),
        (
            "a tarpit after the dot",
            Script { dot: Say::Dripping("250 ok\r\n".repeat(9)), ..Script::default() },
            S::Deferred,
            1,
        ),
        ("5.1.1", Script { rcpt: say("550 5.1.1 no such mailbox"), ..Script::default() }, S::Rejected, 0),
        ("5.7.1 to the dot", Script { dot: say("554 5.7.1 policy"), ..Script::default() }, S::Rejected, 0),
        ("rubbish to MAIL", Script { mail: say("hello there"), ..Script::default() }, S::Deferred, 0),
        ("rubbish to the dot", Script { dot: say("\u{1}\u{2} ok ok"), ..Script::default() }, S::Deferred, 1),
        ("354 to the dot", Script { dot: say("354 more"), ..Script::default() }, S::Deferred, 1),
        ("70,000 bytes to RCPT", Script { rcpt: long.clone(), ..Script::default() }, S::Deferred, 0),
        ("70,000 bytes to the dot", Script { dot: long, ..Script::default() }, S::Deferred, 1),
        (
            "a tarpit",
            Script { rcpt: Say::Dripping("250 ok\r\n".repeat(9)), ..Script::default() },
            S::Deferred,
            0,
        ),
    ];
    for (name, script, state, doubts) in cases {
        let Receipt { state: found, attempts, uncertain, reply, .. } = after_one_round(script).await;
        assert_eq!((found, uncertain), (state, doubts), "{name}: {reply}");
        assert_eq!(attempts, 1, "{name}: {reply}");
        assert!(!reply.is_empty() && reply.len() <= 1_000, "{name}: {reply}");
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_sent() {
    let desk = Desk::new().await;
    desk.ask("anna@people.test").await;
    let relay = Scripted::start(Script::default()).await;
    let smtp = Relay::Smtp(SmtpRelay::new(settings(relay.port, Security::Starttls)).unwrap());
    desk.job(smtp, 1).run_due().await.unwrap();
    assert_eq!(desk.mails().await.remove(0).state, S::Deferred);
    assert_eq!(relay.seen(|seen| seen.mails.len()), 0);
}

#[tokio::test]
async fn a_wrong_certificate_or_a_refused_starttls_sends_nothing() {
    let (ours, other) = (tls::certificate("IP:127.0.0.1"), tls::certificate("DNS:mail.example.org"));
    let refused = Script { starttls: say("454 4.7.0 not now"), ..tls::offering_tls(&ours) };
    let cases = [
        (tls::offering_tls(&other), other.file(), Security::Starttls),
        (tls::offering_tls(&ours), other.file(), Security::Starttls),
        (Script { implicit_tls: true, ..tls::offering_tls(&other) }, other.file(), Security::Tls),
        (refused, ours.file(), Security::Starttls),
    ];
    for (script, trusted, security) in cases {
        let desk = Desk::new().await;
        desk.ask("anna@people.test").await;
        let relay = Scripted::start(script).await;
        desk.job(tls::relay(relay.port, security, &trusted), 1).run_due().await.unwrap();
        let mail = desk.mails().await.remove(0);
        assert!(matches!(mail.state, S::Deferred | S::Queued), "{mail:?}");
        assert_eq!(mail.accepted_at, None);
        assert!(
            relay.seen(|seen| seen.mails.is_empty() && !seen.commands.iter().any(|c| c.starts_with("MAIL")))
        );
    }
}

#[tokio::test]
async fn a_greylisted_mail_is_taken_at_its_next_try() {
    let desk = Desk::new().await;
    let relay = Scripted::start_each(|connection| match connection {
        0 => Script { rcpt: say("451 4.7.1 come back later"), ..Script::default() },
        _ => Script::default(),
    })
    .await;
    // One at a time, and only this mail: the account's own is sent by a relay that takes all.
    let all = Scripted::start(Script::default()).await;
    desk.job(hurried(all.port), 1).run_due().await.unwrap();
    desk.ask("anna@people.test").await;
    let mut job = desk.job(hurried(relay.port), 1);
    assert_eq!(job.run_due().await.unwrap(), 1);
    assert_eq!(desk.mails().await.remove(0).state, S::Deferred);
    assert_eq!(job.run_due().await.unwrap(), 0, "not before its time");
    desk.services.time().advance(chrono::Duration::minutes(2));
    assert_eq!(job.run_due().await.unwrap(), 1);
    let mail = desk.mails().await.remove(0);
    assert_eq!((mail.state, mail.attempts), (S::Accepted, 2));
}

#[tokio::test]
async fn a_relay_that_says_421_is_left_alone_and_the_others_stay_as_they_are() {
    let desk = Desk::new().await;
    let all = Scripted::start(Script::default()).await;
    desk.job(hurried(all.port), 1).run_due().await.unwrap();
    for number in 0..4 {
        desk.ask(&format!("p{number}@people.test")).await;
    }
    let relay = Scripted::start(Script { mail: say("421 4.3.2 too many"), ..Script::default() }).await;
    let mut job = desk.job(hurried(relay.port), 1);
    assert_eq!(job.run_due().await.unwrap(), 1, "one try told enough");
    let states: Vec<S> = desk.mails().await.into_iter().map(|mail| mail.state).collect();
    let waiting = states.iter().filter(|state| **state == S::Queued).count();
    assert_eq!((waiting, states.contains(&S::Deferred)), (3, true), "{states:?}");
    assert_eq!(job.run_due().await.unwrap(), 0, "it rests");
}

#[tokio::test]
async fn asked_to_stop_it_begins_no_more_and_leaves_nothing_in_hand() {
    let desk = Desk::new().await;
    for number in 0..4 {
        desk.ask(&format!("p{number}@people.test")).await;
    }
    let slow = Say::Late(Duration::from_millis(200), "250 2.0.0 queued\r\n".to_owned());
    let relay = Scripted::start(Script { dot: slow, ..Script::default() }).await;
    let mut job = desk.job(plain(relay.port), 1);
    let stopper = job.stopper();
    let running = tokio::spawn(async move { job.run_due().await });
    relay.until(|seen| !seen.mails.is_empty()).await;
    stopper.cancel();
    assert_eq!(running.await.unwrap().unwrap(), 1);
    let mails = desk.mails().await;
    let taken = mails.iter().filter(|mail| mail.state == S::Accepted).count();
    assert!(mails.iter().all(|mail| matches!(mail.state, S::Accepted | S::Queued)), "{mails:?}");
    assert!(taken <= 1 && relay.seen(|seen| seen.mails.len()) == 1);
}
