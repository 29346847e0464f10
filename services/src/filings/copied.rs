//! Authorities' forms: what is copied into one, and what of it is kept once it was filed.
//!
//! The text is worded anew from the versions that the answers had when the page was shown, so what is kept is what was
//! copied, whatever was recorded in between.

use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    facts::{Recording, ToRecord},
    filings::extent,
    hindsight::Past,
    sheets,
    store::{id, tables},
    write::Target,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Action, Object},
    clock::{
        GDPR_33,
        authority::{CaseAuthority, default_of},
        case::CaseClocks,
        recorded::{Copied, NewSubmission, Submission, SubmissionInput},
        rule::{Confidence, Status},
    },
    event::{Event, clocks::ClockEvent, decision::DecisionEvent},
    fact::sheet::Sheet,
    filing::{
        form::{AuthorityForm, FiledForm, as_text, form, form_of, general},
        is_filed,
        report::{ReportHead, is_reported},
    },
    id::{AuthorityId, IncidentId, SubmissionId},
    incident::{Incident, open},
    journal::hash,
    moment::{Zone, rfc3339},
    notice::template::Language,
    refusal::Refusal,
    text::Choice,
    view::{
        filing_form::{FormAsked, FormPage, Report},
        register::Exported,
    },
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};

/// What was known at `as_of`, as a notification to `authority` says it.
async fn stood<C: ConnectionTrait>(
    db: &C,
    incident: &Incident,
    (grounds, house): (&Grounds, &House),
    authority: Option<AuthorityId>,
    as_of: DateTime<Utc>,
) -> Result<Sheet> {
    let key = incident.id.to_string();
    let past = Past::load(db, &key).await?;
    let told = sheets::told(db, &key, Some(as_of)).await?;
    past.sheet(incident, (grounds, house), &told, authority, as_of).map(|(_, sheet)| sheet)
}

/// A submission about to be recorded.
pub(crate) struct ToFile<'i>(pub IncidentId, pub &'i SubmissionInput);

pub(crate) struct Filing {
    pub recording: Recording,
    new: std::result::Result<NewSubmission, Refusal>,
    /// Of when the form was filled in, where one was.
    then: Option<Sheet>,
    /// Under which rule, where the form is the general one.
    head: Option<ReportHead>,
    zone: Zone,
}

impl Target for ToFile<'_> {
    type Loaded = Filing;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Filing> {
        let recording = ToRecord(self.0).load(tx, ctx).await?;
        let (grounds, house) = (&recording.grounds, &recording.house);
        let (scope, recipients) = (grounds.scope(house), grounds.recipients(house));
        let stands = |rule: &str, authority| grounds.stands(rule, authority);
        // Refused only once it is decided that the asker may know of the incident.
        let new = self.1.parse(recording.zones(ctx), ctx.now, &scope, &recipients, stands);
        let (mut then, mut head) = (None, None);
        let mut zone = house.home.zone();
        if let Ok(NewSubmission { authority, rule, stage, copied: Some(copied), .. }) = &new {
            let incident = &recording.loaded.incident;
            zone = grounds.calendar_of(house, &ctx.calendars, *authority).zone();
            then = Some(stood(tx, incident, (grounds, house), *authority, copied.as_of).await?);
            if copied.form.is_general {
                head = house.rule(rule).and_then(|rule| ReportHead::at(rule, stage, copied.as_of, zone));
            }
        }
        Ok(Filing { new, then, head, zone, recording })
    }
    fn object(filing: &Filing) -> Object {
        ToRecord::object(&filing.recording)
    }
    fn revision(_: &Filing) -> Option<i64> {
        None
    }
}

impl Filing {
    /// What is recorded: the submission, and what was copied into the form.
    ///
    /// # Errors
    /// Closed, or the input can't be taken.
    pub(crate) fn decide(&self, ctx: &Ctx, id: SubmissionId) -> Result<Vec<Event>> {
        let incident = &self.recording.loaded.incident;
        open(incident)?;
        let new = self.new.clone()?;
        let sheet = self.recording.sheet_with(ctx, &[], self.recording.grounds.awareness(), None);
        let submission = Submission {
            kind: new.kind,
            extent: new.extent.unwrap_or_else(|| extent(&sheet)),
            reason: new.reason,
            id,
            incident: incident.id,
            rule: new.rule,
            stage: new.stage,
            authority: new.authority,
            submitted_at: new.submitted_at,
            how: new.how,
            ground: self.recording.ground(new.evidence, &new.place)?,
            recorded_at: ctx.now,
            recorded_by: ctx.person()?.account,
            withdrawn_at: None,
            withdrawn_reason: String::new(),
        };
        let mut events = vec![Event::Clock(ClockEvent::SubmissionRecorded(submission))];
        if let (Some(Copied { form, language, as_of }), Some(sheet)) = (new.copied, &self.then) {
            let text = {
                let parts = form.filled(sheet, language, self.zone);
                as_text(form, self.head.as_ref(), &parts, as_of, self.zone)
            };
            let filed = FiledForm {
                submission: id,
                incident: incident.id,
                form: form.code.clone(),
                language,
                as_of,
                sha256: hash(&text),
            };
            events.push(Event::Decision(DecisionEvent::FormFiled(filed, text)));
        }
        Ok(events)
    }
}

/// The report that `head` is of, with the clock that it meets. What doesn't bind is never due.
fn report_of(clocks: &CaseClocks, head: ReportHead, authority: Option<AuthorityId>) -> Report {
    let running = clocks
        .running
        .iter()
        .find(|c| c.rule == head.rule && c.stage == head.stage && c.authority == authority);
    let idle = clocks.idle.iter().find(|c| c.rule == head.rule && c.stage == head.stage);
    let why_not = match (running, idle) {
        _ if !head.binds() => not_binding(head.status, head.confidence),
        (Some(_), _) => String::new(),
        (None, Some(idle)) => idle.why.clone(),
        (None, None) => "No clock of this stage runs.".to_owned(),
    };
    Report { clock: running.filter(|_| head.binds()).cloned(), why_not, head }
}

/// Why nothing is due under a rule that doesn't bind.
pub(super) fn not_binding(status: Status, confidence: Confidence) -> String {
    format!("Nothing is due: this rule is {status}, {confidence}.")
}

/// The form that is asked for, or else that of the authority.
fn which(
    asked: &FormAsked,
    report: Option<&Report>,
    authority: Option<&CaseAuthority>,
    home: &str,
) -> Result<&'static AuthorityForm> {
    let own = authority.is_some_and(|a| is_filed(&a.rule));
    let found = match asked.form.trim() {
        "" if report.is_some() && !own => general(),
        "" => form_of(authority.map_or(home, |a| a.calendar.as_str())),
        code => form(code),
    };
    found.ok_or(Error::NotFound)
}

impl Services {
    /// An authority's form with what is to be copied into it, part by part in its order.
    ///
    /// # Errors
    /// Hidden or unknown: the incident, the authority, the form or the language.
    #[boxed]
    pub async fn authority_form(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        asked: &FormAsked,
    ) -> Result<FormPage> {
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        let rule = asked.rule.trim();
        let of = if rule.is_empty() { GDPR_33.0 } else { rule };
        let authority = match asked.authority.trim() {
            "" => default_of(&grounds.authorities, of),
            raw => {
                let id: AuthorityId = raw.parse().map_err(|_| Error::NotFound)?;
                let named =
                    grounds.authorities.iter().find(|a| a.id == id && (rule.is_empty() || a.rule == of));
                Some(named.ok_or(Error::NotFound)?)
            }
        };
        let report = match rule {
            "" => None,
            code => {
                let scope = grounds.scope(&house);
                let rule = scope.into_iter().find(|rule| rule.code == code && is_reported(rule));
                let rule = rule.ok_or(Error::NotFound)?;
                let head = ReportHead::of(rule, &asked.stage, house.today(ctx.now)).ok_or(Error::NotFound)?;
                let clocks = grounds.clocks(&house, &ctx.calendars, ctx.now);
                Some(report_of(&clocks, head, authority.map(|a| a.id)))
            }
        };
        let form = which(asked, report.as_ref(), authority, house.home.code())?;
        let language = match asked.language.trim() {
            "" => Language::En,
            code => Language::from_code(code).ok_or(Error::NotFound)?,
        };
        let to = authority.map(|a| a.id);
        let zone = grounds.calendar_of(&house, &ctx.calendars, to).zone();
        let sheet = stood(&self.reader, &case.incident, (&grounds, &house), to, ctx.now).await?;
        let rule = authority.map_or(of, |a| a.rule.as_str()).to_owned();
        let listed = |a: &&CaseAuthority| {
            a.withdrawn_at.is_none() && report.as_ref().is_none_or(|report| a.rule == report.head.rule)
        };
        Ok(FormPage {
            form,
            parts: form.filled(&sheet, language, zone),
            authorities: grounds.authorities.iter().filter(listed).cloned().collect(),
            stands: grounds.stands(&rule, to),
            report,
            rule,
            authority: to,
            language,
            as_of: rfc3339(ctx.now),
            evidence: self.evidence_of(&incident.to_string()).await?,
            case,
        })
    }

    /// What was copied into the authority's form when a submission was filed, to the letter.
    ///
    /// # Errors
    /// Hidden or unknown, or no form was filled in.
    #[boxed]
    pub async fn filed_form(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        submission: SubmissionId,
    ) -> Result<Exported> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let row = tables::filed_forms::Entity::find_by_id(submission.to_string()).one(&self.reader).await?;
        let row = row.filter(|row| row.incident_id == incident.to_string()).ok_or(Error::NotFound)?;
        let name = format!(
            "{}-{}-{}.txt",
            case.incident.reference,
            row.form,
            id::<SubmissionId>(&row.submission_id)?
        );
        Ok(Exported {
            name,
            media_type: "text/plain; charset=utf-8",
            digest: row.sha256,
            count: 1,
            body: row.body.into_bytes(),
        })
    }
}
