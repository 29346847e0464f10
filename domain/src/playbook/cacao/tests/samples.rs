//! Playbooks that others published, where a folder of them is named by CACAO_SAMPLES. They are no part of
//! the project.

use super::*;
use crate::{fact::catalogue::catalogue, playbook::find};
use std::path::PathBuf;

/// The folder, or nothing where the variable isn't set.
pub(super) fn folder(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if folder.is_none() {
        eprintln!("left out: {variable} names no folder");
    }
    folder
}

/// What its manifest says of a file, and the findings that say the same.
fn says(semantic_error: &str) -> &'static [&'static str] {
    match semantic_error {
        "workflow is a list" => &["workflow_is_list"],
        "workflow_start is not a start step" => &["start_is_no_start_step", "start_elsewhere"],
        "no start step" => &["no_start_step"],
        "workflow_exception dangling" => &["dangling_reference /workflow_exception"],
        other if other.contains("dangling") => &["dangling_reference"],
        other if other.contains("unreachable") => &["unreachable", "unreachable_end"],
        other if other.contains("cycle") => &["cycle", "endless"],
        other => panic!("the manifest says \"{other}\", for which no finding is known"),
    }
}

#[test]
fn published_playbooks_are_read_with_what_is_known_of_them() {
    let Some(folder) = folder("CACAO_SAMPLES") else { return };
    let manifest = std::fs::read_to_string(folder.join("MANIFEST.json")).unwrap();
    let manifest: Vec<Value> = serde_json::from_str(&manifest).unwrap();
    let listed: Vec<&str> = manifest.iter().map(|entry| entry["file"].as_str().unwrap()).collect();
    for file in std::fs::read_dir(&folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(
            !name.ends_with(".json") || name == "MANIFEST.json" || listed.contains(&name.as_str()),
            "{name}"
        );
    }
    assert!(!manifest.is_empty());
    for entry in &manifest {
        let name = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let import = import(&bytes, None);
        let all: Vec<String> = found(&import.errors).into_iter().chain(found(&import.notices)).collect();
        println!("{name}: {} errors, {} notices", import.errors.len(), import.notices.len());
        let known = entry["semantic_errors"].as_array().unwrap();
        for known in known {
            let codes = says(known.as_str().unwrap());
            let is_found = codes
                .iter()
                .any(|code| all.iter().any(|finding| format!("{finding} ").starts_with(&format!("{code} "))));
            assert!(is_found, "{name}: {known}\n{all:#?}");
        }
        assert_eq!(import.errors.is_empty(), known.is_empty(), "{name}: {:#?}", import.errors);
        let Some(playbook) = import.playbook else { continue };
        assert_eq!(playbook.check(catalogue(), &|id| find(id)), [], "{name}");
        let again = Playbook::parse("any.toml", playbook.source()).unwrap();
        let mut original: Value = serde_json::from_slice(&bytes).unwrap();
        let secrets = secrets::drop(&mut original);
        assert_eq!(export(&again, chrono::DateTime::UNIX_EPOCH), original, "{name}");
        assert_eq!(secrets.len(), all.iter().filter(|f| f.starts_with("secret_dropped")).count());
        followed::in_both_ways(&original, &playbook, 40);
    }
}
