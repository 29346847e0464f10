//! Facts as variables, and conditions over them.

use crate::{
    fact::{
        catalogue::{Kind, catalogue},
        condition::{Compared, Condition, Part, STEP_PREFIX},
    },
    playbook::format::{Playbook, Step},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The variable of a fact: `people.count` is `__people_count__`, `parties[]` is `__parties-list__`. Hyphens
/// tell apart what underlines alone would mix up.
pub(in crate::playbook::cacao) fn name(key: &str) -> String {
    let key = key.replace("[]", "-list");
    let name: String =
        key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("__{name}__")
}

/// Whether there is another one to do a step for.
pub(super) fn another(step: &Step) -> String {
    name(&format!("another.{}", step.id))
}

/// Every variable that conditions and questions use.
pub(super) fn declared(playbook: &Playbook) -> Map<String, Value> {
    let mut variables = Map::new();
    let conditions = playbook.steps.iter().filter_map(|step| step.when.as_ref());
    let asked = playbook.steps.iter().flat_map(|step| &step.questions).map(|question| question.fact.as_str());
    let keys: BTreeSet<&str> = conditions.flat_map(Condition::keys).chain(asked).collect();
    for key in keys {
        let (kind, description) = match key.strip_prefix(STEP_PREFIX).and_then(|id| playbook.step(id)) {
            Some(step) => ("bool", step.decision.clone().unwrap_or_else(|| step.title.clone())),
            None => of_fact(key),
        };
        variables.insert(name(key), json!({ "type": kind, "description": description }));
    }
    for step in &playbook.steps {
        if let Some(each) = &step.repeat {
            let description = format!("Whether there is another to do “{}” for: {each}.", step.title);
            variables.insert(another(step), json!({ "type": "bool", "description": description }));
        }
        if step.decision.is_some() {
            let key = format!("{STEP_PREFIX}{}", step.id);
            variables
                .entry(name(&key))
                .or_insert_with(|| json!({ "type": "bool", "description": step.decision }));
        }
    }
    variables
}

fn of_fact(key: &str) -> (&'static str, String) {
    let Some(fact) = catalogue().get(key) else { return ("string", key.to_owned()) };
    let kind = match fact.kind {
        Kind::Bool => "bool",
        Kind::Number => "integer",
        _ => "string",
    };
    let options = || fact.options.iter().map(|option| option.code.as_str()).collect::<Vec<_>>().join(", ");
    let form = match fact.kind {
        Kind::Choice => format!(" One of: {}.", options()),
        Kind::Choices => format!(" Any of these, each between commas, such as ,a,b,: {}.", options()),
        Kind::Countries | Kind::Counts => {
            " Codes of countries, each between commas, such as ,DE,FR,.".to_owned()
        }
        _ => String::new(),
    };
    (kind, format!("{} {}{form}", fact.label, fact.help))
}

/// A condition in the language of STIX patterns. What is not known is null.
pub(super) fn condition(when: &Condition) -> String {
    part(&when.parts())
}

fn part(of: &Part<'_>) -> String {
    let joined = |parts: &[Part<'_>], word: &str| {
        let parts: Vec<String> = parts
            .iter()
            .map(|inner| match inner {
                Part::All(_) | Part::Any(_) => format!("({})", part(inner)),
                _ => part(inner),
            })
            .collect();
        parts.join(word)
    };
    match of {
        Part::All(parts) => joined(parts, " AND "),
        Part::Any(parts) => joined(parts, " OR "),
        Part::Not(inner) => format!("NOT ({})", part(inner)),
        Part::Known(key) => format!("{}:value != null", name(key)),
        Part::Has(key, option) => format!("{}:value LIKE {}", name(key), quoted(&format!("%,{option},%"))),
        Part::Compare(key, order, Compared::Text(answer)) if key.starts_with(STEP_PREFIX) => {
            let is_yes = (*answer == "yes") == (*order == "==");
            format!("{}:value == {is_yes}", name(key))
        }
        Part::Compare(key, order, with) => {
            let with = match with {
                Compared::Text(text) => quoted(text),
                Compared::Number(number) => number.to_string(),
                Compared::Bool(truth) => truth.to_string(),
            };
            format!("{}:value {order} {with}", name(key))
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
