//! The edge: what every request passes on its way in, and every answer on its way out.

pub mod assets;
pub mod guard;
pub mod headers;
pub mod limits;

use app::{
    render::Assets,
    routes::{Door, PageRoute, routes},
    visit::{Visit, read_session},
};
use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit, Request, State},
    http::{Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use domain::access::Actor;
use guard::PublicUrl;
use ipnet::IpNet;
use limits::Limits;
use services::{Error, Services, accounts::signing_in::Source};
use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};
use tower_http::limit::RequestBodyLimitLayer;

/// Everything the edge knows.
#[derive(Clone)]
pub struct Edge {
    pub services: Services,
    pub assets: Arc<Assets>,
    pub public: Arc<PublicUrl>,
    pub trusted: Arc<[IpNet]>,
    pub limits: Arc<Limits>,
}

/// The whole site: pages, forms, API, files, health.
pub fn router(edge: Edge) -> Router {
    let mut pages = Router::new();
    for route in routes() {
        pages = pages.route(route.path, sized(&edge, route));
    }
    let inner = pages
        .merge(crate::api::router(&edge))
        .fallback(not_found)
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(middleware::from_fn_with_state(edge.clone(), visitor))
        .layer(middleware::from_fn_with_state(edge.clone(), guarded));
    Router::new()
        .route("/healthz", axum::routing::get(healthz))
        .route("/favicon.ico", axum::routing::get(assets::icon))
        .route("/pkg/{digest}/{name}", axum::routing::get(assets::file))
        .with_state(edge.clone())
        .merge(inner)
        .layer(middleware::from_fn_with_state(edge, outermost))
}

/// A handler with its limit of bytes, `least` at the least, and its time. An upload takes as long as it takes.
pub(crate) fn within(edge: &Edge, handler: MethodRouter, uploads: bool, least: u64) -> MethodRouter {
    let most =
        if uploads { edge.limits.evidence_bytes + (1 << 20) } else { edge.limits.form_bytes.max(least) };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let handler: MethodRouter = handler.layer(DefaultBodyLimit::disable());
    let handler: MethodRouter = handler.layer(RequestBodyLimitLayer::new(most));
    if uploads { handler } else { handler.layer(middleware::from_fn_with_state(edge.clone(), in_time)) }
}

/// A page's route with its limits and its door.
fn sized(edge: &Edge, route: PageRoute) -> MethodRouter {
    let handler = within(edge, route.handler, route.uploads, 0);
    match route.door {
        Door::Open => handler,
        Door::SignedIn => handler.layer(middleware::from_fn(signed_in)),
    }
}

async fn in_time(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(edge.limits.request_seconds);
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::REQUEST_TIMEOUT.into_response(),
    }
}

async fn signed_in(visit: Visit, request: Request, next: Next) -> Response {
    if visit.person().is_none() {
        return visit.to_sign_in();
    }
    next.run(request).await
}

async fn not_found(visit: Visit) -> Response {
    if visit.person().is_none() && !visit.path.starts_with("/api/") {
        return visit.to_sign_in();
    }
    visit.no(&Error::NotFound).await
}

async fn healthz(State(edge): State<Edge>) -> Response {
    match edge.services.account_count().await {
        Ok(_) => "ok\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database can't be reached\n").into_response(),
    }
}

/// Panics, headers and one line in the log.
async fn outermost(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    use futures_util::FutureExt;
    let began = Instant::now();
    let method = request.method().clone();
    let path =
        request.extensions().get::<axum::extract::MatchedPath>().map_or("-", |p| p.as_str()).to_owned();
    let is_api = request.uri().path().starts_with("/api/");
    let nonce: Arc<str> = Arc::from(edge.services.ctx(Actor::Nobody).fresh.secret());
    let mut request = request;
    request.extensions_mut().insert(headers::Nonce(nonce.clone()));
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_| {
        tracing::error!(%method, path, "a handler panicked");
        (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side. Nothing was changed.\n")
            .into_response()
    });
    if is_api {
        response = crate::api::problem::formed(response);
    }
    headers::put(&mut response, &edge.public, &nonce);
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(%method, path, status = response.status().as_u16(), ms, "answered");
    response
}

/// Host, origin, and not too often.
async fn guarded(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    if let Some(answer) = guard::host(&edge.public, &request) {
        return answer;
    }
    if let Some(answer) = guard::cross_site(&edge.public, &request) {
        return answer;
    }
    next.run(request).await
}

/// Finds out who visits.
async fn visitor(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let address = client(&edge, &request);
    let headers = request.headers();
    let session: Option<Arc<str>> = read_session(headers, edge.public.secure).map(Arc::from);
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "))
        .map(str::to_owned);
    let is_api = request.uri().path().starts_with("/api/");
    let mut ctx = edge.services.ctx(Actor::Nobody);
    // A token counts for the API alone and a cookie for the pages alone: the API has no ambient credential.
    let found = match (is_api, &bearer, &session) {
        (true, Some(token), _) => edge.services.person_of_token(ctx.now, token).await,
        (false, _, Some(secret)) => edge.services.person_of_session(&ctx, secret).await,
        _ => Err(Error::SignedOut),
    };
    match found {
        Ok(person) => ctx.actor = Actor::Person(person),
        Err(Error::SignedOut) => {}
        Err(why) => {
            tracing::error!(request = %ctx.request, error = %why, "the visitor can't be found out");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    let key = match ctx.actor.person() {
        Some(person) => person.account.to_string(),
        None => address.to_string(),
    };
    if let Some(seconds) = edge.limits.too_often(&key, ctx.actor.person().is_some()) {
        let retry = [(header::RETRY_AFTER, seconds.to_string())];
        return (StatusCode::TOO_MANY_REQUESTS, retry, "Too many requests. Wait a moment, then try again.\n")
            .into_response();
    }
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let path = back_to(&edge.public, &request);
    let nonce = request.extensions().get::<headers::Nonce>().map(|n| n.0.clone()).unwrap_or_default();
    let visit = Visit {
        services: edge.services.clone(),
        ctx,
        nonce,
        assets: edge.assets.clone(),
        secure: edge.public.secure,
        source: Source { address: address.to_string(), agent },
        session,
        path: Arc::from(path),
    };
    request.extensions_mut().insert(visit);
    next.run(request).await
}

/// Where somebody goes on after signing in: this page, or, for a form, the page it stands on.
fn back_to(public: &PublicUrl, request: &Request<Body>) -> String {
    if !is_unsafe(request.method()) || request.uri().path().starts_with("/api/") {
        return request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    }
    let referer = request.headers().get(header::REFERER).and_then(|v| v.to_str().ok());
    referer.and_then(|r| r.strip_prefix(public.origin.as_str())).unwrap_or("/").to_owned()
}

/// The client's address: the peer's, or the last one that a trusted proxy vouches for.
fn client(edge: &Edge, request: &Request<Body>) -> IpAddr {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::from([127, 0, 0, 1]), |c| c.0.ip());
    let trusted = |ip: &IpAddr| edge.trusted.iter().any(|net| net.contains(ip));
    if !trusted(&peer) {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let hops: Vec<IpAddr> =
        forwarded.flat_map(|v| v.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !trusted(hop)).unwrap_or(peer)
}

/// Whether a method may change something.
#[must_use]
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
