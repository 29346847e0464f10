//! Taking mail that comes back from the mail server of this machine over LMTP (RFC 2033), into the maildir that is read.
//!
//! LMTP has no passwords, so it listens on this machine alone. What comes is put down as it is, below a header that
//! names the address it came to; reading it is left to the one who reads the maildir.

use super::maildir::{LARGEST, Maildir};
use domain::{access::Actor, bounce::ReturnAddress};
use services::Services;
use smtp_proto::{
    Error as Unread, Request,
    request::receiver::{DataReceiver, DummyDataReceiver, RequestReceiver},
};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::spawn_blocking,
    time::timeout,
};

/// So many mail servers' connections are served at once; more wait.
const CONNECTIONS: usize = 10;
/// So long a connection may keep silent, and so long it may take in all.
const SILENCE: Duration = Duration::from_secs(60);
const ALTOGETHER: Duration = Duration::from_secs(600);
/// So many recipients a mail may have. A report has one.
const RECIPIENTS: usize = 20;
/// After so many commands that can't be taken the connection ends.
const FAULTS: usize = 10;
/// No more than this of a mail that is too big is waited for.
const PATIENCE: u64 = 64 * LARGEST;
/// While so many mails wait to be read, no more is taken: the mail server keeps it and tries again.
pub(super) const WAITING: usize = 20_000;

/// The listener.
pub struct Lmtp {
    listener: TcpListener,
    desk: Arc<Postmaster>,
}

/// What every connection needs.
struct Postmaster {
    services: Services,
    maildir: Maildir,
    address: ReturnAddress,
}

impl Lmtp {
    /// Listens at `at`, and makes the maildir where there is none.
    ///
    /// # Errors
    /// The address is taken, or the folder can't be made.
    pub async fn bind(services: Services, intake: &super::Intake, at: SocketAddr) -> io::Result<Self> {
        let maildir = Maildir::new(intake.folder.clone());
        maildir.make()?;
        let listener = TcpListener::bind(at).await?;
        let desk = Postmaster { services, maildir, address: intake.address.clone() };
        Ok(Self { listener, desk: Arc::new(desk) })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The machine can't say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Takes mail until the process ends.
    pub async fn run(self) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let desk = Arc::clone(&self.desk);
                    tokio::spawn(async move {
                        // Who breaks off or is too slow is not answered, and tries again.
                        let _ = timeout(ALTOGETHER, Talk::new(stream, &desk).run()).await;
                        drop(place);
                    });
                }
                Err(why) => {
                    tracing::warn!(error = %why, "LMTP: a connection could not be taken");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}

/// What was read of a mail.
enum Content {
    Whole(Vec<u8>),
    TooBig,
}

/// One connection.
struct Talk<'d> {
    stream: TcpStream,
    desk: &'d Postmaster,
    /// What has arrived and wasn't dealt with yet.
    unread: Vec<u8>,
    greeted: bool,
    has_sender: bool,
    recipients: Vec<String>,
    faults: usize,
}

impl<'d> Talk<'d> {
    fn new(stream: TcpStream, desk: &'d Postmaster) -> Self {
        let (unread, recipients) = (Vec::new(), Vec::new());
        Self { stream, desk, unread, greeted: false, has_sender: false, recipients, faults: 0 }
    }

    async fn run(mut self) -> io::Result<()> {
        self.say("220 breachdesk LMTP").await?;
        let mut receiver = RequestReceiver::default();
        loop {
            let mut left = self.unread.iter();
            let asked = receiver.ingest(&mut left).map(Request::into_owned);
            self.unread = left.as_slice().to_vec();
            let goes_on = match asked {
                Ok(request) => self.answer(request).await?,
                Err(Unread::NeedsMoreData { .. }) => {
                    self.unread.clear();
                    self.more().await?;
                    true
                }
                Err(why) => self.refuse(why).await?,
            };
            if !goes_on {
                return self.stream.shutdown().await;
            }
        }
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        let line = format!("{line}\r\n");
        timeout(SILENCE, self.stream.write_all(line.as_bytes())).await?
    }

    /// Waits for more to arrive.
    async fn more(&mut self) -> io::Result<()> {
        match timeout(SILENCE, self.stream.read_buf(&mut self.unread)).await? {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            read => read.map(drop),
        }
    }

    /// Says what is wrong. Whoever goes on like this is left.
    async fn refuse(&mut self, why: Unread) -> io::Result<bool> {
        let line = match why {
            Unread::UnknownCommand => "500 5.5.1 Not a command of LMTP",
            Unread::InvalidSenderAddress => "501 5.1.7 Not an address",
            Unread::InvalidRecipientAddress => "501 5.1.3 Not an address",
            Unread::ResponseTooLong => "500 5.5.2 The line is too long",
            Unread::UnsupportedParameter { .. } => "555 5.5.4 Such a parameter is not taken here",
            _ => "501 5.5.4 That can't be read",
        };
        self.fault(line).await
    }

    async fn fault(&mut self, line: &str) -> io::Result<bool> {
        self.faults += 1;
        if self.faults < FAULTS {
            self.say(line).await?;
            return Ok(true);
        }
        self.say("421 4.7.0 Too many faults").await?;
        Ok(false)
    }

    /// Answers a command; whether the connection goes on.
    async fn answer(&mut self, request: Request<String>) -> io::Result<bool> {
        match request {
            Request::Lhlo { .. } => {
                self.greeted = true;
                self.forget();
                let size = format!("250 SIZE {LARGEST}");
                self.say("250-breachdesk\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES")
                    .await?;
                self.say(&size).await?;
            }
            Request::Mail { .. } if !self.greeted || self.has_sender => {
                return self.fault("503 5.5.1 LHLO first, and one sender for each mail").await;
            }
            Request::Mail { from } if from.size as u64 > LARGEST => {
                self.say("552 5.3.4 This is larger than what is taken").await?;
            }
            Request::Mail { .. } => {
                self.has_sender = true;
                self.say("250 2.1.0 OK").await?;
            }
            Request::Rcpt { .. } if !self.has_sender => {
                return self.fault("503 5.5.1 MAIL first").await;
            }
            Request::Rcpt { to } if !self.desk.address.is_of(&to.address) => {
                return self.fault("550 5.1.1 No such address here").await;
            }
            Request::Rcpt { .. } if self.recipients.len() >= RECIPIENTS => {
                self.say("452 4.5.3 Too many recipients").await?;
            }
            Request::Rcpt { to } => {
                self.recipients.push(to.address);
                self.say("250 2.1.5 OK").await?;
            }
            Request::Data if self.recipients.is_empty() => {
                return self.fault("503 5.5.1 No recipient was taken").await;
            }
            Request::Data => {
                self.say("354 Go on, and end with a dot").await?;
                let content = self.content().await?;
                self.keep(content).await?;
                self.forget();
            }
            Request::Rset => {
                self.forget();
                self.say("250 2.0.0 OK").await?;
            }
            Request::Noop { .. } => self.say("250 2.0.0 OK").await?,
            Request::Quit => {
                self.say("221 2.0.0 Bye").await?;
                return Ok(false);
            }
            _ => return self.fault("502 5.5.1 Not a command of LMTP that is taken here").await,
        }
        Ok(true)
    }

    fn forget(&mut self) {
        self.has_sender = false;
        self.recipients.clear();
    }

    /// Reads a mail up to its dot, and no more of it into memory than is taken.
    async fn content(&mut self) -> io::Result<Content> {
        let (mut receiver, mut mail) = (DataReceiver::new(), Vec::new());
        loop {
            let mut left = self.unread.iter();
            let is_whole = receiver.ingest(&mut left, &mut mail);
            self.unread = left.as_slice().to_vec();
            match (is_whole, mail.len() as u64 > LARGEST) {
                (true, false) => return Ok(Content::Whole(mail)),
                (true, true) => return Ok(Content::TooBig),
                (false, true) => break,
                (false, false) => self.more().await?,
            }
        }
        let (mut rest, mut seen) = (DummyDataReceiver::new_data(&receiver), 0);
        loop {
            let before = self.unread.len() as u64;
            let mut left = self.unread.iter();
            let is_whole = rest.ingest(&mut left);
            self.unread = left.as_slice().to_vec();
            seen += before;
            if is_whole {
                return Ok(Content::TooBig);
            }
            if seen > PATIENCE {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.more().await?;
        }
    }

    /// Puts a mail down once for each address that it came to, and answers for each.
    async fn keep(&mut self, content: Content) -> io::Result<()> {
        let recipients = self.recipients.clone();
        let Content::Whole(mail) = content else {
            for _ in &recipients {
                self.say("552 5.3.4 This is larger than what is taken").await?;
            }
            return Ok(());
        };
        for to in recipients {
            let ctx = self.desk.services.ctx(Actor::Job("bounces"));
            let name = format!("{}.{}.lmtp", ctx.now.timestamp_micros(), ctx.fresh.secret());
            // The address is of the form of ours, so it has no line breaks in it.
            let whole = [format!("Delivered-To: {to}\r\n").as_bytes(), &mail].concat();
            let maildir = self.desk.maildir.clone();
            let kept = spawn_blocking(move || maildir.put_new(&name, &whole, WAITING)).await;
            let line = match kept.map_err(io::Error::other).flatten() {
                Ok(true) => "250 2.0.0 Kept",
                Ok(false) => "452 4.3.1 Too much is waiting to be read",
                Err(why) => {
                    tracing::error!(error = %why, "LMTP: a mail that came back can't be kept");
                    "452 4.3.0 It can't be kept now"
                }
            };
            self.say(line).await?;
        }
        Ok(())
    }
}
