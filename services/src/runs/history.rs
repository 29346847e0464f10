//! What happened to a step, from the journal: who did what, and when. No second store keeps it.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
    journal::who,
    store::{self, rows, tables},
};
use chrono::DateTime;
use domain::{
    access::Action,
    id::{IncidentId, RunId},
    journal::Entry,
    view::{People, StepMoment},
    work::run::StepItem,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

/// How many of the last moments of a step are shown.
const MOMENTS_MAX: u64 = 200;

impl Services {
    /// What happened to a step, the newest first: at most 200 moments.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn step_history(
        &self,
        ctx: &Ctx,
        incident: IncidentId,
        run: RunId,
        step: &str,
    ) -> Result<Vec<StepMoment>> {
        use tables::{journal::Column as J, run_items::Column as I};
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let row = tables::runs::Entity::find_by_id(run.to_string()).one(&self.reader).await?;
        let followed = row.filter(|row| row.incident_id == incident.to_string()).ok_or(Error::NotFound)?;
        let decides =
            ctx.readings.followed(&rows::run(&followed)?)?.step(step).is_some_and(|s| s.decision.is_some());
        let named = Value::String(step.to_owned());
        // Lines are canonical JSON, so the step stands in them exactly like this.
        let lines = tables::journal::Entity::find()
            .filter(J::Stream.eq(format!("incident:{incident}")))
            .filter(J::Line.contains(format!("\"step\":{named}")))
            .order_by_desc(J::Seq)
            .limit(MOMENTS_MAX)
            .all(&self.reader)
            .await?;
        let items = tables::run_items::Entity::find()
            .filter(I::RunId.eq(run.to_string()))
            .filter(I::Step.eq(step))
            .all(&self.reader)
            .await?;
        let items = items.iter().map(rows::item).collect::<Result<Vec<_>>>()?;
        let mut out = Vec::new();
        let mut before = Step { state: "open".to_owned(), owner: String::new() };
        for row in lines.iter().rev() {
            let entry: Entry = store::json(&row.line)?;
            let detail = |name: &str| entry.details.get(name).and_then(Value::as_str).unwrap_or_default();
            let its_run = if entry.what == "step_changed" { entry.target.as_str() } else { detail("run") };
            if detail("step") != step || its_run != run.to_string() {
                continue;
            }
            let what = if entry.what == "step_changed" {
                let after = Step { state: detail("state").to_owned(), owner: detail("owner").to_owned() };
                let what = after.words(&before, decides, &case.people);
                before = after;
                what
            } else {
                of_item(&entry, &items)
            };
            let at =
                DateTime::parse_from_rfc3339(&entry.at).map_err(|_| Error::corrupt("instant", &entry.at))?;
            out.push(StepMoment { at: at.to_utc(), who: who(&entry.actor, &case.people), what });
        }
        out.reverse();
        Ok(out)
    }
}

/// What the journal knows of a step.
struct Step {
    state: String,
    owner: String,
}

impl Step {
    fn words(&self, before: &Self, decides: bool, people: &People) -> String {
        if self.state == before.state && self.owner != before.owner {
            return match self.owner.parse() {
                Ok(owner) => format!("Given to {}", people.name(owner)),
                Err(_) => "Given to nobody".to_owned(),
            };
        }
        let words = match (self.state.as_str(), decides) {
            ("open", _) => "Opened again",
            ("done", true) => "Answered yes",
            ("done", false) => "Marked done",
            ("not_applicable", true) => "Answered no",
            ("not_applicable", false) => "Marked not applicable",
            ("skipped", _) => "Skipped",
            ("waiting_on", _) => "Set to wait on somebody",
            _ => "Changed",
        };
        words.to_owned()
    }
}

/// Items that were taken off the list still have their names.
fn of_item(entry: &Entry, items: &[StepItem]) -> String {
    let name = items.iter().find(|i| i.id.to_string() == entry.target).map_or("", |i| i.label.as_str());
    let what = match entry.what.as_str() {
        "item_added" => "added",
        "item_done" => "done",
        "item_reopened" => "opened again",
        "item_renamed" => "given another name",
        "item_removed" => "taken off the list",
        _ => "changed",
    };
    format!("“{name}” {what}")
}
