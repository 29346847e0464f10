//! Recipients of communications: a list from a file, and people who were told.

use super::Maker;
use domain::{
    access::{Actor, Role},
    fact::{
        catalogue::{Kind, catalogue},
        record::RecordFactInput,
    },
    id::{IncidentId, NoticeId},
    notice::{
        ApproveInput, DraftInput, RecipientsInput,
        template::{NoticeKind, statements},
    },
    recipient::{file::TakeInput, otherwise::Way},
};
use services::outbox::Outcome;
use std::collections::BTreeMap;

impl Maker<'_> {
    /// A list that was read from a file with a row that is wrong, and a file that waits.
    pub(super) async fn recipients(
        &self,
        notice: NoticeId,
        word: &str,
        ids: &mut BTreeMap<&'static str, String>,
    ) {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        let text = format!(
            "email,name,language\nada@people.test,{word} Ada,\nfleur@people.test,{word} Fleur,fr\nnobody,{word} Bo,\n"
        )
        .into_bytes();
        for name in ["mended_file", "recipient_file"] {
            let file = services.read_recipients(&lead, notice, "people.csv", text.clone()).await.unwrap().id;
            if name == "mended_file" {
                let of = file.parse().unwrap();
                let digest = services.recipient_file(&lead, notice, of).await.unwrap().file.digest();
                let ctx = self.on_notice(Role::Lead, notice).await;
                services.take_recipients(&ctx, notice, of, &TakeInput { digest }).await.unwrap();
            }
            ids.insert(name, file);
        }
        let waits = ids["recipient_file"].parse().unwrap();
        let digest = services.recipient_file(&lead, notice, waits).await.unwrap().file.digest();
        ids.insert("file_digest", digest);
    }

    /// A communication that somebody has got.
    pub(super) async fn told(&self, incident: IncidentId, word: &str) -> NoticeId {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        for spec in statements(NoticeKind::SubjectCommunication) {
            for key in spec.needs {
                let sheet = services.fact_sheet(&lead, incident).await.unwrap();
                let line = sheet.lines.iter().find(|line| line.key == *key).unwrap();
                let definition = catalogue().get(key).unwrap();
                if line.fact.is_some() || definition.derived {
                    continue;
                }
                let value = match definition.kind {
                    Kind::Choice | Kind::Choices => definition.options.first().unwrap().code.clone(),
                    Kind::Number => "12".to_owned(),
                    Kind::Bool => "true".to_owned(),
                    Kind::Instant => "2026-06-08 22:10".to_owned(),
                    Kind::Date => "2026-06-10".to_owned(),
                    Kind::Countries => "DE".to_owned(),
                    Kind::Counts => "DE 12".to_owned(),
                    Kind::Line | Kind::Text | Kind::Contact => format!("{word} {key}"),
                };
                let fact =
                    RecordFactInput { certainty: "exact".to_owned(), value, ..RecordFactInput::default() };
                services.record_fact(&lead, incident, key, &fact).await.unwrap();
            }
        }
        let draft = DraftInput {
            kind: "subject_communication".to_owned(),
            language: "en".to_owned(),
            ..DraftInput::default()
        };
        let id: NoticeId = services.draft_notice(&lead, incident, &draft).await.unwrap().id.parse().unwrap();
        let to = RecipientsInput { recipients: "ada@people.test".to_owned(), confirm: String::new() };
        services.set_recipients(&self.on_notice(Role::Lead, id).await, id, &to).await.unwrap();
        services.submit_notice(&self.on_notice(Role::Lead, id).await, id).await.unwrap();
        let digest = services.notice(&lead, id).await.unwrap().digest;
        let approve = ApproveInput { digest, on_uncertain: String::new() };
        services.approve_notice(&self.on_notice(Role::Approver, id).await, id, &approve).await.unwrap();
        services.send_notice(&self.on_notice(Role::Lead, id).await, id).await.unwrap();
        let job = services.ctx(Actor::Job("world"));
        let mails = services.claim_mail(&job, "world", 200).await.unwrap();
        let (its, others): (Vec<_>, Vec<_>) = mails.into_iter().partition(|mail| mail.notice == Some(id));
        services.return_mail(&job, &others, chrono::Duration::zero()).await.unwrap();
        for mail in its {
            services.mark_attempting(&job, &mail).await.unwrap();
            let rejected = Outcome::Rejected { code: Some(550), reply: format!("{word} reply") };
            services.finish_mail(&job, &mail, &rejected).await.unwrap();
        }
        id
    }

    /// The digest of somebody whom no mail has reached.
    pub(super) async fn unreached(&self, notice: NoticeId) -> String {
        let page = self.services().otherwise(&self.by(Role::Lead), notice, Way::Unreached, 1).await.unwrap();
        page.people.items[0].digest.clone()
    }
}
