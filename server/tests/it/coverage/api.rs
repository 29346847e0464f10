//! Every operation of the API: who is answered how, and what bad input is answered with.

use super::{
    calls::{self, CALLS},
    world::{Asker, CANARY, Place, ROLES, World},
};
use crate::support::{Answer, Browser, TestApp};
use domain::access::Role;
use serde_json::{Value, json};
use server::api::{route::ApiRoute, routes};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_table_has_every_operation_with_a_body_and_no_other() {
    let there: BTreeSet<&str> = routes().iter().filter(|r| r.reads_body()).map(|r| r.operation).collect();
    let told: BTreeSet<&str> = CALLS.iter().map(|c| c.operation).collect();
    assert_eq!(told.len(), CALLS.len(), "an operation is told twice");
    let missing: Vec<_> = there.difference(&told).collect();
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "say in calls.rs how to call {missing:?}; no longer there: {gone:?}"
    );
}

/// The answer, and how many entries the journal had before. What is looked at first may leave one of its own.
async fn ask(route: &ApiRoute, app: &TestApp, world: &World, place: &Place, asker: &Asker) -> (Answer, u64) {
    // What must have been seen is taken from somebody who sees it, so that it is never the reason for a refusal.
    let reader = &world.insiders[&Role::Lead];
    let place = if route.operation == "approveNotice" {
        calls::with_digest(place, app, reader).await
    } else {
        place.clone()
    };
    let seen = calls::seen(route, &place, &reader.program.at(&app.origin)).await;
    let (path, body) = (calls::path(route, &place), calls::body(route, &place));
    let before = if route.mutates { app.journaled().await } else { world.entries };
    let seen = seen.as_deref().or(Some("\"1\""));
    (calls::call(route, &path, &body, seen, &asker.program.at(&app.origin)).await, before)
}

/// The answer without what names this very request.
fn masked(answer: &Answer) -> (u16, Vec<String>, String) {
    let id = answer.header("x-request-id");
    let headers = answer.masked_headers().into_iter().filter(|h| !h.starts_with("x-request-id")).collect();
    let text = if id.is_empty() { answer.text.clone() } else { answer.text.replace(id, "REQUEST") };
    (answer.status, headers, text)
}

async fn tell(route: &ApiRoute, world: &World, wrong: &mut Vec<String>) -> (String, bool) {
    let places: &[(&str, &Place)] = if calls::is_of_an_incident(route) {
        &[("own", &world.own), ("other", &world.open), ("restricted", &world.restricted)]
    } else {
        &[("", &world.own)]
    };
    let name = format!("{} {}", route.method, route.path);
    let mut columns = vec![String::new(); places.len()];
    let mut app = world.copy().await;
    let (mut used, mut done) = (false, false);
    for role in ROLES {
        let asker = &world.askers[&role];
        for ((label, place), column) in places.iter().zip(&mut columns) {
            if used {
                app.stop().await;
                app = world.copy().await;
                used = false;
            }
            let (answer, before) = ask(route, &app, world, place, asker).await;
            column.push_str(&format!(" {}", answer.status));
            let entries = if route.mutates { app.journaled().await } else { world.entries };
            match (route.mutates, answer.status < 300, entries > before) {
                (true, true, grew) => {
                    (used, done) = (true, true);
                    if !grew {
                        wrong.push(format!("{name} as {role:?} left no entry in the journal"));
                    }
                }
                (true, false, true) => {
                    wrong.push(format!("{name} as {role:?}: refused with {} and journaled", answer.status))
                }
                _ => {}
            }
            if answer.status >= 500 || answer.text.contains(CANARY) {
                wrong.push(format!("{name} as {role:?} in {label}: {} {}", answer.status, answer.text));
            }
            let is_problem = answer.header("content-type") == "application/problem+json"
                && answer.json()["code"].is_string();
            if answer.status >= 400 && !is_problem {
                wrong.push(format!("{name} as {role:?} in {label}: {} is no problem+json", answer.status));
            }
            if answer.status == 404 && calls::is_of_an_incident(route) {
                let (nothing, _) = ask(route, &app, world, &place.unknown(), asker).await;
                if masked(&nothing) != masked(&answer) {
                    wrong.push(format!("{name} as {role:?} in {label}: hidden and unknown differ"));
                }
            }
        }
    }
    let stranger = Browser::program(&app.origin, "bdk_nobody");
    let body = calls::body(route, &world.own);
    let answer = calls::call(route, &calls::path(route, &world.own), &body, Some("\"1\""), &stranger).await;
    app.stop().await;
    let columns: Vec<String> =
        places.iter().zip(columns).map(|((label, _), codes)| format!("{label}{codes}")).collect();
    (format!("{name:<70} {} | nobody {}", columns.join(" | "), answer.status), done)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_everybody_as_reviewed() {
    let world = World::make().await;
    let codes: Vec<&str> = ROLES.iter().map(|r| super::world::code(*r)).collect();
    let mut lines = vec![format!("In this order: {}.", codes.join(", "))];
    let (mut wrong, mut never) = (Vec::new(), Vec::new());
    for route in &routes() {
        let (line, done) = tell(route, &world, &mut wrong).await;
        lines.push(line);
        if route.mutates && !done {
            never.push(route.operation);
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A playbook that comes with the program doesn't become another in one process; a story tells what follows.
    assert_eq!(never, ["rebasePlaybookDraft"], "nobody could do these");
}

/// What is said in a field instead.
fn bad() -> Vec<(&'static str, Value)> {
    vec![
        ("nothing", json!("")),
        ("too much", json!("x".repeat(60_000))),
        ("another type", json!({ "a": [1, null] })),
        ("null", Value::Null),
        ("a number", json!(-1)),
        ("control characters", json!("a\u{0}b\u{7f}c")),
        ("a script", json!("<script>alert(1)</script>")),
        ("a formula", json!("=cmd|'/c calc'!A1")),
        ("a time that doesn't exist", json!("2026-03-29 02:30")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_a_problem_that_points_at_the_field() {
    let world = World::make().await;
    let (mut wrong, mut taken, mut tried) = (Vec::new(), BTreeMap::<String, Vec<&str>>::new(), 0);
    let mut app = world.copy().await;
    for route in routes().iter().filter(|r| r.reads_body() && !r.uploads) {
        let asker = match route.operation {
            "approveNotice" | "requestChanges" | "approveAnswer" | "sendAnswerBack" => {
                &world.insiders[&Role::Approver]
            }
            "saveRetention"
            | "saveRecipientSettings"
            | "saveOrganisation"
            | "saveClockSettings"
            | "switchRule"
            | "createOwnClock"
            | "editOwnClock" => &world.insiders[&Role::Dpo],
            _ => &world.insiders[&Role::Lead],
        };
        super::forms::berlin(&app, asker).await;
        let place = calls::with_digest(&world.own, &app, asker).await;
        let good = calls::body(route, &place);
        let names: Vec<String> = good.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
        let path = calls::path(route, &place);
        for name in &names {
            for (what, value) in bad() {
                let seen = calls::seen(route, &place, &asker.program.at(&app.origin)).await;
                let mut body = good.clone();
                body[name] = value;
                let answer =
                    calls::call(route, &path, &body, seen.as_deref(), &asker.program.at(&app.origin)).await;
                tried += 1;
                let case = format!("{} {name} with {what}", route.operation);
                match answer.status {
                    200..=299 => {
                        taken.entry(format!("{} {name}", route.operation)).or_default().push(what);
                        app.stop().await;
                        app = world.copy().await;
                        super::forms::berlin(&app, asker).await;
                    }
                    422 => {
                        let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
                        let good = |e: &Value| {
                            e["pointer"].is_string()
                                && e["code"].is_string()
                                && !e["message"].as_str().unwrap_or_default().is_empty()
                        };
                        let points = errors.iter().any(|e| {
                            e["pointer"].as_str().unwrap_or_default().starts_with(&format!("/{name}"))
                        });
                        // Instead of what isn't there, something else is asked for.
                        let elsewhere =
                            [("place", "/evidence"), ("code", "/name")].iter().any(|(empty, asked)| {
                                name == empty && errors.iter().any(|e| e["pointer"] == *asked)
                            });
                        if !errors.iter().all(good) || !(points || elsewhere) {
                            wrong.push(format!("{case}: {}", answer.text));
                        }
                    }
                    409 if answer.json()["code"].is_string() => {}
                    other => wrong.push(format!("{case}: {other} {}", answer.text)),
                }
            }
        }
    }
    app.stop().await;
    assert!(tried > 500, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    let taken: Vec<String> =
        taken.into_iter().map(|(field, what)| format!("{field:<42} {}", what.join(", "))).collect();
    insta::assert_snapshot!(taken.join("\n"));
}

/// The readings that leave an entry: evidence, the people of a list, and packs of proof.
fn is_written_down(route: &ApiRoute) -> bool {
    let people = [
        "showRecipientFile",
        "exportWrongRecipients",
        "openRecipients",
        "listToldOtherwise",
        "exportLetters",
        "exportNoticeProof",
        "exportIncidentProof",
    ];
    route.path.ends_with("/content") || people.contains(&route.operation)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_a_restricted_incident_is_in_no_answer_to_others_and_reading_changes_nothing() {
    let world = World::make().await;
    let mut app = world.copy().await;
    let before = app.fingerprint().await;
    let mut inside = 0;
    for role in ROLES {
        let (asker, insider) =
            (world.askers[&role].program.at(&app.origin), world.insiders[&role].program.at(&app.origin));
        for route in routes().iter().filter(|r| !r.mutates && !is_written_down(r)) {
            for place in [&world.own, &world.open, &world.restricted] {
                let path = calls::path(route, place).replace("?q=title", &format!("?q={CANARY}"));
                let answer = asker.get(&path).await;
                assert!(
                    answer.status < 500 && !answer.text.contains(CANARY),
                    "{role:?} reads the word at {path}: {}",
                    answer.text
                );
                inside += usize::from(insider.get(&path).await.text.contains(CANARY));
            }
        }
    }
    assert!(inside > 50, "whoever belongs to the incident reads it: {inside}");
    assert_eq!(app.fingerprint().await, before, "a reading changed something");
    app.stop().await;
}
