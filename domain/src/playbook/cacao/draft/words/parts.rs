//! Single parts of what a step says.

use super::{block, body, code, duration, line, plain};
use crate::playbook::{StepRole, cacao::text};
use serde_json::Value;

/// The texts of a list.
pub(super) fn texts<'v>(of: &'v Value, name: &str) -> impl Iterator<Item = &'v str> + use<'v> {
    of.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// A name that is longer than a title.
pub(super) fn whole_name(step: &Value) -> Option<String> {
    text(step, "name").filter(|name| line(name, 160) != *name).map(body)
}

pub(super) fn command_texts(step: &Value) -> impl Iterator<Item = &str> {
    let commands = step.get("commands").and_then(Value::as_array).into_iter().flatten();
    commands.flat_map(|command| ["command", "content"].into_iter().filter_map(|name| text(command, name)))
}

/// The commands, as text: nothing is ever run.
pub(super) fn commands(step: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for command in step.get("commands").and_then(Value::as_array).into_iter().flatten() {
        let kind = text(command, "type").unwrap_or("a command");
        let is_manual = kind == "manual";
        all.extend(text(command, "description").map(body));
        let said = text(command, "command").map(str::to_owned).or_else(|| decoded(command, "command_b64"));
        match said {
            Some(said) if is_manual => all.push(body(&said)),
            Some(said) => {
                all.push(format!("A command ({}), as text. It is never run here: give it to whoever may run it, or do by hand what it does.", code(kind)));
                all.push(block(&said));
            }
            None if is_manual => {}
            None => all
                .push(format!("The playbook means a command ({}) here, but does not say which.", code(kind))),
        }
        if let Some(headers) =
            command.get("headers").and_then(Value::as_object).filter(|headers| !headers.is_empty())
        {
            let value = |value: &Value| match value {
                Value::String(text) => text.clone(),
                Value::Array(values) => {
                    values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
                }
                other => other.to_string(),
            };
            let lines: Vec<String> =
                headers.iter().map(|(name, of)| format!("{name}: {}", value(of))).collect();
            all.push(format!("With these headers:\n\n{}", block(&lines.join("\n"))));
        }
        if let Some(content) =
            text(command, "content").map(str::to_owned).or_else(|| decoded(command, "content_b64"))
        {
            all.push(format!("With this content:\n\n{}", block(&content)));
        }
        all.extend(references(command));
    }
    all
}

/// What stands in base64, or the base64 itself where it is no text.
fn decoded(command: &Value, name: &str) -> Option<String> {
    let encoded = text(command, name)?;
    let bytes = data_encoding::BASE64.decode(encoded.as_bytes()).ok();
    let decoded =
        bytes.and_then(|bytes| String::from_utf8(bytes).ok()).filter(|text| !text.trim().is_empty());
    Some(decoded.unwrap_or_else(|| encoded.to_owned()))
}

pub(super) fn times(step: &Value) -> Vec<String> {
    let milliseconds = |name: &str| step.get(name).and_then(Value::as_u64).filter(|n| *n > 0);
    let delay = milliseconds("delay")
        .map(|n| format!("Not before {} have passed since the step before ended.", duration(n)));
    let timeout = milliseconds("timeout")
        .map(|n| format!("Time limit in the original: {} from the beginning of this step.", duration(n)));
    delay.into_iter().chain(timeout).collect()
}

pub(super) fn references(of: &Value) -> Option<String> {
    let list = of.get("external_references").and_then(Value::as_array)?;
    let one = |reference: &Value| {
        let parts =
            ["name", "external_id", "source", "description"].iter().filter_map(|name| text(reference, name));
        let mut said: Vec<String> = parts.map(plain).collect();
        said.extend(text(reference, "url").map(code));
        format!("- {}", said.join(", "))
    };
    let lines: Vec<String> = list.iter().map(one).filter(|line| line.len() > 2).collect();
    (!lines.is_empty()).then(|| format!("See:\n\n{}", lines.join("\n")))
}

/// Who or what it is: name, kind, where.
pub(super) fn described(definition: &Value) -> String {
    let mut said = text(definition, "name")
        .map_or_else(|| "somebody without a name".to_owned(), |name| format!("**{}**", plain(name)));
    if let Some(kind) = text(definition, "type") {
        said.push_str(&format!(" ({})", plain(kind)));
    }
    if let Some(description) = text(definition, "description") {
        said.push_str(&format!(", {}", plain(description)));
    }
    for name in ["address", "contact"] {
        for (kind, values) in definition.get(name).and_then(Value::as_object).into_iter().flatten() {
            let values: Vec<&str> = match values {
                Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
                Value::Object(object) => object.values().filter_map(Value::as_str).collect(),
                Value::String(one) => vec![one],
                _ => Vec::new(),
            };
            if !values.is_empty() {
                said.push_str(&format!(", {} {}", plain(kind), code(&values.join(", "))));
            }
        }
    }
    said
}

/// Words in a name that say whose work it is. The first that fits counts.
const ROLES: &[(StepRole, &[&str])] = &[
    (StepRole::Dpo, &["dpo", "privacy", "protection officer", "datenschutz"]),
    (StepRole::Counsel, &["legal", "counsel", "lawyer", "attorney"]),
    (StepRole::Communications, &["communication", "press", "media", "public relations"]),
    (StepRole::Management, &["management", "executive", "board", "ciso", "ceo", "director"]),
    (StepRole::Lead, &["lead", "incident manager", "coordinator", "commander"]),
    (StepRole::ServiceOwner, &["owner", "developer", "engineering", "product"]),
    (StepRole::Administrator, &["admin", "operations", "network", "help desk", "helpdesk", "infrastructure"]),
];

pub(super) fn role(definition: &Value) -> StepRole {
    let name = text(definition, "name").unwrap_or_default().to_lowercase();
    let words = format!(" {} ", name.replace(|c: char| !c.is_alphanumeric(), " "));
    let is_said = |word: &&str| words.contains(&format!(" {word}"));
    let by_name = ROLES.iter().find(|(_, of)| of.iter().any(is_said)).map(|(role, _)| *role);
    by_name.unwrap_or(StepRole::Responder)
}

pub(super) fn origin(original: &Value) -> String {
    let said = |name: &str| text(original, name).map(code);
    let mut parts = vec![format!(
        "Imported from the CACAO playbook {} as it was on {}, by {}.",
        said("id").unwrap_or_else(|| "without an id".to_owned()),
        said("modified").unwrap_or_else(|| "a day it does not say".to_owned()),
        said("created_by").unwrap_or_else(|| "somebody it does not name".to_owned()),
    )];
    let types: Vec<String> = texts(original, "playbook_types").map(plain).collect();
    if !types.is_empty() {
        parts.push(format!("It is for: {}.", types.join(", ")));
    }
    match (said("valid_from"), said("valid_until")) {
        (Some(from), Some(until)) => parts.push(format!("It is valid from {from} until {until}.")),
        (Some(from), None) => parts.push(format!("It is valid from {from}.")),
        (None, Some(until)) => parts.push(format!("It is valid until {until}.")),
        (None, None) => {}
    }
    for marking in texts(original, "markings") {
        let definition = original.get("data_marking_definitions").and_then(|all| all.get(marking));
        let says = definition.and_then(|of| {
            ["tlpv2_level", "tlp_level", "statement", "name"].iter().find_map(|name| text(of, name))
        });
        parts.push(format!(
            "It is marked {}: look at that before you share it.",
            says.map_or_else(|| code(marking), plain)
        ));
    }
    let variables = original.get("playbook_variables").and_then(Value::as_object);
    let external: Vec<String> = variables
        .into_iter()
        .flatten()
        .filter(|(_, variable)| variable.get("external") == Some(&Value::Bool(true)))
        .map(|(name, variable)| {
            text(variable, "description")
                .map_or_else(|| code(name), |says| format!("{} ({})", code(name), plain(says)))
        })
        .collect();
    if !external.is_empty() {
        parts.push(format!("Know before you begin: {}.", external.join(", ")));
    }
    parts.extend(references(original).map(|list| format!("\n\n{list}")));
    parts.join(" ")
}

pub(super) fn severity(original: &Value) -> String {
    let number = |name: &str| original.get(name).and_then(Value::as_u64).filter(|n| *n > 0);
    let mut parts = Vec::new();
    for (name, words) in [
        ("severity", "severity (100 is the highest)"),
        ("impact", "impact of following it (100 is the highest)"),
        ("priority", "priority (1 is the highest)"),
    ] {
        parts.extend(number(name).map(|n| format!("{words} {n}")));
    }
    if parts.is_empty() {
        "The imported playbook says nothing about it.".to_owned()
    } else {
        format!("Its author gives: {}.", parts.join(", "))
    }
}
