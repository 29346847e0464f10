//! Facts and awareness: recorded, never overwritten, and felt at once by whatever rests on them.

use crate::{
    Services, boxed,
    case::Loaded,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::{Error, Result},
    sheets,
    store::{rows, tables},
    write::{Alarm, Change, Target},
};
use domain::{
    access::{Action, Object},
    awareness::Awareness,
    decision,
    event::Event,
    evidence::Evidence,
    fact::{
        About, Fact, Ground, Value,
        catalogue::{Definition, Scope, catalogue},
        promise::{self, Errand},
        record::{NewAnswer, RecordFactInput},
        sheet::{Sheet, Source, completeness, completeness_of, contradictions, counted_by_country},
    },
    id::{AccountId, AuthorityId, CasePartyId, EvidenceId, FactId, IncidentId, TaskId},
    incident::open,
    notice::{Notice, stage::Stage, template::Language},
    refusal::Refusal,
    text::Choice,
    view::{Added, FactLine, FactPage, FactSheet},
    work::{Task, note::Note, privileged::repeated},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

/// An incident with its facts, evidence and the notices that a change may void.
pub(crate) struct ToRecord(pub IncidentId);

pub(crate) struct Recording {
    pub loaded: Loaded,
    pub organisation: Vec<Fact>,
    pub facts: Vec<Fact>,
    pub evidence: Vec<Evidence>,
    /// Notes that are counsel's privileged.
    pub privileged: Vec<Note>,
    pub waiting: Vec<Notice>,
    /// Open tasks of finding an answer out.
    pub errands: Vec<Task>,
    pub told: sheets::Told,
    pub grounds: Grounds,
    pub house: House,
}

impl Target for ToRecord {
    type Loaded = Recording;
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Recording> {
        use tables::{evidence::Column as E, notices::Column as N};
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let key = self.0.to_string();
        let (organisation, facts) = sheets::facts(tx, &key).await?;
        let evidence =
            tables::evidence::Entity::find().filter(E::IncidentId.eq(key.as_str())).all(tx).await?;
        let waiting = tables::notices::Entity::find()
            .filter(N::IncidentId.eq(key.as_str()))
            .filter(N::Stage.is_in([Stage::InReview.code(), Stage::Approved.code()]))
            .all(tx)
            .await?;
        use tables::tasks::Column as T;
        let errands = tables::tasks::Entity::find()
            .filter(T::IncidentId.eq(key.as_str()))
            .filter(T::FactKey.is_not_null())
            .filter(T::DoneAt.is_null())
            .all(tx)
            .await?;
        Ok(Recording {
            errands: errands.iter().map(rows::task).collect::<Result<_>>()?,
            organisation,
            facts,
            evidence: evidence.iter().map(rows::evidence).collect::<Result<_>>()?,
            privileged: crate::case::privileged(tx, &key).await?,
            waiting: waiting.iter().map(rows::notice).collect::<Result<_>>()?,
            told: sheets::told(tx, &key, None).await?,
            grounds: Grounds::load(tx, &loaded.incident).await?,
            house: House::load(tx, &ctx.calendars).await?,
            loaded,
        })
    }
    fn object(recording: &Recording) -> Object {
        recording.loaded.access
    }
    fn revision(_: &Recording) -> Option<i64> {
        None
    }
}

impl Recording {
    /// The evidence that an answer names, as it lies here.
    pub(crate) fn ground(&self, evidence: Option<EvidenceId>, place: &str) -> Result<Option<Ground>> {
        let Some(id) = evidence else { return Ok(None) };
        let item = self.evidence.iter().find(|e| e.id == id && e.withdrawn_at.is_none());
        let Some(item) = item else {
            return Err(
                Refusal::field("evidence", "unknown", "There is no such evidence in this incident.").into()
            );
        };
        if item.privileged {
            let message = "This is counsel’s privileged, and nothing may rest on it. Choose another item.";
            return Err(Refusal::field("evidence", "privileged", message).into());
        }
        Ok(Some(Ground { evidence: id, sha256: item.sha256.clone(), place: place.to_owned() }))
    }

    /// The next version of a key's answer.
    pub(crate) fn version(&self, ctx: &Ctx, key: &str, answer: NewAnswer) -> Result<Fact> {
        self.version_about(ctx, key, About::Incident, answer)
    }

    /// The next version of a key's answer about something.
    pub(crate) fn version_about(
        &self,
        ctx: &Ctx,
        key: &str,
        about: About,
        answer: NewAnswer,
    ) -> Result<Fact> {
        if let Some(Value::Text(text)) = &answer.value
            && repeated(text, &self.privileged).is_some()
        {
            let message = "This repeats words of a note that is counsel’s privileged. Say it in other words.";
            return Err(Refusal::field("value", "privileged", message).into());
        }
        let was = self.facts.iter().find(|f| f.key == key && f.about == about);
        Ok(Fact {
            id: FactId::from_bits(ctx.fresh.bits()),
            key: key.to_owned(),
            about,
            version: was.map_or(0, |f| f.version) + 1,
            certainty: answer.certainty,
            value: answer.value,
            promised_on: answer.promised_on,
            holds_from: answer.holds_from,
            recorded_at: ctx.now,
            recorded_by: ctx.person()?.account,
            reason: answer.reason,
            ground: self.ground(answer.evidence, &answer.place)?,
        })
    }

    /// A new answer with everything that follows from it in the same commit.
    pub(crate) fn answered(
        &self,
        ctx: &Ctx,
        key: &str,
        about: About,
        answer: NewAnswer,
    ) -> Result<Change<Added>> {
        let members = self.loaded.member_ids();
        if answer.owner.is_some_and(|owner| !members.contains(&owner)) {
            let message = "Only a member of the incident can be asked to find it out.";
            return Err(Refusal::field("owner", "not_a_member", message).into());
        }
        let owner = answer.owner;
        let fact = self.version_about(ctx, key, about, answer)?;
        let added = Added { id: fact.id.to_string() };
        let mut change = Change::new(self.events(ctx, std::slice::from_ref(&fact)), added);
        if let Some(event) = self.errand(ctx, &fact, owner)? {
            change.events.push(event);
        }
        if let Some((event, alarm)) = self.tripped(ctx, std::slice::from_ref(&fact)) {
            change.events.push(event);
            change = change.telling(alarm);
        }
        Ok(change)
    }

    /// The events of new answers: themselves, and every notice that they send back to its authors.
    pub(crate) fn events(&self, ctx: &Ctx, facts: &[Fact]) -> Vec<Event> {
        let incident = Some(self.loaded.incident.id);
        let recorded = facts.iter().cloned().map(|fact| Event::FactRecorded { incident, fact });
        let keys: Vec<&str> = facts.iter().map(|fact| fact.key.as_str()).collect();
        recorded.chain(self.voided(ctx, &keys, facts, self.grounds.awareness())).collect()
    }

    /// What a new answer does to the task of finding it out.
    fn errand(&self, ctx: &Ctx, fact: &Fact, owner: Option<AccountId>) -> Result<Option<Event>> {
        let by = ctx.person()?.account;
        let of = promise::errand_of(fact);
        let open = self.errands.iter().find(|task| task.fact.as_ref() == Some(&of));
        // Whoever records it finds it out, unless somebody else does already.
        let owner = owner.or(open.and_then(|task| task.owner)).unwrap_or(by);
        let id = TaskId::from_bits(ctx.fresh.bits());
        let incident = self.loaded.incident.id;
        let definition = catalogue().get(&fact.key).ok_or(Error::NotFound)?;
        let errand = promise::errand(fact, definition, incident, owner, open, ctx.zone(), id);
        Ok(errand.map(|errand| match errand {
            Errand::Given(task) => Event::TaskAdded(task),
            Errand::Moved(task) => Event::TaskChanged { task, what: "promised" },
            Errand::Settled(task) => Event::TaskChanged { task, what: "answered" },
        }))
    }

    /// The decision that new answers open again, with who is told of it.
    fn tripped(&self, ctx: &Ctx, facts: &[Fact]) -> Option<(Event, Alarm)> {
        let sheet = self.sheet_with(ctx, facts, self.grounds.awareness(), None);
        let decisions = &self.grounds.decisions;
        let mut watched = decision::waiting(decisions).into_iter().chain(decision::ruling(decisions));
        let (decision, wire) = watched.find_map(|d| d.tripped(&sheet).map(|wire| (d, wire)))?;
        Some(crate::decisions::reopened(ctx, &self.loaded, decision, &format!("{}.", wire.words)))
    }

    /// The sheet as it will be with `facts` and under `awareness`; for a notice to `authority`, where one is named.
    pub(crate) fn sheet_with(
        &self,
        ctx: &Ctx,
        facts: &[Fact],
        awareness: Option<&Awareness>,
        authority: Option<AuthorityId>,
    ) -> Sheet {
        let known = sheets::Known {
            awareness,
            ..sheets::Known::of(
                &self.loaded.incident,
                &self.grounds,
                &self.house,
                &self.told,
                authority,
                ctx.now,
            )
        };
        let case: Vec<Fact> = self.facts_with(facts).cloned().collect();
        let elsewhere = sheets::elsewhere(&known, &case);
        Sheet::new(self.organisation.clone(), case, elsewhere)
    }

    fn facts_with<'r>(&'r self, facts: &'r [Fact]) -> impl Iterator<Item = &'r Fact> {
        let same = |n: &Fact, f: &Fact| n.key == f.key && n.about == f.about;
        self.facts.iter().filter(move |f| facts.iter().all(|n| !same(n, f))).chain(facts)
    }

    /// The sheet that a notice to one controller is written from, as it will be with `facts`.
    pub(crate) fn sheet_for(&self, facts: &[Fact], controller: CasePartyId) -> Sheet {
        let elsewhere = sheets::about_controller(&self.loaded.incident, &self.grounds, controller);
        let id = controller.to_string();
        let about = About::Controller(id.clone());
        // There may be hundreds of controllers, each with facts of its own.
        let its = self.facts_with(facts).filter(|f| f.about == about || f.about == About::Incident).cloned();
        Sheet::for_controller(self.organisation.clone(), its, &id, elsewhere)
    }

    /// Every notice in review or approved that rests on one of `keys`, sent back to its authors: once, whatever of it
    /// changed.
    pub(crate) fn voided(
        &self,
        ctx: &Ctx,
        keys: &[&str],
        facts: &[Fact],
        awareness: Option<&Awareness>,
    ) -> Vec<Event> {
        let voided = |notice: &Notice| {
            let sheet = match notice.controller {
                Some(controller) => self.sheet_for(facts, controller),
                None => self.sheet_with(ctx, facts, awareness, notice.authority),
            };
            let reads = |key: &&&str| notice.statements.iter().flat_map(|s| &s.reads).any(|r| r.key == **key);
            let key = keys.iter().find(reads).or(keys.first())?;
            let notice = notice.voided_by(key, &sheet)?;
            Some(Event::NoticeVoided { notice, key: (*key).to_owned() })
        };
        self.waiting.iter().filter_map(voided).collect()
    }
}

/// The catalogue's entry for a key of the case. What is kept for each controller has its own place.
fn definition(key: &str) -> Result<&'static Definition> {
    catalogue().get(key).filter(|d| d.scope != Scope::Controller).ok_or(Error::NotFound)
}

/// One line of the sheet, in words.
pub(crate) fn line(sheet: &Sheet, definition: &Definition, zone: domain::moment::Zone) -> FactLine {
    FactLine {
        key: definition.key.clone(),
        fact: sheet.get(&definition.key).cloned(),
        shown: sheet.display(&definition.key, Language::En, zone).unwrap_or_default(),
        source: match sheet.source(&definition.key) {
            Some(Source::Incident) | None => "",
            Some(other) => other.label(),
        },
        asked: sheet.asks(definition),
        needed_for: definition.needed_for.clone(),
    }
}

impl Services {
    /// Records an answer. What rests on it turns stale in the same commit.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, an unknown or read-only key, or the input can't be taken.
    #[boxed]
    pub async fn record_fact(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        key: &str,
        input: &RecordFactInput,
    ) -> Result<Added> {
        self.write(ctx, Action::RecordFact, ToRecord(incident), |recording| {
            let definition = definition(key)?;
            open(&recording.loaded.incident)?;
            let answer = input.parse(definition, ctx.zone(), ctx.now)?;
            recording.answered(ctx, key, About::Incident, answer)
        })
        .await
    }

    /// The fact sheet.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn fact_sheet(&self, ctx: &Ctx, incident: IncidentId) -> Result<FactSheet> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let sheet = self.sheet(&case).await?;
        let of_the_case = catalogue().entries().iter().filter(|d| d.scope != Scope::Controller);
        let lines = of_the_case.map(|d| line(&sheet, d, ctx.zone())).collect();
        let evidence = self.evidence_of(&incident.to_string()).await?;
        let by_section = catalogue().sections().iter().map(|section| {
            let of_it = completeness_of(&sheet, catalogue().in_section(&section.code));
            (section.code.clone(), of_it)
        });
        Ok(FactSheet {
            completeness: completeness(&sheet),
            sections: by_section.collect(),
            contradictions: contradictions(&sheet),
            by_country: counted_by_country(&sheet),
            case,
            lines,
            evidence,
        })
    }

    /// One fact with its history.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn fact(&self, ctx: &Ctx, incident: IncidentId, key: &str) -> Result<FactPage> {
        use tables::facts::Column as F;
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let definition = definition(key)?;
        let sheet = self.sheet(&case).await?;
        let found = tables::facts::Entity::find()
            .filter(F::IncidentId.eq(incident.to_string()))
            .filter(F::Key.eq(key))
            .filter(F::AboutKind.eq(About::Incident.parts().0))
            .order_by_desc(F::Version)
            .all(&self.reader)
            .await?;
        let history = found
            .iter()
            .map(|row| {
                let fact = rows::fact(row)?;
                let shown = domain::fact::sheet::words::answer(&fact, Language::En, ctx.zone());
                Ok((fact, shown))
            })
            .collect::<Result<Vec<_>>>()?;
        let evidence = self.evidence_of(&incident.to_string()).await?;
        Ok(FactPage { line: line(&sheet, definition, ctx.zone()), case, history, evidence })
    }
}
