//! Bad input at every field of every form: never our fault, always said beside the field, and nothing that was
//! typed is lost.

use super::{
    ways::{WAYS, Way},
    world::{Asker, World},
};
use crate::support::{Answer, TestApp, html::{Field, unescape}};
use domain::access::Role;
use std::collections::BTreeMap;

const SCRIPT: &str = "<script>alert(1)</script>";

/// What is typed into every field, one after the other.
fn bad() -> Vec<(&'static str, String)> {
    vec![
        ("nothing", String::new()),
        ("too much", "x".repeat(60_000)),
        ("another type", "certainly not a number, a time, a choice or an address".to_owned()),
        ("control characters", "a\u{1}b\u{7f}c".to_owned()),
        ("a script", SCRIPT.to_owned()),
        ("a formula", "=cmd|'/c calc'!A1".to_owned()),
        ("a time that doesn't exist", "2026-03-29 02:30".to_owned()),
    ]
}

/// Forms that have no field to type into, or that show a secret instead of leading on.
fn seer<'a>(way: &Way, world: &'a World) -> &'a Asker {
    &world.insiders[&way.sees]
}

async fn send(way: &Way, app: &TestApp, seer: &Asker, path: &str, fields: &[(String, String)]) -> Answer {
    let browser = seer.browser.at(&app.origin);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    if way.is_upload() {
        return browser.post_file(path, &fields, ("file", "a.log", b"one line".to_vec())).await;
    }
    browser.post(path, &fields).await
}

/// Everything that is wrong with the answer to `value` in `field`.
fn judge(answer: &Answer, path: &str, field: &Field, value: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if answer.text.contains(SCRIPT) {
        wrong.push("the script is on the page as a script".to_owned());
    }
    match answer.status {
        200 | 303 => {}
        422 => {
            let Some(form) = answer.forms().into_iter().find(|f| f.action == path && f.fields.iter().any(|g| g.name == field.name)) else {
                return vec!["the form isn't on the page".to_owned()];
            };
            if answer.error_beside(path, &field.name).is_empty() {
                let elsewhere = form.fields.iter().any(|f| !answer.error_beside(path, &f.name).is_empty());
                wrong.push(format!("no error beside it{}", if elsewhere { ", but beside another" } else { "" }));
            }
            let is_secret = field.kind == "password";
            let back: Vec<&str> = form.fields.iter().filter(|f| f.name == field.name && f.chosen).map(|f| f.value.as_str()).collect();
            let same = |back: &&str| back.replace("\r\n", "\n") == value;
            if matches!(field.kind.as_str(), "text" | "email" | "textarea" | "search") && !back.iter().any(same) {
                wrong.push(format!("what was typed is lost: {:?}", back.first().map(|b| b.chars().take(60).collect::<String>())));
            }
            if is_secret && !value.is_empty() && back.iter().any(|b| *b == value) {
                wrong.push("a secret came back".to_owned());
            }
        }
        // The rules' own no, for what can't be done at all now.
        409 if answer.forms().iter().any(|f| f.action == path) || answer.text.contains("role=\"alert\"") => {}
        other => wrong.push(format!("answered {other}: {}", answer.words().chars().take(200).collect::<String>())),
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_beside_the_field_and_kept() {
    let world = World::make().await;
    let mut app = world.copy().await;
    let (mut wrong, mut taken) = (Vec::new(), BTreeMap::<String, Vec<&str>>::new());
    let (mut forms, mut tried) = (0, 0);
    for way in WAYS.iter().filter(|w| w.method == "POST" && !w.from.is_empty()) {
        let seer = seer(way, &world);
        // Times are read where a local time can be missing.
        berlin(&app, seer).await;
        let form = way.form_at(&app, &world.own, seer).await;
        let typed = way.typed_at(&world.own);
        let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        forms += 1;
        let fields: Vec<Field> = form.visible().into_iter().filter(|f| f.kind != "file").cloned().collect();
        for field in &fields {
            for (what, value) in bad() {
                let mut filled = form.filled(&typed);
                filled.retain(|(name, _)| *name != field.name);
                filled.push((field.name.clone(), value.clone()));
                let answer = send(way, &app, seer, &form.action, &filled).await;
                tried += 1;
                let name = format!("{} {} with {what}", way.path, field.name);
                wrong.extend(judge(&answer, &form.action, field, &value).into_iter().map(|w| format!("{name}: {w}")));
                if matches!(answer.status, 200 | 303) {
                    if answer.status == 303 && what == "a script" {
                        let shown = seer.browser.at(&app.origin).get(answer.location().split('#').next().unwrap()).await;
                        if shown.text.contains(SCRIPT) {
                            wrong.push(format!("{name}: the script is on the page as a script"));
                        }
                    }
                    taken.entry(format!("{} {}", way.path, field.name)).or_default().push(what);
                    app.stop().await;
                    app = world.copy().await;
                    berlin(&app, seer).await;
                }
            }
        }
    }
    app.stop().await;
    assert!(forms > 40 && tried > 500, "{forms} forms, {tried} tries");
    let taken: Vec<String> = taken.into_iter().map(|(field, what)| format!("{field:<70} {}", what.join(", "))).collect();
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    insta::assert_snapshot!(taken.join("\n"));
}

async fn berlin(app: &TestApp, asker: &Asker) {
    let input = domain::account::ProfileInput { name: asker.who.name.clone(), zone: "Europe/Berlin".to_owned() };
    app.services.save_profile(&app.ctx(&asker.who), &input).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_time_that_does_not_exist_is_explained() {
    let world = World::make().await;
    let app = world.copy().await;
    let lead = &world.insiders[&Role::Lead];
    berlin(&app, lead).await;
    let timeline = format!("/incidents/{}/timeline", world.own.id("incident"));
    let browser = lead.browser.at(&app.origin);
    let typed = [("event_at", "2026-03-29 02:30"), ("text", "In the hour that was left out.")];
    let answer = browser.fill_in(&timeline, &timeline, &typed).await;
    assert_eq!(answer.status, 422);
    let why = answer.error_beside(&timeline, "event_at");
    assert!(why.contains("Europe/Berlin") && why.contains("exist"), "{why}");
    assert_eq!(answer.form(&timeline).value("event_at"), "2026-03-29 02:30");
    assert_eq!(unescape(answer.form(&timeline).value("text")), "In the hour that was left out.");
    let mut app = app;
    app.stop().await;
}
