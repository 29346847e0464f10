//! The OpenAPI 3.1 document, made from the list of routes.

use super::{
    call::{From, KEY_MAX},
    problem::{MEDIA_TYPE, Problem},
    route::ApiRoute,
};
use app::routes::Door;
use domain::{
    access::{Action, Needs, Scope},
    text::Choice,
};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&document(&super::routes())).unwrap_or_default();
    text.push('\n');
    text
});

/// The document as JSON, made once.
#[must_use]
pub fn text() -> &'static str {
    &TEXT
}

/// Describes what comes in and what goes out: a field with a default may be left out only on the way in.
struct Schemas {
    incoming: SchemaGenerator,
    outgoing: SchemaGenerator,
}

impl Schemas {
    fn new() -> Self {
        let settings = || {
            SchemaSettings::draft2020_12().with(|s| {
                s.meta_schema = None;
                s.definitions_path = "/components/schemas".into();
            })
        };
        Self {
            incoming: settings().for_deserialize().into_generator(),
            outgoing: settings().for_serialize().into_generator(),
        }
    }

    fn definitions(mut self) -> Map<String, Value> {
        let mut all = self.incoming.take_definitions(true);
        all.extend(self.outgoing.take_definitions(true));
        let mut sorted: Vec<(String, Value)> = all.into_iter().collect();
        sorted.sort_by(|a, b| a.0.cmp(&b.0));
        sorted.into_iter().collect()
    }
}

/// The document for these routes.
#[must_use]
pub fn document(routes: &[ApiRoute]) -> Value {
    let mut schemas = Schemas::new();
    let problem = schemas.outgoing.subschema_for::<Problem>().to_value();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let operation = operation(&mut schemas, route);
        let path = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            path.insert(route.method.as_str().to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Breachdesk API",
            "version": "1",
            "description": "The same verbs as the pages. Times are RFC 3339 in UTC on the way out; on the way in they have \
                an offset, or are local to the zone of the token's owner. A field that isn't given is empty, one that isn't \
                known is refused. What may not be seen answers exactly like what doesn't exist.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "responses": responses(&problem),
            "schemas": schemas.definitions(),
        },
    })
}

/// Every refusal, once.
fn responses(problem: &Value) -> Value {
    let refusals = REFUSALS.iter().map(|(status, what)| {
        let mut response = json!({
            "description": what,
            "content": { MEDIA_TYPE: { "schema": problem } },
        });
        let header = match status {
            429 => Some(("Retry-After", "Seconds to wait.", "integer")),
            401 => Some(("WWW-Authenticate", "Always Bearer.", "string")),
            _ => None,
        };
        if let (Some((name, what, kind)), Value::Object(response)) = (header, &mut response) {
            response.insert(
                "headers".to_owned(),
                json!({ name: { "description": what, "schema": { "type": kind } } }),
            );
        }
        (status.to_string(), response)
    });
    Value::Object(refusals.collect())
}

const REFUSALS: [(u16, &str); 12] = [
    (400, "The request can't be read: its parameters, its headers or its JSON."),
    (401, "There is no token, or it isn't valid."),
    (403, "The role of the token's owner, or the token's scopes, don't allow this."),
    (404, "It doesn't exist, or may not be seen; the two answers are the same."),
    (
        409,
        "The state of the thing doesn't allow it now, or the Idempotency-Key was used for another request.",
    ),
    (412, "It has changed since it was read."),
    (413, "The body is larger than is taken."),
    (415, "The body isn't JSON."),
    (422, "Some fields can't be taken as they are; each is named by a JSON Pointer."),
    (428, "If-Match is missing."),
    (429, "Too many requests."),
    (500, "Something went wrong on our side."),
];

/// The statuses with which a route may refuse.
fn refused(route: &ApiRoute) -> Vec<u16> {
    let guarded = route.door == Door::SignedIn;
    let queried = route.from != From::Nowhere && !route.reads_body();
    let read = route.reads_body() && !route.uploads;
    REFUSALS
        .iter()
        .map(|(status, _)| *status)
        .filter(|status| match status {
            400 => route.reads_body() || queried,
            401 => guarded,
            403 => route.action.is_some(),
            404 => route.names_something(),
            // A content that was withdrawn can't be read; a file that is only now made was never withdrawn.
            409 => route.mutates || (route.answers.file && guarded && !queried),
            412 | 428 => route.needs_revision(),
            413 => route.reads_body(),
            415 => read,
            422 => route.reads_body() || queried,
            _ => true,
        })
        .collect()
}

fn scope(action: Action) -> Option<String> {
    let scopes: &[Scope] = match action.needs() {
        Needs::Read => &[Scope::Read, Scope::Write, Scope::Release],
        Needs::Write => &[Scope::Write],
        Needs::Release => &[Scope::Release],
        Needs::Alerts => &[Scope::Alerts, Scope::Write],
        Needs::Browser => return None,
    };
    let codes: Vec<String> = scopes.iter().map(|s| format!("`{}`", s.code())).collect();
    Some(format!("The token needs the scope {}.", codes.join(" or ")))
}

fn operation(schemas: &mut Schemas, route: &ApiRoute) -> Value {
    let mut operation = json!({
        "operationId": route.operation,
        "summary": route.summary,
        "tags": [tag(&route.path)],
        "parameters": parameters(schemas, route),
        "responses": answers(schemas, route),
    });
    let Value::Object(fields) = &mut operation else { return operation };
    if let Some(scope) = route.action.and_then(scope) {
        fields.insert("description".to_owned(), scope.into());
    }
    if route.door == Door::Open {
        fields.insert("security".to_owned(), json!([]));
    }
    if route.uploads {
        fields.insert("requestBody".to_owned(), upload(schemas, route));
    } else if route.from == From::Body
        && let Some(schema) = (route.input)(&mut schemas.incoming)
    {
        let body = json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        fields.insert("requestBody".to_owned(), body);
    }
    operation
}

/// The first name below the version, or below an incident.
fn tag(path: &str) -> &str {
    let mut names = path.split('/').skip(3);
    let first = names.next().unwrap_or_default();
    match (first, names.nth(1)) {
        (
            "incidents",
            Some(room @ ("timeline" | "tasks" | "notes" | "evidence" | "facts" | "notices" | "journal")),
        ) => room,
        (
            "incidents",
            Some(
                "clocks" | "awareness" | "candidates" | "triggers" | "submissions" | "authorities" | "rules"
                | "reminders",
            ),
        )
        | ("rules" | "clock-settings" | "own-clocks", _) => "clocks",
        ("incidents", Some("runs" | "recommended-playbooks")) | ("my-steps", _) => "playbooks",
        _ => first,
    }
}

fn upload(schemas: &mut Schemas, route: &ApiRoute) -> Value {
    let mut parts: Map<String, Value> = Map::new();
    if let Some(schema) = (route.input)(&mut schemas.incoming)
        && let Some(properties) = schema.get("properties").and_then(Value::as_object)
    {
        parts.extend(properties.clone());
    }
    parts.insert(
        "file".to_owned(),
        json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
    );
    json!({
        "required": true,
        "content": {
            "application/octet-stream": { "schema": { "type": "string", "contentMediaType": "application/octet-stream" } },
            "multipart/form-data": { "schema": { "type": "object", "properties": parts, "required": ["file"] } },
        },
    })
}

fn parameters(schemas: &mut Schemas, route: &ApiRoute) -> Vec<Value> {
    let names = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = names.map(in_path).collect();
    if route.from == From::Query {
        let schema = (route.input)(&mut schemas.incoming).map(|s| s.to_value()).unwrap_or_default();
        parameters.extend(in_query(&schema));
    }
    if route.needs_revision() {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": true,
            "description": "The ETag of the thing as it was read.",
            "schema": { "type": "string", "pattern": "^\"[0-9]+\"$" },
        }));
    }
    if route.mutates {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Sending the same request with the same key again within thirty days does it once and answers alike.",
            "schema": { "type": "string", "pattern": "^[!-~]+$", "maxLength": KEY_MAX },
        }));
    }
    parameters
}

fn in_path(name: &str) -> Value {
    let schema = match name {
        "key" | "code" | "step" | "playbook" | "version" => json!({ "type": "string" }),
        _ => json!({ "type": "string", "pattern": "^[a-z2-7]{26}$" }),
    };
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn in_query(schema: &Value) -> Vec<Value> {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties
        .map(|(name, schema)| {
            let mut schema = schema.clone();
            let description =
                schema.as_object_mut().and_then(|s| s.remove("description")).unwrap_or_default();
            json!({
                "name": name, "in": "query", "required": required.contains(&name.as_str()),
                "description": description, "schema": present(schema),
            })
        })
        .collect()
}

/// The schema of a parameter that is given: absent is not null in an address.
fn present(mut schema: Value) -> Value {
    if let Some(of) = schema.get("anyOf").and_then(Value::as_array)
        && let Some(given) = of.iter().find(|s| s.get("type").and_then(Value::as_str) != Some("null"))
    {
        return given.clone();
    }
    if let Some(kinds) = schema.get("type").and_then(Value::as_array)
        && let Some(kind) = kinds.iter().find(|k| k.as_str() != Some("null")).cloned()
        && let Value::Object(fields) = &mut schema
    {
        fields.insert("type".to_owned(), kind);
    }
    schema
}

fn answers(schemas: &mut Schemas, route: &ApiRoute) -> Value {
    let answers = route.answers;
    let mut done = json!({ "description": answers.status.canonical_reason().unwrap_or("Done") });
    if let Value::Object(fields) = &mut done {
        let content = if answers.file {
            let kind = if route.door == Door::Open { "application/json" } else { "application/octet-stream" };
            Some(json!({ kind: {} }))
        } else {
            (answers.schema)(&mut schemas.outgoing)
                .map(|schema| json!({ "application/json": { "schema": schema } }))
        };
        if let Some(content) = content {
            fields.insert("content".to_owned(), content);
        }
        let mut headers = Map::new();
        if answers.tagged {
            let what = "The revision, to be given back in If-Match by a change.";
            headers.insert("ETag".to_owned(), json!({ "description": what, "schema": { "type": "string" } }));
        }
        if answers.located {
            let what = "Where it is, as a path.";
            headers.insert(
                "Location".to_owned(),
                json!({ "description": what, "schema": { "type": "string" } }),
            );
        }
        if !headers.is_empty() {
            fields.insert("headers".to_owned(), Value::Object(headers));
        }
    }
    let mut all = Map::new();
    all.insert(answers.status.as_u16().to_string(), done);
    for status in refused(route) {
        all.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests;
