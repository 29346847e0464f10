//! A playbook of ours as CACAO.
//!
//! What CACAO has words for stands in those words, so that any other program can show it. All that is ours
//! (phases, roles, reasons, time limits, questions, facts) stands besides in an extension, from which
//! [`super::ours`] makes the same playbook again.

mod ids;
mod steps;
mod variables;

pub(super) use ids::{EXTENSION, playbook_id};
#[cfg(test)]
pub(in crate::playbook::cacao) use variables::name as variable;

use super::{draft, json, text};
use crate::{
    playbook::format::{Playbook, Step, StepPhase, StepRole},
    text::Choice,
};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use ids::{derived, named};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// 1 January 2026: no playbook of ours is older. Versions of CACAO are instants and ours are numbers, so
/// version 1 "was modified" at this instant, version 2 a minute later, and so on.
const FIRST: i64 = 1_767_225_600;

/// The playbook as CACAO 2.0.
///
/// One that was imported and says what it said then is given back as it came, apart from its secrets. One that
/// was edited since is another playbook: it has an id of its own, names in `derived_from` where it comes
/// from, and is as new as `now`; whatever its author had put beside the workflow stays in its place.
#[must_use]
pub fn export(playbook: &Playbook, now: DateTime<Utc>) -> Value {
    let original = playbook.cacao.as_ref().and_then(|original| json::read(original.as_bytes()).ok());
    let Some(original) = original else { return plain(playbook) };
    let again = super::import(playbook.cacao.as_deref().unwrap_or_default().as_bytes(), Some(&playbook.id));
    if again.playbook.is_some_and(|again| again.says_the_same_as(playbook)) {
        return original;
    }
    edited(playbook, &original, now)
}

/// One of ours, without what it may have been made from.
pub(super) fn plain(playbook: &Playbook) -> Value {
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| drop(out.insert(name.to_owned(), value));
    let phases: BTreeSet<StepPhase> = playbook.steps.iter().map(|step| step.phase).collect();
    let roles: BTreeSet<StepRole> = playbook.steps.iter().map(|step| step.role).collect();
    let steps = steps::Workflow::of(playbook);
    put("type", json!("playbook"));
    put("spec_version", json!("cacao-2.0"));
    put("id", json!(playbook_id(&playbook.id)));
    put("name", json!(playbook.title));
    put(
        "description",
        json!(format!("{}\n\n{}\n\n{}", playbook.use_when, playbook.summary, playbook.severity_guidance)),
    );
    put("playbook_types", json!(phases.iter().map(|phase| kind(*phase)).collect::<BTreeSet<_>>()));
    put("playbook_activities", json!(phases.iter().map(|phase| activity(*phase)).collect::<BTreeSet<_>>()));
    put("playbook_processing_summary", steps.summary(playbook));
    put("created_by", json!(ids::author()));
    put("created", json!(instant(DateTime::from_timestamp(FIRST, 0).unwrap_or_default())));
    put("modified", json!(instant(modified(playbook.version))));
    put("labels", json!(["breachdesk"]));
    let references = references(playbook);
    if !references.is_empty() {
        put("external_references", Value::Array(references));
    }
    let variables = variables::declared(playbook);
    if !variables.is_empty() {
        put("playbook_variables", Value::Object(variables));
    }
    put("workflow_start", json!(steps.start));
    put("workflow", Value::Object(steps.steps));
    put("agent_definitions", Value::Object(roles.iter().map(|role| agent(*role)).collect()));
    put("extension_definitions", json!({ EXTENSION: definition() }));
    put("playbook_extensions", json!({ EXTENSION: own(playbook) }));
    Value::Object(out)
}

/// What was made from somebody else's playbook.
fn edited(playbook: &Playbook, original: &Value, now: DateTime<Utc>) -> Value {
    let mut out = plain(playbook);
    keep_steps(&mut out, playbook, original);
    let from = text(original, "id").unwrap_or_default();
    let Some(object) = out.as_object_mut() else { return out };
    // What their author said beside the workflow stays; what belonged to the old workflow goes with it. A
    // signature was made over all of it.
    let replaced = [
        "name",
        "description",
        "workflow",
        "workflow_start",
        "workflow_exception",
        "signatures",
        "derived_from",
    ];
    let ours = ["id", "created", "modified", "type", "spec_version", "playbook_processing_summary"];
    for (name, theirs) in original.as_object().into_iter().flatten() {
        if replaced.contains(&name.as_str()) || ours.contains(&name.as_str()) {
            continue;
        }
        match (object.get_mut(name), theirs) {
            (Some(Value::Object(kept)), Value::Object(theirs)) => {
                for (name, value) in theirs {
                    kept.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            (Some(Value::Array(kept)), Value::Array(theirs)) => {
                let new: Vec<Value> = theirs.iter().filter(|value| !kept.contains(value)).cloned().collect();
                kept.extend(new);
            }
            (Some(_), _) => {}
            (None, _) => drop(object.insert(name.clone(), theirs.clone())),
        }
    }
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    let digest = playbook.digest();
    put("id", json!(derived("playbook", &format!("{from} {digest}"), 5)));
    put("derived_from", json!([from]));
    let before = text(original, "modified").and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    // Never older than what it was made from, whatever the clock says.
    let now = before.map_or(now, |before| now.max(before.to_utc() + Duration::milliseconds(1)));
    put("created", json!(instant(now)));
    put("modified", json!(instant(now)));
    out
}

/// Steps that came from theirs keep their key, and what ours has no words for. Their commands stay as long as
/// nobody wrote another text of how it is done.
fn keep_steps(out: &mut Value, playbook: &Playbook, original: &Value) {
    let id = Some(playbook.id.as_str());
    let before = super::import(json::write(original).as_bytes(), id).playbook;
    let origins = draft::origins(original);
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    let steps = out.get_mut("workflow").and_then(Value::as_object_mut).into_iter().flatten();
    for (key, step) in steps {
        let ours = step.pointer(&format!("/step_extensions/{EXTENSION}/step_id")).and_then(Value::as_str);
        let Some((ours, origin)) = ours.and_then(|id| Some((id.to_owned(), origins.get(id)?))) else {
            continue;
        };
        let theirs = original.get("workflow").and_then(|all| all.get(origin)).and_then(Value::as_object);
        let (Some(theirs), Some(step)) = (theirs, step.as_object_mut()) else { continue };
        if theirs.get("type") != step.get("type") {
            continue;
        }
        let unchanged = |of: fn(&Step) -> &String| {
            let was = before.as_ref().and_then(|before| before.step(&ours)).map(of);
            was.is_some() && was == playbook.step(&ours).map(of)
        };
        let (same_how, same_title) = (unchanged(|step| &step.how), unchanged(|step| &step.title));
        for (name, value) in theirs {
            let theirs_counts = match name.as_str() {
                "commands" | "description" | "in_args" | "out_args" | "timeout" | "delay" | "targets" => {
                    same_how
                }
                "name" => same_title,
                "agent" => true,
                "type" | "on_completion" | "on_success" | "on_failure" => false,
                "step_extensions" => {
                    let kept = step.entry(name.clone()).or_insert_with(|| json!({}));
                    for (name, value) in value.as_object().into_iter().flatten() {
                        if let Some(kept) = kept.as_object_mut() {
                            kept.entry(name.clone()).or_insert_with(|| value.clone());
                        }
                    }
                    false
                }
                _ => !step.contains_key(name),
            };
            if theirs_counts {
                step.insert(name.clone(), value.clone());
            }
        }
        renamed.insert(key.clone(), origin.clone());
    }
    if let Some(workflow) = out.get_mut("workflow") {
        rename(workflow, &renamed);
    }
    if let Some(start) = out.get_mut("workflow_start") {
        rename(start, &renamed);
    }
}

/// Other names for steps, wherever they are named.
fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = names.get(text) {
                text.clone_from(name);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rename(value, names)),
        Value::Object(object) => {
            let old = std::mem::take(object);
            for (name, mut value) in old {
                rename(&mut value, names);
                object.insert(names.get(&name).cloned().unwrap_or(name), value);
            }
        }
        _ => {}
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn modified(version: u32) -> DateTime<Utc> {
    let first = DateTime::from_timestamp(FIRST, 0).unwrap_or_default();
    first + Duration::minutes(i64::from(version.saturating_sub(1)))
}

/// The type of playbook (3.1.1) that a phase makes it.
fn kind(phase: StepPhase) -> &'static str {
    match phase {
        StepPhase::DetectionAndAnalysis => "investigation",
        StepPhase::Containment => "mitigation",
        StepPhase::Eradication | StepPhase::Recovery => "remediation",
        StepPhase::Notification => "notification",
        StepPhase::LessonsLearned => "prevention",
    }
}

/// The activity (3.1.2) of the steps of a phase.
fn activity(phase: StepPhase) -> &'static str {
    match phase {
        StepPhase::DetectionAndAnalysis => "analyze-collected-data",
        StepPhase::Containment => "restrict-access",
        StepPhase::Eradication => "eliminate-risk",
        StepPhase::Recovery => "restore-capabilities",
        StepPhase::Notification => "deliver-content",
        StepPhase::LessonsLearned => "identify-steps",
    }
}

fn references(playbook: &Playbook) -> Vec<Value> {
    let references = &playbook.references;
    let attack = references.attack.iter().map(|r| ("MITRE ATT&CK", r));
    let owasp = references.owasp.iter().map(|r| ("OWASP", r));
    let one = |(name, reference): (&str, &crate::playbook::Reference)| json!({ "name": name, "external_id": reference.id, "description": reference.name });
    attack.chain(owasp).map(one).collect()
}

fn agent(role: StepRole) -> (String, Value) {
    (ids::agent(role), json!({ "type": "group", "name": role.label() }))
}

fn definition() -> Value {
    json!({
        "type": "extension-definition",
        "name": "Breachdesk playbook",
        "description": "What a playbook of Breachdesk says beyond the words of CACAO. Programs that don't know it lose nothing that a person needs: names and descriptions hold the same.",
        "created_by": ids::author(),
        "schema": "Of the playbook: playbook_id and playbook_version (its name and number among others of Breachdesk), use_when, recommended_when (a condition over facts, where there is one), summary, severity_guidance, references, goals (by phase). Of a step: step_id, position (the order), phase, role, why, how, due, mandatory, evidence, when (its condition over facts), call, decision, parallel, repeat, questions (fact, ask, help). The words are those of Breachdesk's own file format.",
        "version": "1.0.0"
    })
}

/// All of the playbook that is not in its steps. Names have three letters at least (8).
fn own(playbook: &Playbook) -> Value {
    let list = |references: &[crate::playbook::Reference]| -> Vec<String> {
        references.iter().map(|reference| format!("{} {}", reference.id, reference.name)).collect()
    };
    let mut own = json!({
        "playbook_id": playbook.id,
        "playbook_version": playbook.version,
        "use_when": playbook.use_when,
        "summary": playbook.summary,
        "severity_guidance": playbook.severity_guidance,
        "references": {
            "attack_version": playbook.references.attack_version,
            "attack": list(&playbook.references.attack),
            "owasp": list(&playbook.references.owasp),
        },
        "goals": playbook.goals.iter().map(|(phase, goal)| (phase.code().to_owned(), json!(goal))).collect::<Map<_, _>>(),
    });
    if let (Some(when), Some(own)) = (&playbook.recommended_when, own.as_object_mut()) {
        own.insert("recommended_when".to_owned(), json!(when));
    }
    own
}
