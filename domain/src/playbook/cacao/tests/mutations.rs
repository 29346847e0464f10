//! Valid playbooks with something removed, retyped or wired across: refused, or told, or followed as they
//! now stand. Never another way than the file says, and never a panic.

use super::*;
use proptest::prelude::*;

/// Every place in a value, as JSON pointers, without the value itself.
fn places(value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        let within: Vec<(String, &Value)> = match value {
            Value::Object(object) => {
                object.iter().map(|(name, value)| (pointer(&path, name), value)).collect()
            }
            Value::Array(list) => {
                list.iter().enumerate().map(|(n, value)| (pointer(&path, &n.to_string()), value)).collect()
            }
            _ => Vec::new(),
        };
        all.extend(within.iter().map(|(path, _)| path.clone()));
        open.extend(within);
    }
    all.sort();
    all
}

fn remove(json: &mut Value, path: &str) {
    let (parent, name) = path.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/").replace("~0", "~");
    match json.pointer_mut(parent).unwrap() {
        Value::Object(object) => drop(object.remove(&name)),
        Value::Array(list) => drop(list.remove(name.parse::<usize>().unwrap())),
        _ => unreachable!("a place is in a list or an object"),
    }
}

/// References that one may swap for another.
fn references(json: &Value) -> Vec<String> {
    let is_reference = |path: &String| {
        let value = json.pointer(path).and_then(Value::as_str);
        path.starts_with("/workflow") && value.is_some_and(|value| json["workflow"].get(value).is_some())
    };
    places(json).into_iter().filter(is_reference).collect()
}

/// Whatever came of it is right: an error, or the same that the file says when it is followed.
fn never_misread(json: &Value) {
    let import = imported(json);
    if !import.errors.is_empty() {
        assert!(import.playbook.is_none());
        return;
    }
    let playbook = import.playbook.unwrap();
    assert_eq!(export(&playbook, chrono::DateTime::UNIX_EPOCH), *json);
    followed::in_both_ways(json, &playbook, 12);
    // No instruction is lost on the way.
    for step in json["workflow"].as_object().unwrap().values() {
        let commands = step["commands"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|command| command["command"].as_str());
        for command in commands {
            assert!(playbook.steps.iter().any(|step| step.how.contains(command)), "{command}");
        }
    }
}

/// Structure whose absence or change of kind must be told, not only taken.
fn is_structure(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with("/workflow")
        && [
            "on_completion",
            "on_success",
            "on_true",
            "condition",
            "switch",
            "cases",
            "commands",
            "agent",
            "next_steps",
            "playbook_id",
            "type",
        ]
        .contains(&name)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_removed_is_missed(at in any::<prop::sample::Index>()) {
        let mut json = large();
        let all = places(&json);
        let path = at.get(&all);
        remove(&mut json, path);
        never_misread(&json);
        // Behind branches something follows or not, as their author likes; all else that is gone is missed.
        let (before, after) = (imported(&large()), imported(&json));
        let optional = path.ends_with("/on_completion") && ["parallel", "switch", "while"].iter().any(|kind| path.contains(kind));
        if is_structure(path) && !optional {
            prop_assert!(!after.errors.is_empty() || after.notices.len() > before.notices.len(), "{path}");
        }
    }

    #[test]
    fn what_is_of_another_kind_is_refused_or_told(at in any::<prop::sample::Index>(), kind in 0..7_usize) {
        let mut json = large();
        let all = places(&json);
        let path = at.get(&all);
        let others = [json!(null), json!(true), json!(7), json!("x"), json!([]), json!({}), json!(["x", {"type": "action"}])];
        let place = json.pointer_mut(path).unwrap();
        let is_other = std::mem::discriminant(&*place) != std::mem::discriminant(&others[kind]);
        place.clone_from(&others[kind]);
        never_misread(&json);
        if is_other && !path.ends_with("/value") {
            let (before, after) = (imported(&large()), imported(&json));
            prop_assert!(after.errors.len() > before.errors.len() || after.notices.len() > before.notices.len(), "{path}");
        }
    }

    #[test]
    fn what_is_wired_across_is_followed_as_it_stands_or_refused(
        wires in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4)
    ) {
        let mut json = large();
        for (from, to) in wires {
            let all = references(&json);
            let keys: Vec<String> = json["workflow"].as_object().unwrap().keys().cloned().collect();
            let from: &String = from.get(all.as_slice());
            let to: &String = to.get(keys.as_slice());
            *json.pointer_mut(from).unwrap() = json!(to);
        }
        never_misread(&json);
    }

    #[test]
    fn torn_texts_never_panic(cut in 0..6_000_usize, byte in any::<u8>()) {
        let mut bytes = large().to_string().into_bytes();
        let at = cut % bytes.len();
        bytes[at] = byte;
        let _ = import(&bytes, None);
        bytes.truncate(at);
        prop_assert!(!import(&bytes, None).errors.is_empty());
    }
}
