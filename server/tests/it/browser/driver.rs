//! A Chromium of its own for each person in a story.

use crate::support::machine;
use axum::{
    body::Bytes,
    http::{Request, Response},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::PathBuf,
    pin::Pin,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use thirtyfour::{
    BrowserLogEntry, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver,
    error::{WebDriverError, WebDriverErrorInner, WebDriverResult},
    session::http::{Body, HttpClient},
};

/// Whether these stories are told here. They are left out only where `cargo xtask test --skip-missing` says
/// so, and never in CI.
pub fn wanted() -> bool {
    machine::has("chromium")
}

/// Whether a browser runs the scripts of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    On,
    Off,
}

/// A browser with a profile that nobody has used before.
pub struct Chromium {
    pub driver: WebDriver,
    pub scripts: Scripts,
    pub origin: String,
    http: reqwest::Client,
    port: u16,
    session: String,
    process: Child,
    // Kept open, so that chromedriver doesn't fail when it prints.
    _stdout: BufReader<ChildStdout>,
    _profile: TempDir,
}

const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--lang=en-GB",
    "--window-size=1280,900",
];

impl Chromium {
    /// Starts one that will look at the site at `origin`.
    pub async fn start(origin: &str, scripts: Scripts) -> Self {
        let (process, stdout, port) = chromedriver();
        let profile = TempDir::new().unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        capabilities.set_binary(&from("BREACHDESK_CHROMIUM", "/usr/bin/chromium").to_string_lossy()).unwrap();
        for flag in FLAGS {
            capabilities.add_arg(flag).unwrap();
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        if scripts == Scripts::Off {
            let preferences = json!({ "profile.managed_default_content_settings.javascript": 2 });
            capabilities.add_experimental_option("prefs", preferences).unwrap();
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(120)).build().unwrap();
        let address = format!("http://127.0.0.1:{port}");
        let driver = WebDriver::builder(&address, capabilities).client(Wire(http.clone())).await.unwrap();
        // The session is ended below, in `drop`: also where a story ends in a panic.
        driver.clone().leak().unwrap();
        let session = driver.session_id().to_string();
        let origin = origin.to_owned();
        Self { driver, scripts, origin, http, port, session, process, _stdout: stdout, _profile: profile }
    }

    /// A command of the DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let address = format!("http://127.0.0.1:{}/session/{}/goog/cdp/execute", self.port, self.session);
        let body = json!({ "cmd": command, "params": parameters });
        let answer = self.http.post(address).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        let value = answer["value"].clone();
        assert!(value.get("error").is_none(), "{command}: {value}");
        value
    }

    /// What the browser has complained of since this was asked last: errors in scripts, violations of the
    /// content security policy, files that weren't there.
    pub async fn complaints(&self) -> Vec<BrowserLogEntry> {
        let log = self.driver.browser_log().await.unwrap();
        log.into_iter().filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING")).collect()
    }

    /// Nothing was complained of.
    pub async fn no_complaints(&self) {
        let complaints = self.complaints().await;
        let at = self.driver.current_url().await.unwrap();
        assert!(complaints.is_empty(), "the browser complains at {at}: {complaints:#?}");
    }

    /// The browser notes a refused form, by its status, and nothing else.
    pub async fn only_refused_with(&self, status: u16) {
        let complaints = self.complaints().await;
        let words = format!("the server responded with a status of {status}");
        let only =
            complaints.iter().all(|c| c.source.as_deref() == Some("network") && c.message.contains(&words));
        assert!(only && complaints.len() == 1, "expected one answer with {status}: {complaints:#?}");
    }

    /// What a script gives back that the story, not the page, runs.
    pub async fn evaluate(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }
}

fn from(variable: &str, otherwise: &str) -> PathBuf {
    std::env::var_os(variable).map_or_else(|| otherwise.into(), PathBuf::from)
}

/// A chromedriver that listens. The port it chooses for IPv4 may be taken for IPv6 by then; it gives up, and is
/// started again.
fn chromedriver() -> (Child, BufReader<ChildStdout>, u16) {
    let program = from("BREACHDESK_CHROMEDRIVER", "/usr/bin/chromedriver");
    for _ in 0..5 {
        let started =
            Command::new(&program).arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut process =
            started.unwrap_or_else(|why| panic!("{} can't be started: {why}", program.display()));
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        if let Some(port) = port(&mut stdout) {
            return (process, stdout, port);
        }
        process.wait().unwrap();
    }
    panic!("chromedriver ended without a port, five times");
}

/// The port that chromedriver says it has taken; none when it has ended before.
fn port(stdout: &mut BufReader<ChildStdout>) -> Option<u16> {
    let mut line = String::new();
    while stdout.read_line(&mut line).unwrap() > 0 {
        if let Some((_, rest)) = line.split_once("started successfully on port ") {
            return rest.trim().trim_end_matches('.').parse().ok();
        }
        line.clear();
    }
    None
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // chromedriver ends its Chromium with the session; killed, it would leave it behind.
        let address = (Ipv4Addr::LOCALHOST, self.port);
        let ended = TcpStream::connect(address).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(10)))?;
            write!(
                stream,
                "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                self.session, self.port
            )?;
            stream.read(&mut [0; 512])
        });
        if let Err(why) = ended {
            eprintln!("the browser could not be ended: {why}");
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// How thirtyfour reaches chromedriver. Its own client would be a second copy of reqwest.
struct Wire(reqwest::Client);

fn failed(why: &impl ToString) -> WebDriverError {
    WebDriverError::from_inner(WebDriverErrorInner::RequestFailed(why.to_string()))
}

impl Wire {
    async fn ask(&self, request: Request<Body<'_>>) -> WebDriverResult<Response<Bytes>> {
        let (parts, body) = request.into_parts();
        let mut asked = self.0.request(parts.method, parts.uri.to_string()).headers(parts.headers);
        if let Body::Json(json) = body {
            asked = asked.json(json);
        }
        let answer = asked.send().await.map_err(|why| failed(&why))?;
        let status = answer.status();
        let bytes = answer.bytes().await.map_err(|why| failed(&why))?;
        Response::builder().status(status).body(bytes).map_err(|why| failed(&why))
    }
}

type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

// What the macro of the `async-trait` crate makes, written out.
impl HttpClient for Wire {
    fn send<'life0, 'life1, 'async_trait>(
        &'life0 self,
        request: Request<Body<'life1>>,
    ) -> Later<'async_trait, WebDriverResult<Response<Bytes>>>
    where
        'life0: 'async_trait,
        'life1: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.ask(request))
    }

    fn new<'life0, 'async_trait>(&'life0 self) -> Later<'async_trait, Arc<dyn HttpClient>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let other: Arc<dyn HttpClient> = Arc::new(Self(self.0.clone()));
        Box::pin(async move { other })
    }
}
