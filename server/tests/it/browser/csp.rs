//! What a page may run: its own islands, and nothing that somebody else has put into it.

use super::driver::{Chromium, Scripts, wanted};
use crate::support::{TestApp, Who};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Response, header},
};
use chrono::Duration;
use domain::{access::Role, awareness::AwarenessInput, incident::DeclareInput};
use std::net::SocketAddr;

/// What somebody gets into a page of ours.
const PLANTED: &str = "<script>window.planted = 1</script></body>";

/// Something between the desk and the browser that puts a script into every page. The policy goes along as the
/// desk gave it, but for the address it speaks of, or not at all.
#[derive(Clone)]
struct Between {
    desk: String,
    own: String,
    policy: bool,
    http: reqwest::Client,
}

impl Between {
    async fn start(desk: &str, policy: bool) -> String {
        let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let between = Self { desk: desk.to_owned(), own: own.clone(), policy, http };
        let router = Router::new().fallback(passed_on).with_state(between);
        tokio::spawn(async move { axum::serve(listener, router).await });
        own
    }
}

async fn passed_on(State(between): State<Between>, request: Request) -> Response<Body> {
    let path = request.uri().path_and_query().unwrap().to_string();
    let mut asked = between.http.get(format!("{}{path}", between.desk));
    if let Some(cookie) = request.headers().get(header::COOKIE) {
        asked = asked.header(header::COOKIE, cookie);
    }
    let answer = asked.send().await.unwrap();
    let mut passed = Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        if name == header::CONTENT_SECURITY_POLICY {
            let policy = value.to_str().unwrap().replace(&between.desk, &between.own);
            if between.policy {
                passed = passed.header(name, policy);
            }
        } else if name != header::CONTENT_LENGTH {
            passed = passed.header(name, value);
        }
    }
    let bytes = answer.bytes().await.unwrap();
    let body = match std::str::from_utf8(&bytes) {
        Ok(text) if text.starts_with("<!DOCTYPE html>") => Body::from(text.replace("</body>", PLANTED)),
        _ => Body::from(bytes),
    };
    passed.body(body).unwrap()
}

/// A desk, somebody in it, and an incident whose clock has 50 seconds left.
async fn with_a_clock() -> (TestApp, Who, String) {
    let app = TestApp::new().await;
    let lead = app.account(Role::Lead).await;
    let declare = DeclareInput { title: "Nearly due".to_owned(), ..DeclareInput::default() };
    let incident = app.services.declare_incident(&app.ctx(&lead), &declare).await.unwrap().id;
    let aware = app.ctx(&lead).now - Duration::hours(72) + Duration::seconds(50);
    let input = AwarenessInput {
        aware_at: domain::moment::rfc3339(aware),
        judged_by: "Mara Lind".to_owned(),
        why: "A foreign record was seen.".to_owned(),
        ..AwarenessInput::default()
    };
    app.services.record_awareness(&app.ctx(&lead), incident, &input).await.unwrap();
    (app, lead, format!("/incidents/{incident}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn islands_run_and_a_planted_script_does_not() {
    if !wanted() {
        return;
    }
    let (app, lead, incident) = with_a_clock().await;
    let browser = Chromium::start(&app.origin, Scripts::On).await;
    browser.enter(&lead.email).await;

    // The page as it is: the islands start and the countdown goes on by itself.
    browser.open(&incident).await;
    browser.hydrated().await;
    let countdown = browser.part(".countdown").await;
    let before = countdown.text().await;
    assert!(before.ends_with(" s left"), "{before}");
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    assert_ne!(countdown.text().await, before, "the countdown stands still");
    browser.no_complaints().await;

    // The same page with a script that has no nonce: it is reported and doesn't run, ours still do.
    let with_policy = Between::start(&app.origin, true).await;
    browser.driver.goto(format!("{with_policy}{incident}")).await.unwrap();
    browser.hydrated().await;
    assert!(browser.evaluate("return window.planted === undefined").await.as_bool().unwrap());
    let complaints = browser.complaints().await;
    let reported = |words: &str| complaints.iter().any(|c| c.message.contains(words));
    assert!(
        complaints.len() == 1 && reported("inline script") && reported("script-src 'nonce-"),
        "{complaints:#?}"
    );

    // And without the policy it would have run: it is the policy that holds.
    let without_policy = Between::start(&app.origin, false).await;
    browser.driver.goto(format!("{without_policy}{incident}")).await.unwrap();
    assert_eq!(browser.evaluate("return window.planted").await, 1);
    let _ = browser.complaints().await;
    app.close().await;
}
