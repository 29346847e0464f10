//! Mail is built, and handed over to relays that behave and that don't.

mod hostile;
mod local;
mod message;
mod python;
mod relay;
pub(crate) mod script;
mod smtp;
pub(crate) mod tls;

use std::convert::Infallible;
use std::time::Duration;

use chrono::DateTime;

use super::{Envelope, Mailbox, Outcome, Relay, Security, SmtpRelay, SmtpSettings, SmtpTimeouts, build};

pub(super) fn envelope() -> Envelope {
    Envelope {
        from: Mailbox { name: "Example Ltd".to_owned(), address: "privacy@example.org".to_owned() },
        reply_to: Some("dpo@example.org".to_owned()),
        return_to: None,
        to: "anna@example.net".to_owned(),
        subject: "Your data was affected by an incident".to_owned(),
        text: "Dear Ms Ångström,\n\n.a line that begins with a dot\nFrom here on \ntrailing space \n"
            .to_owned(),
        html: Some("<p>Dear Ms Ångström</p>\n".to_owned()),
        date: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
        message_id: "n1.r1.0a1b2c@example.org".to_owned(),
        boundary: "b7f3c2a19d".to_owned(),
    }
}

/// The same limit for every step.
pub(super) fn limits(limit: Duration) -> SmtpTimeouts {
    SmtpTimeouts {
        connect: limit,
        greeting: limit,
        command: limit,
        data: limit,
        block: limit,
        final_reply: limit,
        quit: limit,
    }
}

/// Short enough to wait for.
pub(super) const SHORT: Duration = Duration::from_millis(300);
/// Long enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(20);

pub(crate) fn settings(port: u16, security: Security) -> SmtpSettings {
    let mut settings = SmtpSettings::new("127.0.0.1", port, security, "breachdesk.example.org");
    settings.timeouts = limits(PATIENT);
    settings
}

pub(crate) fn plain(port: u16) -> Relay {
    Relay::Smtp(SmtpRelay::new(settings(port, Security::None)).unwrap())
}

/// A relay that is given up soon.
pub(crate) fn hurried(port: u16) -> Relay {
    let mut settings = settings(port, Security::None);
    settings.timeouts = limits(SHORT);
    Relay::Smtp(SmtpRelay::new(settings).unwrap())
}

/// One attempt whose claim holds.
pub(super) async fn send(relay: &Relay, envelope: &Envelope) -> Outcome {
    let bytes = build(envelope).unwrap();
    relay.hand_over(envelope, &bytes, async || Ok::<(), Infallible>(())).await
}
