//! The controllers that we process for: each has facts and a notice of its own, and nothing of one is in another's.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    facts::{Recording, ToRecord},
    parties::shown::take_over,
    store::tables,
    texts::Published,
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    event::Event,
    fact::{About, catalogue::catalogue, record::RecordFactInput},
    id::{CasePartyId, IncidentId, NoticeId},
    incident::open,
    notice::{
        NewDraft,
        stage::Stage,
        template::{Language, NoticeKind},
    },
    party::in_case::CONTROLLER_KEYS,
    refusal::Refusal,
    text::{Checks, Choice},
    view::{Added, parties::Drafted},
};
use schemars::JsonSchema;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

/// A case with the controllers for which a notice is on its way already.
struct ToDraft(IncidentId, Option<Language>);

impl Target for ToDraft {
    type Loaded = (Recording, Vec<String>, Option<Published>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        use tables::notices::Column as N;
        let recording = ToRecord(self.0).load(tx, ctx).await?;
        let dead = [Stage::Cancelled.code(), Stage::Failed.code()];
        let found = tables::notices::Entity::find()
            .filter(N::IncidentId.eq(self.0.to_string()))
            .filter(N::ControllerId.is_not_null())
            .filter(N::Stage.is_not_in(dead))
            .all(tx)
            .await?;
        let own = match self.1 {
            Some(language) => Published::load(tx, (NoticeKind::ControllerNotice, language)).await?,
            None => None,
        };
        Ok((recording, found.into_iter().filter_map(|n| n.controller_id).collect(), own))
    }
    fn object((recording, ..): &Self::Loaded) -> Object {
        recording.loaded.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

/// Drafts a notice to every controller that has none.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DraftAllInput {
    /// `en` or `de`.
    pub language: String,
}

/// Takes what the address book says as the answer to a fact.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TakeOverInput {
    /// The key of the fact.
    pub key: String,
}

impl Services {
    /// Records an answer about one controller. The notice to it feels it in the same commit, and no other.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no controller of the case, no such question, or the input can't be taken.
    #[boxed]
    pub async fn record_controller_fact(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        controller: CasePartyId,
        key: &str,
        input: &RecordFactInput,
    ) -> Result<Added> {
        self.write(ctx, Action::RecordFact, ToRecord(incident), |recording| {
            recording.controllers().find(|(party, _)| party.id == controller).ok_or(Error::NotFound)?;
            let asked = CONTROLLER_KEYS.contains(&key).then(|| catalogue().get(key)).flatten();
            let definition = asked.ok_or(Error::NotFound)?;
            open(&recording.loaded.incident)?;
            let answer = input.parse(definition, ctx.zone(), ctx.now)?;
            let about = About::Controller(controller.to_string());
            recording.answered(ctx, key, about, answer)
        })
        .await
    }

    /// Drafts a notice to every controller of the case that has none yet, each from its own facts alone.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, no controller, every one has a notice, or the input can't be taken.
    #[boxed]
    pub async fn draft_controller_notices(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &DraftAllInput,
    ) -> Result<Drafted> {
        let by = ctx.person()?.account;
        let language = Language::from_code(input.language.trim());
        self.write(ctx, Action::DraftNotice, ToDraft(incident, language), |(recording, have, own)| {
            open(&recording.loaded.incident)?;
            let mut checks = Checks::new();
            let language: Language =
                checks.choice("language", &input.language).ok_or_else(|| checks.refusal())?;
            if recording.controllers().next().is_none() {
                let message = "No controller takes part in this case yet.";
                return Err(Refusal::state("no_controllers", message).into());
            }
            let (mut events, mut notices) = (Vec::new(), Vec::new());
            for (party, _) in recording.controllers().filter(|(p, _)| !have.contains(&p.id.to_string())) {
                let id = NoticeId::from_bits(ctx.fresh.bits());
                let kind = NoticeKind::ControllerNotice;
                let draft = NewDraft { kind, language, authority: None, controller: Some(party.id) };
                events.push(Event::NoticeDrafted(recording.drafted(ctx, (id, by), draft, own.as_ref())?));
                notices.push(id.to_string());
            }
            if notices.is_empty() {
                let message =
                    "Every controller has a notice already. A further one is drafted for each by itself.";
                return Err(Refusal::state("all_have_one", message).into());
            }
            Ok(Change::new(events, Drafted { notices }))
        })
        .await
    }

    /// Records what the address book says about a party as the answer to a fact, by the verb that records every answer.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, unknown, or the catalogue asks nothing of the kind about this party.
    #[boxed]
    pub async fn take_over(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        id: CasePartyId,
        input: &TakeOverInput,
    ) -> Result<Added> {
        let (case, grounds, house) = self.case_with_clocks(ctx, incident, Action::ReadIncident).await?;
        self.permit_in(&case, Action::RecordFact)?;
        let found = grounds.parties.iter().find(|(party, _)| party.id == id && party.takes_part());
        let (party, book) = found.ok_or(Error::NotFound)?;
        let zone = grounds.calendar(&house, &ctx.calendars).zone();
        let offered = take_over(party, book, &grounds.parties, zone);
        let taken = offered.into_iter().find(|(key, _)| *key == input.key.trim());
        let Some((key, value)) = taken else {
            let message = "The catalogue asks nothing of this kind about this party.";
            return Err(Refusal::field("key", "not_a_choice", message).into());
        };
        let answer = RecordFactInput {
            certainty: "exact".to_owned(),
            value,
            reason: "Taken over from the parties of the case.".to_owned(),
            ..RecordFactInput::default()
        };
        self.record_fact(ctx, incident, key, &answer).await
    }
}
