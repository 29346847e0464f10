//! Bad input at every field of every form: never our fault, always said beside the field, and nothing that was
//! typed is lost.

use super::{
    ways::{WAYS, Way},
    world::{Asker, World},
};
use crate::support::{Answer, TestApp, html::Field};
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

/// Fields where the error of one belongs beside another: a place in a piece of evidence when none was chosen,
/// a new password that isn't the repeated one, a name that has no password, an authority that is neither chosen nor
/// named.
const TOGETHER: [(&str, &str); 4] =
    [("place", "evidence"), ("password", "repeat"), ("username", "password"), ("code", "name")];

/// Who sees a form.
fn seer<'a>(way: &Way, world: &'a World) -> &'a Asker {
    &world.insiders[&way.sees]
}

async fn send(way: &Way, app: &TestApp, seer: &Asker, path: &str, fields: &[(String, String)]) -> Answer {
    let browser = seer.browser.at(&app.origin);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    if way.is_upload() {
        return browser.post_file(path, &fields, way.file()).await;
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
            let Some(form) = answer
                .forms()
                .into_iter()
                .find(|f| f.action == path && f.fields.iter().any(|g| g.name == field.name))
            else {
                return vec!["the form isn't on the page".to_owned()];
            };
            if answer.error_beside(path, &field.name).is_empty() {
                let beside = form.fields.iter().find(|f| !answer.error_beside(path, &f.name).is_empty());
                let beside = beside.map(|f| f.name.as_str());
                if !TOGETHER.contains(&(field.name.as_str(), beside.unwrap_or_default())) {
                    wrong.push(format!("no error beside it, but beside {beside:?}"));
                }
            }
            let is_secret = field.kind == "password";
            let back: Vec<&str> = form
                .fields
                .iter()
                .filter(|f| f.name == field.name && f.chosen)
                .map(|f| f.value.as_str())
                .collect();
            let same = |back: &&str| back.replace("\r\n", "\n") == value;
            if matches!(field.kind.as_str(), "text" | "email" | "textarea" | "search")
                && !back.iter().any(same)
            {
                wrong.push(format!(
                    "what was typed is lost: {:?}",
                    back.first().map(|b| b.chars().take(60).collect::<String>())
                ));
            }
            if is_secret && !value.is_empty() && back.contains(&value) {
                wrong.push("a secret came back".to_owned());
            }
        }
        // The rules' own no, for what can't be done at all now.
        409 if answer.forms().iter().any(|f| f.action == path) || answer.text.contains("role=\"alert\"") => {}
        other => {
            wrong.push(format!("answered {other}: {}", answer.words().chars().take(200).collect::<String>()))
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_refused_beside_the_field_and_kept() {
    let world = World::make().await;
    let mut app = world.copy().await;
    let (mut wrong, mut taken) = (Vec::new(), BTreeMap::<String, Vec<&str>>::new());
    let (mut forms, mut tried) = (0, 0);
    for way in WAYS.iter().filter(|w| w.method == "POST" && !w.from.is_empty() && w.path != "/sign-in") {
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
                wrong.extend(
                    judge(&answer, &form.action, field, &value).into_iter().map(|w| format!("{name}: {w}")),
                );
                let taken_or_counted = matches!(answer.status, 200 | 303) || way.path == "/account/password";
                if taken_or_counted {
                    if answer.status == 303 && what == "a script" {
                        let shown = seer
                            .browser
                            .at(&app.origin)
                            .get(answer.location().split('#').next().unwrap())
                            .await;
                        if shown.text.contains(SCRIPT) {
                            wrong.push(format!("{name}: the script is on the page as a script"));
                        }
                    }
                    if answer.status != 422 {
                        taken.entry(format!("{} {}", way.path, field.name)).or_default().push(what);
                    }
                    app.stop().await;
                    app = world.copy().await;
                    berlin(&app, seer).await;
                }
            }
        }
    }
    app.stop().await;
    assert!(forms > 40 && tried > 500, "{forms} forms, {tried} tries");
    let taken: Vec<String> =
        taken.into_iter().map(|(field, what)| format!("{field:<70} {}", what.join(", "))).collect();
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    insta::assert_snapshot!(taken.join("\n"));
}

/// Reads their times where an hour is missing each spring.
pub(super) async fn berlin(app: &TestApp, asker: &Asker) {
    let input =
        domain::account::ProfileInput { name: asker.who.name.clone(), zone: "Europe/Berlin".to_owned() };
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
    assert!(why.contains("Europe/Berlin") && why.contains("went forward"), "{why}");
    assert_eq!(answer.form(&timeline).value("event_at"), "2026-03-29 02:30");
    assert_eq!(answer.form(&timeline).value("text"), "In the hour that was left out.");
    let mut app = app;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_says_what_is_wrong_and_gives_nothing_away() {
    let app = TestApp::new().await;
    let who = app.account(Role::Reader).await;
    for (what, value) in bad() {
        app.advance(chrono::Duration::minutes(2));
        let unknown = app
            .stranger()
            .fill_in("/sign-in?next=/tasks", "/sign-in", &[("email", &value), ("password", &value)])
            .await;
        let known = app
            .stranger()
            .fill_in("/sign-in?next=/tasks", "/sign-in", &[("email", &who.email), ("password", &value)])
            .await;
        for answer in [&unknown, &known] {
            assert_eq!(answer.status, 422, "{what}");
            assert!(
                answer.says("This address and password don't belong together."),
                "{what}: {}",
                answer.words()
            );
            assert_eq!(answer.form("/sign-in").value("password"), "", "{what}");
            assert_eq!(answer.form("/sign-in").value("next"), "/tasks");
            assert!(!answer.text.contains(SCRIPT));
        }
        assert_eq!(known.form("/sign-in").value("email"), who.email);
    }
    app.close().await;
}
