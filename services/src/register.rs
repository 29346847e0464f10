//! The breach register of Article 33(5) GDPR: every breach, notified or not.

use crate::{
    Services, boxed,
    clocks::{Grounds, House},
    ctx::Ctx,
    error::Result,
    sheets,
    store::{rows, tables},
};
use domain::{
    access::{Action, Object},
    clock,
    fact::{Value, sheet::Sheet},
    incident::{Incident, Outcome},
    moment::Zone,
    notice::template::{Language, NoticeKind},
    text::Choice,
    view::{Listed, RegisterRow},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

impl Services {
    /// A page of the register, the newest first: every incident that the asker may audit and that isn't
    /// known to be something else than a breach.
    ///
    /// # Errors
    /// Not allowed.
    #[boxed]
    pub async fn register(&self, ctx: &Ctx, page: u64) -> Result<Listed<RegisterRow>> {
        use sea_orm::Condition;
        use tables::incidents::Column as C;
        self.permit(ctx, Action::ReadRegister, Object::System)?;
        let others = [Outcome::FalseAlarm.code(), Outcome::IncidentWithoutPersonalData.code()];
        let query = tables::incidents::Entity::find()
            .filter(self.visible(ctx, true)?)
            .filter(Condition::any().add(C::Outcome.is_null()).add(C::Outcome.is_not_in(others)))
            .order_by_desc(C::DeclaredAt);
        let found = self.paged(query, page, |row| Ok(row.clone())).await?;
        let mut items = Vec::new();
        let house = House::load(&self.reader, &ctx.calendars).await?;
        for row in &found.items {
            items.push(self.register_row(ctx, &house, &rows::incident(row)?).await?);
        }
        Ok(Listed { items, total: found.total, page: found.page })
    }

    async fn register_row(&self, ctx: &Ctx, house: &House, incident: &Incident) -> Result<RegisterRow> {
        use tables::notices::Column as N;
        let key = incident.id.to_string();
        let grounds = Grounds::load(&self.reader, incident).await?;
        let sheet = sheets::of(&self.reader, ctx, incident, house, &grounds, None).await?;
        let aware = grounds.awareness().map(|a| a.aware_at);
        let notified_at = grounds.notified_at(house, None);
        let due_at = aware.and_then(clock::due_of);
        let told = tables::notices::Entity::find()
            .filter(N::IncidentId.eq(key.as_str()))
            .filter(N::Kind.eq(NoticeKind::SubjectCommunication.code()))
            .filter(N::FirstAcceptedAt.is_not_null())
            .one(&self.reader)
            .await?;
        let zone = ctx.zone();
        Ok(RegisterRow {
            incident: incident.id,
            reference: incident.reference.clone(),
            title: incident.title.clone(),
            phase: incident.phase,
            declared_at: incident.declared_at,
            aware_at: aware,
            due_at,
            notified_at,
            late: due_at.is_some_and(|due| notified_at.unwrap_or(ctx.now) > due),
            facts: said(&sheet, "nature.text", zone),
            effects: said(&sheet, "cons.impact", zone),
            remedy: said(&sheet, "after.text", zone),
            people: said(&sheet, "people.count", zone),
            risk: match sheet.value("risk.outcome") {
                Some(Value::Choice(_)) => said(&sheet, "risk.outcome", zone),
                _ => String::new(),
            },
            communicated: told.is_some(),
            outcome: incident.outcome,
            closed_at: incident.closed_at,
        })
    }
}

fn said(sheet: &Sheet, key: &str, zone: Zone) -> String {
    sheet.display(key, Language::En, zone).unwrap_or_default()
}
