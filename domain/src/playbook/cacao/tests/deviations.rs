//! What real playbooks do otherwise than the specification says: each is taken, and each is told.

use super::*;

/// The playbook after a change is taken with this finding, and says all that it says.
fn noticed(change: impl FnOnce(&mut Value), finding: &str) -> Playbook {
    changed(small(), change, finding)
}

fn changed(mut json: Value, change: impl FnOnce(&mut Value), finding: &str) -> Playbook {
    change(&mut json);
    let import = imported(&json);
    assert_eq!(import.errors, [], "{json:#}");
    assert!(found(&import.notices).iter().any(|f| f == finding), "{finding}\n{:#?}", import.notices);
    let playbook = import.playbook.unwrap();
    assert_eq!(export(&playbook, chrono::DateTime::UNIX_EPOCH), json, "it is given back as it came");
    followed::in_both_ways(&json, &playbook, 20);
    playbook
}

fn step(kind: &str, n: u32, name: &str) -> String {
    format!("/workflow/{}/{name}", key(kind, n))
}

fn remove(json: &mut Value, of: &str, name: &str) {
    json["workflow"][of].as_object_mut().unwrap().remove(name).unwrap();
}

#[test]
fn what_keeps_to_the_specification_has_no_finding() {
    let import = imported(&small());
    assert_eq!((import.errors, import.notices), (vec![], vec![]));
}

#[test]
fn an_action_without_an_agent_or_without_commands() {
    let playbook = noticed(
        |p| remove(p, &key("action", 2), "agent"),
        &format!("missing {}", step("action", 2, "agent")),
    );
    assert!(playbook.step("lock-the-laptop").unwrap().how.contains("How to: Lock the laptop."));
    let playbook = noticed(
        |p| remove(p, &key("action", 2), "commands"),
        &format!("missing {}", step("action", 2, "commands")),
    );
    assert!(playbook.step("lock-the-laptop").unwrap().how.contains("Help desk"));
    noticed(
        |p| p["workflow"][key("action", 2)]["commands"] = json!([]),
        &format!("empty_list {}", step("action", 2, "commands")),
    );
}

#[test]
fn a_manual_command_without_text() {
    noticed(
        |p| p["workflow"][key("action", 2)]["commands"] = json!([{ "type": "manual" }]),
        &format!("command_empty {}/0", step("action", 2, "commands")),
    );
}

#[test]
fn a_condition_that_is_missing_is_asked_by_the_name_of_the_step() {
    let finding = format!("condition_missing {}", step("if-condition", 5, "condition"));
    let playbook = changed(large(), |p| remove(p, &key("if-condition", 5), "condition"), &finding);
    assert!(playbook.steps.iter().any(|step| step.decision.as_deref() == Some("Is it online?")));
}

#[test]
fn conditions_that_are_none_are_kept_in_their_words() {
    for words in [
        "__online__ == 1",
        "__online__.value == true",
        "__online__:value = yes",
        "\"response:status\" == 200",
        "Response received from the carrier",
    ] {
        let finding = format!("condition_in_words {}", step("if-condition", 5, "condition"));
        let playbook =
            changed(large(), |p| p["workflow"][key("if-condition", 5)]["condition"] = json!(words), &finding);
        let shown = condition::shown(words);
        assert!(
            playbook.steps.iter().any(|s| s.decision.as_ref().is_some_and(|d| d.contains(&shown))),
            "{words}"
        );
    }
}

#[test]
fn a_start_that_is_called_by_another_type_is_found_by_its_uuid() {
    let renamed = key("start", 1).replace("start--", "step--");
    noticed(|p| p["workflow_start"] = json!(renamed), "reference_repaired /workflow_start");
    let renamed = key("end", 3).replace("end--", "step--");
    noticed(
        |p| p["workflow"][key("action", 2)]["on_completion"] = json!(renamed),
        &format!("reference_repaired {}", step("action", 2, "on_completion")),
    );
}

#[test]
fn no_start_step_but_a_start_at_an_action() {
    let without_start = |p: &mut Value| {
        p["workflow"].as_object_mut().unwrap().remove(&key("start", 1));
        p["workflow_start"] = json!(key("action", 2));
    };
    noticed(without_start, "start_is_no_start_step /workflow_start");
    noticed(without_start, "no_start_step /workflow");
    noticed(|p| drop(p.as_object_mut().unwrap().remove("workflow_start")), "missing /workflow_start");
}

#[test]
fn a_workflow_that_is_a_list_is_read_by_the_identifiers_in_it() {
    let mut json = small();
    let steps = json["workflow"].as_object().unwrap().clone();
    let list = steps.into_iter().map(|(key, mut step)| {
        step["step_uuid"] = json!(key);
        step
    });
    json["workflow"] = Value::Array(list.collect());
    let import = imported(&json);
    assert_eq!(import.errors, []);
    assert!(found(&import.notices).contains(&"workflow_is_list /workflow".to_owned()));
    let playbook = import.playbook.unwrap();
    assert_eq!(
        playbook.steps.iter().map(|step| step.title.as_str()).collect::<Vec<_>>(),
        ["Lock the laptop"]
    );
    assert_eq!(export(&playbook, chrono::DateTime::UNIX_EPOCH), json);
}

#[test]
fn junk_in_extensions_is_kept() {
    let path = step("action", 2, "step_extensions");
    for junk in ["", "0"] {
        noticed(
            |p| p["workflow"][key("action", 2)]["step_extensions"] = json!({ junk: ["x"] }),
            &format!("extension_key {path}/{junk}"),
        );
    }
    let layout = "extension-definition--00000000-0000-4000-8000-000000000701";
    noticed(
        |p| {
            p["workflow"][key("action", 2)]["step_extensions"] =
                json!({ layout: { "type": "coordinates", "x": 4 } })
        },
        &format!("extension_undeclared {path}/{layout}"),
    );
    noticed(|p| p["playbook_extension"] = json!({}), "unknown_property /playbook_extension");
}

#[test]
fn agents_with_prefixes_of_their_vendor_and_keys_that_are_no_identifiers() {
    for prefix in ["soarca", "soarca-manual-capability", "caldera", "agent-target"] {
        let agent = format!("{prefix}--00000000-0000-4000-8000-000000000902");
        let change = |p: &mut Value| {
            p["agent_definitions"] = json!({ &agent: { "type": "group", "name": "Privacy office" } });
            p["workflow"][key("action", 2)]["agent"] = json!(agent);
        };
        let playbook = noticed(change, &format!("identifier_type /agent_definitions/{agent}"));
        assert_eq!(playbook.step("lock-the-laptop").unwrap().role, crate::playbook::StepRole::Dpo);
    }
    let change = |p: &mut Value| {
        p["agent_definitions"] = json!({ "pong-1": { "type": "ponger", "name": "Pong" } });
        p["workflow"][key("action", 2)]["agent"] = json!("pong-1");
    };
    noticed(change, "identifier /agent_definitions/pong-1");
    noticed(change, "agent_type /agent_definitions/pong-1/type");
}

#[test]
fn names_of_variables_with_dots_and_variables_in_addresses() {
    let name = "__should.execute.true__";
    noticed(
        |p| p["playbook_variables"] = json!({ name: { "type": "bool" } }),
        &format!("variable_name /playbook_variables/{name}"),
    );
    let target = "linux--00000000-0000-4000-8000-000000000903";
    let change = |p: &mut Value| {
        p["target_definitions"] = json!({ target: { "type": "linux", "name": "It", "address": { "ipv4": ["__target_ip__:value"] } } });
        p["workflow"][key("action", 2)]["targets"] = json!([target]);
        p["workflow"][key("action", 2)]["in_args"] = json!(["__target_ip__"]);
    };
    let playbook = noticed(change, &format!("variable_undeclared {}/0", step("action", 2, "in_args")));
    assert!(playbook.step("lock-the-laptop").unwrap().how.contains("`__target_ip__:value`"));
}

#[test]
fn an_empty_list_where_one_entry_is_due() {
    noticed(|p| p["derived_from"] = json!([]), "empty_list /derived_from");
}

#[test]
fn commands_that_are_not_in_the_specification_are_shown_and_never_run() {
    for (kind, extra) in
        [("openc2", "POST /openc2"), ("pong", "ping -c 1 host"), ("bash", "rm -rf /tmp/x\n```\necho")]
    {
        let change = |p: &mut Value| {
            p["workflow"][key("action", 2)]["commands"] = json!([{ "type": kind, "command": extra }]);
        };
        let mut json = small();
        change(&mut json);
        let playbook = taken(&json);
        let how = &playbook.step("lock-the-laptop").unwrap().how;
        assert!(
            how.contains(extra) && how.contains("never run here") && how.contains(&format!("`{kind}`")),
            "{how}"
        );
        if kind != "bash" {
            noticed(change, &format!("command_type {}/0/type", step("action", 2, "commands")));
        }
    }
    let change = |p: &mut Value| {
        p["workflow"][key("action", 2)]["commands"] =
            json!([{ "type": "jupyter", "command_b64": "bm90ZWJvb2s=" }]);
    };
    let mut json = small();
    change(&mut json);
    assert!(taken(&json).steps[0].how.contains("notebook"));
    noticed(
        |p| {
            p["workflow"][key("action", 2)]["commands"] =
                json!([{ "type": "sigma", "command_b64": "(not base64)" }])
        },
        &format!("not_base64 {}/0/command_b64", step("action", 2, "commands")),
    );
}

#[test]
fn ends_that_nothing_leads_to_and_ends_that_are_shared() {
    noticed(
        |p| p["workflow"][key("end", 9)] = json!({ "type": "end" }),
        &format!("unreachable_end /workflow/{}", key("end", 9)),
    );
    let mut shared = large();
    for n in [11, 12, 13] {
        let step = &mut shared["workflow"][key("action", n)];
        for way in ["on_completion", "on_success"] {
            if step.get(way).is_some() {
                step[way] = json!(key("end", 30));
            }
        }
    }
    let import = imported(&shared);
    assert_eq!(import.errors, []);
    followed::in_both_ways(&shared, &import.playbook.unwrap(), 100);
}

#[test]
fn branches_that_join_at_one_step() {
    let mut joined = large();
    for n in [4, 11, 12, 13] {
        let step = &mut joined["workflow"][key("action", n)];
        let way = if step.get("on_success").is_some() { "on_success" } else { "on_completion" };
        step[way] = json!(key("action", 40));
    }
    joined["workflow"][key("action", 40)] = action("Note the hour", &key("end", 30));
    for n in [31, 32] {
        joined["workflow"].as_object_mut().unwrap().remove(&key("end", n));
    }
    let playbook = taken(&joined);
    followed::in_both_ways(&joined, &playbook, 200);
    let join = playbook.step("note-the-hour").unwrap();
    assert!(join.when.is_none() && join.parallel.is_none(), "every way leads there: {:?}", join.when);
    assert!(join.how.starts_with("Begin when"), "{}", join.how);
}

#[test]
fn a_circle_with_a_way_out_is_a_way_back_and_one_without_is_refused() {
    let circle = playbook(json!({
        key("start", 1): { "type": "start", "on_completion": key("action", 2) },
        key("action", 2): action("Try to reach the owner", &key("if-condition", 3)),
        key("if-condition", 3): { "type": "if-condition", "name": "Reached?", "condition": "__r__:value",
            "on_true": key("end", 4), "on_false": key("action", 2) },
        key("end", 4): { "type": "end" }
    }));
    let playbook = changed(circle.clone(), |_| {}, &format!("cycle /workflow/{}", key("if-condition", 3)));
    let decide = playbook.steps.iter().find(|step| step.decision.is_some()).unwrap();
    assert!(decide.how.contains("**No**: go back to “Try to reach the owner”"), "{}", decide.how);
    let mut endless = circle;
    endless["workflow"][key("if-condition", 3)]["on_true"] = json!(key("action", 2));
    assert!(found(&imported(&endless).errors).iter().any(|f| f.starts_with("endless ")));
}

#[test]
fn long_texts_in_any_language() {
    let long = format!("# Über 時間\n\n{}", "Zeile mit **Markdown** und 'Zeichen'.\r\n".repeat(300));
    let mut json = small();
    json["name"] = json!("盗難されたノートパソコン");
    json["workflow"][key("action", 2)]["description"] = json!(long);
    let playbook = taken(&json);
    assert_eq!(
        (playbook.title.as_str(), playbook.id.as_str()),
        ("盗難されたノートパソコン", "imported-5b1f0d64")
    );
    assert!(playbook.steps[0].how.contains("Über 時間") && playbook.steps[0].how.len() > 8_000);
    assert_eq!(export(&playbook, chrono::DateTime::UNIX_EPOCH), json);
}

#[test]
fn characters_that_make_one_thing_look_like_another() {
    let playbook = noticed(|p| p["name"] = json!("Stolen \u{202e}potpal\u{7}"), "control_character /name");
    assert_eq!(playbook.title, "Stolen potpal");
}

#[test]
fn what_is_untidy_in_the_head_is_told() {
    for (name, value, finding) in [
        ("created", json!("yesterday"), "timestamp /created"),
        ("created", json!("2026-02-01T08:00:00.123456Z"), "timestamp /created"),
        ("modified", json!("2025-02-01T08:00:00.000Z"), "order_of_times /modified"),
        ("id", json!("playbook--0190f1c2-7b0a-7c3d-8e4f-5a6b7c8d9e0f"), "identifier /id"),
        ("priority", json!(101), "out_of_range /priority"),
        ("playbook_types", json!(["mitigation"]), "activities_missing /playbook_types"),
        (
            "markings",
            json!(["marking-tlp--00000000-0000-4000-8000-000000000801"]),
            "marking_undefined /markings/0",
        ),
        ("signatures", json!([{ "type": "jss" }]), "signature_not_verified /signatures"),
    ] {
        noticed(|p| p[name] = value, finding);
    }
    for name in ["id", "name", "created_by", "created", "modified"] {
        noticed(|p| drop(p.as_object_mut().unwrap().remove(name)), &format!("missing /{name}"));
    }
}

#[test]
fn a_time_limit_becomes_due_and_says_what_it_was() {
    let change = |p: &mut Value| {
        p["workflow"][key("action", 2)]["timeout"] = json!(5_400_000);
        p["workflow"][key("action", 2)]["delay"] = json!(1_000);
    };
    let playbook = noticed(change, &format!("timeout_from_declared {}", step("action", 2, "timeout")));
    let step = playbook.step("lock-the-laptop").unwrap();
    assert_eq!(step.due.map(|due| due.to_string()).as_deref(), Some("91 min after declared"));
    assert!(step.how.contains("1 h 30 min from the beginning of this step"), "{}", step.how);
}

#[test]
fn a_call_of_one_of_ours_calls_it_and_any_other_is_named() {
    let mut json = large();
    let ours = export::playbook_id("preserve-evidence");
    json["workflow"][key("playbook-action", 8)]["playbook_id"] = json!(ours);
    let playbook = taken(&json);
    assert_eq!(playbook.step("assess-the-risk").unwrap().call.as_deref(), Some("preserve-evidence"));
    let step = taken(&large()).step("assess-the-risk").unwrap().clone();
    assert!(step.call.is_none() && step.how.contains("playbook--91a4c1de"), "{}", step.how);
}
