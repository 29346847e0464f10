//! The stream under lettre's connection. It watches three things that lettre doesn't: that the relay
//! answers once per question and at bearable length, that content keeps flowing, and whether the
//! final dot was written.

use std::fmt;
use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};
use tokio_rustls::client::TlsStream;

/// The longest reply that is read, in bytes. lettre reads it anew with each line, so that more would
/// let a relay burn our time.
const LONGEST_REPLY: usize = 16 * 1024;
/// The longest reply line; RFC 5321, section 4.5.3.1.5 allows 512 bytes.
const LONGEST_LINE: usize = 1_000;
const UNASKED: &str = "the relay answered without being asked";
/// How lettre ends a mail, in a write of its own. Content can't contain it: its dots are doubled.
const DOT: &[u8] = b"\r\n.\r\n";

pub(super) enum Channel {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

pub(super) struct Wire {
    channel: Channel,
    /// A greeting to be read before anything else.
    greeting: &'static [u8],
    reply: Reply,
    block: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    dot: Arc<watch::Sender<bool>>,
}

impl Wire {
    pub(super) fn new(channel: Channel, block: Duration, dot: Arc<watch::Sender<bool>>) -> Self {
        Self { channel, greeting: b"", reply: Reply::awaited(), block, stalled: None, dot }
    }

    /// For a connection whose greeting was read before TLS began.
    pub(super) fn already_greeted(&mut self) {
        self.greeting = b"220 greeted before TLS\r\n";
        self.reply = Reply { awaited: false, ..Reply::awaited() };
    }

    /// Fails when nothing could be written for as long as a block may take.
    fn stall<T>(&mut self, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let block = self.block;
        let clock = self.stalled.get_or_insert_with(|| Box::pin(sleep(block)));
        ready!(clock.as_mut().poll(cx));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, format!("the relay took nothing for {block:?}"))))
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        if !this.greeting.is_empty() {
            let (now, later) = this.greeting.split_at(this.greeting.len().min(buf.remaining()));
            buf.put_slice(now);
            this.greeting = later;
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(match &mut this.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Channel::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        })?;
        let asked_for = this.reply.read(buf.filled().get(before..).unwrap_or_default())?;
        buf.set_filled(before + asked_for);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<Result<usize>> {
        let this = &mut *self;
        if this.reply.unasked {
            return Poll::Ready(Err(Error::new(ErrorKind::InvalidData, UNASKED)));
        }
        let written = match &mut this.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Channel::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        };
        match written {
            Poll::Pending => this.stall(cx),
            Poll::Ready(Ok(count)) => {
                this.stalled = None;
                this.reply.ask();
                if buf == DOT && count > 0 {
                    this.dot.send_replace(true);
                }
                Poll::Ready(Ok(count))
            }
            failed => failed,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let this = &mut *self;
        let flushed = match &mut this.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Channel::Tls(stream) => Pin::new(stream).poll_flush(cx),
        };
        if flushed.is_pending() {
            return this.stall(cx);
        }
        this.stalled = None;
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.channel {
            Channel::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Channel::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> Result<SocketAddr> {
        match &self.channel {
            Channel::Plain(stream) => stream.peer_addr(),
            Channel::Tls(stream) => stream.get_ref().0.peer_addr(),
        }
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

/// Follows replies just far enough to know where each ends. A reply nobody asked for would be taken
/// for the answer to the next command, and so one mail's 250 for another's: what comes after a
/// complete reply is dropped, and nothing can be written afterwards.
struct Reply {
    awaited: bool,
    unasked: bool,
    length: usize,
    column: usize,
    last_line: bool,
}

impl Reply {
    fn awaited() -> Self {
        Self { awaited: true, unasked: false, length: 0, column: 0, last_line: true }
    }

    /// Something was written, so that an answer is due.
    fn ask(&mut self) {
        if !self.awaited {
            *self = Self::awaited();
        }
    }

    /// How many of these bytes belong to the reply that is awaited.
    fn read(&mut self, bytes: &[u8]) -> Result<usize> {
        for (number, byte) in bytes.iter().enumerate() {
            if !self.awaited {
                self.unasked = true;
                // Zero bytes would read as the end of the stream, which this isn't.
                return if number > 0 {
                    Ok(number)
                } else {
                    Err(Error::new(ErrorKind::InvalidData, UNASKED))
                };
            }
            self.length += 1;
            if self.length > LONGEST_REPLY || self.column > LONGEST_LINE {
                return Err(Error::new(ErrorKind::InvalidData, "the relay's answer is too long"));
            }
            if *byte == b'\n' {
                // `250-` continues, `250 ` ends; a line too short to tell ends as well.
                self.awaited = !self.last_line;
                self.column = 0;
                self.last_line = true;
                continue;
            }
            if self.column == 3 {
                self.last_line = *byte != b'-';
            }
            self.column += 1;
        }
        Ok(bytes.len())
    }
}
