//! What this program is.

use crate::{
    components::DefinitionList,
    prelude::*,
    routes::{PageRoute, get},
    visit::{Page, Visit},
};
use axum::response::Response;

pub(super) fn routes() -> Vec<PageRoute> {
    vec![get("/about", page)]
}

async fn page(visit: Visit) -> Response {
    let page = Page::new(None, "About", || {
        let items = vec![
            ("Version", env!("CARGO_PKG_VERSION").written()),
            ("Licence", "MIT or Apache 2.0, whichever you prefer".written()),
            (
                "Documentation",
                view! { "In the folder "<code>"docs/"</code>" of the source: how to operate it, how it is built, what it protects against." }.written(),
            ),
            ("At your service", view! { <code>"breachdesk --help"</code>" lists the commands: backup, restore, checks, verifying the journal." }.written()),
        ];
        view! {
            <h1>"About Breachdesk"</h1>
            <p class="lead">"A desk for the first 72 hours of a personal data breach, and for what follows."</p>
            <DefinitionList items=items />
            <p class="hint">"It gives no legal advice: what to notify, and to whom, is decided by people, who sign it here."</p>
        }
        .written()
    });
    visit.show(Ok(page)).await
}
