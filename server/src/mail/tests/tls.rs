//! STARTTLS and implicit TLS, with a certificate made for the test by openssl.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::script::{Say, Script, Scripted};
use super::*;
use crate::mail::SmtpFault;

pub(crate) struct Certificate {
    folder: tempfile::TempDir,
    acceptor: TlsAcceptor,
}

impl Certificate {
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }
}

/// A self-signed certificate for one address or name.
pub(crate) fn certificate(alternative_name: &str) -> Certificate {
    let folder = tempfile::tempdir().unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    let config = folder.path().join("openssl.cnf");
    std::fs::write(
        &config,
        format!(
            "[req]\ndistinguished_name=dn\nx509_extensions=ext\nprompt=no\n[dn]\nCN=test\n\
             [ext]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName={alternative_name}\n"
        ),
    )
    .unwrap();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-days", "2", "-config"])
        .arg(&config)
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output()
        .expect("the TLS tests need the `openssl` command (Debian: openssl)");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let chain = vec![CertificateDer::from_pem_file(&cert).unwrap()];
    let key = PrivateKeyDer::from_pem_file(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Certificate { folder, acceptor: TlsAcceptor::from(Arc::new(config)) }
}

pub(crate) fn offering_tls(certificate: &Certificate) -> Script {
    Script {
        ehlo: Say::This("250-scripted.example\r\n250 STARTTLS\r\n".to_owned()),
        acceptor: Some(certificate.acceptor.clone()),
        ..Script::default()
    }
}

pub(crate) fn relay(port: u16, security: Security, trusted: &Path) -> Relay {
    let mut settings = settings(port, security);
    settings.trusted_root = Some(trusted.to_owned());
    Relay::Smtp(SmtpRelay::new(settings).unwrap())
}

#[tokio::test]
async fn both_kinds_of_tls_are_recorded_and_connections_kept() {
    let certificate = certificate("IP:127.0.0.1");
    for (security, implicit_tls) in [(Security::Starttls, false), (Security::Tls, true)] {
        let server = Scripted::start(Script { implicit_tls, ..offering_tls(&certificate) }).await;
        let relay = relay(server.port, security, &certificate.file());
        for _ in 0..2 {
            let outcome = send(&relay, &envelope()).await;
            let Outcome::Accepted { tls: Some(tls), .. } = &outcome else { panic!("{outcome:?}") };
            assert!(tls.starts_with("TLS 1.3, TLS13_") && tls.contains("certificate sha256:"), "{tls}");
        }
        let built = build(&envelope()).unwrap();
        server.seen(|seen| {
            assert_eq!((seen.connections, &seen.mails), (1, &vec![built.clone(), built]));
        });
    }
}

#[tokio::test]
async fn stripped_starttls_sends_nothing_in_the_clear() {
    let certificate = certificate("IP:127.0.0.1");
    let server = Scripted::start(Script::default()).await;
    let outcome = send(&relay(server.port, Security::Starttls, &certificate.file()), &envelope()).await;
    let Outcome::Deferred { code: None, reply, .. } = &outcome else { panic!("{outcome:?}") };
    assert!(reply.contains("doesn't offer it"), "{reply}");
    server.until(|seen| seen.ended == 1).await;
    assert_eq!(server.seen(|seen| seen.commands.clone()), ["EHLO breachdesk.example.org"]);
}

#[tokio::test]
async fn refused_starttls_sends_nothing_in_the_clear() {
    let certificate = certificate("IP:127.0.0.1");
    let script = Script { starttls: super::script::say("454 4.7.0 not now"), ..offering_tls(&certificate) };
    let server = Scripted::start(script).await;
    let outcome = send(&relay(server.port, Security::Starttls, &certificate.file()), &envelope()).await;
    assert!(matches!(&outcome, Outcome::Deferred { code: Some(454), .. }), "{outcome:?}");
    assert!(server.seen(|seen| !seen.commands.iter().any(|c| c.starts_with("MAIL"))));
}

#[tokio::test]
async fn words_injected_before_tls_are_not_read_as_if_under_it() {
    let certificate = certificate("IP:127.0.0.1");
    // An attacker adds an EHLO answer of his own behind the relay's consent to TLS.
    let injected = "220 go ahead\r\n250-evil.example\r\n250 AUTH LOGIN\r\n";
    let script = Script { starttls: Say::This(injected.to_owned()), ..offering_tls(&certificate) };
    let server = Scripted::start(script).await;
    let outcome = send(&relay(server.port, Security::Starttls, &certificate.file()), &envelope()).await;
    // The injected words are gone and every later answer belongs to its own command.
    let Outcome::Accepted { reply, tls: Some(_), .. } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(reply, "250 2.0.0 queued as 4F1A");
}

#[tokio::test]
async fn a_certificate_of_another_name_or_authority_is_refused() {
    let ours = certificate("IP:127.0.0.1");
    let other_name = certificate("DNS:mail.example.org");
    let cases = [(&other_name, other_name.file()), (&ours, other_name.file())];
    for (shown, trusted) in cases {
        for (security, implicit_tls) in [(Security::Starttls, false), (Security::Tls, true)] {
            let server = Scripted::start(Script { implicit_tls, ..offering_tls(shown) }).await;
            let outcome = send(&relay(server.port, security, &trusted), &envelope()).await;
            let Outcome::Deferred { code: None, reply, .. } = &outcome else { panic!("{outcome:?}") };
            assert!(reply.contains("TLS handshake"), "{reply}");
            assert!(server.seen(|seen| !seen.commands.iter().any(|c| c.starts_with("MAIL"))));
        }
    }
}

#[test]
fn settings_that_cannot_work_are_named_at_start() {
    let fault = |change: fn(&mut SmtpSettings)| {
        let mut settings = SmtpSettings::new("mail.example.org", 587, Security::None, "desk.example.org");
        change(&mut settings);
        SmtpRelay::new(settings).unwrap_err()
    };
    assert!(matches!(fault(|s| s.host = "not a host".to_owned()), SmtpFault::Host));
    assert!(matches!(fault(|s| s.helo = "two words\r\nMAIL".to_owned()), SmtpFault::Helo));
    assert!(matches!(fault(|s| s.username = Some("desk".to_owned())), SmtpFault::HalfCredentials));
    let plain = fault(|s| {
        s.username = Some("desk".to_owned());
        s.password = Some("secret".to_owned());
    });
    assert!(matches!(plain, SmtpFault::PlainCredentials));
    let unreadable = fault(|s| {
        s.security = Security::Tls;
        s.trusted_root = Some("/nonexistent.pem".into());
    });
    assert!(matches!(unreadable, SmtpFault::TrustedRoot { .. }));
}
