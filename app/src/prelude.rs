//! What a page needs of leptos, and views that are written out at once.

pub(crate) use leptos::prelude::*;

use leptos::tachys::html::InertElement;

/// Pages are rendered on the server only: of a view nothing is ever needed but its HTML. Written out where it is made,
/// it leaves out all that would make it live in a browser, which is most of what a view compiles to.
pub(crate) trait Written: RenderHtml + Sized {
    /// The view as HTML, to stand in another view or as the branch of a choice.
    fn written(self) -> AnyView {
        InertElement::new(self.to_html()).into_any()
    }
}

impl<V: RenderHtml> Written for V {}
