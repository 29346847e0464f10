//! From the door to a declared incident without a mouse.

use super::driver::{Chromium, Scripts, wanted};
use crate::support::{TestApp, app::PASSWORD};
use domain::access::Role;
use serde_json::Value;
use thirtyfour::{Key, TypingData};

impl Chromium {
    /// Keys, to whatever has the focus.
    async fn keys(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// A key that leads to another page.
    async fn keys_away(&self, keys: impl Into<TypingData>) {
        let before = self.root().await;
        self.keys(keys).await;
        self.turned(before).await;
    }

    /// What has the focus: its id, else what it says.
    async fn focused(&self) -> String {
        let script = "const at = document.activeElement; return at.id || at.innerText.trim()";
        match self.evaluate(script).await {
            Value::String(words) => words,
            other => panic!("nothing has the focus: {other}"),
        }
    }

    /// Where the focus goes with each Tab. It must be seen wherever it is.
    async fn tabs(&self, times: usize) -> Vec<String> {
        let mut way = Vec::new();
        for _ in 0..times {
            self.keys(Key::Tab).await;
            way.push(self.focused().await);
            let outline = self.evaluate("return getComputedStyle(document.activeElement).outlineStyle").await;
            assert_ne!(outline, "none", "the focus can't be seen on {way:?}");
        }
        way
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_is_declared_without_a_mouse() {
    if !wanted() {
        return;
    }
    let app = TestApp::new().await;
    let lead = app.account(Role::Lead).await;
    let browser = Chromium::start(&app.origin, Scripts::On).await;

    browser.open("/sign-in").await;
    assert_eq!(browser.tabs(1).await, ["f-sign-in-email"]);
    browser.keys(lead.email.as_str()).await;
    assert_eq!(browser.tabs(1).await, ["f-sign-in-password"]);
    browser.keys(PASSWORD).await;
    browser.keys_away(Key::Enter).await;
    browser.see("Sign out").await;

    // The first thing that Tab reaches leads past everything that is the same on every page.
    browser.hydrated().await;
    assert_eq!(browser.tabs(1).await, ["Skip to the content"]);
    browser.keys(Key::Enter).await;
    assert_eq!(browser.focused().await, "main");

    browser.keys("g").await;
    browser.keys_away("n").await;
    assert_eq!(browser.path().await, "/incidents");
    browser.hydrated().await;
    browser.keys_away("c").await;
    assert_eq!(browser.path().await, "/incidents/new");
    browser.hydrated().await;

    // The form in its order.
    browser.tabs(1).await;
    browser.keys(Key::Enter).await;
    let way = [
        "f-incidents-title",
        "f-incidents-severity",
        "f-incidents-summary",
        "Declare the incident",
        "Cancel",
    ];
    assert_eq!(browser.tabs(5).await, way);
    browser.driver.find(thirtyfour::By::Id("f-incidents-title")).await.unwrap().focus().await.unwrap();
    // Keys that mean something elsewhere are letters in a field.
    browser.keys("cgn").await;
    assert_eq!(browser.path().await, "/incidents/new");
    browser.keys(Key::Backspace + Key::Backspace + Key::Backspace).await;

    // Refused: the summary has the focus, its link leads to the field, and the field says what is wrong.
    browser.keys_away(Key::Enter).await;
    browser.only_refused_with(422).await;
    browser.hydrated().await;
    assert_eq!(browser.focused().await, "f-incidents-errors");
    assert_eq!(browser.tabs(1).await, ["What happened, in one line"]);
    browser.keys(Key::Enter).await;
    assert_eq!(browser.focused().await, "f-incidents-title");
    let described = browser.evaluate("return document.activeElement.getAttribute('aria-describedby')").await;
    assert_eq!(described, "f-incidents-title-error");
    browser.keys("Many customer numbers from one account").await;
    let before = browser.root().await;
    browser
        .driver
        .action_chain()
        .key_down(Key::Control)
        .send_keys(Key::Enter)
        .key_up(Key::Control)
        .perform()
        .await
        .unwrap();
    browser.turned(before).await;
    browser.see("INC-2026-0001").await;

    // Help, and search.
    browser.hydrated().await;
    browser.keys("?").await;
    browser.see("Next and previous line of a list").await;
    browser.keys(Key::Escape).await;
    browser.keys("/").await;
    assert_eq!(browser.focused().await, "search");
    browser.keys("customer").await;
    browser.keys_away(Key::Enter).await;
    browser.see("Many customer numbers from one account").await;
    browser.no_complaints().await;
    app.close().await;
}

/// Without scripts, too, whoever can't see the page hears first why a form was refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_the_focus_without_scripts() {
    if !wanted() {
        return;
    }
    let app = TestApp::new().await;
    let lead = app.account(Role::Lead).await;
    let browser = Chromium::start(&app.origin, Scripts::Off).await;
    browser.enter(&lead.email).await;
    browser.open("/incidents/new").await;
    browser.press("Declare the incident").await;
    browser.only_refused_with(422).await;
    assert_eq!(browser.focused().await, "f-incidents-errors");
    app.close().await;
}
