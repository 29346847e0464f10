//! Who is refused, in which order, and that two refusals can't be told apart.

use super::{Desk, Who, routes};
use app::routes::Door;
use axum::{body::Body, http::Method};
use domain::access::{Role, Scope};
use serde_json::json;

/// A path with ids for its names.
fn path(route: &str, incident: &str, notice: &str) -> String {
    let unknown = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    route
        .replace("{incident}", incident)
        .replace("{notice}", notice)
        .replace("{key}", "nature.text")
        .replace("{code}", "subject")
        .replace("{step}", "scope")
        .replace("{playbook}", "customer-api-enumerated")
        .split('/')
        .map(|part| if part.starts_with('{') { unknown } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

async fn asked(desk: &Desk, who: Option<&Who>, method: &Method, path: &str) -> super::Reply {
    let request = desk.request(method.as_str(), path, who).header("if-match", "\"1\"");
    let request =
        if method == Method::GET { request } else { request.header("content-type", "application/json") };
    let body = if method == Method::GET { Body::empty() } else { Body::from("{}") };
    desk.sent(request.body(body).unwrap()).await
}

#[tokio::test]
async fn without_a_good_token_there_is_nothing() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declared(&lead, "Secret").await;
    let bad = Who { token: format!("{}x", lead.token), ..lead.clone() };
    for route in routes() {
        let path = path(&route.path, &incident, "bbbbbbbbbbbbbbbbbbbbbbbbbb");
        for who in [None, Some(&bad)] {
            let reply = asked(&desk, who, &route.method, &path).await;
            if route.door == Door::Open {
                assert_eq!(reply.said(), "200");
                continue;
            }
            assert_eq!(reply.said(), "401 unauthenticated", "{} {path}", route.method);
            assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"breachdesk\"");
        }
    }
}

#[tokio::test]
async fn a_cookie_is_no_credential_here() {
    let desk = Desk::new().await;
    let request =
        desk.request("GET", "/incidents", None).header("cookie", "sid=abc").body(Body::empty()).unwrap();
    assert_eq!(desk.sent(request).await.said(), "401 unauthenticated");
}

#[tokio::test]
async fn what_is_hidden_answers_like_what_never_was() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let outsider = desk.person(Role::Lead).await;
    let incident = desk.declared(&lead, "Canary").await;
    let draft = json!({ "kind": "authority_notification", "language": "en" });
    let notice = desk.added(&lead, &format!("/incidents/{incident}/notices"), draft).await;
    let mut compared = 0;
    for route in routes().iter().filter(|r| r.path.contains("{incident}") || r.path.contains("{notice}")) {
        let hidden =
            asked(&desk, Some(&outsider), &route.method, &path(&route.path, &incident, &notice)).await;
        let nowhere = "cccccccccccccccccccccccccc";
        let never = asked(&desk, Some(&outsider), &route.method, &path(&route.path, nowhere, nowhere)).await;
        assert_eq!(hidden.said(), "404 not_found", "{} {}", route.method, route.path);
        assert_eq!(hidden.without_its_own(), never.without_its_own(), "{} {}", route.method, route.path);
        assert_ne!(hidden.header("x-request-id"), never.header("x-request-id"));
        let malformed =
            asked(&desk, Some(&outsider), &route.method, &path(&route.path, "no-id", "no-id")).await;
        assert_eq!(malformed.without_its_own(), never.without_its_own(), "{} {}", route.method, route.path);
        compared += 1;
    }
    assert!(compared > 45, "{compared}");
    for list in ["/incidents", "/notices", "/tasks?mine=false", "/register", "/search?q=canary"] {
        let reply = desk.get(&outsider, list).await;
        assert_eq!(reply.json()["total"], 0, "{list}");
        assert!(!String::from_utf8_lossy(&reply.bytes).contains("Canary"), "{list}");
    }
}

#[tokio::test]
async fn role_and_scope_are_decided_before_anything_else() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let reader = desk.person(Role::Reader).await;
    let incident = desk.declared(&lead, "Readers").await;
    let head = format!("/incidents/{incident}");
    assert_eq!(desk.get(&reader, &head).await.said(), "200");
    // Neither the missing revision nor the empty title is told to somebody who may not edit.
    for path in [head.as_str(), &format!("{head}/facts/no.such.key")] {
        assert_eq!(desk.change(&reader, "PUT", path, json!({}), &[]).await.said(), "403 forbidden", "{path}");
    }
    assert_eq!(desk.change(&reader, "POST", "/incidents", json!({}), &[]).await.said(), "403 forbidden");
    assert_eq!(desk.get(&reader, "/journal").await.said(), "403 forbidden");

    let sensor = desk.scoped(Role::Responder, &[Scope::Alerts]).await;
    assert_eq!(
        desk.change(&sensor, "POST", "/alerts", json!({ "title": "A scan" }), &[]).await.said(),
        "201"
    );
    for path in ["/alerts", "/incidents", "/search?q=a", "/playbooks"] {
        assert_eq!(desk.get(&sensor, path).await.said(), "403 forbidden", "{path}");
    }
    assert_eq!(desk.get(&sensor, "/me").await.json()["scopes"], json!(["alerts"]));
    let writer = desk.scoped(Role::Dpo, &[Scope::Write]).await;
    let draft = json!({ "kind": "authority_notification", "language": "en" });
    let notice = desk.added(&writer, &format!("{head}/notices"), draft).await;
    let sent = desk.change(&writer, "POST", &format!("/notices/{notice}/send"), json!({}), &[]).await;
    assert_eq!(sent.said(), "403 forbidden", "this token doesn't release");
}

#[tokio::test]
async fn a_change_says_what_it_has_seen() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declared(&lead, "Revisions").await;
    let head = format!("/incidents/{incident}");
    assert_eq!(desk.get(&lead, &head).await.header("etag"), "\"1\"");
    let phase = format!("{head}/phase");
    let to = json!({ "to": "containment" });
    assert_eq!(desk.change(&lead, "POST", &phase, to.clone(), &[]).await.said(), "428 revision_required");
    let stale = desk.change(&lead, "POST", &phase, to.clone(), &[("if-match", "\"7\"")]).await;
    assert_eq!(stale.said(), "412 stale");
    assert!(stale.json()["detail"].as_str().unwrap().contains("revision 1"));
    for bad in ["W/\"1\"", "1", "*", "\"1\", \"2\""] {
        let reply = desk.change(&lead, "POST", &phase, to.clone(), &[("if-match", bad)]).await;
        assert_eq!(reply.said(), "400 bad_if_match", "{bad}");
    }
    assert_eq!(desk.change(&lead, "POST", &phase, to.clone(), &[("if-match", "\"1\"")]).await.said(), "204");
    assert_eq!(desk.change(&lead, "POST", &phase, to, &[("if-match", "\"1\"")]).await.said(), "412 stale");
    for route in
        routes().iter().filter(|r| r.path.starts_with("/api/v1/incidents/{incident}/") && r.needs_revision())
    {
        if route.path.matches('{').count() == 1 {
            let path = path(&route.path, &incident, "");
            let reply = desk.change(&lead, route.method.as_str(), &path, json!({}), &[]).await;
            assert_eq!(reply.said(), "428 revision_required", "{path}");
        }
    }
}

#[tokio::test]
async fn the_same_key_does_it_once() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let key = [("idempotency-key", "one")];
    let declare = json!({ "title": "Once" });
    let first = desk.change(&lead, "POST", "/incidents", declare.clone(), &key).await;
    let again = desk.change(&lead, "POST", "/incidents", declare.clone(), &key).await;
    assert_eq!(first.said(), "201");
    assert_eq!(first.without_its_own(), again.without_its_own());
    assert_eq!(desk.get(&lead, "/incidents").await.json()["total"], 1);
    let other = desk.change(&lead, "POST", "/incidents", json!({ "title": "Twice" }), &key).await;
    assert_eq!(other.said(), "409 key_reused");
    let elsewhere = desk.change(&lead, "POST", "/alerts", declare.clone(), &key).await;
    assert_eq!(elsewhere.said(), "409 key_reused", "the path belongs to the request");
    let somebody = desk.person(Role::Lead).await;
    let theirs = desk.change(&somebody, "POST", "/incidents", declare.clone(), &key).await;
    assert_eq!(theirs.json()["reference"], "INC-2026-0002", "a key is its owner's");
    for bad in ["", "a b", &"x".repeat(256)] {
        let reply =
            desk.change(&lead, "POST", "/incidents", declare.clone(), &[("idempotency-key", bad)]).await;
        assert_eq!(reply.said(), "400 bad_idempotency_key", "{bad}");
    }
}

#[tokio::test]
async fn nobodys_address_is_told() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let responder = desk.person(Role::Responder).await;
    let incident = desk.declared(&lead, "Addresses").await;
    desk.added(
        &lead,
        &format!("/incidents/{incident}/members"),
        json!({ "account": responder.id.to_string() }),
    )
    .await;
    let mut read = 0;
    for route in routes().iter().filter(|r| r.method == Method::GET) {
        let path = path(&route.path, &incident, "").replace("/search", "/search?q=controller");
        for who in [&lead, &responder] {
            let reply = desk.get(who, &path).await;
            assert!(!String::from_utf8_lossy(&reply.bytes).contains("@controller.test"), "{path}");
            read += u32::from(reply.status.is_success());
        }
    }
    assert!(read > 30, "{read}");
    let people = |reply: super::Reply| reply.json()["people"].as_array().unwrap().len();
    assert_eq!(people(desk.get(&lead, &format!("/incidents/{incident}")).await), 2);
    assert_eq!(people(desk.get(&responder, &format!("/incidents/{incident}")).await), 0);
}
