//! What the templates can say about an answer.

use domain::{
    fact::{
        Certainty,
        catalogue::catalogue,
        sheet::{Reader, words},
    },
    notice::template::Language,
};
use std::ops::Deref;

/// The reader with the phrases around it.
pub(super) struct Words<'r> {
    reader: &'r Reader<'r>,
}

/// When something happened, as well as it is known.
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

    /// The controller's name, or words for it that follow "at" ("bei" with the dative).
    pub(super) fn sender(&self) -> String {
        self.known("ctrl.name").unwrap_or_else(|| {
            match self.language() {
                Language::En => "our organisation",
                Language::De => "unserer Organisation",
            }
            .to_owned()
        })
    }

    /// The answer as a paragraph to an authority, or the sentence for an answer that is missing (Art. 33(4)).
    pub(super) fn paragraph(&self, key: &str) -> String {
        if let Some(text) = self.known(key) {
            return text;
        }
        let noun = catalogue().get(key).map_or("", |entry| entry.noun(self.language()));
        if self.cannot_be_determined(key) {
            return match self.language() {
                Language::En => format!("Cannot be determined: {noun}."),
                Language::De => format!("Nicht feststellbar: {noun}."),
            };
        }
        let promised =
            self.get(key).and_then(|fact| fact.promised_on).map(|day| words::date(day, self.language()));
        match (self.language(), promised) {
            (Language::En, Some(day)) => format!("Not yet known: {noun}. We will supply this by {day}."),
            (Language::En, None) => {
                format!("Not yet known: {noun}. We will supply this as soon as it is known.")
            }
            (Language::De, Some(day)) => {
                format!("Noch nicht bekannt: {noun}. Wir reichen dies bis {day} nach.")
            }
            (Language::De, None) => {
                format!("Noch nicht bekannt: {noun}. Wir reichen dies nach, sobald es vorliegt.")
            }
        }
    }

    /// Contact details, or a line that says that they are missing.
    pub(super) fn contact(&self, key: &str) -> String {
        let label = match self.language() {
            Language::En => "Contact details",
            Language::De => "Kontaktdaten",
        };
        self.known(key).unwrap_or_else(|| format!("{label}: {}", self.say(key)))
    }

    /// The answer as a paragraph to the people concerned, or a plain sentence that it is not known.
    pub(super) fn plain(&self, key: &str) -> String {
        if let Some(text) = self.known(key) {
            return text;
        }
        let never = self.get(key).is_some_and(|fact| fact.certainty == Certainty::CannotBeDetermined);
        match (self.language(), never) {
            (Language::En, true) => "This can no longer be found out.",
            (Language::En, false) => "We do not know this yet. We will tell you as soon as we do.",
            (Language::De, true) => "Das lässt sich nicht mehr feststellen.",
            (Language::De, false) => {
                "Das wissen wir noch nicht. Wir teilen es Ihnen mit, sobald wir es wissen."
            }
        }
        .to_owned()
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
            Owed { noun, day: day.map(|day| words::date(day, self.language())) }
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
        let began = words::instant(start, language, zone);
        if self.has("time.occurrence_mode", "ongoing") {
            return Period::Since(began);
        }
        let Some(end) = self.instant("time.end") else { return Period::From(began) };
        let one_day = self.day("time.start").filter(|day| self.day("time.end") == Some(*day));
        match one_day {
            // On the day of a change of the clocks the two offsets differ, and both are needed.
            Some(day) if words::offset(start, zone) == words::offset(end, zone) => Period::Within {
                day: words::date(day, language),
                from: words::time(start, language, zone),
                to: words::time(end, language, zone),
                offset: words::offset(start, zone),
            },
            _ => Period::Between { start: began, end: words::instant(end, language, zone) },
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
