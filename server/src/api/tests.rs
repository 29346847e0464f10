//! The API as a program meets it: the whole site, asked without a network.

mod edges;
mod evidence;
mod refusals;
mod road;

use crate::{
    api::routes,
    http::{Edge, assets, guard::PublicUrl, limits::Limits, router},
};
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use chrono::{TimeZone, Utc};
use domain::{
    access::{Actor, Person, Role, Scope, Via},
    account::{AccountInput, TokenInput},
    id::{AccountId, SessionId},
    moment::Zone,
    text::Choice,
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use services::{Fresh, Options, Services, TimeSource};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;
use tower::Service;

/// The largest piece of evidence here, in bytes.
const EVIDENCE_MAX: u64 = 1 << 20;
/// The largest JSON body here, in bytes.
const FORM_MAX: u64 = 64 << 10;

/// A desk of its own.
struct Desk {
    services: Services,
    router: Router,
    count: AtomicU32,
    folder: TempDir,
}

/// Somebody with a token.
#[derive(Clone)]
struct Who {
    id: AccountId,
    token: String,
}

/// An answer.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }

    /// The status and the code of a refusal, or the status alone.
    fn said(&self) -> String {
        match self.json()["code"].as_str() {
            Some(code) if self.header("content-type") == "application/problem+json" => {
                format!("{} {code}", self.status.as_u16())
            }
            _ => self.status.as_u16().to_string(),
        }
    }

    /// Pointer and code of each field that was refused.
    fn fields(&self) -> Vec<String> {
        let errors = self.json()["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect()
    }

    /// Everything that is not meant to differ between two answers to the same question.
    fn without_its_own(&self) -> (StatusCode, Vec<(String, String)>, Bytes) {
        let own = ["x-request-id", "content-security-policy", "date"];
        let mut headers: Vec<(String, String)> = self
            .headers
            .iter()
            .filter(|(name, _)| !own.contains(&name.as_str()))
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        (self.status, headers, self.bytes.clone())
    }
}

impl Desk {
    async fn new() -> Self {
        Self::with_rate(100_000).await
    }

    /// So many requests a second.
    async fn with_rate(rate: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options {
            light_hashing: true,
            evidence_max: EVIDENCE_MAX,
            ..Options::new(folder.path().to_owned())
        };
        let morning = Utc.with_ymd_and_hms(2026, 6, 9, 8, 0, 0).unwrap();
        let services =
            Services::open(&options, TimeSource::steered(morning), Fresh::seeded(7)).await.unwrap();
        let edge = Edge {
            services: services.clone(),
            assets: Arc::new(assets::assets()),
            public: Arc::new(PublicUrl::parse("http://desk.test").unwrap()),
            trusted: Arc::new([]),
            limits: Arc::new(Limits::new(FORM_MAX, EVIDENCE_MAX, 30, rate, rate)),
        };
        Self { services, router: router(edge), count: AtomicU32::new(0), folder }
    }

    async fn person(&self, role: Role) -> Who {
        self.scoped(role, &[Scope::Read, Scope::Write, Scope::Release]).await
    }

    /// Somebody of this role, with a token of these scopes.
    async fn scoped(&self, role: Role, scopes: &[Scope]) -> Who {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let operator = self.services.ctx(Actor::Operator("tester".to_owned()));
        let name = format!("Person {number}");
        let input = AccountInput {
            email: format!("person{number}@controller.test"),
            name: name.clone(),
            role: role.code().to_owned(),
            zone: "Europe/Berlin".to_owned(),
        };
        let (id, _) = self.services.create_account(&operator, &input).await.unwrap();
        let via = Via::Session(SessionId::from_bits(operator.fresh.bits()));
        let ctx = self.services.ctx(Actor::Person(Person { account: id, name, role, zone: Zone::UTC, via }));
        let scopes = scopes.iter().map(|s| s.code().to_owned()).collect();
        let token = TokenInput { name: "tests".to_owned(), scopes, days: String::new() };
        let (_, token) = self.services.create_token(&ctx, &token).await.unwrap();
        Who { id, token }
    }

    async fn sent(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes: body.collect().await.unwrap().to_bytes(),
        }
    }

    fn request(&self, method: &str, path: &str, who: Option<&Who>) -> axum::http::request::Builder {
        let path = if path.starts_with("/api") { path.to_owned() } else { format!("/api/v1{path}") };
        let builder = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(path);
        let builder = builder.header("host", "desk.test");
        match who {
            Some(who) => builder.header("authorization", format!("Bearer {}", who.token)),
            None => builder,
        }
    }

    async fn get(&self, who: &Who, path: &str) -> Reply {
        self.sent(self.request("GET", path, Some(who)).body(Body::empty()).unwrap()).await
    }

    /// A change with a JSON body, and with these headers.
    async fn change(
        &self,
        who: &Who,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = self.request(method, path, Some(who)).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.sent(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// An act on something that was just read: its ETag is given back.
    async fn on(&self, who: &Who, method: &str, path: &str, of: &str, body: Value) -> Reply {
        let read = self.get(who, of).await;
        assert_eq!(read.status, StatusCode::OK, "{of}: {:?}", read.bytes);
        self.change(who, method, path, body, &[("if-match", read.header("etag"))]).await
    }

    /// Adds something and gives back its id, having looked at where it is said to be.
    async fn added(&self, who: &Who, path: &str, body: Value) -> String {
        let reply = self.change(who, "POST", path, body, &[]).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{path}: {:?}", reply.bytes);
        let at = reply.header("location");
        assert!(at.starts_with("/api/v1/"), "{at}");
        assert_eq!(self.get(who, at).await.status, StatusCode::OK, "{at}");
        reply.json()["id"].as_str().unwrap().to_owned()
    }

    async fn declared(&self, who: &Who, title: &str) -> String {
        self.added(who, "/incidents", json!({ "title": title })).await
    }
}
