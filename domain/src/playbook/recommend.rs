//! Which playbooks fit an incident, by what is known of it.

use super::format::Playbook;
use crate::{
    fact::condition::{HANDLED_AS, Labels, Lookup, Tristate},
    party::in_case::HandledAs,
    text::Choice,
};

/// How a playbook fits an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit<'p> {
    /// Its condition holds.
    Recommended {
        /// `because …`, naming what decided.
        because: String,
    },
    /// These facts would decide.
    Open { keys: Vec<&'p str> },
    /// Its condition does not hold, or it has none: it is followed by whoever chooses it, or is called by others.
    Unsaid,
}

/// The labels of facts, with that of what a case is handled as.
#[derive(Clone, Copy)]
pub struct WithHandling<'l>(pub &'l dyn Labels);

impl Labels for WithHandling<'_> {
    fn fact(&self, key: &str) -> String {
        if key == HANDLED_AS { "our part in the case".to_owned() } else { self.0.fact(key) }
    }

    fn option(&self, key: &str, code: &str) -> String {
        match HandledAs::from_code(code).filter(|_| key == HANDLED_AS) {
            Some(HandledAs::Controller) => "controller".to_owned(),
            Some(HandledAs::Processor) => "processor".to_owned(),
            Some(HandledAs::Both) => "controller and processor".to_owned(),
            None => self.0.option(key, code),
        }
    }
}

impl Playbook {
    /// How it fits an incident with these facts, [`HANDLED_AS`] among them.
    #[must_use]
    pub fn fit<'p, 'v>(&'p self, facts: &Lookup<'_, 'v>, labels: &dyn Labels) -> Fit<'p> {
        let labels = &WithHandling(labels);
        let Some(when) = &self.recommended_when else { return Fit::Unsaid };
        match when.holds(facts) {
            Tristate::Yes => Fit::Recommended { because: when.because(facts, labels) },
            Tristate::No => Fit::Unsaid,
            Tristate::Unknown => Fit::Open { keys: when.open_keys(facts) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        assessment::cases::cases,
        fact::{Value, catalogue::catalogue},
        playbook::{is_called, library},
    };

    fn recommended(facts: &Lookup<'_, '_>) -> Vec<&'static str> {
        let fits = |p: &&Playbook| matches!(p.fit(facts, catalogue()), Fit::Recommended { .. });
        library().iter().filter(fits).map(|p| p.id.as_str()).collect()
    }

    /// By hand, from what the Board tells of each. The first of each line is the one a team should follow; the others
    /// share its signs, and nothing the form asks tells them apart.
    const BOARD: [(u8, &[&str]); 18] = [
        (1, &["ransomware"]),
        (2, &["ransomware"]),
        (3, &["ransomware"]),
        (4, &["ransomware"]),
        (5, &["web-application-exploited"]),
        (6, &["web-application-exploited"]),
        (7, &["credential-stuffing", "customer-api-enumerated", "web-application-exploited"]),
        (8, &["insider-copies-data"]),
        (9, &["misdirected-message"]),
        (10, &["lost-device-or-paper"]),
        (11, &["lost-device-or-paper"]),
        (12, &["lost-device-or-paper"]),
        (13, &["misdirected-message"]),
        (14, &["misdirected-message"]),
        (15, &["misdirected-message"]),
        (16, &["misdirected-message"]),
        (17, &["credential-stuffing", "mailbox-compromise"]),
        (18, &["mailbox-compromise"]),
    ];

    #[test]
    fn each_case_of_the_board_is_pointed_to_the_playbook_for_it() {
        for (case, (number, expected)) in cases().iter().zip(BOARD) {
            assert_eq!(case.number, number);
            let mut found = recommended(&|key| case.sheet.value(key));
            let mut expected = expected.to_vec();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "case {number}: {}", case.title);
        }
    }

    #[test]
    fn every_long_playbook_says_what_it_is_for_and_no_called_one_does() {
        for playbook in library() {
            assert_eq!(playbook.recommended_when.is_some(), !is_called(&playbook.id), "{}", playbook.id);
        }
    }

    #[test]
    fn before_anything_is_known_nothing_is_recommended_and_few_answers_would_decide() {
        assert_eq!(recommended(&|_| None), Vec::<&str>::new());
        let mut keys: Vec<&str> = Vec::new();
        for playbook in library() {
            if let Fit::Open { keys: open } = playbook.fit(&|_| None, catalogue()) {
                keys.extend(open);
            }
        }
        keys.sort_unstable();
        keys.dedup();
        assert!(keys.contains(&"nature.incident_type") && keys.len() <= 8, "{keys:?}");
    }

    #[test]
    fn what_the_case_is_handled_as_decides_too() {
        let as_ = |code: &str| Value::Choice(code.to_owned());
        let (both, controller) = (as_("both"), as_("controller"));
        let playbook = crate::playbook::find("we-are-the-processor").unwrap();
        let fit = |value| playbook.fit(&|key| (key == HANDLED_AS).then_some(value), catalogue());
        let because = "because our part in the case is \"controller and processor\"".to_owned();
        assert_eq!(fit(&both), Fit::Recommended { because });
        assert_eq!(fit(&controller), Fit::Unsaid);
        assert_eq!(playbook.fit(&|_| None, catalogue()), Fit::Open { keys: vec![HANDLED_AS] });
    }

    #[test]
    fn the_reason_names_what_decided() {
        let lost = Value::Choices(vec!["device_lost_stolen".to_owned()]);
        let facts = |key: &str| (key == "nature.incident_type").then_some(&lost);
        let playbook = crate::playbook::find("lost-device-or-paper").unwrap();
        let Fit::Recommended { because } = playbook.fit(&facts, catalogue()) else {
            panic!("a lost device is a lost device");
        };
        assert_eq!(because, "because the kind of incident includes \"device lost or stolen\"");
    }
}
