//! A playbook is adapted, tried, published by a second person and kept as a file, by forms alone.

use crate::support::{Answer, TestApp};
use domain::access::{Role, Scope};
use reqwest::Method;
use serde_json::json;

const AT: &str = "/playbooks/ransomware";
const DRAFT: &str = "/playbooks/ransomware/draft";
const CHECK: &str = "/playbooks/ransomware/draft/check";

/// The text in the editor.
fn text(page: &Answer) -> String {
    page.form(DRAFT).value("source").replace("\r\n", "\n").trim_start_matches('\n').to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_playbook_is_adapted_and_published_by_forms() {
    let app = TestApp::new().await;
    let (lead, dpo) = (app.person(Role::Lead).await, app.person(Role::Dpo).await);
    let reader = app.person(Role::Reader).await;
    assert_eq!(reader.get("/playbooks/new").await.status, 403);
    assert!(!reader.page(AT).await.says("Adapt it"));

    // One button on its page begins the next version; a second click begins nothing.
    let adapt = lead.page(AT).await.form("/playbooks/new");
    let begun = lead.send_form(&adapt, &[]).await;
    assert_eq!(begun.location(), DRAFT, "{}", begun.words());
    assert_eq!(lead.send_form(&adapt, &[]).await.location(), DRAFT);
    let page = lead.page(DRAFT).await;
    assert!(page.says("The text has no errors.") && page.says("a second person reads it"));
    let good = text(&page);

    // A check shows what is found and where, keeps what was typed, and saves nothing.
    let bad = good.replacen("role = \"", "rloe = \"", 1);
    let before = app.journaled().await;
    let checked = lead.post(CHECK, &[("source", &bad), ("revision", "1")]).await;
    assert_eq!(checked.status, 200, "{}", checked.words());
    assert_eq!(text(&checked), bad);
    let line = bad.lines().position(|l| l.contains("rloe")).unwrap() + 1;
    assert!(checked.says("not saved yet") && checked.says(&format!("Line {line}")), "{}", checked.words());
    assert!(checked.text.contains(&format!("href=\"#L{line}\"")));
    assert!(checked.text.contains(&format!("id=\"L{line}\"")));
    assert_eq!(app.journaled().await, before);
    assert_eq!(text(&lead.page(DRAFT).await), good);
    let none = lead.post(CHECK, &[("source", ""), ("revision", "1")]).await;
    assert_eq!(none.status, 422);
    assert!(none.error_beside(DRAFT, "source").contains("Write the playbook here"));

    // Saved; what it changes is shown; a stale form loses nothing.
    let ours = good.replacen("title = \"", "title = \"Ours: ", 1);
    let stale = lead.page(DRAFT).await.form(DRAFT);
    lead.does(DRAFT, DRAFT, &[("source", &ours)]).await;
    let late = lead.send_form(&stale, &[("source", "mine")]).await;
    assert_eq!((late.status, text(&late).as_str()), (409, "mine"));
    let difference = lead.page(&format!("{AT}/difference?from=offered&to=draft")).await;
    assert!(difference.says("2 lines added, 2 lines removed"), "{}", difference.words());
    let missing = lead.get(&format!("{AT}/difference?from=nothing")).await;
    assert_eq!(missing.status, 404);

    // Tried with invented answers, which stand in the address.
    let tried = lead
        .page(&format!("{AT}/try?version=draft&declared_at=2026-06-09+08:00&a.data.types=credentials"))
        .await;
    assert!(tried.says("What the run would look like") && tried.says("Nothing of this is kept"));
    let wrong = lead.page(&format!("{AT}/try?declared_at=soon&a.people.count=many")).await;
    assert!(wrong.says("Some answers can’t be taken."), "{}", wrong.words());
    for (field, typed) in [("declared-at", "soon"), ("a-people-count", "many")] {
        assert!(wrong.text.contains(&format!("try-{field}-error")), "{field}");
        assert!(wrong.text.contains(&format!("value=\"{typed}\"")), "{typed}");
    }

    // A second person sends it back, and then publishes it.
    let publish = format!("{DRAFT}/publish");
    assert!(lead.page(DRAFT).await.forms().iter().all(|f| f.action != publish));
    let own = lead.post(&publish, &[("revision", "2")]).await;
    assert!(own.status == 409 && own.says("You made the last change yourself."), "{}", own.words());
    dpo.does(DRAFT, &format!("{DRAFT}/decline"), &[("reason", "Name the insurer.")]).await;
    assert!(lead.page(DRAFT).await.says("Name the insurer."));
    assert!(lead.page("/playbooks").await.says("The draft was sent back: Name the insurer."));
    lead.does(DRAFT, DRAFT, &[("source", &ours.replacen("Ours: ", "Insured: ", 1))]).await;
    assert_eq!(dpo.does(DRAFT, &publish, &[]).await, AT);
    let page = lead.page(AT).await;
    assert!(page.says("Insured: ") && page.says("Your organisation’s"), "{}", page.words());

    // As a file, also for a program.
    let file = lead.get(&format!("{AT}/export?format=toml")).await;
    assert!(file.header("content-disposition").contains("ransomware.toml"));
    assert!(file.text.contains("Insured: "));
    let cacao = lead.get(&format!("{AT}/export?format=cacao")).await;
    let theirs = cacao.text.clone().into_bytes();
    let form = lead.page("/playbooks/import").await.form("/playbooks/import");
    let fields = form.filled(&[("playbook", "theirs")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let came = lead.post_file("/playbooks/import", &fields, ("file", "theirs.json", theirs)).await;
    assert!(came.status == 200 && came.says("A draft was made of it."), "{}", came.words());
    let nonsense = lead.post_file("/playbooks/import", &fields, ("file", "x.json", b"{".to_vec())).await;
    assert!(nonsense.says("It was not taken"), "{}", nonsense.words());
    let much = vec![b' '; (2 << 20) + 1];
    let much = lead.post_file("/playbooks/import", &fields, ("file", "x.json", much)).await;
    assert!(much.says("It was not taken"), "{}", much.words());

    // Retired, it is offered to nobody; the built-in one comes back with a reason.
    let retire = format!("{AT}/retire");
    lead.does(AT, &retire, &[("reason", "We outsource this.")]).await;
    assert!(lead.page(AT).await.says("We outsource this."));
    assert!(lead.page("/playbooks").await.says("Not offered"));
    lead.does(AT, &format!("{AT}/offer"), &[("reason", "Back again.")]).await;
    assert!(lead.page(AT).await.says("Comes with the program"));
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_imports_what_is_two_mebibytes_long() {
    let app = TestApp::new().await;
    let lead = app.account(Role::Lead).await;
    let program = app.token(&lead, &[Scope::Read, Scope::Write]).await;
    let playbook = domain::playbook::find("ransomware").unwrap();
    let mut cacao = domain::playbook::cacao::export(playbook, chrono::DateTime::UNIX_EPOCH).to_string();
    cacao.push_str(&" ".repeat((2 << 20) - cacao.len()));
    let import = "/api/v1/playbooks/import";
    let body = json!({ "playbook": "theirs", "cacao": cacao });
    let taken = program.call(Method::POST, import, Some(&body), &[]).await;
    assert_eq!(taken.status, 201, "{}", taken.text);
    assert_eq!(taken.json()["id"], "theirs");
    cacao.push(' ');
    let body = json!({ "playbook": "more", "cacao": cacao });
    let refused = program.call(Method::POST, import, Some(&body), &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/cacao");

    let at = "/api/v1/playbooks/theirs";
    let draft = program.call(Method::GET, &format!("{at}/draft"), None, &[]).await;
    assert_eq!((draft.status, draft.header("etag")), (200, "\"1\""));
    let tried = json!({ "declared_at": "2026-06-09T08:00:00Z", "answers": { "people.count": ["many"] } });
    let wrong = program.call(Method::POST, &format!("{at}/draft/rehearsal"), Some(&tried), &[]).await;
    assert_eq!((wrong.status, &wrong.json()["errors"][0]["pointer"]), (422, &json!("/answers")));
    let tried = json!({ "declared_at": "2026-06-09T08:00:00Z" });
    let run = program.call(Method::POST, &format!("{at}/draft/rehearsal"), Some(&tried), &[]).await;
    assert_eq!(run.status, 200, "{}", run.text);
    assert_eq!(run.json()["steps"].as_array().unwrap().len(), playbook.steps.len());
    let check = json!({ "playbook": "theirs", "source": "id = 1" });
    let found = program.call(Method::POST, "/api/v1/playbooks/check", Some(&check), &[]).await;
    assert_eq!((found.status, &found.json()["errors"][0]["line"]), (200, &json!(1)));
    app.close().await;
}
