//! What would mislead is refused, with the reason and the place; secrets never come in.

use super::*;

fn refused(json: &Value, finding: &str) {
    let import = imported(json);
    assert!(found(&import.errors).iter().any(|f| f == finding), "{finding}\n{:#?}", import.errors);
    assert!(import.playbook.is_none());
    for finding in import.errors.iter().chain(&import.notices) {
        assert!(finding.message.ends_with(['.', '?']), "{finding:?}");
        assert!(finding.path.is_empty() || finding.path.starts_with('/'), "{finding:?}");
    }
}

fn text_refused(text: &str, code: &str) {
    let import = import(text.as_bytes(), None);
    let codes: Vec<&str> = import.errors.iter().map(|e| e.code).collect();
    assert_eq!(codes, [code], "{}", text.chars().take(200).collect::<String>());
}

#[test]
fn what_is_no_playbook() {
    for (text, code) in [
        ("", "not_json"),
        ("{", "not_json"),
        ("{} {}", "not_json"),
        ("{\"a\": NaN}", "not_json"),
        ("\"\\ud800\"", "not_json"),
        ("[]", "not_an_object"),
        ("null", "not_an_object"),
        ("{\"type\": \"bundle\"}", "not_a_playbook"),
        ("{\"type\": 5}", "not_a_playbook"),
        ("{}", "not_a_playbook"),
    ] {
        let import = import(text.as_bytes(), None);
        assert_eq!(import.errors.first().map(|e| e.code), Some(code), "{text}");
    }
    assert_eq!(import(&[0x7b, 0xff], None).errors[0].code, "not_utf8");
    for version in [json!("cacao-1.1"), json!("2.0"), json!(2), Value::Null] {
        let mut json = small();
        json["spec_version"] = version;
        refused(&json, "spec_version /spec_version");
    }
}

#[test]
fn limits() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    text_refused(&deep(65), "too_deep");
    text_refused(&deep(500_000), "too_deep");
    text_refused(&format!("{{\"a\": {}}}", "{\"a\":".repeat(64)), "too_deep");
    assert_ne!(import(deep(64).as_bytes(), None).errors[0].code, "too_deep");
    // Brackets inside of texts are texts.
    let mut json = small();
    json["description"] = json!(format!("{}\\\"{}", "[".repeat(100), "{".repeat(100)));
    assert_eq!(imported(&json).errors, []);

    text_refused(&" ".repeat(FILE_MAX + 1), "too_large");
    assert_ne!(import(" ".repeat(FILE_MAX).as_bytes(), None).errors[0].code, "too_large");

    json["description"] = json!("ä".repeat(TEXT_MAX / 2));
    assert_eq!(imported(&json).errors, []);
    json["description"] = json!("a".repeat(TEXT_MAX + 1));
    refused(&json, "text_too_long /description");
    text_refused(&format!("{{\"{}\": 1}}", "a".repeat(TEXT_MAX + 1)), "text_too_long");
}

#[test]
fn what_programs_would_read_in_different_ways() {
    let twice = small().to_string().replacen("\"name\"", "\"name\":\"Another name\",\"name\"", 1);
    text_refused(&twice, "duplicate_key");
    for (number, code) in [
        ("12345678901234567890123", Some("number_not_exact")),
        ("-9223372036854775809", Some("number_not_exact")),
        ("1e400", Some("number_not_exact")),
        ("0.12345678901234567890", Some("number_not_exact")),
        ("18446744073709551615", None),
        ("-1.5e3", None),
    ] {
        let text = small().to_string().replacen('{', &format!("{{\"x_number\":{number},"), 1);
        assert_eq!(import(text.as_bytes(), None).errors.first().map(|e| e.code), code, "{number}");
    }
}

#[test]
fn what_would_lead_astray() {
    let action = key("action", 2);
    let way = |name: &str| format!("/workflow/{action}/{name}");
    type Change = Box<dyn Fn(&mut Value)>;
    let cases: Vec<(Change, String)> = vec![
        (Box::new(|p| p["workflow"] = json!({})), "no_workflow /workflow".into()),
        (Box::new(|p| p["workflow"] = json!("none")), "wrong_type /workflow".into()),
        (Box::new(|p| p["revoked"] = json!(true)), "revoked /revoked".into()),
        (
            Box::new(|p| p["workflow_start"] = json!(key("start", 77))),
            "dangling_reference /workflow_start".into(),
        ),
        (Box::new(|p| p["workflow_start"] = json!(key("end", 3))), "start_elsewhere /workflow_start".into()),
        (
            Box::new(|p| p["workflow_start"] = json!(key("action", 2))),
            "start_elsewhere /workflow_start".into(),
        ),
        (
            Box::new(|p| p["workflow_exception"] = json!(key("end", 77))),
            "dangling_reference /workflow_exception".into(),
        ),
        (
            Box::new(|p| {
                p["workflow"][key("start", 8)] = json!({ "type": "start", "on_completion": key("action", 2) })
            }),
            format!("two_starts /workflow/{}", key("start", 8)),
        ),
        (
            Box::new(|p| {
                p["workflow"][key("start", 1)] = json!({ "type": "start", "on_completion": key("end", 3) })
            }),
            "no_action /workflow".into(),
        ),
        (
            Box::new(|p| p["workflow"][key("start", 1)] = json!({ "type": "start" })),
            format!("start_leads_nowhere /workflow/{}/on_completion", key("start", 1)),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 8)] = super::action("Lost", &key("end", 3))),
            format!("unreachable /workflow/{}", key("action", 8)),
        ),
        (
            Box::new(|p| {
                p["workflow"][key("end", 3)] = json!({ "type": "end", "on_completion": key("action", 2) })
            }),
            format!("end_goes_on /workflow/{}", key("end", 3)),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["type"] = json!("step")),
            format!("step_type {}", way("type")),
        ),
        (
            Box::new(|p| drop(p["workflow"][key("action", 2)].as_object_mut().unwrap().remove("type"))),
            format!("step_type {}", way("type")),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["agent"] = json!("group--77")),
            format!("dangling_reference {}", way("agent")),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["targets"] = json!(["group--77"])),
            format!("dangling_reference {}/0", way("targets")),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["on_completion"] = json!(key("action", 2))),
            format!("endless /workflow/{action}"),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["timeout"] = json!("600000")),
            format!("wrong_type {}", way("timeout")),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["timeout"] = json!(-1)),
            format!("wrong_type {}", way("timeout")),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["commands"] = json!(["lock it"])),
            format!("wrong_type {}/0", way("commands")),
        ),
        (
            Box::new(|p| p["workflow"][key("action", 2)]["on_success"] = json!(key("action", 2))),
            format!("ways_exclusive {}", way("on_success")),
        ),
    ];
    for (change, finding) in cases {
        let mut json = small();
        change(&mut json);
        refused(&json, &finding);
    }
    for (kind, n, name, value, code) in [
        ("if-condition", 5, "condition", json!(5), "wrong_type"),
        ("if-condition", 5, "on_true", json!(null), "wrong_type"),
        ("switch-condition", 6, "cases", json!({}), "missing"),
        ("switch-condition", 6, "cases", json!([]), "wrong_type"),
        ("switch-condition", 6, "switch", json!(""), "condition_missing"),
        ("while-condition", 7, "condition", json!(" "), "condition_missing"),
        ("parallel", 3, "next_steps", json!([]), "missing"),
        (
            "playbook-action",
            8,
            "playbook_id",
            json!("playbook--5b1f0d64-3a53-4f8e-8a2d-9c0e6f7b1a22"),
            "calls_itself",
        ),
    ] {
        let mut json = large();
        json["workflow"][key(kind, n)][name] = value;
        refused(&json, &format!("{code} /workflow/{}/{name}", key(kind, n)));
    }
    let mut json = large();
    json["workflow"][key("if-condition", 5)].as_object_mut().unwrap().remove("on_true");
    refused(&json, &format!("missing /workflow/{}/on_true", key("if-condition", 5)));
}

#[test]
fn circles_that_are_entered_in_two_places_are_refused() {
    let ask = |n: u32, yes: &str, no: &str| json!({ "type": "if-condition", "name": format!("Ask {n}"), "condition": "__r__:value", "on_true": yes, "on_false": no });
    let json = playbook(json!({
        key("start", 1): { "type": "start", "on_completion": key("if-condition", 2) },
        key("if-condition", 2): ask(2, &key("action", 3), &key("action", 4)),
        key("action", 3): action("One", &key("if-condition", 5)),
        key("action", 4): action("Two", &key("if-condition", 6)),
        key("if-condition", 5): ask(5, &key("action", 4), &key("end", 7)),
        key("if-condition", 6): ask(6, &key("action", 3), &key("end", 8)),
        key("end", 7): { "type": "end" },
        key("end", 8): { "type": "end" }
    }));
    let import = imported(&json);
    assert!(import.errors.iter().any(|e| e.code == "tangled"), "{:?}", import.errors);
}

#[test]
fn a_long_chain_overflows_nothing() {
    let mut workflow = serde_json::Map::new();
    workflow.insert(key("start", 1), json!({ "type": "start", "on_completion": key("action", 2) }));
    for n in 2..1_500 {
        workflow.insert(key("action", n), action(&format!("Do {n}"), &key("action", n + 1)));
    }
    workflow.insert(key("action", 1_500), action("Last", &key("end", 1_501)));
    workflow.insert(key("end", 1_501), json!({ "type": "end" }));
    assert_eq!(taken(&playbook(Value::Object(workflow))).steps.len(), 1_499);
    let many = (2..9_000)
        .map(|n| (key("action", n), json!({ "type": "action", "on_completion": key("action", n + 1) })));
    let mut workflow: serde_json::Map<String, Value> = many.collect();
    workflow.insert(key("start", 1), json!({ "type": "start", "on_completion": key("action", 2) }));
    workflow.insert(key("action", 9_000), action("Last", &key("end", 1)));
    workflow.insert(key("end", 1), json!({ "type": "end" }));
    refused(&playbook(Value::Object(workflow)), "too_many_steps /workflow");
}

#[test]
fn secrets_are_dropped_and_key_identifiers_kept() {
    let mut json = small();
    json["authentication_info_definitions"] = json!({
        "user-auth--00000000-0000-4000-8000-000000000501": { "type": "user-auth", "username": "root", "password": "hunter2-a" },
        "http-basic--00000000-0000-4000-8000-000000000502": { "type": "http-basic", "user_id": "x", "password": 12345, "kms": true, "kms_key_identifier": "vault-key-9" },
        "oauth2--00000000-0000-4000-8000-000000000503": { "type": "oauth2", "token": "hunter2-b", "oauth_header": "Bearer hunter2-c" },
        "oauth2--00000000-0000-4000-8000-000000000504": { "type": "oauth2", "token": "__api_token__:value" }
    });
    json["playbook_variables"] = json!({ "__api_token__": { "type": "string", "value": "hunter2-d" } });
    json["target_definitions"] = json!({ "http-api--00000000-0000-4000-8000-000000000505":
        { "type": "http-api", "name": "It", "address": { "url": ["https://me:hunter2-e@example.org/x"] } } });
    let step = &mut json["workflow"][key("action", 2)];
    step["step_variables"] =
        json!({ "__password__": { "type": "string", "value": "hunter2-f", "constant": true } });
    step["commands"] = json!([{ "type": "http-api", "command": "GET / HTTP/1.1",
        "headers": { "Authorization": ["Bearer hunter2-g"], "Accept": ["*/*"], "X-Api-Key": ["hunter2-h"] } }]);
    let import = imported(&json);
    assert_eq!(import.errors, []);
    let dropped: Vec<&str> =
        import.notices.iter().filter(|n| n.code == "secret_dropped").map(|n| n.path.as_str()).collect();
    assert_eq!(dropped.len(), 9, "{dropped:#?}");
    assert!(dropped.contains(
        &"/authentication_info_definitions/user-auth--00000000-0000-4000-8000-000000000501/password"
    ));
    let playbook = import.playbook.unwrap();
    for secret in ["hunter2", "12345"] {
        assert!(!playbook.source().contains(secret), "{secret}");
        assert!(!import.notices.iter().any(|notice| notice.message.contains(secret)));
    }
    let out = export(&playbook, chrono::DateTime::UNIX_EPOCH);
    let kept = &out["authentication_info_definitions"]["http-basic--00000000-0000-4000-8000-000000000502"];
    assert_eq!(
        kept,
        &json!({ "type": "http-basic", "user_id": "x", "kms": true, "kms_key_identifier": "vault-key-9" })
    );
    assert_eq!(
        out["target_definitions"]["http-api--00000000-0000-4000-8000-000000000505"]["address"]["url"],
        json!(["https://me@example.org/x"])
    );
    assert!(out.to_string().contains("__api_token__:value") && out.to_string().contains("*/*"));

    json["signatures"] = json!([{ "type": "jss" }]);
    assert!(found(&imported(&json).notices).contains(&"signature_broken /signatures".to_owned()));
}

#[test]
fn cases_are_values_and_no_secrets() {
    let mut json = large();
    json["workflow"][key("switch-condition", 6)]["cases"]["token expired"] = json!(key("action", 15));
    assert!(!imported(&json).notices.iter().any(|notice| notice.code == "secret_dropped"));
    followed::in_both_ways(&json, &taken(&json), 50);
}
