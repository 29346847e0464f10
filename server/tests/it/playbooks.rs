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
