//! Nothing that was typed is lost: not by a session that ended, not by somebody who saved first.

use super::driver::{Chromium, Scripts, wanted};
use crate::support::{TestApp, Who};
use domain::{access::Role, incident::DeclareInput, work::note::NoteInput};

async fn with_an_incident() -> (TestApp, Who, String) {
    let app = TestApp::new().await;
    let lead = app.account(Role::Lead).await;
    let declare = DeclareInput { title: "Notes".to_owned(), ..DeclareInput::default() };
    let incident = app.services.declare_incident(&app.ctx(&lead), &declare).await.unwrap().id;
    (app, lead, format!("/incidents/{incident}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_outlives_the_session() {
    if !wanted() {
        return;
    }
    let (app, lead, incident) = with_an_incident().await;
    let browser = Chromium::start(&app.origin, Scripts::On).await;
    browser.enter(&lead.email).await;
    let page = format!("{incident}/notes/new");
    browser.open(&page).await;
    browser.hydrated().await;
    let form = browser.form("Save").await;
    form.fill("Title", "Call").await.fill("Text", "First sentence.").await;
    browser.see("Saved 08:").await;

    // The session ends while somebody writes on. The page says so, and the form doesn't leave.
    app.advance(chrono::Duration::minutes(31));
    form.fill("Text", "First sentence. Second sentence.").await;
    browser.see("Not saved: you are signed out. Your text is kept in this browser.").await;
    form.element.find(thirtyfour::By::Css("button")).await.unwrap().click().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(browser.path().await, page);
    assert_eq!(browser.form("Save").await.value("Text").await, "First sentence. Second sentence.");
    let _ = browser.complaints().await;

    // Signed in again, it is offered: what the server kept, and what this browser kept after that.
    browser.enter(&lead.email).await;
    browser.open(&page).await;
    browser.hydrated().await;
    browser.see("Below is what you typed last").await;
    let form = browser.form("Save").await;
    assert_eq!(form.value("Text").await, "First sentence. Second sentence.");
    form.fill("Title", "Call").await.press("Save").await;
    assert_eq!(browser.part(".prose").await.text().await, "First sentence. Second sentence.");
    browser.no_complaints().await;
    app.close().await;
}

/// In another browser there is what the server kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_draft_follows_its_writer() {
    if !wanted() {
        return;
    }
    let (app, lead, incident) = with_an_incident().await;
    let page = format!("{incident}/notes/new");
    {
        let browser = Chromium::start(&app.origin, Scripts::On).await;
        browser.enter(&lead.email).await;
        browser.open(&page).await;
        browser.hydrated().await;
        browser.form("Save").await.fill("Text", "Written on the way.").await;
        browser.see("Saved 08:").await;
        browser.no_complaints().await;
    }
    let browser = Chromium::start(&app.origin, Scripts::Off).await;
    browser.enter(&lead.email).await;
    browser.open(&page).await;
    browser.see("Below is what you typed last").await;
    assert_eq!(browser.form("Save").await.value("Text").await, "Written on the way.");
    app.close().await;
}

async fn two_write_one_note(scripts: Scripts) {
    if !wanted() {
        return;
    }
    let (app, lead, incident) = with_an_incident().await;
    let dpo = app.account(Role::Dpo).await;
    let input = NoteInput { title: "Call".to_owned(), text: "As it was.".to_owned(), ..NoteInput::default() };
    let id = incident.strip_prefix("/incidents/").unwrap().parse().unwrap();
    let note = app.services.add_note(&app.ctx(&lead), id, &input).await.unwrap().id;
    let page = format!("{incident}/notes/{note}");
    let (first, second) =
        (Chromium::start(&app.origin, scripts).await, Chromium::start(&app.origin, scripts).await);
    for (browser, who) in [(&first, &lead), (&second, &dpo)] {
        browser.enter(&who.email).await;
        browser.open(&page).await;
    }
    first.form("Save").await.fill("Text", "What the lead writes.").await.press("Save").await;
    second.form("Save").await.fill("Text", "What the officer writes.").await.press("Save").await;
    second.only_refused_with(409).await;
    second.see("Somebody changed this while you were working on it").await;
    // Both are there: the stored text, and what was typed.
    assert_eq!(second.part(".prose").await.text().await, "What the lead writes.");
    let form = second.form("Save").await;
    assert_eq!(form.value("Text").await, "What the officer writes.");
    form.fill("Text", "What both write.").await.press("Save").await;
    assert_eq!(second.part(".prose").await.text().await, "What both write.");
    first.no_complaints().await;
    second.no_complaints().await;
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_edit_shows_both_texts_with_scripts() {
    two_write_one_note(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_edit_shows_both_texts_without_scripts() {
    two_write_one_note(Scripts::Off).await;
}
