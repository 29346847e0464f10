//! Saving and reading the organisation's own playbooks.

use super::{
    apply::{insert, replace},
    rows::{
        fresh,
        library::{edition, edition_row, place, place_row},
    },
    tables,
};
use crate::error::Result;
use domain::{
    event::library::LibraryEvent,
    playbook::edition::{Edition, EditionState, Place},
    text::Choice,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
};
use std::collections::BTreeMap;

pub(super) async fn apply(tx: &DatabaseTransaction, event: &LibraryEvent) -> Result<()> {
    match event {
        LibraryEvent::Drafted(e) => {
            insert::<tables::playbook_editions::Entity>(tx, fresh(edition_row(e))).await
        }
        LibraryEvent::Saved(e)
        | LibraryEvent::Declined(e)
        | LibraryEvent::Published(e)
        | LibraryEvent::Ended(e) => {
            use tables::playbook_editions::Column as C;
            let at = Condition::all().add(C::Id.eq(e.id.to_string())).add(C::Revision.eq(e.revision - 1));
            replace::<tables::playbook_editions::Entity>(tx, fresh(edition_row(e)), at).await
        }
        LibraryEvent::Placed(p) if p.revision == 1 => {
            insert::<tables::playbook_places::Entity>(tx, fresh(place_row(p))).await
        }
        LibraryEvent::Placed(p) => {
            use tables::playbook_places::Column as C;
            let at = Condition::all().add(C::Playbook.eq(&p.playbook)).add(C::Revision.eq(p.revision - 1));
            replace::<tables::playbook_places::Entity>(tx, fresh(place_row(p)), at).await
        }
    }
}

/// What was decided about which playbook, by its id.
pub(crate) async fn places<C: ConnectionTrait>(db: &C) -> Result<BTreeMap<String, Place>> {
    let found = tables::playbook_places::Entity::find().all(db).await?;
    found.iter().map(|row| Ok((row.playbook.clone(), place(row)?))).collect()
}

/// Every version of a playbook, the one that was begun last first.
pub(crate) async fn editions<C: ConnectionTrait>(db: &C, playbook: &str) -> Result<Vec<Edition>> {
    use tables::playbook_editions::Column as C;
    let found = tables::playbook_editions::Entity::find()
        .filter(C::Playbook.eq(playbook))
        .order_by_desc(C::BegunAt)
        .order_by_desc(C::Id)
        .all(db)
        .await?;
    found.iter().map(edition).collect()
}

/// Every version that is offered or being written.
pub(crate) async fn live<C: ConnectionTrait>(db: &C) -> Result<Vec<Edition>> {
    use tables::playbook_editions::Column as C;
    let live = [EditionState::Draft, EditionState::Published].map(Choice::code);
    let found = tables::playbook_editions::Entity::find()
        .filter(C::State.is_in(live))
        .order_by_asc(C::Playbook)
        .all(db)
        .await?;
    found.iter().map(edition).collect()
}
