//! LMTP as a mail server speaks it, and as nobody should.

use super::{super::lmtp::Lmtp, *};
use proptest::strategy::ValueTree;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    task::JoinHandle,
};

/// A listener that puts mail into the maildir of a postbox.
pub(super) struct Listening {
    pub(super) at: SocketAddr,
    task: JoinHandle<()>,
}

impl Listening {
    pub(super) async fn start(desk: &Desk, folder: &Path) -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let lmtp = Lmtp::bind(desk.services.clone(), &intake(folder), any).await.unwrap();
        Self { at: lmtp.address().unwrap(), task: tokio::spawn(lmtp.run()) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    async fn to(listening: &Listening) -> Self {
        let mut client = Self(BufReader::new(TcpStream::connect(listening.at).await.unwrap()));
        assert_eq!(client.reply().await, "220");
        client
    }

    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// The code of the next reply, of its last line; empty where the connection has ended.
    async fn reply(&mut self) -> String {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).await.unwrap_or(0) == 0 {
                return String::new();
            }
            if line.get(3..4) != Some("-") {
                return line.chars().take(3).collect();
            }
        }
    }

    async fn say(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n")).await;
        self.reply().await
    }

    /// Up to the mail itself.
    async fn greeted(listening: &Listening, to: &str) -> Self {
        let mut client = Self::to(listening).await;
        assert_eq!(client.say("LHLO mx.example.org").await, "250");
        assert_eq!(client.say("MAIL FROM:<> SIZE=2000 BODY=8BITMIME").await, "250");
        assert_eq!(client.say(&format!("RCPT TO:<{to}>")).await, "250");
        assert_eq!(client.say("DATA").await, "354");
        client
    }
}

#[tokio::test]
async fn a_report_that_is_handed_over_is_read_by_the_address_it_came_to() {
    let postbox = Postbox::new().await;
    let listening = Listening::start(&postbox.desk, postbox.folder.path()).await;
    let token = postbox.token_of_a_mail().await;
    // The report itself names no address of ours: only the envelope does.
    let report = postfix(&token, "failed", "5.1.1").replace(&address().of(&token), "desk@example.org");
    let mut client = Client::greeted(&listening, &address().of(&token)).await;
    client.send(format!("{report}..a line that begins with a dot\r\n.\r\n")).await;
    assert_eq!(client.reply().await, "250");
    let kept = postbox.names("new");
    let text = fs::read_to_string(postbox.folder.path().join("new").join(&kept[0])).unwrap();
    assert!(text.starts_with(&format!("Delivered-To: {}\r\nReturn-Path: <>\r\n", address().of(&token))));
    assert!(text.ends_with("\r\n.a line that begins with a dot\r\n"), "{text}");
    assert_eq!(postbox.names("tmp").len(), 0);
    assert_eq!(postbox.job.run_due().await.unwrap(), 1);
    assert_eq!(postbox.state().await, S::Bounced);

    // Once more on the same connection, all at once: the same report changes nothing.
    let to = address().of(&token).to_uppercase();
    client
        .send(format!("MAIL FROM:<>\r\nRCPT TO:<{to}>\r\nRCPT TO:<Bounces@Bounce.Example.org>\r\nDATA\r\n{report}.\r\nQUIT\r\n"))
        .await;
    for expected in ["250", "250", "250", "354", "250", "250", "221", ""] {
        assert_eq!(client.reply().await, expected);
    }
    assert_eq!(postbox.job.run_due().await.unwrap(), 2, "one for each address");
    assert_eq!((postbox.count(Fate::Repeated).await, postbox.count(Fate::NoToken).await), (1, 1));
}

#[tokio::test]
async fn what_is_out_of_order_too_big_or_for_others_is_refused() {
    let postbox = Postbox::new().await;
    let listening = Listening::start(&postbox.desk, postbox.folder.path()).await;
    let mut client = Client::to(&listening).await;
    for (line, code) in [
        ("MAIL FROM:<>", "503"),
        ("EHLO mx.example.org", "502"),
        ("LHLO mx.example.org", "250"),
        ("RCPT TO:<bounces@bounce.example.org>", "503"),
        ("MAIL FROM:<> SIZE=262145", "552"),
        ("MAIL FROM:<relay@example.org>", "250"),
        ("MAIL FROM:<>", "503"),
        ("DATA", "503"),
        ("RCPT TO:<anna@people.test>", "550"),
        ("RCPT TO:<bounces@bounce.example.org.evil.test>", "550"),
        ("RSET", "250"),
        ("NOOP", "250"),
        ("AUTH PLAIN AGEAYg==", "502"),
    ] {
        assert_eq!(client.say(line).await, code, "{line}");
    }
    // The tenth fault ends it.
    assert_eq!(client.say("VRFY root").await, "502");
    assert_eq!(client.say("GET / HTTP/1.1").await, "421");
    assert_eq!(client.reply().await, "");

    let mut client = Client::greeted(&listening, "bounces@bounce.example.org").await;
    client.send(format!("Subject: big\r\n\r\n{}\r\n.\r\n", "x".repeat(300 * 1024))).await;
    assert_eq!(client.reply().await, "552");
    assert_eq!(client.say("NOOP").await, "250", "the connection goes on behind its dot");

    let many = |n: usize| format!("RCPT TO:<bounces+{n}@bounce.example.org>");
    assert_eq!(client.say("MAIL FROM:<>").await, "250");
    for n in 0..20 {
        assert_eq!(client.say(&many(n)).await, "250");
    }
    assert_eq!(client.say(&many(20)).await, "452");

    // Cut off in the middle: nothing was confirmed, and nothing is kept.
    let mut cut = Client::greeted(&listening, "bounces@bounce.example.org").await;
    cut.send("Subject: cut\r\n\r\nHalf a l").await;
    drop(cut);
    let mut long = Client::to(&listening).await;
    long.send("LHLO ".to_owned() + &"x".repeat(8_000) + "\r\n").await;
    assert_eq!(long.reply().await, "500");
    assert_eq!((postbox.names("new").len(), postbox.names("tmp").len()), (0, 0));
}

#[tokio::test]
async fn a_maildir_that_is_full_takes_no_more_until_it_is_read() {
    let postbox = Postbox::new().await;
    let maildir = super::super::maildir::Maildir::new(postbox.folder.path().to_owned());
    assert!(maildir.put_new("1", b"a", 2).unwrap() && maildir.put_new("2", b"b", 2).unwrap());
    assert!(!maildir.put_new("3", b"c", 2).unwrap());
    assert_eq!(postbox.names("new"), ["1", "2"]);
}

#[tokio::test]
async fn no_bytes_bring_the_listener_down() {
    let postbox = Postbox::new().await;
    let listening = Listening::start(&postbox.desk, postbox.folder.path()).await;
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let lines = proptest::sample::select(vec![
        "LHLO a\r\n",
        "MAIL FROM:<>\r\n",
        "RCPT TO:<bounces@bounce.example.org>\r\n",
        "DATA\r\n",
        ".\r\n",
        "BDAT 5 LAST\r\n",
        "RCPT TO:<\u{0}@\u{fffd}>\r\n",
        "MAIL FROM:<a@b> SIZE=-1\r\n",
        "\r\n",
        "QUIT\r\n",
    ]);
    let noise = proptest::collection::vec(any::<u8>(), 0..300);
    let strategy = proptest::collection::vec((lines, noise), 0..12);
    let talks: Vec<_> = (0..200).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    for parts in talks {
        let mut stream = TcpStream::connect(listening.at).await.unwrap();
        for (line, noise) in parts {
            // The other end may have hung up by now.
            let _ = stream.write_all(line.as_bytes()).await;
            let _ = stream.write_all(&noise).await;
        }
    }
    let mut client = Client::greeted(&listening, "bounces@bounce.example.org").await;
    client.send("Subject: still here\r\n\r\n.\r\n").await;
    assert_eq!(client.reply().await, "250");
}
