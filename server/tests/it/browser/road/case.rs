//! The case itself: alert, incident, work, evidence, clock, playbook, facts, and its end.

use super::Walk;
use crate::browser::driver::Chromium;
use domain::fact::catalogue::{Kind, catalogue};
use thirtyfour::By;

/// Answers to what people have to be told, beside what the playbook asks.
const ANSWERS: &[(&str, &str)] = &[
    ("nature.cia", "confidentiality"),
    ("nature.conf_type", "exfiltrated"),
    ("nature.unintelligible", "no"),
    ("nature.text", "Records of other customers were read through the interface."),
    ("time.occurrence_mode", "range"),
    ("time.start", "2026-06-08T22:10:00+02:00"),
    ("time.end", "2026-06-09T02:14:00+02:00"),
    ("data.text", "Name, address and the last four digits of the customer number."),
    ("people.count", "4812"),
    ("cons.impact", "loss_of_control"),
    ("risk.outcome", "high_risk"),
    ("after.text", "The interface was closed; the account was blocked."),
    ("advice.self_protection", "Do not answer calls that ask for your customer number."),
];

impl Walk {
    pub(super) async fn alert_becomes_an_incident(&mut self) {
        let lead = &self.first;
        let title = "Many customer numbers from one account";
        if self.scripts() {
            self.alert_by_a_program(title).await;
        } else {
            lead.follow("Inbox").await;
            lead.follow("Report an alert").await;
            let form = lead.page().await;
            form.fill("What was noticed, in one line", title)
                .await
                .fill("Who or what noticed it", "gateway")
                .await;
            form.fill("When it happened", "2026-06-08T22:10:00+02:00").await;
            form.fill("More about it", "6,015 different numbers in four hours.").await;
            form.press("Report it").await;
        }
        lead.open("/inbox").await;
        lead.follow(title).await;
        lead.form("Declare the incident").await.press("Declare the incident").await;
        lead.see("INC-2026-0001").await;
        self.incident = lead.path().await;
        lead.see("No clock runs").await;
        lead.no_complaints().await;
    }

    /// A monitoring system sends it, with a token that can do nothing else.
    async fn alert_by_a_program(&self, title: &str) {
        let lead = &self.first;
        lead.open("/account").await;
        let form = lead.form("Make the token").await;
        form.fill("Name", "gateway").await.tick("send alerts").await.press("Make the token").await;
        let token = lead.part(".only-now code").await.text().await;
        let program = crate::support::Browser::program(&self.app.origin, &token);
        let alert = serde_json::json!({
            "title": title, "source": "gateway", "body": "6,015 different numbers in four hours.",
            "event_at": "2026-06-08T22:10:00+02:00",
        });
        let answer =
            program.send(program.request(reqwest::Method::POST, "/api/v1/alerts").json(&alert)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }

    pub(super) async fn members_and_phase(&self) {
        let lead = &self.first;
        lead.open(&self.incident).await;
        let members = lead.part("#members").await;
        members.choose("Add a member", "Dana Petrov").await.press("Add").await;
        assert!(lead.part("#members").await.text().await.contains("Dana Petrov"));
        lead.follow("Phase and closing").await;
        let form = lead.part(&format!("form[action='{}/phase']", self.incident)).await;
        form.choose("To", "containment").await.press("Move").await;
        lead.see("containment").await;
        lead.no_complaints().await;
    }

    pub(super) async fn timeline_task_note(&self) {
        let lead = &self.first;
        lead.open(&self.incident).await;
        lead.follow("Timeline").await;
        let form = lead.form("Add").await;
        form.fill("When it happened", "2026-06-08 22:10").await;
        form.fill("What happened", "The first foreign record was returned.").await.press("Add").await;
        lead.see("2026-06-08 22:10 +02:00").await;
        lead.open(&self.incident).await;
        lead.unfold("Add a task").await;
        let form = lead.form("Add the task").await;
        form.fill("What is to be done", "Block the account").await.choose("Owner", "Mara Lind").await;
        form.fill("Due", "2026-06-09 14:00").await.press("Add the task").await;
        assert!(lead.part("#tasks").await.text().await.contains("Block the account"));
        lead.follow("Notes").await;
        lead.follow("Write a note").await;
        let form = lead.form("Save").await;
        form.fill("Title", "Call with the owner of the interface").await;
        form.fill("Text", "They switch it off **at ten**.").await;
        if self.scripts() {
            lead.see("Saved 10:").await;
        }
        form.press("Save").await;
        assert_eq!(lead.part(".prose strong").await.text().await, "at ten");
        lead.no_complaints().await;
    }

    pub(super) async fn evidence(&self) {
        let lead = &self.first;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("access.log");
        let log = b"GET /v2/customers/1204 200\nGET /v2/customers/1205 200\n";
        std::fs::write(&file, log).unwrap();
        lead.open(&self.incident).await;
        lead.follow("Evidence").await;
        let form = lead.form("Upload").await;
        form.fill("Collected by", "Mara Lind").await.fill("Collected", "2026-06-09 09:40").await;
        form.fill("Where it comes from", "gateway-1").await.fill("How it was taken", "scp").await;
        form.attach("File", &file).await.press("Upload").await;
        lead.see("access.log").await;
        let digest = crate::support::app::sha256(log);
        assert!(lead.has(&format!("code[title='{digest}']")).await, "the digest of the file isn't shown");
        lead.press("Verify").await;
        lead.see("Unchanged").await;
        lead.no_complaints().await;
    }

    pub(super) async fn awareness_starts_the_clock(&self) {
        let dpo = &self.second;
        dpo.open(&self.incident).await;
        dpo.follow("Clocks").await;
        let form = dpo.form("Record").await;
        form.fill("Became aware", "2026-06-09 09:30").await;
        form.fill("Why from this moment", "A foreign record was seen in an answer.").await;
        form.choose("Evidence", "access.log")
            .await
            .fill("Place in the evidence", "line 1")
            .await
            .press("Record")
            .await;
        // 72 elapsed hours later, to the reader and at the authority.
        dpo.see("2026-06-12 09:30 +02:00").await;
        dpo.see("Europe/Dublin: 2026-06-12 08:30 +01:00").await;
        self.first.open(&self.incident).await;
        self.first.see("left").await;
        assert!(self.first.part(".clock").await.text().await.contains("2 d 23 h"));
        dpo.no_complaints().await;
    }

    pub(super) async fn playbook(&self) {
        let lead = &self.first;
        lead.follow("Playbook").await;
        lead.part("form[action$='/playbooks']").await.tick_value("playbook", "customer-api-enumerated").await;
        lead.press("Follow it").await;
        let branch = ".run-step[id^='force-password-resets--'] > details > summary";
        assert!(lead.part(branch).await.text().await.contains("Not decided yet"));
        lead.part(".run-step[id^='read-one-answer--'] > details").await.open_here().await;
        lead.part(".run-step[id^='read-one-answer--'] > details").await.follow("Answer").await;
        let form = lead.part("form[action$='/steps/read-one-answer/answers/data.types']").await;
        for code in ["basic", "contact", "credentials"] {
            form.tick_value("values", code).await;
        }
        form.press("Record the answer").await;
        assert!(lead.part(branch).await.text().await.contains("Open"), "the answer opens its branch");

        lead.part(".run-step[id^='call-the-dpo--'] > details").await.open_here().await;
        lead.part(".run-step[id^='call-the-dpo--'] > details").await.follow("More").await;
        let step = lead.part(".run-step[id^='call-the-dpo--'] > details").await;
        step.unfold("Waiting, not applicable").await;
        step.tick_value("act", "skip").await.press("Save").await;
        lead.only_refused_with(422).await;
        let step = lead.part(".run-step[id^='call-the-dpo--'] > details").await;
        step.fill("Reason", "She was in the room.").await.press("Save").await;
        // The work goes on with another step.
        lead.part(".run-step[id^='call-the-dpo--'] > details").await.open_here().await;
        let step = lead.part(".run-step[id^='call-the-dpo--'] > details").await.text().await;
        assert!(step.to_lowercase().contains("skipped") && step.contains("She was in the room."), "{step}");
        lead.part(".run-step[id^='take-the-lead--'] > details").await.open_here().await;
        lead.part(".run-step[id^='take-the-lead--'] > details").await.press("Done").await;
        lead.no_complaints().await;
    }

    pub(super) async fn facts(&self) {
        for (key, answer) in ANSWERS {
            self.answer(&self.first, key, answer).await;
        }
        self.first.no_complaints().await;
    }

    /// Answers one question on its own page.
    pub(super) async fn answer(&self, browser: &Chromium, key: &str, answer: &str) {
        browser.open(&format!("{}/facts/{key}", self.incident)).await;
        let definition = catalogue().get(key).unwrap();
        let form = browser.part(&format!("form[action$='/facts/{key}']")).await;
        match definition.kind {
            Kind::Choice if definition.options.len() <= 7 => {
                form.tick_value("value", answer).await;
            }
            Kind::Choice => {
                let option = definition.options.iter().find(|o| o.code == answer).unwrap();
                form.choose(&definition.label, &option.en).await;
            }
            Kind::Choices => {
                form.tick_value("values", answer).await;
            }
            _ => {
                form.fill(&definition.label, answer).await;
            }
        }
        let again = form.has_button("Record the new answer").await;
        form.press(if again { "Record the new answer" } else { "Record the answer" }).await;
        assert!(browser.path().await.ends_with("/facts"), "{key}: {}", browser.words().await);
    }

    pub(super) async fn closed_when_all_is_done(&self) {
        let lead = &self.first;
        let page = format!("{}/lead", self.incident);
        lead.open(&page).await;
        lead.see("1 task is open").await;
        lead.see("mandatory playbook steps are open").await;
        self.close().await;
        lead.only_refused_with(409).await;
        lead.see("Not yet possible").await;

        lead.open(&self.incident).await;
        lead.part("#tasks").await.press("Done").await;
        while let Some(step) = self.an_open_step().await {
            let step = lead.part(&step).await;
            step.open_here().await;
            step.press("Done").await;
        }
        lead.open(&page).await;
        lead.see_not("Not yet possible").await;
        self.close().await;
        lead.see("This incident is closed since").await;
        lead.see("personal data breach").await;
        lead.follow("Journal").await;
        lead.see("Incident closed").await;
        lead.no_complaints().await;
    }

    async fn close(&self) {
        let form = self.first.form("Close the incident").await;
        form.tick_value("outcome", "personal_data_breach").await.press("Close the incident").await;
    }

    /// A step that is mandatory, applies or may apply, and isn't settled.
    async fn an_open_step(&self) -> Option<String> {
        let lead = &self.first;
        lead.open(&format!("{}/lead", self.incident)).await;
        if !lead.words().await.contains("mandatory playbook step") {
            return None;
        }
        lead.open(&format!("{}/playbook", self.incident)).await;
        for step in lead.driver.find_all(By::Css(".run-step")).await.unwrap() {
            let words = step.find(By::Css("summary")).await.unwrap().text().await.unwrap();
            let title = step.find(By::Css("summary .run-title")).await.unwrap().text().await.unwrap();
            // A title may begin with "Open" too.
            let state = words.strip_prefix(&title).unwrap().trim_start();
            let open = ["Open", "Not decided yet", "Waiting on"].iter().any(|s| state.starts_with(s));
            if open && words.contains("mandatory") {
                return Some(format!("#{} > details", step.attr("id").await.unwrap().unwrap()));
            }
        }
        panic!("a mandatory step is open, and the playbook doesn't show it:\n{}", lead.words().await);
    }
}
