//! What a mail that came back is: a report about a delivery (RFC 3464), or not. Its bytes were written by strangers.

use domain::bounce::{Report, ReturnAddress, Returned};
use mail_parser::{ContentType, Message, MessageParser, MimeHeaders};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The most parts that a mail may announce. Each part within another names its type, so this bounds the nesting too:
/// what is built deep is dropped deep, and would use up the stack.
const PARTS_MAX: usize = 50;
/// The headers in which a mail server says to which address a mail came.
const CAME_TO: [&str; 4] = ["delivered-to", "x-original-to", "envelope-to", "to"];

/// Reads one mail. Never panics.
pub(super) fn read(bytes: &[u8], address: &ReturnAddress) -> Returned {
    if announced(bytes) > PARTS_MAX {
        return Returned::Unreadable;
    }
    catch_unwind(AssertUnwindSafe(|| parsed(bytes, address))).unwrap_or(Returned::Unreadable)
}

/// How often a type is named, wherever.
fn announced(bytes: &[u8]) -> usize {
    const NAME: &[u8] = b"content-type";
    bytes.windows(NAME.len()).filter(|found| found.eq_ignore_ascii_case(NAME)).count()
}

fn parsed(bytes: &[u8], address: &ReturnAddress) -> Returned {
    let Some(message) = MessageParser::new().with_mime_headers().parse(bytes) else {
        return Returned::Unreadable;
    };
    if message.parts.is_empty() {
        return Returned::Unreadable;
    }
    let is_report = is(message.content_type(), "multipart", &["report"]);
    let about = message.content_type().and_then(|kind| kind.attribute("report-type")).unwrap_or_default();
    if is_report && about.eq_ignore_ascii_case("delivery-status") {
        return match status(&message) {
            Some(report) => Returned::Report { token: token(&message, address), report },
            None => Returned::Unclassified,
        };
    }
    // A receipt for reading, or an answer of a machine (RFC 3834).
    let automatic = header(&message, "auto-submitted").is_some_and(|said| !said.eq_ignore_ascii_case("no"));
    let receipt = is_report && about.eq_ignore_ascii_case("disposition-notification");
    if automatic || receipt { Returned::AutoReply } else { Returned::Unclassified }
}

/// The part that programs read, right under the report.
fn status(message: &Message<'_>) -> Option<Report> {
    let parts = message.parts.first()?.sub_parts()?;
    let found = parts
        .iter()
        .filter_map(|id| message.parts.get(usize::try_from(*id).ok()?))
        .find(|part| is(part.content_type(), "message", &["delivery-status", "global-delivery-status"]))?;
    Report::parse(&String::from_utf8_lossy(found.contents()))
}

fn is(found: Option<&ContentType<'_>>, kind: &str, of: &[&str]) -> bool {
    found.is_some_and(|found| {
        let subtype = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind) && of.iter().any(|of| subtype.eq_ignore_ascii_case(of))
    })
}

fn header<'m>(message: &'m Message<'_>, name: &str) -> Option<&'m str> {
    message.headers_raw().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// The one token of the addresses that it came to; none where there are several.
fn token(message: &Message<'_>, address: &ReturnAddress) -> Option<String> {
    let mut tokens: Vec<String> = message
        .headers_raw()
        .filter(|(name, _)| CAME_TO.iter().any(|known| name.eq_ignore_ascii_case(known)))
        .flat_map(|(_, value)| address.tokens_in(value))
        .collect();
    tokens.sort();
    tokens.dedup();
    match tokens.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}
