//! The form of each object: which properties it has, and of which kind they are.

mod tables;

use super::{Finding, pointer, uuid};
use crate::text::is_forbidden;
use chrono::DateTime;
use serde_json::{Map, Value};
use tables::{Kind, Property};

/// Looks at every property that the specification knows, and at those that it doesn't.
pub(super) fn check(playbook: &Value) -> Vec<Finding> {
    let mut check = Check { findings: Vec::new(), playbook };
    check.playbook();
    check.findings
}

struct Check<'v> {
    findings: Vec<Finding>,
    playbook: &'v Value,
}

impl<'v> Check<'v> {
    fn error(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        self.findings.push(Finding::error(code, path, message));
    }

    fn notice(&mut self, code: &'static str, path: &str, message: impl Into<String>) {
        self.findings.push(Finding::notice(code, path, message));
    }

    fn playbook(&mut self) {
        let Some(playbook) = self.playbook.as_object() else {
            return self.error(
                "not_an_object",
                "",
                "A playbook is one JSON object: { \"type\": \"playbook\", … }.",
            );
        };
        match playbook.get("type").and_then(Value::as_str) {
            Some("playbook") => {}
            Some("bundle" | "course-of-action" | "x-oca-playbook") => {
                return self.error(
                    "not_a_playbook",
                    "/type",
                    "This is STIX. The playbook is inside, as base64 in playbook_bin; decode it and import that.",
                );
            }
            _ => return self.error("not_a_playbook", "/type", "Only \"type\": \"playbook\" is taken."),
        }
        if playbook.get("spec_version").and_then(Value::as_str) != Some("cacao-2.0") {
            return self.error(
                "spec_version",
                "/spec_version",
                "Only \"cacao-2.0\" is read; other versions mean other things by the same words.",
            );
        }
        self.object(playbook, "", tables::PLAYBOOK);
        self.head(playbook);
        self.variables(playbook.get("playbook_variables"), "/playbook_variables");
        self.extensions(playbook.get("playbook_extensions"), "/playbook_extensions");
        self.definitions(playbook);
        for (key, step, path) in super::flow::members(playbook.get("workflow")) {
            self.step(key, step, &path);
        }
    }

    fn head(&mut self, playbook: &Map<String, Value>) {
        if playbook.get("revoked") == Some(&Value::Bool(true)) {
            self.error(
                "revoked",
                "/revoked",
                "Its author revoked this playbook. Ask for the one that replaces it.",
            );
        }
        for (earlier, later) in [("created", "modified"), ("valid_from", "valid_until")] {
            let instant = |name: &str| {
                playbook.get(name)?.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok())
            };
            if let (Some(first), Some(second)) = (instant(earlier), instant(later))
                && second < first
            {
                let path = pointer("", later);
                self.notice(
                    "order_of_times",
                    &path,
                    format!("This is before \"{earlier}\". One of the two is wrong."),
                );
            }
        }
        if playbook.contains_key("playbook_types") && !playbook.contains_key("playbook_activities") {
            let message = "With playbook_types the specification (3.1) also asks for playbook_activities.";
            self.notice("activities_missing", "/playbook_types", message);
        }
        if playbook.get("id").is_some_and(|id| !id.as_str().is_some_and(|id| id.starts_with("playbook--"))) {
            self.notice(
                "identifier",
                "/id",
                "The id of a playbook begins with playbook-- and goes on with a UUID.",
            );
        }
        if playbook.contains_key("signatures") {
            let message = "Signatures are kept and not verified. Verify them with a program that can, before you rely on them.";
            self.notice("signature_not_verified", "/signatures", message);
        }
    }

    fn definitions(&mut self, playbook: &'v Map<String, Value>) {
        for (name, table) in tables::DEFINITIONS {
            let path = pointer("", name);
            for (key, value) in playbook.get(*name).and_then(Value::as_object).into_iter().flatten() {
                let path = pointer(&path, key);
                let Some(object) = value.as_object() else {
                    self.error("wrong_type", &path, "This is a definition: a JSON object.");
                    continue;
                };
                if uuid(key).is_none() {
                    self.notice(
                        "identifier",
                        &path,
                        "An identifier has the form type--UUID. It is taken as it is.",
                    );
                } else if let Some(kind) = object.get("type").and_then(Value::as_str)
                    && key.split("--").next() != Some(kind)
                {
                    let message = format!(
                        "The identifier begins otherwise than the type \"{kind}\". It is taken as it is."
                    );
                    self.notice("identifier_type", &path, message);
                }
                let is_agent = matches!(*name, "agent_definitions" | "target_definitions");
                let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
                if is_agent && !kind.is_empty() && !tables::AGENT_TYPES.contains(&kind) {
                    let message =
                        format!("\"{kind}\" is no type of the specification (7.1). It is taken by its name.");
                    self.notice("agent_type", &pointer(&path, "type"), message);
                }
                self.object(object, &path, table);
            }
        }
    }

    fn step(&mut self, key: &str, step: &'v Value, path: &str) {
        let Some(object) = step.as_object() else {
            return self.error("wrong_type", path, "A step is a JSON object with a type.");
        };
        let Some(kind) = object.get("type").and_then(Value::as_str) else {
            let message = "The type of this step is missing: start, end, action, playbook-action, parallel, if-condition, while-condition or switch-condition.";
            return self.error("step_type", &pointer(path, "type"), message);
        };
        let Some((_, own)) = tables::STEPS.iter().find(|(name, _)| *name == kind) else {
            let message =
                format!("\"{kind}\" is no step of CACAO 2.0. Nobody could tell what is to be done here.");
            return self.error("step_type", &pointer(path, "type"), message);
        };
        if uuid(key).is_none() {
            self.notice(
                "identifier",
                path,
                "The key of a step has the form type--UUID. It is taken as it is.",
            );
        } else if key.split("--").next() != Some(kind) {
            let message = format!("The key begins otherwise than the type \"{kind}\". The type counts.");
            self.notice("identifier_type", path, message);
        }
        self.properties(object, path, &[tables::STEP, own]);
        self.variables(object.get("step_variables"), &pointer(path, "step_variables"));
        self.extensions(object.get("step_extensions"), &pointer(path, "step_extensions"));
        let commands = object.get("commands").and_then(Value::as_array);
        for (n, command) in commands.into_iter().flatten().enumerate() {
            self.command(command, &pointer(&pointer(path, "commands"), &n.to_string()));
        }
        for name in ["in_args", "out_args"] {
            for (n, argument) in object.get(name).and_then(Value::as_array).into_iter().flatten().enumerate()
            {
                let Some(argument) = argument.as_str() else { continue };
                if !self.is_declared(object, argument) {
                    let path = pointer(&pointer(path, name), &n.to_string());
                    let message = format!("No variable {argument} is declared. It is shown by its name.");
                    self.notice("variable_undeclared", &path, message);
                }
            }
        }
    }

    fn is_declared(&self, step: &Map<String, Value>, name: &str) -> bool {
        let name = name.strip_suffix(":value").unwrap_or(name);
        let name = name.strip_prefix('$').unwrap_or(name);
        [self.playbook.get("playbook_variables"), step.get("step_variables")]
            .into_iter()
            .flatten()
            .any(|variables| variables.get(name).is_some())
    }

    fn command(&mut self, command: &Value, path: &str) {
        let Some(object) = command.as_object() else {
            return self.error("wrong_type", path, "A command is a JSON object with type and command.");
        };
        self.object(object, path, tables::COMMAND);
        let kind = object.get("type").and_then(Value::as_str).unwrap_or_default();
        if !kind.is_empty() && !tables::COMMAND_TYPES.contains(&kind) {
            let message = match kind {
                "openc2" => "\"openc2\" is called openc2-http (5.9). It is shown as text.".to_owned(),
                _ => format!("\"{kind}\" is no command of the specification (5). It is shown as text."),
            };
            self.notice("command_type", &pointer(path, "type"), message);
        }
        if ["command", "command_b64"].iter().all(|name| super::text(command, name).is_none()) {
            let message = "This command says nothing. The step is known by its name and description alone.";
            self.notice("command_empty", path, message);
        }
        for name in ["command_b64", "content_b64"] {
            let encoded = super::text(command, name);
            if encoded.is_some_and(|text| data_encoding::BASE64.decode(text.as_bytes()).is_err()) {
                self.notice(
                    "not_base64",
                    &pointer(path, name),
                    "This is not base64. It is shown as it stands.",
                );
            }
        }
    }

    fn variables(&mut self, variables: Option<&Value>, path: &str) {
        for (name, variable) in variables.and_then(Value::as_object).into_iter().flatten() {
            let path = pointer(path, name);
            let inner = name.strip_prefix("__").and_then(|name| name.strip_suffix("__"));
            let fits = |inner: &str| {
                inner.starts_with(|c: char| c.is_ascii_alphabetic())
                    && inner.len() <= 200
                    && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
            };
            if !inner.is_some_and(fits) {
                let message = "The name of a variable is __name__ with letters, digits, _ and - (10.18). It is taken as it is.";
                self.notice("variable_name", &path, message);
            }
            match variable.as_object() {
                Some(variable) => self.object(variable, &path, tables::VARIABLE),
                None => self.error("wrong_type", &path, "A variable is a JSON object with a type."),
            }
        }
    }

    fn extensions(&mut self, extensions: Option<&Value>, path: &str) {
        let definitions = self.playbook.get("extension_definitions");
        for key in extensions.and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key) {
            let path = pointer(path, key);
            if uuid(key).is_none() {
                self.notice("extension_key", &path, "This names no extension. It is kept for the export.");
            } else if definitions.and_then(|definitions| definitions.get(key)).is_none() {
                let message =
                    "No extension_definitions entry explains this extension. It is kept for the export.";
                self.notice("extension_undeclared", &path, message);
            }
        }
    }

    fn object(&mut self, object: &Map<String, Value>, path: &str, table: &[Property]) {
        self.properties(object, path, &[table]);
    }

    fn properties(&mut self, object: &Map<String, Value>, path: &str, tables: &[&[Property]]) {
        let all = || tables.iter().copied().flatten();
        for (name, value) in object {
            let path = pointer(path, name);
            match all().find(|property| property.name == name) {
                Some(property) => self.value(value, &path, property.kind),
                None => {
                    let meant = match name.as_str() {
                        "playbook_extension" => " Was playbook_extensions meant?",
                        "step_extension" => " Was step_extensions meant?",
                        _ => "",
                    };
                    let message = format!(
                        "The specification has no \"{name}\" here.{meant} It is kept for the export."
                    );
                    self.notice("unknown_property", &path, message);
                }
            }
        }
        for property in all().filter(|p| p.required && !object.contains_key(p.name)) {
            let message = format!("\"{}\" is missing. The specification asks for it.", property.name);
            self.notice("missing", &pointer(path, property.name), message);
        }
    }

    fn value(&mut self, value: &Value, path: &str, kind: Kind) {
        let wrong = |expected: &str| format!("This is {expected}; here stands {}.", named(value));
        match (kind, value) {
            (Kind::Text | Kind::Time | Kind::Identifier, Value::String(_)) => self.text(value, path, kind),
            (Kind::Text, _) => self.error("wrong_type", path, wrong("a text")),
            (Kind::Time, _) => self.error("wrong_type", path, wrong("an instant, as a text")),
            (Kind::Identifier, _) => self.error("wrong_type", path, wrong("an identifier, as a text")),
            (Kind::TextOrNull, Value::String(_) | Value::Null) => {}
            (Kind::TextOrNull, Value::Object(_)) => {
                self.notice("variable_value", path, "A value is a text (10.18). It is kept for the export.");
            }
            (Kind::TextOrNull, _) => self.error("wrong_type", path, wrong("a text or null")),
            (Kind::Flag, Value::Bool(_)) => {}
            (Kind::Flag, _) => self.error("wrong_type", path, wrong("true or false")),
            (Kind::Percent, Value::Number(number)) if number.as_i64().is_some() => {
                if !number.as_i64().is_some_and(|n| (0..=100).contains(&n)) {
                    self.notice("out_of_range", path, "This is a number from 0 to 100.");
                }
            }
            (Kind::Percent, _) => self.error("wrong_type", path, wrong("a whole number")),
            (Kind::Milliseconds, Value::Number(number)) if number.as_u64().is_some() => {
                if number.as_u64() == Some(0) {
                    self.notice("out_of_range", path, "No time at all says nothing. It is left out.");
                }
            }
            (Kind::Milliseconds, _) => {
                self.error("wrong_type", path, wrong("a number of milliseconds, 0 or more"))
            }
            (Kind::Object, Value::Object(_)) | (Kind::Any, _) => {}
            (Kind::Object, _) => self.error("wrong_type", path, wrong("an object")),
            (Kind::Workflow, Value::Object(_) | Value::Array(_)) => {}
            (Kind::Workflow, _) => self.error("wrong_type", path, wrong("an object of steps")),
            (Kind::List(of), Value::Array(list)) => {
                if list.is_empty() {
                    self.notice(
                        "empty_list",
                        path,
                        "A list that is given has one entry at least. Leave the property out.",
                    );
                }
                for (n, entry) in list.iter().enumerate() {
                    self.value(entry, &pointer(path, &n.to_string()), *of);
                }
            }
            (Kind::List(_), _) => self.error("wrong_type", path, wrong("a list")),
        }
    }

    fn text(&mut self, value: &Value, path: &str, kind: Kind) {
        let text = value.as_str().unwrap_or_default();
        if text.chars().any(|c| c != '\r' && is_forbidden(c, true)) {
            let message = "Control characters, and those that turn the direction of text, are shown as spaces. They are kept for the export.";
            self.notice("control_character", path, message);
        }
        match kind {
            Kind::Identifier if uuid(text).is_none() => {
                self.notice(
                    "identifier",
                    path,
                    "An identifier has the form type--UUID. It is taken as it is.",
                );
            }
            Kind::Identifier => {
                let version = uuid(text).and_then(|uuid| uuid.chars().nth(14));
                if !version.is_some_and(|version| ('1'..='5').contains(&version)) {
                    self.notice(
                        "identifier",
                        path,
                        "The UUID is of a version that the schema does not know (1 to 5).",
                    );
                }
            }
            Kind::Time => {
                let is_exact = text.len() == 24 && text.ends_with('Z');
                if DateTime::parse_from_rfc3339(text).is_err() {
                    self.notice(
                        "timestamp",
                        path,
                        "This is no instant. Write it like 2026-03-01T10:00:00.000Z.",
                    );
                } else if !is_exact {
                    self.notice(
                        "timestamp",
                        path,
                        "An instant has three decimals and ends in Z (10.17): 2026-03-01T10:00:00.000Z.",
                    );
                }
            }
            _ => {}
        }
    }
}

fn named(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
