//! A person's due times in a calendar of another program.

use crate::support::{TestApp, machine};
use domain::access::Role;
use std::{
    io::Write,
    process::{Command, Stdio},
};

const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/journeys/read_calendar.py");

#[tokio::test(flavor = "multi_thread")]
async fn python_reads_the_calendar_of_due_times() {
    if !machine::has("icalendar") {
        return;
    }
    let app = TestApp::new().await;
    let lead = app.person(Role::Lead).await;
    let title = "Tab,\u{a0}comma; semicolon \\ and ä €, long enough to be folded more than once in any calendar that keeps lines short";
    let case = lead.does("/incidents/new", "/incidents", &[("title", title)]).await;
    let clocks = format!("{case}/clocks");
    let aware = [("aware_at", "2026-06-09T07:30:00Z"), ("judged_by", "The lead"), ("why", "It was seen.")];
    lead.does(&clocks, &format!("{case}/awareness"), &aware).await;
    let risk =
        [("trigger", "high_risk_found"), ("happened_at", "2026-06-09T07:45:00Z"), ("why", "Passwords.")];
    lead.does(&clocks, &format!("{case}/triggers"), &risk).await;
    let made = lead.post("/account/feeds", &[]).await;
    let (_, rest) = made.text.split_once("/feeds/").unwrap();
    let address: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    let feed = app.stranger().get(&format!("/feeds/{address}")).await;
    assert_eq!((feed.status, feed.header("content-type")), (200, "text/calendar; charset=utf-8"));

    let mut reader = Command::new(machine::python())
        .arg(READER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    reader.stdin.take().unwrap().write_all(feed.text.as_bytes()).unwrap();
    let done = reader.wait_with_output().unwrap();
    assert!(done.status.success());
    let read: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    let found: Vec<(&str, &str)> = read
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (event["start"].as_str().unwrap(), event["summary"].as_str().unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            ("2026-06-12T07:30:00+00:00", "Due: Notification to the supervisory authority · INC-2026-0001"),
            ("2026-06-12T07:45:00+00:00", "Our reminder: Communication to data subjects · INC-2026-0001"),
        ]
    );
    assert!(!feed.text.contains("semicolon"), "titles stay in the desk");
    app.close().await;
}
