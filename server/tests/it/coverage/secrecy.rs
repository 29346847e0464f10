//! What is hidden is hidden everywhere, and reading changes nothing.

use super::{
    ways::WAYS,
    world::{CANARY, ROLES, World},
};
use domain::access::Role;

/// Addresses with a word to look for, or with something to leave out.
const QUERIES: [&str; 6] = [
    "/search?q=",
    "/inbox?state=all&x=",
    "/incidents?open=1&x=",
    "/tasks?all=1&x=",
    "/notices?x=",
    "/register?x=",
];

/// The readings that leave an entry: evidence, the people of a list, and packs of proof.
fn is_written_down(address: &str) -> bool {
    let people = address.starts_with("/notices/")
        && ["/recipients/list", "/recipients/files/", "/recipients/otherwise"]
            .iter()
            .any(|p| address.contains(p));
    address.ends_with("/content") || address.ends_with("/proof") || people
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_of_a_restricted_incident_is_told_to_nobody_else_and_reading_changes_nothing() {
    let world = World::make().await;
    let app = world.copy().await;
    let before = app.fingerprint().await;
    assert_eq!(before, app.fingerprint().await, "the fingerprint itself is not steady");
    let mut seen_inside = 0;
    for role in ROLES {
        let (asker, insider) = (&world.askers[&role], &world.insiders[&role]);
        let mut addresses: Vec<String> = Vec::new();
        for way in WAYS.iter().filter(|w| w.method == "GET") {
            for place in [&world.own, &world.open, &world.restricted] {
                addresses.push(way.at(place, asker));
            }
        }
        addresses.extend(QUERIES.iter().map(|q| format!("{q}{CANARY}")));
        addresses.sort();
        addresses.dedup();
        for address in addresses.iter().filter(|a| !is_written_down(a)) {
            let answer = asker.browser.at(&app.origin).get(address).await;
            assert!(answer.status < 500, "{role:?} {address}");
            // What was searched for stands in the search field again.
            let text = answer.text.replace(&format!("value=\"{CANARY}\""), "");
            let count = text.matches(CANARY).count();
            let echoed = if address.starts_with("/search?") {
                answer.words().matches(&format!("“{CANARY}”")).count()
            } else {
                0
            };
            assert!(count <= echoed, "{role:?} reads the word at {address}: {}", answer.words());
            let inside = insider.browser.at(&app.origin).get(address).await;
            seen_inside += usize::from(inside.text.contains(CANARY) && !address.contains(CANARY));
        }
    }
    assert!(seen_inside > 50, "whoever belongs to the incident reads it: {seen_inside}");
    assert_eq!(app.fingerprint().await, before, "a reading changed something");

    // A download is the one reading that is written down.
    let entries = app.journaled().await;
    for role in ROLES {
        let asker = &world.askers[&role];
        for place in [&world.own, &world.open, &world.restricted] {
            let path =
                format!("/incidents/{}/evidence/{}/content", place.id("incident"), place.id("evidence"));
            let was = app.journaled().await;
            let answer = asker.browser.at(&app.origin).get(&path).await;
            assert!(!answer.text.contains(CANARY));
            let read = answer.status == 200 && answer.header("content-disposition").starts_with("attachment");
            assert_eq!(app.journaled().await - was, u64::from(read), "{role:?} {path}: {}", answer.status);
        }
    }
    assert!(app.journaled().await > entries);
    // So is handing the register over, or a record of it.
    for role in ROLES {
        let asker = &world.askers[&role];
        let mut paths =
            vec!["/register/export?format=csv&q=".to_owned(), "/register/export?format=json".to_owned()];
        for place in [&world.own, &world.open, &world.restricted] {
            paths.push(format!("/register/{}/export?format=json", place.id("incident")));
        }
        for path in paths {
            let was = app.journaled().await;
            let answer = asker.browser.at(&app.origin).get(&path).await;
            assert!(!answer.text.contains(CANARY), "{role:?} {path}");
            let taken =
                answer.status == 200 && answer.header("content-disposition").starts_with("attachment");
            assert_eq!(app.journaled().await - was, u64::from(taken), "{role:?} {path}: {}", answer.status);
        }
    }
    let inside = world.insiders[&Role::Auditor].browser.at(&app.origin);
    assert!(inside.get("/register/export?format=csv").await.text.contains(CANARY));
    let mut app = app;
    app.stop().await;
}
