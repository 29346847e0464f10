//! A reply to a communication, and questions about an incident: one that nobody has answered yet, one with a draft, one whose answer was approved.

use super::Maker;
use domain::{
    access::Role,
    correspondence::{
        question::{AnswerInput, ApproveAnswerInput, AskedInput},
        reply::CountInput,
    },
    id::{IncidentId, QuestionId},
};
use services::Ctx;
use std::collections::BTreeMap;

impl Maker<'_> {
    pub(super) async fn questions(
        &self,
        incident: IncidentId,
        word: &str,
        ids: &mut BTreeMap<&'static str, String>,
    ) {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        let reply = CountInput { topic: "other".to_owned(), way: "mail".to_owned(), ..CountInput::default() };
        let communication = ids["communication"].parse().unwrap();
        ids.insert("reply", services.count_replies(&lead, communication, &reply).await.unwrap().id);
        for (name, steps) in [("question", 0), ("drafted_question", 1), ("approved_question", 2)] {
            let input = AskedInput {
                asker: "authority".to_owned(),
                name: format!("{word} authority"),
                way: "letter".to_owned(),
                received_at: "2026-06-09T07:45:00Z".to_owned(),
                reference: format!("{word} reference"),
                text: format!("{word} question"),
                due_at: "2026-06-20T12:00:00Z".to_owned(),
                owner: lead.person().unwrap().account.to_string(),
                ..AskedInput::default()
            };
            let id = services.record_question(&lead, incident, &input).await.unwrap().id;
            let question: QuestionId = id.parse().unwrap();
            if steps >= 1 {
                let answer = AnswerInput { text: format!("{word} answer") };
                let ctx = Ctx { seen: Some(1), ..self.by(Role::Lead) };
                services.write_answer(&ctx, question, &answer).await.unwrap();
            }
            if steps >= 2 {
                let digest = services.question(&lead, question).await.unwrap().digest;
                let ctx = Ctx { seen: Some(2), ..self.by(Role::Approver) };
                services.approve_answer(&ctx, question, &ApproveAnswerInput { digest }).await.unwrap();
            }
            if steps == 1 {
                ids.insert("answer_digest", services.question(&lead, question).await.unwrap().digest);
            }
            ids.insert(name, id);
        }
    }
}
