//! Who is answered how: one line a route in a snapshot that people review.

use super::{
    ways::{Leaves, WAYS, Way},
    world::{Asker, CANARY, Place, ROLES, World},
};
use crate::support::{Answer, Browser, TestApp};
use domain::access::Role;
use std::collections::BTreeSet;

#[test]
fn the_table_has_every_route_and_no_other() {
    let there: BTreeSet<String> =
        app::routes::routes().iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    let told: BTreeSet<String> = WAYS.iter().map(|w| format!("{} {}", w.method, w.path)).collect();
    assert_eq!(told.len(), WAYS.len(), "a route is told twice");
    let missing: Vec<_> = there.difference(&told).collect();
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "say in ways.rs how to ask {missing:?}; no longer there: {gone:?}"
    );
}

/// Asks `way` at `place` as `asker`. The form is that of somebody who sees it, so that what is missing is never
/// the reason for a refusal. Also says how many entries the journal had before: looking at a form may leave one.
async fn ask(way: &Way, app: &TestApp, world: &World, place: &Place, asker: &Asker) -> (Answer, u64) {
    let browser = asker.browser.at(&app.origin);
    asked_by(way, app, world, place, asker, &browser).await
}

async fn asked_by(
    way: &Way,
    app: &TestApp,
    world: &World,
    place: &Place,
    asker: &Asker,
    browser: &Browser,
) -> (Answer, u64) {
    let path = way.at(place, asker);
    if way.method == "GET" {
        return (browser.get(&path).await, world.entries);
    }
    // One's own things are shown to oneself only.
    let seer = if way.path.starts_with("/account") { asker } else { &world.insiders[&way.sees] };
    let form = way.form_at(app, place, seer).await;
    let typed = way.typed_at(place);
    let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let fields = form.filled(&typed);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let before = app.journaled().await;
    if way.is_upload() {
        return (browser.post_file(&path, &fields, way.file()).await, before);
    }
    (browser.post(&path, &fields).await, before)
}

/// Whether it was done: taken, and not led to the door instead.
fn is_done(way: &Way, answer: &Answer) -> bool {
    let led_to_the_door = answer.location().starts_with("/sign-in") && way.path != "/sign-out";
    matches!(answer.status, 200..=299 | 303) && !led_to_the_door
}

/// What one way was answered, for a line of the snapshot, and what was wrong with that.
#[derive(Default)]
struct Told {
    line: String,
    wrong: Vec<String>,
    done: bool,
}

async fn tell(way: &Way, world: &World) -> Told {
    let mut told = Told::default();
    let places: &[(&str, &Place)] = if way.is_of_an_incident() {
        &[("own", &world.own), ("other", &world.open), ("restricted", &world.restricted)]
    } else {
        &[("", &world.own)]
    };
    let name = format!("{} {}", way.method, way.path);
    let mut columns: Vec<String> = vec![String::new(); places.len()];
    let mut app = world.copy().await;
    let mut used = false;
    for role in ROLES {
        let asker = &world.askers[&role];
        for ((label, place), column) in places.iter().zip(&mut columns) {
            if used {
                app.stop().await;
                app = world.copy().await;
                used = false;
            }
            let (answer, before) = ask(way, &app, world, place, asker).await;
            column.push_str(&format!(" {}", answer.status));
            let entries = if way.method == "POST" { app.journaled().await } else { world.entries };
            let grew = entries > before;
            if is_done(way, &answer) && way.method == "POST" {
                (used, told.done) = (true, true);
                if !grew && way.leaves == Leaves::Entry {
                    told.wrong.push(format!("{name} as {role:?} left no entry in the journal"));
                }
            } else if grew
                && way.method == "POST"
                && !way.path.ends_with("sign-in")
                && !way.path.ends_with("password")
            {
                told.wrong
                    .push(format!("{name} as {role:?} was refused with {} and left an entry", answer.status));
            }
            if answer.status >= 500 {
                told.wrong.push(format!("{name} as {role:?} in {label}: {}", answer.words()));
            }
            if answer.text.contains(CANARY) {
                told.wrong.push(format!("{name} as {role:?} in {label} tells what it must not"));
            }
            if answer.status == 404 && way.is_of_an_incident() {
                let (nothing, _) = ask(way, &app, world, &place.unknown(), asker).await;
                if (nothing.status, nothing.masked_headers(), nothing.masked())
                    != (404, answer.masked_headers(), answer.masked())
                {
                    told.wrong.push(format!("{name} as {role:?} in {label}: hidden and unknown differ"));
                }
            }
        }
    }
    let stranger = Browser::new(&app.origin);
    let (answer, _) = asked_by(way, &app, world, places[0].1, &world.askers[&Role::Lead], &stranger).await;
    if answer.text.contains(CANARY) {
        told.wrong.push(format!("{name} tells a stranger what it must not"));
    }
    app.stop().await;
    let columns: Vec<String> =
        places.iter().zip(columns).map(|((label, _), codes)| format!("{label}{codes}")).collect();
    told.line = format!("{name:<70} {} | nobody {}", columns.join(" | "), answer.status);
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_and_form_answers_everybody_as_reviewed() {
    let world = World::make().await;
    let codes: Vec<&str> = ROLES.iter().map(|r| super::world::code(*r)).collect();
    let mut lines = vec![format!("In this order: {}.", codes.join(", "))];
    let (mut wrong, mut never) = (Vec::new(), Vec::new());
    for way in WAYS.iter() {
        let told = tell(way, &world).await;
        lines.push(told.line);
        wrong.extend(told.wrong);
        if way.method == "POST" && !told.done {
            never.push(way.path);
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Shown to work elsewhere: signing in and the one-time addresses have stories of their own.
    let door = ["/sign-in", "/set-up/{secret}", "/password/{secret}", "/acknowledge/{secret}"];
    // So is what follows when a playbook that comes with the program is another: it never is in one process.
    let elsewhere = [&door[..], &["/playbooks/{id}/draft/base"]].concat();
    assert_eq!(never, elsewhere, "nobody could do these");
}
