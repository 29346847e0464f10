//! A playbook that calls others, and a step that is worked once for each of something, by forms alone.

use crate::support::{Answer, TestApp, html::Form};
use domain::{
    access::Role,
    playbook::writing::{BeginInput, TextInput},
};
use services::Ctx;

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

/// One of the organisation's own, with a question between two ways.
const ASKS: &str = r#"id = "ask-first"
version = 1
title = "Ask first"
use_when = "Something is odd."
summary = "One of two ways."
severity_guidance = "Low."

[[step]]
id = "is-it-ours"
phase = "containment"
title = "Find out whose it is"
role = "lead"
why = "The two ways differ."
how = "Look at the label."
decision = "Is the device ours?"

[[step]]
id = "lock-it"
phase = "containment"
title = "Lock it from afar"
role = "lead"
why = "Nobody may read it."
how = "In the console."
when = 'step.is-it-ours == "yes"'

[[step]]
id = "hand-it-over"
phase = "containment"
title = "Hand it to its owner"
role = "lead"
why = "It is theirs."
how = "Against a receipt."
when = 'step.is-it-ours == "no"'
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_question_between_two_ways_is_answered_by_yes_or_no() {
    let app = TestApp::new().await;
    let (lead, dpo) = (app.account(Role::Lead).await, app.account(Role::Dpo).await);
    let begin = BeginInput { playbook: "ask-first".to_owned(), copy_of: String::new() };
    app.services.begin_playbook(&app.ctx(&lead), &begin).await.unwrap();
    let text = TextInput { source: ASKS.to_owned() };
    let by_lead = Ctx { seen: Some(1), ..app.ctx(&lead) };
    app.services.save_playbook(&by_lead, "ask-first", &text).await.unwrap();
    let by_dpo = Ctx { seen: Some(2), ..app.ctx(&dpo) };
    app.services.publish_playbook(&by_dpo, "ask-first").await.unwrap();

    let lead = app.signed_in(&lead).await;
    let case = lead.does("/incidents/new", "/incidents", &[("title", "A device")]).await;
    let (tab, start) = (format!("{case}/playbook"), format!("{case}/playbooks"));
    let page = lead.page(&tab).await;
    assert!(page.says("Too little is known yet to recommend one."), "{}", page.words());
    assert!(page.says("Kind of incident decides about"), "{}", page.words());
    let first = lead.does(&tab, &start, &[("playbook", "ask-first")]).await;
    assert!(first.contains("step=is-it-ours"), "a run begins at its first step: {first}");
    let page = lead.page(&tab).await;
    assert!(page.says("Is the device ours?"));
    assert!(page.says("Yes opens: Lock it from afar."), "{}", page.words());
    assert!(page.says("No opens: Hand it to its owner."));
    assert!(!page.says("It does not apply here"), "that would be the answer no");

    let no = form(&page, "/steps/is-it-ours", "not_applicable");
    let answered = lead.send_form(&no, &[]).await;
    assert_eq!(answered.status, 303, "{}", answered.words());
    let on = answered.location();
    assert!(on.contains("step=hand-it-over&after=is-it-ours#hand-it-over--"), "{on}");
    let page = lead.page(on.split('#').next().unwrap()).await;
    assert!(page.says("Answered no") && page.says("Does not apply because"), "{}", page.words());

    // The answer is taken back where it was given, and the history has both.
    let at = format!("{tab}?step=is-it-ours");
    let reopen = form(&lead.page(&at).await, "/steps/is-it-ours", "reopen");
    assert_eq!(lead.send_form(&reopen, &[]).await.status, 303);
    let page = lead.page(&at).await;
    assert!(page.says("Answered no") && page.says("Opened again"), "{}", page.words());
    let yes = form(&page, "/steps/is-it-ours", "done");
    assert!(lead.send_form(&yes, &[]).await.location().contains("step=lock-it"));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_item_is_mended_where_it_stands() {
    let app = TestApp::new().await;
    let lead = app.person(Role::Lead).await;
    let case = lead.does("/incidents/new", "/incidents", &[("title", "A mailbox")]).await;
    let (tab, start) = (format!("{case}/playbook"), format!("{case}/playbooks"));
    lead.does(&tab, &start, &[("playbook", "mailbox-compromise")]).await;
    let at = format!("{tab}?step=lock-the-mailbox");
    let add = form(&lead.page(&at).await, "/lock-the-mailbox/items", "");
    let added = lead.send_form(&add, &[("label", "Acounts")]).await;
    assert!(added.location().ends_with("-items-label"), "the next one can be typed at once");
    let page = lead.page(&at).await;
    let ends = |end: &str| {
        let found =
            page.forms().into_iter().find(|f| f.action.contains("/items/") && f.action.ends_with(end));
        found.unwrap_or_else(|| panic!("no form to …{end}: {}", page.words()))
    };
    let remove = ends("/remove");
    let rename = page.forms().into_iter().find(|f| format!("{}/remove", f.action) == remove.action).unwrap();
    let same = lead.send_form(&rename, &[("label", "Acounts")]).await;
    assert!(same.status == 422 && same.says("It is called that."), "{}", same.words());
    assert_eq!(lead.send_form(&rename, &[("label", "Accounts")]).await.status, 303);
    let page = lead.page(&at).await;
    assert!(page.says("“Accounts” given another name"), "{}", page.words());
    assert_eq!(lead.send_form(&remove, &[]).await.status, 303);
    let page = lead.page(&at).await;
    assert!(page.says("“Accounts” taken off the list") && !page.says("of 1 items"), "{}", page.words());
    app.close().await;
}
