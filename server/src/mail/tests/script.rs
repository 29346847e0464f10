//! A relay that says what it is told to say.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What is said at one step.
#[derive(Clone)]
pub(crate) enum Say {
    /// These bytes, line ends included.
    This(String),
    Late(Duration, String),
    /// One byte every 50 ms.
    Dripping(String),
    Nothing,
    /// The connection ends.
    Cut,
}

pub(crate) fn say(line: &str) -> Say {
    Say::This(format!("{line}\r\n"))
}

#[derive(Clone)]
pub(crate) struct Script {
    pub(crate) greeting: Say,
    pub(crate) ehlo: Say,
    pub(crate) starttls: Say,
    pub(crate) auth: Say,
    pub(crate) mail: Say,
    pub(crate) rcpt: Say,
    pub(crate) data: Say,
    pub(crate) dot: Say,
    /// Said unasked, 30 ms after the answer to the first mail of a connection, which then ends.
    pub(crate) farewell: Option<Say>,
    /// Nothing is read after 354, and the connection stays open.
    pub(crate) stops_reading: bool,
    /// Content lines after which the connection is cut.
    pub(crate) cut_after_lines: Option<usize>,
    pub(crate) acceptor: Option<TlsAcceptor>,
    pub(crate) implicit_tls: bool,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            greeting: say("220 scripted.example ready"),
            ehlo: Say::This("250-scripted.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n".to_owned()),
            starttls: say("220 go ahead"),
            auth: say("235 2.7.0 welcome"),
            mail: say("250 2.1.0 sender ok"),
            rcpt: say("250 2.1.5 recipient ok"),
            data: say("354 end with a dot"),
            dot: say("250 2.0.0 queued as 4F1A"),
            farewell: None,
            stops_reading: false,
            cut_after_lines: None,
            acceptor: None,
            implicit_tls: false,
        }
    }
}

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    /// Connections whose session has ended.
    pub(crate) ended: usize,
    pub(crate) commands: Vec<String>,
    /// Complete mails: the bytes before the dot, dots no longer doubled.
    pub(crate) mails: Vec<Vec<u8>>,
}

pub(crate) struct Scripted {
    pub(crate) port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl Scripted {
    /// Every connection follows the same script.
    pub(crate) async fn start(script: Script) -> Self {
        Self::start_each(move |_| script.clone()).await
    }

    /// The script for the n-th connection, counted from 0.
    pub(crate) async fn start_each(script: impl Fn(usize) -> Script + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let record = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                let number = {
                    let mut seen = record.lock().unwrap();
                    seen.connections += 1;
                    seen.connections - 1
                };
                let (script, record) = (script(number), Arc::clone(&record));
                tokio::spawn(async move {
                    let _ = connection(tcp, script, &record).await;
                    record.lock().unwrap().ended += 1;
                });
            }
        });
        Self { port, seen }
    }

    pub(crate) fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.seen.lock().unwrap())
    }

    /// Waits until `look` is true, for at most 3 s.
    pub(crate) async fn until(&self, look: impl Fn(&Seen) -> bool) {
        for _ in 0..300 {
            if self.seen(&look) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the relay never saw that");
    }
}

/// Ends a session where it stands.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

async fn connection(tcp: tokio::net::TcpStream, script: Script, seen: &Mutex<Seen>) -> Result<(), Over> {
    if script.implicit_tls {
        let tls = script.acceptor.clone().unwrap().accept(tcp).await?;
        return session(BufReader::new(tls), &script, seen, true).await.map(drop);
    }
    let Some(tcp) = session(BufReader::new(tcp), &script, seen, true).await? else { return Ok(()) };
    let tls = script.acceptor.clone().unwrap().accept(tcp.into_inner()).await?;
    session(BufReader::new(tls), &script, seen, false).await.map(drop)
}

/// Talks until the end, or until STARTTLS, when the stream is given back.
async fn session<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufReader<S>,
    script: &Script,
    seen: &Mutex<Seen>,
    greet: bool,
) -> Result<Option<BufReader<S>>, Over> {
    if greet {
        utter(&mut stream, &script.greeting).await?;
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(None);
        }
        seen.lock().unwrap().commands.push(line.trim_end().to_owned());
        let verb = line.split([' ', ':', '\r']).next().unwrap_or_default().to_uppercase();
        match verb.as_str() {
            "EHLO" => utter(&mut stream, &script.ehlo).await?,
            "AUTH" => utter(&mut stream, &script.auth).await?,
            "MAIL" => utter(&mut stream, &script.mail).await?,
            "RCPT" => utter(&mut stream, &script.rcpt).await?,
            "STARTTLS" => {
                utter(&mut stream, &script.starttls).await?;
                return Ok(Some(stream));
            }
            "DATA" => {
                utter(&mut stream, &script.data).await?;
                if script.stops_reading {
                    std::future::pending::<()>().await;
                }
                let mail = content(&mut stream, script).await?;
                seen.lock().unwrap().mails.push(mail);
                utter(&mut stream, &script.dot).await?;
                if let Some(farewell) = &script.farewell {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    utter(&mut stream, farewell).await?;
                    return Ok(None);
                }
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(None);
            }
            _ => stream.write_all(b"500 what\r\n").await?,
        }
    }
}

async fn content<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    script: &Script,
) -> Result<Vec<u8>, Over> {
    let mut mail = Vec::new();
    for number in 0.. {
        if script.cut_after_lines == Some(number) {
            return Err(Over);
        }
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err(Over);
        }
        if line == b".\r\n" {
            break;
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
    Ok(mail)
}

async fn utter<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>, say: &Say) -> Result<(), Over> {
    match say {
        Say::This(words) => stream.write_all(words.as_bytes()).await?,
        Say::Late(wait, words) => {
            tokio::time::sleep(*wait).await;
            stream.write_all(words.as_bytes()).await?;
        }
        Say::Dripping(words) => {
            for byte in words.as_bytes() {
                tokio::time::sleep(Duration::from_millis(50)).await;
                stream.write_all(&[*byte]).await?;
                stream.flush().await?;
            }
        }
        Say::Nothing => {}
        Say::Cut => return Err(Over),
    }
    stream.flush().await?;
    Ok(())
}
