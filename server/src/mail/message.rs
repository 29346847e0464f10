//! From an [`Envelope`] to the bytes of the mail.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use chrono::Datelike;
use lettre::Address;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Message, MultiPart, SinglePart};

use super::{Envelope, Mailbox, header};

/// Why no mail can be made of an envelope. Trying again with the same envelope cannot help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbuildable {
    /// An address that a relay would not take, or that needs SMTPUTF8.
    #[error("the {field} address isn't a mail address in plain ASCII characters")]
    Address { field: &'static str },
    /// A line break, NUL or other control character where it could forge headers or cut the text.
    #[error("the {field} contains a control character")]
    ControlCharacter { field: &'static str },
    #[error("the Message-ID isn't of the form local@domain in printable ASCII characters")]
    MessageId,
    /// Not 1–60 letters, digits, `-` or `_`, or it occurs in the content.
    #[error("the MIME boundary is malformed or occurs in the content")]
    Boundary,
    #[error("the date lies outside the years 1970 to 9999")]
    Date,
    #[error("the mail builder refused the message")]
    Refused,
}

/// Makes the mail: the same bytes for the same envelope, every time and on every machine.
///
/// Lines end in CRLF, all octets are ASCII, and text and HTML decode to exactly what the envelope
/// holds (with CRLF line ends). `Auto-Submitted: auto-generated` (RFC 3834, section 5) keeps
/// out-of-office replies from answering a notice.
///
/// # Errors
/// [`Unbuildable`], which names the part at fault. Never panics.
pub fn build(envelope: &Envelope) -> Result<Vec<u8>, Unbuildable> {
    check(envelope)?;
    // lettre's builders unwrap in places; a crash there must not take the sending job with it.
    let bytes = catch_unwind(AssertUnwindSafe(|| compose(envelope))).map_err(|_| Unbuildable::Refused)??;
    if envelope.html.is_some() {
        let delimiter = format!("--{}", envelope.boundary);
        let delimiters = bytes.windows(delimiter.len()).filter(|w| *w == delimiter.as_bytes()).count();
        if delimiters != 3 {
            return Err(Unbuildable::Boundary);
        }
    }
    Ok(bytes)
}

/// Reads an address for the SMTP envelope. Stricter than RFC 5321: printable ASCII without quotes,
/// because nothing else survives every relay.
pub(super) fn address(field: &'static str, value: &str) -> Result<Address, Unbuildable> {
    let plain = value.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\,;()".contains(&b));
    match value.parse::<Address>() {
        Ok(address) if plain && value.len() <= 254 => Ok(address),
        _ => Err(Unbuildable::Address { field }),
    }
}

impl Mailbox {
    /// # Errors
    /// [`Unbuildable::Address`] or [`Unbuildable::ControlCharacter`]; `field` is named in both.
    pub fn check(&self, field: &'static str) -> Result<(), Unbuildable> {
        no_controls(field, &self.name)?;
        address(field, &self.address).map(drop)
    }
}

fn check(envelope: &Envelope) -> Result<(), Unbuildable> {
    envelope.from.check("sender")?;
    address("recipient", &envelope.to)?;
    if let Some(reply_to) = &envelope.reply_to {
        address("reply-to", reply_to)?;
    }
    if let Some(return_to) = &envelope.return_to {
        address("return", return_to)?;
    }
    no_controls("subject", &envelope.subject)?;
    no_controls_but_lines("text", &envelope.text)?;
    if let Some(html) = &envelope.html {
        no_controls_but_lines("HTML", html)?;
    }
    let id = &envelope.message_id;
    let id_chars = id.bytes().all(|b| b.is_ascii_graphic() && !b"<>\"\\()".contains(&b));
    let id_form = id.split_once('@').is_some_and(|(l, d)| !l.is_empty() && !d.is_empty() && !d.contains('@'));
    if !id_chars || !id_form || id.len() > 250 {
        return Err(Unbuildable::MessageId);
    }
    let boundary = &envelope.boundary;
    let boundary_chars = boundary.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !boundary_chars || boundary.is_empty() || boundary.len() > 60 {
        return Err(Unbuildable::Boundary);
    }
    if !(1970..=9999).contains(&envelope.date.year()) {
        return Err(Unbuildable::Date);
    }
    Ok(())
}

fn no_controls(field: &'static str, value: &str) -> Result<(), Unbuildable> {
    if value.contains(header::is_forbidden) { Err(Unbuildable::ControlCharacter { field }) } else { Ok(()) }
}

/// Line feeds and tabs are content; a carriage return only as half of a line end, since a bare one
/// is read as a line end by some servers and not by others.
fn no_controls_but_lines(field: &'static str, value: &str) -> Result<(), Unbuildable> {
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let allowed = match c {
            '\n' | '\t' => true,
            '\r' => chars.peek() == Some(&'\n'),
            c => !c.is_control(),
        };
        if !allowed {
            return Err(Unbuildable::ControlCharacter { field });
        }
    }
    Ok(())
}

fn compose(envelope: &Envelope) -> Result<Vec<u8>, Unbuildable> {
    let from = address("sender", &envelope.from.address)?;
    let to = address("recipient", &envelope.to)?;
    let seconds = u64::try_from(envelope.date.timestamp()).map_err(|_| Unbuildable::Date)?;

    let mut builder = Message::builder()
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .raw_header(written(HeaderName::new_from_ascii_str("From"), &envelope.from.address, |column| {
            header::mailbox(&envelope.from.name, &envelope.from.address, column)
        }))
        .raw_header(written(HeaderName::new_from_ascii_str("To"), &envelope.to, |column| {
            header::mailbox("", &envelope.to, column)
        }))
        .raw_header(written(HeaderName::new_from_ascii_str("Subject"), &envelope.subject, |column| {
            header::unstructured(&envelope.subject, column)
        }))
        .message_id(Some(format!("<{}>", envelope.message_id)))
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .envelope(lettre::address::Envelope::new(Some(from), vec![to]).map_err(|_| Unbuildable::Refused)?);
    if let Some(reply_to) = &envelope.reply_to {
        builder = builder
            .raw_header(written(HeaderName::new_from_ascii_str("Reply-To"), reply_to, |_| reply_to.clone()));
    }
    let text = &envelope.text;
    let message = match &envelope.html {
        None => builder.singlepart(part(ContentType::TEXT_PLAIN, last_body(text))),
        Some(html) => builder.multipart(
            MultiPart::alternative()
                .boundary(envelope.boundary.as_str())
                .singlepart(part(ContentType::TEXT_PLAIN, transfer_body(text)))
                .singlepart(part(ContentType::TEXT_HTML, transfer_body(html))),
        ),
    };
    Ok(message.map_err(|_| Unbuildable::Refused)?.formatted())
}

fn part(content_type: ContentType, body: Body) -> SinglePart {
    SinglePart::builder().header(content_type).body(body)
}

/// A header already written out; `raw` is what lettre reads when it looks for the sender.
fn written(name: HeaderName, raw: &str, write: impl FnOnce(usize) -> String) -> HeaderValue {
    let value = write(name.len() + ": ".len());
    HeaderValue::dangerous_new_pre_encoded(name, raw.to_owned(), value)
}

/// Line ends as mail has them. lettre would do it too, but in quadratic time.
fn with_crlf(content: &str) -> String {
    content.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// Quoted-printable, or base64 where that is shorter: both come through relays that strip trailing
/// spaces or re-wrap lines. Never 7bit or 8bit.
fn transfer_body(content: &str) -> Body {
    let content = with_crlf(content);
    let chosen = Body::new(content.clone());
    match chosen.encoding() {
        ContentTransferEncoding::QuotedPrintable | ContentTransferEncoding::Base64 => chosen,
        _ => Body::new_with_encoding(content, ContentTransferEncoding::QuotedPrintable).unwrap_or(chosen),
    }
}

/// The body of a mail with one part. A mail ends in CRLF, which lettre adds; it must be either the
/// content's own last line end or, in quoted-printable, an invisible (soft) one.
fn last_body(content: &str) -> Body {
    if let Some(shorter) = content.strip_suffix('\n') {
        let body = transfer_body(shorter.strip_suffix('\r').unwrap_or(shorter));
        if body.encoding() == ContentTransferEncoding::QuotedPrintable {
            return body;
        }
        return base64_body(content);
    }
    let body = transfer_body(content);
    let last_line = body.as_ref().rsplit(|b| *b == b'\n').next().map_or(0, <[u8]>::len);
    // A quoted-printable line is at most 76 columns with its soft break (RFC 2045, section 6.7).
    if body.encoding() == ContentTransferEncoding::QuotedPrintable && last_line < 76 {
        let mut bytes = body.into_vec();
        bytes.push(b'=');
        return Body::dangerous_pre_encoded(bytes, ContentTransferEncoding::QuotedPrintable);
    }
    base64_body(content)
}

fn base64_body(content: &str) -> Body {
    Body::new_with_encoding(with_crlf(content).into_bytes(), ContentTransferEncoding::Base64)
        .unwrap_or_else(Body::new)
}
