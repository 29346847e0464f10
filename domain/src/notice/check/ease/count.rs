//! Counting words, sentences and syllables.

use crate::language::Language;

/// What was counted in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub words: u32,
    pub sentences: u32,
    pub syllables: u32,
    pub letters: u32,
    /// Words of four and more syllables.
    pub long_words: u32,
}

impl Counted {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            words: self.words + other.words,
            sentences: self.sentences + other.sentences,
            syllables: self.syllables + other.syllables,
            letters: self.letters + other.letters,
            long_words: self.long_words + other.long_words,
        }
    }

    /// Words to a sentence.
    pub(super) fn sentence_length(&self) -> f64 {
        f64::from(self.words) / f64::from(self.sentences.max(1))
    }

    pub(super) fn syllables_a_word(&self) -> f64 {
        f64::from(self.syllables) / f64::from(self.words.max(1))
    }
}

/// Counts a text. A line of its own, such as an item of a list, ends a sentence; addresses of any kind aren't counted.
pub(super) fn counted(text: &str, language: Language) -> Counted {
    let mut all = Counted::default();
    for line in text.lines() {
        let mut open = false;
        for word in line.split_whitespace() {
            if word.contains('@') || word.contains("://") {
                continue;
            }
            let bare: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
            if !bare.is_empty() {
                let syllables = syllables(&bare, language);
                all.words += 1;
                all.syllables += syllables;
                all.letters += u32::try_from(bare.chars().count()).unwrap_or(u32::MAX);
                all.long_words += u32::from(syllables >= 4);
                open = true;
            }
            if open && ends(word, &bare) {
                all.sentences += 1;
                open = false;
            }
        }
        all.sentences += u32::from(open);
    }
    all
}

/// Whether a sentence ends with this word. The point after a day or after a single letter, as in "9. Juni" and "z. B.",
/// ends none.
fn ends(word: &str, bare: &str) -> bool {
    let word = word.trim_end_matches([')', ']', '"', '”', '“', '»', '\'', '’']);
    if word.ends_with(['!', '?', ':', ';']) {
        return true;
    }
    let day = bare.len() <= 2 && !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit());
    word.ends_with('.') && !day && bare.chars().count() != 1
}

/// The syllables of a word without its hyphens and apostrophes; a figure counts as one.
pub(super) fn syllables(word: &str, language: Language) -> u32 {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let count = match language {
        Language::Es => strong(&word),
        Language::Pl => polish(&word),
        _ => groups(&word, language),
    };
    count.max(1)
}

fn is_vowel(c: char) -> bool {
    "aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿ".contains(c)
}

/// Groups of vowels, without an ending that isn't spoken.
fn groups(word: &[char], language: Language) -> u32 {
    let mut count = 0;
    let mut inside = false;
    for (at, c) in word.iter().enumerate() {
        // A diaeresis begins a syllable of its own, as in "coëxist" and "naïf"; in German it is another letter.
        let apart = language != Language::De && "ëïü".contains(*c);
        let vowel = is_vowel(*c) && !(*c == 'y' && at == 0);
        if vowel && (!inside || apart) {
            count += 1;
        }
        inside = vowel;
    }
    if is_mute(word, language) && count > 1 { count - 1 } else { count }
}

/// Whether it ends in an e that nobody speaks: "made", "times", "closed"; "personne", "notres", "parlent".
fn is_mute(word: &[char], language: Language) -> bool {
    let mut back = word.iter().rev().copied();
    let last = back.next();
    let (second, third) = (back.next(), back.next());
    // What stands before the e, and before that.
    let (ending, before, further) = match (last, second) {
        (Some('e'), _) => ("e", second, third),
        (Some('s'), Some('e')) => ("es", third, back.next()),
        (Some('d'), Some('e')) => ("ed", third, back.next()),
        (Some('t'), Some('n')) if third == Some('e') => ("ent", back.next(), None),
        _ => return false,
    };
    let Some(before) = before.filter(|c| !is_vowel(*c)) else { return false };
    let table = before == 'l' && further.is_some_and(|c| !is_vowel(c));
    match (language, ending) {
        (Language::En, "e") => !table,
        (Language::En, "es") => !table && !"scxzgh".contains(before),
        (Language::En, "ed") => !"td".contains(before),
        (Language::Fr, "e" | "es") => true,
        (Language::Fr, "ent") => before != 'm',
        _ => false,
    }
}

/// Spanish: a, e and o each make a syllable, and so do í and ú; i and u join their neighbour. The u in "que" and "gui" is
/// not spoken, and two weak vowels make one syllable.
fn strong(word: &[char]) -> u32 {
    let mut count = 0;
    let mut before: Option<char> = None;
    for (at, c) in word.iter().enumerate() {
        let next = word.get(at + 1).copied();
        match c {
            'a' | 'e' | 'o' | 'á' | 'é' | 'ó' | 'í' | 'ú' => count += 1,
            'i' | 'u' | 'ü' | 'y' => {
                let beside = |c: Option<char>| c.is_some_and(|c| "aeoáéóíúiuü".contains(c));
                let silent = *c == 'u'
                    && matches!(before, Some('q' | 'g'))
                    && matches!(next, Some('e' | 'i' | 'é' | 'í'));
                let consonant = *c == 'y' && beside(next);
                let alone = !consonant && !beside(before) && !beside(next);
                // Of two weak vowels the first one counts.
                let first = matches!(next, Some('i' | 'u')) && !beside(before);
                count += u32::from(!silent && (alone || first));
            }
            _ => {}
        }
        before = Some(*c);
    }
    count
}

/// Polish: every vowel makes a syllable, and an i before another vowel only softens.
fn polish(word: &[char]) -> u32 {
    let vowel = |c: char| "aąeęioóuy".contains(c);
    let mut count = 0;
    for (at, c) in word.iter().enumerate() {
        let softens = *c == 'i' && word.get(at + 1).is_some_and(|next| vowel(*next));
        count += u32::from(vowel(*c) && !softens);
    }
    count
}
