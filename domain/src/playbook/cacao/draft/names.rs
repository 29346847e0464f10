//! Names for the program: of the playbook and of its steps.

use crate::playbook::{cacao::flow::Flow, cacao::uuid, library::find};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a playbook is called among ours when nobody says otherwise. One that comes with the program keeps
/// its name for itself.
pub(super) fn playbook_id(original: &Value, name: &str) -> String {
    let slug = slug(name, 48);
    let id = if slug.is_empty() {
        let uuid = original.get("id").and_then(Value::as_str).and_then(uuid).unwrap_or("playbook");
        format!("imported-{}", uuid.split('-').next().unwrap_or("playbook").to_ascii_lowercase())
    } else {
        slug
    };
    if find(&id).is_some() { format!("{id}-imported") } else { id }
}

/// The id of each step of ours, at the place of the step it comes from.
pub(super) fn step_ids(flow: &Flow<'_>, titles: &[String]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut ids = vec![String::new(); flow.nodes.len()];
    for place in &flow.order {
        let mut stem = titles.get(*place).map(|title| slug(title, 40)).unwrap_or_default();
        if stem.is_empty() {
            "step".clone_into(&mut stem);
        }
        if stem.starts_with("decide-") {
            stem.insert_str(0, "do-");
        }
        let mut id = stem.clone();
        let mut n = 2;
        while !taken.insert(id.clone()) {
            id = format!("{stem}-{n}");
            n += 1;
        }
        if let Some(slot) = ids.get_mut(*place) {
            *slot = id;
        }
    }
    ids
}

/// Small letters, digits and single hyphens.
fn slug(text: &str, max: usize) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let joined: String = words.join("-").chars().take(max).collect();
    joined.trim_matches('-').to_owned()
}
