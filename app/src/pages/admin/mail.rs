//! The relay that mail leaves through.

use super::{head, tabs};
use crate::{
    cells,
    components::{
        Banner, ButtonKind, Empty, Form, PasswordField, Row, Select, Table, TextField, Time, Tone, offers,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Page, Posted, Shown, Visit},
};
use axum::response::Response;
use domain::{
    account::organisation::{MailInput, MailSecurity, MailSettings},
    bounce::FateCount,
    delivery::DeliveryState,
    text::Choice,
    view::Receipt,
};
use serde::Deserialize;

const HERE: &str = "/admin/mail";
const TEST: &str = "/admin/mail/test";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get(HERE, page), post(HERE, save), post(TEST, test)]
}

/// Asks for a test mail.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TestInput {
    #[serde(default)]
    to: String,
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit, FormState::default()).await).await
}

// Without a form token: what was sent with one is kept as a digest, and a password has no business there.
async fn save(visit: Visit, posted: Posted) -> Response {
    let done = async {
        visit.services.save_mail(&posted.ctx(&visit.ctx), &posted.input::<MailInput>()?).await?;
        Ok(HERE.to_owned())
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state).await).await
}

async fn test(visit: Visit, posted: Posted) -> Response {
    let done = async {
        visit.services.queue_test_mail(&posted.ctx(&visit.ctx), &posted.input::<TestInput>()?.to).await?;
        Ok(format!("{HERE}#tests"))
    };
    visit.answer(done.await, &posted, async |state| shown(&visit, state).await).await
}

async fn shown(visit: &Visit, state: FormState) -> Shown {
    let (settings, revision) = visit.services.mail_settings(&visit.ctx).await?;
    let tests = visit.services.last_mails(&visit.ctx, "test").await?;
    let returned = visit.services.returned_mail(&visit.ctx).await?;
    let (tabs, token) = (tabs(visit, HERE), visit.ctx.fresh.secret());
    Ok(Page::new(Place::Admin, "Mail", move || {
        let leaves = match &settings {
            Some(relay) => {
                let words = format!("Mail leaves through {}, port {}.", relay.host, relay.port);
                view! { <Banner tone=Tone::Good>{words}</Banner> }.written()
            }
            None => view! {
                <Banner tone=Tone::Attention>
                    "Nothing leaves yet. Every mail is written to a folder as an .eml file until a relay is set here. \
                     Mails that are in the folder are not sent later."
                </Banner>
            }
            .written(),
        };
        view! {
            {head("Mail", tabs)}
            {leaves}
            {relay_form(settings, revision, state.clone())}
            {test_form(tests, token, state)}
            {came_back(returned)}
        }
        .written()
    }))
}

fn relay_form(settings: Option<MailSettings>, revision: i64, state: FormState) -> AnyView {
    let known = settings.is_some();
    let (host, port, security, username, from_name, from_address) = match settings {
        Some(s) => (s.host, s.port.to_string(), s.security.code(), s.username, s.from_name, s.from_address),
        None => (
            String::new(),
            "587".to_owned(),
            MailSecurity::StartTls.code(),
            String::new(),
            String::new(),
            String::new(),
        ),
    };
    let kept = if known {
        "Left empty, the one that is stored is kept."
    } else {
        "Left empty if the relay asks for none."
    };
    view! {
        <section>
            <h2>"Relay"</h2>
            <Form action=HERE state=state submit="Save the relay" revision=Some(revision)>
                <TextField name="host" label="Host" hint="Such as smtp.example.org." value=host required=true />
                <TextField name="port" label="Port" value=port inputmode="numeric" required=true />
                <Select name="security" label="Protection" value=security offers={offers::<MailSecurity>()} required=true />
                <TextField name="username" label="User name" hint="Empty if the relay asks for none." value=username />
                <PasswordField name="password" label="Password" hint=kept autocomplete="off" required=false />
                <TextField name="from_name" label="Sender's name" hint="What people see, such as Example Ltd, data protection." value=from_name />
                <TextField name="from_address" label="Sender's address" hint="Answers come to this address: somebody should read it." value=from_address kind="email" required=true />
            </Form>
        </section>
    }
    .written()
}

fn test_form(tests: Vec<Receipt>, token: String, state: FormState) -> AnyView {
    let last = if tests.is_empty() {
        view! { <Empty title="No test mail was asked for yet." /> }.written()
    } else {
        let heads = vec!["To", "Outcome", "The relay's last words", "When"];
        let rows = tests.into_iter().map(test_row).collect();
        view! { <Table caption="The last test mails" heads=heads rows=rows shown=true /> }.written()
    };
    view! {
        <section id="tests">
            <h2>"Test mail"</h2>
            <Form action=TEST state=state submit="Send a test mail" kind=ButtonKind::Plain token=Some(token)>
                <TextField name="to" label="To" kind="email" hint="It goes the way that notices go. Open this page again after some seconds to see how it went." required=true />
            </Form>
            {last}
        </section>
    }
    .written()
}

fn came_back(returned: Vec<FateCount>) -> AnyView {
    let counted = if returned.is_empty() {
        view! {
            <Empty title="Nothing has come back so far">
                <p>"Mail that comes back is read where whoever runs this desk has set an address and a folder for it."</p>
            </Empty>
        }
        .written()
    } else {
        let aside: u64 = returned.iter().filter(|c| c.fate.is_set_aside()).map(|c| c.count).sum();
        let aside = (aside > 0).then(|| {
            let words = if aside == 1 { "1 mail was".to_owned() } else { format!("{aside} mails were") };
            view! {
                <Banner tone=Tone::Attention>
                    {words}" set aside so far, in the folder “quarantine” beside those that were read. Nothing of them was believed:                      look at them there, and delete them."
                </Banner>
            }
        });
        let heads = vec!["What it was", "How many", "The last one"];
        let row = |c: FateCount| {
            let tone = if c.fate.is_set_aside() { Tone::Attention } else { Tone::Neutral };
            Row::new(cells![c.fate.label(), c.count.to_string(), view! { <Time at=c.last_at /> }]).tone(tone)
        };
        let rows = returned.into_iter().map(row).collect();
        view! { {aside}<Table caption="What came to the return addresses" heads=heads rows=rows shown=true /> }.written()
    };
    view! {
        <section id="returned">
            <h2>"Mail that came back"</h2>
            {counted}
        </section>
    }
    .written()
}

fn test_row(receipt: Receipt) -> Row {
    let when = receipt.accepted_at.map(|at| view! { <Time at=at /> }.written());
    let next = receipt.next_at.map(|at| view! { "next try "<Time at=at /> }.written());
    let (words, tone) = outcome(&receipt);
    let said = if receipt.reply.is_empty() { "nothing yet".to_owned() } else { receipt.reply };
    Row::new(cells![receipt.recipient, words, said, when.or(next).unwrap_or_else(|| "not yet".written())])
        .tone(tone)
}

/// A relay's acceptance is no delivery, and isn't called so.
fn outcome(receipt: &Receipt) -> (String, Tone) {
    let tries = receipt.attempts;
    match receipt.state {
        DeliveryState::Accepted => (format!("handed over to {}", receipt.relay), Tone::Good),
        DeliveryState::Rejected => ("refused for good".to_owned(), Tone::Danger),
        DeliveryState::Bounced => ("taken, and then sent back".to_owned(), Tone::Danger),
        DeliveryState::Deferred => (format!("put off, tried {tries} times so far"), Tone::Attention),
        DeliveryState::Queued | DeliveryState::Leased | DeliveryState::Attempting => {
            ("on its way".to_owned(), Tone::Neutral)
        }
        other => (other.to_string(), Tone::Neutral),
    }
}
