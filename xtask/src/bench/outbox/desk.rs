//! What people would do: set the relay, write a notice, give it a long list, approve it and send it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::bench::http::{Call, Client};
use crate::bench::site::Site;
use crate::bench::{DPO, worked_example};

const ADMINISTRATOR: &str = "administrator@quillmark.test";
const COUNSEL: &str = "counsel@quillmark.test";
/// So many addresses at a time.
const CHUNK: usize = 1_000;

/// The notice, and what its progress is asked with.
pub(super) struct Notice {
    id: String,
    token: String,
    /// A session of somebody who looks at pages.
    pub(super) cookie: String,
    /// The page of the case, and of the notice.
    pub(super) pages: [String; 2],
}

/// How the mails stand, as the desk tells it.
pub(super) struct Told {
    pub(super) tally: BTreeMap<String, u64>,
    pub(super) stage: String,
}

impl Told {
    pub(super) fn of(&self, state: &str) -> u64 {
        self.tally.get(state).copied().unwrap_or_default()
    }

    /// Whether everybody is in exactly one state.
    pub(super) fn balances(&self) -> bool {
        let all: u64 = self.tally.iter().filter(|(state, _)| *state != "total").map(|(_, n)| n).sum();
        all == self.of("total")
    }
}

/// The address of the n-th person.
pub(super) fn address(number: usize) -> String {
    format!("person-{number}@people.test")
}

/// Lays everything out up to the moment before the notice is sent.
pub(super) fn prepare(
    site: &Site,
    sign_ins: &BTreeMap<String, String>,
    port: u16,
    recipients: usize,
) -> Result<Notice> {
    let mut client = Client::connect(site.address())?;
    let mut sign_in = |who: &str| {
        let password = sign_ins.get(who).with_context(|| format!("no sign-in for {who} was printed"))?;
        client.sign_in(who, password)
    };
    let (administrator, dpo, counsel) = (sign_in(ADMINISTRATOR)?, sign_in(DPO)?, sign_in(COUNSEL)?);
    let port = port.to_string();
    let relay = [
        ("host", "127.0.0.1"),
        ("port", &port),
        ("security", "none"),
        ("username", ""),
        ("password", ""),
        ("from_name", "Quillmark Outfitters"),
        ("from_address", "incidents@quillmark.test"),
        ("revision", "0"),
    ];
    let saved = client.post("/admin/mail", &administrator, &relay)?;
    anyhow::ensure!(saved.status == 303, "the relay was answered with {}: {}", saved.status, saved.text());
    let token = token(&mut client, &dpo)?;
    let second = self::token(&mut client, &counsel)?;
    let incident = worked_example(&mut client, &dpo)?;

    let draft = json!({ "kind": "subject_communication", "language": "en" });
    let notices = format!("{incident}/notices");
    let drafted = client.call("POST", &notices, &token, &Call { body: Some(&draft), seen: None })?;
    let id = drafted.get("id").and_then(Value::as_str).context("the draft has no id")?.to_owned();
    let path = format!("/notices/{id}");
    let mut revision = 1;
    let people: Vec<String> = (0..recipients).map(address).collect();
    for part in people.chunks(CHUNK) {
        let more = json!({ "recipients": part.join("\n") });
        let call = Call { body: Some(&more), seen: Some(revision) };
        let grown = client.call("POST", &format!("{path}/recipients"), &token, &call)?;
        revision = grown.get("revision").and_then(Value::as_i64).context("the list has no revision")?;
    }
    client.call("POST", &format!("{path}/submit"), &token, &Call { body: None, seen: Some(revision) })?;
    let page = client.call("GET", &path, &second, &Call::default())?;
    let approval = json!({ "digest": page.get("digest") });
    let call = Call { body: Some(&approval), seen: Some(revision + 1) };
    client.call("POST", &format!("{path}/approve"), &second, &call)?;
    Ok(Notice { pages: [incident, path], id, token, cookie: dpo })
}

/// A token that writes and releases.
fn token(client: &mut Client, cookie: &str) -> Result<String> {
    let form = [("name", "bench"), ("scopes", "write"), ("scopes", "release"), ("days", "1")];
    let page = client.post("/account/tokens", cookie, &form)?.text();
    let (_, after) = page.split_once("only-now").context("no token was shown")?;
    let (_, after) = after.split_once("<code>").context("no token was shown")?;
    let (token, _) = after.split_once("</code>").context("no token was shown")?;
    Ok(token.to_owned())
}

impl Notice {
    /// Releases it.
    pub(super) fn send(&self, site: &Site) -> Result<()> {
        let mut client = Client::connect(site.address())?;
        let path = format!("/notices/{}", self.id);
        let page = client.call("GET", &path, &self.token, &Call::default())?;
        let seen = page.pointer("/notice/revision").and_then(Value::as_i64);
        client.call("POST", &format!("{path}/send"), &self.token, &Call { body: None, seen })?;
        Ok(())
    }

    /// How its mails stand now.
    pub(super) fn told(&self, site: &Site) -> Result<Told> {
        let mut client = Client::connect(site.address())?;
        let page = client.call("GET", &format!("/notices/{}", self.id), &self.token, &Call::default())?;
        let tally = page.get("tally").and_then(Value::as_object).context("no tally")?;
        let tally = tally.iter().map(|(state, n)| (state.clone(), n.as_u64().unwrap_or_default())).collect();
        Ok(Told {
            tally,
            stage: page.pointer("/notice/stage").and_then(Value::as_str).unwrap_or_default().to_owned(),
        })
    }

    /// Everybody of whom it was once unknown whether the relay had taken the mail, with how often.
    pub(super) fn uncertain(&self, site: &Site) -> Result<BTreeMap<String, u64>> {
        let mut client = Client::connect(site.address())?;
        let mut all = BTreeMap::new();
        for page in 1.. {
            let path = format!("/notices/{}/mails?uncertain=true&page={page}", self.id);
            let listed = client.call("GET", &path, &self.token, &Call::default())?;
            let items = listed.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            if items.is_empty() {
                break;
            }
            all.extend(items.iter().map(|mail: &Value| {
                let recipient = mail.get("recipient").and_then(Value::as_str).unwrap_or_default().to_owned();
                (recipient, mail.get("uncertain").and_then(Value::as_u64).unwrap_or_default())
            }));
        }
        Ok(all)
    }

    /// What the desk says it sent to the first few: recipient and SHA-256.
    pub(super) fn receipts(&self, site: &Site) -> Result<Vec<(String, String)>> {
        let mut client = Client::connect(site.address())?;
        let page = client.call("GET", &format!("/notices/{}", self.id), &self.token, &Call::default())?;
        let receipts = page.get("receipts").and_then(Value::as_array).cloned().unwrap_or_default();
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(receipts.iter().map(|r| (text(r.get("recipient")), text(r.get("sent_sha256")))).collect())
    }
}
