//! What changed: of the facts since an assessment, and from one version to the next.

use super::{Assessment, BasisAnswer, answer_of};
use crate::{
    assessment::factors::RiskFactor,
    fact::{
        catalogue::catalogue,
        sheet::{Sheet, derived, words},
    },
    id::AccountId,
    moment::Zone,
    notice::template::Language,
    text::Choice,
};
use chrono::DateTime;
use schemars::JsonSchema;
use serde::Serialize;

/// How many characters of an answer are shown where two are set against each other.
const SHOWN: usize = 300;

/// A fact whose answer is another than the one that an assessment rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedAnswer {
    pub key: String,
    pub label: String,
    /// The answers in words, shortened where they are long.
    pub old: String,
    pub new: String,
}

/// Something that one version says otherwise than the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    pub what: String,
    pub old: String,
    pub new: String,
}

/// The facts whose answer is now another than `basis` holds, in its order. An answer that was recorded once more and
/// says the same is none of them, and neither is one that is promised for another day. Times are those of `zone`.
#[must_use]
pub fn changed_since(basis: &[BasisAnswer], sheet: &Sheet, zone: Zone) -> Vec<ChangedAnswer> {
    basis.iter().filter_map(|was| changed(was, &answer_of(sheet, &was.key), zone)).collect()
}

fn changed(was: &BasisAnswer, is: &BasisAnswer, zone: Zone) -> Option<ChangedAnswer> {
    (was != is).then(|| ChangedAnswer {
        key: was.key.clone(),
        label: catalogue().get(&was.key).map_or_else(|| was.key.clone(), |d| d.label.clone()),
        old: in_words(was, zone),
        new: in_words(is, zone),
    })
}

fn in_words(answer: &BasisAnswer, zone: Zone) -> String {
    let Some(certainty) = answer.certainty else { return "no answer".to_owned() };
    // Only key, certainty and value are read.
    let nobody = AccountId::from_bits([0; 16]);
    let fact = derived(&answer.key, certainty, answer.value.clone(), DateTime::UNIX_EPOCH, nobody);
    shortened(&words::answer(&fact, Language::En, zone))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    let kept: String = text.chars().take(SHOWN).collect();
    format!("{}…", kept.trim_end())
}

/// What `after` says otherwise than `before`: the ENISA level and its answers, the factors, the note, and the facts
/// that each rests on.
#[must_use]
pub fn differences(before: &Assessment, after: &Assessment, zone: Zone) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut differ = |what: &str, old: String, new: String| {
        if old != new {
            found.push(Difference { what: what.to_owned(), old: shortened(&old), new: shortened(&new) });
        }
    };
    differ("ENISA level", level(before), level(after));
    let lines = |a: &Assessment| a.enisa.as_ref().map(super::Enisa::lines).unwrap_or_default();
    let (old, new) = (lines(before), lines(after));
    // Where one has no level at all, that says it.
    for ((what, old), (_, new)) in old.into_iter().zip(new) {
        differ(what, old, new);
    }
    for factor in RiskFactor::ALL {
        let view = |a: &Assessment| {
            let view = a.considered(*factor).and_then(|c| c.view);
            view.map_or("not considered", Choice::label).to_owned()
        };
        let words = |a: &Assessment| a.considered(*factor).map(|c| c.words.clone()).unwrap_or_default();
        differ(factor.label(), view(before), view(after));
        differ(&format!("{}, in words", factor.label()), words(before), words(after));
    }
    differ("Note", before.note.clone(), after.note.clone());
    for was in &before.basis {
        if let Some(is) = after.basis.iter().find(|is| is.key == was.key)
            && let Some(changed) = changed(was, is, zone)
        {
            let what = format!("Fact: {}", changed.label);
            found.push(Difference { what, old: changed.old, new: changed.new });
        }
    }
    found
}

fn level(assessment: &Assessment) -> String {
    let reckoned = assessment.enisa.as_ref().map(|e| format!("{} ({})", e.result.level, e.result.se));
    reckoned.unwrap_or_else(|| "not reckoned".to_owned())
}

impl Assessment {
    /// The facts whose answer is another than when this was recorded.
    #[must_use]
    pub fn changed_since(&self, sheet: &Sheet, zone: Zone) -> Vec<ChangedAnswer> {
        changed_since(&self.basis, sheet, zone)
    }
}
