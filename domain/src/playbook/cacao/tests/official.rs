//! What we write, held against the schema of OASIS, where its folder is named by CACAO_SCHEMA.

use super::*;
use crate::playbook::library;
use jsonschema::{Draft, Retrieve, Uri, Validator};
use std::path::PathBuf;

const BASE: &str = "https://raw.githubusercontent.com/oasis-open/cacao-json-schemas/main/schemas/";

/// Finds the files that a schema names in the folder, and nowhere else.
struct InFolder(PathBuf);

impl Retrieve for InFolder {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let name = uri.as_str().strip_prefix(BASE).ok_or("not a file of the schema")?;
        Ok(serde_json::from_str(&std::fs::read_to_string(self.0.join(name))?)?)
    }
}

/// Read as draft-07, as it says of itself.
fn validator(folder: PathBuf) -> Validator {
    let root = serde_json::from_str(&std::fs::read_to_string(folder.join("playbook.json")).unwrap()).unwrap();
    jsonschema::options().with_draft(Draft::Draft7).with_retriever(InFolder(folder)).build(&root).unwrap()
}

#[test]
fn what_we_write_is_valid_by_the_official_schema() {
    let Some(folder) = samples::folder("CACAO_SCHEMA") else { return };
    let validator = validator(folder);
    let mut wrong = small();
    wrong.as_object_mut().unwrap().remove("created_by");
    assert!(validator.is_valid(&small()) && !validator.is_valid(&wrong), "the schema is read at all");
    let mut all: Vec<Value> = library().iter().map(|p| export(p, chrono::DateTime::UNIX_EPOCH)).collect();
    let edited = taken(&large()).source().replacen("How to: Take the report.", "On paper.", 1);
    all.push(export(&Playbook::parse("x.toml", &edited).unwrap(), chrono::DateTime::UNIX_EPOCH));
    for out in all {
        let errors: Vec<String> =
            validator.iter_errors(&out).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", out["name"]);
        assert_eq!(imported(&out).errors, []);
    }
}
