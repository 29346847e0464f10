//! Questions of authorities and others about a case: owed, drafted from facts, approved by a second person, sent and
//! proven.

mod replies;
mod shown;

use crate::{
    Services, boxed,
    clocks::Grounds,
    ctx::Ctx,
    error::{Error, Result},
    facts::{Recording, ToRecord},
    notices::words_for,
    render,
    store::{correspondence as stored, rows, tables},
    write::{Alarm, Audience, Change, Target},
};
use domain::{
    access::{Action, Object},
    correspondence::question::{
        Answer, AnswerInput, AnsweredInput, ApproveAnswerInput, Asked, AskedInput, DraftAnswerInput,
        QUESTIONS_MAX, Question, QuestionState,
    },
    event::{Event, correspondence::CorrespondenceEvent},
    fact::sheet::Sheet,
    id::{AccountId, IncidentId, QuestionId, TaskId},
    incident::{ReasonInput, open},
    moment::{Zone, show},
    notice::{
        Read,
        template::{self, Language, NoticeKind},
    },
    refusal::Refusal,
    view::{Added, correspondence::Askers},
    work::{Task, privileged::repeated},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::BTreeMap;

/// An incident with how many questions it has.
struct ToAsk(IncidentId);

impl Target for ToAsk {
    type Loaded = (Recording, usize);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let recording = ToRecord(self.0).load(tx, ctx).await?;
        let of_it = tables::questions::Column::IncidentId.eq(self.0.to_string());
        let already = tables::questions::Entity::find().filter(of_it).count(tx).await?;
        Ok((recording, usize::try_from(already).unwrap_or(usize::MAX)))
    }
    fn object((recording, _): &Self::Loaded) -> Object {
        recording.loaded.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

struct QuestionTarget(QuestionId);

struct LoadedQuestion {
    recording: Recording,
    question: Question,
    task: Task,
}

impl Target for QuestionTarget {
    type Loaded = LoadedQuestion;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<LoadedQuestion> {
        let row = tables::questions::Entity::find_by_id(self.0.to_string()).one(tx).await?;
        let question = stored::question(&row.ok_or(Error::NotFound)?)?;
        let recording = ToRecord(question.incident).load(tx, ctx).await?;
        let task = tables::tasks::Entity::find_by_id(question.task.to_string()).one(tx).await?;
        Ok(LoadedQuestion { recording, question, task: rows::task(&task.ok_or(Error::NotFound)?)? })
    }
    fn object(loaded: &LoadedQuestion) -> Object {
        loaded.recording.loaded.access
    }
    fn revision(loaded: &LoadedQuestion) -> Option<i64> {
        Some(loaded.question.revision)
    }
}

impl LoadedQuestion {
    /// What an answer is drafted from: for a controller, what concerns it alone.
    fn sheet(&self, ctx: &Ctx) -> Sheet {
        let (asked, recording) = (&self.question.asked, &self.recording);
        match asked.controller {
            Some(controller) => recording.sheet_for(&[], controller),
            None => recording.sheet_with(ctx, &[], recording.grounds.awareness(), asked.authority),
        }
    }

    fn zone(&self, ctx: &Ctx) -> Zone {
        let (grounds, house) = (&self.recording.grounds, &self.recording.house);
        grounds.calendar_of(house, &ctx.calendars, self.question.asked.authority).zone()
    }

    /// What a controller is answered names no other, and only one that takes part is answered as one.
    fn only_its_own(&self) -> Result<()> {
        let Question { asked, answer, .. } = &self.question;
        Ok(words_for(asked.controller, &answer.text, &self.recording.grounds.parties)?)
    }

    /// Words that are counsel's don't leave in an answer.
    fn not_privileged(&self, text: &str) -> Result<()> {
        if repeated(text, &self.recording.privileged).is_none() {
            return Ok(());
        }
        let message = "This repeats words of a note that is counsel’s privileged. Say it in other words.";
        Err(Refusal::field("text", "privileged", message).into())
    }

    /// The change of the question, with what becomes of its task.
    fn changed(&self, ctx: &Ctx, question: Question, event: CorrespondenceEvent) -> Result<Change<()>> {
        let mut events = vec![Event::Correspondence(event)];
        let by = ctx.person()?.account;
        if let Some((task, what)) = question.errand_now(&self.task, by, ctx.now) {
            events.push(Event::TaskChanged { task, what });
        }
        let mut change = Change::new(events, ());
        if question.asked.owner != self.question.asked.owner {
            change = given(change, &self.recording, &question, by);
        }
        Ok(change)
    }
}

/// Who may be named as an asker: who takes part, and whoever asked `before` although it left the case since.
fn askers(grounds: &Grounds, before: Option<&Asked>) -> Askers {
    let authority = before.and_then(|asked| asked.authority);
    let controller = before.and_then(|asked| asked.controller);
    let authorities =
        grounds.authorities.iter().filter(|a| a.withdrawn_at.is_none() || Some(a.id) == authority);
    let controllers =
        grounds.parties.iter().filter(|(party, _)| party.is_controller() || Some(party.id) == controller);
    Askers {
        authorities: authorities.map(|a| (a.id, a.name.clone())).collect(),
        controllers: controllers.map(|(party, book)| (party.id, book.name.clone())).collect(),
    }
}

/// Tells whoever sees to the answer from now on, unless it is the one who says so. What was asked isn't in the mail.
fn given<A>(change: Change<A>, recording: &Recording, question: &Question, by: AccountId) -> Change<A> {
    if question.asked.owner == by {
        return change;
    }
    let reference = &recording.loaded.incident.reference;
    let due = question.asked.due_at.map(|due| format!(" It is due at {}.", show(due, Zone::UTC)));
    change.telling(Alarm {
        to: vec![Audience::Account(question.asked.owner)],
        purpose: "question",
        subject: format!("{reference}: a question is yours to answer"),
        text: format!(
            "Somebody asks about {reference}, and you were asked to see to the answer.{} You find it under your tasks.",
            due.unwrap_or_default()
        ),
    })
}

/// An answer in the words of a notice: one paragraph a statement, each below its heading, and what was read for it.
fn worded(
    (kind, language): (NoticeKind, Language),
    codes: &[String],
    sheet: &Sheet,
    zone: Zone,
) -> Result<(String, Vec<Read>)> {
    let mut parts = Vec::new();
    let mut reads = BTreeMap::new();
    for code in codes {
        let said = render::notice::statement(kind, language, code, sheet, zone)
            .map_err(|why| Error::Template(why.to_string()))?;
        reads.extend(said.reads.into_iter().map(|read| (read.key, read.fact)));
        if said.text.trim().is_empty() {
            continue;
        }
        let heading = template::heading(kind, code, language);
        parts.push(if heading.is_empty() {
            said.text.trim().to_owned()
        } else {
            format!("{heading}\n{}", said.text.trim())
        });
    }
    let reads = reads.into_iter().map(|(key, fact)| Read { key, fact }).collect();
    Ok((parts.join("\n\n"), reads))
}

impl Services {
    /// Records a question, with the task of answering it.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, too many, or the input can't be taken.
    #[boxed]
    pub async fn record_question(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &AskedInput,
    ) -> Result<Added> {
        let id = QuestionId::from_bits(ctx.fresh.bits());
        let task = TaskId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::RecordQuestion, ToAsk(incident), |(recording, already)| {
            open(&recording.loaded.incident)?;
            if *already >= QUESTIONS_MAX {
                let message = format!("A case takes at most {QUESTIONS_MAX} questions.");
                return Err(Refusal::state("too_many", message).into());
            }
            let question = Question {
                id,
                incident,
                state: QuestionState::Open,
                asked: asked(ctx, recording, input, None)?,
                answer: Answer::default(),
                sent: None,
                withdrawn_reason: String::new(),
                task,
                recorded_at: ctx.now,
                recorded_by: by,
                revision: 1,
            };
            let errand = Event::TaskAdded(question.errand(ctx.now));
            let event = CorrespondenceEvent::Asked(Box::new(question.clone()));
            let change =
                Change::new(vec![errand, Event::Correspondence(event)], Added { id: id.to_string() });
            Ok(given(change, recording, &question, by))
        })
        .await
    }

    async fn change_question(
        &self,
        ctx: &Ctx,
        action: Action,
        id: QuestionId,
        what: &'static str,
        decide: impl FnOnce(&LoadedQuestion, AccountId) -> Result<Question> + Send,
    ) -> Result<()> {
        let by = ctx.person()?.account;
        self.write(ctx, action, QuestionTarget(id), |loaded| {
            open(&loaded.recording.loaded.incident)?;
            let question = decide(loaded, by)?;
            let event = Box::new(question.clone());
            let event = match what {
                "approved" => CorrespondenceEvent::AnswerApproved(event),
                "answered" => CorrespondenceEvent::Answered(event),
                "withdrawn" => CorrespondenceEvent::QuestionWithdrawn(event),
                what => CorrespondenceEvent::QuestionChanged { question: event, what },
            };
            loaded.changed(ctx, question, event)
        })
        .await
    }

    /// Says anew what was asked, by when an answer is owed and who sees to it.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, settled, or the input can't be taken.
    #[boxed]
    pub async fn edit_question(&self, ctx: &Ctx, id: QuestionId, input: &AskedInput) -> Result<()> {
        self.change_question(ctx, Action::AnswerQuestion, id, "asked", |loaded, _| {
            let new = asked(ctx, &loaded.recording, input, Some(&loaded.question.asked))?;
            // The letter stays the one that was named, unless another is.
            let ground = new.ground.clone().or(loaded.question.asked.ground.clone());
            Ok(loaded.question.asked_anew(Asked { ground, ..new })?)
        })
        .await
    }

    /// Drafts the answer from the facts as they are, in place of what was written.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, settled, or the input can't be taken.
    #[boxed]
    pub async fn draft_answer(&self, ctx: &Ctx, id: QuestionId, input: &DraftAnswerInput) -> Result<()> {
        self.change_question(ctx, Action::AnswerQuestion, id, "drafted", |loaded, by| {
            let (kind, language, codes) = input.parse(loaded.question.asked.asker)?;
            let (text, reads) = worded((kind, language), &codes, &loaded.sheet(ctx), loaded.zone(ctx))?;
            Ok(loaded.question.drafted((language, codes), text, reads, by)?)
        })
        .await
    }

    /// Writes the answer in own words. They rest on the facts as they are now.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, settled, or the text can't be taken.
    #[boxed]
    pub async fn write_answer(&self, ctx: &Ctx, id: QuestionId, input: &AnswerInput) -> Result<()> {
        self.change_question(ctx, Action::AnswerQuestion, id, "written", |loaded, by| {
            let text = input.parse()?;
            loaded.not_privileged(&text)?;
            let reads = loaded.question.read_again(&loaded.sheet(ctx));
            Ok(loaded.question.written(text, reads, by)?)
        })
        .await
    }

    /// Approves exactly the answer whose digest was read.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, not drafted, own work, another text by now, facts under it changed, or words
    /// for a controller that has left or that belong to another.
    #[boxed]
    pub async fn approve_answer(&self, ctx: &Ctx, id: QuestionId, input: &ApproveAnswerInput) -> Result<()> {
        self.change_question(ctx, Action::ApproveAnswer, id, "approved", |loaded, by| {
            loaded.not_privileged(&loaded.question.answer.text)?;
            loaded.only_its_own()?;
            Ok(loaded.question.approved(by, input.digest.trim(), &loaded.sheet(ctx), ctx.now)?)
        })
        .await
    }

    /// Sends an answer back to its authors, for a reason.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, settled, nothing was written yet, or no reason.
    #[boxed]
    pub async fn send_answer_back(&self, ctx: &Ctx, id: QuestionId, input: &ReasonInput) -> Result<()> {
        self.change_question(ctx, Action::ApproveAnswer, id, "sent_back", |loaded, _| {
            Ok(loaded.question.sent_back(input.parse()?)?)
        })
        .await
    }

    /// Says that the approved answer was sent: its text is frozen, and the task of answering is done.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, not approved, facts under it changed, words for a controller that has left or
    /// that belong to another, or the input can't be taken.
    #[boxed]
    pub async fn record_answered(&self, ctx: &Ctx, id: QuestionId, input: &AnsweredInput) -> Result<()> {
        self.change_question(ctx, Action::AnswerQuestion, id, "answered", |loaded, by| {
            let (mut sent, evidence, place) = input.parse(by, ctx.zone(), ctx.now)?;
            sent.proof = loaded.recording.ground(evidence, &place)?;
            loaded.only_its_own()?;
            Ok(loaded.question.answered(sent, &loaded.sheet(ctx))?)
        })
        .await
    }

    /// Says that no answer is owed any more, for a reason.
    ///
    /// # Errors
    /// Hidden, not allowed, stale, closed, settled, or no reason.
    #[boxed]
    pub async fn withdraw_question(&self, ctx: &Ctx, id: QuestionId, input: &ReasonInput) -> Result<()> {
        self.change_question(ctx, Action::AnswerQuestion, id, "withdrawn", |loaded, _| {
            Ok(loaded.question.withdrawn(input.parse()?)?)
        })
        .await
    }
}

fn asked(ctx: &Ctx, recording: &Recording, input: &AskedInput, before: Option<&Asked>) -> Result<Asked> {
    let Askers { authorities, controllers } = askers(&recording.grounds, before);
    let members = recording.loaded.member_ids();
    let new = input.parse(&authorities, &controllers, &members, ctx.zone(), ctx.now)?;
    let ground = recording.ground(new.evidence, &new.place)?;
    Ok(new.with(ground))
}
