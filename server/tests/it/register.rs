//! `breachdesk register export`, with the real binary.

use crate::support::process::{Serving, add_lead, lead_at, run, said};
use serde_json::Value;
use tempfile::tempdir;

#[tokio::test]
async fn the_register_is_exported_for_a_period_and_wrong_dates_are_told_in_a_line() {
    let folder = tempdir().unwrap();
    add_lead(folder.path());
    let serving = Serving::start(folder.path(), &[]);
    let lead = lead_at(&serving.origin).await;
    lead.does("/incidents/new", "/incidents", &[("title", "=1+1, a letter astray")]).await;
    let of = |from: &str, to: &str, format: &str| {
        run(folder.path(), &["register", "export", "--from", from, "--to", to, "--format", format])
    };
    // While it serves.
    let done = of("2020-01-01", "2099-12-31T00:00:00Z", "json");
    assert!(done.status.success(), "{}", said(&done));
    let read: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(read["schema"], "breachdesk-register-1");
    assert_eq!(read["filter"]["from"], "2020-01-01");
    assert_eq!(read["records"][0]["title"], "=1+1, a letter astray");
    let csv = String::from_utf8(of("2020-01-01", "2099-12-31", "csv").stdout).unwrap();
    let rows: Vec<&str> = csv.split_terminator("\r\n").collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[1].ends_with(read["records"][0]["journal"]["head"].as_str().unwrap()), "{csv}");
    assert!(rows[1].contains(",\"'=1+1, a letter astray\","), "{csv}");
    let empty: Value = serde_json::from_slice(&of("2020-01-01", "2020-12-31", "json").stdout).unwrap();
    assert_eq!(empty["records"], serde_json::json!([]));

    for (from, to, words) in [
        ("soon", "2026-12-31", "--from: This is no date"),
        ("2026-01-01", "31.12.2026", "--to: This is no date"),
        ("2026-01-01 10:00", "2026-12-31", "--from: This is no date"),
        ("2026-02-30", "", "--from: This is no date"),
        ("2026-12-31", "2026-01-01", "--to: The period ends before it begins."),
    ] {
        let done = of(from, to, "json");
        assert_eq!(done.status.code(), Some(2), "{}", said(&done));
        assert!(done.stdout.is_empty() && said(&done).contains(words), "{}", said(&done));
        assert_eq!(said(&done).lines().count(), 1, "{}", said(&done));
    }
    assert_eq!(of("2026-01-01", "2026-12-31", "xml").status.code(), Some(2));
    assert_eq!(run(folder.path(), &["register", "export"]).status.code(), Some(2));
    let journal = said(&run(folder.path(), &["journal", "verify"]));
    assert!(journal.contains("The journal holds"), "{journal}");
    serving.stop();
}
