//! The breach register of Article 33(5) GDPR: every breach, notified or not.

mod export;
mod keeping;
mod record;
mod sections;
mod select;

use crate::{
    Services, boxed,
    clocks::House,
    ctx::Ctx,
    error::Result,
    store::{self, rows, tables},
};
use domain::{
    access::{Action, Object},
    fact::{Fact, sheet::words},
    incident::Incident,
    moment::Zone,
    notice::template::Language,
    register::{
        FilterInput,
        retention::{Kept, RetentionSettings},
    },
    view::{
        Listed,
        register::{Register, RegisterRow},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// The answers that a line shows.
const SHOWN: [&str; 5] = ["nature.text", "cons.impact", "after.text", "people.count", "risk.outcome"];

impl Services {
    /// A page of the register, the newest first: every incident that the asker may audit, that isn't known to be
    /// something else than a breach, and that the filter asks for.
    ///
    /// # Errors
    /// Not allowed, or the filter can't be taken.
    #[boxed]
    pub async fn register(&self, ctx: &Ctx, input: &FilterInput, page: u64) -> Result<Register> {
        self.permit(ctx, Action::ReadRegister, Object::System)?;
        let (house, settings) = self.register_house(ctx).await?;
        let zone = house.home.zone();
        let query = self.records_asked(ctx, &input.parse(zone)?, settings)?;
        let query = query.order_by_desc(tables::incidents::Column::DeclaredAt);
        let found = self.paged(query, page, rows::incident).await?;
        let items = self.register_rows(ctx, &found.items, settings).await?;
        let mut in_the_way = Vec::new();
        if found.total == 0 {
            for (name, _) in input.said() {
                let without = input.without(name).parse(zone)?;
                let count = self.records_asked(ctx, &without, settings)?.count(&self.reader).await?;
                if count > 0 {
                    in_the_way.push((name, count));
                }
            }
        }
        Ok(Register {
            rows: Listed { items, total: found.total, page: found.page },
            in_the_way,
            filter: input.clone(),
            settings,
            zone: zone.name(),
        })
    }

    /// What the register needs of the organisation: its zone and its years.
    async fn register_house(&self, ctx: &Ctx) -> Result<(House, RetentionSettings)> {
        let house = House::load(&self.reader, &ctx.calendars).await?;
        Ok((house, store::register::settings(&self.reader).await?.0))
    }

    /// The lines of these incidents: so many queries, however many they are.
    async fn register_rows(
        &self,
        ctx: &Ctx,
        incidents: &[Incident],
        settings: RetentionSettings,
    ) -> Result<Vec<RegisterRow>> {
        use tables::facts::Column as F;
        let ids: Vec<String> = incidents.iter().map(|incident| incident.id.to_string()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let stored = store::register::rows_of(&self.reader, &ids).await?;
        let kept = store::register::kept(&self.reader, &ids).await?;
        let found = tables::facts::Entity::find()
            .filter(F::IncidentId.is_in(ids.iter().copied()))
            .filter(F::Key.is_in(SHOWN))
            .filter(F::AboutKind.eq("incident"))
            .filter(F::SupersededAt.is_null())
            .all(&self.reader)
            .await?;
        let mut facts: HashMap<(&str, &str), Fact> = HashMap::new();
        for row in &found {
            facts.insert((row.incident_id.as_str(), row.key.as_str()), rows::fact(row)?);
        }
        let lines = incidents.iter().zip(&ids).map(|(incident, id)| {
            let said =
                |key: &str| facts.get(&(*id, key)).map(|f| in_words(f, ctx.zone())).unwrap_or_default();
            let stored = stored.get(*id);
            let at = |of: fn(&tables::register_rows::Model) -> Option<i64>| {
                store::instant_opt(stored.and_then(of))
            };
            let (due_at, notified_at) = (at(|row| row.due_at)?, at(|row| row.notified_at)?);
            let kept = kept.get(*id);
            Ok(RegisterRow {
                incident: incident.id,
                reference: incident.reference.clone(),
                title: incident.title.clone(),
                phase: incident.phase,
                declared_at: incident.declared_at,
                aware_at: at(|row| row.aware_at)?,
                due_at,
                notified_at,
                late: due_at.is_some_and(|due| notified_at.unwrap_or(ctx.now) > due),
                facts: said("nature.text"),
                effects: said("cons.impact"),
                remedy: said("after.text"),
                people: said("people.count"),
                risk: if stored.is_some_and(|row| row.risk.is_some()) {
                    said("risk.outcome")
                } else {
                    String::new()
                },
                communicated: stored.is_some_and(|row| row.communicated_at.is_some()),
                outcome: incident.outcome,
                closed_at: incident.closed_at,
                review_at: kept.unwrap_or(&Kept::default()).review_at(incident.closed_at, settings),
                held: kept.is_some_and(|kept| kept.hold().is_some()),
            })
        });
        lines.collect()
    }
}

fn in_words(fact: &Fact, zone: Zone) -> String {
    words::answer(fact, Language::En, zone)
}
