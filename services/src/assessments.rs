//! Assessments of the risk: each a version of the case, resting on the facts as they stand.

use crate::{
    Services, boxed,
    case::Loaded,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::Result,
    facts, sheets, store,
    store::tables,
    write::{Change, Target},
};
use domain::{
    access::{Action, Object},
    assessment::{
        cases::alike::alike,
        factors::{RiskFactor, callouts},
        record::{AssessRiskInput, Assessment, basis, differences},
        suggestion::suggestions,
    },
    event::{Event, assessments::AssessmentEvent},
    fact::{catalogue::catalogue, sheet::Sheet},
    id::{AssessmentId, IncidentId},
    incident::open,
    moment::Zone,
    text::Choice,
    view::{
        Added, Listed, PAGE,
        assessments::{AlikeCase, AssessmentPage, FactorLine, KnownAnswer, VersionLine},
    },
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};

/// An incident with its sheet and its newest assessment.
struct ToAssess(IncidentId);

impl Target for ToAssess {
    type Loaded = (Loaded, Sheet, Option<Assessment>);
    async fn load(&self, tx: &DatabaseTransaction, ctx: &Ctx) -> Result<Self::Loaded> {
        let loaded = crate::case::load(tx, ctx, self.0).await?;
        let grounds = Grounds::load(tx, &loaded.incident).await?;
        let house = House::load(tx, &ctx.calendars).await?;
        let sheet = sheets::of(tx, ctx, &loaded.incident, &house, &grounds, None).await?;
        Ok((loaded, sheet, store::assessments::present(tx, self.0).await?))
    }
    fn object(loaded: &Self::Loaded) -> Object {
        loaded.0.access
    }
    fn revision(_: &Self::Loaded) -> Option<i64> {
        None
    }
}

impl Services {
    /// Records an assessment: a new version with the facts as they stand.
    ///
    /// # Errors
    /// Hidden, not allowed, closed, or the input can't be taken.
    #[boxed]
    pub async fn assess_risk(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        input: &AssessRiskInput,
    ) -> Result<Added> {
        let id = AssessmentId::from_bits(ctx.fresh.bits());
        let by = ctx.person()?.account;
        self.write(ctx, Action::AssessRisk, ToAssess(incident), |(loaded, sheet, present)| {
            open(&loaded.incident)?;
            let new = input.parse()?;
            let assessment = Assessment {
                id,
                incident,
                version: present.as_ref().map_or(0, |p| p.version) + 1,
                enisa: new.enisa,
                factors: new.factors,
                note: new.note,
                basis: basis(sheet),
                recorded_at: ctx.now,
                recorded_by: by,
            };
            let event = Event::Assessment(AssessmentEvent::Recorded(assessment));
            Ok(Change::new(vec![event], Added { id: id.to_string() }))
        })
        .await
    }

    /// The assessment of an incident, with everything that helps to make the next one. `page` is that of the versions.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn assessment(&self, ctx: &Ctx, incident: IncidentId, page: u64) -> Result<AssessmentPage> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let sheet = self.sheet(&case).await?;
        let present = store::assessments::present(&self.reader, incident).await?;
        Ok(AssessmentPage {
            changed_since: present.as_ref().map(|p| p.changed_since(&sheet, ctx.zone())).unwrap_or_default(),
            callouts: callouts(&sheet),
            factors: RiskFactor::ALL.iter().map(|f| factor(*f, &sheet, ctx.zone())).collect(),
            suggestions: suggestions(&sheet),
            alike: alike(&sheet).into_iter().map(AlikeCase::from).collect(),
            versions: self.versions(ctx, incident, page).await?,
            present,
            case,
        })
    }

    /// The versions of an incident's assessment, the newest first.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn assessment_versions(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        page: u64,
    ) -> Result<Listed<VersionLine>> {
        self.case(ctx, incident, Action::ReadIncident).await?;
        self.versions(ctx, incident, page).await
    }

    async fn versions(&self, ctx: &Ctx, incident: IncidentId, page: u64) -> Result<Listed<VersionLine>> {
        use tables::assessments::Column as A;
        let all = tables::assessments::Entity::find().filter(A::IncidentId.eq(incident.to_string()));
        let total = all.count(&self.reader).await?;
        let page = store::page(page);
        // Versions are counted without a gap, so a page begins at a number. One more is loaded to compare the last with.
        let before = i64::try_from((page - 1).saturating_mul(PAGE)).unwrap_or(i64::MAX);
        let newest = i64::try_from(total).unwrap_or(i64::MAX).saturating_sub(before);
        let found = store::assessments::versions(&self.reader, incident, newest, PAGE + 1).await?;
        let older = found.iter().skip(1).map(Some).chain([None]);
        let line = |(version, older): (&Assessment, Option<&Assessment>)| VersionLine {
            assessment: version.clone(),
            differences: older.map(|o| differences(o, version, ctx.zone())).unwrap_or_default(),
        };
        let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let items = found.iter().zip(older).take(most).map(line).collect();
        Ok(Listed { items, total, page })
    }
}

fn factor(factor: RiskFactor, sheet: &Sheet, zone: Zone) -> FactorLine {
    let definitions = factor.keys().iter().filter_map(|key| catalogue().get(key));
    let lines = definitions.map(|definition| (definition, facts::line(sheet, definition, zone)));
    let known = lines.filter(|(_, line)| line.asked || line.fact.is_some()).map(|(definition, line)| {
        KnownAnswer { key: line.key, label: definition.label.clone(), shown: line.shown }
    });
    FactorLine { factor, label: factor.label(), known: known.collect() }
}
