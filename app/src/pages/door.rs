//! The door: signing in and out, the first account, and setting a password through a one-time address.

use super::parameter;
use crate::{
    components::{Banner, Empty, Form, Hidden, PasswordField, TextField, Tone},
    form::{Answered, FormState},
    prelude::*,
    routes::{PageRoute, get, post},
    visit::{Page, Posted, Shown, Visit, ended_cookie, local_path, see_other, session_cookie},
};
use axum::{
    extract::Path,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use domain::{
    access::Actor,
    account::{Account, password},
};
use services::{
    Ctx, Error,
    accounts::{SetUpInput, signing_in::SignInInput},
};

pub(super) fn routes() -> Vec<PageRoute> {
    vec![
        get("/sign-in", sign_in_page).open(),
        post("/sign-in", sign_in).open(),
        post("/sign-out", sign_out).open(),
        get("/set-up/{secret}", set_up_page).open(),
        post("/set-up/{secret}", set_up).open(),
        get("/password/{secret}", password_page).open(),
        post("/password/{secret}", set_password).open(),
    ]
}

async fn sign_in_page(visit: Visit) -> Response {
    let next = parameter(&visit, "next").unwrap_or_default();
    if visit.person().is_some() {
        return see_other(local_path(&next));
    }
    let told = match parameter(&visit, "done").as_deref() {
        Some("account") => Some("Your account is ready. Sign in with it."),
        Some("password") => {
            Some("Your new password is set, and all your sessions have ended. Sign in with it.")
        }
        _ => None,
    };
    visit.show(sign_in_shown(&visit, next, told, FormState::default()).await).await
}

async fn sign_in(visit: Visit, posted: Posted) -> Response {
    let typed = posted.input::<SignInInput>();
    let next = typed.as_ref().map(|input| input.next.clone()).unwrap_or_default();
    let done = async {
        let secret = visit
            .services
            .sign_in(&visit.ctx, &typed?, &visit.source, visit.session.as_deref())
            .await?
            .secret;
        Ok::<_, Error>(secret)
    };
    match done.await {
        Ok(secret) => with_cookie(see_other(local_path(&next)), &session_cookie(&secret, visit.secure)),
        Err(Error::SignedOut) => {
            // Unknown, disabled and wrong are told apart nowhere, so that nobody learns who has an account.
            let answered = Answered::new(posted.action, posted.values)
                .message("This address and password don't belong together.");
            refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                &visit,
                sign_in_shown(&visit, next, None, answered.into()).await,
            )
            .await
        }
        Err(why) => {
            let wait =
                if let Error::Throttled { seconds } = why { Some(HeaderValue::from(seconds)) } else { None };
            let mut answer = visit
                .answer(Err(why), &posted, async |state| sign_in_shown(&visit, next, None, state).await)
                .await;
            if let Some(seconds) = wait {
                answer.headers_mut().insert(header::RETRY_AFTER, seconds);
            }
            answer
        }
    }
}

/// Shows a page with another status than 200.
pub(super) async fn refused(status: StatusCode, visit: &Visit, shown: Shown) -> Response {
    let mut answer = visit.show(shown).await;
    *answer.status_mut() = status;
    answer
}

fn with_cookie(mut answer: Response, cookie: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

async fn sign_in_shown(visit: &Visit, next: String, told: Option<&'static str>, state: FormState) -> Shown {
    let no_account_yet = visit.services.account_count().await? == 0;
    Ok(Page::new(None, "Sign in", move || {
        let told = told.map(|words| view! { <Banner tone=Tone::Good>{words}</Banner> });
        let first = no_account_yet.then(|| {
            view! {
                <Banner tone=Tone::Attention>
                    "Nobody has an account yet. Open the one-time address that was printed when this desk was started; \
                     starting it again prints a new one."
                </Banner>
            }
        });
        view! {
            <h1>"Sign in"</h1>
            {told}
            {first}
            <Form action="/sign-in" state=state submit="Sign in">
                <TextField name="email" label="E-mail address" kind="email" autocomplete="username" required=true />
                <PasswordField name="password" label="Password" />
                <Hidden name="next" value=next />
            </Form>
            <p class="hint">"No account, or the password is lost? An administrator can give you a one-time address."</p>
        }
        .written()
    }))
}

/// Ends the session here and in the browser. Whoever had none any more is answered alike.
async fn sign_out(visit: Visit) -> Response {
    match visit.services.sign_out(&visit.ctx).await {
        Ok(()) | Err(Error::SignedOut) => {}
        Err(why) => return visit.no(&why).await,
    }
    let mut answer = with_cookie(see_other("/sign-in"), &ended_cookie(visit.secure));
    answer.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    answer
}

/// A one-time address speaks for itself, whoever else may be signed in in this browser.
pub(super) fn as_nobody(ctx: &Ctx) -> Ctx {
    Ctx { actor: Actor::Nobody, ..ctx.clone() }
}

/// What a one-time address says once it is used, expired or never was: always the same.
async fn no_longer_good(visit: &Visit) -> Response {
    let page = Page::new(None, "No longer good", || {
        view! {
            <h1>"No longer good"</h1>
            <Empty title="This one-time address can't be used.">
                <p>
                    "It works once and for a limited time. For a password, ask an administrator for a new one. \
                     For the first account, start the desk again: it prints a new one while there is no account."
                </p>
            </Empty>
            <p><a href="/sign-in">"To the sign-in"</a></p>
        }
        .written()
    });
    refused(StatusCode::NOT_FOUND, visit, Ok(page)).await
}

async fn set_up_page(visit: Visit, Path(secret): Path<String>) -> Response {
    match visit.services.link(visit.ctx.now, &secret).await {
        Ok(None) => visit.show(Ok(set_up_shown(secret, FormState::default()))).await,
        Ok(Some(_)) | Err(Error::NotFound) => no_longer_good(&visit).await,
        Err(why) => visit.no(&why).await,
    }
}

async fn set_up(visit: Visit, Path(secret): Path<String>, posted: Posted) -> Response {
    let done = async {
        visit.services.set_up(&as_nobody(&visit.ctx), &secret, &posted.input::<SetUpInput>()?).await?;
        Ok("/sign-in?done=account".to_owned())
    };
    match done.await {
        Err(Error::NotFound) => no_longer_good(&visit).await,
        done => visit.answer(done, &posted, async |state| Ok(set_up_shown(secret, state))).await,
    }
}

fn set_up_shown(secret: String, state: FormState) -> Page {
    Page::new(None, "Set up", move || {
        view! {
            <h1>"Make the first account"</h1>
            <p class="lead">"It becomes the administrator: it manages accounts and settings, and reads no incident. \
                             Whoever works on incidents gets an account of their own afterwards."</p>
            <Form action=format!("/set-up/{secret}") state=state submit="Make the account">
                <TextField name="email" label="E-mail address" hint="You sign in with it." kind="email" autocomplete="username" required=true />
                <TextField name="name" label="Name" autocomplete="name" required=true />
                <TextField name="zone" label="Time zone" hint="Such as Europe/Berlin. Times are shown and read in it; UTC if left empty." />
                <PasswordField name="password" label="Password" hint=LENGTH autocomplete="new-password" />
                <PasswordField name="repeat" label="Password, again" autocomplete="new-password" />
            </Form>
        }
        .written()
    })
}

/// Tells a password store whose password it is. Without a name, it is never sent.
pub(super) fn whose(email: String) -> AnyView {
    view! { <input type="text" autocomplete="username" value=email readonly=true hidden=true /> }.written()
}

/// What a password must be.
pub(super) const LENGTH: &str =
    "At least 15 characters. Four or five words that have nothing to do with each other are good.";

async fn password_page(visit: Visit, Path(secret): Path<String>) -> Response {
    match visit.services.link(visit.ctx.now, &secret).await {
        Ok(Some(account)) if account.disabled_at.is_none() => {
            visit.show(Ok(password_shown(secret, account, FormState::default()))).await
        }
        Ok(_) | Err(Error::NotFound) => no_longer_good(&visit).await,
        Err(why) => visit.no(&why).await,
    }
}

async fn set_password(visit: Visit, Path(secret): Path<String>, posted: Posted) -> Response {
    let account = match visit.services.link(visit.ctx.now, &secret).await {
        Ok(Some(account)) => account,
        Ok(None) | Err(Error::NotFound) => return no_longer_good(&visit).await,
        Err(why) => return visit.no(&why).await,
    };
    let done = async {
        let input = posted.input::<password::NewPasswordInput>()?;
        visit.services.set_password_by_link(&as_nobody(&visit.ctx), &secret, &input).await?;
        Ok("/sign-in?done=password".to_owned())
    };
    match done.await {
        Err(Error::NotFound) => no_longer_good(&visit).await,
        done => visit.answer(done, &posted, async |state| Ok(password_shown(secret, account, state))).await,
    }
}

fn password_shown(secret: String, account: Account, state: FormState) -> Page {
    let email = account.email.clone();
    Page::new(None, "Set a password", move || {
        view! {
            <h1>"Set your password"</h1>
            <p class="lead">"For "<strong>{account.name}</strong>", who signs in as "<strong>{account.email}</strong>". \
                             Sessions that are open end."</p>
            <Form action=format!("/password/{secret}") state=state submit="Set the password">
                {whose(email)}
                <PasswordField name="password" label="New password" hint=LENGTH autocomplete="new-password" />
                <PasswordField name="repeat" label="New password, again" autocomplete="new-password" />
            </Form>
        }
        .written()
    })
}
