mod deviations;
mod followed;
mod mutations;
mod official;
mod refusals;
mod samples;
mod there_and_back;

use super::*;
use serde_json::json;

pub(super) const IDENTITY: &str = "identity--0e4a6b1c-7d10-4a55-9f6e-2b8c1d3f5a70";

/// A key of a step, from a number.
pub(super) fn key(kind: &str, n: u32) -> String {
    format!("{kind}--00000000-0000-4000-8000-{n:012}")
}

/// A playbook with these steps, which begins at start 1.
pub(super) fn playbook(workflow: Value) -> Value {
    json!({
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": "playbook--5b1f0d64-3a53-4f8e-8a2d-9c0e6f7b1a22",
        "name": "Stolen laptop",
        "description": "A laptop of ours is gone.",
        "created_by": IDENTITY,
        "created": "2026-02-01T08:00:00.000Z",
        "modified": "2026-02-03T09:30:00.000Z",
        "workflow_start": key("start", 1),
        "workflow": workflow,
        "agent_definitions": {
            "group--00000000-0000-4000-8000-000000000901": { "type": "group", "name": "Help desk" }
        }
    })
}

/// An action that goes on at another step.
pub(super) fn action(name: &str, then: &str) -> Value {
    json!({
        "type": "action",
        "name": name,
        "agent": "group--00000000-0000-4000-8000-000000000901",
        "commands": [{ "type": "manual", "command": format!("How to: {name}.") }],
        "on_completion": then
    })
}

/// Start, one action, end.
pub(super) fn small() -> Value {
    playbook(json!({
        key("start", 1): { "type": "start", "on_completion": key("action", 2) },
        key("action", 2): action("Lock the laptop", &key("end", 3)),
        key("end", 3): { "type": "end" }
    }))
}

/// One with everything: parallel, if with else, switch, while, a failure, a call, shared ends.
pub(super) fn large() -> Value {
    let mut locked = action("Wipe it", &key("end", 31));
    locked["on_success"] = locked["on_completion"].take();
    locked.as_object_mut().unwrap().remove("on_completion");
    locked["on_failure"] = json!(key("action", 12));
    locked["timeout"] = json!(600_000);
    let mut large = playbook(json!({
        key("start", 1): { "type": "start", "on_completion": key("action", 2) },
        key("action", 2): action("Take the report", &key("parallel", 3)),
        key("parallel", 3): {
            "type": "parallel",
            "next_steps": [key("action", 4), key("if-condition", 5)],
            "on_completion": key("switch-condition", 6)
        },
        key("action", 4): action("Tell the lead", &key("end", 30)),
        key("if-condition", 5): {
            "type": "if-condition",
            "name": "Is it online?",
            "condition": "__online__:value == true",
            "on_true": key("action", 11),
            "on_false": key("action", 13)
        },
        key("action", 11): locked,
        key("action", 12): action("Call the carrier", &key("end", 31)),
        key("action", 13): action("Close the account", &key("end", 32)),
        key("switch-condition", 6): {
            "type": "switch-condition",
            "switch": "__kind__:value",
            "cases": { "theft": key("action", 14), "loss": key("action", 15), "default": key("end", 33) },
            "on_completion": key("while-condition", 7)
        },
        key("action", 14): action("Report it to the police", &key("end", 34)),
        key("action", 15): action("Ask the lost property office", &key("end", 34)),
        key("while-condition", 7): {
            "type": "while-condition",
            "condition": "__accounts_left__:value > 0",
            "on_true": key("action", 16),
            "on_completion": key("playbook-action", 8)
        },
        key("action", 16): action("Reset one account", &key("end", 35)),
        key("playbook-action", 8): {
            "type": "playbook-action",
            "name": "Assess the risk",
            "playbook_id": "playbook--91a4c1de-0d9b-4a53-8c94-61f2f3f9c9aa",
            "on_completion": key("end", 36)
        },
        key("action", 20): action("Write down what failed", &key("end", 37)),
        key("end", 30): { "type": "end" },
        key("end", 31): { "type": "end" },
        key("end", 32): { "type": "end" },
        key("end", 33): { "type": "end" },
        key("end", 34): { "type": "end" },
        key("end", 35): { "type": "end" },
        key("end", 36): { "type": "end" },
        key("end", 37): { "type": "end" }
    }));
    large["workflow_exception"] = json!(key("action", 20));
    large["playbook_variables"] = json!({
        "__online__": { "type": "bool", "description": "Whether it answers" },
        "__kind__": { "type": "string" },
        "__accounts_left__": { "type": "integer" }
    });
    large
}

pub(super) fn imported(json: &Value) -> Import {
    import(json.to_string().as_bytes(), None)
}

/// The playbook, which must be taken.
pub(super) fn taken(json: &Value) -> Playbook {
    let import = imported(json);
    assert_eq!(import.errors, [], "{json:#}");
    import.playbook.unwrap()
}

/// `code path` of each finding.
pub(super) fn found(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| format!("{} {}", finding.code, finding.path)).collect()
}
