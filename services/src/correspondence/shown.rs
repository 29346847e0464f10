//! Questions and their answers as pages show them.

use super::askers;
use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    sheets,
    store::{correspondence as stored, rows, tables},
};
use domain::{
    access::Action,
    correspondence::question::{Question, is_offered},
    fact::{
        Fact,
        catalogue::catalogue,
        sheet::{Sheet, words},
    },
    id::{IncidentId, QuestionId},
    moment::Zone,
    notice::{
        Read,
        template::{self, Language},
    },
    view::{
        UnderFact,
        correspondence::{CorrespondencePage, OfferedStatement, QuestionLine, QuestionPage},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

fn line(ctx: &Ctx, grounds: &Grounds, house: &House, question: Question) -> QuestionLine {
    let zone = grounds.calendar_of(house, &ctx.calendars, question.asked.authority).zone();
    QuestionLine { overdue: question.is_overdue(ctx.now), zone, question }
}

/// A fact under an answer. A question that nobody has answered and that still has no answer is no ground.
pub(super) fn under(read: &Read, sheet: &Sheet, old: &[Fact], zone: Zone) -> Option<UnderFact> {
    let now = sheet.get(&read.key);
    let changed = now.map(|f| f.id) != read.fact;
    if now.is_none() && read.fact.is_none() {
        return None;
    }
    let then = read.fact.and_then(|id| old.iter().find(|f| f.id == id)).or(now.filter(|_| !changed));
    let say = |fact: &Fact| words::answer(fact, Language::En, zone);
    let before = match (then, read.fact) {
        (Some(fact), _) => say(fact),
        (None, Some(_)) => "another answer".to_owned(),
        (None, None) => "no answer yet".to_owned(),
    };
    let evidence = then.or(now).and_then(|fact| fact.ground.as_ref());
    Some(UnderFact {
        key: read.key.clone(),
        label: catalogue().get(&read.key).map_or_else(|| read.key.clone(), |d| d.label.clone()),
        shown: before,
        now_shown: changed.then(|| now.map_or_else(|| "no answer".to_owned(), say)),
        evidence: evidence.map(|g| (g.evidence.to_string(), g.sha256.clone())),
    })
}

impl Services {
    /// The questions that were asked about a case: what is owed first, by due time, then what is settled.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn correspondence(&self, ctx: &Ctx, incident: IncidentId) -> Result<CorrespondencePage> {
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let mut questions = stored::questions(&self.reader, &incident.to_string()).await?;
        questions.sort_by_key(|q| {
            let due = q.asked.due_at;
            (q.state.is_settled(), due.is_none(), due, q.asked.received_at)
        });
        let questions = questions.into_iter().map(|q| line(ctx, &grounds, &house, q)).collect();
        let evidence = self.evidence_of(&incident.to_string()).await?;
        let communications = self.communications(incident).await?;
        Ok(CorrespondencePage { questions, askers: askers(&grounds, None), evidence, communications, case })
    }

    /// One question, with what its answer rests on.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn question(&self, ctx: &Ctx, id: QuestionId) -> Result<QuestionPage> {
        let row = tables::questions::Entity::find_by_id(id.to_string()).one(&self.reader).await?;
        let question = stored::question(&row.ok_or(Error::NotFound)?)?;
        let (case, grounds, house) =
            self.case_with_clocks(ctx, question.incident, Action::ReadIncident).await?;
        let key = question.incident.to_string();
        let sheet = match question.asked.controller {
            Some(controller) => {
                let (organisation, facts) = sheets::facts(&self.reader, &key).await?;
                let elsewhere = sheets::about_controller(&case.incident, &grounds, controller);
                Sheet::for_controller(organisation, facts, &controller.to_string(), elsewhere)
            }
            None => {
                let authority = question.asked.authority;
                sheets::of(&self.reader, ctx, &case.incident, &house, &grounds, authority).await?
            }
        };
        let read: Vec<String> =
            question.answer.reads.iter().filter_map(|read| read.fact).map(|id| id.to_string()).collect();
        let old = tables::facts::Entity::find().filter(tables::facts::Column::Id.is_in(read));
        let old = old.all(&self.reader).await?.iter().map(rows::fact).collect::<Result<Vec<_>>>()?;
        let reads = question.answer.reads.iter();
        // What was answered stays as it was: later facts don't touch it.
        let settled = question.state.is_settled();
        let under = reads
            .filter_map(|read| under(read, &sheet, &old, ctx.zone()))
            .map(|under| UnderFact { now_shown: under.now_shown.filter(|_| !settled), ..under });
        let under = under.collect();
        let kind = question.asked.asker.worded_as();
        let offered = kind.into_iter().flat_map(|kind| {
            let offered = template::statements(kind).iter().filter(|spec| is_offered(spec.code));
            offered.map(move |spec| {
                let heading = template::heading(kind, spec.code, Language::En);
                let heading = if heading.is_empty() { spec.code } else { heading };
                OfferedStatement { code: spec.code.to_owned(), heading: heading.to_owned() }
            })
        });
        let me = ctx.person()?.account;
        Ok(QuestionPage {
            own_work: question.answer.authors.contains(&me),
            digest: question.digest(),
            offered: offered.collect(),
            languages: self.organisation().await?.0.languages,
            under,
            askers: askers(&grounds, Some(&question.asked)),
            evidence: self.evidence_of(&key).await?,
            line: line(ctx, &grounds, &house, question),
            case,
        })
    }
}
