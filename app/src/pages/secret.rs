//! A secret that is shown in the answer to the form that made it, and never again.

use crate::{islands::CopyButton, prelude::*};

/// The secret, with what to do with it.
#[component]
pub fn OnlyNow(
    title: &'static str,
    secret: String,
    /// What is copied, for those who don't see it.
    what: &'static str,
    #[prop(into)] hint: String,
) -> impl IntoView {
    view! {
        <section class="card only-now" role="status">
            <h2>{title}</h2>
            <p><code>{secret.clone()}</code>" "<CopyButton text=secret what=what.to_owned() /></p>
            <p>"It is shown only now. "{hint}</p>
        </section>
    }
}
