//! What everybody manages for themselves: name and zone, password, sessions, tokens, calendar addresses.

mod feeds;

use super::{door, id, parameter, secret::OnlyNow};
use crate::{
    cells,
    components::{
        Badge, Banner, ButtonKind, Choices, DefinitionList, Empty, Form, Kind, Offer, PasswordField,
        PostButton, Row, Table, TextField, Time, Tone, badge,
    },
    form::FormState,
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Page, Posted, Shown, Visit},
};
use axum::{extract::Path, response::Response};
use chrono::{DateTime, Utc};
use domain::{
    access::Scope,
    account::{Account, ApiToken, ProfileInput, TOKEN_DAYS_MAX, TokenInput, password::ChangePasswordInput},
    text::Choice,
    view::MySession,
};
use services::Error;

const HERE: &str = "/account";

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get(HERE, page),
        post("/account/profile", save_profile),
        post("/account/password", change_password),
        post("/account/sessions/{session}/end", end_session),
        post("/account/sessions/end-others", end_others),
        post("/account/tokens", create_token),
        post("/account/tokens/{token}/revoke", revoke_token),
        post("/account/feeds", feeds::create),
        post("/account/feeds/{feed}/revoke", feeds::revoke),
    ]
}

async fn page(visit: Visit) -> Response {
    visit.show(shown(&visit, FormState::default(), Made::Nothing).await).await
}

async fn again(visit: &Visit, done: Result<String, Error>, posted: &Posted) -> Response {
    visit.answer(done, posted, async |state| shown(visit, state, Made::Nothing).await).await
}

async fn save_profile(visit: Visit, posted: Posted) -> Response {
    let done = async {
        visit.services.save_profile(&posted.ctx(&visit.ctx), &posted.input::<ProfileInput>()?).await?;
        Ok(format!("{HERE}?done=profile"))
    };
    again(&visit, done.await, &posted).await
}

async fn change_password(visit: Visit, posted: Posted) -> Response {
    let done = async {
        visit
            .services
            .change_password(&posted.ctx(&visit.ctx), &posted.input::<ChangePasswordInput>()?)
            .await?;
        Ok(format!("{HERE}?done=password"))
    };
    again(&visit, done.await, &posted).await
}

async fn end_session(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit.services.end_session(&posted.ctx(&visit.ctx), id(&raw)?).await?;
        Ok(format!("{HERE}#sessions"))
    };
    again(&visit, done.await, &posted).await
}

async fn end_others(visit: Visit, posted: Posted) -> Response {
    let done = async {
        visit.services.end_other_sessions(&posted.ctx(&visit.ctx)).await?;
        Ok(format!("{HERE}#sessions"))
    };
    again(&visit, done.await, &posted).await
}

// No form token: the answer to one is kept, and here it is a secret.
async fn create_token(visit: Visit, posted: Posted) -> Response {
    let made =
        async { visit.services.create_token(&posted.ctx(&visit.ctx), &posted.input::<TokenInput>()?).await };
    match made.await {
        Ok((_, secret)) => visit.show(shown(&visit, FormState::default(), Made::Token(secret)).await).await,
        Err(why) => again(&visit, Err(why), &posted).await,
    }
}

async fn revoke_token(visit: Visit, Path(raw): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit.services.revoke_token(&posted.ctx(&visit.ctx), id(&raw)?).await?;
        Ok(format!("{HERE}#tokens"))
    };
    again(&visit, done.await, &posted).await
}

/// What was just made, and is shown only now.
enum Made {
    Nothing,
    Token(String),
    /// The whole address.
    Feed(String),
}

async fn shown(visit: &Visit, state: FormState, made: Made) -> Shown {
    let mine = visit.services.my_account(&visit.ctx).await?;
    let now = visit.ctx.now;
    let told = match parameter(visit, "done").as_deref() {
        Some("profile") => Some("Your name and time zone are saved."),
        Some("password") => Some("Your password is changed. Your other sessions have ended."),
        _ => None,
    };
    let email = mine.account.email.clone();
    Ok(Page::new(None, "Your account", move || {
        let told = told.map(|words| view! { <Banner tone=Tone::Good>{words}</Banner> });
        let secret = only_now(made);
        view! {
            <h1>"Your account"</h1>
            {told}
            {secret}
            {profile(mine.account, state.clone())}
            {sessions(mine.sessions)}
            {password(email, state.clone())}
            {tokens(mine.tokens, now)}
            {new_token(state)}
            {feeds::section(mine.feeds)}
        }
        .written()
    }))
}

fn only_now(made: Made) -> AnyView {
    match made {
        Made::Nothing => ().written(),
        Made::Token(secret) => {
            let hint = "Put it where your program keeps its secrets. It goes into the header “Authorization: Bearer …”.";
            view! { <OnlyNow title="Your new token" secret=secret what="the token" hint=hint /> }.written()
        }
        Made::Feed(address) => {
            let hint = "Subscribe to it in your calendar. Whoever knows it can read your due times, so give it to nobody else.";
            view! { <OnlyNow title="Your new calendar address" secret=address what="the address" hint=hint /> }.written()
        }
    }
}

fn profile(account: Account, state: FormState) -> AnyView {
    let items = vec![("E-mail address", account.email.written()), ("Role", badge(Kind::Other, account.role))];
    view! {
        <section>
            <DefinitionList items=items />
            <Form action="/account/profile" state=state submit="Save" kind=ButtonKind::Plain>
                <TextField name="name" label="Name" value=account.name autocomplete="name" required=true />
                <TextField name="zone" label="Time zone" value=account.zone.name() hint="Such as Europe/Berlin. Times are shown and read in it." />
            </Form>
        </section>
    }
    .written()
}

fn password(email: String, state: FormState) -> AnyView {
    view! {
        <section>
            <h2>"Password"</h2>
            <Form action="/account/password" state=state submit="Change the password" kind=ButtonKind::Plain>
                {door::whose(email)}
                <PasswordField name="current" label="Current password" />
                <PasswordField name="password" label="New password" hint=door::LENGTH autocomplete="new-password" />
                <PasswordField name="repeat" label="New password, again" autocomplete="new-password" />
            </Form>
        </section>
    }
    .written()
}

fn sessions(sessions: Vec<MySession>) -> AnyView {
    let others = sessions.iter().any(|s| !s.this);
    let rows = sessions.into_iter().map(session).collect();
    let all = others
        .then(|| view! { <PostButton action="/account/sessions/end-others" label="End all the others" /> });
    view! {
        <section id="sessions">
            <div class="page-head"><h2>"Where you are signed in"</h2>{all}</div>
            <Table caption="Sessions" heads=vec!["Browser", "Since", "Last seen", "End it"] rows=rows />
        </section>
    }
    .written()
}

fn session(session: MySession) -> Row {
    let agent =
        if session.agent.is_empty() { "a browser that doesn't say which".to_owned() } else { session.agent };
    let end = if session.this {
        view! { <Badge kind=Kind::Other code="" label="this one" /> }.written()
    } else {
        let action = format!("/account/sessions/{}/end", session.id);
        view! { <PostButton action=action label="End" about=format!("the session of {agent}") kind=ButtonKind::Quiet /> }.written()
    };
    Row::new(cells![
        agent,
        view! { <Time at=session.started_at /> },
        view! { <Time at=session.seen_at /> },
        end
    ])
}

fn tokens(tokens: Vec<ApiToken>, now: DateTime<Utc>) -> AnyView {
    let list = if tokens.is_empty() {
        view! {
            <Empty title="You have no tokens.">
                <p>"A token lets a program act for you: a monitoring system that sends alerts, or a script that reads."</p>
            </Empty>
        }
        .written()
    } else {
        let rows = tokens.into_iter().map(|t| token(t, now)).collect();
        view! { <Table caption="Tokens" heads=vec!["Name", "May", "Made", "State", "End it"] rows=rows /> }
            .written()
    };
    view! {
        <section id="tokens">
            <h2>"API tokens"</h2>
            {list}
        </section>
    }
    .written()
}

fn token(token: ApiToken, now: DateTime<Utc>) -> Row {
    let scopes: Vec<&str> = token.scopes.iter().map(|s| s.label()).collect();
    let good = token.revoked_at.is_none() && token.expires_at > now;
    let state = match token.revoked_at {
        Some(at) => view! { "revoked on "<Time at=at /> }.written(),
        None if good => view! { "good until "<Time at=token.expires_at /> }.written(),
        None => view! { "expired on "<Time at=token.expires_at /> }.written(),
    };
    let end = good.then(|| {
        let action = format!("/account/tokens/{}/revoke", token.id);
        view! { <PostButton action=action label="Revoke" about=token.name.clone() kind=ButtonKind::Quiet /> }
    });
    Row::new(cells![
        token.name.clone(),
        scopes.join(", "),
        view! { <Time at=token.created_at /> },
        state,
        end
    ])
}

fn new_token(state: FormState) -> AnyView {
    let days = format!("1 to {TOKEN_DAYS_MAX}.");
    let offers = Scope::ALL
        .iter()
        .map(|scope| Offer::new(scope.code(), scope.label()).hint(scope_hint(*scope)))
        .collect();
    view! {
        <section>
            <h2>"New token"</h2>
            <Form action="/account/tokens" state=state submit="Make the token" kind=ButtonKind::Plain>
                <TextField name="name" label="Name" hint="What it is for, such as “alerts from the intrusion detection”." required=true />
                <Choices name="scopes" label="What it may do" hint="Never more than you may yourself." offers=offers required=true />
                <TextField name="days" label="Good for how many days" hint=days value="90" inputmode="numeric" required=true />
            </Form>
        </section>
    }
    .written()
}

fn scope_hint(scope: Scope) -> &'static str {
    match scope {
        Scope::Alerts => "Only that. The right one for a monitoring system.",
        Scope::Read => "Everything that you can read.",
        Scope::Write => "Also work in your incidents: timeline, tasks, evidence, facts, drafts.",
        Scope::Release => {
            "Also read. For the act that mail leaves by: give it only where a person stands behind each use."
        }
    }
}
