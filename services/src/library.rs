//! The playbooks that there are.

mod difference;
mod editing;
mod shelf;
mod shown;

pub use difference::difference;
pub use shelf::{Readings, Shelf};
pub use shown::{BASE, BUILT_IN, DRAFT, OFFERED};

use crate::{
    Services, boxed,
    ctx::Ctx,
    error::{Error, Result},
};
use domain::{
    access::{Action, Object},
    playbook::Playbook,
    view::LibraryRow,
};
use std::sync::Arc;

/// A playbook as a list shows it.
pub(crate) fn row(shelf: &Shelf, playbook: &Playbook) -> LibraryRow {
    LibraryRow {
        id: playbook.id.clone(),
        title: playbook.title.clone(),
        use_when: playbook.use_when.clone(),
        version: playbook.version,
        steps: playbook.steps.len(),
        questions: playbook.question_count(),
        called: shelf.is_called(&playbook.id),
        source: shelf.origin(&playbook.id),
    }
}

impl Services {
    /// What is offered now.
    pub(crate) async fn shelf_now(&self) -> Result<Shelf> {
        Shelf::load(&self.reader, &self.readings).await
    }

    /// What is offered: the organisation's published playbooks over those that come with the program.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn shelf(&self, ctx: &Ctx) -> Result<Shelf> {
        self.permit(ctx, Action::ReadLibrary, Object::System)?;
        self.shelf_now().await
    }

    /// Every playbook that is offered.
    ///
    /// # Errors
    /// Nobody is signed in.
    #[boxed]
    pub async fn playbooks(&self, ctx: &Ctx) -> Result<Vec<LibraryRow>> {
        let shelf = self.shelf(ctx).await?;
        Ok(shelf.all().map(|playbook| row(&shelf, playbook)).collect())
    }

    /// One playbook that is offered.
    ///
    /// # Errors
    /// There is none with this id.
    #[boxed]
    pub async fn playbook(&self, ctx: &Ctx, id: &str) -> Result<Arc<Playbook>> {
        self.shelf(ctx).await?.find(id).cloned().ok_or(Error::NotFound)
    }
}
