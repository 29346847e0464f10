//! What the templates can say about an answer.

use domain::fact::{
    Certainty,
    catalogue::catalogue,
    sheet::{Reader, words},
};
use std::ops::Deref;

/// The reader with the phrases around it.
pub(super) struct Words<'r> {
    reader: &'r Reader<'r>,
}

/// When something happened, as well as it is known. Dates and times are as they stand within a sentence.
pub(super) enum Period {
    Unknown,
    NotToBeFound,
    /// Still going on.
    Since(String),
    /// Over, or perhaps not; only the start is known.
    From(String),
    /// Within one day.
    Within {
        day: String,
        from: String,
        to: String,
        offset: String,
    },
    Between {
        start: String,
        end: String,
    },
}

/// One answer that will follow.
pub(super) struct Owed {
    pub(super) noun: String,
    pub(super) day: Option<String>,
}

/// One answer that is new or another since the last filing.
pub(super) struct Changed {
    pub(super) noun: String,
    pub(super) now: String,
}

impl<'r> Deref for Words<'r> {
    type Target = Reader<'r>;
    fn deref(&self) -> &Reader<'r> {
        self.reader
    }
}

impl<'r> Words<'r> {
    pub(super) fn new(reader: &'r Reader<'r>) -> Self {
        Self { reader }
    }

    /// The controller's name, or words for it, after the template's word for "at".
    pub(super) fn sender(&self) -> String {
        let phrases = &self.language().words().phrases;
        let known = self.known("ctrl.name");
        known.map_or_else(
            || phrases.sender_unknown.clone(),
            |name| words::filled(&phrases.sender, &[("{}", &name)]),
        )
    }

    /// The answer as a paragraph to an authority, or the sentence for an answer that is missing (Art. 33(4)).
    pub(super) fn paragraph(&self, key: &str) -> String {
        if let Some(text) = self.known(key) {
            return text;
        }
        let (language, phrases) = (self.language(), &self.language().words().phrases);
        let noun = ("{noun}", catalogue().get(key).map_or(key, |entry| entry.noun(language)));
        if self.cannot_be_determined(key) {
            return words::filled(&phrases.sentence_cannot_be_determined, &[noun]);
        }
        match self.get(key).and_then(|fact| fact.promised_on) {
            Some(day) => {
                let day = words::date_in_sentence(day, language);
                words::filled(&phrases.sentence_not_yet_known_until, &[noun, ("{day}", &day)])
            }
            None => words::filled(&phrases.sentence_not_yet_known, &[noun]),
        }
    }

    /// Contact details, or a line that says that they are missing.
    pub(super) fn contact(&self, key: &str) -> String {
        let label = &self.language().words().phrases.contact_details;
        self.known(key).unwrap_or_else(|| words::said_of(label, &self.say(key), self.language()))
    }

    /// The answer as a paragraph to the people concerned, or a plain sentence that it is not known.
    pub(super) fn plain(&self, key: &str) -> String {
        if let Some(text) = self.known(key) {
            return text;
        }
        let phrases = &self.language().words().phrases;
        let fact = self.get(key);
        if fact.is_some_and(|fact| fact.certainty == Certainty::CannotBeDetermined) {
            return phrases.plain_never.clone();
        }
        match fact.and_then(|fact| fact.promised_on) {
            Some(day) => {
                let day = words::date_in_sentence(day, self.language());
                words::filled(&phrases.plain_not_yet_until, &[("{day}", &day)])
            }
            None => phrases.plain_not_yet.clone(),
        }
    }

    /// An instant within a sentence, or the words for an answer that is missing.
    pub(super) fn moment(&self, key: &str) -> String {
        let at = self.instant(key);
        at.map_or_else(|| self.say(key), |at| words::instant_in_sentence(at, self.language(), self.zone()))
    }

    /// The chosen options below each other, or in the same line the words for an answer that is missing.
    pub(super) fn list(&self, key: &str) -> String {
        let items = self.each(key);
        if items.is_empty() {
            return self.say(key);
        }
        items.iter().map(|item| format!("\n- {item}")).collect()
    }

    /// The lines of a text that has one step to a line, without the dashes or numbers somebody may have put there.
    pub(super) fn lines(&self, key: &str) -> Vec<String> {
        let text = self.known(key).unwrap_or_default();
        let step = |line: &str| {
            let line = line.trim();
            let marked = line.strip_prefix(['-', '*', '•']).filter(|rest| rest.starts_with(' '));
            marked.unwrap_or(line).trim().to_owned()
        };
        text.lines().map(step).filter(|line| !line.is_empty()).collect()
    }

    /// What was recorded since the last filing, each with its answer now.
    pub(super) fn changes(&self) -> Vec<Changed> {
        let known = self.reader.changes().into_iter().filter_map(|key| Some((catalogue().get(&key)?, key)));
        let changes = known.map(|(entry, key)| Changed {
            noun: entry.noun(self.language()).to_owned(),
            now: self.say(&key),
        });
        changes.collect()
    }

    /// What the notification still owes, in words.
    pub(super) fn owed(&self) -> Vec<Owed> {
        let owed = self.reader.owed().into_iter().map(|(key, day)| {
            let noun =
                catalogue().get(&key).map_or(key.clone(), |entry| entry.noun(self.language()).to_owned());
            Owed { noun, day: day.map(|day| words::date_in_sentence(day, self.language())) }
        });
        owed.collect()
    }

    /// When it happened.
    pub(super) fn period(&self) -> Period {
        let Some(start) = self.instant("time.start") else {
            let never = self.cannot_be_determined("time.start");
            return if never { Period::NotToBeFound } else { Period::Unknown };
        };
        let (language, zone) = (self.language(), self.zone());
        let began = words::instant_in_sentence(start, language, zone);
        if self.has("time.occurrence_mode", "ongoing") {
            return Period::Since(began);
        }
        let Some(end) = self.instant("time.end") else { return Period::From(began) };
        let one_day = self.day("time.start").filter(|day| self.day("time.end") == Some(*day));
        match one_day {
            // On the day of a change of the clocks the two offsets differ, and both are needed.
            Some(day) if words::offset(start, zone) == words::offset(end, zone) => Period::Within {
                day: words::date_in_sentence(day, language),
                from: words::time(start, language, zone),
                to: words::time(end, language, zone),
                offset: words::offset(start, zone),
            },
            _ => Period::Between { start: began, end: words::instant_in_sentence(end, language, zone) },
        }
    }

    /// Whether the times in [`Self::period`] are estimates.
    pub(super) fn is_estimated(&self) -> bool {
        if self.instant("time.start").is_none() {
            return false;
        }
        let about = |key| self.get(key).is_some_and(|fact| fact.certainty == Certainty::Approximate);
        let ends = !self.has("time.occurrence_mode", "ongoing");
        self.is_true("time.estimated") || about("time.start") || (ends && about("time.end"))
    }
}
