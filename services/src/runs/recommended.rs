//! Which playbooks the facts of an incident speak for.

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::Result,
    library::Shelf,
    store::{self, tables},
};
use domain::{
    access::Action,
    fact::{Value, catalogue::catalogue, condition::HANDLED_AS, sheet::Sheet},
    id::IncidentId,
    playbook::{Fit, Playbook},
    text::Choice,
    view::{Recommendations, Recommended, WouldDecide},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

impl Services {
    /// What the facts of an incident say about which playbooks to follow there.
    ///
    /// # Errors
    /// Hidden or unknown.
    #[boxed]
    pub async fn recommended_playbooks(&self, ctx: &Ctx, incident: IncidentId) -> Result<Recommendations> {
        let case = self.case(ctx, incident, Action::ReadIncident).await?;
        let sheet = self.sheet(&case).await?;
        let runs = tables::runs::Entity::find()
            .filter(tables::runs::Column::IncidentId.eq(incident.to_string()))
            .all(&self.reader)
            .await?;
        let followed: Vec<&str> = runs.iter().map(|run| run.playbook.as_str()).collect();
        self.recommendations(&self.shelf_now().await?, incident, &sheet, &followed).await
    }

    /// The same, for a page that has loaded the rest.
    pub(crate) async fn recommendations(
        &self,
        shelf: &Shelf,
        incident: IncidentId,
        sheet: &Sheet,
        followed: &[&str],
    ) -> Result<Recommendations> {
        let processing = store::parties::processing(&self.reader, incident).await?;
        // Until somebody has said so, nobody has looked.
        let handled_as =
            (processing.revision > 0).then(|| Value::Choice(processing.capacity.code().to_owned()));
        let not_followed = shelf.all().filter(|p| !followed.contains(&p.id.as_str()));
        Ok(among(not_followed.map(|p| &**p), sheet, handled_as.as_ref()))
    }
}

fn among<'p>(
    playbooks: impl Iterator<Item = &'p Playbook>,
    sheet: &Sheet,
    handled_as: Option<&Value>,
) -> Recommendations {
    let facts = |key: &str| if key == HANDLED_AS { handled_as } else { sheet.value(key) };
    let mut out = Recommendations::default();
    for playbook in playbooks {
        match playbook.fit(&facts, catalogue()) {
            Fit::Recommended { because } => out.recommended.push(Recommended {
                playbook: playbook.id.clone(),
                title: playbook.title.clone(),
                because,
            }),
            Fit::Open { keys } => {
                for key in keys {
                    match out.would_decide.iter_mut().find(|w| w.fact == key) {
                        Some(known) => known.playbooks += 1,
                        None => out.would_decide.push(WouldDecide {
                            fact: key.to_owned(),
                            label: label(key),
                            playbooks: 1,
                        }),
                    }
                }
            }
            Fit::Unsaid => {}
        }
    }
    // A stable sort: of two that decide about as many, the one that is asked first stays first.
    out.would_decide.sort_by_key(|w| std::cmp::Reverse(w.playbooks));
    out
}

fn label(key: &str) -> String {
    match catalogue().get(key) {
        Some(entry) => entry.label.clone(),
        None => "As what we handle the case".to_owned(),
    }
}
