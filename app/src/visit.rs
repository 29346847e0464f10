//! One request of a person's browser: who it is, what they may see, and how they are answered.

use crate::{
    components::{Banner, Tone},
    error::UiError,
    form::{Answered, FormState},
    prelude::*,
    render::{self, Assets},
    shell::{Full, Place, RailEntry, Reader, Shell},
};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use domain::{
    access::{Action, Object, Permit, Person, Role, permits},
    journal,
    refusal::Refusal,
    view::register::Exported,
};
use leptos::prelude::AnyView;
use serde::de::DeserializeOwned;
use services::{Ctx, Error, Idempotency, Services, accounts::signing_in::Source};
use std::{pin::Pin, sync::Arc};

/// What the server found out about a request before it gave it to a page.
#[derive(Clone)]
pub struct Visit {
    pub services: Services,
    pub ctx: Ctx,
    pub nonce: Arc<str>,
    pub assets: Arc<Assets>,
    /// Whether the browser speaks TLS to us or to our proxy.
    pub secure: bool,
    pub source: Source,
    /// The session's secret, to be ended or replaced.
    pub session: Option<Arc<str>>,
    /// Path and query as asked for; for a form, those of the page it stands on.
    pub path: Arc<str>,
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = StatusCode;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Self>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A page, ready to be rendered.
pub struct Page {
    pub title: String,
    /// Its place in the rail; none for pages that belong to no place.
    pub place: Option<Place>,
    pub view: Box<dyn FnOnce() -> AnyView + Send>,
    /// What was searched for.
    pub search: String,
    /// Told above the page, such as that glass is broken.
    pub banners: Vec<(Tone, String)>,
    /// Fills the screen by itself, without rail and search.
    pub alone: bool,
}

impl Page {
    pub fn new(
        place: impl Into<Option<Place>>,
        title: impl Into<String>,
        view: impl FnOnce() -> AnyView + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            place: place.into(),
            view: Box::new(view),
            search: String::new(),
            banners: Vec::new(),
            alone: false,
        }
    }

    /// Without rail and search.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }
}

/// A page, or why there is none.
pub type Shown = Result<Page, Error>;

impl Visit {
    /// The signed-in person, where there is one.
    #[must_use]
    pub fn person(&self) -> Option<&Person> {
        self.ctx.actor.person()
    }

    /// Whether the asker's role may do `action` to the organisation's own things, so that a page offers
    /// only what will be done. The decision itself is made in `services`, again.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        permits(&self.ctx.actor, action, Object::System, self.ctx.now) == Permit::Granted
    }

    fn reader(&self) -> Reader {
        Reader { zone: self.ctx.zone(), now: self.ctx.now }
    }

    /// Answers with a page.
    pub async fn show(&self, shown: Shown) -> Response {
        match shown {
            Ok(page) => self.rendered(StatusCode::OK, page).await,
            Err(why) => self.no(&why).await,
        }
    }

    /// Answers a form: goes on to an address, or shows the form's page again with what was typed and
    /// why it was refused.
    pub async fn answer(
        &self,
        done: Result<String, Error>,
        posted: &Posted,
        again: impl AsyncFnOnce(FormState) -> Shown,
    ) -> Response {
        let why = match done {
            Ok(to) => return see_other(&to),
            Err(why) => why,
        };
        let answered = Answered::new(posted.action.clone(), posted.values.clone());
        let (status, answered) = match why {
            Error::Refused(refusal @ Refusal::Invalid(_)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, answered.refused(refusal))
            }
            Error::Refused(refusal @ Refusal::State { .. }) => {
                (StatusCode::CONFLICT, answered.refused(refusal))
            }
            Error::Stale { .. } => {
                let message = "Somebody changed this while you were working on it. What is stored now is shown on this page; \
                               what you typed is kept here, too. Compare the two, then save again.";
                (StatusCode::CONFLICT, answered.message(message))
            }
            Error::KeyReused => (
                StatusCode::CONFLICT,
                answered.message(
                    "This form was sent before with other content. Look at the page, then send it again.",
                ),
            ),
            Error::RevisionRequired => {
                (StatusCode::BAD_REQUEST, answered.message("The form was incomplete. Send it again."))
            }
            Error::TooLarge { max } => {
                let message = format!("This is larger than the {} MiB that are taken.", max / (1 << 20));
                (StatusCode::PAYLOAD_TOO_LARGE, answered.message(message))
            }
            Error::Throttled { seconds } => {
                let message = format!("Too many tries. Wait {seconds} seconds, then try again.");
                (StatusCode::TOO_MANY_REQUESTS, answered.message(message))
            }
            other => return self.no(&other).await,
        };
        let state = FormState::from(answered);
        match again(state.clone()).await {
            Ok(page) => self.rendered(status, told(page, state)).await,
            Err(why) => self.no(&why).await,
        }
    }

    /// Answers that there is no page, and why, in words that give nothing away.
    pub async fn no(&self, why: &Error) -> Response {
        let (status, error) = match why {
            Error::NotFound => (StatusCode::NOT_FOUND, UiError::NotFound),
            Error::Forbidden => {
                let message =
                    "Your role doesn't allow this. Ask the incident's lead or an administrator.".to_owned();
                (StatusCode::FORBIDDEN, UiError::Refused { code: "forbidden", message })
            }
            Error::SignedOut => return self.to_sign_in(),
            Error::Refused(refusal) => (StatusCode::CONFLICT, UiError::from(refusal.clone())),
            Error::Stale { .. } => (StatusCode::CONFLICT, UiError::Stale),
            Error::Throttled { seconds } => {
                let message = format!("Too many requests. Wait {seconds} seconds, then try again.");
                (StatusCode::TOO_MANY_REQUESTS, UiError::Refused { code: "throttled", message })
            }
            other => {
                tracing::error!(request = %self.ctx.request, error = %other, "request failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    UiError::Ours { request_id: self.ctx.request.to_string() },
                )
            }
        };
        let heading = error.heading();
        let page = Page::new(None, heading, move || {
            leptos::prelude::IntoAny::into_any(crate::components::ErrorPage(
                crate::components::banner::ErrorPageProps { error },
            ))
        });
        self.rendered(status, page).await
    }

    /// To the door, and back here afterwards.
    #[must_use]
    pub fn to_sign_in(&self) -> Response {
        let next =
            if self.path.as_ref() == "/" { String::new() } else { format!("?next={}", encode(&self.path)) };
        see_other(&format!("/sign-in{next}"))
    }

    /// Boxed, so that not every page that shows itself compiles it once more.
    fn rendered(
        &self,
        status: StatusCode,
        page: Page,
    ) -> Pin<Box<dyn Future<Output = Response> + Send + '_>> {
        Box::pin(async move {
            let Page { title, place, view, search, banners, alone } = page;
            let shell = match self.person() {
                None => Shell::bare(title, self.reader()),
                Some(_) if alone => Shell::wall(title, self.reader()),
                Some(person) => {
                    let full = self.around(person, place, search, banners).await;
                    Shell::full(title, self.reader(), full)
                }
            };
            let html = render::page(&self.nonce, &self.assets, shell, view);
            (status, Html(html)).into_response()
        })
    }

    async fn around(
        &self,
        person: &Person,
        current: Option<Place>,
        search: String,
        mut banners: Vec<(Tone, String)>,
    ) -> Full {
        let alerts = self.services.new_alerts(&self.ctx).await.unwrap_or_default();
        if matches!(self.services.mail_leaves().await, Ok(false)) {
            banners.push((
                Tone::Attention,
                "Mail is written to a folder: nothing leaves this machine until a relay is set.".to_owned(),
            ));
        }
        let declares = matches!(person.role, Role::Lead | Role::Responder | Role::Dpo);
        let rail = places(person.role)
            .iter()
            .map(|place| RailEntry { place: *place, count: if *place == Place::Inbox { alerts } else { 0 } });
        Full {
            name: person.name.clone(),
            rail: rail.collect(),
            current,
            search,
            banners,
            declare: declares.then_some("/incidents/new"),
        }
    }
}

/// The page, and above it why the form was refused and what was typed into it, where the page has no form any more that
/// would say so.
fn told(page: Page, state: FormState) -> Page {
    let Page { view, .. } = page;
    let view = move || {
        // The forms are made here, so only afterwards is it known whether one of them speaks.
        let view = view();
        let unsaid = state.unsaid();
        let banner = (!unsaid.is_empty()).then(|| {
            let words: Vec<_> =
                state.words().into_iter().map(|words| view! { <p class="said">{words}</p> }).collect();
            let kept =
                (!words.is_empty()).then(|| view! { <p>"This is what you typed, to be copied:"</p>{words} });
            view! { <Banner tone=Tone::Danger>{unsaid.join(" ")}{kept}</Banner> }
        });
        view! { {banner}{view} }.written()
    };
    Page { view: Box::new(view), ..page }
}

/// The places that a role has a use for.
fn places(role: Role) -> &'static [Place] {
    match role {
        Role::Administrator => &[Place::Desk, Place::Incidents, Place::Tasks, Place::Playbooks, Place::Admin],
        Role::Auditor => &[Place::Desk, Place::Playbooks, Place::Register, Place::Admin],
        Role::Approver => &[
            Place::Desk,
            Place::Incidents,
            Place::Tasks,
            Place::Playbooks,
            Place::Notices,
            Place::Register,
            Place::Parties,
        ],
        Role::Dpo => &[
            Place::Desk,
            Place::Inbox,
            Place::Incidents,
            Place::Tasks,
            Place::Playbooks,
            Place::Notices,
            Place::Register,
            Place::Parties,
            Place::Admin,
        ],
        Role::Lead | Role::Responder | Role::Reader => &[
            Place::Desk,
            Place::Inbox,
            Place::Incidents,
            Place::Tasks,
            Place::Playbooks,
            Place::Notices,
            Place::Register,
            Place::Parties,
        ],
    }
}

/// With TLS the name makes browsers refuse the cookie from any other host, path or plain connection.
fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-sid" } else { "sid" }
}

/// The cookie that carries a session's secret, as the value of `Set-Cookie`. It ends with the browser,
/// and earlier where the session does.
#[must_use]
pub fn session_cookie(secret: &str, secure: bool) -> String {
    let name = cookie_name(secure);
    let only_tls = if secure { "; Secure" } else { "" };
    format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax{only_tls}")
}

/// The value of `Set-Cookie` that makes the browser forget its session.
#[must_use]
pub fn ended_cookie(secure: bool) -> String {
    format!("{}; Max-Age=0", session_cookie("", secure))
}

/// The session's secret that a request carries.
#[must_use]
pub fn read_session(headers: &HeaderMap, secure: bool) -> Option<String> {
    let pairs =
        headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let mut found =
        pairs.filter_map(|pair| pair.trim().split_once('=')).filter(|(name, _)| *name == cookie_name(secure));
    found
        .next()
        .map(|(_, secret)| secret.to_owned())
        .filter(|secret| !secret.is_empty() && secret.len() <= 128)
}

/// Scheme and host under which the browser reached us. The server has refused every other host before.
#[derive(Debug, Clone)]
pub struct Origin(pub String);

impl<S: Sync> FromRequestParts<S> for Origin {
    type Rejection = StatusCode;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
        let secure = Visit::from_request_parts(parts, state).await?.secure;
        let scheme = if secure { "https" } else { "http" };
        let named = parts.headers.get(header::HOST).and_then(|v| v.to_str().ok());
        let host = named.or_else(|| parts.uri.authority().map(|a| a.as_str())).unwrap_or_default();
        Ok(Self(format!("{scheme}://{host}")))
    }
}

/// 303 to a path of ours.
#[must_use]
pub fn see_other(to: &str) -> Response {
    let location = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// A query parameter's value.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// A path of ours from a parameter that anybody may have made; anything else is "/".
#[must_use]
pub fn local_path(raw: &str) -> &str {
    let local = raw.starts_with('/')
        && !raw.starts_with("//")
        && !raw.contains('\\')
        && !raw.chars().any(char::is_control);
    if local { raw } else { "/" }
}

/// A form as it was posted.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The path it was posted to.
    pub action: String,
    /// Names and values in their order, without the form's own hidden fields.
    pub values: Vec<(String, String)>,
    revision: Option<i64>,
    token: Option<String>,
}

impl Posted {
    /// From the fields of a form.
    #[must_use]
    pub fn new(action: String, fields: Vec<(String, String)>) -> Self {
        let mut posted = Self { action, values: Vec::new(), revision: None, token: None };
        for (name, value) in fields {
            match name.as_str() {
                "revision" => posted.revision = value.parse().ok(),
                "form_token" => posted.token = Some(value).filter(|t| !t.is_empty() && t.len() <= 64),
                _ => posted.values.push((name, value)),
            }
        }
        posted
    }

    /// The typed input of an action. A field that the action doesn't know is refused.
    ///
    /// # Errors
    /// The fields aren't those of the action: only a form that isn't ours sends such.
    pub fn input<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = serde_html_form::to_string(&self.values).unwrap_or_default();
        serde_html_form::from_str(&body).map_err(|_| {
            Refusal::state(
                "unknown_field",
                "The form has fields that don't belong to it. Open the page again and send it from there.",
            )
            .into()
        })
    }

    /// The context of the visit, with the revision that was seen and the token that makes a double
    /// click one act.
    #[must_use]
    pub fn ctx(&self, ctx: &Ctx) -> Ctx {
        let fields = serde_json::json!({ "action": self.action, "values": self.values });
        let idempotency = self
            .token
            .as_ref()
            .map(|key| Idempotency { key: key.clone(), request_digest: journal::hash(&fields.to_string()) });
        Ctx { seen: self.revision, idempotency, ..ctx.clone() }
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = StatusCode;
    async fn from_request(request: Request, state: &S) -> Result<Self, StatusCode> {
        let action = request.uri().path().to_owned();
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let body = String::from_request(request, state).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
        let fields = serde_html_form::from_str(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
        Ok(Self::new(action, fields))
    }
}

/// Whether a page embeds it: a browser says what it wants something for, to go there or to save it. Handing
/// something over is written down, so it isn't left to a page of somebody else's.
pub(crate) fn is_embedded(headers: &HeaderMap) -> bool {
    let wanted = headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    !matches!(wanted, None | Some(b"document" | b"empty")) || site == Some(b"cross-site")
}

/// As a file to save, never as something that a browser shows.
pub(crate) fn attachment(exported: Exported) -> Response {
    let disposition = format!("attachment; filename=\"{}\"", exported.name);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(exported.media_type)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&disposition).unwrap_or_else(|_| HeaderValue::from_static("attachment")),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (StatusCode::OK, headers, exported.body).into_response()
}

#[cfg(test)]
mod tests {
    use super::{ended_cookie, local_path, read_session, session_cookie};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn with(cookies: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(header::COOKIE, HeaderValue::from_static(cookie));
        }
        headers
    }

    #[test]
    fn a_session_is_read_from_its_own_cookie_only() {
        assert_eq!(read_session(&with(&["a=1; sid=abc; b=2"]), false).as_deref(), Some("abc"));
        assert_eq!(read_session(&with(&["a=1", "__Host-sid=abc"]), true).as_deref(), Some("abc"));
        for (cookies, secure) in
            [("sid=abc", true), ("__Host-sid=abc", false), ("sid=", false), ("xsid=abc", false)]
        {
            assert_eq!(read_session(&with(&[cookies]), secure), None, "{cookies}");
        }
        assert_eq!(read_session(&HeaderMap::new(), true), None);
    }

    #[test]
    fn the_cookie_is_as_narrow_as_it_can_be() {
        assert_eq!(session_cookie("abc", true), "__Host-sid=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(session_cookie("abc", false), "sid=abc; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(ended_cookie(false), "sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn only_paths_of_ours_are_gone_on_to() {
        assert_eq!(local_path("/incidents/abc?tab=1"), "/incidents/abc?tab=1");
        for raw in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "evil",
            "",
            "/a\nb",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_path(raw), "/", "{raw}");
        }
    }
}
