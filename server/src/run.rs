//! Serving: the data opened and locked, the site listening, the jobs running.

use crate::{
    config::{Config, ConfigFault},
    http::{Edge, assets, limits::Limits, router},
    jobs::{
        bounces::{Bounces, Intake, lmtp::Lmtp},
        deliver::{Deliver, Handing},
        remind::Remind,
    },
};
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum_server::Handle;
use domain::access::Actor;
use services::{Fresh, Services, TimeSource};
use std::{
    fs::{File, TryLockError},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Why it can't serve.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("configuration: {0}")]
    Config(#[from] ConfigFault),
    #[error("{0}")]
    Services(#[from] services::Error),
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("{0}")]
    Other(String),
}

/// A site that is listening.
pub struct Running {
    pub address: SocketAddr,
    pub origin: String,
    handle: Handle<SocketAddr>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
    jobs: Option<Jobs>,
    _lock: Option<File>,
}

/// What runs in the background.
struct Jobs {
    remind: tokio::task::JoinHandle<()>,
    deliver: tokio::task::JoinHandle<()>,
    /// Where mails that come back are read.
    bounces: Option<tokio::task::JoinHandle<()>>,
    /// Where they are taken over LMTP.
    lmtp: Option<tokio::task::JoinHandle<()>>,
    /// Tells the sender of mail to begin no more.
    stopper: tokio_util::sync::CancellationToken,
}

/// So long what is under way may take to come to its end.
const LAST_WORDS: Duration = Duration::from_secs(30);

/// The ways in which the machine asks a process to stop.
pub struct AskedToStop {
    interrupt: Signal,
    terminate: Signal,
}

impl AskedToStop {
    /// Listens from now on: made before the site is up, so that no request to stop comes too early.
    ///
    /// # Errors
    /// The machine has no such signals.
    pub fn listen() -> Result<Self, Fault> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }
}

/// Takes the data folder for this process alone. On PostgreSQL many processes may serve.
///
/// # Errors
/// Another process serves from it.
pub fn lock(config: &Config) -> Result<Option<File>, Fault> {
    if !config.database_url.is_empty() {
        return Ok(None);
    }
    std::fs::create_dir_all(&config.data)?;
    let file =
        File::options().create(true).truncate(false).write(true).open(config.data.join("serving.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(Fault::Other(format!(
            "Another breachdesk serves from {} already. Stop it first, or choose another --data.",
            config.data.display()
        ))),
        Err(TryLockError::Error(why)) => Err(why.into()),
    }
}

/// Opens the data with the machine's own clock and chance.
///
/// # Errors
/// They can't be opened.
pub async fn open(config: &Config) -> Result<Services, Fault> {
    let options = config.options().map_err(|why| Fault::Other(format!("calendars: {why}")))?;
    Ok(Services::open(&options, TimeSource::System, Fresh::from_system()).await?)
}

/// Begins to serve, to send mail and to remind people. Returns as soon as the site listens.
///
/// # Errors
/// The address or that of LMTP is taken, the certificate can't be read, or the data can't be opened.
pub async fn start(config: &Config, services: Services, lock: Option<File>) -> Result<Running, Fault> {
    let running = site(config, services.clone(), lock).await?;
    let remind = Remind::new(services.clone(), running.origin.clone());
    let intake = config.mail.intake()?;
    let lmtp = match &intake {
        Some(intake) => lmtp(&services, intake).await?,
        None => None,
    };
    let bounces = intake.map(|intake| Bounces::new(services.clone(), intake));
    let deliver = deliver(config, services)?;
    let stopper = deliver.stopper();
    let remind = tokio::spawn(remind.run());
    let deliver = tokio::spawn(deliver.run());
    let bounces = bounces.map(|bounces| tokio::spawn(bounces.run()));
    let lmtp = lmtp.map(|lmtp| tokio::spawn(lmtp.run()));
    Ok(Running { jobs: Some(Jobs { remind, deliver, bounces, lmtp, stopper }), ..running })
}

/// Where mail that comes back is taken over LMTP, if it is.
async fn lmtp(services: &Services, intake: &Intake) -> Result<Option<Lmtp>, Fault> {
    let Some(at) = intake.lmtp else { return Ok(None) };
    let bound = Lmtp::bind(services.clone(), intake, at).await;
    let fault = |why| Fault::Other(format!("mail.bounce_lmtp: {at} can't be listened on: {why}"));
    bound.map(Some).map_err(fault)
}

/// The job that sends mail the way the settings say, not yet running.
///
/// # Errors
/// `public_url` isn't an address.
pub fn deliver(config: &Config, services: Services) -> Result<Deliver, Fault> {
    let root = Some(config.mail.trusted_root.clone()).filter(|p| !p.as_os_str().is_empty());
    // EHLO takes a name; an address literal would need its own form.
    let public = config.public(config.listen)?;
    let name = public.host.split(':').next().filter(|name| !name.starts_with('['));
    let helo = name.unwrap_or("localhost").to_owned();
    let handing = Handing {
        folder: config.mail_folder(),
        trusted_root: root,
        helo,
        connections: config.mail.connections()?,
        rates: config.mail.rates()?,
        returns: config.mail.returns()?,
    };
    Ok(Deliver::new(services, handing))
}

/// Begins to serve without any job in the background.
///
/// # Errors
/// The address is taken, the certificate can't be read, or the data can't be opened.
pub async fn site(config: &Config, services: Services, lock: Option<File>) -> Result<Running, Fault> {
    let listener = TcpListener::bind(config.listen)
        .map_err(|why| Fault::Other(format!("{} can't be listened on: {why}", config.listen)))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let public = config.public(address)?;
    services.reached_at(&public.origin);
    let limits = &config.limits;
    let edge = Edge {
        services: services.clone(),
        assets: Arc::new(assets::assets()),
        public: Arc::new(public.clone()),
        trusted: config.trusted_proxies.clone().into(),
        limits: Arc::new(Limits::new(
            limits.form_bytes,
            limits.evidence_bytes,
            limits.request_seconds,
            limits.person_per_second,
            limits.stranger_per_second,
        )),
    };
    services.sweep_uploads().await?;
    let app = router(edge).into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let served = listen(config, listener, handle.clone(), app).await?;
    Ok(Running { address, origin: public.origin, handle, served, jobs: None, _lock: lock })
}

async fn listen(
    config: &Config,
    listener: TcpListener,
    handle: Handle<SocketAddr>,
    app: IntoMakeServiceWithConnectInfo<axum::Router, SocketAddr>,
) -> Result<tokio::task::JoinHandle<std::io::Result<()>>, Fault> {
    let header_time = Duration::from_secs(10);
    if config.tls.certificate.as_os_str().is_empty() {
        let mut server = axum_server::from_tcp(listener)?.handle(handle);
        server.http_builder().http1().header_read_timeout(header_time);
        return Ok(tokio::spawn(server.serve(app)));
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let tls = axum_server::tls_rustls::RustlsConfig::from_pem_file(&config.tls.certificate, &config.tls.key)
        .await
        .map_err(|why| Fault::Other(format!("the certificate or its key can't be read: {why}")))?;
    let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
    server.http_builder().http1().header_read_timeout(header_time);
    Ok(tokio::spawn(server.serve(app)))
}

impl Running {
    /// Serves until the process is asked to stop, then lets what is under way come to its end.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn until_stopped(self, mut asked: AskedToStop) -> Result<(), Fault> {
        tokio::select! {
            _ = asked.interrupt.recv() => {}
            _ = asked.terminate.recv() => {}
        }
        self.stop().await
    }

    /// Stops: no new requests and no new mails, 30 s for those under way.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn stop(self) -> Result<(), Fault> {
        self.handle.graceful_shutdown(Some(LAST_WORDS));
        if let Some(jobs) = &self.jobs {
            jobs.stopper.cancel();
        }
        let served = self.served.await.map_err(|why| Fault::Other(why.to_string()))?;
        if let Some(mut jobs) = self.jobs {
            jobs.remind.abort();
            // What was being read is read again at the next start, and changes nothing then; what was being taken over
            // LMTP wasn't confirmed, and comes again.
            for reading in jobs.bounces.iter().chain(&jobs.lmtp) {
                reading.abort();
            }
            // A mail that is cut off now is in doubt, and named at the next start.
            if tokio::time::timeout(LAST_WORDS, &mut jobs.deliver).await.is_err() {
                jobs.deliver.abort();
            }
        }
        Ok(served?)
    }
}

/// The one-time address of the first account, while there is none.
///
/// # Errors
/// The database can't be reached.
pub async fn set_up_address(services: &Services, origin: &str) -> Result<Option<String>, Fault> {
    if services.account_count().await? > 0 {
        return Ok(None);
    }
    let secret = services.set_up_link(&services.ctx(Actor::Operator(operator()))).await?;
    Ok(Some(format!("{origin}/set-up/{secret}")))
}

/// The user of the operating system, as the journal names an operator.
#[must_use]
pub fn operator() -> String {
    std::env::var("SUDO_USER")
        .or_else(|_| std::env::var("USER"))
        .or_else(|_| std::env::var("LOGNAME"))
        .unwrap_or_else(|_| "unknown".to_owned())
}

/// Whether a folder holds data of ours.
#[must_use]
pub fn has_data(folder: &Path) -> bool {
    folder.join("breachdesk.db").exists()
}
