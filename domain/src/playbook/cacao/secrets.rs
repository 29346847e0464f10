//! Passwords and tokens are never stored: they are taken out before anything else looks at a playbook.

use super::{Finding, pointer};
use serde_json::{Map, Value};

/// Parts of names whose values are secrets, compared without case and separators.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "credential",
    "cookie",
    "oauthheader",
];
/// Names that say where a secret is kept, or how it is sent, and hold none.
const HARMLESS: &[&str] = &["kmskeyidentifier", "kms", "tokentype", "tokenurl", "tokenendpoint"];

fn is_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    !HARMLESS.contains(&name.as_str()) && SECRET.iter().any(|part| name.contains(part))
}

/// Takes secrets out, with a notice for each.
pub(super) fn drop(playbook: &mut Value) -> Vec<Finding> {
    let mut notices = Vec::new();
    everywhere(playbook, "", &mut notices);
    notices
}

fn members<'v>(value: &'v mut Value, path: &str) -> Vec<(&'v mut Value, String)> {
    match value {
        Value::Object(object) => {
            object.iter_mut().map(|(name, value)| (value, pointer(path, name))).collect()
        }
        Value::Array(list) => {
            list.iter_mut().enumerate().map(|(n, value)| (value, pointer(path, &n.to_string()))).collect()
        }
        _ => Vec::new(),
    }
}

/// At any depth: the depth of the file is limited.
fn everywhere(value: &mut Value, path: &str, notices: &mut Vec<Finding>) {
    // The names of cases are values that somebody compares with, not names of properties.
    let is_cases = path.ends_with("/cases");
    if let Value::Object(object) = value
        && !is_cases
    {
        remove(object, path, is_secret, notices);
        // A variable whose name says that it is a secret.
        for (name, variable) in
            object.iter_mut().filter(|(name, _)| name.starts_with("__") && is_secret(name))
        {
            if let Value::Object(variable) = variable {
                remove(variable, &pointer(path, name), |name| name == "value", notices);
            }
        }
    }
    for (value, path) in members(value, path) {
        without_password(value, &path, notices);
        everywhere(value, &path, notices);
    }
}

fn remove(
    object: &mut Map<String, Value>,
    path: &str,
    is_secret: impl Fn(&str) -> bool,
    notices: &mut Vec<Finding>,
) {
    // Definitions are named by their identifiers: `user-auth--…` holds secrets, and is none.
    let holds = |(name, value): (&String, &Value)| {
        (is_secret(name) && !name.contains("--") && !is_nothing(value)).then(|| name.clone())
    };
    for name in object.iter().filter_map(holds).collect::<Vec<_>>() {
        object.remove(&name);
        let message = "This was a password or token and is not stored. Keep it in a key store, and name the key in kms_key_identifier.";
        notices.push(Finding::notice("secret_dropped", &pointer(path, &name), message));
    }
}

/// Nothing is hidden in an empty value, in a switch, or in the name of a variable.
fn is_nothing(value: &Value) -> bool {
    match value {
        // An object is looked into.
        Value::Null | Value::Bool(_) | Value::Object(_) => true,
        Value::String(text) => {
            let name = text.trim().strip_suffix(":value").unwrap_or(text.trim());
            let is_variable = name.len() > 4 && name.starts_with("__") && name.ends_with("__");
            name.is_empty() || (is_variable && !name.contains(char::is_whitespace))
        }
        Value::Number(_) | Value::Array(_) => false,
    }
}

/// `https://user:password@host` keeps the user only.
fn without_password(value: &mut Value, path: &str, notices: &mut Vec<Finding>) {
    let Value::String(text) = value else { return };
    if text.contains(char::is_whitespace) {
        return;
    }
    let Some((scheme, rest)) = text.split_once("://") else { return };
    let host_ends = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((host, tail)) = rest.split_at_checked(host_ends) else { return };
    let Some((user, host)) = host.rsplit_once('@') else { return };
    let Some((name, _)) = user.split_once(':') else { return };
    *value = Value::String(format!("{scheme}://{name}@{host}{tail}"));
    let message = "The password in this address is not stored. Keep it in a key store.";
    notices.push(Finding::notice("secret_dropped", path, message));
}
