//! Playbooks at the command line, with the real binary.

use crate::support::process::{run, said};
use serde_json::Value;
use std::{path::Path, process::Output};
use tempfile::tempdir;

fn breachdesk(arguments: &[&str]) -> Output {
    let folder = tempdir().unwrap();
    let done = run(folder.path(), arguments);
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none(), "it needs no data");
    done
}

fn check(paths: &[&Path]) -> Output {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let arguments: Vec<&str> =
        ["playbook", "check"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    breachdesk(&arguments)
}

fn library() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../playbooks"))
}

fn playbook(id: &str, more: &str) -> String {
    format!(
        "id = \"{id}\"\nversion = 1\ntitle = \"A\"\nuse_when = \"A\"\nsummary = \"A\"\nseverity_guidance = \"A\"\n\
         [[step]]\nid = \"look\"\nphase = \"containment\"\ntitle = \"Look\"\nrole = \"lead\"\nwhy = \"A\"\nhow = \"A\"\n{more}\n"
    )
}

#[test]
fn files_and_folders_without_an_error_are_counted() {
    let whole = check(&[library()]);
    assert!(whole.status.success(), "{}", said(&whole));
    assert!(said(&whole).starts_with("23 playbooks are fine: "), "{}", said(&whole));
    let one = check(&[&library().join("ransomware.toml")]);
    assert!(one.status.success(), "{}", said(&one));
    assert!(said(&one).starts_with("1 playbook is fine: 33 steps, "), "{}", said(&one));
}

#[test]
fn an_error_names_file_and_line_and_one_file_may_call_another() {
    let folder = tempdir().unwrap();
    let write = |id: &str, more: &str| {
        let file = folder.path().join(format!("{id}.toml"));
        std::fs::write(&file, playbook(id, more)).unwrap();
        file
    };
    let ours = write("ours", "call = \"theirs\"");
    let lonely = check(&[&ours]);
    assert_eq!(lonely.status.code(), Some(1), "{}", said(&lonely));
    let line = format!("{}:7: in \"call\", there is no playbook \"theirs\"", ours.display());
    assert!(said(&lonely).starts_with(&line), "{}", said(&lonely));
    write("theirs", "");
    let both = check(&[folder.path()]);
    assert!(both.status.success(), "{}", said(&both));

    let colour = write("colour", "colour = \"red\"");
    let wrong = check(&[folder.path()]);
    assert_eq!(wrong.status.code(), Some(1), "{}", said(&wrong));
    let line = format!("{}:14: `colour` is not part of the format", colour.display());
    assert!(said(&wrong).starts_with(&line), "{}", said(&wrong));
    assert_eq!(said(&wrong).lines().count(), 1, "nothing is counted beside an error: {}", said(&wrong));
}

#[test]
fn a_path_that_cannot_be_read_is_another_matter_than_an_error() {
    let folder = tempdir().unwrap();
    for path in [folder.path().join("nothing.toml"), folder.path().to_owned()] {
        let done = check(&[&path]);
        assert_eq!(done.status.code(), Some(2), "{}", said(&done));
        assert!(
            done.stdout.is_empty() && said(&done).contains(&path.display().to_string()),
            "{}",
            said(&done)
        );
    }
    let done = check(&[&library().join("ransomware.toml"), &folder.path().join("nothing.toml")]);
    assert_eq!(done.status.code(), Some(2), "{}", said(&done));
    assert_eq!(breachdesk(&["playbook", "check"]).status.code(), Some(2), "a path is needed");
}

#[test]
fn the_library_is_listed_for_people_and_for_programs() {
    let text = breachdesk(&["playbook", "list"]);
    assert!(text.status.success(), "{}", said(&text));
    assert_eq!(said(&text).lines().count(), 23);
    assert!(said(&text).starts_with("customer-api-enumerated"), "{}", said(&text));
    let done = breachdesk(&["playbook", "list", "--json"]);
    let listed: Vec<Value> = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(listed.len(), 23);
    for playbook in &listed {
        let mut keys: Vec<&str> = playbook.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["id", "questions", "source", "steps", "title", "version"]);
        assert_eq!(playbook["source"], "built_in");
        assert!(playbook["steps"].as_u64().unwrap() >= 6, "{playbook}");
    }
    assert_eq!(listed[0]["version"], 2);
}

/// A small playbook as another program may write it, with a password in it.
fn theirs() -> Value {
    let key = |kind: &str, n: u32| format!("{kind}--00000000-0000-4000-8000-{n:012}");
    serde_json::json!({
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": key("playbook", 1),
        "name": "Ransomware",
        "created_by": key("identity", 2),
        "created": "2026-02-01T08:00:00.000Z",
        "modified": "2026-02-01T08:00:00.000Z",
        "workflow_start": key("start", 3),
        "workflow": {
            key("start", 3): { "type": "start", "on_completion": key("if-condition", 4) },
            key("if-condition", 4): { "type": "if-condition", "name": "Still spreading?", "condition": "__on__:value == true",
                "on_true": key("action", 5), "on_false": key("end", 7) },
            key("action", 5): { "type": "action", "name": "Cut the network", "agent": key("group", 6),
                "commands": [{ "type": "ssh", "command": "ip link set eth0 down" }], "on_completion": key("end", 8) },
            key("end", 7): { "type": "end" },
            key("end", 8): { "type": "end" }
        },
        "playbook_variables": { "__on__": { "type": "bool" } },
        "agent_definitions": { key("group", 6): { "type": "group", "name": "Network team" } },
        "authentication_info_definitions": {
            key("user-auth", 9): { "type": "user-auth", "username": "root", "password": "correct horse" }
        }
    })
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn json(done: &Output) -> Value {
    serde_json::from_slice(&done.stdout).unwrap_or_else(|why| panic!("{why}: {}", said(done)))
}

#[test]
fn a_cacao_playbook_comes_in_is_checked_and_goes_out_as_it_was() {
    let folder = tempdir().unwrap();
    let (file, out) = (folder.path().join("theirs.json"), folder.path().join("network-cut.toml"));
    std::fs::write(&file, theirs().to_string()).unwrap();
    let import = breachdesk(&["playbook", "import", &shown(&file), "--out", &shown(&out)]);
    assert!(import.status.success(), "{}", said(&import));
    assert_eq!(json(&import)["errors"], Value::Array(vec![]));
    assert_eq!(json(&import)["notices"][0]["code"], "secret_dropped");
    let written = std::fs::read_to_string(&out).unwrap();
    assert!(written.starts_with("id = \"network-cut\"\n") && !written.contains("correct horse"), "{written}");
    assert!(written.contains("decision = ") && written.contains("never run here"), "{written}");

    let checked = check(&[&out]);
    assert!(checked.status.success(), "{}", said(&checked));
    let exported = breachdesk(&["playbook", "export", &shown(&out), "--format", "cacao"]);
    let mut expected = theirs();
    for auth in expected["authentication_info_definitions"].as_object_mut().unwrap().values_mut() {
        auth.as_object_mut().unwrap().remove("password");
    }
    assert_eq!(json(&exported), expected);
    let printed = breachdesk(&["playbook", "export", &shown(&out), "--format", "markdown"]);
    assert!(
        said(&printed).contains("# Ransomware\n") && said(&printed).contains("☐ yes ☐ no"),
        "{}",
        said(&printed)
    );
}

#[test]
fn what_is_wrong_with_an_import_is_json_too() {
    let folder = tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        file
    };
    let out = folder.path().join("out.toml");
    let mut dangling = theirs();
    dangling["workflow_start"] = "start--00000000-0000-4000-8000-000000000099".into();
    for (file, code) in [
        (write("torn.json", "{\"type\": \"playbook\""), "not_json"),
        (write("empty.json", ""), "not_json"),
        (write("dangling.json", &dangling.to_string()), "dangling_reference"),
        (write("large.json", &" ".repeat(2 * 1024 * 1024 + 1)), "too_large"),
        (Path::new("/dev/zero").to_owned(), "too_large"),
    ] {
        let done = breachdesk(&["playbook", "import", &shown(&file), "--out", &shown(&out)]);
        assert_eq!(done.status.code(), Some(1), "{}", said(&done));
        let found = json(&done);
        assert_eq!(found["errors"][0]["code"], code, "{found}");
        let mut keys: Vec<&String> = found["errors"][0].as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["code", "message", "path"]);
        assert!(found["notices"].is_array() && !out.exists());
    }
    for missing in [folder.path().join("nothing.json"), folder.path().to_owned()] {
        let done = breachdesk(&["playbook", "import", &shown(&missing)]);
        assert_eq!(done.status.code(), Some(2), "{}", said(&done));
        assert!(done.stdout.is_empty() && said(&done).contains(&shown(&missing)));
    }
    let done = check(&[Path::new("/dev/zero")]);
    assert_eq!(done.status.code(), Some(1), "{}", said(&done));
    assert!(said(&done).starts_with("/dev/zero:1: The file has more than "), "{}", said(&done));
}

#[test]
fn the_library_goes_out_and_comes_back() {
    let folder = tempdir().unwrap();
    let (file, out) = (folder.path().join("ours.json"), folder.path().join("again.toml"));
    let exported = breachdesk(&["playbook", "export", "ransomware", "--format", "cacao"]);
    assert!(exported.status.success(), "{}", said(&exported));
    assert_eq!(json(&exported)["spec_version"], "cacao-2.0");
    std::fs::write(&file, &exported.stdout).unwrap();
    let import = breachdesk(&["playbook", "import", &shown(&file), "--out", &shown(&out)]);
    assert_eq!(json(&import), serde_json::json!({ "errors": [], "notices": [] }));
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.starts_with("id = \"ransomware\"\nversion = "), "{}", &text[..80]);
    let again = breachdesk(&["playbook", "export", &shown(&out), "--format", "cacao"]);
    assert_eq!(json(&again), json(&exported));
    let markdown = |from: &str| said(&breachdesk(&["playbook", "export", from, "--format", "markdown"]));
    assert_eq!(markdown("ransomware"), markdown(&shown(&out)));
    for arguments in [
        ["playbook", "export", "nothing", "--format", "cacao"],
        ["playbook", "export", "ransomware", "--format", "yaml"],
    ] {
        assert_eq!(breachdesk(&arguments).status.code(), Some(2));
    }
}
