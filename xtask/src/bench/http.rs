//! As much of HTTP/1.1 as the measurements need: one connection that is kept, answers with a length.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// One connection to the desk.
pub(super) struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// What goes with a call.
#[derive(Default)]
pub(super) struct Call<'a> {
    pub(super) body: Option<&'a Value>,
    /// The revision that was seen.
    pub(super) seen: Option<i64>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    /// Where it sends the browser on to.
    pub(super) location: Option<String>,
    cookie: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    pub(super) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { address, stream: BufReader::new(stream) })
    }

    /// Signs in and returns the cookie.
    pub(super) fn sign_in(&mut self, email: &str, password: &str) -> Result<String> {
        let answer = self.post("/sign-in", "", &[("email", email), ("password", password)])?;
        answer.cookie.with_context(|| format!("signing in as {email} was answered with {}", answer.status))
    }

    pub(super) fn get(&mut self, path: &str, cookie: &str) -> Result<Answer> {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", self.address))
    }

    /// A file as a browser gets it that takes gzip.
    pub(super) fn get_packed(&mut self, path: &str) -> Result<Answer> {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: gzip\r\n\r\n", self.address))
    }

    /// A form, as a browser sends it from one of the desk's own pages.
    pub(super) fn post(&mut self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Result<Answer> {
        let fields: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let body = fields.join("&");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        self.send(head + &body)
    }

    /// A call of API v1 with a token, as JSON.
    pub(super) fn call(&mut self, method: &str, path: &str, token: &str, call: &Call<'_>) -> Result<Value> {
        let body = call.body.map(Value::to_string).unwrap_or_default();
        let mut head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n",
            self.address,
            body.len()
        );
        if let Some(revision) = call.seen {
            head.push_str(&format!("If-Match: \"{revision}\"\r\n"));
        }
        let answer = self.send(head + "\r\n" + &body)?;
        if !(200..300).contains(&answer.status) {
            bail!("{method} {path} was answered with {}: {}", answer.status, answer.text());
        }
        Ok(if answer.body.is_empty() { Value::Null } else { serde_json::from_slice(&answer.body)? })
    }

    fn send(&mut self, request: String) -> Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?;
        let status = status
            .split(' ')
            .nth(1)
            .and_then(|s| s.parse().ok())
            .with_context(|| format!("not HTTP: {status}"))?;
        let (mut cookie, mut length, mut location) = (None, None, None);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "set-cookie" => cookie = value.split(';').next().map(str::to_owned),
                "location" => location = Some(value.to_owned()),
                "content-length" => length = Some(value.parse()?),
                _ => {}
            }
        }
        let length = if status == 204 { Some(0) } else { length };
        let Some(length) = length else { bail!("an answer ({status}) without its length") };
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, location, cookie, body })
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the desk closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }
}

/// A value of a form, with everything but letters and digits written as bytes.
fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len() * 2);
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_a_form() {
        assert_eq!(encoded("a b&c=ä"), "a%20b%26c%3D%C3%A4");
    }
}
