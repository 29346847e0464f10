//! The main incident: a script walked through the customer numbers for 51 minutes, and 4,812 customers' records left.
//!
//! Zero is the moment at which the controller became aware. The walk was fourteen hours earlier, and it is now almost
//! thirty-two hours later: 40 of the 72 hours are left.

mod answers;
mod course;
mod exhibits;

use super::{
    cast::{Cast, Who},
    log::{MINUTES, access_log},
    script::{Case, Minute, parsed},
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    alert::AlertInput,
    id::AlertId,
    incident::{DeclareInput, ReasonInput},
    moment::rfc3339,
    notice::template::NoticeKind,
};
use services::{Ctx, Error, Services};

/// The first foreign record was returned.
const START: Minute = -860;
/// The last one was.
const END: Minute = START + MINUTES;
const DECLARED: Minute = -150;
const HOUR: Minute = 60;

/// Makes the inbox and the incident.
pub(super) async fn make(services: &Services, cast: &Cast, aware: DateTime<Utc>) -> Result<(), Error> {
    let inbox = Inbox { services, cast, zero: aware };
    let refused = inbox
        .receive(-3 * 24 * HOUR, "identity provider", "Many refused sign-ins from one address", REFUSED)
        .await?;
    inbox.dismiss(-3 * 24 * HOUR + 25, refused).await?;
    let volume = inbox
        .receive(START + 38, "gateway-2", "Customer API: outbound volume ten times the usual", VOLUME)
        .await?;
    let declared = declare(services, cast, aware, volume).await?;

    let log = access_log(aware + Duration::minutes(START));
    let place = format!("lines {} to {}", log.first, log.last);
    let mut case = Case::new(services, cast, aware, declared);
    case.tell(course::first_hours()).await?;
    case.tell(exhibits::saved(log.text)).await?;
    case.tell(course::becoming_aware(&place)).await?;
    case.tell(answers::what_happened(&place)).await?;
    case.tell(course::containment()).await?;
    case.tell(answers::judgement()).await?;
    case.edit(6 * HOUR + 2, Who::Lead, |input, case| {
        input.severity = "critical".to_owned();
        input.summary = SUMMARY.to_owned();
        input.detected_at = case.instant(-165);
        input.investigation_started_at = case.instant(DECLARED);
        input.contained_at = case.instant(64);
    })
    .await?;
    case.tell(answers::for_the_notices()).await?;
    let notification = case
        .draft(8 * HOUR + 10, Who::Dpo, NoticeKind::AuthorityNotification, "breaches@merrow-dpo.test")
        .await?;
    case.tell(course::second_day(&place)).await?;
    // The statement on the people is left stale: whoever opens the draft sees what changed under it.
    case.refresh_all_but(21 * HOUR + 30, Who::Dpo, notification, "people").await?;
    let communication = case
        .draft(25 * HOUR, Who::Communications, NoticeKind::SubjectCommunication, "customer-01@example.org")
        .await?;
    case.read_recipients(25 * HOUR + 8, Who::Communications, communication, &first_customers()).await?;
    case.submit(26 * HOUR + 20, Who::Communications, communication).await?;
    case.asked(26 * HOUR + 50, Who::Dpo, INSURER, 98 * HOUR).await?;
    case.tell(course::today()).await?;
    inbox
        .receive(
            28 * HOUR + 5,
            "customer care",
            "Two customers report a message in our name that asks for their password",
            PHISHING,
        )
        .await?;
    inbox
        .receive(
            31 * HOUR + 12,
            "security mailbox",
            "Somebody asks where to report a flaw in the app",
            REPORT,
        )
        .await?;
    case.post(31 * HOUR + 20).await
}

const SUMMARY: &str = "`GET /v2/customers/{number}` answered without checking whose record it is. One ordinary account walked through the numbers for 51 minutes. \
    E-mail addresses and password hashes of customers left. The route is closed; the causes are being removed.";

const REFUSED: &str = "412 refused sign-ins within ten minutes from 198.51.100.23, all for different accounts, none successful.";
const VOLUME: &str = "gateway-2 sends 6.1 MB/min from /v2/customers; 0.6 MB/min is usual. One account, 203.0.113.57. Threshold: 3 MB/min for 15 minutes.";
const PHISHING: &str =
    "Both forwarded it. The sender's address is not ours; both messages name the right customer number.";
const INSURER: &str = "Please tell us how many customers are concerned, which of their data, and what you have done so far. We need it to say whether the costs of the letters are covered.";
const REPORT: &str = "No details yet. The sender asks for an encryption key and a contact.";

/// The inbox, for what arrives and what becomes of it.
struct Inbox<'a> {
    services: &'a Services,
    cast: &'a Cast,
    zero: DateTime<Utc>,
}

impl Inbox<'_> {
    /// An alert that arrives four minutes after what it tells of.
    async fn receive(&self, at: Minute, source: &str, title: &str, body: &str) -> Result<AlertId, Error> {
        let event = self.zero + Duration::minutes(at - 4);
        let ctx = self.cast.by(self.services, Who::Responder, self.zero + Duration::minutes(at))?;
        let input = AlertInput {
            title: title.to_owned(),
            source: source.to_owned(),
            body: body.to_owned(),
            event_at: rfc3339(event),
        };
        parsed(&self.services.receive_alert(&ctx, &input).await?.id)
    }

    async fn dismiss(&self, at: Minute, alert: AlertId) -> Result<(), Error> {
        let ctx = self.cast.by(self.services, Who::Responder, self.zero + Duration::minutes(at))?;
        let reason = "Our own test of the sign-in limits, announced for this hour. Every try was refused as it should be.";
        let input = ReasonInput { reason: reason.to_owned() };
        self.services.dismiss_alert(&Ctx { seen: Some(1), ..ctx }, alert, &input).await
    }
}

async fn declare(
    services: &Services,
    cast: &Cast,
    zero: DateTime<Utc>,
    alert: AlertId,
) -> Result<domain::id::IncidentId, Error> {
    let ctx = cast.by(services, Who::Lead, zero + Duration::minutes(DECLARED))?;
    let input = DeclareInput {
        title: "Customer API answers without checking whose record it is".to_owned(),
        summary: "An alarm of some hours ago and a customer's call point to the same thing: records of others can be read by changing a number.".to_owned(),
        severity: "high".to_owned(),
    };
    Ok(services.declare_from_alert(&Ctx { seen: Some(1), ..ctx }, alert, &input).await?.id)
}

/// The customers who are told first.
/// The list of the first wave, as customer care exported it: one address has a slip, and one customer has none.
fn first_customers() -> String {
    let languages = ["en", "de", "fr"];
    let rows = (1..=24).zip(languages.iter().cycle()).map(|(n, language)| {
        let reach = match n {
            17 => format!("customer-{n:02}-at-example.org;;"),
            24 => ";24 Example Street;Exampleton".to_owned(),
            _ => format!("customer-{n:02}@example.org;;"),
        };
        format!("QO-{};Customer {n:02};{language};{reach}\r\n", 40_000 + n)
    });
    format!("Customer no;Name;Language;E-mail;Street;City\r\n{}", rows.collect::<String>())
}
