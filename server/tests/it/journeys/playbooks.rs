//! A playbook that calls others, and a step that is worked once for each of something, by forms alone.

use crate::support::{Answer, TestApp, html::Form};
use domain::access::Role;

/// The form that posts to an address with this end, and carries this value.
fn form(page: &Answer, end: &str, value: &str) -> Form {
    let carries =
        |f: &Form| value.is_empty() || f.fields.iter().any(|g| g.kind == "hidden" && g.value == value);
    let found = page.forms().into_iter().find(|f| f.action.ends_with(end) && carries(f));
    found.unwrap_or_else(|| panic!("no form to {end} with {value}: {}", page.words()))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_called_playbook_is_begun_from_its_step_and_says_there_how_far_it_is() {
    let app = TestApp::new().await;
    let lead = app.person(Role::Lead).await;
    let case = lead.does("/incidents/new", "/incidents", &[("title", "A mailbox")]).await;
    let tab = format!("{case}/playbook");
    assert!(lead.page(&tab).await.says("Called by other playbooks"));
    assert!(lead.page("/playbooks").await.says("Called by other playbooks"));
    lead.does(&tab, &format!("{case}/playbooks"), &[("playbook", "mailbox-compromise")]).await;
    let page = lead.page(&tab).await;
    assert!(page.says("Follow Preserve evidence"), "{}", page.words());
    assert!(page.says("(asked in “Assess the risk to people”)"));
    assert!(page.says("At the same time as:"));

    let follow = form(&page, "/playbooks", "preserve-evidence");
    let begun = lead.send_form(&follow, &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.words());
    let page = lead.page(begun.location().split('#').next().unwrap()).await;
    assert!(page.says("0 of 12 settled"), "{}", page.words());
    let twice = lead.send_form(&follow, &[]).await;
    assert_eq!(twice.location(), begun.location(), "a second click begins nothing");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_step_is_done_when_each_of_its_items_is() {
    let app = TestApp::new().await;
    let lead = app.person(Role::Lead).await;
    let case = lead.does("/incidents/new", "/incidents", &[("title", "A mailbox")]).await;
    let (tab, start) = (format!("{case}/playbook"), format!("{case}/playbooks"));
    lead.does(&tab, &start, &[("playbook", "mailbox-compromise")]).await;
    let at = format!("{tab}?step=lock-the-mailbox");
    let page = lead.page(&at).await;
    assert!(page.says("Once for each affected mailbox."));
    let empty = lead.send_form(&form(&page, "/lock-the-mailbox/items", ""), &[("label", "")]).await;
    assert_eq!(empty.status, 422);
    let add = form(&page, "/lock-the-mailbox/items", "");
    assert_eq!(lead.send_form(&add, &[("label", "Accounts")]).await.status, 303);
    let page = lead.page(&at).await;
    assert!(page.says("Accounts") && page.says("0 of 1 items"), "{}", page.words());

    let done = form(&page, "/steps/lock-the-mailbox", "done");
    let early = lead.send_form(&done, &[]).await;
    assert_eq!(early.status, 409);
    assert!(early.says("1 item of this step is still open."), "{}", early.words());
    let item = page.forms().into_iter().find(|f| f.action.contains("/items/")).unwrap();
    assert_eq!(lead.send_form(&item, &[]).await.status, 303);
    let again = lead.send_form(&item, &[]).await;
    assert!(again.status == 409 && again.says("This item is done already."), "{}", again.words());
    let page = lead.page(&at).await;
    assert!(page.says("1 of 1 items"));
    let ticked = lead.send_form(&form(&page, "/steps/lock-the-mailbox", "done"), &[]).await;
    assert_eq!(ticked.status, 303, "{}", ticked.words());
    app.close().await;
}
