//! The breach register as people and auditors use it, by forms alone.

use crate::support::{Answer, TestApp, html};
use domain::access::Role;

/// The error beside a field of a form that asks and changes nothing.
fn error(answer: &Answer, form: &str, field: &str) -> String {
    html::words_of(&answer.text, &format!("f{}-{field}-error", form.replace('/', "-")))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_register_is_filtered_in_the_address_and_says_what_stands_in_the_way() {
    let app = TestApp::new().await;
    let (lead, auditor) = (app.person(Role::Lead).await, app.person(Role::Auditor).await);
    assert!(auditor.page("/register").await.says("No breach is recorded here."));
    lead.does("/incidents/new", "/incidents", &[("title", "A letter astray")]).await;
    lead.does("/incidents/new", "/incidents", &[("title", "A laptop")]).await;
    let page = auditor.page("/register?q=LETTER&state=open").await;
    assert!(page.says("1 breach (State: open; Reference or title: LETTER)"), "{}", page.words());
    assert!(page.says("A letter astray") && !page.says("A laptop"));
    assert!(page.text.contains("value=\"LETTER\""), "the filter is kept");
    assert!(page.text.contains("<option value=\"open\" selected"), "{}", page.text);

    let none = auditor.page("/register?q=letter&state=closed").await;
    assert!(none.says("No breach fits all of this."), "{}", none.words());
    assert!(none.says("Without “State” there is 1.") && none.text.contains("href=\"/register?q=letter\""));
    assert!(none.says("Show every breach"));
    let wrong = auditor.get("/register?from=soon&q=letter").await;
    assert_eq!(wrong.status, 422);
    assert!(error(&wrong, "/register", "from").contains("2026-01-31"), "{}", wrong.words());
    assert!(wrong.text.contains("value=\"soon\""), "what was typed is kept");
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_stands_alone_is_held_and_handed_over() {
    let app = TestApp::new().await;
    let (lead, auditor) = (app.person(Role::Lead).await, app.person(Role::Auditor).await);
    let case = lead.does("/incidents/new", "/incidents", &[("title", "A letter astray")]).await;
    let record = case.replacen("/incidents/", "/register/", 1);
    let page = auditor.page(&record).await;
    for words in [
        "Record of a personal data breach, Art. 33(5) GDPR",
        "INC-2026-0001",
        "not notified",
        "5 years after the case is closed",
        "Nothing is deleted by itself",
        "Not recorded:",
        "made by",
    ] {
        assert!(page.says(words), "{words}: {}", page.words());
    }
    assert!(!page.says("To the case") && !page.says("Place a legal hold"), "an auditor only reads");
    assert!(lead.page(&record).await.says("To the case"));

    let hold = format!("{record}/hold");
    assert_eq!(lead.fill_in(&record, &hold, &[("reason", "")]).await.status, 422);
    lead.does(&record, &hold, &[("reason", "A claim in court")]).await;
    let page = auditor.page(&record).await;
    assert!(page.says("A claim in court"), "{}", page.words());
    assert!(auditor.page("/register?keeping=held").await.says("under a legal hold"));
    lead.does(&record, &format!("{hold}/lift"), &[("reason", "It was settled")]).await;
    assert!(auditor.page(&record).await.says("Earlier legal hold"));
    let date = format!("{record}/review-date");
    let wrong = lead.fill_in(&record, &date, &[("review_on", "soon"), ("reason", "R")]).await;
    assert!(wrong.error_beside(&date, "review_on").contains("no date"), "{}", wrong.words());
    lead.does(&record, &date, &[("review_on", "2040-01-31"), ("reason", "The limitation runs.")]).await;
    assert!(auditor.page(&record).await.says("31 January 2040, a date of its own"));

    let was = app.journaled().await;
    let file = auditor.get("/register/export?from=2026-01-01&to=2026-12-31&format=csv").await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"register-2026-01-01-2026-12-31.csv\""
    );
    assert!(file.text.contains("INC-2026-0001,A letter astray,"), "{}", file.text);
    let one = auditor.get(&format!("{record}/export?format=json")).await;
    assert!(one.status == 200 && one.text.contains("\"schema\":\"breachdesk-register-1\""));
    assert_eq!(app.journaled().await, was + 2);
    let wrong = auditor.get("/register/export?from=2026-12-31&to=2026-01-01&format=csv").await;
    assert_eq!(wrong.status, 422);
    assert!(error(&wrong, "/register/export", "to").contains("ends before"), "{}", wrong.words());
    assert_eq!(auditor.get(&format!("{record}/export?format=papyrus")).await.status, 422);
    app.close().await;
}
