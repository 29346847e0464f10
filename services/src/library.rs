//! The playbooks that there are.

use crate::{
    Services,
    ctx::Ctx,
    error::{Error, Result},
};
use domain::{
    access::{Action, Object},
    playbook::{Playbook, find, is_called, library},
    view::LibraryRow,
};

/// A playbook as a list shows it.
pub(crate) fn row(playbook: &Playbook) -> LibraryRow {
    LibraryRow {
        id: playbook.id.clone(),
        title: playbook.title.clone(),
        use_when: playbook.use_when.clone(),
        version: playbook.version,
        steps: playbook.steps.len(),
        questions: playbook.question_count(),
        called: is_called(&playbook.id),
    }
}

impl Services {
    /// Every playbook of the library.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn playbooks(&self, ctx: &Ctx) -> Result<Vec<LibraryRow>> {
        self.permit(ctx, Action::ReadLibrary, Object::System)?;
        Ok(library().iter().map(row).collect())
    }

    /// One playbook.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn playbook(&self, ctx: &Ctx, id: &str) -> Result<&'static Playbook> {
        self.permit(ctx, Action::ReadLibrary, Object::System)?;
        find(id).ok_or(Error::NotFound)
    }
}
