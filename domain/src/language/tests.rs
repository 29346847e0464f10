//! No language lacks a word, and none has one that nobody asks for.

use super::*;
use crate::{
    fact::{
        catalogue::{catalogue, country::COUNTRIES},
        sheet::words,
    },
    notice::template::statements,
    text::Choice,
};
use chrono::NaiveDate;
use std::collections::BTreeSet;

fn all() -> impl Iterator<Item = (Language, Words)> {
    Language::ALL.iter().map(|language| {
        let words = Words::parse(language.source());
        (*language, words.map_err(|why| format!("{language}: {why}")).unwrap())
    })
}

fn keys<T>(map: &BTreeMap<String, T>) -> BTreeSet<&str> {
    map.keys().map(String::as_str).collect()
}

#[test]
fn every_answer_of_the_catalogue_has_its_words_in_every_language() {
    // Any of them may be printed among the changes of a follow-up.
    let entries = catalogue().entries();
    for entry in entries {
        assert!(!entry.noun(Language::En).is_empty(), "{}", entry.key);
        assert!(entry.options.iter().all(|option| !option.en.is_empty()), "{}", entry.key);
    }
    for (language, words) in all().filter(|(language, _)| *language != Language::En) {
        let asked: BTreeSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys(&words.nouns), asked, "nouns in {language}");
        let choices: Vec<_> = entries.iter().filter(|entry| !entry.options.is_empty()).collect();
        let asked: BTreeSet<&str> = choices.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys(&words.options), asked, "options in {language}");
        for entry in choices {
            let asked: BTreeSet<&str> = entry.options.iter().map(|option| option.code.as_str()).collect();
            assert_eq!(keys(&words.options[&entry.key]), asked, "options of {} in {language}", entry.key);
        }
        let said = words.nouns.values().chain(words.options.values().flat_map(BTreeMap::values));
        for said in said {
            // Within a list or after a colon, so without a full stop.
            assert!(!said.is_empty() && said.trim() == said && !said.ends_with('.'), "{language}: {said}");
        }
    }
}

#[test]
fn every_statement_has_its_heading_in_every_language() {
    for (language, words) in all() {
        for kind in NoticeKind::ALL {
            let headed: BTreeSet<&str> = statements(*kind)
                .iter()
                .map(|spec| spec.code)
                .filter(|code| !["subject", "greeting", "closing"].contains(code))
                .collect();
            assert_eq!(keys(&words.headings[kind]), headed, "{kind} in {language}");
            assert!(headed.iter().all(|code| !words.heading(*kind, code).is_empty()), "{kind} in {language}");
            assert_eq!(words.heading(*kind, "subject"), "");
        }
    }
}

#[test]
fn every_country_has_its_name_in_every_language() {
    let codes: BTreeSet<&str> = COUNTRIES.iter().map(|country| country.code).collect();
    for (language, words) in all() {
        assert_eq!(keys(&words.countries), codes, "{language}");
        assert_eq!(words.countries.values().collect::<BTreeSet<_>>().len(), codes.len(), "{language}");
    }
}

#[test]
fn phrases_have_their_places() {
    for (language, Words { formats, phrases, .. }) in all() {
        for (phrase, places) in [
            (&formats.date, &["{day}", "{month}", "{year}"][..]),
            (&formats.time, &["{mm}"]),
            (&formats.instant, &["{date}", "{time}", "{offset}"]),
            (&formats.instant_in_sentence, &["{date}", "{time}", "{offset}"]),
            (&phrases.about, &["{}"]),
            (&phrases.about_time, &["{}"]),
            (&phrases.range, &["{low}", "{high}"]),
            (&phrases.not_yet_known_until, &["{day}"]),
            (&phrases.plain_not_yet_until, &["{day}"]),
            (&phrases.sentence_cannot_be_determined, &["{noun}"]),
            (&phrases.sentence_not_yet_known, &["{noun}"]),
            (&phrases.sentence_not_yet_known_until, &["{noun}", "{day}"]),
            (&phrases.sender, &["{}"]),
        ] {
            for place in places {
                assert_eq!(phrase.matches(place).count(), 1, "{language}: {phrase}");
            }
        }
        assert!(formats.months.iter().all(|month| !month.is_empty()), "{language}");
        assert_eq!(formats.time.matches("{h").count(), 1, "{language}");
        assert_eq!(formats.elided_on.is_empty(), formats.elided_article.is_empty(), "{language}");
    }
}

/// A line that begins with a colon or a question mark is no French.
#[test]
fn french_marks_are_tied_to_their_words() {
    let french = Language::Fr.source();
    for mark in [" :", " ;", " ?", " !", " »"] {
        assert!(!french.contains(mark), "a space before{mark}");
    }
}

#[test]
fn dates_stand_in_sentences() {
    let day = |d| NaiveDate::from_ymd_opt(2026, 6, d).unwrap();
    for (language, d, alone, in_sentence) in [
        (Language::En, 9, "9 June 2026", "9 June 2026"),
        (Language::De, 9, "9. Juni 2026", "9. Juni 2026"),
        (Language::Fr, 1, "1er juin 2026", "le 1er juin 2026"),
        (Language::Es, 9, "9 de junio de 2026", "el 9 de junio de 2026"),
        (Language::It, 1, "1º giugno 2026", "il 1º giugno 2026"),
        (Language::It, 8, "8 giugno 2026", "l’8 giugno 2026"),
        (Language::It, 11, "11 giugno 2026", "l’11 giugno 2026"),
        (Language::Nl, 9, "9 juni 2026", "9 juni 2026"),
        (Language::Pl, 9, "9 czerwca 2026 roku", "9 czerwca 2026 roku"),
    ] {
        assert_eq!(words::date(day(d), language), alone);
        assert_eq!(words::date_in_sentence(day(d), language), in_sentence);
    }
}

#[test]
fn lists_and_numbers_are_written_as_each_language_writes_them() {
    let join = |parts: &[&str], language| {
        words::join(&parts.iter().map(|&part| part.to_owned()).collect::<Vec<_>>(), language)
    };
    assert_eq!(join(&["confidencialidad", "integridad"], Language::Es), "confidencialidad e integridad");
    assert_eq!(join(&["Austria", "Francia", "Hungría"], Language::Es), "Austria, Francia y Hungría");
    assert_eq!(join(&["Danimarca", "Estonia"], Language::It), "Danimarca ed Estonia");
    assert_eq!(join(&["poufność", "dostępność"], Language::Pl), "poufność i dostępność");
    for (language, small, great) in [
        (Language::En, "4,812", "1,204,812"),
        (Language::De, "4.812", "1.204.812"),
        (Language::Fr, "4\u{202f}812", "1\u{202f}204\u{202f}812"),
        (Language::Es, "4812", "1\u{a0}204\u{a0}812"),
        (Language::It, "4.812", "1.204.812"),
        (Language::Nl, "4.812", "1.204.812"),
        (Language::Pl, "4812", "1\u{a0}204\u{a0}812"),
    ] {
        assert_eq!(words::number(4812, language), small);
        assert_eq!(words::number(1_204_812, language), great);
    }
}
