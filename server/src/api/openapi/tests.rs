use super::*;
use std::collections::BTreeSet;

fn parsed() -> Value {
    serde_json::from_str(text()).unwrap()
}

/// With its keys in order, which they are or aren't by the features that other crates ask for.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: std::collections::BTreeMap<String, Value> =
                fields.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .unwrap()
                .iter()
                .map(move |(method, about)| (method.as_str(), path.as_str(), about))
        })
        .collect()
}

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                found.push(reference);
            }
            fields.values().for_each(|v| references(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_as_it_was_reviewed() {
    insta::assert_snapshot!("openapi", serde_json::to_string_pretty(&sorted(parsed())).unwrap());
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = parsed();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for reference in &found {
        let at = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(at).is_some(), "{reference}");
    }
    let used: BTreeSet<&str> = found.into_iter().collect();
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(used.contains(format!("#/components/schemas/{name}").as_str()), "{name}");
    }
}

#[test]
fn both_ways_describe_a_type_alike() {
    let routes = super::super::routes();
    let mut schemas = Schemas::new();
    for route in &routes {
        operation(&mut schemas, route);
    }
    let incoming = schemas.incoming.take_definitions(true);
    let outgoing = schemas.outgoing.take_definitions(true);
    for (name, schema) in &incoming {
        assert!(outgoing.get(name).is_none_or(|other| other == schema), "{name}");
    }
    let doubled = |name: &&String| name.ends_with(|c: char| c.is_ascii_digit());
    let doubled: Vec<&String> = incoming.keys().chain(outgoing.keys()).filter(doubled).collect();
    assert_eq!(doubled, Vec::<&String>::new(), "two types of one name");
}

#[test]
fn every_route_is_an_operation_of_its_own_name() {
    let document = parsed();
    let operations = operations(&document);
    let names: BTreeSet<&str> =
        operations.iter().map(|(_, _, about)| about["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
    assert_eq!(operations.len(), super::super::routes().len());
}

#[test]
fn every_operation_says_how_it_may_refuse() {
    let document = parsed();
    for route in super::super::routes() {
        let about = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
        let says = |status: u16| about["responses"].get(status.to_string()).is_some();
        let takes = |name: &str| about["parameters"].as_array().unwrap().iter().any(|p| p["name"] == name);
        let expected = [
            (401, route.door == Door::SignedIn),
            (403, route.door == Door::SignedIn && route.operation != "readMe"),
            (404, route.path.contains('{')),
            (
                409,
                route.mutates
                    || [
                        "downloadEvidence",
                        "exportWrongRecipients",
                        "exportLetters",
                        "exportNoticeProof",
                        "exportIncidentProof",
                    ]
                    .contains(&route.operation),
            ),
            (412, takes("If-Match")),
            (413, route.reads_body()),
            (415, route.reads_body() && !route.uploads),
            (
                422,
                route.reads_body()
                    || about["parameters"].as_array().unwrap().iter().any(|p| p["in"] == "query"),
            ),
            (428, takes("If-Match")),
            (429, true),
            (500, true),
        ];
        for (status, wanted) in expected {
            assert_eq!(says(status), wanted, "{} {status}", route.operation);
        }
        assert_eq!(takes("If-Match"), route.needs_revision(), "{}", route.operation);
        assert_eq!(takes("Idempotency-Key"), route.mutates, "{}", route.operation);
        let body = route.from == From::Body || route.uploads;
        assert_eq!(about.get("requestBody").is_some(), body, "{}", route.operation);
    }
}

#[test]
fn inputs_refuse_what_they_dont_know() {
    let document = parsed();
    let inputs = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| name.ends_with("Input"));
    let mut count = 0;
    for (name, schema) in inputs {
        assert_eq!(schema["additionalProperties"], Value::Bool(false), "{name}");
        count += 1;
    }
    assert!(count >= 19, "{count}");
}
