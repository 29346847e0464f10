//! Out and in again: what comes back says the same.

use super::*;
use crate::{
    fact::catalogue::catalogue,
    playbook::{find, format::tests, library},
};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

fn now() -> DateTime<Utc> {
    "2026-05-04T10:00:00Z".parse().unwrap()
}

#[test]
fn each_playbook_of_the_library_comes_back_the_same() {
    for playbook in library() {
        let out = export(playbook, now());
        assert_eq!(out, export(playbook, now() + chrono::Duration::days(1)), "nothing depends on the clock");
        let back = imported(&out);
        assert_eq!((found(&back.errors), found(&back.notices)), (vec![], vec![]), "{}", playbook.id);
        let back = back.playbook.unwrap();
        assert!(back.says_the_same_as(playbook), "{}\n{}", playbook.id, back.source());
        assert_eq!(back.check(catalogue(), &|id| find(id)), [], "{}", playbook.id);
        assert_eq!(export(&back, now()), out, "{}", playbook.id);
    }
}

#[test]
fn identifiers_are_the_same_every_time_and_never_twice() {
    let mut seen = BTreeSet::new();
    for playbook in library() {
        let out = export(playbook, now());
        assert!(seen.insert(out["id"].as_str().unwrap().to_owned()));
        for key in out["workflow"].as_object().unwrap().keys() {
            assert!(seen.insert(key.clone()), "{}: {key}", playbook.id);
        }
    }
    // As other programs work it out: UUID version 5 of our namespace and "playbook", a zero byte, "ransomware".
    assert_eq!(export::playbook_id("ransomware").split("--").next(), Some("playbook"));
    assert_eq!(export::playbook_id("ransomware").as_bytes().get(24), Some(&b'5'));
}

#[test]
fn variables_of_different_facts_have_different_names() {
    let names: BTreeSet<String> =
        catalogue().entries().iter().map(|fact| export::variable(&fact.key)).collect();
    assert_eq!(names.len(), catalogue().entries().len());
}

#[test]
fn one_of_ours_with_a_decision_comes_back_too() {
    let ours = tests::sample(&[
        tests::step("ask", "containment", "decision = \"Is it ours?\""),
        tests::step("yes", "containment", "when = 'step.ask == \"yes\"'\nparallel = \"a\""),
        tests::step(
            "no",
            "containment",
            "when = 'not step.ask == \"yes\" and people.count > 5'\nparallel = \"a\"\nrepeat = \"each \\\"one\\\"\"",
        ),
    ]);
    let back = taken(&export(&ours, now()));
    assert!(back.says_the_same_as(&ours), "{}", back.source());
}

#[test]
fn one_of_ours_that_another_program_changed_is_read_as_it_stands() {
    let ours = find("lost-device-or-paper").unwrap();
    let mut out = export(ours, now());
    let action =
        out["workflow"].as_object().unwrap().keys().find(|key| key.starts_with("action--")).unwrap().clone();
    out["workflow"][&action]["name"] = json!("Another title");
    let renamed = taken(&out);
    assert!(renamed.id == ours.id && renamed.steps.iter().any(|step| step.title == "Another title"));
    out["workflow"][&action]["commands"][0]["command"] = json!("Do something else instead");
    let import = imported(&out);
    assert!(found(&import.notices).iter().any(|f| f.starts_with("ours_changed ")), "{:?}", import.notices);
    let playbook = import.playbook.unwrap();
    assert!(playbook.steps.iter().any(|step| step.how.starts_with("Do something else instead")
        || step.how.contains("\n\nDo something else instead")));
}

#[test]
fn what_is_not_understood_is_given_back_in_its_place() {
    let mut theirs = large();
    theirs["x_vendor"] = json!({ "a": [1, 2.5, null, "ä ''' \u{202e} \\ \""], "": { "0": true } });
    theirs["signatures"] = json!([{ "type": "jss", "value": "abc" }]);
    theirs["markings"] = json!(["marking-tlp--00000000-0000-4000-8000-000000000801"]);
    theirs["data_marking_definitions"] = json!({ "marking-tlp--00000000-0000-4000-8000-000000000801":
        { "type": "marking-tlp", "tlpv2_level": "TLP:AMBER", "created_by": IDENTITY, "created": "2026-02-01T08:00:00.000Z" } });
    theirs["workflow"][key("action", 4)]["step_extensions"] = json!({ "extension-definition--00000000-0000-4000-8000-000000000701":
        { "type": "coordinates", "x": -1 } });
    let playbook = taken(&theirs);
    assert_eq!(export(&playbook, now()), theirs);
    assert!(playbook.summary.contains("TLP:AMBER"), "{}", playbook.summary);
}

#[test]
fn what_was_edited_is_a_playbook_of_its_own_and_keeps_what_its_author_put_beside() {
    let mut theirs = large();
    theirs["x_vendor"] = json!("kept");
    theirs["signatures"] = json!([{ "type": "jss" }]);
    theirs["workflow"][key("action", 4)]["step_extensions"] =
        json!({ "extension-definition--00000000-0000-4000-8000-000000000701": { "x": 4 } });
    let playbook = taken(&theirs);
    let text = playbook.source().replacen("How to: Take the report.", "Take it on paper.", 1);
    let edited = Playbook::parse("any.toml", &text).unwrap();
    let out = export(&edited, now());
    assert_ne!(out["id"], theirs["id"]);
    assert_eq!(out["derived_from"], json!([theirs["id"]]));
    assert_eq!(
        (out["created"].as_str(), out["modified"].as_str()),
        (Some("2026-05-04T10:00:00.000Z"), Some("2026-05-04T10:00:00.000Z"))
    );
    assert_eq!(
        (&out["x_vendor"], out.get("signatures"), out["created_by"] == theirs["created_by"]),
        (&json!("kept"), None, false)
    );
    let step = &out["workflow"][key("action", 4)];
    assert_eq!(
        step["step_extensions"]["extension-definition--00000000-0000-4000-8000-000000000701"],
        json!({ "x": 4 })
    );
    assert_eq!(step["commands"], theirs["workflow"][key("action", 4)]["commands"]);
    assert!(
        out["workflow"][key("action", 2)]["commands"][0]["command"].as_str().unwrap().contains("on paper")
    );
    let back = imported(&out);
    assert_eq!(found(&back.errors), [""; 0]);
}

#[test]
fn an_imported_file_passes_the_check_under_any_name() {
    for theirs in [small(), large()] {
        let playbook = taken(&theirs);
        let again = Playbook::parse("a folder/whatever it is called", playbook.source()).unwrap();
        assert_eq!(again.check(catalogue(), &|id| find(id)), []);
        let (_, broken) = playbook.source().split_once("[cacao]").unwrap();
        assert!(broken.contains("original"));
        let torn = playbook.source().replace("original = '''\n{", "original = '''\n");
        assert!(
            Playbook::parse("x.toml", &torn).unwrap_err()[0].message.contains("Import the playbook again")
        );
    }
}
