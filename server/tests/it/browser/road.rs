//! The whole road, by two people and more at their browsers: from a fresh desk to a closed incident whose
//! notices left and can be proven.

mod case;
mod door;
mod notices;

use super::{
    driver::{Chromium, Scripts, wanted},
    post::Sink,
};
use crate::support::{TestApp, app::PASSWORD};

/// Whoever walks: the desk, a mail server, and two browsers.
struct Walk {
    app: TestApp,
    sink: Sink,
    /// The incident's lead, most of the time.
    first: Chromium,
    /// The data protection officer.
    second: Chromium,
    /// The incident's own address, once there is one.
    incident: String,
}

const LEAD: &str = "mara@controller.test";
const DPO: &str = "dana@controller.test";
const APPROVER: &str = "alex@controller.test";

async fn walk(scripts: Scripts) {
    if !wanted() {
        return;
    }
    let app = TestApp::making().mail_by_settings().start().await;
    let (first, second) =
        (Chromium::start(&app.origin, scripts).await, Chromium::start(&app.origin, scripts).await);
    let mut walk = Walk { app, sink: Sink::start(), first, second, incident: String::new() };
    walk.set_up().await;
    walk.accounts().await;
    walk.organisation().await;
    walk.relay().await;
    walk.people_come_in().await;
    walk.alert_becomes_an_incident().await;
    walk.members_and_phase().await;
    walk.timeline_task_note().await;
    walk.evidence().await;
    walk.awareness_starts_the_clock().await;
    walk.playbook().await;
    walk.facts().await;
    walk.authority_is_told().await;
    walk.people_are_told().await;
    walk.register_shows_it().await;
    walk.closed_when_all_is_done().await;
    walk.first.no_complaints().await;
    walk.second.no_complaints().await;
    walk.app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_road_with_scripts() {
    walk(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_road_without_scripts() {
    walk(Scripts::Off).await;
}

impl Walk {
    fn scripts(&self) -> bool {
        self.first.scripts == Scripts::On
    }

    /// Some minutes go by.
    fn minutes(&self, minutes: i64) {
        self.app.advance(chrono::Duration::minutes(minutes));
    }
}

/// Signs in at the door, wherever one would have liked to go.
async fn sign_in(browser: &Chromium, email: &str) {
    let form = browser.form("Sign in").await;
    form.fill("E-mail address", email).await.fill("Password", PASSWORD).await.press("Sign in").await;
    browser.see("Sign out").await;
}
