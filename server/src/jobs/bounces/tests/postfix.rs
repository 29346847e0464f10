//! A real Postfix, with a queue of its own in a folder of its own: what it takes arrives, and what it sends back is
//! found. Needs root, because Postfix does. Skipped, with a word, where it isn't installed; never where `CI=true`.

use super::*;
use domain::view::Receipt;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt, chown},
    process::{Child, Command, Stdio},
};

/// The programs that it consists of, each with as little as it needs (master(5)).
const SERVICES: &str = "\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The id of a user, if this is root and Postfix is here.
fn user(name: &str) -> Option<u32> {
    output("id", &["-u", name])?.parse().ok()
}

struct Postfix {
    port: u16,
    folder: TempDir,
    master: Child,
}

impl Postfix {
    /// Starts one that takes everything for two domains and knows one mailbox in each: that of Anna, and that of the
    /// return addresses, which it hands over with LMTP where it is told to whom.
    fn start(lmtp: Option<SocketAddr>) -> Option<Self> {
        let found = output("postconf", &["-d", "mail_version"]).zip(user("postfix")).zip(user("nobody"));
        let is_root = output("id", &["-u"]).as_deref() == Some("0");
        let Some(((_, postfix), nobody)) = found.filter(|_| is_root) else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "no Postfix here, or not root; nothing is skipped in CI"
            );
            eprintln!("skipped: no Postfix here, or not root (Debian: postfix)");
            return None;
        };
        let folder = TempDir::new().unwrap();
        let at = |path: &str| folder.path().join(path);
        // Its programs run as users of their own, who have to get here.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for path in ["conf", "queue", "data", "mail"] {
            fs::create_dir(at(path)).unwrap();
        }
        chown(at("data"), Some(postfix), None).unwrap();
        chown(at("mail"), Some(nobody), None).unwrap();
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let here = folder.path().display();
        let main = format!(
            "compatibility_level = 3.6\nqueue_directory = {here}/queue\ndata_directory = {here}/data\n\
             maillog_file = {here}/data/log\nmaillog_file_prefixes = {here}\nmyhostname = mx.postfix.test\n\
             mydestination =\nalias_maps =\nalias_database =\nmynetworks = 127.0.0.0/8\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nsmtpd_peername_lookup = no\nnotify_classes =\n\
             recipient_delimiter = +\nsmtpd_reject_unlisted_recipient = no\nsmtpd_relay_restrictions =\n\
             smtpd_recipient_restrictions = check_recipient_access texthash:{here}/conf/access, permit_mynetworks, reject\n\
             virtual_mailbox_domains = people.test, bounce.example.org\nvirtual_mailbox_base = {here}/mail\n\
             virtual_mailbox_maps = texthash:{here}/conf/mailboxes\nvirtual_minimum_uid = 1\n\
             virtual_uid_maps = static:{nobody}\nvirtual_gid_maps = static:{nobody}\n\
             transport_maps = texthash:{here}/conf/transports\n"
        );
        let write = |name: &str, text: &str| fs::write(at("conf").join(name), text).unwrap();
        write("main.cf", &main);
        write("master.cf", &format!("127.0.0.1:{port} inet n - n - - smtpd\n{SERVICES}"));
        write("mailboxes", "anna@people.test anna/\nbounces@bounce.example.org bounces/\n");
        let returns = lmtp.map(|at| format!("bounce.example.org lmtp:inet:{at}\n")).unwrap_or_default();
        write("transports", &format!("policy.test error:5.7.1 not wanted here\n{returns}"));
        write(
            "access",
            "grey@people.test 451 4.7.1 greylisted, come back later\nrefused@people.test 550 5.1.1 no such mailbox\n",
        );
        let log = fs::File::create(at("started")).unwrap();
        let master = Command::new("postfix")
            .arg("-c")
            .arg(at("conf"))
            .arg("start-fg")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let started = Self { port, folder, master };
        let greets = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        assert!(wait_for(greets), "Postfix didn't start: {}", started.log());
        Some(started)
    }

    fn log(&self) -> String {
        let read = |path: &str| fs::read_to_string(self.folder.path().join(path)).unwrap_or_default();
        read("started") + &read("data/log")
    }

    /// The mails in a mailbox, once there are so many.
    fn mailbox(&self, name: &str, count: usize) -> Vec<String> {
        let folder = self.folder.path().join("mail").join(name).join("new");
        assert!(wait_for(|| names(&folder).len() >= count), "{name}: {}", self.log());
        names(&folder).iter().map(|file| fs::read_to_string(folder.join(file)).unwrap()).collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // The master takes all its programs with it.
        let _ = Command::new("postfix")
            .arg("-c")
            .arg(self.folder.path().join("conf"))
            .arg("abort")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let _ = self.master.wait();
    }
}

/// Waits for at most half a minute: other tests run beside.
fn wait_for(ready: impl Fn() -> bool) -> bool {
    (0..300).any(|_| {
        let is_ready = ready();
        if !is_ready {
            std::thread::sleep(Duration::from_millis(100));
        }
        is_ready
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_postfix_takes_arrives_and_what_it_sends_back_is_bounced() {
    let Some(postfix) = Postfix::start(None) else { return };
    let desk = Desk::new().await;
    let all = Scripted::start(Script::default()).await;
    desk.job(plain(all.port), 1).run_due().await.unwrap();
    for to in ["anna@people.test", "nobody@people.test", "sales@policy.test"] {
        desk.ask(to).await;
    }
    for to in ["grey@people.test", "refused@people.test"] {
        desk.ask(to).await;
    }
    desk.job_with(plain(postfix.port), 2, Some(address())).run_due().await.unwrap();
    let states = async || {
        let mails = desk.mails().await;
        let of = |to: &str| mails.iter().find(|mail| mail.recipient == to).cloned().unwrap();
        [
            of("anna@people.test"),
            of("nobody@people.test"),
            of("sales@policy.test"),
            of("grey@people.test"),
            of("refused@people.test"),
        ]
    };
    let now = states().await.map(|mail| mail.state);
    assert_eq!(now, [S::Accepted, S::Accepted, S::Accepted, S::Deferred, S::Rejected], "{}", postfix.log());

    let arrived = postfix.mailbox("anna", 1).remove(0);
    assert!(arrived.contains("Subject: Test mail from Breachdesk\n"), "{arrived}");
    let anna = states().await[0].clone();
    assert!(arrived.contains(&anna.message_id) && arrived.contains("Return-Path: <bounces+"), "{arrived}");

    assert_eq!(postfix.mailbox("bounces", 2).len(), 2);
    let job = Bounces::new(desk.services.clone(), intake(&postfix.folder.path().join("mail/bounces")));
    assert_eq!(job.run_due().await.unwrap(), 2);
    let [anna, nobody, sales, grey, refused] = states().await;
    assert_eq!([anna.state, grey.state, refused.state], [S::Accepted, S::Deferred, S::Rejected]);
    let bounce = |mail: Receipt| {
        assert_eq!(mail.state, S::Bounced);
        mail.bounce.map(|bounce| (bounce.status, bounce.diagnosis)).unwrap()
    };
    let (status, diagnosis) = bounce(nobody);
    assert_eq!(status, "5.1.1");
    assert!(diagnosis.contains("unknown user"), "{diagnosis}");
    assert_eq!(bounce(sales), ("5.7.1".to_owned(), "not wanted here".to_owned()));
    assert_eq!(job.run_due().await.unwrap(), 0, "read once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_postfix_hands_over_with_lmtp_is_bounced() {
    let postbox = Postbox::new().await;
    let listening = lmtp::Listening::start(&postbox.desk, postbox.folder.path()).await;
    let Some(postfix) = Postfix::start(Some(listening.at)) else { return };
    postbox.desk.ask("nobody@people.test").await;
    postbox.desk.job_with(plain(postfix.port), 2, Some(address())).run_due().await.unwrap();
    assert_eq!(postbox.state().await, S::Accepted, "{}", postfix.log());
    assert!(wait_for(|| postbox.names("new").len() == 1), "{}", postfix.log());
    assert_eq!(postbox.job.run_due().await.unwrap(), 1);
    assert_eq!(postbox.state().await, S::Bounced, "{}", postfix.log());
}
