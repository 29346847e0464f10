//! The whole road by forms without a script, by three people: from an alert to a closed incident whose notices
//! left as they were approved.

use crate::support::{Browser, TestApp, app::sha256};
use chrono::Duration;
use domain::{
    access::Role,
    fact::catalogue::{Kind, catalogue},
    id::{IncidentId, NoticeId},
    notice::{
        Content,
        template::{NoticeKind, statements},
    },
};

const AUTHORITY: &str = "notifications@authority.test";

struct Walk {
    app: TestApp,
    lead: Browser,
    dpo: Browser,
    approver: Browser,
    /// The incident's address.
    case: String,
}

impl Walk {
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.case)
    }

    fn incident(&self) -> IncidentId {
        self.case.strip_prefix("/incidents/").unwrap().parse().unwrap()
    }

    async fn begin() -> Self {
        let app = TestApp::new().await;
        let (lead, dpo, approver) =
            (app.person(Role::Lead).await, app.person(Role::Dpo).await, app.person(Role::Approver).await);
        let profile = [
            ("controller", "Harbour Parcel Ltd"),
            ("controller_contact", "Quay 4, 20457 Hamburg"),
            ("dpo_name", "D. Officer"),
            ("dpo_contact", "privacy@controller.test"),
            ("contact_point", "privacy@controller.test"),
            ("authority", "The Authority"),
            ("authority_zone", "Europe/Berlin"),
            ("languages", "en"),
        ];
        dpo.does("/admin/organisation", "/admin/organisation", &profile).await;
        let alert = lead
            .does(
                "/inbox/new",
                "/inbox/new",
                &[("title", "Many customer numbers"), ("event_at", "2026-06-08T22:10:00Z")],
            )
            .await;
        let case = lead.does(&alert, &format!("{alert}/declare"), &[]).await;
        let page = lead.page(&case).await;
        assert!(page.says("INC-2026-0001") && page.says("Many customer numbers"), "{}", page.words());
        assert!(lead.page(&alert).await.says("INC-2026-0001"));
        Self { app, lead, dpo, approver, case }
    }

    async fn work(&self) {
        let lead = &self.lead;
        lead.does(&self.at("/lead"), &self.at("/phase"), &[("to", "containment")]).await;
        lead.does(
            &self.at("/timeline"),
            &self.at("/timeline"),
            &[("event_at", "2026-06-08"), ("text", "The first record.")],
        )
        .await;
        let task = lead
            .does(&self.case, &self.at("/tasks"), &[("title", "Block the account"), ("owner", &lead.id())])
            .await;
        let task = task.split_once('#').unwrap().1.to_owned();
        assert!(lead.page("/tasks").await.says("Block the account"));
        lead.does(
            &self.at("/notes/new"),
            &self.at("/notes"),
            &[("title", "Call"), ("text", "They switch it off.")],
        )
        .await;
        let form = lead.page(&self.at("/evidence")).await.form(&self.at("/evidence"));
        let typed = [("collected_at", "2026-06-09 07:00"), ("source", "gateway-2"), ("method", "exported")];
        let fields = form.filled(&typed);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let kept = lead
            .post_file(
                &form.action,
                &fields,
                ("file", "../../access log.txt", b"GET /v2/customers/1204 200\n".to_vec()),
            )
            .await;
        assert_eq!(kept.status, 303, "{}", kept.words());
        let evidence = kept.location().split_once('#').unwrap().1.to_owned();
        let content = lead.page(&self.at(&format!("/evidence/{evidence}/content"))).await;
        assert_eq!(content.bytes, b"GET /v2/customers/1204 200\n");
        assert_eq!(content.header("content-disposition"), "attachment; filename*=UTF-8''access%20log.txt");
        assert_eq!(content.header("content-security-policy"), "sandbox; default-src 'none'");
        assert!(lead.page(&self.at("/evidence")).await.says(&sha256(&content.bytes)[..12]));
        let aware = [
            ("aware_at", "2026-06-09T09:30:00+02:00"),
            ("judged_by", "M. Holt"),
            ("why", "A record was seen."),
            ("evidence", &evidence),
        ];
        self.dpo.does(&self.at("/clocks"), &self.at("/awareness"), &aware).await;
        let clock = lead.page(&self.case).await;
        assert!(clock.text.contains("2026-06-12T07:30:00"), "72 hours later: {}", clock.words());
        lead.does(&self.case, &self.at(&format!("/tasks/{task}/done")), &[]).await;
        assert!(lead.page("/search?q=switch").await.says("INC-2026-0001"));
    }

    /// Begins the playbook, answers nothing and skips what is mandatory, with a reason.
    async fn playbook(&self) {
        self.lead
            .does(&self.at("/playbook"), &self.at("/playbooks"), &[("playbook", "customer-api-enumerated")])
            .await;
        let tab = self
            .app
            .services
            .runs(&self.app.ctx(self.lead.who.as_ref().unwrap()), self.incident())
            .await
            .unwrap();
        let run = &tab.runs[0];
        for step in run.steps.iter().filter(|s| s.mandatory) {
            let from = self.at(&format!("/playbook?step={}", step.id));
            let action = self.at(&format!("/runs/{}/steps/{}", run.id, step.id));
            let page = self.lead.page(&from).await;
            let with_reason = |f: &crate::support::html::Form| {
                f.action == action && f.fields.iter().any(|f| f.name == "reason")
            };
            let form = page
                .forms()
                .into_iter()
                .find(with_reason)
                .unwrap_or_else(|| panic!("no form for {}", step.id));
            let done =
                self.lead.send_form(&form, &[("act", "skip"), ("reason", "Done outside the desk.")]).await;
            assert_eq!(done.status, 303, "{}: {}", step.id, done.words());
        }
    }

    /// Answers everything that a communication must say, each on its own page.
    async fn facts(&self) {
        let sheet = self
            .app
            .services
            .fact_sheet(&self.app.ctx(self.dpo.who.as_ref().unwrap()), self.incident())
            .await
            .unwrap();
        let needed = statements(NoticeKind::SubjectCommunication).iter().flat_map(|s| s.needs.iter());
        let mut answered = 0;
        for key in needed {
            let definition = catalogue().get(key).unwrap();
            let line = sheet.lines.iter().find(|l| l.key == *key).unwrap();
            if line.fact.is_some() || definition.derived {
                continue;
            }
            let (field, value) = match definition.kind {
                Kind::Line | Kind::Text | Kind::Contact => ("value", "Records of other customers were read."),
                Kind::Number => ("value", "4812"),
                Kind::Bool => ("value", "true"),
                Kind::Choice => ("value", definition.options[0].code.as_str()),
                Kind::Choices => ("values", definition.options[0].code.as_str()),
                Kind::Instant => ("value", "2026-06-08 22:10"),
                Kind::Date => ("value", "2026-06-10"),
                Kind::Countries => ("value", "DE"),
                Kind::Counts => ("value", "DE 4812"),
            };
            let path = self.at(&format!("/facts/{key}"));
            self.dpo.does(&path, &path, &[("certainty", "exact"), (field, value)]).await;
            answered += 1;
        }
        assert!(answered >= 8, "{answered}");
    }

    /// Drafts, has it approved by another person, and releases it. Answers its address.
    async fn notice(&self, kind: NoticeKind, to: &[(&str, &str)]) -> String {
        let (dpo, approver) = (&self.dpo, &self.approver);
        let code = domain::text::Choice::code(kind);
        let notice =
            dpo.does(&self.at("/notices"), &self.at("/notices"), &[("kind", code), ("language", "en")]).await;
        let act = |name: &str| format!("{notice}/{name}");
        dpo.does(&notice, &act("recipients"), to).await;
        dpo.does(&notice, &act("submit"), &[]).await;
        // No author approves: no page offers it, and it is refused.
        let page = dpo.page(&notice).await;
        assert!(page.forms().iter().all(|f| f.action != act("send")), "nobody sends what isn't approved");
        let id: NoticeId = notice.strip_prefix("/notices/").unwrap().parse().unwrap();
        let stored = self.app.services.notice(&self.app.ctx(dpo.who.as_ref().unwrap()), id).await.unwrap();
        let (revision, digest) = (stored.notice.revision.to_string(), stored.digest);
        let own = dpo.post(&act("approve"), &[("revision", &revision), ("digest", &digest)]).await;
        assert_eq!(own.status, 409, "{}", own.words());
        approver.does(&notice, &act("approve"), &[]).await;
        assert_eq!(approver.post(&act("send"), &[("revision", &revision)]).await.status, 403);
        assert!(self.app.mails().is_empty(), "approving sends nothing");
        self.lead.does(&notice, &act("send"), &[]).await;
        notice
    }

    /// Lets the mail out and compares each with what was approved.
    async fn delivered(&self, notice: &str, kind: NoticeKind, to: &[&str]) {
        self.app.advance(Duration::minutes(5));
        assert_eq!(self.app.run_jobs().await, to.len());
        let mails = self.app.mails();
        let id: NoticeId = notice.strip_prefix("/notices/").unwrap().parse().unwrap();
        let page =
            self.app.services.notice(&self.app.ctx(self.lead.who.as_ref().unwrap()), id).await.unwrap();
        let recipients: Vec<String> = to.iter().map(|r| (*r).to_owned()).collect();
        assert_eq!(page.receipts.len(), to.len());
        for mail in &mails {
            let envelope = mail.envelope.clone();
            assert!(recipients.contains(&envelope.to));
            let left = Content {
                kind,
                language: page.notice.language,
                subject: envelope.subject,
                text: envelope.text,
                html: envelope.html.unwrap(),
                attachments: Vec::new(),
                recipients: recipients.clone(),
                list: domain::delivery::RecipientList::default(),
                merge: sha256(b""),
            };
            assert_eq!(Some(left.digest()), page.notice.approved_digest, "what left is what was approved");
            let receipt = page.receipts.iter().find(|r| r.recipient == envelope.to).unwrap();
            assert_eq!(receipt.sent_sha256.as_deref(), Some(sha256(&mail.bytes).as_str()));
            assert_eq!(receipt.message_id, mail.envelope.message_id);
        }
        let shown = self.lead.page(notice).await;
        for address in to {
            assert!(shown.says(address), "{}", shown.words());
        }
        assert!(shown.says("kept in memory as number"), "the relay's words: {}", shown.words());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_goes_from_an_alert_to_its_proofs_by_forms() {
    let walk = Walk::begin().await;
    walk.work().await;
    walk.facts().await;
    let to_authority = [("recipients", AUTHORITY), ("confirm", AUTHORITY)];
    let told = walk.notice(NoticeKind::AuthorityNotification, &to_authority).await;
    walk.delivered(&told, NoticeKind::AuthorityNotification, &[AUTHORITY]).await;
    let people = ["a@people.test", "b@people.test"];
    let list = people.join("\n");
    let told = walk.notice(NoticeKind::SubjectCommunication, &[("recipients", list.as_str())]).await;
    walk.delivered(&told, NoticeKind::SubjectCommunication, &people).await;
    walk.playbook().await;

    let close = [("outcome", "personal_data_breach"), ("reason", "")];
    let open = walk.lead.does(&walk.case, &walk.at("/tasks"), &[("title", "One more")]).await;
    let refused = walk.lead.fill_in(&walk.at("/lead"), &walk.at("/close"), &close).await;
    assert!(refused.status == 409 && refused.says("1 task is open"), "{}", refused.words());
    let task = open.split_once('#').unwrap().1.to_owned();
    walk.lead.does(&walk.case, &walk.at(&format!("/tasks/{task}/done")), &[]).await;
    walk.lead.does(&walk.at("/lead"), &walk.at("/close"), &close).await;
    let register = walk.dpo.page("/register").await;
    assert!(register.says("INC-2026-0001"), "{}", register.words());
    let mut journal = String::new();
    for page in 1..=5 {
        journal.push_str(&walk.dpo.page(&walk.at(&format!("/journal?page={page}"))).await.words());
    }
    for what in ["Incident declared", "Phase moved", "Awareness recorded", "Notice approved"] {
        assert!(journal.contains(what), "{what}: {journal}");
    }
    walk.app.close().await;
}
