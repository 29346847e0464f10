//! `playbooks/playbook.schema.json`, which editors use, says what the parser says.

use super::super::*;
use crate::{
    playbook::{
        StepPhase, StepRole,
        format::tests::{HEAD, step},
    },
    text::Choice,
};
use jsonschema::Validator;
use serde_json::Value;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../../../playbooks/playbook.schema.json")).unwrap()
}

fn validator() -> Validator {
    jsonschema::validator_for(&schema()).unwrap()
}

fn json(toml: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(toml).unwrap()).unwrap()
}

#[test]
fn every_file_of_the_library_keeps_to_it() {
    let validator = validator();
    for (file, text) in FILES {
        let wrong: Vec<String> =
            validator.iter_errors(&json(text)).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{file}: {wrong:#?}");
    }
}

#[test]
fn it_has_the_words_of_the_format_and_no_others() {
    let schema = schema();
    let words = |list: &Value| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let codes = |codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    let phases = StepPhase::ALL.iter().map(|phase| phase.code()).collect();
    let roles = StepRole::ALL.iter().map(|role| role.code()).collect();
    assert_eq!(words(&schema["$defs"]["phase"]["enum"]), codes(phases));
    assert_eq!(words(&schema["$defs"]["role"]["enum"]), codes(roles));

    // The parser names what it takes when it is given something else.
    let takes = |text: String| -> BTreeSet<String> {
        let errors = Playbook::parse("sample.toml", &text).unwrap_err();
        let known = errors[0].message.split_once("use one of").unwrap().1.to_owned();
        known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let keys = |of: &Value| of["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let odd = "odd = 1\n";
    let question = "[[step.question]]\nfact = \"a.b\"\nask = \"?\"\n";
    for (text, of) in [
        (format!("{odd}{HEAD}"), &schema),
        (format!("{HEAD}[references]\n{odd}"), &schema["$defs"]["references"]),
        (format!("{HEAD}{}", step("a", "containment", odd)), &schema["$defs"]["step"]),
        (
            format!("{HEAD}{}", step("a", "containment", &format!("{question}{odd}"))),
            &schema["$defs"]["question"],
        ),
    ] {
        assert_eq!(takes(text), keys(of));
    }
}

#[test]
fn what_the_parser_refuses_for_its_form_it_refuses_too() {
    let validator = validator();
    let good =
        format!("{HEAD}{}", step("a", "containment", "due = \"2 h after aware\"\nrepeat = \"each one\""));
    assert!(Playbook::parse("sample.toml", &good).is_ok() && validator.is_valid(&json(&good)));
    for (right, wrong) in [
        ("version = 3", "version = 0"),
        ("title = \"A sample\"\n", ""),
        ("\"containment\"", "\"afterwards\""),
        ("\"lead\"", "\"boss\""),
        ("\"Because.\"", "\" \""),
        ("id = \"a\"", "id = \"A step\""),
        ("2 h after aware", "tomorrow"),
        ("\"each one\"", "\"each\\none\""),
        ("repeat = ", "colour = "),
        ("repeat = \"each one\"", "mandatory = \"yes\""),
        ("repeat = \"each one\"", "call = \"Another one\""),
    ] {
        let text = good.replace(right, wrong);
        assert!(Playbook::parse("sample.toml", &text).is_err(), "{wrong}");
        assert!(!validator.is_valid(&json(&text)), "{wrong}");
    }
}
