//! Who may sign in, and in which role.

use super::{head, tabs};
use crate::{
    cells,
    components::{
        ButtonKind, DefinitionList, Form, Kind, LinkButton, Row, Select, Table, TextField, Time, Tone, badge,
        offers,
    },
    form::FormState,
    pages::{id, secret::OnlyNow},
    prelude::*,
    routes::{PageRoute, get, post},
    shell::Place,
    visit::{Origin, Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use domain::{
    access::Role,
    account::{Account, AccountInput, RoleInput},
    id::AccountId,
};
use services::{Error, accounts::PASSWORD_LINK_HOURS};

const LIST: &str = "/admin/accounts";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get(LIST, list),
        post(LIST, create),
        get("/admin/accounts/{id}", one),
        post("/admin/accounts/{id}/role", change_role),
        post("/admin/accounts/{id}/disable", disable),
        post("/admin/accounts/{id}/enable", enable),
        post("/admin/accounts/{id}/password", reset),
    ]
}

async fn list(visit: Visit) -> Response {
    visit.show(list_shown(&visit, FormState::default()).await).await
}

// No token for the forms of this page: the answer to one is kept, and here it is a secret. An address
// has one account at the most, so sending the form twice makes none twice.
async fn create(visit: Visit, origin: Origin, posted: Posted) -> Response {
    let made = async {
        visit.services.create_account(&posted.ctx(&visit.ctx), &posted.input::<AccountInput>()?).await
    };
    match made.await {
        Ok((account, secret)) => {
            visit
                .show(one_shown(&visit, account, FormState::default(), Some(address(&origin, &secret))).await)
                .await
        }
        Err(why) => visit.answer(Err(why), &posted, async |state| list_shown(&visit, state).await).await,
    }
}

fn address(origin: &Origin, secret: &str) -> String {
    format!("{}/password/{secret}", origin.0)
}

async fn list_shown(visit: &Visit, state: FormState) -> Shown {
    let (accounts, tabs) = (visit.services.accounts(&visit.ctx).await?, tabs(visit, LIST));
    Ok(Page::new(Place::Admin, "Accounts", move || {
        let rows = accounts.into_iter().map(row).collect();
        view! {
            {head("Accounts", tabs)}
            <Table caption="Accounts" heads=vec!["Name", "E-mail address", "Role", "State", "Since"] rows=rows />
            {create_form(state)}
        }
        .written()
    }))
}

fn row(account: Account) -> Row {
    let href = format!("{LIST}/{}", account.id);
    let row = Row::new(cells![
        view! { <a href=href>{account.name}</a> },
        account.email,
        badge(Kind::Other, account.role),
        state(account.disabled_at.is_some()),
        view! { <Time at=account.created_at /> },
    ]);
    if account.disabled_at.is_some() { row.tone(Tone::Attention) } else { row }
}

fn state(disabled: bool) -> &'static str {
    if disabled { "disabled" } else { "may sign in" }
}

fn create_form(state: FormState) -> AnyView {
    view! {
        <section>
            <h2>"New account"</h2>
            <p class="lead">"You get a one-time address to hand to its owner, who sets the password there. \
                             Incident leads and data protection officers are told of every role that is given."</p>
            <Form action=LIST state=state submit="Make the account">
                <TextField name="name" label="Name" required=true />
                <TextField name="email" label="E-mail address" hint="For signing in, and for what the desk has to tell them." kind="email" required=true />
                <Select name="role" label="Role" value="responder".to_owned() offers={offers::<Role>()} hint=ROLES required=true />
                <TextField name="zone" label="Time zone" hint="Such as Europe/Berlin; UTC if left empty. They can change it." />
            </Form>
        </section>
    }
    .written()
}

const ROLES: &str = "Responders and leads work in the incidents they are members of. The data protection officer works in all of \
                     them, approves and sends. Approvers read and approve; readers read; auditors see journals and the register. \
                     Administrators run accounts and settings and read no incident.";

async fn one(visit: Visit, Path(raw): Path<String>) -> Response {
    let shown = async { one_shown(&visit, id(&raw)?, FormState::default(), None).await };
    visit.show(shown.await).await
}

async fn change_role(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        let account: AccountId = id(&raw)?;
        visit.services.change_role(&posted.ctx(&visit.ctx), account, &posted.input::<RoleInput>()?).await?;
        Ok(format!("{LIST}/{account}"))
    };
    again(&visit, &raw, done.await, &posted).await
}

async fn disable(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    set_disabled(visit, raw, posted, true).await
}

async fn enable(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    set_disabled(visit, raw, posted, false).await
}

async fn set_disabled(visit: Visit, raw: String, posted: Posted, disabled: bool) -> Response {
    let done = async {
        let account: AccountId = id(&raw)?;
        visit.services.set_disabled(&posted.ctx(&visit.ctx), account, disabled).await?;
        Ok(format!("{LIST}/{account}"))
    };
    again(&visit, &raw, done.await, &posted).await
}

async fn again(visit: &Visit, raw: &str, done: Result<String, Error>, posted: &Posted) -> Response {
    visit.answer(done, posted, async |state| one_shown(visit, id(raw)?, state, None).await).await
}

async fn reset(visit: Visit, origin: Origin, Path(raw): Path<String>, posted: Posted) -> Response {
    let made = async {
        let account: AccountId = id(&raw)?;
        Ok((account, visit.services.reset_password(&posted.ctx(&visit.ctx), account).await?))
    };
    match made.await {
        Ok((account, secret)) => {
            visit
                .show(one_shown(&visit, account, FormState::default(), Some(address(&origin, &secret))).await)
                .await
        }
        Err(why) => again(&visit, &raw, Err(why), &posted).await,
    }
}

async fn one_shown(visit: &Visit, account: AccountId, state: FormState, address: Option<String>) -> Shown {
    let (account, tabs) = (visit.services.account(&visit.ctx, account).await?, tabs(visit, LIST));
    let own = visit.person().is_some_and(|p| p.account == account.id);
    Ok(Page::new(Place::Admin, account.name.clone(), move || {
        let address = address.map(|address| {
            let hint = format!(
                "Hand it to its owner yourself: in person, by telephone, or by a message that is encrypted from end to end. Whoever \
                 has it can set the password. It works once, within {PASSWORD_LINK_HOURS} hours."
            );
            view! { <OnlyNow title="One-time address for the password" secret=address what="the address" hint=hint /> }
        });
        view! {
            {head("Accounts", tabs)}
            {address}
            <section>
                <h2>{account.name.clone()}</h2>
                {about(&account)}
            </section>
            {acts(account, own, state)}
            <div><LinkButton href=LIST label="All accounts" kind=ButtonKind::Quiet /></div>
        }
        .written()
    }))
}

fn about(account: &Account) -> AnyView {
    let items = vec![
        ("E-mail address", account.email.clone().written()),
        ("Role", badge(Kind::Other, account.role)),
        (
            "State",
            match account.disabled_at {
                Some(at) => view! { "disabled since "<Time at=at /> }.written(),
                None => "may sign in".written(),
            },
        ),
        ("Time zone", account.zone.name().written()),
        ("Since", view! { <Time at=account.created_at /> }.written()),
    ];
    view! { <DefinitionList items=items /> }.written()
}

fn acts(account: Account, own: bool, state: FormState) -> AnyView {
    if own {
        return view! {
            <p class="hint">"This is your own account. Its role and whether it may sign in are another administrator's to change; \
                             your password, name and zone are under "<a href="/account">"your account"</a>"."</p>
        }
        .written();
    }
    let base = format!("{LIST}/{}", account.id);
    let (action, submit, kind, words) = match account.disabled_at {
        None => (
            "disable",
            "Disable the account",
            ButtonKind::Danger,
            "All sessions and tokens stop working at once. What the person did stays in the journal under their name.",
        ),
        Some(_) => ("enable", "Let them sign in again", ButtonKind::Plain, "With the password they had."),
    };
    view! {
        <section>
            <h2>"Role"</h2>
            <Form action=format!("{base}/role") state=state.clone() submit="Change the role" kind=ButtonKind::Plain>
                <Select name="role" label="Role" value={domain::text::Choice::code(account.role)} offers={offers::<Role>()} hint="Changing it ends their sessions and is told to incident leads and data protection officers." required=true />
            </Form>
        </section>
        <section>
            <h2>"Password"</h2>
            <Form action=format!("{base}/password") state=state.clone() submit="Make a one-time address" kind=ButtonKind::Plain>
                <p class="hint">"For a lost password. The owner is told by mail that one was made; the present password stays good until a new one is set."</p>
            </Form>
        </section>
        <section>
            <h2>"Access"</h2>
            <Form action=format!("{base}/{action}") state=state submit=submit kind=kind>
                <p class="hint">{words}</p>
            </Form>
        </section>
    }
    .written()
}
