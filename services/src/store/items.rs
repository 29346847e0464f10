//! Saving what lies inside an incident.

use super::{
    apply::{insert, replace},
    micros, rows,
    rows::fresh,
    search,
    search::Doc,
    tables,
};
use crate::{ctx::Ctx, error::Result};
use domain::{
    event::Event,
    fact::Fact,
    id::IncidentId,
    notice::Notice,
    work::{
        Task,
        entry::Entry,
        note::Note,
        run::{StepItem, StepRecord},
    },
};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};

pub(super) async fn of_work(tx: &DatabaseTransaction, _: &Ctx, event: &Event) -> Result<()> {
    match event {
        Event::EntryAdded(e) => {
            insert::<tables::entries::Entity>(tx, fresh(rows::entry_row(e))).await?;
            index_entry(tx, e).await
        }
        Event::EntryEdited(e) => {
            replace::<tables::entries::Entity>(tx, fresh(rows::entry_row(e)), entry_at(e)).await?;
            index_entry(tx, e).await
        }
        Event::EntryWithdrawn(e) => {
            replace::<tables::entries::Entity>(tx, fresh(rows::entry_row(e)), entry_at(e)).await?;
            search::forget(tx, &e.id.to_string()).await
        }
        Event::TaskAdded(t) => {
            insert::<tables::tasks::Entity>(tx, fresh(rows::task_row(t))).await?;
            index_task(tx, t).await
        }
        Event::TaskChanged { task: t, .. } => {
            use tables::tasks::Column as C;
            let at = Condition::all().add(C::Id.eq(t.id.to_string())).add(C::Revision.eq(t.revision - 1));
            replace::<tables::tasks::Entity>(tx, fresh(rows::task_row(t)), at).await?;
            index_task(tx, t).await
        }
        Event::NoteAdded(n) => {
            insert::<tables::notes::Entity>(tx, fresh(rows::note_row(n))).await?;
            index_note(tx, n).await
        }
        Event::NoteEdited(n) => {
            use tables::notes::Column as C;
            let at = Condition::all().add(C::Id.eq(n.id.to_string())).add(C::Revision.eq(n.revision - 1));
            replace::<tables::notes::Entity>(tx, fresh(rows::note_row(n)), at).await?;
            index_note(tx, n).await
        }
        Event::EvidenceAdded(e) => {
            insert::<tables::evidence::Entity>(tx, fresh(rows::evidence_row(e))).await?;
            if e.privileged {
                return Ok(());
            }
            let doc = Doc {
                target: e.id.to_string(),
                incident: e.incident.to_string(),
                kind: "evidence",
                title: &e.name,
                body: &e.source,
            };
            search::index(tx, &doc).await
        }
        Event::EvidenceWithdrawn(e) | Event::EvidenceVerified(e) => {
            use tables::evidence::Column as C;
            let at = Condition::all().add(C::Id.eq(e.id.to_string())).add(C::Revision.eq(e.revision - 1));
            replace::<tables::evidence::Entity>(tx, fresh(rows::evidence_row(e)), at).await
        }
        Event::RunStarted(run) => insert::<tables::runs::Entity>(tx, fresh(rows::run_row(run)?)).await,
        Event::StepChanged { step, .. } => save_step(tx, step).await,
        Event::ItemAdded { item, .. } => {
            insert::<tables::run_items::Entity>(tx, fresh(rows::item_row(item))).await
        }
        Event::ItemChanged { item, .. } => save_item(tx, item).await,
        _ => Ok(()),
    }
}

fn entry_at(e: &Entry) -> Condition {
    use tables::entries::Column as C;
    Condition::all().add(C::Id.eq(e.id.to_string())).add(C::Revision.eq(e.revision - 1))
}

async fn index_entry(tx: &DatabaseTransaction, e: &Entry) -> Result<()> {
    let doc = Doc {
        target: e.id.to_string(),
        incident: e.incident.to_string(),
        kind: "entry",
        title: "",
        body: &e.text,
    };
    search::index(tx, &doc).await
}

async fn index_task(tx: &DatabaseTransaction, t: &Task) -> Result<()> {
    let doc = Doc {
        target: t.id.to_string(),
        incident: t.incident.to_string(),
        kind: "task",
        title: &t.title,
        body: "",
    };
    search::index(tx, &doc).await
}

/// What is counsel's privileged is found by nobody.
async fn index_note(tx: &DatabaseTransaction, n: &Note) -> Result<()> {
    if n.privileged {
        return search::forget(tx, &n.id.to_string()).await;
    }
    let doc = Doc {
        target: n.id.to_string(),
        incident: n.incident.to_string(),
        kind: "note",
        title: &n.title,
        body: &n.text,
    };
    search::index(tx, &doc).await
}

async fn save_step(tx: &DatabaseTransaction, step: &StepRecord) -> Result<()> {
    use tables::run_steps::Column as C;
    let row = rows::step_row(step);
    if step.revision == 1 {
        return insert::<tables::run_steps::Entity>(tx, fresh(row)).await;
    }
    let at = Condition::all()
        .add(C::RunId.eq(row.run_id.clone()))
        .add(C::Step.eq(row.step.clone()))
        .add(C::Revision.eq(step.revision - 1));
    replace::<tables::run_steps::Entity>(tx, fresh(row), at).await
}

/// Only over what it was before: open where it is done now, and done where it is open again.
async fn save_item(tx: &DatabaseTransaction, item: &StepItem) -> Result<()> {
    use tables::run_items::Column as C;
    let was = if item.done_at.is_some() { C::DoneAt.is_null() } else { C::DoneAt.is_not_null() };
    let at = Condition::all().add(C::Id.eq(item.id.to_string())).add(was);
    replace::<tables::run_items::Entity>(tx, fresh(rows::item_row(item)), at).await
}

/// Adds a version; the one before stays and is marked as superseded.
pub(super) async fn fact(
    tx: &DatabaseTransaction,
    ctx: &Ctx,
    incident: Option<IncidentId>,
    fact: &Fact,
) -> Result<()> {
    use tables::facts::Column as C;
    let case = incident.map(|i| i.to_string()).unwrap_or_default();
    let (kind, about) = fact.about.parts();
    tables::facts::Entity::update_many()
        .col_expr(C::SupersededAt, Expr::val(micros(ctx.now)))
        .filter(
            Condition::all()
                .add(C::IncidentId.eq(case.as_str()))
                .add(C::Key.eq(fact.key.as_str()))
                .add(C::AboutKind.eq(kind))
                .add(C::AboutId.eq(about))
                .add(C::SupersededAt.is_null()),
        )
        .exec(tx)
        .await?;
    insert::<tables::facts::Entity>(tx, fresh(rows::fact_row(&case, fact)?)).await?;
    match incident {
        Some(incident) => super::register::answered(tx, ctx, incident, fact).await,
        None => Ok(()),
    }
}

pub(super) async fn notice(tx: &DatabaseTransaction, notice: &Notice) -> Result<()> {
    use tables::notices::Column as C;
    let at = Condition::all().add(C::Id.eq(notice.id.to_string())).add(C::Revision.eq(notice.revision - 1));
    replace::<tables::notices::Entity>(tx, fresh(rows::notice_row(notice)?), at).await
}
