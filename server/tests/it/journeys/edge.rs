//! What every answer has, whatever was asked: the edge of the site.

use crate::support::{Answer, Browser, TestApp};
use domain::access::Role;
use reqwest::{Method, redirect::Policy};
use std::collections::BTreeSet;

/// A request with exactly these headers, and the browser's cookie.
async fn bare(browser: &Browser, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let client = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
    let mut request = client.request(method, format!("{}{path}", browser.origin));
    if let Some(cookie) = browser.cookie() {
        request = request.header("cookie", cookie);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_answer_has_its_headers() {
    let app = TestApp::making().config(|c| c.limits.form_bytes = 4_096).start().await;
    let lead = app.person(Role::Lead).await;
    let reader = app.person(Role::Reader).await;
    let css = lead.page("/incidents").await.text;
    let css = css
        .split("href=\"")
        .find(|part| part.starts_with("/pkg/"))
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let large = "x".repeat(10_000);
    let case = lead.does("/incidents/new", "/incidents", &[("title", "With evidence")]).await;
    let evidence = format!("{case}/evidence");
    let said = [
        ("collected_by", "R. Fenn"),
        ("collected_at", "2026-06-09 07:00"),
        ("source", "gateway-2"),
        ("method", ""),
    ];
    let kept = lead
        .post_file(&evidence, &said, ("file", "a \"log\".html", b"<script>alert(1)</script>".to_vec()))
        .await;
    let (_, item) = kept.headers["location"].to_str().unwrap().split_once('#').unwrap();
    let title = [("title", "Something"), ("severity", "moderate"), ("summary", "")];
    let answers = [
        ("200 page", lead.get("/incidents").await),
        ("200 door", app.stranger().get("/sign-in").await),
        ("200 health", app.stranger().get("/healthz").await),
        ("200 download", lead.get(&format!("{evidence}/{item}/content")).await),
        ("303 to the door", app.stranger().get("/incidents").await),
        ("303 after a form", lead.post("/incidents", &title).await),
        ("308 other host", bare(&lead, Method::GET, "/incidents", &[("host", "elsewhere.test")]).await),
        ("403 role", reader.post("/incidents", &title).await),
        (
            "403 other site",
            bare(&lead, Method::POST, "/incidents", &[("sec-fetch-site", "cross-site")]).await,
        ),
        ("404 page", lead.get("/incidents/aaaaaaaaaaaaaaaaaaaaaaaaaa").await),
        ("404 no such address", lead.get("/no-such-page").await),
        ("404 file", app.stranger().get("/pkg/0000000000000000/app.css").await),
        ("405 method", lead.send(lead.request(Method::DELETE, "/incidents")).await),
        ("413 too much", lead.post("/incidents", &[("title", &large)]).await),
        ("415 no form", lead.send(lead.request(Method::POST, "/incidents").body("x")).await),
        ("421 other host", bare(&lead, Method::POST, "/incidents", &[("host", "elsewhere.test")]).await),
        (
            "422 form",
            lead.post("/incidents", &[("title", ""), ("severity", "moderate"), ("summary", "")]).await,
        ),
    ];
    let mut told = String::new();
    let common: BTreeSet<String> =
        answers[0].1.masked_headers().into_iter().filter(|h| !h.starts_with("content-length")).collect();
    told.push_str("== on every answer, unless said otherwise\n");
    for line in &common {
        told.push_str(&format!("{}\n", line.replace(&app.origin, "ORIGIN")));
    }
    for (name, answer) in &answers {
        assert!(name.starts_with(&answer.status.to_string()), "{name}: {} {}", answer.status, answer.text);
        told.push_str(&format!("== {name}\n"));
        let lines: BTreeSet<String> =
            answer.masked_headers().into_iter().filter(|h| !h.starts_with("content-length")).collect();
        for line in common.difference(&lines) {
            told.push_str(&format!("- {}\n", line.replace(&app.origin, "ORIGIN")));
        }
        for line in lines.difference(&common) {
            told.push_str(&format!("+ {}\n", line.replace(&app.origin, "ORIGIN")));
        }
    }
    let told =
        told.split_inclusive(['\n', '/']).map(|part| if part.trim_end().len() == 26 { "ID\n" } else { part });
    insta::assert_snapshot!(told.collect::<String>());
    if std::env::var("BREACHDESK_SKIP").is_err() && css != "/pkg/none/app.css" {
        let file = app.stranger().get(&css).await;
        assert_eq!((file.status, file.header("cache-control")), (200, "public, max-age=31536000, immutable"));
        assert_eq!(
            (file.header("x-content-type-options"), file.header("content-type")),
            ("nosniff", "text/css; charset=utf-8")
        );
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_nonce_comes_twice() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let mut seen = BTreeSet::new();
    for _ in 0..300 {
        let nonce = stranger.page("/sign-in").await.nonce().unwrap();
        assert!(nonce.len() >= 26, "{nonce}");
        assert!(seen.insert(nonce), "a nonce came twice");
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_do_nothing() {
    let app = TestApp::new().await;
    let lead = app.person(Role::Lead).await;
    let before = app.fingerprint().await;
    let elsewhere = format!("{}.evil.test", app.origin);
    for headers in [
        &[][..],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", &app.origin)],
        &[("sec-fetch-site", "none")],
        &[("origin", "null")],
        &[("origin", &elsewhere)],
    ] {
        for path in ["/incidents", "/sign-out", "/sign-in", "/account/profile", "/drafts"] {
            let answer = bare(&lead, Method::POST, path, headers).await;
            assert_eq!(answer.status, 403, "{path} {headers:?}");
        }
    }
    let framed =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    assert_eq!(bare(&lead, Method::GET, "/incidents", &framed).await.status, 403);
    let followed =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    assert_eq!(bare(&lead, Method::GET, "/incidents", &followed).await.status, 200);
    assert_eq!(app.fingerprint().await, before, "something was written");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_host_is_led_here_or_refused() {
    let app = TestApp::new().await;
    let stranger = app.stranger();
    let led = bare(&stranger, Method::GET, "/sign-in?next=%2Ftasks", &[("host", "elsewhere.test")]).await;
    assert_eq!((led.status, led.location()), (308, format!("{}/sign-in?next=%2Ftasks", app.origin)));
    let refused = bare(
        &stranger,
        Method::POST,
        "/sign-in",
        &[("host", "elsewhere.test"), ("sec-fetch-site", "same-origin")],
    )
    .await;
    assert_eq!(refused.status, 421);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_waits_and_others_do_not() {
    let app = TestApp::making()
        .config(|c| (c.limits.person_per_second, c.limits.stranger_per_second) = (2, 100_000))
        .start()
        .await;
    let (lead, reader) = (app.person(Role::Lead).await, app.person(Role::Reader).await);
    let mut waits = 0;
    for _ in 0..20 {
        let answer = lead.get("/tasks").await;
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
            waits += 1;
        }
    }
    assert!(waits > 5, "{waits}");
    assert_eq!(reader.get("/tasks").await.status, 200);
    app.close().await;
}
