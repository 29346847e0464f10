//! One desk with everything in it, made once and then copied: incidents that the askers belong to, that
//! they don't, and that are restricted, each with one of everything.

use crate::support::{Browser, TestApp, Who};
use domain::{
    access::{Actor, Role, Scope},
    alert::AlertInput,
    assessment::record::AssessRiskInput,
    awareness::{AwarenessInput, candidate::CandidateInput},
    clock::{
        authority::AuthorityInput,
        recorded::{SubmissionInput, TriggerInput},
        rule::own::OwnClockInput,
    },
    decision::{DecideInput, order::OrderInput},
    evidence::EvidenceInput,
    fact::record::RecordFactInput,
    id::{IncidentId, NoticeId},
    incident::{CloseInput, DeclareInput, ReasonInput},
    notice::{ApproveInput, DraftInput, RecipientsInput, comment::CommentInput},
    party::{PartyInput, in_case::AddCasePartyInput},
    playbook::{cacao, find, writing::BeginInput},
    text::Choice,
    work::{TaskInput, entry::EntryInput, note::NoteInput, run::ItemInput},
};
use services::{Ctx, Services, incidents::MemberInput, outbox::Outcome, runs::StartInput};
use std::{collections::BTreeMap, sync::Arc};
use tempfile::TempDir;

mod people;
mod questions;
mod texts;

/// Stands in every text of the restricted incident, and nowhere else.
pub(crate) const CANARY: &str = "zeisigwort";

/// The roles in the order of the snapshot's columns.
pub(crate) const ROLES: [Role; 7] = [
    Role::Administrator,
    Role::Lead,
    Role::Responder,
    Role::Dpo,
    Role::Approver,
    Role::Reader,
    Role::Auditor,
];

/// Somebody with a browser that is signed in and a token with every scope.
#[derive(Clone)]
pub(crate) struct Asker {
    pub(crate) who: Who,
    pub(crate) browser: Browser,
    pub(crate) program: Browser,
    /// Another session of theirs, their token and their calendar address, by id.
    pub(crate) session: String,
    pub(crate) token: String,
    pub(crate) feed: String,
}

/// Where something is looked for: an incident with one of everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) ids: BTreeMap<&'static str, String>,
}

impl Place {
    pub(crate) fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("the world has no {name}"))
    }

    /// The same with ids that nothing has.
    pub(crate) fn unknown(&self) -> Self {
        let ids = self.ids.iter().map(|(name, id)| (*name, nothing(id))).collect();
        Self { ids }
    }
}

/// An id like this one that nothing has. A key of the catalogue or a step stays: everybody knows them.
fn nothing(id: &str) -> String {
    if id.len() != 26 || id.contains(['-', '.']) {
        return id.to_owned();
    }
    id.chars().rev().map(|c| if c == 'a' { 'b' } else { 'a' }).take(25).chain(['a']).collect()
}

pub(crate) struct World {
    /// By role: members of `own` and of nothing else.
    pub(crate) askers: BTreeMap<Role, Asker>,
    /// By role: members of every incident. The lead among them made everything.
    pub(crate) insiders: BTreeMap<Role, Asker>,
    pub(crate) own: Place,
    pub(crate) open: Place,
    pub(crate) restricted: Place,
    /// How many entries the journals have.
    pub(crate) entries: u64,
    data: Arc<TempDir>,
}

impl World {
    pub(crate) async fn make() -> Self {
        let mut app = TestApp::new().await;
        let (mut askers, mut insiders) = (BTreeMap::new(), BTreeMap::new());
        for role in ROLES {
            insiders.insert(role, asker(&app, role).await);
            askers.insert(role, asker(&app, role).await);
        }
        let (outsider, disabled) = (app.account(Role::Responder).await, app.account(Role::Reader).await);
        app.services.set_disabled(&app.operator(), disabled.id, true).await.unwrap();
        let make = Maker { app: &app, insiders: &insiders, outsider, disabled };
        let everybody: Vec<&Who> = askers.values().map(|a| &a.who).collect();
        let glass = make.behind_glass().await;
        let mut own = make.place("Ordinary", &everybody, false, "own").await;
        let open = make.place("Elsewhere", &[], false, "open").await;
        let restricted = make.place(CANARY, &[], true, "restricted").await;
        own.ids.insert("glass", glass);
        let (mut open, mut restricted) = (open, restricted);
        make.newer_version([&mut own, &mut open, &mut restricted]).await;
        app.run_jobs().await;
        let (data, entries) = (app.folder(), app.journaled().await);
        app.close_with_mail_waiting().await;
        Self { askers, insiders, own, open, restricted, entries, data }
    }

    /// A copy that can be changed without changing the world. Every browser is still signed in there.
    pub(crate) async fn copy(&self) -> TestApp {
        TestApp::making().on_copy_of(self.data.path(), 2).start().await
    }
}

async fn asker(app: &TestApp, role: Role) -> Asker {
    let who = app.account(role).await;
    let (other, browser) = (app.signed_in(&who).await, app.signed_in(&who).await);
    let program = app.token(&who, &[Scope::Alerts, Scope::Read, Scope::Write, Scope::Release]).await;
    let mine = app.services.my_account(&app.ctx(&who)).await.unwrap();
    assert_eq!(mine.sessions.len(), 2);
    let text = browser.page("/account").await.text;
    // The session that can be ended from here is the other one.
    let session = mine
        .sessions
        .iter()
        .map(|s| s.id.to_string())
        .find(|id| text.contains(&format!("/account/sessions/{id}/end")));
    drop(other);
    let (feed, _) = app.services.create_feed(&app.ctx(&who)).await.unwrap();
    let (session, token) = (session.unwrap(), mine.tokens[0].id.to_string());
    Asker { who, browser, program, session, token, feed: feed.to_string() }
}

struct Maker<'a> {
    app: &'a TestApp,
    insiders: &'a BTreeMap<Role, Asker>,
    /// Belongs to no incident.
    outsider: Who,
    /// May not sign in.
    disabled: Who,
}

impl Maker<'_> {
    fn services(&self) -> &Services {
        &self.app.services
    }

    fn by(&self, role: Role) -> Ctx {
        self.app.ctx(&self.insiders[&role].who)
    }

    async fn on(&self, role: Role, incident: IncidentId) -> Ctx {
        let revision = self.services().incident(&self.by(role), incident).await.unwrap().incident.revision;
        Ctx { seen: Some(revision), ..self.by(role) }
    }

    async fn on_notice(&self, role: Role, notice: NoticeId) -> Ctx {
        let revision = self.services().notice(&self.by(role), notice).await.unwrap().notice.revision;
        Ctx { seen: Some(revision), ..self.by(role) }
    }

    /// An incident with its members.
    async fn incident(&self, word: &str, members: &[&Who]) -> (IncidentId, String) {
        let input = DeclareInput {
            title: format!("{word} title"),
            summary: format!("{word} summary"),
            ..DeclareInput::default()
        };
        let declared = self.services().declare_incident(&self.by(Role::Lead), &input).await.unwrap();
        let insiders = self.insiders.values().map(|a| &a.who).filter(|w| w.role != Role::Lead);
        for who in insiders.chain(members.iter().copied()) {
            let member = MemberInput { account: who.id.to_string() };
            self.services().add_member(&self.by(Role::Lead), declared.id, &member).await.unwrap();
        }
        (declared.id, declared.reference)
    }

    /// A restricted incident that only its lead belongs to. Answers its reference.
    async fn behind_glass(&self) -> String {
        let input = DeclareInput { title: "Behind glass".to_owned(), ..DeclareInput::default() };
        let declared = self.services().declare_incident(&self.by(Role::Lead), &input).await.unwrap();
        self.restrict(declared.id, "Behind glass").await;
        declared.reference
    }

    async fn restrict(&self, incident: IncidentId, word: &str) {
        let reason = ReasonInput { reason: format!("{word} reason") };
        let ctx = self.on(Role::Lead, incident).await;
        self.services().restrict_incident(&ctx, incident, true, &reason).await.unwrap();
    }

    async fn place(&self, word: &str, members: &[&Who], restricted: bool, tag: &str) -> Place {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        let (incident, reference) = self.incident(word, members).await;
        let mut ids: BTreeMap<&'static str, String> = BTreeMap::new();
        ids.insert("incident", incident.to_string());
        ids.insert("reference", reference);

        let alert = AlertInput {
            title: format!("{tag} alert"),
            source: "gateway".to_owned(),
            ..AlertInput::default()
        };
        ids.insert("alert", services.receive_alert(&lead, &alert).await.unwrap().id);
        for name in ["task", "done_task"] {
            let task = TaskInput {
                title: format!("{word} {name}"),
                owner: String::new(),
                due_at: "2026-06-10 12:00".to_owned(),
            };
            ids.insert(name, services.add_task(&lead, incident, &task).await.unwrap().id);
        }
        let done = ids["done_task"].parse().unwrap();
        services.set_task_done(&Ctx { seen: Some(1), ..lead.clone() }, incident, done, true).await.unwrap();
        let entry = EntryInput { event_at: "2026-06-08 22:10".to_owned(), text: format!("{word} entry") };
        ids.insert("entry", services.add_entry(&lead, incident, &entry).await.unwrap().id);
        let note = NoteInput {
            title: format!("{word} note"),
            text: format!("{word} text of the note"),
            ..NoteInput::default()
        };
        ids.insert("note", services.add_note(&lead, incident, &note).await.unwrap().id);
        let evidence = EvidenceInput {
            collected_by: format!("{word} collector"),
            collected_at: "2026-06-09 07:00".to_owned(),
            source: format!("{word} source"),
            method: format!("{word} method"),
            ..EvidenceInput::default()
        };
        let mut upload = services.begin_evidence(&lead, incident, &evidence).await.unwrap();
        upload.write(format!("{word} content").as_bytes()).await.unwrap();
        ids.insert(
            "evidence",
            services.finish_evidence(&lead, upload, &format!("{word}.log")).await.unwrap().id,
        );
        let aware = AwarenessInput {
            aware_at: "2026-06-09T07:30:00Z".to_owned(),
            judged_by: format!("{word} judge"),
            why: format!("{word} why"),
            evidence: ids["evidence"].clone(),
            place: "line 1".to_owned(),
            ..AwarenessInput::default()
        };
        services.record_awareness(&self.by(Role::Dpo), incident, &aware).await.unwrap();
        self.clocks(incident, word, &mut ids).await;
        self.decisions(incident, word, &mut ids).await;
        let assess = AssessRiskInput {
            breach_words: format!("{word} breach"),
            enisa: "without".to_owned(),
            note: format!("{word} assessment"),
            ..AssessRiskInput::default()
        };
        services.assess_risk(&lead, incident, &assess).await.unwrap();
        ids.insert("stale", self.notice(incident, 0).await.to_string());
        let fact = RecordFactInput {
            certainty: "exact".to_owned(),
            value: format!("{word} nature"),
            ..RecordFactInput::default()
        };
        services.record_fact(&lead, incident, "nature.text", &fact).await.unwrap();
        ids.insert("key", "nature.text".to_owned());
        let start = StartInput { playbook: "customer-api-enumerated".to_owned() };
        ids.insert("run", services.start_playbook(&lead, incident, &start).await.unwrap().id);
        ids.insert("playbook", "customer-api-enumerated".to_owned());
        ids.insert("step", "read-one-answer".to_owned());
        ids.insert("asked", "data.types".to_owned());
        ids.insert("lead_step", "take-the-lead".to_owned());
        self.items(incident, word, &mut ids).await;
        self.parties(incident, word, &mut ids).await;
        self.playbooks(tag, &mut ids).await;
        self.texts(tag, &mut ids).await;
        ids.insert("statement", "nature".to_owned());
        for (name, stage) in [("draft", 0), ("review", 1), ("approved", 2)] {
            ids.insert(name, self.notice(incident, stage).await.to_string());
        }
        let comment = CommentInput { statement: String::new(), text: format!("{word} comment") };
        let draft = ids["draft"].parse().unwrap();
        ids.insert("comment", services.comment_on_notice(&lead, draft, &comment).await.unwrap().id);
        self.sendings(incident, word, &mut ids).await;
        self.questions(incident, word, &mut ids).await;
        ids.insert("member", self.insiders[&Role::Reader].who.id.to_string());
        ids.insert("leader", self.insiders[&Role::Lead].who.id.to_string());
        ids.insert("outsider", self.outsider.id.to_string());
        ids.insert("disabled", self.disabled.id.to_string());
        let held = ReasonInput { reason: format!("{word} hold") };
        services.place_hold(&lead, incident, &held).await.unwrap();
        let (bare, _) = self.incident(&format!("{word} bare"), members).await;
        ids.insert("bare", bare.to_string());

        let (told, _) = self.incident(&format!("{word} told"), members).await;
        let notice = self.told(told, word).await;
        ids.insert("unreached", self.unreached(notice).await);
        ids.insert("told", notice.to_string());

        // Where an incident must be closed, or restricted and one's own.
        let (closed, _) = self.incident(&format!("{word} closed"), members).await;
        let close = CloseInput { outcome: "false_alarm".to_owned(), reason: format!("{word} reason") };
        services.close_incident(&self.on(Role::Lead, closed).await, closed, &close).await.unwrap();
        ids.insert("closed", closed.to_string());
        let (sealed, _) = self.incident(&format!("{word} sealed"), members).await;
        self.restrict(sealed, word).await;
        ids.insert("sealed", sealed.to_string());
        // Not every restricted incident has a canary: these two words must not come apart from their incident.
        if restricted {
            self.restrict(incident, word).await;
            self.restrict(closed, word).await;
            self.restrict(bare, word).await;
            self.restrict(told, word).await;
        }
        Place { ids }
    }

    /// A playbook of one's own with a published version and the draft of the next, and one that is switched off.
    async fn playbooks(&self, tag: &str, ids: &mut BTreeMap<&'static str, String>) {
        let (services, lead, dpo) = (self.services(), self.by(Role::Lead), self.by(Role::Dpo));
        let own = format!("{tag}-playbook");
        let input = BeginInput { playbook: own.clone(), copy_of: "after-action-review".to_owned() };
        services.begin_playbook(&lead, &input).await.unwrap();
        services.publish_playbook(&Ctx { seen: Some(1), ..dpo }, &own).await.unwrap();
        let next = BeginInput { playbook: String::new(), copy_of: own.clone() };
        services.begin_playbook(&lead, &next).await.unwrap();
        let page = services.playbook_page(&lead, &own).await.unwrap();
        let published = page.editions.iter().find(|e| e.published.is_some()).unwrap();
        ids.insert("version", published.id.to_string());
        ids.insert("own_playbook", own);
        // Each place needs another one.
        let off = match tag {
            "own" => "payment-page-skimmer",
            "open" => "lost-device-or-paper",
            _ => "misdirected-message",
        };
        let reason = ReasonInput { reason: "Ours is better.".to_owned() };
        let unseen = Ctx { seen: Some(0), ..self.by(Role::Dpo) };
        services.retire_playbook(&unseen, off, &reason).await.unwrap();
        ids.insert("off_playbook", off.to_owned());
    }

    /// A controller with contract hours that takes part, with an answer of its own.
    async fn parties(&self, incident: IncidentId, word: &str, ids: &mut BTreeMap<&'static str, String>) {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        // The address book is everybody's, so no word of a case is in it.
        let party = PartyInput {
            name: "Harbour Shop".to_owned(),
            kind: "controller".to_owned(),
            email: "privacy@shop.test".to_owned(),
            hours: "24".to_owned(),
            ..PartyInput::default()
        };
        let book = services.add_party(&lead, &party).await.unwrap().id;
        let into = AddCasePartyInput {
            party: book.clone(),
            role: "controller".to_owned(),
            reference: format!("{word} reference"),
            notes: format!("{word} notes"),
            ..AddCasePartyInput::default()
        };
        let here = services.add_case_party(&lead, incident, &into).await.unwrap().id;
        let fact = RecordFactInput {
            certainty: "exact".to_owned(),
            value: format!("{word} data of the shop"),
            ..RecordFactInput::default()
        };
        let party = here.parse().unwrap();
        services.record_controller_fact(&lead, incident, party, "nature.text", &fact).await.unwrap();
        ids.insert("book_party", book);
        ids.insert("case_party", here);
        ids.insert("of_controller", "nature.text".to_owned());
    }

    /// A playbook with a step that is worked once for each of something, and two of those.
    async fn items(&self, incident: IncidentId, word: &str, ids: &mut BTreeMap<&'static str, String>) {
        let (services, lead, step) = (self.services(), self.by(Role::Lead), "lock-the-mailbox");
        let start = StartInput { playbook: "mailbox-compromise".to_owned() };
        let run = services.start_playbook(&lead, incident, &start).await.unwrap().id;
        let untouched = || Ctx { seen: Some(0), ..self.by(Role::Lead) };
        for (name, done) in [("item", false), ("done_item", true)] {
            let input = ItemInput { label: format!("{word} {name}") };
            let run = run.parse().unwrap();
            let item = services.add_item(&untouched(), incident, run, step, &input).await.unwrap().id;
            if done {
                let item = item.parse().unwrap();
                services.set_item_done(&untouched(), incident, run, step, item, true).await.unwrap();
            }
            ids.insert(name, item);
        }
        ids.insert("repeated", run);
        ids.insert("repeated_step", step.to_owned());
    }

    /// Each place follows a playbook of which a newer version is published then.
    async fn newer_version(&self, places: [&mut Place; 3]) {
        const OF: &str = "insider-copies-data";
        let (services, lead) = (self.services(), self.by(Role::Lead));
        for place in &places {
            let start = StartInput { playbook: OF.to_owned() };
            let incident = place.id("incident").parse().unwrap();
            services.start_playbook(&lead, incident, &start).await.unwrap();
        }
        let older = services.playbook(&lead, OF).await.unwrap();
        let copy = BeginInput { playbook: String::new(), copy_of: OF.to_owned() };
        services.begin_playbook(&lead, &copy).await.unwrap();
        let dpo = self.by(Role::Dpo);
        let seen = services.playbook_draft(&dpo, OF, None).await.unwrap().draft.revision;
        services.publish_playbook(&Ctx { seen: Some(seen), ..dpo }, OF).await.unwrap();
        let newer = services.playbook(&lead, OF).await.unwrap();
        for place in places {
            let runs = services.runs(&lead, place.id("incident").parse().unwrap()).await.unwrap().runs;
            let run = runs.iter().find(|run| run.playbook == OF).unwrap();
            place.ids.insert("older", run.id.to_string());
            place.ids.insert("older_digest", older.digest().to_owned());
            place.ids.insert("newer_digest", newer.digest().to_owned());
        }
    }

    /// What clocks rest on: a correction that waits, a candidate, a report by another way, an authority.
    async fn clocks(&self, incident: IncidentId, word: &str, ids: &mut BTreeMap<&'static str, String>) {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        // Later than the adopted moment, so that the adopted one goes on ruling.
        let correction = AwarenessInput {
            aware_at: "2026-06-09T07:40:00Z".to_owned(),
            judged_by: format!("{word} judge"),
            why: format!("{word} why"),
            correction: format!("{word} correction"),
            ..AwarenessInput::default()
        };
        let added = services.record_awareness(&self.by(Role::Dpo), incident, &correction).await.unwrap();
        ids.insert("correction", added.id);
        let candidate = CandidateInput {
            kind: "first_alert".to_owned(),
            happened_at: "2026-06-09T06:30:00Z".to_owned(),
            what: format!("{word} candidate"),
            ..CandidateInput::default()
        };
        ids.insert("candidate", services.add_candidate(&lead, incident, &candidate).await.unwrap().id);
        let report = SubmissionInput {
            rule: "gdpr34".to_owned(),
            stage: "communication".to_owned(),
            submitted_at: "2026-06-09T07:45:00Z".to_owned(),
            how: format!("{word} letter"),
            form: "edpb".to_owned(),
            ..SubmissionInput::default()
        };
        ids.insert("submission", services.record_submission(&lead, incident, &report).await.unwrap().id);
        let authority = AuthorityInput {
            code: "FR".to_owned(),
            capacity: "lead".to_owned(),
            ..AuthorityInput::default()
        };
        ids.insert("authority", services.name_authority(&lead, incident, &authority).await.unwrap().id);
        ids.insert("rule", "dora".to_owned());
        // A clock of an hour that ran out, so that a reminder waits.
        let own = OwnClockInput {
            title: "Notice to the bank".to_owned(),
            source: "Contract 7".to_owned(),
            recipient: "The bank".to_owned(),
            trigger: "payment_made".to_owned(),
            amount: "1".to_owned(),
            unit: "hours".to_owned(),
            ..OwnClockInput::default()
        };
        let made = services.create_own_clock(&self.by(Role::Administrator), &own).await.unwrap();
        ids.insert("own_clock", made.id);
        let paid = TriggerInput {
            trigger: "payment_made".to_owned(),
            happened_at: "2026-06-09T05:00:00Z".to_owned(),
            why: format!("{word} payment"),
            ..TriggerInput::default()
        };
        services.record_trigger(&lead, incident, &paid).await.unwrap();
        let job = services.ctx(Actor::Job("remind"));
        while services.run_reminders(&job, &self.app.origin).await.unwrap() > 0 {}
        let reminders = services.clocks(&lead, incident, None).await.unwrap().reminders;
        ids.insert("reminder", reminders[0].id.to_string());
    }

    /// A decision that waits for its signature, a request to wait, and a filing.
    async fn decisions(&self, incident: IncidentId, word: &str, ids: &mut BTreeMap<&'static str, String>) {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        let report = SubmissionInput {
            rule: "gdpr33".to_owned(),
            kind: "new".to_owned(),
            submitted_at: "2026-06-09T07:45:00Z".to_owned(),
            how: format!("{word} portal"),
            ..SubmissionInput::default()
        };
        ids.insert("filing", services.record_submission(&lead, incident, &report).await.unwrap().id);
        let dossier = DecideInput {
            risk: "unlikely".to_owned(),
            reasons: format!("{word} reasons"),
            decided_by: format!("{word} director"),
            notify: "false".to_owned(),
            communication: "no_not_high_risk".to_owned(),
            tripwires: vec!["misused".to_owned()],
            ..DecideInput::default()
        };
        ids.insert("decision", services.decide(&lead, incident, &dossier).await.unwrap().id);
        let wait = OrderInput {
            kind: "delayed".to_owned(),
            who: format!("{word} prosecutor"),
            made_at: "2026-06-09T07:45:00Z".to_owned(),
            until: "2026-06-20T12:00:00Z".to_owned(),
            why: format!("{word} inquiry"),
            ..OrderInput::default()
        };
        ids.insert("order", services.record_order(&lead, incident, &wait).await.unwrap().id);
    }

    /// A notice that has come so far: drafted, given to a second person, approved.
    async fn notice(&self, incident: IncidentId, stage: u8) -> NoticeId {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        let draft = DraftInput {
            kind: "authority_notification".to_owned(),
            language: "en".to_owned(),
            ..DraftInput::default()
        };
        let id: NoticeId = services.draft_notice(&lead, incident, &draft).await.unwrap().id.parse().unwrap();
        let to = "notifications@authority.test".to_owned();
        let recipients = RecipientsInput { recipients: to.clone(), confirm: to };
        services.set_recipients(&self.on_notice(Role::Lead, id).await, id, &recipients).await.unwrap();
        if stage >= 1 {
            services.submit_notice(&self.on_notice(Role::Lead, id).await, id).await.unwrap();
        }
        if stage >= 2 {
            let digest = services.notice(&lead, id).await.unwrap().digest;
            let ctx = self.on_notice(Role::Approver, id).await;
            let input = ApproveInput { digest, on_uncertain: "hold".to_owned() };
            services.approve_notice(&ctx, id, &input).await.unwrap();
        }
        if stage >= 3 {
            services.send_notice(&self.on_notice(Role::Lead, id).await, id).await.unwrap();
        }
        id
    }

    /// A draft to data subjects, a notice that is paused, one of which a mail waits for a decision, and one of which a
    /// mail wasn't tried.
    async fn sendings(&self, incident: IncidentId, word: &str, ids: &mut BTreeMap<&'static str, String>) {
        let (services, lead) = (self.services(), self.by(Role::Lead));
        let draft = DraftInput {
            kind: "subject_communication".to_owned(),
            language: "en".to_owned(),
            ..DraftInput::default()
        };
        let communication = services.draft_notice(&lead, incident, &draft).await.unwrap().id;
        self.recipients(communication.parse().unwrap(), word, ids).await;
        ids.insert("communication", communication);
        let paused = self.notice(incident, 3).await;
        let why = ReasonInput { reason: format!("{word} pause") };
        services.pause_sending(&lead, paused, &why).await.unwrap();
        ids.insert("paused", paused.to_string());
        let sending = self.notice(incident, 3).await;
        let untried = self.notice(incident, 3).await;
        let job = services.ctx(Actor::Job("world"));
        let mails = services.claim_mail(&job, "world", 200).await.unwrap();
        let (its, others): (Vec<_>, Vec<_>) =
            mails.into_iter().partition(|mail| [Some(sending), Some(untried)].contains(&mail.notice));
        services.return_mail(&job, &others, chrono::Duration::zero()).await.unwrap();
        for mail in its {
            if mail.notice == Some(untried) {
                let not_tried = Outcome::Suppressed { reply: format!("{word} came back") };
                services.finish_mail(&job, &mail, &not_tried).await.unwrap();
                ids.insert("untried_mail", mail.id.to_string());
                continue;
            }
            services.mark_attempting(&job, &mail).await.unwrap();
            let lost = Outcome::Uncertain { reply: format!("{word} answer") };
            services.finish_mail(&job, &mail, &lost).await.unwrap();
            ids.insert("held_mail", mail.id.to_string());
        }
        ids.insert("sending", sending.to_string());
        ids.insert("untried", untried.to_string());
    }
}

/// A playbook that somebody else has written.
pub(crate) fn theirs() -> String {
    cacao::export(find("after-action-review").unwrap(), chrono::DateTime::UNIX_EPOCH).to_string()
}

/// The role as a path or a file would say it.
pub(crate) fn code(role: Role) -> &'static str {
    role.code()
}
