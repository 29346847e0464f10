//! A relay on this machine that takes every mail and remembers it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// One copy of a mail, as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) message_id: String,
    /// SHA-256 of the bytes between DATA and the dot.
    pub(super) sha256: String,
}

#[derive(Default)]
struct Taken {
    by_recipient: HashMap<String, Vec<Copy>>,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// Listens until this program ends.
#[derive(Clone)]
pub(super) struct Sink {
    address: SocketAddr,
    taken: Arc<Mutex<Taken>>,
    count: Arc<AtomicU64>,
}

impl Sink {
    pub(super) fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let sink = Self { address: listener.local_addr()?, taken: Arc::default(), count: Arc::default() };
        let to = sink.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let to = to.clone();
                // A desk that is killed leaves its connections in the middle of anything.
                std::thread::spawn(move || drop(to.session(stream)));
            }
        });
        Ok(sink)
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Copies taken so far.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Every copy by its recipient, and the seconds from the first to the last.
    pub(super) fn taken(&self) -> (HashMap<String, Vec<Copy>>, f64) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = match (taken.first, taken.last) {
            (Some(first), Some(last)) => last.duration_since(first).as_secs_f64(),
            _ => 0.0,
        };
        (taken.by_recipient.clone(), seconds)
    }

    fn session(&self, stream: TcpStream) -> Result<()> {
        stream.set_nodelay(true)?;
        let mut answers = stream.try_clone()?;
        let mut lines = BufReader::new(stream);
        answers.write_all(b"220 sink.example ready\r\n")?;
        let mut recipient = String::new();
        let mut line = String::new();
        loop {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let verb: String = line.chars().take(4).collect::<String>().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => answers.write_all(b"250-sink.example\r\n250 8BITMIME\r\n")?,
                "MAIL" => answers.write_all(b"250 2.1.0 sender ok\r\n")?,
                "RCPT" => {
                    let (_, rest) = line.split_once('<').unwrap_or_default();
                    let (address, _) = rest.split_once('>').unwrap_or_default();
                    address.clone_into(&mut recipient);
                    answers.write_all(b"250 2.1.5 recipient ok\r\n")?;
                }
                "DATA" => {
                    answers.write_all(b"354 end with a dot\r\n")?;
                    let copy = content(&mut lines)?;
                    let number = self.keep(&recipient, copy);
                    answers.write_all(format!("250 2.0.0 taken as {number}\r\n").as_bytes())?;
                }
                "QUIT" => {
                    answers.write_all(b"221 2.0.0 bye\r\n")?;
                    return Ok(());
                }
                _ => answers.write_all(b"500 5.5.1 what\r\n")?,
            }
        }
    }

    fn keep(&self, recipient: &str, copy: Copy) -> u64 {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        taken.first.get_or_insert(now);
        taken.last = Some(now);
        taken.by_recipient.entry(recipient.to_owned()).or_default().push(copy);
        self.count.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// Reads as far as the dot. A mail that is cut off before it was never taken.
fn content(lines: &mut BufReader<TcpStream>) -> Result<Copy> {
    let mut digest = Sha256::new();
    let mut message_id = String::new();
    let mut in_head = true;
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            anyhow::bail!("cut off");
        }
        if line == b".\r\n" {
            return Ok(Copy { message_id, sha256: HEXLOWER.encode(&digest.finalize()) });
        }
        let bytes = line.strip_prefix(b".").unwrap_or(&line);
        digest.update(bytes);
        in_head = in_head && line != b"\r\n";
        if in_head && message_id.is_empty() {
            let text = String::from_utf8_lossy(bytes);
            if let Some((name, value)) = text.split_once(':')
                && name.eq_ignore_ascii_case("message-id")
            {
                value.trim().clone_into(&mut message_id);
            }
        }
    }
}
