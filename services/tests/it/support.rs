//! What the stories are told with.

pub(crate) mod answers;
pub(crate) mod engines;

use chrono::{DateTime, Duration, TimeZone, Utc};
use domain::{
    access::{Actor, Person, Role, Via},
    account::AccountInput,
    evidence::EvidenceInput,
    id::{AccountId, EvidenceId, IncidentId, NoticeId, SessionId},
    incident::DeclareInput,
    moment::Zone,
    notice::{ApproveInput, DraftInput, RecipientsInput, template::NoticeKind},
    refusal::Refusal,
    text::Choice,
    view::NoticePage,
};
use engines::Engine;
use services::{
    Ctx, Error, Fresh, Options, Services, TimeSource,
    outbox::{Mail, Outcome},
};
use std::{
    collections::BTreeMap,
    ops::Deref,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tempfile::TempDir;
use tokio::sync::Mutex;

/// The process that sends mail in a story.
pub(crate) const BOOT: &str = "boot-one";
/// The authority's address in every story.
pub(crate) const AUTHORITY: &str = "notifications@authority.test";

pub(crate) fn hours(n: i64) -> Duration {
    Duration::hours(n)
}

pub(crate) fn minutes(n: i64) -> Duration {
    Duration::minutes(n)
}

pub(crate) fn seconds(n: i64) -> Duration {
    Duration::seconds(n)
}

/// When every story begins: a Tuesday morning.
pub(crate) fn beginning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 6, 9, 8, 0, 0).unwrap()
}

/// Somebody in a story.
#[derive(Clone, Debug)]
pub(crate) struct Who(pub Person);

impl Who {
    pub(crate) fn id(&self) -> AccountId {
        self.0.account
    }

    /// The same person with another way in.
    pub(crate) fn via(&self, via: Via) -> Self {
        Self(Person { via, ..self.0.clone() })
    }

    /// The same person in another zone.
    pub(crate) fn in_zone(&self, zone: Zone) -> Self {
        Self(Person { zone, ..self.0.clone() })
    }
}

pub(crate) struct Inner {
    services: Services,
    options: Options,
    engine: Engine,
    people: Mutex<BTreeMap<Role, Who>>,
    count: AtomicU32,
    // Removed when the last holder of the desk is gone.
    _folder: TempDir,
}

/// A desk of its own. Clones are the same desk.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Inner>);

impl Deref for Desk {
    type Target = Services;
    fn deref(&self) -> &Services {
        &self.0.services
    }
}

impl Desk {
    pub(crate) async fn on(engine: Engine, seed: u64) -> Self {
        let folder = TempDir::new().unwrap();
        let options = Options {
            database_url: engine.url().map(str::to_owned),
            light_hashing: true,
            evidence_max: 1 << 20,
            ..Options::new(folder.path().to_owned())
        };
        let services =
            Services::open(&options, TimeSource::steered(beginning()), Fresh::seeded(seed)).await.unwrap();
        Self(Arc::new(Inner {
            services,
            options,
            engine,
            people: Mutex::default(),
            count: AtomicU32::new(0),
            _folder: folder,
        }))
    }

    /// The same data, opened once more as after a restart.
    pub(crate) async fn opened_again(&self) -> Services {
        Services::open(&self.0.options, self.time().clone(), Fresh::seeded(4_711)).await.unwrap()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn data(&self) -> &PathBuf {
        &self.0.options.data
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.time().advance(by);
    }

    /// The one of this role; the same person every time.
    pub(crate) async fn person(&self, role: Role) -> Who {
        if let Some(who) = self.0.people.lock().await.get(&role) {
            return who.clone();
        }
        let who = self.another(role).await;
        self.0.people.lock().await.insert(role, who.clone());
        who
    }

    /// One more of this role.
    pub(crate) async fn another(&self, role: Role) -> Who {
        let number = self.0.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("Person {number}");
        let input = AccountInput {
            email: format!("{}{number}@controller.test", role.code()),
            name: name.clone(),
            role: role.code().to_owned(),
            zone: String::new(),
        };
        let (account, _) = self.create_account(&self.operator(), &input).await.unwrap();
        let via = Via::Session(SessionId::from_bits(self.operator().fresh.bits()));
        Who(Person { account, name, role, zone: Zone::UTC, via })
    }

    pub(crate) fn operator(&self) -> Ctx {
        self.ctx(Actor::Operator("tester".to_owned()))
    }

    pub(crate) fn job(&self) -> Ctx {
        self.ctx(Actor::Job("mail"))
    }

    pub(crate) fn nobody(&self) -> Ctx {
        self.ctx(Actor::Nobody)
    }

    /// `who`, now.
    pub(crate) fn by(&self, who: &Who) -> Ctx {
        self.ctx(Actor::Person(who.0.clone()))
    }

    /// `who`, now, having seen this revision.
    pub(crate) fn seen(&self, who: &Who, revision: i64) -> Ctx {
        Ctx { seen: Some(revision), ..self.by(who) }
    }

    /// `who`, having just read the incident's head.
    pub(crate) async fn on_head(&self, who: &Who, incident: IncidentId) -> Ctx {
        self.seen(who, self.incident(&self.by(who), incident).await.unwrap().incident.revision)
    }

    /// `who`, having just read the notice.
    pub(crate) async fn on_notice(&self, who: &Who, notice: NoticeId) -> Ctx {
        self.seen(who, self.page(who, notice).await.notice.revision)
    }

    pub(crate) async fn page(&self, who: &Who, notice: NoticeId) -> NoticePage {
        self.notice(&self.by(who), notice).await.unwrap()
    }

    /// The lead declares an incident.
    pub(crate) async fn declare(&self, title: &str) -> IncidentId {
        let lead = self.person(Role::Lead).await;
        self.declared_by(&lead, title).await
    }

    pub(crate) async fn declared_by(&self, who: &Who, title: &str) -> IncidentId {
        let input = DeclareInput { title: title.to_owned(), ..DeclareInput::default() };
        self.declare_incident(&self.by(who), &input).await.unwrap().id
    }

    pub(crate) async fn upload(
        &self,
        who: &Who,
        incident: IncidentId,
        name: &str,
        content: &[u8],
    ) -> EvidenceId {
        let input = EvidenceInput {
            collected_by: "R. Fenn".to_owned(),
            collected_at: "2026-06-09 07:00".to_owned(),
            source: "gateway-2".to_owned(),
            method: "exported by the gateway's own tool".to_owned(),
            ..EvidenceInput::default()
        };
        let mut upload = self.begin_evidence(&self.by(who), incident, &input).await.unwrap();
        for part in content.chunks(7) {
            upload.write(part).await.unwrap();
        }
        self.finish_evidence(&self.by(who), upload, name).await.unwrap().id.parse().unwrap()
    }

    /// A draft with its recipients.
    pub(crate) async fn drafted(
        &self,
        who: &Who,
        incident: IncidentId,
        kind: NoticeKind,
        to: &str,
    ) -> NoticeId {
        let input =
            DraftInput { kind: kind.code().to_owned(), language: "en".to_owned(), ..DraftInput::default() };
        let id: NoticeId =
            self.draft_notice(&self.by(who), incident, &input).await.unwrap().id.parse().unwrap();
        let recipients = RecipientsInput { recipients: to.to_owned(), confirm: to.to_owned() };
        self.set_recipients(&self.on_notice(who, id).await, id, &recipients).await.unwrap();
        id
    }

    /// A draft that was given to a second person.
    pub(crate) async fn submitted(
        &self,
        who: &Who,
        incident: IncidentId,
        kind: NoticeKind,
        to: &str,
    ) -> NoticeId {
        let id = self.drafted(who, incident, kind, to).await;
        self.submit_notice(&self.on_notice(who, id).await, id).await.unwrap();
        id
    }

    /// `who` approves what they read.
    pub(crate) async fn approve(&self, who: &Who, notice: NoticeId) -> services::Result<()> {
        let digest = self.page(who, notice).await.digest;
        self.approve_notice(
            &self.on_notice(who, notice).await,
            notice,
            &ApproveInput { digest, ..ApproveInput::default() },
        )
        .await
    }

    /// A notice that has been released and waits in the outbox.
    pub(crate) async fn released(
        &self,
        who: &Who,
        incident: IncidentId,
        kind: NoticeKind,
        to: &str,
    ) -> NoticeId {
        let id = self.submitted(who, incident, kind, to).await;
        self.approve(&self.person(Role::Approver).await, id).await.unwrap();
        self.send_notice(&self.on_notice(who, id).await, id).await.unwrap();
        id
    }

    /// Leases what is due, hands it over and records what came of it. The desk's own alarms are accepted.
    pub(crate) async fn run_mail(&self, outcome: impl Fn(&Mail) -> Outcome) -> Vec<Mail> {
        let mails = self.claim_mail(&self.job(), BOOT, 1_000).await.unwrap();
        for mail in &mails {
            if let Some(why) = &mail.suppressed {
                let reply = why.clone();
                self.finish_mail(&self.job(), mail, &Outcome::Suppressed { reply }).await.unwrap();
                continue;
            }
            self.mark_attempting(&self.job(), mail).await.unwrap();
            let came = if mail.notice.is_some() { outcome(mail) } else { accepted(mail) };
            self.finish_mail(&self.job(), mail, &came).await.unwrap();
        }
        mails.into_iter().filter(|m| m.notice.is_some() && m.suppressed.is_none()).collect()
    }

    /// How many entries all journals have together.
    pub(crate) async fn journaled(&self) -> i64 {
        let verified = self.verify_journal().await.unwrap();
        assert_eq!(verified.broken, Vec::new());
        verified.heads.values().map(|(seq, _)| seq).sum()
    }
}

/// The relay took it.
pub(crate) fn accepted(mail: &Mail) -> Outcome {
    Outcome::Accepted {
        code: 250,
        reply: "2.0.0 Ok: queued as 4F2".to_owned(),
        relay: "relay.controller.test".to_owned(),
        tls: Some("TLS 1.3".to_owned()),
        sent_sha256: domain::journal::hash(&mail.message_id),
    }
}

pub(crate) fn deferred() -> Outcome {
    Outcome::Deferred { code: Some(451), reply: "4.3.0 Try again later".to_owned() }
}

pub(crate) fn rejected() -> Outcome {
    Outcome::Rejected { code: Some(550), reply: "5.1.1 No such mailbox".to_owned() }
}

pub(crate) fn uncertain() -> Outcome {
    Outcome::Uncertain { reply: "the connection was lost after the final dot".to_owned() }
}

/// What a verb answered, in one word: `ok`, or why not.
pub(crate) trait Said {
    fn said(&self) -> String;
}

impl<T> Said for services::Result<T> {
    fn said(&self) -> String {
        match self {
            Ok(_) => "ok".to_owned(),
            Err(Error::NotFound) => "not_found".to_owned(),
            Err(Error::Forbidden) => "forbidden".to_owned(),
            Err(Error::SignedOut) => "signed_out".to_owned(),
            Err(Error::Stale { .. }) => "revision_stale".to_owned(),
            Err(Error::RevisionRequired) => "revision_required".to_owned(),
            Err(Error::KeyReused) => "key_reused".to_owned(),
            Err(Error::Throttled { .. }) => "throttled".to_owned(),
            Err(Error::TooLarge { .. }) => "too_large".to_owned(),
            Err(Error::Refused(Refusal::State { code, .. })) => (*code).to_owned(),
            Err(Error::Refused(Refusal::Invalid(fields))) => {
                let fields: Vec<String> = fields.iter().map(|f| format!("{}:{}", f.field, f.code)).collect();
                fields.join(" ")
            }
            Err(other) => format!("fault: {other}"),
        }
    }
}
