//! What people type is not lost: to a slip, to somebody who was quicker, to a session that ended, to a double
//! click.

use crate::support::{Browser, TestApp};
use chrono::Duration;
use domain::access::Role;

async fn declared(lead: &Browser, title: &str) -> String {
    lead.does("/incidents/new", "/incidents", &[("title", title)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_the_field() {
    let app = TestApp::new().await;
    let lead = app.person(Role::Lead).await;
    let before = app.fingerprint().await;
    let typed = [("title", ""), ("severity", "high"), ("summary", "Two lines\nof \"text\" & <more>")];
    let answer = lead.fill_in("/incidents/new", "/incidents", &typed).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("<h1>Declare an incident</h1>"), "the same page");
    let form = answer.form("/incidents");
    assert_eq!((form.value("severity"), form.value("summary")), ("high", "Two lines\nof \"text\" & <more>"));
    assert!(!answer.error_beside("/incidents", "title").is_empty());
    assert_eq!(answer.error_beside("/incidents", "summary"), "");
    assert_eq!(app.fingerprint().await, before, "nothing was written");
    let to = lead.send_form(&form, &[("title", "Now with a title")]).await;
    assert_eq!(to.status, 303);
    let page = lead.page(&to.location()).await;
    assert!(page.says("Now with a title") && page.says("of \"text\" & <more>"));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_slower_sees_both() {
    let app = TestApp::new().await;
    let (lead, dpo) = (app.person(Role::Lead).await, app.person(Role::Dpo).await);
    let case = declared(&lead, "Edited by two").await;
    let notes = format!("{case}/notes");
    let note = lead
        .does(&format!("{notes}/new"), &notes, &[("title", "A call"), ("text", "They call back at ten.")])
        .await;
    let note = note.split(['#', '?']).next().unwrap().to_owned();
    let slow = lead.page(&note).await.form(&note);
    assert_eq!(dpo.fill_in(&note, &note, &[("text", "They call back at noon.")]).await.status, 303);
    let answer = lead.send_form(&slow, &[("text", "They call back at eleven.")]).await;
    assert_eq!(answer.status, 409);
    assert_eq!(
        answer.form(&note).value("text"),
        "They call back at eleven.",
        "what was typed is still there"
    );
    assert!(answer.says("They call back at noon."), "and what is stored beside it: {}", answer.words());
    assert!(answer.says("Somebody changed this while you were working on it."));
    // Having seen both, the same form can be sent again.
    let again =
        lead.send_form(&answer.form(&note), &[("text", "They call back at eleven, not at noon.")]).await;
    assert_eq!(again.status, 303, "{}", again.words());
    assert_eq!(lead.page(&note).await.form(&note).value("text"), "They call back at eleven, not at noon.");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_leads_to_the_door_and_back() {
    let app = TestApp::new().await;
    let who = app.account(Role::Lead).await;
    let lead = app.signed_in(&who).await;
    let case = declared(&lead, "Left alone").await;
    let edit = format!("{case}/edit");
    let form = lead.page(&edit).await.form(&edit);
    app.advance(Duration::minutes(31));
    let answer = lead.send_form(&form, &[("title", "Typed too late")]).await;
    assert_eq!((answer.status, answer.location()), (303, format!("/sign-in?next={edit}")));
    let password = crate::support::app::PASSWORD;
    let door = answer.location();
    let back = lead.fill_in(&door, "/sign-in", &[("email", &who.email), ("password", password)]).await;
    assert_eq!((back.status, back.location()), (303, edit.clone()));
    assert_eq!(lead.page(&edit).await.form(&edit).value("title"), "Left alone", "nothing was saved unseen");
    // Nobody is led out of the house.
    lead.forget_cookie();
    for next in ["https://evil.test/", "//evil.test", "/\\evil.test"] {
        let browser = app.stranger();
        let back =
            browser.post("/sign-in", &[("email", &who.email), ("password", password), ("next", next)]).await;
        assert_eq!((back.status, back.location().as_str()), (303, "/"), "{next}");
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_new_at_each_sign_in_and_ends_on_the_server() {
    let app = TestApp::new().await;
    let who = app.account(Role::Reader).await;
    let reader = app.signed_in(&who).await;
    let first = reader.cookie().unwrap();
    let other = app.stranger();
    other.keep_cookie(&first);
    let answer =
        other.post("/sign-in", &[("email", &who.email), ("password", crate::support::app::PASSWORD)]).await;
    assert_eq!(answer.status, 303);
    assert_ne!(other.cookie().unwrap(), first, "the session is rotated");
    assert_eq!(reader.get("/tasks").await.status, 303, "the one before has ended");
    let second = other.cookie().unwrap();
    let out = other.post("/sign-out", &[]).await;
    assert_eq!((out.status, out.location().as_str()), (303, "/sign-in"));
    assert!(other.cookie().is_none() && out.header("set-cookie").contains("Max-Age=0"));
    other.keep_cookie(&second);
    assert_eq!(other.get("/tasks").await.status, 303, "a stolen copy is of no use either");
    let set = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_does_it_once() {
    let app = TestApp::new().await;
    let lead = app.person(Role::Lead).await;
    let form = lead.page("/incidents/new").await.form("/incidents");
    assert!(!form.value("form_token").is_empty());
    let typed = [("title", "Clicked twice")];
    let (one, two) = tokio::join!(lead.send_form(&form, &typed), lead.send_form(&form, &typed));
    assert_eq!((one.status, two.status), (303, 303));
    assert_eq!(one.location(), two.location());
    assert_eq!(lead.page("/incidents").await.text.matches(">Clicked twice<").count(), 1);
    let other = lead.send_form(&form, &[("title", "Something else with the same token")]).await;
    assert_eq!(other.status, 409);
    assert_eq!(other.form("/incidents").value("title"), "Something else with the same token");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_at_the_door_are_slowed_down() {
    let app = TestApp::new().await;
    let who = app.account(Role::Reader).await;
    let browser = app.stranger();
    let mut refused = 0;
    for _ in 0..12 {
        let answer = browser.post("/sign-in", &[("email", &who.email), ("password", "wrong")]).await;
        refused += usize::from(answer.status == 429);
        assert!(matches!(answer.status, 422 | 429));
    }
    assert!(refused >= 6, "{refused}");
    let right = [("email", who.email.as_str()), ("password", crate::support::app::PASSWORD)];
    let answer = browser.post("/sign-in", &right).await;
    assert!(answer.status == 429 && answer.header("retry-after").parse::<u32>().unwrap() <= 60);
    app.advance(Duration::seconds(61));
    assert_eq!(browser.post("/sign-in", &right).await.status, 303);
    app.close().await;
}
