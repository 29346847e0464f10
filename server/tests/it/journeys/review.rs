//! A draft before its review, as a person sees it: what was found, where it is mended, what it said before.

use crate::support::TestApp;
use domain::access::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_mended_where_the_page_says_so() {
    let app = TestApp::new().await;
    let (lead, dpo) = (app.person(Role::Lead).await, app.person(Role::Dpo).await);
    let case = lead.does("/incidents/new", "/incidents", &[("title", "Looked at")]).await;
    let notices = format!("{case}/notices");
    let draft = [("kind", "subject_communication"), ("language", "en")];
    let notice = lead.does(&notices, &notices, &draft).await;
    let page = lead.page(&notice).await;
    assert!(page.says("must be mended") && page.says("Art. 34(2), recital 86"), "{}", page.words());
    assert!(page.text.contains(&format!("href=\"{case}/facts/advice.self_protection\"")));
    assert!(page.says("It lies with its authors"));

    // Refused, and what is to be mended stands beside the button.
    let submit = format!("{notice}/submit");
    let refused = lead.fill_in(&notice, &submit, &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.says("First mend what was found") && refused.says("lacks “What people can do"));

    // A comment, and what became of the words.
    let comments = format!("{notice}/comments");
    let empty = dpo.fill_in(&notice, &comments, &[("text", "")]).await;
    assert_eq!(empty.status, 422);
    assert!(!empty.error_beside(&comments, "text").is_empty());
    let said = [("statement", "advice"), ("text", "Say it in <two> lines.")];
    dpo.does(&notice, &comments, &said).await;
    let page = lead.page(&notice).await;
    assert!(page.says("Say it in <two> lines.") && page.says("One comment was not dealt with."));
    let resolve = page.forms().into_iter().find(|form| form.action.ends_with("/resolve")).unwrap();
    assert_eq!(lead.send_form(&resolve, &[]).await.status, 303);
    assert!(lead.page(&notice).await.says("Dealt with: 1"));

    let (edit, versions) = (format!("{notice}/statements/updates"), format!("{notice}/versions"));
    assert!(lead.page(&versions).await.says("There is only one version"));
    lead.does(&notice, &edit, &[("text", "We write once more by Friday."), ("judgement", "true")]).await;
    assert!(lead.page(&notice).await.says("A judgement"));
    let page = lead.page(&versions).await;
    assert!(page.text.contains("<ins>") && page.text.contains("<del>"), "{}", page.words());
    assert!(page.says("added: ") && page.says("Friday."), "{}", page.words());
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_counsels_is_marked_and_kept_from_others() {
    let app = TestApp::new().await;
    let (lead, reader) = (app.person(Role::Lead).await, app.person(Role::Reader).await);
    let case = lead.does("/incidents/new", "/incidents", &[("title", "Counsel")]).await;
    let notes = format!("{case}/notes");
    let typed = [("title", "Zeisigwort"), ("text", "Say nothing of March."), ("privileged", "true")];
    let note = lead.does(&format!("{notes}/new"), &notes, &typed).await;
    let note = note.split(['#', '?']).next().unwrap().to_owned();
    let page = lead.page(&note).await;
    assert!(page.says("Counsel’s privileged"));
    assert_eq!(page.form(&note).value("privileged"), "true", "it stays so when the note is saved again");
    assert!(!reader.page(&notes).await.says("Zeisigwort"));
    assert_eq!(reader.get(&note).await.status, 404);
    app.close().await;
}
