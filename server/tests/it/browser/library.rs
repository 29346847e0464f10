//! A playbook is checked while it is being written.

use super::driver::{Chromium, Scripts, wanted};
use crate::support::TestApp;
use domain::{access::Role, playbook::writing::BeginInput};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_while_it_is_typed() {
    if !wanted() {
        return;
    }
    let app = TestApp::new().await;
    let lead = app.account(Role::Lead).await;
    let copy = BeginInput { playbook: String::new(), copy_of: "ransomware".to_owned() };
    let id = app.services.begin_playbook(&app.ctx(&lead), &copy).await.unwrap().id;
    let browser = Chromium::start(&app.origin, Scripts::On).await;
    browser.enter(&lead.email).await;
    let page = format!("/playbooks/{id}/draft");
    browser.open(&page).await;
    browser.hydrated().await;
    assert!(browser.part("#found").await.text().await.contains("The text has no errors."));
    let form = browser.form("Save the draft").await;
    let whole = form.value("Playbook").await;
    assert!(whole.contains("role = \"lead\""));

    // A role that there is none of, in the place of the first.
    const BREAK: &str = "
        const area = document.querySelector('textarea[name=source]');
        area.value = area.value.replace('role = \"lead\"', 'role = \"captain\"');
        area.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.evaluate(BREAK).await;
    browser.see("1 error").await;
    let found = browser.part("#found").await.text().await;
    assert!(found.contains("Line ") && found.contains("captain"), "{found}");
    assert_eq!(browser.path().await, page);

    // Put right, it is as it was, and how it reads has followed.
    const MEND: &str = "
        const area = document.querySelector('textarea[name=source]');
        area.value = area.value.replace('role = \"captain\"', 'role = \"lead\"')
            .replace(/^title = .*$/m, 'title = \"Files held to ransom\"');
        area.dispatchEvent(new Event('input', { bubbles: true }));";
    browser.evaluate(MEND).await;
    browser.see("The text has no errors.").await;
    assert!(browser.part("#preview").await.text().await.contains("Files held to ransom"));
    assert_eq!(app.services.playbook_draft(&app.ctx(&lead), &id, None).await.unwrap().source, whole);
    browser.no_complaints().await;
    app.close().await;
}
