//! How a case of the example is told: a list of acts in the order of time, each done through its ordinary verb.

use super::cast::{Cast, Who};
use crate::mail::{Envelope, Mailbox, build};
use chrono::{DateTime, Duration, Utc};
use domain::{
    access::Actor,
    assessment::record::AssessRiskInput,
    awareness::{AwarenessInput, DecisionInput, waiting},
    correspondence::question::AskedInput,
    evidence::EvidenceInput,
    fact::record::RecordFactInput,
    id::{EvidenceId, IncidentId, NoticeId, RunId, TaskId},
    incident::{CloseInput, EditIncidentInput, MovePhaseInput},
    moment::{rfc3339, show_date},
    notice::{ApproveInput, DraftInput, RecipientsInput, template::NoticeKind},
    party::in_case::AddCasePartyInput,
    playbook::StepInput,
    recipient::file::TakeInput,
    text::Choice,
    work::{TaskInput, entry::EntryInput, note::NoteInput},
};
use services::{
    Ctx, Error, Services,
    incidents::MemberInput,
    outbox::{Mail, Mark, Outcome},
    runs::StartInput,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Minutes after the story's own zero.
pub(super) type Minute = i64;

/// Something that somebody does.
pub(super) enum Act {
    /// An assessment of the risk.
    Assess(Box<AssessRiskInput>),
    Member(Who),
    /// A party that comes into the case, and into the address book with it.
    Party(Box<AddCasePartyInput>),
    /// When it happened, to the minute, and what.
    Entry(Minute, &'static str),
    /// A name for it here, its title, its owner and when it is due.
    Task(&'static str, &'static str, Option<Who>, Minute),
    Done(&'static str),
    Note(&'static str, &'static str),
    Evidence(Exhibit),
    Fact(&'static str, Answer),
    /// An answer to a question of a step.
    Ask(&'static str, &'static str, Answer),
    Playbook(&'static str),
    Give(&'static str, Who),
    Step(&'static str),
    Skip(&'static str, &'static str),
    Leave(&'static str, &'static str),
    Wait(&'static str, &'static str),
    Phase(&'static str),
    Aware(Aware),
    /// Confirms the correction of awareness that waits.
    Agree(&'static str),
}

/// A piece of evidence, with the name the answers call it by.
pub(super) struct Exhibit {
    pub name: &'static str,
    pub content: String,
    pub collected_by: &'static str,
    pub collected: Minute,
    pub source: &'static str,
    pub method: &'static str,
}

pub(super) struct Aware {
    pub at: Minute,
    pub judged_by: &'static str,
    pub why: &'static str,
    /// Why the moment before it was not the right one; empty for the first.
    pub correction: &'static str,
    pub ground: Option<(&'static str, String)>,
}

/// An answer to a question of the catalogue.
pub(super) struct Answer {
    certainty: &'static str,
    said: Said,
    reason: &'static str,
    ground: Option<(&'static str, String)>,
}

enum Said {
    Nothing,
    Words(&'static str),
    Moment(Minute),
    Day(Minute),
    Promised(Minute),
}

impl Answer {
    fn new(certainty: &'static str, said: Said) -> Self {
        Self { certainty, said, reason: "", ground: None }
    }

    pub(super) fn exact(words: &'static str) -> Self {
        Self::new("exact", Said::Words(words))
    }

    pub(super) fn about(words: &'static str) -> Self {
        Self::new("approximate", Said::Words(words))
    }

    pub(super) fn moment(at: Minute) -> Self {
        Self::new("exact", Said::Moment(at))
    }

    /// The day on which this minute lies.
    pub(super) fn day(at: Minute) -> Self {
        Self::new("exact", Said::Day(at))
    }

    pub(super) fn not_yet(promised: Minute) -> Self {
        Self::new("not_yet_known", Said::Promised(promised))
    }

    pub(super) fn cannot() -> Self {
        Self::new("cannot_be_determined", Said::Nothing)
    }

    pub(super) fn because(mut self, reason: &'static str) -> Self {
        self.reason = reason;
        self
    }

    pub(super) fn on(mut self, evidence: &'static str, place: impl Into<String>) -> Self {
        self.ground = Some((evidence, place.into()));
        self
    }
}

/// One case while it is told.
pub(super) struct Case<'a> {
    services: &'a Services,
    cast: &'a Cast,
    zero: DateTime<Utc>,
    pub id: IncidentId,
    tasks: BTreeMap<&'static str, TaskId>,
    evidence: BTreeMap<&'static str, EvidenceId>,
    run: Option<RunId>,
    steps: BTreeMap<&'static str, i64>,
}

impl<'a> Case<'a> {
    pub(super) fn new(services: &'a Services, cast: &'a Cast, zero: DateTime<Utc>, id: IncidentId) -> Self {
        let (tasks, evidence, steps) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { services, cast, zero, id, tasks, evidence, run: None, steps }
    }

    fn at(&self, minute: Minute) -> DateTime<Utc> {
        self.zero + Duration::minutes(minute)
    }

    /// A time known to the minute.
    fn minute(&self, minute: Minute) -> String {
        self.at(minute).format("%Y-%m-%dT%H:%M%:z").to_string()
    }

    pub(super) fn by(&self, who: Who, minute: Minute) -> Result<Ctx, Error> {
        self.cast.by(self.services, who, self.at(minute))
    }

    /// `who`, having seen the head as it is.
    async fn on_head(&self, who: Who, minute: Minute) -> Result<Ctx, Error> {
        let ctx = self.by(who, minute)?;
        let seen = self.services.incident(&ctx, self.id).await?.incident.revision;
        Ok(Ctx { seen: Some(seen), ..ctx })
    }

    fn account(&self, who: Who) -> Result<String, Error> {
        Ok(self.cast.person(who)?.account.to_string())
    }

    /// Tells the acts one after the other.
    pub(super) async fn tell(&mut self, acts: Vec<(Minute, Who, Act)>) -> Result<(), Error> {
        for (minute, who, act) in acts {
            self.act(minute, who, act).await?;
        }
        Ok(())
    }

    /// The insurer asks something, and `who` sees to the answer.
    pub(super) async fn asked(
        &self,
        minute: Minute,
        who: Who,
        question: &str,
        due: Minute,
    ) -> Result<(), Error> {
        let ctx = self.by(who, minute)?;
        let input = AskedInput {
            asker: "insurer".to_owned(),
            name: "Lantern Mutual".to_owned(),
            way: "mail".to_owned(),
            received_at: self.minute(minute - 15),
            reference: "C-2217/4".to_owned(),
            text: question.to_owned(),
            due_at: self.minute(due),
            owner: self.account(who)?,
            ..AskedInput::default()
        };
        self.services.record_question(&ctx, self.id, &input).await.map(|_| ())
    }

    async fn act(&mut self, minute: Minute, who: Who, act: Act) -> Result<(), Error> {
        let (services, id) = (self.services, self.id);
        let ctx = self.by(who, minute)?;
        match act {
            Act::Assess(input) => {
                services.assess_risk(&ctx, id, &input).await?;
            }
            Act::Party(input) => {
                services.add_case_party(&ctx, id, &input).await?;
            }
            Act::Member(member) => {
                let input = MemberInput { account: self.account(member)? };
                services.add_member(&ctx, id, &input).await?;
            }
            Act::Entry(at, text) => {
                let input = EntryInput { event_at: self.minute(at), text: text.to_owned() };
                services.add_entry(&ctx, id, &input).await?;
            }
            Act::Task(name, title, owner, due) => {
                let owner = owner.map(|w| self.account(w)).transpose()?.unwrap_or_default();
                let input = TaskInput { title: title.to_owned(), owner, due_at: self.minute(due) };
                let added = services.add_task(&ctx, id, &input).await?;
                self.tasks.insert(name, parsed(&added.id)?);
            }
            Act::Done(name) => {
                let task = *self.tasks.get(name).ok_or(Error::NotFound)?;
                services.set_task_done(&Ctx { seen: Some(1), ..ctx }, id, task, true).await?;
            }
            Act::Note(title, text) => {
                let input =
                    NoteInput { title: title.to_owned(), text: text.to_owned(), ..NoteInput::default() };
                services.add_note(&ctx, id, &input).await?;
            }
            Act::Evidence(exhibit) => self.exhibit(&ctx, exhibit).await?,
            Act::Fact(key, answer) => {
                services.record_fact(&ctx, id, key, &self.answer(&ctx, answer)?).await?;
            }
            Act::Ask(step, key, answer) => {
                let input = self.answer(&ctx, answer)?;
                services.answer_step(&ctx, id, self.followed()?, step, key, &input).await?;
            }
            Act::Playbook(playbook) => {
                let added =
                    services.start_playbook(&ctx, id, &StartInput { playbook: playbook.to_owned() }).await?;
                self.run = Some(parsed(&added.id)?);
            }
            Act::Give(step, owner) => {
                let owner = self.account(owner)?;
                self.step(ctx, step, StepInput { act: "assign".to_owned(), owner, ..StepInput::default() })
                    .await?;
            }
            Act::Step(step) => {
                self.step(ctx, step, StepInput { act: "done".to_owned(), ..StepInput::default() }).await?;
            }
            Act::Skip(step, reason) => {
                let input =
                    StepInput { act: "skip".to_owned(), reason: reason.to_owned(), ..StepInput::default() };
                self.step(ctx, step, input).await?;
            }
            Act::Leave(step, reason) => {
                let input = StepInput {
                    act: "not_applicable".to_owned(),
                    reason: reason.to_owned(),
                    ..StepInput::default()
                };
                self.step(ctx, step, input).await?;
            }
            Act::Wait(step, whom) => {
                let input =
                    StepInput { act: "wait_on".to_owned(), whom: whom.to_owned(), ..StepInput::default() };
                self.step(ctx, step, input).await?;
            }
            Act::Phase(to) => {
                let ctx = self.on_head(who, minute).await?;
                services
                    .move_phase(&ctx, id, &MovePhaseInput { to: to.to_owned(), reason: String::new() })
                    .await?;
            }
            Act::Aware(aware) => {
                let (evidence, place) = self.ground(aware.ground)?;
                let input = AwarenessInput {
                    aware_at: self.minute(aware.at),
                    judged_by: aware.judged_by.to_owned(),
                    why: aware.why.to_owned(),
                    correction: aware.correction.to_owned(),
                    evidence,
                    place,
                    ..AwarenessInput::default()
                };
                services.record_awareness(&ctx, id, &input).await?;
            }
            Act::Agree(remark) => {
                let statements = services.clocks(&ctx, id, None).await?.statements;
                let correction = waiting(&statements).ok_or(Error::NotFound)?.id;
                let input = DecisionInput { reason: remark.to_owned() };
                services.confirm_awareness(&ctx, id, correction, &input).await?;
            }
        }
        Ok(())
    }

    fn followed(&self) -> Result<RunId, Error> {
        self.run.ok_or(Error::NotFound)
    }

    async fn step(&mut self, ctx: Ctx, step: &'static str, input: StepInput) -> Result<(), Error> {
        let run = self.followed()?;
        let seen = self.steps.entry(step).or_default();
        self.services.work_step(&Ctx { seen: Some(*seen), ..ctx }, self.id, run, step, &input).await?;
        *seen += 1;
        Ok(())
    }

    async fn exhibit(&mut self, ctx: &Ctx, exhibit: Exhibit) -> Result<(), Error> {
        let input = EvidenceInput {
            collected_by: exhibit.collected_by.to_owned(),
            collected_at: self.minute(exhibit.collected),
            source: exhibit.source.to_owned(),
            method: exhibit.method.to_owned(),
            ..EvidenceInput::default()
        };
        let mut upload = self.services.begin_evidence(ctx, self.id, &input).await?;
        upload.write(exhibit.content.as_bytes()).await?;
        let added = self.services.finish_evidence(ctx, upload, exhibit.name).await?;
        self.evidence.insert(exhibit.name, parsed(&added.id)?);
        Ok(())
    }

    /// The evidence's id and the place in it; both empty where an answer rests on words alone.
    fn ground(&self, ground: Option<(&'static str, String)>) -> Result<(String, String), Error> {
        let Some((name, place)) = ground else { return Ok(Default::default()) };
        Ok((self.evidence.get(name).ok_or(Error::NotFound)?.to_string(), place))
    }

    fn answer(&self, ctx: &Ctx, answer: Answer) -> Result<RecordFactInput, Error> {
        let day = |minute| show_date(self.at(minute), ctx.zone());
        let (evidence, place) = self.ground(answer.ground)?;
        let (value, promised_on) = match answer.said {
            Said::Nothing => Default::default(),
            Said::Words(words) => (words.to_owned(), String::new()),
            Said::Moment(minute) => (rfc3339(self.at(minute)), String::new()),
            Said::Day(minute) => (day(minute), String::new()),
            Said::Promised(minute) => (String::new(), day(minute)),
        };
        Ok(RecordFactInput {
            certainty: answer.certainty.to_owned(),
            value,
            promised_on,
            reason: answer.reason.to_owned(),
            evidence,
            place,
            ..RecordFactInput::default()
        })
    }

    /// Changes what `change` changes of the head, and leaves the rest.
    pub(super) async fn edit(
        &self,
        minute: Minute,
        who: Who,
        change: impl FnOnce(&mut EditIncidentInput, &Self),
    ) -> Result<(), Error> {
        let ctx = self.on_head(who, minute).await?;
        let was = self.services.incident(&ctx, self.id).await?.incident;
        let shown = |at: Option<DateTime<Utc>>| at.map(rfc3339).unwrap_or_default();
        let mut input = EditIncidentInput {
            title: was.title,
            summary: was.summary,
            severity: was.severity.code().to_owned(),
            tlp: was.tlp.code().to_owned(),
            lead: was.lead.to_string(),
            first_hint_at: shown(was.first_hint_at),
            detected_at: shown(was.detected_at),
            investigation_started_at: shown(was.investigation_started_at),
            contained_at: shown(was.contained_at),
        };
        change(&mut input, self);
        self.services.edit_incident(&ctx, self.id, &input).await
    }

    /// For the instants of the head.
    pub(super) fn instant(&self, minute: Minute) -> String {
        self.minute(minute)
    }

    pub(super) async fn close(
        &self,
        minute: Minute,
        who: Who,
        outcome: &str,
        reason: &str,
    ) -> Result<(), Error> {
        let ctx = self.on_head(who, minute).await?;
        self.services
            .close_incident(
                &ctx,
                self.id,
                &CloseInput { outcome: outcome.to_owned(), reason: reason.to_owned() },
            )
            .await
    }

    /// A draft with its recipients.
    pub(super) async fn draft(
        &self,
        minute: Minute,
        who: Who,
        kind: NoticeKind,
        to: &str,
    ) -> Result<NoticeId, Error> {
        let input =
            DraftInput { kind: kind.code().to_owned(), language: "en".to_owned(), ..DraftInput::default() };
        let added = self.services.draft_notice(&self.by(who, minute)?, self.id, &input).await?;
        let notice = parsed(&added.id)?;
        let recipients = RecipientsInput { recipients: to.to_owned(), confirm: to.to_owned() };
        self.services
            .set_recipients(&self.on_notice(who, minute + 4, notice).await?, notice, &recipients)
            .await?;
        Ok(notice)
    }

    /// Its recipients from a file, taken over as they are read.
    pub(super) async fn read_recipients(
        &self,
        minute: Minute,
        who: Who,
        notice: NoticeId,
        file: &str,
    ) -> Result<(), Error> {
        let ctx = self.by(who, minute)?;
        let bytes = file.as_bytes().to_vec();
        let added = self.services.read_recipients(&ctx, notice, "first-wave.csv", bytes).await?;
        let file = parsed(&added.id)?;
        let digest = self.services.recipient_file(&ctx, notice, file).await?.file.digest();
        let ctx = self.on_notice(who, minute + 2, notice).await?;
        self.services.take_recipients(&ctx, notice, file, &TakeInput { digest }).await.map(drop)
    }

    async fn on_notice(&self, who: Who, minute: Minute, notice: NoticeId) -> Result<Ctx, Error> {
        let ctx = self.by(who, minute)?;
        let seen = self.services.notice(&ctx, notice).await?.notice.revision;
        Ok(Ctx { seen: Some(seen), ..ctx })
    }

    /// Looks again at every stale statement but one.
    pub(super) async fn refresh_all_but(
        &self,
        minute: Minute,
        who: Who,
        notice: NoticeId,
        left: &str,
    ) -> Result<(), Error> {
        let page = self.services.notice(&self.by(who, minute)?, notice).await?;
        for statement in page.statements.iter().filter(|s| s.stale && s.code != left) {
            let ctx = self.on_notice(who, minute, notice).await?;
            self.services.refresh_statements(&ctx, notice, Some(&statement.code)).await?;
        }
        Ok(())
    }

    pub(super) async fn submit(&self, minute: Minute, who: Who, notice: NoticeId) -> Result<(), Error> {
        self.services.submit_notice(&self.on_notice(who, minute, notice).await?, notice).await
    }

    /// A second person reads and approves it, somebody releases it, and the mail goes its way.
    pub(super) async fn release(
        &self,
        minute: Minute,
        second: Who,
        sender: Who,
        notice: NoticeId,
    ) -> Result<(), Error> {
        let ctx = self.on_notice(second, minute, notice).await?;
        let digest = self.services.notice(&ctx, notice).await?.digest;
        self.services
            .approve_notice(&ctx, notice, &ApproveInput { digest, ..ApproveInput::default() })
            .await?;
        self.services.send_notice(&self.on_notice(sender, minute + 12, notice).await?, notice).await?;
        self.post(minute + 13).await
    }

    /// Everything that waits in the outbox is taken by a relay that there never was, so that nothing of the past
    /// is sent today. The receipt says so.
    pub(super) async fn post(&self, minute: Minute) -> Result<(), Error> {
        let ctx = Ctx { now: self.at(minute), ..self.services.ctx(Actor::Job("example")) };
        let boot = ctx.request.to_string();
        loop {
            let mails = self.services.claim_mail(&ctx, &boot, 100).await?;
            if mails.is_empty() {
                return Ok(());
            }
            for mail in &mails {
                let (bytes, outcome) = taken(mail)?;
                self.services.mark_mail(&ctx, &[Mark::attempting_with(mail, &bytes)]).await?;
                self.services.finish_mail(&ctx, mail, &outcome).await?;
            }
        }
    }
}

fn taken(mail: &Mail) -> Result<(Vec<u8>, Outcome), Error> {
    let bytes = build(&Envelope {
        from: Mailbox {
            name: "Quillmark Outfitters".to_owned(),
            address: "incidents@quillmark.test".to_owned(),
        },
        reply_to: None,
        return_to: None,
        to: mail.recipient.clone(),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        date: mail.dated_at,
        message_id: mail.message_id.clone(),
        boundary: mail.boundary.clone(),
    })
    .map_err(|why| Error::Template(why.to_string()))?;
    let outcome = Outcome::Accepted {
        code: 250,
        reply: "250 2.0.0 Ok: queued as 4F2A91 (invented for the worked example, nothing was sent)"
            .to_owned(),
        relay: "relay.quillmark.test:587".to_owned(),
        tls: Some("TLS 1.3".to_owned()),
        sent_sha256: data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)),
    };
    Ok((bytes, outcome))
}

pub(super) fn parsed<I: std::str::FromStr>(id: &str) -> Result<I, Error> {
    id.parse().map_err(|_| Error::NotFound)
}
