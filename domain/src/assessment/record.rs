//! An assessment as it is recorded: what somebody answered and concluded, on which facts, and what came out.
//!
//! Every assessment is a version of the case. None is overwritten; the newest is the present one.

mod compare;
mod input;

pub use compare::{ChangedAnswer, Difference, changed_since, differences};
pub use input::{AssessRiskInput, NewAssessment, WithEnisa, YesNo};

use super::{
    factors::{RiskFactor, RiskView},
    severity::{
        Adjustment, AvailabilityLoss, Circumstances, ConfidentialityLoss, Context, Contexts, DataCategory,
        EaseOfIdentification, EnisaLevel, Explained, Grounds, IntegrityLoss, MaliciousIntent, Question,
        severity,
    },
};
use crate::{
    fact::{
        Certainty, Value,
        sheet::{Sheet, words},
    },
    id::{AccountId, AssessmentId, IncidentId},
    notice::template::Language,
    text::Choice,
};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One version of an assessment, as recorded and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assessment {
    pub id: AssessmentId,
    pub incident: IncidentId,
    /// 1 for the first of the incident.
    pub version: i64,
    /// The ENISA level with its answers, where it was reckoned. An aid, and no verdict.
    pub enisa: Option<Enisa>,
    /// The factors on which somebody has said something, in the order of [`RiskFactor`].
    pub factors: Vec<Considered>,
    pub note: String,
    /// The facts as they stood, of everything that suggests an answer or speaks to a factor.
    pub basis: Vec<BasisAnswer>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: AccountId,
}

impl Assessment {
    /// SHA-256 over this version as canonical JSON: what the journal holds in its place.
    #[must_use]
    pub fn digest(&self) -> String {
        crate::journal::hash(&crate::journal::canonical(&serde_json::to_value(self).unwrap_or_default()))
    }

    /// What was made of a factor.
    #[must_use]
    pub fn considered(&self, factor: RiskFactor) -> Option<&Considered> {
        self.factors.iter().find(|c| c.factor == factor)
    }
}

/// What somebody made of a risk factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Considered {
    pub factor: RiskFactor,
    /// None where there are words and no view yet.
    pub view: Option<RiskView>,
    pub words: String,
}

/// A fact as it stood when the assessment was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisAnswer {
    pub key: String,
    /// None where nobody had answered.
    pub certainty: Option<Certainty>,
    pub value: Option<Value>,
}

/// The keys that an assessment rests on: whatever suggests an answer, and whatever speaks to a factor. Each once.
#[must_use]
pub fn basis_keys() -> Vec<&'static str> {
    let mut keys = Vec::new();
    for key in RiskFactor::ALL.iter().flat_map(|factor| factor.keys()) {
        if !keys.contains(key) {
            keys.push(*key);
        }
    }
    keys
}

/// The facts that an assessment rests on, as they stand.
#[must_use]
pub fn basis(sheet: &Sheet) -> Vec<BasisAnswer> {
    basis_keys().into_iter().map(|key| answer_of(sheet, key)).collect()
}

fn answer_of(sheet: &Sheet, key: &str) -> BasisAnswer {
    let fact = sheet.get(key);
    BasisAnswer {
        key: key.to_owned(),
        certainty: fact.map(|f| f.certainty),
        value: fact.and_then(|f| f.value.clone()),
    }
}

/// One category of data with its score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoredCategory {
    pub category: DataCategory,
    /// By how many whole steps the context moves the basic score.
    pub adjust: i64,
    /// 1 to 4.
    pub dpc: u8,
}

/// The answers to the questions of the ENISA method, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enisa {
    /// At least one, in the order of [`DataCategory`].
    pub categories: Vec<ScoredCategory>,
    pub ei: EaseOfIdentification,
    pub confidentiality: ConfidentialityLoss,
    pub integrity: IntegrityLoss,
    pub availability: AvailabilityLoss,
    pub malicious: MaliciousIntent,
    pub individuals: u64,
    pub unintelligible: bool,
    pub result: EnisaResult,
}

/// What the method makes of the answers: SE = DPC × EI + CB. Quarters are counted, so every number is exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnisaResult {
    /// 1 to 4: the score of the data that count.
    pub dpc: u8,
    /// The data that gave it.
    pub driving: DataCategory,
    pub ei_quarters: u8,
    pub cb_quarters: u8,
    /// SE in quarters: 9 is 2.25.
    pub se_quarters: u8,
    /// The parts and SE as decimals: `0.25`, `3.0`.
    pub ei: String,
    pub cb: String,
    pub se: String,
    /// The ENISA level. It is no threshold of the GDPR.
    pub level: EnisaLevel,
    /// Flags beside the score, which never change it.
    pub individuals_over_100: bool,
    pub unintelligible: bool,
}

impl Enisa {
    /// Reckons the level.
    #[must_use]
    pub fn of(grounds: &Grounds) -> Self {
        let found = severity(grounds);
        let scored =
            |c: &Context| ScoredCategory { category: c.category(), adjust: c.adjust(), dpc: c.dpc() };
        let Circumstances { confidentiality, integrity, availability, malicious } = grounds.circumstances;
        Self {
            categories: grounds.contexts.all().iter().map(scored).collect(),
            ei: grounds.ei,
            confidentiality,
            integrity,
            availability,
            malicious,
            individuals: grounds.individuals,
            unintelligible: grounds.unintelligible,
            result: EnisaResult {
                dpc: found.dpc,
                driving: found.driving.category(),
                ei_quarters: found.ei.count(),
                cb_quarters: found.cb.count(),
                se_quarters: found.se.count(),
                ei: found.ei.to_string(),
                cb: found.cb.to_string(),
                se: found.se.to_string(),
                level: found.level,
                individuals_over_100: found.flags.individuals_over_100,
                unintelligible: found.flags.unintelligible,
            },
        }
    }

    /// The answers again, to reckon once more.
    #[must_use]
    pub fn grounds(&self) -> Option<Grounds> {
        let contexts = self.categories.iter().map(|c| Context::new(c.category, c.adjust));
        Some(Grounds {
            contexts: Contexts::new(contexts.collect::<Option<Vec<_>>>()?)?,
            ei: self.ei,
            circumstances: Circumstances {
                confidentiality: self.confidentiality,
                integrity: self.integrity,
                availability: self.availability,
                malicious: self.malicious,
            },
            individuals: self.individuals,
            unintelligible: self.unintelligible,
        })
    }

    /// Each question with its answer in words, in the order in which they are asked.
    #[must_use]
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let category = |c: &ScoredCategory| {
            let meaning =
                Context::new(c.category, c.adjust).map_or("", |context| context.explained().meaning);
            let steps =
                if c.adjust == 0 { "basic score".to_owned() } else { Adjustment(c.adjust).to_string() };
            format!("{}: {} ({steps}). {meaning}", c.category, c.dpc)
        };
        let categories: Vec<String> = self.categories.iter().map(category).collect();
        let unreadable = if self.unintelligible { "yes" } else { "no" };
        vec![
            (Question::Categories.label(), categories.join("\n")),
            (Question::Ei.label(), format!("{} ({})", self.ei, self.result.ei)),
            (Question::Confidentiality.label(), self.confidentiality.to_string()),
            (Question::Integrity.label(), self.integrity.to_string()),
            (Question::Availability.label(), self.availability.to_string()),
            (Question::Malicious.label(), self.malicious.to_string()),
            (Question::Individuals.label(), words::number(self.individuals, Language::En)),
            (Question::Unintelligible.label(), unreadable.to_owned()),
        ]
    }
}

#[cfg(test)]
#[path = "record/tests.rs"]
mod tests;
