//! How easy a text is to read, by a formula made for its language. An aid: the formulas count words, sentences and
//! syllables and know nothing of sense.
//!
//! With W words in S sentences and Y syllables:
//!
//! | language | formula | source |
//! |---|---|---|
//! | English | 206.835 − 1.015 W/S − 84.6 Y/W | R. Flesch, A new readability yardstick, 1948 |
//! | German | 180 − W/S − 58.5 Y/W | T. Amstad, Wie verständlich sind unsere Zeitungen?, 1978 |
//! | French | 207 − 1.015 W/S − 73.6 Y/W | L. Kandel and A. Moles, Application de l’indice de Flesch, 1958 |
//! | Spanish | 206.84 − 1.02 W/S − 60 Y/W | J. Fernández Huerta, Medidas sencillas de lecturabilidad, 1959, with W/S as corrected since |
//! | Italian | 89 + (300 S − 10 letters) / W | P. Lucisano and M. E. Piemontese, GULPEASE, 1988 |
//! | Dutch | 206.84 − 0.93 W/S − 77 Y/W | W. H. Douma, De leesbaarheid van landbouwbladen, 1960 |
//! | Polish | 0.4 (W/S + 100 H/W), H words of four and more syllables | R. Gunning’s fog index with the threshold that Jasnopis gives for Polish word forms |
//!
//! Syllables are counted by groups of vowels, so that the last digit means nothing.

mod count;

use super::super::{Notice, template::NoticeKind};
use crate::language::Language;
use count::{Counted, counted};
use schemars::JsonSchema;
use serde::Serialize;

/// A shorter text says nothing.
const WORDS_MIN: u32 = 40;

/// What a formula says of a text.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ease {
    /// Whose formula it is.
    pub formula: &'static str,
    /// With one decimal. For Polish the fewer the easier, for all others the more.
    pub score: f64,
    /// What the number means, in words.
    pub reading: &'static str,
    /// Whether most adults read it without effort.
    pub plain: bool,
    pub words: u32,
    pub sentences: u32,
    /// The statement with the longest sentences.
    pub hardest: Option<String>,
}

/// How easy the notice is to read, for those kinds that are read by people who have no part in the matter. None where it
/// is too short for a formula.
#[must_use]
pub fn of(notice: &Notice) -> Option<Ease> {
    let for_people = matches!(
        notice.kind,
        NoticeKind::SubjectCommunication
            | NoticeKind::PublicNotice
            | NoticeKind::HoldingStatement
            | NoticeKind::PressStatement
            | NoticeKind::Staff
            | NoticeKind::Partners
    );
    if !for_people {
        return None;
    }
    // Names and addresses are no sentences.
    let read = |code: &str| !matches!(code, "subject" | "greeting" | "contact" | "closing");
    let mut all = Counted::default();
    let mut hardest: Option<(f64, &str)> = None;
    for statement in notice.statements.iter().filter(|s| read(&s.code)) {
        let one = counted(&statement.text, notice.language);
        all = all.and(one);
        let longer = hardest.is_none_or(|(length, _)| one.sentence_length() > length);
        if one.sentences > 0 && longer {
            hardest = Some((one.sentence_length(), &statement.code));
        }
    }
    if all.words < WORDS_MIN {
        return None;
    }
    let (formula, score) = score(&all, notice.language);
    let (reading, plain) = reading(score, notice.language);
    Some(Ease {
        formula,
        score: (score * 10.0).round() / 10.0,
        reading,
        plain,
        words: all.words,
        sentences: all.sentences,
        hardest: hardest.map(|(_, code)| code.to_owned()),
    })
}

fn score(counted: &Counted, language: Language) -> (&'static str, f64) {
    let (length, syllables) = (counted.sentence_length(), counted.syllables_a_word());
    match language {
        Language::En => ("Flesch", 206.835 - 1.015 * length - 84.6 * syllables),
        Language::De => ("Amstad", 180.0 - length - 58.5 * syllables),
        Language::Fr => ("Kandel and Moles", 207.0 - 1.015 * length - 73.6 * syllables),
        Language::Es => ("Fernández Huerta", 206.84 - 1.02 * length - 60.0 * syllables),
        Language::It => {
            let words = f64::from(counted.words);
            let parts = 300.0 * f64::from(counted.sentences) - 10.0 * f64::from(counted.letters);
            ("Gulpease", 89.0 + parts / words)
        }
        Language::Nl => ("Douma", 206.84 - 0.93 * length - 77.0 * syllables),
        Language::Pl => {
            let hard = 100.0 * f64::from(counted.long_words) / f64::from(counted.words);
            ("Gunning’s fog index for Polish", 0.4 * (length + hard))
        }
    }
}

/// What a score means, and whether it is plain enough for everybody.
fn reading(score: f64, language: Language) -> (&'static str, bool) {
    match language {
        Language::It => match score {
            s if s >= 80.0 => ("easy even with primary schooling only", true),
            s if s >= 60.0 => ("easy with lower secondary schooling", true),
            s if s >= 40.0 => ("difficult without upper secondary schooling", false),
            _ => ("difficult for almost everybody", false),
        },
        Language::Pl => match score {
            s if s <= 6.0 => ("very easy: six years of schooling are enough", true),
            s if s <= 9.0 => ("easy: primary schooling is enough", true),
            s if s <= 12.0 => ("fairly difficult: it needs secondary schooling", true),
            s if s <= 15.0 => ("difficult: it needs some years of studies", false),
            _ => ("very difficult: it needs a university degree", false),
        },
        _ => match score {
            s if s >= 90.0 => ("very easy", true),
            s if s >= 80.0 => ("easy", true),
            s if s >= 70.0 => ("fairly easy", true),
            s if s >= 60.0 => ("plain", true),
            s if s >= 50.0 => ("fairly difficult", false),
            s if s >= 30.0 => ("difficult", false),
            _ => ("very difficult", false),
        },
    }
}

#[cfg(test)]
mod tests;
