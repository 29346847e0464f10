//! What the bytes look like, and what cannot become a mail.

use super::*;
use crate::mail::Unbuildable;

#[test]
fn the_same_envelope_makes_the_same_bytes() {
    let text_only = Envelope { html: None, ..envelope() };
    for envelope in [envelope(), text_only] {
        let first = build(&envelope).unwrap();
        for _ in 0..20 {
            assert_eq!(build(&envelope).unwrap(), first);
        }
        assert!(first.is_ascii() && first.ends_with(b"\r\n"));
        let lines_end_in_crlf =
            first.split_inclusive(|b| *b == b'\n').all(|line| line.ends_with(b"\r\n") && line.len() <= 80);
        assert!(lines_end_in_crlf, "{}", String::from_utf8_lossy(&first));
    }
}

#[test]
fn the_whole_mail_as_it_is_sent() {
    let expected = "\
        Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n\
        From: Example Ltd <privacy@example.org>\r\n\
        To: anna@example.net\r\n\
        Subject: Your data was affected by an incident\r\n\
        Message-ID: <n1.r1.0a1b2c@example.org>\r\n\
        Auto-Submitted: auto-generated\r\n\
        Reply-To: dpo@example.org\r\n\
        MIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=\"b7f3c2a19d\"\r\n\
        \r\n\
        --b7f3c2a19d\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\
        \r\n\
        Dear Ms =C3=85ngstr=C3=B6m,\r\n\
        \r\n\
        .a line that begins with a dot\r\n\
        From here on=20\r\n\
        trailing space=20\r\n\
        \r\n\
        --b7f3c2a19d\r\n\
        Content-Type: text/html; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\
        \r\n\
        <p>Dear Ms =C3=85ngstr=C3=B6m</p>\r\n\
        \r\n\
        --b7f3c2a19d--\r\n";
    assert_eq!(String::from_utf8(build(&envelope()).unwrap()).unwrap(), expected);
}

#[test]
fn control_characters_are_refused_where_they_could_forge() {
    for bad in ["a\nb", "a\rb", "a\r\nBcc: x@example.org", "a\0", "\u{7f}", "\u{85}", "\u{2028}", "\t"] {
        let name = Envelope {
            from: Mailbox { name: bad.to_owned(), address: envelope().from.address },
            ..envelope()
        };
        assert_eq!(build(&name), Err(Unbuildable::ControlCharacter { field: "sender" }), "{bad:?}");
        let subject = Envelope { subject: bad.to_owned(), ..envelope() };
        assert_eq!(build(&subject), Err(Unbuildable::ControlCharacter { field: "subject" }), "{bad:?}");
        for envelope in [
            Envelope { to: format!("anna{bad}@example.net"), ..envelope() },
            Envelope { reply_to: Some(format!("dpo@example.org{bad}")), ..envelope() },
            Envelope { message_id: format!("a{bad}@example.org"), ..envelope() },
            Envelope { boundary: format!("a{bad}"), ..envelope() },
        ] {
            assert!(build(&envelope).is_err(), "{bad:?}");
        }
    }
    for bad in ["a\0b", "bare\rreturn", "\u{1b}[31m", "\u{7f}", "ends in \r"] {
        let text = Envelope { text: bad.to_owned(), ..envelope() };
        assert_eq!(build(&text), Err(Unbuildable::ControlCharacter { field: "text" }), "{bad:?}");
        let html = Envelope { html: Some(bad.to_owned()), ..envelope() };
        assert_eq!(build(&html), Err(Unbuildable::ControlCharacter { field: "HTML" }), "{bad:?}");
    }
    assert!(build(&Envelope { text: "tab\t, line\nand line\r\n".to_owned(), ..envelope() }).is_ok());
}

#[test]
fn addresses_that_relays_do_not_take_are_refused() {
    for bad in [
        "",
        "anna",
        "@example.net",
        "anna@",
        "anna@@example.net",
        "anna@example.net, eve@example.com",
        "Anna <anna@example.net>",
        "<anna@example.net>",
        "an na@example.net",
        "\"an na\"@example.net",
        "ånna@example.net",
        "anna@bücher.example",
        "anna@example.net> SIZE=1",
        "anna@exa mple.net",
    ] {
        let refused = build(&Envelope { to: bad.to_owned(), ..envelope() });
        assert_eq!(refused, Err(Unbuildable::Address { field: "recipient" }), "{bad:?}");
    }
    for good in
        ["anna@example.net", "a.b+tag@sub.example.co", "o'neil@example.org", "x_y-z@xn--bcher-kva.example"]
    {
        assert!(build(&Envelope { to: good.to_owned(), ..envelope() }).is_ok(), "{good}");
    }
}

#[test]
fn dates_ids_and_boundaries_out_of_range_are_refused_not_a_panic() {
    for seconds in [-1, -62_135_596_800, 253_402_300_800] {
        let date = DateTime::from_timestamp(seconds, 0).unwrap();
        assert_eq!(build(&Envelope { date, ..envelope() }), Err(Unbuildable::Date), "{date}");
    }
    for id in
        ["", "no-at", "@example.org", "a@", "a@b@c", "a b@example.org", "<a@example.org>", "ä@example.org"]
    {
        let refused = build(&Envelope { message_id: id.to_owned(), ..envelope() });
        assert_eq!(refused, Err(Unbuildable::MessageId), "{id:?}");
    }
    let long = "b".repeat(61);
    for boundary in ["", "with space", "quote\"", "semi;colon", long.as_str()] {
        let refused = build(&Envelope { boundary: boundary.to_owned(), ..envelope() });
        assert_eq!(refused, Err(Unbuildable::Boundary), "{boundary:?}");
    }
    // A boundary that occurs in the text would cut it.
    let cut = Envelope { text: "before\n--b7f3c2a19d--\nafter\n".to_owned(), ..envelope() };
    assert_eq!(build(&cut), Err(Unbuildable::Boundary));
}

#[test]
fn a_very_long_text_is_built_in_reasonable_time() {
    let started = std::time::Instant::now();
    let long = Envelope { text: "All work and no play.\n".repeat(200_000), ..envelope() };
    assert!(build(&long).unwrap().len() > 4_000_000);
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}
