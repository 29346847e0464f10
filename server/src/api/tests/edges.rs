//! What comes over the wire and isn't as it should be.

use super::{Desk, FORM_MAX};
use axum::body::Body;
use domain::access::Role;
use serde_json::json;

#[tokio::test]
async fn bodies_that_cant_be_read() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let posted = async |kind: Option<&str>, body: &str| {
        let request = desk.request("POST", "/incidents", Some(&lead));
        let request = if let Some(kind) = kind { request.header("content-type", kind) } else { request };
        desk.sent(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    let json = Some("application/json");
    for (kind, body, said) in [
        (json, "{\"title\":\"A\"}", "201"),
        (Some("application/json; charset=utf-8"), "{\"title\":\"A\"}", "201"),
        (Some("text/plain"), "{\"title\":\"A\"}", "415 not_json"),
        (Some("application/x-www-form-urlencoded"), "title=A", "415 not_json"),
        (None, "{\"title\":\"A\"}", "415 not_json"),
        (json, "", "400 malformed_json"),
        (json, "{\"title\":", "400 malformed_json"),
        (json, "{\"title\":\"A\"} x", "400 malformed_json"),
        (json, "[]", "422 invalid"),
        (json, "null", "422 invalid"),
        (json, "{}", "422 invalid"),
        (json, &"[".repeat(10_000), "400 malformed_json"),
    ] {
        assert_eq!(
            posted(kind, body).await.said(),
            said,
            "{kind:?} {}",
            body.chars().take(30).collect::<String>()
        );
    }
    let unknown = posted(json, r#"{"title":"A","colour":"red","severity":7}"#).await;
    assert_eq!(
        (unknown.said().as_str(), unknown.fields()),
        ("422 unknown_field", vec!["/colour unknown_field".to_owned()])
    );
    assert_eq!(posted(json, r#"{"title":"A","severity":7}"#).await.fields(), ["/severity wrong_type"]);
    assert_eq!(
        posted(json, r#"{"title":"A\u0000","severity":"worst"}"#).await.fields(),
        ["/title control_character", "/severity not_a_choice"]
    );
    let large = format!("{{\"title\":\"{}\"}}", "x".repeat(usize::try_from(FORM_MAX).unwrap()));
    assert_eq!(posted(json, &large).await.said(), "413 too_large");
    let streamed = Body::from_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(large)]));
    let request = desk.request("POST", "/incidents", Some(&lead)).header("content-type", "application/json");
    assert_eq!(desk.sent(request.body(streamed).unwrap()).await.said(), "413 too_large");
}

#[tokio::test]
async fn an_act_needs_no_body_and_takes_no_other() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    let incident = desk.declared(&lead, "Acts").await;
    let task = desk.added(&lead, &format!("/incidents/{incident}/tasks"), json!({ "title": "A" })).await;
    let path = format!("/incidents/{incident}/tasks/{task}/done");
    let act = async |kind: &str, body: &'static str| {
        let request = desk.request("POST", &path, Some(&lead)).header("if-match", "\"1\"");
        let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
        desk.sent(request.body(Body::from(body)).unwrap()).await.said()
    };
    assert_eq!(act("text/plain", "now").await, "415 not_json");
    assert_eq!(act("application/json", "{\"when\":\"now\"}").await, "422 unknown_field");
    assert_eq!(act("", "").await, "204");
}

#[tokio::test]
async fn lists_have_pages_of_fifty() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    for n in 0..51 {
        desk.change(&lead, "POST", "/incidents", json!({ "title": format!("Case {n}") }), &[]).await;
    }
    let first = desk.get(&lead, "/incidents").await.json();
    assert_eq!(
        (first["items"].as_array().unwrap().len(), first["total"].as_u64(), first["page"].as_u64()),
        (50, Some(51), Some(1))
    );
    let second = desk.get(&lead, "/incidents?page=2&open=true").await.json();
    assert_eq!((second["items"].as_array().unwrap().len(), second["page"].as_u64()), (1, Some(2)));
    assert_eq!(desk.get(&lead, "/incidents?page=1000000").await.json()["items"], json!([]));
    for (query, said) in [
        ("page=0", "422 invalid"),
        ("page=1000001", "422 invalid"),
        ("page=18446744073709551615", "422 invalid"),
        ("page=-1", "400 bad_parameter"),
        ("page=two", "400 bad_parameter"),
        ("page=1&page=2", "400 bad_parameter"),
        ("size=500", "400 bad_parameter"),
        ("open=perhaps", "400 bad_parameter"),
    ] {
        assert_eq!(desk.get(&lead, &format!("/incidents?{query}")).await.said(), said, "{query}");
    }
    assert_eq!(desk.get(&lead, "/alerts?state=lost").await.said(), "400 bad_parameter");
    assert_eq!(desk.get(&lead, "/search").await.said(), "400 bad_parameter");
}

#[tokio::test]
async fn other_addresses_and_methods_are_problems_too() {
    let desk = Desk::new().await;
    let lead = desk.person(Role::Lead).await;
    for path in
        ["/api/", "/api/v1", "/api/v1/", "/api/v2/incidents", "/api/v1/incidents/", "/api/v1/nothing/here"]
    {
        for method in ["GET", "POST", "DELETE"] {
            let reply = desk.sent(desk.request(method, path, Some(&lead)).body(Body::empty()).unwrap()).await;
            assert_eq!(reply.said(), "404 not_found", "{method} {path}");
        }
    }
    let reply = desk.change(&lead, "PATCH", "/incidents", json!({}), &[]).await;
    assert_eq!((reply.said().as_str(), reply.header("allow")), ("405 method_not_allowed", "POST,GET,HEAD"));
    let head = desk.sent(desk.request("HEAD", "/incidents", Some(&lead)).body(Body::empty()).unwrap()).await;
    assert_eq!((head.said().as_str(), head.bytes.len()), ("200", 0));
    let elsewhere = desk.request("POST", "/incidents", Some(&lead));
    let mut elsewhere = elsewhere.body(Body::from("{}")).unwrap();
    elsewhere.headers_mut().insert("host", "other.test".parse().unwrap());
    assert_eq!(desk.sent(elsewhere).await.said(), "421 other_host");
}

#[tokio::test]
async fn a_flood_is_told_when_to_come_back() {
    let desk = Desk::with_rate(1).await;
    let lead = desk.person(Role::Lead).await;
    let mut last = desk.get(&lead, "/me").await;
    for _ in 0..20 {
        last = desk.get(&lead, "/me").await;
    }
    assert_eq!(last.said(), "429 too_many_requests");
    assert_eq!(last.header("retry-after"), "1");
}

#[tokio::test]
async fn the_document_needs_no_token_and_is_json() {
    let desk = Desk::new().await;
    let reply = desk.sent(desk.request("GET", "/openapi.json", None).body(Body::empty()).unwrap()).await;
    assert_eq!((reply.said().as_str(), reply.header("content-type")), ("200", "application/json"));
    assert_eq!(reply.json()["openapi"], "3.1.0");
    assert_eq!(reply.header("x-request-id").len(), 26);
}
