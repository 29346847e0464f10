//! The back ends that stay on this machine, and the test mail.

use std::sync::{Arc, Mutex};

use super::*;
use crate::mail::{Unbuildable, send_test_mail};

#[tokio::test]
async fn the_folder_holds_the_bytes_under_date_and_hash() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::Folder(folder.path().join("mail/out"));
    let envelope = envelope();
    let outcome = send(&relay, &envelope).await;
    let Outcome::Accepted { relay: name, reply, tls: None, code: 250 } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(name, "folder");
    assert!(reply.contains("nothing left this machine"), "{reply}");
    // The same mail again is the same file.
    send(&relay, &envelope).await;
    let files: Vec<_> =
        std::fs::read_dir(folder.path().join("mail/out")).unwrap().map(|f| f.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let file_name = files[0].file_name().unwrap().to_str().unwrap();
    assert!(file_name.starts_with("20260921T141320Z-") && file_name.ends_with(".eml"), "{file_name}");
    assert_eq!(std::fs::read(&files[0]).unwrap(), build(&envelope).unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&files[0]), mode(files[0].parent().unwrap())), (0o600, 0o700));
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_defers() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let outcome = send(&Relay::Folder(file.path().join("below a file")), &envelope()).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_lost_claim_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let sent = Arc::new(Mutex::new(Vec::new()));
    for relay in [Relay::Folder(folder.path().to_owned()), Relay::Memory(Arc::clone(&sent))] {
        let envelope = envelope();
        let bytes = build(&envelope).unwrap();
        let outcome = relay.hand_over(&envelope, &bytes, async || Err(())).await;
        assert!(matches!(&outcome, Outcome::Deferred { code: None, .. }), "{outcome:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert!(sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_test_mail_goes_the_same_way_as_any_other() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let relay = Relay::Memory(Arc::clone(&sent));
    let from = envelope().from;
    let now = envelope().date;
    let outcome = send_test_mail(&relay, &from, "me@example.net", now, "k3n5").await.unwrap();
    assert!(matches!(&outcome, Outcome::Accepted { .. }), "{outcome:?}");
    let sent = sent.lock().unwrap().clone();
    assert_eq!(sent[0].envelope.to, "me@example.net");
    assert_eq!(sent[0].envelope.message_id, "test.k3n5@example.org");
    assert!(String::from_utf8(sent[0].bytes.clone()).unwrap().contains("Test mail from Breachdesk"));

    let refused = send_test_mail(&relay, &from, "not an address", now, "k3n5").await;
    assert_eq!(refused, Err(Unbuildable::Address { field: "recipient" }));
}

#[test]
fn nothing_personal_or_secret_shows_in_debug_output() {
    let mut settings = settings(25, Security::None);
    settings.username = Some("desk".to_owned());
    settings.password = Some("correct horse".to_owned());
    let shown = format!("{:?} {:?} {:?}", envelope(), envelope().from, settings);
    for word in ["anna", "privacy@", "Ångström", "horse", "desk\""] {
        assert!(!shown.contains(word), "{word} in {shown}");
    }
}
