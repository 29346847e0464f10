//! The desks of those who don't work on incidents: administrators and auditors.

use super::clocks;
use crate::{
    cells,
    components::{Badge, Empty, Kind, Reference, Row, Table, Time, Tone},
    prelude::*,
    shell::Place,
    visit::{Page, Shown, Visit},
};
use domain::{
    access::Role,
    register::FilterInput,
    text::Choice,
    view::{Desk, RegisterRow},
};

/// One thing that the desk needs before it is needed itself.
struct Ready {
    what: &'static str,
    href: &'static str,
    done: bool,
    words: String,
}

/// Whether the desk is ready for the day it is needed.
pub(super) async fn administrator(visit: &Visit, desk: Desk) -> Shown {
    let profile = visit.services.profile(&visit.ctx).await?;
    let (relay, _) = visit.services.mail_settings(&visit.ctx).await?;
    let accounts = visit.services.accounts(&visit.ctx).await?;
    let usable = |role| accounts.iter().filter(|a| a.role == role && a.disabled_at.is_none()).count();
    let missing: Vec<&str> = [Role::Lead, Role::Dpo, Role::Approver]
        .into_iter()
        .filter(|r| usable(*r) == 0)
        .map(Choice::label)
        .collect();
    let roles = if missing.is_empty() {
        format!("{} accounts; leading, deciding and approving are each somebody's.", accounts.len())
    } else {
        format!(
            "Nobody yet is: {}. A notice is approved by another person than the one who wrote it.",
            missing.join(", ")
        )
    };
    let organisation = if profile.revision > 0 {
        "Filled in."
    } else {
        "Not filled in yet: every incident will ask these questions again."
    };
    let mail = relay.map(|r| format!("Leaves through {}.", r.host));
    let ready = vec![
        Ready { what: "Accounts", href: "/admin/accounts", done: missing.is_empty(), words: roles },
        Ready {
            what: "Organisation",
            href: "/admin/organisation",
            done: profile.revision > 0,
            words: organisation.to_owned(),
        },
        Ready {
            what: "Mail",
            href: "/admin/mail",
            done: mail.is_some(),
            words: mail.unwrap_or_else(|| "Goes to a folder: nothing leaves this machine.".to_owned()),
        },
    ];
    Ok(Page::new(Place::Desk, "Desk", move || {
        let rows = ready.into_iter().map(ready_row).collect();
        let mine = (!desk.clocks.is_empty()).then(|| clocks::section(&desk));
        view! {
            <h1>"Desk"</h1>
            <section>
                <h2>"Is everything ready?"</h2>
                <Table caption="What has to be set up" heads=vec!["What", "State", ""] rows=rows />
                <p class="hint">"For the machine itself, "<code>"breachdesk doctor"</code>" checks configuration, database, disk and mail."</p>
            </section>
            {mine}
        }
        .written()
    }))
}

fn ready_row(ready: Ready) -> Row {
    let (code, label, tone) =
        if ready.done { ("met", "ready", Tone::Neutral) } else { ("soon", "to do", Tone::Attention) };
    Row::new(cells![
        view! { <a href=ready.href>{ready.what}</a> },
        view! { <Badge kind=Kind::Lateness code=code label=label /> },
        ready.words
    ])
    .tone(tone)
}

/// How many of the newest breaches the auditor's desk shows.
const NEWEST: usize = 10;

/// Where to look: the register, the journals, the playbooks.
pub(super) async fn auditor(visit: &Visit) -> Shown {
    let register = visit.services.register(&visit.ctx, &FilterInput::default(), 1).await?.rows;
    Ok(Page::new(Place::Desk, "Desk", move || {
        let total = register.total;
        let list = if register.items.is_empty() {
            view! { <Empty title="No breach is recorded." /> }.written()
        } else {
            let rows = register.items.into_iter().take(NEWEST).map(register_row).collect();
            let heads = vec!["Breach", "Became aware", "Notified to the authority", "Journal"];
            view! { <Table caption="The newest breaches" heads=heads rows=rows /> }.written()
        };
        let all = format!("The whole register ({total})");
        view! {
            <h1>"Desk"</h1>
            <section>
                <div class="page-head"><h2>"Newest breaches"</h2><a href="/register">{all}</a></div>
                {list}
            </section>
            <section>
                <h2>"Journals"</h2>
                <p>"Sign-ins, accounts and settings are in the "<a href="/admin/journal">"system journal"</a>"; what was done in an incident is in \
                    the journal of that incident. "<code>"breachdesk journal verify"</code>" checks all of them."</p>
            </section>
        }
        .written()
    }))
}

fn register_row(row: RegisterRow) -> Row {
    let time = |at: Option<_>, otherwise: &'static str| match at {
        Some(at) => view! { <Time at=at /> }.written(),
        None => view! { <span class="nobody">{otherwise}</span> }.written(),
    };
    let journal = format!("/incidents/{}/journal", row.incident);
    let late = row.late.then(|| view! { " "<Badge kind=Kind::Lateness code="late" label="late" /> });
    Row::new(cells![
        view! { <Reference href=format!("/register/{}", row.incident) reference=row.reference /><p class="title">{row.title}</p> },
        time(row.aware_at, "not yet recorded"),
        view! { {time(row.notified_at, "not notified")}{late} },
        view! { <a href=journal>"Journal"</a> },
    ])
    .tone(if row.late { Tone::Danger } else { Tone::Neutral })
}
