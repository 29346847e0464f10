//! Running the desk: accounts, the organisation's profile, mail, and the system's journal.

mod accounts;
mod journal;
mod mail;
mod organisation;
mod retention;
mod rules;

use crate::{
    components::{Tab, Tabs},
    prelude::*,
    routes::{PageRoute, get},
    shell::Place,
    visit::{Page, Visit},
};
use axum::response::Response;
use domain::access::Action;

pub(super) fn routes() -> Vec<PageRoute> {
    let own = vec![get("/admin", page)];
    [
        own,
        accounts::routes(),
        organisation::routes(),
        rules::routes(),
        retention::routes(),
        mail::routes(),
        journal::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A page of this room: label, address, what it is for, and the right it needs.
type Entry = (&'static str, &'static str, &'static str, Action);

const ENTRIES: &[Entry] = &[
    (
        "Accounts",
        "/admin/accounts",
        "Who may sign in, in which role, and one-time addresses for passwords.",
        Action::ManageAccounts,
    ),
    (
        "Organisation",
        "/admin/organisation",
        "The controller, the data protection officer and the authority: said once, used in every incident.",
        Action::ReadOrganisation,
    ),
    (
        "Clock rules",
        "/admin/rules",
        "Which time limits count, clocks of your own, reminders and lead times.",
        Action::ReadOrganisation,
    ),
    (
        "Keeping records",
        "/admin/retention",
        "How many years a record of the breach register is kept before somebody reviews it.",
        Action::ReadOrganisation,
    ),
    ("Mail", "/admin/mail", "The relay that notices leave through, and a test mail.", Action::ConfigureMail),
    (
        "System journal",
        "/admin/journal",
        "Sign-ins, accounts, settings and alerts, each tied to the entry before.",
        Action::ReadSystemJournal,
    ),
];

async fn page(visit: Visit) -> Response {
    let entries: Vec<&Entry> = ENTRIES.iter().filter(|(_, _, _, action)| visit.may(*action)).collect();
    let page = Page::new(Place::Admin, "Admin", move || {
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(label, href, what, _)| {
                view! {
                    <li class="card">
                        <h2><a href=*href>{*label}</a></h2>
                        <p class="hint">{*what}</p>
                    </li>
                }
            })
            .collect();
        view! {
            <h1>"Admin"</h1>
            <ul class="cards">{entries}</ul>
        }
        .written()
    });
    visit.show(Ok(page)).await
}

/// The ways between the pages of this room, as far as the asker may go.
fn tabs(visit: &Visit, current: &'static str) -> Vec<Tab> {
    let open = ENTRIES.iter().filter(|(_, _, _, action)| visit.may(*action));
    open.map(|(label, href, _, _)| Tab {
        label,
        href: (*href).to_owned(),
        count: None,
        current: *href == current,
    })
    .collect()
}

/// The head of a page of this room.
fn head(title: &'static str, tabs: Vec<Tab>) -> AnyView {
    view! {
        <h1>{title}</h1>
        <Tabs label="Admin" tabs=tabs />
    }
    .written()
}
