//! Both notices: written, approved by a second person, released, captured, proven.

use super::{APPROVER, LEAD, Walk, sign_in};
use crate::browser::driver::Chromium;
use domain::notice::template::NoticeKind;
use std::collections::BTreeSet;
use thirtyfour::By;

const AUTHORITY: &str = "breach@authority.test";
const PEOPLE: [&str; 3] = ["ada@people.test", "bo@people.test", "cy@people.test"];

impl Walk {
    async fn drafted(&self, browser: &Chromium, kind: &str) -> String {
        browser.open(&format!("{}/notices", self.incident)).await;
        let form = browser.form("Draft").await;
        form.tick_value("kind", kind).await.choose("Language", "English").await.press("Draft").await;
        browser.path().await
    }

    pub(super) async fn authority_is_told(&self) {
        let (lead, dpo) = (&self.first, &self.second);
        let notice = self.drafted(lead, "authority_notification").await;
        // Told in phases: what is missing is listed with a link to where it is answered.
        assert!(lead.has("main a[href$='/facts/people.categories']").await);
        let form = lead.form("Save the recipients").await;
        form.fill("Address of the supervisory authority", AUTHORITY).await;
        form.fill("The same address, typed again", "breach@authority.example")
            .await
            .press("Save the recipients")
            .await;
        lead.only_refused_with(422).await;
        let form = lead.form("Save the recipients").await;
        assert_eq!(form.value("Address of the supervisory authority").await, AUTHORITY);
        form.fill("The same address, typed again", AUTHORITY).await.press("Save the recipients").await;
        lead.press("Submit for review").await;
        lead.see("You wrote part of this notice. A second person has to approve it").await;
        assert!(!lead.page().await.has_button("Approve exactly this").await);

        dpo.open("/notices").await;
        dpo.follow("notification to the authority").await;
        let read = digest_of_preview(dpo).await;
        dpo.press("Approve exactly this").await;
        assert_eq!(approved_digest(dpo).await, read);
        lead.open(&notice).await;
        self.minutes(10);
        lead.press("Send 1 mail now").await;
        lead.see("waiting").await;
        lead.see("2 d 23 h").await;
        self.app.run_jobs().await;
        lead.open(&notice).await;
        self.proven(lead, NoticeKind::AuthorityNotification, &[AUTHORITY]).await;
        // A relay took responsibility: the duty is done.
        lead.see("Met, ").await;
        lead.no_complaints().await;
        dpo.no_complaints().await;
    }

    pub(super) async fn people_are_told(&self) {
        let (lead, dpo) = (&self.first, &self.second);
        let notice = self.drafted(dpo, "subject_communication").await;
        let form = dpo.form("Save the recipients").await;
        form.fill("Addresses", &PEOPLE.join("\n")).await.press("Save the recipients").await;
        dpo.press("Submit for review").await;
        // Who wrote it can't approve it, whatever their role.
        dpo.see("You wrote part of this notice. A second person has to approve it").await;
        assert!(!dpo.page().await.has_button("Approve exactly this").await);

        self.approver_approves(&notice).await;
        dpo.open(&notice).await;
        assert!(dpo.page().await.has_button("Send 3 mails now").await);
        self.a_fact_changes(&notice).await;
        dpo.press("Submit for review").await;
        self.approver_approves(&notice).await;
        dpo.open(&notice).await;
        dpo.press("Send 3 mails now").await;
        self.app.run_jobs().await;
        dpo.open(&notice).await;
        self.proven(dpo, NoticeKind::SubjectCommunication, &PEOPLE).await;
        dpo.no_complaints().await;
        lead.no_complaints().await;
    }

    /// A third person sits down where the lead sat.
    async fn approver_approves(&self, notice: &str) {
        let desk = &self.first;
        desk.press("Sign out").await;
        sign_in(desk, APPROVER).await;
        desk.open(notice).await;
        desk.press("Approve exactly this").await;
        desk.see("Alex Counsel").await;
        desk.press("Sign out").await;
        sign_in(desk, LEAD).await;
        desk.no_complaints().await;
    }

    /// Exactly the statements that rest on it are stale, and the approval is void.
    async fn a_fact_changes(&self, notice: &str) {
        let (lead, dpo) = (&self.first, &self.second);
        let key = "advice.self_protection";
        self.answer(lead, key, "Change your password, here and wherever you use it.").await;
        dpo.open(notice).await;
        dpo.see("It is a draft again: The answer to “What people can do to protect themselves” changed.")
            .await;
        assert!(!dpo.page().await.has_button("Send 3 mails now").await);
        let resting = ids(dpo, &format!("article.card:has(a[href$='/facts/{key}'])")).await;
        let stale = ids(dpo, "article.card:has(form[action$='/refresh'])").await;
        assert_eq!(stale, resting);
        assert_eq!(stale, BTreeSet::from(["advice".to_owned()]));
        assert!(
            !dpo.part("#preview").await.text().await.contains("Change your password"),
            "nothing changes by itself"
        );
        dpo.part("#advice").await.press("Take over what is known now").await;
        assert!(dpo.part("#advice").await.text().await.contains("Change your password"));
        assert!(ids(dpo, "article.card:has(form[action$='/refresh'])").await.is_empty());
    }

    /// What arrived is what was approved, as Python reads it, and there is a receipt for each.
    async fn proven(&self, browser: &Chromium, kind: NoticeKind, recipients: &[&str]) {
        let approved = approved_digest(browser).await;
        assert_eq!(approved, digest_of_preview(browser).await);
        let read = self.sink.read(kind, recipients);
        assert_eq!(read.digest, approved, "what arrived isn't what was approved");
        let got: Vec<&str> = read.mails.iter().map(|m| m.to.as_str()).collect();
        assert_eq!(BTreeSet::from_iter(got.iter()), BTreeSet::from_iter(recipients.iter()));
        assert_eq!(got.len(), recipients.len(), "somebody got it twice");
        for mail in &read.mails {
            assert!(
                browser.has(&format!("#mails code[title='{}']", mail.sha256)).await,
                "no receipt for {}",
                mail.to
            );
        }
        let receipts = browser.part("#mails").await.text().await;
        assert_eq!(receipts.matches("2.0.0 Ok: queued as").count(), recipients.len(), "{receipts}");
    }

    pub(super) async fn register_shows_it(&self) {
        let dpo = &self.second;
        dpo.follow("Register").await;
        dpo.see("INC-2026-0001").await;
        dpo.see("in time").await;
        dpo.no_complaints().await;
    }
}

async fn title_of(browser: &Chromium, css: &str) -> String {
    browser.part(css).await.element.attr("title").await.unwrap().unwrap()
}

async fn digest_of_preview(browser: &Chromium) -> String {
    title_of(browser, "#preview .digest code").await
}

async fn approved_digest(browser: &Chromium) -> String {
    title_of(browser, "dl.terms .digest code").await
}

async fn ids(browser: &Chromium, css: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for element in browser.driver.find_all(By::Css(css)).await.unwrap() {
        ids.insert(element.attr("id").await.unwrap().unwrap());
    }
    ids
}
