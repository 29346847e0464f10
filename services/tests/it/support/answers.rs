//! Answers for every key of the catalogue.

use super::{Desk, Who};
use domain::{
    fact::{
        catalogue::{Definition, Kind, catalogue},
        record::RecordFactInput,
    },
    id::IncidentId,
    notice::template::{NoticeKind, statements},
};

/// An exact answer in words, or in whatever the kind asks for.
pub(crate) fn exact(value: &str) -> RecordFactInput {
    RecordFactInput { certainty: "exact".to_owned(), value: value.to_owned(), ..RecordFactInput::default() }
}

/// An answer that its key can take.
pub(crate) fn answer_to(definition: &Definition) -> RecordFactInput {
    exact(match definition.kind {
        Kind::Line => "Harbour Parcel",
        Kind::Text => "Records of other customers were read through the interface.",
        Kind::Contact => "Quay 4, 20457 Hamburg\nprivacy@controller.test",
        Kind::Number => "4812",
        Kind::Bool => "true",
        Kind::Choice | Kind::Choices => &definition.options.first().unwrap().code,
        Kind::Instant => "2026-06-08 22:10",
        Kind::Date => "2026-06-10",
        Kind::Countries => "DE",
        Kind::Counts => "DE 4812",
    })
}

impl Desk {
    /// Answers everything that a communication must say.
    pub(crate) async fn answer_for_people(&self, who: &Who, incident: IncidentId) {
        for spec in statements(NoticeKind::SubjectCommunication) {
            for key in spec.needs {
                let sheet = self.fact_sheet(&self.by(who), incident).await.unwrap();
                let line = sheet.lines.iter().find(|l| l.key == *key).unwrap();
                let definition = catalogue().get(key).unwrap();
                if line.fact.is_none() && !definition.derived {
                    self.record_fact(&self.by(who), incident, key, &answer_to(definition)).await.unwrap();
                }
            }
        }
    }

    /// Records one answer.
    pub(crate) async fn answer(&self, who: &Who, incident: IncidentId, key: &str, value: &str) {
        self.record_fact(&self.by(who), incident, key, &exact(value)).await.unwrap();
    }
}
