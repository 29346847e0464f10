//! Pages: each loads a view through `services` and puts components together. A form's handler stands
//! beside the page that shows the form.

pub mod declare;

use crate::routes::PageRoute;

/// Every page and form.
pub fn routes() -> Vec<PageRoute> {
    [declare::routes()].into_iter().flatten().collect()
}
