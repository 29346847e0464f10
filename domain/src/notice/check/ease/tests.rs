//! Each formula with figures counted by hand.

use super::{
    count::{Counted, counted, syllables},
    *,
};

#[test]
fn syllables_are_counted_as_they_are_spoken() {
    let cases: [(Language, &[(&str, u32)]); 6] = [
        (
            Language::En,
            &[("breach", 1), ("people", 2), ("notified", 3), ("made", 1), ("information", 4), ("72", 1)],
        ),
        (Language::De, &[("Daten", 2), ("Behörde", 3), ("frei", 1), ("Benachrichtigung", 5), ("über", 2)]),
        (Language::Fr, &[("données", 2), ("personne", 2), ("notre", 1), ("autorité", 4), ("naïf", 2)]),
        (
            Language::Es,
            &[("datos", 2), ("que", 1), ("información", 4), ("ciudad", 2), ("guía", 2), ("muy", 1)],
        ),
        (Language::Nl, &[("gegevens", 3), ("wij", 1), ("geïnformeerd", 4), ("over", 2)]),
        (Language::Pl, &[("dane", 2), ("pani", 2), ("niebo", 2), ("informacja", 4), ("osobowych", 4)]),
    ];
    for (language, words) in cases {
        for (word, expected) in words {
            assert_eq!(syllables(word, language), *expected, "{word}");
        }
    }
}

#[test]
fn sentences_end_where_a_reader_would_stop() {
    let of = |text: &str, language| counted(text, language).sentences;
    assert_eq!(of("It began at night. Nobody saw it! Did you?", Language::En), 3);
    assert_eq!(of("We recommend:\n- Change your password\n- Watch your post", Language::En), 3);
    assert_eq!(of("Es geschah am 9. Juni, z. B. nachts.", Language::De), 1);
    assert_eq!(of("Write to help@controller.test", Language::En), 1);
    assert_eq!(of("\n\n", Language::En), 0);
    let text = counted("Call 0800 12 34 or write.", Language::En);
    assert_eq!((text.words, text.letters), (6, 19));
}

#[test]
fn each_language_has_its_formula() {
    let of = Counted { words: 100, sentences: 10, syllables: 150, letters: 500, long_words: 5 };
    // By hand: 10 words a sentence, 1.5 syllables a word, 5 letters a word, 5 long words in a hundred.
    let expected = [
        (Language::En, "Flesch", 69.785),
        (Language::De, "Amstad", 82.25),
        (Language::Fr, "Kandel and Moles", 86.45),
        (Language::Es, "Fernández Huerta", 106.64),
        (Language::It, "Gulpease", 69.0),
        (Language::Nl, "Douma", 82.04),
        (Language::Pl, "Gunning’s fog index for Polish", 6.0),
    ];
    for (language, formula, expected) in expected {
        let (name, found) = score(&of, language);
        assert_eq!(name, formula);
        assert!((found - expected).abs() < 0.001, "{formula}: {found}");
    }
}

#[test]
fn a_number_has_a_reading() {
    for (language, score, plain) in [
        (Language::En, 60.0, true),
        (Language::En, 59.9, false),
        (Language::De, 12.0, false),
        (Language::It, 60.0, true),
        (Language::It, 59.9, false),
        (Language::Pl, 12.0, true),
        (Language::Pl, 12.1, false),
    ] {
        assert_eq!(reading(score, language).1, plain, "{language} {score}");
    }
}
