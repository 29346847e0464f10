//! The test mail that a person sends to see whether the settings are right.

use std::convert::Infallible;

use chrono::{DateTime, Utc};

use super::{Envelope, Mailbox, Outcome, Relay, Unbuildable, build};

/// A test mail to `to`. `fresh` is a new random id of letters and digits: it makes the Message-ID.
#[must_use]
pub fn test_mail(from: &Mailbox, to: &str, now: DateTime<Utc>, fresh: &str) -> Envelope {
    let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    Envelope {
        from: from.clone(),
        reply_to: None,
        return_to: None,
        to: to.to_owned(),
        subject: "Test mail from Breachdesk".to_owned(),
        text: format!(
            "This is a test mail from Breachdesk, sent at {} UTC.\n\n\
             If you can read it, the mail settings work up to your mailbox: the relay took the mail \
             and it was delivered.\n\nIt concerns no incident, and nothing needs to be done.\n",
            now.format("%Y-%m-%d %H:%M:%S")
        ),
        html: None,
        date: now,
        message_id: format!("test.{fresh}@{domain}"),
        boundary: fresh.to_owned(),
    }
}

/// Sends a [`test_mail`], in one attempt and without a record: the outcome is shown to the person.
///
/// # Errors
/// [`Unbuildable`] where one of the addresses cannot be used.
pub async fn send_test_mail(
    relay: &Relay,
    from: &Mailbox,
    to: &str,
    now: DateTime<Utc>,
    fresh: &str,
) -> Result<Outcome, Unbuildable> {
    let envelope = test_mail(from, to, now, fresh);
    let bytes = build(&envelope)?;
    Ok(relay.hand_over(&envelope, &bytes, async || Ok::<(), Infallible>(())).await)
}
