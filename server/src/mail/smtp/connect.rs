//! Opening a connection: TCP, TLS, EHLO, sign-in, each within its limit.

use std::net::IpAddr;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Starttls;
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ProtocolVersion, RootCertStore};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::failure::{Failure, Step, within};
use super::wire::{Channel, Wire};
use super::{Security, SmtpFault, SmtpSettings, SmtpTimeouts};

pub(super) struct Connector {
    settings: SmtpSettings,
    name: String,
    helo: ClientId,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    credentials: Option<Credentials>,
}

/// One open connection, ready for MAIL.
pub(super) struct Link {
    connection: AsyncSmtpConnection,
    dot: Arc<watch::Sender<bool>>,
    tls: Option<String>,
    mails: u32,
    timeouts: SmtpTimeouts,
}

impl Connector {
    pub(super) fn new(settings: SmtpSettings) -> Result<Self, SmtpFault> {
        let server = ServerName::try_from(settings.host.clone()).map_err(|_| SmtpFault::Host)?;
        let helo = client_id(&settings.helo).ok_or(SmtpFault::Helo)?;
        let credentials = match (&settings.username, &settings.password) {
            (Some(username), Some(password)) => Some(Credentials::new(username.clone(), password.clone())),
            (None, None) => None,
            _ => return Err(SmtpFault::HalfCredentials),
        };
        if credentials.is_some() && settings.security == Security::None && !is_this_machine(&settings.host) {
            return Err(SmtpFault::PlainCredentials);
        }
        let tls = match settings.security {
            Security::None => None,
            Security::Starttls | Security::Tls => Some((tls_connector(&settings)?, server)),
        };
        let name = format!("{}:{}", settings.host, settings.port);
        Ok(Self { settings, name, helo, tls, credentials })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn timeouts(&self) -> &SmtpTimeouts {
        &self.settings.timeouts
    }

    /// Opens a connection as far as MAIL.
    pub(super) async fn connect(&self) -> Result<Link, Failure> {
        let limits = self.timeouts();
        let mut tcp = self.dial().await?;
        let dot = Arc::new(watch::Sender::new(false));
        let (wire, tls) = match &self.tls {
            None => (Wire::new(Channel::Plain(tcp), limits.block, Arc::clone(&dot)), None),
            Some((connector, server)) => {
                let starttls = self.settings.security == Security::Starttls;
                if starttls {
                    tcp = self.ask_for_tls(tcp).await?;
                }
                let stream = handshake(connector, server, tcp, limits).await?;
                let described = describe(&stream);
                let mut wire = Wire::new(Channel::Tls(Box::new(stream)), limits.block, Arc::clone(&dot));
                if starttls {
                    // The greeting came before TLS, but lettre begins every connection with one.
                    wire.already_greeted();
                }
                (wire, Some(described))
            }
        };
        let opening = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &self.helo);
        let mut connection = within(Step::Greeting, limits.greeting, opening).await?;
        if let Some(credentials) = &self.credentials {
            let signing_in = connection.auth(DEFAULT_MECHANISMS, credentials);
            let response = within(Step::Auth, limits.command, signing_in).await?;
            if !response.has_code(235) {
                return Err(Failure::unexpected(Step::Auth, &response));
            }
        }
        Ok(Link { connection, dot, tls, mails: 0, timeouts: *limits })
    }

    async fn dial(&self) -> Result<TcpStream, Failure> {
        let limit = self.timeouts().connect;
        let connecting = TcpStream::connect((self.settings.host.as_str(), self.settings.port));
        let tcp = match timeout(limit, connecting).await {
            Ok(Ok(tcp)) => tcp,
            Ok(Err(error)) => return Err(Failure::new(Step::Connect, error)),
            Err(_) => return Err(Failure::too_slow(Step::Connect, limit)),
        };
        // Content and dot are two writes; without this the dot waits for a delayed acknowledgement.
        tcp.set_nodelay(true).map_err(|error| Failure::new(Step::Connect, error))?;
        Ok(tcp)
    }

    /// The part of STARTTLS in plain text. lettre's own would keep what it had read ahead, and read
    /// bytes injected before TLS as if they had come under it. So it talks through a second handle of
    /// the socket, which is dropped with all that was read ahead.
    async fn ask_for_tls(&self, tcp: TcpStream) -> Result<TcpStream, Failure> {
        let limits = self.timeouts();
        let broken = |error: std::io::Error| Failure::new(Step::StartTls, error);
        let ours = tcp.into_std().map_err(broken)?;
        let theirs = ours.try_clone().and_then(TcpStream::from_std).map_err(broken)?;
        let wire = Wire::new(Channel::Plain(theirs), limits.block, Arc::new(watch::Sender::new(false)));
        let opening = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &self.helo);
        let mut connection = within(Step::Greeting, limits.greeting, opening).await?;
        if !connection.can_starttls() {
            return Err(Failure::new(
                Step::StartTls,
                "the relay doesn't offer it; nothing was sent in the clear",
            ));
        }
        let response = within(Step::StartTls, limits.command, connection.command(Starttls)).await?;
        if !response.has_code(220) {
            return Err(Failure::unexpected(Step::StartTls, &response));
        }
        drop(connection);
        TcpStream::from_std(ours).map_err(broken)
    }
}

impl Link {
    pub(super) fn connection(&mut self) -> &mut AsyncSmtpConnection {
        &mut self.connection
    }

    /// TLS version, cipher suite and certificate, where there is TLS.
    pub(super) fn tls(&self) -> Option<&str> {
        self.tls.as_deref()
    }

    /// Turns true when the final dot of the coming mail is written.
    pub(super) fn watch_dot(&mut self) -> watch::Receiver<bool> {
        self.dot.send_replace(false);
        self.dot.subscribe()
    }

    pub(super) fn dot_written(&self) -> bool {
        *self.dot.borrow()
    }

    /// Counts a mail taken over this connection.
    pub(super) fn count_mail(&mut self) -> u32 {
        self.mails += 1;
        self.mails
    }

    /// Ends the connection, with a word of farewell where the relay is still listening.
    pub(super) async fn dismiss(mut self, with_quit: bool) {
        if with_quit {
            let _ = timeout(self.timeouts.quit, self.connection.quit()).await;
        }
    }
}

async fn handshake(
    connector: &TlsConnector,
    server: &ServerName<'static>,
    tcp: TcpStream,
    limits: &SmtpTimeouts,
) -> Result<TlsStream<TcpStream>, Failure> {
    match timeout(limits.connect, connector.connect(server.clone(), tcp)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(Failure::new(Step::Handshake, error)),
        Err(_) => Err(Failure::too_slow(Step::Handshake, limits.connect)),
    }
}

fn tls_connector(settings: &SmtpSettings) -> Result<TlsConnector, SmtpFault> {
    let mut roots = RootCertStore::empty();
    if let Some(file) = &settings.trusted_root {
        let fault = |reason: String| SmtpFault::TrustedRoot { file: file.display().to_string(), reason };
        for certificate in CertificateDer::pem_file_iter(file).map_err(|error| fault(error.to_string()))? {
            let certificate = certificate.map_err(|error| fault(error.to_string()))?;
            roots.add(certificate).map_err(|error| fault(error.to_string()))?;
        }
        if roots.is_empty() {
            return Err(fault("it holds no certificate".to_owned()));
        }
    } else {
        // Single unreadable certificates are common on real systems; only an empty store is a fault.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err(SmtpFault::NoTrustedRoots);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SmtpFault::Tls(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// For the receipt: which TLS protected the transfer, and whose certificate was shown.
fn describe(stream: &TlsStream<TcpStream>) -> String {
    let (_, session) = stream.get_ref();
    let version = match session.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    let suite = session
        .negotiated_cipher_suite()
        .and_then(|suite| suite.suite().as_str())
        .unwrap_or("unknown cipher suite");
    let certificate = session.peer_certificates().and_then(|chain| chain.first());
    let fingerprint = certificate.map(|der| HEXLOWER.encode(&Sha256::digest(der))).unwrap_or_default();
    format!("{version}, {suite}, certificate sha256:{fingerprint}")
}

fn client_id(helo: &str) -> Option<ClientId> {
    match helo.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => return Some(ClientId::Ipv4(address)),
        Ok(IpAddr::V6(address)) => return Some(ClientId::Ipv6(address)),
        Err(_) => {}
    }
    let name = !helo.is_empty()
        && helo.len() <= 253
        && helo.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
    name.then(|| ClientId::Domain(helo.to_owned()))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
