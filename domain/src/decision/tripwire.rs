//! What would open a decision again: conditions over facts, watched from the day it was taken.

use crate::{
    fact::{
        Value,
        catalogue::catalogue,
        condition::{Condition, Tristate},
        sheet::Sheet,
    },
    refusal::FieldError,
    text::Checks,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many tripwires a decision may have.
pub const WIRES_MAX: usize = 20;

/// One later answer that opens the decision again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tripwire {
    /// In words.
    pub words: String,
    /// The condition over facts, as in playbooks: `people.count > 500`.
    pub when: String,
}

/// A tripwire that is offered for ticking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Stable.
    pub code: &'static str,
    pub words: &'static str,
    pub when: &'static str,
}

/// Those that most dossiers need.
pub const PRESETS: &[Preset] = &[
    Preset {
        code: "readable",
        words: "The protection fails: the key is found leaked, or the data turn out to be readable",
        when: r#"nature.unintelligible == "no" or nature.unintelligible == "protected_but_may_be_subverted""#,
    },
    Preset {
        code: "misused",
        words: "The data are misused, offered for sale or published",
        when: "cons.seen == true",
    },
    Preset {
        code: "severe",
        words: "The consequences turn out to be severe",
        when: r#"cons.severity == "severe""#,
    },
    Preset {
        code: "special_data",
        words: "Special categories of data turn out to be affected (Art. 9)",
        when: r#"data.types has "health" or data.types has "genetic" or data.types has "biometric" or data.types has "political" or data.types has "racial_ethnic" or data.types has "religious_philosophical" or data.types has "sex_life_orientation" or data.types has "trade_union""#,
    },
    Preset {
        code: "vulnerable",
        words: "Minors or other vulnerable people turn out to be affected",
        when: r#"people.categories has "minors" or people.categories has "vulnerable" or people.categories has "patients""#,
    },
];

/// Tripwires as typed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wires<'a> {
    pub presets: &'a [String],
    pub people_above: &'a str,
    pub others: &'a str,
}

impl Wires<'_> {
    /// The tripwires; a dossier needs at least one. What holds already can't be waited for.
    pub(super) fn parse(&self, c: &mut Checks, sheet: &Sheet, dossier: bool) -> Vec<Tripwire> {
        let mut wires: Vec<(&str, Tripwire)> = Vec::new();
        for code in self.presets.iter().map(|code| code.trim()).filter(|code| !code.is_empty()) {
            match PRESETS.iter().find(|preset| preset.code == code) {
                Some(preset) => {
                    let wire = Tripwire { words: preset.words.to_owned(), when: preset.when.to_owned() };
                    wires.push(("tripwires", wire));
                }
                None => {
                    let codes: Vec<&str> = PRESETS.iter().map(|preset| preset.code).collect();
                    let message = format!("“{code}” isn't offered. Choose of: {}.", codes.join(", "));
                    c.push(FieldError::new("tripwires", "not_a_choice", message));
                }
            }
        }
        match self.people_above.trim() {
            "" => {}
            raw => match crate::fact::record::read_number(raw) {
                Ok(most) => {
                    let words = format!("More than {most} people turn out to be affected");
                    wires.push(("people_above", Tripwire { words, when: format!("people.count > {most}") }));
                }
                Err((code, message)) => c.push(FieldError::new("people_above", code, message)),
            },
        }
        for (number, line) in self.others.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            match watched(line) {
                Ok(()) => {
                    let wire = Tripwire { words: line.to_owned(), when: line.to_owned() };
                    wires.push(("other_tripwires", wire));
                }
                Err(why) => {
                    let message = format!("Line {}: {why}", number + 1);
                    c.push(FieldError::new("other_tripwires", "not_a_condition", message));
                }
            }
        }
        for (field, wire) in wires.iter().filter(|(_, wire)| wire.is_tripped(sheet)) {
            let message = format!("This holds already, so it can't be waited for: {}.", wire.words);
            c.push(FieldError::new(field, "holds_already", message));
        }
        if wires.len() > WIRES_MAX {
            let message = format!("There are {} tripwires; at most {WIRES_MAX} are watched.", wires.len());
            c.push(FieldError::new("other_tripwires", "too_many", message));
        }
        if dossier && wires.is_empty() {
            let message = "Name at least one answer that would open this decision again.";
            c.push(FieldError::new("tripwires", "required", message));
        }
        wires.into_iter().map(|(_, wire)| wire).collect()
    }
}

/// Whether a condition can be watched: it reads, and every key is one that people record.
fn watched(text: &str) -> Result<(), String> {
    let condition = Condition::parse(text).map_err(|e| format!("{e} It reads like people.count > 500."))?;
    for (key, option) in condition.mentions() {
        let Some(definition) = catalogue().get(key) else {
            return Err(format!("there is no fact “{key}”."));
        };
        if let Some(code) = option
            && !definition.options.is_empty()
            && definition.option(code).is_none()
        {
            let codes: Vec<&str> = definition.options.iter().map(|o| o.code.as_str()).collect();
            return Err(format!("“{key}” has no answer “{code}”. It has: {}.", codes.join(", ")));
        }
    }
    Ok(())
}

impl Tripwire {
    /// Whether the answers set it off. Of a range the highest number counts: a limit that may have been passed is looked
    /// at again.
    #[must_use]
    pub fn is_tripped(&self, sheet: &Sheet) -> bool {
        let Ok(when) = Condition::parse(&self.when) else { return false };
        let at_most = |value: &Value| match value {
            Value::Range { high, .. } => Some(Value::Number(*high)),
            _ => None,
        };
        let highest: BTreeMap<&str, Value> = when
            .keys()
            .into_iter()
            .filter_map(|key| sheet.value(key).and_then(at_most).map(|value| (key, value)))
            .collect();
        when.holds(&|key: &str| highest.get(key).or_else(|| sheet.value(key))) == Tristate::Yes
    }
}
