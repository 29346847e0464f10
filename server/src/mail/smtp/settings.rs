//! What must be known of a relay.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How the connection is protected. There is no "if available": whoever can alter the connection
/// could make it unavailable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Plain text; for a relay on this machine.
    None,
    /// Plain text at first, then TLS or nothing (RFC 3207; usually port 587).
    Starttls,
    /// TLS from the first byte (RFC 8314; usually port 465).
    Tls,
}

/// A relay's settings.
#[derive(Clone)]
pub struct SmtpSettings {
    /// A host name, or an address without brackets. With TLS the certificate must be for it.
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// With `password`, or neither. Over plain text only to this machine.
    pub username: Option<String>,
    pub password: Option<String>,
    /// What this machine calls itself in EHLO: a host name or an address.
    pub helo: String,
    /// A PEM file of certificates to trust instead of the system's: for a private authority, and for
    /// tests. Nothing switches the check of certificates off.
    pub trusted_root: Option<PathBuf>,
    /// The most connections open at once, at least 1.
    pub connections: usize,
    /// Mails over one connection before it is closed with QUIT, at least 1.
    pub mails_per_connection: u32,
    /// How long an unused connection is kept.
    pub keep_idle: Duration,
    pub timeouts: SmtpTimeouts,
}

impl SmtpSettings {
    /// Settings with the usual limits: 4 connections, 100 mails each, kept unused for 30 s.
    #[must_use]
    pub fn new(host: &str, port: u16, security: Security, helo: &str) -> Self {
        Self {
            host: host.to_owned(),
            port,
            security,
            username: None,
            password: None,
            helo: helo.to_owned(),
            trusted_root: None,
            connections: 4,
            mails_per_connection: 100,
            keep_idle: Duration::from_secs(30),
            timeouts: SmtpTimeouts::default(),
        }
    }
}

/// How long each step may take. The defaults are those of RFC 5321, section 4.5.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpTimeouts {
    /// Name resolution and TCP connection, and again the TLS handshake: 30 s each.
    pub connect: Duration,
    /// Greeting and EHLO together: 300 s.
    pub greeting: Duration,
    /// STARTTLS, AUTH, MAIL, RCPT: 300 s each.
    pub command: Duration,
    /// DATA: 120 s.
    pub data: Duration,
    /// While content is sent, how long the relay may take nothing of it: 180 s.
    pub block: Duration,
    /// From the final dot to its answer: 600 s. A shorter limit makes duplicates (RFC 1047).
    pub final_reply: Duration,
    /// QUIT, which nobody should wait for: 2 s.
    pub quit: Duration,
}

impl Default for SmtpTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            greeting: Duration::from_secs(300),
            command: Duration::from_secs(300),
            data: Duration::from_secs(120),
            block: Duration::from_secs(180),
            final_reply: Duration::from_secs(600),
            quit: Duration::from_secs(2),
        }
    }
}

/// Why settings cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SmtpFault {
    #[error("the relay's host is neither a host name nor an address")]
    Host,
    #[error("the name for EHLO must be a host name or an address")]
    Helo,
    #[error("user name and password are needed together, or neither of them")]
    HalfCredentials,
    #[error("user name and password would be sent readable to anyone; use starttls or tls")]
    PlainCredentials,
    #[error("the trusted certificates can't be read from {file}: {reason}")]
    TrustedRoot { file: String, reason: String },
    #[error("no trusted certificates were found on this system; install ca-certificates")]
    NoTrustedRoots,
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

/// Shows no password.
impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("authenticated", &self.username.is_some())
            .finish_non_exhaustive()
    }
}
